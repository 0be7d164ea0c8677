// Order, loops and stack heights of a function.
//
//   0 -> 1; 1 -> 2, 3; 2 -> 1; 3        order 0 1 3 2 or 0 1 2 3; one loop: head 1, body {1, 2}
//
// Method: depth-first search gives reverse post-order and the retreating edges. Loops as in Havlak, "Nesting of
// reducible and irreducible loops", 1997: heads from the innermost outwards, each walking back from its retreating
// edges over blocks that inner loops have already swallowed (union-find), so that no block is walked twice; what a loop
// writes is the union of what its blocks and inner loops write. Entries into the middle of a loop are ignored.
// Stack heights: one pass in order, with push, pop, add and sub on the stack pointer and copies to the frame pointer.
// Cost: n α(n) in blocks and edges, linear in instructions.
// Known failures: alloca, and callees that pop their arguments (stdcall) leave the height wrong until the frame pointer
// is used again.
#include "flow.h"

#include <algorithm>
#include <cstring>

namespace samehand::feature {

void Slots::clear() {
  count_ = 0;
  std::memset(table_, kNone, sizeof table_);
}

unsigned Slots::find(std::int64_t offset) const {
  for (unsigned i = place(offset);; i = (i + 1) % kTable) {
    if (table_[i] == kNone) return kNone;
    if (offsets_[table_[i]] == offset) return table_[i];
  }
}

unsigned Slots::number(std::int64_t offset) {
  for (unsigned i = place(offset);; i = (i + 1) % kTable) {
    if (table_[i] == kNone) {
      if (count_ == kMax) return kNone;
      offsets_[count_] = offset;
      table_[i] = static_cast<std::uint8_t>(count_);
      return count_++;
    }
    if (offsets_[table_[i]] == offset) return table_[i];
  }
}

void Flow::analyse(std::span<const Instruction> code, const Abi& abi) {
  find_predecessors();
  sort_blocks();
  slots.clear();
  follow_stack(code, abi);
  find_loops();
}

void Flow::connect(const code::Program& program, const code::Function& function) {
  const std::span<const code::Block> from = program.blocks_of(function);
  successors.clear();
  for (std::uint32_t i = 0; i < blocks.size(); i++) {
    FlowBlock& b = blocks[i];
    b.first_successor = static_cast<std::uint32_t>(successors.size());
    for (const code::Edge& edge : program.edges_of(from[i]))
      if (edge.block < blocks.size()) successors.push_back(edge.block);
    const auto begin = successors.begin() + b.first_successor;
    if (successors.end() - begin > 1) {
      std::sort(begin, successors.end());
      successors.erase(std::unique(begin, successors.end()), successors.end());
    }
    b.successors = static_cast<std::uint32_t>(successors.size()) - b.first_successor;
  }
}

void Flow::find_predecessors() {
  for (FlowBlock& b : blocks) b.predecessors = 0;
  edges = static_cast<std::uint32_t>(successors.size());
  for (const std::uint32_t s : successors) blocks[s].predecessors++;
  std::uint32_t at = 0;
  for (FlowBlock& b : blocks) {
    b.first_predecessor = at;
    at += b.predecessors;
    b.predecessors = 0;
  }
  predecessors.resize(at);
  for (std::uint32_t i = 0; i < blocks.size(); i++)
    for (const std::uint32_t s : successors_of(blocks[i]))
      predecessors[blocks[s].first_predecessor + blocks[s].predecessors++] = i;
}

void Flow::sort_blocks() {
  const auto n = static_cast<std::uint32_t>(blocks.size());
  enum : std::uint8_t { kNew, kOpen, kDone };
  colour_.assign(n, kNew);
  next_.assign(n, 0);
  order.clear();
  back_from_.clear();
  back_first_.clear();
  // One search per root, each root's part in reverse post-order, roots ascending: the entry, then what only the
  // unwinder or an unresolved jump reaches.
  for (std::uint32_t root = 0; root < n; root++) {
    if (colour_[root] != kNew) continue;
    const std::size_t part = order.size();
    stack_.assign(1, root);
    colour_[root] = kOpen;
    while (!stack_.empty()) {
      const std::uint32_t x = stack_.back();
      const auto next = successors_of(blocks[x]);
      if (next_[x] < next.size()) {
        const std::uint32_t y = next[next_[x]++];
        if (colour_[y] == kNew) {
          colour_[y] = kOpen;
          stack_.push_back(y);
        } else if (colour_[y] == kOpen) {
          back_first_.push_back(y);
          back_from_.push_back(x);
        }
      } else {
        colour_[x] = kDone;
        order.push_back(x);
        stack_.pop_back();
      }
    }
    std::reverse(order.begin() + static_cast<std::ptrdiff_t>(part), order.end());
  }
  for (std::uint32_t i = 0; i < n; i++) blocks[order[i]].position = i;
}

std::uint32_t Flow::collapsed(std::uint32_t block) {
  while (union_[block] != block) block = union_[block] = union_[union_[block]];
  return block;
}

void Flow::find_loops() {
  const auto n = static_cast<std::uint32_t>(blocks.size());
  loops = 0;
  if (back_from_.empty()) return;
  union_.resize(n);
  for (std::uint32_t i = 0; i < n; i++) union_[i] = i;
  // Retreating edges by head, innermost head (latest in the order) first.
  next_.resize(back_from_.size());
  for (std::uint32_t i = 0; i < next_.size(); i++) next_[i] = i;
  std::ranges::sort(next_, [&](std::uint32_t a, std::uint32_t b) {
    return blocks[back_first_[a]].position > blocks[back_first_[b]].position;
  });
  for (std::size_t i = 0; i < next_.size();) {
    const std::uint32_t h = back_first_[next_[i]];
    FlowBlock& head = blocks[h];
    head.head = true;
    loops++;
    stack_.clear();
    for (; i < next_.size() && back_first_[next_[i]] == h; i++) {
      const std::uint32_t tail = collapsed(back_from_[next_[i]]);
      if (tail != h) stack_.push_back(tail);
    }
    while (!stack_.empty()) {
      const std::uint32_t x = stack_.back();
      stack_.pop_back();
      if (union_[x] != x) continue;  // swallowed meanwhile
      union_[x] = h;
      blocks[x].loop = h;
      head.written.add(blocks[x].written);
      for (const std::uint32_t p : predecessors_of(blocks[x])) {
        const std::uint32_t y = collapsed(p);
        if (y != h && blocks[y].position > head.position) stack_.push_back(y);
      }
    }
  }
  for (const std::uint32_t x : order) {
    FlowBlock& b = blocks[x];
    b.depth = (b.loop != FlowBlock::kNoLoop ? blocks[b.loop].depth : 0) + (b.head ? 1 : 0);
  }
}

namespace {

// What one instruction does to the stack and frame pointers, and which slot and registers it writes.
class StackWalk {
 public:
  StackWalk(const Abi& abi, Slots& slots) : abi_(abi), slots_(slots) {}

