// Problem: small functions and near-identical siblings cannot be told apart by their own bodies.
//
// Example: `get_width` and `get_height` differ by one offset. If `draw` is surely matched and calls get_width first,
// and `width_handlers` surely refers to it, the two can be told apart by whom they stand with.
//
// Method: assign (assign.cc); the pairs that lead clearly on both sides become shared *tokens* of their neighbours on
// either side (callee, caller, address taken, table, same caller, order in the file), which count as features: with a
// weight by bond times the pair's certainty times the token's rarity. Score again, assign again, Parameters::rounds
// times; in the last ranked_rounds of them ranking (rank.cc) says who is whose partner and how sure that is. Small
// functions are seen through, because another build may have inlined them. In spirit: propagation as in BinDiff (Flake
// 2004; Dullien and Rolles 2005) and similarity flooding (Melnik et al. 2002), but with tokens as ordinary features of
// the same score, so that no order of heuristics matters. Measured by the prototype: recall@1 .973 → .991 at -O3, .935
// → .981 at -Os, .893 → .947 at -O0 (docs/matching.md).
//
// Cost: per round linear in bonds and candidates: only the tokens are new, the overlap of features is kept.
//
// Known failures: a wrong seed misleads its neighbourhood (hence the margin); tokens cannot reach a function that
// shares no feature with its partner and has no matched neighbour.
#include "align.h"

#include <algorithm>
#include <cmath>

#include "best_two.h"
#include "fit.h"
#include "kin.h"
#include "rank.h"
#include "score.h"
#include "tasks.h"

namespace samehand::match {
namespace {

constexpr std::size_t kMostTokens = 512;   // per function: hubs learn nothing from their thousandth neighbour
constexpr std::size_t kMostBeyond = 64;    // callers or callees of a small function that are seen through it
constexpr std::size_t kMostSiblings = 60;  // of one function
constexpr std::size_t kMostCallersForSiblings = 3;
constexpr std::size_t kNewCandidates = 16;     // that neighbours may propose per function and round
constexpr std::size_t kLongestTokenList = 64;  // tokens held by more functions than this propose nobody

struct Token {
  std::uint32_t key;  // function of A in the seed pair × kBonds + bond
  float amount;
};

struct SideSeeds {  // which pair (named by its function of A) a function belongs to, and how sure that is
  std::vector<std::uint32_t> pair;
  std::vector<float> certainty;

  explicit SideSeeds(std::size_t functions) : pair(functions, kNobody), certainty(functions) {}
};

// Example: `enter` tests a flag and calls `enter_all`. Where another build has inlined `enter`, its callers call
// `enter_all`, whose partner therefore is to have those callers too, and not `enter` alone.
template <typename Add>
void add_through(const Side& side, const Rows<std::uint32_t>& bonds, std::uint32_t f, const Parameters& parameters,
                 const Add& add) {
  for (std::uint32_t between : bonds[f]) {
    if (side.functions[between].instructions > parameters.inline_instructions) continue;
    const auto beyond = bonds[between];
    for (std::uint32_t g : beyond.first(std::min(beyond.size(), kMostBeyond))) {
      if (g != f) add(g);
    }
  }
}

Rows<Token> tokens_of(const Side& side, const SideSeeds& seeds, const Parameters& parameters) {
  Rows<Token> rows;
  std::vector<Token> row;
  const auto n = static_cast<std::uint32_t>(side.functions.size());
  for (std::uint32_t f = 0; f < n; ++f) {
    row.clear();
    const auto add = [&](std::uint32_t neighbour, Bond bond, float share) {
      const std::uint32_t pair = seeds.pair[neighbour];
      if (pair == kNobody || row.size() >= kMostTokens) return;
      row.push_back({pair * static_cast<std::uint32_t>(kBonds) + static_cast<std::uint32_t>(bond),
                     seeds.certainty[neighbour] * share});
    };
    const std::uint32_t sample = side.functions[f].sample;
    for (int step : {-2, -1, 1, 2}) {
      const std::int64_t g = static_cast<std::int64_t>(f) + step;
      if (g < side.sample_start[sample] || g >= side.sample_start[sample + 1]) continue;
      add(static_cast<std::uint32_t>(g), Bond::kOrder, std::abs(step) == 1 ? 1.f : .6f);
    }
    for (std::uint32_t g : side.callees[f]) add(g, Bond::kCallee, 1);
    for (std::uint32_t g : side.callers[f]) add(g, Bond::kCaller, 1);
    add_through(side, side.callers, f, parameters,
                [&](std::uint32_t g) { add(g, Bond::kCaller, parameters.caller_through); });
    add_through(side, side.callees, f, parameters,
                [&](std::uint32_t g) { add(g, Bond::kCallee, parameters.callee_through); });
    for (std::uint32_t g : side.references[f]) add(g, Bond::kReference, 1);
    for (std::uint32_t g : side.referrers[f]) add(g, Bond::kReferrer, 1);
    for (std::uint32_t g : side.table_next[f]) add(g, Bond::kTableNext, 1);
    for (std::uint32_t g : side.table_before[f]) add(g, Bond::kTableBefore, 1);
    if (side.callers[f].size() <= kMostCallersForSiblings) {
      std::size_t siblings = 0;  // a caller of thousands is not read to its end for each of them
      for (std::uint32_t caller : side.callers[f]) {
        for (std::uint32_t g : side.callees[caller]) {
          if (siblings == kMostSiblings) break;
          if (g == f) continue;
          add(g, Bond::kSibling, 1);
          ++siblings;
        }
      }
    }
    std::ranges::sort(
        row, [](const Token& x, const Token& y) { return x.key != y.key ? x.key < y.key : x.amount > y.amount; });
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i == 0 || row[i].key != row[i - 1].key) rows.push(row[i]);
    }
    rows.end_row();
  }
  return rows;
}

