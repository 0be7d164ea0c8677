// Problem: one score with fixed weights cannot say that a missing string counts for more where there are few features,
// or that two functions with one caller each are likelier partners than one with one and one with forty.
//
// Example: `lua_rawsetp` and the `aux_rawset` that it wraps hold the same once a compiler has inlined one into the
// other; the body has two callers in both builds, the wrapper stands in no caller's list but the API's table.
//
// Method: learning to rank with a listwise loss (Cao, Qin, Liu, Tsai and Li: "Learning to rank: from pairwise approach
// to listwise approach", ICML 2007, section 4, with top-one probabilities): a network with one small hidden layer sees
// what the pair shares and lacks by kind of feature, the covers, the sizes and degrees, and by kind of neighbour what
// agrees; it is fitted so that the softmax over a function's candidates names the right one, over the candidates in
// either direction. evaluation/fit_ranking.py fits it to the tuning projects and judges it on projects that it has not
// seen. For a one-to-one assignment a pair's score is the product of the two softmaxes, so that a pair which is the
// best for both sides wins over one that is merely large.
//
// Cost: 12 candidates per function, each four merges of sorted rows and some 2,000 multiplications.
//
// Known failures: the network knows what the tuning projects' compilers do; among candidates that are all wrong it
// still names a best one (confidence is told by other figures, see calibrate.cc).
#include "rank.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "best_two.h"
#include "context.h"
#include "groups.h"
#include "score.h"

