#!/usr/bin/env python3
"""Makes the seeds of stix_fuzzer and the bundles and events among those of evidence_fuzzer.

  make_stix_corpus.py SAMEHAND      writes fuzz/corpus/stix and fuzz/corpus/evidence beside this script
"""
import json, pathlib, re, struct, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent / "corpus"


def varint(n):
    out = b""
    while n >= 0x80:
        out, n = out + bytes([n & 0x7f | 0x80]), n >> 7
    return out + bytes([n])


def text(s):
    b = s.encode() if isinstance(s, str) else s
    return varint(len(b)) + b


def weights(*rows):
    return varint(len(rows)) + b"".join(varint(h) + struct.pack("<3d", *w) for h, *w in rows)


def message(name="Freedonia", day="2020-01-02"):
    """src/exchange/evidence_message.cc: two hypotheses, an exhibit with a finding, an item with a place and judgements."""
    out = b"\x01" + varint(2) + text(name) + text("None of these") + varint(2)
    out += b"\x01\x01" + struct.pack("<d", .25) + text("the accused") + varint(1) + text("FR")
    out += b"\x06\x01" + struct.pack("<d", .75) + text("") + varint(0)
    out += varint(1) + text("a" * 64) + text("C:\\tool.exe") + text("ipv4") + text(day) + b"\x00" + varint(7) + varint(1)
    out += varint(1) + text("read 1") + text(b"\x00\xff\x01")
    out += varint(1) + text("a denial") + text("one voice") + text("it was not us") + text("a diplomat") + text(day)
    out += bytes([16]) + text("F3") + b"\x00\x00\x02" + varint(1) + weights((0, -1, 0, 2.5)) + b"\x02" + text("read 1") + b"\x00"
    out += varint(1) + varint(0) + text("in!side") + b"\x01" + varint(3) + varint(9)
    out += varint(1) + text("points-at") + text(name) + text("why") + varint(1) + weights((1, 0, 0, 0))
    return out + varint(1) + text("Freedonia")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    (HERE / "stix").mkdir(exist_ok=True)
    for name, seed in (("whole", message()), ("not-utf8", message(b"\xff\xfe\"\\", "XXXX-01-01")), ("empty", b"\x00" + varint(0) * 4)):
        (HERE / "stix" / f"{name}.bin").write_bytes(seed)
    with tempfile.TemporaryDirectory() as folder:
        case, evidence, bundle = (f"{folder}/{n}" for n in ("a.case", "e.json", "bundle.json"))
        with open(evidence, "w") as f:
            json.dump({"hypotheses": [{"name": "A", "prior": .4, "role": "accused", "also": ["Alpha"]}, {"name": "B", "role": "none"}],
                       "items": [{"name": "one", "kind": "denial", "points_at": "A", "source": "a diplomat", "group": "g"},
                                 {"name": "two", "weights_db": {"A": [-1, 0, 2.5]}, "public_before": True}]}, f)
        for arguments in (("new", case), ("import", case, evidence), ("assess", case, "2", "--exclude", "--reason", "a copy"),
                          ("export", case, "--stix", bundle)):
            subprocess.run([program, "case", *arguments], check=True, stdout=subprocess.DEVNULL)
        whole = pathlib.Path(bundle).read_text()
        # Without what grows the seed and says nothing to the reader.
        kept = [json.loads(line.rstrip(",")) for line in whole.splitlines()[1:-1] if '"extensions"' in line or '"type":"file"' in line]
        for o in kept:
            for key in ("created_by_ref", "created", "modified", "spec_version"):
                o.pop(key, None)
        (HERE / "evidence" / "bundle.json").write_text(json.dumps({"type": "bundle", "objects": kept}, separators=(",", ":")))
    others = {"type": "bundle", "objects": [
        {"type": "threat-actor", "id": "threat-actor--1", "name": "Bear", "aliases": ["B"]},
        {"type": "relationship", "id": "relationship--1", "created": "2020-05-06T00:00:00.000Z", "confidence": 65,
         "relationship_type": "attributed-to", "source_ref": "x--1", "target_ref": "threat-actor--1"},
        {"type": "opinion", "id": "opinion--1", "authors": ["C"], "opinion": "disagree", "object_refs": ["relationship--1"]},
        {"type": "indicator", "id": "indicator--1", "pattern": "[x:y = 'z']"}]}
    event = {"response": [{"Event": {"info": "W", "date": "2020-05-06", "Orgc": {"name": "X"},
                                     "Tag": [{"name": "admiralty-scale:source-reliability=\"b\""}],
                                     "Attribute": [{"type": "ip-dst", "value": "203.0.113.7"}, {"type": "threat-actor", "value": "Bear"}],
                                     "Object": [{"Attribute": [{"type": "filename|md5", "value": "a|b"}]}],
                                     "Galaxy": [{"type": "mitre-attack-pattern", "GalaxyCluster": [{"value": "W - T1485"}]}]}}]}
    for name, value in (("others", others), ("misp", event)):
        (HERE / "evidence" / f"{name}.json").write_text(json.dumps(value, separators=(",", ":")))
    (HERE / "evidence" / "message.bin").write_bytes(message())


if __name__ == "__main__":
    main()