// What compilers and levels do to sizes: the median over the pairs that are sure; nothing where these are few.
std::array<float, kRatios> typical_ratios(const Pool& pool, const SideSeeds& seeds_b) {
  constexpr float kSure = .5f;
  constexpr std::uint32_t kLeastInstructions = 20;
  constexpr std::size_t kLeastPairs = 10;
  std::array<std::vector<float>, kRatios> all;
  for (std::uint32_t b = 0; b < seeds_b.pair.size(); ++b) {
    if (seeds_b.pair[b] == kNobody || seeds_b.certainty[b] < kSure) continue;
    if (pool.b.functions[b].instructions < kLeastInstructions) continue;
    const auto ratios = size_ratios(pool, seeds_b.pair[b], b);
    for (std::size_t i = 0; i < kRatios; ++i) all[i].push_back(ratios[i]);
  }
  std::array<float, kRatios> typical = {};
  for (std::size_t i = 0; i < kRatios; ++i) {
    if (all[i].size() < kLeastPairs) continue;
    const auto middle = all[i].begin() + static_cast<std::ptrdiff_t>(all[i].size() / 2);
    std::ranges::nth_element(all[i], middle);
    typical[i] = *middle;
  }
  return typical;
}

// Of one thread.
struct Workspace {
  Fitter fitter;
  std::vector<float> proposed;  // by function of B, zero between uses

  Workspace(const Pool& pool, const Parameters& parameters)
      : fitter(pool, parameters), proposed(pool.b.functions.size()) {}
};

class Round {
 public:
  // The seeds must outlive this.
  Round(const Pool& pool, const Parameters& parameters, const SideSeeds& a, const SideSeeds& b)
      : pool_(pool),
        parameters_(parameters),
        seeds_b_(b),
        typical_(typical_ratios(pool, b)),
        tokens_a_(tokens_of(pool.a, a, parameters)),
        tokens_b_(tokens_of(pool.b, b, parameters)) {
    const std::size_t keys = pool.a.functions.size() * kBonds;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> holders;
    std::vector<std::uint32_t> count(keys);
    for (std::uint32_t f = 0; f < tokens_a_.size(); ++f) {
      for (const Token& t : tokens_a_[f]) ++count[t.key];
    }
    for (std::uint32_t f = 0; f < tokens_b_.size(); ++f) {
      for (const Token& t : tokens_b_[f]) {
        ++count[t.key];
        holders.emplace_back(t.key, f);
      }
    }
    holders_b_ = rows_of<std::uint32_t>(keys, holders);
    weight_.resize(keys);
    const auto n = static_cast<float>(pool.a.functions.size() + pool.b.functions.size());
    for (std::size_t k = 0; k < keys; ++k) {
      if (count[k] == 0) continue;
      weight_[k] = parameters.bond_weight[k % kBonds] *
                   std::pow(std::log((n + 1) / static_cast<float>(count[k])), parameters.rarity_power);
    }
    mass_a_ = masses(tokens_a_);
    mass_b_ = masses(tokens_b_);
  }

  // Scores the candidates of `a` anew, after adding those that its neighbours propose.
  void rescore(std::uint32_t a, std::vector<Candidate>& candidates, Workspace* space) const {
    if (space) propose(a, candidates, *space);
    for (Candidate& c : candidates) {
      c.score = strength(c.shared + neighbour_overlap(a, c.target), c.mass_a + mass_a_[a], c.mass_b + mass_b_[c.target],
                         parameters_);
    }
    std::ranges::sort(candidates, better);
  }

