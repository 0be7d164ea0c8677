// A case as a STIX 2.1 bundle.
//
// What happened is a campaign, whoever did it an intrusion set, each hypothesis a threat actor, and who it was an
// `attributed-to` relationship from the set to each, its confidence the posterior. Each item of evidence is a note, or,
// where somebody says who it was or was not, an opinion on that relationship. What STIX has no words for stands in a
// property extension, in the words of docs/format/evidence.md, so that nothing of the weighing is lost on the way back.
// Ids follow from the case's first event and what they name; a case gives the same bundle on every machine.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unordered_map>

#include "samehand/base/ascii.h"
#include "samehand/base/base64.h"
#include "samehand/base/hash.h"
#include "samehand/exchange/shared_case.h"
#include "shared_names.h"
#include "stix_pattern.h"
#include "stix_terms.h"
#include "stix_time.h"

namespace samehand::exchange {
namespace {

using evidence::ItemKind;
using Json = nlohmann::ordered_json;

constexpr const char* kSchema =
    "docs/format/stix-extension.schema.json of Samehand; docs/format/stix.md explains it. Property extension: "
    "\"case\" on a campaign, \"hypothesis\" on a threat-actor or note, \"exhibit\" on observed-data, \"reading\" "
    "on a report, \"item\" on a note or opinion, \"dependence_group\" on a grouping, \"verdict\" on a note. Weights "
    "are decibans, 10 log10 of a likelihood ratio, as [low, mid, high] by hypothesis; a posterior is a probability "
    "with its interval.";

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Texts enter ids as they come out: with U+FFFD where they are no UTF-8.
std::string valid(const std::string& text) {
  return Json::parse(dump(Json(text))).get<std::string>();
}

std::string id_of_observable(std::string_view type, const Json& identifying) {
  return fmt::format("{}--{}", type, to_string(uuid5(kStixNamespace, dump(identifying))));
}

int confidence(double probability) {
  return static_cast<int>(std::lround(100 * std::clamp(probability, 0., 1.)));
}

Json weight(const evidence::Weight& w) {
  return {w.low_db, w.mid_db, w.high_db};
}

// What somebody who says this holds of the attribution to the one that the item points at.
std::optional<std::string_view> opinion_of(const evidence::Item& item) {
  if (item.points_at == 0) return std::nullopt;
  switch (item.kind) {
    case ItemKind::kDenial:
      return "strongly-disagree";
    case ItemKind::kAttribution:
      return item.against ? "disagree" : "agree";
    case ItemKind::kBoast:
      return "strongly-agree";
    case ItemKind::kNoComment:
      return "neutral";
    default:
      return std::nullopt;
  }
}

class Bundle {
 public:
  explicit Bundle(const SharedCase& shared)
      : shared_(shared),
        created_(stix_time(shared.created).value_or("1970-01-01T00:00:00.000Z")),
        changed_(std::max(created_, stix_time(shared.changed).value_or(created_))),
        title_(valid(title_of(shared))),
        campaign_(id("campaign", "")),
        intruders_(id("intrusion-set", "")) {
    for (std::size_t h = 0; h < shared.hypotheses.size(); ++h) hypothesis_at_[shared.hypotheses[h].number] = h;
    for (std::size_t e = 0; e < shared.exhibits.size(); ++e) exhibit_at_[shared.exhibits[e].number] = e;
  }

  std::string write() {
    origin();
    incident();
    hypotheses();
    exhibits();
    pages();
    items();
    groups();
    verdict();
    everything();
    std::string out = fmt::format(R"({{"type":"bundle","id":"{}","objects":[)", id("bundle", changed_));
    for (const std::string& object : lines_) out += (&object == &lines_.front() ? "\n" : ",\n") + object;
    return out + "\n]}\n";
  }

 private:
  // Of this case for good, whatever else changes.
  std::string id(std::string_view type, std::string_view what) const {
    std::string name = shared_.seed;
    for (const std::string_view part : {type, what}) (name += '\0') += part;
    return fmt::format("{}--{}", type, to_string(uuid5(kSamehandNamespace, name)));
  }

  Json begin(std::string_view type, const std::string& id) const {
    return {{"type", type},        {"spec_version", "2.1"}, {"id", id}, {"created_by_ref", identity_},
            {"created", created_}, {"modified", changed_}};
  }

  static void extend(Json& object, const char* key, Json value) {
    object["extensions"] = {{extension_id(), {{"extension_type", "property-extension"}, {key, std::move(value)}}}};
  }

