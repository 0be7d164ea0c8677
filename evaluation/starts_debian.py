#!/usr/bin/env python3
"""Measure function starts on Debian's own programs, against their unwind entries.

  starts_debian.py [--split tuning|heldout|all] [--programs A,B] [--architecture amd64|arm64|i386] [--jobs N]
  starts_debian.py --build ...           only fetch and prepare

The packages are downloaded and unpacked into SAMEHAND_TRUTH_CACHE/debian/ARCHITECTURE, nothing is installed.  The truth
is the FDEs of .eh_frame that lie in .text.  An entry is a fragment (a compiler's `.cold` part, neither required nor
wrong) when it is not called and its address is not taken and either its CFA is not the default before its first
advance, or it lies between two such entries (linkers put cold parts together) and either is entered by a jump from
elsewhere, or begins with a nop and is entered by none (GCC puts one in front of a cold part that begins with a landing
pad, because an offset of 0 means that there is none). On the tuning projects'
gcc binaries at -O2 and -O3, where symbols tell, 2 of 474 cold parts pass for functions, none of 11,679 functions for a
cold part.

Every program is measured as it is and with .eh_frame and .eh_frame_hdr removed.  A start counts as wrong when it lies
inside an entry but not at its beginning.  Start-up code and hand-written assembly have no entries; starts outside of
all entries are given apart, since nothing says whether they are right.
"""
import argparse
import bisect
import glob
import os
import re
import shutil
import subprocess
import sys
import time

import harness
from build_truth import BuildError, apt_options, cache_dir, remove_tables, run

PROGRAMS = {  # split: [(name, package, path in it)]
    "tuning": [
        ("gdb", "gdb", "usr/bin/gdb"), ("cmake", "cmake", "usr/bin/cmake"),
        ("python3.11", "python3.11-minimal", "usr/bin/python3.11"), ("git", "git", "usr/bin/git"),
        ("bash", "bash", "bin/bash"), ("perl", "perl-base", "usr/bin/perl"),
        ("libgnutls", "libgnutls30", "usr/lib/*/libgnutls.so.30.*"), ("libcrypto", "libssl3", "usr/lib/*/libcrypto.so.3"),
        ("libcurl", "libcurl4", "usr/lib/*/libcurl.so.4.*"), ("libc", "libc6", "lib/*/libc.so.6"),
        ("libapt-pkg", "libapt-pkg6.0", "usr/lib/*/libapt-pkg.so.6.*"), ("sort", "coreutils", "usr/bin/sort")],
    "heldout": [
        ("vim", "vim-nox", "usr/bin/vim.nox"), ("ssh", "openssh-client", "usr/bin/ssh"), ("rsync", "rsync", "usr/bin/rsync"),
        ("tmux", "tmux", "usr/bin/tmux"), ("nginx", "nginx", "usr/sbin/nginx"), ("gpg", "gpg", "usr/bin/gpg"),
        ("ninja", "ninja-build", "usr/bin/ninja"), ("doxygen", "doxygen", "usr/bin/doxygen"),
        ("libstdcxx", "libstdc++6", "usr/lib/*/libstdc++.so.6.*.*"), ("libxml2", "libxml2", "usr/lib/*/libxml2.so.2.*.*"),
        ("mkvmerge", "mkvtoolnix", "usr/bin/mkvmerge"), ("libpython3.11", "libpython3.11", "usr/lib/*/libpython3.11.so.1.0"),
        ("systemd", "libsystemd-shared", "usr/lib/*/systemd/libsystemd-shared-*.so"), ("mc", "mc", "usr/bin/mc")],
}
TARGETS = {"tables": (.999, .999), "none": (.98, .98)}
JUDGE = "# judge 2\n"                                   # of truth files: raised when write_truth judges otherwise
PREFIX = {"arm64": "aarch64-linux-gnu-"}
CFA = re.compile(r"\s+DW_CFA_(def_cfa|offset|expression|val_)")


def fetch(name, package, path, architecture, top):
    """The program's path in the cache, fetched where it is not there."""
    target = os.path.join(top, "bin", name)
    if os.path.exists(target):
        return target
    work = os.path.join(top, "packages", package)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    options = apt_options(cache_dir(), "deb", ("bookworm",), architecture)
    run(["apt-get", *options, "-q", "download", f"{package}:{architecture}"], cwd=work)
    run(["dpkg-deb", "-x", glob.glob(os.path.join(work, "*.deb"))[0], os.path.join(work, "tree")])
    found = [p for p in sorted(glob.glob(os.path.join(work, "tree", path))) if not os.path.islink(p)]
    if not found:
        raise BuildError(f"{package} holds no {path}")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy(found[0], target + ".new")
    os.replace(target + ".new", target)
    shutil.rmtree(work, ignore_errors=True)
    return target


