#!/usr/bin/env python3
"""`samehand case export` and `import` as other programs meet them: bundles that hold together, cases that come back whole.

  exchange_test.py SAMEHAND REPOSITORY      SAMEHAND is the program under test

Against the OASIS schemas evaluation/run_stix.py validates; what is checked here needs none.
"""
import json, os, pathlib, re, subprocess, sys, tempfile, unittest, uuid

from slower import SLOWER

SAMEHAND = REPOSITORY = None
OASIS = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NEEDED = {"relationship": {"relationship_type", "source_ref", "target_ref"}, "note": {"content", "object_refs"}, "report": {"name", "published", "object_refs"},
          "opinion": {"opinion", "object_refs"}, "grouping": {"context", "object_refs"}, "malware": {"is_family"}, "identity": {"name"},
          "indicator": {"pattern", "pattern_type", "valid_from"}, "observed-data": {"first_observed", "last_observed", "number_observed", "object_refs"},
          "campaign": {"name"}, "intrusion-set": {"name"}, "threat-actor": {"name"}, "attack-pattern": {"name"}, "tool": {"name"},
          "extension-definition": {"name", "schema", "version", "extension_types", "created_by_ref"}}
OBSERVABLES = {"file": ("hashes", "name"), "artifact": ("hashes", "payload_bin")}
# STIX 2.1, 9.2, as far as indicators here need it: one or two comparisons with a quoted text or a number.
COMPARISON = r"[a-z0-9-]+:(?:[\w.]|'[^']+')+ (?:=|ISSUBSET) (?:'(?:[^'\\]|\\['\\])+'|\d+)"
PATTERN = re.compile(rf"\[{COMPARISON}(?: AND {COMPARISON})?\]")
FLASH = """The agency blames Freedonia for the attack

WASHINGTON, Dec. 19, 2014 - The FBI said on Friday that Freedonia was responsible for the attack on the studio. Kim Song, a \
Freedonian diplomat, denied that Freedonia was behind the attack. Researchers at Norse said that a former employee was behind \
the attack. The White House declined to say who was responsible. The servers 203.0.114.7 and evil-updates.net were used. The attackers \
used T1485 and wrote C:\\Users\\it's\\drop.exe.
"""


def run(*arguments):
    return subprocess.run([SAMEHAND, *arguments], capture_output=True, text=True, timeout=300 * SLOWER)


def as_evidence(dossier):
    """A dossier without what belongs to the case file and not to the evidence."""
    hashes = {e["number"]: e["sha256"] for e in dossier["exhibits"]}
    for key in ("case", "history", "shared_code", "remarks"):
        del dossier[key]
    for event in [j for i in dossier["items"] for j in i.get("judgements", [])]:
        del event["event"]
        if event["field"] in ("weights", "points-at"):  # by the numbers of hypotheses
            del event["value"]
    for claim in dossier["claims"]:
        claim["exhibit"] = hashes[claim["exhibit"]]
    dossier["exhibits"] = sorted(({k: e[k] for k in ("sha256", "name", "kind", "size", "source", "collected", "known_of")}
                                  for e in dossier["exhibits"] if e["kind"] != "import"), key=lambda e: e["sha256"])
    dossier["findings"] = sorted((hashes[f["exhibit"]], f["method"], f["sha256"]) for f in dossier["findings"])
    return dossier


