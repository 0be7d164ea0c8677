// Problem: comparing every function of A with every function of B is quadratic.
//
// Example: of 200 features of a function, 30 occur in fewer than 20 functions of B. Reading those 30 lists names its
// partner at the head of a few hundred functions; the lists of the 50 commonest features, thousands of entries each,
// could only confirm it.
//
// Method: an inverted index over B's features. A query reads the lists of its features, rarest first, until a budget of
// entries is spent (term-at-a-time evaluation with early stopping: Buckley and Lewit, SIGIR 1985); the partial sums,
// divided by the target's mass, choose the candidates, and only those are scored exactly by merging feature lists.
//
// Cost: budget + candidates × features per query, so linear in the number of queries, plus sorting a query's features.
//
// Known failures: a query with nothing but common features sees only a sample of the functions that share them;
// candidates_test.cc compares with the exhaustive search.
#include "candidates.h"

#include <algorithm>
#include <cmath>

#include "fit.h"
#include "score.h"

namespace samehand::match {

InvertedIndex::InvertedIndex(const Side& side, std::size_t features) {
  std::vector<std::pair<std::uint32_t, Posting>> edges;
  edges.reserve(side.terms.total());
  for (std::uint32_t f = 0; f < side.terms.size(); ++f) {
    for (const Term& t : side.terms[f]) edges.emplace_back(t.feature, Posting{f, t.amount});
  }
  rows_ = rows_of<Posting>(features, edges);
}

bool better(const Candidate& x, const Candidate& y) {
  return x.score != y.score ? x.score > y.score : x.target < y.target;
}

Retriever::Retriever(const Pool& pool, const InvertedIndex& index, const Parameters& parameters)
    : pool_(pool), index_(index), parameters_(parameters), shared_(pool.b.functions.size()) {}

std::vector<Candidate> Retriever::operator()(std::uint32_t query) {
  const Member& member = pool_.a.functions[query];
  const auto terms = pool_.a.terms[query];
  rarest_first_.assign(terms.begin(), terms.end());
  std::ranges::sort(rarest_first_, [&](const Term& x, const Term& y) {
    const std::size_t nx = index_[x.feature].size(), ny = index_[y.feature].size();
    return nx != ny ? nx < ny : x.feature < y.feature;
  });

  std::uint64_t read = 0;
  for (const Term& t : rarest_first_) {
    const auto list = index_[t.feature];
    if (read > 0 && read + list.size() > parameters_.posting_budget) break;
    read += list.size();
    const float weights[] = {pool_.weight[0][t.feature], pool_.weight[1][t.feature]};
    for (const Posting& p : list) {
      const auto like = static_cast<std::size_t>(pool_.likeness(member, pool_.b.functions[p.function]));
      if (weights[like] <= 0) continue;
      if (shared_[p.function] == 0) touched_.push_back(p.function);
      shared_[p.function] += weights[like] * std::min(t.amount, p.amount);
    }
  }
  postings_read_ += read;

  std::vector<Candidate> found;
  found.reserve(touched_.size());
  for (std::uint32_t t : touched_) {
    const auto like = static_cast<std::size_t>(pool_.likeness(member, pool_.b.functions[t]));
    found.push_back(
        {t, 0, 0, 0, containment(shared_[t], pool_.a.mass[like][query], pool_.b.mass[like][t], parameters_)});
    shared_[t] = 0;
  }
  touched_.clear();
  if (found.size() > parameters_.candidates) {
    std::ranges::nth_element(found, found.begin() + parameters_.candidates, better);
    found.resize(parameters_.candidates);
  }
  for (Candidate& c : found) {
    const auto like = static_cast<std::size_t>(pool_.likeness(member, pool_.b.functions[c.target]));
    c.shared = overlap(terms, pool_.b.terms[c.target], pool_.weight[like]);
    c.mass_a = pool_.a.mass[like][query];
    c.mass_b = pool_.b.mass[like][c.target];
    c.score = containment(c.shared, c.mass_a, c.mass_b, parameters_);
  }
  std::ranges::sort(found, better);
  for (std::size_t i = 0; i < found.size() && i < parameters_.fit_candidates; ++i) {
    Candidate& c = found[i];
    const Fit f = fit(pool_, query, c.target, parameters_);
    c.shared = f.shared;
    c.mass_a = f.mass_a;
    c.mass_b = f.mass_b;
    c.score = containment(c.shared, c.mass_a, c.mass_b, parameters_);
  }
  std::ranges::sort(found, better);
  return found;
}

}  // namespace samehand::match
