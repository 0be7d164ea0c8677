#!/usr/bin/env python3
"""`samehand case` as its users meet it: from the first exhibit to the verdict, judgements, hypotheses, evidence brought in, slips.

  case_test.py SAMEHAND      SAMEHAND is the program under test
"""
import json

from case_testing import COPY, FLASH, CaseTest, main, run


class CaseFromTheBeginning(CaseTest):
    def test_from_reports_to_a_verdict(self):
        self.done("new", self.path, "--title", "The studio", "--accused", "Freedonia", "--by", "ana")
        self.done("add", self.path, self.write("flash.txt", FLASH), self.write("copy.txt", COPY), "--collected", "2014-12-21", "--by", "ana")
        found = self.asked("findings")
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
        self.assert_as_recorded()

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
        item = self.asked("findings")["items"][0]
        self.assertEqual([j["reason"] for j in item["judgements"]], ["seen by ana", "expert's opinion", "no: as a likelihood", "withdrawn"])
        events = self.asked("log")["events"]
        self.assertEqual([e["who"] for e in events][:4], ["ana", "ana", "ana", "bob"])

    def test_hypotheses(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("hypothesis", self.path, "--add", "Sylvania", "--prior", "0.2", "--role", "unrelated", "--reason", "a rival")
        priors = {h["name"]: h["prior"] for h in self.asked("hypothesis")["hypotheses"]}
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

    def test_names_stand_without_spaces_around_them(self):
        self.done("new", self.path, "--accused", " Freedonia ", "--also", "Fredonia ")
        self.done("hypothesis", self.path, "--add", " Sylvania ", "--reason", "r")
        self.assertLessEqual({"Freedonia", "Proxies of Freedonia", "Sylvania"}, set(self.verdict()["posterior"]))

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
        self.assertEqual(self.asked("log")["events"][-1]["number"], 1)  # nothing was kept

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

    def test_what_was_meant_for_import_is_not_kept_as_a_report(self):
        self.done("new", self.path, "--accused", "Freedonia")
        evidence = self.write("e.json", {"items": [{"name": "x", "statement": "y", "points_at": "Freedonia"}]})
        self.refused(3, "case import", "add", self.path, evidence)
        self.assertEqual(self.done("import", self.path, evidence), "0 hypotheses, 1 items\n")
        self.assertNotIn("e.json", run("case", "weigh", self.path).stderr)

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
        self.assert_as_recorded()
        self.refused(2, "number of one item", "assess", self.path, "i1", "--exclude", "--reason", "r")

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
        self.assert_as_recorded()

    def test_hostile_names_do_not_reach_the_terminal(self):
        self.done("new", self.path, "--accused", "Free\x1b[2Jdonia", "--title", "t\x1b]0;x\x07")
        self.done("assess", self.path, "na\x1b[31mme", "--new", "--points-at", "Free\x1b[2Jdonia", "--kind", "motive", "--reason", "re\x1bason")
        for command in ("weigh", "report", "findings", "hypothesis", "log"):
            self.assertNotIn("\x1b", self.done(command, self.path), command)

    def test_new_in_a_folder_that_is_not_there(self):
        result = run("case", "new", self.at("none", "a.case"))
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("none/a.case: there is no such folder; nothing was done", result.stderr)


if __name__ == "__main__":
    main()
