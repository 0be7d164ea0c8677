// The whole of matching, top to bottom: pool the functions of both toolkits, find candidates, align them through their
// neighbours, and say of each pair what it is, how sure that is and what it is worth. docs/matching.md explains.
#include "samehand/match/match.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "align.h"
#include "calibrate.h"
#include "candidates.h"
#include "contest.h"
#include "engine.h"
#include "fit.h"
#include "graph.h"
#include "groups.h"
#include "pool.h"
#include "rank.h"
#include "relation.h"
#include "score.h"
#include "tasks.h"
#include "worth.h"

namespace samehand::match {
namespace {

// Each task prepares working space as large as B and its features, so that their number must not grow with the
// toolkits: with tasks of 256 queries that alone was quadratic.
constexpr std::size_t kLeastQueriesPerTask = 256;
constexpr std::size_t kMostTasks = 64;

std::vector<std::vector<Candidate>> find_candidates(const Pool& pool, const Parameters& parameters,
                                                    const Options& options, const RankingObserver& observe,
                                                    Work& work) {
  const InvertedIndex index(pool);
  std::vector<std::vector<Candidate>> candidates(pool.a.functions.size());
  const std::size_t per_task = std::max(kLeastQueriesPerTask, (candidates.size() + kMostTasks - 1) / kMostTasks);
  std::vector<Work> done((candidates.size() + per_task - 1) / per_task);
  for_each_task(options.parallel_for, done.size(), [&](std::size_t task) {
    Retriever retrieve(pool, index, parameters);
    const std::size_t end = std::min(candidates.size(), (task + 1) * per_task);
    for (std::size_t a = task * per_task; a < end; ++a) {
      if (pool.a.functions[a].copy) continue;
      const auto query = static_cast<std::uint32_t>(a);
      candidates[a] = retrieve(query);
      if (!options.align && parameters.learned_ranking) rank_alone(pool, query, candidates[a], observe);
    }
    done[task] = retrieve.work();
  });
  for (const Work& w : done) {
    work.prepared += w.prepared;
    work.postings += w.postings;
    work.compared += w.compared;
  }
  return candidates;
}

Reason reason_of(Group group) {
  switch (group) {
    case Group::kText:
      return Reason::kStrings;
    case Group::kNumber:
    case Group::kPassed:
    case Group::kOffset:
      return Reason::kConstants;
    case Group::kImported:
      return Reason::kImports;
    case Group::kData:
      return Reason::kData;
    case Group::kFlow:
      return Reason::kControlFlow;
    default:
      return Reason::kDataFlow;
  }
}

void give_reasons(const Pool& pool, std::uint32_t a, std::uint32_t b, Pair& pair) {
  if (pair.evidence.exact) {
    pair.reasons[static_cast<int>(Reason::kExactCopy)] = 1;
    return;
  }
  const auto like = static_cast<std::size_t>(pool.likeness(a, b));
  const GroupMasses masses = masses_by_group(pool, pool.a.view[like].inlined[a], pool.b.view[like].inlined[b]);
  for (std::size_t g = 0; g < kGroups; ++g) {
    pair.reasons[static_cast<int>(reason_of(static_cast<Group>(g)))] += masses.shared[g];
  }
  pair.reasons[static_cast<int>(Reason::kNeighbours)] = pair.evidence.neighbour_information;
  float sum = 0;
  for (float r : pair.reasons) sum += r;
  for (float& r : pair.reasons) r = sum > 0 ? r / sum : 0;
}

FunctionSize size_of(const Member& m) {
  return {m.instructions, m.blocks};
}

bool pairable(const Member& m) {
  return judged(size_of(m)) && !m.runtime && !m.thunk;
}

std::vector<std::uint32_t> library_functions(const Side& side, std::size_t samples) {
  std::vector<std::uint32_t> count(samples);
  for (const Member& m : side.functions) count[m.origin.sample] += m.runtime || m.thunk;
  return count;
}

// All that can be said of a pair by looking at its two functions.
Pair make_pair(const Pool& pool, std::uint32_t a, std::uint32_t b, Fitter& fitter) {
  const Member& x = pool.a.functions[a];
  const Member& y = pool.b.functions[b];
  const Fit f = fitter(a, b);
  Pair pair;
  pair.a = x.origin;
  pair.b = y.origin;
  pair.evidence.cover_a = std::min(1.f, f.cover_a());
  pair.evidence.cover_b = std::min(1.f, f.cover_b());
  pair.evidence.information = f.shared;
  pair.evidence.same_machine = x.machine == y.machine;
  pair.evidence.exact = x.exact_hash != 0 && x.exact_hash == y.exact_hash;
  pair.similarity = std::sqrt(pair.evidence.cover_a * pair.evidence.cover_b);
  pair.relation = relation(pool, a, b);
  pair.library = x.runtime || y.runtime || x.thunk || y.thunk;
  return pair;
}

struct Named {
  std::uint32_t a, b;
  Pair pair;
  bool runner_up = false;  // a better partner of `a` stands before it
};

std::vector<Named> aligned_pairs(const Pool& pool, const Alignment& alignment, const Parameters& parameters) {
  std::vector<Named> pairs;
  Fitter fitter(pool, parameters);
  const std::vector<Contest> contested = contests(alignment, pool.b.functions.size(), parameters);
  for (std::uint32_t a = 0; a < alignment.assignment.partner_of_a.size(); ++a) {
    const std::uint32_t b = alignment.assignment.partner_of_a[a];
    if (b == kNobody || pool.a.functions[a].copy || pool.b.functions[b].copy) continue;
    Pair pair = make_pair(pool, a, b, fitter);
    pair.evidence.margin_a = alignment.assignment.margin_a[a];
    pair.evidence.margin_b = alignment.assignment.margin_b[a];
    pair.evidence.body_margin_a = contested[a].body_margin_a;
    pair.evidence.body_margin_b = contested[a].body_margin_b;
    pair.evidence.rivals_a = contested[a].rivals_a;
    pair.evidence.rivals_b = contested[a].rivals_b;
    if (!alignment.neighbours.empty()) {
      const Neighbours& n = alignment.neighbours[a];
      const float all = std::sqrt(n.mass_a * n.mass_b);
      pair.evidence.neighbours = all > 0 ? n.shared / all : 0;
      pair.evidence.neighbour_information = n.shared;
    }
    pairs.push_back({a, b, pair});
  }
  return pairs;
}

std::vector<Named> ranked_pairs(const Pool& pool, std::span<const std::vector<Candidate>> candidates, int ranks,
                                const Parameters& parameters) {
  std::vector<Named> pairs;
  Fitter fitter(pool, parameters);
  for (std::uint32_t a = 0; a < candidates.size(); ++a) {
    const auto& list = candidates[a];
    for (std::size_t k = 0; k < list.size() && k < static_cast<std::size_t>(std::max(ranks, 1)); ++k) {
      if (list[k].score <= 0) break;
      Pair pair = make_pair(pool, a, list[k].target, fitter);
      float rival = 0;
      for (std::size_t other = 0; other < list.size(); ++other) {
        if (other != k) rival = std::max(rival, list[other].score);
      }
      pair.evidence.margin_a = pair.evidence.margin_b = (list[k].score - rival) / list[k].score;
      pair.evidence.body_margin_a = pair.evidence.body_margin_b = pair.evidence.margin_a;
      const auto close = [&](const Candidate& c) { return c.score >= kRivalShare * list[k].score; };
      pair.evidence.rivals_a = pair.evidence.rivals_b =
          static_cast<std::uint32_t>(std::ranges::count_if(list, close)) - 1;
      pairs.push_back({a, list[k].target, pair, k > 0});
    }
  }
  return pairs;
}

// A pair that would hardly arise by accident; their share tells related toolkits from unrelated ones.
bool strong(const Pool& pool, std::uint32_t a, std::uint32_t b, const Pair& pair) {
  return pairable(pool.a.functions[a]) && pairable(pool.b.functions[b]) && !pair.library && pair.similarity >= .45f &&
         std::min(pair.evidence.margin_a, pair.evidence.margin_b) >= .3f && pair.evidence.information >= 60;
}

// What the pairs as a whole say of the two toolkits: how much of the smaller one has a strong partner, and how alike
// such partners are (two builds of one program with other compilers are less alike than two of one compiler).
void judge_together(const Pool& pool, std::uint32_t pairable, std::vector<Named>& pairs) {
  std::vector<float> similarities;
  for (const Named& n : pairs) {
    if (strong(pool, n.a, n.b, n.pair)) similarities.push_back(n.pair.similarity);
  }
  const float kinship =
      std::min(1.f, (static_cast<float>(similarities.size()) + .5f) / (static_cast<float>(pairable) + 1.f));
  float typical = 0;
  if (!similarities.empty()) {
    const auto middle = similarities.begin() + static_cast<std::ptrdiff_t>(similarities.size() / 2);
    std::ranges::nth_element(similarities, middle);
    typical = *middle;
  }
  for (Named& n : pairs) {
    n.pair.evidence.kinship = kinship;
    n.pair.evidence.typical = typical;
  }
}

}  // namespace

Result<Matches> match(std::span<const feature::SampleFeatures* const> a,
                      std::span<const feature::SampleFeatures* const> b, const Options& options) {
  return match_with(a, b, options, Parameters());
}

Result<Matches> match_with(std::span<const feature::SampleFeatures* const> a,
                           std::span<const feature::SampleFeatures* const> b, const Options& options,
                           const Parameters& parameters, const RankingProbe& probe) {
  Result<Pool> pooled = build_pool(a, b, parameters);
  if (!pooled) return std::unexpected(pooled.error());
  if (options.align) {  // else every function is asked about by itself, and may find any copy
    mark_copies(pooled->a);
    mark_copies(pooled->b);
  }
  const Pool& pool = *pooled;
  Matches matches;
  for (const Member& m : pool.a.functions) matches.pairable_a += pairable(m) && !m.copy;
  for (const Member& m : pool.b.functions) matches.pairable_b += pairable(m) && !m.copy;

  matches.library_a = library_functions(pool.a, a.size());
  matches.library_b = library_functions(pool.b, b.size());

  // Who might it be?
  auto candidates = find_candidates(pool, parameters, options, probe.observe, matches.work);

  // Who is it?
  std::vector<Named> pairs =
      options.align
          ? aligned_pairs(pool, align(pool, std::move(candidates), parameters, options.parallel_for, probe), parameters)
          : ranked_pairs(pool, candidates, options.max_ranks, parameters);

  // Are the toolkits related at all?
  judge_together(pool, std::min(matches.pairable_a, matches.pairable_b), pairs);

  // How sure is each pair, and what is it worth?
  for (Named& n : pairs) {
    Pair& pair = n.pair;
    const Member& x = pool.a.functions[n.a];
    const Member& y = pool.b.functions[n.b];
    pair.confidence = confidence(pair.evidence, size_of(x), size_of(y), options.align);
    pair.reported = !n.runner_up && !pair.library && pairable(x) && pairable(y) &&
                    sure(pair.confidence, pair.similarity, options.align);
    pair.worth_db = worth_db(pair);
    give_reasons(pool, n.a, n.b, pair);
    matches.pairs.push_back(pair);
  }

  // And all together?
  if (options.align) {
    std::ranges::stable_sort(matches.pairs, [](const Pair& x, const Pair& y) {
      return x.worth_db != y.worth_db ? x.worth_db > y.worth_db : x.confidence > y.confidence;
    });
  }
  matches.evidence_db = evidence_db(matches.pairs, std::min(matches.pairable_a, matches.pairable_b));
  matches.kinship = kinship(matches.evidence_db);
  return matches;
}

}  // namespace samehand::match
