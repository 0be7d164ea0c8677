#!/usr/bin/env python3
"""Time, memory and growth of the program on Debian's programs.

  run_speed.py [--programs FOLDER]

FOLDER holds x86-64 ELF programs, such as starts_debian.py left in SAMEHAND_TRUTH_CACHE/debian/amd64/bin (the default).
Three tables:

  compare   wall and processor time and peak memory of one process for pairs of programs, best of three
  memory    peak resident memory of `functions` and of the whole pipeline per file, beside 8 x file + 50 MB
  growth    `compare` of k programs with k others, k doubling: seconds beside functions and instructions, and the exponent
            of processor time in the number of instructions, between rows and over all.  Pairs of programs of like size are
            drawn from a fixed shuffle, one for either side: what is spent depends on both sides' instructions, and the
            functions of one program are several times as long as another's.

The stages beside bare decoding of the same code are build/*/bench/pipeline_bench's to tell.
"""
import argparse
import json
import math
import os
import random
import subprocess
import tempfile

import harness
from build_truth import cache_dir

PAIRS = [("git", "gdb"), ("rsync", "ssh"), ("bash", "vim"), ("ninja", "sort"), ("python3.11", "libpython3.11")]


def measure(*argv, times=3):
    """(wall seconds, processor seconds, largest process's peak MB), each the best of `times` runs."""
    best = None
    for _ in range(times):
        # A child of its own: RUSAGE_CHILDREN keeps the maximum over all earlier ones.
        code = ("import json, os, resource, subprocess, sys, time; t = time.monotonic();"
                "p = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
                "w = time.monotonic() - t; r = resource.getrusage(resource.RUSAGE_CHILDREN);"
                "print(json.dumps([w, r.ru_utime + r.ru_stime, r.ru_maxrss / 1024, p.returncode]))")
        out = subprocess.run(["python3", "-c", code, harness.program(), *argv], capture_output=True, text=True, check=True)
        wall, cpu, peak, status = json.loads(out.stdout)
        if status not in (0, 1):
            raise harness.Failed(f"exit {status}: {' '.join(argv)}")
        best = (wall, cpu, peak) if best is None else tuple(map(min, best, (wall, cpu, peak)))
    return best


def size_of(path):
    """(functions, instructions) of a program."""
    lengths = [int(n) for n, in harness.rows(harness.call("functions", path, "--format", "tsv"), "instructions")]
    return len(lengths), sum(lengths)


def pairs_table(folder):
    print("\n## compare, best of three\n\n| A | B | functions | MB of files | wall s | processor s | peak MB |\n|---|---|---|---|---|---|---|")
    for a, b in PAIRS:
        paths = [os.path.join(folder, x) for x in (a, b)]
        if not all(map(os.path.exists, paths)):
            continue
        wall, cpu, peak = measure("compare", *paths)
        print(f"| {a} | {b} | {sum(size_of(p)[0] for p in paths):,} | {sum(map(os.path.getsize, paths)) / 1e6:.1f} "
              f"| {wall:.2f} | {cpu:.2f} | {peak:.0f} |", flush=True)


def memory_table(folder):
    print("\n## Peak memory of one file's way to features (a compare with a tiny program)\n")
    print("| file | MB | peak MB | 8 x file + 50 MB |  |\n|---|---|---|---|---|")
    names = sorted(os.listdir(folder), key=lambda n: os.path.getsize(os.path.join(folder, n)))
    tiny = os.path.join(folder, names[0])
    for name in names:
        path = os.path.join(folder, name)
        size = os.path.getsize(path) / 1e6
        peak = measure("compare", path, tiny, times=1)[2] * 1.048576
        print(f"| {name} | {size:.1f} | {peak:.0f} | {8 * size + 50:.0f} | {'met' if peak <= 8 * size + 50 else 'missed'} |", flush=True)


def slope(points):
    """Of the straight line through (log size, log seconds), by least squares."""
    xs, ys = ([math.log(p[i]) for p in points] for i in (0, 1))
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


def growth_table(folder):
    print("\n## Growth: compare of k programs with k others\n")
    print("| k | functions | million instructions | wall s | processor s | exponent |\n|---|---|---|---|---|---|")
    names = sorted(os.listdir(folder), key=lambda n: os.path.getsize(os.path.join(folder, n)))
    couples = list(zip(names[::2], names[1::2]))
    random.Random(1).shuffle(couples)
    points, k = [], 1
    while k <= len(couples):
        with tempfile.TemporaryDirectory() as top:
            functions = instructions = 0
            for side, chosen in zip("ab", zip(*couples[:k])):
                os.mkdir(os.path.join(top, side))
                for name in chosen:
                    os.symlink(os.path.join(folder, name), os.path.join(top, side, name))
                    size = size_of(os.path.join(folder, name))
                    functions, instructions = functions + size[0], instructions + size[1]
            wall, cpu, _ = measure("compare", os.path.join(top, "a"), os.path.join(top, "b"))
        points.append((instructions, cpu))
        exponent = f"{slope(points[-2:]):.2f}" if len(points) > 1 else ""
        print(f"| {k} | {functions:,} | {instructions / 1e6:.2f} | {wall:.2f} | {cpu:.2f} | {exponent} |", flush=True)
        k *= 2
    if len(points) > 2:
        n = max(p[0] for p in points)
        print(f"\nExponent over all rows: {slope(points):.2f}; n log n would have {1 + 1 / math.log(n):.2f} at the largest.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--programs", default=os.path.join(cache_dir(), "debian", "amd64", "bin"), help="folder of x86-64 programs")
    parser.add_argument("--tables", default="pairs,memory,growth", help="which: pairs,memory,growth")
    arguments = parser.parse_args()
    for name in arguments.tables.split(","):
        {"pairs": pairs_table, "memory": memory_table, "growth": growth_table}[name](os.path.abspath(arguments.programs))


if __name__ == "__main__":
    main()
