// Phrases that the faces of a reading share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/claim/claim.h"
#include "samehand/naming/naming.h"
#include "samehand/page/date.h"

namespace samehand::dossier {

// In one pair of quotation marks, whether the words have their own already or not; as they are where marks stand
// within.
std::string quoted(std::string_view words);

// "who did it", "how much was lost".
std::string_view matter_text(claim::About about);
std::string stance_text(claim::Stance stance);
// From the speaker to the page: "an unnamed diplomat < the Guardian < Sputnik". Not yet printable.
std::string chain_text(const claim::Claim& claim);
// When it was said: "2014-12-02", "between 2014-12-01 and 2014-12-04"; empty where nothing is known.
std::string said_text(const claim::Claim& claim);
// The order in which claims are shown: each followed by those within it. `claims` holds parents before children.
// Linear.
std::vector<std::size_t> outline(std::span<const claim::Claim> claims);
// "2014-12-04", "XXXX-12-04 (no year stated)"; empty where nothing is known.
std::string date_text(const page::Date& date);
// The amount as it counts: "almost 11 TB", "at least 38,000,000 records".
std::string figure_text(const naming::Figure& figure);
// "German" for "de-AT"; the tag itself for languages that pages are seldom in.
std::string_view language_text(std::string_view tag);

}  // namespace samehand::dossier
