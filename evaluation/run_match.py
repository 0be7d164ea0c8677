#!/usr/bin/env python3
"""Measure function matching across compilers, levels, formats and architectures, on stripped binaries.

  run_match.py [--split tuning|heldout|all] [--projects A,B] [--pairs table|plan|QV:TV,...] [--mode aligned|pool|both]

Two questions are asked of every pair of variants:

  aligned  `compare Q T --matches F`, one binary against its other build: what `compare` promises
  pool     `compare FOLDER FOLDER --no-align --matches F`, all chosen projects' binaries of one variant against all
           of the other: one function against all, the other projects being distractors

recall@1 is score_functions.py's: over functions of 20 instructions or 5 blocks and more that exist on both sides,
every row of F counts.  From the aligned rows also: the precision of those marked `reported` and the share of the
pairable functions that they cover, and how well `confidence` is calibrated.  A row counts as right or wrong by the
truth's names (a twin with the same body is right); rows between runtime code, and between functions that share
their name within one binary, are neither.
"""
import argparse
import collections
import os
import sys
import time

import harness

TABLE = [  # query, target, what it is called, target of compare, target of one against all
    ("x64-gcc12-O2", "x64-gcc12-O3", "gcc -O2 -> -O3", .98, .96),
    ("x64-gcc12-O2", "x64-gcc12-Os", "gcc -O2 -> -Os", .96, .92),
    ("x64-gcc12-O2", "x64-clang14-O2", "gcc -> clang 14, -O2", .98, .94),
    ("x64-gcc12-O2", "x64-clang19-O2", "gcc -> clang 19, -O2", .98, .94),
    ("x64-gcc12-O2", "pe64-gcc12-O2", "ELF -> PE, -O2", .98, .96),
    ("x64-gcc12-O2", "x64-gcc12-O0", "gcc -O2 -> -O0", .93, .87),
    ("x64-gcc12-O2", "x86-gcc12-O2", "x86-64 -> i386, -O2", .97, .93),
    ("x64-gcc12-O2", "arm64-gcc12-O2", "x86-64 -> AArch64, -O2", .97, .95),
    ("x64-clang16-O3", "x86-gcc12-O1", "clang16 -O3 -> i386 gcc -O1", .92, None),
    ("pe64-gcc12-Os", "arm64-clang14-O2", "PE -Os -> AArch64 clang -O2", .94, None),
]
COLUMNS = ("a_file", "a_address", "b_file", "b_address", "similarity", "confidence", "reported")
REPORTED_PRECISION, REPORTED_COVERAGE, CALIBRATION = .98, .80, .03


def compare(query, target, *options):
    """Rows of --matches as (a binary, a address, b binary, b address, similarity, confidence, reported)."""
    with harness.scratch() as folder:
        path = os.path.join(folder, "matches.tsv")
        harness.call("compare", query, target, "--matches", path, *options)
        with open(path) as f:
            text = f.read()
    return [(os.path.basename(a), int(x, 16), os.path.basename(b), int(y, 16), float(s), float(c), r == "1")
            for a, x, b, y, s, c, r in harness.rows(text, *COLUMNS)]


def official(truth, matches, query, target):
    """score_functions.py's figures for rows of one variant pair."""
    with harness.scratch() as folder:
        path = os.path.join(folder, "matches.tsv")
        with open(path, "w") as f:
            f.writelines(f"{a}\t{x:x}\t1\t{b}\t{y:x}\t{s}\n" for a, x, b, y, s, *_ in matches)
        return harness.scorer().score_match(truth, path, [f"{query}:{target}"])[f"{query}:{target}"]


def judge(a, b, x, y):
    """True, False or None (does not count) for a pair of addresses in two binaries with truth."""
    p, q = a.rows.get(x), b.rows.get(y)
    if p is None or q is None:
        return False                                   # not a function at all
    if p["kind"] != "func" or q["kind"] != "func":
        return None
    if p["pair"] == "-":
        return None
    right = b.by_name.get(p["pair"])
    if right:
        return y == right["addr"] or q["body"] == right["body"]
    return None if q["pair"] == "-" and p["pair"].split(".")[0] in b.names else False


