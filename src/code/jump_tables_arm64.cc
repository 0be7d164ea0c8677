// AArch64's compressed jump tables.
//
// Problem: a table's entries are bytes, halfwords or words, signed or not, in units of four bytes from a base that
// another instruction names; only the code in front of the jump says which.
//
// Example: cmp w0, #6 ; b.hi default ; adrp x1, table ; add x1, x1, :lo12:table ; ldrb w1, [x1, w0, uxtw] adr x2, base
// ; add x1, x2, w1, sxtb #2 ; br x1 -> 7 signed bytes at `table`, each times four from `base`.
//
// Method: follow the jump's register back to its definition: an add of base and entry; the entry back to its load,
// which says size and sign; load's and add's bases back to adr and adrp + add. The bound is the nearest compare before.
// (GCC's "casesi" of aarch64.cc; LLVM's AArch64CompressJumpTables.cpp.) A register loaded from a table of pointers is a
// switch only where most pointers do not lead to functions. Definitions are looked for in address order, so a base that
// was hoisted out of a loop is found too.
//
// Cost: bounded look-back per jump.
//
// Known failures: tables whose index was bounded by something other than a compare with a constant are read up to the
// next named data.
#include <algorithm>

#include "jump_tables.h"
#include "registers.h"

namespace samehand::code {
namespace {

constexpr std::uint32_t kLookBack = 3000;          // instructions to the table's address: hoisted out of loops
constexpr std::uint32_t kLoadDistance = 40;        // instructions to the load and the compare
constexpr std::uint32_t kBoundDistance = 200;      // instructions from the load to the compare
constexpr std::uint32_t kLargestBound = 1u << 16;  // entries that a compare may allow
constexpr std::uint32_t kUnbounded = 256;  // entries read where no compare was found; bytes are not believed then

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

// Loads of table entries: register offset, or immediate offset after the index was added.
Load table_load(std::uint32_t word) {
  if ((word & 0xffe00c00) == 0x38600800 || (word & 0xffc00000) == 0x39400000) return {1, false};
  if ((word & 0xffe00c00) == 0x38a00800 || (word & 0xffe00c00) == 0x38e00800) return {1, true};
  if ((word & 0xffe00c00) == 0x78600800 || (word & 0xffc00000) == 0x79400000) return {2, false};
  if ((word & 0xffe00c00) == 0x78a00800 || (word & 0xffe00c00) == 0x78e00800) return {2, true};
  if ((word & 0xffe00c00) == 0xb8600800 || (word & 0xffe00c00) == 0xb8a00800) return {4, true};
  if ((word & 0xffc00000) == 0xb9400000 || (word & 0xffc00000) == 0xb9800000) return {4, true};
  if ((word & 0xffe00c00) == 0xf8600800 || (word & 0xffc00000) == 0xf9400000) return {8, false};
  return {};
}

constexpr std::uint32_t bit(std::uint32_t number) {
  return 1u << (number & 31);
}

// Follows definitions back from the jump. Each mask holds registers whose definition is still to be found.
class BackTracker {
 public:
  BackTracker(const Recovery& r, std::uint32_t jump)
      : r_(r), target_(bit(r.bytes_of(jump).read_or_zero<std::uint32_t>(0) >> 5)) {}

  // Looks at the next instruction back. False where the search is over, found or not.
  bool step(std::uint32_t i, std::uint32_t distance) {
    const Instruction& instruction = r_.instructions[i];
    const auto word = r_.bytes_of(i).read_or_zero<std::uint32_t>(0);
    const std::uint32_t defined = registers_of_arm64(word).writes;
    const bool names_data = instruction.flow == Flow::kAddress && instruction.target != kNone;
    if ((defined & target_) != 0) return define_target(word, i);
    if ((defined & entry_) != 0) return define_entry(word, i);
    const bool restores = (word & 0xff4003e0) == 0xa94003e0 || (word & 0xff4003e0) == 0xa84003e0;  // ldp x, x, [sp …
    if (spilled_ != kNone && (word & 0xffc003e0) == 0xf90003e0 &&
        (word >> 10 & 0xfff) == spilled_) {  // str x, [sp, #n]
      spilled_ = kNone;
      table_ = bit(word);
    } else if ((defined & table_) != 0 && !restores) {
      table_ = 0;
      if (names_data && !instruction.has(kToCode)) {
        d.table = r_.space.address_of_link(instruction.target);
      } else if ((word & 0xff200000) == 0x8b000000 || (word & 0xff200000) == 0x8b200000) {  // table + index
        table_ = bit(word >> 5) | bit(word >> 16);
      } else if ((word & 0xffc003e0) == 0xf94003e0) {  // ldr x, [sp, #n]: the table's address was spilled
        spilled_ = word >> 10 & 0xfff;
      } else {
        return false;
      }
    }
    if ((defined & base_) != 0 && names_data) {
      base_ = 0;
      d.base =
          instruction.has(kToCode) ? r_.address_of(instruction.target) : r_.space.address_of_link(instruction.target);
    }
    if (distance > kLoadDistance && d.entry_bytes == 0) return false;
    return d.table == 0 || (d.base == 0 && base_ != 0);
  }

