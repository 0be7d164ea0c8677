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
        self.assertIn("FBI", self.done("claims", self.path))  # it is still a reading

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
