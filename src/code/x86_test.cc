// The decoder against Zydis: validity, length and every raw field.
#include "samehand/code/x86.h"

#include <Zydis/Zydis.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "x86_zydis.h"

namespace samehand::code {
namespace {

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t b : bytes) text += fmt::format("{:02x} ", b);
  return text;
}

bool same_fields(const X86Instruction& a, const X86Instruction& b) {
  return a.length == b.length && a.map == b.map && a.opcode == b.opcode && a.modrm == b.modrm && a.sib == b.sib &&
         a.rex == b.rex && a.has_modrm == b.has_modrm && a.has_sib == b.has_sib && a.operand_size == b.operand_size &&
         a.address_size == b.address_size && a.repeat == b.repeat && a.repeat_not == b.repeat_not && a.lock == b.lock &&
         a.segment == b.segment && a.displacement_bytes == b.displacement_bytes &&
         a.immediate_bytes == b.immediate_bytes && a.displacement == b.displacement && a.immediate == b.immediate;
}

class X86Decoder : public testing::TestWithParam<bool> {
 protected:
  X86Decoder() {
    ZydisDecoderInit(&full_, GetParam() ? ZYDIS_MACHINE_MODE_LONG_64 : ZYDIS_MACHINE_MODE_LEGACY_32,
                     GetParam() ? ZYDIS_STACK_WIDTH_64 : ZYDIS_STACK_WIDTH_32);
  }

  // Zydis with full semantics decides on validity and length; its minimal mode, as we call it, on the fields.
  bool agrees(std::span<const std::uint8_t> bytes) {
    ZydisDecodedInstruction in;
    ZydisDecoderContext context;
    const bool valid = ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&full_, &context, bytes.data(), bytes.size(), &in));
    X86Instruction ours;
    X86Instruction theirs;
    const bool decoded = decode_x86(bytes, GetParam(), ours);
    if (decoded != valid) return false;
    if (!valid) return true;
    return ours.length == in.length && x86::decode_with_zydis(bytes, GetParam(), theirs) && same_fields(ours, theirs);
  }

  void check(std::span<const std::uint8_t> bytes) {
    ++checked_;
    if (agrees(bytes)) return;
    if (++failures_ <= 20) ADD_FAILURE() << hex(bytes);
  }

  ZydisDecoder full_;
  std::size_t checked_ = 0;
  std::size_t failures_ = 0;
};

// Every opcode of the four legacy maps with every ModRM byte behind every combination of prefixes that matters.
TEST_P(X86Decoder, AgreesWithZydisOnAllOpcodes) {
  const std::vector<std::vector<std::uint8_t>> prefixes = {{},           {0x66},
                                                           {0xf3},       {0xf2},
                                                           {0x48},       {0x41},
                                                           {0x4f},       {0x66, 0x48},
                                                           {0xf3, 0x48}, {0xf2, 0x4c},
                                                           {0x67},       {0x2e},
                                                           {0x64},       {0x66, 0xf2},
                                                           {0xf3, 0x66}, {0xf2, 0xf3},
                                                           {0xf0},       {0x48, 0x66},
                                                           {0x65, 0x48}, {0x3e, 0xf2},
                                                           {0x67, 0x66}, {0x66, 0x2e, 0x66},
                                                           {0xf0, 0x48}, {0x40}};
  const std::vector<std::vector<std::uint8_t>> maps = {{}, {0x0f}, {0x0f, 0x38}, {0x0f, 0x3a}};
  for (const auto& prefix : prefixes) {
    for (const auto& map : maps) {
      for (int opcode = 0; opcode < 256; ++opcode) {
        for (int modrm = 0; modrm < 256; ++modrm) {
          std::vector<std::uint8_t> bytes = prefix;
          bytes.insert(bytes.end(), map.begin(), map.end());
          bytes.push_back(static_cast<std::uint8_t>(opcode));
          bytes.push_back(static_cast<std::uint8_t>(modrm));
          for (int i = 0; i < 26; ++i) bytes.push_back(static_cast<std::uint8_t>(0x25 + 0x2f * i));
          check(bytes);
        }
      }
    }
  }
  EXPECT_EQ(failures_, 0u) << "of " << checked_;
}

TEST_P(X86Decoder, AgreesWithZydisOnRandomBytes) {
  std::mt19937_64 random(7);
  std::vector<std::uint8_t> bytes(40);
  const std::vector<std::uint8_t> lead = {0x0f, 0x66, 0xf2, 0xf3, 0x48, 0x4c, 0x67, 0xc5, 0xc4, 0x62, 0x8f, 0x40};
  for (int i = 0; i < 1'000'000; ++i) {
    for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
    const std::size_t lead_bytes = random() % 4;
    for (std::size_t k = 0; k < lead_bytes; ++k) bytes[k] = lead[random() % lead.size()];
    check(bytes);
  }
  EXPECT_EQ(failures_, 0u) << "of " << checked_;
}

// Instructions cut off at every length, and runs of prefixes up to and beyond the limit of 15 bytes.
TEST_P(X86Decoder, AgreesWithZydisOnShortAndLongInput) {
  std::mt19937_64 random(11);
  std::vector<std::uint8_t> bytes(40);
  for (int i = 0; i < 100'000; ++i) {
    for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
    check(std::span(bytes).first(random() % 16));
    const std::size_t prefixes = random() % 17;
    for (std::size_t k = 0; k < prefixes; ++k) bytes[k] = (random() & 1) != 0 ? 0x66 : 0x2e;
    check(bytes);
  }
  EXPECT_EQ(failures_, 0u) << "of " << checked_;
}

// This test program's own bytes from every offset: real instructions, and the middles of real instructions.
TEST_P(X86Decoder, AgreesWithZydisOnARealProgram) {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  const std::vector<char> raw{std::istreambuf_iterator<char>(file), {}};
  const std::vector<std::uint8_t> program(raw.begin(), raw.end());
  ASSERT_GT(program.size(), 100'000u);
  const std::size_t end = std::min<std::size_t>(program.size(), 2'000'000) - 40;
  for (std::size_t at = 0; at < end; ++at) check(std::span(program).subspan(at, 40));
  EXPECT_EQ(failures_, 0u) << "of " << checked_;
}

INSTANTIATE_TEST_SUITE_P(Modes, X86Decoder, testing::Bool(),
                         [](const auto& mode) { return mode.param ? "Long64" : "Legacy32"; });

TEST(X86DecoderFields, StandWhereTheManualSays) {
  X86Instruction x;
  const std::vector<std::uint8_t> mov = {0x48, 0x8b, 0x44, 0x24, 0x08};  // mov rax, [rsp+8]
  ASSERT_TRUE(decode_x86(std::span(mov), true, x));
  EXPECT_EQ(x.length, 5);
  EXPECT_TRUE(x.wide());
  EXPECT_EQ(x.reg(), 0);
  EXPECT_EQ(x.mod(), 1);
  EXPECT_EQ(x.sib, 0x24);
  EXPECT_EQ(x.displacement, 8);

  const std::vector<std::uint8_t> call = {0xe8, 0xfb, 0xff, 0xff, 0xff};  // call to itself
  ASSERT_TRUE(decode_x86(std::span(call), true, x));
  EXPECT_EQ(x.immediate, -5);

  const std::vector<std::uint8_t> vector = {0xc5, 0xf8, 0x77};  // vzeroupper
  ASSERT_TRUE(decode_x86(std::span(vector), true, x));
  EXPECT_EQ(x.map, OpcodeMap::kVector);
  EXPECT_EQ(x.length, 3);
}

}  // namespace
}  // namespace samehand::code
