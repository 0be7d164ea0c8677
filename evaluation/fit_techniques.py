#!/usr/bin/env python3
"""Fits src/technique/model.inc to pseudo-campaigns, and says how it does on those that it did not see.

  evaluation/fit_techniques.py BUNDLE.json[.gz] --lab build/dev/evaluation/techniques_lab [--write] [--ablate]

techniques_lab says what a pseudo-campaign is. The 23 or so campaigns that ATT&CK attributes are no part of it: neither
the terms, nor their weights, nor the damping may be chosen by looking at them (run_techniques.py measures them).
Cross-validation leaves out whole groups: a fold's groups are nobody's answer in training. Each of the three sets has the
same weight. With "as campaigns", queries count by how much they look like a campaign (how many techniques, malware, tools,
and whether other reports know the malware): the density ratio of Shimodaira 2000, estimated by logistic regression against
all campaigns in the bundle, attributed or not, without their answers. Needs Debian's python3-numpy. Deterministic.
"""
import argparse
import math
import subprocess

import numpy

FOLDS = 5
DAMPINGS = (0.0, 0.25, 0.5, 0.75)
PRIORS = ("reports", "publishers", "years")  # what is known of a group before anything is compared
UNDAMPED = {"similar_software", "cosine", "reports", "publishers", "years"}
RIDGE = 1.0
# Of a group's part in the overlap (the sum of exp(score) without the priors), from there on; of how many techniques and
# pieces of software a campaign is known by; of what ties them (rank.h: Support).
BINS, SIZES, SUPPORTS = (0.9, 0.5, 0.005, 0.001, 0.0), (16, 5, 2, 1), ("malware", "words", "methods")
GROUPS = 10  # true groups that a weight above 0 rests on at least


class Queries:
    """Terms as queries x groups x terms, the truth and whether a group has a profile as queries x groups."""

    def __init__(self, text):
        lines = text.splitlines()
        self.terms = lines[0].split("\t")[7:]
        rows = {}
        for line in lines[1:]:
            cells = line.split("\t")
            rows.setdefault(int(cells[1]), []).append(cells)
        self.sets, self.truth, self.traits, x, y, known = [], [], [], [], [], []
        for cells in rows.values():
            self.sets.append(cells[0][0])
            self.truth.append(cells[0][2])
            self.traits.append(float(cells[0][3]))
            x.append([[float(v) for v in c[7:]] for c in cells])
            y.append([c[5] == "1" for c in cells])
            known.append([c[6] == "1" for c in cells])
        self.sets, self.truth, self.traits = map(numpy.array, (self.sets, self.truth, self.traits))
        self.x, self.y, self.known = numpy.array(x), numpy.array(y), numpy.array(known)

    def damped(self, damping, terms):
        columns = [self.terms.index(t) for t in terms]
        scale = numpy.stack([numpy.ones_like(self.traits) if t in UNDAMPED else self.traits ** -damping for t in terms], 1)
        return self.x[:, :, columns] * scale[:, None, :]


def fit(x, y, known, weight):
    """Conditional logit by Newton's method, with a ridge on standardised terms. Returns the weights."""
    usable = (y & known).any(1)
    x, y, known, weight = x[usable], y[usable] & known[usable], known[usable], weight[usable]
    scale = x[known].std(0) + 1e-9
    x = x / scale
    b = numpy.zeros(x.shape[2])

    def parts(b):
        z = numpy.where(known, x @ b, -1e9)
        z = z - z.max(1, keepdims=True)
        e = numpy.exp(z)
        p = e / e.sum(1, keepdims=True)
        py = e * y / numpy.maximum((e * y).sum(1, keepdims=True), 1e-300)
        with numpy.errstate(divide="ignore"):
            value = (weight * numpy.log((p * y).sum(1))).sum() - RIDGE * b @ b
        return value, p, py

    value, p, py = parts(b)
    for _ in range(100):
        mean = numpy.einsum("qg,qgk->qk", p, x)
        gradient = numpy.einsum("q,qgk,qg->k", weight, x, py - p) - 2 * RIDGE * b
        hessian = numpy.einsum("q,qg,qgk,qgl->kl", weight, p, x, x, optimize=True) - numpy.einsum("q,qk,ql->kl", weight, mean, mean)
        step = numpy.linalg.solve(hessian + 2 * RIDGE * numpy.eye(len(b)), gradient)
        length = 1.0
        while length > 1e-4:
            value2, p2, py2 = parts(b + length * step)
            if value2 > value:
                break
            length /= 2
        if length <= 1e-4 or value2 - value < 1e-6:
            break
        b, value, p, py = b + length * step, value2, p2, py2
    return b / scale


