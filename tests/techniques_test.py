#!/usr/bin/env python3
"""`samehand case techniques` as its users meet it: a made-up bundle, questions, an evaluation, bad input.

  techniques_test.py SAMEHAND DOCS      SAMEHAND is the program under test, DOCS the folder of its documentation
"""
import gzip, json, os, re, subprocess, sys, tempfile, unittest

from slower import SLOWER

SAMEHAND = DOCS = None
NAMES = {"attack-pattern": "T", "malware": "S", "tool": "S", "intrusion-set": "G", "campaign": "C"}


def run(*arguments):
    return subprocess.run([SAMEHAND, "case", *arguments], capture_output=True, text=True, timeout=120 * SLOWER)


class World:
    """Twelve groups that all phish, each with malware of its own; two campaigns of G3 and G7, told of by their own reports."""

    def __init__(self):
        self.objects = [{"type": "x-mitre-collection", "id": "x-mitre-collection--1", "x_mitre_version": "9.9"}]
        self.ids = {}
        for t in range(30):
            self.thing("attack-pattern", f"T{1000 + t}", f"Method {t}")
        self.thing("tool", "S99", "netfoo")
        for g in range(12):
            self.thing("intrusion-set", f"G{g}", f"Group {g}")
            self.thing("malware", f"S{g}", f"Fern{g}")
            for t in (0, 1, 2 + g, 2 + (g * 5) % 12):
                self.relation("uses", f"G{g}", f"T{1000 + t}", f"2015 on G{g}")
            self.relation("uses", f"G{g}", f"S{g}", f"2016 on G{g}")
            self.relation("uses", f"S{g}", f"T{1014 + g}", f"2017 on S{g}")
        for c, g in (("C3", 3), ("C7", 7)):
            self.thing("campaign", c, f"Campaign {c}")
            self.relation("attributed-to", c, f"G{g}")
            for f in ("T1000", f"T{1002 + g}", f"T{1014 + g}", f"S{g}"):
                self.relation("uses", c, f, f"2020 on {c}")
        self.relation("uses", "G5", "S7", "2020 on C7")  # rests on the campaign's own report
        self.thing("intrusion-set", "G40", "Nobody")

    def thing(self, kind, number, name, **more):
        self.ids[number] = f"{kind}--{number}"
        self.objects.append({"type": kind, "id": self.ids[number], "name": name, "external_references":
                             [{"source_name": "mitre-attack", "external_id": number}], **more})

    def relation(self, kind, source, target, *reports, **more):
        self.objects.append({"type": "relationship", "id": f"relationship--{len(self.objects)}", "relationship_type": kind,
                             "source_ref": self.ids[source], "target_ref": self.ids[target], "external_references":
                             [{"source_name": r, "description": f"Doe, J. ({r[:4]}, May 1). {r}.",
                              "url": f"https://blog.press{source[1:]}.example/{r.replace(' ', '-')}"} for r in reports], **more})


