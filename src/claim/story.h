// What a page tells of the incident itself: who was hit, who is blamed, who attacked, who is introduced as what.
#pragma once

#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "reading.h"

namespace samehand::claim {

// All words are in lower case, and point into the reading.
struct Story {
  std::unordered_set<std::string_view> hit;        // names, and nouns such as "bank"
  std::unordered_set<std::string_view> struck;     // things without a voice: "the break-in at the dam"
  std::set<std::string_view> blamed;               // ordered: asked for by its beginnings
  std::unordered_set<std::string_view> attackers;  // names that attackers go by
  // A name's last word -> the phrase that first says who bears it: "[Kedland's foreign minister, Sefa Orun]".
  std::unordered_map<std::string_view, Range> introduced;
  bool of_intrusion = false;
};

Story read_story(const Reading& reading);

}  // namespace samehand::claim
