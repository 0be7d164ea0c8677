// The clever against the stupid: candidates of the inverted index against a linear scan of all functions; and the steps
// that matching takes, counted, while the toolkits grow.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "candidates.h"
#include "interner.h"
#include "pool.h"
#include "samehand/match/match.h"
#include "score.h"
#include "synthetic.h"

namespace samehand::match {
namespace {

// Every function of B scored exactly, best first.
std::vector<Candidate> linear_scan(const Pool& pool, std::uint32_t query, const Parameters& parameters) {
  const View &x = pool.a.view[0], &y = pool.b.view[0];
  std::vector<Candidate> all;
  for (std::uint32_t b = 0; b < pool.b.functions.size(); ++b) {
    const float shared = overlap(x.inlined[query], y.inlined[b]);
    if (shared <= 0) continue;
    all.push_back({b, shared, x.inlined_mass[query], y.inlined_mass[b],
                   containment(shared, x.inlined_mass[query], y.inlined_mass[b], parameters)});
  }
  std::ranges::sort(all, better);
  return all;
}

struct Recall {
  int queries = 0, first = 0;
  double of_ten = 0;  // mean share of the ten best that were found
};

Recall recall(const std::vector<SyntheticFunction>& a, const std::vector<SyntheticFunction>& b, std::uint32_t every) {
  const auto sample_a = sample_of(a), sample_b = sample_of(b);
  const feature::SampleFeatures* const side_a[] = {&sample_a};
  const feature::SampleFeatures* const side_b[] = {&sample_b};
  const Parameters parameters;
  const auto pool = build_pool(side_a, side_b, parameters);
  EXPECT_TRUE(pool.has_value());
  const InvertedIndex index(*pool);
  Retriever retrieve(*pool, index, parameters);
  Recall sum;
  for (std::uint32_t query = 0; query < a.size(); query += every) {
    const auto scan = linear_scan(*pool, query, parameters);
    const auto found = retrieve(query);
    EXPECT_LE(found.size(), parameters.candidates);
    if (scan.empty()) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    const auto holds = [&](std::uint32_t target) {
      return std::ranges::find(found, target, &Candidate::target) != found.end();
    };
    const std::size_t best = std::min<std::size_t>(10, scan.size());
    sum.queries++;
    sum.first += holds(scan[0].target);
    const auto ten = std::ranges::count_if(scan.begin(), scan.begin() + static_cast<std::ptrdiff_t>(best),
                                           [&](const Candidate& c) { return holds(c.target); });
    sum.of_ten += static_cast<double>(ten) / static_cast<double>(best);
  }
  sum.of_ten /= sum.queries;
  return sum;
}

TEST(Retrieval, FindsWhatALinearScanFinds) {
  const auto b = random_functions(3000, 1);
  const Recall r = recall(disturbed(b, 3, 5), b, 19);
  EXPECT_EQ(r.queries, 158);
  EXPECT_EQ(r.first, r.queries);
  EXPECT_GE(r.of_ten, .75);  // the others share nothing but common strands with the query
}

// Templates: families of near-identical functions, every strand held by many.
TEST(Retrieval, FindsTheRightOneAmongManyAlike) {
  std::vector<SyntheticFunction> b;
  const auto models = random_functions(100, 1);
  for (std::uint64_t copy = 0; copy < 30; ++copy) {
    const auto variants = disturbed(models, 6, 100 + copy);
    b.insert(b.end(), variants.begin(), variants.end());
  }
  for (auto& f : b) f.callees.clear();
  const Recall r = recall(disturbed(b, 8, 5), b, 19);
  EXPECT_GE(r.first, r.queries * 98 / 100);
  EXPECT_GE(r.of_ten, .95);
}

TEST(Retrieval, AFunctionOfCommonFeaturesSeesASample) {
  std::vector<SyntheticFunction> b(9000);
  for (std::uint64_t i = 0; i < b.size(); ++i) b[i].strands = {1, 2, 10 + i % 3};
  const auto sample = sample_of(b);
  const feature::SampleFeatures* const side[] = {&sample};
  const Parameters parameters;
  const auto pool = build_pool(side, side, parameters);
  ASSERT_TRUE(pool.has_value());
  const InvertedIndex index(*pool);
  for (const std::uint32_t query : {0u, 4500u, 8999u}) {
    Retriever retrieve(*pool, index, parameters);
    EXPECT_EQ(retrieve(query).size(), parameters.candidates);
    EXPECT_LE(retrieve.work().postings, parameters.posting_budget);
  }
}

Work work_of(const std::vector<SyntheticFunction>& a, const std::vector<SyntheticFunction>& b) {
  const auto sample_a = sample_of(a), sample_b = sample_of(b);
  const feature::SampleFeatures* const side_a[] = {&sample_a};
  const feature::SampleFeatures* const side_b[] = {&sample_b};
  const auto matches = match(side_a, side_b, {.align = false});
  EXPECT_TRUE(matches.has_value());
  return matches ? matches->work : Work{};
}

// How much faster than n log n something grew, as a factor.
double beyond_n_log_n(std::uint64_t before, std::uint64_t after, double n_before, double n_after) {
  const double fair = n_after * std::log(n_after) / (n_before * std::log(n_before));
  return static_cast<double>(after) / static_cast<double>(before) / fair;
}

TEST(Scaling, WorkGrowsNoFasterThanNLogN) {
  const auto run = [](std::size_t n) {
    const auto b = random_functions(n, 1);
    return work_of(disturbed(b, 4, 3), b);
  };
  const Work small = run(1'000), large = run(4'000);
  EXPECT_LE(beyond_n_log_n(small.compared, large.compared, 1'000, 4'000), 1.05);
  // Lists grow with the toolkits until the budget is spent; a constant for every query is what bounds them.
  EXPECT_LE(large.postings, 4'000ull * Parameters{}.posting_budget);
}

// Up to some 16,000 functions the number of tasks grows, and with it what each prepares; from there on it must not.
TEST(Scaling, WorkingSpaceGrowsWithTheToolkits) {
  const auto run = [](std::uint64_t n) {
    std::vector<SyntheticFunction> functions(n);
    for (std::uint64_t i = 0; i < n; ++i) functions[i].strands = {i};
    return work_of(functions, functions);
  };
  const Work small = run(16'384), large = run(32'768);
  EXPECT_LE(beyond_n_log_n(small.prepared, large.prepared, 16'384, 32'768), 1.05);
}

// The worst case for an inverted index: nothing but features that a third of all functions hold.
TEST(Scaling, CommonFeaturesCostNoMoreThanTheBudget) {
  std::vector<SyntheticFunction> functions(20'000);
  for (std::uint64_t i = 0; i < functions.size(); ++i) functions[i].strands = {1, 2, 10 + i % 3};
  const auto some = std::vector(functions.begin(), functions.begin() + 500);
  EXPECT_LE(work_of(some, functions).postings, some.size() * Parameters{}.posting_budget);
}

TEST(Interner, NumbersInOrderOfFirstSight) {
  Interner interner;
  std::vector<std::uint64_t> ids;
  for (std::uint64_t i = 0; i < 100'000; ++i) ids.push_back(i * 0x9e3779b97f4a7c15 << (i % 3 == 0 ? 20 : 0));
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  for (int again = 0; again < 2; ++again) {
    for (std::uint32_t i = 0; i < ids.size(); ++i) {
      interner.prefetch(ids[i]);
      interner.prefetch_name(ids[i]);
      ASSERT_EQ(interner.number(ids[i]), i);
    }
  }
  EXPECT_EQ(interner.take_ids(), ids);
}

}  // namespace
}  // namespace samehand::match