class Tally:
    """Precision and coverage of the reported rows, and calibration over all rows."""

    def __init__(self):
        self.right = self.wrong = self.pairable = self.covered = 0
        self.bins = [[0, 0.0, 0] for _ in range(10)]   # rows, sum of confidence, right

    def add(self, a, b, matches):
        eligible = harness.scorer().eligible
        pairable = {r["addr"] for name, r in a.by_name.items() if eligible(r) and name in b.by_name}
        self.pairable += len(pairable)
        for _, x, _, y, _, confidence, reported in matches:
            verdict = judge(a, b, x, y)
            if verdict is None:
                continue
            bin_ = self.bins[min(9, int(confidence * 10))]
            bin_[0] += 1
            bin_[1] += confidence
            bin_[2] += verdict
            if reported:
                self.right += verdict
                self.wrong += not verdict
                self.covered += x in pairable

    def merge(self, other):
        for key in ("right", "wrong", "pairable", "covered"):
            setattr(self, key, getattr(self, key) + getattr(other, key))
        for mine, theirs in zip(self.bins, other.bins):
            for i in range(3):
                mine[i] += theirs[i]

    def precision(self):
        return harness.ratio(self.right, self.right + self.wrong)

    def coverage(self):
        return harness.ratio(self.covered, self.pairable)

    def calibration_error(self):
        """Mean distance between confidence and share right over the bins, weighted by their rows (ECE)."""
        n = sum(b[0] for b in self.bins)
        return harness.ratio(sum(abs(b[1] - b[2]) for b in self.bins), n)


def run_aligned(pairs, names, truths, jobs, log):
    """{(query, target): {project: (official figures, tally)}} and the number of failures; misses go to `log`."""
    folder = harness.functions_dir("bin")
    work = [(q, t, p) for q, t, *_ in pairs for p in names if f"{p}.{q}" in truths and f"{p}.{t}" in truths]

    def one(job):
        query, target, project = job
        return compare(os.path.join(folder, f"{project}.{query}"), os.path.join(folder, f"{project}.{target}"))
    out, failed = {}, 0
    for (query, target, project), matches in harness.each(one, work, jobs, "compare"):
        if isinstance(matches, harness.Failed):
            failed, matches = failed + 1, []
        both = truths.some((f"{project}.{query}", f"{project}.{target}"))
        tally = Tally()
        tally.add(both[f"{project}.{query}"], both[f"{project}.{target}"], matches)
        out.setdefault((query, target), {})[project] = (official(both, matches, query, target), tally)
        log.extend("aligned\t" + line for line in misses(truths, matches, project, query, target))
    return out, failed


def run_pool(pairs, names, truths, jobs, options, distractors, log):
    """{(query, target): {project: official figures}} with all projects of a variant in one folder.

    The files of the folder `distractors` join the target side; a function paired with one of theirs is a miss.
    """
    out, failed = {}, 0
    with harness.scratch() as top:
        for side, variants in (("queries", {q for q, *_ in pairs}), ("targets", {t for _, t, *_ in pairs})):
            for variant in variants:
                path = os.path.join(top, side, variant)
                os.makedirs(path)
                for p in names:
                    if f"{p}.{variant}" in truths:
                        harness.link_or_copy(os.path.join(harness.functions_dir("bin"), f"{p}.{variant}"),
                                             os.path.join(path, f"{p}.{variant}"))
                for other in sorted(os.listdir(distractors)) if distractors and side == "targets" else ():
                    harness.link_or_copy(os.path.join(distractors, other), os.path.join(path, other))
        for (query, target), matches in harness.each(
                lambda job: compare(os.path.join(top, "queries", job[0]), os.path.join(top, "targets", job[1]), *options),
                [(q, t) for q, t, *_ in pairs], jobs, "pool"):
            if isinstance(matches, harness.Failed):
                failed, matches = failed + 1, []
            for p in names:
                if f"{p}.{query}" in truths and f"{p}.{target}" in truths:
                    everything = truths.some([f"{n}.{target}" for n in names] + [f"{p}.{query}"])
                    own = [m for m in matches if m[0] == f"{p}.{query}"]
                    out.setdefault((query, target), {})[p] = official(everything, own, query, target)
                    log.extend("pool\t" + line for line in misses(truths, own, p, query, target))
    return out, failed


