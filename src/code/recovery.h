// What the passes of function recovery share. The passes themselves, in order, stand in recover.cc.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "code_space.h"
#include "index_set.h"
#include "samehand/code/program.h"
#include "unwind.h"

namespace samehand::code {

// Switches for measuring what each idea brings; all on in the product.
struct Tuning {
  bool call_targets = true;
  bool data_pointers = true;
  bool taken_addresses = true;
  bool tail_calls = true;
  bool gaps = true;
  bool jump_tables = true;
  bool no_return = true;
  bool stack_depth = true;
  bool prologues = true;
  bool fragments = true;
  bool conventions = true;
  bool alignment_checks = true;
};

// A function, or while gaps are scanned a chunk of code that belongs to none, as the traversal left it.
struct FunctionState {
  std::uint32_t start = 0;  // instruction
  std::uint16_t sources = 0;
  bool live = true;  // false: rejected after it was added
  bool chunk = false;
  bool dirty = false;
  bool returns = false;
  bool unresolved = false;  // an indirect jump without known targets
  bool bad = false;         // ran into foreign code, undecodable bytes or the end of its section
  bool misaligned = false;  // calls something with a stack that no caller may have
  std::int32_t max_depth = 0;
  std::int32_t min_depth = 0;
  std::uint32_t first_run = 0;  // into Recovery::runs
  std::uint32_t runs = 0;
  std::uint32_t first_tail = 0;  // into Recovery::tails
  std::uint32_t tails = 0;
};

// What precedes an instruction.
struct Before {
  enum Kind : std::uint8_t { kFallThrough, kTerminator, kCallReturn } kind = kFallThrough;
  bool padding = false;
  bool separate() const { return kind != kFallThrough; }
};

struct Recovery {
  Recovery(const image::Image& the_image, const RecoverOptions& the_options, const Tuning& the_tuning)
      : image(the_image), options(the_options), tuning(the_tuning), space(the_image) {}

  const image::Image& image;
  const RecoverOptions& options;
  const Tuning& tuning;
  CodeSpace space;
  UnwindTables tables;
  struct KnownStart {
    std::uint64_t address;
    std::uint16_t source;
  };
  std::vector<KnownStart> known_starts;    // entry, initializers, exports, symbols
  std::vector<std::uint64_t> known_parts;  // split-off parts of functions, by their symbols

  // --- the sweep's
  std::vector<Instruction> instructions;
  InstructionIndex index;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> data_in_code;  // [begin, end) offsets, ascending

  // --- references: who names an instruction
  std::vector<std::uint32_t> reference_begin;  // per instruction, and one past the end
  std::vector<std::uint32_t> references;       // jumps and calls, by target, ascending source
  std::vector<std::uint32_t> address_takers;   // kAddress instructions that name code, ascending
  std::vector<std::uint32_t> entry_marks;      // instructions with kLandmark, ascending
  std::vector<std::uint32_t> table_bases;      // link offsets of data that code names, ascending, each once
  std::vector<bool> import_never_returns;      // by index into Image::imports

  // --- functions
  std::vector<FunctionState> functions;
  IndexSet starts;                   // instructions where live functions start
  std::vector<std::uint32_t> owner;  // per instruction: 1 + index into functions, 0 when unreached
  std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;  // [first, last) instructions
  std::vector<std::uint32_t> tails;                           // instructions that functions jump to as tail calls
  std::vector<std::uint32_t> tail_starts;                     // tail-call targets that are no starts yet
  std::vector<std::uint32_t> dirty;                           // functions to traverse again
  std::vector<std::pair<std::uint32_t, std::int32_t>> work;   // of the walk at hand: (instruction, depth)
  std::uint32_t alignment = 1;                                // of functions, in bytes: 16, or 4 on AArch64, or 1

