// Problem: of a C library that is linked statically the table of hashes (library.cc) misses what the linker wrote
// numbers into, a tenth of glibc on x86-64 and nearly half on AArch64. Two programs that share nothing else would look
// like kin.
//
// Example: glibc's `malloc` reads variables of its thread at an offset that the linker chooses, so that neither hash
// holds; but it lies among some 700 functions that are listed, and these call it.
//
// Method: functions of archives (not instances of templates, which compilers set among a program's own code) gather
// others around them: from one to the next as long as no more than kMostStrangers of a size to be judged lie between
// that nothing known reaches by a call, by taking the address or by standing beside it in a table of pointers. As for
// local alignments with an X-drop (Altschul et al. 1990, section 2), a gap ends the stretch. A stretch of at least
// kLeastArchived listed functions, and of at least kLeastShare of those that are judged, is runtime code from its first
// to its last, with what it reaches directly behind; a beginning of fewer than kLeastFlank before the first stranger is
// left out. In ELF stretches begin behind the start-up code (crt1.o and crtbegin.o), because a program's own functions
// come between that and the libraries; before it lie cold parts and `main`, of which only what listed functions reach
// is the library's. Share of the functions of small static programs that is recognised: .55 to .96 by hash, .93 to 1
// with this (evaluation/run_runtime.py).
//
// Known failures: a program's own code that a linker put amid the C library's, such as one's own malloc, up to
// kMostStrangers functions of it; a C library of which too little is listed.
#include "static_library.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "calibrate.h"

namespace samehand::match {
namespace {

constexpr std::uint32_t kMostStrangers = 16;
constexpr std::uint32_t kLeastArchived = 40, kLeastFlank = 20;
constexpr double kLeastShare = .3;
constexpr std::size_t kStartup = 3;  // functions in a row: crt1.o and crtbegin.o bring five, a name known alone is one

// Functions from a listed one to a listed one, with no stranger between.
struct Block {
  std::size_t first = 0, last = 0;
  std::uint32_t archived = 0, judged = 0;
  std::uint32_t strangers_before = 0,
                others_before = 0;  // judged: those that nothing known reaches; with those it does
};

bool large(const feature::FunctionFeatures& f) {
  return judged({f.instructions, f.blocks});
}

// Everything that those reach by calls, by taking an address or by standing beside it in a table.
std::vector<bool> reached_from(const feature::SampleFeatures& sample, const std::vector<bool>& start) {
  std::vector<std::vector<std::uint32_t>> beside(sample.functions.size());
  for (const auto& [x, y] : sample.table_neighbours) {
    beside[x].push_back(y);
    beside[y].push_back(x);
  }
  std::vector<bool> reached = start;
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < start.size(); ++i) {
    reached[i] = reached[i] || sample.functions[i].runtime;
    if (reached[i]) open.push_back(i);
  }
  while (!open.empty()) {
    const std::uint32_t from = open.back();
    open.pop_back();
    const feature::FunctionFeatures& f = sample.functions[from];
    const auto reach = [&](std::span<const std::uint32_t> list) {
      for (const std::uint32_t to : list) {
        if (reached[to]) continue;
        reached[to] = true;
        open.push_back(to);
      }
    };
    // Start-up code reaches main, and with it everything: ELF's hands its address on, PE's calls it.
    if (!f.runtime || sample.format == image::Format::kElf) reach(sample.callees_of(f));
    if (f.runtime) continue;
    reach(sample.references_of(f));
    reach(beside[from]);
  }
  return reached;
}

// The first function behind ELF's start-up code; 0 where there is none.
std::size_t behind_startup(const feature::SampleFeatures& sample) {
  if (sample.format != image::Format::kElf) return 0;
  std::size_t in_a_row = 0;
  for (std::size_t i = 0; i < sample.functions.size(); ++i) {
    in_a_row = sample.functions[i].runtime ? in_a_row + 1 : 0;
    if (in_a_row == kStartup) return i + 1;
  }
  return 0;
}

std::vector<Block> blocks_from(std::size_t begin, const feature::SampleFeatures& sample,
                               const std::vector<bool>& archived, const std::vector<bool>& runtime,
                               const std::vector<bool>& reached) {
  std::vector<Block> blocks;
  std::uint32_t strangers = 0, others = 0;
  for (std::size_t i = begin; i < sample.functions.size(); ++i) {
    const feature::FunctionFeatures& f = sample.functions[i];
    if (archived[i]) {
      if (blocks.empty() || strangers > 0) {
        blocks.push_back({i, i, 0, 0, strangers, others});
      } else {
        blocks.back().judged += others;
      }
      Block& block = blocks.back();
      block.last = i;
      ++block.archived;
      block.judged += large(f);
      strangers = others = 0;
    } else if (large(f) && !runtime[i]) {
      ++others;
      strangers += !reached[i];
    }
  }
  return blocks;
}

// A stretch of blocks as one, if it is the library's. A small block at its beginning does not vouch for the strangers
// behind it: a program's own code may hold a copy of a library's function.
std::optional<Block> together(std::span<const Block> stretch) {
  if (stretch.front().archived < kLeastFlank) stretch = stretch.subspan(1);
  if (stretch.empty()) return std::nullopt;
  Block whole = stretch.front();
  for (const Block& block : stretch.subspan(1)) {
    whole.last = block.last;
    whole.archived += block.archived;
    whole.judged += block.others_before + block.judged;
  }
  if (whole.archived < kLeastArchived || whole.archived < kLeastShare * whole.judged) return std::nullopt;
  return whole;
}

}  // namespace

void add_by_place(const feature::SampleFeatures& sample, const std::vector<bool>& archived,
                  std::vector<bool>& runtime) {
  if (std::ranges::count(archived, true) < kLeastArchived) return;
  const std::size_t n = sample.functions.size();
  const std::vector<bool> reached = reached_from(sample, archived);
  const std::size_t begin = behind_startup(sample);
  const std::vector<Block> blocks = blocks_from(begin, sample, archived, runtime, reached);

  for (std::size_t i = 0; i + 1 < begin; ++i) runtime[i] = runtime[i] || reached[i];
  for (std::size_t from = 0; from < blocks.size();) {
    std::size_t to = from + 1;
    while (to < blocks.size() && blocks[to].strangers_before <= kMostStrangers) ++to;
    if (const auto stretch = together(std::span(blocks).subspan(from, to - from))) {
      std::size_t i = stretch->first;
      for (; i <= stretch->last; ++i) runtime[i] = true;
      for (; i < n && (reached[i] || !large(sample.functions[i])); ++i) runtime[i] = true;
    }
    from = to;
  }
}

}  // namespace samehand::match
