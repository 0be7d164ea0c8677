// Relocatable objects: our one-object linking against a real linker's, and static archives of them.
#include <algorithm>
#include <sstream>

#include "image_testing.h"

namespace samehand::image {
namespace {

constexpr std::string_view kObject = R"(
#ifdef HIDDEN
#pragma GCC visibility push(hidden)
#endif
extern int imported(int);
extern int (*pointer)(int);
int common;
int variable = 3;
static int twice(int x) { return 2 * x; }
int thrice(int x) { return 3 * x; }
int (*table[])(int) = {twice, thrice, imported};
const char* const names[] = {"alpha", "beta"};
long long wide[4] = {1, 2, 3, 4};
short narrow; char tiny; float real = 1.5f; double reals[2] = {2.5, 3.5};
int use(int x, char** v) {
  switch (x) {
    case 0: return imported(variable); case 1: return table[variable & 1](7); case 2: return names[common & 1][0];
    case 3: return (int)wide[x] + narrow; case 4: return tiny; case 5: return (int)(real * reals[common & 1]);
    case 6: return pointer(common); case 7: return thrice(imported(8)) + v[0][0];
  }
  return imported(twice(x)) + 1;
}
)";

std::string hex(std::uint64_t value) {
  std::ostringstream out;
  out << "0x" << std::hex << value;
  return out.str();
}

struct Toolchain {
  const char* name;
  const char* compiler;
  const char* linker;
};

void PrintTo(const Toolchain& toolchain, std::ostream* out) {
  *out << toolchain.name;
}

class ElfObjectTest : public testing::TestWithParam<Toolchain> {};

// The linker is told to put every section and every undefined symbol where our layout put it: then each byte of each
// section must come out the same.
TEST_P(ElfObjectTest, IsPatchedAsTheLinkerWould) {
  const Workspace work;
  work.write("o.c", kObject);
  ASSERT_TRUE(work.run(std::string(GetParam().compiler) + " -O2 -fno-common -ffreestanding -c o.c -o o.o"));
  const Bytes bytes = work.read("o.o");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_TRUE(image.relocatable);
  EXPECT_EQ(broken_promise(image), "");

  std::string command = std::string(GetParam().linker) + " -static --no-relax -e 0 o.o -o linked";
  for (const Section& s : image.sections) {
    if (s.name != ".imports" && s.name != ".got") command += " --section-start=" + s.name + "=" + hex(s.address);
  }
  for (const Import& i : image.imports) {
    const Section* section = image.section_at(i.slot);
    if (section != nullptr && section->name == ".imports") command += " --defsym=" + i.name + "=" + hex(i.slot);
  }
  // The default script merges sections and gathers .text.*; an empty one keeps each input section as it is.
  work.write("script", "SECTIONS { }\n");
  ASSERT_TRUE(work.run(command + " -T script"));
  const Bytes linked_bytes = work.read("linked");
  const Image linked = load_one(linked_bytes);
  std::size_t compared = 0;
  for (const Section& s : image.sections) {
    if (s.file_size == 0 || s.name == ".eh_frame") continue;
    const auto ours = image.at(s.address, s.file_size).span();
    const auto theirs = linked.at(s.address, s.file_size).span();
    ASSERT_EQ(ours.size(), theirs.size()) << s.name << "\n" << print(linked);
    for (std::size_t i = 0; i < ours.size(); i++) {
      ASSERT_EQ(ours[i], theirs[i]) << s.name << " at " << hex(s.address + i);
    }
    compared++;
  }
  EXPECT_GE(compared, 3u);
  for (const char* name : {"use", "thrice", "twice"}) {
    if (const Symbol* symbol = find_symbol(image, name)) {
      EXPECT_EQ(symbol->address, find_symbol(linked, name)->address);
    }
  }
  const std::uint64_t table = find_symbol(image, "table")->address;
  EXPECT_EQ(image.relocation_at(table + image.pointer_bytes)->target, find_symbol(image, "thrice")->address);
  EXPECT_EQ(image.import_at(table + 2 * image.pointer_bytes)->name, "imported");
}

INSTANTIATE_TEST_SUITE_P(
    Toolchains, ElfObjectTest,
    testing::Values(Toolchain{"x64", "gcc -fno-pic", "ld"},
                    Toolchain{"x64_sections", "gcc -fno-pic -ffunction-sections", "ld"},
                    Toolchain{"x64_pic", "gcc -fPIC -DHIDDEN", "ld"}, Toolchain{"x64_clang", "clang-19 -fno-pic", "ld"},
                    Toolchain{"x86", "gcc -m32 -fno-pic", "ld -m elf_i386"},
                    Toolchain{"arm64", "aarch64-linux-gnu-gcc -fno-pic", "aarch64-linux-gnu-ld"},
                    Toolchain{"arm64_clang", "clang-19 --target=aarch64-linux-gnu -fno-pic", "aarch64-linux-gnu-ld"}),
    [](const auto& instance) { return std::string(instance.param.name); });

// Position-independent code reaches what it imports through slots of a table that does not exist yet.
TEST(ElfObjectGot, SlotsAreMadeUp) {
  const Workspace work;
  work.write("o.c",
             "extern int far(int); int near = 5; int* where(void) { return &near; }\n"
             "int (*which(void))(int) { return far; }\n");
  ASSERT_TRUE(work.run("gcc -O1 -fPIC -c o.c -o o.o"));
  const Bytes bytes = work.read("o.o");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  // mov rax, [rip + slot]
  const auto slot_of = [&](const char* function) {
    std::uint64_t at = find_symbol(image, function)->address;
    while (image.at(at, 3).text() != "\x48\x8b\x05" && image.at(at, 3).size() == 3) at++;
    const auto displacement = image.at(at + 3, 4).read_or_zero<std::uint32_t>(0);
    return at + 7 + static_cast<std::uint64_t>(static_cast<std::int32_t>(displacement));
  };
  ASSERT_NE(image.relocation_at(slot_of("where")), nullptr);
  EXPECT_EQ(image.relocation_at(slot_of("where"))->target, find_symbol(image, "near")->address);
  ASSERT_NE(image.import_at(slot_of("which")), nullptr);
  EXPECT_EQ(image.import_at(slot_of("which"))->name, "far");
}

TEST(CoffObject, CallsLeadToImportsAndFunctions) {
  const Workspace work;
  work.write("o.c", kObject);
  struct Case {
    const char* command;
    const char* prefix;
    Architecture architecture;
  };
  for (const Case& c :
       {Case{"x86_64-w64-mingw32-gcc", "", Architecture::kX64}, Case{"i686-w64-mingw32-gcc", "_", Architecture::kX86},
        Case{"clang-19 --target=x86_64-pc-windows-msvc", "", Architecture::kX64},
        Case{"clang-19 --target=x86_64-pc-windows-msvc -ffunction-sections", "", Architecture::kX64},
        Case{"clang-19 --target=aarch64-pc-windows-msvc", "", Architecture::kArm64}}) {
    ASSERT_TRUE(work.run(std::string(c.command) + " -O1 -fno-inline -ffreestanding -c o.c -o o.obj"));
    const Bytes bytes = work.read("o.obj");
    const Image image = load_one(bytes);
    SCOPED_TRACE(std::string(c.command) + "\n" + print(image));
    EXPECT_EQ(broken_promise(image), "");
    EXPECT_EQ(image.architecture, c.architecture);
    const std::string prefix = c.prefix;
    ASSERT_NE(find_symbol(image, prefix + "use"), nullptr);
    EXPECT_EQ(find_symbol(image, prefix + "use")->kind, SymbolKind::kFunction);
    const std::uint64_t table = find_symbol(image, prefix + "table")->address;
    ASSERT_NE(image.relocation_at(table + image.pointer_bytes), nullptr);
    EXPECT_EQ(image.relocation_at(table + image.pointer_bytes)->target, find_symbol(image, prefix + "thrice")->address);
    ASSERT_NE(image.import_at(table + 2 * image.pointer_bytes), nullptr);
    EXPECT_EQ(image.import_at(table + 2 * image.pointer_bytes)->name, prefix + "imported");

    // Some call in `use` leads to the slot of `imported`, another to `thrice`.
    const std::uint64_t slot = find_section(image, ".imports")->address;
    bool to_import = false, to_function = false;
    for (const Section& s : image.sections) {
      if (!s.executable) continue;
      for (std::uint64_t at = s.address; at + 5 <= s.address + s.file_size; at++) {
        std::uint64_t target = 0;
        if (c.architecture == Architecture::kArm64) {
          const auto word = image.at(at, 4).read_or_zero<std::uint32_t>(0);
          if ((at & 3) != 0 || (word & 0x7c000000) != 0x14000000) continue;
          target =
              at + static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(word << 6) >> 4));
        } else {
          if ((image.at(at, 1)[0] & 0xfe) != 0xe8) continue;
          const auto operand = image.at(at + 1, 4).read_or_zero<std::uint32_t>(0);
          target = at + 5 + static_cast<std::uint64_t>(static_cast<std::int32_t>(operand));
        }
        const Import* import = image.import_at(target);
        to_import |= target >= slot && import != nullptr && import->name == prefix + "imported";
        to_function |= target == find_symbol(image, prefix + "thrice")->address;
      }
    }
    EXPECT_TRUE(to_import);
    EXPECT_TRUE(to_function);
  }
}

