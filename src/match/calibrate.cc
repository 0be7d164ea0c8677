// Problem: a similarity of .6 means little by itself: for a large function with no rival it is certain, for one of ten
// siblings it is a guess, and in a pair of unrelated programs the best of ten thousand accidents.
//
// Method: logistic regression (Platt 1999) on the evidence of a pair: similarity and shared information, lead over
// rivals on both sides, size, agreement of matched neighbours, and the kinship of the two toolkits as a whole, without
// which no threshold serves both related and unrelated programs.
//
// The coefficients are set by hand so far, NOT fitted, and their calibration was not measured while they were set: what
// confidence says is an order, not yet a probability. Fitting them is the next thing to do here.
#include "calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace samehand::match {
namespace {

constexpr std::size_t kInputs = 10;

struct Coefficients {
  float constant;
  std::array<float, kInputs> of;
};

std::array<float, kInputs> inputs(const Evidence& e, FunctionSize a, FunctionSize b) {
  const float similarity = std::sqrt(std::max(0.f, e.cover_a * e.cover_b));
  const float low = std::clamp(std::min(e.margin_a, e.margin_b), -1.f, 1.f);
  const float high = std::clamp(std::max(e.margin_a, e.margin_b), -1.f, 1.f);
  const float kinship = std::clamp(e.kinship, .001f, .999f);
  return {similarity,
          std::log1p(e.information),
          low,
          high,
          std::log(static_cast<float>(1 + std::min(a.instructions, b.instructions))),
          e.neighbours,
          std::log1p(e.neighbour_information),
          std::log(kinship / (1 - kinship)),
          e.exact ? 1.f : 0.f,
          similarity * low};
}

#include "calibration.inc"

}  // namespace

bool judged(FunctionSize size) {
  return size.instructions >= 20 || size.blocks >= 5;
}

float confidence(const Evidence& evidence, FunctionSize a, FunctionSize b, bool aligned) {
  const Coefficients& c = aligned ? kAligned : kAlone;
  const auto x = inputs(evidence, a, b);
  float logit = c.constant;
  for (std::size_t i = 0; i < kInputs; ++i) logit += c.of[i] * x[i];
  return 1 / (1 + std::exp(-logit));
}

}  // namespace samehand::match
