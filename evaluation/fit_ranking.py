#!/usr/bin/env python3
"""Fit the network that orders a function's candidates: src/match/ranking.inc.

  fit_ranking.py [--write FILE] [--no-check]              (numpy; match_lab, see lab.py)

match_lab says what ranking sees (src/match/rank.cc) of the candidates of every function of the tuning projects: aligned,
each project against itself built otherwise, and alone, all projects against all; run_match.py's pairs of variants and
every third of all there are. Of an alignment it is what the last of four rounds sees when strength alone decided those
before, so that the network does not depend on an earlier one. A candidate is right by the truth's names. The loss is the
cross-entropy of a softmax over a function's candidates and the right ones among them; a function that would be no query
(under 20 instructions and 5 blocks) counts a fifth, and every project by the root of its functions, lest sqlite speak for
all. Printed is recall@1 of run_match.py's pairs of variants by models that have not seen the project
(six parts of the projects, each left out in turn), which for alignments decide in all rounds, beside that of strength
alone; --no-check leaves that out.

Fit confidence anew afterwards (fit_confidence.py).
"""
import argparse
import collections
import itertools
import os
import sys
import tempfile

import numpy as np

import build_truth
import harness
import lab
from run_match import TABLE, by_language, judge

HIDDEN, EPOCHS, BATCH, RATE, DECAY = 24, 10, 512, 3e-3, 1e-3
SMALL = .2                                              # weight of a function that would be no query
PARTS = 6
UNRANKED_BEFORE = ("--set", "rounds=4", "--set", "ranked_rounds=1", "--set", "proposing_rounds=4")


def pairs_of_variants():
    table = [row[:2] for row in TABLE]
    every = list(itertools.permutations(sorted(build_truth.variants()), 2))
    return table + [p for p in every[::3] if p not in table]


def asked(a, b, address):
    """(truth of the function of `a` there, that of its partner in `b`); the second None where there is none to be asked for."""
    row = a.rows.get(address)
    if row is None or row["kind"] != "func" or row["pair"] == "-" or a.by_name.get(row["pair"]) is not row:
        return row, None
    return row, b.by_name.get(row["pair"])


class Candidates:
    """What ranking saw, one row a candidate."""

    def __init__(self, path, jobs, truths, neighbours):
        with open(path, "rb") as f:
            names = f.readline().decode().rstrip("\n").split("\t")[5:]
            record = np.dtype([("job", "u4"), ("a", "u4"), ("b", "u4"), ("x", "u8"), ("y", "u8"), ("in", "f4", (len(names),))])
            rows = np.fromfile(f, dtype=record)
        inputs = len(names) if neighbours else sum(not n.startswith("n_") for n in names)
        self.names, self.x = names[:inputs], rows["in"][:, :inputs]
        count = len(rows)
        self.right, self.known, self.eligible = (np.zeros(count, bool) for _ in range(3))
        eligible, functions = harness.scorer().eligible, {}
        self.queries, project, pair = {}, [], []       # (project, variants): how many queries there are
        for job in jobs:
            for file in job.a:
                own, (a, b) = file.split(".")[0], (truths[file], truths[f"{file.split('.')[0]}.{job.variants[1]}"])
                self.queries[own, job.variants] = sum(eligible(r) and n in b.by_name for n, r in a.by_name.items())
        query = np.zeros(count, np.int64)
        target = np.zeros(count, np.int64)
        targets = {}
        for i, (j, a, b, x, y) in enumerate(self.each(rows)):
            key = (j, a, x)
            if key not in functions:
                job = jobs[j]
                own = job.a[a].split(".")[0]
                other = truths[f"{own}.{job.variants[1]}"]
                row, partner = asked(truths[job.a[a]], other, x)
                functions[key] = (len(functions), partner, other, own, partner is not None and eligible(row))
                project.append(own)
                pair.append(job.variants)
            number, partner, other, own, counts = functions[key]
            query[i], target[i] = number, targets.setdefault((j, b, y), len(targets))
            if partner is None:
                continue
            self.known[i], self.eligible[i] = True, counts
            if jobs[j].b[b].split(".")[0] == own:
                found = other.rows.get(y)
                self.right[i] = y == partner["addr"] or (found is not None and found["body"] == partner["body"])
        self.query, self.target, self.project, self.pair = query, target, np.array(project), pair

    @staticmethod
    def each(rows):
        return zip(*(rows[n].tolist() for n in ("job", "a", "b", "x", "y")))

    def blocks(self):
        """(rows of every function's candidates, padded with -1), in the order of the functions' numbers."""
        counts = np.bincount(self.query)
        order = np.argsort(self.query, kind="stable")
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        table = np.full((len(counts), counts.max()), -1)
        column = np.arange(len(order)) - np.repeat(starts, counts)
        table[self.query[order], column] = order
        return table


