// Who a speaker is, as far as the words that name it tell.
#pragma once

#include <cstdint>
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
  std::string office;        // of an institution without a name of its own: "interior ministry", "un mission"
  std::string owner;         // whose office: "Kestria"; empty where the words do not say
  bool unnamed = false;  // neither person nor organisation by itself: "experts", "a US official", "an unnamed diplomat"

  // Nothing but what it is ("the group", "an official of the ministry"): who is meant stands elsewhere on the page.
  bool is_short_form = false;
};

// "FBI Director James Comey" -> person James Comey, organisation FBI; "researchers at Symantec" -> organisation
// Symantec, role researcher; "an unnamed diplomat" -> role diplomat, unnamed; "Velm's interior minister" -> office
// interior ministry of Velm.
SpeakerName take_apart(std::string_view speaker);

// The speaker without what the page tells of it: "Ann Hale, who asked not to be named" -> "Ann Hale".
std::string_view without_clauses(std::string_view speaker);

// By what a speaker is known among all that are named together.
struct SpeakerKeys {
  std::vector<std::string> named;  // equal keys are the same source, whatever they speak of
  std::string unnamed;             // equal keys cannot be told apart; empty where there are named ones
  std::string nation;              // a state, its government or one of its officials: nation_key; else empty
  std::string role;
};
std::vector<SpeakerKeys> keys_of(std::span<const std::string> speakers);

// One number per speaker, equal where they are the same source: the same person (a surname alone belongs to the one
// full name that ends with it), the same organisation or office (its people speak for it; an acronym or a first word is
// its long form), or unnamed with the same role and organisation, since nobody can show that they are different people.
std::vector<std::uint32_t> same_speakers(std::span<const std::string> speakers);

}  // namespace samehand::reading
