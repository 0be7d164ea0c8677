#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "commands.h"
#include "output.h"
#include "samehand/base/parallel.h"
#include "samehand/dossier/printable.h"
#include "samehand/flow/exchange.h"

namespace samehand::cli {
namespace {

struct ImportArguments {
  std::vector<std::string> paths;
  std::string output;
};

// "187 actors, 1,024 malware, 91 tools, 52 campaigns, 696 techniques"
std::string summary(const naming::NameList& names) {
  struct Kind {
    naming::NameKind kind;
    std::string_view word;
    std::size_t count;
  };
  std::array kinds = {Kind{naming::NameKind::kActor, "actors", 0}, Kind{naming::NameKind::kMalware, "malware", 0},
                      Kind{naming::NameKind::kTool, "tools", 0}, Kind{naming::NameKind::kCampaign, "campaigns", 0}};
  for (const naming::NameEntry& entry : names.names()) {
    for (Kind& kind : kinds) kind.count += kind.kind == entry.kind;
  }
  std::string text;
  for (const Kind& kind : kinds) text += fmt::format("{} {}, ", kind.count, kind.word);
  return text + fmt::format("{} techniques", names.techniques().size());
}

int import(const ImportArguments& arguments) {
  WorkerOptions workers;
  workers.parallel = usable_processors();
  workers.on_diagnostic = [](const std::string& message) { complain({ErrorCode::kNotSupported, message, {}}); };
  const flow::ImportedNames imported = flow::import_names(arguments.paths, workers);
  const int status = complain_all(imported.failures);
  // What was asked for and is not there must not look like a list.
  if (imported.names.names().empty() && imported.names.techniques().empty()) {
    if (imported.failures.empty())
      complain({ErrorCode::kMalformed, "no names and no techniques in it", arguments.paths.front()});
    return kSomeFailed;
  }
  const std::vector<std::uint8_t> bytes = naming::save_names(imported.names);
  if (const auto written = write_file(arguments.output, ByteView(bytes).text()); !written) {
    complain(written.error());
    return kSomeFailed;
  }
  std::string report = summary(imported.names) + "\n";
  for (const std::string& origin : imported.names.origins()) report += "  from " + dossier::printable(origin) + "\n";
  return print(report) ? status : kSomeFailed;
}

}  // namespace

Run add_exchange(CLI::App& app) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App& command = *app.add_subcommand("exchange", "What others publish, and what they read: lists of names");
  command.require_subcommand(1);
  CLI::App& names =
      *command.add_subcommand("import", "Compile lists of names once, so that read --names starts at once");
  names
      .add_option("FILE", arguments->paths,
                  "ATT&CK or other STIX 2 bundles, MISP galaxies, also gzipped; compiled lists")
      ->required();
  add_output(names, "-o,--output", arguments->output, "The compiled list")->required();
  return [arguments] { return import(*arguments); };
}

}  // namespace samehand::cli
