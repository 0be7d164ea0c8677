// Pairs of functions that say the same in other words have the same features; hand-assembled, with the text beside.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "samehand/feature/feature.h"

namespace samehand::feature {
namespace {

using Code = std::vector<std::uint8_t>;

// One function of one block at `base`.
SampleFeatures features_of(const Code& code, image::Architecture architecture = image::Architecture::kX64,
                           std::uint64_t base = 0x10000, std::vector<image::Import> imports = {}) {
  image::LoadOptions options;
  options.raw = true;
  options.raw_base = base;
  options.raw_architecture = architecture;
  const auto parts = image::load(ByteView(code), options);
  if (!parts || parts->empty()) return {};
  code::Program p;
  p.architecture = architecture;
  code::Block block;
  block.address = base;
  block.size_bytes = static_cast<std::uint32_t>(code.size());
  p.blocks.push_back(block);
  code::Function f;
  f.address = base;
  f.size_bytes = code.size();
  f.blocks = 1;
  p.functions.push_back(f);
  image::Image image = parts->front().image;
  image.imports = std::move(imports);
  return extract(image, p);
}

std::vector<Feature> strands(const SampleFeatures& s) {
  std::vector<Feature> found;
  std::ranges::copy_if(s.features, std::back_inserter(found), [](Feature f) { return f.kind() <= Kind::kAbstract2; });
  return found;
}

const Code kStoreSum = {0x8b, 0x47, 0x08,   // mov eax, [rdi+8]
                        0x83, 0xc0, 0x03,   // add eax, 3
                        0x89, 0x46, 0x10,   // mov [rsi+16], eax
                        0x31, 0xc0, 0xc3};  // xor eax, eax; ret

TEST(Features, RegistersAndLeaDoNotMatter) {
  const Code other = {0x8b, 0x4f, 0x08,   // mov ecx, [rdi+8]
                      0x8d, 0x51, 0x03,   // lea edx, [rcx+3]
                      0x89, 0x56, 0x10,   // mov [rsi+16], edx
                      0x31, 0xc0, 0xc3};  // xor eax, eax; ret
  ASSERT_FALSE(features_of(kStoreSum).features.empty());
  EXPECT_EQ(features_of(kStoreSum).features, features_of(other).features);
}

TEST(Features, AnotherOffsetIsAnotherStrand) {
  Code other = kStoreSum;
  other[8] = 0x18;  // mov [rsi+24], eax
  EXPECT_NE(strands(features_of(kStoreSum)), strands(features_of(other)));
}

TEST(Features, SpillsToTheStackDoNotMatter) {
  const Code spilled = {0x48, 0x89, 0x7c, 0x24, 0xf8,  // mov [rsp-8], rdi
                        0x48, 0x8b, 0x44, 0x24, 0xf8,  // mov rax, [rsp-8]
                        0x8b, 0x40, 0x08,              // mov eax, [rax+8]
                        0x83, 0xc0, 0x03,              // add eax, 3
                        0x89, 0x46, 0x10,              // mov [rsi+16], eax
                        0x31, 0xc0, 0xc3};             // xor eax, eax; ret
  EXPECT_EQ(features_of(kStoreSum).features, features_of(spilled).features);
}

TEST(Features, ComparisonsHaveOneForm) {
  const Code at_most_9 = {0x83, 0xff, 0x09, 0x0f, 0x9e, 0xc0, 0x0f, 0xb6, 0xc0, 0xc3};  // cmp edi, 9; setle al; movzx
  const Code less_than_10 = {0x83, 0xff, 0x0a, 0x0f, 0x9c, 0xc0, 0x0f, 0xb6, 0xc0, 0xc3};  // cmp edi, 10; setl al
  const Code above_9 = {0x83, 0xff, 0x09, 0x0f, 0x9f, 0xc0, 0x0f, 0xb6, 0xc0, 0xc3};       // cmp edi, 9; setg al
  EXPECT_EQ(features_of(at_most_9).features, features_of(less_than_10).features);
  EXPECT_EQ(features_of(at_most_9).features, features_of(above_9).features);
}

TEST(Features, BytesAreComparedWithUnsignedNumbers) {
  const Code byte = {0x40, 0x80, 0xff, 0xe0, 0x0f, 0x94, 0xc0, 0xc3};                      // cmp dil, -32; sete al
  const Code word = {0x81, 0xff, 0xe0, 0x00, 0x00, 0x00, 0x0f, 0x94, 0xc0, 0xc3};          // cmp edi, 224; sete al
  const Code half = {0x66, 0x81, 0xff, 0x00, 0x90, 0x0f, 0x94, 0xc0, 0xc3};                // cmp di, 0x9000; sete al
  const Code half_as_word = {0x81, 0xff, 0x00, 0x90, 0x00, 0x00, 0x0f, 0x94, 0xc0, 0xc3};  // cmp edi, 0x9000
  EXPECT_EQ(features_of(byte).features, features_of(word).features);
  EXPECT_EQ(features_of(half).features, features_of(half_as_word).features);
}

// The same bits are tested in a byte or in the word that it lies in; fields alone tell the accesses apart.
TEST(Features, BitsAreTestedInOneWay) {
  const auto but_fields = [](const SampleFeatures& s) {
    std::vector<Feature> found;
    std::ranges::copy_if(s.features, std::back_inserter(found),
                         [](Feature f) { return f.kind() == Kind::kConstant || f.kind() == Kind::kCompared; });
    return found;
  };
  const Code byte = {0xf6, 0x47, 0x15, 0x90, 0x0f, 0x94, 0xc0, 0xc3};              // test byte [rdi+21], 0x90; sete al
  const Code half = {0x66, 0xf7, 0x47, 0x14, 0x00, 0x90, 0x0f, 0x94, 0xc0, 0xc3};  // test word [rdi+20], 0x9000
  const Code arm = {0x01, 0x28, 0x40, 0x79,                                        // ldrh w1, [x0, #20]
                    0x02, 0x00, 0x92, 0x52,                                        // mov w2, #0x9000
                    0x5f, 0x00, 0x01, 0x6a,                                        // tst w2, w1
                    0xe0, 0x17, 0x9f, 0x1a, 0xc0, 0x03, 0x5f, 0xd6};               // cset w0, eq; ret
  const auto expected = but_fields(features_of(byte));
  ASSERT_EQ(expected.size(), 2u);
  EXPECT_EQ(but_fields(features_of(half)), expected);
  EXPECT_EQ(but_fields(features_of(arm, image::Architecture::kArm64)), expected);
}

TEST(Features, Arm64SaysTheSame) {
  const Code arm = {0x02, 0x08, 0x40, 0xb9,   // ldr w2, [x0, #8]
                    0x42, 0x0c, 0x00, 0x11,   // add w2, w2, #3
                    0x22, 0x10, 0x00, 0xb9,   // str w2, [x1, #16]
                    0xe0, 0x03, 0x1f, 0x2a,   // mov w0, wzr
                    0xc0, 0x03, 0x5f, 0xd6};  // ret
  EXPECT_EQ(strands(features_of(kStoreSum)), strands(features_of(arm, image::Architecture::kArm64)));
}

TEST(Features, ExactHashIgnoresThePlaceOnly) {
  const Code calls = {0xe8, 0x10, 0x00, 0x00, 0x00, 0x83, 0xc0, 0x03, 0xc3};  // call +16; add eax, 3; ret
  Code calls_elsewhere = calls, adds_more = calls;
  calls_elsewhere[1] = 0x70;
  adds_more[7] = 4;
  const auto hash = [](const SampleFeatures& s) { return s.functions.at(0).exact_hash; };
  const auto x64 = image::Architecture::kX64;
  EXPECT_EQ(hash(features_of(calls)), hash(features_of(calls_elsewhere, x64, 0x5550000)));
  EXPECT_NE(hash(features_of(calls)), hash(features_of(adds_more)));
}

// Position-independent code for i386 finds its data by the distance from the global offset table, which the linker
// chooses: two copies of a function have different ones.
TEST(Features, DistancesFromTheOffsetTableAreNoNumbers) {
  const auto extracted = [](std::uint32_t string_offset, std::uint32_t table_offset, std::int32_t more = 0) {
    constexpr std::uint32_t kBase = 0x10000, kText = 0x1000;
    Code bytes = {0x81, 0xc3, 0,    0,    0, 0,  // add ebx, imm32: the table's address, of a return address
                  0x8b, 0x44, 0x24, 0x04,        // mov eax, [esp+4]: the table's address again, not known as such
                  0x8d, 0x80, 0,    0,    0, 0,  // lea eax, [eax+disp32]
                  0xc3};                         // ret
    const std::int32_t add = static_cast<std::int32_t>(table_offset) + more;
    const std::int32_t down = static_cast<std::int32_t>(string_offset) - static_cast<std::int32_t>(table_offset) + more;
    std::memcpy(&bytes[2], &add, 4);
    std::memcpy(&bytes[12], &down, 4);
    bytes.resize(table_offset + 16);
    std::memcpy(&bytes[string_offset], "vector::_M_realloc_insert", 26);
    image::LoadOptions options;
    options.raw = true;
    options.raw_base = kBase;
    options.raw_architecture = image::Architecture::kX86;
    const auto parts = image::load(ByteView(bytes), options);
    EXPECT_TRUE(parts && !parts->empty());
    image::Image image = parts->front().image;
    const image::Section whole = image.sections.at(0);
    const auto part = [&](const char* name, std::uint32_t begin, std::uint32_t end, bool executable) {
      image::Section section = whole;
      section.name = name;
      section.address = kBase + begin;
      section.size = section.file_size = end - begin;
      section.file_offset = whole.file_offset + begin;
      section.executable = executable;
      section.writable = false;
      return section;
    };
    image.sections = {part(".text", 0, kText, true), part(".rodata", kText, table_offset, false),
                      part(".got.plt", table_offset, table_offset + 16, false)};
    image.format = image::Format::kElf;
    image.base = 0;  // so that no number is an address by itself
    code::Program program;
    program.architecture = image::Architecture::kX86;
    program.blocks.push_back({.address = kBase, .size_bytes = 17});
    program.functions.push_back({.address = kBase, .size_bytes = 17, .blocks = 1});
    return extract(image, program);
  };
  const SampleFeatures here = extracted(0x1100, 0x2000), there = extracted(0x1800, 0x3000);
  EXPECT_TRUE(std::ranges::any_of(here.features, [](Feature f) { return f.kind() == Kind::kString; }));
  EXPECT_EQ(here.features, there.features);
  EXPECT_EQ(here.functions.at(0).exact_hash, there.functions.at(0).exact_hash);
  const SampleFeatures no_table = extracted(0x1100, 0x2000, 0x10);  // neither the table's address nor the string's
  EXPECT_NE(here.features, no_table.features);
  EXPECT_NE(here.functions.at(0).exact_hash, no_table.functions.at(0).exact_hash);
}

// Ordinals are numbers of one library: the same number of another one is another function.
TEST(Features, OrdinalsBelongToTheirLibrary) {
  const Code call = {0xff, 0x15, 0xfa, 0x0f, 0x00, 0x00, 0xc3};  // call [rip+0xffa]; ret
  const auto importing = [&](const char* name, const char* library) {
    const SampleFeatures s =
        features_of(call, image::Architecture::kX64, 0x10000, {{.slot = 0x11000, .name = name, .library = library}});
    EXPECT_TRUE(std::ranges::any_of(s.features, [](Feature f) { return f.kind() == Kind::kImport; }));
    return s;
  };
  EXPECT_NE(importing("#1264", "mfc42.dll").features, importing("#1264", "comctl32.dll").features);
  EXPECT_NE(importing("#1264", "mfc42.dll").features, importing("#12", "mfc42.dll").features);
  EXPECT_EQ(importing("#115", "WS2_32.dll").features, importing("WSAStartup", "ws2_32.dll").features);
  EXPECT_EQ(importing("#1264", "MFC42.DLL").labels.at(0).second, "mfc42.dll#1264");
}

// Four offsets from the table to code are a jump table, which differs in every build; other data is told by its bytes.
TEST(Features, JumpTablesAreNoData) {
  const auto with_table = [](std::vector<std::int32_t> words) {
    Code bytes = {0x48, 0x8d, 0x05, 0xf9, 0x0f, 0x00, 0x00, 0xc3};  // lea rax, [rip+0xff9]; ret
    bytes.resize(0x1000);
    for (const std::int32_t word : words)
      for (int i = 0; i < 4; i++) bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(word) >> 8 * i));
    image::LoadOptions options;
    options.raw = true;
    options.raw_base = 0x10000;
    options.raw_architecture = image::Architecture::kX64;
    const auto parts = image::load(ByteView(bytes), options);
    image::Image image = parts->front().image;
    image::Section data = image.sections.at(0);
    image.sections[0].size = image.sections[0].file_size = 0x1000;
    data.address += 0x1000;
    data.file_offset += 0x1000;
    data.size = data.file_size = 16;
    data.executable = data.writable = false;
    image.sections.push_back(data);
    code::Program p;
    p.architecture = image.architecture;
    code::Block block;
    block.address = 0x10000;
    block.size_bytes = 8;
    p.blocks.push_back(block);
    code::Function f;
    f.address = 0x10000;
    f.size_bytes = 8;
    f.blocks = 1;
    p.functions.push_back(f);
    return extract(image, p).features;
  };
  EXPECT_EQ(with_table({-0x1000, -0xff0, -0xfe0, -0xfd0}), with_table({-0xf00, -0xff0, -0xc00, -0xd00}));
  EXPECT_NE(with_table({1, 2, 3, 4}), with_table({1, 2, 3, 5}));
  EXPECT_NE(with_table({1, 2, 3, 4}), with_table({-0xf00, -0xff0, -0xc00, -0xd00}));
}

TEST(Features, EveryByteStringIsSurvived) {
  Code code(512);
  for (unsigned seed = 0; seed < 200; seed++) {
    std::uint32_t x = seed * 2654435761u + 1;
    for (auto& byte : code) byte = static_cast<std::uint8_t>((x = x * 1664525u + 1013904223u) >> 24);
    for (const auto a : {image::Architecture::kX64, image::Architecture::kX86, image::Architecture::kArm64})
      EXPECT_EQ(features_of(code, a).functions.size(), 1u);
  }
}

}  // namespace
}  // namespace samehand::feature
