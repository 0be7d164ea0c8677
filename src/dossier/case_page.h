// The sections of a dossier's page. Each is markup that is complete in itself; text from the case only ever goes
// through shown() and its kin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "case_facts.h"
#include "claim_tint.h"
#include "samehand/dossier/case_dossier.h"

namespace samehand::dossier {

// How much of a long list a page shows; the JSON has all.
inline constexpr std::size_t kPageRows = 1000, kPageMatrixRows = 200, kPageMatrixColumns = 12, kPageHypotheses = 60;

// A dossier with what its sections derive from it.
struct PageFacts {
  explicit PageFacts(const Dossier& dossier);

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

// Outside text on one line, cut to `columns`, escaped.
std::string shown(std::string_view text, std::size_t columns = 400);
// "i7" as a link to where the item is laid open.
std::string item_link(std::int64_t item);
// "4 December 2014", "December 2014"; what is no such date as it is.
std::string long_date(std::string_view iso);
// " +1.3 dB" for an item that is weighed, " outdone" where its group says it already, else nothing.
std::string weight_note(const PageFacts& facts, std::int64_t item);
// As signed_db(), with the minus sign that pages have.
std::string minus_db(double db);
std::string signed_bar_svg(double db, double most);
// What a cut list says at its end; empty where it is whole.
std::string more_rows(std::size_t shown, std::size_t all, std::string_view what);

std::string top_section(const PageFacts& facts);
std::string hypotheses_section(const PageFacts& facts);
std::string hangs_on_section(const PageFacts& facts);
std::string evidence_section(const PageFacts& facts);
std::string contested_section(const PageFacts& facts);
std::string change_section(const PageFacts& facts);
std::string matrix_section(const PageFacts& facts);
std::string timeline_section(const PageFacts& facts);
std::string voices_section(const PageFacts& facts);
std::string code_section(const PageFacts& facts);
std::string method_section(const PageFacts& facts);
std::string appendix_section(const PageFacts& facts);

// Who said it, through whom, where it was read: speakers on the left, pages on the right, a line for each chain.
// Empty where there are no claims that matter.
std::string voice_map_svg(const PageFacts& facts);

}  // namespace samehand::dossier
