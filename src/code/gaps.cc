// Functions that nothing names, in the code that no function reached.
//
// Problem: functions called only through pointers that are computed, and functions that nobody calls any more, lie in
// the gaps between others; but so do landing pads, labels of tables that were not understood, and data.
//
// Example: ... ret | nop | 40: push rbp ... ret, with nothing that leads to 40 -> a function; ... call __cxa_throw |
// mov rbx, rax; call __cxa_end_catch -> a landing pad.
//
// Method: in address order, every unreached instruction that stands after a terminator is traversed as if it were a
// function; the walk and its surroundings decide. First only places that nothing leads to, then the rest. What is
// refused is claimed as a chunk, so that its inside is not tried again.
//
// Cost: every instruction is claimed once per scan; walks that are undone have a budget.
//
// Known failures: landing pads that begin otherwise; functions whose first instruction is unlike all others', where the
// program's starts are uniform.
#include <algorithm>
#include <unordered_map>

#include "conventions.h"
#include "passes.h"

namespace samehand::code {
namespace {

// The first instruction, coarsely: what a compiler's prologues have in common.
std::uint32_t first_instruction_class(const Recovery& r, std::uint32_t i) {
  const ByteView bytes = r.bytes_of(i);
  if (r.is_arm64()) {
    const auto word = bytes.read_or_zero<std::uint32_t>(0);
    if ((word & 0xffc003e0) == 0xa98003e0) return 1;  // stp x, x, [sp, #-n]!
    if ((word & 0xff8003ff) == 0xd10003ff) return 2;  // sub sp, sp, #n
    return word >> 24 << 8;
  }
  switch (bytes[0]) {
    case 0x0f:
    case 0x41:
    case 0x44:
    case 0x45:
    case 0x48:
    case 0x49:
    case 0x4c:
    case 0x66:
    case 0xf3:
      return bytes[0] | bytes[1] << 8;
    default:
      return bytes[0];
  }
}

class GapScanner {
 public:
  explicit GapScanner(Recovery& r) : r_(r), walked_(r.count(), false), undo_budget_(4ull * r.count()) {
    learn_prologues();
  }

  void scan() {
    std::vector<std::uint32_t> unreached;
    for (std::uint32_t i = 0; i < r_.count(); ++i) {
      if (r_.owner[i] != 0) continue;
      const Flow flow = r_.instructions[i].flow;
      if (flow == Flow::kPadding || flow == Flow::kTrap || flow == Flow::kBad) continue;
      unreached.push_back(i);
      if (!walked_[i]) try_gap(i, true);
    }
    for (const std::uint32_t i : unreached) {  // what was claimed since then stays so until the chunks are dropped
      if (r_.owner[i] == 0) try_gap(i, false);
    }
    drop_chunks();
  }

 private:
  // Where nearly all functions begin alike (-O0, frame pointers), a start that begins otherwise is none.
  void learn_prologues() {
    constexpr std::size_t kFewestStarts = 20;
    constexpr double kUniformShare = 0.93;
    std::unordered_map<std::uint32_t, std::size_t> classes;
    std::size_t starts = 0;
    for (const FunctionState& f : r_.functions) {
      if (!f.live || (f.sources & (kFromCall | kFromUnwindTable | kFromData | kFromSymbol)) == 0) continue;
      ++starts;
      ++classes[first_instruction_class(r_, f.start)];
    }
    std::size_t most = 0;
    for (const auto& [id, times] : classes) {
      if (times > most || (times == most && id < common_class_)) {
        most = times;
        common_class_ = id;
      }
    }
    uniform_ = r_.tuning.prologues && starts > kFewestStarts &&
               static_cast<double>(most) > kUniformShare * static_cast<double>(starts);
  }

  std::uint32_t add_chunk(std::uint32_t i) {
    FunctionState chunk;
    chunk.start = i;
    chunk.chunk = true;
    r_.functions.push_back(chunk);
    return static_cast<std::uint32_t>(r_.functions.size() - 1);
  }

  void try_gap(std::uint32_t i, bool only_unreferenced) {
    const UnwindRange* range = r_.tables.ranges.empty() ? nullptr : r_.tables.range_at(r_.address_of(i));
    if (range != nullptr) {  // a part of a known function that it does not visibly reach
      const std::uint32_t begin = r_.at(range->begin);
      traverse(r_, add_chunk(i), begin == kNone ? i : begin);
      return;
    }
    const std::size_t tail_starts = r_.tail_starts.size();
    const std::uint32_t chunk = add_chunk(i);
    traverse(r_, chunk, i);
    bool outside = false;        // something else leads here
    bool from_function = false;  // a conditional jump, or a jump of a function
    for (const std::uint32_t source : r_.references_to(i)) {
      if (r_.owner[source] == chunk + 1 || !r_.instructions[source].is_direct_jump()) continue;
      outside = true;
      if (r_.instructions[source].flow == Flow::kConditional || r_.owner[source] != 0) from_function = true;
    }
    if (only_unreferenced && outside && undo_budget_ > 0) return undo(chunk, tail_starts);
    if (is_start(i, chunk, outside, from_function, tail_starts)) {
      const std::size_t kept = r_.functions.size() - 1;
      release(r_, chunk);
      if (chunk == kept) r_.functions.pop_back();
      if (add_start(r_, i, kFromGap, false)) {
        const std::uint32_t function = r_.owner[i] - 1;
        traverse(r_, function, i);
        return;
      }
      traverse(r_, add_chunk(i), i);
    }
    r_.tail_starts.resize(tail_starts);
  }

