// A ranking in words of its own, as it leaves the worker that read the catalogue: names instead of indices.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "samehand/technique/rank.h"

namespace samehand::technique {

struct NamedTrait {
  Kind kind = Kind::kTechnique;
  std::string id, name;
  std::uint32_t users = 0;  // groups that are said to use it, themselves or in a campaign
};

struct SharedTrait {
  std::uint32_t trait = 0;  // index into Ranking::traits
  Tie tie = Tie::kUse;
  std::string through;  // the group's software that has the technique or is kin to the trait; empty: the group itself
  std::vector<std::string> reports;
};

struct RankedGroup {
  std::string id, name;
  bool known = true;  // false: no relation is left to compare with
  double score = 0, probability = 0, overlap = 0;
  Support support = Support::kMethods;
  std::vector<SharedTrait> shared;  // rarest first; only of the best groups
};

struct Ranking {
  std::string origin;                   // of the catalogue
  std::string campaign;                 // id of the campaign asked about; empty: of the user's
  std::vector<NamedTrait> traits;       // what was compared
  std::vector<std::string> unknown;     // asked for, but not in the catalogue
  std::vector<std::string> left_out;    // reports whose relations took no part; only of the user's
  std::vector<std::string> not_used;    // software that the user's reports name, but not as used: with why
  std::vector<std::string> publishers;  // domains that counted for groups on which they publish
  std::vector<RankedGroup> groups;      // all, best first
};

// What a user asks: ids of techniques and software, or names of software; source names of reports to leave out.
struct Question {
  std::vector<std::string> traits;
  std::vector<std::string> left_out;
  int year = 0;                            // of the incident; 0: not known
  std::vector<std::string> publishers;     // of the reports on it: URLs, hosts or domains; what is none is passed over
  std::vector<std::string> not_used = {};  // software that reports name, but not as used: passed on
};

// The ranking, with what is shared for the best `explained` groups. Cost: as rank(), and as much for each of those.
Ranking answer(const Catalogue& catalogue, const Question& question, std::size_t explained);
// Of a campaign in the catalogue, by the protocol.
Ranking answer(const Catalogue& catalogue, std::uint32_t campaign, std::size_t explained);

// Between worker and parent. decode checks every count and index, as the bytes may be hostile.
std::vector<std::uint8_t> encode(const Ranking& ranking);
Result<Ranking> decode_ranking(ByteView bytes);

}  // namespace samehand::technique
