// One reader per format; read_page chooses among them.
#pragma once

#include <string_view>

#include "samehand/base/result.h"
#include "samehand/page/page.h"

namespace samehand::page {

// All take UTF-8.
Document read_html(std::string_view utf8);
Document read_plain_text(std::string_view utf8);  // a page that has lost its tags, or any other text
Document read_exact_text(std::string_view utf8);  // kept as it is

}  // namespace samehand::page
