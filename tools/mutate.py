#!/usr/bin/env python3
"""Damages real executables and archives in thousands of ways and runs the whole program on each.

  tools/mutate.py PROGRAM [--count N] [--seed N] [--batch N] [--patience SECONDS] [--keep FOLDER] [FILE...]

PROGRAM is the samehand to test; built with the asan preset it also finds leaks and bad reads inside the workers. That is
some ten times slower: give it smaller batches, or more patience until a batch counts as a hang.
FILEs are what to damage: by default the seeds of fuzz/corpus and small programs of this system. The same seed gives the
same mutants. Each batch of mutants is a folder that is compared with its undamaged originals, page included, so that
every stage runs: opening, image, code, features, matching, listing, report.

Prints one row per kind of damage (Markdown): how many mutants were read, read in part (cut short), refused with a
message, and ended their worker, and then everything that happened outside the workers. A batch that ends badly is run
again one mutant at a time to name the culprit. Exits with 1 if anything ended badly, in a worker or outside; --keep
keeps those mutants.
"""
import argparse, collections, os, pathlib, random, re, resource, shutil, signal, struct, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SYSTEM = ["true", "ls", "env", "xz", "gzip", "fold", "sha256sum", "tput"]
LARGEST = 400_000


def truncate(data, r):
    return data[:int(len(data) * r.random() ** 2)]


def flip_bits(data, r):
    out = bytearray(data)
    for _ in range(r.choice((1, 2, 4, 16, 64, 256))):
        out[r.randrange(len(out))] ^= 1 << r.randrange(8)
    return bytes(out)


def flip_header(data, r):
    out = bytearray(data)
    for _ in range(r.choice((1, 2, 4, 16))):
        out[r.randrange(min(len(out), 1024))] = r.randrange(256)
    return bytes(out)


def places(data, r):
    """Where headers and tables are likely: the start, what the start's own fields point to, the end."""
    offset = r.randrange(0, min(len(data), 2048))
    if r.random() < .4 and len(data) > 64:
        pointer = struct.unpack_from("<I", data, r.randrange(0, 60) & ~3)[0]
        if pointer < len(data):
            offset = pointer + r.randrange(0, 256)
    elif r.random() < .2:
        offset = len(data) - 1 - r.randrange(min(len(data), 4096))
    return min(offset & ~1, len(data) - 1)


def extreme_field(data, r):
    out = bytearray(data)
    for _ in range(r.choice((1, 1, 2, 3))):
        size = r.choice((2, 4, 4, 8))
        offset = places(data, r) // size * size
        top = (1 << (8 * size)) - 1
        value = r.choice((0, 1, top, top - 1, top >> 1, (top >> 1) + 1, len(data), len(data) - 1, len(data) + 1, top // 3,
                          top & 0xfffff000, top & 0x10000000, 0x7fffffff, 0xffff))
        out[offset:offset + size] = (value & top).to_bytes(size, r.choice(("little", "little", "big")))[:len(out) - offset]
    return bytes(out)


def blank_block(data, r):
    out = bytearray(data)
    start = r.randrange(len(out))
    length = min(len(out) - start, r.choice((16, 64, 512, 4096)))
    out[start:start + length] = bytes([r.choice((0, 0xff, 0xcc, 0x90))]) * length
    return bytes(out)


def move_block(data, r):
    out = bytearray(data)
    length = r.choice((8, 64, 512, 4096))
    a, b = r.randrange(len(out)), r.randrange(len(out))
    out[a:a + length] = out[b:b + length]
    return bytes(out)


def noise(data, r):
    out = bytearray(data)
    start = r.randrange(len(out))
    length = min(len(out) - start, r.choice((64, 1024, 16384)))
    out[start:start + length] = r.randbytes(length)
    return bytes(out)


DAMAGES = {f.__name__.replace("_", "-"): f for f in
           (truncate, flip_bits, flip_header, extreme_field, extreme_field, blank_block, move_block, noise)}
WORKER = re.compile(r"the sandboxed worker (.*?)(; what it had recovered is kept)?$")


def classify(message):
    found = WORKER.search(message)
    if not found:
        return "in part" if message.endswith("what is there was read") else "refused"
    reason = found.group(1)
    for word, kind in (("took more", "timed out"), ("of memory", "memory"), ("forbidden", "forbidden call"),
                       ("of results", "output")):
        if word in reason:
            return kind
    return "crashed"


