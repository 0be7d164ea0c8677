#!/usr/bin/env python3
"""Damages copies of a case in three ways and runs every command on each: bytes anywhere in the file; recorded answers, under a hash
that fits; values of the tables, as somebody who knows the format would. Nothing may crash, hang or drive the terminal.

  mutate_case.py SAMEHAND CASE [--count 240] [--seed 1] [--keep FOLDER]     FOLDER gets the copies that did
"""
import argparse, collections, hashlib, os, random, shutil, sqlite3, subprocess, sys, tempfile, time

VALUES = (0, -1, 1, 2**62, -2**62, 1e308, float("inf"), 0.0, 1.0, "", "x" * 900, "é\x1b[31m", "A1", "yes", "9999999999", "1=-1e999,0,1",
          "1=0,0,0 1=0,0,0", b"\xff\xfe" * 4, None)
TABLES = ("hypothesis", "item", "locus", "judgement", "exhibit", "event", "info")
LIMIT_S = 60


def damaged(content):
    b = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        if not b:
            break
        way, i = random.randrange(6), random.randrange(len(b))
        if way == 0:
            b[i] ^= 1 << random.randrange(8)
        elif way == 1:
            b[i] = random.choice((0, 1, 127, 128, 255))
        elif way == 2:
            del b[i:i + random.randrange(1, 50)]
        elif way == 3:
            b[i:i] = random.randbytes(random.randrange(1, 20))
        elif way == 4:
            b[i:i + 9] = b"\xff" * 8 + b"\x7f"  # a length beyond everything
        else:
            k = random.randrange(len(b))
            b[i:i + 30] = b[k:k + 30]
    return bytes(b)


def damage(path, way):
    if way == 0:
        with open(path, "rb") as f:
            content = f.read()
        with open(path, "wb") as f:
            f.write(damaged(content) if random.random() < .7 else content[:random.randrange(len(content))])
        return
    database = sqlite3.connect(path)
    if way == 1:
        finding = random.choice(database.execute("SELECT id FROM finding").fetchall())[0]
        row, content = database.execute("SELECT id, bytes FROM finding_chunk WHERE owner = ? ORDER BY number", (finding,)).fetchone()
        content = damaged(content)
        database.execute("UPDATE finding_chunk SET bytes = ? WHERE id = ?", (content, row))
        database.execute("UPDATE finding SET sha256 = ?, size = ? WHERE id = ?", (hashlib.sha256(content).hexdigest(), len(content), finding))
    else:
        table = random.choice(TABLES)
        columns = [c[1] for c in database.execute(f"PRAGMA table_info({table})")][1:]
        for _ in range(random.choice((1, 3))):
            try:
                database.execute(f"UPDATE {table} SET {random.choice(columns)} = ? WHERE id % {random.choice((1, 2, 5))} = 0", (random.choice(VALUES),))
            except sqlite3.Error:
                pass  # a type that the column refuses
    database.commit()
    database.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("case")
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    codes, faults, slowest = collections.Counter(), 0, 0.0
    for n in range(arguments.count):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.case")
            out = [os.path.join(folder, name) for name in ("o.html", "o.json", "o.md", "o.stix", "o.misp")]
            shutil.copy(arguments.case, path)
            damage(path, n % 3)
            copy = shutil.copy(path, os.path.join(folder, "before.case"))
            for command in (["weigh", path], ["report", path, "--html", out[0], "--json", out[1], "--md", out[2]], ["claims", path],
                            ["export", path, "--stix", out[3], "--misp", out[4]], ["verify" if n % 10 == 0 else "log", path],
                            ["assess", path, f"new {n}", "--new", "--reason", "r"]):
                begun = time.monotonic()
                try:
                    result = subprocess.run([arguments.program, "case", *command], capture_output=True, timeout=LIMIT_S)
                    code, said = result.returncode, result.stdout + result.stderr
                except subprocess.TimeoutExpired:
                    code, said = "hangs", b""
                slowest = max(slowest, time.monotonic() - begun)
                codes[code] += 1
                if code in (0, 1, 2, 3) and b"\x1b" not in said:
                    continue
                faults += 1
                print(f"copy {n}: case {command[0]}: {code} {said[-300:]!r}")
                if arguments.keep:
                    shutil.copy(copy, os.path.join(arguments.keep, f"{n}.case"))
    print(f"{arguments.count} copies, {faults} faults, the slowest command {slowest:.2f} s; exit codes {dict(codes)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
