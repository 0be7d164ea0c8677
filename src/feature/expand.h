// A function with its small callees laid out in the places of their calls, as a compiler that inlined them would have
// it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "abi.h"
#include "flow.h"
#include "ir.h"
#include "references.h"
#include "samehand/code/program.h"
#include "samehand/image/image.h"

namespace samehand::feature {

class Expander {
 public:
  Expander(const image::Image& image, const code::Program& program, References& references, const Abi& abi);

  // Keeps the lowered code of a function that may be laid out in its callers. To be called for callees before callers.
  void remember(std::uint32_t function, std::span<const Instruction> code, const Flow& flow);

  // Lays `function`, lowered to `code` and `flow`, out with its callees. False where none of them fits; else fills in
  // `blocks` and `successors` of `expanded` (Flow::analyse does the rest) and code().
  bool expand(std::uint32_t function, std::span<const Instruction> code, const Flow& flow, Flow& expanded);
  std::span<const Instruction> code() const { return code_; }

 private:
  // The lowered code of one small function.
  struct Body {
    std::uint32_t function = kNone;
    std::vector<Instruction> code;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> blocks;  // instructions [first, second)
  };
  // A run of instructions while they are laid out; it becomes a block, or part of one.
  struct Piece {
    std::uint32_t first = 0, last = 0;  // in draft_
    std::uint32_t entries = 0, exits = 0;
    std::uint32_t joined = kNone;  // the piece that follows in the same block
    std::uint32_t block = 0;
    bool follows = false;  // it is some piece's `joined`
  };
  struct Link {
    std::uint32_t from, to;  // pieces
    bool seam;               // between caller and callee, which inlining would leave no trace of
  };

  static constexpr std::uint32_t kNone = ~0u;
  static constexpr std::size_t kBodies = 1024;

  std::int64_t callee(const Instruction& m);  // the function to lay out in the place of this call; -1
  std::size_t work(std::span<const Instruction> code) const;
  const Body* body_of(std::uint32_t function) const;
  std::uint32_t lay_out(std::uint32_t function, std::span<const Instruction> code,
                        std::span<const std::pair<std::uint32_t, std::uint32_t>> blocks, std::uint32_t resume);
  void join(Flow& expanded);
  void link(std::uint32_t from, std::uint32_t to, bool seam) { links_.push_back({from, to, seam}); }
  void move_stack(Op op);

  const image::Image& image_;
  const code::Program& program_;
  References& references_;
  const Abi& abi_;
  bool return_address_on_stack_ = true;
  std::vector<Body> bodies_;
  std::vector<Instruction> draft_, code_;
  std::vector<Piece> pieces_;
  std::vector<Link> links_;
  std::vector<std::uint32_t> path_;  // functions being laid out, outermost first
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges_;
  std::size_t expanded_ = 0;  // instructions of callees so far
};

}  // namespace samehand::feature
