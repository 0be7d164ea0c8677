// Function recovery: the passes in order. docs/recovery.md explains and measures them.
#include <algorithm>

#include "passes.h"

namespace samehand::code {
namespace {

constexpr int kSettleRounds = 8;  // a round that still changes something after this many is let be
constexpr int kGapRounds = 4;

void add_tail_starts(Recovery& r) {
  std::vector<std::uint32_t> found;
  found.swap(r.tail_starts);
  for (const std::uint32_t target : found) add_start(r, target, kFromTailCall, false);
}

}  // namespace

void settle(Recovery& r) {
  for (int round = 0; round < kSettleRounds && !r.dirty.empty(); ++round) {
    std::vector<std::uint32_t> batch;
    batch.swap(r.dirty);
    std::erase_if(batch, [&](std::uint32_t f) { return !r.functions[f].live; });
    std::ranges::sort(batch, {}, [&](std::uint32_t f) { return r.functions[f].start; });
    for (const std::uint32_t f : batch) {
      release(r, f);
      r.functions[f].dirty = false;
    }
    for (const std::uint32_t f : batch) traverse(r, f, r.functions[f].start);
    settle_returns(r);
    check_weak_starts(r);
    add_tail_starts(r);
  }
}

Program recover_tuned(const image::Image& image, const RecoverOptions& options, const Tuning& tuning) {
  Recovery r(image, options, tuning);

  // Read what the image says outright.
  if (options.use_unwind_tables) r.tables = read_unwind_tables(image);
  collect_known_starts(r);

  // Decode everything once and index who names whom.
  sweep(r);
  link_references(r);

  // Starts beyond doubt; then labels, so that the weaker sources cannot take them for functions.
  mark_fragments(r);
  r.starts.reset(r.count());
  r.owner.assign(r.count(), 0);
  add_certain_starts(r);
  label_tables(r);

  // Walk all functions; each walk may show new ones, and each new one changes its neighbours. The weaker sources come
  // after each walk, when it is known what does not return.
  settle(r);
  for (int round = 0; round < kGapRounds; ++round) {
    add_weak_starts(r);
    settle(r);
    if (tuning.gaps) scan_gaps(r);
    add_tail_starts(r);
    if (r.dirty.empty()) break;
    settle(r);
  }

  Program program = build_program(r);
  find_import_stubs(image, program);
  name_functions(image, options, program);
  return program;
}

Result<Program> recover(const image::Image& image, const RecoverOptions& options) {
  if (image.architecture == image::Architecture::kOther) {
    return fail(ErrorCode::kNotSupported, "code of this architecture is not read; x86, x86-64 and AArch64 are");
  }
  if (image.architecture == image::Architecture::kUnknown) return Program{};
  return recover_tuned(image, options, Tuning{});
}

}  // namespace samehand::code