  void enter(const FlowBlock& b) {
    stack_ = b.stack;
    frame_ = b.frame;
    frame_known_ = b.frame_known;
  }
  void leave(FlowBlock& to) const {
    to.stack = stack_;
    to.frame = frame_;
    to.frame_known = frame_known_;
    to.stack_known = true;
  }

  void step(const Instruction& m, Written& written) {
    switch (m.op) {
      case Op::kPush:
        stack_ -= abi_.pointer_bytes;
        if (m.a.is_register() && m.a.reg == abi_.frame_pointer) save_frame(stack_);
        written.add_slot(slots_.number(stack_));
        return;
      case Op::kPop:
        if (m.destination.is_register()) {
          if (m.destination.reg == abi_.frame_pointer) restore_frame(stack_);
          written_register(m.destination.reg, written);
        }
        stack_ += abi_.pointer_bytes;
        return;
      case Op::kLeave:
        if (frame_known_) {
          stack_ = frame_ + abi_.pointer_bytes;
          restore_frame(frame_);
        }
        written.add_register(abi_.frame_pointer);
        return;
      case Op::kCall:
        if (pushes_program_counter(m, abi_)) {
          stack_ -= abi_.pointer_bytes;
          written.add_slot(slots_.number(stack_));
          return;
        }
        written.general |= abi_.clobbered_general;
        written.vector |= abi_.clobbered_vector;
        return;
      case Op::kCopyString:
      case Op::kFillString:
        written.general |= 1u << 1 | 1u << 6 | 1u << 7;
        return;
      case Op::kExchange:
        written_operand(m, m.a, written);
        written_operand(m, m.b, written);
        return;
      case Op::kX87Push:
      case Op::kX87Pop:
        written.vector |= 0xffull << (kX87Top - kVector0);
        return;
      case Op::kNop:
      case Op::kTrap:
      case Op::kJump:
      case Op::kJumpIndirect:
      case Op::kBranchIf:
      case Op::kReturn:
        return;
      default:
        break;
    }
    move_pointers(m);
    written_operand(m, m.destination, written);
    if (m.c.is_register() && m.op != Op::kMulAdd && m.op != Op::kMulSub) written_register(m.c.reg, written);
    if (m.sets_flags) written.general |= 3ull << kFlagLeft;
  }

