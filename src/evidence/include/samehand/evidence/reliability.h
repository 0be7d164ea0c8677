// How far a source and what it says can be trusted: the Admiralty code.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "samehand/evidence/weight.h"

namespace samehand::evidence {

// NATO AJP-2.1: the source from A (reliable) to E (unreliable), F where it cannot be judged; what it says from 1
// (confirmed by others) to 5 (improbable), 6 where it cannot be judged.
struct Admiralty {
  char source = 'F';
  char credibility = '6';
  friend bool operator==(const Admiralty&, const Admiralty&) = default;
};

// "B2", in any case; nullopt for anything else.
std::optional<Admiralty> parse_admiralty(std::string_view text);
std::string to_string(const Admiralty& grade);

// How probable it is that such a report is wrong, whatever is true: the least, the middle and the most that can
// reasonably be held. docs/case.md has the table.
struct ErrorRate {
  double low = 0, mid = 0, high = 0;
};
ErrorRate error_rate(const Admiralty& grade);

}  // namespace samehand::evidence