  // An object that several places name comes once.
  void add(const Json& object) {
    const std::string id = object["id"];
    if (!ids_.insert(id).second) return;
    lines_.push_back(dump(object));
    if (!id.starts_with("extension-definition--") && !id.starts_with("identity--")) refs_.push_back(id);
  }

  std::string relate(const std::string& source, const char* type, const std::string& target,
                     std::optional<double> probability = {}, std::string description = {}) {
    const std::string relation = id("relationship", fmt::format("{} {} {}", source, type, target));
    Json object = begin("relationship", relation);
    object["relationship_type"] = type;
    object["source_ref"] = source;
    object["target_ref"] = target;
    if (!description.empty()) object["description"] = std::move(description);
    if (probability) object["confidence"] = confidence(*probability);
    add(object);
    return relation;
  }

  // Samehand itself: the analysts' names stay with the case.
  void origin() {
    constexpr const char* kSince = "2026-11-27T00:00:00.000Z";
    add({{"type", "identity"},
         {"spec_version", "2.1"},
         {"id", identity_},
         {"created", kSince},
         {"modified", kSince},
         {"name", "Samehand"},
         {"identity_class", "system"}});
    add({{"type", "extension-definition"},
         {"spec_version", "2.1"},
         {"id", extension_id()},
         {"created_by_ref", identity_},
         {"created", kSince},
         {"modified", kSince},
         {"name", "Attribution weighed"},
         {"description",
          "Competing hypotheses on who did it with their priors, the evidence with its weights, reliability, "
          "forgeability and dependence, and the chains through which claims came."},
         {"schema", kSchema},
         {"version", "1.0.0"},
         {"extension_types", {"property-extension"}}});
  }

  void incident() {
    Json campaign = begin("campaign", campaign_);
    campaign["name"] = title_;
    extend(campaign, "case", {{"title", shared_.title}, {"created", shared_.created}});
    add(campaign);
    Json intruders = begin("intrusion-set", intruders_);
    intruders["name"] = "Whoever did it: " + title_;
    intruders["description"] =
        "Stands for those who did it, whoever they are. Its attributed-to relationships are competing hypotheses, of "
        "which at most one is true; their confidence is the posterior probability.";
    add(intruders);
    relate(campaign_, "attributed-to", intruders_);
  }

  void hypotheses() {
    for (std::size_t h = 0; h < shared_.hypotheses.size(); ++h) {
      const evidence::Hypothesis& hypothesis = shared_.hypotheses[h];
      // "None of these" is nobody, so it is no threat actor.
      const bool nobody = hypothesis.role == evidence::Role::kNone;
      const char* type = nobody ? "note" : "threat-actor";
      const std::string id = this->id(type, fmt::format("hypothesis {}", hypothesis.number));
      Json object = begin(type, id);
      const std::string says = fmt::format("A hypothesis of the case “{}”{}{}", title_,
                                           hypothesis.description.empty() ? "." : ": ", hypothesis.description);
      if (nobody) {
        object["abstract"] = hypothesis.name;
        object["content"] = says;
        object["object_refs"] = {intruders_};
      } else {
        object["name"] = hypothesis.name;
        object["description"] = says;
        object["threat_actor_types"] = {"unknown"};
        if (!hypothesis.also.empty()) object["aliases"] = hypothesis.also;
      }
      Json value = {{"number", hypothesis.number},
                    {"name", hypothesis.name},
                    {"role", to_string(hypothesis.role)},
                    {"prior", hypothesis.prior}};
      if (!hypothesis.also.empty()) value["also"] = hypothesis.also;
      if (!hypothesis.description.empty()) value["description"] = hypothesis.description;
      std::optional<double> probability;
      if (h < shared_.posterior.size()) {
        const SharedPosterior& p = shared_.posterior[h];
        value["posterior"] = {{"low", p.low}, {"mid", p.mid}, {"high", p.high}};
        probability = p.mid;
        if (nobody) object["confidence"] = confidence(p.mid);
      }
      extend(object, "hypothesis", std::move(value));
      add(object);
      ids_of_hypotheses_[hypothesis.number] = id;
      if (!nobody) attributions_[hypothesis.number] = relate(intruders_, "attributed-to", id, probability);
    }
  }

  // The name of a hypothesis that still stands; empty: none.
  std::string name_of(std::int64_t number) const {
    const auto it = hypothesis_at_.find(number);
    return it == hypothesis_at_.end() ? std::string() : shared_.hypotheses[it->second].name;
  }

  // nullptr: there is no such exhibit.
  const std::string* file_of(const evidence::Locus& locus) const {
    const auto it = exhibit_at_.find(locus.exhibit);
    return it == exhibit_at_.end() ? nullptr : &files_[it->second];
  }

