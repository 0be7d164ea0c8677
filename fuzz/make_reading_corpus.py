#!/usr/bin/env python3
"""Writes the seeds of indicator_fuzzer and naming_fuzzer: fuzz/corpus/indicator, fuzz/corpus/naming.

The indicators' seeds are the texts of src/indicator/testdata, fifty cases to a file, and hostile shapes; the names' are
invented bundles, galaxies and sentences. A compiled list (kind 'C') is written by `names_lab import` and cut of its checksum:
give its path as the argument.
"""
import json
import pathlib
import sys

here = pathlib.Path(__file__).parent
indicator = here / "corpus" / "indicator"
naming = here / "corpus" / "naming"
for folder in (indicator, naming):
    folder.mkdir(parents=True, exist_ok=True)

cases = []
for name in ("work.tsv", "held.tsv"):
    for line in (here.parent / "src/indicator/testdata" / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cases.append(line.split("\t")[0].replace("⏎", "\n"))
for i in range(0, len(cases), 50):
    (indicator / f"cases-{i // 50:02}").write_text("\n".join(cases[i:i + 50]), encoding="utf-8")
(indicator / "benign-list").write_text("#\ndomain example.com # x\ncidr 10.0.0.0/8\nurl http://a.example/*\n\0a.example.com 10.1.1.1 http://a.example/x")
for name, piece in {"dots": ". ", "ats": "a@", "brackets": "[.](", "schemes": "hxxp[://]", "yara": "rule a {", "spelt": " dot a", "zones": "::%a", "wide": "\u200b\uff0e\U0001d68e"}.items():
    (indicator / f"hostile-{name}").write_text(piece * 200, encoding="utf-8")

bundle = {"type": "bundle", "objects": [
    {"type": "intrusion-set", "id": "intrusion-set--1", "name": "Grey Otter", "aliases": ["Grey Otter", "Fernweh"], "external_references": [{"source_name": "mitre-attack", "external_id": "G9001"}]},
    {"type": "malware", "id": "malware--1", "name": "Fernweh", "x_mitre_aliases": ["FERN-2000"], "description": "[Fernweh](https://example.org) injects.(Citation: x)", "external_references": [{"source_name": "mitre-attack", "external_id": "S9001"}]},
    {"type": "tool", "id": "tool--1", "name": "Net"},
    {"type": "attack-pattern", "id": "attack-pattern--1", "name": "Otter Stroking", "description": "Adversaries may stroke otters.", "external_references": [{"source_name": "mitre-attack", "external_id": "T1999.001"}]},
    {"type": "attack-pattern", "id": "attack-pattern--2", "name": "Process Injection", "description": "Code is injected into processes.", "external_references": [{"source_name": "mitre-attack", "external_id": "T1055"}]},
    {"type": "relationship", "relationship_type": "uses", "source_ref": "malware--1", "target_ref": "attack-pattern--1", "description": "Fernweh strokes otters."}]}
(naming / "bundle").write_text("J" + json.dumps(bundle))
(naming / "bundle-of-wrong-types").write_text("J" + json.dumps({"type": "bundle", "objects": [7, None, [], {"type": []}, {"type": "malware", "name": {}}, {"type": "malware", "name": "A", "aliases": {}, "external_references": [[], {"source_name": "mitre", "external_id": 5}]}]}))
(naming / "galaxy").write_text("J" + json.dumps({"type": "threat-actor", "values": [{"value": "Grey Otter", "uuid": "u", "meta": {"synonyms": ["Otter Team", 7]}}, {"value": ""}, 5]}))
(naming / "deep").write_text("J" + "[" * 5000)
(naming / "text").write_text("TAPT28, also known as Grey Otter, uses a loader dubbed Fernweh. Fernweh injects code; almost 11 terabytes of data, $4.4 million, hundreds of thousands of customers. The Quillfang malware creates scheduled tasks (T1053.005).")
(naming / "text-hostile").write_text("T" + "known as A, B and C Group malware 1,000 million " * 40)
if len(sys.argv) > 1:
    compiled = pathlib.Path(sys.argv[1]).read_bytes()
    (naming / "list").write_bytes(b"L" + compiled)
    (naming / "list-unsigned").write_bytes(b"C" + compiled[:-8])
