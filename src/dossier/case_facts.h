// What the faces of a dossier say besides the bare results of weighing: derived once, so that all say the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "samehand/dossier/case_dossier.h"

namespace samehand::dossier {

inline constexpr std::size_t kPagePairs = 20;  // of observations that turn the ranking together, on pages

// Items of one dependence group, which count as one observation, or an item on its own.
struct Observation {
  std::string name;                  // of the group, else of the item
  bool group = false;                // two items and more
  std::vector<std::size_t> items;    // indices into CaseVerdict::items, the heaviest first
  std::vector<std::string> sources;  // each once, as far as known
  double effect_db = 0;              // on the leader's odds
  double without = 0;                // the leader's probability if it were thought away
};
// Heaviest first; ties in the items' order.
std::vector<Observation> observations(const CaseVerdict& verdict);

// One of the few things that the verdict hangs on, as two sentences at most.
struct Hinge {
  std::string name;
  std::string text;
  std::int64_t item = 0;  // the heaviest item behind it; 0: none
};
// Three at most: what alone turns the ranking, else what carries most of it, and the priors where they are near the
// edge.
std::vector<Hinge> hinges(const CaseVerdict& verdict, std::span<const Observation> observations);
// The weightiest single item against the leader; nullopt where none weighs .05 dB.
std::optional<std::size_t> strongest_contrary(const CaseVerdict& verdict);

// Less rounds to nothing.
inline constexpr double kShownDb = .05;

// The item at an index into CaseVerdict::items.
const evidence::Item& weighed_item(const CaseVerdict& verdict, std::size_t weighed);
// Indices into CaseVerdict::items of those that move the leader's odds, heaviest first.
std::vector<std::size_t> telling_items(const CaseVerdict& verdict);
// The same of those that have something to say in the ACH matrix, most diagnostic first.
std::vector<std::size_t> matrix_rows(const CaseVerdict& verdict);

// Where no single item tells: that nothing does, or that what weighs little by itself adds up.
std::string nothing_tells(const CaseVerdict& verdict);

// What turns the ranking: by its absence, then at the far end of its range, the priors last.
struct Flips {
  std::vector<const weigh::Flip*> list;
  std::size_t priors = 0;  // the last so many

  std::size_t turning() const { return list.size() - priors; }
};
Flips flips_in_order(const CaseVerdict& verdict);

// Most probable first.
std::vector<std::size_t> hypothesis_order(const CaseVerdict& verdict);
// "North Korea or who works for it: 89 %", where the first two are the accused and its proxies; else empty.
std::string together_sentence(const CaseVerdict& verdict);

// What somebody claims in a page, as the dossier lists it.
struct DatedClaim {
  reading::ClaimRef ref;
  std::string date;  // said, else published, else collected; empty: unknown
  std::string said, published, collected;
  std::string outlet;  // the page's, else its file
  std::int64_t exhibit = 0;
  std::int64_t item = 0;  // the item that came of it; 0: none
};
// In the order of pages and claims.
std::vector<DatedClaim> dated_claims(const CaseView& view);

// By date, undated last: items that did not come of a claim, and claims.
struct TimelineEntry {
  std::string date;
  std::int64_t item = 0;  // 0: a claim
  std::size_t claim = 0;  // index into the claims
};
std::vector<TimelineEntry> timeline(const Dossier& dossier, std::span<const DatedClaim> claims);

// Items of one dependence group that tell for and against the same hypothesis.
struct Opposed {
  std::string group;
  std::int64_t hypothesis = 0;
  std::vector<std::int64_t> holds, disputes;  // item numbers
};
std::vector<Opposed> opposed(const CaseVerdict& verdict);

// Kinds whose items weigh nothing by the tables, with how many there are; and how many items point at nobody.
struct Weightless {
  std::map<evidence::ItemKind, std::size_t> kinds;
  std::size_t unjudged = 0;
};
Weightless weightless(const CaseVerdict& verdict);

// Where an item stands in an exhibit: "report.html, characters 120-180".
std::string place_text(const casefile::Contents& contents, const evidence::Locus& locus);
// A judgement's value with hypotheses by name.
std::string judgement_value(const casefile::Contents& contents, const casefile::Judgement& judgement);

// A dossier with what its faces derive from it.
struct DossierFacts {
  explicit DossierFacts(const Dossier& dossier);

  const Dossier& dossier;
  const casefile::Contents& contents;
  const CaseVerdict* verdict;         // null: none
  std::vector<Observation> observed;  // the rest is empty where there is no verdict
  std::vector<std::size_t> order;
  std::vector<DatedClaim> claims;
  std::vector<std::size_t> weighed;  // of each of contents.items its index among the weighed; kNotWeighed

  static constexpr std::size_t kNotWeighed = ~std::size_t{0};
  // Index among the weighed of an item by its number; kNotWeighed.
  std::size_t weighed_as(std::int64_t item) const;
};

// How much of the matrix documents show; the JSON has all.
inline constexpr std::size_t kMatrixRows = 200, kMatrixColumns = 12;

}  // namespace samehand::dossier
