// A text with marks that may overlap, as markup that nests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/text_span.h"

namespace samehand::dossier {

struct Mark {
  TextSpan where;
  std::string kind;   // a class name of our own: never from a text
  std::string label;  // what a reader sees when pointing at it; not yet escaped
  std::string id;     // of the first piece, to be linked to; empty: none. Of our own making
};

// The marked pieces of `part` of a text, escaped. Where marks overlap, each piece between two ends is one `mark`
// element of all kinds that cover it. `marks` must be sorted by begin. About linear in the text and the marks'
// overlaps.
std::string marked_up(std::string_view text, TextSpan part, const std::vector<Mark>& marks);

}  // namespace samehand::dossier
