// A STIX 2.1 bundle as evidence. One that stix_bundle() wrote gives the case back: what stands in its extension is the
// case, the rest is for readers who know STIX only. Any other bundle is somebody's report: who is said to have done it,
// what they used, and where from, each as an item of theirs.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "evidence_reader.h"
#include "report_items.h"
#include "samehand/base/ascii.h"
#include "samehand/base/base64.h"
#include "stix_terms.h"
#include "stix_time.h"

namespace samehand::exchange {
namespace {

constexpr std::size_t kMaxObjects = 5'000'000;  // a case of a million items has a million and a half

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

// Something of the case, in the order in which the case has it.
struct Part {
  std::uint64_t number = 0;
  const Json* value = nullptr;  // in the extension
};

class StixReader {
 public:
  explicit StixReader(const Json& root) {
    const Json* objects = list_of(root, "objects", "the bundle");
    if (objects == nullptr) wrong("the bundle", "has no \"objects\"");
    if (objects->size() > kMaxObjects) wrong("the bundle", fmt::format("has more than {} objects", kMaxObjects));
    objects_.reserve(objects->size());
    std::set<std::string> unclear;  // ids of which nobody knows what they mean
    std::size_t number = 0;
    for (const Json& object : *objects) {
      const std::string where = fmt::format("object {}", ++number);
      std::string id;
      try {
        if (!object.is_object()) wrong(where, "must be an object");
        id = text_of(object, "id", where);
        if (id.empty()) wrong(where, "has no \"id\"");
        std::string type = text_of(object, "type", where);
        const auto [known, fresh] = by_id_.try_emplace(id, &object);
        if (fresh)
          objects_.push_back({&object, id, std::move(type)});
        else if (later(object, *known->second, id))
          known->second = &object;
      } catch (const Wrong& e) {
        faults_.add({}, e.message);
        if (!id.empty()) unclear.insert(std::move(id));
      }
    }
    for (const std::string& id : unclear) by_id_.erase(id);
    std::erase_if(objects_, [&](const Object& object) { return unclear.contains(object.id); });
    for (Object& object : objects_) object.json = by_id_.at(object.id);
  }

  Evidence read() {
    const std::string extension = extension_id();
    std::size_t cases = 0;
    std::string title;
    std::vector<Part> hypotheses, exhibits, items;
    for (const auto& [object, id, type] : objects_) {
      const Json* extensions = find(*object, "extensions");
      const Json* ours = extensions == nullptr ? nullptr : find(*extensions, extension.c_str());
      if (ours == nullptr) continue;
      if (const Json* whole = find(*ours, "case")) {
        ++cases;
        title = text_of(*whole, "title", id);
      }
      part(*ours, "hypothesis", id, hypotheses);
      part(*ours, "exhibit", id, exhibits);
      part(*ours, "item", id, items);
    }
    if (cases > 1) wrong("the bundle", "holds several cases: import them one by one");
    if (cases == 0 && hypotheses.empty() && items.empty()) return report();
    // A case is given back whole or not at all.
    if (faults_.count > 0) throw Wrong{faults_.first.front()};
    reader_.out.of_case = true;
    reader_.out.title = std::move(title);
    for (std::vector<Part>* parts : {&hypotheses, &exhibits, &items})
      std::ranges::stable_sort(*parts, {}, &Part::number);
    for (const Part& p : hypotheses) reader_.hypothesis(*p.value);
    for (const Part& p : exhibits) exhibit(*p.value);
    reader_.out.items.reserve(items.size());
    for (const Part& p : items) item(*p.value);
    return std::move(reader_.out);
  }

 private:
  struct Object {
    const Json* json;
    std::string id, type;
  };

  // Of one id the newest version counts (STIX 2.1, 3.6). Two of one time must be the same, else nobody knows which is
  // meant.
  static bool later(const Json& one, const Json& other, const std::string& id) {
    const auto modified = [&](const Json& object) { return text_of(object, "modified", id); };
    const std::string a = modified(one), b = modified(other);
    const auto at = time_of(a), before = time_of(b);
    if (at != before) return before < at;
    if (a != b) return b < a;  // within a second
    if (one != other) wrong(id, "is there twice, with different content");
    return false;
  }

  static void part(const Json& extension, const char* key, const std::string& id, std::vector<Part>& parts) {
    const Json* value = find(extension, key);
    if (value == nullptr) return;
    if (!value->is_object()) wrong(id, fmt::format("\"{}\" must be an object", key));
    parts.push_back({count_of(*value, "number", id), value});
  }

  const Json* object(const std::string& id) const {
    const auto it = by_id_.find(id);
    return it == by_id_.end() ? nullptr : it->second;
  }