class Techniques(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.bundle = self.write("bundle.json", {"type": "bundle", "objects": World().objects})

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else json.dumps(content).encode())
        return path

    def done(self, *arguments):
        result = run("techniques", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def refused(self, code, says, *arguments):
        result = run("techniques", *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1)
        self.assertRegex(result.stderr, says)

    def test_evaluation_is_what_scorers_take(self):
        rows = [line.split("\t") for line in self.done("--evaluate", self.bundle, "--format", "tsv").splitlines()]
        self.assertEqual(rows.pop(0), ["campaign", "group", "score"])
        for campaign, group in (("C3", "G3"), ("C7", "G7")):
            own = [(float(score), g) for c, g, score in rows if c == campaign]
            self.assertEqual({g for _, g in own}, {f"G{g}" for g in range(12)})  # not G40, of which nothing is known
            self.assertEqual(own, sorted(own, key=lambda row: -row[0]))
            self.assertEqual(own[0][1], group)
        with open(self.bundle, "rb") as f:
            packed = self.write("bundle.json.gz", gzip.compress(f.read()))
        self.assertEqual(self.done("--evaluate", packed, "--format", "tsv"), self.done("--evaluate", self.bundle, "--format", "tsv"))

    def test_the_campaigns_own_reports_take_no_part(self):
        decoder, text, found = json.JSONDecoder(), self.done("--evaluate", self.bundle, "--format", "json"), {}
        while text.strip():
            value, end = decoder.raw_decode(text.lstrip())
            text = text.lstrip()[end:]
            found[value["campaign"]] = value
        five = next(g for g in found["C7"]["groups"] if g["id"] == "G5")
        self.assertNotIn("S7", [s["id"] for s in five.get("shared", [])])
        self.assertFalse([r for g in found["C7"]["groups"] for s in g.get("shared", []) for r in s["reports"] if r == "2020 on C7"])

    def test_a_question(self):
        asked = ("--attack", self.bundle, "--technique", "T1009", "--software", "fern7", "--software", "nothing", "--format", "json")
        answer = json.loads(self.done(*asked))
        self.assertEqual(answer["origin"], "ATT&CK 9.9")
        self.assertEqual([t["id"] for t in answer["traits"]], ["T1009", "S7"])
        self.assertEqual(answer["unknown"], ["nothing"])
        best = answer["groups"][0]
        self.assertEqual((best["rank"], best["id"], best["name"]), (1, "G7", "Group 7"))
        self.assertIn({"id": "S7", "reports": ["2016 on G7", "2020 on C7"]}, best["shared"])
        self.assertNotIn("score", answer["groups"][-1])
        without = json.loads(self.done(*asked, "--leave-out", "2016 on G7", "--leave-out", "2020 on C7"))
        seven = next(g for g in without["groups"] if g["id"] == "G7")
        self.assertNotIn("S7", [s["id"] for s in seven.get("shared", [])])

    def test_publishers_and_what_only_words_say(self):
        world = World()
        world.thing("malware", "S50", "Moss50", description="[Moss50](x) was seen with Group 4. It is a variant of Fern6.")
        bundle = self.write("words.json", {"type": "bundle", "objects": world.objects})
        asked = ("--attack", bundle, "--software", "S50", "--technique", "T1000")
        answer = json.loads(self.done(*asked, "--format", "json"))
        self.assertEqual({g["id"] for g in answer["groups"][:2]}, {"G4", "G6"})
        ties = {(g["id"], s["id"], s.get("tie"), s.get("through")) for g in answer["groups"] for s in g.get("shared", [])}
        self.assertIn(("G4", "S50", "named", None), ties)
        self.assertIn(("G6", "S50", "kin", "Fern6"), ties)
        self.assertEqual(answer["publishers"], [])
        text = self.done(*asked, "--publisher", "http://www.press9.example/x", "--publisher", "unheard.example")
        self.assertIn("named with the group: S50 Moss50", text)
        self.assertIn("akin to Fern6: S50 Moss50", text)
        self.assertRegex(" ".join(text.split()), r"published by press9\.example: groups")
        technique = ("--attack", bundle, "--technique", "T1000", "--format", "json")
        nine = [next(g for g in json.loads(self.done(*technique, *more))["groups"] if g["id"] == "G9")
                for more in ((), ("--publisher", "press9.example"))]
        self.assertGreater(nine[1]["share"], nine[0]["share"])
        for none in ("notadomain", "", "a b.example"):
            refused = run("techniques", *technique, "--publisher", none)
            self.assertEqual((refused.returncode, refused.stdout), (2, ""), none)
            self.assertIn(f'--publisher: "{none}" is no domain or URL', refused.stderr)

    def test_text_says_what_is_shared_how_common_it_is_and_how_little_that_is(self):
        text = self.done("--attack", self.bundle, "--technique", "T1000", "--technique", "T1021")
        self.assertIn("2 techniques and 0 pieces of software against 12 groups of ATT&CK 9.9", " ".join(text.split()))
        self.assertIn("T1000 Method 0 (12)", text)
        self.assertIn("T1021 Method 21 (1)", text)  # its campaign used it
        self.assertIn("through Fern7: T1021 Method 21 (1)", text)  # another group with its malware
        self.assertRegex(" ".join(text.split()), r"somebody who copies this one, the overlap says next to nothing")
        more = (word for n in range(1003, 1006) for word in ("--technique", f"T{n}"))
        asked = ("--attack", self.bundle, "--technique", "T1000", "--technique", "T1021", *more)
        self.assertNotRegex(self.done(*asked), r"\+\d+ dB")  # techniques alone are common property
        self.assertRegex(self.done(*asked, "--software", "S7"), r"\+\d+ dB \(\+\d+ to \+\d+\)")

    def test_a_case(self):
        case = os.path.join(self.folder.name, "a.case")
        page = self.write("report.txt", "Analysts on the intrusion\n\nBERLIN, June 3, 2020 - Researchers said that the attackers used "
                          "T1009 and T1021 in the intrusion, and then left the network of the ministry after a week.\n")
        self.assertEqual(run("new", case).returncode, 0)
        self.assertEqual(run("add", case, page, "--as", "report").returncode, 0)
        answer = json.loads(self.done(case, "--attack", self.bundle, "--format", "json"))
        self.assertEqual([t["id"] for t in answer["traits"]], ["T1009", "T1021"])
        self.assertEqual(answer["groups"][0]["id"], "G7")

    def test_bad_usage_and_bad_input(self):
        self.refused(2, "what to compare")
        self.refused(2, "--attack FILE is needed", "--technique", "T1000")
        self.refused(2, "--evaluate takes", "--evaluate", self.bundle, "--technique", "T1000")
        self.refused(2, "none of the techniques", "--attack", self.bundle, "--technique", "T7777")
        self.refused(3, "no such file", "--evaluate", os.path.join(self.folder.name, "none"))
        with open(self.bundle, "rb") as f:
            packed = gzip.compress(f.read())
        for name, content, says in (("empty", b"", "is empty"), ("text", b"{", "no JSON"), ("list", b"[]", "no STIX bundle"),
                                    ("cut.gz", packed[:-20], "damaged gzip"), ("none.json", {"objects": []}, "without intrusion sets"),
                                    ("bomb.gz", gzip.compress(b" " * 1_100_000_000, 1), "more than 1000 MB|too much memory|memory")):
            self.refused(3, says, "--evaluate", self.write(name, content))
        self.refused(3, "no JSON|damaged|crashed|memory", "--evaluate", self.write("deep", b"[" * 5_000_000))

    def test_hostile_names_do_not_reach_the_terminal(self):
        world = World()
        for o in world.objects:
            if "name" in o:
                o["name"] += "\x1b[31m\u202e\n"
        bundle = self.write("hostile.json", {"type": "bundle", "objects": world.objects})
        for how in ("text", "tsv", "json"):
            out = self.done("--attack", bundle, "--technique", "T1000", "--format", how)
            self.assertNotIn("\x1b", out)
            self.assertNotIn("\u202e", out)

    def test_the_weights_in_the_documentation_are_those_of_the_program(self):
        with open(os.path.join(DOCS, "techniques.md")) as f:
            rows = re.findall(r"^\| (malware|words|methods|any) \| (\d+) \| ([\d.]+) \| *([-+\d.]+) \| *([-+\d.]+) \| *([-+\d.]+) \|", f.read(), re.M)
        table = [(tie, int(items), float(part), [float(v) for v in weight]) for tie, items, part, *weight in rows]
        self.assertEqual(len(table), 18)
        met = set()
        five = ("T1000", "T1002", "T1003", "T1004", "T1005")
        for asked in (("T1000",), ("S7",), ("S7", "T1009"), five, (*five, "S7"), (*five, "T1009", "T1021", "S7"), ("T1009", "T1021", *five[:3], "S7"),
                      (*(f"T{n}" for n in range(1000, 1020)), "S7")):
            answer = json.loads(self.done("--attack", self.bundle, "--format", "json", *(a for t in asked for a in ("--technique", t))))
            for group in answer["groups"]:
                if "share" not in group:
                    continue
                # A row holds from its items and its part of the overlap on; what has no row says nothing.
                items = max(size for _, size, _, _ in table if size <= len(answer["traits"]))
                fitting = [row for row in table if row[1] == items and (row[0] in (group["support"], "any")) and
                           (group["overlap"] < .005 if row[0] == "any" else group["overlap"] >= row[2]) and group["overlap"] >= row[2]]
                row = max(fitting, key=lambda row: row[2], default=None)
                self.assertEqual(group["weight_db"], row[3] if row else [0, 0, 0], (asked, group))
                met.add(row and row[:3])
        self.assertGreater(len(met), 4)

    def test_what_is_only_compared_with_was_not_used(self):
        case = os.path.join(self.folder.name, "likeness.case")
        page = self.write("likeness.txt", "Analysts on the wiper\n\nBERLIN, June 3, 2020 - Researchers said that the wiper used against the studio was "
                          "similar to Shamoon. Both the wiper and Shamoon carry a commercial driver.\n\nThe ministry said that Ruritania was behind the "
                          "attack on the studio and WannaCry. The attackers used Mimikatz.\n")
        self.assertEqual(run("new", case).returncode, 0)
        self.assertEqual(run("add", case, page, "--as", "report").returncode, 0)
        world = World()
        world.thing("malware", "S60", "Shamoon", description="[Shamoon](x) was seen with Group 4.")
        world.thing("malware", "S61", "WannaCry")
        world.thing("tool", "S62", "Mimikatz")
        world.relation("uses", "G6", "S61", "2017 on G6")
        world.relation("uses", "G5", "S62", "2017 on G5")
        asked = (case, "--attack", self.write("likeness.json", {"type": "bundle", "objects": world.objects}))
        answer = json.loads(self.done(*asked, "--format", "json"))
        self.assertEqual([t["id"] for t in answer["traits"]], ["S62"])
        self.assertEqual(answer["not_used"], ["Shamoon (compared with)", "WannaCry (in saying who was behind it)"])
        self.assertIn("not as used here, and so left out: Shamoon (compared with), WannaCry (in saying who was behind it)", " ".join(self.done(*asked).split()))
        # Whoever says that it was used is taken at their word, and a single name that only words join to a group is no evidence.
        answer = json.loads(self.done("--attack", asked[2], "--software", "Shamoon", "--format", "json"))
        four = next(g for g in answer["groups"] if g["id"] == "G4")
        self.assertEqual((four["support"], four["weight_db"]), ("words", [0, 0, 0]))



if __name__ == "__main__":
    SAMEHAND, DOCS = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
