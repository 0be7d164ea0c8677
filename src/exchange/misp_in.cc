// MISP events as evidence (docs/format/misp.md): attributes and objects as lists of what was seen, galaxies as
// techniques, software and labels of who it was. An event is one organisation's report: it is as reliable as its
// Admiralty tags say.
#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "evidence_reader.h"
#include "misp_terms.h"
#include "report_items.h"
#include "samehand/base/ascii.h"
#include "stix_time.h"

namespace samehand::exchange {
namespace {

using evidence::ItemKind;

constexpr std::size_t kMaxAttributes = 5'000'000;

// What an attribute's type says of it. MISP has some 190 types; those that are not here are left to the exhibit.
struct AttributeType {
  std::string_view type;
  ItemKind kind;
  const char* what;
};
constexpr std::array kTypes = {
    AttributeType{"ip-src", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"ip-dst", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"ip-src|port", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"ip-dst|port", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"domain", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"domain|ip", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"hostname", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"hostname|port", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"url", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"link-local", ItemKind::kAddress, "addresses and domains"},
    AttributeType{"email", ItemKind::kAddress, "addresses of mail"},
    AttributeType{"email-src", ItemKind::kAddress, "addresses of mail"},
    AttributeType{"email-dst", ItemKind::kAddress, "addresses of mail"},
    AttributeType{"pdb", ItemKind::kBuildPath, "build paths"},
    AttributeType{"mutex", ItemKind::kText, "names in the tools"},
    AttributeType{"named pipe", ItemKind::kText, "names in the tools"},
    AttributeType{"regkey", ItemKind::kText, "names in the tools"},
    AttributeType{"regkey|value", ItemKind::kText, "names in the tools"},
    AttributeType{"user-agent", ItemKind::kText, "names in the tools"},
    AttributeType{"compilation-timestamp", ItemKind::kBuildTime, "times of build"},
    AttributeType{"malware-type", ItemKind::kSoftware, "names of software"},
};
constexpr std::string_view kHashes[] = {"md5",    "sha1",   "sha224", "sha256",  "sha384",
                                        "sha512", "ssdeep", "tlsh",   "imphash", "authentihash"};
constexpr std::string_view kSoftware[] = {"malpedia",      "tool",       "rat",         "backdoor",
                                          "ransomware",    "stealer",    "botnet",      "banker",
                                          "mitre-malware", "mitre-tool", "exploit-kit", "cryptominers"};
constexpr std::string_view kActors[] = {"threat-actor", "mitre-intrusion-set", "microsoft-activity-group",
                                        "360net-threat-actor"};

bool among(std::span<const std::string_view> list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// "T1566.001" where it stands in the text as ATT&CK writes it; else the text.
std::string technique_of(const std::string& text) {
  for (std::size_t at = text.find('T'); at != std::string::npos; at = text.find('T', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - at != 5 || (at > 0 && is_alnum(text[at - 1]))) continue;
    if (end + 3 < text.size() && text[end] == '.' && is_digit(text[end + 1]) && is_digit(text[end + 2]) &&
        is_digit(text[end + 3]))
      end += 4;
    return text.substr(at, end - at);
  }
  return text;
}

class EventReader {
 public:
  EventReader(const Json& event, Evidence& evidence, std::size_t number)
      : event_(event), where_(fmt::format("event {}", number)), remarks_(evidence.remarks), items_(evidence) {}

  void read() {
    const Json* organisation = find(event_, "Orgc");
    if (organisation == nullptr) organisation = find(event_, "Org");
    if (organisation != nullptr) source_ = text_of(*organisation, "name", where_);
    if (source_.empty()) source_ = "a MISP event";
    const std::string date = text_of(event_, "date", where_);
    if (const auto day = stix_time(date))
      known_ = day->substr(0, 10);
    else if (!date.empty())
      remarks_.add(where_, fmt::format("\"date\" \"{}\" is no date: taken as undated", date));
    title_ = text_of(event_, "info", where_);
    if (const Json* tags = list_of(event_, "Tag", where_)) {
      for (const Json& tag : *tags) {
        const std::string name = text_of(tag, "name", where_);
        if (name == kMispOwnTag)
          wrong(where_, "was written from a case: its hypotheses are no evidence; import the case's STIX bundle");
        grade(name);
      }
    }
    // What is wrong with one part costs that part.
    const auto part = [&](const auto& read) {
      try {
        read();
      } catch (const Wrong& e) {
        remarks_.add({}, e.message + "; left out");
      }
    };
    part([&] { galaxies(event_); });
    part([&] { attributes(event_); });
    part([&] {
      if (const Json* objects = list_of(event_, "Object", where_)) {
        for (const Json& object : *objects) {
          if (!flag_or_text(object, "deleted")) part([&] { attributes(object); });
        }
      }
    });
    items_.finish();
  }

 private:
  // MISP writes flags as booleans and, in older versions, as "1".
  static bool flag_or_text(const Json& object, const char* key) {
    const Json* value = find(object, key);
    return value != nullptr && (*value == true || *value == "1" || *value == 1);
  }

  // admiralty-scale:source-reliability="b", admiralty-scale:information-credibility="2". What the scale has beyond A-F
  // and 1-6 (g: deceptive) cannot be judged here.
  void grade(const std::string& tag) {
    const auto value = [&](std::string_view prefix) {
      return tag.starts_with(prefix) && tag.size() == prefix.size() + 2 && tag.back() == '"' ? tag[prefix.size()]
                                                                                             : '\0';
    };
    const char source = to_upper(value("admiralty-scale:source-reliability=\""));
    const char credibility = value("admiralty-scale:information-credibility=\"");
    if (source >= 'A' && source <= 'F') reliability_.source = source;
    if (credibility >= '1' && credibility <= '6') reliability_.credibility = credibility;
  }

  void galaxies(const Json& holder) {
    const Json* galaxies = list_of(holder, "Galaxy", where_);
    if (galaxies == nullptr) return;
    for (const Json& galaxy : *galaxies) {
      const Json* clusters = list_of(galaxy, "GalaxyCluster", where_);
      if (clusters == nullptr) continue;
      for (const Json& cluster : *clusters) {
        std::string type = text_of(cluster, "type", where_);
        if (type.empty()) type = text_of(galaxy, "type", where_);
        this->cluster(type, cluster);
      }
    }
  }

  void cluster(const std::string& type, const Json& cluster) {
    const std::string value = text_of(cluster, "value", where_);
    if (value.empty()) return;
    if (type.ends_with("attack-pattern")) {
      items_.list(ItemKind::kTechnique, "techniques", source_, known_, technique_of(value), reliability_);
    } else if (among(kSoftware, type)) {
      items_.list(ItemKind::kSoftware, "names of software", source_, known_, value, reliability_);
    } else if (among(kActors, type)) {
      std::vector<std::string> names = {value};
      const Json* meta = find(cluster, "meta");
      const Json* synonyms = meta == nullptr ? nullptr : find(*meta, "synonyms");
      if (synonyms != nullptr && synonyms->is_array()) {
        for (const Json& synonym : *synonyms) {
          if (synonym.is_string()) names.push_back(synonym.get<std::string>());
        }
      }
      label(std::move(names));
    }
  }

  void label(std::vector<std::string> names) {
    if (!labels_.insert(names.front()).second) return;
    items_.attribution({source_, known_, reliability_, {}, title_}, std::move(names), false);
  }

  void attributes(const Json& holder) {
    const Json* attributes = list_of(holder, "Attribute", where_);
    if (attributes == nullptr) return;
    if (attributes->size() > kMaxAttributes) wrong(where_, fmt::format("has more than {} attributes", kMaxAttributes));
    for (const Json& attribute : *attributes) {
      try {
        one(attribute);
      } catch (const Wrong& e) {
        remarks_.add({}, e.message + "; left out");
      }
    }
  }

  void one(const Json& attribute) {
    if (!attribute.is_object()) wrong(where_, "an attribute must be an object");
    if (flag_or_text(attribute, "deleted")) return;
    galaxies(attribute);
    const std::string type = text_of(attribute, "type", where_);
    const Json* value = find(attribute, "value");
    if (value == nullptr || !value->is_string()) {
      // Counters and the like are numbers, and no kind of ours.
      const bool ours = type == "threat-actor" || std::ranges::find(kTypes, type, &AttributeType::type) != kTypes.end();
      if (ours) wrong(where_, fmt::format("the value of an attribute \"{}\" must be a text", type));
      return;
    }
    if (type == "threat-actor" && doubted(attribute)) {
      remarks_.add(where_, fmt::format("\"{}\" is called less than likely, which is no attribution; left out",
                                       value->get<std::string>().substr(0, 100)));
      return;
    }
    this->attribute(type, value->get<std::string>(), text_of(attribute, "category", where_));
  }

  // Whoever calls an attribution less than likely does not make it.
  bool doubted(const Json& attribute) const {
    const Json* tags = list_of(attribute, "Tag", where_);
    if (tags == nullptr) return false;
    return std::ranges::any_of(*tags, [&](const Json& tag) {
      const std::string name = text_of(tag, "name", where_);
      return name.starts_with(kMispLikelihood) && !name.ends_with("\"likely\"") && !name.ends_with("very-likely\"") &&
             !name.ends_with("almost-certain\"");
    });
  }

  void attribute(const std::string& type, const std::string& value, const std::string& category) {
    const auto known = std::ranges::find(kTypes, type, &AttributeType::type);
    if (known != kTypes.end()) {
      items_.list(known->kind, known->what, source_, known_, value, reliability_);
    } else if (type == "threat-actor") {
      label({value});
    } else if (among(kHashes, type.starts_with("filename|") ? std::string_view(type).substr(9) : type)) {
      items_.list(ItemKind::kOther, "hashes of files", source_, known_, value, reliability_);
    } else if (category == "Attribution" && (type == "text" || type == "comment")) {
      items_.list(ItemKind::kOther, "remarks on attribution", source_, known_, value, reliability_);
    }
  }

  const Json& event_;
  std::string where_, source_, known_, title_;
  Remarks& remarks_;
  evidence::Admiralty reliability_;
  std::set<std::string> labels_;
  ReportItems items_;
};

}  // namespace

Evidence read_misp(const Json& root) {
  Evidence out;
  std::size_t events = 0;
  const auto take = [&](const Json& holder) {
    const Json* event = find(holder, "Event");
    if (event == nullptr) return;
    ++events;
    try {
      if (!event->is_object()) wrong(fmt::format("event {}", events), "must be an object");
      EventReader(*event, out, events).read();
    } catch (const Wrong& e) {
      out.remarks.add({}, e.message + "; left out");
    }
  };
  take(root);
  if (const Json* response = find(root, "response")) {
    if (response->is_array()) {
      for (const Json& entry : *response) take(entry);
    } else {
      take(*response);
    }
  }
  if (events == 0) wrong("the file", "holds no MISP event");
  if (out.items.empty()) wrong("the file", out.remarks.because("its MISP events say nothing that a case can hold"));
  return out;
}

}  // namespace samehand::exchange
