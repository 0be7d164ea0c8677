// Which of a function's candidates is its partner, by all that is known of either pair.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "candidates.h"
#include "engine.h"
#include "kin.h"
#include "pool.h"
#include "weights.h"

namespace samehand::match {

inline constexpr std::size_t kRanked = 12;  // best candidates of a function that are ranked
inline constexpr std::size_t kAloneInputs = 61, kAlignedInputs = kAloneInputs + 2 * kBonds + 21;

// By how much, as differences of logarithms, the function of B is larger than that of A in one way or another.
inline constexpr std::size_t kRatios = 8;
std::array<float, kRatios> size_ratios(const Pool& pool, std::uint32_t a, std::uint32_t b);

// How far from a function, in places within its file, others are its neighbourhood: at hand, and of one source file.
inline constexpr std::array<std::uint32_t, 2> kReaches = {8, 40};

// What only an alignment knows of a pair.
struct Surroundings {
  std::array<float, kBonds> shared = {}, a = {}, b = {};  // masses of the matched neighbours, by how they stand to it
  float best_other = 0;                                   // score that its function of B has with another one
  KinScores kin;
  std::array<float, kRatios> typical = {};  // median size_ratios() of the pairs that are sure
  // The certainty of the matched functions within each of kReaches of its function of B: of all, and of those whose
  // partners lie within the same reach of its function of A.
  std::array<float, kReaches.size()> around = {}, together = {};
};

// What each input is called, those of aligned pairs last. evaluation/fit_ranking.py fits the network to them.
std::span<const std::string_view, kAlignedInputs> rank_input_names();

// Figures of a pair; `best_other` is the score of the best other candidate of `a`. The first kAloneInputs without
// `aligned`.
std::array<float, kAlignedInputs> rank_inputs(const Pool& pool, std::uint32_t a, const Candidate& c, float best_other,
                                              const Surroundings* aligned);

inline constexpr std::size_t kHidden = 24;

// One hidden layer of rectified linear units, and a direct way past it.
template <std::size_t inputs>
struct RankNetwork {
  std::array<std::array<float, kHidden>, inputs> in;  // by input
  std::array<float, kHidden> bias, out;
  std::array<float, inputs> direct;

  // Log odds, up to a constant that all candidates of a function share, that the pair is right.
  float operator()(std::span<const float, inputs> values) const;
};
using AloneNetwork = RankNetwork<kAloneInputs>;
using AlignedNetwork = RankNetwork<kAlignedInputs>;
inline constexpr std::size_t kAlignedNetworkNumbers = sizeof(AlignedNetwork) / sizeof(float);

// Those of ranking.inc.
const AloneNetwork& alone_network();
const AlignedNetwork& aligned_network();
// Of numbers in the order of the members. Precondition: kAlignedNetworkNumbers of them.
AlignedNetwork aligned_network_of(std::span<const float> numbers);

// Puts the best kRanked candidates of `a`, which are in the order of their scores, in the order of rank_logit(); the
// scores stay what they were.
void rank_alone(const Pool& pool, std::uint32_t a, std::vector<Candidate>& candidates, const RankingObserver& observe);

// The candidates that remain for the last assignment: the best kRanked of each function of A, with a score of 0…1 that
// says how the pair does among all candidates of its function of A times how it does among those of its function of B.
// `logits` in the order of `candidates`.
std::vector<std::vector<Candidate>> ranked(std::span<const std::vector<Candidate>> candidates,
                                           std::span<const std::vector<float>> logits, std::size_t functions_b);

}  // namespace samehand::match
