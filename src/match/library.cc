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

#include "samehand/base/hash.h"

namespace samehand::match {
namespace {

constexpr std::uint64_t kRuntime[] = {
#include "library.inc"
};

constexpr std::uint32_t kLeastInstructions = 8;  // smaller functions are alike everywhere
constexpr std::size_t kLeastFeatures = 10;
constexpr int kDroppedBits = 24;

// Features that depend on where a function stands, or on how it was linked.
bool own(feature::Kind kind) {
  using feature::Kind;
  return kind != Kind::kCallerConstant && kind != Kind::kTableString;
}

bool listed(std::uint64_t hash) {
  return hash != 0 && std::binary_search(std::begin(kRuntime), std::end(kRuntime), hash >> kDroppedBits);
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
  if (function.instructions < kLeastInstructions) return false;
  return listed(function.exact_hash) || listed(digest(sample, function));
}

}  // namespace samehand::match