  void exhibits() {
    std::vector<Json> findings(shared_.exhibits.size(), Json::array());
    std::vector<std::vector<std::string>> artifacts(shared_.exhibits.size());
    for (const SharedFinding& finding : shared_.findings) {
      const Json hashes = {{"SHA-256", sha256_hex(ByteView(finding.answer))}};
      std::string payload = to_base64(ByteView(finding.answer));
      const std::string id = id_of_observable("artifact", {{"hashes", hashes}, {"payload_bin", payload}});
      add({{"type", "artifact"},
           {"spec_version", "2.1"},
           {"id", id},
           {"mime_type", "application/octet-stream"},
           {"payload_bin", std::move(payload)},
           {"hashes", hashes}});
      findings[finding.exhibit].push_back({{"method", finding.method}, {"artifact_ref", id}});
      artifacts[finding.exhibit].push_back(id);
    }
    for (std::size_t e = 0; e < shared_.exhibits.size(); ++e) {
      const evidence::Exhibit& exhibit = shared_.exhibits[e];
      Json identifying = {{"hashes", {{"SHA-256", exhibit.sha256}}}};
      if (!exhibit.name.empty()) identifying["name"] = valid(exhibit.name);
      const std::string file = id_of_observable("file", identifying);
      Json object = {{"type", "file"}, {"spec_version", "2.1"}, {"id", file}};
      object.update(identifying);
      object["size"] = exhibit.size_bytes;
      add(object);
      files_.push_back(file);

      const std::string observation = id("observed-data", exhibit.sha256);
      Json observed = begin("observed-data", observation);
      const std::string when = stix_time(exhibit.collected).value_or(stix_time(exhibit.added).value_or(created_));
      observed["first_observed"] = when;
      observed["last_observed"] = when;
      observed["number_observed"] = 1;
      observed["object_refs"] = {file};
      for (const std::string& artifact : artifacts[e]) observed["object_refs"].push_back(artifact);
      Json value = {{"number", exhibit.number}, {"kind", to_string(exhibit.kind)}, {"file_ref", file}};
      if (!exhibit.source.empty()) value["source"] = exhibit.source;
      if (!exhibit.collected.empty()) value["collected"] = exhibit.collected;
      const std::string known_of = name_of(exhibit.known_of);
      if (!known_of.empty()) value["known_of"] = known_of;
      if (!findings[e].empty()) value["findings"] = std::move(findings[e]);
      extend(observed, "exhibit", std::move(value));
      add(observed);
      if (exhibit.kind == evidence::ExhibitKind::kTool) tool(exhibit, file, observation, when);
    }
  }

  void tool(const evidence::Exhibit& exhibit, const std::string& file, const std::string& observation,
            const std::string& when) {
    const std::string malware = id("malware", exhibit.sha256);
    Json object = begin("malware", malware);
    object["name"] = exhibit.name.empty() ? exhibit.sha256 : exhibit.name;
    object["is_family"] = false;
    object["malware_types"] = {"unknown"};
    object["sample_refs"] = {file};
    add(object);
    const auto user = ids_of_hypotheses_.find(exhibit.known_of);
    if (exhibit.known_of == 0)
      relate(intruders_, "uses", malware);
    else if (user != ids_of_hypotheses_.end() && attributions_.contains(exhibit.known_of))
      relate(user->second, "uses", malware, {}, "an earlier tool, with which those of the incident are compared");
    const std::string found = indicator({"sha256", exhibit.sha256, {}}, when);
    if (found.empty()) return;
    relate(found, "indicates", malware);
    relate(found, "based-on", observation);
  }

  // Its id; empty where STIX has no pattern for such a thing.
  std::string indicator(const SharedValue& value, const std::string& from) {
    const std::string pattern = stix_pattern(value.kind, valid(value.value));
    if (pattern.empty()) return {};
    const std::string id = this->id("indicator", pattern);
    Json object = begin("indicator", id);
    object["name"] = value.value;
    object["indicator_types"] = {"unknown"};
    object["pattern"] = pattern;
    object["pattern_type"] = "stix";
    object["pattern_version"] = "2.1";
    object["valid_from"] = from;
    add(object);
    return id;
  }

  // What is named in a report: families, groups and campaigns. Being named is not being used.
  std::string named(const SharedValue& name) {
    const char* type = name.kind == "malware"    ? "malware"
                       : name.kind == "tool"     ? "tool"
                       : name.kind == "actor"    ? "intrusion-set"
                       : name.kind == "campaign" ? "campaign"
                                                 : nullptr;
    if (type == nullptr || name.value.empty()) return {};
    const std::string id = this->id(type, "named " + lower(valid(name.value)));
    Json object = begin(type, id);
    object["name"] = name.value;
    if (name.kind == "malware") {
      object["is_family"] = true;
      object["malware_types"] = {"unknown"};
    }
    references(object, name.ids);
    add(object);
    return id;
  }

