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

// A feature of a function: its number in the pool and how much of it there is (1 + .7 log2 of its count).
struct Term {
  std::uint32_t feature = 0;
  float amount = 0;
};

struct Member {
  FunctionRef origin;        // as the caller of match() numbers it
  std::uint32_t sample = 0;  // in canonical order, which does not depend on the order of the arguments
  std::uint32_t instructions = 0, blocks = 0;
  std::uint64_t exact_hash = 0;
  std::uint8_t machine = 0;  // architecture and pointer size, as a small number
  bool runtime = false, thunk = false;
};

struct Side {
  std::vector<Member> functions;            // sample by sample, ascending address
  std::vector<std::uint32_t> sample_start;  // first function of each sample, and the number of functions

  // Neighbours, as indices into functions; every list without repetitions, callees in order of the first call.
  Rows<std::uint32_t> callees, callers, references, referrers, table_next, table_before;

  Rows<Term> terms;  // ascending feature
  Rows<Term> local;  // the same without virtual inlining
  std::array<std::vector<float>, kLikenesses> local_mass, local_lone;
  std::array<std::vector<float>, kLikenesses> mass;  // sum of weight × amount over all features
  std::array<std::vector<float>, kLikenesses> lone;  // the part of it that the other side does not have at all
};

struct Pool {
  Side a, b;
  std::vector<feature::Kind> kind;                     // of each feature
  std::vector<float> rarity;                           // inverse document frequency to the power of .75
  std::array<std::vector<float>, kLikenesses> weight;  // kind weight × rarity

  Likeness likeness(const Member& x, const Member& y) const {
    return x.machine == y.machine ? Likeness::kSame : Likeness::kOther;
  }
};

// kInvalidArgument when the samples' feature versions differ, kMalformed when their indices contradict each other.
Result<Pool> build_pool(std::span<const feature::SampleFeatures* const> a,
                        std::span<const feature::SampleFeatures* const> b, const Parameters& parameters);

}  // namespace samehand::match
