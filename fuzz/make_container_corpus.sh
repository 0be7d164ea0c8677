#!/usr/bin/env bash
# Makes the seeds of container_fuzzer: tiny archives of an invented "executable" (an ELF magic and some text) and a text.
# Needs cmake (whose tar writes zip and 7z), python3, ar, cpio-free shell tools. Run it in fuzz/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
out=$PWD/corpus/container
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p usr/bin
printf '\177ELF\2\1\1 an invented tool' >usr/bin/tool
printf 'a text\n' >readme
touch -d @1000000000 usr/bin/tool usr/bin usr readme

for format in gnutar pax zip 7zip; do cmake -E tar cf "$out/plain.$format" --format=$format usr readme; done
for filter in gzip bzip2 xz zstd; do
  flag=$(case $filter in gzip) echo z ;; bzip2) echo j ;; xz) echo J ;; zstd) echo -n '' ;; esac)
  if [[ -n $flag ]]; then cmake -E tar "c${flag}f" "$out/tar.$filter" usr; else cmake -E tar cf "$out/tar.$filter" --zstd usr; fi
done
gzip -nc usr/bin/tool >"$out/single.gz"
xz -c usr/bin/tool >"$out/single.xz"

echo 2.0 >debian-binary
tar -czf control.tar.gz readme
tar -cJf data.tar.xz ./usr
ar rcD "$out/package.deb" debian-binary control.tar.gz data.tar.xz
ar rcD "$out/static.a" usr/bin/tool

python3 - "$out" <<'END'
import gzip, io, struct, sys, zipfile
out = sys.argv[1]
tool = open('usr/bin/tool', 'rb').read()

def zip_of(files, **how):
    data = io.BytesIO()
    with zipfile.ZipFile(data, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, content in files:
            z.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()

nested = zip_of([('tool', tool)])
for _ in range(7):
    nested = zip_of([('inner.zip', nested)])
open(out + '/nested.zip', 'wb').write(nested)
open(out + '/bomb.gz', 'wb').write(gzip.compress(b'\x7fELF' + bytes(3_000_000), 9, mtime=0))
# The flag that says "encrypted" set in both headers.
locked = bytearray(zip_of([('tool', tool)]))
locked[6] |= 1
locked[locked.index(b'PK\x01\x02') + 8] |= 1
open(out + '/encrypted.zip', 'wb').write(locked)
# A size that is only claimed.
lying = bytearray(zip_of([('tool', tool)]))
lying[22:26] = struct.pack('<I', 0xfffffff0)
at = lying.index(b'PK\x01\x02') + 24
lying[at:at + 4] = struct.pack('<I', 0xfffffff0)
open(out + '/claims.zip', 'wb').write(lying)
# cpio (newc) inside an RPM with empty headers.
def newc(name, content):
    fields = [1, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0]
    head = b'070701' + b''.join(b'%08x' % f for f in fields) + name + b'\0'
    head += bytes(-len(head) % 4)
    return head + content + bytes(-len(content) % 4)
cpio = newc(b'./usr/bin/tool', tool) + newc(b'TRAILER!!!', b'')
open(out + '/plain.cpio', 'wb').write(cpio)
lead = b'\xed\xab\xee\xdb\x03\0' + bytes(90)
header = b'\x8e\xad\xe8\x01' + bytes(12)
open(out + '/package.rpm', 'wb').write(lead + header + header + gzip.compress(cpio, 9, mtime=0))
END
ls "$out" | wc -l
