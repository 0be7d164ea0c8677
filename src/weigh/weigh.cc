// Bayes' rule in decibans: a hypothesis's total is its prior plus the weights of all independent units for it, the
// posterior is what the totals are worth as probabilities. E. T. Jaynes, Probability Theory, ch. 4.
#include "samehand/weigh/weigh.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "sensitivity.h"
#include "simulate.h"
#include "totals.h"
#include "units.h"

namespace samehand::weigh {
namespace {

std::vector<double> prior_db(const Problem& problem) {
  Sum sum;
  for (const Hypothesis& h : problem.hypotheses) sum.add(h.prior);
  std::vector<double> out;
  for (const Hypothesis& h : problem.hypotheses) out.push_back(db_of_ratio(h.prior / sum.value()));
  return out;
}

class Effects {
 public:
  Effects(const std::vector<double>& totals, std::size_t leader)
      : totals_(totals), without_(totals.size()), leader_(leader), odds_(odds_db(totals, leader)) {}

  // What the leader's odds lose with these parts of the totals.
  double of(std::span<const double> parts) {
    for (std::size_t h = 0; h < totals_.size(); ++h) without_[h] = totals_[h] - parts[h];
    return odds_ - odds_db(without_, leader_);
  }

  // How much the odds move for each deciban of each hypothesis, on average over the straight way from the totals
  // without `parts` to those with them: of() divided among parts in a way that adds up and gives equal parts equal
  // shares (Aumann and Shapley 1974). A deciban of the leader's moves them by one; a rival's by its share of the
  // rivals. Simpson's rule with steps of a deciban or so.
  std::vector<double> rates(std::span<const double> parts) {
    const auto [least, most] = std::ranges::minmax(parts);
    const int steps = 2 * static_cast<int>(std::clamp((most - least) / 2, 4.0, 64.0));
    std::vector<double> out(totals_.size()), share(totals_.size());
    for (int k = 0; k <= steps; ++k) {
      const double part = static_cast<double>(k) / steps;
      for (std::size_t h = 0; h < totals_.size(); ++h) without_[h] = totals_[h] - part * parts[h];
      without_[leader_] = -HUGE_VAL;
      normalise(without_, share);
      const double weight = (k == 0 || k == steps ? 1.0 : k % 2 == 1 ? 4.0 : 2.0) / (3 * steps);
      for (std::size_t h = 0; h < totals_.size(); ++h) out[h] -= weight * share[h];
    }
    out[leader_] = 1;
    return out;
  }

