// Mach-O images, built by clang and LLVM's linker for macOS and read back, and compared with what LLVM's tools read.
#include <algorithm>
#include <map>
#include <sstream>

#include "image_testing.h"

namespace samehand::image {
namespace {

constexpr std::string_view kProgram = R"(
extern int puts(const char*), printf(const char*, ...);
extern char* getenv(const char*);
extern void* __stdoutp;
extern int fputs(const char*, void*);
__attribute__((noinline)) static int twice(int x) { return 2 * x; }
__attribute__((noinline)) int thrice(int x) { return 3 * x; }
int (*table[])(int) = {twice, thrice, (int (*)(int))puts};
__attribute__((constructor)) static void before(void) { puts("before"); }
int main(int argc, char** argv) {
  fputs(argv[0], __stdoutp);
  return printf("%d %s\n", table[argc & 1](argc), getenv(argv[0])) + thrice(argc);
}
)";

constexpr std::string_view kLibSystem = R"(--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '/usr/lib/libSystem.B.dylib'
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ _puts, _printf, _getenv, _fputs, ___stdoutp, dyld_stub_binder ]
...
)";

struct Build {
  const char* name;
  const char* target;
  const char* link;
  Architecture architecture;
};

void PrintTo(const Build& build, std::ostream* out) {
  *out << build.name;
}

// Compiles and links kProgram as `p` (and its object as `p.o`).
bool build(const Workspace& work, const Build& b) {
  work.write("p.c", kProgram);
  work.write("libSystem.tbd", kLibSystem);
  return work.run(std::string("clang-19 --target=") + b.target +
                  "-apple-macos11 -O1 -c p.c -o p.o && ld64.lld-19 -arch " + b.target + " " + b.link +
                  " -L. -lSystem p.o -o p");
}

constexpr Build kBuilds[] = {
    {"x64_opcodes", "x86_64", "-platform_version macos 11.0 11.3 -no_fixup_chains -export_dynamic", Architecture::kX64},
    {"x64_chained", "x86_64", "-platform_version macos 13.0 13.3 -fixup_chains -export_dynamic", Architecture::kX64},
    {"x64_library", "x86_64", "-platform_version macos 11.0 11.3 -dylib -install_name @rpath/libp.dylib",
     Architecture::kX64},
    {"arm64_opcodes", "arm64", "-platform_version macos 11.0 11.3 -no_fixup_chains -export_dynamic",
     Architecture::kArm64},
    {"arm64_chained", "arm64", "-platform_version macos 13.0 13.3 -fixup_chains -export_dynamic", Architecture::kArm64},
};

class MachO : public testing::TestWithParam<Build> {};

TEST_P(MachO, GivesWhatTheLoaderWouldSee) {
  const Workspace work;
  ASSERT_TRUE(build(work, GetParam()));
  const Bytes bytes = work.read("p");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_EQ(broken_promise(image), "");
  EXPECT_EQ(image.format, Format::kMachO);
  EXPECT_EQ(image.architecture, GetParam().architecture);
  for (const char* name : {"_puts", "_printf", "_getenv", "_fputs", "___stdoutp"}) {
    const Import* import = find_import(image, name);
    ASSERT_NE(import, nullptr) << name;
    EXPECT_EQ(import->library, "/usr/lib/libSystem.B.dylib");
  }
  EXPECT_TRUE(find_section(image, "__TEXT,__stubs")->stubs);
  EXPECT_FALSE(find_section(image, "__TEXT,__text")->stubs);
  EXPECT_TRUE(find_section(image, "__TEXT,__text")->executable);
  EXPECT_FALSE(find_section(image, "__TEXT,__cstring")->executable);
  for (const char* name : {"_main", "_thrice"}) {
    ASSERT_NE(find_symbol(image, name), nullptr) << name;
    EXPECT_EQ(find_symbol(image, name)->kind, SymbolKind::kFunction);
    EXPECT_TRUE(find_symbol(image, name)->exported);
  }
  ASSERT_NE(find_symbol(image, "_twice"), nullptr);
  EXPECT_FALSE(find_symbol(image, "_twice")->exported);
  const std::uint64_t table = find_symbol(image, "_table")->address;
  ASSERT_NE(image.relocation_at(table), nullptr);
  EXPECT_EQ(image.relocation_at(table)->target, find_symbol(image, "_twice")->address);
  EXPECT_EQ(image.relocation_at(table + 8)->target, find_symbol(image, "_thrice")->address);
  ASSERT_NE(image.import_at(table + 16), nullptr);
  EXPECT_EQ(image.import_at(table + 16)->name, "_puts");
  ASSERT_EQ(image.initializers.size(), 1u);
  EXPECT_EQ(image.initializers[0], find_symbol(image, "_before")->address);
  if (std::string(GetParam().link).find("-dylib") == std::string::npos) {
    EXPECT_EQ(image.entry, find_symbol(image, "_main")->address);
    EXPECT_EQ(image.base, 0x100000000u);
  }
  const auto has_table = [&](UnwindTable::Kind kind) {
    return std::ranges::any_of(image.unwind_tables, [&](const UnwindTable& t) { return t.kind == kind; });
  };
  EXPECT_TRUE(has_table(UnwindTable::Kind::kCompactUnwind));
  EXPECT_TRUE(has_table(UnwindTable::Kind::kFunctionStarts));
}

