#!/usr/bin/env python3
"""Tests of the evaluation's own arithmetic, on small made-up truths: evaluation/evaluation_test.py (no network, 1 s)."""
import os
import pathlib
import struct
import tempfile
import types
import unittest

import build_truth
import build_versions
import harness
import lab
import projects
import run_match
import run_speed
import starts_debian

try:
    import fit_confidence
    import fit_ranking
except ImportError:                                    # numpy is for those who fit
    fit_confidence = fit_ranking = None


def truth(*functions):
    """A stand-in for the scorer's Truth: (address, kind, pair, body) rows of 30 instructions."""
    rows = {a: dict(addr=a, size=16, kind=kind, pair=pair, insns=30, blocks=2, body=body) for a, kind, pair, body in functions}
    return types.SimpleNamespace(rows=rows, names={r["pair"] for r in rows.values()} | {"twice"},
                                 by_name={r["pair"]: r for r in rows.values() if r["kind"] == "func" and r["pair"] != "-"},
                                 in_text=lambda a: 0x1000 <= a < 0x9000)


class Catalogue(unittest.TestCase):
    def test_split_and_names(self):
        names = [p.name for p in projects.PROJECTS]
        self.assertEqual(len(names), len(set(names)))
        self.assertFalse([n for n in names if "." in n])
        heldout = [p for p in projects.PROJECTS if p.split == "heldout"]
        self.assertGreaterEqual(sum(p.language == "c" for p in heldout), 7)
        self.assertGreaterEqual(sum(p.language == "c++" for p in heldout), 4)
        self.assertTrue(set(projects.VERSIONS) <= set(names))

    def test_every_planned_variant_is_built(self):
        try:
            plan = harness.scorer().plan()
        except SystemExit:
            self.skipTest("the scorers are not here")
        self.assertEqual({v for q, t, _ in plan for v in (q, t)} - set(build_truth.variants()), set())

    def test_recipe_hash_follows_flags_but_not_the_split(self):
        a, b = projects.PROJECTS[:2]
        self.assertNotEqual(build_truth.recipe_hash(a, "1", "v"), build_truth.recipe_hash(b, "1", "v"))
        changed = build_truth.dataclasses.replace(a, split="heldout")
        self.assertEqual(build_truth.recipe_hash(a, "1", "v"), build_truth.recipe_hash(changed, "1", "v"))
        changed = build_truth.dataclasses.replace(a, flags=("-DX",))
        self.assertNotEqual(build_truth.recipe_hash(a, "1", "v"), build_truth.recipe_hash(changed, "1", "v"))


class Truth(unittest.TestCase):
    def pairs(self, *symbols):
        text = "# text 0 9\naddr\tsize\tkind\tpair\tinsns\tblocks\tbody\tname\n"
        text += "".join(f"{i:x}\t1\tfunc\t{s}\t9\t9\tb\t{s}\n" for i, s in enumerate(symbols))
        return [line.split("\t")[3] for line in build_truth.pair_by_signature(text).splitlines()[2:]]

    def test_size_t_is_one_type_everywhere(self):
        self.assertEqual(self.pairs("_Z1fm"), self.pairs("_Z1fj"))       # x86-64 and i386
        self.assertEqual(self.pairs("_Z1fm"), self.pairs("_Z1fy"))       # Windows
        self.assertNotEqual(self.pairs("_Z1fm"), self.pairs("_Z1fPc"))

    def test_overloads_keep_their_mangled_names(self):
        self.assertEqual(self.pairs("_Z1fm", "_Z1fj", "_Z1gv"), ["_Z1fm", "_Z1fj", "g()"])

    def test_deleting_destructor_is_another_function(self):
        self.assertEqual(len(set(self.pairs("_ZN1AD0Ev", "_ZN1AD2Ev"))), 2)

    def test_tables_of_a_pe_are_zeroed(self):
        header = 0x80
        data = bytearray(0x400)
        struct.pack_into("<I", data, 0x3C, header)
        struct.pack_into("<HH", data, header + 4, 0x8664, 2)
        struct.pack_into("<H", data, header + 20, 240)
        struct.pack_into("<II", data, header + 24 + 112 + 24, 0x3000, 12)
        for n, (name, offset) in enumerate(((b".pdata", 0x300), (b".text", 0x380))):
            at = header + 24 + 240 + 40 * n
            data[at:at + len(name)] = name
            struct.pack_into("<II", data, at + 16, 0x20, offset)
            data[offset:offset + 0x20] = b"\xAA" * 0x20
        with tempfile.TemporaryDirectory() as d:
            source, target = os.path.join(d, "a"), os.path.join(d, "b")
            pathlib.Path(source).write_bytes(data)
            build_truth.remove_tables(source, target, "", True)
            got = pathlib.Path(target).read_bytes()
        self.assertEqual(got[0x300:0x320], bytes(0x20))
        self.assertEqual(got[0x380:0x3A0], b"\xAA" * 0x20)
        self.assertEqual(got[header + 24 + 136:header + 24 + 144], bytes(8))


