// Problem: every program that one tool chain linked statically holds the same hundreds of functions of its runtime.
//
// Example: two unrelated C programs, linked statically on Debian, share some 700 functions of glibc, from printf's
// inner parts to the loader's. Of those in a stripped program of printf, scanf, qsort and sin 701 of 779 are in the
// table.
//
// Method: a table of everything that Debian 12's compilers bring along (evaluation/list_runtime.py says from what and
// makes it), and of what the C++ library's templates become for types that stand for their like
// (evaluation/library_instances.cc): each function by the hash of its instructions, addresses masked, and by a digest
// of its features, which bears other registers and another order. 40 bits of either: of the functions of two programs
// of 10,000, one in 750 pairs of programs has one taken for the runtime's by chance. Hashes are facts; no code is
// copied. They belong to a feature version.
//
// What the table misses of a program that is linked statically, it knows by its place. Example: glibc's `malloc` reads
// variables of its thread at an offset that the linker chooses, so that neither hash holds; but it lies among some 700
// functions that are listed, and these call it. Method: functions of archives (not instances of templates, which
// compilers set among a program's own code) gather others around them: from one to the next as long as no more than
// kMostStrangers of a size to be judged come in a row that nothing known reaches by a call, by taking the address or by
// standing beside it in a table of pointers. As for local alignments with an X-drop (Altschul et al. 1990, section 2),
// a gap ends the stretch. A stretch of at least kLeastArchived listed functions, and of at least kLeastShare of those
// that are judged, is runtime code from its first to its last, with what it reaches directly behind; a beginning of
// fewer than kLeastFlank before the first stranger is left out. In ELF a stretch begins behind the start-up code
// (crt1.o and crtbegin.o), because a program's own functions come between that and the libraries; before it lie cold
// parts and `main`, of which only what listed functions reach is the library's.
//
// Known failures: other releases of the runtime, as far as neither hash survives; functions too small to be judged,
// which are not listed; the C++ library of Visual Studio and LLVM's; instances for types that own something of their
// own; a program's own code that a linker put amid the C library's, such as one's own malloc, up to kMostStrangers
// functions of it.
#include "library.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "calibrate.h"
#include "samehand/base/hash.h"

namespace samehand::match {
namespace {

#include "library.inc"

constexpr std::uint32_t kLeastInstructions = 8;  // smaller functions are alike everywhere
constexpr std::size_t kLeastFeatures = 10;
constexpr int kDroppedBits = 24;

// Features that depend on where a function stands, or on how it was linked.
bool own(feature::Kind kind) {
  using feature::Kind;
  return kind != Kind::kCallerConstant && kind != Kind::kTableString;
}

bool listed(std::span<const std::uint64_t> table, std::uint64_t hash) {
  return hash != 0 && std::ranges::binary_search(table, hash >> kDroppedBits);
}

bool listed(std::span<const std::uint64_t> table, const feature::SampleFeatures& sample,
            const feature::FunctionFeatures& function) {
  return function.instructions >= kLeastInstructions &&
         (listed(table, function.exact_hash) || listed(table, digest(sample, function)));
}

constexpr std::uint32_t kMostStrangers = 16;
constexpr std::uint32_t kLeastArchived = 40, kLeastFlank = 20;
constexpr double kLeastShare = .3;
constexpr std::uint32_t kStartup =
    3;  // functions in a row: crt1.o and crtbegin.o bring five, a name known alone is one

// Functions from a listed one to a listed one, with no stranger between.
struct Block {
  std::size_t first, last;
  std::uint32_t archived;
  std::uint32_t judged;  // from the block before on, listed or not
};

// A stretch of blocks as one, or none. A small block at its beginning does not vouch for the strangers behind it: a
// program's own code may hold a copy of a library's function.
std::vector<Block> together(std::span<const Block> stretch) {
  if (!stretch.empty() && stretch.front().archived < kLeastFlank) stretch = stretch.subspan(1);
  if (stretch.empty()) return {};
  Block whole = stretch.front();
  for (const Block& block : stretch.subspan(1)) {
    whole.last = block.last;
    whole.archived += block.archived;
    whole.judged += block.judged;
  }
  if (whole.archived < kLeastArchived || whole.archived < kLeastShare * whole.judged) return {};
  return {whole};
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

}  // namespace

std::uint64_t digest(const feature::SampleFeatures& sample, const feature::FunctionFeatures& function) {
  if (function.instructions < kLeastInstructions) return 0;
  std::uint64_t hash = combine64(static_cast<std::uint64_t>(sample.architecture), sample.pointer_bytes);
  std::size_t features = 0;
  for (const feature::Feature& f : sample.features_of(function)) {
    if (!own(f.kind())) continue;
    hash = combine64(combine64(hash, f.id()), f.count());
    ++features;
  }
  return features >= kLeastFeatures ? hash : 0;
}

bool known_library(const feature::SampleFeatures& sample, const feature::FunctionFeatures& function) {
  return listed(kArchived, sample, function) || listed(kInstances, sample, function);
}

std::vector<bool> runtime_functions(const feature::SampleFeatures& sample) {
  const std::size_t n = sample.functions.size();
  std::vector<bool> runtime(n), archived(n);
  std::size_t all = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const feature::FunctionFeatures& f = sample.functions[i];
    archived[i] = !f.runtime && listed(kArchived, sample, f);
    runtime[i] = f.runtime || archived[i] || listed(kInstances, sample, f);
    all += archived[i];
  }
  if (all < kLeastArchived) return runtime;

  const std::vector<bool> reached = reached_from(sample, archived);
  std::vector<Block> stretch;
  const auto close = [&] {
    for (const Block& block : together(stretch)) {
      std::size_t i = block.first;
      for (; i <= block.last; ++i) runtime[i] = true;
      for (; i < n && (reached[i] || !judged({sample.functions[i].instructions, sample.functions[i].blocks})); ++i)
        runtime[i] = true;
    }
    stretch.clear();
  };
  std::uint32_t strangers = 0, others = 0;  // judged, since the last function that is listed
  std::uint32_t startup = 0;                // functions of start-up code in a row
  bool started = false;                     // whether ELF's is behind us
  for (std::size_t i = 0; i < n; ++i) {
    const feature::FunctionFeatures& f = sample.functions[i];
    const bool large = judged({f.instructions, f.blocks});
    startup = f.runtime ? startup + 1 : 0;
    if (startup == kStartup && sample.format == image::Format::kElf && !started) {
      // Linkers set cold parts, the library's and others, and main before the start-up code, and the rest behind it,
      // the program's own first.
      for (std::size_t before = 0; before < i; ++before) runtime[before] = runtime[before] || reached[before];
      stretch.clear();
      strangers = others = 0;
      started = true;
    } else if (archived[i]) {
      if (stretch.empty() || strangers > 0) {
        stretch.push_back({i, i, 0, stretch.empty() ? 0 : others});
      } else {
        stretch.back().judged += others;
      }
      stretch.back().last = i;
      ++stretch.back().archived;
      stretch.back().judged += large;
      strangers = others = 0;
    } else if (large && !runtime[i] && !stretch.empty()) {
      ++others;
      if (!reached[i] && ++strangers > kMostStrangers) {
        close();
        strangers = others = 0;
      }
    }
  }
  close();
  return runtime;
}

}  // namespace samehand::match
