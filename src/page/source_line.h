// The line under a headline that says where and when a story appeared: "Cargo Watch, 8 March 2019".
#pragma once

#include "samehand/page/page.h"

namespace samehand::page {

// Takes outlet and date from such a line among the story's first ones, where the page states none elsewhere; a date
// without a year gets it where day and month agree. Changes metadata only.
void read_source_line(Document& document);

}  // namespace samehand::page
