#!/usr/bin/env python3
"""How well names and techniques are found: precision, recall and F1 against annotated reports.

  evaluation/run_names.py --lab build/ci/evaluation/reading/names_lab --names LIST --bio ner_bio-dev.bio
      actors, malware and tools: spans that agree exactly, spans that overlap, and the set of names of each document
  evaluation/run_names.py --lab … --names LIST --bio ner_bio-dev.bio --linking linking_mitre_only-dev.jsonl
      techniques: the set of ids of each document (sub-techniques count as their technique), and mentions that overlap

LIST is what `names_lab import BUNDLE LIST` wrote, "-" for none. The corpus is AnnoCTR (boschresearch/anno-ctr-lrec-coling-2024,
CC BY-SA 4.0); nothing of it is part of this repository. Its part "test" is held out: measure with it, do not read it.
--show prints what is missed and what is found in excess, for the parts that may be looked at.
"""
import argparse
import collections
import json
import subprocess
import tempfile

KINDS = {"GROUP": "actor", "MALWARE": "malware", "TOOL": "tool"}


def read_bio(path, column):
    """Documents as (text, spans): tokens joined as print would, and the annotated (start, end, kind) in bytes."""
    documents, sentence, tokens = [], [], None
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("<DOCSTART>"):
            tokens = []
            documents.append(tokens)
        elif not line:
            if tokens:
                tokens.append(None)
        else:
            cells = line.split("\t")
            tokens.append((cells[0], cells[column]))
    return [layout(d) for d in documents]


def layout(tokens):
    text, size, spans, open_span, glue = [], 0, [], None, True  # size: bytes so far
    for i, token in enumerate(tokens + [None]):
        if open_span and (token is None or not token[1].startswith("I-")):
            spans.append(tuple(open_span))
            open_span = None
        if token is None:
            text.append("\n")
            size += 1
            glue = True
            continue
        word, tag = token
        if not glue and not (word[0] in ".,;:!?)]}’'%”" and len(word) <= 2):
            text.append(" ")
            size += 1
        begin = size
        text.append(word)
        size += len(word.encode())
        glue = word in "([{“"
        end = size
        if tag.startswith("B-"):
            open_span = [begin, end, tag[2:]]
        elif open_span:
            open_span[1] = end
    return "".join(text), spans


def run_lab(lab, mode, names, texts):
    with tempfile.NamedTemporaryFile("wb", suffix=".txt") as file:
        file.write("\x1e".join(t.replace("\x1e", " ") for t in texts).encode())
        file.flush()
        command = [lab, mode, file.name] + ([names] if names != "-" else [])
        output = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")
    found = [[] for _ in texts]
    for line in output.splitlines():
        cells = line.split("\t")
        found[int(cells[0])].append((int(cells[1]), int(cells[2]), *cells[3:]))
    return found


class Score:
    def __init__(self):
        self.right = self.found = self.wanted = 0

    def add(self, right, found, wanted):
        self.right += right
        self.found += found
        self.wanted += wanted

    def __str__(self):
        p = self.right / self.found if self.found else 0.0
        r = self.right / self.wanted if self.wanted else 0.0
        f = 2 * p * r / (p + r) if p + r else 0.0
        return f"precision {p:.3f}  recall {r:.3f}  F1 {f:.3f}  ({self.wanted} wanted, {self.found} found)"


def fold(name):
    return "".join(c for c in name.lower() if c.isalnum())


def names(arguments):
    documents = read_bio(arguments.bio, arguments.column)
    found = run_lab(arguments.lab, "names", arguments.names, [t for t, _ in documents])
    for label, kind in KINDS.items():
        exact, touching, sets = Score(), Score(), Score()
        missed, excess = collections.Counter(), collections.Counter()
        for (text, gold), got in zip(documents, found):
            raw = text.encode()
            want = [(b, e) for b, e, k in gold if k == label]
            have = [(g[0], g[1]) for g in got if g[2] == kind]
            exact.add(len(set(want) & set(have)), len(have), len(want))
            hit_want = [w for w in want if any(h[0] < w[1] and w[0] < h[1] for h in have)]
            hit_have = [h for h in have if any(h[0] < w[1] and w[0] < h[1] for w in want)]
            touching.add(min(len(hit_want), len(hit_have)), len(have), len(want))
            want_set = {fold(raw[b:e].decode()) for b, e in want}
            have_set = {fold(raw[b:e].decode()) for b, e in have}
            sets.add(len(want_set & have_set), len(have_set), len(want_set))
            for w in want:
                if w not in have:
                    around = " | " + raw[max(0, w[0] - 40):w[1] + 25].decode("utf-8", "replace").replace("\n", " ") if arguments.context else ""
                    missed[raw[w[0]:w[1]].decode() + around] += 1
            for h in have:
                if h not in want:
                    touched = [raw[w[0]:w[1]].decode() for w in want if h[0] < w[1] and w[0] < h[1]]
                    excess[raw[h[0]:h[1]].decode() + (" for " + touched[0] if touched else " | " + raw[max(0, h[0] - 40):h[1] + 25].decode("utf-8", "replace").replace("\n", " ") if arguments.context else "")] += 1
        print(f"{kind:8} spans      {exact}")
        print(f"{kind:8} overlaps   {touching}")
        print(f"{kind:8} documents  {sets}")
        if arguments.show:
            print("   missed:", ", ".join(f"{n} x{c}" for n, c in missed.most_common(60)))
            for n, c in excess.most_common(60):
                print("   excess:", c, n)


