// Damaged and hostile input: whatever happens to the bytes, loading ends soon, gives an image that keeps its promises
// or a message, and touches no byte that is not there (which the asan preset sees).
#include <algorithm>
#include <functional>
#include <random>

#include "image_testing.h"
#include "samehand/base/test_time.h"

namespace samehand::image {
namespace {

constexpr std::string_view kSmall = R"(
extern int imported(int);
int variable = 3;
int uninitialised[100];
int thrice(int x) { return 3 * x; }
int (*table[])(int) = {thrice, imported};
const char* const names[] = {"alpha", "beta"};
int start(int x) { return table[x & 1](variable) + imported(uninitialised[x]) + names[x & 1][0]; }
)";

struct Input {
  const char* name;
  const char* recipe;  // leaves the file `out`, from s.c (kSmall) and i.c (imported)
};

void PrintTo(const Input& input, std::ostream* out) {
  *out << input.name;
}

constexpr Input kInputs[] = {
    {"elf64_library", "gcc -O1 -shared -fPIC -nostdlib s.c -o out -Wl,-z,max-page-size=512 -Wl,--build-id"},
    {"elf64_relr",
     "clang-19 -O1 -shared -fPIC -nostdlib -fuse-ld=lld -Wl,-z,pack-relative-relocs -Wl,-z,max-page-size=512 s.c -o "
     "out"},
    {"elf32_library", "gcc -m32 -O1 -shared -fPIC -nostdlib s.c -o out -Wl,-z,max-page-size=512 -Wl,--hash-style=both"},
    {"elf64_arm", "aarch64-linux-gnu-gcc -O1 -shared -fPIC -nostdlib s.c -o out -Wl,-z,max-page-size=512"},
    {"elf64_object", "gcc -O1 -c s.c -o out"},
    {"elf32_object", "gcc -m32 -fPIC -O1 -c s.c -o out"},
    {"elf64_arm_object", "aarch64-linux-gnu-gcc -O1 -c s.c -o out"},
    {"pe64",
     "x86_64-w64-mingw32-gcc -O1 -shared -nostdlib i.c -o i.dll -Wl,--out-implib,i.a && "
     "x86_64-w64-mingw32-gcc -O1 -shared -nostdlib s.c i.a -o out.dll -Wl,--file-alignment,512 && mv out.dll out"},
    {"pe32",
     "i686-w64-mingw32-gcc -O1 -shared -nostdlib i.c -o i.dll -Wl,--out-implib,i.a && "
     "i686-w64-mingw32-gcc -O1 -shared -nostdlib s.c i.a -o out.dll -s && mv out.dll out"},
    {"coff_object", "clang-19 --target=x86_64-pc-windows-msvc -O1 -c s.c -o out"},
    {"macho64_opcodes",
     "clang-19 --target=x86_64-apple-macos11 -O1 -c s.c -o s.o && ld64.lld-19 -arch x86_64 -platform_version macos "
     "11.0 11.0 "
     "-dylib -undefined dynamic_lookup -no_fixup_chains s.o -o out"},
    {"macho64_chained",
     "clang-19 --target=arm64-apple-macos13 -O1 -c s.c -o s.o && ld64.lld-19 -arch arm64 -platform_version macos 13.0 "
     "13.0 "
     "-dylib -undefined dynamic_lookup -fixup_chains s.o -o out"},
    {"macho_object", "clang-19 --target=arm64-apple-macos11 -O1 -c s.c -o out"},
    {"archive",
     "gcc -O1 -c s.c -o a_long_name_for_a_member.o && gcc -O1 -c i.c && ar rcs out a_long_name_for_a_member.o i.o"},
    {"fat",
     "clang-19 --target=x86_64-apple-macos11 -O1 -c s.c -o s.o && clang-19 --target=arm64-apple-macos11 -O1 -c s.c -o "
     "t.o && "
     "llvm-lipo-19 -create s.o t.o -output out"},
};

class Hostile : public testing::TestWithParam<Input> {
 protected:
  void SetUp() override {
    const Workspace work;
    work.write("s.c", kSmall);
    work.write("i.c", "int imported(int x) { return x + 1; }");
    ASSERT_TRUE(work.run(GetParam().recipe));
    bytes_ = work.read("out");
    const auto parts = load(ByteView(bytes_));
    ASSERT_TRUE(parts) << parts.error().message;
    ASSERT_NE(parts->front().image.sections.size(), 0u);
  }

