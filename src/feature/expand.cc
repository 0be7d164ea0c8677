// Problem: whether a small callee is inlined is decided anew in every build. What an inlined copy computes depends on
// what its caller passes, so that the callee's own features do not show it.
//
//   int at(v *x, int i) { return x->data[i]; }        f calls at(x, 3)   ->   call; add eax, 1
//   f: return at(x, 3) + 1;                           f with at inside   ->   load(load(argument 0 + 8) + 12) + 1
//
// Method: the callees' blocks are copied into the caller's control flow: a call becomes an edge to the callee's entry,
// each return an edge back, with the return address pushed and dropped where the machine does so; a callee's tail call
// becomes a call before the return. Then the whole is analysed and executed like any function, so that arguments,
// results and what is passed through memory on the stack need no further care. Blocks that meet only at such a seam are
// joined, as a compiler would. Callees of callees are laid out as well, up to kMaxDepth.
// Cost: linear in the instructions laid out; at most kMaxCaller + kMaxExpanded. The code of the last kBodies
// small functions is kept; callees are extracted shortly before their callers, so few are missing.
// Known failures: callees that are left out because of the limits; virtual calls; callees that pop their arguments.
#include "expand.h"

#include <algorithm>

namespace samehand::feature {
namespace {

// Sizes are of lowered code. A callee's work is what it does besides moving values between registers and the stack,
// which differs least between levels: of 10, 16, 24 and 32, 24 brought most at -O0 while -O3 lost least
// (docs/features.md).
constexpr std::size_t kTrivial = 30;       // callees up to this size are laid out …
constexpr std::size_t kMaxWork = 24;       // … and larger ones that do no more than this …
constexpr std::size_t kMaxCallee = 120;    // … up to this size
constexpr std::size_t kMaxCaller = 200;    // functions up to this size have a second view …
constexpr std::size_t kMaxExpanded = 600;  // … with so much in it beyond the function's own
constexpr std::size_t kMaxDepth = 6;
// A view in which little is new is worth little: unless the function is small, callees must add this share to it.
constexpr std::size_t kSmall = 16;
constexpr double kLeastShare = .35;

}  // namespace

Expander::Expander(const image::Image& image, const code::Program& program, References& references, const Abi& abi)
    : image_(image),
      program_(program),
      references_(references),
      abi_(abi),
      return_address_on_stack_(image.architecture != image::Architecture::kArm64),
      bodies_(kBodies) {}

std::size_t Expander::work(std::span<const Instruction> code) const {
  const auto works = [&](const Instruction& m) {
    const bool stack = m.index == kNoRegister && (m.base == abi_.stack_pointer || m.base == abi_.frame_pointer);
    switch (m.op) {
      case Op::kNop:
      case Op::kTrap:
      case Op::kPush:
      case Op::kPop:
      case Op::kLeave:
      case Op::kJump:
      case Op::kReturn:
        return false;
      case Op::kMove:
        return (m.destination.is_memory() || m.a.is_memory()) && !stack;
      default:
        return !m.destination.is_register() || m.destination.reg != abi_.stack_pointer;
    }
  };
  return static_cast<std::size_t>(std::ranges::count_if(code, works));
}

void Expander::remember(std::uint32_t function, std::span<const Instruction> code, const Flow& flow) {
  const code::Function& f = program_.functions[function];
  if (code.empty() || code.size() > kMaxCallee || !f.returns || f.runtime || f.unresolved_jump) return;
  if (code.size() > kTrivial && work(code) > kMaxWork) return;
  Body& body = bodies_[function % kBodies];
  body.function = function;
  body.code.assign(code.begin(), code.end());
  body.blocks.clear();
  for (const FlowBlock& b : flow.blocks) body.blocks.emplace_back(b.first, b.last);
}

const Expander::Body* Expander::body_of(std::uint32_t function) const {
  const Body& body = bodies_[function % kBodies];
  return body.function == function ? &body : nullptr;
}

std::int64_t Expander::callee(const Instruction& m) {
  if (!m.a.is_immediate()) return -1;
  const auto target = static_cast<std::uint64_t>(m.immediate);
  const Reference& r = references_.at(target);
  if (r.place != Place::kFunction) return -1;
  if (program_.functions[r.function].address != target) return -1;
  const Body* body = body_of(r.function);
  if (body == nullptr || expanded_ + body->code.size() > kMaxExpanded) return -1;
  if (path_.size() > kMaxDepth || std::ranges::find(path_, r.function) != path_.end()) return -1;
  if (pushes_program_counter(m, abi_) || is_program_counter_thunk(image_, target)) return -1;
  return r.function;
}

bool Expander::expand(std::uint32_t function, std::span<const Instruction> code, const Flow& flow, Flow& expanded) {
  if (code.size() > kMaxCaller) return false;
  path_.assign(1, function);
  expanded_ = 0;
  const auto has_callee = [&](const FlowBlock& b) {
    for (const Instruction& m : code.subspan(b.first, b.last - b.first))
      if ((m.op == Op::kCall || (m.op == Op::kJump && b.successors == 0)) && callee(m) >= 0) return true;
    return false;
  };
  if (std::ranges::none_of(flow.blocks, has_callee)) return false;
  draft_.clear();
  pieces_.clear();
  links_.clear();
  ranges_.clear();
  for (const FlowBlock& b : flow.blocks) ranges_.emplace_back(b.first, b.last);
  path_.clear();
  lay_out(function, code, ranges_, kNone);
  const bool little =
      code.size() > kSmall && static_cast<double>(expanded_) < kLeastShare * static_cast<double>(code.size());
  if (expanded_ == 0 || little) return false;
  join(expanded);
  return true;
}

// The return address is pushed (kSub) or dropped (kAdd).
void Expander::move_stack(Op op) {
  if (!return_address_on_stack_) return;
  Instruction m;
  m.op = op;
  m.destination = m.a = reg_operand(abi_.stack_pointer);
  m.b = kImmediate;
  m.immediate = abi_.pointer_bytes;
  draft_.push_back(m);
}

// Appends the function's blocks as pieces and gives the first. Returns lead to the piece `resume`, where there is one.
std::uint32_t Expander::lay_out(std::uint32_t function, std::span<const Instruction> code,
                                std::span<const std::pair<std::uint32_t, std::uint32_t>> blocks, std::uint32_t resume) {
  path_.push_back(function);
  const auto base = static_cast<std::uint32_t>(pieces_.size());
  const std::span<const code::Block> from = program_.blocks_of(program_.functions[function]);
  pieces_.resize(base + blocks.size());
  for (std::uint32_t i = 0; i < blocks.size(); i++) {
    const std::span<const code::Edge> edges = program_.edges_of(from[i]);
    std::uint32_t piece = base + i;
    pieces_[piece].first = static_cast<std::uint32_t>(draft_.size());
    bool left = false;  // by a return or a tail call that was led elsewhere
    for (std::uint32_t k = blocks[i].first; k < blocks[i].second && !left; k++) {
      const Instruction& m = code[k];
      const bool tail =
          (m.op == Op::kJump || m.op == Op::kJumpIndirect) && edges.empty() && m.a.kind != OperandKind::kNone;
      const std::int64_t g = m.op == Op::kCall || (tail && m.op == Op::kJump) ? callee(m) : -1;
      if (g >= 0) {
        std::uint32_t next = resume;
        if (!tail) {
          next = static_cast<std::uint32_t>(pieces_.size());
          pieces_.emplace_back();
          move_stack(Op::kSub);
        }
        pieces_[piece].last = static_cast<std::uint32_t>(draft_.size());
        const auto inside = static_cast<std::uint32_t>(g);
        const Body& body = *body_of(inside);
        expanded_ += body.code.size();
        link(piece, lay_out(inside, body.code, body.blocks, next), true);
        if (tail) {
          left = true;
          piece = kNone;
        } else {
          piece = next;
          pieces_[piece].first = static_cast<std::uint32_t>(draft_.size());
        }
      } else if (m.op == Op::kReturn && resume != kNone) {
        move_stack(Op::kAdd);
        left = true;
      } else if (tail && resume != kNone) {
        move_stack(Op::kAdd);
        draft_.push_back(m);
        draft_.back().op = Op::kCall;
        left = true;
      } else {
        draft_.push_back(m);
      }
    }
    if (piece == kNone) continue;
    pieces_[piece].last = static_cast<std::uint32_t>(draft_.size());
    if (left) {
      link(piece, resume, true);
      continue;
    }
    for (const code::Edge& edge : edges)
      if (edge.block < blocks.size()) link(piece, base + edge.block, false);
  }
  path_.pop_back();
  return base;
}

// Pieces that meet at a seam, with no other way in or out, become one block; the entry is block 0.
void Expander::join(Flow& expanded) {
  std::ranges::sort(links_, {}, [](const Link& l) { return std::pair(l.from, l.to); });
  const auto same = [](const Link& x, const Link& y) { return x.from == y.from && x.to == y.to; };
  const auto repeated = std::ranges::unique(links_, same);
  links_.erase(repeated.begin(), repeated.end());
  for (const Link& l : links_) {
    pieces_[l.from].exits++;
    pieces_[l.to].entries++;
  }
  for (const Link& l : links_) {
    if (!l.seam || pieces_[l.from].exits != 1 || pieces_[l.to].entries != 1 || l.to == 0) continue;
    pieces_[l.from].joined = l.to;
    pieces_[l.to].follows = true;
  }
  code_.clear();
  expanded.blocks.clear();
  expanded.successors.clear();
  for (const Piece& head : pieces_) {
    if (head.follows) continue;
    FlowBlock b;
    b.first = static_cast<std::uint32_t>(code_.size());
    for (auto i = static_cast<std::uint32_t>(&head - pieces_.data()); i != kNone; i = pieces_[i].joined) {
      pieces_[i].block = static_cast<std::uint32_t>(expanded.blocks.size());
      code_.insert(code_.end(), draft_.begin() + pieces_[i].first, draft_.begin() + pieces_[i].last);
    }
    b.last = static_cast<std::uint32_t>(code_.size());
    expanded.blocks.push_back(b);
  }
  std::size_t at = 0;
  for (std::uint32_t x = 0; x < pieces_.size(); x++) {  // the links of a block's last piece are the block's
    for (; at < links_.size() && links_[at].from == x; at++) {
      if (pieces_[x].joined != kNone) continue;
      FlowBlock& b = expanded.blocks[pieces_[x].block];
      if (b.successors == 0) b.first_successor = static_cast<std::uint32_t>(expanded.successors.size());
      expanded.successors.push_back(pieces_[links_[at].to].block);
      b.successors++;
    }
  }
}

}  // namespace samehand::feature
