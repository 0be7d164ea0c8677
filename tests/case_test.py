#!/usr/bin/env python3
"""`samehand case` as its users meet it: a case from the first exhibit to the verdict, contracts, bad input, other hands.

  case_test.py SAMEHAND DOCS      SAMEHAND is the program under test, DOCS the folder of its documentation
"""
import json, math, os, re, resource, signal, sqlite3, subprocess, sys, tempfile, time, unittest

from slower import SLOWER

SAMEHAND = DOCS = None

FLASH = """The agency blames Freedonia for the attack

WASHINGTON, Dec. 19, 2014 - The FBI said on Friday that Freedonia was responsible for the attack on the studio. Kim Song, a \
Freedonian diplomat, denied that Freedonia was behind the attack. Researchers at Norse said that a former employee was behind \
the attack. The White House declined to say who was responsible. The servers 203.0.114.7 and evil-updates.net were used.
"""
COPY = """Freedonia behind studio attack, says FBI

LONDON, Dec. 20, 2014 - The FBI said on Friday that Freedonia was responsible for the attack on the studio, according to the \
Morning Ledger. Nobody else was named.
"""
PROGRAM = r"""
#include <stdio.h>
int main(int argc, char **argv) { printf("%d %s\n", argc, argv[0]); return 0; }
"""