  void exhibit(const Json& value) {
    const std::string file_id = text_of(value, "file_ref", "an exhibit");
    const std::string where = fmt::format("exhibit {}", file_id);
    const Json* file = object(file_id);
    if (file == nullptr) wrong(where, "is not in the bundle");
    ImportedExhibit imported;
    evidence::Exhibit& exhibit = imported.exhibit;
    const Json* hashes = find(*file, "hashes");
    if (hashes != nullptr) exhibit.sha256 = lower(text_of(*hashes, "SHA-256", where));
    if (!is_sha256(exhibit.sha256)) wrong(where, "has no SHA-256 among its \"hashes\"");
    exhibit.name = text_of(*file, "name", where);
    exhibit.size_bytes = count_of(*file, "size", where);
    if (exhibit.size_bytes > (1ull << 62)) wrong(where, "is larger than anything");
    exhibit.kind = word_of(value, "kind", where, evidence::parse_exhibit_kind).value_or(evidence::ExhibitKind::kImport);
    exhibit.by_reference = true;
    exhibit.source = text_of(value, "source", where);
    exhibit.collected = text_of(value, "collected", where);
    const std::string known_of = text_of(value, "known_of", where);
    if (!known_of.empty()) imported.known_of = static_cast<std::int32_t>(reader_.index_of(known_of));
    if (const Json* findings = list_of(value, "findings", where)) {
      for (const Json& f : *findings) {
        const std::string artifact_id = text_of(f, "artifact_ref", where);
        const Json* artifact = object(artifact_id);
        if (artifact == nullptr) wrong(where, fmt::format("its finding {} is not in the bundle", artifact_id));
        auto answer = from_base64(text_of(*artifact, "payload_bin", artifact_id));
        if (!answer) wrong(artifact_id, "\"payload_bin\" is no base 64");
        imported.findings.push_back({text_of(f, "method", where), std::move(*answer)});
      }
    }
    exhibit_of_[file_id] = reader_.out.exhibits.size();
    reader_.out.exhibits.push_back(std::move(imported));
  }

  void item(const Json& value) {
    ImportedItem& imported = reader_.item_of_case(value);
    const std::string where = fmt::format("item \"{}\"", imported.item.name);
    const Json* loci = list_of(value, "loci", where);
    if (loci == nullptr) return;
    for (const Json& place : *loci) {
      const std::string file = text_of(place, "exhibit_ref", where);
      const auto it = exhibit_of_.find(file);
      if (it == exhibit_of_.end()) wrong(where, fmt::format("rests on {}, which is no exhibit of the bundle", file));
      const auto unit = word_of(place, "unit", where, evidence::parse_unit);
      if (!unit) wrong(where, "a place has no \"unit\"");
      imported.item.loci.push_back({.exhibit = static_cast<std::int64_t>(it->second),
                                    .member = text_of(place, "member", where),
                                    .unit = *unit,
                                    .begin = count_of(place, "start", where),
                                    .end = count_of(place, "end", where)});
    }
  }

  // -- Others' bundles

  // The name that readers know an object by; empty: it has none.
  std::string name_of(const Json* object) const {
    return object == nullptr ? std::string() : text_of(*object, "name", "an object");
  }

  void remark(std::string_view where, std::string_view what) { reader_.out.remarks.add(where, what); }

  std::string source_of(const Json& object, const std::string& id) {
    const std::string creator = text_of(object, "created_by_ref", id);
    const std::string by = name_of(this->object(creator));
    if (!by.empty()) return by;
    // Said once, however many objects are of somebody who is not there.
    if (!creator.empty() && missing_.insert(creator).second) {
      remark(id, fmt::format("its creator {} is {}: taken as of nobody in particular", creator,
                             this->object(creator) == nullptr ? "not in the bundle" : "without a name"));
    }
    return "a STIX bundle";
  }

  std::string day_of(const Json& object, const std::string& id) {
    const std::string created = text_of(object, "created", id);
    const auto time = stix_time(created);
    if (!time && !created.empty()) remark(id, fmt::format("\"created\" \"{}\" is no date: taken as undated", created));
    return time ? time->substr(0, 10) : std::string();
  }

  // STIX 2.1, appendix A: confidence as the Admiralty code's credibility. The source is the reader's to judge.
  evidence::Admiralty reliability_of(const Json& object, const std::string& id) {
    const Json* confidence = find(object, "confidence");
    if (confidence == nullptr) return {};
    if (!confidence->is_number_unsigned() || confidence->get<std::uint64_t>() > 100) {
      remark(id, fmt::format("\"confidence\" {} is no whole number from 0 to 100: taken as not given",
                             confidence->dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 40)));
      return {};
    }
    const auto value = confidence->get<std::uint64_t>();
    return {'F', value >= 80 ? '1' : value >= 60 ? '2' : value >= 40 ? '3' : value >= 20 ? '4' : '5'};
  }

  // The one that a relationship attributes to, with other names of it.
  std::vector<std::string> target_of(const Json& relation, const std::string& id) const {
    const std::string target_id = text_of(relation, "target_ref", id);
    if (target_id.empty()) wrong(id, "has no \"target_ref\", so nobody is accused");
    const Json* target = object(target_id);
    if (target == nullptr) wrong(id, fmt::format("attributes to {}, which is not in the bundle", target_id));
    if (name_of(target).empty()) wrong(id, fmt::format("attributes to {}, which has no name", target_id));
    std::vector<std::string> out = {name_of(target)};
    if (const Json* aliases = find(*target, "aliases"); aliases != nullptr && aliases->is_array()) {
      for (const Json& alias : *aliases) {
        if (alias.is_string()) out.push_back(alias.get<std::string>());
      }
    }
    return out;
  }

