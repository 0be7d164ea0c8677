// Walks a function's code from its start and claims what belongs to it.
//
// Problem: where does a function end? Code after a jump may be its next block, a function that it tail-calls, or a
// split-off cold part; only some of these may be followed.
//
// Example: `pop rbx; jmp 40` with nothing but such jumps leading to 40, and a return before 40: a tail call. `jle 90`
// to the far end of the program: no compiler we know tail-calls conditionally across functions, so 90 is a cold part
// and is claimed.
//
// Method: depth-first over jumps with the depth of the stack. A walk stops at other functions' starts, at traps and at
// calls that never return. A jump is a tail call where the stack is as on entry, the target stands apart from what
// precedes it, and either the jump crosses another function's start and nothing conditional leads to the target, or
// only jumps that follow the epilogue do.
//
// Cost: every instruction once per walk; settle() walks again only what changed.
//
// Known failures: conditional tail calls (clang -Os) look like cold parts; a block that several functions share is
// claimed by the first.
#include <algorithm>

#include "conventions.h"
#include "recovery.h"

namespace samehand::code {
namespace {

// References looked at to decide on one jump: enough for real code, and a bound where hostile code names one place a
// million times.
constexpr std::size_t kReferenceLimit = 256;

class Walker {
 public:
  Walker(Recovery& r, std::uint32_t function, std::uint32_t container)
      : r_(r),
        f_(r.functions[function]),
        id_(function + 1),
        start_(container),
        limit_(r.start_after(container)),
        outer_(r.start_before(container)) {}

  void walk(bool whole) {
    f_.first_run = static_cast<std::uint32_t>(r_.runs.size());
    f_.first_tail = static_cast<std::uint32_t>(r_.tails.size());
    f_.returns = f_.unresolved = f_.bad = f_.misaligned = false;
    f_.max_depth = f_.min_depth = 0;
    r_.owner[f_.start] = 0;  // a start is its function's even before the walk
    r_.work.emplace_back(f_.start, 0);
    run_all();
    if (!f_.chunk) walk_landing_pads();
    if (whole) walk_rest_of_range();
    f_.runs = static_cast<std::uint32_t>(r_.runs.size()) - f_.first_run;
    f_.tails = static_cast<std::uint32_t>(r_.tails.size()) - f_.first_tail;
  }

 private:
  void run_all() {
    while (!r_.work.empty()) {
      const auto [i, depth] = r_.work.back();
      r_.work.pop_back();
      const std::uint32_t end = run(i, depth);
      if (end > i) r_.runs.emplace_back(i, end);
    }
  }

  // What only the unwinder enters belongs to the function too. The stack there is what the body used.
  void walk_landing_pads() {
    const UnwindRange* range = r_.tables.ranges.empty() ? nullptr : r_.tables.range_at(r_.address_of(f_.start));
    if (range == nullptr) return;
    for (const std::uint64_t pad : r_.tables.pads_of(*range)) {
      const std::uint32_t i = r_.at(pad);
      if (i != kNone && r_.owner[i] == 0 && !r_.instructions[i].has(kStart)) r_.work.emplace_back(i, f_.max_depth);
    }
    run_all();
  }

  void walk_rest_of_range() {
    const UnwindRange* range = r_.tables.ranges.empty() ? nullptr : r_.tables.range_at(r_.address_of(f_.start));
    if (range == nullptr) return;
    const std::uint32_t end = r_.space.offset_of(range->end - 1);
    for (std::uint32_t i = f_.start; i < r_.count() && r_.instructions[i].offset <= end; ++i) {
      const Instruction& instruction = r_.instructions[i];
      const bool skip = instruction.flow == Flow::kPadding || instruction.flow == Flow::kTrap ||
                        instruction.flow == Flow::kBad || (instruction.has(kStart) && i != f_.start);
      if (r_.owner[i] != 0 || skip) continue;
      r_.work.emplace_back(i, f_.max_depth);
      run_all();
    }
  }

  bool owned_by_other(std::uint32_t i) const { return r_.owner[i] != 0 && r_.owner[i] != id_; }
  bool crosses(std::uint32_t i) const { return i < start_ || i >= limit_; }
  bool is_other_start(std::uint32_t i) const { return i != start_ && i != f_.start && r_.instructions[i].has(kStart); }
  bool follows_pop(std::uint32_t i) const { return r_.contiguous(i) && r_.instructions[i - 1].has(kPops); }

  // The walk meets code that is claimed already: it comes back somehow, and unless that code is a mere chunk outside
  // this function, two functions overlap.
  void meet(std::uint32_t i) {
    f_.returns = true;
    const FunctionState& other = r_.functions[r_.owner[i] - 1];
    if (!other.chunk || r_.start_before(i) == outer_) f_.bad = true;
  }

