// Length and raw fields of x86 instructions.
//
// Problem: recovery and feature extraction look at every instruction of a program several times and need its length,
// opcode, ModRM, displacement and immediate, but seldom its operands. A full decoder spends most of its time on those.
//
// Example: 48 8b 44 24 08 -> length 5, rex 48, opcode 8b, modrm 44, sib 24, displacement 8.
//
// Method: prefixes, opcode, one look-up in the tables of x86_opcodes.h, then ModRM, SIB, displacement and immediate
// (Intel SDM volume 2, section 2.1). Whatever the tables do not vouch for (VEX, EVEX, XOP, 3DNow!, LOCK, privileged and
// invalid opcodes, odd prefix combinations) goes to Zydis, which alone says that something is invalid.
//
// Cost: about 16 ns an instruction, 260 MB of code a second, where Zydis with operands decodes 37
// (bench/recover_bench.cc).
//
// Known failures: none; x86_test.cc compares length and validity with Zydis.
#include "samehand/code/x86.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "x86_opcodes.h"
#include "x86_zydis.h"

namespace samehand::code {
namespace {

using x86::Form;
using x86::Immediate;

constexpr std::size_t kMaxLength = 15;  // of a valid instruction
// The longest read: 14 bytes of prefixes, three of opcode, ModRM, SIB, displacement, and eight from the immediate on.
constexpr std::size_t kWindow = 32;

enum class PrefixKind : std::uint8_t { kNone, kOperandSize, kAddressSize, kRepeat, kRepeatNot, kLock, kSegment, kRex };

constexpr std::array<PrefixKind, 256> prefix_kinds() {
  std::array<PrefixKind, 256> kinds{};
  kinds[0x66] = PrefixKind::kOperandSize;
  kinds[0x67] = PrefixKind::kAddressSize;
  kinds[0xf3] = PrefixKind::kRepeat;
  kinds[0xf2] = PrefixKind::kRepeatNot;
  kinds[0xf0] = PrefixKind::kLock;
  for (int p : {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65}) kinds[static_cast<std::size_t>(p)] = PrefixKind::kSegment;
  for (std::size_t p = 0x40; p < 0x50; ++p) kinds[p] = PrefixKind::kRex;
  return kinds;
}
constexpr std::array<PrefixKind, 256> kPrefixKinds = prefix_kinds();

// By prefix 66 and twice REX.W, then by kind. Of those that depend on ModRM: the size where they are there at all.
constexpr std::array<std::array<std::uint8_t, 10>, 4> immediate_bytes() {
  std::array<std::array<std::uint8_t, 10>, 4> sizes{};
  for (std::size_t prefixes = 0; prefixes < 4; ++prefixes) {
    const auto set = [&](Immediate kind, std::uint8_t bytes) {
      sizes[prefixes][static_cast<std::size_t>(kind)] = bytes;
    };
    const std::uint8_t z = prefixes == 1 ? 2 : 4;
    set(Immediate::kByte, 1);
    set(Immediate::kWord, 2);
    set(Immediate::kZ, z);
    set(Immediate::kV, prefixes >= 2 ? 8 : z);
    set(Immediate::kRelativeByte, 1);
    set(Immediate::kRelativeZ, 4);
    set(Immediate::kByteIfTest, 1);
    set(Immediate::kZIfTest, z);
  }
  return sizes;
}
constexpr auto kImmediateBytes = immediate_bytes();

template <class T>
T load(const std::uint8_t* p) {
  T value;
  std::memcpy(&value, p, sizeof(T));
  return value;
}

// Length in bytes of the instruction whose first kWindow bytes can be read at `start`; 0 where Zydis has to look.
std::size_t decode_ordinary(const std::uint8_t* start, bool is_64_bit, X86Instruction& out) {
  const std::uint8_t* p = start;
  if (is_64_bit && kPrefixKinds[*p] == PrefixKind::kRex) out.rex = *p++;  // mostly there is no other prefix
  for (;; ++p) {
    const PrefixKind kind = kPrefixKinds[*p];
    if (kind == PrefixKind::kNone || (kind == PrefixKind::kRex && !is_64_bit)) break;
    if (p - start >= 14) return 0;
    if (kind != PrefixKind::kRex) out.rex = 0;  // only right before the opcode does REX count
    switch (kind) {
      case PrefixKind::kOperandSize:
        out.operand_size = true;
        break;
      case PrefixKind::kAddressSize:
        out.address_size = true;
        break;
      case PrefixKind::kRepeat:
        out.repeat = true;
        break;
      case PrefixKind::kRepeatNot:
        out.repeat_not = true;
        break;
      case PrefixKind::kLock:
        return 0;
      case PrefixKind::kSegment:
        out.segment = *p >= 0x64 ? *p : is_64_bit ? out.segment : 0;
        break;
      case PrefixKind::kRex:
        out.rex = *p;
        break;
      case PrefixKind::kNone:
        break;
    }
  }
  const bool two_prefixes = out.repeat + out.repeat_not + out.operand_size > 1;
  if (!is_64_bit && out.address_size) return 0;  // 16-bit addressing

  std::uint8_t opcode = *p++;
  const Form* form = nullptr;
  if (opcode != 0x0f) {
    out.map = OpcodeMap::kOneByte;
    form = &x86::kOneByteMap[opcode];
  } else {
    if (two_prefixes) return 0;
    const std::size_t row = out.repeat         ? x86::kF3
                            : out.repeat_not   ? x86::kF2
                            : out.operand_size ? x86::k66
                                               : x86::kNoPrefix;
    opcode = *p++;
    if (opcode == 0x38) {
      opcode = *p++;
      out.map = OpcodeMap::k0F38;
      form = &x86::kMap0F38[row][opcode];
    } else if (opcode == 0x3a) {
      opcode = *p++;
      out.map = OpcodeMap::k0F3A;
      form = &x86::kMap0F3A[row][opcode];
    } else if (opcode == 0x1e && out.repeat && (p[0] == 0xfa || p[0] == 0xfb)) {  // endbr64, endbr32
      out.map = OpcodeMap::k0F;
      form = &x86::kTwoByteMap[x86::kNoPrefix][0x1f];
    } else {
      out.map = OpcodeMap::k0F;
      form = &x86::kTwoByteMap[row][opcode];
    }
  }
  if (!form->known || (form->only_32 && is_64_bit)) return 0;
  out.opcode = opcode;

  if (form->modrm) {
    const std::uint8_t modrm = *p++;
    out.has_modrm = true;
    out.modrm = modrm;
    const std::uint8_t mod = modrm >> 6;
    const std::uint8_t mask = mod == 3 ? form->registers : form->memory;
    if ((mask >> (modrm >> 3 & 7) & 1) == 0) return 0;
    // Chosen without branches: which form comes next cannot be foreseen.
    static constexpr std::uint8_t kDisplacement[4][2] = {{0, 4}, {1, 1}, {4, 4}, {0, 0}};  // by mod and base 5
    const bool has_sib = mod != 3 && (modrm & 7) == 4;
    const std::uint8_t sib = has_sib ? *p : 0;
    p += has_sib ? 1 : 0;
    const std::uint8_t base = (has_sib ? sib : modrm) & 7;
    const std::uint8_t size = kDisplacement[mod][base == 5 ? 1 : 0];
    const auto displacement = load<std::int32_t>(p);
    out.has_sib = has_sib;
    out.sib = sib;
    out.displacement_bytes = size;
    out.displacement = size == 4 ? displacement : size == 1 ? static_cast<std::int8_t>(displacement) : 0;
    p += size;
  }

  const unsigned prefixes = (out.operand_size ? 1u : 0u) | (out.rex & 8u ? 2u : 0u);
  std::uint8_t bytes = kImmediateBytes[prefixes][static_cast<std::size_t>(form->immediate)];
  if (form->immediate >= Immediate::kByteIfTest) {
    if (form->immediate == Immediate::kAddress) {
      if (out.address_size) return 0;
      bytes = is_64_bit ? 8 : 4;
    } else if ((out.modrm & 0x30) != 0) {
      bytes = 0;
    }
  } else if (form->immediate == Immediate::kRelativeZ && !is_64_bit && out.operand_size) {
    bytes = 2;
  }
  out.immediate_bytes = bytes;
  if (bytes != 0) {  // the lowest bytes of the eight that lie here, sign-extended
    const unsigned above = 64u - 8u * bytes;
    out.immediate = static_cast<std::int64_t>(load<std::uint64_t>(p) << above) >> above;
  }
  return static_cast<std::size_t>(p - start) + bytes;
}

}  // namespace

bool decode_x86(ByteView bytes, bool is_64_bit, X86Instruction& out) {
  out = X86Instruction{};
  std::size_t length = 0;
  if (bytes.size() >= kWindow) {
    length = decode_ordinary(bytes.data(), is_64_bit, out);
  } else {
    std::array<std::uint8_t, kWindow> window{};
    std::copy_n(bytes.data(), bytes.size(), window.begin());
    length = decode_ordinary(window.data(), is_64_bit, out);
    if (length > bytes.size()) return false;
  }
  if (length == 0 || length > kMaxLength) return x86::decode_with_zydis(bytes, is_64_bit, out);
  out.length = static_cast<std::uint8_t>(length);
  return true;
}

}  // namespace samehand::code