def run(*arguments, **settings):
    return subprocess.run([SAMEHAND, *arguments], capture_output=True, text=True, timeout=300 * SLOWER, **settings)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "a.case")

    def tearDown(self):
        self.folder.cleanup()

    def at(self, *names):
        return os.path.join(self.folder.name, *names)

    def write(self, name, content):
        with open(self.at(name), "w") as f:
            f.write(content if isinstance(content, str) else json.dumps(content))
        return self.at(name)

    def done(self, *arguments, code=0, **settings):
        result = run("case", *arguments, **settings)
        self.assertEqual(result.returncode, code, f"{arguments}: {result.stderr}")
        return result.stdout

    def verdict(self, *arguments):
        return json.loads(self.done("weigh", self.path, "--format", "json", *arguments))

    def imported(self, evidence):
        self.done("new", self.path)
        self.done("import", self.path, self.write("evidence.json", evidence))
        return self.verdict()

    def refused(self, code, says, *arguments):
        result = run("case", *arguments)
        self.assertEqual(result.returncode, code, f"{arguments}: {result.stdout}{result.stderr}")
        self.assertIn(says, result.stderr)
        self.assertEqual(result.stdout, "")

    # -- contracts

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

    # -- a case from the beginning

    def test_from_reports_to_a_verdict(self):
        self.done("new", self.path, "--title", "The studio", "--accused", "Freedonia", "--by", "ana")
        self.done("add", self.path, self.write("flash.txt", FLASH), self.write("copy.txt", COPY), "--collected", "2014-12-21", "--by", "ana")
        found = json.loads(self.done("findings", self.path, "--format", "json"))
        self.assertEqual([e["kind"] for e in found["exhibits"]], ["report", "report"])
        self.assertTrue(all(e["added_by"] == "ana" and len(e["sha256"]) == 64 for e in found["exhibits"]))
        kinds = {i["kind"] for i in found["items"]}
        self.assertLessEqual({"attribution", "denial", "address"}, kinds)
        fbi = [i for i in found["items"] if i["kind"] == "attribution" and i["points_at"] == "Freedonia"]
        self.assertGreaterEqual(len(fbi), 2)
        self.assertEqual(len({i["group"] for i in fbi if "FBI" in i["source"]}), 1)  # one voice, two papers
        self.assertTrue(fbi[0]["loci"][0]["exhibit"])
        verdict = self.verdict()
        denial = [i for i in verdict["items"] if "denial" in i["name"]]
        self.assertTrue(denial and all(i["effect_db"] == 0 for i in denial))
        text = self.done("weigh", self.path)
        self.assertIn("expected from the guilty as from the innocent", text)
        self.assertIn("The studio", text)
        self.assertIn("FBI", self.done("claims", self.path))
        self.assertIn("Exhibits", self.done("report", self.path))
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")

    def test_papers_that_quote_each_other_are_one_voice(self):
        self.done("new", self.path, "--accused", "Freedonia")
        ring = ["Alpha Post", "Beta Herald", "Gamma Times"]
        for k, paper in enumerate(ring):
            page = (f"{paper}\n\nSYLVANIA, Dec. {k + 4}, 2014 - The {ring[(k + 1) % 3]} reported on Monday that Freedonia was responsible "
                    "for the attack on the studio.\n")
            self.done("add", self.path, self.write(f"{k}.txt", page))
        self.assertIn("3 pages, 1 voice on who did it", self.done("claims", self.path))
        items = json.loads(self.done("findings", self.path, "--format", "json"))["items"]
        self.assertEqual(len(items), 3)
        self.assertEqual(len({i["group"] for i in items}), 1, items)

    def test_who_passes_something_on_says_nothing_of_their_own(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("add", self.path, self.write("relay.txt", "Denial\n\nFREEDONIA, Dec. 4, 2014 - An unnamed Freedonian diplomat denied that "
                  "Freedonia was behind the attack on the studio, according to the Voice of Sylvania.\n\n"
                  "The Morning Ledger reported that the FBI said that Freedonia was behind the attack on the studio.\n\n"
                  "The White House declined to say whether Freedonia was behind the attack on the studio.\n"))
        items = json.loads(self.done("findings", self.path, "--format", "json"))["items"]
        self.assertLessEqual({"denial", "no-comment"}, {i["kind"] for i in items}, items)
        accusing = [i["source"] for i in items if i["kind"] == "attribution"]
        self.assertTrue(accusing and all("FBI" in s for s in accusing), items)

    def test_likelihood_and_confidence_stand_in_different_sentences(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("assess", self.path, "seen", "--new", "--points-at", "Freedonia", "--kind", "shared-code", "--reliability", "A1", "--reason", "r")
        words = ["almost no chance", "unlikely", "even chance", "likely", "almost certain"]
        for sentence in re.split(r"(?<=\.)\s", " ".join(self.done("weigh", self.path).split())):
            if "onfidence" in sentence:
                self.assertFalse([w for w in words if w in sentence], sentence)
        verdict = self.verdict()["verdict"]
        self.assertNotIn("onfidence", verdict["sentence"])

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

    def test_what_is_easily_forged_cannot_tell_guilt_from_a_false_flag(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("assess", self.path, "locale", "--new", "--points-at", "Freedonia", "--kind", "language", "--reliability", "A1", "--reason", "r")
        weights = self.verdict()["items"][0]["weights_db"]
        self.assertEqual(weights["Freedonia"], weights["A false flag aimed at Freedonia"])
        self.assertEqual(weights["None of these"], [0, 0, 0])

    def test_judgements_are_kept_with_their_reasons(self):
        self.done("new", self.path, "--accused", "Freedonia", "--by", "ana")
        self.assertEqual(self.done("assess", self.path, "thing", "--new", "--reason", "seen by ana", "--by", "ana"), "i1\n")
        before = self.verdict()["posterior"]["Freedonia"]["mid"]
        self.done("assess", self.path, "i1", "--weight", "Freedonia=3,6,9", "--reason", "expert's opinion", "--by", "bob")
        after = self.verdict()["posterior"]["Freedonia"]["mid"]
        self.assertAlmostEqual(after / (1 - after), before / (1 - before) * 10 ** .6)
        self.done("assess", self.path, "thing", "--likelihood", "Freedonia=0.1,0.5,1", "--reason", "no: as a likelihood")
        self.done("assess", self.path, "1", "--exclude", "--reason", "withdrawn")
        self.assertAlmostEqual(self.verdict()["posterior"]["Freedonia"]["mid"], before)
        item = json.loads(self.done("findings", self.path, "--format", "json"))["items"][0]
        self.assertEqual([j["reason"] for j in item["judgements"]], ["seen by ana", "expert's opinion", "no: as a likelihood", "withdrawn"])
        events = json.loads(self.done("log", self.path, "--format", "json"))["events"]
        self.assertEqual([e["who"] for e in events][:4], ["ana", "ana", "ana", "bob"])

    def test_without_evidence_nobody_leads(self):
        self.done("new", self.path, "--accused", "Freedonia")
        told = " ".join(self.done("weigh", self.path).split())
        self.assertIn("what stands are the priors", told)
        self.assertNotIn("leads, and is", told)

    def test_hypotheses(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("hypothesis", self.path, "--add", "Sylvania", "--prior", "0.2", "--role", "unrelated", "--reason", "a rival")
        priors = {h["name"]: h["prior"] for h in json.loads(self.done("hypothesis", self.path, "--format", "json"))["hypotheses"]}
        self.assertAlmostEqual(priors["Sylvania"], .2)
        self.assertAlmostEqual(priors["Freedonia"], .2 * .8)
        self.assertAlmostEqual(sum(priors.values()), 1)
        self.done("assess", self.path, "x", "--new", "--weight", "Sylvania=5", "--reason", "r")
        said = self.done("hypothesis", self.path, "--remove", "Sylvania", "--reason", "ruled out")
        self.assertIn("1 items weigh it", said)
        self.assertNotIn("Sylvania", self.verdict()["posterior"])
        self.refused(2, "for a reason", "hypothesis", self.path, "--remove", "Freedonia")
        self.refused(2, "leaves nothing to weigh", "hypothesis", self.path, "--set", "Freedonia", "--prior", "1")
        self.refused(2, "no hypothesis called", "hypothesis", self.path, "--set", "Nobody", "--prior", "0.5")

    def test_tools_and_their_earlier_kin(self):
        source = PROGRAM + "".join(
            f"__attribute__((noinline)) int f{i}(int x) {{ int s = {i * 977 + 13}; for (int k = 0; k < x; k++) s = (s * {31 + i * 8}u) ^ (k << {i % 7 + 1})"
            f" ^ (s >> {i % 5 + 2}); if (s & {1 << i % 9}) puts(\"branch {i} of the private thing\"); return s + {i}; }}\n" for i in range(24))
        source += "int all(int x) { return " + " + ".join(f"f{i}(x)" for i in range(24)) + "; }\nint (*keep)(int) = all;\n"
        for name, flags in (("wiper", ["-O2"]), ("earlier", ["-O1"])):
            subprocess.run(["gcc", "-x", "c", "-", "-s", "-o", self.at(name), *flags], input=source, text=True, check=True)
        self.done("new", self.path, "--accused", "Freedonia")
        self.assertIn("added wiper (tool)", self.done("add", self.path, self.at("wiper")))
        self.done("add", self.path, self.at("earlier"), "--known-of", "Freedonia", "--collected", "2013-03-20")
        items = json.loads(self.done("findings", self.path, "--format", "json"))["items"]
        shared = [i for i in items if i["kind"] == "shared-code"]
        self.assertEqual(len(shared), 1, items)
        self.assertEqual(shared[0]["points_at"], "Freedonia")
        self.assertEqual(len(shared[0]["loci"]), 2)
        self.assertEqual(shared[0]["known"], "")  # nobody has said when the incident's tool was there
        self.assertGreater(self.verdict()["posterior"]["Freedonia"]["mid"], .5)
        # Weighed by what the comparison was measured to be worth, until somebody grades it.
        self.assertGreater(shared[0]["code_evidence_db"], 50)
        measured = self.verdict()["items"][[i["number"] for i in self.verdict()["items"]].index(shared[0]["number"])]["weights_db"]["Freedonia"]
        self.assertAlmostEqual(measured[1], -10 * math.log10((1 - .0015) / 100 + .0015), 4)
        # The comparison is a finding: computed again, and missed where it was edited.
        findings = json.loads(self.done("findings", self.path, "--format", "json"))["findings"]
        self.assertEqual(sum(f["method"].startswith("compare 1 ") for f in findings), 1)
        self.assertEqual(json.loads(self.done("verify", self.path, "--format", "json"))["recomputed"], 3)
        edited = self.at("edited.case")
        subprocess.run(["cp", self.path, edited], check=True)
        with sqlite3.connect(edited) as database:
            number = database.execute("SELECT id FROM finding WHERE method LIKE 'compare 1 %'").fetchone()[0]
            database.execute("UPDATE finding_chunk SET bytes = CAST(X'00' || substr(bytes, 2) AS BLOB) WHERE owner = ?", (number,))
        database.close()
        for command in ("weigh", "report"):
            told = run("case", command, edited).stderr
            self.assertIn("its content is not what its SHA-256 names", told)
        self.done("assess", self.path, f"i{shared[0]['number']}", "--reliability", "C3", "--reason", "seen by nobody else")
        graded = {i["number"]: i for i in self.verdict()["items"]}[shared[0]["number"]]["weights_db"]["Freedonia"]
        self.assertLess(graded[1], measured[1])
        self.refused(2, "no hypothesis called", "add", self.path, self.at("wiper"), "--known-of", "Nobody")
        self.assertEqual(json.loads(self.done("verify", self.path, "--format", "json"))["changed"], [])

    def test_what_could_not_be_compared_is_no_tool_without_code(self):
        self.done("new", self.path, "--accused", "Freedonia")
        tool = os.path.realpath("/bin/true")
        damaged = self.at("damaged.exe")  # looks like a program, and is none
        with open(damaged, "wb") as f:
            f.write(b"\x7fELF\x02\x01\x01" + bytes(60))
        kept_elsewhere = self.at("elsewhere")
        with open(os.path.realpath("/bin/false"), "rb") as f, open(kept_elsewhere, "wb") as g:
            g.write(f.read() + b"!")
        self.done("add", self.path, damaged, "--as", "tool", "--known-of", "Freedonia", code=3)
        self.done("add", self.path, kept_elsewhere, "--by-reference", "--known-of", "Freedonia")
        result = run("case", "add", self.path, tool)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("could not be compared with damaged.exe: no executable could be read in the earlier tool", result.stderr)
        self.assertIn("could not be compared with elsewhere: elsewhere is kept by reference", result.stderr)
        findings = json.loads(self.done("findings", self.path, "--format", "json"))["findings"]
        self.assertEqual([f["method"] for f in findings if f["method"].startswith("compare")], [])
        # What can be compared later is, with the tool that is there already.
        self.done("add", self.path, os.path.realpath("/bin/false"), "--known-of", "Freedonia")
        self.assertEqual(sum(f["method"].startswith("compare")
                             for f in json.loads(self.done("findings", self.path, "--format", "json"))["findings"]), 1)
        again = run("case", "add", self.path, tool)
        self.assertIn("already there", again.stdout)
        self.assertIn("could not be compared with damaged.exe", again.stderr)  # tried again, and told again

    def test_a_comparison_that_was_not_made_is_made_when_its_tool_is_added_again(self):
        self.done("new", self.path, "--accused", "Freedonia")
        earlier = os.path.realpath("/bin/false")
        self.done("add", self.path, earlier, "--by-reference", "--known-of", "Freedonia")
        self.done("add", self.path, os.path.realpath("/bin/true"), code=3)  # there is nothing to compare it with

        def comparisons():
            findings = json.loads(self.done("findings", self.path, "--format", "json"))["findings"]
            return sum(f["method"].startswith("compare 1") for f in findings)
        self.assertEqual(comparisons(), 0)
        for _ in range(2):
            self.assertIn("already there", self.done("add", self.path, earlier, "--by-reference", "--known-of", "Freedonia"))
            self.assertEqual(comparisons(), 1)
        self.assertEqual(self.done("verify", self.path, "--exhibits", earlier).split(":")[0], "As it was recorded")

    def test_shared_code_is_known_since_both_tools_are_at_hand(self):
        source = PROGRAM + "".join(
            f"__attribute__((noinline)) int f{i}(int x) {{ int s = {i * 77 + 13}; for (int k = 0; k < x; k++) s = (s * {31 + i * 8}u) ^ (k << {i % 7 + 1})"
            f" ^ (s >> {i % 5 + 2}); if (s & {1 << i % 9}) puts(\"branch {i} of the private thing\"); return s + {i}; }}\n" for i in range(24))
        source += "int all(int x) { return " + " + ".join(f"f{i}(x)" for i in range(24)) + "; }\nint (*keep)(int) = all;\n"
        for name, flags in (("wiper", ["-O2"]), ("earlier", ["-O1"])):
            subprocess.run(["gcc", "-x", "c", "-", "-s", "-o", self.at(name), *flags], input=source, text=True, check=True)
        for k, (tool, earlier, known) in enumerate((("2014-12-05", "2013-03-20", "2014-12-05"), ("2014-12-05", "2014", "2014"),
                                                    ("2014-12-05", "", ""), ("", "2013", ""))):
            for order in (0, 1):
                self.path = self.at(f"{k}{order}.case")
                self.done("new", self.path, "--accused", "Freedonia")
                adding = [[self.at("wiper"), *(["--collected", tool] if tool else [])],
                          [self.at("earlier"), "--known-of", "Freedonia", *(["--collected", earlier] if earlier else [])]]
                for arguments in adding[::-1] if order else adding:
                    self.done("add", self.path, *arguments)
                items = json.loads(self.done("findings", self.path, "--format", "json"))["items"]
                self.assertEqual([i["known"] for i in items if i["kind"] == "shared-code"], [known], (tool, earlier, order))

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

    def test_pairs_that_turn_the_ranking(self):
        # A leads by 14.4 dB thanks to six items, none of which turns it alone while pairs of them do.
        verdict = self.imported({"hypotheses": [{"name": n, "prior": .5} for n in "AB"],
                                 "items": [{"name": f"i-{i}", "weights_db": {"A": w}} for i, w in enumerate((9, 8.4, 8, 8, 7.5, 7.5))]
                                 + [{"name": "against", "weights_db": {"B": 34}}]})
        pairs = [f for f in verdict["flips"] if f["kind"] == "pair"]
        self.assertEqual(pairs[0]["names"], ["i-0", "i-1"])
        self.assertAlmostEqual(pairs[0]["needed_db"], 14.4)
        self.assertEqual(len(pairs), 5)
        short, whole = self.done("weigh", self.path), self.done("weigh", self.path, "--all")
        self.assertEqual((short.count("Without both"), whole.count("Without both")), (3, 5))
        self.assertIn("Without both “i-0” and “i-1”, B would lead: together they need lose only 14.4 of their 17.4 dB.",
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
                self.assertIn(f"{flip['needed_db']:.1f}", text)
            for prospect in verdict["prospects"][:20]:
                self.assertIn(prospect["name"], text)

    def test_the_tools_of_another_case_are_compared_with(self):
        other = self.at("other.case")
        self.done("new", other, "--accused", "Sylvania")
        tool = os.path.realpath("/bin/true")
        self.done("add", other, tool, "--collected", "2013-03-20")
        self.done("add", other, os.path.realpath("/bin/false"), "--known-of", "Sylvania")  # not of that incident
        self.done("add", other, self.write("flash.txt", FLASH))
        before = self.done("log", other, "--format", "json")
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("add", self.path, sys.executable)
        self.refused(3, "is a case: with --known-of", "add", self.path, other)
        self.assertIn("added other.case!true (tool)", self.done("add", self.path, other, "--known-of", "Freedonia"))
        found = json.loads(self.done("findings", self.path, "--format", "json"))
        self.assertEqual([(e["name"], e["known_of"], e["source"], e["collected"]) for e in found["exhibits"][1:]],
                         [("other.case!true", "Freedonia", "exhibit 1 of the case other.case", "2013-03-20")])
        self.assertEqual(sum(f["method"].startswith("compare 1 ") for f in found["findings"]), 1)
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")
        self.assertEqual(self.done("log", other, "--format", "json"), before)
        empty = self.at("empty.case")
        self.done("new", empty)
        self.refused(3, "holds no tools of its incident", "add", self.path, empty, "--known-of", "Freedonia")
        with open(other, "r+b") as f:  # somebody else's is opened as hostile
            f.seek(3000)
            f.write(b"\xff" * 3000)
        self.refused(3, "other.case", "add", self.path, other, "--known-of", "Freedonia")

    def test_pages_read_with_a_list_of_names_are_read_with_it_again(self):
        galaxy = self.write("galaxy.json", {"name": "Threat Actor", "type": "threat-actor", "uuid": "7cdff317-a673-4474-84ec-4f1754947823",
                                            "values": [{"value": "Freedonia", "uuid": "7cdff317-a673-4474-84ec-4f1754947824"}]})
        names = self.at("names.bin")
        subprocess.run([SAMEHAND, "exchange", "import", galaxy, "-o", names], check=True, capture_output=True)
        self.done("new", self.path, "--accused", "Freedonia")
        page = self.write("flash.txt", FLASH)
        self.done("add", self.path, page, "--names", names)
        method = json.loads(self.done("findings", self.path, "--format", "json"))["findings"][0]["method"]
        self.assertRegex(method, "^read 2 with [0-9a-f]{64}$")
        self.assertIn("FBI", self.done("claims", self.path))  # it is a reading like any other
        self.assertIn("already there: flash.txt (report): 0 items", self.done("add", self.path, page))
        without = json.loads(self.done("verify", self.path, "--format", "json"))
        self.assertEqual((without["changed"], without["recomputed"], len(without["unseen"])), ([], 0, 1))
        self.assertIn("a list of names", without["unseen"][0])
        found = json.loads(self.done("verify", self.path, "--exhibits", names, "--format", "json"))
        self.assertEqual((found["changed"], found["recomputed"], found["unseen"]), ([], 1, []))
        self.refused(3, "no such", "add", self.path, page, "--names", self.at("none"))

    def test_answers_of_an_earlier_version_are_told_and_not_held_against_the_case(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("add", self.path, self.write("flash.txt", FLASH))
        with sqlite3.connect(self.path) as database:
            database.execute("UPDATE finding SET method = 'read 1'")
        database.close()
        check = json.loads(self.done("verify", self.path, "--format", "json", code=1))  # the chain notices the edit
        self.assertEqual((check["changed"], check["recomputed"]), ([], 0))
        self.assertEqual(check["outdated"][0]["what"], "flash.txt by read 1")
        self.assertIn("FBI", self.done("claims", self.path))  # it is still a reading

    def test_by_reference(self):
        self.done("new", self.path)
        page = self.write("flash.txt", FLASH)
        self.done("add", self.path, page, "--by-reference")
        check = json.loads(self.done("verify", self.path, "--format", "json"))
        self.assertEqual((check["unseen"], check["recomputed"]), (["flash.txt"], 0))
        self.assertIn(f"by reference: {page}", json.loads(self.done("log", self.path, "--format", "json"))["events"][1]["detail"])
        self.refused(3, "no such", "verify", self.path, "--exhibits", self.at("nowhere"))
        os.makedirs(self.at("changed"))
        with open(self.at("changed", "flash.txt"), "w") as f:
            f.write("something else")
        check = json.loads(self.done("verify", self.path, "--exhibits", self.at("changed"), "--format", "json"))
        self.assertEqual((check["unseen"], check["other_content"]), (["flash.txt"], ["flash.txt"]))
        os.makedirs(self.at("moved"))
        os.rename(page, self.at("moved", "other-name.txt"))
        check = json.loads(self.done("verify", self.path, "--exhibits", self.at("moved"), "--format", "json"))
        self.assertEqual((check["unseen"], check["recomputed"], check["changed"]), ([], 1, []))

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

    def test_twice_is_once(self):
        self.done("new", self.path, "--accused", "Freedonia")
        page = self.write("flash.txt", FLASH)
        self.done("add", self.path, page)
        before = self.done("findings", self.path, "--format", "json")
        self.assertIn("already there", self.done("add", self.path, page))
        self.assertEqual(self.done("findings", self.path, "--format", "json"), before)
        evidence = self.write("e.json", {"items": [{"name": "x", "weights_db": {"Freedonia": [1, 2, 3]}}]})
        self.done("import", self.path, evidence)
        self.assertIn("before", self.done("import", self.path, evidence))
        self.assertEqual(sum(i["name"] == "x" for i in self.verdict()["items"]), 1)

    # -- bad input

    def test_bad_evidence_is_one_clear_line(self):
        two = [{"name": "A", "prior": .5}, {"name": "B", "prior": .5}]
        cases = {
            "add up to 1.4": {"hypotheses": [{"name": "A", "prior": .7}, {"name": "B", "prior": .7}], "items": []},
            "no evidence could ever change": {"hypotheses": [{"name": "A", "prior": 0}, {"name": "B", "prior": 1}]},
            "must lie between 0 and 1": {"hypotheses": [{"name": "A", "prior": -1}, {"name": "B", "prior": 2}]},
            "is there twice": {"hypotheses": [{"name": "A"}, {"name": "A"}]},
            "only hypothesis": {"hypotheses": [{"name": "A"}]},
            "not among the hypotheses": {"hypotheses": two, "items": [{"name": "x", "weights_db": {"Z": [0, 0, 0]}}]},
            "likelihood of 0 or 1": {"hypotheses": two, "items": [{"name": "x", "weights_db": {"A": [-1e9, 0, 0]}}]},
            "ascending": {"hypotheses": two, "items": [{"name": "x", "weights_db": {"A": [3, 2, 1]}}]},
            "is not JSON": "{",
            "attributes nothing": {"type": "bundle", "objects": []},
        }
        self.done("new", self.path)
        for says, evidence in cases.items():
            with self.subTest(says):
                result = run("case", "import", self.path, self.write("bad.json", evidence))
                self.assertEqual(result.returncode, 3, result.stderr)
                lines = result.stderr.splitlines()
                self.assertEqual(len(lines), 1, result.stderr)
                self.assertIn(says, lines[0])
        self.refused(2, "no hypotheses", "weigh", self.path)
        self.assertEqual(json.loads(self.done("log", self.path, "--format", "json"))["events"][-1]["number"], 1)  # nothing was kept

    def test_slips_in_keys_are_told(self):
        self.done("new", self.path, "--accused", "Freedonia")
        result = run("case", "import", self.path, self.write("e.json", {"items": [{"name": "x", "weight_db": {"Freedonia": 20}}, {"name": "y"}]}))
        self.assertEqual((result.returncode, result.stdout), (0, "0 hypotheses, 2 items\n"))
        self.assertIn('item "x": "weight_db" is none of its keys; left alone', result.stderr)
        for says, name in (("at most 1000 are kept", "x" * 5000), ("holds a NUL", "a\0b")):
            result = run("case", "import", self.path, self.write("bad.json", {"items": [{"name": "fine"}, {"name": name}]}))
            self.assertEqual(result.returncode, 3, result.stderr)
            self.assertRegex(result.stderr, f"bad.json: item 2: .*{says}")

    def test_where_a_file_ceases_to_be_json_is_said(self):
        self.done("new", self.path)
        self.refused(3, "line 2, column 4", "import", self.path, self.write("a.json", '{"items": [1,\n 2,,]}'))
        self.refused(3, "ends at line 1", "import", self.path, self.write("b.json", '{"items": ['))

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

    def test_names_stand_without_spaces_around_them(self):
        self.done("new", self.path, "--accused", " Freedonia ", "--also", "Fredonia ")
        self.done("hypothesis", self.path, "--add", " Sylvania ", "--reason", "r")
        self.assertLessEqual({"Freedonia", "Proxies of Freedonia", "Sylvania"}, set(self.verdict()["posterior"]))

    def test_what_was_meant_for_import_is_not_kept_as_a_report(self):
        self.done("new", self.path, "--accused", "Freedonia")
        evidence = self.write("e.json", {"items": [{"name": "x", "statement": "y", "points_at": "Freedonia"}]})
        self.refused(3, "case import", "add", self.path, evidence)
        self.assertEqual(self.done("import", self.path, evidence), "0 hypotheses, 1 items\n")
        self.assertNotIn("e.json", run("case", "weigh", self.path).stderr)

    def test_one_tool_on_both_sides_is_told_in_either_order(self):
        for first, second in (((), ("--known-of", "Freedonia")), (("--known-of", "Freedonia"), ())):
            case = self.at(f"order{len(first)}.case")
            self.done("new", case, "--accused", "Freedonia")
            self.done("add", case, os.path.realpath("/bin/true"), *first)
            self.refused(3, "same-build", "add", case, os.path.realpath("/bin/true"), *second)

    def test_bad_usage(self):
        self.done("new", self.path, "--accused", "Freedonia")
        for says, arguments in (("there already", ["new", self.path]),
                                ("no such case", ["weigh", self.at("none.case")]),
                                ("no case file", ["weigh", self.write("x.case", "x" * 5000)]),
                                ("reason", ["assess", self.path, "x", "--new"]),
                                ("likelihood of 0", ["assess", self.path, "x", "--new", "--likelihood", "Freedonia=0", "--reason", "r"]),
                                ("at most 1", ["assess", self.path, "x", "--new", "--likelihood", "Freedonia=2", "--reason", "r"]),
                                ("no weight", ["assess", self.path, "x", "--new", "--weight", "Freedonia=high", "--reason", "r"]),
                                ("likelihood of 0 or 1", ["assess", self.path, "x", "--new", "--weight", "Freedonia=1000", "--reason", "r"]),
                                ("no hypothesis called", ["assess", self.path, "x", "--new", "--points-at", "Nobody", "--reason", "r"]),
                                ("no item is called", ["assess", self.path, "i9", "--exclude", "--reason", "r"]),
                                ("none of", ["assess", self.path, "x", "--new", "--kind", "rumour", "--reason", "r"]),
                                ("give the name of a file", ["report", self.path, "--html", ""]),
                                ("give the name of a file", ["export", self.path, "--stix", "-"]),
                                ("nothing but spaces", ["new", self.at("other.case"), "--accused", "  "]),
                                ("is no date", ["add", self.path, self.write("y.txt", FLASH), "--collected", "soon"])):
            result = run("case", *arguments)
            self.assertIn(result.returncode, (2, 3), arguments)
            self.assertIn(says, result.stderr, arguments)
            self.assertEqual(result.stdout, "", arguments)
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")

    def test_unreadable_exhibits_are_named_and_the_rest_is_done(self):
        self.done("new", self.path)
        self.write("good.txt", FLASH)
        with open(self.at("broken.exe"), "wb") as f:
            f.write(b"\x7fELF\x02\x01\x01" + bytes(60))
        result = run("case", "add", self.path, self.at("good.txt"), self.at("broken.exe"), self.at("missing"))
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("broken.exe", result.stderr)
        self.assertIn("missing", result.stderr)
        self.assertIn("added good.txt", result.stdout)
        for command in ("weigh", "report"):
            self.assertIn("nothing was read from 1 of its exhibits (broken.exe)", run("case", command, self.path).stderr)
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")

    def test_a_tampered_case_is_seen(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("add", self.path, self.write("flash.txt", FLASH))
        for sql in ("UPDATE hypothesis SET prior=.5 WHERE number=1", "UPDATE exhibit_chunk SET bytes=x'00'"):
            with self.subTest(sql):
                database = sqlite3.connect(self.path)
                database.execute(sql)
                database.commit()
                database.close()
                self.assertIn("Not as it was recorded", self.done("verify", self.path, code=1))
        # Whoever uses it is warned too.
        for command in ("weigh", "report", "log"):
            self.assertIn("not as it was recorded: event", run("case", command, self.path).stderr)

    def test_contents_that_belong_to_nothing_are_seen(self):
        self.done("new", self.path)
        database = sqlite3.connect(self.path)
        database.execute("INSERT INTO exhibit_chunk (owner, number, bytes) VALUES (77, 0, x'00')")
        database.commit()
        database.close()
        self.assertIn("belong to nothing", self.done("verify", self.path, code=1))

    def test_what_would_be_lost_without_a_word_is_refused(self):
        self.done("new", self.path, "--accused", "Freedonia")
        for says, text in (("twice in one object", '{"items": [{"name": "x"}], "items": []}'),
                           ("ends with a space", '{"hypotheses": [{"name": "A"}, {"name": "A "}]}'),
                           ("cannot be weighed", json.dumps({"hypotheses": [{"name": f"h{i}"} for i in range(100_000)]}))):
            self.refused(3, says, "import", self.path, self.write("bad.json", text))
        self.refused(2, "go with --add", "hypothesis", self.path, "--prior", "0.3")
        self.refused(2, "go with --add", "hypothesis", self.path, "--remove", "Freedonia", "--role", "other", "--reason", "r")
        self.refused(2, "already", "hypothesis", self.path, "--add", "Freedonia ")
        self.refused(3, "no exhibit", "add", self.path, self.path)
        self.done("add", self.path, self.write("flash.txt", FLASH))
        self.refused(3, "already, as exhibit 1", "add", self.path, self.at("flash.txt"), "--known-of", "Freedonia")
        for name in ("first", "i1"):
            self.done("assess", self.path, name, "--new", "--reason", "r")
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")
        self.refused(2, "number of one item", "assess", self.path, "i1", "--exclude", "--reason", "r")

    def test_a_hostile_case_is_refused(self):
        self.done("new", self.path)
        database = sqlite3.connect(self.path)
        database.execute("CREATE TRIGGER t AFTER INSERT ON item BEGIN DELETE FROM exhibit; END")
        database.commit()
        database.close()
        self.refused(3, "refused", "findings", self.path)

    def test_hostile_names_do_not_reach_the_terminal(self):
        self.done("new", self.path, "--accused", "Free\x1b[2Jdonia", "--title", "t\x1b]0;x\x07")
        self.done("assess", self.path, "na\x1b[31mme", "--new", "--points-at", "Free\x1b[2Jdonia", "--kind", "motive", "--reason", "re\x1bason")
        for command in ("weigh", "report", "findings", "hypothesis", "log"):
            self.assertNotIn("\x1b", self.done(command, self.path), command)

    # -- nothing is lost

    def test_killed_while_adding_goes_on_where_it_was(self):
        self.done("new", self.path, "--accused", "Freedonia")
        os.makedirs(self.at("pages"))
        for i in range(12):
            self.write(f"pages/{i}.txt", FLASH.replace("Friday", f"Friday the {i + 1}th"))
        process = subprocess.Popen([SAMEHAND, "case", "add", self.path, self.at("pages")], stdout=subprocess.DEVNULL)
        time.sleep(.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")
        self.done("add", self.path, self.at("pages"))
        found = json.loads(self.done("findings", self.path, "--format", "json"))
        self.assertEqual((len(found["exhibits"]), len(found["findings"])), (12, 12))
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")

    def test_a_full_disk_is_said_and_loses_nothing(self):
        self.done("new", self.path)
        with open(self.at("large"), "wb") as f:
            f.write(os.urandom(8 << 20))
        limit = 4 << 20

        def no_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        result = run("case", "add", self.path, self.at("large"), "--as", "trace", preexec_fn=no_room)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn("nothing of this step was kept", result.stderr)
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")
        self.done("add", self.path, self.at("large"), "--as", "trace")

    def test_a_disk_that_fills_up_half_way_keeps_and_tells_what_came_before(self):
        self.done("new", self.path, "--accused", "Freedonia")
        os.makedirs(self.at("exhibits"))
        self.write("exhibits/1.txt", FLASH)
        with open(self.at("exhibits", "2.bin"), "wb") as f:
            f.write(os.urandom(8 << 20))
        self.write("exhibits/3.txt", COPY)

        def no_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))
        result = run("case", "add", self.path, self.at("exhibits"), preexec_fn=no_room)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertRegex(result.stdout, r"added 1\.txt \(report\): \d items\n")
        self.assertIn("may not grow so far (a limit of the file system, or ulimit -f); nothing of this step was kept", result.stderr)
        self.assertIn("1 of 3 exhibits were not looked at any more", result.stderr)
        self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")
        self.done("add", self.path, self.at("exhibits"))
        self.assertEqual(len(json.loads(self.done("findings", self.path, "--format", "json"))["exhibits"]), 3)

    def test_a_full_disk(self):
        # A file system of its own, where this may be made; it has room for a case and not for more.
        folder = self.at("small")
        os.mkdir(folder)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("needs the right to mount")
        try:
            self.path = os.path.join(folder, "a.case")
            self.done("new", self.path, "--accused", "Freedonia")
            self.done("add", self.path, self.write("flash.txt", FLASH))
            before = self.verdict()
            with self.assertRaises(OSError), open(os.path.join(folder, "rest"), "wb", buffering=0) as f:
                while True:
                    f.write(bytes(4096))
            for arguments in (("assess", self.path, "x", "--new", "--reason", "r"), ("add", self.path, self.write("copy.txt", COPY)),
                              ("new", os.path.join(folder, "b.case")), ("report", self.path, "--html", os.path.join(folder, "r.html"))):
                result = run("case", *arguments)
                self.assertEqual((result.returncode, result.stdout), (3, ""), result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                self.assertRegex(result.stderr, "no room left on the disk|No space left on device")
            # What is there can still be read.
            self.assertEqual(self.verdict()["posterior"], before["posterior"])
            self.assertEqual(sorted(n for n in os.listdir(folder) if "-" not in n), ["a.case", "rest"])
            os.unlink(os.path.join(folder, "rest"))
            self.done("assess", self.path, "x", "--new", "--reason", "r")
            self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")
        finally:
            subprocess.run(["umount", "-l", folder], check=True)

    def test_interrupted(self):
        self.done("new", self.path, "--accused", "Freedonia")
        os.makedirs(self.at("pages"))
        for i in range(400):
            self.write(f"pages/{i:03}.txt", FLASH.replace("Friday", f"Friday the {i + 1}th"))
        evidence = self.write("e.json", {"items": [{"name": f"i{i}", "weights_db": {"Freedonia": [0, .01, .02]}} for i in range(100_000)]})
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for arguments in (("add", self.path, self.at("pages")), ("import", self.path, evidence)):
                before = json.loads(self.done("log", self.path, "--format", "json"))["events"]
                process = subprocess.Popen([SAMEHAND, "case", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                time.sleep(.15)
                process.send_signal(number)
                out, err = process.communicate(timeout=60 * SLOWER)
                self.assertEqual((process.returncode, out), (-number, ""), err)  # a shell shows 130, 143, 129
                self.assertEqual(len(err.splitlines()), 1, err)
                self.assertIn(f"interrupted: {self.path} holds what was done before", err)
                self.assertEqual(self.done("verify", self.path).split(":")[0], "As it was recorded")
                events = json.loads(self.done("log", self.path, "--format", "json"))["events"]
                self.assertEqual(events[:len(before)], before)  # nothing is lost
        kept = len(json.loads(self.done("findings", self.path, "--format", "json"))["exhibits"])
        self.assertLess(kept, 400)
        self.done("add", self.path, *(self.at("pages", f"{i:03}.txt") for i in range(kept + 2)))
        self.assertEqual(len(json.loads(self.done("findings", self.path, "--format", "json"))["exhibits"]), kept + 2)

    def test_progress_of_one_long_step(self):
        # A terminal sees how far a single large file has come.
        import fcntl, pty, select, struct, termios
        self.done("new", self.path)
        with open(self.at("large"), "wb") as f:
            piece = os.urandom(1 << 20)
            for k in range(300):
                f.write(k.to_bytes(4, "big") + piece[4:])
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        process = subprocess.Popen([SAMEHAND, "case", "add", self.path, self.at("large"), "--as", "trace"], stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        # Nothing is shown within the first second, which a fast machine may not need: so it passes while the program stands.
        time.sleep(.05)
        process.send_signal(signal.SIGSTOP)
        time.sleep(1.2)
        process.send_signal(signal.SIGCONT)
        seen = b""
        while True:
            if select.select([master], [], [], .1)[0]:
                try:
                    piece = os.read(master, 4096)
                except OSError:
                    break
                seen += piece
        self.assertEqual(process.wait(60 * SLOWER), 0)
        os.close(master)
        steps = [float(n) for n in re.findall(rb"adding 0 of 1: [^\r\x1b]*large, keeping it: (\d+\.\d) MB of 314\.6 MB", seen)]
        self.assertGreater(len(steps), 1, seen)
        self.assertEqual(steps, sorted(set(steps)))
        self.assertTrue(seen.endswith(b"\r\x1b[K"), seen[-200:])

    # -- documentation

    def test_the_tables_in_the_documentation_are_those_of_the_program(self):
        with open(os.path.join(DOCS, "case.md")) as f:
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
    DOCS = os.path.abspath(sys.argv.pop(2))
    SAMEHAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
