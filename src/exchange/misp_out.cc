// A case as a MISP event.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "misp_terms.h"
#include "samehand/base/ascii.h"
#include "samehand/exchange/shared_case.h"
#include "shared_names.h"
#include "stix_time.h"
#include "uuid.h"

namespace samehand::exchange {
namespace {

using Json = nlohmann::ordered_json;

// An indicator's kind as `read` calls it, and what MISP calls such an attribute, in one of the categories that take it.
struct AttributeType {
  std::string_view kind;
  const char *type, *category;
};
constexpr std::array kTypes = {
    AttributeType{"md5", "md5", "Payload delivery"},
    AttributeType{"sha1", "sha1", "Payload delivery"},
    AttributeType{"sha224", "sha224", "Payload delivery"},
    AttributeType{"sha256", "sha256", "Payload delivery"},
    AttributeType{"sha384", "sha384", "Payload delivery"},
    AttributeType{"sha512", "sha512", "Payload delivery"},
    AttributeType{"ssdeep", "ssdeep", "Payload delivery"},
    AttributeType{"tlsh", "tlsh", "Payload delivery"},
    AttributeType{"imphash", "imphash", "Payload delivery"},
    AttributeType{"authentihash", "authentihash", "Payload delivery"},
    AttributeType{"ipv4", "ip-dst", "Network activity"},
    AttributeType{"ipv6", "ip-dst", "Network activity"},
    AttributeType{"cidr", "ip-dst", "Network activity"},
    AttributeType{"domain", "domain", "Network activity"},
    AttributeType{"url", "url", "Network activity"},
    AttributeType{"asn", "AS", "Network activity"},
    AttributeType{"mac", "mac-address", "Network activity"},
    AttributeType{"user_agent", "user-agent", "Network activity"},
    AttributeType{"email", "email", "Social network"},
    AttributeType{"xmpp", "jabber-id", "Social network"},
    AttributeType{"file_path", "filename", "Payload delivery"},
    AttributeType{"file_name", "filename", "Payload delivery"},
    AttributeType{"registry_key", "regkey", "Persistence mechanism"},
    AttributeType{"mutex", "mutex", "Artifacts dropped"},
    AttributeType{"pipe", "named pipe", "Artifacts dropped"},
    AttributeType{"pdb_path", "pdb", "Artifacts dropped"},
    AttributeType{"cve", "vulnerability", "External analysis"},
    AttributeType{"bitcoin", "btc", "Financial fraud"},
    AttributeType{"monero", "xmr", "Financial fraud"},
};

class Event {
 public:
  explicit Event(const SharedCase& shared)
      : shared_(shared),
        changed_(time_of(shared.changed).value_or(time_of(shared.created).value_or(std::chrono::sys_seconds()))),
        timestamp_(std::to_string(changed_.time_since_epoch().count())) {}

