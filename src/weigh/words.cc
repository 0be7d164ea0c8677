#include "samehand/weigh/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace samehand::weigh {
namespace {

constexpr std::array kBounds = {.05, .20, .45, .55, .80, .95};
constexpr std::uint32_t kFew = 2, kMany = 5;

std::string_view word(FlipKind kind) {
  constexpr std::string_view kNames[] = {"item", "group", "source", "prior"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

Likelihood likelihood(double probability) {
  const auto above = std::ranges::count_if(kBounds, [&](double bound) { return probability >= bound; });
  return static_cast<Likelihood>(above);
}

std::string_view to_string(Likelihood likelihood) {
  constexpr std::string_view kNames[] = {"almost no chance", "very unlikely", "unlikely",      "roughly even chance",
                                         "likely",           "very likely",   "almost certain"};
  return kNames[static_cast<std::size_t>(likelihood)];
}

std::string_view to_string(Confidence confidence) {
  constexpr std::string_view kNames[] = {"low", "moderate", "high"};
  return kNames[static_cast<std::size_t>(confidence)];
}

Founded founded(const Outcome& outcome) {
  Founded out;
  const Posterior& leader = outcome.posterior[outcome.leader];
  const int words = static_cast<int>(likelihood(leader.high)) - static_cast<int>(likelihood(leader.low)) + 1;
  const Flip* without = nullptr;
  const Flip* in_range = nullptr;
  double prior_db = HUGE_VAL;  // the nearest
  for (const Flip& flip : outcome.flips) {
    if (flip.kind == FlipKind::kPrior) {
      prior_db = std::min(prior_db, flip.needed_db);
      continue;
    }
    if (flip.without && without == nullptr) without = &flip;
    if (flip.within_range && in_range == nullptr) in_range = &flip;
  }
  const bool low = without != nullptr || words > 3 || outcome.voices < kFew;
  const bool high = !low && in_range == nullptr && outcome.pairs.empty() && prior_db >= kNearPriorDb && words <= 2 &&
                    outcome.voices >= kMany;
  out.confidence = low ? Confidence::kLow : high ? Confidence::kHigh : Confidence::kModerate;

  if (without != nullptr)
    out.reasons.push_back(fmt::format("Leaving out one {} turns the ranking.", word(without->kind)));
  else if (in_range != nullptr)
    out.reasons.push_back(fmt::format("One {} turns the ranking at the far end of its range.", word(in_range->kind)));
  else
    out.reasons.push_back(outcome.pairs.empty()
                              ? "No single item, group or source turns the ranking."
                              : "No single item, group or source turns the ranking; two together do.");
  if (prior_db < kNearPriorDb) {
    out.reasons.push_back(fmt::format("A prior that is off by a factor of {:.2g} does{}.", std::pow(10, prior_db / 10),
                                      without != nullptr || in_range != nullptr ? " so too" : ""));
  }
  out.reasons.push_back(words == 1 ? std::string("The interval stays within one word.")
                                   : fmt::format("The interval covers {} words.", words));
  out.reasons.push_back(fmt::format(
      "{} independent {} {} on it.", outcome.voices == 0 ? std::string("No") : std::to_string(outcome.voices),
      outcome.voices == 1 ? "item or group" : "items or groups", outcome.voices == 1 ? "tells" : "tell"));
  if (outcome.voices < kFew && std::abs(outcome.untelling_db) >= kTellingDb)
    out.reasons.push_back(fmt::format("What tells little by itself adds up to {:+.1f} dB.", outcome.untelling_db));
  return out;
}

}  // namespace samehand::weigh
