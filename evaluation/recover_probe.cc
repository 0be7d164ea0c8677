// What recovery finds under given circumstances, for the evaluation: without unwind tables, as if stripped, and with
// single sources of evidence switched off.
//
//   recover_probe [--no-tables] [--symbols] [--off SOURCE]… FILE…
//   recover_probe --truth FILE…             the function symbols of the files instead
//   recover_probe --list                    the sources that can be switched off
//
// One line per start: file, part, address, and the sources of the start (--truth: size and name). The file's symbols
// are ignored unless --symbols is given; exported ones count always. Addresses of a relocatable object are those that
// the loader gives its sections, in both modes alike.

#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "passes.h"
#include "samehand/base/file.h"
#include "samehand/image/image.h"

namespace {

using namespace samehand;

constexpr std::array<std::pair<std::string_view, bool code::Tuning::*>, 12> kSources = {{
    {"call-targets", &code::Tuning::call_targets},
    {"data-pointers", &code::Tuning::data_pointers},
    {"addresses-in-code", &code::Tuning::taken_addresses},
    {"tail-calls", &code::Tuning::tail_calls},
    {"gaps", &code::Tuning::gaps},
    {"jump-tables", &code::Tuning::jump_tables},
    {"no-return", &code::Tuning::no_return},
    {"stack-depth", &code::Tuning::stack_depth},
    {"prologues", &code::Tuning::prologues},
    {"fragments", &code::Tuning::fragments},
    {"conventions", &code::Tuning::conventions},
    {"alignment-checks", &code::Tuning::alignment_checks},
}};

bool switch_off(std::string_view name, code::Tuning& tuning) {
  for (const auto& [source, member] : kSources) {
    if (source != name) continue;
    tuning.*member = false;
    return true;
  }
  return false;
}

void print_truth(const char* path, const image::Part& part) {
  for (const image::Symbol& symbol : part.image.symbols) {
    if (symbol.kind != image::SymbolKind::kFunction) continue;
    std::printf("%s\t%s\t%llx\t%llu\t%s\n", path, part.name.c_str(), static_cast<unsigned long long>(symbol.address),
                static_cast<unsigned long long>(symbol.size), symbol.name.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  code::RecoverOptions options{.use_unwind_tables = true, .use_symbols = false};
  code::Tuning tuning;
  bool truth = false;
  std::vector<const char*> files;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--list") {
      for (const auto& source : kSources)
        std::printf("%.*s\n", static_cast<int>(source.first.size()), source.first.data());
    } else if (argument == "--no-tables") {
      options.use_unwind_tables = false;
    } else if (argument == "--symbols") {
      options.use_symbols = true;
    } else if (argument == "--truth") {
      truth = true;
    } else if (argument == "--off" && i + 1 < argc) {
      if (switch_off(argv[++i], tuning)) continue;
      std::fprintf(stderr, "no source is called %s; --list names them\n", argv[i]);
      return 2;
    } else {
      files.push_back(argv[i]);
    }
  }
  int failed = 0;
  for (const char* path : files) {
    const auto bytes = read_file(path);
    const Result<std::vector<image::Part>> parts =
        !bytes ? Result<std::vector<image::Part>>(std::unexpected(bytes.error())) : image::load(bytes->view());
    if (!parts) {
      std::fprintf(stderr, "%s: %s\n", path, parts.error().message.c_str());
      failed = 3;
      continue;
    }
    for (const image::Part& part : *parts) {
      if (truth) {
        print_truth(path, part);
        continue;
      }
      const code::Program program = code::recover_tuned(part.image, options, tuning);
      for (const code::Function& f : program.functions) {
        std::printf("%s\t%s\t%llx\t%x\n", path, part.name.c_str(), static_cast<unsigned long long>(f.address),
                    f.sources);
      }
    }
  }
  return failed;
}
