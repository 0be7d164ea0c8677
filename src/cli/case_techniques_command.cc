// `case techniques`: groups ranked by what they share with a case, with given techniques and software, or with every
// attributed campaign of a bundle.
#include <fmt/format.h>

#include <memory>

#include "arguments.h"
#include "case_command.h"
#include "output.h"
#include "samehand/dossier/techniques.h"
#include "samehand/flow/techniques.h"
#include "samehand/technique/catalogue.h"

namespace samehand::cli {
namespace {

struct TechniquesArguments {
  std::string path, attack, evaluate;
  technique::Question question;
  std::vector<std::string> techniques, software;
  OutputFormat format = OutputFormat::kText;
  bool all = false;
};

int bad_usage(const char* message) {
  complain({ErrorCode::kInvalidArgument, message, {}});
  return kBadUsage;
}

std::string shown(const technique::Ranking& ranking, const TechniquesArguments& arguments) {
  if (arguments.format == OutputFormat::kJson) return dossier::techniques_json(ranking);
  if (arguments.format == OutputFormat::kTsv)
    return dossier::techniques_tsv({&ranking, 1}, arguments.path.empty() ? "case" : arguments.path);
  dossier::TextOptions text = text_options();
  if (arguments.all) text.top = 0;
  return dossier::techniques_text(ranking, text);
}

int evaluate(const TechniquesArguments& arguments, const flow::TechniqueOptions& options) {
  flow::TechniqueOptions own = options;
  if (arguments.format == OutputFormat::kTsv) own.explained = 0;  // it says nothing of why
  const auto rankings = flow::rank_attributed(arguments.evaluate, own);
  if (!rankings) return exit_code(rankings.error());
  if (arguments.format == OutputFormat::kTsv)
    return print(dossier::techniques_tsv(*rankings, {})) ? kSuccess : kSomeFailed;
  for (std::size_t i = 0; i < rankings->size(); ++i) {
    std::string report = shown((*rankings)[i], arguments);
    if (i > 0 && arguments.format == OutputFormat::kText) report.insert(0, "\n");
    if (!print(report)) return kSomeFailed;
  }
  return kSuccess;
}

int run(const TechniquesArguments& arguments) {
  flow::TechniqueOptions options;
  options.on_diagnostic = [](const std::string& message) { complain({ErrorCode::kNotSupported, message, {}}); };
  if (arguments.all) options.explained = technique::kMaxGroups;
  const bool asked = !arguments.path.empty() || !arguments.techniques.empty() || !arguments.software.empty();
  if (!arguments.evaluate.empty())
    return asked ? bad_usage("--evaluate takes a bundle's own campaigns: give no case, technique or software with it")
                 : evaluate(arguments, options);
  if (!asked) return bad_usage("what to compare? Give a case, --technique, --software, or --evaluate BUNDLE");
  if (arguments.attack.empty()) return bad_usage("--attack FILE is needed: an ATT&CK bundle (STIX, also gzipped)");

  technique::Question question = arguments.question;
  if (!arguments.path.empty()) {
    auto of_case = flow::question_of_case(arguments.path, case_work({}, 0, "reading"));
    if (!of_case) return exit_code(of_case.error());
    question.traits = std::move(of_case->traits);
    question.not_used = std::move(of_case->not_used);
    if (question.year == 0) question.year = of_case->year;
    if (question.publishers.empty()) question.publishers = std::move(of_case->publishers);
  }
  for (const auto* list : {&arguments.techniques, &arguments.software})
    question.traits.insert(question.traits.end(), list->begin(), list->end());
  const auto ranking = flow::rank_groups(arguments.attack, question, options);
  if (!ranking) return exit_code(ranking.error());
  return print(shown(*ranking, arguments)) ? kSuccess : kSomeFailed;
}

}  // namespace

CaseRun add_case_techniques(CLI::App& parent) {
  auto arguments = std::make_shared<TechniquesArguments>();
  CLI::App& command =
      *parent.add_subcommand("techniques", "Which groups use what was used here, and how little that proves");
  command.add_option("CASE", arguments->path, "The case file, whose reports say what was used");
  command.add_option("--attack", arguments->attack, "What is known of groups: an ATT&CK bundle (STIX, also gzipped)")
      ->option_text("FILE");
  command
      .add_option("--technique", arguments->techniques, "A technique that was used: T1566.001; with or without a case")
      ->option_text("ID")
      ->allow_extra_args(false);
  command.add_option("--software", arguments->software, "Malware or a tool that was used, by id or name")
      ->option_text("NAME")
      ->allow_extra_args(false);
  command
      .add_option("--publisher", arguments->question.publishers,
                  "Where a report on it was published, a domain or URL; default: where the case's reports were")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return technique::publisher_of(text).empty() ? fmt::format("\"{}\" is no domain or URL", text)
                                                         : std::string();
          },
          ""))
      ->option_text("DOMAIN")
      ->allow_extra_args(false);
  command
      .add_option(
          "--leave-out", arguments->question.left_out,
          "A report, by its name in ATT&CK, that the case rests on too: what is known from it alone proves nothing")
      ->option_text("REPORT")
      ->allow_extra_args(false);
  command.add_option("--year", arguments->question.year, "When it was; default: the year of the case's latest report")
      ->option_text("YYYY")
      ->check(CLI::Range(1980, 2100));
  command
      .add_option("--evaluate", arguments->evaluate,
                  "Instead: rank the groups for every campaign that this bundle attributes, without the reports on it")
      ->option_text("FILE");
  add_format(command, arguments->format, true);
  command.add_flag("--all", arguments->all, "Show every group, and all that it shares");
  return {"techniques", [arguments] { return run(*arguments); }};
}

}  // namespace samehand::cli
