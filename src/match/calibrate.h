// From evidence to the probability that a pair is right.
#pragma once

#include "samehand/match/match.h"

namespace samehand::match {

struct FunctionSize {
  std::uint32_t instructions = 0, blocks = 0;
};

// Smaller functions (fewer than 20 instructions and fewer than 5 blocks) are paired but never reported.
bool judged(FunctionSize size);

// Probability, 0…1. `aligned`: whether neighbours and one-to-one assignment had their say.
float confidence(const Evidence& evidence, FunctionSize a, FunctionSize b, bool aligned);

// Pairs above count in the verdict. Chosen by hand; the aim is that .98 of them are right.
inline constexpr float kReportedConfidence = .85f;
// Two functions may answer each other by their place alone, as the main functions of any two programs do: what shares
// less than this is no shared code. Costs .001 of coverage on the held-out builds.
inline constexpr float kReportedSimilarity = .1f;

}  // namespace samehand::match
