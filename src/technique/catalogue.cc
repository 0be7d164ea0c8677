// ATT&CK bundles.
//
// Hostile input: the JSON is parsed without exceptions by nlohmann's non-recursive parser; a field is looked at only if
// it has the type that it should have; sizes and counts are capped. What is of no use here is passed over in silence.
#include "samehand/technique/catalogue.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "names.h"
#include "samehand/base/ascii.h"
#include "samehand/base/gzip.h"
#include "samehand/base/sort_unique.h"

namespace samehand::technique {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxBytes = 1'000'000'000;
constexpr std::size_t kMaxObjects = 1'000'000;
constexpr std::size_t kMaxCitations = 200'000;
constexpr std::size_t kMaxReferences = 1'000;  // of one object
constexpr std::size_t kMaxAliases = 200;
constexpr std::size_t kMaxDescription = 20'000;  // bytes looked at

std::string_view text_of(const Json& object, const char* key, std::size_t limit = 256) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return std::string_view(found->get_ref<const std::string&>()).substr(0, limit);
}

bool flag_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

const Json* list_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

// The rest of a URL behind what varies for one and the same page.
std::string address_of(std::string_view url) {
  if (const std::size_t archived = url.rfind("://"); archived != std::string_view::npos)
    url.remove_prefix(archived + 3);
  std::string out = lower(url.substr(0, url.find('#')));
  if (out.starts_with("www.")) out.erase(0, 4);
  while (out.ends_with('/')) out.pop_back();
  return out;
}

std::string letters_of(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (is_alnum(c) || is_high(c)) out.push_back(to_lower(c));
  return out;
}

// "Doe, J. (2020, November 5). Title. Retrieved …" -> "title"; empty where that is short enough to be another's.
std::string title_of(std::string_view description) {
  constexpr std::size_t kTelling = 25;
  const std::size_t begin = description.find("). "), end = description.rfind("Retrieved");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + 3) return {};
  std::string out = letters_of(description.substr(begin + 3, end - begin - 3));
  return out.size() < kTelling ? std::string() : out;
}

// "Doe, J. (2020, November 5). Title. Retrieved …" -> 2020: the first four digits behind a parenthesis; 0 for none.
int year_of(std::string_view description) {
  for (std::size_t at = description.find('('); at != std::string_view::npos; at = description.find('(', at + 1)) {
    const std::string_view digits = description.substr(at + 1, 4);
    const std::string_view after = description.substr(std::min(at + 5, description.size()), 1);
    if (digits.size() == 4 && std::ranges::all_of(digits, is_digit) && (after == "," || after == ")" || after == " ")) {
      const int year = (digits[0] - '0') * 1000 + (digits[1] - '0') * 100 + (digits[2] - '0') * 10 + digits[3] - '0';
      if (year >= 1980 && year < 2100) return year;
    }
  }
  return 0;
}

enum class Role : std::uint8_t { kTrait, kGroup, kCampaign };
struct Place {
  Role role;
  std::uint32_t index;
};

class Reader {
 public:
  explicit Reader(std::string_view where) : where_(where) {}

  Result<Catalogue> read(const Json& bundle) {
    const Json* objects = bundle.is_object() ? list_of(bundle, "objects") : nullptr;
    if (objects == nullptr) return fail(ErrorCode::kMalformed, "no STIX bundle", where_);
    if (objects->size() > kMaxObjects) return too_large("objects");
    // Relations may stand before what they relate.
    for (const Json& object : *objects) {
      if (auto read = read_object(object); !read) return std::unexpected(read.error());
    }
    if (catalogue_.groups.empty() || catalogue_.traits.empty())
      return fail(ErrorCode::kNotSupported, "a STIX bundle without intrusion sets or without techniques", where_);
    for (const Json& object : *objects) {
      if (auto read = read_relation(object); !read) return std::unexpected(read.error());
      if (auto read = read_description(object); !read) return std::unexpected(read.error());
    }
    finish();
    return std::move(catalogue_);
  }

 private:
  std::unexpected<Error> too_large(std::string_view what) const {
    return fail(ErrorCode::kTooLarge, "too many " + std::string(what) + " for an ATT&CK bundle", where_);
  }

  static bool live(const Json& object) {
    return object.is_object() && !flag_of(object, "revoked") && !flag_of(object, "x_mitre_deprecated");
  }