  // --- jump tables
  struct Table {
    std::uint32_t function = kNone;  // start that precedes the jump when the table was read
    std::uint32_t first = 0;         // into table_targets
    std::uint32_t count = 0;
  };
  std::vector<std::uint32_t> indirect_jumps;  // instructions, ascending
  std::vector<Table> jump_tables;             // parallel to indirect_jumps
  std::vector<std::uint32_t> table_targets;
  std::uint64_t table_budget = 0;      // entries that may still be read: hostile tables may overlap
  std::uint64_t look_back_budget = 0;  // instructions that may still be looked at for tables
  std::pair<std::uint32_t, std::uint32_t> goto_function{kNone, kNone};  // [start, limit) that goto_labels are of
  std::vector<std::uint32_t> goto_labels;
  bool fixed_address = false;  // not position-independent: pointers in data need no relocation

  // Where data holds the address of code: what the loader will put there, or what a program at a fixed address has
  // there.
  std::uint64_t code_pointer_at(std::uint64_t address) const;

  bool is_64_bit() const { return image.architecture == image::Architecture::kX64; }
  bool is_arm64() const { return image.architecture == image::Architecture::kArm64; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(instructions.size()); }
  std::uint64_t address_of(std::uint32_t i) const { return space.address_of(instructions[i].offset); }
  ByteView bytes_of(std::uint32_t i) const { return space.bytes_at(instructions[i].offset); }
  // The instruction at an address; kNone where none begins.
  std::uint32_t at(std::uint64_t address) const {
    const std::uint32_t offset = space.offset_of(address);
    return offset == kNone ? kNone : index.at(offset);
  }
  // Whether instruction i follows the one before it without a gap.
  bool contiguous(std::uint32_t i) const { return i > 0 && instructions[i - 1].end() == instructions[i].offset; }
  bool is_aligned(std::uint32_t i, std::uint32_t to) const { return address_of(i) % to == 0; }
  std::span<const std::uint32_t> references_to(std::uint32_t i) const {
    return std::span(references).subspan(reference_begin[i], reference_begin[i + 1] - reference_begin[i]);
  }
  bool never_returns(const Instruction& call) const {
    return call.has(kNoReturn) || (call.has(kToCode) && instructions[call.target].has(kNoReturn));
  }
  // The start at or before an instruction, and the one after it; kNone and the number of instructions at the edges.
  std::uint32_t start_before(std::uint32_t i) const { return starts.at_or_before(i); }
  std::uint32_t start_after(std::uint32_t i) const {
    const std::uint32_t s = starts.at_or_after(i + 1);
    return s == kNone ? count() : s;
  }
};

// Sources that leave no doubt.
constexpr bool is_certain(std::uint16_t sources) {
  return (sources & (kFromUnwindTable | kFromEntry | kFromSymbol | kFromCall)) != 0;
}

// What stands before instruction i, padding skipped.
Before before(const Recovery& r, std::uint32_t i);

// Makes i a start. Weak sources (not certain) are refused where flow, labels, tables or earlier checks speak against
// them. Functions that this changes become dirty. True where it is new.
bool add_start(Recovery& r, std::uint32_t i, std::uint16_t source, bool certain);
void remove_start(Recovery& r, std::uint32_t function);
void mark_dirty(Recovery& r, std::uint32_t function);

// Gives back what a function owns.
void release(Recovery& r, std::uint32_t function);

// Traverses function f from its start (a chunk: from its first instruction) and claims what it reaches.
// `container` is the start whose code f is part of; for a function itself.
void traverse(Recovery& r, std::uint32_t function, std::uint32_t container);

// The same for a function's last walk: also claims what else its unwind entry covers, such as the cases of a switch
// whose table was not understood.
void traverse_whole(Recovery& r, std::uint32_t function);

// Targets of the indirect jump i in the function that starts at `start`; empty when unknown.
std::span<const std::uint32_t> jump_table(Recovery& r, std::uint32_t i, std::uint32_t start);

}  // namespace samehand::code