namespace samehand::match {
namespace {

#include "ranking.inc"

// clang-format off
constexpr std::array<std::string_view, kAlignedInputs> kInputNames = {
    "score", "lead", "lead_10", "lead_2", "cover", "cover_gap", "shared", "own_cover", "laid_out_cover",
    "own_mass_gap", "inlined", "callers_shared", "callers_cover", "callers_differ", "callees_shared",
    "callees_cover", "callees_differ", "instructions_gap", "blocks_gap", "edges_gap", "loops_gap", "calls_gap",
    "calls_none", "imports_gap", "imports_none", "callers_gap", "callers_none", "callees_gap", "callees_none",
    "referrers_gap", "referrers_none", "references_gap", "references_none", "tables_gap", "tables_none",
    "globals_gap", "globals_none", "text", "text_missing", "text_gap", "numbers", "numbers_missing", "numbers_gap",
    "passed", "passed_missing", "passed_gap", "offsets", "offsets_missing", "offsets_gap", "imported",
    "imported_missing", "imported_gap", "data", "data_missing", "data_gap", "flow", "flow_missing", "flow_gap",
    "strands", "strands_missing", "strands_gap", "n_callee", "n_callee_missing", "n_caller", "n_caller_missing",
    "n_reference", "n_reference_missing", "n_referrer", "n_referrer_missing", "n_table_next",
    "n_table_next_missing", "n_table_before", "n_table_before_missing", "n_sibling", "n_sibling_missing", "n_order",
    "n_order_missing", "n_lead", "n_lead_10", "n_lead_2", "n_together_8", "n_together_share_8", "n_together_40",
    "n_together_share_40", "n_instructions_odd", "n_blocks_odd", "n_edges_odd", "n_calls_odd", "n_own_mass_odd",
    "n_loops_odd", "n_callers_odd", "n_callees_odd", "n_callees_rival", "n_callees_rival_gap", "n_callers_rival",
    "n_callers_rival_gap", "n_rival_below", "n_rival_above"};
// clang-format on

float mass_of(std::span<const Term> terms) {
  float sum = 0;
  for (const Term& t : terms) sum += t.mass;
  return sum;
}

float log_cover(float shared, float mass_a, float mass_b) {
  return std::log(std::max(.01f, shared / std::sqrt(std::max(mass_a, 1e-6f) * std::max(mass_b, 1e-6f))));
}

float gap(float x, float y) {
  return std::abs(std::log1p(x) - std::log1p(y));
}

}  // namespace

template <std::size_t inputs>
float RankNetwork<inputs>::operator()(std::span<const float, inputs> values) const {
  std::array<float, kHidden> hidden = bias;
  float sum = 0;
  for (std::size_t i = 0; i < inputs; ++i) {
    const float x = values[i];
    for (std::size_t h = 0; h < kHidden; ++h) hidden[h] += in[i][h] * x;
    sum += direct[i] * x;
  }
  for (std::size_t h = 0; h < kHidden; ++h) sum += out[h] * std::max(hidden[h], 0.f);
  return sum;
}
template struct RankNetwork<kAloneInputs>;
template struct RankNetwork<kAlignedInputs>;

const AloneNetwork& alone_network() {
  return kAlone;
}

const AlignedNetwork& aligned_network() {
  return kAligned;
}

AlignedNetwork aligned_network_of(std::span<const float> numbers) {
  AlignedNetwork network;
  std::memcpy(&network, numbers.first(kAlignedNetworkNumbers).data(), sizeof network);
  return network;
}

std::span<const std::string_view, kAlignedInputs> rank_input_names() {
  return kInputNames;
}

std::array<float, kRatios> size_ratios(const Pool& pool, std::uint32_t a, std::uint32_t b) {
  const Member& x = pool.a.functions[a];
  const Member& y = pool.b.functions[b];
  const auto like = static_cast<std::size_t>(pool.likeness(a, b));
  const auto ratio = [](auto of_a, auto of_b) {
    return std::log1p(static_cast<float>(of_b)) - std::log1p(static_cast<float>(of_a));
  };
  return {ratio(x.instructions, y.instructions),
          ratio(x.blocks, y.blocks),
          ratio(x.edges, y.edges),
          ratio(x.calls, y.calls),
          ratio(pool.a.view[like].own_mass[a], pool.b.view[like].own_mass[b]),
          ratio(x.loops, y.loops),
          ratio(pool.a.callers[a].size(), pool.b.callers[b].size()),
          ratio(pool.a.callees[a].size(), pool.b.callees[b].size())};
}

std::array<float, kAlignedInputs> rank_inputs(const Pool& pool, std::uint32_t a, const Candidate& c, float best_other,
                                              const Surroundings* aligned) {
  const std::uint32_t b = c.target;
  const Member& x = pool.a.functions[a];
  const Member& y = pool.b.functions[b];
  const auto like = static_cast<std::size_t>(pool.likeness(a, b));
  const View& view_a = pool.a.view[like];
  const View& view_b = pool.b.view[like];
  std::array<float, kAlignedInputs> inputs = {};
  std::size_t at = 0;
  const auto put = [&](float value) { inputs[at++] = value; };
  const auto least = [](float value) { return std::log(std::max(value, 1e-3f)); };

  const float cover_a = least(c.mass_a > 0 ? c.shared / c.mass_a : 0);
  const float cover_b = least(c.mass_b > 0 ? c.shared / c.mass_b : 0);
  put(least(c.score));
  // Of twins the better one leads by little, but that is what there is: hence the bends.
  const auto put_lead = [&](float other) {
    const float lead = least(c.score) - least(other);
    for (const float most : {1.f, .1f, .02f}) put(std::clamp(lead, -most, most));
  };
  put_lead(best_other);
  put((cover_a + cover_b) / 2);
  put(std::abs(cover_a - cover_b));
  put(least(c.shared));
  put(log_cover(overlap(view_a.own[a], view_b.own[b]), view_a.own_mass[a], view_b.own_mass[b]));
  const std::uint32_t out_a = pool.a.other_view[a], out_b = pool.b.other_view[b];
  put(log_cover(overlap(view_a.own[out_a], view_b.own[out_b]), view_a.own_mass[out_a], view_b.own_mass[out_b]));
  put(gap(view_a.own_mass[a], view_b.own_mass[b]));
  put(std::log1p(static_cast<float>(c.inlined)));

  const auto put_context = [&](std::span<const Term> of_a, std::span<const Term> of_b) {
    const float shared = overlap(of_a, of_b), mass_a = mass_of(of_a), mass_b = mass_of(of_b);
    put(std::log1p(shared));
    put(shared / (std::sqrt(mass_a * mass_b) + 1));
    put(mass_a > 0 && mass_b > 0 && shared == 0 ? 1.f : 0.f);
  };
  put_context(pool.a.caller_context[a], pool.b.caller_context[b]);
  put_context(pool.a.callee_context[a], pool.b.callee_context[b]);

  const auto put_gap = [&](std::size_t of_a, std::size_t of_b) {
    put(gap(static_cast<float>(of_a), static_cast<float>(of_b)));
  };
  const auto put_count = [&](std::size_t of_a, std::size_t of_b) {
    put_gap(of_a, of_b);
    put((of_a > 0) != (of_b > 0) ? 1.f : 0.f);
  };
  put_gap(x.instructions, y.instructions);
  put_gap(x.blocks, y.blocks);
  put_gap(x.edges, y.edges);
  put_gap(x.loops, y.loops);
  put_count(x.calls, y.calls);
  put_count(x.import_calls, y.import_calls);
  put_count(pool.a.callers[a].size(), pool.b.callers[b].size());
  put_count(pool.a.callees[a].size(), pool.b.callees[b].size());
  put_count(pool.a.referrers[a].size(), pool.b.referrers[b].size());
  put_count(pool.a.references[a].size(), pool.b.references[b].size());
  put_count(pool.a.table_next[a].size() + pool.a.table_before[a].size(),
            pool.b.table_next[b].size() + pool.b.table_before[b].size());
  put_count(x.globals, y.globals);

  const GroupMasses m = masses_by_group(pool, view_a.inlined[a], view_b.inlined[b]);
  for (std::size_t g = 0; g < kGroups; ++g) {
    put(std::log1p(m.shared[g]));
    put(std::log1p(m.only_a[g]) + std::log1p(m.only_b[g]));
    put(gap(m.only_a[g], m.only_b[g]));
  }
  if (aligned == nullptr) return inputs;
  for (std::size_t bond = 0; bond < kBonds; ++bond) {
    const float shared = aligned->shared[bond];
    put(std::log1p(shared));
    put(std::log1p(std::max(0.f, aligned->a[bond] - shared)) + std::log1p(std::max(0.f, aligned->b[bond] - shared)));
  }
  put_lead(aligned->best_other);

  for (std::size_t i = 0; i < kReaches.size(); ++i) {
    put(std::log1p(aligned->together[i]));
    put((aligned->together[i] + .2f) / (aligned->around[i] + 1));
  }
  const auto ratios = size_ratios(pool, a, b);
  for (std::size_t i = 0; i < kRatios; ++i) put(std::abs(ratios[i] - aligned->typical[i]));

  // Sums and differences, so that it does not matter which side is A; the last two say which is the wrapper's and
  // change places.
  const auto lead_over = [&](float other) { return std::clamp(least(c.score) - least(other), -1.f, 1.f); };
  const KinScores& kin = aligned->kin;
  const float callee_a = lead_over(kin.callee_of_a), caller_a = lead_over(kin.caller_of_a);
  const float callee_b = lead_over(kin.callee_of_b), caller_b = lead_over(kin.caller_of_b);
  put(callee_a + callee_b);
  put(std::abs(callee_a - callee_b));
  put(caller_a + caller_b);
  put(std::abs(caller_a - caller_b));
  put(callee_a + caller_b);
  put(caller_a + callee_b);
  return inputs;
}

void rank_alone(const Pool& pool, std::uint32_t a, std::vector<Candidate>& candidates, const RankingObserver& observe) {
  struct Ranked {
    float logit;
    Candidate candidate;
  };
  std::vector<Ranked> best;
  BestTwo top;
  for (const Candidate& c : candidates) top.see(c.score, c.target);
  for (const Candidate& c : std::span(candidates).first(std::min(candidates.size(), kRanked))) {
    const auto inputs = rank_inputs(pool, a, c, top.other_than(c.target), nullptr);
    if (observe) observe(pool.a.functions[a].origin, pool.b.functions[c.target].origin, inputs);
    best.push_back({alone_network()(std::span(inputs).first<kAloneInputs>()), c});
  }
  std::ranges::stable_sort(best, [](const Ranked& x, const Ranked& y) { return x.logit > y.logit; });
  for (std::size_t k = 0; k < best.size(); ++k) candidates[k] = best[k].candidate;
}

std::vector<std::vector<Candidate>> ranked(std::span<const std::vector<Candidate>> candidates,
                                           std::span<const std::vector<float>> logits, std::size_t functions_b) {
  constexpr float kNone = -1e30f, kLeast = 1e-12f;
  std::vector<float> most_b(functions_b, kNone), sum_b(functions_b);
  for (std::size_t a = 0; a < logits.size(); ++a) {
    for (std::size_t k = 0; k < logits[a].size(); ++k) {
      float& most = most_b[candidates[a][k].target];
      most = std::max(most, logits[a][k]);
    }
  }
  for (std::size_t a = 0; a < logits.size(); ++a) {
    for (std::size_t k = 0; k < logits[a].size(); ++k) {
      const std::uint32_t b = candidates[a][k].target;
      sum_b[b] += std::exp(logits[a][k] - most_b[b]);
    }
  }
  std::vector<std::vector<Candidate>> result(candidates.size());
  for (std::size_t a = 0; a < logits.size(); ++a) {
    if (logits[a].empty()) continue;
    const float most_a = std::ranges::max(logits[a]);
    float sum_a = 0;
    for (const float z : logits[a]) sum_a += std::exp(z - most_a);
    for (std::size_t k = 0; k < logits[a].size(); ++k) {
      Candidate c = candidates[a][k];
      const float among_a = std::exp(logits[a][k] - most_a) / sum_a;
      const float among_b = std::exp(logits[a][k] - most_b[c.target]) / sum_b[c.target];
      c.score = std::max(kLeast, among_a * among_b);
      result[a].push_back(c);
    }
    std::ranges::sort(result[a], better);
  }
  return result;
}

}  // namespace samehand::match
