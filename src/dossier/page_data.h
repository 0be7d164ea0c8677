// The data that a page's script draws from, as JSON fit to stand inside a <script> element.
#pragma once

#include <string>
#include <vector>

#include "samehand/dossier/comparison.h"
#include "samehand/dossier/html.h"

namespace samehand::dossier {

struct PageData {
  std::string overview;           // everything but code
  std::vector<std::string> code;  // by the `code` index of a pair
};

// ASCII without `<`, `>` and `&` (written \u003c …), so that no content can end the element or open a comment. All text
// is printable. The keys are those that html/*.js read.
PageData page_data(const Comparison& comparison, const HtmlOptions& options);

}  // namespace samehand::dossier
