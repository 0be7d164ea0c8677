// The techniques of a case as a layer for the ATT&CK Navigator.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "samehand/base/ascii.h"
#include "samehand/exchange/shared_case.h"
#include "shared_names.h"

namespace samehand::exchange {
namespace {

using Json = nlohmann::ordered_json;

// "T1566" or "T1566.001": what the Navigator knows.
bool is_technique(std::string_view id) {
  const auto digits = [&](std::size_t from, std::size_t count) {
    return id.size() >= from + count && std::ranges::all_of(id.substr(from, count), is_digit);
  };
  if (!id.starts_with('T') || !digits(1, 4)) return false;
  return id.size() == 5 || (id.size() == 9 && id[5] == '.' && digits(6, 3));
}

}  // namespace

std::string navigator_layer(const SharedCase& shared) {
  std::map<std::string, std::vector<const SharedPage*>> named;  // by which pages, each once
  for (const SharedPage& page : shared.pages) {
    for (const std::string& id : page.techniques) {
      if (is_technique(id)) named[id].push_back(&page);
    }
  }
  std::size_t most = 1;
  Json techniques = Json::array();
  for (const auto& [id, pages] : named) {
    std::string comment = fmt::format("Named in {} of {} reports: ", pages.size(), shared.pages.size());
    for (const SharedPage* page : pages) {
      comment += (page == pages.front() ? "" : "; ") + name_of(shared, *page);
    }
    most = std::max(most, pages.size());
    techniques.push_back(
        {{"techniqueID", id}, {"score", pages.size()}, {"comment", std::move(comment)}, {"enabled", true}});
  }
  const Json layer = {
      {"name", title_of(shared)},
      {"versions", {{"navigator", "4.9.0"}, {"layer", "4.5"}}},  // the least Navigator that knows 4.5
      {"domain", "enterprise-attack"},
      {"description",
       "Techniques that the reports of the case name, scored by how many reports do. What many attackers use says "
       "little of who it was."},
      {"sorting", 3},  // by score, highest first
      {"layout", {{"layout", "side"}, {"showID", true}, {"showName", true}, {"expandedSubtechniques", "annotated"}}},
      {"hideDisabled", false},
      {"techniques", std::move(techniques)},
      {"gradient", {{"colors", {"#ffffff", "#66b1ff"}}, {"minValue", 0}, {"maxValue", most}}},
      {"selectTechniquesAcrossTactics", true},
      {"selectSubtechniquesWithParent", false}};
  return layer.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace samehand::exchange
