// How many independent voices speak in a heap of pages, and where they contradict each other.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "samehand/reading/reading.h"

namespace samehand::reading {

struct ClaimRef {
  std::uint32_t page = 0, claim = 0;  // indices into the readings and their claims
  friend auto operator<=>(const ClaimRef&, const ClaimRef&) = default;
};

// What one independent source says on one matter, wherever it is repeated.
struct Voice {
  std::string source;  // the fullest form in which it is named; an organisation's rather than an officer's of it
  std::vector<std::string> also;  // who else speaks for it: "James Comey, the director of the FBI"; each once
  claim::SpeakerKind kind = claim::SpeakerKind::kUnknown;
  claim::About about = claim::About::kOther;
  claim::Stance stance = claim::Stance::kAsserts;
  std::vector<ClaimRef> claims;      // oldest page first; the first is the one to read
  std::vector<std::uint32_t> pages;  // in the same order, each once
  std::uint32_t speaker = 0;         // voices with the same number are one source
  std::string suspect;               // who did it or did not, as a key that all names of it share; empty: not said
  std::string suspect_name;          // the same as a page has it
};

// Two sides on one matter: who affirms what others deny, who puts an amount elsewhere.
struct Contradiction {
  claim::About about = claim::About::kOther;
  std::string matter;  // "responsibility of North Korea", "volume of the loss"
  struct Side {
    std::string says;                   // "asserts", "denies", "11 TB"
    std::vector<std::uint32_t> voices;  // indices into Voices::voices
  };
  std::vector<Side> sides;
};

struct Voices {
  std::vector<Voice> voices;  // by matter, most repeated first
  std::vector<std::vector<std::uint32_t>>
      copies;  // pages that are near-identical, oldest first; only groups of two and more
  std::vector<Contradiction> contradictions;
  std::uint32_t on_responsibility = 0;  // independent sources on who did it
};

// Deterministic, independent of the order of the pages up to ties of date. About linear in the pages' words.
Voices find_voices(std::span<const Reading> readings);

}  // namespace samehand::reading
