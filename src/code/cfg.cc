// Blocks, edges and calls of the recovered functions.
//
// Problem and method: one last walk of every function in address order settles who owns which instruction; a block
// begins at a jump's target, at a table's target and after whatever ends a block, and ends before the next begins.
// Calls do not end blocks unless they never return. A jump to another function is a tail call and no edge; one into the
// middle of another function is neither.
//
// Cost: linear in instructions, times the logarithm of a function's blocks for edges.
//
// Known failures: code that several functions share stands in the first one's graph only.
#include <algorithm>
#include <bit>

#include "conventions.h"
#include "passes.h"

namespace samehand::code {
namespace {

class Builder {
 public:
  explicit Builder(Recovery& r) : r_(r), leaders_(r.count() / 64 + 1, 0) {}

  Program build() {
    program_.architecture = r_.image.architecture;
    program_.code_bytes = r_.space.code_bytes();
    walk_all();
    for (const std::uint32_t f : order_) add_function(f);
    return std::move(program_);
  }

 private:
  void walk_all() {
    r_.runs.clear();
    r_.tails.clear();
    std::ranges::fill(r_.owner, 0);
    for (std::uint32_t f = 0; f < r_.functions.size(); ++f) {
      const FunctionState& state = r_.functions[f];
      if (!state.live || state.chunk) continue;
      // A place called only to learn the program counter is no function, unless the image says that it is one.
      if (state.sources == kFromCall && pc_thunk_register(r_, state.start) != 0) continue;
      order_.push_back(f);
      r_.owner[r_.functions[f].start] = f + 1;
    }
    std::ranges::sort(order_, {}, [&](std::uint32_t f) { return r_.functions[f].start; });
    for (const std::uint32_t f : order_) traverse_whole(r_, f);
  }

  bool mine(std::uint32_t i) const { return i < r_.count() && r_.owner[i] == id_; }
  bool other_start(std::uint32_t i) const { return r_.instructions[i].has(kStart) && !mine(i); }

  std::span<const std::uint32_t> table(std::uint32_t jump) const {
    const auto it = std::ranges::lower_bound(r_.indirect_jumps, jump);
    const Recovery::Table& t = r_.jump_tables[static_cast<std::size_t>(it - r_.indirect_jumps.begin())];
    return std::span(r_.table_targets).subspan(t.first, t.count);
  }

  void add_function(std::uint32_t f) {
    const FunctionState& state = r_.functions[f];
    id_ = f + 1;
    runs_.assign(r_.runs.begin() + state.first_run, r_.runs.begin() + state.first_run + state.runs);
    std::ranges::sort(runs_);
    exits_.clear();
    mark_leaders(state.start);

    Function function;
    function.address = r_.address_of(state.start);
    function.sources = state.sources;
    function.first_block = static_cast<std::uint32_t>(program_.blocks.size());
    function.first_call = static_cast<std::uint32_t>(program_.calls.size());
    function.returns = !r_.instructions[state.start].has(kNoReturn);
    function.unresolved_jump = state.unresolved;
    collect_blocks(state.start);
    for (const auto& [first, last] : blocks_) add_block(first, last);
    function.blocks = static_cast<std::uint32_t>(program_.blocks.size()) - function.first_block;
    for (const Block& block : program_.blocks_of(function)) {
      function.size_bytes += block.size_bytes;
      function.instructions += block.instructions;
    }
    add_calls();
    function.calls = static_cast<std::uint32_t>(program_.calls.size()) - function.first_call;
    function.thunk = is_thunk(state.start, function);
    program_.functions.push_back(std::move(function));
  }

  void lead(std::uint32_t i) { leaders_[i / 64] |= std::uint64_t{1} << i % 64; }

  // The first leader from i on, or `last`, where there is none before it.
  std::uint32_t next_leader(std::uint32_t i, std::uint32_t last) const {
    std::size_t word = i / 64;
    std::uint64_t rest = leaders_[word] & (~std::uint64_t{0} << i % 64);
    while (rest == 0) {
      if (++word * 64 >= last) return last;
      rest = leaders_[word];
    }
    return std::min(last, static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(rest)));
  }

  // Also lists the jumps and calls.
  void mark_leaders(std::uint32_t start) {
    lead(start);
    for (const auto& [first, last] : runs_) {
      lead(first);
      for (std::uint32_t i = first; i < last; ++i) {
        const Instruction& instruction = r_.instructions[i];
        switch (instruction.flow) {
          case Flow::kConditional:
          case Flow::kJump:
            if (instruction.has(kToCode) && mine(instruction.target)) lead(instruction.target);
            lead(i + 1);
            exits_.push_back(i);
            break;
          case Flow::kIndirectJump:
            for (const std::uint32_t target : table(i)) {
              if (mine(target)) lead(target);
            }
            lead(i + 1);
            exits_.push_back(i);
            break;
          case Flow::kReturn:
          case Flow::kTrap:
            lead(i + 1);
            break;
          case Flow::kCall:
          case Flow::kIndirectCall:
            if (r_.never_returns(instruction)) lead(i + 1);
            exits_.push_back(i);
            break;
          default:
            break;
        }
      }
    }
  }

