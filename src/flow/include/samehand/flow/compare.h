// The jobs behind the commands `compare`, `functions` and `diff`.
#pragma once

#include <string>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/code/listing.h"
#include "samehand/dossier/comparison.h"
#include "samehand/flow/toolkit.h"
#include "samehand/match/match.h"

namespace samehand::flow {

struct CompareOptions {
  AnalyseOptions analyse;
  match::Options match;
  std::size_t code_pairs = 0;  // list both functions' code for so many of the best pairs
};

// Compares all executables under path `a` with all under path `b`. Inputs that could not be read are among the result's
// failures; the rest was compared. Deterministic.
Result<dossier::Comparison> compare(const std::string& a, const std::string& b, const CompareOptions& options);

// One function each of two files, as listings; the address may lie anywhere inside the function.
struct FunctionPlace {
  std::string path;
  std::uint64_t address = 0;
};
Result<code::Listing> list_one(const FunctionPlace& place, const AnalyseOptions& options);

}  // namespace samehand::flow
