// The functions of both toolkits side by side, in one flat numbering per side, with weighted features.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "rows.h"
#include "samehand/base/result.h"
#include "samehand/feature/feature.h"
#include "samehand/match/match.h"
#include "weights.h"

namespace samehand::match {

// A feature of a function: its number in the pool, rarest first, and its mass there: the weight of the kind × the
// rarity of the feature × how much of it there is (1 + .7 log2 of its count).
struct Term {
  std::uint32_t feature = 0;
  float mass = 0;
};

struct Member {
  FunctionRef origin;        // as the caller of match() numbers it
  std::uint32_t sample = 0;  // in canonical order, which does not depend on the order of the arguments
  std::uint32_t instructions = 0, blocks = 0, edges = 0, loops = 0, calls = 0, import_calls = 0, globals = 0;
  std::uint64_t exact_hash = 0;
  std::uint8_t machine = 0;  // architecture and pointer size, as a small number
  bool runtime = false, thunk = false;
  bool copy = false;  // the same instructions stand in a sample before this one, see mark_copies()
};

// A side's features as one likeness weighs them. The rows hold those that the other side has too, ascending feature;
// the masses are of all.
struct View {
  Rows<Term> own;      // of each function itself; then the other views of those that have one (Side::other_view)
  Rows<Term> inlined;  // with its callees' and its other view's at half weight (inline.cc)
  std::vector<float> own_mass, inlined_mass;
  std::vector<float> lone_mass;  // of the function's own features that travel (inline.h) and that the other side lacks
};

struct Side {
  std::vector<Member> functions;            // sample by sample, ascending address
  std::vector<std::uint32_t> sample_start;  // first function of each sample, and the number of functions

  // Neighbours, as indices into functions; every list without repetitions, callees in order of the first call.
  Rows<std::uint32_t> callees, callers, references, referrers, table_next, table_before;

  // The row of View::own that holds each function with its small callees laid out within it
  // (feature::FunctionFeatures::changes); its own row where that is the same.
  std::vector<std::uint32_t> other_view;

  // The telling features of each function's callers and callees (context.h); empty where no two samples are alike.
  Rows<Term> caller_context, callee_context;

  std::array<View, kLikenesses> view;  // empty where no two samples are so alike
};

struct Pool {
  Side a, b;
  std::array<bool, kLikenesses> occurs = {};  // whether any sample of A and of B are so alike
  std::vector<feature::Kind> kind;            // of each feature
  std::vector<std::uint8_t> travels;          // of each feature: whether it goes along when a function is inlined

  Likeness likeness(std::uint32_t function_a, std::uint32_t function_b) const {
    return a.functions[function_a].machine == b.functions[function_b].machine ? Likeness::kSame : Likeness::kOther;
  }
};

// kInvalidArgument when the samples' feature versions differ, kMalformed when their indices contradict each other.
Result<Pool> build_pool(std::span<const feature::SampleFeatures* const> a,
                        std::span<const feature::SampleFeatures* const> b, const Parameters& parameters);

}  // namespace samehand::match
