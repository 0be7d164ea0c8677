// What others publish, as names: ATT&CK and other STIX bundles, MISP galaxies.
//
// Hostile input: the JSON is parsed without exceptions by nlohmann's non-recursive parser; every field is looked at
// only if it has the type that it should have; sizes and counts are capped. What is skipped is skipped in silence:
// bundles carry dozens of object types that name nothing.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "samehand/base/gzip.h"
#include "samehand/naming/name_list.h"
#include "words.h"

namespace samehand::naming {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxBytes = 1'000'000'000;
constexpr std::size_t kMaxEntries = 1'000'000;
constexpr std::size_t kMaxAliases = 500;
constexpr std::size_t kMaxText = 64 * 1024;  // of one description

std::string text_of(const Json& object, const char* key, std::size_t limit = kMaxText) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>().substr(0, limit);
}

bool flag_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::vector<std::string> texts_of(const Json& object, const char* key) {
  std::vector<std::string> out;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return out;
  for (const Json& item : *found) {
    if (out.size() >= kMaxAliases) break;
    if (item.is_string()) out.push_back(item.get_ref<const std::string&>().substr(0, 256));
  }
  return out;
}

// "G0032" among the external references; else the object's own id.
std::string attack_id(const Json& object) {
  const auto references = object.find("external_references");
  if (references != object.end() && references->is_array()) {
    for (const Json& reference : *references) {
      const std::string source = text_of(reference, "source_name", 64);
      if (source.starts_with("mitre")) {
        std::string id = text_of(reference, "external_id", 64);
        if (!id.empty()) return id;
      }
    }
  }
  return text_of(object, "id", 128);
}

// Markdown links and citations of ATT&CK's descriptions: "[HDoor](https://…) is … (Citation: X)" -> "HDoor is … ".
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '[') {
      const std::size_t close = text.find("](", i);
      const std::size_t end = close == std::string_view::npos ? close : text.find(')', close);
      if (end != std::string_view::npos && end - i < 400) {
        out += text.substr(i + 1, close - i - 1);
        i = end + 1;
        continue;
      }
    }
    if (text.substr(i).starts_with("(Citation:")) {
      const std::size_t end = text.find(')', i);
      if (end != std::string_view::npos && end - i < 400) {
        i = end + 1;
        continue;
      }
    }
    out.push_back(text[i++]);
  }
  return out;
}

