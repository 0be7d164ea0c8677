#!/usr/bin/env python3
"""Writes the seeds of the fuzzers of what workers answer and of cases: fuzz/corpus/{worker,message,match,reading,casefile}.

Messages are built here field by field, as docs/format/worker.md, docs/format/features.md, src/flow/messages.cc and
src/reading/codec.cc have them; all content is invented. Each seed that is meant to be accepted is accepted: the fuzzers'
coverage would show it otherwise.
"""
import pathlib
import random
import struct

here = pathlib.Path(__file__).parent / "corpus"


def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return varint(len(data)) + data


def count_of(items, each):
    return varint(len(items)) + b"".join(each(x) for x in items)


def seed(folder, name, data):
    (here / folder).mkdir(parents=True, exist_ok=True)
    (here / folder / name).write_bytes(data)


# -- frames: type, size, payload
def frame(kind, payload=b""):
    return bytes([kind]) + struct.pack("<I", len(payload)) + payload


seed("worker", "good", frame(1, b"one") + frame(2) + frame(0xf0))
seed("worker", "ends-early", frame(1, b"kept") + b"\x02\xff\xff\xff\xff")
seed("worker", "out-of-memory", frame(1, b"kept") + frame(0xf1))
seed("worker", "threw", frame(0xf2, b"no such\x1b[31m thing\n"))
seed("worker", "forbidden", frame(0xf3, struct.pack("<I", 41)))
seed("worker", "forbidden-short", frame(0xf3, b"\x29"))
seed("worker", "unconfined", frame(0xf4, b"Landlock") + frame(0xf4, b"seccomp") + frame(0xf0))
seed("worker", "unknown", frame(0xff, b"x") + frame(0xf5) + frame(0xf0) + frame(3, b"after the end"))
seed("worker", "many", frame(7, bytes(60)) * 12 + frame(0xf0))

# -- messages about a program
trace = lambda kind, key, value, valid=1: bytes([kind]) + text(key) + text(value) + bytes([valid])
part = (text("x86_64") + text("ab" * 32) + bytes([0, 2]) + varint(4096) +
        count_of([(0, "", "2014-11-24 04:11:08 UTC"), (1, "k", "v"), (2, "", "d:\\work\\x.pdb"), (5, "", "Q" * 32)], lambda t: trace(*t)) +
        count_of([(0, "sections are named UPX0"), (3, "cut short")], lambda r: bytes([r[0]]) + text(r[1])) +
        count_of(["truncated at 0x1000"], text))
seed("message", "part", b"P" + part)
seed("message", "part-hostile", b"P" + text("\x1b]0;t\x07") + text(b"\xff\xfe") + bytes([9, 9]) + varint(2**64 - 1) +
     count_of([(200, "</script>", b"\x00\xff\n"), (3, "\u202e", "\t")], lambda t: trace(*t)) + count_of([(99, "\r")], lambda r: bytes([r[0]]) + text(r[1])) + count_of([], text))
function = lambda address, name, flags=1: varint(address) + varint(64) + varint(3) + varint(16) + varint(2) + varint(5) + bytes([flags]) + text(name)
seed("message", "functions", b"F" + bytes([2]) + varint(128) + count_of([(0x1000, "main"), (0x1040, "", 15), (2**64 - 1, b"\x9b\n")], lambda f: function(*f)))
instruction = lambda at, words, shape: varint(at) + text(words) + struct.pack("<Q", shape)
block = lambda b: varint(b[0]) + count_of(b[1], lambda i: instruction(*i)) + count_of(b[2], lambda e: varint(e[0]) + bytes([e[1]]))
blocks = [(0x401000, [(0x401000, "test eax, eax", 7), (0x401002, "jz 0x401010", 9)], [(1, 1), (2, 2)]),
          (0x401010, [(0x401010, "mov eax, [rbx+8]", 3), (0x401013, "jmp 0x401000", 9)], [(0, 0)]), (0x401020, [(0x401020, "ret", 3)], [])]