  void undo(std::uint32_t chunk, std::size_t tail_starts) {
    std::uint64_t walked = 1;
    const FunctionState& f = r_.functions[chunk];
    for (std::uint32_t k = 0; k < f.runs; ++k) {
      const auto [first, last] = r_.runs[f.first_run + k];
      walked += last - first;
      std::fill(walked_.begin() + first, walked_.begin() + last, true);
    }
    undo_budget_ -= std::min(undo_budget_, walked);
    release(r_, chunk);
    r_.functions.pop_back();
    r_.tail_starts.resize(tail_starts);
  }

  bool is_start(std::uint32_t i, std::uint32_t chunk, bool outside, bool from_function, std::size_t tail_starts) const {
    const FunctionState& f = r_.functions[chunk];
    const Instruction& first = r_.instructions[i];
    const bool aligned16 = r_.alignment >= 16 && r_.is_aligned(i, 16);
    const bool aligned = r_.alignment < 16 || aligned16;
    const Before what = before(r_, i);
    const bool after_aligned_padding = what.padding && aligned16;
    const bool prologue = first_instruction_class(r_, i) == common_class_ || first.has(kLandmark);
    if (first.has(kLabel) || !aligned) return false;
    if (outside && (r_.alignment < 16 || (from_function && !after_aligned_padding))) return false;
    if (!what.separate() && !after_aligned_padding) return false;
    if (follows_unresolved_jump(i) && !prologue && !after_aligned_padding && breaks_convention(r_, i, true))
      return false;
    if (uniform_ && !prologue) return false;
    if (first.flow == Flow::kJump && !aligned16 && !jumps_to_function(first, tail_starts)) return false;
    const bool after_call = r_.contiguous(i) && r_.instructions[i - 1].is_call();
    if (f.misaligned || breaks_convention(r_, i, after_call)) return false;
    if (f.bad || (f.min_depth < 0 && r_.tuning.stack_depth)) return false;
    const bool single = f.runs == 1 && r_.runs[f.first_run].second - r_.runs[f.first_run].first == 1;
    return !single || first.flow == Flow::kReturn || first.flow == Flow::kIndirectJump || first.flow == Flow::kJump;
  }

  bool jumps_to_function(const Instruction& jump, std::size_t tail_starts) const {
    if (!jump.has(kToCode)) return jump.has(kToImport);
    if (r_.instructions[jump.target].has(kStart)) return true;
    return std::find(r_.tail_starts.begin() + static_cast<std::ptrdiff_t>(tail_starts), r_.tail_starts.end(),
                     jump.target) != r_.tail_starts.end();
  }

  // The function before has an indirect jump that was not understood: this may be one of its cases.
  bool follows_unresolved_jump(std::uint32_t i) const {
    std::uint32_t last = i;
    while (r_.contiguous(last) && i - last < 64 &&
           (r_.instructions[last - 1].flow == Flow::kPadding || r_.instructions[last - 1].flow == Flow::kTrap)) {
      --last;
    }
    const std::uint32_t owner = last > 0 ? r_.owner[last - 1] : 0;
    if (owner == 0) return false;
    const FunctionState& f = r_.functions[owner - 1];
    if (!f.chunk) return f.unresolved;
    // A refused chunk: what matters is the function that it follows.
    const std::uint32_t start = r_.start_before(f.start);
    return start != kNone && r_.functions[r_.owner[start] - 1].unresolved;
  }

  void drop_chunks() {
    for (std::uint32_t f = 0; f < r_.functions.size(); ++f) {
      if (r_.functions[f].chunk && r_.functions[f].live) {
        release(r_, f);
        r_.functions[f].live = false;
      }
    }
  }

  Recovery& r_;
  std::vector<bool> walked_;   // instructions that a walk which was undone reached
  std::uint64_t undo_budget_;  // instructions
  std::uint32_t common_class_ = kNone;
  bool uniform_ = false;
};

}  // namespace

void scan_gaps(Recovery& r) {
  GapScanner(r).scan();
}

}  // namespace samehand::code