  static void references(Json& object, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      const bool attack = id.size() >= 5 && is_upper(id[0]) && is_digit(id[1]);
      object["external_references"].push_back(
          {{"source_name", attack ? "mitre-attack" : "misp-galaxy"}, {"external_id", id}});
    }
  }

  void pages() {
    for (const SharedPage& page : shared_.pages) {
      const evidence::Exhibit& exhibit = shared_.exhibits[page.exhibit];
      const std::string published = stix_time(page.published).value_or(stix_time(exhibit.collected).value_or(created_));
      Json report = begin("report", id("report", exhibit.sha256));
      report["name"] = !page.title.empty() ? page.title : !exhibit.name.empty() ? exhibit.name : exhibit.sha256;
      report["report_types"] = {"threat-report"};
      report["published"] = published;
      std::vector<std::string> refs = {files_[page.exhibit]};
      for (const SharedValue& value : page.indicators) refs.push_back(indicator(value, published));
      for (const SharedValue& name : page.names) refs.push_back(named(name));
      for (const std::string& technique : page.techniques) {
        const std::string id = this->id("attack-pattern", technique);
        Json pattern = begin("attack-pattern", id);
        pattern["name"] = technique;
        references(pattern, {technique});
        add(pattern);
        refs.push_back(id);
        relate(intruders_, "uses", id, {}, "named in reports on it");
      }
      std::erase(refs, "");
      std::ranges::sort(refs.begin() + 1, refs.end());
      refs.erase(std::unique(refs.begin() + 1, refs.end()), refs.end());
      report["object_refs"] = std::move(refs);
      if (!exhibit.source.empty())
        report["external_references"] = {{{"source_name", "source"}, {"description", exhibit.source}}};
      Json reading = {{"published", page.published}, {"outlet", page.outlet}};
      for (const SharedClaim& claim : page.claims) {
        Json value = {{"text", claim.text},     {"source", claim.speaker}, {"source_kind", claim.speaker_kind},
                      {"stance", claim.stance}, {"about", claim.about},    {"chain", claim.chain},
                      {"start", claim.begin},   {"end", claim.end}};
        if (!claim.hedge.empty()) value["hedge"] = claim.hedge;
        if (!claim.said.empty()) value["said"] = claim.said;
        if (!claim.subjects.empty()) value["subjects"] = claim.subjects;
        if (claim.parent >= 0) value["parent"] = claim.parent;
        reading["claims"].push_back(std::move(value));
      }
      extend(report, "reading", std::move(reading));
      add(report);
    }
  }

  Json by_name(const evidence::Weights& weights) const {
    Json out = Json::object();
    for (const auto& [number, w] : weights) {
      const std::string name = name_of(number);
      if (!name.empty()) out[name] = weight(w);
    }
    // Weights on removed hypotheses alone say nothing, which is not the same as having none, for then the defaults
    // speak.
    if (out.empty() && !weights.empty() && !shared_.hypotheses.empty())
      out[shared_.hypotheses.front().name] = {0, 0, 0};
    return out;
  }

  Json extension_of(std::size_t index, const std::multimap<std::size_t, const SharedJudgement*>& judgements) const {
    const evidence::Item& item = shared_.items[index];
    Json out = {{"number", item.number},
                {"name", item.name},
                {"statement", item.statement},
                {"kind", to_string(item.kind)},
                {"origin", to_string(item.origin)},
                {"reliability", to_string(item.reliability)},
                {"forgeability", evidence::to_string(item.forgeability)}};
    const auto text = [&](const char* key, const std::string& value) {
      if (!value.empty()) out[key] = value;
    };
    text("method", item.method);
    text("source", item.source);
    text("group", item.group);
    text("known", item.known);
    text("points_at", name_of(item.points_at));
    if (item.against) out["against"] = true;
    if (item.excluded) out["excluded"] = true;
    if (item.public_before) out["public_before"] = *item.public_before;
    if (!item.weights.empty()) out["weights_db"] = by_name(item.weights);
    for (const evidence::Locus& l : item.loci) {
      const std::string* file = file_of(l);
      if (file == nullptr) continue;
      Json place = {{"exhibit_ref", *file}, {"unit", to_string(l.unit)}};
      if (!l.member.empty()) place["member"] = l.member;
      if (l.begin != 0) place["start"] = l.begin;
      if (l.end != 0) place["end"] = l.end;
      out["loci"].push_back(std::move(place));
    }
    const auto [first, last] = judgements.equal_range(index);
    for (auto it = first; it != last; ++it) {
      const SharedJudgement& j = *it->second;
      out["judgements"].push_back({{"field", j.field}, {"value", judged(j)}, {"reason", j.reason}});
    }
    // What it weighs now, for readers; on the way back it is worked out again.
    if (index < shared_.weights.size() && shared_.weights[index].size() == shared_.hypotheses.size()) {
      out["effect_db"] = shared_.effects_db[index];
      if (item.weights.empty()) {
        Json weighed = Json::object();
        for (std::size_t h = 0; h < shared_.hypotheses.size(); ++h)
          weighed[shared_.hypotheses[h].name] = weight(shared_.weights[index][h]);
        if (!weighed.empty()) out["weighed_db"] = std::move(weighed);
      }
    }
    return out;
  }