def train(x, right, there, weight, seed=1):
    """(in, bias, out, direct) of rank.cc's network for inputs that are scaled to unit variance; x is functions × candidates
    × inputs."""
    rng = np.random.default_rng(seed)
    n, k, f = x.shape
    parts = [rng.normal(0, 1 / np.sqrt(f), (f, HIDDEN)), np.zeros(HIDDEN), rng.normal(0, .05, HIDDEN), np.zeros(f)]
    parts = [p.astype(np.float32) for p in parts]
    first, second, step = [np.zeros_like(p) for p in parts], [np.zeros_like(p) for p in parts], 0
    for epoch in range(EPOCHS):
        order = rng.permutation(n)
        rate = RATE * .5 * (1 + np.cos(np.pi * epoch / EPOCHS))
        for start in range(0, n, BATCH):
            at = order[start:start + BATCH]
            rows = x[at].reshape(-1, f)
            hidden = rows @ parts[0] + parts[1]
            active = np.maximum(hidden, 0)
            z = np.where(there[at], (active @ parts[2] + rows @ parts[3]).reshape(-1, k), -1e9)
            e = np.exp(z - z.max(1, keepdims=True))
            p = e / e.sum(1, keepdims=True)
            wanted = p * right[at]
            wanted /= np.maximum(wanted.sum(1, keepdims=True), 1e-9)
            g = ((p - wanted) * weight[at][:, None] / len(at)).astype(np.float32).reshape(-1)
            back = np.outer(g, parts[2]) * (hidden > 0)
            step += 1
            for i, gradient in enumerate((rows.T @ back, back.sum(0), active.T @ g, rows.T @ g)):
                gradient = gradient + DECAY * parts[i]          # Adam (Kingma and Ba, ICLR 2015), the rate falling
                first[i] = .9 * first[i] + .1 * gradient        # as a cosine
                second[i] = .999 * second[i] + .001 * gradient * gradient
                parts[i] -= rate * (first[i] / (1 - .9 ** step)) / (np.sqrt(second[i] / (1 - .999 ** step)) + 1e-8)
    return parts


def logits(parts, x):
    return np.maximum(x @ parts[0] + parts[1], 0) @ parts[2] + x @ parts[3]


class Problem:
    """Candidates, scaled and blocked for training."""

    def __init__(self, c):
        self.c, self.table = c, c.blocks()
        self.mean, self.spread = c.x.mean(0), c.x.std(0) + 1e-6
        self.there = self.table >= 0
        scaled = (c.x - self.mean) / self.spread
        self.x = scaled[np.maximum(self.table, 0)]
        self.right = c.right[np.maximum(self.table, 0)] & self.there
        first = self.table[:, 0]
        self.of_use = c.known[first] & self.right.any(1)
        weight = np.where(c.eligible[first], 1, SMALL)
        for project in set(c.project):
            of = (c.project == project) & self.of_use
            weight[c.project == project] = weight[c.project == project] / np.sqrt(max(of.sum(), 1))
        self.weight = (weight / weight[self.of_use].mean()).astype(np.float32)

    def fit(self, of):
        of = of & self.of_use
        return train(self.x[of], self.right[of], self.there[of], self.weight[of])

    def without(self, projects):
        """The model of the other projects."""
        return self.fit(~np.isin(self.c.project, projects))

    def parts(self):
        projects = sorted(set(self.c.project))
        return [projects[part::PARTS] for part in range(PARTS)]

    def scaled_back(self, parts):
        """The network for inputs as they come."""
        inside, bias, out, direct = parts
        inside = inside / self.spread[:, None]
        return inside, bias - self.mean @ inside, out, direct / self.spread


def first_of_each(groups, z):
    order = np.lexsort((-z, groups))
    return order[np.concatenate([[True], groups[order][1:] != groups[order][:-1]])]


def alone_ranked(problem):
    """Of every function the candidate that the model prefers which has not seen its project."""
    z = np.zeros(len(problem.c.x))
    for projects in problem.parts():
        held = np.isin(problem.c.project, projects)
        rows = problem.table[held][problem.there[held]]
        z[rows] = logits(problem.without(projects), problem.x[held][problem.there[held]])
    return first_of_each(problem.c.query, z)


