#!/usr/bin/env python3
"""What `samehand case weigh` and `report` say: the contract's numbers, what is counted once, what turns the ranking, the tables.

  case_weigh_test.py SAMEHAND DOCS      SAMEHAND is the program under test, DOCS the folder of its documentation
"""
import json, math, os, re, resource

import case_testing
from case_testing import CaseTest, main
from slower import SLOWER


class Weighing(CaseTest):
    def test_jaynes(self):
        for bad, expected in ((5, (5.02, -5.06, -27.13)), (10, (2.24, -22.11, -2.35)), (15, (-21.33, -56.51, 21.33))):
            with self.subTest(bad):
                weights = {n: [10 * math.log10(p)] * 3 for n, p in (("A", 1 / 3), ("B", 1 / 6), ("C", .99))}
                self.path = self.at(f"{bad}.case")
                verdict = self.imported({"hypotheses": [{"name": "A", "prior": 1 / 11}, {"name": "B", "prior": 10 / 11}, {"name": "C", "prior": 1e-6}],
                                         "items": [{"name": f"bad {i}", "weights_db": weights} for i in range(bad)]})
                for name, db in zip("ABC", expected):
                    p = verdict["posterior"][name]["mid"]
                    self.assertAlmostEqual(10 * math.log10(p / (1 - p)), db, delta=.0075)

    def test_contract_keys(self):
        verdict = self.imported({"hypotheses": [{"name": "A", "prior": .5}, {"name": "B", "prior": .5}],
                                 "items": [{"name": "one", "group": "g", "weights_db": {"A": [5, 8, 10], "B": [0, 0, 0]}},
                                           {"name": "two", "group": "g", "weights_db": {"A": [1, 2, 3]}},
                                           {"name": "three", "group": "", "weights_db": {"B": [0, 1, 2]}}]})
        self.assertEqual(set(verdict["posterior"]), {"A", "B"})
        for p in verdict["posterior"].values():
            self.assertTrue(0 <= p["low"] <= p["mid"] <= p["high"] <= 1)
        self.assertEqual([i["name"] for i in verdict["items"]], ["one", "two", "three"])
        self.assertAlmostEqual(verdict["items"][0]["effect_db"], 8, places=3)
        self.assertEqual(verdict["items"][1]["effect_db"], 0)
        self.assertAlmostEqual(verdict["items"][2]["effect_db"], -1, places=5)
        flips = {(f["kind"], f["name"]): f["needed_db"] for f in verdict["flips"]}
        self.assertNotIn(("item", "one"), flips)  # the weaker one of its group would stand in
        self.assertAlmostEqual(flips["group", "g"], 7, places=5)
        self.assertAlmostEqual(flips["prior", "B"], 7, places=5)

    def test_copies_order_and_worthless_items_change_nothing(self):
        hypotheses = [{"name": n, "prior": p} for n, p in (("A", .2), ("B", .3), ("C", .5))]
        items = [{"name": "voice", "group": "v", "weights_db": {"A": [4, 6, 8]}},
                 {"name": "code", "weights_db": {"A": [1, 3, 5], "B": [0, 2, 4]}}]
        posteriors = []
        for k, more in enumerate(([], [{**items[0], "name": f"copy {i}"} for i in range(9)],
                                  [{"name": "nothing", "weights_db": {n: [0, 0, 0] for n in "ABC"}}])):
            self.path = self.at(f"{k}.case")
            posteriors.append(self.imported({"hypotheses": hypotheses, "items": more + items[::-1] if k else items})["posterior"])
        for other in posteriors[1:]:
            for name in "ABC":
                for key in ("mid", "low", "high"):
                    self.assertAlmostEqual(other[name][key], posteriors[0][name][key], places=9)

    def test_ten_thousand_items(self):
        names = [f"h{i}" for i in range(10)]
        verdict = self.imported({"hypotheses": [{"name": n} for n in names],
                                 "items": [{"name": f"i{i}", "weights_db": {n: [-.1, (i * 7 + k) % 3 / 20 - .05, .1] for k, n in enumerate(names)}}
                                           for i in range(10000)]})
        self.assertEqual(len(verdict["items"]), 10000)
        self.assertAlmostEqual(sum(p["mid"] for p in verdict["posterior"].values()), 1, places=9)
        started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        self.done("weigh", self.path)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - started, 3 * SLOWER)  # a busy machine; about .3 s

    def test_a_thousand_hypotheses(self):
        verdict = self.imported({"hypotheses": [{"name": f"h{i}"} for i in range(1000)], "items": [{"name": "x", "weights_db": {"h7": [1, 2, 3]}}]})
        self.assertEqual(verdict["verdict"]["leader"], "h7")

    def test_what_points_at_the_accused_is_drawn_once_for_all_it_points_at(self):
        def ratios(flag):
            self.path = self.at(f"{flag[-1]}.case")
            posterior = self.imported({
                "hypotheses": [{"name": n, "role": r, "prior": .25} for n, r in zip("APFO", ("accused", "proxy", "false-flag", "other"))],
                "items": [{"name": f"item {n}", "weights_db": {"A": [0, 3, 6], "P": [0, 3, 6], "F": flag}} for n in range(3)]})["posterior"]
            return [[posterior[n][end] / posterior["A"][end] for end in ("low", "high")] for n in "PF"]
        for of in ratios([0, 3, 6]):  # who gives both the same cannot tell them apart
            for ratio in of:
                self.assertAlmostEqual(ratio, 1, 6)
        proxies, flag = ratios([0, 3, 6.001])
        self.assertAlmostEqual(proxies[1], 1, 6)
        self.assertGreater(abs(flag[0] - 1) + abs(flag[1] - 1), .01)

    def test_what_is_easily_forged_cannot_tell_guilt_from_a_false_flag(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("assess", self.path, "locale", "--new", "--points-at", "Freedonia", "--kind", "language", "--reliability", "A1", "--reason", "r")
        weights = self.verdict()["items"][0]["weights_db"]
        self.assertEqual(weights["Freedonia"], weights["A false flag aimed at Freedonia"])
        self.assertEqual(weights["None of these"], [0, 0, 0])

    def test_as_of(self):
        self.done("new", self.path, "--accused", "Freedonia")
        for name, known in (("early", "2014-12-01"), ("late", "2015-01-07"), ("some day", "")):
            self.done("assess", self.path, name, "--new", "--points-at", "Freedonia", "--kind", "shared-code", "--reliability", "A1",
                      "--reason", "r", *(["--known", known] if known else []))
        by_day = {d: self.verdict("--as-of", d) for d in ("2014-11-30", "2014-12", "2015-01-07", "2015")}
        self.assertEqual([len(v["items"]) for v in by_day.values()], [0, 1, 2, 2])
        self.assertEqual(by_day["2014-11-30"]["left_out"], {"later": 2, "undated": 1, "excluded": 0})
        # Beside the verdict, not at the end: whoever reads the headline alone must know.
        self.done("report", self.path, "--as-of", "2015", "--html", self.at("r.html"), "--md", self.at("r.md"))
        undated = "1 item is left out: nobody has said since when it could be known."
        self.assertLess(self.done("weigh", self.path, "--as-of", "2015").index(undated), 700)
        for name, after in (("r.html", "<h2>It hangs on"), ("r.md", "It hangs on:")):
            with open(self.at(name)) as f:
                head = f.read().split(after)[0]
            self.assertIn(undated, head)
        self.assertNotIn("left out", self.done("weigh", self.path))
        self.assertEqual(len(self.verdict()["items"]), 3)
        self.refused(2, "is no date", "weigh", self.path, "--as-of", "yesterday")

    def test_without_evidence_nobody_leads(self):
        self.done("new", self.path, "--accused", "Freedonia")
        told = " ".join(self.done("weigh", self.path).split())
        self.assertIn("what stands are the priors", told)
        self.assertNotIn("leads, and is", told)

    def test_likelihood_and_confidence_stand_in_different_sentences(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("assess", self.path, "seen", "--new", "--points-at", "Freedonia", "--kind", "shared-code", "--reliability", "A1", "--reason", "r")
        words = ["almost no chance", "unlikely", "even chance", "likely", "almost certain"]
        for sentence in re.split(r"(?<=\.)\s", " ".join(self.done("weigh", self.path).split())):
            if "onfidence" in sentence:
                self.assertFalse([w for w in words if w in sentence], sentence)
        verdict = self.verdict()["verdict"]
        self.assertNotIn("onfidence", verdict["sentence"])

    def test_much_that_tells_little_is_not_the_priors(self):
        self.done("new", self.path, "--accused", "Freedonia")
        items = [{"name": f"grain {n}", "weights_db": {"Freedonia": .04}} for n in range(400)]
        self.done("import", self.path, self.write("grains.json", json.dumps({"items": items})))
        for text in (self.done("weigh", self.path), self.done("report", self.path)):
            self.assertNotIn("verdict is the priors", text)
            self.assertIn("400 observations that weigh little add up to", text)
            self.assertRegex(" ".join(text.split()), r"What tells little by itself adds up to \+1[56]\.\d dB")
        self.done("report", self.path, "--html", self.at("r.html"), "--md", self.at("r.md"))
        for name in ("r.html", "r.md"):
            with open(self.at(name)) as f:
                self.assertIn("observations that weigh little add up to", f.read())

    def test_all_shows_all_that_turns_the_ranking(self):
        # Twelve items, each of which alone turns it: A leads by 2 dB.
        verdict = self.imported({"hypotheses": [{"name": n, "prior": .5} for n in "AB"],
                                 "items": [{"name": f"for {i}", "weights_db": {"A": 3}} for i in range(12)]
                                 + [{"name": f"against {i}", "weights_db": {"B": 3.4}} for i in range(10)]})
        turning = [f for f in verdict["flips"] if f["kind"] == "item"]
        self.assertEqual(len(turning), 12)
        short, whole = self.done("weigh", self.path), self.done("weigh", self.path, "--all")
        self.assertEqual((short.count("Without “for"), whole.count("Without “for")), (8, 12))
        self.assertIn("… and 4 more (--all)", short)
        self.assertIn("Without “for 0”, B would lead: 1.3 to 1 against A instead of 1 to 1.6.", " ".join(whole.split()))

    def test_pairs_that_turn_the_ranking(self):
        # A leads by 14.4 dB thanks to six items, none of which turns it alone while pairs of them do.
        verdict = self.imported({"hypotheses": [{"name": n, "prior": .5} for n in "AB"],
                                 "items": [{"name": f"i-{i}", "weights_db": {"A": w}} for i, w in enumerate((9, 8.4, 8, 8, 7.5, 7.5))]
                                 + [{"name": "against", "weights_db": {"B": 34}}]})
        pairs = [f for f in verdict["flips"] if f["kind"] == "pair"]
        self.assertEqual(pairs[0]["names"], ["i-0", "i-1"])
        self.assertAlmostEqual(pairs[0]["needed_db"], 14.4)
        # Even the two lightest of the six weigh 15 dB: all fifteen pairs do.
        self.assertEqual(len({tuple(sorted(p["names"])) for p in pairs}), 15)
        short, whole = self.done("weigh", self.path), self.done("weigh", self.path, "--all")
        self.assertEqual((short.count("Without both"), whole.count("Without both")), (3, 15))
        self.assertIn("… and 12 more (--all)", short)
        self.assertIn("Without both “i-0” and “i-1”, B would lead: 2 to 1 against A instead of 1 to 28.",
                      " ".join(whole.split()))

    def test_every_face_says_what_turns_it_and_what_would_move_it(self):
        self.done("new", self.path, "--accused", "Freedonia")
        for name, *options in (("code", "--kind", "shared-code", "--from", "Lab"), ("servers", "--kind", "infrastructure", "--from", "Lab"),
                               ("label", "--kind", "attribution", "--from", "Bureau", "--group", "the case"),
                               ("reasons", "--kind", "attribution", "--from", "Bureau", "--group", "the case")):
            self.done("assess", self.path, name, "--new", "--points-at", "Freedonia", "--reliability", "B2", "--reason", "r", *options)
        self.done("assess", self.path, "doubt", "--new", "--points-at", "An unrelated group", "--kind", "shared-code", "--reliability", "A1", "--reason", "r",
                  "--from", "Another lab")
        verdict = self.verdict()
        self.assertLessEqual({"item", "source", "prior"}, {f["kind"] for f in verdict["flips"]})
        self.assertTrue(verdict["prospects"])
        self.done("report", self.path, "--html", self.at("r.html"), "--md", self.at("r.md"), "--json", self.at("r.json"))
        with open(self.at("r.json")) as f:
            self.assertEqual(json.load(f)["verdict"]["flips"], verdict["flips"])
        faces = [self.done("weigh", self.path, "--all"), self.done("report", self.path, "--all")]
        for name in ("r.md", "r.html"):
            with open(self.at(name)) as f:
                faces.append(re.sub(r"<[^>]*>", " ", f.read()))
        for text in faces:
            text = " ".join(text.split())
            for flip in verdict["flips"]:
                if flip["kind"] in ("item", "source", "group"):
                    self.assertIn(flip["name"], text)
                # The odds that it would take, of the rival against the leader now.
                if flip["kind"] != "prior":
                    self.assertIn(f"1 to {10 ** (flip['needed_db'] / 10):.2g}", text)
            for prospect in verdict["prospects"][:20]:
                self.assertIn(prospect["name"], text)

    def test_the_tables_in_the_documentation_are_those_of_the_program(self):
        with open(os.path.join(case_testing.DOCS, "case.md")) as f:
            rows = {r[1].strip(): [c.strip() for c in r[1:-1]] for r in (l.split("|") for l in f)
                    if len(r) == 7 and re.fullmatch(r"[\d.]+ [\d.]+ [\d.]+", r[2].strip())}
        self.done("new", self.path, "--accused", "X")
        kinds = list(rows)
        self.assertEqual(len(kinds), 23)
        self.done("import", self.path, self.write("e.json", {"items": [
            {"name": k, "kind": k, "points_at": "X", "reliability": "A1"} for k in kinds]}))
        errs = 1 - .99 * .99
        for item in self.verdict()["items"]:
            _, strength, forgeability, share, _ = rows[item["name"]]
            low, mid, high = (float(x) for x in strength.split())
            expected = -10 * math.log10((1 - errs) * 10 ** (-mid / 10) + errs)
            self.assertAlmostEqual(item["weights_db"]["X"][1], expected, places=4, msg=item["name"])
            plant = {"trivial": 1, "easy": .8, "moderate": .2, "hard": .02}[forgeability]
            shared, *ends = (float(p) / 100 for p in re.findall(r"\d+", share))
            for name, part in (("Proxies of X", shared), ("A false flag aimed at X", plant)):
                x = part + (1 - part) * 10 ** (-mid / 10)
                expected = 10 * math.log10(((1 - errs) * x + errs) / ((1 - errs) * 10 ** (-mid / 10) + errs))
                self.assertAlmostEqual(item["weights_db"][name][1], expected, places=4, msg=item["name"])
            # The ends: the source at its best (A1: .5 % and .5 %), the strength and the share at theirs.
            errs_least = 1 - .995 * .995
            x = (ends or [shared] * 2)[1]
            x += (1 - x) * 10 ** (-high / 10)
            most = 10 * math.log10(((1 - errs_least) * x + errs_least) / ((1 - errs_least) * 10 ** (-high / 10) + errs_least))
            self.assertAlmostEqual(item["weights_db"]["Proxies of X"][2], most, places=4, msg=item["name"])


if __name__ == "__main__":
    main(documented=True)