class Run:
    def __init__(self, program, folder, originals, page, patience):
        start = time.monotonic()
        # The parent of all the workers is in a group of its own, so that a hang takes its workers along.
        self.process = subprocess.Popen([program, "compare", folder, originals, "--html", page, "--format", "json"],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                                        start_new_session=True)
        try:
            self.out, self.err = self.process.communicate(timeout=patience)
            self.hung = False
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.out, self.err = self.process.communicate()
            self.hung = True
        self.seconds = time.monotonic() - start
        self.bad = self.hung or self.process.returncode not in (0, 3)

    def outcome(self):
        return "hang" if self.hung else f"exit {self.process.returncode}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=100, help="mutants in one folder")
    parser.add_argument("--patience", type=float, default=600, help="seconds until a batch counts as a hang")
    parser.add_argument("--keep")
    options = parser.parse_intermixed_args()
    files = [pathlib.Path(f) for f in options.files] or \
        sorted(p for p in (ROOT / "fuzz/corpus").glob("*/*") if p.parent.name in ("image", "container")) + \
        [p for p in (pathlib.Path("/usr/bin") / name for name in SYSTEM) if p.exists()]
    seeds = [(p.name, p.read_bytes()) for p in files if 64 <= p.stat().st_size <= LARGEST]
    if not seeds:
        sys.exit("nothing to damage")
    r = random.Random(options.seed)
    counts = {name: collections.Counter() for name in DAMAGES}
    ended, outside, slowest = collections.Counter(), [], 0.0
    work = pathlib.Path(tempfile.mkdtemp(prefix="samehand-mutants-"))
    originals = work / "originals"
    originals.mkdir()
    for name in ("elf64", "pe-x86_64.dll"):
        if (ROOT / "fuzz/corpus/image" / name).exists():
            shutil.copy(ROOT / "fuzz/corpus/image" / name, originals)
    keep = pathlib.Path(options.keep) if options.keep else None

    def save(path):
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, keep)

    def judge(run, folder, names):
        """Books what stderr says about each mutant."""
        worst = {}
        for line in run.err.splitlines():
            found = re.search(r"/(\d{6}_[a-z-]+_[^:!/]*)", line)
            if not found or found.group(1) not in names:
                if line.strip() and not run.bad:
                    ended[f"unassigned: {line[:160]}"] += 1
                continue
            kind = classify(line)
            if worst.get(found.group(1)) in (None, "in part", "refused"):
                worst[found.group(1)] = kind
            if kind not in ("refused", "in part"):
                reason = re.sub(r"0x[0-9a-f]+|\d{3,}", "N", WORKER.search(line).group(1))
                ended[f"{kind}: {reason[:160]}"] += 1
                save(folder / found.group(1))
        for name in names:
            counts[name.split("_")[1]][worst.get(name, "read")] += 1

    # Asked to stop (Ctrl-C, kill), it still says what it has seen.
    stop = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.append(True))
    started = time.monotonic()
    number = 0
    while number < options.count and not stop:
        folder = work / "batch"
        folder.mkdir()
        names = set()
        while len(names) < options.batch and number < options.count:
            name, data = seeds[number % len(seeds)]
            damage = r.choice(list(DAMAGES))
            mutant = DAMAGES[damage](data, r)
            names.add(f"{number:06d}_{damage}_{name}")
            (folder / f"{number:06d}_{damage}_{name}").write_bytes(mutant)
            number += 1
        run = Run(options.program, folder, originals, work / "page.html", options.patience)
        slowest = max(slowest, run.seconds)
        judge(run, folder, names)
        if run.bad:
            culprits = []
            for name in sorted(names):
                alone = work / "alone"
                alone.mkdir()
                shutil.copy(folder / name, alone)
                if Run(options.program, alone, originals, work / "page.html", options.patience).bad:
                    culprits.append(name)
                    save(folder / name)
                shutil.rmtree(alone)
            outside.append(f"{run.outcome()}: {', '.join(culprits) or 'only the batch as a whole'}: "
                           f"{run.err.strip().splitlines()[-1][:200] if run.err.strip() else ''}")
        shutil.rmtree(folder)
        if sys.stderr.isatty():
            print(f"\r{number} of {options.count}", end="", file=sys.stderr)
    shutil.rmtree(work)

    columns = ["read", "in part", "refused", "crashed", "timed out", "memory", "output", "forbidden call"]
    print(f"| damage | mutants | {' | '.join(columns)} |")
    print("|---|" + "---|" * (len(columns) + 1))
    total = collections.Counter()
    for damage, row in counts.items():
        total.update(row)
        print(f"| {damage} | {sum(row.values())} | {' | '.join(str(row[c]) for c in columns)} |")
    print(f"| all | {sum(total.values())} | {' | '.join(str(total[c]) for c in columns)} |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"\n{len(seeds)} originals, seed {options.seed}, {time.monotonic() - started:.0f} s; slowest batch of {options.batch} "
          f"{slowest:.1f} s; largest process {peak} MB; bad ends outside workers: {len(outside)}.")
    for text in outside:
        print(f"- outside: {text}")
    for text, times in ended.most_common():
        print(f"- {times} x {text}")
    sys.exit(1 if outside or ended else 0)


if __name__ == "__main__":
    main()
