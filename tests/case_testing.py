"""A case in a folder of its own, and the program under test on it. main() takes the arguments that each test names."""
import json, os, subprocess, sys, tempfile, unittest

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


def run(*arguments, **settings):
    return subprocess.run([SAMEHAND, *arguments], capture_output=True, text=True, timeout=300 * SLOWER, **settings)


def started(*arguments, **settings):
    return subprocess.Popen([SAMEHAND, *arguments], **settings)


class CaseTest(unittest.TestCase):
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

    def asked(self, command, *arguments, code=0):
        return json.loads(self.done(command, self.path, *arguments, "--format", "json", code=code))

    def verdict(self, *arguments):
        return self.asked("weigh", *arguments)

    def imported(self, evidence):
        self.done("new", self.path)
        self.done("import", self.path, self.write("evidence.json", evidence))
        return self.verdict()

    def refused(self, code, says, *arguments):
        result = run("case", *arguments)
        self.assertEqual(result.returncode, code, f"{arguments}: {result.stdout}{result.stderr}")
        self.assertIn(says, result.stderr)
        self.assertEqual(result.stdout, "")

    def assert_as_recorded(self, *arguments):
        self.assertEqual(self.done("verify", self.path, *arguments).split(":")[0], "As it was recorded")


def main(documented=False):
    """`documented`: the folder of the documentation is the second argument."""
    global SAMEHAND, DOCS
    if documented:
        DOCS = os.path.abspath(sys.argv.pop(2))
    SAMEHAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
