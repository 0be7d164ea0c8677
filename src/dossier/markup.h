// Text on its way into a web page.
#pragma once

#include <string>
#include <string_view>

namespace samehand::dossier {

// `&`, `<`, `>` and both quotation marks as entities: fit for text and for attributes in quotation marks.
std::string escape_markup(std::string_view text);

// A source expression of a content security policy that allows exactly this inline text.
std::string csp_hash(std::string_view text);

}  // namespace samehand::dossier
