#!/usr/bin/env python3
"""The seeds of technique_fuzzer: small ATT&CK-like bundles, plain and gzip. Writes into fuzz/corpus/technique."""
import gzip
import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent / "corpus" / "technique"


def reference(source, text=""):
    return {"source_name": source, "description": text, "url": f"https://blog.of{source[:4]}.example/{len(text)}"}


def thing(kind, number, name, **more):
    return {"type": kind, "id": f"{kind}--{number}", "name": name,
            "external_references": [{"source_name": "mitre-attack", "external_id": number}], **more}


def relation(kind, source, target, *reports, **more):
    return {"type": "relationship", "id": f"relationship--{source}{target}", "relationship_type": kind, "source_ref": source,
            "target_ref": target, "external_references": [reference(r, f"Doe, J. ({r[:4]}, May 3). Of {r}.") for r in reports], **more}


WORLD = [
    {"type": "x-mitre-collection", "id": "x-mitre-collection--1", "x_mitre_version": "9.9"},
    thing("attack-pattern", "T1566", "Phishing"), thing("attack-pattern", "T1566.001", "Attachment"),
    thing("attack-pattern", "T1056", "Input Capture"), thing("malware", "S1", "FERN", x_mitre_aliases=["FERN", "Fern-2000"], description="[FERN](x) is akin to ALDER.(Citation: 2019 Fern) Otter had it."),
    thing("malware", "S3", "ALDER", description="Used by Heron.(Citation: 2017 Heron)(Citation: none) Built on Fern-2000?"),
    thing("tool", "S2", "netfoo"), thing("intrusion-set", "G1", "Otter"), thing("intrusion-set", "G2", "Heron"),
    thing("intrusion-set", "G3", "Gone", revoked=True), thing("campaign", "C1", "Brook"),
    relation("subtechnique-of", "attack-pattern--T1566.001", "attack-pattern--T1566"),
    relation("uses", "intrusion-set--G1", "malware--S1", "2018 Otter", "2020 Otter"),
    relation("uses", "intrusion-set--G1", "attack-pattern--T1566.001", "2018 Otter"),
    relation("uses", "intrusion-set--G2", "attack-pattern--T1566.001", "2017 Heron"),
    relation("uses", "intrusion-set--G2", "tool--S2"),
    relation("uses", "malware--S1", "attack-pattern--T1056", "2019 Fern"),
    relation("uses", "campaign--C1", "attack-pattern--T1056", "2021 Brook"),
    relation("uses", "campaign--C1", "malware--S1", "2021 Brook"),
    relation("attributed-to", "campaign--C1", "intrusion-set--G1"),
    relation("uses", "intrusion-set--G3", "attack-pattern--T1566", x_mitre_deprecated=True),
]


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    whole = json.dumps({"type": "bundle", "id": "bundle--1", "objects": WORLD}, indent=0).encode()
    compact = json.dumps({"objects": WORLD[1:9] + WORLD[12:15]}, separators=(",", ":")).encode()
    (FOLDER / "bundle").write_bytes(b"J" + whole)
    (FOLDER / "small").write_bytes(b"J" + compact)
    (FOLDER / "gzip").write_bytes(b"J" + gzip.compress(whole, mtime=0))
    (FOLDER / "cut").write_bytes(b"J" + gzip.compress(whole, mtime=0)[:-9])
    (FOLDER / "no_groups").write_bytes(b"J" + json.dumps({"objects": WORLD[:4]}).encode())
    (FOLDER / "wrong_types").write_bytes(b"J" + json.dumps({"objects": [dict(o, external_references=7) for o in WORLD] + [3, None, []]}).encode())
    # An answer: origin, campaign, one trait, one group that shares it.
    answer = bytes([1, 65, 0, 1, 0, 1, 84, 0, 2, 0, 0, 0, 1, 2, 71, 49, 1, 49, 1]) + bytes(8) + bytes(8) + bytes([1, 0, 0, 0, 1, 1, 82])
    (FOLDER / "answer").write_bytes(b"R" + answer)


if __name__ == "__main__":
    main()
