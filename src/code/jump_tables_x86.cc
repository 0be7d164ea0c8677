// x86's jump tables.
//
// Example: lea rdx, [table]; movsxd rax, [rdx + rax*4]; add rax, rdx; jmp rax with table = {-0x120, -0x100} -> the jump
// goes to table - 0x120 and table - 0x100.
//
// Method: follow the jump's register back to its definition: a sum of the table's address and an entry, the entry's
// load, the load's base register, and that one back to the lea (through copies, spills and epilogues), in address order
// so that a base hoisted out of a loop is found. A table holds 32-bit distances from itself (from the GOT on i386),
// pointers that the loader relocates, or at fixed addresses plain pointers. It ends at the bound of the compare in
// front of the load, where the next data that code names begins, or at the first entry that is no instruction. Pointers
// count only where they do not mostly lead to functions. Where the trail is lost, the nearest address before the jump
// that is a table is taken.
//
// Known failures: bounds by masks instead of compares; tables at addresses that are computed otherwise.
#include <algorithm>

#include "jump_tables.h"
#include "registers.h"

namespace samehand::code {
namespace {

// Instructions from the jump back to the table's address: compilers hoist it out of loops.
constexpr std::uint32_t kLookBack = 3000;
// Instructions from the load back to the compare of the index.
constexpr std::uint32_t kBoundDistance = 40;
// Addresses before the jump that are tried where the trail is lost.
constexpr int kCandidates = 60;
constexpr std::uint32_t kLargestTable = 1u << 16;  // entries
// A table of one entry is believed this near to its jump.
constexpr std::uint32_t kNearby = 12;

struct TableReader {
  Recovery& r;
  std::uint32_t start;  // of the function

  // Entries of the table at link offset `table`; empty where there is none.
  std::vector<std::uint32_t> read(std::uint32_t table, bool indexed, std::uint32_t bound = kLargestTable) {
    const std::uint64_t address = r.space.address_of_link(table);
    const image::Section* section = r.image.section_at(address);
    if (section == nullptr || (section->executable && !is_data_in_code(address))) return {};
    const auto next = std::ranges::upper_bound(r.table_bases, table);
    const std::uint64_t stop = next == r.table_bases.end() ? ~0ull : r.space.address_of_link(*next);
    if (r.code_pointer_at(address) != 0) return read_pointers(address, stop, indexed, bound);
    if (indexed && r.is_64_bit()) return {};
    return read_distances(address, stop, bound);
  }

 private:
  bool is_data_in_code(std::uint64_t address) const {
    const std::uint32_t offset = r.space.offset_of(address);
    const auto after = std::ranges::upper_bound(r.data_in_code, std::pair(offset, kNone));
    return after != r.data_in_code.begin() && offset < std::prev(after)->second;
  }

  bool spend() {
    if (r.table_budget == 0) return false;
    --r.table_budget;
    return true;
  }

  std::vector<std::uint32_t> read_pointers(std::uint64_t address, std::uint64_t stop, bool indexed,
                                           std::uint32_t bound) {
    std::vector<std::uint32_t> targets;
    for (; address < stop && targets.size() < bound && spend(); address += r.image.pointer_bytes) {
      const std::uint32_t target = r.at(r.code_pointer_at(address));
      if (target == kNone) break;
      // Pointers to functions or to what lies before this one: a table of handlers, not of this switch.
      if (!indexed && (target < start || r.instructions[target].has(kStart))) return {};
      targets.push_back(target);
    }
    // Position-independent code has no pointers in the tables of its switches: what is indexed there is a computed goto
    // or a table of handlers.
    const bool position_independent = r.is_64_bit() && !r.fixed_address && r.image.format != image::Format::kPe;
    const bool maybe_handlers = !indexed || position_independent;
    if (maybe_handlers && are_functions(r, targets)) return {};
    return targets;
  }

  std::vector<std::uint32_t> read_distances(std::uint64_t address, std::uint64_t stop, std::uint32_t bound) {
    std::vector<std::uint32_t> targets;
    const ByteView bytes = r.image.from(address);
    const std::uint64_t base = r.is_64_bit() ? address : r.image.got;
    for (std::uint64_t at = 0; address + at < stop && targets.size() < bound && spend(); at += 4) {
      const auto distance = bytes.read<std::int32_t>(at);
      if (!distance) break;
      std::uint64_t to = base + static_cast<std::uint64_t>(std::int64_t{*distance});
      if (!r.is_64_bit()) to &= 0xffffffff;
      const std::uint32_t target = r.at(to);
      if (target == kNone) break;
      targets.push_back(target);
    }
    return targets;
  }
};

// Follows the jump's register back to the table.
class BackTracker {
 public:
  BackTracker(const Recovery& r, std::uint32_t jump) : r_(r) {
    X86Instruction x;
    if (!decode(jump, x) || x.map != OpcodeMap::kOneByte || x.opcode != 0xff) return;
    if (x.mod() == 3) {
      target_ = bit(x.rm());
    } else if (x.has_sib) {
      take_memory(x, jump);
    }
  }

