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
// Known failures: other releases of the runtime, as far as neither hash survives; functions too small to be judged,
// which are not listed; the C++ library of Visual Studio and LLVM's; instances for types that own something of their
// own.
#include "library.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "samehand/base/hash.h"
#include "static_library.h"

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
  for (std::size_t i = 0; i < n; ++i) {
    const feature::FunctionFeatures& f = sample.functions[i];
    archived[i] = !f.runtime && listed(kArchived, sample, f);
    runtime[i] = f.runtime || archived[i] || listed(kInstances, sample, f);
  }
  add_by_place(sample, archived, runtime);
  return runtime;
}

}  // namespace samehand::match
