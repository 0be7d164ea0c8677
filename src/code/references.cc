// Who names whom: targets as instruction indices, marks on what is called and taken, and the list of references.
#include <algorithm>
#include <ranges>

#include "noreturn.h"
#include "passes.h"

namespace samehand::code {
namespace {

void mark_taken(Recovery& r, std::uint64_t address) {
  const std::uint32_t i = r.at(address);
  if (i != kNone) r.instructions[i].set(kTaken);
}

// Calls and jumps to what the image imports, by slot or by stub, that never come back.
void mark_import(Recovery& r, const Program& stubs, Instruction& instruction) {
  if (instruction.target == kNone || instruction.has(kToCode)) return;
  const std::uint64_t address = r.space.address_of_link(instruction.target);
  std::size_t import = 0;
  if (const image::Import* slot = r.image.import_at(address)) {
    import = static_cast<std::size_t>(slot - r.image.imports.data());
  } else if (const auto stub = stubs.import_stubs.find(address); stub != stubs.import_stubs.end()) {
    import = stub->second;
  } else {
    return;
  }
  instruction.set(kToImport);
  if (r.import_never_returns[import]) instruction.set(kNoReturn);
}

}  // namespace

void link_references(Recovery& r) {
  r.import_never_returns.assign(r.image.imports.size(), false);
  for (std::size_t i = 0; i < r.image.imports.size(); ++i) {
    r.import_never_returns[i] = r.tuning.no_return && name_never_returns(r.image.imports[i].name);
  }
  Program stubs;
  find_import_stubs(r.image, stubs);

  std::vector<std::uint32_t> sources;  // of references, ascending
  r.reference_begin.assign(r.instructions.size() + 1, 0);
  for (std::uint32_t i = 0; i < r.count(); ++i) {
    Instruction& instruction = r.instructions[i];
    if (instruction.flow == Flow::kIndirectJump) r.indirect_jumps.push_back(i);
    if (instruction.has(kLandmark)) r.entry_marks.push_back(i);
    if (instruction.target == kNone) continue;
    switch (instruction.flow) {
      case Flow::kConditional:
      case Flow::kJump:
      case Flow::kCall:
      case Flow::kAddress: {
        const std::uint64_t address = r.space.address_of_link(instruction.target);
        const std::uint32_t target = r.at(address);
        if (target != kNone) {
          instruction.target = target;
          instruction.set(kToCode);
          Instruction& named = r.instructions[target];
          if (instruction.flow == Flow::kAddress) {
            named.set(kTaken);
            r.address_takers.push_back(i);
          } else {
            if (instruction.flow == Flow::kCall) named.set(kCalled);
            ++r.reference_begin[target];
            sources.push_back(i);
          }
        } else if (instruction.flow == Flow::kAddress) {
          r.table_bases.push_back(instruction.target);
        } else {
          mark_import(r, stubs, instruction);
        }
        break;
      }
      case Flow::kIndirectCall:
      case Flow::kIndirectJump:
        if (instruction.has(kIndexed)) {
          r.table_bases.push_back(instruction.target);
        } else {
          mark_import(r, stubs, instruction);
        }
        break;
      default:
        if (instruction.has(kTableOperand)) r.table_bases.push_back(instruction.target);
        break;
    }
  }
  for (const image::Relocation& relocation : r.image.relocations) mark_taken(r, relocation.target);
  for (const Recovery::KnownStart& known : r.known_starts) mark_taken(r, known.address);

  // Counts become ends, then, filled from the back, begins.
  std::uint32_t total = 0;
  for (std::uint32_t& begin : r.reference_begin) begin = total += begin;
  r.references.resize(total);
  for (const std::uint32_t i : std::views::reverse(sources)) {
    r.references[--r.reference_begin[r.instructions[i].target]] = i;
  }
  std::ranges::sort(r.table_bases);
  const auto twice = std::ranges::unique(r.table_bases);
  r.table_bases.erase(twice.begin(), twice.end());
}

Before before(const Recovery& r, std::uint32_t i) {
  constexpr int kLongestPadding = 64;  // instructions; longer runs fill a page or a section, nothing falls through them
  Before result;
  for (int steps = 0; r.contiguous(i); --i) {
    const Instruction& previous = r.instructions[i - 1];
    const bool padding =
        previous.flow == Flow::kPadding || (previous.flow == Flow::kTrap && previous.length == 1 && !r.is_arm64());
    if (!padding) {
      switch (previous.flow) {
        case Flow::kJump:
        case Flow::kIndirectJump:
        case Flow::kReturn:
        case Flow::kTrap:
        case Flow::kBad:
          result.kind = Before::kTerminator;
          break;
        case Flow::kCall:
        case Flow::kIndirectCall:
          result.kind = r.never_returns(previous) ? Before::kTerminator : Before::kCallReturn;
          break;
        default:
          break;
      }
      return result;
    }
    result.padding = true;
    if (++steps == kLongestPadding) break;
  }
  result.kind = Before::kTerminator;
  return result;
}

}  // namespace samehand::code
