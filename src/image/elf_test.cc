// ELF executables and libraries, compiled by the compilers of the house and read back.
#include <algorithm>

#include "image_testing.h"

namespace samehand::image {
namespace {

constexpr std::string_view kProgram = R"(
#include <stdio.h>
#include <stdlib.h>
static int twice(int x) { return 2 * x; }
int thrice(int x) { return 3 * x; }
int (*const table[])(int) = {twice, thrice};
static __attribute__((constructor)) void before(void) { puts("before"); }
static __attribute__((destructor)) void after(void) { puts("after"); }
int main(int argc, char** argv) { return printf("%d %s\n", table[argc & 1](argc), getenv(argv[0])); }
)";

struct Build {
  const char* name;
  const char* command;
  Architecture architecture;
  int pointer_bytes;
};

void PrintTo(const Build& build, std::ostream* out) {
  *out << build.name;
}

class Elf : public testing::TestWithParam<Build> {};

TEST_P(Elf, GivesWhatTheLoaderWouldSee) {
  const Workspace work;
  work.write("p.c", kProgram);
  ASSERT_TRUE(work.run(std::string(GetParam().command) + " p.c -o p"));
  const Bytes bytes = work.read("p");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));

  EXPECT_EQ(image.format, Format::kElf);
  EXPECT_EQ(image.architecture, GetParam().architecture);
  EXPECT_EQ(image.pointer_bytes, GetParam().pointer_bytes);
  EXPECT_EQ(broken_promise(image), "");
  ASSERT_TRUE(image.entry);
  EXPECT_TRUE(image.section_at(*image.entry)->executable);
  for (const char* name : {"printf", "getenv", "puts"}) {
    ASSERT_NE(find_import(image, name), nullptr) << name;
    EXPECT_EQ(find_import(image, name)->library, "libc.so.6");
  }
  EXPECT_EQ(image.unwind_tables.size(), 1u);

  for (const char* name : {"main", "twice", "thrice", "before", "after"}) {
    const Symbol* symbol = find_symbol(image, name);
    ASSERT_NE(symbol, nullptr) << name;
    EXPECT_EQ(symbol->kind, SymbolKind::kFunction);
    EXPECT_GT(symbol->size, 0u);
  }
  for (const char* name : {"before", "after"}) {
    EXPECT_TRUE(std::ranges::binary_search(image.initializers, find_symbol(image, name)->address)) << name;
  }
  const std::uint64_t table = find_symbol(image, "table")->address;
  const std::uint64_t second = table + image.pointer_bytes;
  const Relocation* relocation = image.relocation_at(second);
  const std::uint64_t target = relocation ? relocation->target : image.pointer_at(second).value_or(0);
  EXPECT_EQ(target, find_symbol(image, "thrice")->address);
}

// The same program without its section headers: everything but the symbols comes back through the segments.
TEST_P(Elf, IsReadWithoutSectionHeaders) {
  const Workspace work;
  work.write("p.c", kProgram);
  ASSERT_TRUE(work.run(std::string(GetParam().command) + " p.c -o p"));
  Bytes bytes = work.read("p");
  const Image whole = load_one(bytes);
  const bool wide = bytes[4] == 2;
  for (std::size_t at : wide ? std::vector<std::size_t>{40, 41, 42, 43, 44, 45, 46, 47, 60, 61, 62, 63}
                             : std::vector<std::size_t>{32, 33, 34, 35, 48, 49, 50, 51}) {
    bytes[at] = 0;
  }
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_EQ(broken_promise(image), "");
  EXPECT_EQ(image.entry, whole.entry);
  EXPECT_EQ(image.initializers, whole.initializers);
  ASSERT_EQ(image.imports.size(), whole.imports.size());
  for (std::size_t i = 0; i < image.imports.size(); i++) {
    EXPECT_EQ(image.imports[i].slot, whole.imports[i].slot);
    EXPECT_EQ(image.imports[i].name, whole.imports[i].name);
  }
  ASSERT_EQ(image.relocations.size(), whole.relocations.size());
  for (std::size_t i = 0; i < image.relocations.size(); i++) {
    EXPECT_EQ(image.relocations[i].slot, whole.relocations[i].slot);
    EXPECT_EQ(image.relocations[i].target, whole.relocations[i].target);
  }
  ASSERT_EQ(image.unwind_tables.size(), 1u);
  EXPECT_EQ(image.unwind_tables[0].address, whole.unwind_tables[0].address);
  EXPECT_NE(image.got == 0, image.architecture == Architecture::kX86);

  // Code is code, and stubs are stubs.
  for (const char* name : {"main", "twice", "thrice", "before", "after", "_start"}) {
    const Section* section = image.section_at(find_symbol(whole, name)->address);
    ASSERT_NE(section, nullptr) << name;
    EXPECT_TRUE(section->executable && !section->stubs) << name;
  }
  EXPECT_FALSE(image.section_at(find_section(whole, ".rodata")->address)->executable);
  EXPECT_FALSE(image.section_at(find_section(whole, ".dynstr")->address)->executable);
  const Section* stubs = find_section(image, ".plt");
  ASSERT_NE(stubs, nullptr);
  const Section* theirs = whole.section_at(stubs->address);
  ASSERT_NE(theirs, nullptr);
  EXPECT_TRUE(theirs->name.starts_with(".plt")) << theirs->name;
}

INSTANTIATE_TEST_SUITE_P(
    Builds, Elf,
    testing::Values(Build{"x64_pie", "gcc -O1 -fPIE -pie", Architecture::kX64, 8},
                    Build{"x64_now", "gcc -O1 -fPIE -pie -Wl,-z,now", Architecture::kX64, 8},
                    Build{"x64_lazy", "gcc -O1 -fPIE -pie -Wl,-z,lazy", Architecture::kX64, 8},
                    Build{"x64_fixed", "gcc -O1 -no-pie", Architecture::kX64, 8},
                    Build{"x64_relr", "clang-19 -O1 -fPIE -pie -fuse-ld=lld -Wl,-z,pack-relative-relocs",
                          Architecture::kX64, 8},
                    Build{"x86_relr", "clang-19 -m32 -O1 -fPIE -pie -fuse-ld=lld -Wl,-z,pack-relative-relocs",
                          Architecture::kX86, 4},
                    Build{"x86_pie", "gcc -m32 -O1 -fPIE -pie", Architecture::kX86, 4},
                    Build{"x86_fixed", "gcc -m32 -O1 -no-pie -fno-pic", Architecture::kX86, 4},
                    Build{"arm64_pie", "aarch64-linux-gnu-gcc -O1 -fPIE -pie", Architecture::kArm64, 8},
                    Build{"arm64_fixed", "aarch64-linux-gnu-gcc -O1 -no-pie", Architecture::kArm64, 8}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace samehand::image