// Words that descriptions use in lower case, at least `kOften` times.
class OrdinaryWords {
 public:
  void read(std::string_view text) {
    for (const Word& word : words_of(text)) {
      if (word.end - word.begin > 20 || word.is(Word::kGlued) || !is_lower(text[word.begin]) ||
          word.is(Word::kHasDigit | Word::kMixed))
        continue;
      if (counts_.size() < 200'000) ++counts_[std::string(word.of(text))];
    }
  }
  std::vector<std::string> take() const {
    std::vector<std::string> out;
    for (const auto& [word, count] : counts_)
      if (count >= kOften) out.push_back(word);
    std::ranges::sort(out);
    return out;
  }

 private:
  static constexpr int kOften = 4;
  std::unordered_map<std::string, int> counts_;
};

Result<NameList> read_stix(const Json& bundle, std::string_view where) {
  const auto objects = bundle.find("objects");
  if (objects == bundle.end() || !objects->is_array())
    return fail(ErrorCode::kMalformed, "a STIX bundle without objects", std::string(where));
  std::vector<NameEntry> names;
  std::vector<TechniqueEntry> techniques;
  OrdinaryWords ordinary;
  std::string version;
  std::size_t seen = 0;
  for (const Json& object : *objects) {
    if (++seen > kMaxEntries) return fail(ErrorCode::kTooLarge, "more than a million objects", std::string(where));
    if (!object.is_object()) continue;
    const std::string type = text_of(object, "type", 64);
    if (type == "x-mitre-collection") version = text_of(object, "x_mitre_version", 32);
    const std::string name = text_of(object, "name", 256);
    if (name.empty() || flag_of(object, "revoked") || flag_of(object, "x_mitre_deprecated")) continue;
    const std::string description = plain(text_of(object, "description"));
    if (type == "attack-pattern") {
      const std::string id = attack_id(object);
      if (!id.starts_with('T')) continue;
      techniques.push_back({id, name});
      ordinary.read(description);
      continue;
    }
    NameEntry entry;
    if (type == "intrusion-set" || type == "threat-actor") {
      entry.kind = NameKind::kActor;
    } else if (type == "malware") {
      entry.kind = NameKind::kMalware;
    } else if (type == "tool") {
      entry.kind = NameKind::kTool;
    } else if (type == "campaign") {
      entry.kind = NameKind::kCampaign;
    } else {
      continue;
    }
    ordinary.read(description);
    entry.id = attack_id(object);
    entry.name = name;
    for (const char* key : {"aliases", "x_mitre_aliases"})
      for (std::string& alias : texts_of(object, key))
        if (alias != name && std::ranges::find(entry.aliases, alias) == entry.aliases.end())
          entry.aliases.push_back(std::move(alias));
    names.push_back(std::move(entry));
  }
  if (names.empty() && techniques.empty())
    return fail(ErrorCode::kNotSupported, "a STIX bundle that names no actor, malware, tool or technique",
                std::string(where));
  NameList list;
  std::string origin = version.empty() ? "STIX" : "ATT&CK " + version;
  list.add(std::move(names), std::move(techniques), std::move(origin), ordinary.take());
  return list;
}

std::optional<NameKind> galaxy_kind(std::string_view type) {
  static constexpr std::pair<std::string_view, NameKind> kTypes[] = {
      {"threat-actor", NameKind::kActor},
      {"mitre-intrusion-set", NameKind::kActor},
      {"mitre-enterprise-attack-intrusion-set", NameKind::kActor},
      {"mitre-mobile-attack-intrusion-set", NameKind::kActor},
      {"microsoft-activity-group", NameKind::kActor},
      {"360net-threat-actor", NameKind::kActor},
      {"ransomware", NameKind::kMalware},
      {"malpedia", NameKind::kMalware},
      {"rat", NameKind::kMalware},
      {"botnet", NameKind::kMalware},
      {"banker", NameKind::kMalware},
      {"stealer", NameKind::kMalware},
      {"backdoor", NameKind::kMalware},
      {"android", NameKind::kMalware},
      {"cryptominers", NameKind::kMalware},
      {"exploit-kit", NameKind::kMalware},
      {"mitre-malware", NameKind::kMalware},
      {"mitre-enterprise-attack-malware", NameKind::kMalware},
      {"mitre-mobile-attack-malware", NameKind::kMalware},
      {"tds", NameKind::kMalware},
      {"wiper", NameKind::kMalware},
      {"infostealer", NameKind::kMalware},
      {"tool", NameKind::kTool},
      {"mitre-tool", NameKind::kTool},
      {"mitre-enterprise-attack-tool", NameKind::kTool},
      {"surveillance-vendor", NameKind::kActor},
      {"ransomware-gang", NameKind::kActor},
      {"campaigns", NameKind::kCampaign}};
  for (const auto& [name, kind] : kTypes)
    if (name == type) return kind;
  return std::nullopt;
}

Result<NameList> read_galaxy(const Json& cluster, std::string_view where) {
  const std::string type = text_of(cluster, "type", 64);
  const auto kind = galaxy_kind(type);
  if (!kind)
    return fail(ErrorCode::kNotSupported, "a MISP galaxy of a kind that names no actor or malware: \"" + type + "\"",
                std::string(where));
  std::vector<NameEntry> names;
  OrdinaryWords ordinary;
  for (const Json& value : cluster["values"]) {
    if (names.size() >= kMaxEntries)
      return fail(ErrorCode::kTooLarge, "more than a million values", std::string(where));
    if (!value.is_object()) continue;
    NameEntry entry;
    entry.kind = *kind;
    entry.name = text_of(value, "value", 256);
    // MITRE's clusters write "APT28 - G0007".
    std::string id;
    if (const std::size_t dash = entry.name.rfind(" - "); dash != std::string::npos && type.starts_with("mitre")) {
      id = entry.name.substr(dash + 3);
      entry.name.resize(dash);
    }
    if (entry.name.empty()) continue;
    entry.id = id.empty() ? text_of(value, "uuid", 64) : id;
    if (const auto meta = value.find("meta"); meta != value.end() && meta->is_object())
      entry.aliases = texts_of(*meta, "synonyms");
    std::erase(entry.aliases, entry.name);
    ordinary.read(plain(text_of(value, "description")));
    names.push_back(std::move(entry));
  }
  if (names.empty()) return fail(ErrorCode::kMalformed, "a MISP galaxy without values", std::string(where));
  NameList list;
  list.add(std::move(names), {}, "MISP " + type, ordinary.take());
  return list;
}

}  // namespace

Result<NameList> import_names(ByteView file, std::string_view where) {
  std::vector<std::uint8_t> storage;
  const auto plain_file = unpacked(file, kMaxBytes, storage, where);
  if (!plain_file) return std::unexpected(plain_file.error());
  const std::string_view text = plain_file->text();
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::kMalformed, "no JSON", std::string(where));
  if (json.is_object()) {
    if (text_of(json, "type", 64) == "bundle") return read_stix(json, where);
    const auto values = json.find("values");
    if (values != json.end() && values->is_array()) return read_galaxy(json, where);
  }
  return fail(ErrorCode::kNotSupported, "JSON that is neither a STIX bundle nor a MISP galaxy's clusters",
              std::string(where));
}

}  // namespace samehand::naming
