// Recovery on compiled programs, without unwind tables and symbols: what it finds is what the symbols say.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "image_testing.h"
#include "samehand/code/program.h"

namespace samehand::code {
namespace {

// A direct-threaded matcher that calls nothing, so that its labels use only what a function's arguments may be in; a
// switch with a table; one over 500 error codes, each case of which would pass for a leaf; handlers that only a table
// names; a function that never returns, with another right behind it.
constexpr const char* kSource = R"(
typedef unsigned char byte;
static const char *words[] = {"one", "two", "three", "four"};
static int count;
int volatile sink;
__attribute__((noinline)) int look(int k) { count++; return words[k & 3][0] + sink; }
typedef struct { const void *op; long n; } Step;
__attribute__((noinline)) long match(Step *code, const int *ops, int n, const byte *s, const byte *end, long *stack) {
  static const void *labels[] = {&&any, &&one, &&two, &&jump, &&push, &&begin, &&last, &&back, &&done};
  if (!s) { for (int i = 0; i < n; i++) code[i].op = labels[ops[i]]; return 0; }
  Step *p = code; const byte *first = s, *previous = s; long *top = stack; long best = -1;
  goto *p->op;
any: if (s >= end) goto fail; s++; p++; goto *p->op;
one: if (s >= end || *s != p->n) goto fail; previous = s; s++; p++; goto *p->op;
two: if (end - s < 2 || s[0] != (p->n & 255) || s[1] != p->n >> 8) goto fail; s += 2; p++; goto *p->op;
jump: p += p->n; goto *p->op;
push: top[0] = (long)(p + p->n); top[1] = (long)s; top[2] = (long)previous; top += 3; p++; goto *p->op;
begin: if (s != first) goto fail; p++; goto *p->op;
last: if (s != end) goto fail; p++; goto *p->op;
back: if (s - first > best) best = s - first; p++; goto *p->op;
done: return best > s - first ? best : s - first;
fail: if (top == stack) return -1;
  top -= 3; p = (Step *)top[0]; s = (const byte *)top[1]; previous = (const byte *)top[2]; goto *p->op;
}
__attribute__((noinline, noreturn)) void stop(int k) { for (;;) sink = k; }
__attribute__((noinline)) int choose(unsigned k, int *p) {
  switch (k) {
    case 0: return look(1) + p[0];
    case 1: p[1] = look(2); return 3;
    case 2: return look(p[3]) * 3;
    case 3: look(9); return p[4];
    case 4: p[5] = 1; return look(12);
    case 5: look(p[2]); look(p[1]); return 8;
    case 6: stop(p[3]);
    case 7: return look(77) ^ p[9];
  }
  return 0;
}
#define ONE(k) case -(k) - 1: return #k;
#define TEN(k) ONE(k) ONE(k + 1) ONE(k + 2) ONE(k + 3) ONE(k + 4) ONE(k + 5) ONE(k + 6) ONE(k + 7) ONE(k + 8) ONE(k + 9)
#define HUNDRED(k) TEN(k) TEN(k + 10) TEN(k + 20) TEN(k + 30) TEN(k + 40) TEN(k + 50) TEN(k + 60) TEN(k + 70) TEN(k + 80) \
  TEN(k + 90)
__attribute__((noinline)) const char *explain(int code) {
  switch (code) { HUNDRED(0) HUNDRED(100) HUNDRED(200) HUNDRED(300) HUNDRED(400) }
  return words[1];
}
static int add(int a, int *p) { return look(a) + p[0]; }
static int put(int a, int *p) { p[1] = a; return look(2); }
static int times(int a, int *p) { return a * p[2]; }
static int twice(int a, int *p) { look(a); look(a + 1); return p[3]; }
typedef int (*Handler)(int, int *);
static const Handler handlers[] = {add, put, times, twice};
__attribute__((noinline)) int dispatch(unsigned k, int a, int *p) { return k < 4 ? handlers[k](a, p) : 0; }
int main(int argc, char **argv) {
  Step code[9]; int ops[9]; long stack[9]; int p[16];
  for (int i = 0; i < 9; i++) ops[i] = i;
  match(code, ops, 9, 0, 0, stack);
  return match(code, ops, 9, (byte *)argv[0], (byte *)argv[0] + argc, stack) + choose(argc, p) + dispatch(argc, 3, p) +
    explain(argc)[0];
}
)";

struct Build {
  const char* name;
  const char* command;
};

class Compiled : public testing::TestWithParam<Build> {};

TEST_P(Compiled, IsFoundWithoutTables) {
  const image::Workspace workspace;
  workspace.write("p.c", kSource);
  ASSERT_TRUE(workspace.run(GetParam().command));
  const image::Bytes bytes = workspace.read("p");
  const image::Image image = image::load_one(bytes);
  const auto program = recover(image, {.use_unwind_tables = false, .use_symbols = false});
  ASSERT_TRUE(program);
  std::set<std::uint64_t> found;
  for (const Function& f : program->functions) found.insert(f.address);
  std::string missing;
  std::set<std::uint64_t> known;
  for (const image::Symbol& symbol : image.symbols) {
    const image::Section* section = image.section_at(symbol.address);
    if (symbol.kind != image::SymbolKind::kFunction || section == nullptr || !section->executable) continue;
    known.insert(symbol.address);
    const bool fragment = symbol.name.find(".cold") != std::string::npos;
    if (!fragment && !found.contains(symbol.address)) missing += symbol.name + " ";
  }
  std::string wrong;
  for (const std::uint64_t address : found) {
    if (!known.contains(address)) wrong += fmt::format("{:x} ", address);
  }
  EXPECT_GE(known.size(), 9u);
  EXPECT_EQ(missing, "");
  EXPECT_EQ(wrong, "");
}

#define SAMEHAND_LINK " -nostdlib -ffreestanding -fno-stack-protector -Wl,-e,main p.c -o p"
INSTANTIATE_TEST_SUITE_P(
    Builds, Compiled,
    testing::Values(Build{"x64", "gcc -O2 -fPIE -pie" SAMEHAND_LINK},
                    Build{"x64_fixed", "gcc -O2 -no-pie -fno-pie" SAMEHAND_LINK},
                    Build{"x64_size", "gcc -Os -fPIE -pie" SAMEHAND_LINK},
                    Build{"x64_cet", "gcc -O2 -fcf-protection -fPIE -pie" SAMEHAND_LINK},
                    Build{"arm64", "aarch64-linux-gnu-gcc -O2 -fPIE -pie" SAMEHAND_LINK},
                    Build{"arm64_O1", "aarch64-linux-gnu-gcc -O1 -fPIE -pie" SAMEHAND_LINK},
                    Build{"arm64_size", "aarch64-linux-gnu-gcc -Os -fPIE -pie" SAMEHAND_LINK},
                    Build{"arm64_fixed", "aarch64-linux-gnu-gcc -O2 -no-pie -fno-pie" SAMEHAND_LINK},
                    Build{"macho_x64",
                          "clang-19 --target=x86_64-apple-macos11 -O2 -c p.c -o p.o && ld64.lld-19 -arch x86_64 "
                          "-platform_version macos 11.0 11.0 -undefined dynamic_lookup -e _main p.o -o p"},
                    Build{"macho_arm64",
                          "clang-19 --target=arm64-apple-macos11 -O2 -c p.c -o p.o && ld64.lld-19 -arch arm64 "
                          "-platform_version macos 11.0 11.0 -undefined dynamic_lookup -e _main p.o -o p"}),
    [](const auto& build) { return std::string(build.param.name); });
#undef SAMEHAND_LINK

// A program so small that its finalizer's section lies within a start-up's length of its entry point.
TEST(StartUp, EndsWhereTheProgramBegins) {
  const image::Workspace workspace;
  workspace.write("p.c", R"(
    int printf(const char *, ...);
    __attribute__((noinline)) int work(int x) { int s = 0; for (int i = 0; i < x; i++) s += i * x ^ s; return s; }
    __attribute__((constructor)) void prepare(void) { printf("%d", work(9)); }
    int main(int c, char **v) { return work(c + 5); })");
  ASSERT_TRUE(workspace.run("gcc -O0 p.c -o p"));
  const image::Bytes bytes = workspace.read("p");
  const auto program = recover(image::load_one(bytes));
  ASSERT_TRUE(program);
  std::string runtime, own;
  for (const Function& f : program->functions) {
    if (f.name == "work" || f.name == "prepare" || f.name == "main") (f.runtime ? runtime : own) += f.name + " ";
    if (f.name == "_start" || f.name == "frame_dummy" || f.name == "__do_global_dtors_aux") {
      EXPECT_TRUE(f.runtime) << f.name;
    }
  }
  EXPECT_EQ(runtime, "");
  EXPECT_EQ(own, "work prepare main ");
}

// A program without a C library, all of it in `_start`.
TEST(StartUp, IsTheProgramItselfWhereThereIsNoOther) {
  const image::Workspace workspace;
  workspace.write("p.c", R"(
    void _start(void) {
      volatile unsigned char key[256];
      unsigned j = 0;
      for (int i = 0; i < 256; i++) key[i] = i;
      for (int i = 0; i < 256; i++) {
        j = (j + key[i] + i % 9 * 7) & 255;
        unsigned char t = key[i]; key[i] = key[j]; key[j] = t;
      }
      for (unsigned i = 0; i < 4096; i++) key[i & 255] ^= key[(i * 31 + j) & 255] + (i >> 3) % 11;
      for (;;) {}
    })");
  for (const char* strip : {"", " -s"}) {
    ASSERT_TRUE(workspace.run(std::string("gcc -O2 -fno-stack-protector -nostdlib -static p.c -o p") + strip));
    const image::Bytes bytes = workspace.read("p");
    const auto program = recover(image::load_one(bytes));
    ASSERT_TRUE(program);
    ASSERT_EQ(program->functions.size(), 1u);
    EXPECT_GT(program->functions[0].instructions, 40u);
    EXPECT_FALSE(program->functions[0].runtime);
  }
}

}  // namespace
}  // namespace samehand::code
