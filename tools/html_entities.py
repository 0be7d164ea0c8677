#!/usr/bin/env python3
"""Prints the named character references of HTML, which Python's library knows, as rows of a C++ table (src/page/html_entities.inc)."""
from html.entities import html5


def literal(text):
    return '"' + "".join(f"\\x{b:02x}" for b in text.encode()) + '"'


print("// Named character references of HTML, sorted by name: name, UTF-8, whether it may stand without its semicolon.")
print("// Made by: python3 tools/html_entities.py > src/page/html_entities.inc")
for name in sorted(n[:-1] for n in html5 if n.endswith(";")):
    print(f'{{"{name}", {literal(html5[name + ";"])}, {"true" if name in html5 else "false"}}},')
