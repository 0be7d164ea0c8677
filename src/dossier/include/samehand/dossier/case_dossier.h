// The dossier: a case as a document, from the verdict at its top down to what every number is computed from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "samehand/dossier/case.h"
#include "samehand/dossier/comparison.h"
#include "samehand/dossier/text.h"

namespace samehand::dossier {

// Code that a tool of the incident shares with an earlier one, compared again for the dossier. Paths in the comparison
// are the exhibits' names.
struct SharedCode {
  std::int64_t tool = 0, earlier = 0;  // exhibits
  std::int64_t item = 0;               // that says so
  Comparison comparison;
};

struct Dossier {
  CaseView view;                       // pages and voices as of `as_of`
  std::string as_of;                   // as given; empty: everything
  std::optional<CaseVerdict> verdict;  // nothing where the case has no hypotheses
  std::vector<SharedCode> shared;      // the heaviest item first
  std::vector<std::string> remarks;    // what could not be shown, for people
  std::size_t pages_left_out = 0;      // of a later or unknown date
};

// On a terminal: the verdict first, what it hangs on, the matrix, a timeline, the voices, the exhibits.
std::string case_text(const Dossier& dossier, const TextOptions& options);
// One web page without scripts from data, network or pictures: its content security policy allows its own style and
// script alone, by hash. All that comes from the case is text in it. It prints on A4, adapts to 400 pixels and to a
// dark theme, and everything is there without its script, which only sorts tables. Lists are cut at limits, and say so.
std::string dossier_html(const Dossier& dossier);
// The same as Markdown (CommonMark with tables); whatever comes from the case is escaped, markup too.
std::string dossier_markdown(const Dossier& dossier);
// Everything, nothing cut: docs/format/dossier.md.
std::string dossier_json(const Dossier& dossier);

}  // namespace samehand::dossier
