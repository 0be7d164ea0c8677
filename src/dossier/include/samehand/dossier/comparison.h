// A finished comparison of two toolkits, as every face of Samehand (terminal, JSON, TSV, HTML) shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/code/listing.h"
#include "samehand/evidence/forgeability.h"
#include "samehand/image/image.h"
#include "samehand/match/match.h"

namespace samehand::dossier {

// One executable image of a toolkit. `path` is as given, `container!member` for what lay inside.
struct SampleSummary {
  std::string path;
  std::string sha256;
  std::uint64_t size_bytes = 0;
  image::Format format = image::Format::kRaw;
  image::Architecture architecture = image::Architecture::kUnknown;
  std::uint64_t code_bytes = 0;
  std::uint32_t functions = 0;
  std::uint32_t library_functions = 0;  // runtime code among them
  std::vector<image::Trace> traces;
  std::vector<image::Remark> remarks;
  std::vector<std::string> diagnostics;
};

struct FunctionSummary {
  std::uint64_t address = 0;
  std::string name;  // empty where unknown
  std::uint64_t size_bytes = 0;
  std::uint32_t instructions = 0;
  std::uint32_t blocks = 0;
};

// A pair with all that a face needs of it; the indices in `pair` point into Comparison::a and b.
struct PairSummary {
  match::Pair pair;
  FunctionSummary a, b;
  std::string reason;                           // for people: "same strings, data flow; neighbours agree"
  std::vector<std::string> shared;              // a few of the rarest shared strings and imports, shortened
  std::optional<code::Listing> a_code, b_code;  // only where a face asked for code side by side
};

// A trace that both toolkits carry.
struct SharedTrace {
  image::TraceKind kind;
  std::string key;
  std::string a, b;  // the values, equal or alike
  std::vector<std::string> a_files, b_files;
  evidence::Forgeability forgeability;
  std::string why;  // what it can and cannot say
};

enum class Verdict : std::uint8_t {
  kSameProgram,   // builds of one program, or versions of it
  kSharedCode,    // a good deal of rare code in common
  kLittleShared,  // some common code, not enough to say more
  kOnlyLibrary,   // what they share is runtime or library code
  kNothing,       // nothing found
  kNotComparable  // no code could be read on at least one side
};

struct Comparison {
  std::string version;  // of Samehand, as `samehand --version` states it
  std::string a, b;     // as given
  std::vector<SampleSummary> a_samples, b_samples;
  Verdict verdict = Verdict::kNothing;
  std::string verdict_text;  // one or two plain sentences
  double evidence_db = 0;
  double kinship = 0;  // estimated probability of shared source, see docs/matching.md
  std::uint32_t pairable_a = 0, pairable_b = 0;
  std::vector<PairSummary> pairs;   // every pair, library pairs included, best worth first
  std::vector<SharedTrace> traces;  // hardest to forge first
  std::vector<std::string> contradictions;
  std::vector<Error> failures;  // inputs that could not be read
};

}  // namespace samehand::dossier
