#!/usr/bin/env python3
"""Floors under the accuracy of matching: toolbox.c built in eight ways, stripped, compared, judged by its symbols.

  accuracy_test.py SAMEHAND       SAMEHAND is the program under test

One small program, looked at while the floors were set: a guard against breaking things, no measurement of quality, which
is evaluation/'s.  A floor is what was measured less two functions of the 27.
"""
import csv
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SAMEHAND = None

BUILDS = {  # name: (compiler, binutils prefix)
    "O2": (["gcc", "-O2"], ""), "O0": (["gcc", "-O0"], ""), "O3": (["gcc", "-O3"], ""), "Os": (["gcc", "-Os"], ""),
    "clang": (["clang-19", "-O2"], ""), "i386": (["gcc-12", "-m32", "-O2", "-idirafter", "/usr/include/x86_64-linux-gnu"], ""),
    "arm64": (["aarch64-linux-gnu-gcc", "-O2"], "aarch64-linux-gnu-"),
    "pe": (["x86_64-w64-mingw32-gcc", "-O2"], "x86_64-w64-mingw32-"),
}
FLOORS = {"O0": 26, "O3": 26, "Os": 27, "clang": 26, "i386": 27, "arm64": 27, "pe": 27}


class Accuracy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="samehand-accuracy-")
        cls.names = {}
        for name, (compiler, prefix) in BUILDS.items():
            path = os.path.join(cls.folder.name, name)
            subprocess.run([*compiler, "-w", "-std=gnu11", os.path.join(HERE, "toolbox.c"), "-o", path], check=True)
            path = path if os.path.exists(path) else path + ".exe"
            table = subprocess.run([prefix + "nm", path], capture_output=True, text=True, check=True).stdout
            symbols = [line.split() for line in table.splitlines()]
            cls.names[name] = {int(s[0], 16): s[2] for s in symbols if len(s) == 3 and s[1] in "tT"}
            subprocess.run([prefix + "strip", "-s", path, "-o", path + ".stripped"], check=True)
            os.replace(path + ".stripped", os.path.join(cls.folder.name, name))
        cls.wanted = set(cls.source_functions())
        cls.rows = {name: cls.compare("O2", name) for name in BUILDS if name != "O2"}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @staticmethod
    def source_functions():
        with open(os.path.join(HERE, "toolbox.c")) as f:
            for line in f:
                if line.startswith("KEEP ") and line.rstrip().endswith("{"):
                    yield line.split("(")[0].split()[-1].lstrip("*")

    @classmethod
    def compare(cls, a, b):
        """(name in A, name in B, confidence, reported) of every pair of the program's own functions."""
        matches = os.path.join(cls.folder.name, "matches.tsv")
        subprocess.run([SAMEHAND, "compare", os.path.join(cls.folder.name, a), os.path.join(cls.folder.name, b), "--matches",
                        matches], check=True, stdout=subprocess.DEVNULL)
        with open(matches, newline="") as f:
            rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
        named = [(cls.names[a].get(int(r["a_address"], 16), "?"), cls.names[b].get(int(r["b_address"], 16), "?"),
                  float(r["confidence"]), r["reported"] == "1") for r in rows]
        return [row for row in named if cls.wanted & set(row[:2])]

    def test_every_function_of_the_source_is_wanted(self):
        self.assertEqual(len(self.wanted), 27)

    def test_recall(self):
        for name, rows in self.rows.items():
            right = {a for a, b, _, _ in rows if a == b}
            with self.subTest(build=name):
                self.assertGreaterEqual(len(right), FLOORS[name], sorted(self.wanted - right))

    def test_what_is_reported_is_right(self):
        reported = [(name, *row) for name, rows in self.rows.items() for row in rows if row[3]]
        wrong = [row for row in reported if row[1] != row[2]]
        self.assertGreater(len(reported), 100)
        self.assertLessEqual(len(wrong), .03 * len(reported), wrong)

    def test_confidence_is_a_probability(self):
        rows = [row for some in self.rows.values() for row in some]
        off = sum(confidence - (a == b) for a, b, confidence, _ in rows) / len(rows)
        self.assertLess(abs(off), .06)


if __name__ == "__main__":
    SAMEHAND = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