  // The copy lies on the heap with nothing behind it, so that a read past its end is seen.
  void check(const Bytes& bytes, const std::function<std::string()>& what) {
    const Bytes copy(bytes);
    const double start = processor_seconds();
    const auto parts = load(ByteView(copy));
    const double seconds = processor_seconds() - start;
    ASSERT_LT(seconds, 5.0) << what();
    if (!parts) {
      ASSERT_NE(parts.error().message, "") << what();
      return;
    }
    for (const Part& part : *parts) ASSERT_EQ(broken_promise(part.image), "") << what();
  }

  Bytes bytes_;
};

TEST_P(Hostile, TruncationAtEveryOffset) {
  // Files with large pages hold runs of zeros: there one length in 16 must do.
  for (std::size_t size = 0; size < bytes_.size(); size++) {
    const bool dull = bytes_.size() > 16384 && size % 16 != 0 && bytes_[size] == 0;
    if (dull) continue;
    check(Bytes(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size)),
          [&] { return "cut at " + std::to_string(size); });
    if (HasFatalFailure()) return;
  }
}

TEST_P(Hostile, FieldsSetToExtremes) {
  std::mt19937 random(1);
  const auto set = [&](Bytes& bytes, std::size_t at, unsigned width, unsigned kind) {
    for (unsigned i = 0; i < width && at + i < bytes.size(); i++) {
      const bool top = i + 1 == width;
      bytes[at + i] = static_cast<std::uint8_t>(kind == 0   ? 0
                                                : kind == 1 ? 0xff
                                                : kind == 2 ? (top ? 0x80 : 0)
                                                            : (top ? 0x7f : 0xff));
    }
  };
  // Every place of the headers in front and behind, and a sample of the tables between.
  for (std::size_t at = 0; at < bytes_.size(); at++) {
    const bool header = at < 1024 || at + 2048 > bytes_.size();
    if (!header && (bytes_[at] == 0 || random() % 16 != 0)) continue;
    for (const unsigned width : {1u, 2u, 4u, 8u}) {
      if (at % width != 0) continue;
      for (unsigned kind = 0; kind < 4; kind++) {
        Bytes mutant = bytes_;
        set(mutant, at, width, kind);
        check(mutant, [&] {
          return std::to_string(width) + " bytes at " + std::to_string(at) + " set to extreme " + std::to_string(kind);
        });
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(Hostile, RandomDamage) {
  std::mt19937 random(2);
  for (int round = 0; round < 2000; round++) {
    Bytes mutant = bytes_;
    const unsigned changes = 1 + random() % 8;
    for (unsigned i = 0; i < changes; i++) mutant[random() % mutant.size()] = static_cast<std::uint8_t>(random());
    check(mutant, [&] { return "round " + std::to_string(round); });
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Inputs, Hostile, testing::ValuesIn(kInputs),
                         [](const auto& instance) { return std::string(instance.param.name); });

// The skeleton of a PE32+ file with `count` section headers, all zero.
Bytes pe_with_sections(std::size_t count, std::size_t size) {
  Bytes bytes(std::max<std::size_t>(size, 0x400 + count * 40));
  const auto put = [&](std::size_t at, std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; i++) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  };
  put(0, 0x5a4d, 2);
  put(0x3c, 0x40, 4);
  put(0x40, 0x4550, 4);
  put(0x44, 0x8664, 2);
  put(0x46, count, 2);
  put(0x54, 240, 2);
  put(0x58, 0x20b, 2);
  put(0x58 + 108, 16, 4);
  for (std::size_t i = 0; i < count; i++) {
    const std::size_t at = 0x58 + 240 + i * 40;
    put(at + 8, 0x10000, 4);
    put(at + 12, 0x10000 * (i + 1), 4);
    put(at + 16, 0x10000, 4);
    put(at + 20, 0x200, 4);
    put(at + 36, 0x60000020, 4);
  }
  return bytes;
}

double seconds_to_load(const Bytes& bytes) {
  const double start = processor_seconds();
  const auto parts = load(ByteView(bytes));
  EXPECT_TRUE(parts);
  return processor_seconds() - start;
}

// 65,000 sections that all show the same 64 KiB would make every reader read 4 GB.
TEST(Drowning, SectionsThatRepeatTheFile) {
  const Bytes bytes = pe_with_sections(65000, 0);
  EXPECT_LT(seconds_to_load(bytes), 5);
  const Image image = load_one(bytes);
  std::uint64_t shown = 0;
  for (const Section& s : image.sections) shown += s.file_size;
  EXPECT_LE(shown, 4 * bytes.size() + 65536);
  EXPECT_EQ(broken_promise(image), "");
}

// 200,000 symbols whose names all are the same endless run of letters.
TEST(Drowning, NamesThatOverlap) {
  constexpr std::size_t kSymbols = 200000, kTable = 0x10200, kStrings = kTable + kSymbols * 18;
  Bytes bytes = pe_with_sections(1, kStrings + 4 + 1'000'000);
  const auto put = [&](std::size_t at, std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; i++) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  };
  put(0x44 + 8, kTable, 4);
  put(0x44 + 12, kSymbols, 4);
  for (std::size_t i = 0; i < kSymbols; i++) {
    put(kTable + i * 18 + 4, 4, 4);
    put(kTable + i * 18 + 12, 1, 2);
    put(kTable + i * 18 + 16, 2, 1);
  }
  put(kStrings, 1'000'004, 4);
  std::fill(bytes.begin() + kStrings + 4, bytes.end(), 'a');
  EXPECT_LT(seconds_to_load(bytes), 5);
  // With an end after 60,000 letters there is a name, but not 200,000 copies of it.
  bytes[kStrings + 60000] = 0;
  EXPECT_LT(seconds_to_load(bytes), 5);
  std::uint64_t letters = 0;
  const Image image = load_one(bytes);
  EXPECT_GT(image.symbols.size(), 0u);
  for (const Symbol& s : image.symbols) letters += s.name.size();
  EXPECT_LE(letters, 5 * bytes.size());
}

TEST(NotAnImage, IsSaidClearly) {
  struct Case {
    std::string bytes;
    ErrorCode code;
    const char* part;
  };
  const Case cases[] = {
      {"", ErrorCode::kTruncated, "empty"},
      {"hello, world", ErrorCode::kNotSupported, "not an executable"},
      {"MZ", ErrorCode::kNotSupported, "no PE header"},
      {"\x7f"
       "ELF",
       ErrorCode::kTruncated, "ends within its header"},
      {"!<thin>\n", ErrorCode::kNotSupported, "thin archive"},
      {"!<arch>\n", ErrorCode::kMalformed, "without members"},
      {std::string("\xfe\xed\xfa\xce", 4), ErrorCode::kNotSupported, "PowerPC"},
      {std::string("BC\xc0\xde", 4), ErrorCode::kNotSupported, "bitcode"},
  };
  for (const Case& c : cases) {
    const Bytes bytes(c.bytes.begin(), c.bytes.end());
    const auto parts = load(ByteView(bytes));
    ASSERT_FALSE(parts) << c.bytes;
    EXPECT_EQ(parts.error().code, c.code) << c.bytes;
    EXPECT_NE(parts.error().message.find(c.part), std::string::npos) << parts.error().message;
  }
}

TEST(Raw, IsOneSectionWhereItWasPut) {
  const Bytes bytes{0x55, 0x48, 0x89, 0xe5, 0xc3};
  const auto parts = load(ByteView(bytes), {.raw = true, .raw_base = 0x7000, .raw_architecture = Architecture::kX86});
  ASSERT_TRUE(parts);
  const Image& image = parts->front().image;
  EXPECT_EQ(image.format, Format::kRaw);
  EXPECT_EQ(image.architecture, Architecture::kX86);
  EXPECT_EQ(image.pointer_bytes, 4);
  ASSERT_EQ(image.sections.size(), 1u);
  EXPECT_EQ(image.at(0x7001, 2).text(), "\x48\x89");
  EXPECT_TRUE(image.at(0x7004, 2).empty());
}

}  // namespace
}  // namespace samehand::image
