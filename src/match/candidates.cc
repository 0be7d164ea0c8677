// Problem: comparing every function of A with every function of B is quadratic.
//
// Example: of 200 features of a function, 30 occur in fewer than 20 functions of B. Reading those 30 lists names its
// partner at the head of a few hundred functions; the lists of the 50 commonest features, thousands of entries each,
// could only confirm it.
//
// Method: an inverted index over B's features. A query reads the lists of its features, rarest first, until a budget of
// entries is spent (term-at-a-time evaluation with early stopping: Buckley and Lewit, SIGIR 1985); the partial sums,
// divided by the target's mass, choose the candidates, and only those are scored exactly (fit.cc).
//
// Cost: budget + candidates × features per query, so linear in the number of queries, plus sorting a query's features.
//
// Known failures: a query with nothing but common features sees only a sample of the functions that share them. With
// 200 candidates and a budget of 100,000 entries mean recall@1 was .9425 instead of .9421 (tuning projects, aligned).
#include "candidates.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "context.h"
#include "score.h"

namespace samehand::match {
namespace {

// Row `feature` names the functions that hold it, of those that `wanted` admits, in their order. Without a list of
// edges in between: that took three times what the index itself takes.
template <class Wanted>
Rows<Term> transposed(const Rows<Term>& rows, std::size_t features, const Wanted& wanted) {
  std::vector<std::size_t> start(features + 1);
  for (std::uint32_t f = 0; f < rows.size(); ++f) {
    if (!wanted(f)) continue;
    for (const Term& t : rows[f]) ++start[t.feature + 1];
  }
  for (std::size_t i = 0; i < features; ++i) start[i + 1] += start[i];
  std::vector<Term> items(start.back());
  std::vector<std::size_t> at(start.begin(), start.end() - 1);
  for (std::uint32_t f = 0; f < rows.size(); ++f) {
    if (!wanted(f)) continue;
    for (const Term& t : rows[f]) items[at[t.feature]++] = {f, t.mass};
  }
  return {std::move(start), std::move(items)};
}

}  // namespace

InvertedIndex::InvertedIndex(const Pool& pool) {
  std::array<bool, 256> in_a = {}, in_b = {};
  for (const Member& m : pool.a.functions) in_a[m.machine] = true;
  for (const Member& m : pool.b.functions) in_b[m.machine] = true;
  const auto kinds_in_a = std::ranges::count(in_a, true);
  for (std::size_t machine = 0; machine < in_b.size(); ++machine) {
    if (!in_b[machine]) continue;
    for (const Likeness like : {Likeness::kSame, Likeness::kOther}) {
      const bool used = like == Likeness::kSame ? in_a[machine] : kinds_in_a > (in_a[machine] ? 1 : 0);
      if (!used) continue;
      parts_.push_back(
          {static_cast<std::uint8_t>(machine), like,
           transposed(pool.b.view[static_cast<std::size_t>(like)].inlined, pool.kind.size(), [&](std::uint32_t f) {
             return pool.b.functions[f].machine == machine && !pool.b.functions[f].copy;
           })});
    }
  }
}

bool better(const Candidate& x, const Candidate& y) {
  return x.score != y.score ? x.score > y.score : x.target < y.target;
}

Candidate fitted(Fitter& fitter, std::uint32_t a, std::uint32_t b, const Parameters& parameters) {
  const Fit f = fitter(a, b);
  return {b,
          f.shared,
          f.mass_a,
          f.mass_b,
          containment(f.shared, f.mass_a, f.mass_b, parameters),
          f.inlined_a + f.inlined_b};
}

Retriever::Retriever(const Pool& pool, const InvertedIndex& index, const Parameters& parameters)
    : pool_(pool), index_(index), parameters_(parameters), fitter_(pool, parameters), shared_(pool.b.functions.size()) {
  work_.prepared = shared_.size() + fitter_.working_space();
}

// Of a list that alone exceeds the budget (a query whose rarest feature is a very common one), the part that lies about
// where the query lies in A: builds and versions of a program keep much of their order. Reading all of it would be
// quadratic.
std::span<const Term> Retriever::around(std::span<const Term> holders, std::uint32_t query) const {
  const std::size_t budget = parameters_.posting_budget;
  const std::size_t centre = holders.size() * query / pool_.a.functions.size();
  return holders.subspan(std::min(centre - std::min(centre, budget / 2), holders.size() - budget), budget);
}

std::vector<Candidate> Retriever::operator()(std::uint32_t query) {
  const Parameters& p = parameters_;
  found_.clear();
  for (const InvertedIndex::Part& part : index_.parts()) {
    if ((part.machine == pool_.a.functions[query].machine) != (part.like == Likeness::kSame)) continue;
    const auto like = static_cast<std::size_t>(part.like);
    std::uint64_t read = 0;
    for (const Term& t : pool_.a.view[like].inlined[query]) {  // rarest first
      auto holders = part.rows[t.feature];
      if (read > 0 && read + holders.size() > p.posting_budget) break;
      if (holders.size() > p.posting_budget) holders = around(holders, query);
      read += holders.size();
      for (const Term& h : holders) {
        if (shared_[h.feature] == 0) touched_.push_back(h.feature);
        shared_[h.feature] += std::min(t.mass, h.mass);
      }
    }
    work_.postings += read;
    const float query_mass = std::pow(pool_.a.view[like].inlined_mass[query], p.query_power);
    for (std::uint32_t b : touched_) {
      const float mass = pool_.b.view[like].inlined_mass[b];
      found_.push_back({b, shared_[b], 0, mass, shared_[b] / (query_mass * std::pow(mass, 1 - p.query_power))});
      shared_[b] = 0;
    }
    touched_.clear();
  }
  const auto with_context = [&](const Candidate& c) {
    const float bonus = p.context_weight * shared_context(pool_, query, c.target);
    return containment(c.shared + bonus, c.mass_a + bonus, c.mass_b + bonus, p);
  };
  if (found_.size() > p.candidates) {
    std::ranges::nth_element(found_, found_.begin() + p.candidates, better);
    found_.resize(p.candidates);
  }
  for (Candidate& c : found_) {
    const auto like = static_cast<std::size_t>(pool_.likeness(query, c.target));
    c.shared = fitter_.inlined_overlap(query, c.target);
    work_.compared += pool_.b.view[like].inlined[c.target].size();
    c.mass_a = pool_.a.view[like].inlined_mass[query];
    c.score = with_context(c);
  }
  std::ranges::sort(found_, better);
  for (std::size_t i = 0; i < found_.size() && i < p.fit_candidates; ++i) {
    found_[i] = fitted(fitter_, query, found_[i].target, p);
    found_[i].score = with_context(found_[i]);
  }
  std::ranges::sort(found_, better);
  return found_;
}

}  // namespace samehand::match