  // blocks_: [first, last) instructions, the entry's first, the rest ascending.
  void collect_blocks(std::uint32_t start) {
    blocks_.clear();
    for (const auto& [first, last] : runs_) {
      for (std::uint32_t i = first; i < last;) {
        const std::uint32_t end = next_leader(i + 1, last);
        blocks_.emplace_back(i, end);
        i = end;
      }
    }
    const auto entry = std::ranges::lower_bound(blocks_, std::pair(start, 0u));
    std::rotate(blocks_.begin(), entry, entry + 1);
    begins_.clear();
    for (const auto& [first, last] : blocks_) begins_.push_back(first);
  }

  // The block that begins at instruction i, or kNone.
  std::uint32_t block_at(std::uint32_t i) const {
    if (begins_.front() == i) return 0;
    if (begins_.size() == 1) return kNone;
    // A binary search without branches, which could not be foreseen.
    const std::uint32_t* at = begins_.data() + 1;
    for (std::size_t left = begins_.size() - 1; left > 1;) {
      const std::size_t half = left / 2;
      at += at[half] <= i ? half : 0;
      left -= half;
    }
    return *at == i ? static_cast<std::uint32_t>(at - begins_.data()) : kNone;
  }

  void add_block(std::uint32_t first, std::uint32_t last) {
    Block block;
    block.address = r_.address_of(first);
    block.size_bytes = r_.instructions[last - 1].end() - r_.instructions[first].offset;
    block.instructions = last - first;
    block.first_edge = static_cast<std::uint32_t>(program_.edges.size());
    const Instruction& end = r_.instructions[last - 1];
    switch (end.flow) {
      case Flow::kConditional:
        add_edge(last, EdgeKind::kFallthrough);
        if (end.has(kToCode)) add_edge(end.target, EdgeKind::kTaken);
        break;
      case Flow::kJump:
        if (end.has(kToCode)) add_edge(end.target, EdgeKind::kJump);
        break;
      case Flow::kIndirectJump:
        for (const std::uint32_t target : table(last - 1)) add_edge(target, EdgeKind::kSwitch);
        break;
      case Flow::kReturn:
      case Flow::kTrap:
        break;
      default:
        if (!end.is_call() || !r_.never_returns(end)) add_edge(last, EdgeKind::kFallthrough);
        break;
    }
    block.edges = static_cast<std::uint32_t>(program_.edges.size()) - block.first_edge;
    program_.blocks.push_back(block);
  }

  void add_edge(std::uint32_t to, EdgeKind kind) {
    if (!mine(to) || (kind == EdgeKind::kFallthrough && !r_.contiguous(to))) return;
    const std::uint32_t block = block_at(to);
    if (block != kNone) program_.edges.push_back({block, kind});
  }

  void add_calls() {
    for (const std::uint32_t i : exits_) {
      const Instruction& instruction = r_.instructions[i];
      const bool jump = !instruction.is_call();
      if (instruction.has(kToCode)) {
        if (jump && !other_start(instruction.target)) continue;
        if (pc_thunk_register(r_, instruction.target) != 0) continue;
        program_.calls.push_back({r_.address_of(i), r_.address_of(instruction.target), jump});
      } else if (instruction.has(kToImport)) {
        program_.calls.push_back({r_.address_of(i), r_.space.address_of_link(instruction.target), jump});
      }
    }
  }

  // One block that does nothing but go to another function or import.
  bool is_thunk(std::uint32_t start, const Function& function) {
    constexpr std::uint32_t kLongest = 4;  // bti, adrp, ldr, br
    if (function.blocks != 1 || function.calls != 1 || function.instructions > kLongest) return false;
    const Call& call = program_.calls.back();
    if (!call.tail) return false;
    for (std::uint32_t i = start; i + 1 < start + function.instructions; ++i) {
      const Instruction& instruction = r_.instructions[i];
      const bool goes_nowhere = instruction.has(kLandmark) || instruction.flow == Flow::kPadding;
      const bool loads_slot = r_.is_arm64() && r_.instructions[start + function.instructions - 1].has(kToImport);
      if (!goes_nowhere && !loads_slot) return false;
    }
    if (const image::Import* import = r_.image.import_at(call.target)) {
      program_.import_stubs[function.address] = static_cast<std::uint32_t>(import - r_.image.imports.data());
    }
    return true;
  }

  Recovery& r_;
  Program program_;
  std::vector<std::uint32_t> order_;    // live functions by address
  std::vector<std::uint64_t> leaders_;  // a bit per instruction, and one more
  std::vector<std::uint32_t> exits_;    // jumps and calls of the function at hand, ascending
  std::vector<std::pair<std::uint32_t, std::uint32_t>> runs_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> blocks_;
  std::vector<std::uint32_t> begins_;  // of blocks_
  std::uint32_t id_ = 0;               // of the function at hand, as in owner
};

}  // namespace

Program build_program(Recovery& r) {
  return Builder(r).build();
}

}  // namespace samehand::code
