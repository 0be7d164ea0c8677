#!/usr/bin/env python3
"""A news page that has lost its tags, read whole: outlet, date, topic, tags, and who says what through whom.

  story_page_test.py SAMEHAND       SAMEHAND is the program under test

The page of 4 December that the project began with is not ours to ship: it is read where a checkout has it beside the
repository (shared/seed/page.txt, or SAMEHAND_SEED_PAGE).  An invented page of the same build is always read.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMEHAND = None

INVENTED = """\
21:47 GMT11 May 2021
Listen Live
    Europe
    Get short URL
    The Halden Studios Break-In (37)
    0 12

    Norland has officially denied it was behind the cyber attack against Halden Studios, claiming that linking Arvik to \
the Halden hack 'is another slander of the country.'

    SARN, March 9 (Coastal Wire) — Arvik has dismissed allegations that Norland was behind a cyber attack against Halden \
Studios, which led to a large leak of the company's confidential information.

    "Linking [Norland] to the Halden hack is another fabrication against the nation. My country publicly declared that it \
would follow international rules against hacking," claimed an unnamed Arvik diplomat as quoted by the Evening Mail.

    The newspaper stresses that it is the first time the Democratic Republic of Norland (DRN) officially denied its \
involvement in the cyber attack, adding that earlier this week Norland's UN spokesman "refused to rule out Arvik's \
involvement." "Just wait and see" who made the attack, he said.

    However, "independent security researchers said there were solid clues that the attack had originated in the northern \
nation," the BBC stresses. Experts pointed out to evident similarities between the cyber attack against Halden Studios \
and the intrusion into a Sudland broadcaster's computer networks last year, dubbed "Grey Dawn".

    "The size and scope of this hack is unprecedented for a studio," Business Insider notes revealing that hackers have \
released almost 7 terabytes of data. Halden's confidential information obtained by the intruders included staff salaries, \
disciplinary records, contracts and unreleased films.

    Experts suggest that Arvik could use hackers based in Velmark in order to attack the company "in retaliation" for the \
release of "The Envoy." A comedy, scheduled for release in June, which tells the story of two reporters.

    Arvik has already qualified the film as "the most open sponsoring of terrorism as well as an act of war" in an \
official letter addressed to the UN Secretary General.

    The Halden Studios Break-In (37)


    Sudland to Light Lanterns on Border With North
    Norland Bans Foreign Sweets: Source
    Norland May Be Behind Hackers Attack Against Halden Studios
    Norland, cyber attack, Halden
    Community standardsDiscussion
