// JSON as pages embed it: read forgivingly, bounded in depth.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace samehand::page {

struct JsonValue {
  enum class Kind : std::uint8_t { kNull, kString, kOther, kArray, kObject };  // kOther: numbers, true, false, as text
  Kind kind = Kind::kNull;
  std::string text;
  std::vector<JsonValue> items;  // of an array
  // Of an object, in order: each name and its value. (A pair of both would need the complete type.)
  std::vector<std::string> names;
  std::vector<JsonValue> values;

  // The member of that name; nullptr where there is none.
  const JsonValue* find(std::string_view name) const;
};

// Never fails: reads as far as it can. Raw line breaks in strings, trailing commas and what follows the value are
// borne; values nested deeper than 32 are null. Linear.
JsonValue read_loose_json(std::string_view text);

}  // namespace samehand::page
