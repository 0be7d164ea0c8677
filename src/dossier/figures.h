// The counts of a comparison that several faces state, so that they all state the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "samehand/dossier/comparison.h"

namespace samehand::dossier {

struct SideFigures {
  std::uint64_t files = 0, size_bytes = 0, code_bytes = 0;
  std::uint32_t functions = 0, pairable = 0, library_functions = 0;
  std::uint64_t shared_bytes = 0;  // of the functions in reported pairs that are not library code
  double share = 0;                // reported pairs per pairable function, 0…1
};

struct FilePair {
  std::uint32_t a = 0, b = 0;  // samples
  std::uint32_t functions = 0;
  double worth_db = 0;
};

struct Figures {
  SideFigures a, b;
  std::uint32_t shared = 0;      // reported pairs that are not library code: what "shared" means in every face
  std::uint32_t unsure = 0;      // pairs below the threshold, not library code
  std::uint32_t library = 0;     // pairs of library code
  std::vector<FilePair> files;   // which file shares how much with which, best first
  double median_similarity = 0;  // of the shared functions
};

enum class PairClass { kShared, kUnsure, kLibrary };
PairClass class_of(const PairSummary& pair);

Figures figures_of(const Comparison& comparison);

// "1,234,567"; "312 kB" (powers of 1000, three digits at most before the unit).
std::string with_commas(std::uint64_t n);
std::string size_text(std::uint64_t bytes);
// "1 function", "1,204 functions"; `many` where it is not `one` with an s.
std::string count_text(std::uint64_t n, std::string_view one, std::string_view many = {});
// "58 %"; "under 1 %" and "over 99 %" for what is more than nothing and less than all.
std::string percent_text(double share);
// "ELF x86-64"; for the samples of one side the common kind, or "mixed".
std::string kind_text(const SampleSummary& sample);
std::string kind_text(const std::vector<SampleSummary>& samples);
// A forensic name for a function: "parse_config" or, without a name, "0x401000".
std::string address_text(std::uint64_t address);
std::string function_text(const FunctionSummary& function);
// Words of enumerations as the machine-readable faces write them.
std::string_view word(Verdict verdict);
std::string_view word(match::Relation relation);
std::string_view word(image::Remark::Kind kind);
std::string_view word(ErrorCode code);
std::string_view word(match::Reason reason);

// The last component of a path.
std::string_view base_name(std::string_view path);
// "A", or "A tool.exe" where the side has several files.
std::string name_of(std::string_view side, const std::vector<SampleSummary>& samples, const SampleSummary& sample);

// Those between traces of the whole comparison, then those within single files ("B: …") unless the former say it
// already.
std::vector<std::string> contradictions_of(const Comparison& comparison);

// The path of a pair's sample; empty where the index lies outside (never, from `match`).
std::string_view path_of(const std::vector<SampleSummary>& samples, std::uint32_t index);

}  // namespace samehand::dossier