def misses(truths, matches, project, query, target):
    """A line for each query that was not answered rightly: what it is, what it should be, what it was paired with."""
    a, b = truths[f"{project}.{query}"], truths[f"{project}.{target}"]
    answer = {x: (other, y, s, c) for name, x, other, y, s, c, _ in matches if name == f"{project}.{query}"}
    for name, q in sorted(a.by_name.items()):
        right = b.by_name.get(name)
        if not right or not harness.scorer().eligible(q):
            continue
        other, y, s, c = answer.get(q["addr"], ("-", 0, 0, 0))
        got = truths[other].rows.get(y) if other in truths else None
        if other == f"{project}.{target}" and (y == right["addr"] or got and got["body"] == right["body"]):
            continue
        yield "\t".join(map(str, (query, target, project, name, f"{q['addr']:x}", q["insns"], q["blocks"],
                                  f"{right['addr']:x}", right["insns"], right["blocks"], other, f"{y:x}",
                                  got["pair"] if got else "-", s, c))) + "\n"


MISS_COLUMNS = ("query target project name address instructions blocks right_address right_instructions right_blocks "
                "got_file got_address got_name similarity confidence").replace(" ", "\t") + "\n"


def cause(miss):
    """Why a query was probably missed, from its line of `misses`."""
    f = dict(zip(MISS_COLUMNS.split(), miss.rstrip("\n").split("\t")[1:]))
    name, got = f["name"], f["got_name"]
    least, most = sorted((max(1, int(f["instructions"])), max(1, int(f["right_instructions"]))))
    if f["got_file"] == "-":
        return "no partner left"
    if got.split(".")[0] == name.split(".")[0]:
        return "a split-off part"
    if got.split("(")[0].split("<")[0] == name.split("(")[0].split("<")[0]:
        return "overload or instance"
    if most >= 2 * least:
        return "size differs twofold"
    return "fewer than 40 instructions" if least < 40 else "another one"


def cause_table(log, pairs):
    """Of the aligned misses: rows of causes, a column for each pair of variants."""
    counts = collections.Counter()
    for line in log:
        if line.startswith("aligned\t"):
            query, target = line.split("\t")[1:3]
            counts[cause(line), query, target] += 1
    causes = sorted({c for c, *_ in counts}, key=lambda c: -sum(n for k, n in counts.items() if k[0] == c))
    return harness.markdown(["missed, aligned", *(p[2] for p in pairs)],
                            [[c, *(counts[c, p[0], p[1]] for p in pairs)] for c in causes])


def recall(figures):
    return harness.ratio(sum(f["hit1"] for f in figures), sum(f["queries"] for f in figures))


def chosen_pairs(text):
    if text == "table":
        return TABLE
    pairs = harness.scorer().plan() if text == "plan" else [(*p.split(":"), "") for p in text.split(",")]
    known = {(q, t): row for row in TABLE for q, t in [row[:2]]}
    return [known.get((q, t), (q, t, f"{q} -> {t}", None, None)) for q, t, _ in pairs]


def by_language(names):
    return [(language, [n for n in names if harness.LANGUAGE[n] == language]) for language in ("c", "c++")
            if any(harness.LANGUAGE[n] == language for n in names)]


def table_of(pairs, names, results, column, pick):
    """A Markdown table of recall@1 per language, with the targets (C++ within .03 of the C target)."""
    languages = by_language(names)
    header = ["pair", "queries"] + [f"{language} recall@1" for language, _ in languages] + ["target", ""]
    body = []
    for pair in pairs:
        got = results.get(pair[:2], {})
        goal = pair[column]
        cells, met = [], True
        for language, members in languages:
            value = recall([pick(got[p]) for p in members if p in got])
            met = met and (goal is None or not value < goal - (.03 if language == "c++" else 0))
            cells.append(harness.figure(value))
        queries = sum(pick(got[p])["queries"] for p in got)
        body.append([pair[2], queries, *cells, harness.figure(goal) if goal else "-",
                     "" if goal is None else "met" if met else "missed"])
    return harness.markdown(header, body)