  Result<void> read_object(const Json& object) {
    if (!live(object)) return {};
    const std::string_view type = text_of(object, "type", 64), stix_id = text_of(object, "id", 128);
    if (type == "x-mitre-collection") {
      catalogue_.origin = "ATT&CK " + std::string(text_of(object, "x_mitre_version", 32));
      return {};
    }
    Role role = Role::kTrait;
    Trait trait;
    if (type == "malware") {
      trait.kind = Kind::kMalware;
    } else if (type == "tool") {
      trait.kind = Kind::kTool;
    } else if (type == "intrusion-set") {
      role = Role::kGroup;
    } else if (type == "campaign") {
      role = Role::kCampaign;
    } else if (type != "attack-pattern") {
      return {};
    }
    if (stix_id.empty() || places_.contains(std::string(stix_id))) return {};
    std::string id = std::string(attack_id(object)), name = std::string(text_of(object, "name"));
    auto citations = citations_of(object);
    if (!citations) return std::unexpected(citations.error());
    const auto place = [&](const auto& list) {
      places_.emplace(stix_id, Place{role, static_cast<std::uint32_t>(list.size())});
    };
    if (role == Role::kGroup) {
      if (catalogue_.groups.size() >= kMaxGroups) return too_large("groups");
      place(catalogue_.groups);
      const Named what{true, static_cast<std::uint32_t>(catalogue_.groups.size())};
      names_.add(name, what);
      for (const std::string_view alias : aliases_of(object, "aliases")) names_.add(alias, what);
      catalogue_.groups.push_back({std::move(id), std::move(name), std::move(*citations)});
    } else if (role == Role::kCampaign) {
      if (catalogue_.campaigns.size() >= kMaxCampaigns) return too_large("campaigns");
      place(catalogue_.campaigns);
      catalogue_.campaigns.push_back({std::move(id), std::move(name), {}, std::move(*citations), {}});
    } else {
      if (catalogue_.traits.size() >= kMaxTraits) return too_large("techniques and software");
      place(catalogue_.traits);
      trait.id = std::move(id);
      trait.name = std::move(name);
      trait.citations = std::move(*citations);
      for (const std::string_view alias : aliases_of(object, "x_mitre_aliases")) trait.aliases.emplace_back(alias);
      if (trait.kind == Kind::kMalware) {
        const Named what{false, static_cast<std::uint32_t>(catalogue_.traits.size())};
        names_.add(trait.name, what);
        for (const std::string& alias : trait.aliases) names_.add(alias, what);
      }
      catalogue_.traits.push_back(std::move(trait));
    }
    return {};
  }

  Result<void> read_relation(const Json& object) {
    if (!live(object) || text_of(object, "type", 64) != "relationship") return {};
    const auto source = places_.find(std::string(text_of(object, "source_ref", 128)));
    const auto target = places_.find(std::string(text_of(object, "target_ref", 128)));
    if (source == places_.end() || target == places_.end()) return {};
    const Place from = source->second, to = target->second;
    const std::string_view type = text_of(object, "relationship_type", 64);
    if (type == "uses" && to.role == Role::kTrait) {
      auto citations = citations_of(object);
      if (!citations) return std::unexpected(citations.error());
      if (++uses_ > kMaxUses) return too_large("relations");
      Use use{from.index, to.index, std::move(*citations)};
      // What a relation's text names besides the two that it relates.
      if (from.role == Role::kGroup ||
          (from.role == Role::kTrait && catalogue_.traits[from.index].kind != Kind::kTechnique)) {
        for (const Sentence& sentence : sentences_of(text_of(object, "description", kMaxDescription))) {
          for (const Named& named : names_.find_in(sentence.text)) {
            if (from.role == Role::kGroup && !named.group && named.index != use.trait)
              mention(named.index, from.index, use.citations);
            else if (from.role == Role::kTrait && named.group)
              mention(from.index, named.index, use.citations);
          }
        }
      }
      if (from.role == Role::kGroup) {
        catalogue_.group_uses.push_back(std::move(use));
      } else if (from.role == Role::kCampaign) {
        catalogue_.campaigns[from.index].uses.push_back(std::move(use));
      } else if (catalogue_.traits[from.index].kind != Kind::kTechnique) {
        catalogue_.software_uses.push_back(std::move(use));
      }
    } else if (type == "attributed-to" && from.role == Role::kCampaign && to.role == Role::kGroup) {
      catalogue_.campaigns[from.index].groups.push_back(to.index);
    } else if (type == "subtechnique-of" && from.role == Role::kTrait && to.role == Role::kTrait) {
      parents_.emplace(from.index, to.index);
    }
    return {};
  }

