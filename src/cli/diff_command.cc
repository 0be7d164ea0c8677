#include <memory>
#include <string>

#include "arguments.h"
#include "commands.h"
#include "output.h"
#include "samehand/dossier/diff.h"
#include "samehand/flow/compare.h"

namespace samehand::cli {
namespace {

struct DiffArguments {
  std::string a, b;
  OutputFormat format = OutputFormat::kText;
  InputArguments input;
};

// The last @ divides, so that paths may contain one.
std::optional<flow::FunctionPlace> parse_place(const std::string& text) {
  const auto at = text.rfind('@');
  if (at == std::string::npos || at == 0) return std::nullopt;
  const auto address = parse_address(text.substr(at + 1));
  if (!address) return std::nullopt;
  return flow::FunctionPlace{text.substr(0, at), *address};
}

int run(const DiffArguments& arguments) {
  const auto options = arguments.input.options();
  const auto place_a = *parse_place(arguments.a), place_b = *parse_place(arguments.b);
  const auto a = flow::list_one(place_a, options);
  const auto b = flow::list_one(place_b, options);
  for (const auto* side : {&a, &b}) {
    if (!*side) complain(side->error());
  }
  if (!a || !b) return kSomeFailed;
  const auto diff = dossier::diff(*a, *b);
  const dossier::DiffSide side_a{place_a.path, *a}, side_b{place_b.path, *b};
  const std::string report = arguments.format == OutputFormat::kJson
                                 ? dossier::diff_json(side_a, side_b, diff)
                                 : dossier::diff_text(side_a, side_b, diff, text_options());
  return print(report) ? kSuccess : kSomeFailed;
}

}  // namespace

Run add_diff(CLI::App& app) {
  auto arguments = std::make_shared<DiffArguments>();
  CLI::App& command = *app.add_subcommand("diff", "Two functions side by side");
  const auto place = CLI::Validator(
      [](const std::string& text) {
        return parse_place(text) ? std::string() : "'" + text + "' names no function: give it as FILE@0x401000";
      },
      "FILE@ADDRESS");
  command.add_option("A", arguments->a, "A function, by any address inside it")->required()->check(place);
  command.add_option("B", arguments->b, "The other function")->required()->check(place);
  add_format(command, arguments->format, false);
  arguments->input.add_to(command);
  return [arguments] { return run(*arguments); };
}

}  // namespace samehand::cli