seed("message", "listing", b"L" + varint(0x401000) + text("main") + count_of(blocks, block))
seed("message", "listing-hostile", b"L" + varint(2**64 - 1) + text(b"\xff\x1b") + count_of([(5, [(5, "", 0)] * 30 + [(5, "\tmov \x07", 1)], [(0, 200)] * 9)] * 3, block))
seed("message", "error", b"E" + bytes([3]) + text("is cut short") + text("kit.zip!a"))

# -- features: two samples without checksums
r = random.Random(7)
IDS = sorted(k << 58 | r.getrandbits(46) << 12 for k in range(1, 16) for _ in range(20))


def sample(functions, architecture=2, pointer=8):
    """functions: (features, changes, callees, references, globals), features as {id: count}"""
    head, lists = b"", [b"", b"", b"", b"", b""]
    for i, (features, changes, callees, references, global_numbers) in enumerate(functions):
        head += varint(0x1000 if i == 0 else 64) + varint(60) + struct.pack("<Q", sum(features) * 0x9e3779b97f4a7c15 & (2**64 - 1))
        for n in (30, 6, 8, 1, len(callees), 1, len(features), len(changes), len(callees), len(references), len(global_numbers)):
            head += varint(n)
        head += b"\0" + text(f"f{i}" if i % 2 else "")
        lists[0] += b"".join(struct.pack("<Q", x | n) for x, n in sorted(features.items()))
        lists[1] += b"".join(struct.pack("<Q", x | n) for x, n in sorted(changes.items()))
        lists[2] += b"".join(map(varint, callees))
        lists[3] += b"".join(map(varint, references))
        before = 0
        for g in global_numbers:
            lists[4] += varint(g - before)
            before = g
    labels = [(x, "usage: %s") for x in IDS if x >> 58 == 8][:2] + [(x, "socket") for x in IDS if x >> 58 == 10][:1]
    return (b"SHFE" + varint(2) + bytes([0, architecture, pointer]) + varint(60 * len(functions)) + varint(30 * len(functions)) +
            varint(len(functions)) + head + b"".join(lists) + count_of([(0, 1)] if len(functions) > 1 else [], lambda p: varint(p[0]) + varint(p[1])) +
            count_of(labels, lambda l: struct.pack("<Q", l[0]) + text(l[1])))


def some(seed_of, n=40, most=3):
    q = random.Random(seed_of)
    return {x: q.randint(1, most) for x in q.sample(IDS, n)}


kin = [(some(i), {IDS[3]: 0, IDS[200 + i]: 4}, [(i + 1) % 6], [(i + 2) % 6], [i, i + 3]) for i in range(6)]
near = [({**f, **some(50 + i, 3)}, c, callees, refs, g) for i, (f, c, callees, refs, g) in enumerate(kin)]
alone = [(f, c, [1], [0], g) for f, c, _, _, g in kin[:2]]
pair = lambda a, b: struct.pack("<I", len(a)) + a + b
seed("match", "kin", pair(sample(kin), sample(near)))
seed("match", "across-machines", pair(sample(kin), sample(near, 3, 8)))
seed("match", "same", pair(sample(alone), sample(alone)))
seed("match", "empty", pair(sample([]), sample(kin[:1])))
seed("match", "counts-at-their-end", pair(sample([(some(9, 60, 4095), {}, [0, 0, 0], [0], [2**32 - 1])]), sample([(some(9, 60, 4095), {}, [], [], [])])))

# -- a page as a reading
span = lambda s: varint(s[0]) + varint(s[1])
date = lambda y=0, m=0, d=0, h=-1, minute=-1, zone=None: (varint(y & 0xffff) + bytes(x & 0xff for x in (m, d, h, minute)) + bytes([zone is not None]) + varint((zone or 0) & 0xffff))
story = "The bureau said that almost 11 TB were lost. The ministry denied it, and example.com was down."