TEST(Archive, GivesItsMembersByName) {
  const Workspace work;
  work.write("a.c", "int a(int x) { return x + 1; }");
  work.write("b.c", "int b(int x) { return x + 2; }");
  ASSERT_TRUE(work.run(
      "gcc -O1 -c a.c -o a.o && gcc -O1 -c b.c -o a_name_longer_than_the_header_holds.o && echo hi > note.txt"));
  for (const char* dialect : {"gnu", "bsd"}) {
    ASSERT_TRUE(work.run(std::string("rm -f t.a && llvm-ar-19 --format=") + dialect +
                         " rcs t.a a.o note.txt a_name_longer_than_the_header_holds.o"));
    const Bytes bytes = work.read("t.a");
    const auto parts = load(ByteView(bytes));
    ASSERT_TRUE(parts) << parts.error().message;
    ASSERT_EQ(parts->size(), 3u);
    EXPECT_EQ((*parts)[0].name, "a.o");
    EXPECT_NE(find_symbol((*parts)[0].image, "a"), nullptr);
    EXPECT_EQ((*parts)[1].name, "note.txt");
    EXPECT_EQ((*parts)[1].image.diagnostics.size(), 1u);
    EXPECT_EQ((*parts)[2].name, "a_name_longer_than_the_header_holds.o");
    EXPECT_NE(find_symbol((*parts)[2].image, "b"), nullptr);
  }
}

TEST(Archive, SaysWhatItDoesNotRead) {
  const Workspace work;
  work.write("a.c", "int a(int x) { return x + 1; }");
  work.write("d.def", "LIBRARY some.dll\nEXPORTS\n one\n two\n");
  ASSERT_TRUE(
      work.run("gcc -c a.c -o a.o && ar rcsT thin.a a.o && llvm-dlltool-19 -m i386:x86-64 -d d.def -l import.lib"
               " && echo hi > note.txt && ar rc text.a note.txt && ar rc empty.a"));
  const auto message = [&](const char* name) {
    const Bytes bytes = work.read(name);
    const auto parts = load(ByteView(bytes));
    return parts ? std::string("read") : parts.error().message;
  };
  EXPECT_NE(message("thin.a").find("thin archive"), std::string::npos) << message("thin.a");
  EXPECT_NE(message("import.lib").find("import library"), std::string::npos) << message("import.lib");
  EXPECT_NE(message("text.a").find("no member"), std::string::npos) << message("text.a");
  EXPECT_NE(message("empty.a").find("without members"), std::string::npos) << message("empty.a");
}

}  // namespace
}  // namespace samehand::image