 private:
  bool is_frame_or_stack(unsigned r) const {
    return r == abi_.stack_pointer || (r == abi_.frame_pointer && frame_known_);
  }
  std::int64_t value(unsigned r) const { return r == abi_.stack_pointer ? stack_ : frame_; }
  void set(unsigned r, std::int64_t value) {
    if (r == abi_.stack_pointer) {
      stack_ = value;
    } else {
      frame_ = value;
      frame_known_ = true;
    }
  }

  // Functions whose callees are laid out within them have several frames, one after another.
  void save_frame(std::int64_t place) {
    for (Saved& s : std::span(saved_).first(saved_count_))
      if (s.place == place) {
        s = {place, frame_, frame_known_};
        return;
      }
    if (saved_count_ < kMaxSaved) saved_[saved_count_++] = {place, frame_, frame_known_};
  }
  void restore_frame(std::int64_t place) {
    frame_known_ = false;
    for (const Saved& s : std::span(saved_).first(saved_count_))
      if (s.place == place) {
        frame_ = s.frame;
        frame_known_ = s.known;
      }
  }
  // The stack slot that the memory operand names.
  bool names_slot(const Instruction& m, std::int64_t& place) const {
    if (m.index != kNoRegister || m.base == kNoRegister || !is_frame_or_stack(m.base)) return false;
    place = value(m.base) + m.displacement;
    return true;
  }

  void move_pointers(const Instruction& m) {
    std::int64_t place;
    if (m.op == Op::kMove && m.destination.is_memory() && m.a.is_register() && m.a.reg == abi_.frame_pointer &&
        names_slot(m, place))
      save_frame(place);
    if (!m.destination.is_register()) return;
    const unsigned r = m.destination.reg;
    if (r != abi_.stack_pointer && r != abi_.frame_pointer) return;
    const bool from = m.a.is_register() && is_frame_or_stack(m.a.reg);
    if (m.op == Op::kAnd && r == abi_.stack_pointer) return;  // alignment
    if (m.op == Op::kMove && from)
      set(r, value(m.a.reg));
    else if (m.op == Op::kAdd && from && m.b.is_immediate())
      set(r, value(m.a.reg) + m.immediate);
    else if (m.op == Op::kSub && from && m.b.is_immediate())
      set(r, value(m.a.reg) - m.immediate);
    else if (m.op == Op::kAddress && m.base != kNoRegister && m.index == kNoRegister && is_frame_or_stack(m.base))
      set(r, value(m.base) + m.displacement);
    else if (r == abi_.frame_pointer && m.op == Op::kMove && m.a.is_memory() && names_slot(m, place))
      restore_frame(place);
    else if (r == abi_.frame_pointer)
      frame_known_ = false;
  }

  void written_register(unsigned r, Written& written) const {
    written.add_register(r);
    if (r >= kX87Top && r < kScratch) written.vector |= 0xffull << (kX87Top - kVector0);
  }

  void written_operand(const Instruction& m, Operand operand, Written& written) {
    if (operand.is_register()) written_register(operand.reg, written);
    std::int64_t place;
    if (operand.is_memory() && names_slot(m, place)) written.add_slot(slots_.number(place));
  }

  struct Saved {  // where a frame pointer was put aside
    std::int64_t place, frame;
    bool known;
  };
  static constexpr std::size_t kMaxSaved = 16;

  const Abi& abi_;
  Slots& slots_;
  std::int64_t stack_ = 0, frame_ = 0;
  bool frame_known_ = false;
  std::size_t saved_count_ = 0;
  Saved saved_[kMaxSaved];
};

}  // namespace

void Flow::follow_stack(std::span<const Instruction> code, const Abi& abi) {
  blocks[0].stack_known = true;
  StackWalk walk(abi, slots);
  const FlowBlock* deepest = &blocks[0];
  for (const std::uint32_t x : order) {
    FlowBlock& b = blocks[x];
    if (!b.stack_known) {  // reached by the unwinder: at the function's full height
      b.stack = deepest->stack;
      b.frame = deepest->frame;
      b.frame_known = deepest->frame_known;
      b.stack_known = true;
    }
    walk.enter(b);
    for (const Instruction& m : code.subspan(b.first, b.last - b.first)) walk.step(m, b.written);
    b.written.general &= ~(1ull << abi.stack_pointer);
    for (const std::uint32_t y : successors_of(b)) {
      if (blocks[y].stack_known) continue;
      walk.leave(blocks[y]);
      if (blocks[y].stack < deepest->stack) deepest = &blocks[y];
    }
  }
}

}  // namespace samehand::feature
