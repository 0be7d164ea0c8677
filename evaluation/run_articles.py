#!/usr/bin/env python3
"""How well the main text of web pages is found: F1 over 4-word shingles, precision and recall averaged over pages.

  evaluation/run_articles.py --lab build/ci/evaluation/reading/page_lab --articles FOLDER [--show]

FOLDER is laid out like scrapinghub/article-extraction-benchmark (MIT): ground-truth.json (ID -> articleBody, url) and
html/ID.html.gz; nothing of it is part of this repository. The measure is that benchmark's. Pages whose ID begins with an even
byte were looked at while the rules were made ("tuned"), the others were only counted ("checked"); --show names the worst of
the tuned ones.
"""
import argparse
import collections
import gzip
import json
import os
import re
import subprocess
import tempfile


def shingles(text, size=4):
    words = re.findall(r"\w+", text)
    return collections.Counter(tuple(words[i:i + size]) for i in range(max(1, len(words) - size + 1)) if words)


def page_score(true, found):
    """(precision, recall) of one page; None where it is 0 of 0."""
    t, f = shingles(true), shingles(found)
    both, n_true, n_found = sum((t & f).values()), sum(t.values()), sum(f.values())
    exact = n_true == n_found == both
    return (1.0 if exact else both / n_found if n_found else None, both / n_true if n_true else None)


def total(scores):
    ps = [p for p, _ in scores if p is not None]
    rs = [r for _, r in scores if r is not None]
    p, r = sum(ps) / len(ps) if ps else 0, sum(rs) / len(rs) if rs else 0
    return p, r, 2 * p * r / (p + r) if p + r else 0


def read(lab, folder, ids):
    with tempfile.TemporaryDirectory() as work:
        paths = []
        for key in ids:
            paths.append(os.path.join(work, key + ".html"))
            with gzip.open(os.path.join(folder, "html", key + ".html.gz")) as packed, open(paths[-1], "wb") as page:
                page.write(packed.read())
        lines = subprocess.run([lab, *paths], capture_output=True).stdout.decode("utf-8").splitlines()
    return {os.path.basename(d["file"])[:-5]: d["text"] for d in map(json.loads, lines)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lab", required=True)
    parser.add_argument("--articles", required=True)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    truth = json.load(open(os.path.join(options.articles, "ground-truth.json"), encoding="utf-8"))
    found = read(options.lab, options.articles, sorted(truth))
    scores = {key: page_score(value["articleBody"], found.get(key, "")) for key, value in truth.items()}
    tuned = {key for key in scores if int(key[:2], 16) % 2 == 0}
    print("| pages | number | precision | recall | F1 |\n|---|---|---|---|---|")
    for name, keys in (("tuned", tuned), ("checked", scores.keys() - tuned), ("all", scores.keys())):
        p, r, f1 = total([scores[key] for key in sorted(keys)])
        print(f"| {name} | {len(keys)} | {p:.3f} | {r:.3f} | {f1:.3f} |")
    if options.show:
        for key in sorted(tuned, key=lambda k: sum(x or 0 for x in scores[k]))[:20]:
            print(key[:10], *(f"{x or 0:.3f}" for x in scores[key]), truth[key].get("url", ""))


if __name__ == "__main__":
    main()
