// `case export`: a case for others' programs.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "case_command.h"
#include "output.h"

namespace samehand::cli {
namespace {

struct ExportArguments {
  std::string path, stix, misp, navigator;
};

int run(const ExportArguments& a) {
  using Form = flow::ExportForm;
  const std::array outputs = {std::pair(Form::kStix, a.stix), std::pair(Form::kMisp, a.misp),
                              std::pair(Form::kNavigator, a.navigator)};
  if (a.stix.empty() && a.misp.empty() && a.navigator.empty()) {
    complain({ErrorCode::kInvalidArgument, "nothing to write: give --stix, --misp or --navigator FILE", {}});
    return kBadUsage;
  }
  if (would_touch_case({a.stix, a.misp, a.navigator}, a.path)) return kBadUsage;
  std::vector<Form> forms;
  std::vector<std::string> files;
  for (const auto& [form, file] : outputs) {
    if (file.empty()) continue;
    forms.push_back(form);
    files.push_back(file);
  }
  const auto texts = flow::case_export(a.path, forms, case_work({}, 0, "writing"));
  if (!texts) return exit_code(texts.error());
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (const auto written = write_file(files[i], (*texts)[i]); !written) {
      complain(written.error());
      return kSomeFailed;
    }
  }
  return kSuccess;
}

}  // namespace

CaseRun add_case_export(CLI::App& parent) {
  auto a = std::make_shared<ExportArguments>();
  CLI::App& command = case_subcommand(parent, "export", "A case for others' programs", a->path);
  add_output(command, "--stix", a->stix,
             "A STIX 2.1 bundle; `case import` makes the case of it again, exhibits by their hashes");
  add_output(command, "--misp", a->misp,
             "A MISP event: what its reports name, its tools, how likely each hypothesis is");
  add_output(command, "--navigator", a->navigator, "Its techniques as a layer for the ATT&CK Navigator");
  return {"export", [a] { return run(*a); }};
}

}  // namespace samehand::cli
