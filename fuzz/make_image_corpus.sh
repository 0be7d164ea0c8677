#!/usr/bin/env bash
# The recipe of corpus/image: small benign files of every format that image reads. Run it in fuzz/ after changing it.
# Needs gcc (also -m32, aarch64), clang-19, lld-19, llvm-19, MinGW.
set -eu
cd "$(dirname "$0")"
out=$PWD/corpus/image
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >s.c <<'C'
extern int imported(int);
int variable = 3;
int uninitialised[100];
int thrice(int x) { return 3 * x; }
int (*table[])(int) = {thrice, imported};
int start(int x) { return table[x & 1](variable) + imported(uninitialised[x]); }
C
echo 'int imported(int x) { return x + 1; }' >i.c
cat >r.rc <<'C'
1 VERSIONINFO
FILEVERSION 1,2,3,4
{
  BLOCK "StringFileInfo" { BLOCK "040904b0" { VALUE "CompanyName", "Nobody" VALUE "OriginalFilename", "seed.dll" } }
}
7 RCDATA { "data" }
C
small="-O1 -shared -fPIC -nostdlib"
gcc $small s.c -o "$out/elf64" -Wl,-z,max-page-size=512 -Wl,--build-id
gcc -m32 $small s.c -o "$out/elf32" -Wl,-z,max-page-size=512 -Wl,--hash-style=both
clang-19 $small -fuse-ld=lld -Wl,-z,pack-relative-relocs -Wl,-z,max-page-size=512 s.c -o "$out/elf64-relr"
aarch64-linux-gnu-gcc $small s.c -o "$out/elf64-arm" -Wl,-z,max-page-size=512
cp "$out/elf64" "$out/elf64-no-sections"
printf '\0\0\0\0\0\0\0\0' | dd of="$out/elf64-no-sections" bs=1 seek=40 conv=notrunc status=none
gcc -O1 -c s.c -o "$out/elf64.o"
gcc -m32 -fPIC -O1 -c s.c -o "$out/elf32.o"
aarch64-linux-gnu-gcc -O1 -c s.c -o "$out/arm64.o"
for bits in x86_64 i686; do
  $bits-w64-mingw32-gcc -O1 -shared -nostdlib i.c -o i.dll -Wl,--out-implib,i.a
  $bits-w64-mingw32-windres r.rc r.o
  $bits-w64-mingw32-gcc -O1 -shared -nostdlib s.c r.o i.a -o "$out/pe-$bits.dll" -s -Wl,--no-insert-timestamp
done
clang-19 --target=x86_64-pc-windows-msvc -O1 -c s.c -o "$out/coff64.obj"
clang-19 --target=aarch64-pc-windows-msvc -O1 -c s.c -o "$out/coff-arm64.obj"
clang-19 --target=x86_64-apple-macos11 -O1 -c s.c -o m64.o
clang-19 --target=arm64-apple-macos13 -O1 -c s.c -o marm.o
cp m64.o "$out/macho64.o"
cp marm.o "$out/macho-arm64.o"
ld64.lld-19 -arch x86_64 -platform_version macos 11.0 11.0 -dylib -install_name /usr/local/lib/macho64.dylib -undefined dynamic_lookup -no_fixup_chains m64.o \
  -o "$out/macho64"
ld64.lld-19 -arch arm64 -platform_version macos 13.0 13.0 -dylib -install_name /usr/local/lib/macho-arm64.dylib -undefined dynamic_lookup -fixup_chains marm.o \
  -o "$out/macho-arm64"
llvm-lipo-19 -create m64.o marm.o -output "$out/fat"
cp "$out/elf64.o" a_member_with_a_long_name.o
rm -f t.a
llvm-ar-19 --format=gnu rcD t.a a_member_with_a_long_name.o m64.o
cp t.a "$out/archive-gnu.a"
rm -f t.a
llvm-ar-19 --format=bsd rcD t.a a_member_with_a_long_name.o m64.o
cp t.a "$out/archive-bsd.a"