def technique_truth(arguments):
    """Whole documents of the BIO file as (text, [(start, end, id, "CE" | "CI")]): the linking file has the ids, the BIO file the
    places; documents and mentions are brought together by their letters."""
    linked = collections.defaultdict(list)
    for line in open(arguments.linking, encoding="utf-8"):
        item = json.loads(line)
        if item["entity_type"] == "TECHNIQUE" and "/techniques/" in item["label_link"]:
            linked[item["document"]].append((fold(item["mention"]), item["label_link"].split("/techniques/")[1].split("/")[0], item["entity_class"]))
    explicit, implicit = read_bio(arguments.bio, 4), read_bio(arguments.bio, 5)
    places = []
    for (text, first), (_, second) in zip(explicit, implicit):
        raw = text.encode()
        spans = [(b, e) for b, e, k in first + second if k == "TECHNIQUE"]
        places.append((text, [(b, e, fold(raw[b:e].decode())) for b, e in sorted(spans)]))
    truth, unplaced = [], 0
    for document, mentions in sorted(linked.items()):
        wanted = collections.Counter(m[0] for m in mentions)
        text, spans = max(places, key=lambda p: sum((wanted & collections.Counter(s[2] for s in p[1])).values()))
        gold, used = [], set()
        for letters, identifier, kind in mentions:
            place = next((i for i, s in enumerate(spans) if s[2] == letters and i not in used), None)
            if place is None:
                unplaced += 1
                gold.append((-1, -1, identifier, kind))
            else:
                used.add(place)
                gold.append((spans[place][0], spans[place][1], identifier, kind))
        truth.append((text, gold))
    print(f"techniques: {len(truth)} documents, {sum(len(g) for _, g in truth)} mentions, {unplaced} of them without a place in the text")
    return truth


def techniques(arguments):
    truth = technique_truth(arguments)
    found = run_lab(arguments.lab, "tech", arguments.names, [t for t, _ in truth])
    for chosen in ("CE", "CI", "all"):
        sets, mentions = Score(), Score()
        missed, excess, right = collections.Counter(), collections.Counter(), collections.Counter()
        for (text, want), got in zip(truth, found):
            raw = text.encode()
            mine = [w for w in want if chosen == "all" or w[3] == chosen]
            # A technique and its sub-technique at the same place are one.
            have = sorted({(g[0], g[1], g[2].split(".")[0]) for g in got})
            have = [h for i, h in enumerate(have) if not any(o != h and o[2] == h[2] and o[0] <= h[0] and h[1] <= o[1] for o in have)]
            ids, have_ids = {w[2] for w in mine}, {h[2] for h in have}
            sets.add(len(ids & have_ids), len(have_ids), len(ids))
            hits = sum(any(h[2] == w[2] and h[0] < w[1] and w[0] < h[1] for h in have) for w in mine)
            good = sum(any(h[2] == w[2] and h[0] < w[1] and w[0] < h[1] for w in mine) for h in have)
            mentions.add(min(hits, good), len(have), len(mine))
            for w in mine:
                if not any(h[2] == w[2] and h[0] < w[1] and w[0] < h[1] for h in have):
                    missed[w[2] + " " + raw[w[0]:w[1]].decode()[:90]] += 1
            for h in have:
                ok = any(h[2] == w[2] and h[0] < w[1] and w[0] < h[1] for w in mine)
                (right if ok else excess)[h[2] + " " + raw[h[0]:h[1]].decode("utf-8", "replace")[:60].lower()] += 1
        print(f"techniques, {chosen:3} documents  {sets}")
        print(f"techniques, {chosen:3} mentions   {mentions}")
        if arguments.show and chosen == "all":
            print("   missed:\n     " + "\n     ".join(f"{c} {n}" for n, c in missed.most_common(100)))
            print("   excess:\n     " + "\n     ".join(f"{c} ({right[n]} right) {n}" for n, c in excess.most_common(150)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lab", required=True)
    parser.add_argument("--names", default="-")
    parser.add_argument("--bio", required=True)
    parser.add_argument("--column", type=int, default=4, help="of the labels that name things outright")
    parser.add_argument("--linking")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--context", action="store_true", help="with --show: what stands around")
    arguments = parser.parse_args()
    if arguments.linking:
        techniques(arguments)
    else:
        names(arguments)


if __name__ == "__main__":
    main()