  void tail_call(std::uint32_t target) { r_.tails.push_back(target); }

  // Claims from i on until the flow ends or leaves; gives the instruction after the last one claimed.
  std::uint32_t run(std::uint32_t i, std::int32_t depth) {
    const std::uint32_t first = i;
    const std::uint32_t count = r_.count();
    const Instruction* const instructions = r_.instructions.data();
    std::uint32_t* const owner = r_.owner.data();
    for (;;) {
      const Instruction& instruction = instructions[i];
      if (instruction.has(kStart) && i != first && is_other_start(i)) {
        fall_into(i, first);
        return i;
      }
      if (owner[i] != 0) {
        if (owner[i] != id_) meet(i);
        return i;
      }
      const Flow flow = instruction.flow;
      if (flow == Flow::kBad) {
        f_.returns = f_.bad = true;
        return i;
      }
      owner[i] = id_;
      if (instruction.stack != 0 || instruction.has(kSetsDepth)) {
        depth = instruction.has(kSetsDepth) ? instruction.stack : add(depth, instruction.stack);
        f_.max_depth = std::max(f_.max_depth, depth);
        f_.min_depth = std::min(f_.min_depth, depth);
      }
      if (flow != Flow::kOther && ends_run(i, depth)) return i + 1;
      if (i + 1 >= count || instruction.end() != instructions[i + 1].offset) {
        if (!instruction.is_call()) f_.bad = true;
        return i + 1;
      }
      ++i;
    }
  }

  static std::int32_t add(std::int32_t depth, std::int32_t change) {
    constexpr std::int64_t kDeepest = 1 << 30;  // hostile code may add up to more than fits
    return static_cast<std::int32_t>(std::clamp(std::int64_t{depth} + change, -kDeepest, kDeepest));
  }

  // Falls through into another function: it continues there, unless what came last was a call that does not return.
  void fall_into(std::uint32_t i, std::uint32_t first) {
    std::uint32_t last = i;
    while (last > first && r_.instructions[last - 1].flow == Flow::kPadding) --last;
    if (last > 0 && !r_.instructions[last - 1].is_call()) tail_call(i);
  }

  bool ends_run(std::uint32_t i, std::int32_t depth) {
    const Instruction& instruction = r_.instructions[i];
    switch (instruction.flow) {
      case Flow::kConditional:
        jump(i, depth);
        return false;
      case Flow::kJump:
        jump(i, depth);
        return true;
      case Flow::kReturn:
        f_.returns = true;
        return true;
      case Flow::kTrap:
        return true;
      case Flow::kIndirectJump:
        indirect_jump(i, depth);
        return true;
      case Flow::kCall:
      case Flow::kIndirectCall:
        return call_ends_run(i, depth);
      default:
        return false;
    }
  }

  void jump(std::uint32_t i, std::int32_t depth) {
    const Instruction& instruction = r_.instructions[i];
    if (!instruction.has(kToCode)) {
      if (instruction.flow == Flow::kJump && !instruction.has(kNoReturn)) f_.returns = true;
      return;
    }
    const std::uint32_t target = instruction.target;
    if (is_other_start(target)) {
      tail_call(target);
    } else if (owned_by_other(target)) {
      meet(target);
    } else if (instruction.flow == Flow::kJump ? is_tail_call(i, target, depth)
                                               : is_conditional_tail_call(target, depth)) {
      r_.tail_starts.push_back(target);
      tail_call(target);
    } else if (r_.owner[target] == 0) {
      r_.work.emplace_back(target, depth);
    }
  }

  bool is_tail_call(std::uint32_t i, std::uint32_t target, std::int32_t depth) const {
    if (!r_.tuning.tail_calls || target == f_.start || target == start_) return false;
    const bool with_depth = r_.tuning.stack_depth;
    const Instruction& to = r_.instructions[target];
    if (to.has(kFragment | kLabel)) return false;
    if (with_depth && depth != 0) return false;
    const bool crossing = crosses(target);
    if (!r_.tables.ranges.empty() && r_.tables.range_at(r_.address_of(target)) != nullptr) return false;
    if (target == i + 1 && depth == 0 && with_depth) return !entered_conditionally_from_inside(i, target);
    const Before what_precedes = before(r_, target);
    if (!what_precedes.separate()) return false;
    bool conditional = false;
    bool only_after_pops = true;  // of the jumps that lead here from earlier code of this function
    auto references = r_.references_to(target);
    references = references.first(std::min(references.size(), kReferenceLimit));
    for (const std::uint32_t source : references) {
      const Instruction& jump = r_.instructions[source];
      if (!jump.is_direct_jump()) continue;
      const bool is_conditional = jump.flow == Flow::kConditional;
      if (is_conditional && (source <= target || r_.owner[source] == id_)) conditional = true;
      const bool earlier = source >= start_ && source < target;
      if (earlier && (is_conditional || (source != i && !follows_pop(source)))) only_after_pops = false;
    }
    if (crossing) return !conditional;
    if (!only_after_pops || !with_depth) return false;
    const bool aligned = r_.alignment < 16 || r_.is_aligned(target, r_.alignment);
    if (follows_pop(i)) return aligned;
    // A leaf has nothing to pop; then only alignment can tell. Where functions are not aligned loops are not either, so
    // that padding before an aligned place stands between sections.
    return f_.max_depth == 0 && r_.is_aligned(target, 16) && target > i && what_precedes.padding;
  }

