// What follows each legacy x86 opcode, as tables that the compiler computes from short lists.
//
// Problem: the length of an instruction depends on its opcode: does a ModRM byte follow, how many immediate bytes, and
// which forms (memory or register operand, ModRM.reg, mandatory prefix) exist at all.
//
// Example: 0F C2 /r ib (cmpps) takes a ModRM byte and one immediate byte and exists with all four mandatory prefixes;
// 0F C3 (movnti) exists without prefix and with a memory operand only.
//
// Method: one Form per (map, mandatory prefix, opcode). `memory` and `registers` are masks over ModRM.reg: bit r is set
// where /r with such an operand is a valid instruction *for every* value of ModRM.rm and of the remaining prefixes.
// What the tables do not vouch for goes to Zydis, so they need to be right but not complete; x86_test.cc compares.
//
// Source: Intel SDM volume 2, appendix A; checked against Zydis 4.0.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

namespace samehand::code::x86 {

enum class Immediate : std::uint8_t {
  kNone,
  kByte,
  kWord,
  kZ,             // 4 bytes, 2 with prefix 66
  kV,             // 4 bytes, 2 with prefix 66, 8 with REX.W
  kRelativeByte,  // like kByte; a branch target
  kRelativeZ,     // 4 bytes; in 32-bit mode 2 with prefix 66
  // From here on more than the prefixes decides.
  kByteIfTest,  // F6: a byte for /0 and /1 only
  kZIfTest,     // F7
  kAddress,     // moffs: 8 bytes in 64-bit mode, 4 in 32-bit mode
};

struct Form {
  Immediate immediate = Immediate::kNone;
  bool known = false;  // without ModRM: valid. With ModRM: the masks say
  bool modrm = false;
  bool only_32 = false;  // not in 64-bit mode
  std::uint8_t memory = 0;
  std::uint8_t registers = 0;
};

using Opcodes = std::initializer_list<int>;

constexpr void set(std::array<Form, 256>& map, int from, int to, Form form) {
  for (int i = from; i <= to; ++i) map[static_cast<std::size_t>(i)] = form;
}

constexpr Form plain(Immediate immediate = Immediate::kNone) {
  return {immediate, true, false, false, 0, 0};
}
constexpr Form modrm(Immediate immediate = Immediate::kNone, int memory = 0xff, int registers = 0xff) {
  return {immediate, true, true, false, static_cast<std::uint8_t>(memory), static_cast<std::uint8_t>(registers)};
}
constexpr Form only_32(Form form) {
  form.only_32 = true;
  return form;
}

constexpr std::array<Form, 256> one_byte_map() {
  using enum Immediate;
  std::array<Form, 256> m{};
  for (int base = 0; base < 0x40; base += 8) {  // add or adc sbb and sub xor cmp
    set(m, base, base + 3, modrm());
    set(m, base + 4, base + 4, plain(kByte));
    set(m, base + 5, base + 5, plain(kZ));
  }
  for (int op : Opcodes{0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f})
    set(m, op, op, only_32(plain()));
  set(m, 0x40, 0x4f, only_32(plain()));  // inc, dec; REX in 64-bit mode, where the prefix loop takes them
  set(m, 0x50, 0x5f, plain());           // push, pop
  set(m, 0x60, 0x61, only_32(plain()));
  set(m, 0x63, 0x63, modrm());  // movsxd, arpl
  set(m, 0x68, 0x68, plain(kZ));
  set(m, 0x69, 0x69, modrm(kZ));
  set(m, 0x6a, 0x6a, plain(kByte));
  set(m, 0x6b, 0x6b, modrm(kByte));
  set(m, 0x6c, 0x6f, plain());
  set(m, 0x70, 0x7f, plain(kRelativeByte));
  set(m, 0x80, 0x80, modrm(kByte));
  set(m, 0x81, 0x81, modrm(kZ));
  set(m, 0x83, 0x83, modrm(kByte));
  set(m, 0x84, 0x8b, modrm());
  set(m, 0x8c, 0x8c, modrm(kNone, 0x3f, 0x3f));
  set(m, 0x8d, 0x8d, modrm(kNone, 0xff, 0));
  set(m, 0x8e, 0x8e, modrm(kNone, 0x3d, 0x3d));
  set(m, 0x8f, 0x8f, modrm(kNone, 0x01, 0x01));
  set(m, 0x90, 0x99, plain());
  set(m, 0x9b, 0x9f, plain());
  set(m, 0xa0, 0xa3, plain(kAddress));
  set(m, 0xa4, 0xa7, plain());
  set(m, 0xa8, 0xa8, plain(kByte));
  set(m, 0xa9, 0xa9, plain(kZ));
  set(m, 0xaa, 0xaf, plain());
  set(m, 0xb0, 0xb7, plain(kByte));
  set(m, 0xb8, 0xbf, plain(kV));
  set(m, 0xc0, 0xc1, modrm(kByte));
  set(m, 0xc2, 0xc2, plain(kWord));
  set(m, 0xc3, 0xc3, plain());
  set(m, 0xc6, 0xc6, modrm(kByte, 0x01, 0x01));
  set(m, 0xc7, 0xc7, modrm(kZ, 0x01, 0x01));
  set(m, 0xc9, 0xc9, plain());
  set(m, 0xcb, 0xcc, plain());
  set(m, 0xcd, 0xcd, plain(kByte));
  set(m, 0xd0, 0xd3, modrm());
  set(m, 0xd7, 0xd7, plain());
  set(m, 0xd8, 0xd8, modrm());
  set(m, 0xd9, 0xd9, modrm(kNone, 0xfd, 0xc3));
  set(m, 0xda, 0xda, modrm(kNone, 0xff, 0x0f));
  set(m, 0xdb, 0xdb, modrm(kNone, 0xaf, 0x6f));
  set(m, 0xdc, 0xdc, modrm(kNone, 0xff, 0xf3));
  set(m, 0xdd, 0xdd, modrm(kNone, 0xdf, 0x3d));
  set(m, 0xde, 0xde, modrm(kNone, 0xff, 0xf3));
  set(m, 0xdf, 0xdf, modrm(kNone, 0xff, 0x60));
  set(m, 0xe0, 0xe3, plain(kRelativeByte));
  set(m, 0xe8, 0xe9, plain(kRelativeZ));
  set(m, 0xeb, 0xeb, plain(kRelativeByte));
  set(m, 0xf4, 0xf5, plain());
  set(m, 0xf6, 0xf6, modrm(kByteIfTest));
  set(m, 0xf7, 0xf7, modrm(kZIfTest));
  set(m, 0xf8, 0xfd, plain());
  set(m, 0xfe, 0xfe, modrm(kNone, 0x03, 0x03));
  set(m, 0xff, 0xff, modrm(kNone, 0x7f, 0x57));  // far calls and jumps take memory only
  return m;
}

// The mandatory prefix picks the row.
enum MandatoryPrefix : std::uint8_t { kNoPrefix, k66, kF3, kF2 };
using PrefixedMap = std::array<std::array<Form, 256>, 4>;

constexpr void set_rows(PrefixedMap& maps, Opcodes rows, int from, int to, Form form) {
  for (int row : rows) set(maps[static_cast<std::size_t>(row)], from, to, form);
}

constexpr PrefixedMap two_byte_map() {
  using enum Immediate;
  PrefixedMap m{};
  const Opcodes all{kNoPrefix, k66, kF3, kF2};
  const Opcodes two{kNoPrefix, k66};
  const Form memory_only = modrm(kNone, 0xff, 0);
  const Form register_only = modrm(kNone, 0, 0xff);
  set_rows(m, all, 0x05, 0x05, plain());  // syscall
  set_rows(m, all, 0x0b, 0x0b, plain());  // ud2
  set_rows(m, all, 0x10, 0x11, modrm());  // mov[ups upd ss sd]
  set_rows(m, {kNoPrefix, kF3, kF2}, 0x12, 0x12, modrm());
  set_rows(m, {k66}, 0x12, 0x12, memory_only);
  set_rows(m, two, 0x13, 0x13, memory_only);
  set_rows(m, two, 0x14, 0x15, modrm());  // unpck
  set_rows(m, {kNoPrefix, kF3}, 0x16, 0x16, modrm());
  set_rows(m, {k66}, 0x16, 0x16, memory_only);
  set_rows(m, two, 0x17, 0x17, memory_only);
  set_rows(m, all, 0x1f, 0x1f, modrm());  // nop
  set_rows(m, two, 0x28, 0x29, modrm());  // movap
  set_rows(m, all, 0x2a, 0x2a, modrm());  // cvtsi2sd and family
  set_rows(m, two, 0x2b, 0x2b, memory_only);
  set_rows(m, all, 0x2c, 0x2d, modrm());
  set_rows(m, two, 0x2e, 0x2f, modrm());  // ucomi, comi
  set_rows(m, all, 0x31, 0x31, plain());  // rdtsc
  set_rows(m, all, 0x40, 0x4f, modrm());  // cmov
  set_rows(m, two, 0x50, 0x50, register_only);
  set_rows(m, all, 0x51, 0x51, modrm());
  set_rows(m, {kNoPrefix, kF3}, 0x52, 0x53, modrm());
  set_rows(m, two, 0x54, 0x57, modrm());
  set_rows(m, all, 0x58, 0x5a, modrm());
  set_rows(m, {kNoPrefix, k66, kF3}, 0x5b, 0x5b, modrm());
  set_rows(m, all, 0x5c, 0x5f, modrm());
  set_rows(m, two, 0x60, 0x6b, modrm());
  set_rows(m, {k66}, 0x6c, 0x6d, modrm());
  set_rows(m, two, 0x6e, 0x6e, modrm());
  set_rows(m, {kNoPrefix, k66, kF3}, 0x6f, 0x6f, modrm());
  set_rows(m, all, 0x70, 0x70, modrm(kByte));
  set_rows(m, two, 0x71, 0x72, modrm(kByte, 0, 0x54));
  set_rows(m, {kNoPrefix}, 0x73, 0x73, modrm(kByte, 0, 0x44));
  set_rows(m, {k66}, 0x73, 0x73, modrm(kByte, 0, 0xcc));
  set_rows(m, two, 0x74, 0x76, modrm());
  set_rows(m, {kNoPrefix}, 0x77, 0x77, plain());
  set_rows(m, {k66, kF2}, 0x7c, 0x7d, modrm());
  set_rows(m, {kNoPrefix, k66, kF3}, 0x7e, 0x7e, modrm());
  set_rows(m, {kNoPrefix, k66, kF3}, 0x7f, 0x7f, modrm());
  set_rows(m, all, 0x80, 0x8f, plain(kRelativeZ));  // jcc
  set_rows(m, all, 0x90, 0x9f, modrm());            // setcc
  set_rows(m, all, 0xa2, 0xa2, plain());            // cpuid
  set_rows(m, all, 0xa3, 0xa3, modrm());
  set_rows(m, all, 0xa4, 0xa4, modrm(kByte));
  set_rows(m, all, 0xa5, 0xa5, modrm());
  set_rows(m, all, 0xab, 0xab, modrm());
  set_rows(m, all, 0xac, 0xac, modrm(kByte));
  set_rows(m, all, 0xad, 0xad, modrm());
  set_rows(m, all, 0xaf, 0xb1, modrm());  // imul, cmpxchg
  set_rows(m, all, 0xb3, 0xb3, modrm());
  set_rows(m, all, 0xb6, 0xb7, modrm());  // movzx
  set_rows(m, all, 0xba, 0xba, modrm(kByte, 0xf0, 0xf0));
  set_rows(m, all, 0xbb, 0xbb, modrm());
  set_rows(m, {kNoPrefix, k66, kF3}, 0xbc, 0xbd, modrm());
  set_rows(m, all, 0xbe, 0xc1, modrm());  // movsx, xadd
  set_rows(m, all, 0xc2, 0xc2, modrm(kByte));
  set_rows(m, {kNoPrefix}, 0xc3, 0xc3, memory_only);
  set_rows(m, two, 0xc4, 0xc4, modrm(kByte));
  set_rows(m, two, 0xc5, 0xc5, modrm(kByte, 0, 0xff));
  set_rows(m, two, 0xc6, 0xc6, modrm(kByte));
  set_rows(m, all, 0xc8, 0xcf, plain());  // bswap
  set_rows(m, {k66, kF2}, 0xd0, 0xd0, modrm());
  set_rows(m, two, 0xd1, 0xd5, modrm());
  set_rows(m, {k66}, 0xd6, 0xd6, modrm());
  set_rows(m, two, 0xd7, 0xd7, register_only);
  set_rows(m, two, 0xd8, 0xe5, modrm());
  set_rows(m, {k66, kF3, kF2}, 0xe6, 0xe6, modrm());
  set_rows(m, two, 0xe7, 0xe7, memory_only);
  set_rows(m, two, 0xe8, 0xef, modrm());
  set_rows(m, {kF2}, 0xf0, 0xf0, memory_only);
  set_rows(m, two, 0xf1, 0xf6, modrm());
  set_rows(m, two, 0xf8, 0xfe, modrm());
  return m;
}

constexpr PrefixedMap map_0f38() {
  using enum Immediate;
  PrefixedMap m{};
  set_rows(m, {kNoPrefix, k66}, 0x00, 0x0b, modrm());  // pshufb … pmulhrsw
  set_rows(m, {kNoPrefix, k66}, 0x1c, 0x1e, modrm());
  set_rows(m, {k66}, 0x10, 0x10, modrm());
  set_rows(m, {k66}, 0x14, 0x15, modrm());
  set_rows(m, {k66}, 0x17, 0x17, modrm());
  set_rows(m, {k66}, 0x20, 0x25, modrm());
  set_rows(m, {k66}, 0x28, 0x29, modrm());
  set_rows(m, {k66}, 0x2a, 0x2a, modrm(kNone, 0xff, 0));
  set_rows(m, {k66}, 0x2b, 0x2b, modrm());
  set_rows(m, {k66}, 0x30, 0x35, modrm());
  set_rows(m, {k66}, 0x37, 0x41, modrm());
  set_rows(m, {kNoPrefix}, 0xc8, 0xcd, modrm());                     // sha
  set_rows(m, {k66}, 0xdb, 0xdf, modrm());                           // aes
  set_rows(m, {kNoPrefix, k66}, 0xf0, 0xf1, modrm(kNone, 0xff, 0));  // movbe
  set_rows(m, {kF2}, 0xf0, 0xf1, modrm());                           // crc32
  return m;
}

constexpr PrefixedMap map_0f3a() {
  using enum Immediate;
  PrefixedMap m{};
  set_rows(m, {kNoPrefix, k66}, 0x0f, 0x0f, modrm(kByte));  // palignr
  set_rows(m, {k66}, 0x08, 0x0e, modrm(kByte));
  set_rows(m, {k66}, 0x14, 0x17, modrm(kByte));
  set_rows(m, {k66}, 0x20, 0x22, modrm(kByte));
  set_rows(m, {k66}, 0x40, 0x42, modrm(kByte));
  set_rows(m, {k66}, 0x44, 0x44, modrm(kByte));
  set_rows(m, {k66}, 0x60, 0x63, modrm(kByte));
  set_rows(m, {k66}, 0xdf, 0xdf, modrm(kByte));
  set_rows(m, {kNoPrefix}, 0xcc, 0xcc, modrm(kByte));
  return m;
}

inline constexpr std::array<Form, 256> kOneByteMap = one_byte_map();
inline constexpr PrefixedMap kTwoByteMap = two_byte_map();
inline constexpr PrefixedMap kMap0F38 = map_0f38();
inline constexpr PrefixedMap kMap0F3A = map_0f3a();

}  // namespace samehand::code::x86