def set_weights(sets):
    return numpy.array([300.0 / (sets == s).sum() for s in sets])


def likeness(lab, bundle, sets):
    """How much more often campaigns look like each query than the three sets together do; mean 1."""
    rows = [line.split("\t") for line in subprocess.run([lab, bundle, "--queries"], check=True, capture_output=True, text=True).stdout.splitlines()[1:]]
    real = numpy.array([r[0] == "campaign" for r in rows])
    t, m, k, w = numpy.array([[float(v) for v in r[2:]] for r in rows]).T
    x = numpy.stack([numpy.ones_like(t), numpy.log1p(t), m > 0, k > 0, w > 0, numpy.log1p(m)], 1).astype(float)
    use = ~real | (t >= 5)  # the queries have no fewer
    weight = numpy.where(real, 1.0, 0.0)
    weight[~real] = set_weights(sets)
    weight[real & use] *= weight[~real].sum() / (real & use).sum()
    weight /= weight[use].mean()
    b = numpy.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + numpy.exp(-(x[use] @ b)))
        h = (x[use] * (weight[use] * p * (1 - p))[:, None]).T @ x[use] + RIDGE * numpy.eye(len(b))
        b = b + numpy.linalg.solve(h, x[use].T @ (weight[use] * (real[use] - p)) - RIDGE * b)
    ratio = numpy.minimum(numpy.exp(x[~real] @ b), 5.0)
    return ratio / numpy.average(ratio, weights=set_weights(sets))


def ranks_of(z, y, known):
    """The best rank of a true group in each query, ties counting half, as campaigns.py counts."""
    z = numpy.where(known, z, -1e9)
    out = []
    for s, t in zip(z, y):
        others = s[~t]
        out.append(min(1 + (others > v).sum() + (others == v).sum() / 2 for v in s[t]))
    return numpy.array(out)


def cross_validate(q, damping, terms, folds, like=None):
    """Ranks, and the logarithm of the truth's share, by groups that the fit did not see."""
    x, ranks, logs = q.damped(damping, terms), numpy.zeros(len(q.sets)), numpy.full(len(q.sets), numpy.nan)
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        b = fit(x[train], q.y[train], q.known[train], set_weights(q.sets[train]) * (1 if like is None else like[train]))
        z = numpy.where(q.known[test], x[test] @ b, -1e9)
        ranks[test] = ranks_of(z, q.y[test], q.known[test])
        e = numpy.exp(z - z.max(1, keepdims=True))
        with numpy.errstate(divide="ignore"):
            logs[test] = numpy.log((e * q.y[test] * q.known[test]).sum(1) / e.sum(1))
    logs[numpy.isinf(logs)] = numpy.nan
    return ranks, logs


def figures(ranks):
    return [(ranks <= k).mean() for k in (1, 3, 10)] + [(1 / ranks).mean()]


def as_campaigns(ranks, logs, sets, like):
    weight = set_weights(sets) * like
    there = ~numpy.isnan(logs)
    return ([numpy.average(ranks <= k, weights=weight) for k in (1, 3, 10)] +
            [numpy.average(1 / ranks, weights=weight), numpy.average(logs[there], weights=weight[there])])


def show(name, ranks, logs, sets, like):
    cells = [" ".join(f"{v:.3f}" for v in as_campaigns(ranks, logs, sets, like))]
    for s in sorted(set(sets)):
        here = sets == s
        cells.append(" ".join(f"{v:.3f}" for v in figures(ranks[here])) + f" {numpy.nanmean(logs[here]):.3f}")
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def baseline(q):
    """The yardstick of campaigns.py: the log-likelihood ratio of shared traits, half background."""
    x = 0
    for term in ("techniques", "malware", "tools"):
        x = x + q.x[:, :, q.terms.index(term)]
    return x


