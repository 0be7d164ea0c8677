// Jump tables: where an indirect jump may go.
//
// Problem: the blocks of a switch are reached only through a table; unless it is read they look like functions.
//
// Method: jump_tables_x86.cc and jump_tables_arm64.cc find the table of a jump; this file keeps what they found, marks
// the targets as labels, which no weaker source may take for functions, and finds the labels of computed gotos: four or
// more pointers into a function that jumps indirectly (GCC manual, "Labels as Values").
//
// Cost: linear in jumps, with bounded look-back, and in the tables' entries, which a budget bounds for the program.
#include "jump_tables.h"

#include <algorithm>

#include "conventions.h"
#include "passes.h"

namespace samehand::code {
namespace {

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

// Whether the code at most of the targets goes on in code that is not its own: it falls or jumps out of the span up to
// the next target, or jumps indirectly as it ends. Labels of an interpreter do, which in a leaf use nothing but what a
// function could have been given. Virtual functions that forward to others jump away too, but not conditionally, and
// not several of them to the same place.
bool share_code(const Recovery& r, std::span<const std::uint32_t> targets) {
  constexpr std::uint32_t kSpan = 256;  // instructions looked at after each target
  std::vector<std::uint32_t> order(targets.begin(), targets.end());
  std::ranges::sort(order);
  const auto twice = std::ranges::unique(order);
  order.erase(twice.begin(), twice.end());
  const auto aligned = [&](std::uint32_t i) { return r.is_aligned(i, 16); };
  if (order.size() < 2 || (r.alignment >= 16 && std::ranges::all_of(order, aligned))) return false;
  std::size_t leaving = 0;
  std::size_t surely = 0;
  std::vector<std::uint32_t> exits;  // where unconditional jumps out of a span lead
  for (std::size_t k = 0; k + 1 < order.size(); ++k) {
    const std::uint32_t end = std::min(order[k + 1], order[k] + kSpan);
    bool leaves = false;
    bool conditionally = false;
    bool ends = false;
    for (std::uint32_t i = order[k]; i < end && !ends; ++i) {
      const Instruction& instruction = r.instructions[i];
      if (instruction.is_direct_jump() && instruction.has(kToCode)) {
        const std::uint32_t target = instruction.target;
        const bool away = target < order[k] || target >= order[k + 1];
        if (away && !r.instructions[target].has(kStart | kCalled)) {
          leaves = true;
          if (instruction.flow == Flow::kConditional) {
            conditionally = true;
          } else {
            exits.push_back(target);
          }
        }
      } else if (instruction.flow == Flow::kIndirectJump && !instruction.has(kToImport)) {
        leaves = true;
      }
      ends = instruction.flow == Flow::kReturn || instruction.flow == Flow::kTrap || instruction.flow == Flow::kBad ||
             instruction.flow == Flow::kJump || instruction.flow == Flow::kIndirectJump;
    }
    const bool falls = !ends && end == order[k + 1];
    leaving += leaves || falls ? 1 : 0;
    surely += conditionally || falls ? 1 : 0;
  }
  std::ranges::sort(exits);
  for (std::size_t k = 1; k < exits.size(); ++k) surely += exits[k] == exits[k - 1] ? 1 : 0;
  const std::size_t spans = order.size() - 1;
  return 4 * leaving >= 3 * spans && 8 * surely >= spans;
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
    const bool is_base = (named.flow == Flow::kAddress && !named.has(kToCode)) || named.has(kTableOperand | kIndexed);
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

std::uint32_t flows_from(const Recovery& r, std::uint32_t i) {
  if (i == 0) return kNone;
  const Flow previous = r.instructions[i - 1].flow;
  const bool falls_through = r.contiguous(i) && previous != Flow::kJump && previous != Flow::kIndirectJump &&
                             previous != Flow::kReturn && previous != Flow::kTrap && previous != Flow::kBad;
  const auto references = r.references_to(i);
  return falls_through || references.empty() ? i - 1 : references.front();
}

bool are_functions(const Recovery& r, std::span<const std::uint32_t> targets) {
  if (share_code(r, targets)) return false;
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
  r.look_back_budget = 16ull * r.count() + 65536;
  if (!r.tuning.jump_tables) return;
  for (const std::uint32_t jump : r.indirect_jumps) {
    const Instruction& instruction = r.instructions[jump];
    if (instruction.has(kToImport)) continue;
    jump_table(r, jump, r.start_before(jump));
  }
}

}  // namespace samehand::code
