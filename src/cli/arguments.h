// Options that several commands share.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "samehand/flow/toolkit.h"

namespace samehand::cli {

enum class OutputFormat { kText, kJson, kTsv };

struct InputArguments {
  bool raw = false;
  std::string base = "0";
  std::string architecture = "x64";
  bool no_symbols = false;
  bool no_unwind_tables = false;
  unsigned jobs = 0;

  void add_to(CLI::App& command);
  flow::AnalyseOptions options() const;
};

// `--format`; TSV only where the command has it.
void add_format(CLI::App& command, OutputFormat& format, bool with_tsv);

// An option that names a file to be written: not nothing, and not `-`, which would become a file of that name.
CLI::Option* add_output(CLI::App& command, const std::string& name, std::string& file, const std::string& says);

// What a name given by hand becomes: without spaces around it, and not empty.
CLI::Validator name_given();

// A number as 0x1f, 31 or 1fh-less hexadecimal with 0x; nullopt where it is none or has more than 64 bits.
std::optional<std::uint64_t> parse_address(const std::string& text);

}  // namespace samehand::cli