  Surroundings surroundings(std::uint32_t a, std::uint32_t b) const {
    Surroundings masses;
    const auto add = [&](const Token& t, float amount, std::array<float, kBonds>& to) {
      to[t.key % kBonds] += weight_[t.key] * amount;
    };
    for (const Token& t : tokens_a_[a]) add(t, t.amount, masses.a);
    for (const Token& t : tokens_b_[b]) add(t, t.amount, masses.b);
    each_shared(a, b, [&](const Token& t, float amount) { add(t, amount, masses.shared); });
    masses.typical = typical_;
    look_around(a, b, masses);
    return masses;
  }

  Neighbours neighbours(std::uint32_t a, std::uint32_t b) const {
    return {neighbour_overlap(a, b), mass_a_[a], mass_b_[b]};
  }

 private:
  void look_around(std::uint32_t a, std::uint32_t b, Surroundings& result) const {
    const std::uint32_t sample_a = pool_.a.functions[a].sample, sample_b = pool_.b.functions[b].sample;
    const std::uint32_t first = std::max(pool_.b.sample_start[sample_b], b - std::min(b, kReaches.back()));
    const std::uint32_t end = std::min(pool_.b.sample_start[sample_b + 1], b + kReaches.back() + 1);
    for (std::uint32_t g = first; g < end; ++g) {
      const std::uint32_t partner = seeds_b_.pair[g];
      if (g == b || partner == kNobody || partner == a) continue;
      const std::uint32_t far_b = g > b ? g - b : b - g, far_a = partner > a ? partner - a : a - partner;
      const bool same_sample = pool_.a.functions[partner].sample == sample_a;
      for (std::size_t i = 0; i < kReaches.size(); ++i) {
        if (far_b > kReaches[i]) continue;
        result.around[i] += seeds_b_.certainty[g];
        if (same_sample && far_a <= kReaches[i]) result.together[i] += seeds_b_.certainty[g];
      }
    }
  }

  float neighbour_overlap(std::uint32_t a, std::uint32_t b) const {
    float sum = 0;
    each_shared(a, b, [&](const Token& t, float amount) { sum += weight_[t.key] * amount; });
    return sum;
  }

  template <typename Use>
  void each_shared(std::uint32_t a, std::uint32_t b, const Use& use) const {
    const auto x = tokens_a_[a], y = tokens_b_[b];
    for (auto i = x.begin(), j = y.begin(); i != x.end() && j != y.end();) {
      if (i->key < j->key) {
        ++i;
      } else if (j->key < i->key) {
        ++j;
      } else {
        use(*i, std::min(i->amount, j->amount));
        ++i;
        ++j;
      }
    }
  }

  std::vector<float> masses(const Rows<Token>& tokens) const {
    std::vector<float> mass(tokens.size());
    for (std::size_t f = 0; f < tokens.size(); ++f) {
      for (const Token& t : tokens[f]) mass[f] += weight_[t.key] * t.amount;
    }
    return mass;
  }

  void propose(std::uint32_t a, std::vector<Candidate>& candidates, Workspace& space) const {
    std::vector<float>& proposed = space.proposed;
    std::vector<std::uint32_t> touched;
    for (const Token& t : tokens_a_[a]) {
      const auto holders = holders_b_[t.key];
      if (holders.size() > kLongestTokenList) continue;
      for (std::uint32_t b : holders) {
        if (proposed[b] == 0) touched.push_back(b);
        proposed[b] += weight_[t.key] * t.amount;
      }
    }
    std::vector<Candidate> fresh;
    std::vector<std::uint32_t> known;
    for (const Candidate& c : candidates) known.push_back(c.target);
    std::ranges::sort(known);
    for (std::uint32_t b : touched) {
      if (!std::ranges::binary_search(known, b)) fresh.push_back({b, 0, 0, 0, proposed[b]});
      proposed[b] = 0;
    }
    if (fresh.size() > kNewCandidates) {
      std::ranges::nth_element(fresh, fresh.begin() + kNewCandidates, better);
      fresh.resize(kNewCandidates);
    }
    for (Candidate& c : fresh) {
      c = fitted(space.fitter, a, c.target, parameters_);
      if (c.shared > 0) candidates.push_back(c);
    }
  }

  const Pool& pool_;
  const Parameters& parameters_;
  const SideSeeds& seeds_b_;
  const std::array<float, kRatios> typical_;
  Rows<Token> tokens_a_, tokens_b_;
  Rows<std::uint32_t> holders_b_;
  std::vector<float> weight_, mass_a_, mass_b_;
};

// The pairs that speak for their neighbours, and how surely.
struct Seeds {
  SideSeeds a, b;

