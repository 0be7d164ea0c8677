#!/usr/bin/env python3
"""How well claims are found: on this project's own short texts, and on news with attributions annotated by others.

  run_claims.py [--set open|held|all]           own texts (evaluation/claims/): accuracy of each part, against the floors
  run_claims.py --polnear DIR [--split dev]     a PolNeAR checkout (train/, dev/ with text/ and attributions/): Jaccard
  run_claims.py --polnear DIR --ablation        what each idea brings: the same with it switched off
  run_claims.py --misses FILE                   own texts of the open half only: what was missed

--probe names the program under test (default: build/ci/src/claim/claim_probe). Exit status 1: below a floor.
"""
import argparse, json, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PARTS = ("source", "cue", "content")
IDEAS = ("auxiliaries", "particles", "appositives", "content before its cue", "inversion", "according to", "colons", "shared subjects", "clause ends", "X, he said, Y",
         "passives", "seem", "nouns", "adjectives", "reportedly", "continued quotations", "nesting", "skipping cues in quotations", "attitudes and intentions", "own voice",
         "evidence for things", "relatives, as X said, asked", "continued to")
TARGETS = {"source": .58, "cue": .56, "content": .61, "tokens": .83}


# ---- own texts

def find_from(text, words, at):
    place = text.find(words, at)
    if place < 0:
        place = text.find(words)
    if place < 0:
        sys.exit(f"not in its text: {words!r} in {text[:60]!r}")
    return place, place + len(words)


def read_cases(path):
    """-> [{name, outlet, text, claims: [{source, cue, content: [spans], stance, about, subject, kind, via, depth}]}]"""
    cases = []
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("#"):
            continue
        if line.startswith("=="):
            name, outlet = [p.strip() for p in line[2:].split("|")]
            cases.append({"name": name, "outlet": outlet, "lines": [], "rows": []})
        elif line.startswith(">"):
            cases[-1]["rows"].append(line)
        elif cases and not cases[-1]["rows"]:
            cases[-1]["lines"].append(line)
    for case in cases:
        text = case["text"] = "\n".join(case["lines"]).strip()
        claims, at = [], 0
        for row in case["rows"]:
            depth = len(row) - len(row.lstrip(">"))
            source, cue, content, stance, about, kind, via = [p.strip() for p in row.lstrip(">").split("|")]
            pieces, here = [], 0
            sentence = text.find(cue, at) if cue != "-" else at
            for piece in content.split(" ... "):
                span = find_from(text, piece, here)
                pieces.append(span)
                here = span[1]
            near = min(text.rfind(".", 0, max(0, min(sentence if sentence >= 0 else 0, pieces[0][0]))) + 1, pieces[0][0])
            claims.append({"source": None if source == "-" else find_from(text, source, near), "cue": None if cue == "-" else find_from(text, cue, near), "content": pieces,
                           "stance": stance, "about": about.split("(")[0].strip(), "subject": (re.findall(r"\((.*)\)", about) or [None])[0], "kind": kind,
                           "via": [] if via == "-" else [v.strip() for v in via.split(";")], "depth": depth - 1})
        case["claims"] = claims
    return cases


def flat(claims, depth=0):
    for claim in claims:
        yield claim, depth
        yield from flat(claim.get("nested", []), depth + 1)


def overlap(a, b):
    inter = min(a[1], b[1]) - max(a[0], b[0])
    return max(0, inter) / (max(a[1], b[1]) - min(a[0], b[0]))


def cover(spans):
    return {i for a, b in spans for i in range(a, b)}


def score_cases(cases, probe, misses=None):
    names = ("found", "source", "cue", "content", "stance", "about", "subject", "kind", "via", "nesting")
    right, total = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    extra = found_all = 0
    with tempfile.TemporaryDirectory() as folder:
        command = [probe]
        for case in cases:
            path = f"{folder}/{case['name']}.txt"
            open(path, "w", encoding="utf-8").write(case["text"])
            command += ["--outlet", case["outlet"], path]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    for case, line in zip(cases, lines):
        predicted = list(flat(json.loads(line)["claims"]))
        used = set()
        for want in case["claims"]:
            goal = cover(want["content"])

            def fit(k):
                claim = predicted[k][0]
                have = cover(map(tuple, claim["spans"]))
                same_cue = want["cue"] is None or ("cue_start" in claim and overlap((claim["cue_start"], claim["cue_end"]), want["cue"]) > 0)
                return len(goal & have) / len(goal | have) if same_cue else 0

            best = max((k for k in range(len(predicted)) if k not in used), key=fit, default=None)
            for name in names:
                total[name] += not (name == "subject" and want["subject"] is None)
            if best is None or fit(best) < .5:
                if misses:
                    misses.write(f"{case['name']}: not found: {want['cue'] and case['text'][slice(*want['cue'])]} {[case['text'][a:b] for a, b in want['content']]}\n")
                continue
            used.add(best)
            claim, depth = predicted[best]
            source = (claim["source_start"], claim["source_end"]) if "source_start" in claim else None
            checks = {"found": True, "source": source == want["source"], "cue": (claim.get("cue_start"), claim.get("cue_end")) == (want["cue"] or (None, None)),
                      "content": list(map(tuple, claim["spans"])) == want["content"], "stance": claim["stance"] == want["stance"], "about": claim["about"] == want["about"],
                      "kind": claim["source_kind"] == want["kind"], "via": claim["chain"][1:-1] == want["via"], "nesting": depth == want["depth"]}
            if want["subject"]:
                checks["subject"] = any(want["subject"] in s for s in claim["subjects"])
            for name, ok in checks.items():
                right[name] += ok
            wrong = [n for n, ok in checks.items() if not ok]
            if misses and wrong:
                misses.write(f"{case['name']}: {', '.join(wrong)}: wanted {want['stance']}/{want['about']}/{want['kind']}/{want['via']}, got {json.dumps(claim, ensure_ascii=False)}\n")
        extra += len(predicted) - len(used)
        found_all += len(predicted)
    return {n: (right[n], total[n]) for n in names}, extra, found_all