// Slots of imports as llvm-objdump lists them: "… 0x100003000 … libSystem _puts".
TEST_P(MachO, ImportsAreThoseThatLlvmReads) {
  const Workspace work;
  ASSERT_TRUE(build(work, GetParam()));
  const Bytes bytes = work.read("p");
  const Image image = load_one(bytes);
  const bool chained = std::string(GetParam().link).find(" -fixup_chains") != std::string::npos;
  std::istringstream lines(
      work.output(std::string("llvm-objdump-19 --macho ") + (chained ? "--dyld-info p" : "--bind --lazy-bind p")));
  std::map<std::uint64_t, std::string> theirs, ours;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word, last;
    std::uint64_t address = 0;
    while (words >> word) {
      if (word.starts_with("0x") && address == 0) address = std::stoull(word, nullptr, 16);
      last = word;
    }
    if (address != 0 && last.starts_with("_")) theirs[address] = last;
    if (address != 0 && last == "dyld_stub_binder") theirs[address] = last;
  }
  for (const Import& i : image.imports) ours[i.slot] = i.name;
  EXPECT_GE(ours.size(), 5u);
  EXPECT_EQ(ours, theirs);
}

TEST_P(MachO, ObjectsAreLinked) {
  const Workspace work;
  ASSERT_TRUE(build(work, GetParam()));
  const Bytes bytes = work.read("p.o");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_EQ(broken_promise(image), "");
  EXPECT_TRUE(image.relocatable);
  const std::uint64_t table = find_symbol(image, "_table")->address;
  ASSERT_NE(image.relocation_at(table), nullptr);
  EXPECT_EQ(image.relocation_at(table)->target, find_symbol(image, "_twice")->address);
  EXPECT_EQ(image.relocation_at(table + 8)->target, find_symbol(image, "_thrice")->address);
  ASSERT_NE(image.import_at(table + 16), nullptr);
  EXPECT_EQ(image.import_at(table + 16)->name, "_puts");
  ASSERT_EQ(image.initializers.size(), 1u);
  EXPECT_EQ(image.initializers[0], find_symbol(image, "_before")->address);

  bool to_import = false, to_function = false;
  const Section& text = *find_section(image, "__TEXT,__text");
  for (std::uint64_t at = text.address; at + 5 <= text.address + text.size; at++) {
    std::uint64_t target = 0;
    if (image.architecture == Architecture::kArm64) {
      const auto word = image.at(at, 4).read_or_zero<std::uint32_t>(0);
      if ((at & 3) != 0 || (word & 0x7c000000) != 0x14000000) continue;
      target = at + static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(word << 6) >> 4));
    } else {
      if ((image.at(at, 1)[0] & 0xfe) != 0xe8) continue;
      target =
          at + 5 +
          static_cast<std::uint64_t>(static_cast<std::int32_t>(image.at(at + 1, 4).read_or_zero<std::uint32_t>(0)));
    }
    to_import |= target >= find_section(image, ".imports")->address && image.import_at(target) != nullptr;
    to_function |= target == find_symbol(image, "_thrice")->address;
  }
  EXPECT_TRUE(to_import);
  EXPECT_TRUE(to_function);
}

INSTANTIATE_TEST_SUITE_P(Builds, MachO, testing::ValuesIn(kBuilds),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(FatMachO, GivesEachArchitecture) {
  const Workspace work, other;
  ASSERT_TRUE(build(work, kBuilds[0]));
  ASSERT_TRUE(build(other, kBuilds[4]));
  for (const char* option : {"", "-fat64"}) {
    ASSERT_TRUE(work.run("rm -f fat && llvm-lipo-19 " + std::string(option) + " -create p '" +
                         (other.path() / "p").string() + "' -output fat"));
    const Bytes bytes = work.read("fat");
    const auto parts = load(ByteView(bytes));
    ASSERT_TRUE(parts) << parts.error().message;
    ASSERT_EQ(parts->size(), 2u);
    EXPECT_EQ((*parts)[0].name, "x86_64");
    EXPECT_EQ((*parts)[0].image.architecture, Architecture::kX64);
    EXPECT_EQ((*parts)[1].name, "arm64");
    EXPECT_EQ((*parts)[1].image.architecture, Architecture::kArm64);
    EXPECT_NE(find_import((*parts)[1].image, "_getenv"), nullptr);
  }
}

TEST(FatMachO, GivesMembersOfArchives) {
  const Workspace work, other;
  ASSERT_TRUE(build(work, kBuilds[0]));
  ASSERT_TRUE(build(other, kBuilds[4]));
  for (const Workspace* w : {&work, &other}) ASSERT_TRUE(w->run("llvm-ar-19 --format=darwin rcs p.a p.o"));
  ASSERT_TRUE(work.run("llvm-lipo-19 -create p.a '" + (other.path() / "p.a").string() + "' -output fat.a"));
  const Bytes bytes = work.read("fat.a");
  const auto parts = load(ByteView(bytes));
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ((*parts)[0].name, "x86_64/p.o");
  EXPECT_EQ((*parts)[1].name, "arm64/p.o");
}

TEST(FatMachO, IsNoJavaClass) {
  const Bytes java{0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52, 0, 10, 0, 0};
  const auto parts = load(ByteView(java));
  ASSERT_FALSE(parts);
  EXPECT_EQ(parts.error().code, ErrorCode::kNotSupported);
}

}  // namespace
}  // namespace samehand::image
