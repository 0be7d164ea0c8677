#!/usr/bin/env python3
"""What a stranger or an enemy may hand to the program, and how a user may stop it: one clear line, exit code, no trace.

  hostile_test.py SAMEHAND       SAMEHAND is the program under test
"""
import io, json, os, pathlib, pty, re, select, shutil, signal, socket, subprocess, sys, tempfile, time, unittest, zipfile

from slower import SLOWER, large_program

SAMEHAND = None
SEEDS = pathlib.Path(__file__).resolve().parent.parent / "fuzz/corpus/image"

PROGRAM = r"""
#include <stdio.h>
static int table[4096] = {1};
__attribute__((noinline)) int sum(const int *p, int n) { int s = 0; for (int i = 0; i < n; i++) s = s * 31 + p[i]; return s; }
__attribute__((noinline)) void fill(int n) { for (int i = 0; i < 4096; i++) table[i] = i % n * 7 ^ 0x5a; }
int main(int argc, char **argv) { fill(argc + 3); printf("%d %s\n", sum(table, 4096), argv[0]); return 0; }
"""


def run(*arguments, **options):
    return subprocess.run([SAMEHAND, *map(str, arguments)], capture_output=True, timeout=300 * SLOWER, **options)


def addresses(tsv):
    return [line.split(b"\t")[0] for line in tsv.splitlines() if line.startswith(b"0x")]


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def build(self, name="program", *command):
        path = self.folder / name
        subprocess.run([*(command or ("gcc", "-O1")), "-x", "c", "-", "-o", path], input=PROGRAM.encode(), check=True)
        return path

    def one_line(self, result, name, *words, code=3):
        """Exactly one line on stderr, which names the file and says the words."""
        lines = result.stderr.decode("utf-8", "strict").splitlines()
        self.assertEqual(len(lines), 1, result.stderr[-2000:])
        self.assertTrue(lines[0].startswith("samehand: ") and name in lines[0], lines[0])
        for word in words:
            self.assertIn(word, lines[0])
        self.assertEqual(result.returncode, code)
        return lines[0]