def show_tallies(pairs, results):
    total, body = Tally(), []
    for pair in pairs:
        tally = Tally()
        for _, one in results.get(pair[:2], {}).values():
            tally.merge(one)
        total.merge(tally)
        body.append([pair[2], tally.right + tally.wrong, harness.figure(tally.precision()),
                     harness.figure(tally.coverage()), harness.figure(tally.calibration_error())])
    body.append(["all", total.right + total.wrong, harness.figure(total.precision()), harness.figure(total.coverage()),
                 harness.figure(total.calibration_error())])
    print(harness.markdown(["pair", "reported", f"precision (target {harness.figure(REPORTED_PRECISION)})",
                            f"coverage (target {harness.figure(REPORTED_COVERAGE)})",
                            f"calibration error (target {harness.figure(CALIBRATION)})"], body))
    print("\nCalibration over all rows of all pairs:\n")
    print(harness.markdown(["confidence", "rows", "mean confidence", "share right", "difference"], [
        [f"{i / 10:.1f}-{(i + 1) / 10:.1f}", n, harness.figure(harness.ratio(c, n)), harness.figure(harness.ratio(r, n)),
         f"{harness.ratio(r - c, n):+.3f}" if n else "-"] for i, (n, c, r) in enumerate(total.bins)]))
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    harness.common_arguments(parser)
    parser.add_argument("--pairs", default="table", help="table (the targets' pairs), plan (all), or QV:TV,...")
    parser.add_argument("--mode", choices=("aligned", "pool", "both"), default="both")
    parser.add_argument("--pool-options", default="--no-align", help="options of the pool's compare, space-separated")
    parser.add_argument("--distractors", default="", metavar="FOLDER",
                        help="more files for the target side of the pool, e.g. truth-cache/debian/amd64/bin")
    parser.add_argument("--by-project", action="store_true", help="recall of each project (tuning projects only)")
    parser.add_argument("--misses", default="", metavar="FILE", help="what was missed, one line each (tuning projects only)")
    args = parser.parse_args()
    names = harness.chosen_projects(args.split, args.projects)
    if (args.by_project or args.misses) and set(names) & set(harness.chosen_projects("heldout", "")):
        parser.error("--by-project and --misses are for tuning projects only")
    harness.program()
    truths = harness.Truths(harness.functions_dir("truth"))
    pairs = chosen_pairs(args.pairs)
    said, failures, log = {}, 0, []
    if args.mode != "pool":
        began = time.time()
        results, failed = run_aligned(pairs, names, truths, args.jobs, log)
        failures += failed
        print(f"## compare (aligned), split {args.split}, {len(names)} projects, {failed} failed, "
              f"{time.time() - began:.0f} s\n")
        print(table_of(pairs, names, results, 3, lambda r: r[0]) + "\n")
        if args.by_project:
            print(harness.markdown(["pair", *names], [
                [pair[2], *(harness.figure(results[pair[:2]][n][0]["recall_at_1"]) if n in results.get(pair[:2], {}) else "-"
                            for n in names)] for pair in pairs]) + "\n")
        total = show_tallies(pairs, results)
        said["aligned"] = {f"{q}:{t}": {p: r[0] for p, r in per.items()} for (q, t), per in results.items()}
        said["reported"] = dict(precision=total.precision(), coverage=total.coverage(), bins=total.bins,
                                calibration_error=total.calibration_error())
    if args.mode != "aligned":
        began = time.time()
        results, failed = run_pool(pairs, names, truths, args.jobs, args.pool_options.split(), args.distractors, log)
        failures += failed
        print(f"\n## one function against all, split {args.split}, {len(names)} projects in the pool, {failed} failed, "
              f"{time.time() - began:.0f} s\n")
        print(table_of(pairs, names, results, 4, lambda r: r))
        said["pool"] = {f"{q}:{t}": per for (q, t), per in results.items()}
    harness.save_json(args.json, said)
    if args.misses:
        with open(args.misses, "w") as f:
            f.writelines(["mode\t" + MISS_COLUMNS, *log])
        print("\n" + cause_table(log, pairs))
    return 3 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
