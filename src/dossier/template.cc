#include "template.h"

#include <fmt/format.h>

#include <array>

#include "markup.h"
#include "page_assets.h"

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

std::string framed(std::string_view title, std::string_view style, std::string_view body, std::string_view script) {
  std::string policy = "default-src 'none'; style-src " + csp_hash(style);
  std::string runs;
  if (!script.empty()) {
    const std::string code = fmt::format("\"use strict\";\n(() => {{\n{}}})();\n", script);
    policy += "; script-src " + csp_hash(code);
    runs = "<script>" + code + "</script>\n";
  }
  policy += "; base-uri 'none'; form-action 'none'";
  const std::array<std::pair<std::string_view, std::string_view>, 5> places = {
      {{"policy", policy}, {"title", title}, {"style", style}, {"body", body}, {"script", runs}}};
  return fill(kFrameHtml, places);
}

}  // namespace samehand::dossier
