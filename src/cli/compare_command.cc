#include <array>
#include <memory>
#include <string>

#include "arguments.h"
#include "commands.h"
#include "output.h"
#include "samehand/dossier/html.h"
#include "samehand/dossier/json.h"
#include "samehand/dossier/text.h"
#include "samehand/dossier/tsv.h"
#include "samehand/flow/compare.h"

namespace samehand::cli {
namespace {

constexpr std::size_t kPageCodePairs = 300;

struct CompareArguments {
  std::string a, b;
  OutputFormat format = OutputFormat::kText;
  std::string matches, html;
  bool all = false, no_align = false, exit_code = false;
  int ranks = 1;
  InputArguments input;
};

int run(const CompareArguments& arguments) {
  if (outputs_refused({arguments.matches, arguments.html}, {arguments.a, arguments.b})) return kBadUsage;
  flow::CompareOptions options;
  options.analyse = arguments.input.options();
  options.match.align = !arguments.no_align;
  options.match.max_ranks = arguments.ranks;
  if (!arguments.html.empty()) options.code_pairs = kPageCodePairs;

  auto comparison = flow::compare(arguments.a, arguments.b, options);
  if (!comparison) {
    complain(comparison.error());
    return kSomeFailed;
  }
  comparison->version = SAMEHAND_VERSION;
  int status = complain_all(comparison->failures);

  if (!arguments.matches.empty()) {
    const auto written = write_file(arguments.matches, dossier::matches_tsv(*comparison));
    if (!written) status = complain_all(std::array{written.error()});
  }
  if (!arguments.html.empty()) {
    const auto written = write_file(arguments.html, dossier::to_html(*comparison));
    if (!written) status = complain_all(std::array{written.error()});
  }
  std::string report;
  if (arguments.format == OutputFormat::kJson) {
    report = dossier::to_json(*comparison);
  } else {
    auto text = text_options();
    if (arguments.all) text.top = 0;
    report = dossier::to_text(*comparison, text);
  }
  if (!print(report)) return kSomeFailed;
  const bool nothing =
      comparison->verdict == dossier::Verdict::kNothing || comparison->verdict == dossier::Verdict::kOnlyLibrary;
  if (status == kSuccess && arguments.exit_code && nothing) return kNegative;
  return status;
}

}  // namespace

Run add_compare(CLI::App& app) {
  auto arguments = std::make_shared<CompareArguments>();
  CLI::App& command =
      *app.add_subcommand("compare", "Which code and traces two files, folders, archives or packages share");
  command.add_option("A", arguments->a, "File, folder, archive or package")->required();
  command.add_option("B", arguments->b, "What to compare it with")->required();
  add_format(command, arguments->format, false);
  add_output(command, "--matches", arguments->matches, "Write every pair of functions to this file, tab-separated");
  add_output(command, "--html", arguments->html, "Write a page with the code of the best pairs side by side");
  command.add_flag("--all", arguments->all, "Show every row, not only the first 20 of a list");
  command.add_flag("--exit-code", arguments->exit_code, "Exit with 1 when they share nothing of their own");
  auto* no_align = command.add_flag("--no-align", arguments->no_align,
                                    "Judge each function of A alone against all of B, without neighbours (to measure)");
  command.add_option("--ranks", arguments->ranks, "With --no-align: so many partners per function, best first")
      ->check(CLI::Range(1, 100))
      ->needs(no_align)
      ->capture_default_str();
  arguments->input.add_to(command);
  return [arguments] { return run(*arguments); };
}

}  // namespace samehand::cli