  // clang makes conditional jumps into tail calls where size counts. The target has to look like a function in every
  // way: a cold part, which is what such a jump mostly leads to, uses the registers of its function.
  bool is_conditional_tail_call(std::uint32_t target, std::int32_t depth) const {
    if (!r_.tuning.tail_calls || !r_.tuning.stack_depth || !r_.tuning.conventions || depth != 0) return false;
    if (!crosses(target) || r_.instructions[target].has(kFragment | kLabel)) return false;
    if (r_.alignment < 16 || !r_.is_aligned(target, r_.alignment)) return false;
    if (!r_.tables.ranges.empty() && r_.tables.range_at(r_.address_of(target)) != nullptr) return false;
    return makes_frame(target) && before(r_, target).separate() && !breaks_convention(r_, target, true);
  }

  // Whether one of the first instructions takes stack, as a function with a frame does and a shared block of a leaf
  // does not.
  bool makes_frame(std::uint32_t i) const {
    constexpr std::uint32_t kPrologue = 4;
    for (const std::uint32_t end = std::min(i + kPrologue, r_.count()); i < end; ++i) {
      if (r_.instructions[i].stack > 0) return true;
    }
    return false;
  }

  bool entered_conditionally_from_inside(std::uint32_t i, std::uint32_t target) const {
    auto references = r_.references_to(target);
    references = references.first(std::min(references.size(), kReferenceLimit));
    return std::ranges::any_of(references, [&](std::uint32_t source) {
      return r_.instructions[source].flow == Flow::kConditional && source < i && source >= start_;
    });
  }

  void indirect_jump(std::uint32_t i, std::int32_t depth) {
    const Instruction& instruction = r_.instructions[i];
    if (instruction.has(kToImport)) {
      if (!instruction.has(kNoReturn)) f_.returns = true;
      return;
    }
    const auto targets =
        r_.tuning.jump_tables ? jump_table(r_, i, r_.start_before(i)) : std::span<const std::uint32_t>();
    for (const std::uint32_t target : targets) {
      if (r_.owner[target] == 0 && !is_other_start(target)) r_.work.emplace_back(target, depth);
    }
    if (!targets.empty()) return;
    f_.returns = true;
    if (depth != 0) f_.unresolved = true;  // at depth 0 it is a tail call through a pointer
  }

  bool call_ends_run(std::uint32_t i, std::int32_t depth) {
    const Instruction& call = r_.instructions[i];
    const bool never_returns = r_.never_returns(call);
    if (r_.tuning.alignment_checks) {
      // x86-64: the ABI wants the stack 16-byte aligned before a call, so 8 bytes beside a multiple of 16 were pushed
      // since entry. AArch64: a call overwrites x30, which a function has to save first.
      if (r_.is_64_bit() && call.has(kToImport) && (depth & 15) != 8) f_.misaligned = true;
      if (r_.is_arm64() && depth == 0 && !never_returns) f_.misaligned = true;
    }
    if (never_returns) return true;
    return stands_before_padding(i);
  }

  // A call followed by padding up to an aligned place that no jump leads to: what follows is another function.
  bool stands_before_padding(std::uint32_t i) const {
    if (r_.alignment < 16) return false;
    std::uint32_t next = i + 1;
    while (next < r_.count() && r_.contiguous(next) && r_.instructions[next].flow == Flow::kPadding) ++next;
    if (next == i + 1 || next >= r_.count() || !r_.is_aligned(next, 16)) return false;
    if (r_.image.format == image::Format::kPe && next == i + 2) return false;  // a nop that keeps unwinding inside
    return r_.references_to(next).empty();
  }

  Recovery& r_;
  FunctionState& f_;
  const std::uint32_t id_;
  const std::uint32_t start_;  // what is between start_ and limit_ counts as inside
  const std::uint32_t limit_;
  const std::uint32_t outer_;
};

}  // namespace

void traverse(Recovery& r, std::uint32_t function, std::uint32_t container) {
  Walker(r, function, container).walk(false);
}

void traverse_whole(Recovery& r, std::uint32_t function) {
  Walker(r, function, r.functions[function].start).walk(true);
}

}  // namespace samehand::code