  Result<void> read_description(const Json& object) {
    if (!live(object)) return {};
    const auto found = places_.find(std::string(text_of(object, "id", 128)));
    if (found == places_.end() || found->second.role == Role::kCampaign) return {};
    const Place place = found->second;
    const bool group = place.role == Role::kGroup;
    if (!group && catalogue_.traits[place.index].kind == Kind::kTechnique) return {};
    const auto all = citations_of(object);
    if (!all) return std::unexpected(all.error());
    for (const Sentence& sentence : sentences_of(text_of(object, "description", kMaxDescription))) {
      Citations own;
      for (const std::string_view name : sentence.citations)
        if (const auto report = citations_.find(std::string(name.substr(0, 256))); report != citations_.end())
          own.push_back(report->second);
      sort_unique(own);
      const Citations& citations = own.empty() ? *all : own;
      for (const Named& named : names_.find_in(sentence.text)) {
        if (named.group != group)
          mention(group ? named.index : place.index, group ? place.index : named.index, citations);
        else if (!group && named.index != place.index && catalogue_.kinships.size() < kMaxMentions)
          catalogue_.kinships.push_back({place.index, named.index, citations});
      }
    }
    return {};
  }

  void mention(std::uint32_t software, std::uint32_t group, const Citations& citations) {
    if (catalogue_.mentions.size() < kMaxMentions) catalogue_.mentions.push_back({software, group, citations});
  }

  static std::vector<std::string_view> aliases_of(const Json& object, const char* key) {
    std::vector<std::string_view> out;
    if (const Json* aliases = list_of(object, key); aliases != nullptr) {
      for (const Json& alias : *aliases) {
        if (out.size() >= kMaxAliases) break;
        if (alias.is_string()) out.push_back(std::string_view(alias.get_ref<const std::string&>()).substr(0, 256));
      }
    }
    return out;
  }

  // "G0032" among the external references; else the object's own id.
  std::string_view attack_id(const Json& object) {
    if (const Json* references = list_of(object, "external_references"); references != nullptr) {
      for (const Json& reference : *references) {
        if (!text_of(reference, "source_name", 64).starts_with("mitre")) continue;
        if (const std::string_view id = text_of(reference, "external_id", 64); !id.empty()) {
          attack_ = true;
          return id;
        }
      }
    }
    return text_of(object, "id", 128);
  }

  Result<Citations> citations_of(const Json& object) {
    Citations out;
    const Json* references = list_of(object, "external_references");
    if (references == nullptr) return out;
    for (std::size_t i = 0; i < references->size() && i < kMaxReferences; ++i) {
      const std::string_view source = text_of((*references)[i], "source_name");
      if (source.empty() || source.starts_with("mitre")) continue;
      const auto [entry, fresh] =
          citations_.try_emplace(std::string(source), static_cast<std::uint32_t>(catalogue_.reports.size()));
      if (fresh) {
        if (catalogue_.reports.size() >= kMaxCitations) return too_large("reports cited");
        catalogue_.reports.push_back({std::string(source), 0});
        catalogue_.reports.back().document = entry->second;
      }
      Report& report = catalogue_.reports[entry->second];
      const std::string_view description = text_of((*references)[i], "description", 1024);
      if (report.year == 0) report.year = year_of(description);
      const std::string_view url = text_of((*references)[i], "url", 1024);
      if (report.publisher.empty()) report.publisher = publisher_of(url);
      if (report.document == entry->second) {
        for (std::string key : {address_of(url), title_of(description)}) {
          if (key.empty()) continue;
          const std::uint32_t first = documents_.try_emplace(std::move(key), entry->second).first->second;
          report.document = std::min(report.document, catalogue_.reports[first].document);
        }
      }
      titles_.resize(catalogue_.reports.size());
      // Some entries are no reports but names, each with the reports that use it, and those may be left out.
      if (titles_[entry->second].empty() && description.find("(Citation:") == std::string_view::npos)
        titles_[entry->second] = description.substr(0, 300);
      out.push_back(entry->second);
    }
    sort_unique(out);
    return out;
  }

