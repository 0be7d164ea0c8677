// Where functions start, as far as something in the image says so.
//
// Problem: tables, symbols and calls name functions beyond doubt; pointers in data and addresses in code name
// functions, but also labels, tables and split-off parts.
//
// Method: certain starts first; jump tables then show which places are labels; what is left of the pointers counts only
// where code stands apart from what precedes it (after a terminator, a call or aligned padding).
//
// Cost: linear in references and relocations.
//
// Known failures: a pointer to the middle of a function, right after a call that never returns, is taken for a start.
#include <algorithm>

#include "conventions.h"
#include "passes.h"

namespace samehand::code {
namespace {

constexpr double kAlignedShare = 0.9;   // of the certain starts: then functions are aligned
constexpr double kLandmarkShare = 0.6;  // of the starts: then an endbr without another reason is a start

bool is_split_part(std::string_view name) {
  return name.find(".cold") != std::string_view::npos || name.find(".part.") == 0;
}

// What jumps of a range do outside of it.
struct Leaving {
  bool into_middle = false;  // of another range
  bool ends = false;         // returns, or leaves in any way
};

Leaving look_at_range(const Recovery& r, std::uint32_t first, const UnwindRange& range) {
  Leaving result;
  for (std::uint32_t i = first; i < r.count() && r.address_of(i) < range.end; ++i) {
    const Instruction& instruction = r.instructions[i];
    if (instruction.flow == Flow::kReturn || instruction.flow == Flow::kIndirectJump) result.ends = true;
    if (!instruction.is_direct_jump()) continue;
    const std::uint64_t target = instruction.has(kToCode) ? r.address_of(instruction.target) : 0;
    if (target >= range.begin && target < range.end) continue;
    result.ends = true;
    const UnwindRange* other = r.tables.range_at(target);
    if (other != nullptr && other->begin != target) result.into_middle = true;
  }
  return result;
}

// A split-off part of a function without a frame, which its unwind entry does not give away: entered by jumps from
// elsewhere, it jumps back into the middle of another entry and uses registers that it was not given; or it is entered
// conditionally and never comes back (an assertion that failed).
bool is_frameless_part(const Recovery& r, std::uint32_t start, const UnwindRange& range) {
  // Offset 0 means "no landing pad", so GCC puts a no-operation in front of a cold part that begins with one.
  if (r.instructions[start].flow == Flow::kPadding && r.references_to(start).empty() && breaks_convention(r, start)) {
    return true;
  }
  bool entered = false;
  bool entered_conditionally = false;
  for (const std::uint32_t source : r.references_to(start)) {
    const std::uint64_t address = r.address_of(source);
    if (address >= range.begin && address < range.end) continue;
    entered = true;
    if (r.instructions[source].flow == Flow::kConditional) entered_conditionally = true;
  }
  if (!entered) return false;
  const Leaving leaving = look_at_range(r, start, range);
  // A function with a cold part of its own, entered by tail calls alone, may find arguments on the stack; it is
  // aligned.
  const bool strict = entered_conditionally || range.begin % 16 != 0;
  return (leaving.into_middle && breaks_convention(r, start, strict)) || (entered_conditionally && !leaving.ends);
}

// AArch64: adr is what compilers count a jump table's entries from. Linkers write it too, in place of adrp and add, and
// a nop beside it.
bool names_whole_address(const Recovery& r, std::uint32_t i) {
  if (!r.instructions[i].has(kShortAddress)) return true;
  const auto is_nop = [&](std::uint32_t k) { return r.instructions[k].flow == Flow::kPadding; };
  return (r.contiguous(i) && is_nop(i - 1)) || (i + 1 < r.count() && r.contiguous(i + 1) && is_nop(i + 1));
}

}  // namespace

void collect_known_starts(Recovery& r) {
  const auto add = [&](std::uint64_t address, std::uint16_t source) {
    if (r.space.offset_of(address) != kNone) r.known_starts.push_back({address, source});
  };
  if (r.image.entry) add(*r.image.entry, kFromEntry);
  for (const std::uint64_t initializer : r.image.initializers) add(initializer, kFromEntry);
  for (const image::Symbol& symbol : r.image.symbols) {
    if (symbol.kind != image::SymbolKind::kFunction) continue;
    if (!symbol.exported && !r.options.use_symbols) continue;
    if (!symbol.exported && is_split_part(symbol.name)) {
      r.known_parts.push_back(symbol.address);
    } else {
      add(symbol.address, symbol.exported ? kFromEntry : kFromSymbol);
    }
  }
}

void mark_fragments(Recovery& r) {
  for (const std::uint64_t address : r.known_parts) {
    const std::uint32_t i = r.at(address);
    if (i != kNone) r.instructions[i].set(kFragment);
  }
  for (const std::uint64_t pad : r.tables.landing_pads) {
    const std::uint32_t i = r.at(pad);
    if (i != kNone) r.instructions[i].set(kLandingPad);
  }
  if (!r.tuning.fragments) return;
  for (const UnwindRange& range : r.tables.ranges) {
    const std::uint32_t i = r.at(range.begin);
    if (i == kNone || r.instructions[i].has(kCalled | kTaken)) continue;
    if (range.continues_frame || is_frameless_part(r, i, range)) r.instructions[i].set(kFragment);
  }
}

void mark_dirty(Recovery& r, std::uint32_t function) {
  FunctionState& f = r.functions[function];
  if (!f.live || f.dirty || f.chunk) return;
  f.dirty = true;
  r.dirty.push_back(function);
}

void release(Recovery& r, std::uint32_t function) {
  FunctionState& f = r.functions[function];
  for (std::uint32_t k = 0; k < f.runs; ++k) {
    const auto [first, last] = r.runs[f.first_run + k];
    for (std::uint32_t i = first; i < last; ++i) {
      if (r.owner[i] == function + 1) r.owner[i] = 0;
    }
  }
  f.runs = 0;
  if (f.live && !f.chunk) r.owner[f.start] = function + 1;
}

bool add_start(Recovery& r, std::uint32_t i, std::uint16_t source, bool certain) {
  Instruction& instruction = r.instructions[i];
  if (instruction.flow == Flow::kBad || instruction.has(kFragment)) return false;
  if (instruction.has(kStart)) {
    FunctionState& known = r.functions[r.owner[i] - 1];
    known.sources = static_cast<std::uint16_t>(known.sources | source);
    return false;
  }
  const bool named = (source & (kFromEntry | kFromSymbol)) != 0;
  if (!named && !r.tables.ranges.empty()) {
    const std::uint64_t address = r.address_of(i);
    const UnwindRange* range = r.tables.range_at(address);
    if (range != nullptr && range->begin != address) return false;
  }
  if (!certain) {
    if (instruction.has(kRejected | kLabel | kLandingPad)) return false;
    // A function may begin with a nop: glibc's __wrap_main on AArch64, where there is no bti.
    const bool pointed_to = source == kFromData || (source == kFromAddressTaken && r.is_arm64());
    if (instruction.flow == Flow::kPadding && !pointed_to) return false;
    const Before what = before(r, i);
    if (!what.separate() && !(what.padding && r.is_aligned(i, 16))) return false;
    if (breaks_convention(r, i)) return false;
  }
  if (r.owner[i] != 0) mark_dirty(r, r.owner[i] - 1);
  for (const std::uint32_t from : r.references_to(i)) {
    if (r.owner[from] != 0) mark_dirty(r, r.owner[from] - 1);
  }
  const std::uint32_t previous = r.start_before(i);
  if (previous != kNone) mark_dirty(r, r.owner[previous] - 1);
  FunctionState function;
  function.start = i;
  function.sources = source;
  r.functions.push_back(function);
  instruction.set(kStart);
  r.starts.insert(i);
  r.owner[i] = static_cast<std::uint32_t>(r.functions.size());
  mark_dirty(r, static_cast<std::uint32_t>(r.functions.size() - 1));
  return true;
}

void remove_start(Recovery& r, std::uint32_t function) {
  FunctionState& f = r.functions[function];
  Instruction& instruction = r.instructions[f.start];
  f.live = false;
  release(r, function);
  instruction.set(kRejected);
  instruction.clear(kStart);
  r.starts.erase(f.start);
  r.owner[f.start] = 0;
  for (const std::uint32_t from : r.references_to(f.start)) {
    if (r.owner[from] != 0) mark_dirty(r, r.owner[from] - 1);
  }
  if (r.contiguous(f.start) && r.owner[f.start - 1] != 0) mark_dirty(r, r.owner[f.start - 1] - 1);
}

void add_certain_starts(Recovery& r) {
  const auto add = [&](std::uint64_t address, std::uint16_t source) {
    const std::uint32_t i = r.at(address);
    if (i != kNone) add_start(r, i, source, true);
  };
  for (const Recovery::KnownStart& known : r.known_starts) add(known.address, known.source);
  for (const UnwindRange& range : r.tables.ranges) add(range.begin, kFromUnwindTable);
  for (const std::uint64_t start : r.tables.starts) add(start, kFromUnwindTable);
  if (r.tuning.call_targets) {
    for (std::uint32_t i = 0; i < r.count(); ++i) {
      if (r.instructions[i].has(kCalled)) add_start(r, i, kFromCall, true);
    }
  }
  std::size_t aligned = 0;
  for (const FunctionState& f : r.functions) aligned += r.is_aligned(f.start, 16) ? 1 : 0;
  if (static_cast<double>(aligned) > kAlignedShare * static_cast<double>(r.functions.size())) {
    r.alignment = 16;
  } else {
    r.alignment = r.is_arm64() ? 4 : 1;
  }
}

void add_weak_starts(Recovery& r) {
  const auto add = [&](std::uint64_t address) {
    const std::uint32_t i = r.at(address);
    if (i != kNone) add_start(r, i, kFromData, false);
  };
  if (r.tuning.data_pointers) {
    for (const image::Relocation& relocation : r.image.relocations) add(relocation.target);
    if (r.fixed_address) {  // nothing is relocated, so any word of the data may be a pointer
      for (const image::Section& section : r.image.sections) {
        if (section.executable) continue;
        const ByteView bytes = r.image.from(section.address);
        for (std::uint64_t at = 0; bytes.contains(at, r.image.pointer_bytes); at += r.image.pointer_bytes) {
          add(r.image.pointer_bytes == 8 ? bytes.read_or_zero<std::uint64_t>(at)
                                         : bytes.read_or_zero<std::uint32_t>(at));
        }
      }
    }
  }
  if (r.tuning.taken_addresses) {
    for (const std::uint32_t i : r.address_takers) {
      if (names_whole_address(r, i)) add_start(r, r.instructions[i].target, kFromAddressTaken, false);
    }
  }
  if (!r.tuning.prologues) return;
  std::size_t with_landmark = 0;
  std::size_t starts = 0;
  for (const FunctionState& f : r.functions) {
    ++starts;
    with_landmark += r.instructions[f.start].has(kLandmark) ? 1 : 0;
  }
  if (static_cast<double>(with_landmark) <= kLandmarkShare * static_cast<double>(starts)) return;
  // With exceptions, landing pads carry endbr too; then alignment has to tell functions from them.
  const bool exceptions = std::ranges::any_of(
      r.image.sections, [](const image::Section& section) { return section.name == ".gcc_except_table"; });
  for (const std::uint32_t i : r.entry_marks) {
    if (r.alignment >= 16 ? r.is_aligned(i, r.alignment) : !exceptions) add_start(r, i, kFromPrologue, false);
  }
}

}  // namespace samehand::code
