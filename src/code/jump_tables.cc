// Jump tables: where an indirect jump may go.
//
// Problem: the blocks of a switch are reached only through a table; unless it is read they look like functions.
// Example: lea rdx, [table]; movsxd rax, [rdx + rax*4]; add rax, rdx; jmp rax with table = {-0x120, -0x100} -> the jump
// goes to table - 0x120 and table - 0x100. Method: the nearest address before the jump, in the same function, that is a
// table: 32-bit distances from the table (or from the GOT on i386), or pointers that the loader relocates, or at fixed
// addresses plain pointers. A table ends where the next data that code names begins, or at the first entry that is no
// instruction. AArch64's tables hold bytes or halfwords, so they also need the bound and the base: see
// jump_tables_arm64.cc. Four or more relocations into a function that jumps indirectly are computed-goto labels (GCC
// manual, "Labels as Values"). Cost: linear in jumps, with bounded look-back, and in the tables' entries, which a
// budget bounds for the whole program. Known failures: a table before which another one is named nearer to the jump.
#include "jump_tables.h"

#include <algorithm>

#include "conventions.h"
#include "passes.h"

namespace samehand::code {
namespace {

constexpr std::uint32_t kLookBack =
    3000;                        // instructions from the jump back to the table's address: hoisted out of a loop
constexpr int kCandidates = 60;  // addresses tried among these
constexpr std::size_t kLargestTable = 2048;  // entries
constexpr std::uint32_t kNearby = 12;        // a table of one entry is believed this near to its jump

struct TableReader {
  Recovery& r;
  std::uint32_t start;  // of the function

