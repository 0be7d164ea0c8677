#!/usr/bin/env python3
"""How many voices are found in a heap of pages, and which claims are taken for one voice.

  run_voices.py [--topic meridian|larkfield|all]    against the floors (evaluation/voices/floors.json)
  run_voices.py --topic meridian --show             what went wrong; not for larkfield, which is held back
  run_voices.py --topic meridian --keep FOLDER      leaves the pages there

SAMEHAND (or --program) is the program under test. Exit status 1: below a floor.

A topic is a file in evaluation/voices, written by hand: its head names the voices and what must be set side by side, then
come the pages, "== NAME FORM | OUTLET | DATE | AS PRINTED", headline, paragraphs. [[VOICE:words]] marks what a voice says
on who did it, [[VOICE/MATTER:words]] what it says on another matter. "copy OTHER" takes another page's paragraphs with its
edits ("edit: old => new", "drop: paragraph", from 1). Each page is dressed up as such pages are found.

Measured over the marks on who did it:
  found      marks that a claim on responsibility or origin overlaps
  B-cubed    for each mark, what share of the marks in its group are of its voice (precision), and what share of its
             voice's marks are in its group (recall), averaged; a mark not found is a group of its own
  voices     sources that the program counts, against the truth
  oldest     voices whose first page is the truth's
  contradictions  those of the head that are found; and those found that are not in the head
"""
import argparse, collections, html, io, json, os, re, subprocess, sys, tempfile, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
MARK = re.compile(r"\[\[(\w+)(?:/(\w+))?:(.*?)\]\]")
WHO = ("responsibility", "origin")
HELD_BACK = {"larkfield"}


# ---- topics as they are written

def read_topic(path):
    """-> {"topic", "voices": {name}, "contradictions": [(about, a, b)], "agreements": [...], "pages": [...]}"""
    topic = {"voices": [], "contradictions": [], "agreements": [], "pages": []}
    pages, page = {}, None
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("== "):
            where, outlet, date, printed = [p.strip() for p in line[3:].split("|")]
            name, *rest = where.split()
            page = {"name": name, "form": rest[-1], "outlet": outlet, "date": date, "printed": printed, "paragraphs": []}
            if rest[0] == "copy":
                page["copy"] = rest[1]
                page["paragraphs"] = list(pages[rest[1]]["paragraphs"])
            pages[name] = page
            topic["pages"].append(page)
        elif line.startswith("#"):
            if page:
                page["headline"] = line[2:]
        elif page is None:
            key, _, value = line.partition(":")
            values = [p.strip() for p in value.split("|")]
            if key == "topic":
                topic["topic"] = values[0]
            elif key == "voice":
                topic["voices"].append(values[0])
            elif key:
                topic[key + "s"].append(values)
        elif line.startswith("edit: "):
            old, _, new = line[6:].partition(" => ")
            if not any(old in p for p in page["paragraphs"]):
                sys.exit(f"{page['name']}: nothing to edit: {old}")
            page["paragraphs"] = [p.replace(old, new) for p in page["paragraphs"]]
        elif line.startswith("drop: "):
            page["paragraphs"][int(line[6:]) - 1] = ""
        elif line:
            page["paragraphs"].append(line)
    for page in topic["pages"]:
        page["paragraphs"] = [p.strip() for p in page["paragraphs"] if p.strip()]
        page["marks"] = [(voice, about or "responsibility", plain(words))
                         for p in page["paragraphs"] for voice, about, words in MARK.findall(p)]
        page["paragraphs"] = [MARK.sub(r"\3", p) for p in page["paragraphs"]]
    return topic


def plain(words):
    return re.sub(r"\W+", " ", words).strip().lower()


# ---- pages as they are found

