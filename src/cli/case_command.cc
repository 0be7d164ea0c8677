// `case …`: the commands that read a case. Those that change it are in case_edit_command.cc.
#include "case_command.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include "arguments.h"
#include "commands.h"
#include "output.h"
#include "samehand/dossier/case.h"
#include "samehand/dossier/case_dossier.h"
#include "samehand/flow/case.h"

namespace samehand::cli {

std::string who_works() {
  const char* named = std::getenv("SAMEHAND_ANALYST");
  if (named != nullptr && *named != 0) return named;
  const passwd* user = getpwuid(geteuid());
  return user != nullptr && user->pw_name != nullptr ? user->pw_name : "user " + std::to_string(geteuid());
}

flow::CaseWork case_work(const std::string& by, unsigned jobs, const char* verb) {
  return {.who = by.empty() ? who_works() : by,
          .parallel = jobs,
          .on_progress = progress_line(verb),
          .on_diagnostic = [](const std::string& message) { complain({ErrorCode::kNotSupported, message, {}}); }};
}

int exit_code(const Error& error) {
  complain(error);
  return error.code == ErrorCode::kInvalidArgument ? kBadUsage : kSomeFailed;
}

bool would_touch_case(const std::vector<std::string>& outputs, const std::string& path) {
  std::vector<std::string> inputs = {path};
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    inputs.push_back(path + suffix);
    // Named even where it is not there now: the next change of the case would make it.
    if (std::ranges::find(outputs, inputs.back()) != outputs.end()) {
      complain({ErrorCode::kInvalidArgument, "belongs to the case; nothing was done", inputs.back()});
      return true;
    }
  }
  return outputs_refused(outputs, inputs);
}

CLI::App& case_subcommand(CLI::App& parent, const char* name, const char* says, std::string& path) {
  CLI::App& command = *parent.add_subcommand(name, says);
  command.add_option("CASE", path, "The case file")->required();
  return command;
}

namespace {

constexpr std::size_t kReportCodePairs = 12;  // functions side by side, of each two tools

struct ReadArguments {
  std::string path, as_of;
  std::string html, markdown, json;  // of a report
  OutputFormat format = OutputFormat::kText;
  bool all = false;
  std::vector<std::string> exhibits;
  unsigned jobs = 0;
};

dossier::TextOptions text_of(const ReadArguments& arguments) {
  auto text = text_options();
  if (arguments.all) text.top = 0;
  return text;
}

int run_weigh(const ReadArguments& arguments) {
  const auto verdict = flow::case_weigh(arguments.path, arguments.as_of, case_work({}, 0, "weighing"));
  if (!verdict) return exit_code(verdict.error());
  return print(arguments.format == OutputFormat::kJson ? dossier::verdict_json(*verdict)
                                                       : dossier::verdict_text(*verdict, text_of(arguments)))
             ? kSuccess
             : kSomeFailed;
}

using Text = std::string (*)(const dossier::CaseView&, const dossier::TextOptions&);
using Json = std::string (*)(const dossier::CaseView&);

int run_view(const ReadArguments& arguments, Text text, Json json) {
  const auto view = flow::case_view(arguments.path, case_work({}, 0, "reading"));
  if (!view) return exit_code(view.error());
  return print(arguments.format == OutputFormat::kJson ? json(*view) : text(*view, text_of(arguments))) ? kSuccess
                                                                                                        : kSomeFailed;
}

int run_report(const ReadArguments& arguments) {
  const std::vector<std::string> outputs = {arguments.html, arguments.markdown, arguments.json};
  if (would_touch_case(outputs, arguments.path)) return kBadUsage;
  const bool files = std::ranges::any_of(outputs, [](const std::string& path) { return !path.empty(); });
  const auto dossier =
      flow::case_dossier(arguments.path, {.as_of = arguments.as_of, .code_pairs = files ? kReportCodePairs : 0},
                         case_work({}, arguments.jobs, "reading"));
  if (!dossier) return exit_code(dossier.error());
  if (!files) return print(dossier::case_text(*dossier, text_of(arguments))) ? kSuccess : kSomeFailed;
  int status = kSuccess;
  const auto write = [&](const std::string& path, std::string (*face)(const dossier::Dossier&)) {
    if (path.empty()) return;
    if (const auto written = write_file(path, face(*dossier)); !written) {
      complain(written.error());
      status = kSomeFailed;
    }
  };
  write(arguments.html, dossier::dossier_html);
  write(arguments.markdown, dossier::dossier_markdown);
  write(arguments.json, dossier::dossier_json);
  return status;
}

int run_verify(const ReadArguments& arguments) {
  const auto check = flow::case_verify(arguments.path, arguments.exhibits, case_work({}, arguments.jobs, "checking"));
  if (!check) return exit_code(check.error());
  if (!print(arguments.format == OutputFormat::kJson ? dossier::check_json(*check)
                                                     : dossier::check_text(*check, text_of(arguments))))
    return kSomeFailed;
  return check->differences.empty() ? kSuccess : kNegative;
}

}  // namespace

