// AArch64's compressed jump tables.
//
// Problem: a table's entries are bytes, halfwords or words, signed or not, in units of four bytes from a base that
// another instruction names; only the code in front of the jump says which. Example:  cmp w0, #6 ; b.hi default ; adrp
// x1, table ; add x1, x1, :lo12:table ; ldrb w1, [x1, w0, uxtw]
//           adr x2, base ; add x1, x2, w1, sxtb #2 ; br x1
// -> 7 signed bytes at `table`, each times four from `base`.
// Method: look back from the jump: entry size from the load, sign from the add, base from adr, bound from the compare,
// and the table's address from the register that the load takes. Without adr the base is the table itself or (clang)
// what follows the jump. GCC's and clang's forms (aarch64.cc of GCC, "casesi"; AArch64CompressJumpTables.cpp of LLVM).
// Cost: bounded look-back per jump. Known failures: tables whose index was bounded by something other than a compare
// with a constant are read up to the next named data.
#include <algorithm>

#include "jump_tables.h"

namespace samehand::code {
namespace {

constexpr std::uint32_t kLookBack = 400;       // instructions to the table's address
constexpr std::uint32_t kLoadDistance = 40;    // instructions to the load and the compare
constexpr std::uint32_t kAddDistance = 6;      // instructions to the add that forms the target
constexpr std::uint32_t kLargestBound = 1024;  // entries that a compare may allow
constexpr std::uint32_t kUnbounded = 256;      // entries read where no compare was found; bytes are not believed then

struct Dispatch {
  std::uint64_t base = 0;  // what entries count from; 0: the table, or the instruction after the jump
  std::uint64_t table = 0;
  std::uint32_t entry_bytes = 0;
  bool is_signed = false;
  std::uint32_t entries = 0;  // 0: no bound found
};

struct Load {
  std::uint32_t bytes = 0;
  bool is_signed = false;
};

// Loads that index a table: register offset, or immediate offset after the index was added.
Load table_load(std::uint32_t word) {
  if ((word & 0xffe00c00) == 0x38600800 || (word & 0xffc00000) == 0x39400000) return {1, false};
  if ((word & 0xffe00c00) == 0x78600800 || (word & 0xffc00000) == 0x79400000) return {2, false};
  if ((word & 0xffe00c00) == 0xb8600800 || (word & 0xffe00c00) == 0xb8a00800) return {4, true};
  if ((word & 0xffe00c00) == 0xf8600800) return {8, false};
  return {};
}

Dispatch find_dispatch(Recovery& r, std::uint32_t jump, std::uint32_t start) {
  Dispatch d;
  std::uint32_t table_register = 32;
  bool add_seen = false;
  for (std::uint32_t back = 1; back < kLookBack && back <= jump && jump - back >= start; ++back) {
    if (r.look_back_budget == 0) return {};
    --r.look_back_budget;
    if (back > kLoadDistance && d.entry_bytes == 0) break;
    const Instruction& instruction = r.instructions[jump - back];
    const auto word = r.bytes_of(jump - back).read_or_zero<std::uint32_t>(0);
    const bool names_data = instruction.flow == Flow::kAddress && instruction.target != kNone;
    if (d.base == 0 && names_data && instruction.has(kShortAddress)) {
      d.base =
          instruction.has(kToCode) ? r.address_of(instruction.target) : r.space.address_of_link(instruction.target);
    }
    if (back < kLoadDistance) {
      if (!add_seen && back < kAddDistance && (word & 0xff200000) == 0x8b200000) {  // add x, x, w, extended
        d.is_signed = (word >> 13 & 7) >= 4;
        add_seen = true;
      } else if (!add_seen && back < kAddDistance && (word & 0xff200000) == 0x8b000000) {  // add x, x, x, shifted
        add_seen = true;
      }
      if (d.entry_bytes == 0) {
        const Load load = table_load(word);
        if (load.bytes != 0) {
          d.entry_bytes = load.bytes;
          d.is_signed = d.is_signed || load.is_signed;
          table_register = word >> 5 & 31;
        }
      }
      if (d.entries == 0 && (word & 0x7f80001f) == 0x7100001f) d.entries = (word >> 10 & 0xfff) + 1;  // cmp w, #imm
    }
    if (d.table == 0 && d.entry_bytes != 0 && names_data && !instruction.has(kShortAddress | kToCode) &&
        (word & 31) == table_register) {
      d.table = r.space.address_of_link(instruction.target);
    }
    if (d.table != 0 && (d.entries != 0 || back > kLoadDistance)) break;
  }
  return d;
}

std::uint32_t entry_target(const Recovery& r, const Dispatch& d, std::uint64_t address, std::uint64_t base) {
  if (d.entry_bytes == 8) return r.at(r.code_pointer_at(address));
  const ByteView entry = r.image.at(address, d.entry_bytes);
  if (entry.empty()) return kNone;
  std::int64_t value = 0;
  if (d.entry_bytes == 1) {
    value = d.is_signed ? std::int64_t{entry.read_or_zero<std::int8_t>(0)} : entry.read_or_zero<std::uint8_t>(0);
  } else if (d.entry_bytes == 2) {
    value = d.is_signed ? std::int64_t{entry.read_or_zero<std::int16_t>(0)} : entry.read_or_zero<std::uint16_t>(0);
  } else {
    value = entry.read_or_zero<std::int32_t>(0);
    const std::uint32_t from_table = r.at(d.table + static_cast<std::uint64_t>(value));
    if (from_table != kNone) return from_table;
  }
  const std::uint32_t scaled = r.at(base + static_cast<std::uint64_t>(value * 4));
  if (scaled != kNone || d.entry_bytes != 4) return scaled;
  return r.at(base + static_cast<std::uint64_t>(value));
}

}  // namespace

std::vector<std::uint32_t> find_arm64_table(Recovery& r, std::uint32_t jump, std::uint32_t start) {
  const Dispatch d = find_dispatch(r, jump, start);
  if (d.table == 0 || d.entry_bytes == 0) return {};
  std::uint32_t entries = d.entries;
  if (entries == 0 || entries > kLargestBound) entries = d.entry_bytes == 1 ? 0 : kUnbounded;
  if (d.entry_bytes == 8) entries = 2 * kUnbounded;
  const std::uint64_t base = d.base != 0 ? d.base : r.address_of(jump) + 4;
  const auto next = std::ranges::upper_bound(r.table_bases, r.space.link_of(d.table));
  const std::uint64_t stop = next == r.table_bases.end() ? ~0ull : r.space.address_of_link(*next);
  std::vector<std::uint32_t> targets;
  for (std::uint32_t k = 0; k < entries && r.table_budget > 0; ++k, --r.table_budget) {
    const std::uint64_t address = d.table + std::uint64_t{k} * d.entry_bytes;
    const std::uint32_t target = address < stop ? entry_target(r, d, address, base) : kNone;
    if (target == kNone) break;
    targets.push_back(target);
  }
  return targets;
}

}  // namespace samehand::code