def overlaps(test, train, damping, weighted, folds, test_folds):
    """Each group's part in the overlap, for queries of groups that the fit did not see."""
    priors = [train.terms.index(t) for t in PRIORS]
    x, y = train.damped(damping, train.terms), test.damped(damping, test.terms)
    out = numpy.zeros(test.y.shape)
    for fold in range(FOLDS):
        of, there = folds != fold, test_folds == fold
        b = fit(x[of], train.y[of], train.known[of], set_weights(train.sets[of]) * (1 if weighted is None else weighted[of]))
        b[priors] = 0
        z = numpy.where(test.known[there], y[there] @ b, -1e9)
        e = numpy.exp(z - z.max(1, keepdims=True)) * test.known[there]
        out[there] = e / e.sum(1, keepdims=True)
    return out


def supports(q):
    """What ties a group to a campaign, as an index into SUPPORTS: malware that it is said to use, words alone, or neither."""
    def term(name):
        return q.x[:, :, q.terms.index(name)]
    words = term("same_reports") + term("named_together") + term("named_in_titles") + term("kin")
    return numpy.where(term("malware") > 0, 0, numpy.where(words > 0, 1, 2))


def weigh_overlaps(queries, parts):
    """Decibans of a part in the overlap, by what ties and by how many items: rows (support, size, bin, low, mid, high, true
    groups, true, others). A list is read from its head. So a part of .5 and more is held against the best of the
    *other* groups: the chance that the true one has it over the chance that the best of the others does; 0 where fewer
    than GROUPS different groups had it, or where others head the list as often. Below .005, where nobody looks, it is held
    against any other group, and never above 0. In between: 0. Each of the three sets counts alike. Ranges: 5th to 95th
    percentile of a bootstrap over groups."""
    def joined(of):
        return numpy.concatenate([of(q) for q in queries])
    sets, y, known, traits, truth = (joined(lambda q, n=n: getattr(q, n)) for n in ("sets", "y", "known", "traits", "truth"))
    part, support = numpy.concatenate(parts), joined(supports)
    y = y & known
    others = known & ~y
    best = numpy.where(others, part, -1).argmax(1)[:, None]
    head = numpy.zeros_like(y)
    numpy.put_along_axis(head, best, True, 1)
    names = sorted(set(truth))
    place = numpy.array([names.index(t) for t in truth])
    rows = []
    for size, above in zip(SIZES, (10 ** 9,) + SIZES):
        here = (traits >= size) & (traits < above) & y.any(1)
        weight = numpy.where(here, 1.0, 0.0)
        for s in set(sets):
            weight[here & (sets == s)] /= max((here & (sets == s)).sum(), 1)
        for tie in range(len(SUPPORTS)):
            for least, below in zip(BINS, (2.0,) + BINS):
                inside = (part >= least) & (part < below) & here[:, None]
                low_end = below <= .005
                if not low_end:
                    inside &= support == tie
                rivals = others if low_end else head
                counts = numpy.zeros((len(names), 4))
                for column, mask in enumerate((inside & y, y & here[:, None], inside & rivals, rivals & here[:, None])):
                    numpy.add.at(counts[:, column], place, (mask.any(1) if column < 2 else mask.sum(1)) * weight)
                true, false = (inside & y).any(1), (inside & rivals).sum()
                groups = len(set(truth[true]))
                half = .5 / here.sum() * len(set(sets))

                def decibans(hit, of, wrong, all_wrong):
                    return 10 * math.log10((hit + half) / (of + 2 * half) / ((wrong + half) / (all_wrong + 2 * half)))

                mid = decibans(*counts.sum(0))
                generator = numpy.random.default_rng(1)
                draws = [decibans(*counts[generator.integers(0, len(names), len(names))].sum(0)) for _ in range(1000)]
                low, high = numpy.percentile(draws, (5, 95))
                none = groups < GROUPS or (mid > 0 if low_end else below > .5 and mid <= 0) or (least < .5 and not low_end)
                if none:
                    low = mid = high = 0.0
                rows.append((tie, size, least, min(low, mid), mid, max(high, mid), groups, int(true.sum()), int(false)))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("--lab", default="build/dev/evaluation/techniques_lab")
    parser.add_argument("--write", metavar="FILE", help="write the model there (src/technique/model.inc)")
    parser.add_argument("--ablate", action="store_true", help="also with each term left out")
    arguments = parser.parse_args()
    q = Queries(subprocess.run([arguments.lab, arguments.bundle], check=True, capture_output=True, text=True).stdout)
    names = sorted(set(q.truth))
    order = numpy.random.default_rng(1).permutation(len(names))
    folds = numpy.array([order[names.index(t)] % FOLDS for t in q.truth])

    sets = sorted(set(q.sets))
    like = likeness(arguments.lab, arguments.bundle, q.sets)
    print("| top-1 3 10 MRR ln p | as campaigns | " + " | ".join(f"{s} ({(q.sets == s).sum()})" for s in sets) + " |\n|---|---" + "|---" * len(sets) + "|")
    z = baseline(q)
    ranks = ranks_of(z, q.y, q.known)
    show("shared traits by rarity alone", ranks, numpy.zeros(len(ranks)), q.sets, like)
    best = None
    for weighted in (None, like):
        for damping in DAMPINGS:
            ranks, logs = cross_validate(q, damping, q.terms, folds, weighted)
            show(f"all terms, damping {damping}" + ("" if weighted is None else ", fitted as campaigns"), ranks, logs, q.sets, like)
            value = as_campaigns(ranks, logs, q.sets, like)[-1]
            if best is None or value > best[0]:
                best = (value, damping, weighted)
    _, damping, weighted = best
    if arguments.ablate:
        for term in q.terms:
            show(f"without {term}", *cross_validate(q, damping, [t for t in q.terms if t != term], folds, weighted), q.sets, like)

    weights = fit(q.damped(damping, q.terms), q.y, q.known, set_weights(q.sets) * (1 if weighted is None else like))
    print(f"\ndamping {damping}" + ("" if weighted is None else ", fitted as campaigns") + "\n" + "\n".join(f"  {t:18} {w:9.4f}" for t, w in zip(q.terms, weights)))
    parts = Queries(subprocess.run([arguments.lab, arguments.bundle, "--thinned"], check=True, capture_output=True, text=True).stdout)
    part_folds = numpy.array([order[names.index(t)] % FOLDS for t in parts.truth])
    table = weigh_overlaps((q, parts), (overlaps(q, q, damping, weighted, folds, folds), overlaps(parts, q, damping, weighted, folds, part_folds)))
    print("\n| tie | items from | part from | low dB | mid dB | high dB | true groups | true | others |\n" + "|---" * 9 + "|")
    for tie, size, least, low, mid, high, groups, true, false in table:
        print(f"| {SUPPORTS[tie]} | {size} | {least} | {low:.1f} | {mid:.1f} | {high:.1f} | {groups} | {true} | {false} |")
    if arguments.write:
        counts = ", ".join(f"{(q.sets == s).sum()} ({s})" for s in sets)
        lines = ["// Generated by evaluation/fit_techniques.py; do not edit. A conditional logit fitted to pseudo-campaigns:",
                 f"// {counts}. docs/techniques.md has the figures.", "// clang-format off",
                 f"constexpr double kDamping = {damping};", "constexpr std::array<double, kTerms> kWeights = {"]
        lines += [f"    {w:.4f},  // {t}" for t, w in zip(q.terms, weights)]
        lines += ["};", f"constexpr std::array<OverlapWeight, {len(table)}> kOverlapWeights = {{{{"]
        lines += [f"    {{Support::k{SUPPORTS[tie].title()}, {size}, {least}, {low:.1f}, {mid:.1f}, {high:.1f}}}," for tie, size, least, low, mid, high, *_ in table]
        lines += ["}};", "// clang-format on", ""]
        open(arguments.write, "w", encoding="utf-8").write("\n".join(lines))


if __name__ == "__main__":
    main()
