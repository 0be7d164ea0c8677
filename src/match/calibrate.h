// From evidence to the probability that a pair is right.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "samehand/match/match.h"

namespace samehand::match {

struct FunctionSize {
  std::uint32_t instructions = 0, blocks = 0;
};

// Smaller functions (fewer than 20 instructions and fewer than 5 blocks) are paired but never reported.
bool judged(FunctionSize size);

// What the model sees of a pair, and what each figure is called. evaluation/fit_confidence.py fits one weight to each.
inline constexpr std::size_t kInputs = 36;
std::array<float, kInputs> inputs(const Evidence& evidence, FunctionSize a, FunctionSize b);
std::span<const std::string_view, kInputs> input_names();

// Probability, 0…1. `aligned`: whether neighbours and one-to-one assignment had their say.
float confidence(const Evidence& evidence, FunctionSize a, FunctionSize b, bool aligned);

// Whether a pair of such confidence and similarity counts in the verdict. The threshold of confidence is fitted
// (calibration.inc). Two functions may answer each other by their place alone, as the main functions of any two
// programs do: what shares less than kReportedSimilarity is no shared code. Costs .001 of coverage on the held-out
// builds.
bool sure(float confidence, float similarity, bool aligned);
inline constexpr float kReportedSimilarity = .1f;

}  // namespace samehand::match