def entries(path, prefix):
    """[(start, end, default CFA at its beginning)] of the FDEs."""
    out, open_ = [], False
    process = subprocess.Popen([f"{prefix}readelf", "--debug-dump=frames", path], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        m = re.match(r"[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ FDE .*pc=([0-9a-f]+)\.\.([0-9a-f]+)", line)
        if m:
            out.append([int(m[1], 16), int(m[2], 16), True])
            open_ = True
        elif " CIE" in line or "DW_CFA_advance" in line:
            open_ = False
        elif open_ and CFA.match(line):
            out[-1][2] = False
    process.wait()
    return sorted(map(tuple, out))


def code_references(path, prefix, fdes):
    """({called or address taken}, {start entered by a jump from another entry}, {start that is a nop})."""
    starts = [f[0] for f in fdes]

    def owner(address):
        i = bisect.bisect_right(starts, address) - 1
        return i if i >= 0 and address < fdes[i][1] else -1
    taken, entered, idle, known = set(), set(), set(), set(starts)
    process = subprocess.Popen([f"{prefix}objdump", "-d", "--no-show-raw-insn", "-w", path], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    line_form = re.compile(r"\s*([0-9a-f]+):\t(?:(?:bnd|notrack) )?(\S+)\s*(.*)$")
    jump = re.compile(r"(j\w+|b|b\.\w+|cbn?z|tbn?z)$")
    for line in process.stdout:
        m = line_form.match(line)
        if not m:
            continue
        at, op, arg = int(m[1], 16), m[2], m[3]
        if op == "nop" and at in known:
            idle.add(at)
        if jump.match(op):
            t = re.search(r"(?:^|,\s*)(?:0x)?([0-9a-f]+) <", arg) or re.match(r"(?:0x)?([0-9a-f]+)$", arg)
            if t:
                goal = int(t[1], 16)
                mine, theirs = owner(at), owner(goal)
                if mine != theirs and theirs >= 0 and goal == starts[theirs]:
                    entered.add(goal)
        elif op in ("call", "callq", "bl"):
            t = re.match(r"(?:0x)?([0-9a-f]+)", arg)
            if t:
                taken.add(int(t[1], 16))
        elif op.startswith("lea"):
            t = re.search(r"# (?:0x)?([0-9a-f]+)", arg)
            if t:
                taken.add(int(t[1], 16))
        elif op.startswith("mov"):
            t = re.match(r"\$0x([0-9a-f]+),", arg)
            if t:
                taken.add(int(t[1], 16))
    process.wait()
    for line in run([f"{prefix}readelf", "-rW", path]).splitlines():
        c = line.split()
        if len(c) == 4 and c[2].endswith("RELATIVE") and re.fullmatch(r"[0-9a-f]+", c[3]):
            taken.add(int(c[3], 16))
    for line in run([f"{prefix}readelf", "--dyn-syms", "-W", path]).splitlines():
        c = line.split()
        if len(c) >= 7 and c[3] in ("FUNC", "IFUNC"):
            taken.add(int(c[1], 16))
    return taken, entered, idle - entered


def write_truth(path, out, prefix):
    """The entries as a truth table in the form of function_truth.py; fragments are of kind rt."""
    text = []
    for m in re.finditer(r"\] (\.text\S*)\s+PROGBITS\s+([0-9a-f]+) [0-9a-f]+ ([0-9a-f]+)", run([f"{prefix}readelf", "-SW", path])):
        text.append((int(m[2], 16), int(m[2], 16) + int(m[3], 16)))
    fdes = [f for f in entries(path, prefix) if any(a <= f[0] < b for a, b in text)]
    if len(fdes) < 50:
        raise BuildError(f"{path}: only {len(fdes)} unwind entries")
    taken, entered, idle = code_references(path, prefix, fdes)
    evident = [start for start, _, default in fdes if not default and start not in taken]
    cold = (evident[0], evident[-1]) if evident else (1, 0)
    either = entered | idle
    with open(out + ".new", "w") as f:
        f.write(JUDGE)
        f.writelines(f"# text {a:x} {b:x}\n" for a, b in text)
        f.write("addr\tsize\tkind\tpair\tinsns\tblocks\tbody\tname\n")
        for start, end, default in fdes:
            fragment = start not in taken and (not default or start in either and cold[0] < start < cold[1])
            f.write(f"{start:x}\t{end - start}\t{'rt' if fragment else 'func'}\t-\t0\t0\t-\t-\n")
    os.replace(out + ".new", out)


def prepare(program, architecture, top):
    name, package, path = program
    prefix = PREFIX.get(architecture, "")
    source = fetch(name, package, path, architecture, top)
    for d in ("truth", "bin-notables"):
        os.makedirs(os.path.join(top, d), exist_ok=True)
    stripped, truth = os.path.join(top, "bin-notables", name), os.path.join(top, "truth", name + ".tsv")
    if not os.path.exists(stripped):
        remove_tables(source, stripped + ".new", prefix, False)
        os.replace(stripped + ".new", stripped)
    if not os.path.exists(truth) or open(truth).readline() != JUDGE:
        write_truth(source, truth, prefix)


def score(truth, mine):
    """(functions, found, starts inside an entry, starts outside of all)."""
    want = {a for a, r in truth.rows.items() if r["kind"] == "func"}
    order = sorted(truth.rows)
    inside = outside = 0
    for a in mine - set(order):
        if truth.in_text(a):
            i = bisect.bisect_right(order, a) - 1
            covered = i >= 0 and a < order[i] + truth.rows[order[i]]["size"]
            inside, outside = inside + covered, outside + (not covered)
    return len(want), len(want & mine), inside, outside


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--split", choices=("tuning", "heldout", "all"), default="tuning")
    parser.add_argument("--programs", default="")
    parser.add_argument("--architecture", choices=("amd64", "arm64", "i386"), default="amd64")
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", default="")
    args = parser.parse_args()
    only = set(filter(None, args.programs.split(",")))
    chosen = [p for split, programs in PROGRAMS.items() if args.split in ("all", split) for p in programs
              if not only or p[0] in only]
    top = os.path.join(cache_dir(), "debian", args.architecture)
    ready, failed = [], 0
    for program in chosen:
        try:
            prepare(program, args.architecture, top)
            ready.append(program[0])
        except (BuildError, OSError) as error:
            failed += 1
            print(f"FAILED {program[0]}: {error}", file=sys.stderr)
    if args.build:
        print(f"{len(ready)} programs in {top}")
        return 3 if failed else 0
    harness.program()

    def one(job):
        kind, name = job
        folder = {"tables": "bin", "none": "bin-notables"}[kind]
        began = time.time()
        text = harness.call("functions", os.path.join(top, folder, name), "--format", "tsv")
        return {int(a, 16) for (a,) in harness.rows(text, "address")}, time.time() - began
    body, sums, said = [], {}, {}
    truths = harness.Truths(os.path.join(top, "truth"))
    for (kind, name), got in harness.each(one, [(k, n) for k in ("tables", "none") for n in ready], args.jobs, "functions"):
        failed += isinstance(got, harness.Failed)
        mine, seconds = (set(), 0) if isinstance(got, harness.Failed) else got
        counts = score(truths[name], mine)
        said[f"{kind}/{name}"] = counts
        total = sums.setdefault(kind, [0, 0, 0, 0])
        for i, n in enumerate(counts):
            total[i] += n
        body.append([kind, name, *row_of(counts, TARGETS[kind]), f"{seconds:.1f}"])
    body += [[kind, "all", *row_of(counts, TARGETS[kind]), ""] for kind, counts in sums.items()]
    print(f"{len(ready)} programs, {failed} failures; split: {args.split}; architecture: {args.architecture}\n")
    print(harness.markdown(["tables", "program", "entries", "precision", "recall", "target p/r", "", "starts outside of entries",
                            "seconds"], body))
    harness.save_json(args.json, said)
    return 3 if failed else 0


def row_of(counts, goal):
    functions, found, inside, outside = counts
    precision, recall = harness.ratio(found, found + inside), harness.ratio(found, functions)
    return [functions, harness.figure(precision), harness.figure(recall), "/".join(map(harness.figure, goal)),
            "met" if precision >= goal[0] and recall >= goal[1] else "missed", outside]


if __name__ == "__main__":
    sys.exit(main())
