// Which software a page says was used, and which it only speaks of: "the wiper resembles Shamoon".
#pragma once

#include <vector>

#include "samehand/reading/reading.h"

namespace samehand::reading {

// How a page speaks of a piece of software.
enum class SoftwareRole : std::uint8_t {
  kUsed,      // as far as the page says, it was used
  kCompared,  // something is said to be like it, or to have come of the same hand
  kDeed,      // it is only named where somebody is said to be behind it: a deed of theirs, which need not be this one
};

// One for each of the reading's names that is malware or a tool; kUsed for the other names. Software that a page
// compares with once is compared with wherever that page names it: what "it carries the same driver as X" adds is
// likeness too. What is wrong of that errs to the side of less evidence. Linear in the names times the claims.
std::vector<SoftwareRole> roles_of_software(const Reading& reading);

}  // namespace samehand::reading
