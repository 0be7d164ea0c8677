// Which groups resemble a campaign by the techniques and software that they use; what such a resemblance is worth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/technique/catalogue.h"

namespace samehand::technique {

// When a relation is left out because of the reports it rests on.
enum class LeaveOut : std::uint8_t {
  kAnyCitation,   // it cites one of the given reports
  kAllCitations,  // it cites no other
};

struct Query {
  std::vector<std::uint32_t> traits;  // what the campaign uses; ascending, each once
  Citations known;                    // the reports that tell of it: what rests on them must not help to find the group
  LeaveOut leave_out = LeaveOut::kAnyCitation;
  std::uint32_t campaign = kNone;  // a campaign of the catalogue that takes no part, as it is the one asked about
  std::uint32_t software = kNone;  // a trait that no profile has, for the same reason
  int year = 0;                    // when it was; 0: not known
  std::vector<std::string>
      publishers;  // of the reports that tell of it, as publisher_of() has them; ascending, once each

  static constexpr std::uint32_t kNone = ~0u;
};

// The evidence that a score is made of. model.inc holds a weight for each.
enum class Term : std::uint8_t {
  kTechniques,       // shared techniques, each by ln(1/share of the groups that use it)
  kMalware,          // shared malware, likewise
  kTools,            // shared tools, likewise
  kSoftwareMethods,  // techniques of the group's own software that it is not said to use itself, by rarity and by how
                     // few groups use that software
  kSimilarSoftware,  // the group's three pieces of software that do most nearly what the campaign does
  kSameReports,      // malware of the campaign that reports on the group describe, without a relation between the two
  kNamedTogether,    // software of the campaign that a text of the catalogue names with the group, likewise
  kNamedInTitles,    // software of the campaign, a report on which has the group in its name or title, likewise
  kKin,              // malware of the group that a description names with software of the campaign
  kCosine,           // of the two sets, by rarity: large profiles share much by chance
  kProfileSize,      // traits of the campaign times ln(1 + traits of the group): the same
  kArsenalSize,      // traits of the campaign times ln(1 + techniques of the group's software): the same
  kReports,          // ln(1 + reports that it or its relations cite): how often it is met at all
  kPublishers,       // ln(how much of what is reported on it has the campaign's publishers, as against all groups)
  kYears,            // ln(how often it was reported on around the campaign's year, as against all groups)
};
inline constexpr std::size_t kTerms = 15;
std::string_view to_string(Term term);

// What ties a group to a campaign at best.
enum class Support : std::uint8_t {
  kMalware,  // it is said to use malware of the campaign's
  kWords,    // texts name it, or its malware, with malware or a tool of the campaign's; reports on it describe that
  kMethods,  // techniques and tools alone, or nothing
};
std::string_view to_string(Support support);  // "malware", "words", "methods"

struct Candidate {
  std::uint32_t group = 0;
  bool known = false;                     // false: nothing is left in its profile; such groups come last
  double score = 0;                       // natural logarithm of the odds against other groups, less a constant
  double probability = 0;                 // its share in the sum of exp(score)
  double overlap = 0;                     // the same without the priors (reports, publishers, years): what is shared
  Support support = Support::kMethods;    // what the overlap rests on at best
  std::array<double, kTerms> terms = {};  // what the score is made of, before weighting
};

// All groups, best first; equal scores by index. Cost: the catalogue's uses plus groups times traits of the query.
// Traits outside the catalogue are passed over.
std::vector<Candidate> rank(const Catalogue& catalogue, const Query& query);

// How a trait of the campaign's ties it to a group.
enum class Tie : std::uint8_t {
  kUse,       // the group is said to use it
  kSoftware,  // the group's software is
  kNamed,     // a text of the catalogue, or the title of a report on it, names the group with it: software alone
  kKin,       // a description names it with malware of the group: software alone
};

// Something that campaign and group share.
struct Shared {
  std::uint32_t trait = 0;
  Tie tie = Tie::kUse;
  std::uint32_t through = Query::kNone;  // of kSoftware and kKin: the group's software
  std::uint32_t users = 0;               // groups that use the trait themselves
  Citations citations;                   // the reports that say so
};
// In the order of the ties; of one tie the rarest first.
std::vector<Shared> explain(const Catalogue& catalogue, const Query& query, std::uint32_t group);

// What a group's part in the overlap (Candidate::overlap) says for "this group did it", in decibans, as measured on
// held-out pseudo-campaigns and parts of them: from .5 on against the group that would head the list otherwise, since a
// list is read from its head; below .005 against any other; in between nothing. Nothing either where fewer than ten
// groups have had such a part. Not against a group that the catalogue lacks, nor against somebody who copies it: there
// it says next to nothing.
struct OverlapWeight {
  Support support = Support::kMethods;
  std::size_t least_items = 0;  // techniques and pieces of software that the campaign is known by: from here on
  double least_overlap = 0;
  double low_db = 0, mid_db = 0, high_db = 0;
};
// By support; of one support from many items down to 1; of so many from a large part down to 0.
std::span<const OverlapWeight> overlap_weights();
const OverlapWeight& weight_of_overlap(Support support, std::size_t items, double overlap);

// The queries of the protocol that measures it: every campaign that is attributed to a group and uses a technique; what
// shares a report with it is left out. In the catalogue's order.
std::vector<std::uint32_t> attributed_campaigns(const Catalogue& catalogue);
Query query_of(const Catalogue& catalogue, std::uint32_t campaign);
std::vector<std::string> publishers_of(const Catalogue& catalogue, const Citations& reports);
// The latest year of the reports; 0 where none is known.
int latest_year(const Catalogue& catalogue, const Citations& reports);

}  // namespace samehand::technique
