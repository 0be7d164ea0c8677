#include "samehand/exchange/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

#include "samehand/base/codec.h"
#include "samehand/evidence/defaults.h"

namespace samehand::exchange {
namespace {

using Json = nlohmann::json;

// What stops reading: caught in this file, for the reader descends through many small functions.
struct Wrong {
  std::string message;
};

[[noreturn]] void wrong(std::string_view where, std::string_view message) {
  throw Wrong{fmt::format("{}: {}", where, message)};
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// JSON lets a key stand twice and readers take one of the two: a list would be lost without a word.
Json parse_once(std::string_view text, std::string& twice) {
  std::vector<std::unordered_set<std::string>> keys;
  return Json::parse(
      text.begin(), text.end(),
      [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second && twice.empty())
          twice = value.get<std::string>();
        return true;
      },
      false);
}

const Json* find(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

std::string text_of(const Json& object, const char* key, std::string_view where) {
  const Json* value = find(object, key);
  if (value == nullptr) return {};
  if (!value->is_string()) wrong(where, fmt::format("\"{}\" must be a text", key));
  return value->get<std::string>();
}

bool flag_of(const Json& object, const char* key, std::string_view where) {
  const Json* value = find(object, key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) wrong(where, fmt::format("\"{}\" must be true or false", key));
  return value->get<bool>();
}

template <class Parse>
auto word_of(const Json& object, const char* key, std::string_view where, const Parse& parse) -> decltype(parse("")) {
  const std::string text = text_of(object, key, where);
  if (text.empty()) return std::nullopt;
  auto value = parse(text);
  if (!value) wrong(where, fmt::format("\"{}\" is no value for \"{}\"", text, key));
  return value;
}

evidence::Weight weight_of(const Json& value, std::string_view where, std::string_view hypothesis) {
  const auto refuse = [&](std::string_view why) {
    wrong(where, fmt::format("the weight for \"{}\" {}", hypothesis, why));
  };
  evidence::Weight w;
  if (value.is_number()) {
    w.low_db = w.mid_db = w.high_db = value.get<double>();
  } else {
    if (!value.is_array() || value.size() != 3 ||
        !std::ranges::all_of(value, [](const Json& v) { return v.is_number(); }))
      refuse("must be [low, mid, high] in decibans");
    w = {value[0].get<double>(), value[1].get<double>(), value[2].get<double>()};
  }
  if (!std::isfinite(w.low_db) || !std::isfinite(w.mid_db) || !std::isfinite(w.high_db)) refuse("is not a number");
  if (w.low_db > w.mid_db || w.mid_db > w.high_db) refuse("must be [low, mid, high] in ascending order");
  if (w.low_db < -evidence::kMaxWeightDb || w.high_db > evidence::kMaxWeightDb) {
    refuse(fmt::format("is beyond {} dB: as good as a likelihood of 0 or 1, which no evidence could ever make up for",
                       evidence::kMaxWeightDb));
  }
  return w;
}

class Reader {
 public:
  Evidence read(const Json& root) {
    const Json* hypotheses = find(root, "hypotheses");
    const Json* items = find(root, "items");
    for (const auto& [list, name] : {std::pair{hypotheses, "hypotheses"}, {items, "items"}}) {
      if (list != nullptr && !list->is_array()) wrong("the file", fmt::format("\"{}\" must be a list", name));
    }
    if (hypotheses != nullptr) {
      for (const Json& h : *hypotheses) hypothesis(h);
    }
    if (items != nullptr) {
      out_.items.reserve(items->size());
      for (const Json& i : *items) item(i);
    }
    return std::move(out_);
  }

 private:
  std::uint32_t index_of(const std::string& name) {
    const auto [it, fresh] = indices_.try_emplace(name, static_cast<std::uint32_t>(out_.names.size()));
    if (fresh) out_.names.push_back(name);
    return it->second;
  }

  void hypothesis(const Json& h) {
    const std::string nth = fmt::format("hypothesis {}", out_.hypotheses.size() + 1);
    if (!h.is_object()) wrong(nth, "must be an object");
    ImportedHypothesis imported;
    evidence::Hypothesis& hypothesis = imported.hypothesis;
    hypothesis.name = text_of(h, "name", nth);
    if (hypothesis.name.empty()) wrong(nth, "has no \"name\"");
    if (is_blank(hypothesis.name.front()) || is_blank(hypothesis.name.back()))
      wrong(nth, fmt::format("its name \"{}\" begins or ends with a space", hypothesis.name));
    const std::string where = fmt::format("hypothesis \"{}\"", hypothesis.name);
    if (index_of(hypothesis.name) != out_.hypotheses.size()) wrong(where, "is there twice");
    if (const Json* prior = find(h, "prior")) {
      if (!prior->is_number()) wrong(where, "its \"prior\" must be a number between 0 and 1");
      hypothesis.prior = prior->get<double>();
      imported.has_prior = true;
    }
    hypothesis.role = word_of(h, "role", where, evidence::parse_role).value_or(evidence::Role::kOther);
    hypothesis.description = text_of(h, "description", where);
    if (const Json* also = find(h, "also")) {
      if (!also->is_array()) wrong(where, "\"also\" must be a list of names");
      for (const Json& name : *also) {
        if (!name.is_string()) wrong(where, "\"also\" must be a list of names");
        hypothesis.also.push_back(name.get<std::string>());
      }
    }
    out_.hypotheses.push_back(std::move(imported));
  }

  void item(const Json& i) {
    const std::string nth = fmt::format("item {}", out_.items.size() + 1);
    if (!i.is_object()) wrong(nth, "must be an object");
    ImportedItem imported;
    evidence::Item& item = imported.item;
    item.origin = evidence::Origin::kImport;
    item.name = text_of(i, "name", nth);
    if (item.name.empty()) wrong(nth, "has no \"name\"");
    const std::string where = fmt::format("item \"{}\"", item.name);
    item.group = text_of(i, "group", where);
    item.statement = text_of(i, "statement", where);
    item.source = text_of(i, "source", where);
    item.known = text_of(i, "known", where);
    item.kind = word_of(i, "kind", where, evidence::parse_item_kind).value_or(evidence::ItemKind::kOther);
    item.reliability = word_of(i, "reliability", where, evidence::parse_admiralty).value_or(evidence::Admiralty{});
    item.forgeability = word_of(i, "forgeability", where, evidence::parse_forgeability)
                            .value_or(evidence::default_of(item.kind).forgeability);
    item.against = flag_of(i, "against", where);
    if (find(i, "public_before") != nullptr) item.public_before = flag_of(i, "public_before", where);
    const std::string points_at = text_of(i, "points_at", where);
    if (!points_at.empty()) imported.points_at = static_cast<std::int32_t>(index_of(points_at));
    if (const Json* weights = find(i, "weights_db")) {
      if (!weights->is_object()) wrong(where, "\"weights_db\" must be an object of hypotheses");
      for (const auto& [name, value] : weights->items())
        imported.weights.emplace_back(index_of(name), weight_of(value, where, name));
      std::ranges::sort(imported.weights, {}, [](const auto& w) { return w.first; });
    }
    out_.items.push_back(std::move(imported));
  }

  Evidence out_;
  std::unordered_map<std::string, std::uint32_t> indices_;
};

}  // namespace

Result<Evidence> import_evidence(ByteView json) {
  const std::string_view text = json.text();
  std::string twice;
  const Json root = parse_once(text, twice);
  if (!twice.empty())
    return fail(ErrorCode::kMalformed, fmt::format("has \"{}\" twice in one object: which is meant?", twice));
  if (root.is_discarded()) return fail(ErrorCode::kMalformed, "is not JSON");
  if (!root.is_object() || (find(root, "hypotheses") == nullptr && find(root, "items") == nullptr)) {
    const bool stix = root.is_object() && find(root, "type") != nullptr && root["type"] == "bundle";
    return fail(ErrorCode::kNotSupported, stix ? "STIX bundles are not read here yet"
                                               : "has neither \"hypotheses\" nor \"items\" (docs/format/evidence.md)");
  }
  try {
    return Reader().read(root);
  } catch (const Wrong& e) {
    return fail(ErrorCode::kMalformed, e.message);
  }
}

std::vector<std::uint8_t> encode(const Evidence& evidence) {
  ByteWriter out;
  out.varint(evidence.names.size());
  for (const std::string& name : evidence.names) out.text(name);
  out.varint(evidence.hypotheses.size());
  for (const ImportedHypothesis& h : evidence.hypotheses) {
    out.u8(static_cast<std::uint8_t>(h.hypothesis.role));
    out.boolean(h.has_prior);
    out.real(h.hypothesis.prior);
    out.text(h.hypothesis.description);
    out.varint(h.hypothesis.also.size());
    for (const std::string& name : h.hypothesis.also) out.text(name);
  }
  out.varint(evidence.items.size());
  for (const ImportedItem& i : evidence.items) {
    for (const std::string* text : {&i.item.name, &i.item.group, &i.item.statement, &i.item.source, &i.item.known})
      out.text(*text);
    out.u8(static_cast<std::uint8_t>(i.item.kind));
    out.text(to_string(i.item.reliability));
    out.u8(static_cast<std::uint8_t>(i.item.forgeability));
    out.boolean(i.item.against);
    out.u8(i.item.public_before ? 1 + *i.item.public_before : 0);
    out.varint(static_cast<std::uint64_t>(i.points_at + 1));
    out.varint(i.weights.size());
    for (const auto& [hypothesis, w] : i.weights) {
      out.varint(hypothesis);
      out.real(w.low_db);
      out.real(w.mid_db);
      out.real(w.high_db);
    }
  }
  return out.take();
}

Result<Evidence> decode(ByteView message) {
  ByteReader in(message);
  Evidence out;
  bool known = true;  // every word and index
  out.names.resize(in.count());
  for (std::string& name : out.names) name = in.text();
  out.hypotheses.resize(in.count(12));
  known = known && out.hypotheses.size() <= out.names.size();
  for (std::size_t h = 0; h < out.hypotheses.size() && known; ++h) {
    ImportedHypothesis& imported = out.hypotheses[h];
    imported.hypothesis.name = out.names[h];
    const std::uint8_t role = in.u8();
    known = known && role < evidence::kRoles;
    imported.hypothesis.role = static_cast<evidence::Role>(role);
    imported.has_prior = in.boolean();
    imported.hypothesis.prior = in.real();
    imported.hypothesis.description = in.text();
    imported.hypothesis.also.resize(in.count());
    for (std::string& name : imported.hypothesis.also) name = in.text();
  }
  const std::size_t count = in.count(13);
  if (known) out.items.resize(count);
  for (ImportedItem& i : out.items) {
    for (std::string* text : {&i.item.name, &i.item.group, &i.item.statement, &i.item.source, &i.item.known})
      *text = in.text();
    i.item.origin = evidence::Origin::kImport;
    const std::uint8_t kind = in.u8();
    const auto reliability = evidence::parse_admiralty(in.text());
    const std::uint8_t forgeability = in.u8();
    i.item.against = in.boolean();
    const std::uint8_t before = in.u8();
    const std::uint64_t points_at = in.varint();
    known = known && kind < evidence::kItemKinds && reliability && forgeability <= 3 && before <= 2 &&
            points_at <= out.names.size();
    i.weights.resize(in.count(25));
    for (auto& [hypothesis, w] : i.weights) {
      const std::uint64_t index = in.varint();
      known = known && index < out.names.size();
      hypothesis = static_cast<std::uint32_t>(index);
      w.low_db = in.real();
      w.mid_db = in.real();
      w.high_db = in.real();
    }
    if (!in.ok() || !known) break;
    i.item.kind = static_cast<evidence::ItemKind>(kind);
    i.item.reliability = *reliability;
    i.item.forgeability = static_cast<evidence::Forgeability>(forgeability);
    if (before > 0) i.item.public_before = before == 2;
    i.points_at = static_cast<std::int32_t>(points_at) - 1;
  }
  if (!in.ok() || !in.at_end() || !known) return fail(ErrorCode::kMalformed, "the worker sent damaged evidence");
  return out;
}

}  // namespace samehand::exchange
