// Who a speaker is, as far as the words that name it tell.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace samehand::reading {

// A speaker as pages name it, taken apart.
struct SpeakerName {
  std::string person;        // "James Comey": capitalised words after a role, or alone
  std::string organisation;  // "FBI": whom the speaker belongs to, or is
  std::string role;          // the singular of the lower-case head: "official", "researcher"; empty for a bare name
  bool unnamed = false;  // neither person nor organisation by itself: "experts", "a US official", "an unnamed diplomat"
};

// "FBI Director James Comey" -> person James Comey, organisation FBI; "researchers at Symantec" -> organisation
// Symantec, role researcher; "an unnamed diplomat" -> role diplomat, unnamed.
SpeakerName take_apart(std::string_view speaker);

// One number per speaker, equal where they are the same source: the same person (a surname alone belongs to the one
// full name that ends with it), the same organisation (its people speak for it; an acronym is its long form), or
// unnamed with the same role and organisation, since nobody can show that they are different people.
std::vector<std::uint32_t> same_speakers(std::span<const std::string> speakers);

}  // namespace samehand::reading
