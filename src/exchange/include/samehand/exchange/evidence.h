// Hypotheses and weighed items that somebody else wrote, as JSON (docs/format/evidence.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"
#include "samehand/evidence/item.h"

namespace samehand::exchange {

struct ImportedHypothesis {
  evidence::Hypothesis hypothesis;  // without number; `prior` only where `has_prior`
  bool has_prior = false;
};

struct ImportedItem {
  evidence::Item item;          // without number, points_at and weights, which go by name here
  std::int32_t points_at = -1;  // index into Evidence::names; -1: nobody
  std::vector<std::pair<std::uint32_t, evidence::Weight>> weights;  // index into Evidence::names, ascending
};

struct Evidence {
  std::vector<std::string> names;  // of all hypotheses that are spoken of, those of `hypotheses` first
  std::vector<ImportedHypothesis> hypotheses;
  std::vector<ImportedItem> items;
};

// Reads the JSON. Hostile input: run it in a worker. Errors name the item and the field that is wrong: a value of
// another type than it should have, a weight that is not three ascending numbers or is beyond kMaxWeightDb, an unknown
// word. Keys that are not known are left alone. kNotSupported for other JSON, such as STIX bundles.
Result<Evidence> import_evidence(ByteView json);

// As the message that a worker sends. Decoding trusts nothing.
std::vector<std::uint8_t> encode(const Evidence& evidence);
Result<Evidence> decode(ByteView message);

}  // namespace samehand::exchange
