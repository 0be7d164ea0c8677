#include "schema_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

namespace samehand::dossier {
namespace {

using nlohmann::json;

bool has_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

class Checker {
 public:
  explicit Checker(const json& root) : root_(root) {}

  std::string check(const json& schema, const json& value, const std::string& at) const {
    if (schema.contains("$ref")) {
      const std::string pointer = schema["$ref"].get<std::string>().substr(1);
      return check(root_.at(json::json_pointer(pointer)), value, at);
    }
    for (const auto& [keyword, rule] : schema.items()) {
      if (const std::string wrong = apply(keyword, rule, schema, value, at); !wrong.empty()) return wrong;
    }
    return {};
  }

 private:
  std::string apply(const std::string& keyword, const json& rule, const json& schema, const json& value,
                    const std::string& at) const {
    static const std::set<std::string> kSilent = {"$schema", "$id", "$defs", "title", "description", "$comment"};
    if (kSilent.contains(keyword)) return {};
    if (keyword == "type") {
      // One, or a list of them.
      const bool list = rule.is_array();
      const bool has = list ? std::ranges::any_of(rule, [&](const json& one) { return has_type(value, one); })
                            : has_type(value, rule);
      return has ? "" : at + ": not of type " + (list ? rule.dump() : rule.get<std::string>());
    }
    if (keyword == "enum")
      return std::ranges::find(rule, value) != rule.end() ? "" : at + ": not among the allowed values";
    if (keyword == "const") return value == rule ? "" : at + ": not the one allowed value";
    if (keyword == "minimum") return value >= rule ? "" : at + ": below the minimum";
    if (keyword == "maximum") return value <= rule ? "" : at + ": above the maximum";
    if (keyword == "pattern") {
      return std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>()))
                 ? ""
                 : at + ": not of the pattern";
    }
    if (keyword == "required" && !value.is_object()) return "";
    if (keyword == "required") {
      for (const json& name : rule) {
        if (!value.contains(name.get<std::string>())) return at + ": lacks " + name.get<std::string>();
      }
      return {};
    }
    if (keyword == "properties") return properties(rule, value, at);
    if (keyword == "additionalProperties") return additional(rule, schema, value, at);
    if (keyword == "items") {
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (const std::string wrong = check(rule, value[i], at + "/" + std::to_string(i)); !wrong.empty()) return wrong;
      }
      return {};
    }
    return at + ": schema keyword " + keyword + " is not known here";
  }

  std::string properties(const json& rules, const json& value, const std::string& at) const {
    for (const auto& [name, rule] : rules.items()) {
      if (!value.contains(name)) continue;
      if (const std::string wrong = check(rule, value[name], at + "/" + name); !wrong.empty()) return wrong;
    }
    return {};
  }

  std::string additional(const json& rule, const json& schema, const json& value, const std::string& at) const {
    for (const auto& [name, member] : value.items()) {
      if (schema.contains("properties") && schema["properties"].contains(name)) continue;
      if (rule.is_boolean()) {
        if (!rule.get<bool>()) return at + ": " + name + " is not foreseen";
      } else if (const std::string wrong = check(rule, member, at + "/" + name); !wrong.empty()) {
        return wrong;
      }
    }
    return {};
  }

  const json& root_;
};

}  // namespace

std::string schema_violation(const json& schema, const json& value) {
  return Checker(schema).check(schema, value, "");
}

TEST(SchemaCheck, KnowsItsKeywords) {
  const json schema = json::parse(R"({"type": "object", "required": ["n"], "additionalProperties": false,
      "properties": {"n": {"type": "integer", "minimum": 1}, "l": {"type": "array", "items": {"$ref": "#/$defs/s"}}},
      "$defs": {"s": {"enum": ["x", "y"]}}})");
  EXPECT_EQ(schema_violation(schema, json::parse(R"({"n": 1, "l": ["x"]})")), "");
  EXPECT_EQ(schema_violation(schema, json::parse(R"({"l": []})")), ": lacks n");
  EXPECT_EQ(schema_violation(schema, json::parse(R"({"n": 0})")), "/n: below the minimum");
  EXPECT_EQ(schema_violation(schema, json::parse(R"({"n": 1, "l": ["x", "z"]})")),
            "/l/1: not among the allowed values");
  EXPECT_EQ(schema_violation(schema, json::parse(R"({"n": 1, "m": 2})")), ": m is not foreseen");
  EXPECT_NE(schema_violation(json::parse(R"({"oneOf": []})"), json()), "");
  const json either = json::parse(R"({"type": ["integer", "null"]})");
  EXPECT_EQ(schema_violation(either, json()), "");
  EXPECT_EQ(schema_violation(either, json(1)), "");
  EXPECT_NE(schema_violation(either, json("x")), "");
}

}  // namespace samehand::dossier