  bool searching() const { return (target_ | table_) != 0 || spilled_; }
  std::uint32_t table() const { return found_; }  // link offset; kNone when not found
  std::uint32_t load() const { return load_; }    // the instruction that reads the entry
  std::uint32_t index() const { return index_; }  // its index register, as a mask

  void step(std::uint32_t i) {
    X86Instruction x;
    const Instruction& instruction = r_.instructions[i];
    if (instruction.flow == Flow::kPadding || !decode(i, x)) return;
    const RegisterUse use = registers_of_x86(x, r_.is_64_bit());
    if (spilled_ && x.map == OpcodeMap::kOneByte && x.opcode == 0x89 && same_slot(x)) {
      spilled_ = false;
      table_ = bit(x.reg());
      return;
    }
    if ((use.writes & target_) != 0) return define_target(x, i, use);
    if ((use.writes & table_) != 0) return define_table(x, i);
  }

 private:
  static std::uint32_t bit(int number) { return 1u << number; }
  bool decode(std::uint32_t i, X86Instruction& x) const { return decode_x86(r_.bytes_of(i), r_.is_64_bit(), x); }
  bool is_code(std::uint8_t op, const X86Instruction& x) const {
    return x.map == OpcodeMap::kOneByte && x.opcode == op;
  }

  void give_up() {
    target_ = table_ = 0;
    spilled_ = false;
  }

  // The operand [base + index * scale + displacement] from which the entry comes.
  void take_memory(const X86Instruction& x, std::uint32_t i) {
    target_ = 0;
    load_ = i;
    const int base = (x.sib & 7) | (x.rex & 1) << 3;
    const int index = (x.sib >> 3 & 7) | (x.rex & 2) << 2;
    if (index != 4) index_ = bit(index);
    if (r_.instructions[i].target != kNone && r_.instructions[i].has(kTableOperand | kIndexed)) {
      found_ = r_.instructions[i].target;
    } else if ((x.sib & 7) != 5 || x.mod() != 0) {
      table_ = bit(base);
    }
  }

  // The jump's register: a sum of table (or GOT) and entry, or the entry itself.
  void define_target(const X86Instruction& x, std::uint32_t i, const RegisterUse& use) {
    const bool adds = is_code(0x01, x) || is_code(0x03, x);
    const bool loads = is_code(0x63, x) || is_code(0x8b, x);
    if (adds && x.mod() == 3) {
      target_ = bit(x.reg()) | bit(x.rm());
    } else if ((adds || loads) && x.mod() != 3 && x.has_sib) {
      take_memory(x, i);
    } else if (is_code(0x8b, x) && x.mod() == 3) {
      target_ = bit(x.rm());
    } else if (is_code(0x89, x) && x.mod() == 3) {
      target_ = bit(x.reg());
    } else if (is_code(0x8d, x) || is_code(0x63, x)) {
      target_ &= ~use.writes;  // the table's own address, loaded after the entry; sign extension of the entry
      if (is_code(0x8d, x) && r_.instructions[i].flow == Flow::kAddress) found_ = r_.instructions[i].target;
      if (is_code(0x63, x)) target_ |= bit(x.rm());
    } else {
      give_up();
    }
  }

  void define_table(const X86Instruction& x, std::uint32_t i) {
    const Instruction& instruction = r_.instructions[i];
    if ((x.opcode & 0xf8) == 0x58 && x.map == OpcodeMap::kOneByte)
      return;  // an epilogue restores it: not on the way here
    table_ = 0;
    if (instruction.flow == Flow::kAddress && !instruction.has(kToCode)) {
      found_ = instruction.target;
    } else if (is_code(0x8b, x) && x.mod() == 3) {
      table_ = bit(x.rm());
    } else if (is_code(0x89, x) && x.mod() == 3) {
      table_ = bit(x.reg());
    } else if (is_code(0x8b, x) && (x.rm() == 4 || x.rm() == 5)) {  // from the stack, where it was spilled
      spilled_ = true;
      slot_ = x;
    }
  }