  static bool attributes(const Json* relation) {
    return relation != nullptr && text_of(*relation, "relationship_type", "a relationship") == "attributed-to";
  }

  // The name of what is attributed; only words, so that an attribution without it still stands.
  std::string attributed(const Json& relation, const std::string& id) {
    const std::string source = text_of(relation, "source_ref", id);
    if (!source.empty() && object(source) == nullptr)
      remark(id, fmt::format("what it attributes, {}, is not in the bundle", source));
    return name_of(object(source));
  }

  Evidence report() {
    reader_.out.remarks = std::move(faults_);
    ReportItems items(reader_.out);
    for (const auto& [json, id, type] : objects_) {
      // ATT&CK's own objects: thousands of groups that have nothing to do with one case.
      if (type.starts_with("x-mitre-"))
        wrong("the bundle", "is of ATT&CK, and no case: `samehand exchange import` makes names of it");
    }
    for (const Object& object : objects_) {
      // What is wrong with one object costs that object.
      try {
        said_by(object, items);
      } catch (const Wrong& e) {
        remark({}, e.message + "; left out");
      }
    }
    items.finish();
    if (reader_.out.items.empty()) {
      wrong("the bundle",
            reader_.out.remarks.because("attributes nothing, and names no indicator, technique or software"));
    }
    return std::move(reader_.out);
  }

  // The items that one object makes.
  void said_by(const Object& object, ReportItems& items) {
    const auto& [json, id, type] = object;
    if (const Json* revoked = find(*json, "revoked"); revoked != nullptr && *revoked == true) return;
    const auto list = [&](evidence::ItemKind kind, const char* what, const std::string& value) {
      if (value.empty()) wrong(id, "has no name");
      items.list(kind, what, source_of(*json, id), day_of(*json, id), value);
    };
    if (type == "relationship" && attributes(json)) {
      auto target = target_of(*json, id);
      items.attribution({.source = source_of(*json, id),
                         .known = day_of(*json, id),
                         .reliability = reliability_of(*json, id),
                         .statement = text_of(*json, "description", id),
                         .what = attributed(*json, id)},
                        std::move(target), false);
    } else if (type == "opinion") {
      opinion(*json, id, items);
    } else if (type == "indicator") {
      const std::string pattern = text_of(*json, "pattern", id);
      list(evidence::ItemKind::kAddress, "indicators", pattern.empty() ? name_of(json) : pattern);
    } else if (type == "attack-pattern") {
      list(evidence::ItemKind::kTechnique, "techniques", name_of(json));
    } else if (type == "malware" || type == "tool") {
      list(evidence::ItemKind::kSoftware, "names of software", name_of(json));
    }
  }

  void opinion(const Json& json, const std::string& id, ReportItems& items) {
    constexpr std::string_view kOpinions[] = {"strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"};
    const std::string says = text_of(json, "opinion", id);
    const Json* refs = list_of(json, "object_refs", id);
    if (std::ranges::find(kOpinions, says) == std::end(kOpinions))
      wrong(id, fmt::format("\"opinion\" \"{}\" is none of STIX's", says));
    if (refs == nullptr || refs->empty()) wrong(id, "is on nothing");
    if (says == "neutral") return;
    std::string author = source_of(json, id);
    if (const Json* authors = list_of(json, "authors", id); authors != nullptr && !authors->empty()) {
      if (authors->front().is_string()) author = authors->front().get<std::string>();
    }
    for (const Json& ref : *refs) {
      if (!ref.is_string()) {
        remark(id, "one of its \"object_refs\" is no text");
        continue;
      }
      const std::string on = ref.get<std::string>();
      const Json* relation = object(on);
      if (relation == nullptr) remark(id, fmt::format("is on {}, which is not in the bundle", on));
      if (!attributes(relation)) continue;
      auto target = target_of(*relation, on);
      items.attribution({.source = author,
                         .known = day_of(json, id),
                         .reliability = reliability_of(json, id),
                         .statement = text_of(json, "explanation", id),
                         .what = attributed(*relation, on)},
                        std::move(target), says.ends_with("disagree"));
    }
  }

  std::vector<Object> objects_;
  std::unordered_map<std::string, const Json*> by_id_;
  std::unordered_map<std::string, std::size_t> exhibit_of_;  // by the id of its file
  Remarks faults_;                                           // objects that cannot be read at all
  std::set<std::string> missing_;                            // creators that are not in the bundle
  EvidenceReader reader_;
};

}  // namespace

Evidence read_stix(const Json& root) {
  return StixReader(root).read();
}

}  // namespace samehand::exchange
