// What the forms of a case call it and its pages.
#pragma once

#include <fmt/format.h>

#include <string>

#include "samehand/exchange/shared_case.h"

namespace samehand::exchange {

inline std::string title_of(const SharedCase& shared) {
  return shared.title.empty() ? "A case without a title" : shared.title;
}

// "A page (2014-12-04)": its title, else its file, with its day where that is known.
inline std::string name_of(const SharedCase& shared, const SharedPage& page) {
  const std::string& name = page.title.empty() ? shared.exhibits[page.exhibit].name : page.title;
  return page.published.empty() ? name : fmt::format("{} ({})", name, page.published);
}

}  // namespace samehand::exchange
