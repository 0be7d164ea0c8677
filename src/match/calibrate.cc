// Problem: a similarity of .6 means little by itself: for a large function with no rival it is certain, for one of ten
// siblings it is a guess, and in a pair of unrelated programs it is the best of ten thousand accidents.
//
// Example: similarity .6, 80 nats shared, no rival within .3 on either side, all matched neighbours agree, and half of
// the smaller toolkit has a strong partner: .99. The same pair where nothing else of the two toolkits matches: .05.
//
// Method: logistic regression (Platt 1999) on the evidence of a pair: similarity and shared information, lead over
// rivals on both sides, with neighbours and without, size, agreement of matched neighbours, and what the pairs say of
// the two toolkits together (kinship, typical similarity), without which no threshold serves both related and unrelated
// programs. Bends (the smaller of an input and a number) and products let a weight depend on another input. The weights
// are fitted by evaluation/fit_confidence.py to the tuning projects and judged on projects that it did not see.
//
// Known failures: a wrapper and the body that it wraps, where one side has only one of them: nothing here tells that
// the right partner is missing. How often confidence is wrong: docs/evaluation.md.
#include "calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace samehand::match {
namespace {

struct Coefficients {
  float reported;  // the least confidence of a pair that counts in the verdict
  float constant;
  std::array<float, kInputs> of;
};

#include "calibration.inc"

constexpr std::array<std::string_view, kInputs> kInputNames = {
    "i_similarity",      "i_similarity_80", "i_cover_gap",      "i_information",
    "i_information_3",   "i_low",           "i_low_10",         "i_low_30",
    "i_body_low",        "i_body_high",     "i_rivals",         "i_size",
    "i_size_gap",        "i_neighbours",    "i_neighbours_50",  "i_nearby",
    "i_kinship",         "i_kinship_27",    "i_typical",        "i_below",
    "i_exact",           "i_other",         "i_sim_low",        "i_sim_information",
    "i_sim_kinship",     "i_sim_other",     "i_sim_size",       "i_sim_typical",
    "i_sim_body_low",    "i_low_nearby",    "i_low_rivals",     "i_low_size",
    "i_low_information", "i_low_typical",   "i_low_neighbours", "i_kinship_neighbours"};

}  // namespace

std::span<const std::string_view, kInputs> input_names() {
  return kInputNames;
}

std::array<float, kInputs> inputs(const Evidence& e, FunctionSize a, FunctionSize b) {
  const float similarity = std::sqrt(std::max(0.f, e.cover_a * e.cover_b));
  const auto lead = [](float margin) { return std::clamp(margin, -.5f, 1.f); };
  const float low = lead(std::min(e.margin_a, e.margin_b));
  const float body_low = lead(std::min(e.body_margin_a, e.body_margin_b));
  const float body_high = lead(std::max(e.body_margin_a, e.body_margin_b));
  const float information = std::log1p(e.information), nearby = std::log1p(e.neighbour_information);
  const float rivals = std::log1p(static_cast<float>(e.rivals_a + e.rivals_b));
  const float share = std::clamp(e.kinship, .001f, .98f);
  const float kinship = std::log(share / (1 - share));
  const float other = e.same_machine ? 0.f : 1.f;
  const auto log_size = [](FunctionSize size) { return std::log1p(static_cast<float>(size.instructions)); };
  const float size = std::min(log_size(a), log_size(b));
  return {similarity,
          std::max(0.f, similarity - .8f),
          std::abs(std::log((e.cover_a + .05f) / (e.cover_b + .05f))),
          information,
          std::min(information, 3.f),
          low,
          std::min(low, .1f),
          std::min(low, .3f),
          body_low,
          body_high,
          rivals,
          size,
          std::abs(log_size(a) - log_size(b)),
          e.neighbours,
          std::min(e.neighbours, .5f),
          nearby,
          kinship,
          std::min(kinship, -1.f),
          e.typical,
          std::min(0.f, similarity - e.typical),
          e.exact ? 1.f : 0.f,
          other,
          similarity * low,
          similarity * information,
          similarity * kinship,
          similarity * other,
          similarity * size,
          similarity * e.typical,
          similarity * body_low,
          low * nearby,
          low * rivals,
          low * size,
          low * information,
          low * e.typical,
          low * e.neighbours,
          kinship * e.neighbours};
}

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

bool sure(float confidence, float similarity, bool aligned) {
  return confidence >= (aligned ? kAligned : kAlone).reported && similarity >= kReportedSimilarity;
}

}  // namespace samehand::match
