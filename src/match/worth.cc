// Problem: a pair of large peculiar functions is strong evidence for a shared origin; a pair of short loops is none,
// however similar, because unrelated programs hold such loops too.
//
// Method: the chance that two unrelated functions share x nats of features falls exponentially with x, as the score of
// the best accidental alignment of two sequences does (Karlin and Altschul, PNAS 1990). What is shared counts by
// similarity squared, because accidents share a small part of large functions: of 17,700 accidental pairs of different
// tuning projects 1,103 share 100 nats, five of them at a similarity of .5. Features of one function depend on each
// other (a strand of depth 2 contains one of depth 1), so that a nat is worth only kDecibansPerNat, and the more there
// are the less each adds: logarithmically beyond kLinearDb. A pair counts by its confidence.
// Pairs of one toolkit are not independent either: they come from the same decision to reuse code. Sorted by worth, the
// n-th counts 1 / (1 + (n - 1) / kIndependent), so that a hundred equal pairs count as about forty.
//
// Two things bound what little may claim. Chance: among N functions the best accident reaches ln(N) / kAccidentRate
// (the Gumbel law of the greatest of N exponential draws), and that much is taken off the sum. Of 10,298 pairs of
// judged functions of unrelated tuning projects 483 reach 1 dB, 124 reach 2, 15 reach 5, 6 reach 8 and 2 reach 10: a
// rate of .7 to .5 per dB. Ignorance: those last two were std::vector's, compiled into both programs. However large, a
// single pair may be code of third parties that nobody has listed yet, so it counts at most kOnePairDb, which together
// with the prior leaves it at a probability of .76: a verdict of kinship takes at least two.
//
// Example: one function of 400 nats, an exact copy, among 100 judged: 25 - 9 = 16 dB, "too little to say". Three such:
// 25 + 24 + 23 - 9 = 63 dB.
//
// Known failure: code that both toolkits took from a third party is evidence for shared source, not for a shared hand;
// only the corpus of libraries can tell.
#include "worth.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace samehand::match {
namespace {

constexpr double kDecibansPerNat = .25;
constexpr double kLinearDb = 20;
constexpr double kIndependent = 20;
constexpr double kOnePairDb = 25;
constexpr double kAccidentRate = .5;  // per dB: the share of accidental pairs falls by e every 2 dB
constexpr double kPriorDb = -20;      // before anything is seen, one pair of toolkits in a hundred is related

}  // namespace

float worth_db(const Pair& pair) {
  if (pair.library) return 0;
  const double similarity = pair.similarity;
  const double linear = kDecibansPerNat * pair.evidence.information * similarity * similarity;
  return static_cast<float>(kLinearDb * std::log2(1 + linear / kLinearDb) * pair.confidence);
}

double evidence_db(std::span<const Pair> pairs, std::uint32_t pairable) {
  std::vector<double> worth;
  for (const Pair& p : pairs) {
    if (p.reported) worth.push_back(std::min<double>(p.worth_db, kOnePairDb));
  }
  std::ranges::sort(worth, std::greater{});
  double sum = 0;
  for (std::size_t i = 0; i < worth.size(); ++i) sum += worth[i] / (1 + static_cast<double>(i) / kIndependent);
  return std::max(0., sum - std::log(std::max(pairable, 1u)) / kAccidentRate);
}

double kinship(double evidence_db) {
  return 1 / (1 + std::pow(10, -(evidence_db + kPriorDb) / 10));
}

}  // namespace samehand::match
