#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "commands.h"
#include "output.h"
#include "samehand/dossier/reading.h"
#include "samehand/flow/read.h"

namespace samehand::cli {
namespace {

struct ReadArguments {
  std::vector<std::string> paths;
  OutputFormat format = OutputFormat::kText;
  bool text_only = false;
  bool all = false;
  std::string html;
  flow::ReadOptions options;
};

int run(const ReadArguments& arguments) {
  if (outputs_refused({arguments.html}, arguments.paths)) return kBadUsage;
  flow::ReadOptions options = arguments.options;
  options.on_progress = progress_line("reading");
  options.on_diagnostic = [](const std::string& message) { complain({ErrorCode::kNotSupported, message, {}}); };
  const auto read = flow::read(arguments.paths, options);
  if (!read) {
    complain(read.error());
    return kBadUsage;
  }

  dossier::TextOptions text = text_options();
  if (arguments.all) text.top = 0;
  bool first = true;
  for (const reading::Reading& reading : read->readings) {
    std::string report;
    if (arguments.text_only)
      report = dossier::main_text(reading);
    else if (arguments.format == OutputFormat::kJson)
      report = dossier::reading_json(reading);
    else
      report = dossier::reading_text(reading, text);
    if (!first && arguments.format == OutputFormat::kText) report.insert(0, "\n");
    if (!print(report)) return kSomeFailed;
    first = false;
  }
  if (read->readings.size() > 1 && !arguments.text_only) {
    const bool json = arguments.format == OutputFormat::kJson;
    if (!print(json ? dossier::voices_json(read->voices, read->readings)
                    : dossier::voices_text(read->voices, read->readings, text)))
      return kSomeFailed;
  }
  int status = complain_all(read->failures);
  if (!arguments.html.empty()) {
    if (const auto written = write_file(arguments.html, dossier::readings_html(read->readings, read->voices));
        !written) {
      complain(written.error());
      status = kSomeFailed;
    }
  }
  return status;
}

}  // namespace

Run add_read(CLI::App& app) {
  auto arguments = std::make_shared<ReadArguments>();
  CLI::App& command =
      *app.add_subcommand("read", "Who says what in pages and documents: claims, sources, indicators, names");
  command
      .add_option("PAGE", arguments->paths,
                  "Pages and documents (HTML, text, Markdown, PDF, DOCX, EML), or folders of them")
      ->required();
  add_format(command, arguments->format, false);
  command.add_flag("--text", arguments->text_only, "Only the main text, without menus and advertisements");
  command.add_flag("--raw-text", arguments->options.raw_text, "Take the input as plain text, exactly as it is");
  add_output(command, "--html", arguments->html, "Write the text with everything found marked in place to this file");
  command
      .add_option("--names", arguments->options.name_lists,
                  "Names of actors, malware and techniques: an ATT&CK bundle, a MISP galaxy, or a list that `exchange "
                  "import` made")
      ->option_text("FILE");
  command
      .add_option("--benign", arguments->options.benign_list, "Indicators to set aside, instead of the built-in list")
      ->option_text("FILE");
  command.add_flag("--all", arguments->all, "List everything, not only the first of each kind");
  command.add_option("-j,--jobs", arguments->options.parallel, "Worker processes at a time; 0 for one per core")
      ->capture_default_str();
  return [arguments] { return run(*arguments); };
}

}  // namespace samehand::cli