  std::uint32_t index_register() const { return index_; }
  std::uint32_t load() const { return load_; }

  Dispatch d;

 private:
  bool define_target(std::uint32_t word, std::uint32_t i) {
    target_ = 0;
    if ((word & 0xff200000) == 0x8b200000) {  // add x, base, w entry, extended
      d.is_signed = (word >> 13 & 7) >= 4;
      base_ = bit(word >> 5);
      entry_ = bit(word >> 16);
      return true;
    }
    if ((word & 0xff200000) == 0x8b000000) {  // add x, x, x, shifted: with a shift the second is the entry
      entry_ = bit(word >> 16);
      base_ = bit(word >> 5);
      if ((word >> 10 & 63) == 0) entry_ |= base_;
      return true;
    }
    return define_entry(word, i) && d.entry_bytes == 8;
  }

  bool define_entry(std::uint32_t word, std::uint32_t i) {
    const Load load = table_load(word);
    const std::uint32_t loaded = bit(word);
    if (load.bytes == 0) return false;
    if ((entry_ & base_) != 0) base_ = entry_ & ~loaded;
    entry_ = 0;
    d.entry_bytes = load.bytes;
    d.is_signed = d.is_signed || load.is_signed;
    table_ = bit(word >> 5);
    load_ = i;
    const bool register_offset = (word & 0x3b200c00) == 0x38200800;
    if (register_offset) index_ = bit(word >> 16);
    return true;
  }

  const Recovery& r_;
  std::uint32_t target_ = 0;
  std::uint32_t entry_ = 0;
  std::uint32_t base_ = 0;
  std::uint32_t table_ = 0;
  std::uint32_t spilled_ = kNone;  // scaled offset of the stack slot that holds the table's address
  std::uint32_t index_ = 0;
  std::uint32_t load_ = kNone;
};

// adds w, w, #n ; b.cs: of small negative numbers, as error codes are, those from -n to -1 become 0 to n - 1 and carry.
// 0 where it is nothing of the kind.
std::uint32_t bound_of_carry(const Recovery& r, std::uint32_t i, std::uint32_t word) {
  if ((word & 0x7f800000) != 0x31000000 || i + 1 >= r.instructions.size()) return 0;
  const bool on_carry = (r.bytes_of(i + 1).read_or_zero<std::uint32_t>(0) & 0xff00001e) == 0x54000002;  // b.cs, b.cc
  return on_carry ? (word >> 10 & 0xfff) << ((word >> 22 & 1) * 12) : 0;
}

// Entries that the compare of the index with a constant allows, as control flowed to the load; where the index comes
// from elsewhere, the compare nearest to the load. 0 where there is none.
std::uint32_t find_bound(Recovery& r, std::uint32_t load, std::uint32_t index, std::uint32_t start) {
  std::uint32_t nearest = 0;
  std::uint32_t i = load;
  for (std::uint32_t back = 1; back < kBoundDistance && r.look_back_budget > 0; ++back, --r.look_back_budget) {
    i = flows_from(r, i);
    if (i == kNone || i < start) break;
    const auto word = r.bytes_of(i).read_or_zero<std::uint32_t>(0);
    if ((word & 0x7f80001f) == 0x7100001f) {  // cmp register, #imm
      const std::uint32_t bound = ((word >> 10 & 0xfff) << ((word >> 22 & 1) * 12)) + 1;
      if (bit(word >> 5) == index) return bound;
      if (nearest == 0 && back < kLoadDistance) nearest = bound;
    }
    if ((registers_of_arm64(word).writes & index) == 0) continue;
    if (const std::uint32_t bound = bound_of_carry(r, i, word); bound != 0) return bound;
    const bool copy = (word & 0x7fe0ffe0) == 0x2a0003e0;                                           // mov
    const bool narrowed = (word & 0x7f800000) == 0x53000000 || (word & 0x7f800000) == 0x12000000;  // ubfm, and
    index = copy ? bit(word >> 16) : narrowed ? bit(word >> 5) : 0;
  }
  return nearest;
}

Dispatch find_dispatch(Recovery& r, std::uint32_t jump, std::uint32_t start) {
  BackTracker tracker(r, jump);
  for (std::uint32_t back = 1; back < kLookBack && back <= jump && jump - back >= start; ++back) {
    if (r.look_back_budget == 0) return {};
    --r.look_back_budget;
    if (!tracker.step(jump - back, back)) break;
  }
  Dispatch d = tracker.d;
  if (d.table != 0) d.entries = find_bound(r, tracker.load(), tracker.index_register(), start);
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
  const image::Section* section = r.image.section_at(d.table);
  if (d.entry_bytes == 8) {
    entries = 2 * kUnbounded;
  } else if (section == nullptr || section->writable) {  // compressed tables are constants
    return {};
  }
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
  if (d.entry_bytes == 8 && are_functions(r, targets)) return {};
  return targets;
}

}  // namespace samehand::code
