// Problem: small functions and near-identical siblings cannot be told apart by their own bodies.
//
// Example: `get_width` and `get_height` differ by one offset. If `draw` is surely matched and calls get_width first,
// and `width_handlers` surely refers to it, the two can be told apart by whom they stand with.
//
// Method: assign (assign.cc); the pairs that lead clearly on both sides become shared *tokens* of their neighbours on
// either side (callee, caller, address taken, table, same caller, order in the file), which count as features: with a
// weight by bond times the pair's certainty times the token's rarity. Score again, assign again, Parameters::rounds
// times. Small functions are seen through, because another build may have inlined them. In spirit: propagation as in
// BinDiff (Flake 2004; Dullien and Rolles 2005) and similarity flooding (Melnik et al. 2002), but with tokens as
// ordinary features of the same score, so that no order of heuristics matters. Measured by the prototype: recall@1 .973
// → .991 at -O3, .935 → .981 at -Os, .893 → .947 at -O0 (docs/matching.md).
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
#include "rank.h"
#include "score.h"

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

struct Seeds {  // of one side: which pair (named by its function of A) a function belongs to, and how sure that is
  std::vector<std::uint32_t> pair;
  std::vector<float> certainty;
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

Rows<Token> tokens_of(const Side& side, const Seeds& seeds, const Parameters& parameters) {
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

class Round {
 public:
  Round(const Pool& pool, const Parameters& parameters, const Seeds& a, const Seeds& b)
      : pool_(pool),
        parameters_(parameters),
        fitter_(pool, parameters),
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
    proposed_.resize(pool.b.functions.size());
  }

  // Scores the candidates of `a` anew, after adding those that its neighbours propose.
  void rescore(std::uint32_t a, std::vector<Candidate>& candidates) {
    propose(a, candidates);
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
    return masses;
  }

  Neighbours neighbours(std::uint32_t a, std::uint32_t b) const {
    return {neighbour_overlap(a, b), mass_a_[a], mass_b_[b]};
  }

 private:
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

  void propose(std::uint32_t a, std::vector<Candidate>& candidates) {
    std::vector<std::uint32_t> touched;
    for (const Token& t : tokens_a_[a]) {
      const auto holders = holders_b_[t.key];
      if (holders.size() > kLongestTokenList) continue;
      for (std::uint32_t b : holders) {
        if (proposed_[b] == 0) touched.push_back(b);
        proposed_[b] += weight_[t.key] * t.amount;
      }
    }
    std::vector<Candidate> fresh;
    std::vector<std::uint32_t> known;
    for (const Candidate& c : candidates) known.push_back(c.target);
    std::ranges::sort(known);
    for (std::uint32_t b : touched) {
      if (!std::ranges::binary_search(known, b)) fresh.push_back({b, 0, 0, 0, proposed_[b]});
      proposed_[b] = 0;
    }
    if (fresh.size() > kNewCandidates) {
      std::ranges::nth_element(fresh, fresh.begin() + kNewCandidates, better);
      fresh.resize(kNewCandidates);
    }
    for (Candidate& c : fresh) {
      c = fitted(fitter_, a, c.target, parameters_);
      if (c.shared > 0) candidates.push_back(c);
    }
  }

  const Pool& pool_;
  const Parameters& parameters_;
  Fitter fitter_;
  Rows<Token> tokens_a_, tokens_b_;
  Rows<std::uint32_t> holders_b_;
  std::vector<float> weight_, mass_a_, mass_b_;
  std::vector<float> proposed_;
};

// The last word, with all neighbours known. Scores and margins stay those that competing by strength gives.
void assign_ranked(const Pool& pool, const Round& round, std::span<const std::vector<Candidate>> candidates,
                   const RankingObserver& observe, Assignment& assignment) {
  const std::size_t functions_b = pool.b.functions.size();
  const BestPartners best(candidates, functions_b);
  std::vector<std::vector<float>> logits(candidates.size());
  for (std::uint32_t a = 0; a < candidates.size(); ++a) {
    for (const Candidate& c : std::span(candidates[a]).first(std::min(candidates[a].size(), kRanked))) {
      Surroundings around = round.surroundings(a, c.target);
      around.best_other = best.b[c.target].other_than(a);
      const auto inputs = rank_inputs(pool, a, c, best.a[a].other_than(c.target), &around);
      if (observe) observe(pool.a.functions[a].origin, pool.b.functions[c.target].origin, inputs);
      logits[a].push_back(rank_logit(inputs, true));
    }
  }
  assignment = assign(ranked(candidates, logits, functions_b), functions_b);
  measure(candidates, assignment);
}

}  // namespace

Alignment align(const Pool& pool, std::vector<std::vector<Candidate>> candidates, const Parameters& parameters,
                const RankingObserver& observe) {
  Alignment result;
  for (auto& row : candidates) {
    for (Candidate& c : row) c.score = strength(c.shared, c.mass_a, c.mass_b, parameters);
    std::ranges::sort(row, better);
  }
  result.assignment = assign(candidates, pool.b.functions.size());
  for (int k = 0; k < parameters.rounds; ++k) {
    const Assignment& sure = result.assignment;
    const float least = k == 0 ? parameters.seed_margin : parameters.later_margin;
    Seeds a, b;
    a.pair.assign(pool.a.functions.size(), kNobody);
    b.pair.assign(pool.b.functions.size(), kNobody);
    a.certainty.resize(pool.a.functions.size());
    b.certainty.resize(pool.b.functions.size());
    for (std::uint32_t f = 0; f < sure.partner_of_a.size(); ++f) {
      const std::uint32_t partner = sure.partner_of_a[f];
      if (partner == kNobody || sure.margin(f) <= least) continue;
      a.pair[f] = b.pair[partner] = f;
      a.certainty[f] = b.certainty[partner] = std::min(1.f, .4f + sure.margin(f));
    }
    Round round(pool, parameters, a, b);
    for (std::uint32_t f = 0; f < candidates.size(); ++f) round.rescore(f, candidates[f]);
    result.assignment = assign(candidates, pool.b.functions.size());
    if (k + 1 < parameters.rounds) continue;
    if (parameters.learned_ranking) assign_ranked(pool, round, candidates, observe, result.assignment);
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