  Seeds(const Pool& pool, const Assignment& assignment, std::span<const float> certainty)
      : a(pool.a.functions.size()), b(pool.b.functions.size()) {
    for (std::uint32_t f = 0; f < certainty.size(); ++f) {
      if (certainty[f] <= 0) continue;
      const std::uint32_t partner = assignment.partner_of_a[f];
      a.pair[f] = b.pair[partner] = f;
      a.certainty[f] = b.certainty[partner] = certainty[f];
    }
  }
};

// Of each function of A's partner, by its lead; 0 where it has none or leads by no more than `least`.
std::vector<float> certainty_by_lead(const Assignment& assignment, float least) {
  std::vector<float> certainty(assignment.partner_of_a.size());
  for (std::uint32_t f = 0; f < certainty.size(); ++f) {
    if (assignment.partner_of_a[f] == kNobody || assignment.margin(f) <= least) continue;
    certainty[f] = std::min(1.f, .4f + assignment.margin(f));
  }
  return certainty;
}

// What ranking says of the best candidates of every function of A.
std::vector<std::vector<float>> logits_of(const Pool& pool, const Round& round,
                                          std::span<const std::vector<Candidate>> candidates,
                                          const AlignedNetwork& network, const RankingObserver& observe,
                                          const ParallelFor& parallel_for) {
  const BestPartners best(candidates, pool.b.functions.size());
  std::vector<std::vector<float>> logits(candidates.size());
  Spaces<Kin> spaces([&] { return std::make_unique<Kin>(pool, candidates); });
  for_each_range(parallel_for, candidates.size(), [&](std::size_t first, std::size_t end) {
    spaces.with_one([&](Kin& kin) {
      for (auto a = static_cast<std::uint32_t>(first); a < end; ++a) {
        const std::size_t count = std::min(candidates[a].size(), kRanked);
        const auto kin_scores = kin(a, count);
        for (std::size_t k = 0; k < count; ++k) {
          const Candidate& c = candidates[a][k];
          Surroundings around = round.surroundings(a, c.target);
          around.best_other = best.b[c.target].other_than(a);
          around.kin = kin_scores[k];
          const auto inputs = rank_inputs(pool, a, c, best.a[a].other_than(c.target), &around);
          if (observe) observe(pool.a.functions[a].origin, pool.b.functions[c.target].origin, inputs);
          logits[a].push_back(network(inputs));
        }
      }
    });
  });
  return logits;
}

}  // namespace

Alignment align(const Pool& pool, std::vector<std::vector<Candidate>> candidates, const Parameters& parameters,
                const ParallelFor& parallel_for, const RankingProbe& probe) {
  const AlignedNetwork network = probe.aligned.empty() ? aligned_network() : aligned_network_of(probe.aligned);
  const std::size_t functions_b = pool.b.functions.size();
  Spaces<Workspace> spaces([&] { return std::make_unique<Workspace>(pool, parameters); });
  Alignment result;
  for (auto& row : candidates) {
    for (Candidate& c : row) c.score = strength(c.shared, c.mass_a, c.mass_b, parameters);
    std::ranges::sort(row, better);
  }
  result.assignment = assign(candidates, functions_b);
  std::vector<float> certainty = certainty_by_lead(result.assignment, parameters.seed_margin);
  for (int k = 1; k <= parameters.rounds; ++k) {
    const Seeds seeds(pool, result.assignment, certainty);
    const Round round(pool, parameters, seeds.a, seeds.b);
    for_each_range(parallel_for, candidates.size(), [&](std::size_t first, std::size_t end) {
      spaces.with_one([&](Workspace& space) {
        for (auto f = static_cast<std::uint32_t>(first); f < end; ++f)
          round.rescore(f, candidates[f], k <= parameters.proposing_rounds ? &space : nullptr);
      });
    });
    const bool last = k == parameters.rounds;
    if (parameters.learned_ranking && k > parameters.rounds - parameters.ranked_rounds) {
      const auto logits =
          logits_of(pool, round, candidates, network, last ? probe.observe : RankingObserver(), parallel_for);
      result.assignment = assign(ranked(candidates, logits, functions_b), functions_b);
      certainty = result.assignment.score;
      for (float& c : certainty) c = c > parameters.ranked_seed ? c : 0;
      measure(candidates, result.assignment);  // scores and margins are always those by strength
    } else {
      result.assignment = assign(candidates, functions_b);
      certainty = certainty_by_lead(result.assignment, parameters.later_margin);
    }
    if (!last) continue;
    result.neighbours.resize(candidates.size());
    for (std::uint32_t f = 0; f < candidates.size(); ++f) {
      const std::uint32_t partner = result.assignment.partner_of_a[f];
      if (partner != kNobody) result.neighbours[f] = round.neighbours(f, partner);
    }
  }
  result.candidates = std::move(candidates);
  return result;
}

}  // namespace samehand::match