class Damaged(InFolder):
    def test_an_elf_file_cut_anywhere_says_what_is_missing(self):
        whole = self.build().read_bytes()
        cuts = sorted({16, 52, 63, 64, 100, 500, *range(len(whole) // 12, len(whole), len(whole) // 12), len(whole) - 1})
        for cut in cuts:
            with self.subTest(cut):
                path = self.write("cut", whole[:cut])
                result = run("functions", path, "--format", "tsv")
                line = self.one_line(result, str(path))
                self.assertRegex(line, "cut short|ends within|past the end")

    def test_other_formats_cut_anywhere_never_lose_code_in_silence(self):
        for seed in ("pe-x86_64.dll", "pe-i686.dll", "macho64", "macho-arm64", "fat", "elf32", "elf64.o", "macho64.o",
                     "coff64.obj", "archive-gnu.a"):
            whole = (SEEDS / seed).read_bytes()
            all_found = addresses(run("functions", SEEDS / seed, "--format", "tsv").stdout)
            for cut in range(len(whole) // 7, len(whole), len(whole) // 7):
                with self.subTest(f"{seed} {cut}"):
                    path = self.write(seed, whole[:cut])
                    result = run("functions", path, "--format", "tsv")
                    self.assertIn(result.returncode, (0, 3))
                    if result.returncode == 0:
                        self.assertEqual((addresses(result.stdout), result.stderr), (all_found, b""))
                    else:
                        self.assertIn(seed.encode(), result.stderr)

    def test_the_remark_is_in_text_and_json(self):
        whole = self.build().read_bytes()
        path = self.write("cut", whole[:len(whole) // 2])
        self.assertIn(b"missing: cut short", run("functions", path).stdout)
        remarks = json.loads(run("functions", path, "--format", "json").stdout)["remarks"]
        self.assertIn("missing", [r["kind"] for r in remarks])
        compared = run("compare", path, self.folder / "program", "--format", "json")
        self.assertEqual(compared.returncode, 3)
        self.assertIn(b'"missing"', compared.stdout)

    def test_another_processor_is_named(self):
        mips = bytearray(self.build().read_bytes())
        mips[18:20] = (8).to_bytes(2, "little")
        self.one_line(run("functions", self.write("mips", bytes(mips))), "mips", "MIPS", "not read")
        arm = (SEEDS / "elf32").read_bytes()
        arm = arm[:18] + (40).to_bytes(2, "little") + arm[20:]
        self.one_line(run("functions", self.write("arm", arm)), "arm", "ARM")

    def test_encrypted_code_is_not_silence(self):
        # As packers leave it: the code replaced by bytes that are no code.
        path = self.build("encrypted")
        section = subprocess.run(["readelf", "-SW", path], capture_output=True, text=True, check=True).stdout
        offset, size = (int(x, 16) for x in re.search(r" \.text +PROGBITS +\w+ (\w+) (\w+)", section).groups())
        data = bytearray(path.read_bytes())
        data[offset:offset + size] = b"\x06" * size  # invalid in 64-bit mode
        result = run("functions", self.write("encrypted", bytes(data)), "--no-symbols", "--no-unwind-tables")
        if result.returncode == 0:
            self.assertNotIn(b" 0 functions", result.stdout)
        else:
            self.one_line(result, "encrypted")

    def test_a_file_without_code_says_so(self):
        path = self.build("debug", "gcc", "-g")
        subprocess.run(["objcopy", "--only-keep-debug", path], check=True)
        self.one_line(run("functions", path, "--no-symbols"), "debug", "no code")


class Strange(InFolder):
    def test_things_that_are_no_programs(self):
        os.mkfifo(self.folder / "pipe")
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(str(self.folder / "socket"))
        for name, words in (("pipe", "pipe"), ("socket", ""), ("missing", "no such file")):
            with self.subTest(name):
                self.one_line(run("functions", self.folder / name), name, words)
        self.one_line(run("functions", "/dev/null"), "/dev/null")
        for name, content in (("empty", b""), ("text", b"words\n" * 50), ("script", b"#!/bin/sh\necho x\n"),
                              ("class", b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(200)), ("mz", b"MZ" + bytes(500))):
            with self.subTest(name):
                self.one_line(run("functions", self.write(name, content)), name)

    def test_one_bad_side_does_not_hide_the_other(self):
        good = self.build()
        for a, b in ((good, self.folder / "missing"), (self.folder / "missing", good)):
            self.one_line(run("compare", a, b), "missing", "no such file")
        both = run("compare", self.folder / "x", self.folder / "y")
        self.assertEqual((both.returncode, len(both.stderr.splitlines())), (3, 2))
        self.assertEqual(run("compare", good, good).returncode, 0)

    def test_sparse_files_beyond_the_limit(self):
        path = self.write("huge", self.build().read_bytes())
        os.truncate(path, 3_000_000_000)
        self.one_line(run("functions", path), "huge", "GB")

    def test_archives_inside_each_other_without_end(self):
        data = self.build().read_bytes()
        for i in range(100):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as z:
                z.writestr(f"{i}.zip" if i else "program", data)
            data = out.getvalue()
        self.one_line(run("functions", self.write("matryoshka.zip", data)), "matryoshka.zip", "inside each other")

    def test_encrypted_archives(self):
        self.one_line(run("functions", SEEDS.parent / "container/encrypted.zip"), "encrypted.zip", "encrypted")

    def test_names_of_any_bytes(self):
        program = self.build().read_bytes()
        folder = os.fsencode(self.folder / "names")
        os.mkdir(folder)
        names = [b"caf\xe9", b"\xff\xfe", b"new\nline", b"\x1b]0;title\x07", b"\xe2\x80\xaereversed", b"tab\there",
                 b"-rf", b"a!b", b"quote'\"", b"x" * 255, b" "]
        for i, name in enumerate(names):
            with open(os.path.join(folder, name), "wb") as f:
                f.write(program + bytes([i]))
        for how in ("text", "json", "tsv"):
            result = run("functions", self.folder / "names", "--format", how)
            self.assertEqual((result.returncode, result.stderr), (0, b""), how)
            text = result.stdout.decode("utf-8", "strict")
            self.assertFalse(re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", text), how)
        compared = run("compare", self.folder / "names", self.folder / "program", "--matches", self.folder / "m",
                       "--html", self.folder / "h", "--format", "json")
        self.assertEqual((compared.returncode, compared.stderr), (0, b""))
        json.loads(compared.stdout)
        self.assertFalse(b"\x1b" in (self.folder / "m").read_bytes() + (self.folder / "h").read_bytes())

    def test_a_file_that_shrinks_while_it_is_read(self):
        big = self.write("shrinking", pathlib.Path(large_program(SAMEHAND)).read_bytes())
        good = self.build("good")
        process = subprocess.Popen([SAMEHAND, "functions", big, good, "--format", "tsv", "-j", "1"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.05)
        os.truncate(big, 5000)
        out, err = process.communicate(timeout=300 * SLOWER)
        self.assertIn(process.returncode, (0, 3), err)
        for line in err.decode().splitlines():
            self.assertIn("shrinking", line)
        self.assertTrue(addresses(out))


    def test_closed_standard_streams(self):
        program = self.build()
        for closed, code in ((">&-", 3), ("2>&-", 0), ("<&-", 0), ("<&- >&- 2>&-", 3)):
            with self.subTest(closed):
                result = subprocess.run(["sh", "-c", f'"$0" functions "$1" {closed}', SAMEHAND, program],
                                        capture_output=True, timeout=120 * SLOWER)
                self.assertEqual(result.returncode, code, result.stderr)
        self.one_line(subprocess.run(["sh", "-c", '"$0" functions "$1" >&-', SAMEHAND, program], capture_output=True),
                      "standard output", "cannot write")

    def test_slips_of_the_pen(self):
        program, other = self.build(), self.build("other")
        before = program.read_bytes()
        for option in ("--matches", "--html"):
            self.one_line(run("compare", program, other, option, program), str(program), "overwritten", code=2)
            self.assertEqual(program.read_bytes(), before)
        self.one_line(run("functions", ""), "''")
        self.one_line(run("functions", "--raw", "--base", "0xffffffffffffff00", program), str(program), "--base")
        self.one_line(run("functions", "--raw", "--base", "0xffffff00", "--arch", "x86", program), "--base")


def pdf(*objects):
    """A PDF of these objects, numbered from 1; each is a dictionary, or (dictionary, stream)."""
    out = b"%PDF-1.4\n"
    for number, value in enumerate(objects, 1):
        head, stream = value if isinstance(value, tuple) else (value, None)
        out += b"%d 0 obj" % number
        if stream is None:
            out += b"<<" + head + b">>"
        else:
            out += b"<<" + head + b"/Length %d>>stream\n" % len(stream) + stream + b"\nendstream\n"
        out += b"endobj\n"
    return out + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF\n" % (len(objects) + 1)


def endless_pdf(levels=40):
    """Forms that draw the next one twice: 2^40 of them. No bomb that a size tells: some 6 kB."""
    forms = []
    for i in range(levels):
        following = 6 + i
        resources = b"" if i == levels - 1 else b"/Resources<</XObject<</F %d 0 R>>>>" % following
        forms.append((b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + resources, b"q Q" if i == levels - 1 else b"/F Do /F Do"))
    return pdf(b"/Type/Catalog/Pages 2 0 R", b"/Type/Pages/Kids[3 0 R]/Count 1",
               b"/Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>", (b"", b"/F Do"), *forms)


GOOD_PAGE = b"""<!DOCTYPE html><html lang="en"><head><title>Velm denies theft</title></head><body><h1>Velm denies theft</h1>
<p>The security company Northlight Labs said on Monday that Velm was behind the attack on the harbour of Sarn.</p>
<p>A diplomat of Velm denied that his country had anything to do with it, and asked not to be named.</p></body></html>"""


class Pages(InFolder):
    """Pages and documents that are made to hang, swell or confuse `read`; a good page beside them is read all the same."""

    def read(self, *paths, **options):
        return run("read", *paths, "--format", "json", **options)

    def fails_alone(self, name, content, *words):
        good = self.write("good.html", GOOD_PAGE)
        result = self.read(self.write(name, content), good)
        self.one_line(result, name, *words)
        self.assertIn("Velm denies theft", json.loads(result.stdout.splitlines()[0])["title"])

    def test_things_that_are_no_pages(self):
        for name, content in (("binary.html", bytes(range(256)) * 64), ("program.html", self.build().read_bytes()),
                              ("empty.html", b""), ("white.html", b" \n\t" * 50), ("fake.pdf", b"%PDF-1.7\nnothing"),
                              ("fake.docx", b"PK\x03\x04" + bytes(60))):
            with self.subTest(name):
                self.fails_alone(name, content)

    def test_a_wrong_charset_is_remarked_on(self):
        words = "Хакеры похитили чертежи порта, сообщила компания в понедельник вечером. " * 8
        for stated, used in (("utf-8", "windows-1251"), ("koi8-r", "utf-8"), ("no-such-charset", "windows-1251")):
            with self.subTest(stated):
                page = f'<html><head><meta charset="{stated}"><title>x</title></head><body><p>{words}</p></body></html>'
                result = self.read(self.write("page.html", page.encode(used)))
                self.assertEqual((result.returncode, result.stderr), (0, b""))
                read = json.loads(result.stdout)
                self.assertIn("похитили", read["text"])
                self.assertEqual((read["claims"], read["claims_read"]), ([], False))

    def test_nesting_without_end(self):
        prose = b"The harbour was closed on Monday, and nobody said when it would open. " * 6
        for name, content in (("tags.html", b"<html><body>" + b"<div><b>" * 50_000 + prose),
                              ("lists.html", b"<html><body>" + b"<ul><li>" * 50_000 + b"deep words in there"),
                              ("quotes.txt", b'"' * 50_000 + b" he said. " + b"(" * 50_000),
                              ("said.txt", b"he said that " * 20_000),
                              ("markdown.md", b"# a\n\n" + b"> " * 50_000 + b"deep words in there\n")):
            with self.subTest(name):
                result = self.read(self.write(name, content))
                self.assertIn(result.returncode, (0, 3), result.stderr)
                if name == "tags.html":
                    read = json.loads(result.stdout)
                    self.assertIn("The harbour was closed", read["text"])
                    self.assertIn("deeper than 512", " ".join(read["remarks"]))

    def test_a_mail_in_a_mail_in_a_mail(self):
        mail = b"From: a@example.org\r\nDate: Mon, 4 May 2020 10:00:00 +0000\r\nSubject: x\r\n\r\nwords\r\n"
        for _ in range(3000):
            mail = (b"From: a@example.org\r\nDate: Mon, 4 May 2020 10:00:00 +0000\r\nSubject: Fwd\r\nContent-Type: message/rfc822\r\n\r\n" + mail)
        result = self.read(self.write("nested.eml", mail))
        self.assertIn(result.returncode, (0, 3), result.stderr)

    def test_a_document_that_swells(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("[Content_Types].xml", "<Types/>")
            z.writestr("word/document.xml", "<w:document><w:body>" + "<w:p><w:r><w:t>aaaa</w:t></w:r></w:p>" * 2_500_000)
        result = self.read(self.write("bomb.docx", out.getvalue()))
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        read = json.loads(result.stdout)
        self.assertIn("larger than 64 MB", " ".join(read["remarks"]))
        self.assertLess(len(read["text"]), 64 << 20)

    def test_words_that_announce_speakers_without_end(self):
        for words in (b"according to ", b'"said ', b"evil[.]example ", b"11 TB of "):
            with self.subTest(words):
                path = self.write("long.txt", words * ((1 << 20) // len(words)))
                started = time.monotonic()
                result = self.read(path)
                self.assertIn(result.returncode, (0, 3), result.stderr)
                self.assertLess(time.monotonic() - started, 60 * SLOWER)

    @unittest.skipUnless(shutil.which("pdftotext"), "pdftotext is not installed")
    def test_pdfs_that_loop_or_take_for_ever(self):
        loop = pdf(b"/Type/Catalog/Pages 2 0 R", b"/Type/Pages/Kids[3 0 R]/Count 9", b"/Type/Pages/Kids[2 0 R]/Count 9/Parent 2 0 R")
        words = (b"", b"BT /F1 12 Tf 50 700 Td (The harbour was closed on Monday.) Tj ET")
        fine = pdf(b"/Type/Catalog/Pages 2 0 R", b"/Type/Pages/Kids[3 0 R]/Count 1",
                   b"/Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>", words,
                   b"/Type/Font/Subtype/Type1/BaseFont/Helvetica")
        looped = self.read(self.write("loop.pdf", loop))
        self.assertEqual((looped.returncode, looped.stderr), (0, b""))
        self.assertIn("holds no text", " ".join(json.loads(looped.stdout)["remarks"]))
        # Several that take for ever share the time of one, and the good ones among them keep their places.
        for i in range(4):
            self.write(f"pdfs/{2 * i}.pdf", endless_pdf())
            self.write(f"pdfs/{2 * i + 1}.pdf", fine)
        started = time.monotonic()
        result = self.read(self.folder / "pdfs", "-j", "4")
        took = time.monotonic() - started
        self.assertEqual(result.returncode, 3)
        self.assertEqual([re.search(rb"(\d)\.pdf: pdftotext took more", line)[1] for line in result.stderr.splitlines()],
                         [b"0", b"2", b"4", b"6"])
        pages = [json.loads(line) for line in result.stdout.splitlines()][:-1]
        self.assertEqual([p["file"][-5:] for p in pages], ["1.pdf", "3.pdf", "5.pdf", "7.pdf"])
        self.assertTrue(all("harbour was closed" in p["text"] for p in pages))
        self.assertLess(took, 120 * SLOWER)  # each has ten seconds of processor time

    def members_of(self, group):
        return Stopped.members_of(self, group)

    @unittest.skipUnless(shutil.which("pdftotext"), "pdftotext is not installed")
    def test_ctrl_c_half_way_leaves_nothing(self):
        self.write("pages/endless.pdf", endless_pdf())
        self.write("pages/good.html", GOOD_PAGE)
        process = subprocess.Popen([SAMEHAND, "read", "pages", "--html", "out.html"], cwd=self.folder, start_new_session=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60 * SLOWER
        while len(self.members_of(process.pid)) < 2 and time.monotonic() < deadline:  # itself and pdftotext
            time.sleep(0.01)
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60 * SLOWER)
        self.assertEqual((process.returncode, out, err), (-signal.SIGINT, b"", b""))
        deadline = time.monotonic() + 20 * SLOWER
        while self.members_of(process.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(self.members_of(process.pid), [])
        self.assertEqual([p.name for p in self.folder.iterdir()], ["pages"])

    def test_closed_output(self):
        for i in range(20):
            self.write(f"pages/{i}.html", GOOD_PAGE)
        process = subprocess.Popen([SAMEHAND, "read", "pages"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(10)
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertIn(process.wait(120 * SLOWER), (0, -signal.SIGPIPE))
        closed = subprocess.run(["sh", "-c", '"$0" read pages >&-', SAMEHAND], cwd=self.folder, capture_output=True)
        self.one_line(closed, "standard output", "cannot write")


class Stopped(InFolder):
    """Ctrl-C, SIGTERM, a closed pipe: the program ends at once, as a shell expects, and nothing is left behind."""

    def setUp(self):
        super().setUp()
        for side in "ab":  # enough work for seconds: a large program, several times
            for i in range(6):
                self.write(f"{side}/{i}", pathlib.Path(large_program(SAMEHAND)).read_bytes() + bytes([i]))

    def members_of(self, group):
        """Living processes of a process group."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                state, _, of = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except (OSError, ValueError):
                continue
            if int(of) == group and state != "Z":
                found.append(int(entry.name))
        return found

    def start(self, **options):
        process = subprocess.Popen([SAMEHAND, "compare", "a", "b", "--matches", "m.tsv", "--html", "page.html"],
                                   cwd=self.folder, start_new_session=True, **options)
        deadline = time.monotonic() + 60 * SLOWER
        while len(self.members_of(process.pid)) < 3 and time.monotonic() < deadline:  # itself, the server, a worker
            time.sleep(0.01)
        self.assertGreaterEqual(len(self.members_of(process.pid)), 3)
        return process

    def assert_nothing_left(self, process):
        deadline = time.monotonic() + 20 * SLOWER
        while self.members_of(process.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(self.members_of(process.pid), [])
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["a", "b"])

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            for whole_group in (False, True):
                with self.subTest(number=number, whole_group=whole_group):
                    process = self.start(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    (os.killpg if whole_group else os.kill)(process.pid, number)
                    out, err = process.communicate(timeout=60 * SLOWER)
                    # A shell shows this as 130, 143, 129, 137.
                    self.assertEqual((process.returncode, out, err), (-number, b"", b""))
                    self.assert_nothing_left(process)

    def test_a_server_or_worker_that_is_killed_is_one_line(self):
        process = self.start(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        server = next(p for p in self.members_of(process.pid) if p != process.pid)
        os.kill(server, signal.SIGKILL)
        out, err = process.communicate(timeout=300 * SLOWER)
        self.assertEqual(process.returncode, 3)
        for line in err.decode().splitlines():
            self.assertRegex(line, r"^samehand: [ab]/\d: .*killed")
        self.assertTrue(out)
        self.assertEqual(self.members_of(process.pid), [])

    def test_a_shell_sees_130_after_ctrl_c_and_the_terminal_is_clean(self):
        master, slave = pty.openpty()
        # A shell of its own session, so that the terminal's Ctrl-C reaches the program as it does a user's.
        shell = subprocess.Popen(
            [sys.executable, "-c",
             "import fcntl, os, signal, subprocess, sys, termios\n"
             "fcntl.ioctl(2, termios.TIOCSCTTY, 0)\n"
             "signal.signal(signal.SIGINT, lambda *_: None)\n"
             f"code = subprocess.call([{SAMEHAND!r}, 'compare', 'a', 'b'], stdout=subprocess.DEVNULL)\n"
             "os.write(2, b'<%d>' % code)\n"],
            cwd=self.folder, start_new_session=True, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        import fcntl, struct, termios
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        seen, deadline, sent = b"", time.monotonic() + 120 * SLOWER, False
        while time.monotonic() < deadline:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    piece = os.read(master, 4096)
                except OSError:
                    break
                seen += piece
            if not sent and b"reading" in seen:
                os.write(master, b"\x03")
                sent = True
            if b">" in seen:
                break
        shell.wait(60 * SLOWER)
        os.close(master)
        self.assertTrue(sent, seen)
        self.assertTrue(seen.endswith(b"<-2>"), seen)
        self.assertRegex(seen, rb"\r\x1b\[K(\^C)?<-2>$")  # the line is wiped, and nothing is complained about
        deadline = time.monotonic() + 20 * SLOWER
        while self.members_of(shell.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(self.members_of(shell.pid), [])

    def test_a_reader_that_goes_away(self):
        for command in (["functions", "a"], ["functions", "a", "--format", "json"], ["functions", "--help"]):
            process = subprocess.Popen([SAMEHAND, *command], cwd=self.folder, start_new_session=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdout.read(10)
            process.stdout.close()
            err = process.stderr.read()
            process.stderr.close()
            self.assertEqual(err, b"", command)
            self.assertIn(process.wait(120 * SLOWER), (0, -signal.SIGPIPE), command)
            self.assert_nothing_left(process)

    def test_what_was_ignored_stays_ignored(self):
        process = self.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        os.kill(process.pid, signal.SIGHUP)
        time.sleep(0.3)
        self.assertIsNone(process.poll())
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60 * SLOWER)


if __name__ == "__main__":
    SAMEHAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
