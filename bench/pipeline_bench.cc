// From file to features, stage by stage, beside bare Zydis decoding of the same code in the same run.
//
//   pipeline_bench [--benchmark_…] FILE…      x86-64 executables; without files: the program itself
//
// Counters: MB of code, instructions and functions per second. The ratio of "pipeline" to "zydis" is what the
// targets speak of; both are single-threaded.

#include <Zydis/Zydis.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "samehand/base/file.h"
#include "samehand/code/program.h"
#include "samehand/feature/feature.h"
#include "samehand/image/image.h"

namespace {

using namespace samehand;

struct Input {
  Bytes bytes;
  std::vector<image::Part> parts;
  std::vector<code::Program> programs;
};

std::vector<Input> inputs;

struct Totals {
  std::uint64_t code_bytes = 0, instructions = 0, functions = 0;

  void report(benchmark::State& state) const {
    const auto rate = [](std::uint64_t n, double unit) {
      return benchmark::Counter(static_cast<double>(n) / unit, benchmark::Counter::kIsIterationInvariantRate);
    };
    state.counters["MB/s"] = rate(code_bytes, 1e6);
    state.counters["Minsn/s"] = rate(instructions, 1e6);
    state.counters["functions/s"] = rate(functions, 1);
  }
};

Totals totals() {
  Totals sum;
  for (const Input& input : inputs) {
    for (const auto& program : input.programs) {
      sum.code_bytes += program.code_bytes;
      sum.functions += program.functions.size();
      for (const auto& f : program.functions) sum.instructions += f.instructions;
    }
  }
  return sum;
}

// Decodes every block with operands: what any disassembler-based tool must pay at least.
void zydis(benchmark::State& state) {
  ZydisDecoder decoder;
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  for (auto _ : state) {
    for (const Input& input : inputs) {
      for (std::size_t p = 0; p < input.parts.size(); p++) {
        for (const auto& block : input.programs[p].blocks) {
          const ByteView code = input.parts[p].image.at(block.address, block.size_bytes);
          for (std::size_t at = 0; at < code.size();) {
            ZydisDecodedInstruction instruction;
            ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
            if (!ZYAN_SUCCESS(
                    ZydisDecoderDecodeFull(&decoder, code.data() + at, code.size() - at, &instruction, operands)))
              break;
            benchmark::DoNotOptimize(operands);
            at += instruction.length;
          }
        }
      }
    }
  }
  totals().report(state);
}

void load(benchmark::State& state) {
  for (auto _ : state) {
    for (const Input& input : inputs) benchmark::DoNotOptimize(image::load(input.bytes.view()));
  }
  totals().report(state);
}

void recover(benchmark::State& state) {
  code::RecoverOptions options;
  options.use_unwind_tables = state.range(0) != 0;
  for (auto _ : state) {
    for (const Input& input : inputs) {
      for (const auto& part : input.parts) benchmark::DoNotOptimize(code::recover(part.image, options));
    }
  }
  totals().report(state);
}

void extract(benchmark::State& state) {
  for (auto _ : state) {
    for (const Input& input : inputs) {
      for (std::size_t p = 0; p < input.parts.size(); p++) {
        benchmark::DoNotOptimize(feature::extract(input.parts[p].image, input.programs[p]));
      }
    }
  }
  totals().report(state);
}

void pipeline(benchmark::State& state) {
  for (auto _ : state) {
    for (const Input& input : inputs) {
      const auto parts = image::load(input.bytes.view());
      for (const auto& part : *parts) {
        const auto program = code::recover(part.image);
        if (program) benchmark::DoNotOptimize(feature::extract(part.image, *program));
      }
    }
  }
  totals().report(state);
}

bool add_input(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), bytes.error().message.c_str());
    return false;
  }
  Input input;
  input.bytes = std::move(*bytes);
  auto parts = image::load(input.bytes.view());
  if (!parts) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), parts.error().message.c_str());
    return false;
  }
  for (auto& part : *parts) {
    auto program = code::recover(part.image);
    if (!program || part.image.architecture != image::Architecture::kX64) {
      std::fprintf(stderr, "%s: not x86-64 code\n", path.c_str());
      return false;
    }
    input.parts.push_back(std::move(part));
    input.programs.push_back(std::move(*program));
  }
  inputs.push_back(std::move(input));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::vector<std::string> paths(argv + 1, argv + argc);
  if (paths.empty()) paths.push_back("/proc/self/exe");
  if (!std::ranges::all_of(paths, add_input)) return 2;
  benchmark::RegisterBenchmark("zydis", zydis)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("load", load)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("extract", extract)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("pipeline", pipeline)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("recover/tables", recover)->Arg(1)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("recover/no-tables", recover)->Arg(0)->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