  // Hypotheses go by name here: numbers are a case's own.
  Json judged(const SharedJudgement& j) const {
    if (j.field == "points-at") return name_of(j.points_at);
    if (j.field == "weights") return by_name(j.weights);
    return j.value;
  }

  void items() {
    std::multimap<std::size_t, const SharedJudgement*> judgements;  // of an item, in their order
    for (const SharedJudgement& j : shared_.judgements) judgements.emplace(j.item, &j);
    for (std::size_t i = 0; i < shared_.items.size(); ++i) {
      const evidence::Item& item = shared_.items[i];
      const auto attribution = attributions_.find(item.points_at);
      const auto opinion = opinion_of(item);
      const bool contests = opinion && attribution != attributions_.end();
      const char* type = contests ? "opinion" : "note";
      const std::string id = this->id(type, fmt::format("item {}", item.number));
      Json object = begin(type, id);
      const std::string& content = item.statement.empty() ? item.name : item.statement;
      if (contests) {
        object["opinion"] = *opinion;
        object["explanation"] = content;
        object["object_refs"] = {attribution->second};
      } else {
        object["abstract"] = item.name;
        object["content"] = content;
        const auto about = ids_of_hypotheses_.find(item.points_at);
        std::vector<std::string> refs = {about == ids_of_hypotheses_.end() ? campaign_ : about->second};
        for (const evidence::Locus& l : item.loci) {
          const std::string* file = file_of(l);
          if (file != nullptr && std::ranges::find(refs, *file) == refs.end()) refs.push_back(*file);
        }
        object["object_refs"] = std::move(refs);
      }
      if (!item.source.empty()) object["authors"] = {item.source};
      if (item.excluded) object["labels"] = {"excluded"};
      extend(object, "item", extension_of(i, judgements));
      add(object);
      if (!item.group.empty()) groups_[item.group].push_back(id);
    }
  }

  void groups() {
    for (const auto& [name, members] : groups_) {
      Json object = begin("grouping", id("grouping", "group " + name));
      object["name"] = name;
      object["description"] = "Items that rest on one observation or one voice: weighed as one.";
      object["context"] = "unspecified";
      object["object_refs"] = members;
      extend(object, "dependence_group", name);
      add(object);
    }
  }

  void verdict() {
    if (shared_.verdict.empty()) return;
    Json object = begin("note", id("note", "verdict"));
    object["abstract"] = "Verdict";
    object["content"] = shared_.verdict + "\n\n" + shared_.confidence;
    std::vector<std::string> refs = {intruders_};
    for (const auto& [number, relation] : attributions_) refs.push_back(relation);
    object["object_refs"] = std::move(refs);
    extend(object, "verdict", {{"sentence", shared_.verdict}, {"confidence", shared_.confidence}});
    add(object);
  }

  void everything() {
    Json object = begin("grouping", id("grouping", ""));
    object["name"] = title_;
    object["context"] = "suspicious-activity";
    object["object_refs"] = refs_;
    add(object);
  }

  const SharedCase& shared_;
  std::string created_, changed_, title_, campaign_, intruders_;
  std::string identity_ = "identity--" + to_string(uuid5(kSamehandNamespace, "identity"));
  std::vector<std::string> lines_, refs_, files_;  // files_: of each exhibit
  std::set<std::string> ids_;
  std::map<std::int64_t, std::string> ids_of_hypotheses_, attributions_;      // by the hypothesis's number
  std::unordered_map<std::int64_t, std::size_t> hypothesis_at_, exhibit_at_;  // by number, indices
  std::map<std::string, std::vector<std::string>> groups_;
};

}  // namespace

std::string stix_bundle(const SharedCase& shared) {
  return Bundle(shared).write();
}

}  // namespace samehand::exchange
