// Weighing: time for items x hypotheses, intervals and sensitivity included. The target is 10,000 x 10 in a second.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "samehand/base/hash.h"
#include "samehand/weigh/ach.h"
#include "samehand/weigh/weigh.h"

namespace {

using namespace samehand;

double part(std::uint64_t& state) {
  return static_cast<double>(mix64(++state) >> 11) * 0x1p-53;
}

// Half of the items stand alone, half in groups of `group`; every tenth has a source that it shares with others.
weigh::Problem problem_of(std::int64_t items, std::int64_t hypotheses, std::int64_t group) {
  std::uint64_t state = 1;
  weigh::Problem problem;
  for (std::int64_t h = 0; h < hypotheses; ++h)
    problem.hypotheses.push_back({"h" + std::to_string(h), 1.0 / static_cast<double>(hypotheses)});
  for (std::int64_t i = 0; i < items; ++i) {
    problem.items.push_back({"item " + std::to_string(i), i % 2 == 0 ? "" : "g" + std::to_string(i / group),
                             i % 10 == 0 ? "s" + std::to_string(i / 100) : ""});
    for (std::int64_t h = 0; h < hypotheses; ++h) {
      const double mid = part(state) - .5;
      problem.weights.push_back({mid - part(state), mid, mid + part(state)});
    }
  }
  return problem;
}

void weigh_items(benchmark::State& state) {
  const weigh::Problem problem = problem_of(state.range(0), state.range(1), state.range(2));
  for (auto _ : state) {
    const auto outcome = weigh::weigh(problem);
    if (!outcome) std::abort();
    benchmark::DoNotOptimize(outcome->flips.size());
  }
}
BENCHMARK(weigh_items)
    ->ArgNames({"items", "hypotheses", "group"})
    ->Args({100, 6, 4})
    ->Args({10'000, 10, 4})
    ->Args({10'000, 10, 10'000})
    ->Args({10'000, 1000, 4})
    ->Args({1'000'000, 10, 4})
    ->Unit(benchmark::kMillisecond);

void matrix(benchmark::State& state) {
  const weigh::Problem problem = problem_of(10'000, 10, 4);
  for (auto _ : state) benchmark::DoNotOptimize(weigh::ach(problem).scores.size());
}
BENCHMARK(matrix)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
