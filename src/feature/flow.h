// The shape of a function's control flow, and what has to be known before it is executed in one pass: an order of
// blocks, the loops, what each loop overwrites, and the height of the stack at each block.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "abi.h"
#include "ir.h"
#include "samehand/code/program.h"

namespace samehand::feature {

// call $+5; pop r: the call is a push of the address that follows it.
inline bool pushes_program_counter(const Instruction& m, const Abi& abi) {
  return abi.pointer_bytes == 4 && m.op == Op::kCall && m.a.is_immediate() &&
         static_cast<std::uint64_t>(m.immediate) == m.address + m.length;
}

// mov r, [esp]; ret: how position-independent i386 code learns where it is.
inline bool is_program_counter_thunk(const image::Image& image, std::uint64_t target) {
  if (image.architecture != image::Architecture::kX86) return false;
  const ByteView code = image.at(target, 4);
  return code.size() == 4 && code[0] == 0x8b && (code[1] & 0xc7) == 4 && code[2] == 0x24 && code[3] == 0xc3;
}

// Stack slots are numbered as they are met, by their offset from the stack pointer at entry.
class Slots {
 public:
  static constexpr unsigned kMax = 128, kNone = 255;

  void clear();
  // The slot at `offset`, numbered now if it is new and there is room; kNone otherwise.
  unsigned number(std::int64_t offset);
  unsigned find(std::int64_t offset) const;  // kNone where it has no number
  unsigned count() const { return count_; }
  std::int64_t offset(unsigned slot) const { return offsets_[slot]; }

 private:
  static constexpr unsigned kTable = 512;
  static unsigned place(std::int64_t offset) {
    return static_cast<unsigned>((static_cast<std::uint64_t>(offset) * 0x9e3779b97f4a7c15ull) >> 55);
  }

  unsigned count_ = 0;
  std::int64_t offsets_[kMax];
  std::uint8_t table_[kTable];
};

// Registers and slots that code writes.
struct Written {
  std::uint64_t general = 0, vector = 0, slots[2] = {0, 0};

  void add(const Written& other) {
    general |= other.general;
    vector |= other.vector;
    slots[0] |= other.slots[0];
    slots[1] |= other.slots[1];
  }
  void add_register(unsigned r) {
    if (r < kVector0)
      general |= 1ull << r;
    else if (r < kRegisterCount)
      vector |= 1ull << (r - kVector0);
  }
  void add_slot(unsigned slot) {
    if (slot < Slots::kMax) slots[slot >> 6] |= 1ull << (slot & 63);
  }
  bool has_slot(unsigned slot) const { return slots[slot >> 6] >> (slot & 63) & 1; }
};

struct FlowBlock {
  std::uint32_t first = 0, last = 0;  // instructions [first, last)
  std::uint32_t predecessors = 0;     // how many, and where in Flow::predecessors
  std::uint32_t first_predecessor = 0;
  std::uint32_t successors = 0, first_successor = 0;
  std::uint32_t position = 0;    // in Flow::order
  std::uint32_t loop = kNoLoop;  // the head of the innermost loop that it is in (not itself, if it is a head)
  std::uint32_t depth = 0;       // how many loops it is in
  bool head = false;             // of a loop
  bool stack_known = false, frame_known = false;
  std::int64_t stack = 0,
               frame = 0;  // stack and frame pointer on entry, from the stack pointer at the function's start
  Written written;         // by the block; for a head by its whole loop

  static constexpr std::uint32_t kNoLoop = ~0u;
};

// Reused from function to function, so that nothing is allocated in the steady state.
struct Flow {
  std::vector<FlowBlock> blocks;            // as in Program::blocks_of, or as Expander lays them out
  std::vector<std::uint32_t> predecessors;  // block numbers
  std::vector<std::uint32_t> successors;    // block numbers, each once
  std::vector<std::uint32_t> order;         // reverse post-order from the entry, then from what is not reached from it
  std::uint32_t edges = 0, loops = 0;
  Slots slots;

  std::span<const std::uint32_t> predecessors_of(const FlowBlock& b) const {
    return std::span(predecessors).subspan(b.first_predecessor, b.predecessors);
  }
  std::span<const std::uint32_t> successors_of(const FlowBlock& b) const {
    return std::span(successors).subspan(b.first_successor, b.successors);
  }

  // Takes the successors of the blocks, which are those of `function`, from the program.
  void connect(const code::Program& program, const code::Function& function);
  // Fills in everything else. Before: each block's instructions and successors, ascending. Cost: near linear in blocks,
  // edges and instructions.
  void analyse(std::span<const Instruction> code, const Abi& abi);

 private:
  void find_predecessors();
  void sort_blocks();
  void follow_stack(std::span<const Instruction> code, const Abi& abi);
  void find_loops();
  std::uint32_t collapsed(std::uint32_t block);

  std::vector<std::uint32_t> stack_, next_, union_;
  std::vector<std::uint32_t> back_from_, back_first_;  // sources of retreating edges, by head
  std::vector<std::uint8_t> colour_;
};

}  // namespace samehand::feature
