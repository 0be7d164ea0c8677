#!/usr/bin/env python3
"""What `samehand case add` makes of exhibits: voices of pages, code that tools share with earlier ones.

  case_add_test.py SAMEHAND      SAMEHAND is the program under test
"""
import math, os, sqlite3, subprocess, sys

from case_testing import FLASH, CaseTest, main, run

PROGRAM = r"""
#include <stdio.h>
int main(int argc, char **argv) { printf("%d %s\n", argc, argv[0]); return 0; }
"""


class Adding(CaseTest):
    def build_kin(self):
        """Two builds of one source: wiper and earlier."""
        source = PROGRAM + "".join(
            f"__attribute__((noinline)) int f{i}(int x) {{ int s = {i * 977 + 13}; for (int k = 0; k < x; k++) s = (s * {31 + i * 8}u) ^ (k << {i % 7 + 1})"
            f" ^ (s >> {i % 5 + 2}); if (s & {1 << i % 9}) puts(\"branch {i} of the private thing\"); return s + {i}; }}\n" for i in range(24))
        source += "int all(int x) { return " + " + ".join(f"f{i}(x)" for i in range(24)) + "; }\nint (*keep)(int) = all;\n"
        for name, flags in (("wiper", ["-O2"]), ("earlier", ["-O1"])):
            subprocess.run(["gcc", "-x", "c", "-", "-s", "-o", self.at(name), *flags], input=source, text=True, check=True)

    def test_papers_that_quote_each_other_are_one_voice(self):
        self.done("new", self.path, "--accused", "Freedonia")
        ring = ["Alpha Post", "Beta Herald", "Gamma Times"]
        for k, paper in enumerate(ring):
            page = (f"{paper}\n\nSYLVANIA, Dec. {k + 4}, 2014 - The {ring[(k + 1) % 3]} reported on Monday that Freedonia was responsible "
                    "for the attack on the studio.\n")
            self.done("add", self.path, self.write(f"{k}.txt", page))
        self.assertIn("3 pages, 1 voice on who did it", self.done("claims", self.path))
        items = self.asked("findings")["items"]
        self.assertEqual(len(items), 3)
        self.assertEqual(len({i["group"] for i in items}), 1, items)

    def test_who_passes_something_on_says_nothing_of_their_own(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("add", self.path, self.write("relay.txt", "Denial\n\nFREEDONIA, Dec. 4, 2014 - An unnamed Freedonian diplomat denied that "
                  "Freedonia was behind the attack on the studio, according to the Voice of Sylvania.\n\n"
                  "The Morning Ledger reported that the FBI said that Freedonia was behind the attack on the studio.\n\n"
                  "The White House declined to say whether Freedonia was behind the attack on the studio.\n"))
        items = self.asked("findings")["items"]
        self.assertLessEqual({"denial", "no-comment"}, {i["kind"] for i in items}, items)
        accusing = [i["source"] for i in items if i["kind"] == "attribution"]
        self.assertTrue(accusing and all("FBI" in s for s in accusing), items)

    def test_pages_read_with_a_list_of_names_are_read_with_it_again(self):
        galaxy = self.write("galaxy.json", {"name": "Threat Actor", "type": "threat-actor", "uuid": "7cdff317-a673-4474-84ec-4f1754947823",
                                            "values": [{"value": "Freedonia", "uuid": "7cdff317-a673-4474-84ec-4f1754947824"}]})
        names = self.at("names.bin")
        run("exchange", "import", galaxy, "-o", names, check=True)
        self.done("new", self.path, "--accused", "Freedonia")
        page = self.write("flash.txt", FLASH)
        self.done("add", self.path, page, "--names", names)
        method = self.asked("findings")["findings"][0]["method"]
        self.assertRegex(method, "^read 3 with [0-9a-f]{64}$")
        self.assertIn("FBI", self.done("claims", self.path))  # it is a reading like any other
        self.assertIn("already there: flash.txt (report): 0 items", self.done("add", self.path, page))
        without = self.asked("verify")
        self.assertEqual((without["changed"], without["recomputed"], len(without["unseen"])), ([], 0, 1))
        self.assertIn("a list of names", without["unseen"][0])
        found = self.asked("verify", "--exhibits", names)
        self.assertEqual((found["changed"], found["recomputed"], found["unseen"]), ([], 1, []))
        self.refused(3, "no such", "add", self.path, page, "--names", self.at("none"))

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
        self.assert_as_recorded()

    def test_tools_and_their_earlier_kin(self):
        self.build_kin()
        self.done("new", self.path, "--accused", "Freedonia")
        self.assertIn("added wiper (tool)", self.done("add", self.path, self.at("wiper")))
        self.done("add", self.path, self.at("earlier"), "--known-of", "Freedonia", "--collected", "2013-03-20")
        items = self.asked("findings")["items"]
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
        findings = self.asked("findings")["findings"]
        self.assertEqual(sum(f["method"].startswith("compare 1 ") for f in findings), 1)
        self.assertEqual(self.asked("verify")["recomputed"], 3)
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
        self.assertEqual(self.asked("verify")["changed"], [])

    def test_shared_code_is_known_since_both_tools_are_at_hand(self):
        self.build_kin()
        for k, (tool, earlier, known) in enumerate((("2014-12-05", "2013-03-20", "2014-12-05"), ("2014-12-05", "2014", "2014"),
                                                    ("2014-12-05", "", ""), ("", "2013", ""))):
            for order in (0, 1):
                self.path = self.at(f"{k}{order}.case")
                self.done("new", self.path, "--accused", "Freedonia")
                adding = [[self.at("wiper"), *(["--collected", tool] if tool else [])],
                          [self.at("earlier"), "--known-of", "Freedonia", *(["--collected", earlier] if earlier else [])]]
                for arguments in adding[::-1] if order else adding:
                    self.done("add", self.path, *arguments)
                items = self.asked("findings")["items"]
                self.assertEqual([i["known"] for i in items if i["kind"] == "shared-code"], [known], (tool, earlier, order))

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
        findings = self.asked("findings")["findings"]
        self.assertEqual([f["method"] for f in findings if f["method"].startswith("compare")], [])
        # What can be compared later is, with the tool that is there already.
        self.done("add", self.path, os.path.realpath("/bin/false"), "--known-of", "Freedonia")
        self.assertEqual(sum(f["method"].startswith("compare")
                             for f in self.asked("findings")["findings"]), 1)
        again = run("case", "add", self.path, tool)
        self.assertIn("already there", again.stdout)
        self.assertIn("could not be compared with damaged.exe", again.stderr)  # tried again, and told again

    def test_a_comparison_that_was_not_made_is_made_when_its_tool_is_added_again(self):
        self.done("new", self.path, "--accused", "Freedonia")
        earlier = os.path.realpath("/bin/false")
        self.done("add", self.path, earlier, "--by-reference", "--known-of", "Freedonia")
        self.done("add", self.path, os.path.realpath("/bin/true"), code=3)  # there is nothing to compare it with

        def comparisons():
            findings = self.asked("findings")["findings"]
            return sum(f["method"].startswith("compare 1") for f in findings)
        self.assertEqual(comparisons(), 0)
        for _ in range(2):
            self.assertIn("already there", self.done("add", self.path, earlier, "--by-reference", "--known-of", "Freedonia"))
            self.assertEqual(comparisons(), 1)
        self.assert_as_recorded("--exhibits", earlier)

    def test_one_tool_on_both_sides_is_told_in_either_order(self):
        for first, second in (((), ("--known-of", "Freedonia")), (("--known-of", "Freedonia"), ())):
            case = self.at(f"order{len(first)}.case")
            self.done("new", case, "--accused", "Freedonia")
            self.done("add", case, os.path.realpath("/bin/true"), *first)
            self.refused(3, "same-build", "add", case, os.path.realpath("/bin/true"), *second)

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
        found = self.asked("findings")
        self.assertEqual([(e["name"], e["known_of"], e["source"], e["collected"]) for e in found["exhibits"][1:]],
                         [("other.case!true", "Freedonia", "exhibit 1 of the case other.case", "2013-03-20")])
        self.assertEqual(sum(f["method"].startswith("compare 1 ") for f in found["findings"]), 1)
        self.assert_as_recorded()
        self.assertEqual(self.done("log", other, "--format", "json"), before)
        empty = self.at("empty.case")
        self.done("new", empty)
        self.refused(3, "holds no tools of its incident", "add", self.path, empty, "--known-of", "Freedonia")
        with open(other, "r+b") as f:  # somebody else's is opened as hostile
            f.seek(3000)
            f.write(b"\xff" * 3000)
        self.refused(3, "other.case", "add", self.path, other, "--known-of", "Freedonia")

    def test_what_a_folder_holds_besides_is_told(self):
        self.done("new", self.path)
        os.makedirs(self.at("outside"))
        os.makedirs(self.at("pages"))
        self.write("pages/flash.txt", FLASH)
        os.symlink("nowhere", self.at("pages", "dangling"))
        os.symlink("../outside", self.at("pages", "folder"))
        os.mkfifo(self.at("pages", "pipe"))
        result = run("case", "add", self.path, self.at("pages"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"\Aadded flash\.txt")
        pages = self.at("pages")
        self.assertEqual(result.stderr.splitlines(),
                         [f"samehand: {pages}/pipe: a named pipe, passed over",
                          f"samehand: {pages}: 1 symbolic link leads to a folder outside and is not followed",
                          f"samehand: {pages}: 1 symbolic link leads nowhere"])


if __name__ == "__main__":
    main()