  bool same_slot(const X86Instruction& x) const {
    return x.modrm >> 6 == slot_.modrm >> 6 && (x.modrm & 7) == (slot_.modrm & 7) && x.sib == slot_.sib &&
           x.displacement == slot_.displacement;
  }

  const Recovery& r_;
  std::uint32_t target_ = 0;  // registers whose definition is wanted
  std::uint32_t table_ = 0;
  std::uint32_t index_ = 0;
  std::uint32_t found_ = kNone;
  std::uint32_t load_ = kNone;
  bool spilled_ = false;
  X86Instruction slot_;
};

// Entries that an unsigned compare of the index with a constant allows, as control flowed to the load; kLargestTable
// where there is none.
std::uint32_t find_bound(Recovery& r, std::uint32_t load, std::uint32_t index, std::uint32_t start) {
  std::uint32_t i = load;
  bool above = false;  // the conditional jump just passed leaves for indices above, or at and above
  bool at = false;
  for (std::uint32_t back = 1; back < kBoundDistance && index != 0 && r.look_back_budget > 0;
       ++back, --r.look_back_budget) {
    i = flows_from(r, i);
    if (i == kNone || i < start) break;
    X86Instruction x;
    if (r.instructions[i].flow == Flow::kPadding) continue;
    if (!decode_x86(r.bytes_of(i), r.is_64_bit(), x)) break;
    if (r.instructions[i].flow == Flow::kConditional) {
      const int condition = x.opcode & 15;
      above = condition == 7 || condition == 6;  // ja, jbe
      at = condition == 2 || condition == 3;     // jb, jae
      continue;
    }
    const bool one_byte = x.map == OpcodeMap::kOneByte;
    const bool compares_register = one_byte && (x.opcode & 0xfd) == 0x81 && (x.modrm >> 3 & 7) == 7 && x.mod() == 3;
    const bool compares_byte = one_byte && x.opcode == 0x80 && (x.modrm >> 3 & 7) == 7 && x.mod() == 3;
    const bool compares_accumulator = one_byte && (x.opcode == 0x3c || x.opcode == 0x3d);
    if ((above || at) && (compares_register || compares_byte || compares_accumulator)) {
      const std::uint32_t compared = compares_accumulator ? 1 : 1u << x.rm();
      if (compared == index && x.immediate >= 0 && x.immediate < kLargestTable) {
        return static_cast<std::uint32_t>(x.immediate) + (above ? 1 : 0);
      }
    }
    above = at = false;
    const RegisterUse use = registers_of_x86(x, r.is_64_bit());
    if ((use.writes & index) == 0) continue;
    const bool widens = x.map == OpcodeMap::k0F && (x.opcode == 0xb6 || x.opcode == 0xb7) && x.mod() == 3;
    const bool copies = one_byte && x.opcode == 0x8b && x.mod() == 3;
    const bool stores = one_byte && x.opcode == 0x89 && x.mod() == 3;
    index = widens || copies ? 1u << x.rm() : stores ? 1u << x.reg() : 0;
  }
  return kLargestTable;
}

}  // namespace

std::vector<std::uint32_t> find_x86_table(Recovery& r, std::uint32_t jump, std::uint32_t start) {
  TableReader reader{r, start};
  const Instruction& instruction = r.instructions[jump];
  BackTracker tracker(r, jump);
  for (std::uint32_t i = jump; i-- > start && tracker.searching() && jump - i < kLookBack && r.look_back_budget > 0;) {
    --r.look_back_budget;
    tracker.step(i);
  }
  if (tracker.table() != kNone && tracker.load() != kNone) {
    const std::uint32_t bound = find_bound(r, tracker.load(), tracker.index(), start);
    auto targets = reader.read(tracker.table(), instruction.has(kIndexed), bound);
    if (!targets.empty()) return targets;
  }
  // Not understood: the nearest address before the jump that is a table.
  int candidates = 0;
  for (std::uint32_t i = jump; i-- > start && jump - i < kLookBack && r.look_back_budget > 0; --r.look_back_budget) {
    const Instruction& named = r.instructions[i];
    const bool is_base = (named.flow == Flow::kAddress && !named.has(kToCode)) || named.has(kTableOperand);
    if (!is_base || named.target == kNone) continue;
    if (++candidates == kCandidates) break;
    auto targets = reader.read(named.target, instruction.has(kIndexed));
    if (targets.size() >= 2 || (targets.size() == 1 && jump - i < kNearby)) return targets;
  }
  return {};
}

}  // namespace samehand::code