def dress(page, topic, others):
    """-> (file name, bytes)"""
    form = page["form"]
    related = [o["headline"] for o in others[:5]]
    if form.startswith("html"):
        return page["name"] + ".html", globals()[form.replace("-", "_")](page, topic, related).encode()
    if form == "scrape":
        body = "\n\n".join("    " + p for p in page["paragraphs"])
        count = len(others)
        text = (f"09:41 GMT14 June 2020\nListen Live\n    World\n    Get short URL\n    {topic} ({count})\n    0 17\n\n{body}\n\n"
                f"    {topic} ({count})\n\n\n" + "\n".join("    " + r for r in related) + "\n    ships, hackers, Meridian\n    Community standardsDiscussion\n")
        return page["name"] + ".txt", text.encode()
    if form == "md":
        return page["name"] + ".md", (f"# {page['headline']}\n\n*{page['outlet']}, {page['printed']}*\n\n" + "\n\n".join(page["paragraphs"]) + "\n\n[Home](/) | [Archive](/archive)\n").encode()
    if form == "txt":
        return page["name"] + ".txt", (f"{page['headline']}\n{page['outlet']}, {page['printed']}\n\n" + "\n\n".join(page["paragraphs"]) + "\n").encode()
    if form == "eml":
        return page["name"] + ".eml", (f"From: list@example.org\r\nTo: members@example.org\r\nSubject: {page['headline']}\r\nDate: {page['printed']}\r\nMessage-ID: <{page['name']}@example.org>\r\n"
                                       "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + "\r\n\r\n".join(page["paragraphs"]) + "\r\n").encode()
    if form == "docx":
        lines = [page["headline"], f"{page['outlet']}, {page['printed']}"] + page["paragraphs"]
        body = "".join(f"<w:p><w:r><w:t>{html.escape(p)}</w:t></w:r></w:p>" for p in lines)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as z:
            z.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
            z.writestr("docProps/core.xml", f'<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{html.escape(page["headline"])}</dc:title><dcterms:created>{page["date"]}T09:00:00Z</dcterms:created></cp:coreProperties>')
            z.writestr("word/document.xml", f'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>')
        return page["name"] + ".docx", out.getvalue()
    sys.exit(f"{page['name']}: no form {form}")


def html_a(page, topic, related):
    """A large news site: Open Graph and JSON-LD, navigation, related stories, a footer."""
    body = "\n".join(f"<p>{html.escape(p, False)}</p>" for p in page["paragraphs"])
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": page["headline"], "datePublished": page["date"], "publisher": {"@type": "Organization", "name": page["outlet"]}}
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(page['headline'])} | {page['outlet']}</title>
<meta property="og:title" content="{html.escape(page['headline'])}"><meta property="og:site_name" content="{page['outlet']}">
<script type="application/ld+json">{json.dumps(data)}</script><style>.nav {{float: left}}</style></head>
<body><nav class="nav"><ul><li><a href="/world">World</a></li><li><a href="/business">Business</a></li><li><a href="/ships">Shipping</a></li><li><a href="/video">Video</a></li></ul></nav>
<main><article><h1>{html.escape(page['headline'])}</h1><div class="byline">By our correspondent</div><time datetime="{page['date']}">{page['printed']}</time>
{body}
<div class="share"><a href="#">Share</a> <a href="#">Tweet</a> <a href="#">Mail</a></div></article>
<aside><h2>More on this story</h2><ul>{''.join(f'<li><a href="/{i}">{html.escape(r)}</a></li>' for i, r in enumerate(related))}</ul></aside></main>
<footer><p>Copyright {page['outlet']}. All rights reserved. <a href="/terms">Terms</a> <a href="/privacy">Privacy</a></p></footer></body></html>"""


def html_b(page, topic, related):
    """A smaller paper: little metadata, divs, a newsletter box in the middle of the story."""
    lines = [f"<p>{html.escape(p, False)}</p>" for p in page["paragraphs"]]
    lines.insert(1, '<div class="newsletter"><p>Sign up for our morning letter</p><form><input name="mail"><button>Subscribe</button></form></div>')
    language = "nl" if "maart" in page["printed"] else "en"
    return f"""<html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(page['headline'])} - {page['outlet']}</title><meta name="date" content="{page['date']}"><meta property="og:site_name" content="{page['outlet']}"></head>
<body><div id="header"><a href="/">{page['outlet']}</a> <a href="/news">News</a> <a href="/sport">Sport</a> <a href="/weather">Weather</a></div>
<div id="content"><h1>{html.escape(page['headline'])}</h1><span class="date">{page['printed']}</span>
{chr(10).join(lines)}
<div class="tags">Tags: <a href="/t/cyber">cyber</a> <a href="/t/harbour">harbour</a></div></div>
<div id="sidebar"><h3>Most read</h3>{''.join(f'<div><a href="/{i}">{html.escape(r)}</a></div>' for i, r in enumerate(related))}</div></body></html>"""


def html_c(page, topic, related):
    """An old site: tables, no metadata but the title, line breaks for paragraphs."""
    return f"""<HTML><HEAD><TITLE>{page['outlet']}: {html.escape(page['headline'])}</TITLE></HEAD><BODY BGCOLOR=white><TABLE WIDTH=100%><TR><TD WIDTH=150><A HREF=index.htm>Home</A><BR><A HREF=archive.htm>Archive</A><BR><A HREF=contact.htm>Contact</A></TD>
