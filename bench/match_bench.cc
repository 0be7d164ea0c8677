// Matching, stage by stage and as it grows.
//
//   match_bench [--benchmark_…] [FILE_A FILE_B]     executables; without files only the synthetic toolkits are measured
//
// Stages on the two files: pool (interning, inlining, weights), index, retrieve (candidates, exact scores, fits), match
// (all of it). Counters: functions of A and B together per second, ns per function, and the peak resident memory beyond
// what the features themselves take. On synthetic toolkits of 2^10 … 2^16 functions a side, the growth with its fitted
// curve.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "candidates.h"
#include "pool.h"
#include "samehand/base/file.h"
#include "samehand/code/program.h"
#include "samehand/image/image.h"
#include "samehand/match/match.h"
#include "synthetic.h"

namespace {

using namespace samehand;
using feature::SampleFeatures;

std::vector<SampleFeatures> samples[2];
std::vector<const SampleFeatures*> sides[2];

// A field of /proc/self/status in MB.
double memory_mb(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::stod(line.substr(field.size() + 1)) / 1024;
  }
  return 0;
}

// Peak memory between construction and report().
class Peak {
 public:
  Peak() {
    std::ofstream("/proc/self/clear_refs") << 5;  // forget the highest mark
    before_ = memory_mb("VmRSS");
  }
  void report(benchmark::State& state) const { state.counters["peak_MB"] = std::max(0., memory_mb("VmHWM") - before_); }

 private:
  double before_ = 0;
};

void report(benchmark::State& state, std::size_t functions, const Peak& peak) {
  peak.report(state);
  const auto n = static_cast<double>(functions);
  state.counters["functions/s"] = benchmark::Counter(n, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["s/function"] =
      benchmark::Counter(n, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

std::size_t functions_of(const std::vector<const SampleFeatures*>& side) {
  std::size_t n = 0;
  for (const auto* s : side) n += s->functions.size();
  return n;
}

std::size_t functions() {
  return functions_of(sides[0]) + functions_of(sides[1]);
}

void pool(benchmark::State& state) {
  const Peak peak;
  for (auto _ : state) benchmark::DoNotOptimize(match::build_pool(sides[0], sides[1], {}));
  report(state, functions(), peak);
}

void index(benchmark::State& state) {
  const auto pool = match::build_pool(sides[0], sides[1], {});
  const Peak peak;
  for (auto _ : state) benchmark::DoNotOptimize(match::InvertedIndex(*pool));
  report(state, functions(), peak);
}

void retrieve(benchmark::State& state) {
  const auto pool = match::build_pool(sides[0], sides[1], {});
  const match::InvertedIndex index(*pool);
  const match::Parameters parameters;
  const Peak peak;
  for (auto _ : state) {
    match::Retriever retriever(*pool, index, parameters);
    for (std::uint32_t a = 0; a < pool->a.functions.size(); ++a) benchmark::DoNotOptimize(retriever(a));
  }
  report(state, functions(), peak);
}

void all(benchmark::State& state) {
  const Peak peak;
  for (auto _ : state) benchmark::DoNotOptimize(match::match(sides[0], sides[1]));
  report(state, functions(), peak);
}

void growth(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const auto functions = match::random_functions(n, 1);
  const auto b = match::sample_of(functions), a = match::sample_of(match::disturbed(functions, 4, 3));
  const SampleFeatures* const side_a[] = {&a};
  const SampleFeatures* const side_b[] = {&b};
  const Peak peak;
  for (auto _ : state) benchmark::DoNotOptimize(match::match(side_a, side_b));
  report(state, 2 * n, peak);
  state.SetComplexityN(state.range(0));
}

bool add_input(const std::string& path, int side) {
  const auto bytes = read_file(path);
  if (!bytes) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), bytes.error().message.c_str());
    return false;
  }
  const auto parts = image::load(bytes->view());
  if (!parts) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), parts.error().message.c_str());
    return false;
  }
  for (const auto& part : *parts) {
    const auto program = code::recover(part.image);
    if (program) samples[side].push_back(feature::extract(part.image, *program));
  }
  for (const auto& sample : samples[side]) sides[side].push_back(&sample);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 1 && argc != 3) {
    std::fprintf(stderr, "usage: match_bench [--benchmark_…] [FILE_A FILE_B]\n");
    return 2;
  }
  if (argc == 3) {
    if (!add_input(argv[1], 0) || !add_input(argv[2], 1)) return 2;
    benchmark::RegisterBenchmark("pool", pool)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("index", index)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("retrieve", retrieve)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("match", all)->Unit(benchmark::kMillisecond);
  }
  benchmark::RegisterBenchmark("growth", growth)
      ->RangeMultiplier(4)
      ->Range(1 << 10, 1 << 16)
      ->Unit(benchmark::kMillisecond)
      ->Complexity(benchmark::oNLogN);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
