// What the commands on a case share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "commands.h"
#include "samehand/flow/case.h"

namespace samehand::cli {

struct CaseRun {
  std::string name;
  Run run;
};
std::vector<CaseRun> add_case_editing(CLI::App& parent);
std::vector<CaseRun> add_case_reading(CLI::App& parent);
CaseRun add_case_techniques(CLI::App& parent);
CaseRun add_case_export(CLI::App& parent);

// `by`, else SAMEHAND_ANALYST, else the user's name on this system.
flow::CaseWork case_work(const std::string& by, unsigned jobs, const char* verb);
// Says it; 2 where the request makes no sense, 3 where something could not be read or written.
int exit_code(const Error& error);
// Says so and gives true where an output is the case, one of the files that SQLite keeps beside it, or another output.
bool would_touch_case(const std::vector<std::string>& outputs, const std::string& path);
CLI::App& case_subcommand(CLI::App& parent, const char* name, const char* says, std::string& path);

}  // namespace samehand::cli