std::vector<CaseRun> add_case_reading(CLI::App& parent) {
  std::vector<CaseRun> out;
  const auto add = [&](const char* name, const char* says, bool dated, const auto& run) {
    auto arguments = std::make_shared<ReadArguments>();
    CLI::App& command = case_subcommand(parent, name, says, arguments->path);
    if (std::string_view(name) != "report") add_format(command, arguments->format, false);
    command.add_flag("--all", arguments->all, "Show every row, not only the first 20 of a list");
    if (dated) {
      command.add_option("--as-of", arguments->as_of, "Only what was known on this day, month or year")
          ->check(CLI::Validator(
              [](const std::string& text) {
                return text.empty() ? std::string("no date: give it as 2014-12-04, 2014-12 or 2014") : std::string();
              },
              ""))
          ->option_text("DATE");
    }
    if (std::string_view(name) == "report") {
      add_output(command, "--html", arguments->html, "Write the dossier to this file as one self-contained page");
      add_output(command, "--md", arguments->markdown, "Write the dossier to this file as Markdown");
      add_output(command, "--json", arguments->json, "Write all of it to this file as JSON (docs/format/dossier.md)");
      command.add_option("-j,--jobs", arguments->jobs, "Worker processes at a time; 0 for one per core")
          ->capture_default_str();
    }
    if (std::string_view(name) == "verify") {
      command.add_option("--exhibits", arguments->exhibits, "Where exhibits kept by reference lie now")
          ->option_text("PATH…");
      command.add_option("-j,--jobs", arguments->jobs, "Worker processes at a time; 0 for one per core")
          ->capture_default_str();
    }
    out.push_back({name, [arguments, run] { return run(*arguments); }});
  };
  const auto view = [](Text text, Json json) {
    return [text, json](const ReadArguments& arguments) { return run_view(arguments, text, json); };
  };
  add("claims", "Who says what in its reports, and how many voices that is", false,
      view(dossier::claims_text, dossier::claims_json));
  add("findings", "Its exhibits, and the items of evidence that came of them", false,
      view(dossier::findings_text, dossier::findings_json));
  add("weigh", "Who did it, how sure, and what that hangs on", true, run_weigh);
  add("report", "Everything: the verdict, timeline, voices, exhibits; as text, page, Markdown or JSON", true,
      run_report);
  add("log", "Its history", false, view(dossier::log_text, dossier::log_json));
  add("verify", "Whether everything is as it was recorded; exits with 1 where not", false, run_verify);
  return out;
}

Run add_case(CLI::App& app) {
  CLI::App& parent = *app.add_subcommand("case", "One incident in one file: exhibits, claims, hypotheses, a verdict");
  parent.require_subcommand(1);
  std::vector<CaseRun> runs = add_case_editing(parent);
  for (CaseRun& run : add_case_reading(parent)) runs.push_back(std::move(run));
  runs.push_back(add_case_techniques(parent));
  runs.push_back(add_case_export(parent));
  return [&parent, runs] {
    for (const CaseRun& run : runs) {
      if (parent.got_subcommand(run.name)) return run.run();
    }
    return kBadUsage;
  };
}

}  // namespace samehand::cli