"""


# The same story in other languages: title, the story, what was found; its dateline's outlet and place.
FOREIGN = {
    "de": ("Angriff auf Filmstudio: Ministerium widerspricht",
           "Berlin, 3. März 2021 (Küstenpost) – Das Außenministerium von Nordland hat am Dienstag Vorwürfe "
           "zurückgewiesen, hinter dem Angriff auf das Studio Halden zu stehen. Möglicherweise seien die "
           "Täter bereits im Februar in das Netz eingedrungen, hieß es offenbar aus Sicherheitskreisen.",
           "Die Täter nutzten den Server 198.51.100.23 und die Domain update[.]example[.]com. Nach Angaben "
           "des Unternehmens wurden rund 11 Terabyte Daten gestohlen. Die Schadsoftware Emotet wurde nicht "
           "gefunden.",
           "Küstenpost", "Berlin"),
    "fr": ("Le studio attaqué, le ministère dément",
           "PARIS, 3 mars 2021 (La Poste du Nord) – Le ministère des Affaires étrangères du Norland a "
           "démenti mardi être à l'origine de l'attaque contre le studio Halden. Selon des sources proches "
           "du dossier, les pirates seraient entrés dans le réseau en février.",
           "Les pirates ont utilisé le serveur 198.51.100.23 et le domaine update[.]example[.]com. Environ "
           "11 téraoctets de données ont été volés selon l'entreprise, qui a porté plainte auprès de la "
           "police.",
           "La Poste du Nord", "PARIS"),
    "es": ("El estudio atacado; el ministerio lo niega",
           "MADRID, 3 de marzo de 2021 (El Correo) – El ministerio de Exteriores de Norlandia negó el martes "
           "estar detrás del ataque contra el estudio Halden. Según fuentes de la investigación, los "
           "atacantes habrían entrado en la red en febrero.",
           "Los atacantes usaron el servidor 198.51.100.23 y el dominio update[.]example[.]com. Unos 11 "
           "terabytes de datos fueron robados, según la empresa, que ha presentado una denuncia ante la "
           "policía.",
           "El Correo", "MADRID"),
    "it": ("Lo studio attaccato, il ministero smentisce",
           "ROMA, 3 marzo 2021 (Il Corriere del Mare) – Il ministero degli Esteri di Norlandia ha smentito "
           "martedì di essere dietro l'attacco contro lo studio Halden. Secondo fonti vicine all'inchiesta, "
           "gli aggressori sarebbero entrati nella rete a febbraio.",
           "Gli aggressori hanno usato il server 198.51.100.23 e il dominio update[.]example[.]com. Circa 11 "
           "terabyte di dati sono stati rubati, secondo l'azienda, che ha presentato una denuncia alla "
           "polizia.",
           "Il Corriere del Mare", "ROMA"),
    "pt": ("Estúdio atacado; ministério nega",
           "LISBOA, 3 de março de 2021 (O Correio) – O ministério dos Negócios Estrangeiros da Norlândia "
           "negou na terça-feira estar por trás do ataque contra o estúdio Halden. Segundo fontes da "
           "investigação, os atacantes terão entrado na rede em fevereiro.",
           "Os atacantes usaram o servidor 198.51.100.23 e o domínio update[.]example[.]com. Cerca de 11 "
           "terabytes de dados foram roubados, segundo a empresa, que apresentou uma queixa à polícia.",
           "O Correio", "LISBOA"),
    "nl": ("Studio aangevallen, ministerie ontkent",
           "AMSTERDAM, 3 maart 2021 (De Kustpost) – Het ministerie van Buitenlandse Zaken van Noordland "
           "heeft dinsdag ontkend dat het achter de aanval op de studio Halden zit. Volgens bronnen bij het "
           "onderzoek zouden de daders in februari het netwerk zijn binnengedrongen.",
           "De daders gebruikten de server 198.51.100.23 en het domein update[.]example[.]com. Ongeveer 11 "
           "terabyte aan gegevens is gestolen, zegt het bedrijf, dat aangifte heeft gedaan bij de politie.",
           "De Kustpost", "AMSTERDAM"),
    "ru": ("Студия атакована, министерство отрицает",
           "МОСКВА, 3 марта 2021 (Береговая почта) – Министерство иностранных дел Норландии во вторник "
           "опровергло обвинения в причастности к атаке на студию Хальден. По данным источников, "
           "злоумышленники, вероятно, проникли в сеть ещё в феврале.",
           "Злоумышленники использовали сервер 198.51.100.23 и домен update[.]example[.]com. По словам "
           "компании, похищено около 11 терабайт данных. Компания обратилась в полицию.",
           "Береговая почта", "МОСКВА"),
}


def flat(claims):
    for claim in claims:
        yield claim
        yield from flat(claim.get("nested", []))


class StoryPage(unittest.TestCase):
    maxDiff = None

    def lines(self, *paths):
        run = subprocess.run([SAMEHAND, "read", "--format", "json", *paths], capture_output=True, text=True, timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def read(self, path):
        return self.lines(path)[0]

    def says(self, page, words, **wanted):
        """Exactly one claim holds `words` and is all that is wanted."""
        holding = [c for c in flat(page["claims"]) if words in c["text"]]
        fitting = [c for c in holding if all(c.get(key) == value for key, value in wanted.items())]
        shown = "\n".join(json.dumps({k: v for k, v in c.items() if k != "nested"}, ensure_ascii=False) for c in holding)
        self.assertEqual(len(fitting), 1, f"{words!r} {wanted}\n{shown}")
        return fitting[0]

    def check(self, page, p):
        self.assertEqual((page["outlet"], page["published"], page["place"]), (p["outlet"], p["published"], p["place"]))
        self.assertEqual((page["stored"], page["topic"], page["topic_stories"]), (p["stored"], p["topic"], p["stories"]))
        self.assertEqual(page["tags"], p["tags"])
        out, accused = p["outlet"], p["accused"]
        # 1. A diplomat without a name denies, through a paper; the same voice promises to keep the rules.
        self.says(page, "is another fabrication", stance="denies", about="responsibility", direct=True,
                  source=p["diplomat"], source_kind="accused", chain=[out, p["paper"], p["diplomat"]])
        self.says(page, "that it would follow international", stance="asserts", source=p["diplomat"],
                  source_kind="accused", chain=[out, p["paper"], p["diplomat"]])
        # 2. A spokesman declines to rule it out, in the days before.
        days = {"said_from": p["week"][0], "said_until": p["week"][1]}
        self.says(page, "to rule out", stance="declines", about="responsibility", source=p["spokesman"],
                  source_kind="accused", chain=[out, p["paper"], p["spokesman"]], **days)
        self.says(page, "Just wait and see", stance="declines", source=p["spokesman"], source_kind="accused", direct=True,
                  **days)
        # 3. Independent researchers, through a broadcaster: solid clues of where it came from.
        self.says(page, "there were solid clues", stance="asserts", about="origin", source="independent security researchers",
                  source_kind="researcher", chain=[out, "the BBC", "independent security researchers"],
                  hedge="there were solid clues", subjects=[p["origin"]])
        # 4. Experts: similar to an earlier attack, which is named.
        self.says(page, "evident similarities", stance="asserts", about="similarity", source="Experts",
                  source_kind="researcher", chain=[out, "Experts"], subjects=p["similar"])
        # 5. A business paper: size without precedent, so many terabytes.
        self.says(page, "size and scope", stance="asserts", source="Business Insider", source_kind="press", direct=True,
                  chain=[out, "Business Insider"])
        self.says(page, "terabytes", stance="asserts", about="loss_volume", source="Business Insider", source_kind="press",
                  chain=[out, "Business Insider"], subjects=[p["volume"]], hedge="almost")
        # 6. What was lost, in the page's own voice.
        self.says(page, "disciplinary records", stance="asserts", about="loss_kind", source_kind="outlet", chain=[out],
                  subjects=p["kinds"])
        # 7. Experts suggest hackers of a third country, in retaliation for the film.
        self.says(page, "in retaliation", stance="suggests", about="motive", source="Experts", source_kind="researcher",
                  chain=[out, "Experts"], hedge="could")
        # 8. The accused's letter.
        self.says(page, "sponsoring of terrorism", stance="asserts", about="motive", source=accused, source_kind="accused",
                  chain=[out, "an official letter", accused])
        # Headlines of other stories are nobody's words.
        for headline in p["headlines"]:
            self.assertFalse([c for c in flat(page["claims"]) if headline in c["text"]], headline)
            self.assertNotIn(headline, page["text"])

    def one_denial(self, path):
        """On who did it the page has two voices, one that declines and one that denies. Voices are told of a heap, so a
        note that says nothing of it lies beside the page."""
        with tempfile.TemporaryDirectory(prefix="samehand-page-") as folder:
            note = os.path.join(folder, "note.txt")
            with open(note, "w", encoding="utf-8") as out:
                out.write("The harbour was closed.\n\nNo ships came in on Tuesday, and the market was quiet all day long.\n")
            whole = self.lines(path, note)[-1]
        sides = [v["stance"] for v in whole["voices"] if v["about"] == "responsibility"]
        self.assertEqual(sorted(sides), ["declines", "denies"])

    def test_an_invented_page_of_that_build(self):
        with tempfile.TemporaryDirectory(prefix="samehand-page-") as folder:
            path = os.path.join(folder, "page.txt")
            with open(path, "w", encoding="utf-8") as out:
                out.write(INVENTED)
            self.check(self.read(path), {
                "outlet": "Coastal Wire", "published": "XXXX-03-09", "place": "SARN", "stored": "2021-05-11T21:47Z",
                "topic": "The Halden Studios Break-In", "stories": 37, "tags": ["Norland", "cyber attack", "Halden"],
                "accused": "Arvik", "diplomat": "an unnamed Arvik diplomat", "paper": "the Evening Mail",
                "spokesman": "Norland's UN spokesman", "week": ("XXXX-03-03", "XXXX-03-09"), "origin": "the northern nation",
                "similar": ["the cyber attack against Halden Studios",
                            "the intrusion into a Sudland broadcaster's computer networks last year, dubbed \"Grey Dawn\""],
                "volume": "almost 7 terabytes",
                "kinds": ["staff salaries", "disciplinary records", "contracts", "unreleased films"],
                "headlines": ["Sudland to Light", "Bans Foreign", "May Be Behind"]})
            self.one_denial(path)

    def test_the_page_of_4_december(self):
        places = [os.environ.get("SAMEHAND_SEED_PAGE", "")]
        places += [os.path.join(ROOT, *up, "shared", "seed", "page.txt") for up in ([".."], ["..", ".."])]
        path = next((p for p in places if p and os.path.exists(p)), None)
        if path is None:
            self.skipTest("the page is not ours to ship and is not beside this repository")
        self.check(self.read(path), {
            "outlet": "Sputnik", "published": "XXXX-12-04", "place": "MOSCOW", "stored": "2020-08-05T03:13Z",
            "topic": "Sony's 'The Interview' and Scandal Behind It", "stories": 59,
            "tags": ["Kim Jong-un", "Democratic Republic of North Korea (DPRK)", "cyber attack", "DPRK", "Sony"],
            "accused": "Pyongyang", "diplomat": "an unnamed Pyongyang diplomat", "paper": "the Guardian",
            "spokesman": "North Korea's UN spokesperson", "week": ("XXXX-11-28", "XXXX-12-04"),
            "origin": "the secretive nation",
            "similar": ["the cyber attack against Sony Pictures",
                        "the intrusion into the South Korean broadcaster's computer networks last year, dubbed \"Dark Seoul\""],
            "volume": "almost 11 terabytes",
            "kinds": ["employee salaries", "disciplinary records", "performance reviews", "unreleased movies"],
            "headlines": ["Install Christmas Tree", "Bans Foreign Cigarettes", "May Be Behind Hackers"]})
        self.one_denial(path)

    def test_other_languages_give_all_but_claims(self):
        with tempfile.TemporaryDirectory(prefix="samehand-page-") as folder:
            for language, (title, story, found, outlet, place) in FOREIGN.items():
                path = os.path.join(folder, language + ".html")
                with open(path, "w", encoding="utf-8") as out:
                    out.write(f"<html><head><title>{title}</title></head><body><nav><a href=/a>Start</a><a href=/b>Sport</a>"
                              f"</nav><article><h1>{title}</h1><p>{story}</p><p>{found}</p></article><footer>x</footer></body>")
                page = self.read(path)
                self.assertEqual((page["language"], page["title"], page["published"], page["outlet"], page["place"]),
                                 (language, title, "2021-03-03", outlet, place))
                self.assertEqual((page["claims_read"], page["claims"], page["techniques"]), (False, [], []))
                self.assertEqual([i["value"] for i in page["indicators"]], ["198.51.100.23", "update.example.com"])
                self.assertEqual([(f["amount"], f["unit"]) for f in page["figures"]], [(11, "TB")], language)
                self.assertIn(found, page["text"])
                self.assertNotIn("Sport", page["text"])
                text = subprocess.run([SAMEHAND, "read", path], capture_output=True, text=True, timeout=120).stdout
                self.assertIn("not read: the text is not English", text)

    def test_every_extraction_is_marked_in_place(self):
        with tempfile.TemporaryDirectory(prefix="samehand-page-") as folder:
            page, html = os.path.join(folder, "page.txt"), os.path.join(folder, "page.html")
            with open(page, "w", encoding="utf-8") as out:
                out.write("The raid\n\nThe ministry denied on Monday that the Quiet Quill group had stolen the files.\n\nThe intruders took "
                          "almost 7 terabytes of data with spearphishing attachments from 198.51.100.7, and 203.0.114.9 as well; "
                          "again 203.0.114.9 and almost 7 terabytes of data.\n")
            run = subprocess.run([SAMEHAND, "read", "--html", html, page], capture_output=True, text=True, timeout=120)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertRegex(run.stdout, r"Figures  1\n  almost 7 TB +2 times +almost 7 terabytes of data")
            with open(html, encoding="utf-8") as read:
                shown = read.read()
            story, aside = shown.split("<aside", 1)
            for kind, words in (("source", "The ministry"), ("cue", "denied"), ("name", "Quiet Quill"),
                                ("technique", "spearphishing attachments"), ("indicator", "203.0.114.9"),
                                ("benign", "198.51.100.7"), ("figure", "almost 7 terabytes of data")):
                self.assertRegex(story, f'<mark class="[^"]*{kind}[^"]*"[^>]*>(<a [^>]*>)?{words}')
            self.assertEqual(aside.count("<td>203.0.114.9"), 1)  # what is told twice stands once, with its count
            self.assertIn("<td>203.0.114.9 × 2</td>", aside)

    def test_a_message_of_one_line(self):
        with tempfile.TemporaryDirectory(prefix="samehand-page-") as folder:
            path = os.path.join(folder, "message.txt")
            with open(path, "w", encoding="utf-8") as out:
                out.write("NEW: Quiet Quill claims responsibility for the Halden leak, posts 4TB on its site hxxp://quill[.]onion\n")
            page = self.read(path)
            self.assertEqual([(c["source"], c["about"], c["source_kind"]) for c in flat(page["claims"])],
                             [("Quiet Quill", "responsibility", "attacker")])


if __name__ == "__main__":
    SAMEHAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
