#!/usr/bin/env python3
"""Validates a case's STIX bundle against the OASIS schemas, object by object.

  run_stix.py --program SAMEHAND [--schemas FOLDER] [CASE.case | BUNDLE.json]…

FOLDER is `schemas` of oasis-open/cti-stix2-json-schemas (default: $SAMEHAND_STIX_SCHEMAS). Needs the Python package jsonschema
(Debian's python3-jsonschema). Without a case, that of examples/studio-2014 is built. Checked are: each object against the schema of its type,
the whole against the bundle's, our extension against docs/format/stix-extension.schema.json, that every reference leads to an
object of the bundle, that ids are unique and those of observables follow from their content.
"""
import argparse, collections, json, os, pathlib, re, subprocess, sys, tempfile, time, uuid

import jsonschema

try:
    from referencing import Registry, Resource
except ImportError:  # before jsonschema 4.18, such as Debian 12's
    Registry = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
OASIS = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")


def schemas_in(folder):
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*.json")):
        schema = json.loads(path.read_text())
        found[path.stem] = schema
    if Registry is None:
        store = {s["$id"]: s for s in found.values()}
        return found, lambda schema: {"resolver": jsonschema.RefResolver.from_schema(schema, store=store)}
    registry = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in found.values())
    return found, lambda schema: {"registry": registry}


def references(value, key=""):
    """Every id that a property *_ref or *_refs names."""
    if isinstance(value, dict):
        for k, v in value.items():
            yield from references(v, k)
    elif isinstance(value, list):
        for v in value:
            yield from references(v, key)
    elif isinstance(value, str) and (key.endswith("_ref") or key.endswith("_refs")):
        yield value


def identifying(o):
    """What STIX 2.1 makes the ids of the observables that we write of; None for other objects."""
    keys = {"file": ("hashes", "name"), "artifact": ("hashes", "payload_bin")}.get(o["type"])
    return keys and {k: o[k] for k in keys if k in o}


def check(bundle, schemas, resolving):
    faults = []
    validators = {}

    def validate(what, name, schema):
        if name not in validators:
            validators[name] = jsonschema.Draft202012Validator(schema, **resolving(schema))
        for error in validators[name].iter_errors(what):
            faults.append(f"{what.get('id', name)}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")

    ours = json.loads((ROOT / "docs/format/stix-extension.schema.json").read_text())
    extension = re.search(r"extension-definition--[0-9a-f-]{36}", ours["description"]).group()
    objects = bundle["objects"]
    ids = collections.Counter(o["id"] for o in objects)
    faults += [f"{i} stands {n} times" for i, n in ids.items() if n > 1]
    extended = 0
    for o in objects:
        if o["type"] not in schemas:
            faults.append(f"{o['id']}: no schema for {o['type']}")
            continue
        validate(o, o["type"], schemas[o["type"]])
        for key, value in o.get("extensions", {}).items():
            if key == extension:
                extended += 1
                validate(value, "our extension", ours)
        faults += [f"{o['id']}: {r} is not in the bundle" for r in references(o) if r not in ids]
        names = identifying(o)
        if names is not None:
            canonical = json.dumps(names, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            if o["id"] != f"{o['type']}--{uuid.uuid5(OASIS, canonical)}":
                faults.append(f"{o['id']} does not follow from its content")
        elif uuid.UUID(o["id"].split("--")[1]).version != 5:
            faults.append(f"{o['id']} is not of version 5")
    # bundle.json lists the types that a bundle may hold, and forgets some that have schemas of their own (note, opinion, grouping,
    # extension-definition, location): it takes those for custom objects, whose two alternatives both fit any of them, where just
    # one may. So the bundle as such is checked with the types that it lists; the others have been checked one by one.
    listed = {pathlib.PurePath(r["$ref"]).stem for r in schemas["bundle"]["properties"]["objects"]["items"]["anyOf"][0]["oneOf"]}
    validate({**bundle, "objects": [o for o in objects if o["type"] in listed]}, "bundle", schemas["bundle"])
    return faults, collections.Counter(o["type"] for o in objects), extended


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--schemas", default=os.environ.get("SAMEHAND_STIX_SCHEMAS"))
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    if not arguments.schemas:
        parser.error("say where the schemas are: --schemas FOLDER or SAMEHAND_STIX_SCHEMAS")
    schemas, resolving = schemas_in(arguments.schemas)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        files = arguments.files
        if not files:
            subprocess.run([ROOT / "examples/studio-2014/run.sh", arguments.program, f"{folder}/studio"], check=True, stdout=subprocess.DEVNULL)
            files = [f"{folder}/studio/studio.case"]
        for file in files:
            bundle = file
            if not file.endswith(".json"):
                bundle = f"{folder}/bundle.json"
                begun = time.monotonic()
                subprocess.run([arguments.program, "case", "export", file, "--stix", bundle], check=True)
                print(f"{file}: written in {time.monotonic() - begun:.2f} s, {os.path.getsize(bundle):,} bytes")
            with open(bundle) as f:
                faults, types, extended = check(json.load(f), schemas, resolving)
            print(f"{file}: {sum(types.values())} objects, {extended} with our extension: "
                  + ", ".join(f"{n} {t}" for t, n in types.most_common()))
            for fault in faults[:50]:
                print("  " + fault)
            print(f"  {len(faults)} faults")
            wrong += len(faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
