#!/usr/bin/env python3
"""`samehand case verify`, and what every command says of a case that is not as it was recorded.

  case_verify_test.py SAMEHAND      SAMEHAND is the program under test
"""
import os, sqlite3

from case_testing import FLASH, CaseTest, main, run


class Verifying(CaseTest):
    def test_by_reference(self):
        self.done("new", self.path)
        page = self.write("flash.txt", FLASH)
        self.done("add", self.path, page, "--by-reference")
        check = self.asked("verify")
        self.assertEqual((check["unseen"], check["recomputed"]), (["flash.txt"], 0))
        self.assertIn(f"by reference: {page}", self.asked("log")["events"][1]["detail"])
        self.refused(3, "no such", "verify", self.path, "--exhibits", self.at("nowhere"))
        os.makedirs(self.at("changed"))
        with open(self.at("changed", "flash.txt"), "w") as f:
            f.write("something else")
        check = self.asked("verify", "--exhibits", self.at("changed"))
        self.assertEqual((check["unseen"], check["other_content"]), (["flash.txt"], ["flash.txt"]))
        os.makedirs(self.at("moved"))
        os.rename(page, self.at("moved", "other-name.txt"))
        check = self.asked("verify", "--exhibits", self.at("moved"))
        self.assertEqual((check["unseen"], check["recomputed"], check["changed"]), ([], 1, []))

    def test_answers_of_an_earlier_version_are_told_and_not_held_against_the_case(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("add", self.path, self.write("flash.txt", FLASH))
        with sqlite3.connect(self.path) as database:
            database.execute("UPDATE finding SET method = 'read 1'")
        database.close()
        check = self.asked("verify", code=1)  # the chain notices the edit
        self.assertEqual((check["changed"], check["recomputed"]), ([], 0))
        self.assertEqual(check["outdated"][0]["what"], "flash.txt by read 1")
        self.assertEqual(check["outdated"][0]["finds"], "read 3 says the same")
        self.assertIn("FBI", self.done("claims", self.path))  # it is still a reading

    def test_what_an_earlier_version_read_is_read_anew_on_request(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("add", self.path, self.write("flash.txt", FLASH))
        other = self.at("other.case")
        self.done("new", other)
        self.done("add", other, self.write("other.txt", "Nothing is said here of anybody."))
        with sqlite3.connect(other) as database:
            answer = database.execute("SELECT f.sha256, f.size, c.bytes FROM finding f JOIN finding_chunk c ON c.owner = f.id").fetchone()
        database.close()
        # As if the earlier version had found nothing in the page.
        with sqlite3.connect(self.path) as database:
            database.execute("UPDATE finding SET method = 'read 1', sha256 = ?, size = ?", answer[:2])
            database.execute("UPDATE finding_chunk SET bytes = ?", answer[2:])
            numbers = [n for n, in database.execute("SELECT id FROM item")]
        database.close()
        check = self.asked("verify", code=1)
        self.assertRegex(check["outdated"][0]["finds"], r"^read 3 finds [1-9]\d* claims, .* instead of 0 claims, ")
        said = self.done("verify", self.path, code=1)
        self.assertIn(f"samehand case add {self.path} --again", said)
        self.assertNotIn("FBI", self.done("claims", self.path))
        before = self.asked("findings")["items"]
        run("case", "add", self.path, "--again")
        self.assertIn("FBI", self.done("claims", self.path))
        self.assertEqual([i["statement"] for i in self.asked("findings")["items"]], [i["statement"] for i in before])  # none twice
        self.assertEqual(len(before), len(numbers))
        self.assertEqual(self.asked("verify", code=1)["outdated"], [])
        events = len(self.asked("log")["events"])
        run("case", "add", self.path, "--again")
        self.assertEqual(len(self.asked("log")["events"]), events)  # nothing is left to do
        self.refused(2, "PATH is required", "add", self.path)

    def as_read_by_an_earlier_version(self):
        with sqlite3.connect(self.path) as database:
            database.execute("UPDATE finding SET method = replace(method, 'read 3', 'read 1')")
        database.close()

    def test_what_is_read_anew_stands_once(self):
        self.done("new", self.path, "--accused", "Freedonia")
        self.done("add", self.path, self.write("flash.txt", FLASH))
        before = self.done("claims", self.path)
        self.as_read_by_an_earlier_version()
        for _ in range(2):
            run("case", "add", self.path, "--again")
            self.assertEqual(self.done("claims", self.path), before)
            methods = [f["method"] for f in self.asked("findings")["findings"]]
            self.assertEqual(sorted(methods), ["read 1", "read 3"])

    def test_why_something_is_not_read_anew_is_told(self):
        self.done("new", self.path)
        page = self.write("flash.txt", FLASH)
        self.done("add", self.path, page, "--by-reference")
        self.as_read_by_an_earlier_version()
        said = run("case", "add", self.path, "--again")
        self.assertIn("flash.txt: is kept by reference: say where it lies, beside --again", said.stderr)
        self.assertEqual(len(self.asked("findings")["findings"]), 1)
        run("case", "add", self.path, page, "--by-reference", "--again")
        self.assertEqual(self.asked("verify", "--exhibits", page, code=1)["outdated"], [])

    def test_what_was_read_with_names_is_read_anew_with_names(self):
        galaxy = self.write("galaxy.json", {"name": "Threat Actor", "type": "threat-actor", "uuid": "7cdff317-a673-4474-84ec-4f1754947823",
                                            "values": [{"value": "Freedonia", "uuid": "7cdff317-a673-4474-84ec-4f1754947824"}]})
        names = self.at("names.bin")
        run("exchange", "import", galaxy, "-o", names, check=True)
        self.done("new", self.path)
        self.done("add", self.path, self.write("flash.txt", FLASH), "--names", names)
        self.as_read_by_an_earlier_version()
        said = run("case", "add", self.path, "--again")
        self.assertIn("flash.txt: was read with lists of names: give them with --names", said.stderr)
        self.assertEqual(len(self.asked("findings")["findings"]), 1)
        run("case", "add", self.path, "--again", "--names", names)
        self.assertRegex(self.asked("findings")["findings"][-1]["method"], "^read 3 with [0-9a-f]{64}$")

    def test_json_is_as_it_is_documented(self):
        import json
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "format", "verify.schema.json")) as f:
            schema = json.load(f)
        kinds = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}

        def holds(rule, value, at):
            rule = schema["$defs"][rule["$ref"].split("/")[-1]] if "$ref" in rule else rule
            self.assertIs(type(value), kinds[rule["type"]], at)
            for name in rule.get("required", []):
                self.assertIn(name, value, at)
            for name, of in rule.get("properties", {}).items():
                if name in value:
                    holds(of, value[name], f"{at}/{name}")
            for k, one in enumerate(value if "items" in rule else []):
                holds(rule["items"], one, f"{at}/{k}")
            if "pattern" in rule:
                self.assertRegex(value, rule["pattern"], at)

        self.done("new", self.path)
        self.done("add", self.path, self.write("flash.txt", FLASH), "--by-reference")
        self.done("add", self.path, self.write("other.txt", FLASH + "More."))
        checks = [self.asked("verify")]
        with sqlite3.connect(self.path) as database:
            database.execute("UPDATE finding SET method = 'read 1' WHERE exhibit = 2")
        database.close()
        checks.append(self.asked("verify", code=1))
        self.assertTrue(checks[0]["unseen"] and checks[1]["outdated"] and checks[1]["differences"])
        for check in checks:
            holds(schema, check, "")
            self.assertEqual(set(check), set(schema["properties"]))  # nothing undocumented
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "format", "verify.md")) as f:
            table = f.read()
        for key in schema["properties"]:
            self.assertIn(f"`{key}`", table)

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

    def test_a_hostile_case_is_refused(self):
        self.done("new", self.path)
        database = sqlite3.connect(self.path)
        database.execute("CREATE TRIGGER t AFTER INSERT ON item BEGIN DELETE FROM exhibit; END")
        database.commit()
        database.close()
        self.refused(3, "refused", "findings", self.path)


if __name__ == "__main__":
    main()
