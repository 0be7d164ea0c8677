#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "commands.h"
#include "output.h"
#include "samehand/dossier/functions.h"
#include "samehand/flow/toolkit.h"

namespace samehand::cli {
namespace {

struct FunctionsArguments {
  std::vector<std::string> paths;
  OutputFormat format = OutputFormat::kText;
  InputArguments input;
};

int run(const FunctionsArguments& arguments) {
  flow::AnalyseOptions options = arguments.input.options();
  options.features = false;
  int status = kSuccess;
  bool first = true;
  auto text = text_options();
  text.top = 0;
  for (const auto& toolkit : flow::analyse_all(arguments.paths, options)) {
    for (const auto& sample : toolkit.samples) {
      const dossier::FunctionsOf functions{sample.summary.path, sample.summary.format, sample.program,
                                           sample.summary.remarks};
      std::string report;
      switch (arguments.format) {
        case OutputFormat::kTsv:
          report = dossier::functions_tsv(functions, first);
          break;
        case OutputFormat::kJson:
          report = dossier::functions_json(functions);
          break;
        case OutputFormat::kText:
          report = dossier::functions_text(functions, text);
          break;
      }
      if (!print(report)) return kSomeFailed;
      first = false;
    }
    if (complain_all(toolkit.failures) != kSuccess) status = kSomeFailed;
  }
  return status;
}

}  // namespace

Run add_functions(CLI::App& app) {
  auto arguments = std::make_shared<FunctionsArguments>();
  CLI::App& command = *app.add_subcommand("functions", "The functions found in executables");
  command.add_option("FILE", arguments->paths, "Files, folders, archives or packages")->required();
  add_format(command, arguments->format, true);
  arguments->input.add_to(command);
  return [arguments] { return run(*arguments); };
}

}  // namespace samehand::cli
