#!/usr/bin/env python3
"""The dossier of the worked case, from outside: files that are written and files that must not be, dates, and every number
of the JSON computed again as docs/format/dossier.md says.

  dossier_test.py SAMEHAND EXAMPLE [SHOTS]
"""
import itertools, json, math, os, re, shutil, statistics, subprocess, sys, tempfile, unittest

from slower import SLOWER

SAMEHAND = EXAMPLE = None


def run(*arguments, check=True):
    result = subprocess.run([SAMEHAND, "case", *arguments], capture_output=True, text=True, timeout=120 * SLOWER)
    if check and result.returncode != 0:
        raise AssertionError(result.stderr)
    return result


def weight(strength, error, part):
    L = 10 ** (strength / 10)
    x = part + (1 - part) / L
    return 10 * math.log10(((1 - error) * x + error) / ((1 - error) / L + error))


class Dossier(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        folder = cls.folder = os.path.join(cls.temporary.name, "case")
        built = subprocess.run([os.path.join(EXAMPLE, "run.sh"), SAMEHAND, folder], capture_output=True, text=True, timeout=300 * SLOWER)
        if built.returncode != 0:
            raise AssertionError(built.stdout + built.stderr)
        cls.case = os.path.join(folder, "studio.case")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def path(self, name):
        return os.path.join(self.temporary.name, name)

    def dossier(self, *options):
        run("report", self.case, "--json", self.path("dossier.json"), *options)
        with open(self.path("dossier.json")) as f:
            return json.load(f)

    def test_text_stays_the_default_and_files_are_written_together(self):
        self.assertIn("Likely: North Korea", run("report", self.case).stdout)
        made = run("report", self.case, "--html", self.path("d.html"), "--md", self.path("d.md"), "--json", self.path("d.json"))
        self.assertEqual(made.stdout + made.stderr, "")
        with open(self.path("d.html")) as f:
            page = f.read()
        for section in ("hypotheses", "hangs-on", "evidence", "contested", "change", "matrix", "timeline", "voices", "reading", "appendix"):
            self.assertIn(f'<section id="{section}">', page)
        self.assertNotRegex(page.replace("http://www.w3.org", ""), r"<(img|iframe|link|object|form)\b|\bstyle=|url\(|@import")
        links = set(re.findall(r'href="#([^"]+)"', page))
        self.assertEqual({l for l in links if f'id="{l}"' not in page}, set())
        with open(self.path("d.md")) as f:
            self.assertIn("## What would change our mind", f.read())

    def test_nothing_of_the_case_is_overwritten(self):
        with open(self.case, "rb") as f:
            before = f.read()
        link = self.path("link.html")
        os.link(self.case, link)
        for output in (self.case, self.case + "-wal", self.case + "-journal", link):
            for option in ("--html", "--md", "--json"):
                refused = run("report", self.case, option, output, check=False)
                self.assertEqual(refused.returncode, 2, output)
                self.assertIn("nothing was done", refused.stderr)
        twice = run("report", self.case, "--html", self.path("same"), "--md", self.path("same"), check=False)
        self.assertEqual(twice.returncode, 2)
        with open(self.case, "rb") as f:
            self.assertEqual(f.read(), before)

    def test_weights_are_computed_again(self):
        checked = 0
        d = self.dossier()
        roles = {h["name"]: h["role"] for h in d["hypotheses"]}
        for item in d["items"]:
            if "weights_db" not in item or item["weights_from"] != "defaults":
                continue
            t = item["defaults"]
            for name, (low, mid, high) in item["weights_db"].items():
                parts = (0, 0, 0)
                if not item["points_at"]:
                    self.assertEqual((low, mid, high), (0, 0, 0))
                    continue
                if name == item["points_at"]:
                    parts = (1, 1, 1)
                elif roles[item["points_at"]] == "accused" and roles[name] == "proxy":
                    parts = t["proxies_share"]
                elif roles[item["points_at"]] == "accused" and roles[name] == "false-flag" and not item["against"]:
                    parts = t["planted"]
                m = weight(t["strength_db"][1], t["error"][1], parts[1])
                ends = [weight(s, e, p) for s, e, p in itertools.product(t["strength_db"][::2], t["error"][::2], parts[::2])]
                mine = (min(ends + [m]), m, max(ends + [m]))
                if item["against"]:
                    mine = tuple(-w for w in reversed(mine))
                for a, b in zip(mine, (low, mid, high)):
                    self.assertAlmostEqual(a, b, places=5, msg=item["name"])
                checked += 1
        self.assertGreater(checked, 100)

    def posterior(self, d, without=None):
        names = [h["name"] for h in d["hypotheses"]]
        items = {i["number"]: i for i in d["items"]}
        totals = {h["name"]: 10 * math.log10(h["prior"]) for h in d["hypotheses"]}
        for o in d["observations"]:
            if o is without:
                continue
            mids = [{n: items[i]["weights_db"][n][1] for n in names} for i in o["items"]]
            if len(mids) > 1:
                centred = [{n: m[n] - statistics.median(m.values()) for n in names} for m in mids]
                mids = [{n: max(0, *(m[n] for m in centred)) + min(0, *(m[n] for m in centred)) for n in names}]
            for n in names:
                totals[n] += mids[0][n]
        ratios = {n: 10 ** (t / 10) for n, t in totals.items()}
        return {n: r / sum(ratios.values()) for n, r in ratios.items()}

    def test_posteriors_are_computed_again(self):
        for day in ("2014-12-05", "2015-01-07", ""):
            d = self.dossier(*(["--as-of", day] if day else []))
            mine = self.posterior(d)
            for h in d["hypotheses"]:
                self.assertAlmostEqual(mine[h["name"]], h["mid"], places=6)
                self.assertLessEqual(h["low"], h["mid"])
            self.assertEqual({i for o in d["observations"] for i in o["items"]}, {i["number"] for i in d["items"] if "weights_db" in i})
            leader = d["verdict"]["leader"]
            self.assertEqual(max(mine, key=mine.get), leader)
            for o in d["observations"]:
                self.assertAlmostEqual(self.posterior(d, o)[leader], o["without"], places=6, msg=o["name"])

    def test_a_day_knows_nothing_of_later_ones(self):
        d = self.dossier("--as-of", "2014-12-05")
        self.assertGreater(d["pages_left_out"], 5)
        self.assertTrue(d["timeline"] and all(e["date"][:10] <= "2014-12-05" for e in d["timeline"]))
        self.assertTrue(all(c["published"] <= "2014-12-05" for c in d["claims"]))
        self.assertEqual(d["shared_code"], [])  # collected in 2016
        run("report", self.case, "--html", self.path("dec.html"), "--as-of", "2014-12-05")
        with open(self.path("dec.html")) as f:
            page = f.read()
        before = page[:page.index('id="appendix"')]
        for later in ("Norse", "Comey", "Novetta"):
            self.assertNotIn(later, before)
        self.assertNotIn("Novetta", run("report", self.case, "--as-of", "2014-12-05", "--all").stdout.split("Exhibits")[0])
        for date in ("2014-00", "soon", "", "2014-13-01"):
            self.assertEqual(run("report", self.case, "--as-of", date, "--json", self.path("no.json"), check=False).returncode, 2, date)
            self.assertFalse(os.path.exists(self.path("no.json")))

    def test_shared_code_stands_side_by_side(self):
        d = self.dossier()
        if not d["shared_code"]:
            self.skipTest("no compiler: the stand-in was left out")
        comparison = d["shared_code"][0]["comparison"]
        self.assertEqual((comparison["a"], comparison["b"]), ("stand-in-later", "stand-in-earlier"))
        self.assertGreater(len(comparison["shared"]), 5)
        run("report", self.case, "--html", self.path("code.html"), "--md", self.path("code.md"))
        for name, mark in (("code.html", 'class="listing"'), ("code.md", "```text")):
            with open(self.path(name)) as f:
                text = f.read()
            self.assertIn(mark, text)
            self.assertNotIn("/proc/self", text)

    def test_one_voice_has_one_row_and_others_stand_against_who_denies_them(self):
        run("report", self.case, "--html", self.path("voices.html"))
        with open(self.path("voices.html")) as f:
            page = f.read()
        speakers = re.findall(r'<g class="speaker"><title>([^<]*)</title>', page)
        self.assertEqual([s for s in speakers if "FBI" in s or "Comey" in s], ["The FBI (also James Comey, the director of the FBI)"])
        contested = page[page.index('<section id="contested">'):page.index('<section id="change">')]
        first, others = contested.split("a part of others than North Korea")
        self.assertNotIn("hired hackers", first)
        affirmed, denied = others.split("<h4>denied by")
        self.assertIn("hired hackers", affirmed)
        self.assertIn("no credible evidence that anybody else", denied)

    def test_one_scale_and_a_short_print(self):
        run("report", self.case, "--html", self.path("print.html"))
        with open(self.path("print.html")) as f:
            page = f.read()
        hangs = page[page.index('<section id="hangs-on">'):page.index('<section id="evidence">')]
        self.assertEqual(len(re.findall(r"\bdB\b(?!<)", hangs)), 3)  # said once: "dB: on the odds of …; 3 dB is twice, 10 dB ten times"
        browser = shutil.which("chromium")
        if browser is None or SLOWER > 1:
            self.skipTest("no browser to print with")
        printed = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={self.path('profile')}",
                                  f"--print-to-pdf={self.path('print.pdf')}", "file://" + self.path("print.html")], capture_output=True, timeout=60)
        self.assertEqual(printed.returncode, 0)
        with open(self.path("print.pdf"), "rb") as f:
            pages = len(re.findall(rb"/Type\s*/Page\b", f.read()))
        self.assertLessEqual(pages, 24)  # 40 before the appendix was made dense

    def test_the_same_case_gives_the_same_bytes(self):
        made = []
        for name in ("one", "two"):
            run("report", self.case, "--html", self.path(name))
            with open(self.path(name), "rb") as f:
                made.append(f.read())
        self.assertEqual(*made)


if __name__ == "__main__":
    SAMEHAND, EXAMPLE = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
