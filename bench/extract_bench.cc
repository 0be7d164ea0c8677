// Indicators, names, techniques and figures per second of text, on one core.
//
//   extract_bench [--benchmark_…] [TEXT [LIST]]    a text to repeat to 8 MB (else invented prose with indicators), a
//                                                  compiled list of names
//
// The hostile texts show that no shape of input is much slower than another.

#include <benchmark/benchmark.h>

#include <optional>
#include <string>

#include "samehand/base/file.h"
#include "samehand/indicator/indicator.h"
#include "samehand/naming/name_list.h"
#include "samehand/naming/naming.h"

namespace {

using namespace samehand;

constexpr std::size_t kBytes = 8'000'000;

std::string text =
    "The operators, tracked as Quiet Quill, sent mail with a link to hxxps://files[.]example[.]com/a.php to employees "
    "of two "
    "ministries. Opening the document runs a macro that writes C:\\Users\\Public\\quill.dll (SHA-256 "
    "6897dc6f5d46071288481e782e0d8f52a3211ae14f616464931b436c6b11cdd5) and starts it through rundll32.exe. The loader "
    "decrypts its "
    "configuration, injects itself into svchost.exe and asks 192.0.2.10:443 for further modules. Nothing else on the "
    "machine is "
    "touched, and for most of the day the implant does nothing at all: it waits for a window of two hours in the "
    "evening, in which it "
    "sends what it has collected. Analysts who compared both samples found that the second one, compiled eleven months "
    "later, shares "
    "most of its code with the first. The company said that almost 11 terabytes of data had been taken.\n";
std::optional<naming::NameList> list;

std::string repeated(std::string_view piece) {
  std::string out;
  while (out.size() < kBytes) out += piece;
  return out;
}

void report(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(bytes));
}

void indicators(benchmark::State& state) {
  const std::string input = repeated(text);
  indicator::prepare();
  for (auto _ : state) benchmark::DoNotOptimize(indicator::find_indicators(input));
  report(state, input.size());
}

void names(benchmark::State& state) {
  const std::string input = repeated(text);
  for (auto _ : state) benchmark::DoNotOptimize(naming::find_names(input, list ? &*list : nullptr));
  report(state, input.size());
}

void techniques(benchmark::State& state) {
  const std::string input = repeated(text);
  for (auto _ : state) benchmark::DoNotOptimize(naming::find_techniques(input, list ? &*list : nullptr));
  report(state, input.size());
}

void figures(benchmark::State& state) {
  const std::string input = repeated(text);
  for (auto _ : state) benchmark::DoNotOptimize(naming::find_figures(input));
  report(state, input.size());
}

void hostile(benchmark::State& state, std::string_view piece) {
  const std::string input = repeated(piece);
  for (auto _ : state) benchmark::DoNotOptimize(indicator::find_indicators(input));
  report(state, input.size());
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc > 1) {
    const auto file = read_file(argv[1]);
    if (!file) {
      std::fprintf(stderr, "%s: %s\n", argv[1], file.error().message.c_str());
      return 2;
    }
    text = file->view().text();
  }
  if (argc > 2) {
    const auto file = read_file(argv[2]);
    auto loaded = file ? naming::load_names(file->view()) : std::unexpected(file.error());
    if (!loaded) {
      std::fprintf(stderr, "%s: %s\n", argv[2], loaded.error().message.c_str());
      return 2;
    }
    list = std::move(*loaded);
  }
  benchmark::RegisterBenchmark("indicators", indicators)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("names", names)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("techniques", techniques)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("figures", figures)->Unit(benchmark::kMillisecond);
  for (const std::string_view piece : {"a", ".", "@", "a.", " . a", "[.]", "hxxp[://]a", "rule a {", "\\a", "1.1.1.1-"})
    benchmark::RegisterBenchmark(("hostile/" + std::string(piece)).c_str(), hostile, piece)
        ->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
}