  std::string write() {
    for (const SharedPage& page : shared_.pages) {
      const std::string from = name_of(shared_, page);
      for (const SharedValue& value : page.indicators) {
        const auto type = std::ranges::find(kTypes, value.kind, &AttributeType::kind);
        if (type != kTypes.end()) add(type->type, type->category, value.value, "Named in: " + from);
      }
      for (const SharedValue& name : page.names) {
        if (name.kind == "malware" || name.kind == "tool")
          add("text", "Payload type", name.value, fmt::format("{} named in: {}", name.kind, from));
      }
      for (const std::string& technique : page.techniques)
        add("text", "External analysis", technique, "Technique named in: " + from);
    }
    for (std::size_t h = 0; h < shared_.hypotheses.size(); ++h) hypothesis(h);
    for (const evidence::Exhibit& exhibit : shared_.exhibits) {
      if (exhibit.kind == evidence::ExhibitKind::kTool) file(exhibit);
    }
    const Json event = {{"uuid", id("event")},
                        {"info", title_of(shared_)},
                        {"date", fmt::format("{:%F}", time_of(shared_.created).value_or(changed_))},
                        {"timestamp", timestamp_},
                        {"published", false},
                        {"threat_level_id", "4"},  // undefined
                        {"analysis", "1"},         // ongoing
                        {"distribution", "0"},     // the receiver's organisation only: it is theirs to open up
                        {"Tag", {{{"name", kMispOwnTag}}}},
                        {"Attribute", attributes_},
                        {"Object", objects_},
                        {"EventReport", reports()}};
    return Json{{"Event", event}}.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  std::string id(const std::string& what) const {
    return to_string(uuid5(kSamehandNamespace, shared_.seed + '\0' + "misp" + '\0' + what));
  }

  Json attribute(const char* type, const char* category, const std::string& value, const std::string& comment,
                 const std::string& of = {}) const {
    return {{"uuid", id(fmt::format("{} {} {} {}", of, type, category, value))},
            {"type", type},
            {"category", category},
            {"value", value},
            {"comment", comment},
            {"to_ids", false},  // named in a report, judged by nobody
            {"distribution", "5"},
            {"timestamp", timestamp_}};
  }

  // What several pages name comes once, as from the first.
  void add(const char* type, const char* category, const std::string& value, const std::string& comment) {
    if (value.empty() || !seen_.insert(fmt::format("{} {} {}", type, category, value)).second) return;
    attributes_.push_back(attribute(type, category, value, comment));
  }

  void hypothesis(std::size_t h) {
    const evidence::Hypothesis& hypothesis = shared_.hypotheses[h];
    if (hypothesis.name.empty() || hypothesis.role == evidence::Role::kNone) return;
    std::string comment = "A hypothesis among several";
    if (h < shared_.posterior.size()) {
      const SharedPosterior& p = shared_.posterior[h];
      comment += fmt::format(": {:.0f} % (between {:.0f} and {:.0f})", 100 * p.mid, 100 * p.low, 100 * p.high);
    }
    Json out = attribute("threat-actor", "Attribution", hypothesis.name, comment);
    if (h < shared_.posterior.size()) {
      // The taxonomy "estimative-language" has the words of ICD 203, with hyphens.
      std::string likelihood = shared_.posterior[h].likelihood;
      std::ranges::replace(likelihood, ' ', '-');
      out["Tag"] = {{{"name", fmt::format("{}\"{}\"", kMispLikelihood, likelihood)}}};
    }
    attributes_.push_back(std::move(out));
  }

  // An object of MISP's template "file".
  void file(const evidence::Exhibit& exhibit) {
    const std::string of = "file " + exhibit.sha256;
    Json parts = Json::array();
    const auto part = [&](const char* relation, const char* type, const char* category, const std::string& value) {
      if (value.empty()) return;
      Json out = attribute(type, category, value, "", of);
      out["object_relation"] = relation;
      parts.push_back(std::move(out));
    };
    part("filename", "filename", "Payload delivery", exhibit.name);
    part("sha256", "sha256", "Payload delivery", exhibit.sha256);
    part("size-in-bytes", "size-in-bytes", "Other", std::to_string(exhibit.size_bytes));
    objects_.push_back({{"uuid", id(of)},
                        {"name", "file"},
                        {"meta-category", "file"},
                        {"template_uuid", "688c46fb-5edb-40a3-8273-1af7923e2215"},
                        {"template_version", "24"},
                        {"comment", exhibit.known_of == 0 ? "A tool of the incident"
                                                          : "An earlier tool, compared with the incident's"},
                        {"distribution", "5"},
                        {"timestamp", timestamp_},
                        {"Attribute", std::move(parts)}});
  }

  Json reports() const {
    if (shared_.verdict.empty()) return Json::array();
    return {{{"uuid", id("verdict")},
             {"name", "Who did it: the verdict"},
             {"content", shared_.verdict + "\n\n" + shared_.confidence + "\n"},
             {"distribution", "5"},
             {"timestamp", timestamp_}}};
  }

  const SharedCase& shared_;
  std::chrono::sys_seconds changed_;
  std::string timestamp_;
  Json attributes_ = Json::array(), objects_ = Json::array();
  std::set<std::string> seen_;
};

}  // namespace

std::string misp_event(const SharedCase& shared) {
  return Event(shared).write();
}

}  // namespace samehand::exchange
