// PE images, built by MinGW and read back.
#include <algorithm>

#include "image_testing.h"

namespace samehand::image {
namespace {

constexpr std::string_view kProgram = R"(
#include <stdio.h>
#include <stdlib.h>
__declspec(dllimport) unsigned long __stdcall GetCurrentProcessId(void);
static int twice(int x) { return 2 * x; }
__declspec(dllexport) int thrice(int x) { return 3 * x; }
int (*table[])(int) = {twice, thrice};
int main(int argc, char** argv) { return printf("%d %s\n", table[argc & 1](GetCurrentProcessId()), getenv(argv[0])); }
)";

struct Build {
  const char* name;
  const char* command;
  Architecture architecture;
  const char* prefix;  // of C names in symbols
};

void PrintTo(const Build& build, std::ostream* out) {
  *out << build.name;
}

class Pe : public testing::TestWithParam<Build> {};

TEST_P(Pe, GivesWhatTheLoaderWouldSee) {
  const Workspace work;
  work.write("p.c", kProgram);
  ASSERT_TRUE(work.run(std::string(GetParam().command) + " -O1 p.c -o p.exe"));
  const Bytes bytes = work.read("p.exe");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));

  EXPECT_EQ(image.format, Format::kPe);
  EXPECT_EQ(image.architecture, GetParam().architecture);
  EXPECT_EQ(broken_promise(image), "");
  ASSERT_TRUE(image.entry);
  EXPECT_TRUE(image.section_at(*image.entry)->executable);
  const Import* import = find_import(image, "GetCurrentProcessId");
  ASSERT_NE(import, nullptr);
  EXPECT_EQ(import->library, "KERNEL32.dll");
  EXPECT_NE(find_import(image, "getenv"), nullptr);

  const std::string prefix = GetParam().prefix;
  const Symbol* exported = find_symbol(image, "thrice");
  ASSERT_NE(exported, nullptr);
  EXPECT_TRUE(exported->exported);
  const Symbol* local = find_symbol(image, prefix + "twice");
  ASSERT_NE(local, nullptr);
  EXPECT_EQ(local->kind, SymbolKind::kFunction);
  EXPECT_FALSE(local->exported);
  const Symbol* table = find_symbol(image, prefix + "table");
  ASSERT_NE(table, nullptr);
  const Relocation* relocation = image.relocation_at(table->address);
  ASSERT_NE(relocation, nullptr);
  EXPECT_EQ(relocation->target, local->address);
  EXPECT_FALSE(image.initializers.empty());
  ASSERT_FALSE(image.unwind_tables.empty());
  EXPECT_EQ(image.unwind_tables[0].kind,
            GetParam().architecture == Architecture::kX64 ? UnwindTable::Kind::kPdata : UnwindTable::Kind::kEhFrame);
}

INSTANTIATE_TEST_SUITE_P(
    Builds, Pe,
    testing::Values(Build{"x64", "x86_64-w64-mingw32-gcc", Architecture::kX64, ""},
                    Build{"x64_high", "x86_64-w64-mingw32-gcc -Wl,--image-base,0x7ff000000000", Architecture::kX64, ""},
                    Build{"x86", "i686-w64-mingw32-gcc -Wl,--dynamicbase", Architecture::kX86, "_"}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace samehand::image
