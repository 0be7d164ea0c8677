// Hypotheses x evidence -> posteriors with intervals, what each item adds, and what would turn the ranking.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "samehand/weigh/problem.h"

namespace samehand::weigh {

struct Options {
  std::uint32_t draws = 2000;  // over the weights' ranges, for the intervals; 0: none
  std::uint64_t seed = 1;      // fixed, so that a verdict can be repeated
};

struct Posterior {
  double mid = 0;            // with every weight at its mid
  double low = 0, high = 0;  // 5th and 95th percentile over the draws, widened to hold `mid`
  double odds_db = 0;        // 10 log10 of mid to one minus mid
  double first = 0;          // the part of the draws in which this hypothesis leads
};

// What an item does for the leading hypothesis: its odds in decibans with the item less those without. Items of a
// dependence group share what the group does, each by the part of the group's weight that is its own; copies in equal
// parts.
struct Effect {
  double effect_db = 0;
  double against_next_db = 0;  // the same between the leader and the runner-up alone
  bool counts = true;          // false: outdone by stronger items of its group, for every hypothesis
};

enum class FlipKind : std::uint8_t { kItem, kGroup, kSource, kPrior };

// Something that by itself can turn the ranking: without it, or with it at the far end of its range, `rival` would
// lead. A prior can always be moved so far; `name` is then the rival's.
struct Flip {
  FlipKind kind = FlipKind::kItem;
  std::string name;
  std::uint32_t index = 0;  // of the item, the group's first item, an item of the source, or the rival
  std::uint32_t rival = 0;
  double needed_db = 0;       // how far it must move, as a weight between leader and rival
  double holds_db = 0;        // what it weighs between them now; for a prior the odds between them
  bool without = false;       // leaving it out is enough
  bool within_range = false;  // so is the far end of its range
};

// Two independent observations (items on their own or whole groups), neither of which turns the ranking by its absence:
// without both `rival` would lead.
struct PairFlip {
  std::string names[2];  // the heavier first
  bool groups[2];        // a group of two items and more
  std::uint32_t rival = 0;
  double needed_db = 0;  // the gap between leader and rival
  double holds_db = 0;   // what both weigh between them
};

// What one group or single item weighs between the leader and everything else; groups of one item are not listed.
struct GroupEffect {
  std::string name;
  std::uint32_t items = 0, sources = 0;
  double effect_db = 0;
};

struct Outcome {
  std::vector<Posterior> posterior;  // in the hypotheses' order
  std::uint32_t leader = 0, next = 0;
  double gap_db = 0;          // between leader and runner-up
  std::vector<Effect> items;  // in the items' order
  std::vector<GroupEffect> groups;
  std::vector<Flip> flips;  // least needed first, then the heaviest
  // Only where nothing turns the ranking by its absence alone: the kPairsListed heaviest pairs that do, by how much
  // they weigh beyond what is needed.
  std::vector<PairFlip> pairs;
  std::uint32_t voices = 0;  // independent items or groups that move the leader's odds by kTellingDb and more
  double untelling_db = 0;   // what all others move them by, added up
};

inline constexpr std::size_t kPairsListed = 1000;

// Half a deciban is odds of 1.12 to 1: less than anybody can judge.
inline constexpr double kTellingDb = .5;

// Weighs. Priors are scaled to add up to 1. Errors: those of check(). The result does not depend on the order of items
// or hypotheses but for rounding in the last digits, on copies within a group, or on items that say nothing; it is the
// same on every machine as far as its mathematical library rounds alike. About linear; 10,000 items for 10 hypotheses
// take a tenth of a second.
Result<Outcome> weigh(const Problem& problem, const Options& options = {});

// Evidence that is not there: what it would do if it were found.
struct Candidate {
  std::string name;
  std::vector<evidence::Weight> weights;  // one for each hypothesis
};
struct Prospect {
  std::uint32_t candidate = 0;
  std::uint32_t leader = 0;     // who would lead then
  double leader_posterior = 0;  // of today's leader, then
  double moves_db = 0;          // today's leader's odds: then less now
  double expected_bits = 0;     // what looking for it is expected to tell
};
// Most telling first. What is expected of looking rests on an assumption: where its hypothesis holds that makes it most
// probable, it would be found half of the time. `posterior` as weigh() gave it.
std::vector<Prospect> prospects(std::span<const Posterior> posterior, std::span<const Candidate> candidates);

}  // namespace samehand::weigh
