// What a claim is about, seen from a whole heap of pages on one incident.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contradictions.h"
#include "samehand/reading/reading.h"

namespace samehand::reading {

struct Matter {
  claim::About about = claim::About::kOther;
  Side side = Side::kAffirms;
  std::string suspect;       // who did it or did not, as a key: nation_key, "insider"; empty where nobody is named
  std::string suspect_name;  // the same as the page has it
  bool counts = true;        // false: nobody says this
};

// For each page and claim. `speakers` are those of resolve_speakers. Linear in the claims' sentences.
std::vector<std::vector<Matter>> find_matters(std::span<const Reading> readings,
                                              const std::vector<std::vector<std::string>>& speakers);

}  // namespace samehand::reading
