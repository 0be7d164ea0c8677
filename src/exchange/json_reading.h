// Fields of others' JSON, read one by one: what is of the wrong type stops the reading and says where.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace samehand::exchange {

using Json = nlohmann::json;

// What stops reading: thrown and caught within this module, for readers descend through many small functions.
struct Wrong {
  std::string message;
};

[[noreturn]] inline void wrong(std::string_view where, std::string_view message) {
  throw Wrong{fmt::format("{}: {}", where, message)};
}

// nullptr where `object` is none, has no such key, or null there.
inline const Json* find(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

inline std::string text_of(const Json& object, const char* key, std::string_view where) {
  const Json* value = find(object, key);
  if (value == nullptr) return {};
  if (!value->is_string()) wrong(where, fmt::format("\"{}\" must be a text", key));
  return value->get<std::string>();
}

inline bool flag_of(const Json& object, const char* key, std::string_view where) {
  const Json* value = find(object, key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) wrong(where, fmt::format("\"{}\" must be true or false", key));
  return value->get<bool>();
}

inline std::uint64_t count_of(const Json& object, const char* key, std::string_view where) {
  const Json* value = find(object, key);
  if (value == nullptr) return 0;
  if (!value->is_number_unsigned()) wrong(where, fmt::format("\"{}\" must be a whole number", key));
  return value->get<std::uint64_t>();
}

// The list; nullptr where there is none.
inline const Json* list_of(const Json& object, const char* key, std::string_view where) {
  const Json* value = find(object, key);
  if (value != nullptr && !value->is_array()) wrong(where, fmt::format("\"{}\" must be a list", key));
  return value;
}

template <class Parse>
auto word_of(const Json& object, const char* key, std::string_view where, const Parse& parse) -> decltype(parse("")) {
  const std::string text = text_of(object, key, where);
  if (text.empty()) return std::nullopt;
  auto value = parse(text);
  if (!value) wrong(where, fmt::format("\"{}\" is no value for \"{}\"", text, key));
  return value;
}

}  // namespace samehand::exchange
