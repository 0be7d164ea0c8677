// Any bytes as evidence in JSON, STIX or MISP, and as the message that a worker sends: what is taken is in order, and
// comes back.
#include <cmath>
#include <cstdint>
#include <vector>

#include "check.h"
#include "samehand/exchange/evidence.h"

using namespace samehand;

namespace {

using samehand::fuzz::require;

void check(const exchange::Evidence& evidence) {
  require(evidence.hypotheses.size() <= evidence.names.size());
  for (const auto& item : evidence.items) {
    require(item.points_at >= -1 && item.points_at < static_cast<std::int32_t>(evidence.names.size()));
    for (const auto& [hypothesis, weight] : item.weights) require(hypothesis < evidence.names.size());
    for (const auto& locus : item.item.loci)
      require(locus.exhibit >= 0 && static_cast<std::size_t>(locus.exhibit) < evidence.exhibits.size());
    for (const auto& judgement : item.judgements) {
      require(judgement.points_at >= -1 && judgement.points_at < static_cast<std::int32_t>(evidence.names.size()));
      for (const auto& [hypothesis, weight] : judgement.weights) require(hypothesis < evidence.names.size());
    }
  }
  for (const auto& exhibit : evidence.exhibits)
    require(exhibit.known_of >= -1 && exhibit.known_of < static_cast<std::int32_t>(evidence.names.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> bytes(data, data + size);
  if (const auto imported = exchange::import_evidence(ByteView(bytes))) {
    check(*imported);
    for (const auto& item : imported->items) {
      for (const auto& [hypothesis, w] : item.weights) require(w.low_db <= w.mid_db && w.mid_db <= w.high_db);
    }
    const auto message = exchange::encode(*imported);
    const auto decoded = exchange::decode(ByteView(message));
    require(decoded.has_value() && exchange::encode(*decoded) == message);
  }
  if (const auto decoded = exchange::decode(ByteView(bytes))) check(*decoded);
  return 0;
}
