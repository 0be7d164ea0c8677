#!/usr/bin/env bash
# Makes the seeds of code_fuzzer: a byte that says how to take the rest (see there), then raw code or a file.
# Needs gcc, its cross compilers for AArch64 and MinGW, objcopy. Run in this folder; the seeds are checked in.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p corpus/code
cat > "$work/seed.c" <<'C'
int g(int);
__attribute__((noinline)) static int leaf(int a, int b) { return a * 3 + b; }
int sw(int x, int y) {
  switch (x) {
    case 0: return leaf(y, 1);
    case 1: return leaf(y, x) + 7;
    case 2: return y - 3;
    case 3: return leaf(x, y) * 5;
    case 4: return g(y);
    case 5: return g(y) + g(x);
    case 6: return y ^ 77;
  }
  return g(x + y);
}
int tail(int x) { return x > 10 ? g(x - 1) : sw(x, 2); }
int (*table[])(int) = {g, tail};
int loop(int n) { int s = 0; for (int i = 0; i < n; i++) s += table[i & 1](i); return s; }
int g(int x) { return x < 0 ? __builtin_trap(), 0 : x + 1; }
void _start(void) { loop(sw(1, 2) + tail(3)); for (;;) {} }
C
seed() { printf "$1" > "corpus/code/$2"; cat "$3" >> "corpus/code/$2"; }
flags="-O2 -ffreestanding -nostdlib -fno-stack-protector -s"
gcc $flags -static-pie -o "$work/x64" "$work/seed.c"
gcc $flags -m32 -static-pie -o "$work/x86" "$work/seed.c"
aarch64-linux-gnu-gcc $flags -Wl,-z,max-page-size=4096 -o "$work/arm64" "$work/seed.c"
x86_64-w64-mingw32-gcc $flags -Wl,-e,_start -o "$work/pe64.exe" "$work/seed.c"
seed '\x03' elf64 "$work/x64"
seed '\x83' elf64-no-tables "$work/x64"
seed '\x03' elf32 "$work/x86"
seed '\x03' arm64 "$work/arm64"
seed '\x83' arm64-no-tables "$work/arm64"
seed "\x03" pe64 "$work/pe64.exe"
for name in x64:0 x86:1 arm64:2; do
  file=${name%:*}
  objcopy=objcopy; [ "$file" = arm64 ] && objcopy=aarch64-linux-gnu-objcopy
  $objcopy -O binary -j .text "$work/$file" "$work/text"
  seed "\\x0${name#*:}" "raw-$file" "$work/text"
done
