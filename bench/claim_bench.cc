// Claims found in English text: MB of text per second on one core.
//
//   claim_bench [--benchmark_…] FILE…      plain text; without files: a news text made up here, repeated

#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

#include "samehand/claim/claim.h"

namespace {

std::string input;

void find(benchmark::State& state) {
  std::size_t claims = 0;
  for (auto _ : state) {
    claims = samehand::claim::find_claims(input, {}, "bench").size();
    benchmark::DoNotOptimize(claims);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * input.size()));
  state.counters["claims"] = static_cast<double>(claims);
}
BENCHMARK(find)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    input.append(std::istreambuf_iterator<char>(file), {});
    input += "\n\n";
  }
  constexpr std::size_t kBytes = 1 << 20;
  while (input.size() < kBytes && argc < 2) {
    input +=
        "The ferry operator denied on Monday that its booking system had been wiped. \"Our backups are intact,\" said "
        "Ada Lind, a "
        "spokeswoman for the firm, who added that sailings would resume. According to the Morning Ledger, the "
        "intruders copied about 40 "
        "gigabytes of records, and experts believe that they used a stolen password. The minister refused to say who "
        "was behind it.\n\n";
  }
  benchmark::RunSpecifiedBenchmarks();
}
