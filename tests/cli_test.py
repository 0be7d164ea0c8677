#!/usr/bin/env python3
"""The program as its users meet it: real executables built here, commands typed, output, exit codes and files read.

  cli_test.py SAMEHAND       SAMEHAND is the program under test
"""
import csv, io, json, os, resource, signal, subprocess, sys, tarfile, tempfile, time, unittest, zipfile

from slower import SLOWER

SAMEHAND = None

# Enough functions with content of their own that kinship shows, small enough to compile in a blink.
PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct node { struct node *left, *right; unsigned key; char tag[24]; };
__attribute__((noinline)) unsigned fold(const char *s, unsigned seed) {
  unsigned h = seed ^ 0x5bd1e995u;
  while (*s) { h = (h ^ (unsigned char)*s++) * 0x01000193u; h ^= h >> 15; }
  return h + 0x7f4a7c15u;
}
__attribute__((noinline)) struct node *insert(struct node *n, const char *tag) {
  unsigned key = fold(tag, 0x1234567u);
  if (!n) {
    n = calloc(1, sizeof *n);
    if (!n) { fprintf(stderr, "out of memory for %s\n", tag); exit(7); }
    n->key = key; strncpy(n->tag, tag, sizeof n->tag - 1); return n;
  }
  if (key < n->key) n->left = insert(n->left, tag);
  else if (key > n->key) n->right = insert(n->right, tag);
  return n;
}
__attribute__((noinline)) int depth(const struct node *n) {
  if (!n) return 0;
  int l = depth(n->left), r = depth(n->right);
  return 1 + (l > r ? l : r);
}
__attribute__((noinline)) void show(const struct node *n, int indent) {
  if (!n) return;
  show(n->left, indent + 2);
  printf("%*s%08x <%s>\n", indent, "", n->key, n->tag);
  show(n->right, indent + 2);
}
__attribute__((noinline)) long parse_size(const char *s) {
  char *end; long v = strtol(s, &end, 10);
  switch (*end) {
    case 'k': v <<= 10; break; case 'm': v <<= 20; break; case 'g': v <<= 30; break;
    case 't': v <<= 40; break; case 0: break; default: fprintf(stderr, "bad size suffix in %s\n", s); return -1;
  }
  return v;
}
__attribute__((noinline)) void transpose(double *a, int n) {
  for (int i = 0; i < n; i++) for (int j = i + 1; j < n; j++) { double t = a[i*n+j]; a[i*n+j] = a[j*n+i]; a[j*n+i] = t; }
}
__attribute__((noinline)) int crc_line(const unsigned char *p, int n) {
  unsigned c = 0xffffffffu;
  for (int i = 0; i < n; i++) { c ^= p[i]; for (int k = 0; k < 8; k++) c = c & 1 ? (c >> 1) ^ 0xedb88320u : c >> 1; }
  return (int)~c;
}
int main(int argc, char **argv) {
  struct node *root = 0; double m[64] = {0};
  for (int i = 1; i < argc; i++) { root = insert(root, argv[i]); m[i & 63] = parse_size(argv[i]); }
  transpose(m, 8); show(root, 0);
  printf("depth %d crc %d\n", depth(root), crc_line((unsigned char *)m, sizeof m));
  return 0;
}
"""

UNRELATED = r"""
#include <stdio.h>
#include <math.h>
static double grid[128][128];
__attribute__((noinline)) void relax(int n, double w) {
  for (int s = 0; s < 50; s++) for (int y = 1; y < n - 1; y++) for (int x = 1; x < n - 1; x++)
    grid[y][x] += w * ((grid[y-1][x] + grid[y+1][x] + grid[y][x-1] + grid[y][x+1]) * .25 - grid[y][x]);
}
__attribute__((noinline)) double norm(int n) { double s = 0; for (int y = 0; y < n; y++) for (int x = 0; x < n; x++) s += grid[y][x] * grid[y][x]; return sqrt(s); }
__attribute__((noinline)) void roman(int v, char *o) {
  static const struct { int v; const char *s; } t[] = {{1000,"M"},{900,"CM"},{500,"D"},{400,"CD"},{100,"C"},{90,"XC"},{50,"L"},{40,"XL"},{10,"X"},{9,"IX"},{5,"V"},{4,"IV"},{1,"I"}};
  for (unsigned i = 0; i < sizeof t / sizeof *t; i++) while (v >= t[i].v) { for (const char *s = t[i].s; *s;) *o++ = *s++; v -= t[i].v; }
  *o = 0;
}
int main(void) { char b[64]; for (int i = 0; i < 128; i++) grid[0][i] = i; relax(128, 1.7); roman((int)norm(128) % 4000, b); puts(b); return 0; }
"""

MATCH_COLUMNS = ["a_file", "a_address", "b_file", "b_address", "similarity", "confidence", "reported", "relation"]
FUNCTION_COLUMNS = ["address", "size", "blocks", "instructions", "name"]


def slurp(path):
    with open(path, "rb") as f:
        return f.read()


def run(*arguments, **options):
    return subprocess.run([SAMEHAND, *map(str, arguments)], capture_output=True, text=True, timeout=120 * SLOWER, **options)


class Cli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.at = lambda _, *names: os.path.join(cls.folder.name, *names)

        def build(name, source, *flags):
            path = os.path.join(cls.folder.name, name)
            subprocess.run(["gcc", "-x", "c", "-", "-o", path, *flags], input=source, text=True, check=True)
            return path
        cls.a = build("a", PROGRAM, "-O2", "-lm")
        cls.b = build("b", PROGRAM, "-O1", "-lm")
        cls.other = build("other", UNRELATED, "-O2", "-lm")
        cls.static = build("static", PROGRAM, "-O1", "-static", "-lm")
        cls.other_static = build("other_static", UNRELATED, "-O2", "-static", "-lm")
        cls.main_first = build("main_first", PROGRAM, "-O2", "-static", "-lm")  # main before the start-up code
        for path in (cls.a, cls.b, cls.other, cls.static, cls.other_static, cls.main_first):
            subprocess.run(["cp", path, path + ".sym"], check=True)
            subprocess.run(["strip", "-s", path], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def write(self, name, content):
        path = self.at(name)
        with open(path, "wb") as f:
            f.write(content)
        return path

    def table(self, text, columns):
        rows = list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
        header = text.split("\n", 1)[0].split("\t")
        self.assertEqual(header[:len(columns)], columns)
        return rows

    def assert_one_clear_line(self, result, name, code=3):
        self.assertEqual(result.returncode, code, result.stderr)
        lines = [l for l in result.stderr.splitlines() if l]
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertIn(name, lines[0])
        self.assertTrue(lines[0].startswith("samehand: "), lines[0])

    # -- compare

    def test_two_builds_of_one_program(self):
        matches = self.at("matches.tsv")
        result = run("compare", self.a, self.b, "--matches", matches, "--format", "json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        report = json.loads(result.stdout)
        for key in ("a", "b", "verdict", "evidence_db", "shared", "traces"):
            self.assertIn(key, report)
        self.assertGreater(report["evidence_db"], 20)
        found = {r["address"]: r for r in self.table(run("functions", self.a, "--format", "tsv").stdout, FUNCTION_COLUMNS)}
        for pair in report["shared"]:
            row = found[pair["a_address"]]
            self.assertEqual([str(pair[k]) for k in ("a_size", "a_instructions", "a_blocks")],
                             [row[k] for k in ("size", "instructions", "blocks")])
        symbols = {}
        for side, path in (("a", self.a), ("b", self.b)):
            out = subprocess.run(["nm", path + ".sym"], capture_output=True, text=True, check=True).stdout
            symbols[side] = {int(l.split()[0], 16): l.split()[2] for l in out.splitlines() if len(l.split()) == 3}
        rows = self.table(slurp(matches).decode(), MATCH_COLUMNS)
        right = {symbols["a"].get(int(r["a_address"], 16)) for r in rows if r["reported"] == "1" and
                 symbols["a"].get(int(r["a_address"], 16)) == symbols["b"].get(int(r["b_address"], 16))}
        self.assertGreaterEqual(len(right & {"insert", "show", "parse_size", "crc_line", "fold", "main"}), 5, right)
        self.assertEqual(len(rows), len({r["a_address"] for r in rows}))
        self.assertEqual(len(rows), len({r["b_address"] for r in rows}))

    def test_the_same_file_twice_is_the_same_program(self):
        result = run("compare", self.a, self.a)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("same program", result.stdout.split("\n\n")[0].lower())

    def test_copies_are_no_rivals(self):
        """A toolkit that holds a program several times shares as much with it as one that holds it once."""
        with open(self.a, "rb") as f:
            content = f.read()
        once = json.loads(run("compare", self.a, self.b, "--format", "json").stdout)
        os.mkdir(self.at("copies"))
        for name, more in (("copies/1", b""), ("copies/2", b""), ("copies/3", b"x")):
            self.write(name, content + more)
        for sides in ((self.at("copies"), self.b), (self.b, self.at("copies"))):
            many = json.loads(run("compare", *sides, "--format", "json").stdout)
            self.assertEqual(len(many["shared"]), len(once["shared"]))
            self.assertAlmostEqual(many["evidence_db"], once["evidence_db"], delta=.1 * once["evidence_db"])

    def test_unrelated_programs_are_not_kin(self):
        result = run("compare", self.a, self.other, "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(result.stdout)
        self.assertLess(report["evidence_db"], 10)
        self.assertNotIn(report["verdict"], ("same program", "shared code", "same_program", "shared_code"))
        self.assertEqual(run("compare", self.a, self.other, "--exit-code").returncode, 1)
        self.assertEqual(run("compare", self.a, self.b, "--exit-code").returncode, 0)

    def test_a_library_linked_statically_is_no_kinship(self):
        report = json.loads(run("compare", self.static, self.other_static, "--format", "json").stdout)
        self.assertEqual(report["verdict"], "only_library")
        self.assertGreater(report["figures"]["library"], 500)
        self.assertGreater(report["a_samples"][0]["library_functions"], 500)
        # Its own functions lie beside the library's and remain its own.
        alone = json.loads(run("compare", self.a, self.b, "--format", "json").stdout)
        for static, twin in ((self.static, "b"), (self.main_first, "a")):
            own = json.loads(run("compare", self.a, static, "--format", "json").stdout)
            self.assertEqual(own["verdict"], "same_program")
            self.assertEqual(own["figures"]["b"]["pairable"], alone["figures"][twin]["pairable"])
            self.assertGreaterEqual(own["figures"]["shared"], alone["figures"]["shared"])

    def test_output_is_the_same_however_many_workers(self):
        one, four = (run("compare", self.a, self.b, "--format", "json", "--jobs", n).stdout for n in (1, 4))
        self.assertEqual(one, four)

    def test_folder_and_archive_members_are_named_by_their_path(self):
        os.makedirs(self.at("kit"), exist_ok=True)
        for name, path in (("one", self.a), ("two", self.other)):
            subprocess.run(["cp", path, self.at("kit", name)], check=True)
        self.write("kit/notes.txt", b"not an executable, and no error in a folder\n")
        with zipfile.ZipFile(self.at("kit.zip"), "w") as z:
            z.write(self.b, "bin/b")
        matches = self.at("m.tsv")
        result = run("compare", self.at("kit"), self.at("kit.zip"), "--matches", matches)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        rows = [r for r in self.table(slurp(matches).decode(), MATCH_COLUMNS) if r["reported"] == "1"]
        self.assertEqual({r["b_file"] for r in rows}, {self.at("kit.zip") + "!bin/b"})
        self.assertEqual({r["a_file"] for r in rows}, {self.at("kit", "one")})

    def test_page_is_self_contained(self):
        page = self.at("page.html")
        self.assertEqual(run("compare", self.a, self.b, "--html", page).returncode, 0)
        text = slurp(page).decode("utf-8")
        self.assertTrue(text.lower().startswith("<!doctype html>"))
        for word in ('src="http', 'href="http', "@import", 'src="//'):
            self.assertNotIn(word, text)

    # -- functions and diff

    def test_functions_of_a_stripped_file(self):
        truth = subprocess.run(["nm", self.a + ".sym"], capture_output=True, text=True, check=True).stdout
        want = {int(l.split()[0], 16) for l in truth.splitlines() if l.split()[-1] in
                ("fold", "insert", "depth", "show", "parse_size", "transpose", "crc_line", "main", "_start")}
        for flags in ([], ["--no-unwind-tables"]):
            result = run("functions", self.a, "--format", "tsv", *flags)
            self.assertEqual(result.returncode, 0, result.stderr)
            got = {int(r["address"], 16) for r in self.table(result.stdout, FUNCTION_COLUMNS)}
            self.assertFalse(want - got, flags)
        rows = self.table(run("functions", self.a + ".sym", "--format", "tsv").stdout, FUNCTION_COLUMNS)
        self.assertIn("parse_size", {r["name"] for r in rows})

    def test_diff_shows_both_sides(self):
        address = {}
        for path in (self.a, self.b):
            out = subprocess.run(["nm", path + ".sym"], capture_output=True, text=True, check=True).stdout
            address[path] = next(l.split()[0] for l in out.splitlines() if l.endswith(" crc_line"))
        result = run("diff", f"{self.a}@0x{address[self.a]}", f"{self.b}@0x{address[self.b]}")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("0xedb88320", result.stdout.lower())
        self.assertEqual(run("diff", f"{self.a}@0x10", f"{self.b}@0x10").returncode, 3)

    def test_diff_takes_members_as_reports_name_them(self):
        with tempfile.TemporaryDirectory() as folder:
            archive = os.path.join(folder, "both.tar")
            with tarfile.open(archive, "w") as tar:
                tar.add(self.a, "a")
                tar.add(self.b, "b")
            address = self.table(run("functions", self.b, "--format", "tsv").stdout, FUNCTION_COLUMNS)[0]["address"]
            result = run("diff", f"{archive}!b@{address}", f"{self.b}@{address}")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(run("diff", f"{archive}!c@{address}", f"{self.b}@{address}").returncode, 3)

    def test_an_unknown_command_is_named_at_every_level(self):
        for words, where in ((["foo"], "samehand --help"), (["case", "foo"], "samehand case --help"), (["exchange", "foo", "x"], "samehand exchange --help")):
            result = run(*words)
            self.assertEqual(result.returncode, 2)
            self.assertIn("foo: no such command; `" + where, result.stderr)
        with open("/dev/full", "w") as full:
            self.assertEqual(subprocess.run([SAMEHAND, "--help"], stdout=full, stderr=subprocess.DEVNULL).returncode, 3)

    def test_an_unknown_format_is_refused_with_those_there_are(self):
        for wrong in ("xml", "1", ""):
            result = run("compare", self.a, self.b, "--format", wrong)
            self.assertEqual(result.returncode, 2)
            self.assertIn("text or json", result.stderr)
        self.assertEqual(run("compare", self.a, self.b, "--format", "JSON").returncode, 0)

    # -- usage

    def test_bad_usage_is_2_and_says_what_to_do(self):
        for arguments in ([], ["compare"], ["compare", self.a], ["nonsense"], ["functions", self.a, "--format", "xml"],
                          ["diff", "no-address", "x@1"], ["functions", "--base", "0x10", self.a]):
            result = run(*arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertTrue(result.stderr.strip(), arguments)
            self.assertEqual(result.stdout, "", arguments)

        for arguments in (["nonsense"], ["nonsense", "--help"]):
            self.assert_one_clear_line(run(*arguments), "nonsense: no such command", 2)

    def test_help_and_version(self):
        for arguments in (["--help"], ["compare", "--help"], ["functions", "--help"], ["diff", "--help"], ["--version"]):
            result = run(*arguments)
            self.assertEqual((result.returncode, result.stderr), (0, ""), arguments)
            self.assertTrue(all(len(l) <= 130 for l in result.stdout.splitlines()), arguments)

    # -- bad input

    def test_each_bad_file_is_one_clear_line(self):
        cases = {
            "empty": b"", "text": b"just some words\n" * 100, "zeros": bytes(100000),
            "elf-header-only": slurp(self.a)[:64], "mz-only": b"MZ" + bytes(62),
        }
        for name, content in cases.items():
            path = self.write(name, content)
            with self.subTest(name):
                self.assert_one_clear_line(run("functions", path), name)
        with self.subTest("missing"):
            self.assert_one_clear_line(run("functions", self.at("missing")), "missing")

    def test_truncated_file_gives_what_is_left(self):
        whole = slurp(self.a + ".sym")
        path = self.write("truncated", whole[:len(whole) * 2 // 3])
        result = run("functions", path, "--format", "tsv")
        self.assertIn(result.returncode, (0, 3), result.stderr)
        self.assertGreater(len(self.table(result.stdout, FUNCTION_COLUMNS)), 5)

    def test_a_bad_member_does_not_stop_the_rest(self):
        with tarfile.open(self.at("mixed.tar"), "w") as t:
            t.add(self.a, "good")
            t.add(self.write("elf-bad", slurp(self.a)[:100]), "bad")
        result = run("functions", self.at("mixed.tar"), "--format", "tsv")
        self.assertEqual(result.returncode, 3)
        self.assertIn("mixed.tar!bad", result.stderr)
        self.assertGreater(len(self.table(result.stdout, FUNCTION_COLUMNS)), 5)

    def test_encrypted_archive_says_so(self):
        # A zip with the encryption bit set in both headers: enough for a reader to refuse it.
        with zipfile.ZipFile(self.at("plain.zip"), "w") as z:
            z.writestr("x", slurp(self.a))
        data = bytearray(slurp(self.at("plain.zip")))
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        result = run("functions", self.write("locked.zip", bytes(data)))
        self.assert_one_clear_line(result, "locked.zip")
        self.assertIn("encrypted", result.stderr)

    def test_zip_bomb_is_refused(self):
        with zipfile.ZipFile(self.at("bomb.zip"), "w", zipfile.ZIP_DEFLATED) as z:
            with z.open("x", "w", force_zip64=True) as member:
                for _ in range(3 * 1024):
                    member.write(bytes(1 << 20))
        started = time.monotonic()
        result = run("functions", self.at("bomb.zip"))
        self.assertEqual(result.returncode, 3)
        self.assertIn("bomb.zip", result.stderr)
        self.assertLess(time.monotonic() - started, 60 * SLOWER)  # a hang, not a slow machine, would take longer

    def test_huge_sparse_file_is_refused(self):
        path = self.at("huge")
        with open(path, "wb") as f:
            f.truncate(5 << 30)
        self.assert_one_clear_line(run("functions", path), "huge")

    def test_directory_loop_ends(self):
        os.makedirs(self.at("loop", "inner"), exist_ok=True)
        if not os.path.lexists(self.at("loop", "inner", "up")):
            os.symlink("..", self.at("loop", "inner", "up"))
        subprocess.run(["cp", self.a, self.at("loop", "inner", "a")], check=True)
        result = run("functions", self.at("loop"), "--format", "tsv")
        self.assertIn(result.returncode, (0, 3), result.stderr)
        self.assertGreater(len(self.table(result.stdout, FUNCTION_COLUMNS)), 5)

    def test_closed_output_ends_quietly(self):
        process = subprocess.Popen([SAMEHAND, "functions", self.a], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        process.wait(60 * SLOWER)

    def test_outputs_never_cost_an_input(self):
        os.mkdir(self.at("in"))
        page = self.write("in/page.txt", b"The ministry denied on Tuesday that it had hacked the studio.\n")
        for arguments in (["read", page, "--html", page], ["read", self.at("in"), "--html", page],
                          ["compare", self.a, self.b, "--matches", self.b],
                          ["compare", self.at("in"), self.a, "--html", self.at("in", ".", "page.txt")],
                          ["compare", self.a, self.b, "--matches", self.at("o"), "--html", self.at("o")]):
            result = run(*arguments)
            self.assert_one_clear_line(result, "nothing was done", 2)
        self.assertEqual(slurp(page), b"The ministry denied on Tuesday that it had hacked the studio.\n")

    def test_outputs_that_cannot_be_written(self):
        for path, says in ((self.at("no", "such", "folder.tsv"), "no such folder"), (self.at("."), "is a folder"),
                           (os.path.join(self.a, "x.tsv"), "no such folder")):
            self.assert_one_clear_line(run("compare", self.a, self.b, "--matches", path), says, 2)
        full = run("compare", self.a, self.b, "--matches", "/dev/full")
        self.assert_one_clear_line(full, "No space left", 3)

    def test_raw_code_is_read_where_asked(self):
        section = subprocess.run(["objcopy", "-O", "binary", "--only-section=.text", self.a, self.at("text.bin")])
        self.assertEqual(section.returncode, 0)
        result = run("functions", "--raw", "--base", "0x401000", "--arch", "x64", self.at("text.bin"), "--format", "tsv")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = self.table(result.stdout, FUNCTION_COLUMNS)
        self.assertGreater(len(rows), 5)
        self.assertTrue(all(int(r["address"], 16) >= 0x401000 for r in rows))

    def test_hostile_names_do_not_reach_the_terminal(self):
        folder = self.at("names")
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["cp", self.a, os.path.join(folder, "x\x1b[2J\ny")], check=True)
        for arguments in (["functions", folder], ["compare", folder, self.b]):
            result = run(*arguments)
            self.assertNotIn("\x1b", result.stdout + result.stderr)


# Two papers on one invented affair, and a list that names who is in them.
STORY = """<!DOCTYPE html><html lang="en"><head><title>Velm denies theft of plans</title>
<meta property="og:site_name" content="The Courier"><meta property="article:published_time" content="2020-05-03"></head>
<body><nav><a href="/a">World</a> <a href="/b">Sport</a></nav><article><h1>Velm denies theft of plans</h1>
<p>“Velm had no part in the theft of the harbour’s plans,” a Velmish diplomat told the Courier on Sunday.</p>
<p>The security company Northlight Labs said that Velm was behind the attack. It found the Gantry backdoor on a server that
talked to 203.0.113.7 and evil[.]example[.]net, and says that almost 11 terabytes of plans were stolen.</p>
</article><footer>Copyright, all rights reserved</footer></body></html>"""
COPY = """# Northlight: Velm did it