 private:
  const std::vector<double>& totals_;
  std::vector<double> without_;
  std::size_t leader_;
  double odds_;
};

bool all_equal(std::span<const double> values) {
  return std::ranges::all_of(values, [&](double v) { return v == values[0]; });
}

}  // namespace

Result<Outcome> weigh(const Problem& problem, const Options& options) {
  if (auto checked = check(problem); !checked) return std::unexpected(checked.error());
  const std::size_t hypotheses = problem.hypotheses.size();

  // Add up what is independent.
  const Units units(problem);
  const std::vector<double> priors = prior_db(problem);
  std::vector<Sum> sums(hypotheses);
  for (std::size_t h = 0; h < hypotheses; ++h) sums[h].add(priors[h]);
  for (std::size_t u = 0; u < units.size(); ++u) {
    const auto weights = units.weights(u);
    for (std::size_t h = 0; h < hypotheses; ++h) sums[h].add(weights[h].mid_db);
  }
  std::vector<double> totals(hypotheses), probabilities(hypotheses);
  std::ranges::transform(sums, totals.begin(), &Sum::value);
  normalise(totals, probabilities);

  Outcome out;
  out.posterior.resize(hypotheses);
  for (std::size_t h = 0; h < hypotheses; ++h) {
    out.posterior[h].mid = probabilities[h];
    out.posterior[h].odds_db = odds_db(totals, h);
  }
  const auto [first, second] = leaders(totals);
  out.leader = static_cast<std::uint32_t>(first);
  out.next = static_cast<std::uint32_t>(second);
  out.gap_db = totals[first] - totals[second];

  // How far do the ranges carry?
  simulate(problem, units, priors, options, out.posterior);

  // What does each item add, and what each group?
  Effects effects(totals, first);
  std::vector<double> parts(hypotheses);
  out.items.resize(problem.items.size());
  for (std::size_t u = 0; u < units.size(); ++u) {
    std::ranges::transform(units.weights(u), parts.begin(), &evidence::Weight::mid_db);
    const double effect = all_equal(parts) ? 0 : effects.of(parts);
    if (std::abs(effect) >= kTellingDb)
      ++out.voices;
    else
      out.untelling_db += effect;
    const auto members = units.members(units[u]);
    if (members.size() == 1) {
      out.items[members[0]] = {.effect_db = effect, .against_next_db = parts[first] - parts[second]};
      continue;
    }
    const std::vector<double> rates = effects.rates(parts);
    std::unordered_set<std::uint32_t> sources;
    for (const std::uint32_t i : members) {
      sources.insert(units.source_of(i));
      units.portion(i, parts);
      const bool silent = std::ranges::all_of(parts, [](double db) { return db == 0; });
      const auto row = problem.row(i);
      const bool says_nothing = std::ranges::all_of(row, [&](const auto& w) { return w.mid_db == row[0].mid_db; });
      out.items[i] = {.effect_db = silent ? 0 : std::inner_product(parts.begin(), parts.end(), rates.begin(), 0.0),
                      .against_next_db = parts[first] - parts[second],
                      .counts = !silent || says_nothing};
    }
    sources.erase(kNone);
    out.groups.push_back(
        {std::string(units[u].name), units[u].count, static_cast<std::uint32_t>(sources.size()), effect});
  }

  // What would turn the ranking?
  out.flips = find_flips(problem, units, totals, first);
  if (std::ranges::none_of(out.flips, &Flip::without)) out.pairs = find_pairs(units, totals, first);
  return out;
}

std::vector<Prospect> prospects(std::span<const Posterior> posterior, std::span<const Candidate> candidates) {
  const std::size_t hypotheses = posterior.size();
  std::vector<Prospect> out;
  if (hypotheses < 2) return out;
  std::vector<double> now(hypotheses), then(hypotheses), probabilities(hypotheses), found(hypotheses);
  // Posteriors that round to 0 keep a total that no candidate can lift.
  for (std::size_t h = 0; h < hypotheses; ++h) now[h] = db_of_ratio(std::max(posterior[h].mid, 1e-300));
  const std::size_t leader = leaders(now).first;
  const double odds = odds_db(now, leader);
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    const auto& weights = candidates[c].weights;
    if (weights.size() != hypotheses) continue;
    double top = -HUGE_VAL;
    for (const evidence::Weight& w : weights) top = std::max(top, w.mid_db);
    double chance = 0;
    for (std::size_t h = 0; h < hypotheses; ++h) {
      then[h] = now[h] + weights[h].mid_db;
      found[h] = ratio_of_db(weights[h].mid_db - top) / 2;
      chance += posterior[h].mid * found[h];
    }
    normalise(then, probabilities);
    Prospect prospect{.candidate = static_cast<std::uint32_t>(c),
                      .leader = static_cast<std::uint32_t>(leaders(then).first),
                      .leader_posterior = probabilities[leader],
                      .moves_db = odds_db(then, leader) - odds};
    // Mutual information between finding it and the hypotheses.
    for (std::size_t h = 0; h < hypotheses; ++h) {
      const double p = posterior[h].mid;
      if (p <= 0) continue;
      if (found[h] > 0 && chance > 0) prospect.expected_bits += p * found[h] * std::log2(found[h] / chance);
      if (chance < 1) prospect.expected_bits += p * (1 - found[h]) * std::log2((1 - found[h]) / (1 - chance));
    }
    out.push_back(prospect);
  }
  std::ranges::stable_sort(out, [](const Prospect& a, const Prospect& b) {
    return a.expected_bits != b.expected_bits ? a.expected_bits > b.expected_bits
                                              : std::abs(a.moves_db) > std::abs(b.moves_db);
  });
  return out;
}

}  // namespace samehand::weigh