<TD><H2>{html.escape(page['headline'])}</H2><FONT SIZE=-1>{page['outlet']}, {page['printed']}</FONT><BR><BR>
{'<BR><BR>'.join(html.escape(p, False) for p in page['paragraphs'])}
<BR><BR><HR><FONT SIZE=-2>Send letters to the editor</FONT></TD></TR></TABLE></BODY></HTML>"""


def write_pages(topic, folder):
    for page in topic["pages"]:
        name, content = dress(page, topic["topic"], [o for o in topic["pages"] if o is not page])
        page["file"] = name
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content)


# ---- measuring

def find_words(text, headline, words, taken):
    """Where these words stand in a text behind its headline, case and punctuation aside, as (start, end); a place is given only once."""
    behind = len(headline) if text.startswith(headline) else 0
    spots = [(m.start(), m.end(), m.group().lower()) for m in re.finditer(r"\w+", text) if m.start() >= behind]
    wanted = words.split()
    for i in range(len(spots) - len(wanted) + 1):
        if [s[2] for s in spots[i:i + len(wanted)]] == wanted:
            span = (spots[i][0], spots[i + len(wanted) - 1][1])
            if span not in taken:
                taken.add(span)
                return span
    return None


def measure(program, topic, folder, show):
    write_pages(topic, folder)
    result = subprocess.run([program, "read", folder, "--format", "json"], capture_output=True, text=True)
    if result.returncode not in (0, 3):
        sys.exit(result.stderr)
    *pages, together = [json.loads(line) for line in result.stdout.splitlines()]
    texts = {os.path.basename(p["file"]): p["text"] for p in pages}
    places = collections.defaultdict(list)  # file -> [(start, end, voice index)]
    for i, voice in enumerate(together["voices"]):
        for place in voice["places"]:
            places[os.path.basename(place["file"])].append((place["start"], place["end"], i))
    voices = together["voices"]

    # Each mark with the voices whose claims overlap it, the one that covers most of it first.
    marks, lost_text = [], 0
    for page in topic["pages"]:
        taken = set()
        for name, about, words in page["marks"]:
            span = find_words(texts.get(page["file"], ""), page["headline"], words, taken)
            lost_text += span is None
            over = sorted(((min(e, span[1]) - max(s, span[0]), -(e - s), v) for s, e, v in places[page["file"]] if s < span[1] and span[0] < e), reverse=True) if span else []
            marks.append({"page": page, "voice": name, "about": about, "words": words, "over": [v for _, _, v in over]})
    on_who = [m for m in marks if m["about"] == "responsibility"]
    for m in on_who:
        found = [voices[v]["speaker"] for v in m["over"] if voices[v]["about"] in WHO]
        m["group"] = found[0] if found else None

    scores = {"marks": len(on_who), "found": sum(m["group"] is not None for m in on_who) / len(on_who)}
    precision = recall = 0
    for m in on_who:
        own = [o for o in on_who if o["voice"] == m["voice"]]
        group = [m] if m["group"] is None else [o for o in on_who if o["group"] == m["group"]]
        both = [o for o in group if o["voice"] == m["voice"]]
        precision += len(both) / len(group)
        recall += len(both) / len(own)
    scores["precision"], scores["recall"] = precision / len(on_who), recall / len(on_who)
    scores["f1"] = 2 * scores["precision"] * scores["recall"] / (scores["precision"] + scores["recall"])
    scores["voices"], scores["true_voices"] = together["voices_on_responsibility"], len(topic["voices"])
    scores["off_by"] = abs(scores["voices"] - scores["true_voices"])

    right = 0
    for name in topic["voices"]:
        groups = collections.Counter(m["group"] for m in on_who if m["voice"] == name and m["group"] is not None)
        if not groups:
            continue
        group = groups.most_common(1)[0][0]
        dates = {os.path.basename(f): p["date"] for p in topic["pages"] for f in [p["file"]]}
        first = min((os.path.basename(v["files"][0]) for v in voices if v["speaker"] == group and v["about"] in WHO), key=lambda f: dates[f])
        wanted = min(p["date"] for p in topic["pages"] if any(v == name and a == "responsibility" for v, a, _ in p["marks"]))
        right += dates[first] == wanted
        if show and dates[first] != wanted:
            print(f"  oldest page of {name}: {first} of {dates[first]}, not of {wanted}")
    scores["oldest"] = right / len(topic["voices"])

    # A side of a contradiction is known by the voices that stand in it.
    used = set()

    def apart(about, a, b):
        abouts = WHO if about == "responsibility" else (about,)

        def voices_of(key):
            key = key if about == "responsibility" else plain(key)
            return {v for m in marks if (m["voice"] == key if about == "responsibility" else m["about"] == about and (key in m["words"] or m["words"] in key)) and (about == m["about"]) for v in m["over"]}
        left, other = voices_of(a), voices_of(b)
        for i, c in enumerate(together["contradictions"]):
            if c["about"] not in abouts:
                continue
            for x in range(len(c["sides"])):
                for y in range(len(c["sides"])):
                    sx, sy = set(c["sides"][x]["voices"]), set(c["sides"][y]["voices"])
                    if x != y and sx & left and sy & other:
                        used.add(i)
                        return True
        return False
    good = sum(apart(*c) for c in topic["contradictions"])
    scores["contradictions"] = good / len(topic["contradictions"])
    scores["false_contradictions"] = sum(apart(*c) for c in topic["agreements"])
    scores["excess_contradictions"] = len(together["contradictions"]) - len(used)
    scores["text"] = 1 - lost_text / len(marks)

    if show:
        for i, c in enumerate(together["contradictions"]):
            print(f"  {' ' if i in used else '?'} {c['matter']}: " + " / ".join(f"{s['says']}: " + "; ".join(voices[v]["source"] for v in s["voices"]) for s in c["sides"]))
        for m in on_who:
            if m["group"] is None:
                print(f"  not found: {m['page']['file']} {m['voice']}: {m['words']}  (other: {[voices[v]['about'] + ' by ' + voices[v]['source'] for v in m['over']]})")
        known = collections.defaultdict(collections.Counter)
        for m in on_who:
            if m["group"] is not None:
                known[m["group"]][m["voice"]] += 1
        for speaker in sorted({v["speaker"] for v in voices if v["about"] in WHO}):
            print(f"  speaker {speaker}: {dict(known[speaker]) or 'of no mark'}")
            for v in voices:
                if v["speaker"] == speaker and v["about"] in WHO:
                    print(f"      {v['about']} {v['stance']} by {v['source']!r}: {v['text'][:80]!r} in {' '.join(os.path.basename(f).split('.')[0] for f in v['files'])}")
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.environ.get("SAMEHAND", os.path.join(os.path.dirname(HERE), "samehand")))
    parser.add_argument("--topic", default="all")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    floors = json.load(open(os.path.join(HERE, "voices", "floors.json"), encoding="utf-8"))
    names = sorted(floors, reverse=True) if arguments.topic == "all" else [arguments.topic]
    below, everything = [], {}
    print("| topic | pages | voices (truth) | marks | found | B-cubed P | R | F1 | oldest page | contradictions | in excess |\n|---|---|---|---|---|---|---|---|---|---|---|")
    for name in names:
        if arguments.show and name in HELD_BACK:
            sys.exit(f"{name} is held back: it is measured, not looked at")
        topic = read_topic(os.path.join(HERE, "voices", name + ".txt"))
        with tempfile.TemporaryDirectory() as temporary:
            folder = arguments.keep or temporary
            os.makedirs(folder, exist_ok=True)
            s = everything[name] = measure(arguments.program, topic, folder, arguments.show)
        print(f"| {name} | {len(topic['pages'])} | {s['voices']} ({s['true_voices']}) | {s['marks']} | {s['found']:.3f} | {s['precision']:.3f} | {s['recall']:.3f} | {s['f1']:.3f} | {s['oldest']:.2f} | {s['contradictions']:.2f} | {s['excess_contradictions']} |")
        for key, floor in floors[name].items():
            if (s[key] > floor) if key in ("off_by", "excess_contradictions", "false_contradictions") else (s[key] < floor):
                below.append(f"{name}: {key} {s[key]:.3f}, floor {floor}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as f:
            json.dump(everything, f, indent=1)
    for line in below:
        print(line, file=sys.stderr)
    sys.exit(bool(below))


if __name__ == "__main__":
    main()