  void finish() {
    std::vector<std::string> names(catalogue_.traits.size());
    for (const auto& [child, parent] : parents_)
      if (catalogue_.traits[parent].kind == Kind::kTechnique)
        names[child] = catalogue_.traits[parent].name + ": " + catalogue_.traits[child].name;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (!names[i].empty()) catalogue_.traits[i].name = std::move(names[i]);
    for (std::size_t r = 0; r < catalogue_.reports.size(); ++r) {
      Report& report = catalogue_.reports[r];
      report.document = catalogue_.reports[report.document].document;  // which was before it, and is done
      for (const Named& named : names_.find_in(report.name + " . " + titles_[r]))
        if (named.group) report.groups.push_back(named.index);
      std::ranges::sort(report.groups);
    }
    for (Campaign& campaign : catalogue_.campaigns) sort_unique(campaign.groups);
    if (catalogue_.origin.empty()) catalogue_.origin = attack_ ? "ATT&CK" : "a STIX bundle";
  }

  std::string where_;
  Catalogue catalogue_;
  std::unordered_map<std::string, Place> places_;             // by STIX id
  std::unordered_map<std::string, std::uint32_t> citations_;  // by source name
  std::map<std::uint32_t, std::uint32_t> parents_;
  std::unordered_map<std::string, std::uint32_t> documents_;  // by address and by title: the first report
  Names names_;                                               // of groups and malware
  std::vector<std::string> titles_;                           // what is said of each report: author, date, title
  std::size_t uses_ = 0;
  bool attack_ = false;  // some object has an id of ATT&CK's
};

}  // namespace

bool intersect(const Citations& a, const Citations& b) {
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) return true;
    if (*i < *j)
      ++i;
    else
      ++j;
  }
  return false;
}

bool contains(const Citations& all, const Citations& part) {
  return std::ranges::includes(all, part);
}

std::string publisher_of(std::string_view url) {
  constexpr std::string_view kArchive = "web.archive.org/web/";
  if (const std::size_t archive = url.find(kArchive); archive != std::string_view::npos) {
    url.remove_prefix(archive + kArchive.size());
    const std::size_t slash = url.find('/');
    url = slash == std::string_view::npos ? std::string_view() : url.substr(slash + 1);
  }
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  std::string host = lower(url.substr(0, url.find_first_of("/:?#")));
  if (host.size() > 253 || std::ranges::any_of(host, [](char c) { return !is_alnum(c) && c != '-' && c != '.'; }))
    return {};
  // The last two labels, or three where those are like "co.uk": a table of public suffixes would be needed to tell them
  // all, and what it would tell apart besides is of no account here.
  std::vector<std::size_t> dots;
  for (std::size_t i = 0; i < host.size(); ++i)
    if (host[i] == '.') dots.push_back(i);
  if (dots.empty() || dots.back() + 1 == host.size() || dots.front() == 0) return {};
  std::size_t labels = 2;
  if (dots.size() >= 2 && host.size() - dots.back() == 3 && dots.back() - dots[dots.size() - 2] <= 4) labels = 3;
  return dots.size() < labels ? host : host.substr(dots[dots.size() - labels] + 1);
}

std::size_t Catalogue::find(std::string_view id_or_name) const {
  for (std::size_t i = 0; i < traits.size(); ++i)
    if (traits[i].id == id_or_name) return i;
  const std::string wanted = letters_of(id_or_name);
  if (wanted.empty()) return traits.size();
  for (std::size_t i = 0; i < traits.size(); ++i)
    if (traits[i].kind != Kind::kTechnique && letters_of(traits[i].name) == wanted) return i;
  for (std::size_t i = 0; i < traits.size(); ++i)
    if (traits[i].kind != Kind::kTechnique &&
        std::ranges::any_of(traits[i].aliases, [&](const std::string& alias) { return letters_of(alias) == wanted; }))
      return i;
  return traits.size();
}

Result<Catalogue> read_catalogue(ByteView file, std::string_view where) {
  std::vector<std::uint8_t> storage;
  const auto plain_file = unpacked(file, kMaxBytes, storage, where);
  if (!plain_file) return std::unexpected(plain_file.error());
  const std::string_view text = plain_file->text();
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::kMalformed, "no JSON", std::string(where));
  return Reader(where).read(json);
}

}  // namespace samehand::technique
