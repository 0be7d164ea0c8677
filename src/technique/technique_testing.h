// Bundles and catalogues of a small world, and what a ranking says of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/technique/catalogue.h"
#include "samehand/technique/rank.h"

namespace samehand::technique {

using Json = nlohmann::json;

// A bundle in the making. Ids of objects are "TYPE--ID".
class Bundle {
 public:
  void object(const char* type, const std::string& id, const std::string& name, std::vector<std::string> reports = {},
              Json more = Json::object()) {
    Json o = {{"type", type}, {"id", std::string(type) + "--" + id}, {"name", name}};
    o["external_references"] = {{{"source_name", "mitre-attack"}, {"external_id", id}}};
    cite(o, reports);
    o.update(more);
    types_[id] = type;
    objects.push_back(o);
  }
  void relation(const std::string& from, const char* type, const std::string& to, std::vector<std::string> reports = {},
                Json more = Json::object()) {
    Json o = {{"type", "relationship"},
              {"id", "relationship--" + std::to_string(objects.size())},
              {"relationship_type", type},
              {"source_ref", types_[from] + "--" + from},
              {"target_ref", types_[to] + "--" + to}};
    o["external_references"] = Json::array();
    cite(o, reports);
    o.update(more);
    objects.push_back(o);
  }
  std::string text() const { return Json{{"type", "bundle"}, {"objects", objects}}.dump(); }
  Catalogue catalogue() const {
    const std::string json = text();
    auto read = read_catalogue(ByteView::of_text(json));
    EXPECT_TRUE(read.has_value());
    return read ? *read : Catalogue{};
  }

  Json objects = Json::array();

 private:
  static void cite(Json& o, const std::vector<std::string>& reports) {
    for (const std::string& report : reports)
      o["external_references"].push_back(
          {{"source_name", report},
           {"description", "Doe (n.d.) and others. (" + report.substr(0, 4) + ", May 1). X."}});
  }
  std::map<std::string, std::string> types_;
};

// Three groups: everybody phishes; only Otter has FERN, which logs keys; a campaign of Otter's is told by two reports.
inline Bundle small_world() {
  Bundle b;
  b.object("x-mitre-collection", "x", "collection", {}, {{"x_mitre_version", "99.1"}});
  b.object("attack-pattern", "T1566", "Phishing");
  b.object("attack-pattern", "T1566.001", "Attachment");
  b.object("attack-pattern", "T1056", "Input Capture");
  b.object("attack-pattern", "T1090", "Proxy");
  b.object("malware", "S1", "FERN", {"2019 Fern"}, {{"x_mitre_aliases", {"FERN", "Fern-2000"}}});
  b.object("tool", "S2", "netfoo");
  b.object("intrusion-set", "G1", "Otter");
  b.object("intrusion-set", "G2", "Heron");
  b.object("intrusion-set", "G3", "Stoat");
  b.object("campaign", "C1", "Brook", {"2021 Brook"});
  b.object("campaign", "C2", "Pond", {"2022 Pond"});
  b.relation("T1566.001", "subtechnique-of", "T1566");
  b.relation("G1", "uses", "T1566.001", {"2018 Otter"});
  b.relation("G1", "uses", "S1", {"2018 Otter", "2020 Otter"});
  b.relation("G2", "uses", "T1566.001", {"2017 Heron"});
  b.relation("G2", "uses", "S2", {"2017 Heron"});
  b.relation("G3", "uses", "T1090", {"2021 Brook"});
  b.relation("S1", "uses", "T1056", {"2019 Fern"});
  b.relation("C1", "uses", "T1566.001", {"2021 Brook"});
  b.relation("C1", "uses", "T1056", {"2021 Brook Again"});
  b.relation("C1", "uses", "S1", {"2021 Brook"});
  b.relation("C1", "attributed-to", "G1");
  b.relation("C2", "uses", "T1090", {"2022 Pond"});
  b.relation("C2", "attributed-to", "G2");
  return b;
}

// FERN is Otter's by relation; what texts and titles add.
inline Bundle told_world() {
  Bundle b = small_world();
  b.object("malware", "S3", "ALDER", {"2016 Heron"},
           {{"description",
             "[ALDER](x) came of FERN.(Citation: 2016 Heron) Stoat has used it. "
             "Heron as well.(Citation: 2021 Brook)"}});
  b.relation("G2", "uses", "T1090", {"2017 Heron"}, {{"description", "Heron brought ALDER along."}});
  b.relation("C2", "uses", "S3", {"2022 Pond"});
  return b;
}

inline double term_of(const Catalogue& c, const Query& q, std::uint32_t group, Term term) {
  for (const Candidate& candidate : rank(c, q))
    if (candidate.group == group) return candidate.terms[static_cast<std::size_t>(term)];
  return NAN;
}

inline std::uint32_t report_of(const Catalogue& c, std::string_view name) {
  return static_cast<std::uint32_t>(std::ranges::find(c.reports, name, &Report::name) - c.reports.begin());
}

}  // namespace samehand::technique