*The Herald, 2020-05-04*

The security company Northlight Labs said that Velm was behind the attack on the harbour. The intruders say that they hold 100
terabytes of plans.
"""
BUNDLE = {"type": "bundle", "id": "bundle--1", "objects": [
    {"type": "malware", "id": "malware--1", "name": "Gantry", "x_mitre_aliases": ["Gantry"], "description": "Gantry is a backdoor.",
     "external_references": [{"source_name": "mitre-attack", "external_id": "S9001"}]},
    {"type": "attack-pattern", "id": "attack-pattern--1", "name": "Spearphishing Attachment",
     "external_references": [{"source_name": "mitre-attack", "external_id": "T1566.001"}]}]}

PAGE_KEYS = {"file", "format", "title", "outlet", "authors", "url", "place", "published", "modified", "stored", "language", "topic",
             "topic_stories", "tags", "text", "claims_read", "claims", "indicators", "techniques", "names", "figures", "remarks"}
CLAIM_KEYS = {"text", "start", "end", "cue", "source", "source_kind", "stance", "hedge", "about", "subjects", "direct", "said",
              "chain"}
VOICE_KEYS = {"source", "also", "about", "stance", "files", "source_kind", "suspect", "speaker", "claims", "places", "text"}


class Read(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.mkdir(self.at("pages"))
        self.write("pages/a.html", STORY)
        self.write("pages/b.md", COPY)

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        with open(self.at(name), "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        return self.at(name)

    def read_json(self, *arguments, code=0):
        result = run("read", *arguments, "--format", "json")
        self.assertEqual(result.returncode, code, result.stderr)
        return [json.loads(line) for line in result.stdout.splitlines()]

    def test_text_says_who_says_what_and_ends_with_the_voices(self):
        result = run("read", self.at("pages"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for words in ("Velm denies theft of plans", "The Courier", "2020-05-03", "Northlight Labs", "2 set aside as benign",
                      "2 pages, 2 voices on who did it", "Contradictions", "100.0 TB"):
            self.assertIn(words, result.stdout)
        self.assertNotIn("rights reserved", result.stdout)
        self.assertLess(max(map(len, result.stdout.splitlines())), 140)

    def test_json_is_what_its_documentation_says(self):
        page, = self.read_json(self.at("pages", "a.html"))
        self.assertEqual(set(page), PAGE_KEYS)
        self.assertEqual((page["format"], page["title"], page["outlet"], page["published"], page["claims_read"]),
                         ("html", "Velm denies theft of plans", "The Courier", "2020-05-03", True))
        text = page["text"]

        def check(claims):
            for claim in claims:
                self.assertEqual(set(claim) - {"spans", "nested", "cue_start", "cue_end", "source_start", "source_end"}, CLAIM_KEYS)
                self.assertEqual(text[claim["start"]:claim["end"]], claim["text"])  # code points, with curly quotes before them
                for part in ("cue", "source"):
                    if part + "_start" in claim:
                        self.assertTrue(text[claim[part + "_start"]:claim[part + "_end"]])
                self.assertEqual(claim["chain"][0], "The Courier")
                for start, end in claim.get("spans", []):
                    self.assertTrue(claim["start"] <= start < end <= claim["end"])
                check(claim.get("nested", []))
        check(page["claims"])
        denial = next(c for c in page["claims"] if c["stance"] == "denies" or "no part" in c["text"])
        self.assertTrue(denial["direct"])
        self.assertIn("diplomat", denial["source"])
        found = {(i["kind"], i["value"]): i for i in page["indicators"]}
        self.assertIn(("ipv4", "203.0.113.7"), found)
        self.assertTrue(found["domain", "evil.example.net"]["defanged"])
        self.assertEqual(text[found["domain", "evil.example.net"]["start"]:found["domain", "evil.example.net"]["end"]],
                         "evil[.]example[.]net")
        self.assertEqual([(f["amount"], f["unit"], f["hedge"], f["bytes"]) for f in page["figures"]], [(11, "TB", "almost", 11e12)])

    def test_several_pages_end_with_their_voices(self):
        *pages, together = self.read_json(self.at("pages"))
        files = [self.at("pages", "a.html"), self.at("pages", "b.md")]
        self.assertEqual([p["file"] for p in pages], files)
        self.assertEqual(set(together), {"pages", "voices_on_responsibility", "voices", "copies", "contradictions"})
        self.assertEqual((together["pages"], together["voices_on_responsibility"]), (2, 2))
        text = {p["file"]: p["text"] for p in pages}
        for voice in together["voices"]:
            self.assertEqual(set(voice), VOICE_KEYS)
            self.assertEqual(len(voice["places"]), voice["claims"])
            self.assertEqual(voice["places"][0]["file"], voice["files"][0])
            for place in voice["places"]:
                self.assertTrue(text[place["file"]][place["start"]:place["end"]].strip())
        accuser = next(v for v in together["voices"] if v["about"] == "responsibility" and v["stance"] == "asserts")
        self.assertEqual((accuser["files"], accuser["suspect"]), (files, "Velm"))
        volumes = next(c for c in together["contradictions"] if c["about"] == "loss_volume")
        self.assertEqual([s["says"] for s in volumes["sides"]], ["11.0 TB", "100.0 TB"])
        # One page alone has no voices to compare.
        self.assertEqual(len(self.read_json(self.at("pages", "b.md"))), 1)

    def test_output_is_the_same_however_many_workers(self):
        self.assertEqual(*(run("read", self.at("pages"), "--format", "json", "-j", n).stdout for n in ("1", "4")))

    def test_a_page_given_twice_is_one(self):
        page = self.at("pages", "a.html")
        once = run("read", page).stdout
        self.assertEqual(run("read", page, page).stdout, once)
        folder = run("read", self.at("pages"), "--format", "json").stdout
        self.assertEqual(run("read", self.at("pages"), page, "--format", "json").stdout, folder)

    def test_copies_that_look_alike_are_counted(self):
        os.mkdir(self.at("alike"))
        for n in range(12):
            with open(self.at("alike", f"{n}.txt"), "w") as f:
                f.write("VELMSTADT, May 3, 2020 (Velm Wire) - The ministry said on Monday that Kestria was behind the attack on the port. "
                        "The port was closed for a week, and its cranes stood still while engineers looked for what had happened.\n")
        self.assertRegex(run("read", self.at("alike")).stdout, r"(?s)Copies.*\(12 times\)")

    def test_a_folder_without_pages_says_so(self):
        os.mkdir(self.at("nothing"))
        result = run("read", self.at("nothing"))
        self.assertEqual(result.returncode, 3)
        self.assertIn("this folder holds no pages", result.stderr)

    def test_a_short_text_in_another_language_is_not_read(self):
        with open(self.at("court.txt"), "w", encoding="utf-8") as f:
            f.write("Le groupe nie tout.\n")
        page = json.loads(run("read", self.at("court.txt"), "--format", "json").stdout)
        self.assertEqual((page["language"], page["claims_read"], page["claims"]), ("", False, []))
        self.assertIn("claims are not read", page["remarks"][0])
        self.assertIn("not read: the text is not English", run("read", self.at("court.txt")).stdout)

    def test_main_text_alone(self):
        result = run("read", "--text", self.at("pages", "a.html"))
        self.assertEqual(result.returncode, 0)
        self.assertIn("a Velmish diplomat told the Courier", result.stdout)
        for words in ("Sport", "rights reserved", "Claims"):
            self.assertNotIn(words, result.stdout)

    def test_raw_text_keeps_the_offsets_of_the_file(self):
        words = "  Menu \u2013 caf\u00e9\n\n<b>Northlight Labs</b> said that Velm was behind the attack.\n"
        page, = self.read_json("--raw-text", self.write("raw.html", words))
        self.assertEqual(page["text"], words)
        claim = next(c for c in page["claims"] if "Velm was behind" in c["text"])
        self.assertEqual(words[claim["start"]:claim["end"]], claim["text"])

    def test_page_of_everything_marked_is_self_contained(self):
        result = run("read", self.at("pages"), "--html", self.at("out.html"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        text = slurp(self.at("out.html")).decode("utf-8")
        self.assertTrue(text.lower().startswith("<!doctype html>"))
        self.assertIn("Northlight Labs", text)
        for word in ('src="http', 'href="http', "@import", 'src="//'):
            self.assertNotIn(word, text)
        unwritten = run("read", self.at("pages"), "--html", self.at("no", "such", "out.html"))
        self.assertEqual((unwritten.returncode, unwritten.stderr.count("\n")), (2, 1), unwritten.stderr)
        self.assertIn("out.html: there is no such folder", unwritten.stderr)

    def test_a_bad_file_among_good_ones_is_one_line_and_exit_3(self):
        self.write("pages/c.html", bytes(range(256)) * 40)
        self.write("pages/d.txt", b"")
        result = run("read", self.at("pages"), self.at("missing.html"), "--format", "json")
        self.assertEqual(result.returncode, 3)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 3, result.stderr)
        for name in ("c.html", "d.txt", "missing.html"):
            self.assertEqual(sum(name in line for line in lines), 1, name)
        *pages, together = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual((len(pages), together["pages"]), (2, 2))

    def test_names_from_bundles_and_compiled_lists_are_the_same(self):
        bundle = self.write("bundle.json", json.dumps(BUNDLE))
        compiled = self.at("names.list")
        result = run("exchange", "import", bundle, "-o", compiled)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("1 malware", result.stdout)
        outputs = [run("read", self.at("pages"), "--format", "json", "--names", names).stdout for names in (bundle, compiled)]
        self.assertEqual(*outputs)
        names = {(n["kind"], n["value"], tuple(n.get("ids", ()))) for n in json.loads(outputs[0].splitlines()[0])["names"]}
        self.assertIn(("malware", "Gantry", ("S9001",)), names)
        # Compiled lists join: importing one twice changes nothing.
        again = run("exchange", "import", compiled, bundle, "-o", self.at("again.list"))
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(run("read", self.at("pages"), "--format", "json", "--names", self.at("again.list")).stdout, outputs[0])

    def test_lists_that_are_none(self):
        for name, content in (("list.json", b"{}"), ("list.txt", b"words"), ("cut.list", b"SHNAMES\n\x01\x00")):
            path = self.write(name, content)
            for arguments, code in ((("read", self.at("pages"), "--names", path), 2), (("exchange", "import", path, "-o", self.at("x")), 3)):
                result = run(*arguments)
                self.assertEqual((result.returncode, result.stdout), (code, ""), arguments)
                self.assertIn(name, result.stderr)
        self.assertFalse(os.path.exists(self.at("x")))
        self.assertEqual(run("exchange", "import").returncode, 2)
        self.assertEqual(run("exchange").returncode, 2)

if __name__ == "__main__":
    SAMEHAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
