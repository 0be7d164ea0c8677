// The command line: options in, exit codes out. All work is done by flow.

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "commands.h"
#include "interrupt.h"
#include "output.h"

namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done; 1 a negative answer, where --exit-code asks for it; 2 bad usage; 3 some inputs could not be\n"
    "read and the rest was done. `samehand COMMAND --help` says more; the manual is samehand(1).";

}  // namespace

int main(int argc, char** argv) {
  using namespace samehand::cli;
  using samehand::ErrorCode;
  // A reader that went away (`| head`) ends the program in silence, as SIGPIPE does by itself.
  claim_standard_streams();
  clean_up_when_interrupted();

  CLI::App app("Samehand: whose hand was it, and how do we know?", "samehand");
  app.set_version_flag("--version", "samehand " SAMEHAND_VERSION);
  app.require_subcommand(1);
  app.footer(kFooter);
  const std::vector<std::pair<std::string, Run>> commands = {
      {"compare", add_compare(app)}, {"functions", add_functions(app)}, {"diff", add_diff(app)},
      {"read", add_read(app)},       {"case", add_case(app)},           {"exchange", add_exchange(app)}};
  // CLI11 says of an unknown command only that one is required.
  std::string so_far = "samehand";
  const CLI::App* level = &app;
  for (int i = 1; i < argc && level->get_require_subcommand_min() > 0; ++i) {
    const std::string word = argv[i];
    if (word.empty() || word.front() == '-') break;
    const auto known = level->get_subcommands([&](const CLI::App* command) { return command->get_name() == word; });
    if (known.empty()) {
      complain({ErrorCode::kInvalidArgument, "no such command; `" + so_far + " --help` lists those there are", word});
      return kBadUsage;
    }
    level = known.front();
    so_far += " " + word;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) != 0) return kBadUsage;
    return std::cout.flush() ? kSuccess : kSomeFailed;
  }
  for (const auto& [name, run] : commands) {
    if (app.got_subcommand(name)) return run();
  }
  return kBadUsage;
}