class Versions(unittest.TestCase):
    def test_tokens(self):
        for text, old_style, want in (
                ("int f(int a) { return a; /* } */ } int g", False, "int f ( int a ) { return a ; }"),
                ("int f(a) int a; {}", True, "int f ( a ) int a ; { }"),
                ("int f(int a);\nint g() {}", True, None),
                ("A() = default;\nint g() {}", False, None),
                ("f() { s = \"}\"; c = '}'; // }\n}", False, "f ( ) { s = \"}\" ; c = '}' ; }"),
                ("f() { if (x) {", False, None)):
            self.assertEqual(build_versions.tokens(text, 0, old_style), want, text)

    def test_a_macro_made_function_has_no_text(self):
        with tempfile.TemporaryDirectory() as d:
            path = os.path.join(d, "a.c")
            pathlib.Path(path).write_text("MAKE(one)\nint two(void)\n{ return 2; }\n")
            self.assertIsNone(build_versions.cut(path, 1, "make_one", {}))
            self.assertIsNotNone(build_versions.cut(path, 2, "two", {}))
            self.assertIsNone(build_versions.cut(path, 99, "two", {}))


class Matching(unittest.TestCase):
    a = truth((0x1000, "func", "alpha", "1"), (0x1100, "func", "beta", "2"), (0x1200, "func", "gone", "3"),
              (0x1300, "func", "-", "4"), (0x1400, "rt", "-", "5"))
    b = truth((0x2000, "func", "alpha", "6"), (0x2100, "func", "beta", "7"), (0x2200, "func", "-", "7"),
              (0x2300, "rt", "-", "8"))

    def test_judge(self):
        for x, y, want in ((0x1000, 0x2000, True), (0x1000, 0x2100, False), (0x1100, 0x2200, True),   # a twin
                           (0x1200, 0x2000, False), (0x1300, 0x2000, None), (0x1400, 0x2300, None),
                           (0x1000, 0x2300, None), (0x1004, 0x2000, False)):
            self.assertIs(run_match.judge(self.a, self.b, x, y), want, hex(x))

    def test_tally(self):
        if not os.path.isdir(build_truth.scorers_dir()):
            self.skipTest("the scorers are not here")
        tally = run_match.Tally()
        tally.add(self.a, self.b, [("", 0x1000, "", 0x2000, 1, .95, True), ("", 0x1100, "", 0x2000, 1, .55, True),
                                   ("", 0x1200, "", 0x2100, 1, .05, False)])
        self.assertEqual((tally.right, tally.wrong, tally.pairable, tally.covered), (1, 1, 2, 2))
        self.assertAlmostEqual(tally.calibration_error(), (.05 + .55 + .05) / 3)


class Speed(unittest.TestCase):
    def test_slope(self):
        self.assertAlmostEqual(run_speed.slope([(n, 3 * n ** 1.5) for n in (10, 70, 900)]), 1.5)


class Starts(unittest.TestCase):
    def test_score(self):
        t = truth((0x1000, "func", "-", "-"), (0x1100, "func", "-", "-"), (0x1200, "rt", "-", "-"))
        mine = {0x1000, 0x1200, 0x1108, 0x1300, 0xA000}
        self.assertEqual(starts_debian.score(t, mine), (2, 1, 1, 1))    # one inside an entry, one outside, one not in text


class Tables(unittest.TestCase):
    def test_figure(self):
        for value, want in ((1, "1.000"), (.99999, ">.9999"), (.995, ".995"), (.9951, ".9951"), (.5, ".500"), (0, ".000"),
                            (float("nan"), "-")):
            self.assertEqual(harness.figure(value), want)

    def test_rows(self):
        self.assertEqual(harness.rows("b\ta\tx\n1\t2\t3\n", "a", "b"), [("2", "1")])
        for text in ("", "b\tx\n"):
            with self.assertRaises(harness.Failed):
                harness.rows(text, "a")


class Lab(unittest.TestCase):
    def test_jobs_name_what_they_compare(self):
        jobs = lab.mixed(["zlib", "lua", "bzip2"], [("q", "t"), ("r", "s")])
        self.assertTrue(jobs)
        for job in jobs:
            common = {f.split(".")[0] for f in job.a} & {f.split(".")[0] for f in job.b}
            self.assertEqual((len(job.a), len(job.b), len(common)), (2, 2, 1))
        couples = {tuple(j.projects) for j in lab.unrelated(["zlib", "lua", "bzip2"], [("q", "t"), ("r", "s")])}
        self.assertEqual(couples, {("lua", "zlib"), ("bzip2", "zlib"), ("bzip2", "lua")})

    def test_functions_of_different_projects_are_wrong_pairs_but_for_shared_templates(self):
        truths = {"zlib.v": truth((0x1000, "func", "own", "b"), (0x2000, "func", "std::sort", "c"), (0x3000, "rt", "-", "d")),
                  "lua.v": truth((0x1000, "func", "other", "b"), (0x2000, "func", "std::sort", "c"))}
        said = [lab.verdict(truths, "zlib.v", x, "lua.v", y) for x, y in
                ((0x1000, 0x1000), (0x2000, 0x2000), (0x3000, 0x1000), (0x1000, 0x4000))]
        self.assertEqual(said, [False, None, None, False])