def run_own(args):
    floors = json.load(open(f"{HERE}/claims/floors.json"))
    failed = False
    for half in ("open", "held") if args.set == "all" else (args.set,):
        cases = read_cases(f"{HERE}/claims/{half}.txt")
        misses = open(args.misses, "w", encoding="utf-8") if args.misses and half == "open" else None
        scores, extra, predicted = score_cases(cases, args.probe, misses)
        print(f"\n{half}: {len(cases)} texts, {scores['found'][1]} claims; {predicted} claims reported, {extra} of them not annotated\n\n| part | right | of | share | floor |\n|---|---|---|---|---|")
        for name, (right, of) in scores.items():
            share = right / of if of else 0
            floor = floors.get(half, {}).get(name, 0)
            failed |= share < floor
            print(f"| {name} | {right} | {of} | {share:.3f} | {floor:.2f}{' (below)' if share < floor else ''} |")
    return failed


# ---- PolNeAR

def attributions(path):
    spans, roles = {}, {p: set() for p in PARTS}
    rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8")]
    for row in rows:
        if len(row) > 1 and row[0].startswith("T"):
            spans[row[0]] = [tuple(map(int, s.split())) for s in row[1].split(" ", 1)[1].split(";")]
    for row in rows:
        if len(row) > 1 and row[0].startswith("E"):
            for role in row[1].split():
                name, span = role.split(":")
                name = re.sub(r"\d+$", "", name).lower()
                if name in roles:
                    roles[name].update(spans.get(span, ()))
    return roles


def corpus(folder, part):
    """(stem, text, roles) of the first annotator of every document; part: None, or 0 or 1: every other document"""
    firsts = {}
    for name in sorted(os.listdir(f"{folder}/attributions")):
        if name.endswith(".ann"):
            firsts.setdefault(name.rsplit("_", 1)[0], name)
    for number, (stem, name) in enumerate(sorted(firsts.items())):
        path = f"{folder}/text/{stem}.txt"
        if os.path.exists(path) and (part is None or number % 2 == part):
            yield path, open(path, encoding="utf-8").read(), attributions(f"{folder}/attributions/{name}")


def jaccard(documents, probe, without=None):
    command = [probe] + (["--without", str(without)] if without is not None else [])
    best, items = dict.fromkeys(PARTS, 0.0), dict.fromkeys(PARTS, 0)
    hits = tokens_true = tokens_found = 0
    for at in range(0, len(documents), 200):
        batch = documents[at:at + 200]
        lines = subprocess.run(command + [path for path, _, _ in batch], check=True, capture_output=True, text=True).stdout.splitlines()
        for (_, text, roles), line in zip(batch, lines):
            found = {p: set() for p in PARTS}
            for claim in json.loads(line)["claims"]:
                found["content"].update(map(tuple, claim["spans"]))
                for part in ("source", "cue"):
                    if part + "_start" in claim:
                        found[part].add((claim[part + "_start"], claim[part + "_end"]))
            for part in PARTS:
                best[part] += sum(max((overlap(a, b) for b in found[part]), default=0) for a in roles[part])
                items[part] += len(roles[part]) + sum(all(overlap(a, b) == 0 for a in roles[part]) for b in found[part])
            words = [m.span() for m in re.finditer(r"\S+", text)]
            marks = [bytearray(len(text) + 1), bytearray(len(text) + 1)]
            for mark, spans in zip(marks, (roles["content"], found["content"])):
                for a, b in spans:
                    mark[a:b] = b"\1" * (b - a)
            for a, b in words:
                true, said = any(marks[0][a:b]), any(marks[1][a:b])
                hits += true and said
                tokens_true += true
                tokens_found += said
    result = {p: best[p] / items[p] for p in PARTS}
    result["tokens"] = 2 * hits / (tokens_true + tokens_found)
    return result


def run_polnear(args):
    rows = []
    for split, part, label in (("train", 0, "tuning half of train"), ("train", 1, "other half of train"), ("dev", None, "dev")):
        if args.split and args.split not in label:
            continue
        rows.append((label, list(corpus(f"{args.polnear}/{split}", part))))
    print("| documents | source | cue | content | content tokens |\n|---|---|---|---|---|")
    print("| target | " + " | ".join(f"{v:.3f}" for v in TARGETS.values()) + " |")
    for label, documents in rows:
        whole = jaccard(documents, args.probe)
        print(f"| {label} ({len(documents)}) | " + " | ".join(f"{whole[k]:.3f}" for k in TARGETS) + " |", flush=True)
        if args.ablation:
            for number, idea in enumerate(IDEAS):
                less = jaccard(documents, args.probe, number)
                print(f"| without {idea} | " + " | ".join(f"{less[k] - whole[k]:+.3f}" for k in TARGETS) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", default=f"{ROOT}/build/ci/src/claim/claim_probe")
    parser.add_argument("--set", choices=("open", "held", "all"), default="open")
    parser.add_argument("--misses")
    parser.add_argument("--polnear")
    parser.add_argument("--split", help="only the rows whose name contains this")
    parser.add_argument("--ablation", action="store_true")
    args = parser.parse_args()
    if args.polnear:
        run_polnear(args)
        return 0
    return int(run_own(args))


if __name__ == "__main__":
    sys.exit(main())