def recalls(hits, queries, names):
    """Per language, recall@1 of the table's pairs of variants; both arguments by (project, variants)."""
    out = {}
    for language, some in by_language(names):
        out[language] = [harness.ratio(sum(hits.get((p, row[:2]), 0) for p in some),
                                       sum(queries.get((p, row[:2]), 0) for p in some)) for row in TABLE]
    return out


def hits_among(c, chosen):
    hits = collections.Counter()
    for i in chosen[c.eligible[chosen] & c.right[chosen]]:
        hits[c.project[c.query[i]], c.pair[c.query[i]]] += 1
    return hits


def hits_of_jobs(jobs, truths, *options):
    """The same, of comparisons as they come out of match_lab."""
    eligible, hits = harness.scorer().eligible, collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows")
        lab.run(jobs, *options, rows=path)
        header, rows = lab.table([path])
        columns = [header.index(name) for name in ("a_file", "a_address", "b_file", "b_address")]
        for row in rows:
            a, x, b, y = (row[k] for k in columns)
            query, partner = asked(truths[a], truths[b], int(x, 16))
            if partner is not None and eligible(query) and judge(truths[a], truths[b], int(x, 16), int(y, 16)):
                (project, query_variant), target_variant = a.split("."), b.split(".")[1]
                hits[project, (query_variant, target_variant)] += 1
    return hits


def aligned_ranked(problem, jobs, truths):
    hits = collections.Counter()
    for projects in problem.parts():
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "network")
            network = problem.scaled_back(problem.without(projects))
            np.concatenate([np.asarray(part, np.float32).reshape(-1) for part in network]).tofile(path)
            held = [j for j in jobs if j.projects[0] in projects]
            hits += hits_of_jobs(held, truths, "--network", path)
    return hits


def written(name, inputs, names, network):
    inside, bias, out, direct = network

    def numbers(values):
        return "{" + ", ".join(f"{v:.5g}f" if any(c in f"{v:.5g}" for c in ".e") else f"{v:.5g}.f" for v in values) + "}"
    lines = [f"constexpr {inputs} {name} = {{", "    {{"]
    lines += [f"        {numbers(row)},  // {n}" for row, n in zip(inside, names)]
    return lines + ["    }},", f"    {numbers(bias)},", f"    {numbers(out)},", f"    {numbers(direct)}}};"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", metavar="FILE", default=os.path.join(harness.REPO, "src/match/ranking.inc"))
    parser.add_argument("--no-check", action="store_true", help="no cross-validation")
    args = parser.parse_args()
    truths = harness.Truths(harness.functions_dir("truth"))
    names = harness.chosen_projects("tuning", "")
    pairs = pairs_of_variants()
    aligned = [j for j in lab.related(names, pairs) if j.there(truths)]
    judged = [j for j in aligned if j.variants in [row[:2] for row in TABLE]]
    alone = []
    for query, target in pairs:
        some = [n for n in names if f"{n}.{query}" in truths and f"{n}.{target}" in truths]
        alone.append(lab.Job("alone", some, query, some, target))
    lines = ["// Generated by evaluation/fit_ranking.py; do not edit. What the networks of rank.cc weigh their inputs with."]
    body = []
    for name, kind, mode, jobs, options in (("kAlone", "AloneNetwork", "alone", alone, ["--alone"]),
                                            ("kAligned", "AlignedNetwork", "aligned", aligned, UNRANKED_BEFORE)):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "candidates")
            lab.run(jobs, *options, candidates=path)
            c = Candidates(path, jobs, truths, mode == "aligned")
        problem = Problem(c)
        print(f"{mode}: {len(c.x):,} candidates of {len(problem.table):,} functions", file=sys.stderr, flush=True)
        lines.append(f"// {mode}: fitted to {int(problem.of_use.sum()):,} functions of the tuning projects.")
        network = problem.scaled_back(problem.fit(np.ones(len(problem.table), bool)))
        lines += ["// clang-format off"] + written(name, kind, c.names, network) + ["// clang-format on"]
        if args.no_check:
            continue
        if mode == "alone":
            found = {"as before": hits_among(c, first_of_each(c.query, c.x[:, 0])),
                     "ranked": hits_among(c, alone_ranked(problem))}
        else:
            found = {"as before": hits_of_jobs(judged, truths, "--without", "ranking"),
                     "ranked": aligned_ranked(problem, judged, truths)}
        for what, hits in found.items():
            for language, values in recalls(hits, c.queries, names).items():
                body.append([f"{mode}, {what}", language, *map(harness.figure, values), harness.figure(np.mean(values))])
    if body:
        print(harness.markdown(["mode", "language", *(row[2] for row in TABLE), "mean"], body))
    with open(args.write, "w") as f:
        f.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
