#include "template.h"

namespace samehand::dossier {

std::string fill(std::string_view page, std::span<const std::pair<std::string_view, std::string_view>> places) {
  std::string out;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t open = page.find("{{", at);
    const std::size_t close = page.find("}}", open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      out += page.substr(at);
      break;
    }
    out += page.substr(at, open - at);
    for (const auto& [name, value] : places) {
      if (name == page.substr(open + 2, close - open - 2)) out += value;
    }
    at = close + 2;
  }
  return out;
}

}  // namespace samehand::dossier