  // Entries of the table at link offset `table`; empty where there is none.
  std::vector<std::uint32_t> read(std::uint32_t table, bool indexed) {
    const std::uint64_t address = r.space.address_of_link(table);
    const image::Section* section = r.image.section_at(address);
    if (section == nullptr || (section->executable && !is_data_in_code(address))) return {};
    const auto next = std::ranges::upper_bound(r.table_bases, table);
    const std::uint64_t stop = next == r.table_bases.end() ? ~0ull : r.space.address_of_link(*next);
    if (r.code_pointer_at(address) != 0) return read_pointers(address, stop, indexed);
    if (indexed && r.is_64_bit()) return {};
    return read_distances(address, stop);
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

  std::vector<std::uint32_t> read_pointers(std::uint64_t address, std::uint64_t stop, bool indexed) {
    std::vector<std::uint32_t> targets;
    for (; address < stop && targets.size() < kLargestTable && spend(); address += r.image.pointer_bytes) {
      const std::uint32_t target = r.at(r.code_pointer_at(address));
      if (target == kNone) break;
      // Pointers to functions or to what lies before this one: a table of handlers, not of this switch.
      if (!indexed && (target < start || r.instructions[target].has(kStart))) return {};
      targets.push_back(target);
    }
    if (!indexed && are_functions(r, targets)) return {};
    return targets;
  }

  std::vector<std::uint32_t> read_distances(std::uint64_t address, std::uint64_t stop) {
    std::vector<std::uint32_t> targets;
    const ByteView bytes = r.image.from(address);
    const std::uint64_t base = r.is_64_bit() ? address : r.image.got;
    for (std::uint64_t at = 0; address + at < stop && targets.size() < kLargestTable && spend(); at += 4) {
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

std::vector<std::uint32_t> find_x86_table(Recovery& r, std::uint32_t jump, std::uint32_t start) {
  TableReader reader{r, start};
  const Instruction& instruction = r.instructions[jump];
  if (instruction.has(kIndexed) && instruction.target != kNone) {
    auto targets = reader.read(instruction.target, true);
    if (!targets.empty()) return targets;
  }
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

std::size_t position_of(const Recovery& r, std::uint32_t jump) {
  return static_cast<std::size_t>(std::ranges::lower_bound(r.indirect_jumps, jump) - r.indirect_jumps.begin());
}

void store(Recovery& r, Recovery::Table& table, std::uint32_t start, std::vector<std::uint32_t> targets) {
  std::ranges::sort(targets);
  const auto twice = std::ranges::unique(targets);
  targets.erase(twice.begin(), twice.end());
  if (targets.size() > r.table_budget) targets.clear();
  r.table_budget -= targets.size();
  table = {start, static_cast<std::uint32_t>(r.table_targets.size()), static_cast<std::uint32_t>(targets.size())};
  r.table_targets.insert(r.table_targets.end(), targets.begin(), targets.end());
  for (const std::uint32_t target : targets) {
    Instruction& instruction = r.instructions[target];
    const bool certain = instruction.has(kStart) && is_certain(r.functions[r.owner[target] - 1].sources);
    if (!certain) instruction.set(kLabel);
  }
}

// Computed gotos: runs of pointers into the function, from an address that the function takes. Gives all labels.
std::span<const std::uint32_t> find_goto_labels(Recovery& r, std::uint32_t start) {
  constexpr std::size_t kFewestLabels = 4;
  const std::uint32_t limit = r.start_after(start);
  std::vector<std::uint32_t>& labels = r.goto_labels;
  if (r.goto_function == std::pair(start, limit)) return labels;
  r.goto_function = {start, limit};
  labels.clear();
  std::vector<std::uint32_t> run;
  for (std::uint32_t i = start; i < limit; ++i) {
    const Instruction& named = r.instructions[i];
    const bool is_base = (named.flow == Flow::kAddress && !named.has(kToCode) && !named.has(kShortAddress)) ||
                         named.has(kTableOperand | kIndexed);
    if (!is_base || named.target == kNone) continue;
    run.clear();
    std::uint64_t address = r.space.address_of_link(named.target);
    for (; r.table_budget > 0; --r.table_budget, address += r.image.pointer_bytes) {
      const std::uint32_t label = r.at(r.code_pointer_at(address));
      if (label == kNone || label <= start || label >= limit) break;
      run.push_back(label);
    }
    if (run.size() >= kFewestLabels && !are_functions(r, run)) labels.insert(labels.end(), run.begin(), run.end());
  }
  return labels;
}

}  // namespace

bool are_functions(const Recovery& r, std::span<const std::uint32_t> targets) {
  const auto functions = std::ranges::count_if(targets, [&](std::uint32_t target) {
    if (r.alignment >= 16 && !r.is_aligned(target, 16)) return false;
    return before(r, target).separate() && !breaks_convention(r, target, true);
  });
  return 2 * static_cast<std::size_t>(functions) >= targets.size();
}

std::uint64_t Recovery::code_pointer_at(std::uint64_t address) const {
  if (const image::Relocation* relocation = image.relocation_at(address)) {
    return space.offset_of(relocation->target) != kNone ? relocation->target : 0;
  }
  if (!fixed_address) return 0;
  const auto pointer = image.pointer_at(address);
  return pointer && space.offset_of(*pointer) != kNone ? *pointer : 0;
}

std::span<const std::uint32_t> jump_table(Recovery& r, std::uint32_t jump, std::uint32_t start) {
  const std::size_t position = position_of(r, jump);
  Recovery::Table& table = r.jump_tables[position];
  if (table.function != start && start != kNone) {
    auto targets = r.is_arm64() ? find_arm64_table(r, jump, start) : find_x86_table(r, jump, start);
    const auto labels = find_goto_labels(r, start);
    targets.insert(targets.end(), labels.begin(), labels.end());
    store(r, table, start, std::move(targets));
  }
  return std::span(r.table_targets).subspan(table.first, table.count);
}

void label_tables(Recovery& r) {
  r.fixed_address = r.image.base != 0 && r.image.relocations.empty();
  r.jump_tables.assign(r.indirect_jumps.size(), {});
  r.table_budget = 4ull * r.count() + 65536;
  r.look_back_budget = 64ull * r.count() + 65536;
  if (!r.tuning.jump_tables) return;
  for (const std::uint32_t jump : r.indirect_jumps) {
    const Instruction& instruction = r.instructions[jump];
    if (instruction.has(kToImport)) continue;
    jump_table(r, jump, r.start_before(jump));
  }
}

}  // namespace samehand::code
