// What each kind of feature counts for, and every other number of the matching: data, in one place.
//
// The start values were measured by a prototype on seven C projects (docs/matching.md has the tables and the ablation);
// the optimum is flat: learned weights brought .004. Re-measure after a change with `evaluation/run_match.py`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "samehand/feature/feature.h"

namespace samehand::match {

inline constexpr std::size_t kKinds = static_cast<std::size_t>(feature::Kind::kCount);

// Two samples either share architecture and pointer size, or they do not: offsets and scales differ then, so that the
// abstract strands speak in place of the exact ones.
enum class Likeness : std::uint8_t { kSame, kOther };
inline constexpr std::size_t kLikenesses = 2;

struct KindWeight {
  feature::Kind kind;
  float same, other;
};

inline constexpr KindWeight kKindWeights[] = {
    {feature::Kind::kStrand1, 1.f, .2f},      {feature::Kind::kStrand2, 1.f, .2f},
    {feature::Kind::kStrand3, .35f, 0.f},     {feature::Kind::kAbstract1, 0.f, 1.f},
    {feature::Kind::kAbstract2, 0.f, 1.f},    {feature::Kind::kConstant, 1.f, 1.f},
    {feature::Kind::kCompared, .5f, .5f},     {feature::Kind::kString, 3.f, 3.f},
    {feature::Kind::kReadOnlyData, 2.f, 2.f}, {feature::Kind::kImport, 1.f, 1.f},
    {feature::Kind::kField, .3f, 0.f},        {feature::Kind::kEdge, .3f, .6f},
    {feature::Kind::kShape, .35f, 1.f},       {feature::Kind::kCallArgument, 1.f, 1.f},
    {feature::Kind::kTableString, 6.f, 6.f},  {feature::Kind::kCallerConstant, 2.f, 2.f},
};

// What a matched neighbour counts for: the ways in which two functions can stand beside each other.
enum class Bond : std::uint8_t {
  kCallee,     // it is called by this function
  kCaller,     // it calls this function
  kReference,  // this function takes its address
  kReferrer,   // it takes this function's address
  kTableNext,  // its pointer follows this function's in a table
  kTableBefore,
  kSibling,  // the same caller calls both
  kOrder,    // it lies next to this function in the file, or next but one
  kCount
};
inline constexpr std::size_t kBonds = static_cast<std::size_t>(Bond::kCount);

struct Parameters {
  std::array<std::array<float, kKinds>, kLikenesses> kind_weight = [] {
    std::array<std::array<float, kKinds>, kLikenesses> table{};
    for (const KindWeight& w : kKindWeights) {
      table[0][static_cast<std::size_t>(w.kind)] = w.same;
      table[1][static_cast<std::size_t>(w.kind)] = w.other;
    }
    return table;
  }();
  std::array<float, kBonds> bond_weight = {3.f, 3.f, 3.f, 3.f, 2.f, 2.f, .7f, 3.f};
  // What callers and callees beyond a function of inline_instructions at most count for: another build may have
  // inlined it.
  float caller_through = .8f, callee_through = .5f;

  float rarity_power = .75f;  // inverse document frequency enters to this power: rare wins, but does not win alone
  float background_functions = 10'000;  // the size of the pool of ordinary programs that every comparison is put into
  float query_power = .65f;             // score = shared / (N_query^.65 N_target^.35): containment rather than overlap

  // Pairs compete by shared^.4 × similarity^1.5: a large body that is recognised for the most part says more than a
  // small one that is recognised wholly, but not in proportion (docs/matching.md).
  float similarity_power = 1.5f;
  float mass_power = .4f;

  // Virtual inlining for retrieval: what a callee holds, the caller holds at half weight.
  float inline_weight = .5f;
  int inline_levels = 2;
  std::uint32_t inline_instructions = 40;  // callees up to this size, or of any size with one caller

  bool other_views = true;  // functions are also known with their small callees executed within them

  // Inlining to suit a pair (fit.cc).
  bool fit_inlining = true;
  std::uint32_t fit_instructions = 80;
  float inline_gain = 1.02f;          // a callee is taken in if this raises the score at least by this factor
  float half_inlined_share = .2f;     // of the fixed half-weight inlining in the final score
  float before_power = .2f;           // how much a function's own view says about the share of its other one
  std::uint32_t fit_candidates = 12;  // best candidates that are fitted

  // What two functions have in common around them (context.cc) counts so much for the choice among candidates.
  float context_weight = .3f;

  // Retrieval.
  std::uint32_t candidates = 64;        // partners per function that are scored exactly
  std::uint32_t posting_budget = 6000;  // entries of the inverted index read per function, rarest features first

  bool learned_ranking = true;  // the best candidates are put in order by rank.cc

  // Alignment.
  int rounds = 6;
  int ranked_rounds = 3;      // of these, in which ranking decides: the last ones
  int proposing_rounds = 2;   // of these, in which matched neighbours propose candidates: the first ones
  float seed_margin = .1f;    // relative margin on both sides that makes a pair a seed of the first round ...
  float later_margin = .05f;  // ... and of the later ones
  float ranked_seed = .1f;    // where ranking decided: its score, 0…1, that makes one
};

}  // namespace samehand::match