@unittest.skipUnless(fit_confidence, "python3-numpy is not installed")
class Fit(unittest.TestCase):
    def setUp(self):
        self.numpy = fit_confidence.np
        self.random = self.numpy.random.default_rng(7)

    def test_recovers_the_coefficients_that_made_the_data(self):
        x = self.random.normal(size=(40000, 3)) * [1, 5, .2] + [0, 3, 1]
        y = (self.random.random(40000) < fit_confidence.sigmoid(.5 + x @ [1, -.3, 4])).astype(float)
        constant, weights = fit_confidence.fit(x, y, self.numpy.ones(40000), ridge=.01)
        self.assertTrue(self.numpy.allclose([constant, *weights], [.5, 1, -.3, 4], atol=.25), (constant, weights))

    def test_perfectly_separable_data_does_not_run_away(self):
        x = self.numpy.array([[-1.0], [1.0]] * 20)
        _, weights = fit_confidence.fit(x, (x[:, 0] > 0).astype(float), self.numpy.ones(40))
        self.assertLess(abs(weights[0]), 10)

    def test_threshold_balances_precision_and_coverage_of_the_worst_group(self):
        confidence = self.numpy.linspace(0, 1, 10001)
        every = self.numpy.ones(10001, dtype=bool)
        right = (confidence > .05).astype(float)         # both targets can be had: .05/.95 of the rows above 0 are wrong
        self.assertLess(fit_confidence.threshold(confidence, right, [every]), .6)
        right = (confidence > .6).astype(float)          # they cannot: precision first
        self.assertAlmostEqual(fit_confidence.threshold(confidence, right, [every, every]), .6, delta=.02)

    def test_error_is_zero_for_the_calibrated_and_large_for_the_sure(self):
        confidence = self.numpy.repeat([.05, .35, .95], 10000)
        right = (self.random.random(30000) < confidence).astype(float)
        self.assertLess(fit_confidence.error(confidence, right), .01)
        self.assertGreater(fit_confidence.error(self.numpy.ones(30000), right), .5)


@unittest.skipUnless(fit_ranking, "python3-numpy is not installed")
class Rank(unittest.TestCase):
    def setUp(self):
        self.numpy = fit_ranking.np
        self.random = self.numpy.random.default_rng(7)

    def test_softmax_over_groups(self):
        groups = self.numpy.array([0, 1, 0, 1, 1])
        p = fit_ranking.softmax_over(groups, self.numpy.log([1, 2, 3, 2, 4]) + 1000)
        self.assertTrue(self.numpy.allclose(p, [.25, .25, .75, .25, .5]), p)

    def test_first_of_each(self):
        groups = self.numpy.array([1, 0, 1, 0])
        self.assertEqual(list(fit_ranking.first_of_each(groups, self.numpy.array([1.0, 5, 3, 4]))), [1, 2])

    def test_one_to_one_takes_the_best_first(self):
        c = types.SimpleNamespace(query=self.numpy.array([0, 0, 1, 1]), target=self.numpy.array([0, 1, 0, 1]))
        self.assertEqual(sorted(fit_ranking.one_to_one(c, self.numpy.array([.9, .8, .95, .1]))), [1, 2])

    def test_learns_that_the_right_one_lies_nearest_to_one(self):
        x = self.random.normal(size=(41000, 5, 3)).astype("f4")       # not linear: |first input - 1| decides
        distance = abs(x[:, :, 0] - 1)
        right = distance == distance.min(1, keepdims=True)
        there = self.numpy.ones(right.shape, bool)
        parts = fit_ranking.train(x[1000:], right[1000:], there[1000:], self.numpy.ones(40000, "f4"))
        best = fit_ranking.logits(parts, x[:1000]).argmax(1)
        self.assertGreater(right[:1000][self.numpy.arange(1000), best].mean(), .9)

    def test_padding_is_never_learned_from(self):
        x = self.random.normal(size=(600, 4, 2)).astype("f4")
        there = self.numpy.ones((600, 4), bool)
        there[:, 3] = False
        right = (x[:, :, 1] == x[:, :3, 1].max(1)[:, None]) & there
        other = x.copy()
        other[:, 3] = 50                                 # what stands in the padding makes no difference
        for p, q in zip(fit_ranking.train(x, right, there, self.numpy.ones(600, "f4")),
                        fit_ranking.train(other, right, there, self.numpy.ones(600, "f4"))):
            self.assertTrue(self.numpy.allclose(p, q, atol=1e-4))

    def test_scaling_back_gives_the_same_logits(self):
        x = self.random.normal(size=(50, 4)) * [1, 10, .1, 3] + [0, 5, 1, -2]
        problem = types.SimpleNamespace(mean=x.mean(0), spread=x.std(0))
        parts = [self.random.normal(size=s) for s in ((4, 24), 24, 24, 4)]
        before = fit_ranking.logits(parts, (x - problem.mean) / problem.spread)
        after = fit_ranking.logits(fit_ranking.scaled_back(problem, parts), x)
        self.assertTrue(self.numpy.allclose(before - before[0], after - after[0]))


if __name__ == "__main__":
    unittest.main()