def document(words=story, blocks=((2, (0, 44)), (2, (45, 94)))):
    return (bytes([0]) + text(words) + count_of(blocks, lambda b: bytes([b[0]]) + span(b[1])) + count_of([((4, 10), "https://example.org/")], lambda l: span(l[0]) + text(l[1])) +
            text("Lost") + text("Courier") + text("https://example.org/x") + text("en") + count_of(["A. Writer"], text) + count_of(["harbour"], text) +
            text("The plans") + varint(59) + text("BERN") + date(2014, 12, 4, 3, 13, -300) + date() + date() + count_of(["a remark"], text))


def claim(content, source, cue, speaker, stance, parent=-1, kind=3, about=4):
    return (count_of(content, span) + span(source) + span(cue) + text(speaker) + bytes([kind, stance]) + text("almost") + bytes([about]) + count_of(["11 TB"], text) +
            b"\0" + date(2014, 12) + count_of(["Courier", speaker], text) + varint(parent & 0xffffffff))


real = lambda x: struct.pack("<d", x)
claims = [claim([(16, 43)], (0, 10), (11, 15), "The bureau", 0), claim([(65, 67)], (45, 57), (58, 64), "The ministry", 1, 0, 1, 1)]
found = lambda what: bytes([what[0]]) + text(what[1]) + span(what[2]) + varint(443) + b"\1\0" + text("")
rest = (lambda places=((73, 84), (21, 33)): count_of([(12, "example.com", places[0])], found) +
        count_of([("x", (4, 10))], lambda n: b"\0" + text(n[0]) + count_of(["G1"], text) + span(n[1]) + b"\3") +
        count_of([("T1566.001", (4, 10))], lambda t: text(t[0]) + span(t[1]) + b"\2" + real(.5)) +
        count_of([places[1]], lambda f: span(f) + real(11) + text("TB") + text("data") + b"\4" + real(1.1e13)))
seed("reading", "message", b"M" + document() + b"\1" + count_of(claims, bytes) + rest())
seed("reading", "message-odd", b"M" + document("\x1b[2J\ufeff\u202e\n\n</mark>" + "é" * 40, ((0, (1, 60)), (7, (2, 3)), (2, (1, 2)))) + b"\0" +
     count_of([claim([(3, 3), (1, 2), (4, 60)], (9, 9), (0, 50), "</script>", 5, -1, 9, 7)], bytes) + rest(((7, 8), (0, 0))))
two = ("<title>Network down | Gazette</title><p>An unnamed diplomat told the Courier on Monday that his country had no part in the attack on Alpine Films.</p>"
       "<p>Researchers of Example Labs said that there were solid clues; the attackers used the Quillfang malware and evil[.]example.</p>")
seed("reading", "pages", ("P" + two + "\x1e" + two.replace("Monday", "Tuesday").replace("Gazette", "Herald") + "\x1e" + "BERN, Dec 4 - The ministry denied that almost 11 terabytes were lost, the Courier reported.\n\n"
     "A spokesman declined to comment. \"We took nothing,\" the group calling itself Grey Otter wrote.\n").encode())
seed("reading", "pages-odd", b"P\x1e\xff\xfe<\0\x1e" + b"said that said that denied that " * 20 + b"\x1e%PDF-1.4\x1ePK\3\4\x1e# h\n> q\n")

# -- cases: damage to the one that the fuzzer makes, or whole files
put = lambda at, data: at.to_bytes(3, "little") + bytes([len(data)]) + data
seed("casefile", "good", b"")
seed("casefile", "header", put(18, b"\x01\x01") + put(28, b"\xff\xff\xff\x7f"))
seed("casefile", "pages", b"".join(put(4096 * i, b"\x00\x05\x02") for i in range(1, 12)))
seed("casefile", "cells", b"".join(put(4096 * i + 8, b"\xff\xff\x0f\x00") for i in range(2, 20)))
seed("casefile", "raw", b"RSQLite format 3\0" + b"\x10\x00\x01\x01\x00\x40\x20\x20" + bytes(488))
seed("casefile", "no-database", b"Rwords")
