#include "evidence_reader.h"

#include <algorithm>
#include <cmath>

#include "samehand/base/ascii.h"
#include "samehand/evidence/defaults.h"

namespace samehand::exchange {
namespace {

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

}  // namespace

std::uint32_t EvidenceReader::index_of(const std::string& name) {
  const auto [it, fresh] = indices_.try_emplace(name, static_cast<std::uint32_t>(out.names.size()));
  if (fresh) out.names.push_back(name);
  return it->second;
}

std::vector<std::pair<std::uint32_t, evidence::Weight>> EvidenceReader::weights(const Json& json,
                                                                                std::string_view where) {
  std::vector<std::pair<std::uint32_t, evidence::Weight>> list;
  for (const auto& [name, value] : json.items()) list.emplace_back(index_of(name), weight_of(value, where, name));
  std::ranges::sort(list, {}, [](const auto& w) { return w.first; });
  return list;
}

void EvidenceReader::hypothesis(const Json& h) {
  const std::string nth = fmt::format("hypothesis {}", out.hypotheses.size() + 1);
  if (!h.is_object()) wrong(nth, "must be an object");
  ImportedHypothesis imported;
  evidence::Hypothesis& hypothesis = imported.hypothesis;
  hypothesis.name = text_of(h, "name", nth);
  if (hypothesis.name.empty()) wrong(nth, "has no \"name\"");
  if (is_space(hypothesis.name.front()) || is_space(hypothesis.name.back()))
    wrong(nth, fmt::format("its name \"{}\" begins or ends with a space", hypothesis.name));
  const std::string where = fmt::format("hypothesis \"{}\"", hypothesis.name);
  if (index_of(hypothesis.name) != out.hypotheses.size()) wrong(where, "is there twice");
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
  out.hypotheses.push_back(std::move(imported));
}

ImportedItem& EvidenceReader::item(const Json& i) {
  const std::string nth = fmt::format("item {}", out.items.size() + 1);
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
  if (const Json* given = find(i, "weights_db")) {
    if (!given->is_object()) wrong(where, "\"weights_db\" must be an object of hypotheses");
    imported.weights = weights(*given, where);
  }
  return out.items.emplace_back(std::move(imported));
}

ImportedItem& EvidenceReader::item_of_case(const Json& json) {
  ImportedItem& imported = item(json);
  const std::string where = fmt::format("item \"{}\"", imported.item.name);
  imported.item.origin = word_of(json, "origin", where, evidence::parse_origin).value_or(evidence::Origin::kImport);
  imported.item.method = text_of(json, "method", where);
  imported.item.excluded = flag_of(json, "excluded", where);
  if (const Json* judgements = list_of(json, "judgements", where)) {
    for (const Json& j : *judgements) judgement(j, imported, where);
  }
  return imported;
}

void EvidenceReader::judgement(const Json& json, ImportedItem& item, std::string_view where) {
  ImportedJudgement& judged = item.judgements.emplace_back();
  judged.field = text_of(json, "field", where);
  judged.reason = text_of(json, "reason", where);
  if (judged.field == "weights") {
    const Json* value = find(json, "value");
    if (value == nullptr || !value->is_object()) wrong(where, "a judged weight must be an object of hypotheses");
    judged.weights = weights(*value, where);
  } else {
    judged.value = text_of(json, "value", where);
    if (judged.field == "points-at" && !judged.value.empty())
      judged.points_at = static_cast<std::int32_t>(index_of(judged.value));
  }
}

}  // namespace samehand::exchange
