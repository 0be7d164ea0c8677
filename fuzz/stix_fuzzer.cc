// A case made of any texts, dates and numbers, as a STIX bundle and a Navigator layer: always JSON, and the bundle is
// never taken for anything else than the case that it is.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "check.h"
#include "samehand/exchange/evidence.h"
#include "samehand/exchange/shared_case.h"

using namespace samehand;
using samehand::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> bytes(data, data + size);
  // The message of a worker is a compact way to say everything that an item, a hypothesis and an exhibit can be.
  const auto given = exchange::decode(ByteView(bytes));
  if (!given) return 0;
  exchange::SharedCase shared;
  shared.seed = "seed";
  shared.title = shared.created = given->names.empty() ? "" : given->names.back();
  for (const auto& [hypothesis, has_prior] : given->hypotheses) {
    shared.hypotheses.push_back(hypothesis);
    shared.hypotheses.back().number = static_cast<std::int64_t>(shared.hypotheses.size());
  }
  for (const auto& imported : given->exhibits) {
    const std::size_t index = shared.exhibits.size();
    shared.exhibits.push_back(imported.exhibit);
    shared.exhibits.back().number = static_cast<std::int64_t>(index + 1);
    shared.exhibits.back().known_of = imported.known_of + 1;
    for (const auto& finding : imported.findings) shared.findings.push_back({index, finding.method, finding.answer});
    exchange::SharedPage page{
        .exhibit = index, .title = imported.exhibit.name, .published = imported.exhibit.collected};
    page.indicators = {{imported.exhibit.source, imported.exhibit.name, {}}, {"file_path", imported.exhibit.name, {}}};
    page.names = {{"malware", imported.exhibit.source, {imported.exhibit.name}}};
    page.techniques = {imported.exhibit.name};
    shared.pages.push_back(std::move(page));
  }
  for (const auto& imported : given->items) {
    evidence::Item item = imported.item;
    item.number = static_cast<std::int64_t>(shared.items.size() + 1);
    item.points_at = imported.points_at + 1;
    for (const auto& [name, weight] : imported.weights) item.weights.push_back({name + 1, weight});
    for (auto& locus : item.loci) ++locus.exhibit;
    for (const auto& j : imported.judgements)
      shared.judgements.push_back({shared.items.size(), j.field, j.value, j.reason, j.points_at + 1, {}});
    shared.items.push_back(std::move(item));
  }
  const std::string bundle = exchange::stix_bundle(shared);
  require(!nlohmann::json::parse(bundle, nullptr, false).is_discarded());
  require(!nlohmann::json::parse(exchange::navigator_layer(shared), nullptr, false).is_discarded());
  require(!nlohmann::json::parse(exchange::misp_event(shared), nullptr, false).is_discarded());
  require(exchange::stix_bundle(shared) == bundle);
  const auto back = exchange::import_evidence(ByteView::of_text(bundle));
  if (back) require(back->of_case && back->items.size() == shared.items.size());
  return 0;
}