class Exchange(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.case = self.at("a.case")

    def tearDown(self):
        self.folder.cleanup()

    def at(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, content):
        with open(self.at(name), "w") as f:
            f.write(content if isinstance(content, str) else json.dumps(content))
        return self.at(name)

    def done(self, *arguments, code=0):
        result = run("case", *arguments)
        self.assertEqual(result.returncode, code, f"{arguments}: {result.stderr}")
        return result.stdout

    def asked(self, command, case):
        return [json.loads(line) for line in self.done(command, case, "--format", "json").splitlines()]

    def made(self):
        """A case with everything: pages, a tool, weights by hand, judgements, a removed hypothesis, exclusions, odd texts."""
        self.done("new", self.case, "--title", "The “studio”", "--accused", "Freedonia", "--also", "Freedonian")
        self.done("add", self.case, self.write("flash.txt", FLASH), self.write("copy.txt", FLASH.replace("Norse", "Norse Corp")), "--collected", "2014-12-20", "--source", "a wire")
        self.done("add", self.case, sys.executable, "--known-of", "Freedonia", "--by-reference", "--collected", "2013")
        self.done("hypothesis", self.case, "--add", "Gone", "--prior", ".1")
        self.done("import", self.case, self.write("items.json", {"items": [
            {"name": "weighed", "weights_db": {"Freedonia": [1, 1 / 3 + 1, 3], "Gone": 2, "An insider": [-2, -1, 0]}, "known": "2014-12", "group": "g"},
            {"name": "for the gone alone", "kind": "shared-code", "points_at": "Freedonia", "weights_db": {"Gone": 5}},
            {"name": "tab\tand \"quotes\" \\ é 漢", "kind": "infrastructure", "points_at": "Freedonia", "public_before": False, "group": "g"},
            {"name": "aside", "kind": "shared-code", "points_at": "Freedonia"}]}))
        number = {i["name"]: str(i["number"]) for i in self.asked("findings", self.case)[-1]["items"]}
        self.done("assess", self.case, number["aside"], "--exclude", "--reason", "a copy")
        self.done("assess", self.case, number["weighed"], "--points-at", "Gone", "--reliability", "B2", "--reason", "seen")
        self.done("assess", self.case, number["weighed"], "--weight", "Freedonia=0,0.1,7", "--weight", "Gone=1", "--reason", "measured")
        self.done("hypothesis", self.case, "--remove", "Gone", "--reason", "nobody")

    def exported(self, case=None, name="bundle.json"):
        self.done("export", case or self.case, "--stix", self.at(name))
        with open(self.at(name)) as f:
            return json.load(f)

    def test_a_bundle_holds_together(self):
        self.made()
        bundle = self.exported()
        objects = bundle["objects"]
        ids = [o["id"] for o in objects]
        self.assertEqual(len(ids), len(set(ids)))
        types = {o["type"] for o in objects}
        self.assertLessEqual({"campaign", "intrusion-set", "threat-actor", "malware", "indicator", "observed-data", "report", "note", "opinion",
                              "relationship", "grouping", "attack-pattern", "extension-definition", "identity", "file", "artifact"}, types)

        def references(value, key=""):
            if isinstance(value, dict):
                return [r for k, v in value.items() for r in references(v, k)]
            if isinstance(value, list):
                return [r for v in value for r in references(v, key)]
            return [value] if key.endswith(("_ref", "_refs")) else []

        for o in objects:
            with self.subTest(o["id"]):
                kind, identity = o["id"].split("--")
                self.assertEqual(kind, o["type"])
                self.assertEqual(uuid.UUID(identity).version, 5)
                self.assertEqual(o["spec_version"], "2.1")
                self.assertLessEqual(set(references(o)), set(ids))
                if o["type"] in OBSERVABLES:
                    canonical = json.dumps({k: o[k] for k in OBSERVABLES[o["type"]] if k in o}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                    self.assertEqual(identity, str(uuid.uuid5(OASIS, canonical)))
                else:
                    self.assertRegex(o["created"], TIME)
                    self.assertRegex(o["modified"], TIME)
                    self.assertLessEqual(o["created"], o["modified"])
                    self.assertLessEqual(NEEDED[o["type"]], set(o))
                    self.assertTrue(all(v not in ([], {}, None) for v in o.values()))
                if o["type"] == "indicator":
                    self.assertTrue(PATTERN.fullmatch(o["pattern"]), o["pattern"])
        patterns = {o["pattern"] for o in objects if o["type"] == "indicator"}
        self.assertIn("[domain-name:value = 'evil-updates.net']", patterns)
        self.assertIn("[ipv4-addr:value = '203.0.114.7']", patterns)

    def test_attributions_carry_the_posterior_and_denials_contest_them(self):
        self.made()
        objects = {o["id"]: o for o in self.exported()["objects"]}
        posterior = self.asked("weigh", self.case)[0]["posterior"]
        attributed = {objects[o["target_ref"]]["name"]: o for o in objects.values() if o.get("relationship_type") == "attributed-to" and "confidence" in o}
        self.assertEqual(set(attributed), set(posterior) - {"None of these"})
        for name, relation in attributed.items():
            self.assertEqual(relation["confidence"], round(100 * posterior[name]["mid"]))
        denials = [o for o in objects.values() if o["type"] == "opinion" and o["opinion"] == "strongly-disagree"]
        self.assertTrue(denials)
        for denial in denials:
            self.assertEqual(denial["object_refs"], [attributed["Freedonia"]["id"]])
            self.assertIn("Kim Song", denial["authors"][0])
        self.assertTrue([o for o in objects.values() if o["type"] == "opinion" and o["opinion"] == "agree"])

    def test_a_case_comes_back_whole(self):
        self.made()
        bundle = self.exported()
        again = self.at("again.case")
        self.done("new", again)  # the title comes too
        self.assertIn("exhibits by their hashes", self.done("import", again, self.at("bundle.json")))
        before, after = (self.asked("weigh", c)[0] for c in (self.case, again))
        for verdict in (before, after):
            del verdict["file"], verdict["head"]
        self.assertEqual(before, after)
        self.assertEqual(self.asked("claims", self.case), self.asked("claims", again))
        # A case's own numbers of hypotheses begin anew where one had been removed; the rest is the same.
        findings = [self.asked("findings", c)[-1] for c in (self.case, again)]
        for item in findings[0]["items"] + findings[1]["items"]:
            for judgement in item.get("judgements", []):
                del judgement["event"]
                if judgement["field"] == "weights" or judgement["field"] == "points-at":
                    del judgement["value"]
        for a, b in zip(*(f["items"] for f in findings), strict=True):
            self.assertEqual({k: v for k, v in a.items() if k != "weights_db"}, {k: v for k, v in b.items() if k != "weights_db"})
        exhibits = [{e["sha256"]: {k: e[k] for k in ("name", "kind", "size", "source", "collected", "known_of")} for e in f["exhibits"]} for f in findings]
        self.assertEqual(exhibits[0], {h: e for h, e in exhibits[1].items() if h in exhibits[0]})
        self.assertEqual([e["by_reference"] for e in findings[1]["exhibits"]].count(False), 1)  # the bundle itself
        # What a method had found is recomputed from the exhibits, wherever they lie now.
        check = self.done("verify", again, "--exhibits", self.folder.name)
        self.assertIn("As it was recorded", check)
        # The whole dossier is the same, but for what a case's own life gives it: numbers of exhibits and events, whose content
        # is at hand, and the history.
        dossiers = []
        for c in (self.case, again):
            self.done("report", c, "--json", self.at("d.json"))
            with open(self.at("d.json")) as f:
                dossiers.append(as_evidence(json.load(f)))
        self.assertEqual(dossiers[0], dossiers[1])
        # And out once more: the same evidence.
        once_more = self.exported(again, "again.json")

        def items(b):
            values = [v["item"] for o in b["objects"] for v in o.get("extensions", {}).values() if "item" in v]
            return sorted(values, key=lambda i: i["number"])
        self.assertEqual(items(bundle), items(once_more))
        self.assertIn("imported before", self.done("import", again, self.at("bundle.json")))

    def test_the_same_case_gives_the_same_bundle(self):
        self.made()
        self.exported()
        self.exported(name="second.json")
        with open(self.at("bundle.json")) as a, open(self.at("second.json")) as b:
            self.assertEqual(a.read(), b.read())
        before = {o["id"] for o in self.exported()["objects"]}
        self.done("assess", self.case, "1", "--reliability", "A1", "--reason", "sure")
        self.assertEqual(before, {o["id"] for o in self.exported()["objects"]})

    def test_an_empty_case_and_one_without_hypotheses(self):
        self.done("new", self.case)
        self.assertTrue(self.exported()["objects"])
        result = run("case", "import", self.case, self.at("bundle.json"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.done("add", self.case, self.write("flash.txt", FLASH))
        self.assertTrue([o for o in self.exported()["objects"] if o["type"] == "report"])

    def test_others_reports_point_at_whom_they_name(self):
        self.done("new", self.case, "--accused", "Freedonia", "--also", "Bear")
        event = {"Event": {"info": "Wiper", "date": "2014-12-24", "Orgc": {"name": "CERT X"}, "Attribute": [{"type": "ip-dst", "value": "203.0.114.7"}],
                           "Tag": [{"name": 'admiralty-scale:source-reliability="b"'}, {"name": 'admiralty-scale:information-credibility="2"'}],
                           "Galaxy": [{"type": "threat-actor", "GalaxyCluster": [{"type": "threat-actor", "value": "BEAR (group)"}]}]}}
        bundle = {"type": "bundle", "objects": [
            {"type": "identity", "id": "identity--1", "name": "A lab"}, {"type": "campaign", "id": "campaign--1", "name": "Wiper"},
            {"type": "threat-actor", "id": "threat-actor--1", "name": "Somebody", "aliases": ["Freedonia"]},
            {"type": "relationship", "id": "relationship--1", "created": "2014-12-25T00:00:00.000Z", "created_by_ref": "identity--1", "confidence": 85,
             "relationship_type": "attributed-to", "source_ref": "campaign--1", "target_ref": "threat-actor--1"}]}
        self.assertEqual(self.done("import", self.case, self.write("event.json", event)), "0 hypotheses, 2 items\n")
        self.done("import", self.case, self.write("bundle.json", bundle))
        items = {i["name"]: i for i in self.asked("findings", self.case)[-1]["items"]}
        label, lab = items["CERT X: it was BEAR (group)"], items["A lab: it was Somebody"]
        self.assertEqual((label["points_at"], label["reliability"], label["known"]), ("Freedonia", "B2", "2014-12-24"))
        self.assertEqual((lab["points_at"], lab["reliability"], lab["kind"]), ("Freedonia", "F1", "attribution"))
        self.assertEqual(items["CERT X: 1 addresses and domains"]["points_at"], "")

    def test_what_could_not_be_used_of_others_is_said(self):
        self.done("new", self.case, "--accused", "Freedonia")
        relations = [{"type": "relationship", "id": f"relationship--{i}", "relationship_type": "attributed-to", "source_ref": "campaign--1",
                      "target_ref": "threat-actor--1" if i == 0 else "threat-actor--9", "confidence": "high"} for i in range(9)]
        bundle = {"type": "bundle", "objects": [{"type": "campaign", "id": "campaign--1", "name": "Wiper"},
                                                {"type": "threat-actor", "id": "threat-actor--1", "name": "Freedonia"}, *relations]}
        result = run("case", "import", self.case, self.write("others.json", bundle))
        self.assertEqual((result.returncode, result.stdout), (0, "0 hypotheses, 1 items\n"), result.stderr)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 6, lines)
        self.assertIn("9 of what it holds could not be used as it stands; the first 5:", lines[0])
        self.assertTrue(any("relationship--1: attributes to threat-actor--9, which is not in the bundle; left out" in l for l in lines))
        detail = self.asked("log", self.case)[-1]["events"][-1]["detail"]
        self.assertIn("9 not used as it stands: relationship--0: \"confidence\" \"high\" is no whole number", detail)
        self.assertIn("threat-actor--9", " ".join(self.done("log", self.case).split()))

    def test_a_later_bundle_adds_what_is_new(self):
        self.done("new", self.case, "--accused", "Freedonia")
        def bundle(*labs):
            return {"type": "bundle", "objects": [
                {"type": "campaign", "id": "campaign--1", "name": "Wiper"}, {"type": "threat-actor", "id": "threat-actor--1", "name": "Freedonia"},
                *({"type": "identity", "id": f"identity--{lab}", "name": lab} for lab in labs),
                *({"type": "relationship", "id": f"relationship--{lab}", "created": "2014-12-25T00:00:00.000Z", "created_by_ref": f"identity--{lab}",
                   "relationship_type": "attributed-to", "source_ref": "campaign--1", "target_ref": "threat-actor--1"} for lab in labs)]}
        self.assertEqual(self.done("import", self.case, self.write("first.json", bundle("A", "B"))), "0 hypotheses, 2 items\n")
        item = self.asked("findings", self.case)[-1]["items"][0]
        self.done("assess", self.case, f"i{item['number']}", "--reliability", "B2", "--reason", "known well")
        self.assertEqual(self.done("import", self.case, self.write("later.json", bundle("A", "B", "C"))),
                         "0 hypotheses, 1 items (2 more had been imported before)\n")
        self.assertEqual(sorted(i["source"] for i in self.asked("findings", self.case)[-1]["items"]), ["A", "B", "C"])
        self.assertIn("2 known", self.done("log", self.case))

    def test_a_case_learns_nothing_from_its_own_bundle(self):
        self.made()
        before = self.asked("findings", self.case)[-1]["items"]
        self.exported(name="own.json")
        said = self.done("import", self.case, self.at("own.json"))
        self.assertIn("had been imported before", said)
        self.assertLessEqual(len(self.asked("findings", self.case)[-1]["items"]), len(before) + sum(not i["statement"] for i in before))

    def test_a_misp_event(self):
        self.made()
        self.done("export", self.case, "--misp", self.at("event.json"))
        with open(self.at("event.json")) as f:
            event = json.load(f)["Event"]
        values = {(a["type"], a["value"]) for a in event["Attribute"]}
        self.assertLessEqual({("domain", "evil-updates.net"), ("ip-dst", "203.0.114.7"), ("threat-actor", "Freedonia")}, values)
        self.done("new", self.at("b.case"), "--accused", "Freedonia")
        # Its hypotheses are nobody's attributions.
        result = run("case", "import", self.at("b.case"), self.at("event.json"))
        self.assertEqual((result.returncode, "written from a case" in result.stderr), (3, True), result.stderr)
        event["Tag"] = []
        event["Attribute"] = [{k: v for k, v in a.items() if k != "Tag"} for a in event["Attribute"]]
        self.done("import", self.at("b.case"), self.write("others.json", {"Event": event}))
        items = self.asked("findings", self.at("b.case"))[-1]["items"]
        self.assertIn("Freedonia", [i["points_at"] for i in items])

    def test_outputs_never_meet(self):
        self.made()
        os.symlink(self.at("later"), self.at("link"))
        for one, other in (("x", "./x"), ("later", "link"), ("x", "x")):
            result = subprocess.run([SAMEHAND, "case", "export", self.case, "--stix", one, "--misp", other], cwd=self.folder.name,
                                    capture_output=True, text=True, timeout=300 * SLOWER)
            self.assertEqual(result.returncode, 2, (one, other))
            self.assertFalse(os.path.exists(self.at(one)))
        for suffix in ("-wal", "-shm", "-journal"):
            self.assertEqual(run("case", "export", self.case, "--stix", self.case + suffix).returncode, 2)

    def test_what_is_damaged_in_a_bundle_is_refused(self):
        self.made()
        text = json.dumps(self.exported())
        artifact = next(o for o in json.loads(text)["objects"] if o["type"] == "artifact")
        for says, bad in (("is damaged", text.replace(artifact["payload_bin"], "bm90IGpzb24=")),
                          ("is no date", re.sub(r'"known": "[^"]*"', '"known": "never"', text))):
            self.assertNotEqual(bad, text)
            self.done("new", self.at(says + ".case"))
            result = run("case", "import", self.at(says + ".case"), self.write("bad.json", bad))
            self.assertEqual((result.returncode, says in result.stderr), (3, True), result.stderr)

    def test_a_layer(self):
        self.made()
        self.done("export", self.case, "--navigator", self.at("layer.json"))
        with open(self.at("layer.json")) as f:
            layer = json.load(f)
        self.assertEqual((layer["versions"]["layer"], layer["domain"]), ("4.5", "enterprise-attack"))
        scores = {t["techniqueID"]: t["score"] for t in layer["techniques"]}
        self.assertEqual(scores["T1485"], 2)
        self.assertTrue(all(re.fullmatch(r"T\d{4}(\.\d{3})?", t) for t in scores))

    def test_bad_usage_and_bad_bundles(self):
        self.done("new", self.case, "--accused", "Freedonia")
        for code, says, *arguments in ((2, "nothing to write", "export", self.case), (2, "", "export", self.case, "--stix", self.case),
                                       (3, "", "export", self.at("none.case"), "--stix", self.at("x")),
                                       (2, "no such folder", "export", self.case, "--stix", self.at("no/where"))):
            result = run("case", *arguments)
            self.assertEqual(result.returncode, code, f"{arguments}: {result.stderr}")
            self.assertIn(says, result.stderr)
        self.assertEqual(run("case", "weigh", self.case).returncode, 0)  # it was not overwritten
        text = json.dumps(self.exported())
        another = {**next(o for o in json.loads(text)["objects"] if o["type"] == "campaign"), "id": "campaign--" + str(uuid.uuid4())}
        deep = '{"type": "bundle", "objects": ' + "[" * 1000 + "]" * 1000 + "}"
        for says, bad in (("deep", deep), ("must be an object", '{"type": "bundle", "objects": [7]}'),
                          ("must be a list", '{"type": "bundle", "objects": {}}'),
                          ("no value", text.replace('"role": "accused"', '"role": "king"')),
                          ("is there twice", text.replace('"name": "An insider"', '"name": "Freedonia"')),
                          ("several cases", json.dumps({"type": "bundle", "objects": [*json.loads(text)["objects"], another]}))):
            with self.subTest(says):
                result = run("case", "import", self.case, self.write("bad.json", bad))
                self.assertEqual(result.returncode, 3, result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                self.assertIn(says, result.stderr)
        # Judgements that no case would keep, places outside, numbers from nowhere: refused as a whole.
        item = {"type": "note", "id": "note--1", "extensions": {}}
        extension = next(k for o in json.loads(text)["objects"] for k in o.get("extensions", {}))
        for says, value in (("no \"colour\"", {"judgements": [{"field": "colour", "value": "red"}]}),
                            ("no value", {"judgements": [{"field": "reliability", "value": "Z9"}]}),
                            ("among the hypotheses", {"judgements": [{"field": "points-at", "value": "Nobody we know"}]}),
                            ("no exhibit of the bundle", {"loci": [{"exhibit_ref": "file--1", "unit": "whole"}]})):
            with self.subTest(says):
                item["extensions"] = {extension: {"item": {"number": 1, "name": "x", **value}}}
                result = run("case", "import", self.case, self.write("bad.json", {"type": "bundle", "objects": [item]}))
                self.assertEqual(result.returncode, 3, result.stderr)
                self.assertIn(says, result.stderr)
        self.assertEqual(len(self.asked("findings", self.case)[-1]["items"]), 0)

    def test_the_schema_names_what_is_written(self):
        self.made()
        with open(REPOSITORY / "docs/format/stix-extension.schema.json") as f:
            schema = json.load(f)
        with open(REPOSITORY / "docs/format/stix.md") as f:
            words = f.read()
        for o in self.exported()["objects"]:
            for key, value in o.get("extensions", {}).items():
                self.assertIn(key, schema["description"])
                self.assertIn(key, words)
                for part, content in value.items():
                    self.assertIn(part, schema["properties"])
                    if isinstance(content, dict):
                        self.assertLessEqual(set(content), set(schema["properties"][part]["properties"]))
                        self.assertLessEqual(set(schema["properties"][part].get("required", ())), set(content))


if __name__ == "__main__":
    REPOSITORY = pathlib.Path(sys.argv.pop(2))
    SAMEHAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
