#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "names.h"
#include "samehand/technique/catalogue.h"
#include "samehand/technique/rank.h"
#include "samehand/technique/ranking.h"

namespace samehand::technique {
namespace {

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
Bundle small_world() {
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

std::string text(const Catalogue& c) {
  std::string out = c.origin + "\n";
  const auto reports = [&](const Citations& citations) {
    std::string list;
    for (const std::uint32_t i : citations)
      list += " [" + c.reports[i].name + " " + std::to_string(c.reports[i].year) + "]";
    return list;
  };
  for (const Trait& t : c.traits) out += t.id + " " + t.name + reports(t.citations) + "\n";
  for (const Use& u : c.group_uses)
    out += c.groups[u.user].id + " > " + c.traits[u.trait].id + reports(u.citations) + "\n";
  for (const Use& u : c.software_uses)
    out += c.traits[u.user].id + " > " + c.traits[u.trait].id + reports(u.citations) + "\n";
  for (const Campaign& p : c.campaigns) {
    out += p.id + reports(p.citations);
    for (const std::uint32_t g : p.groups) out += " by " + c.groups[g].id;
    for (const Use& u : p.uses) out += " > " + c.traits[u.trait].id + reports(u.citations);
    out += "\n";
  }
  return out;
}

TEST(Catalogue, ReadsObjectsRelationsAndReports) {
  EXPECT_EQ(text(small_world().catalogue()),
            "ATT&CK 99.1\n"
            "T1566 Phishing\n"
            "T1566.001 Phishing: Attachment\n"
            "T1056 Input Capture\n"
            "T1090 Proxy\n"
            "S1 FERN [2019 Fern 2019]\n"
            "S2 netfoo\n"
            "G1 > T1566.001 [2018 Otter 2018]\n"
            "G1 > S1 [2018 Otter 2018] [2020 Otter 2020]\n"
            "G2 > T1566.001 [2017 Heron 2017]\n"
            "G2 > S2 [2017 Heron 2017]\n"
            "G3 > T1090 [2021 Brook 2021]\n"
            "S1 > T1056 [2019 Fern 2019]\n"
            "C1 [2021 Brook 2021] by G1 > T1566.001 [2021 Brook 2021] > T1056 [2021 Brook Again 2021] > S1 [2021 Brook "
            "2021]\n"
            "C2 [2022 Pond 2022] by G2 > T1090 [2022 Pond 2022]\n");
}

TEST(Catalogue, LeavesOutWhatIsRevokedOrDeprecated) {
  Bundle b = small_world();
  b.object("intrusion-set", "G9", "Gone", {}, {{"revoked", true}});
  b.object("attack-pattern", "T9", "Gone", {}, {{"x_mitre_deprecated", true}});
  b.relation("G9", "uses", "T1090");
  b.relation("G1", "uses", "T9");
  b.relation("G1", "uses", "T1090", {}, {{"revoked", true}});
  EXPECT_EQ(text(b.catalogue()), text(small_world().catalogue()));
}

TEST(Catalogue, RelationsMayStandFirst) {
  Bundle b = small_world();
  std::stable_partition(b.objects.begin(), b.objects.end(), [](const Json& o) { return o["type"] == "relationship"; });
  const Catalogue c = b.catalogue();
  EXPECT_EQ(c.group_uses.size(), 5u);
  EXPECT_EQ(c.traits[1].name, "Phishing: Attachment");
}

TEST(Catalogue, FindsByIdNameAndAlias) {
  const Catalogue c = small_world().catalogue();
  for (const auto& [asked, id] : std::vector<std::pair<const char*, const char*>>{
           {"T1566.001", "T1566.001"}, {"S1", "S1"}, {"fern", "S1"}, {"Fern 2000", "S1"}, {"Netfoo", "S2"}}) {
    const std::size_t found = c.find(asked);
    ASSERT_LT(found, c.traits.size()) << asked;
    EXPECT_EQ(c.traits[found].id, id);
  }
  for (const char* asked : {"", "--", "T9999", "Phishing", "fer"}) EXPECT_EQ(c.find(asked), c.traits.size()) << asked;
}

std::string gzip(const std::string& data) {
  std::string out(compressBound(data.size()) + 64, '\0');
  z_stream s{};
  deflateInit2(&s, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string input = data;
  s.next_in = static_cast<Bytef*>(static_cast<void*>(input.data()));
  s.avail_in = static_cast<uInt>(input.size());
  s.next_out = static_cast<Bytef*>(static_cast<void*>(out.data()));
  s.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&s, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - s.avail_out);
  deflateEnd(&s);
  return out;
}

TEST(Catalogue, ReadsGzipAndRefusesDamagedGzip) {
  const std::string packed = gzip(small_world().text());
  const auto read = read_catalogue(ByteView::of_text(packed));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(text(*read), text(small_world().catalogue()));
  for (const std::size_t size : {std::size_t{2}, packed.size() / 2, packed.size() - 1})
    EXPECT_EQ(read_catalogue(ByteView::of_text(packed.substr(0, size))).error().code, ErrorCode::kMalformed) << size;
}

TEST(Catalogue, RefusesWhatIsNoCatalogue) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"", ErrorCode::kMalformed},
      {"[1, 2", ErrorCode::kMalformed},
      {"[]", ErrorCode::kMalformed},
      {R"({"objects": 3})", ErrorCode::kMalformed},
      {R"({"objects": []})", ErrorCode::kNotSupported},
      {R"({"objects": [{"type": "attack-pattern", "id": "a"}]})", ErrorCode::kNotSupported},
  };
  for (const auto& [json, code] : cases) EXPECT_EQ(read_catalogue(ByteView::of_text(json)).error().code, code) << json;
}

// Every field in turn made something that it should not be: nothing is thrown, and what is left can be ranked.
TEST(Catalogue, WrongTypesAreNoHarm) {
  const Json whole = small_world().objects;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const auto& [key, unused] : whole[i].items()) {
      for (const Json& wrong :
           {Json(nullptr), Json(7), Json("x"), Json::array({1, nullptr}), Json::object({{"a", 1}})}) {
        Bundle b;
        b.objects = whole;
        b.objects[i][key] = wrong;
        const std::string json = b.text();
        const auto read = read_catalogue(ByteView::of_text(json));
        if (!read) continue;
        for (std::uint32_t c = 0; c < read->campaigns.size(); ++c)
          EXPECT_EQ(rank(*read, query_of(*read, c)).size(), read->groups.size());
      }
    }
  }
}

TEST(Catalogue, RefusesTooManyGroups) {
  Bundle b;
  b.object("attack-pattern", "T1", "One");
  for (std::size_t i = 0; i <= kMaxGroups; ++i) b.object("intrusion-set", "G" + std::to_string(i), "g");
  const std::string json = b.text();
  EXPECT_EQ(read_catalogue(ByteView::of_text(json)).error().code, ErrorCode::kTooLarge);
}

TEST(Names, AreFoundAsWholeWordsTheLongestFirst) {
  Names names;
  names.add("Otter", {true, 1});
  names.add("Otter Pond", {true, 2});
  names.add("APT-C-77", {true, 3});
  names.add("FERN", {false, 4});
  names.add("FERN", {false, 5});  // two things of one name
  for (const char* unfit : {"at", "page", "OTT", "-Otter", "Otter (2)", "A b c d e f g", ""})
    names.add(unfit, {false, 9});
  const std::pair<const char*, std::vector<Named>> cases[] = {
      {"", {}},
      {"Otter", {{true, 1}}},
      {"of Otter's, Otters, and otter", {{true, 1}}},
      {"Otter Pond's FERN; Otter", {{true, 2}, {false, 4}, {false, 5}, {true, 1}}},
      {"Otter  Pond", {{true, 1}}},
      {"by APT-C-77, not APT-C-7", {{true, 3}}},
      {"xFERN FERN2 \xc3\xa9"
       "FERN page at A b c d e f g",
       {}},
  };
  for (const auto& [text, found] : cases) EXPECT_EQ(names.find_in(text), found) << text;
}

TEST(Sentences, HaveTheCitationsBehindThem) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"One. Two", "[One.][Two]"},
      {"One.(Citation: A)(Citation: B b) Two v1.5? (Citation: C)\nThree", "[One.|A|B b][Two v1.5?|C][Three]"},
      {"One(Citation: A). Two.", "[One|A][.][Two.]"},
      {"One.(Citation: A", "[One.]"},
      {"(Citation: A)(Citation: B)", ""},
      {" \n\n ", ""},
  };
  for (const auto& [description, expected] : cases) {
    std::string text;
    for (const Sentence& sentence : sentences_of(description)) {
      text += "[" + std::string(sentence.text);
      for (const std::string_view name : sentence.citations) text += "|" + std::string(name);
      text += "]";
    }
    EXPECT_EQ(text, expected) << description;
  }
}

TEST(Catalogue, PublishersAreDomains) {
  const std::pair<const char*, const char*> cases[] = {
      {"https://blog.example.com/a?b=http://c.d", "example.com"},
      {"http://EXAMPLE.com:8080", "example.com"},
      {"www.news.example.co.uk/x", "example.co.uk"},
      {"https://web.archive.org/web/2015/http://lab.example.org/a", "example.org"},
      {"https://web.archive.org/web/2015", ""},
      {"example.com", "example.com"},
      {"localhost", ""},
      {".com", ""},
      {"a b.com", ""},
      {"example.", ""},
      {"", ""},
  };
  for (const auto& [url, domain] : cases) EXPECT_EQ(publisher_of(url), domain) << url;
}

// FERN is Otter's by relation; what texts and titles add.
Bundle told_world() {
  Bundle b = small_world();
  b.object("malware", "S3", "ALDER", {"2016 Heron"},
           {{"description",
             "[ALDER](x) came of FERN.(Citation: 2016 Heron) Stoat has used it. "
             "Heron as well.(Citation: 2021 Brook)"}});
  b.relation("G2", "uses", "T1090", {"2017 Heron"}, {{"description", "Heron brought ALDER along."}});
  b.relation("C2", "uses", "S3", {"2022 Pond"});
  return b;
}

TEST(Catalogue, TextsNameSoftwareWithGroups) {
  const Catalogue c = told_world().catalogue();
  std::string text;
  const auto reports = [&](const Citations& citations) {
    for (const std::uint32_t i : citations) text += " [" + c.reports[i].name + "]";
    text += "\n";
  };
  for (const Mention& mention : c.mentions) {
    text += c.traits[mention.software].id + " " + c.groups[mention.group].id;
    reports(mention.citations);
  }
  for (const Kinship& kinship : c.kinships) {
    text += c.traits[kinship.software].id + " " + c.traits[kinship.other].id;
    reports(kinship.citations);
  }
  // A sentence without citations rests on what is cited anywhere in the object.
  EXPECT_EQ(text,
            "S3 G3 [2016 Heron]\n"
            "S3 G2 [2021 Brook]\n"
            "S3 G2 [2017 Heron]\n"
            "S3 S1 [2016 Heron]\n");
}

double term_of(const Catalogue& c, const Query& q, std::uint32_t group, Term term) {
  for (const Candidate& candidate : rank(c, q))
    if (candidate.group == group) return candidate.terms[static_cast<std::size_t>(term)];
  return NAN;
}

std::uint32_t report_of(const Catalogue& c, std::string_view name) {
  return static_cast<std::uint32_t>(std::ranges::find(c.reports, name, &Report::name) - c.reports.begin());
}

TEST(Rank, WhatTextsSayCountsUnlessItRestsOnTheQuerysReports) {
  const Catalogue c = told_world().catalogue();
  Query q;
  q.traits = {static_cast<std::uint32_t>(c.find("ALDER"))};
  q.campaign = 1;                                                 // it is what uses ALDER
  const double two = std::log(4 / 2.5), one = std::log(4 / 1.5);  // of three groups
  EXPECT_NEAR(term_of(c, q, 0, Term::kNamedTogether), 0, 1e-9);
  EXPECT_NEAR(term_of(c, q, 1, Term::kNamedTogether), two, 1e-9);
  EXPECT_NEAR(term_of(c, q, 2, Term::kNamedTogether), two, 1e-9);
  EXPECT_NEAR(term_of(c, q, 0, Term::kKin), one, 1e-9);  // Otter has FERN
  EXPECT_NEAR(term_of(c, q, 1, Term::kKin), 0, 1e-9);
  EXPECT_NEAR(term_of(c, q, 1, Term::kNamedInTitles), one, 1e-9);  // "2016 Heron" is on ALDER
  EXPECT_NEAR(term_of(c, q, 2, Term::kNamedInTitles), 0, 1e-9);
  const auto shared = explain(c, q, 0);
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].tie, Tie::kKin);
  EXPECT_EQ(shared[0].through, c.find("FERN"));
  ASSERT_EQ(explain(c, q, 2).size(), 1u);
  EXPECT_EQ(explain(c, q, 2)[0].tie, Tie::kNamed);

  q.known = {report_of(c, "2016 Heron")};
  q.leave_out = LeaveOut::kAllCitations;  // of relations; what is only said in words is left out by any
  EXPECT_NEAR(term_of(c, q, 0, Term::kKin), 0, 1e-9);
  EXPECT_NEAR(term_of(c, q, 1, Term::kNamedInTitles), 0, 1e-9);
  EXPECT_NEAR(term_of(c, q, 1, Term::kNamedTogether), one, 1e-9);
  EXPECT_NEAR(term_of(c, q, 2, Term::kNamedTogether), 0, 1e-9);
  EXPECT_TRUE(explain(c, q, 2).empty());
  // A relation says more than words.
  Bundle b = told_world();
  b.relation("G3", "uses", "S3", {"2020 Otter"});
  const Catalogue related = b.catalogue();
  q.known.clear();
  EXPECT_NEAR(term_of(related, q, 2, Term::kNamedTogether), 0, 1e-9);
}

TEST(Query, LeavesOutAReportUnderItsOtherNames) {
  Bundle b = small_world();
  b.relation("G3", "uses", "S1", {"2020 Copy"});
  b.objects.back()["external_references"][0]["url"] = "http://lab.example/fern/";
  const auto shares = [&](const char* url, const char* description) {
    b.relation("C1", "uses", "T1090", {"2020 Brook"});
    b.objects.back()["external_references"][0]["url"] = url;
    b.objects.back()["external_references"][0]["description"] = description;
    const Catalogue c = b.catalogue();
    b.objects.erase(b.objects.size() - 1);
    return !explain(c, query_of(c, 0), 2).empty();
  };
  EXPECT_TRUE(shares("https://lab.example/other", "Doe. (2020, May 1). X. Retrieved"));
  EXPECT_FALSE(
      shares("https://web.archive.org/web/2021/https://www.lab.example/fern#top", "Doe. (2020, May 1). X. Retrieved"));
  b.objects.back()["external_references"][0]["description"] =
      "Roe. (2020, May). On the many uses that ferns have. Retrieved May 3.";
  EXPECT_FALSE(
      shares("https://lab.example/other", "Doe. (2020, May 1). On the Many Uses That Ferns Have! Retrieved July 4."));
}

TEST(Rank, AnAliasesCitationsAreNoTitle) {
  Bundle b = told_world();
  b.objects.back()["external_references"].push_back(
      {{"source_name", "Alder"}, {"description", "(Citation: 2016 Heron)(Citation: Otter and Stoat 2016)"}});
  b.relation("S3", "uses", "T1090", {}, {{"external_references", b.objects.back()["external_references"]}});
  const Catalogue c = b.catalogue();
  EXPECT_TRUE(c.reports.at(report_of(c, "Alder")).groups.empty());
  EXPECT_EQ(c.reports.at(report_of(c, "2016 Heron")).groups, (std::vector<std::uint32_t>{1}));
}

TEST(Rank, PublishersFavourWhomTheyWriteAbout) {
  Bundle b = small_world();
  for (Json& o : b.objects)
    for (Json& reference : o["external_references"])
      if (const std::string name = reference["source_name"]; !name.starts_with("mitre"))
        reference["url"] = "https://www." + std::string(name == "2017 Heron" ? "birds" : "fish") + ".example/" + name;
  const Catalogue c = b.catalogue();
  Query q;
  q.traits = {1};
  q.publishers = {"birds.example"};
  // Five reports in all: two on Otter, one on Heron (birds'), one on Stoat.
  const double part = 2.0 / (4 + 100);
  EXPECT_NEAR(term_of(c, q, 1, Term::kPublishers), std::log((1 + 4 * part) / 5 / part), 1e-9);
  EXPECT_NEAR(term_of(c, q, 2, Term::kPublishers), std::log(4 / 5.0), 1e-9);
  q.publishers = {"birds.example", "unheard.example"};
  EXPECT_NEAR(term_of(c, q, 2, Term::kPublishers), std::log(4 / 5.0), 1e-9)
      << "who publishes nothing else tells nothing";
  q.publishers = {"unheard.example"};
  EXPECT_EQ(term_of(c, q, 2, Term::kPublishers), 0);
  EXPECT_EQ(query_of(c, 0).publishers, std::vector<std::string>{"fish.example"});
  const auto asked = answer(c, {{"T1566.001"}, {}, 0, {"http://birds.example/x", "no domain"}}, 0);
  const auto plain = answer(c, {{"T1566.001"}, {}, 0, {}}, 0);
  EXPECT_EQ(asked.groups.at(0).name, "Heron");
  EXPECT_EQ(asked.publishers, std::vector<std::string>{"birds.example"});
  EXPECT_GT(asked.groups.at(0).probability, std::ranges::find(plain.groups, "Heron", &RankedGroup::name)->probability);
}

TEST(Query, LeavesOutTheCampaignsOwnReports) {
  const Catalogue c = small_world().catalogue();
  const Query q = query_of(c, 0);
  std::set<std::string> known;
  for (const std::uint32_t report : q.known) known.insert(c.reports[report].name);
  EXPECT_EQ(known, (std::set<std::string>{"2021 Brook", "2021 Brook Again"}));
  EXPECT_EQ(q.traits, (std::vector<std::uint32_t>{1, 2, 4}));
  EXPECT_EQ(q.year, 2021);
  EXPECT_EQ(attributed_campaigns(c), (std::vector<std::uint32_t>{0, 1}));
  const auto ranked = rank(c, q);
  EXPECT_EQ(c.groups[ranked[0].group].id, "G1");
  // All that is known of Stoat comes from the campaign's own report.
  EXPECT_EQ(c.groups[ranked[2].group].id, "G3");
  EXPECT_FALSE(ranked[2].known);
  EXPECT_EQ(ranked[2].probability, 0);
}

TEST(Query, ACampaignDoesNotHelpItselfButHelpsOthers) {
  Bundle b = small_world();
  b.relation("C1", "uses", "T1090", {"2021 Else"});
  const Catalogue c = b.catalogue();
  const auto shares_proxy = [&](const Query& query) {
    const auto shared = explain(c, query, 0);
    return std::ranges::any_of(shared, [&](const Shared& s) { return c.traits[s.trait].id == "T1090"; });
  };
  EXPECT_FALSE(shares_proxy(query_of(c, 0)));
  EXPECT_TRUE(shares_proxy(query_of(c, 1)));
}

TEST(Query, LeavesOutARelationByAnyOrByAllItsReports) {
  const Catalogue c = small_world().catalogue();
  Query q;
  q.traits = {4};  // FERN, of which two reports tell
  q.campaign = 0;
  for (std::uint32_t i = 0; i < c.reports.size(); ++i)
    if (c.reports[i].name == "2020 Otter") q.known = {i};
  q.leave_out = LeaveOut::kAllCitations;
  EXPECT_EQ(explain(c, q, 0).size(), 1u);
  q.leave_out = LeaveOut::kAnyCitation;
  EXPECT_EQ(explain(c, q, 0).size(), 0u);
}

TEST(Rank, WhatIsRareCountsMoreThanWhatAllDo) {
  const Catalogue c = small_world().catalogue();
  Query q;
  q.traits = {1, 4};
  const auto ranked = rank(c, q);
  EXPECT_EQ(c.groups[ranked[0].group].id, "G1");
  const auto shared = explain(c, q, ranked[0].group);
  ASSERT_EQ(shared.size(), 2u);
  EXPECT_EQ(c.traits[shared[0].trait].id, "S1");
  EXPECT_EQ(shared[0].users, 1u);
  EXPECT_EQ(c.traits[shared[1].trait].id, "T1566.001");
  EXPECT_EQ(shared[1].users, 2u);
}

TEST(Rank, SoftwareBringsItsTechniques) {
  const Catalogue c = small_world().catalogue();
  Query q;
  q.traits = {2};  // T1056, which FERN does
  q.campaign = 0;
  const auto ranked = rank(c, q);
  EXPECT_EQ(c.groups[ranked[0].group].id, "G1");
  const auto shared = explain(c, q, 0);
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].through, 4u);
  EXPECT_EQ(c.reports[shared[0].citations.at(0)].name, "2019 Fern");
}

TEST(Rank, TraitsAndYearsOutsideTheCatalogueAreNoHarm) {
  const Catalogue c = small_world().catalogue();
  Query q;
  q.traits = {1, 4, 99, 4'000'000'000u};
  q.known = {70'000};
  q.year = 2099;
  const auto ranked = rank(c, q);
  ASSERT_EQ(ranked.size(), 3u);
  for (const Candidate& candidate : ranked) EXPECT_TRUE(std::isfinite(candidate.score));
  EXPECT_TRUE(rank(Catalogue{}, q).empty());
}

// Catalogues by chance, whose reports and uses nobody chose.
Catalogue by_chance(std::mt19937& random, std::size_t groups, std::size_t traits) {
  const auto below = [&](std::size_t n) { return static_cast<std::uint32_t>(random() % n); };
  const auto cited = [&] {
    std::set<std::uint32_t> set;
    for (std::uint32_t i = below(3); i > 0; --i) set.insert(below(8));
    return Citations(set.begin(), set.end());
  };
  Catalogue c;
  for (std::uint32_t i = 0; i < 8; ++i)
    c.reports.push_back({"r" + std::to_string(i), i == 0 ? 0 : 2010 + static_cast<int>(i), {}, i});
  for (std::size_t g = 0; g < groups; ++g) c.groups.push_back({"G" + std::to_string(g), ""});
  for (std::size_t t = 0; t < traits; ++t)
    c.traits.push_back({t % 3 == 0   ? Kind::kMalware
                        : t % 7 == 1 ? Kind::kTool
                                     : Kind::kTechnique,
                        "x" + std::to_string(t),
                        "",
                        {},
                        {}});
  std::set<std::pair<std::uint32_t, std::uint32_t>> met;
  for (std::size_t i = 0; i < groups * traits / 3; ++i) {
    const Use use{below(groups), below(traits), cited()};
    if (met.emplace(use.user, use.trait).second) c.group_uses.push_back(use);
  }
  met.clear();
  for (std::size_t i = 0; i < traits * 2; ++i) {
    const Use use{below(traits), below(traits), cited()};
    if (c.traits[use.user].kind != Kind::kTechnique && met.emplace(use.user, use.trait).second)
      c.software_uses.push_back(use);
  }
  return c;
}

// The terms as rank.h defines them, one group and trait at a time.
std::array<double, kTerms> plainly(const Catalogue& c, const Query& q, std::uint32_t group) {
  const auto told = [&](const Citations& citations) {
    return std::ranges::none_of(citations, [&](std::uint32_t r) { return std::ranges::count(q.known, r) > 0; });
  };
  const auto has = [&](std::uint32_t g, std::uint32_t t) {
    return std::ranges::any_of(c.group_uses,
                               [&](const Use& u) { return u.user == g && u.trait == t && told(u.citations); });
  };
  const auto does = [&](std::uint32_t s, std::uint32_t t) {
    return c.traits[t].kind == Kind::kTechnique && std::ranges::any_of(c.software_uses, [&](const Use& u) {
             return u.user == s && u.trait == t && told(u.citations);
           });
  };
  const auto users = [&](std::uint32_t t) {
    double n = 0;
    for (std::uint32_t g = 0; g < c.groups.size(); ++g) n += has(g, t);
    return n;
  };
  const auto rarity = [&](std::uint32_t t) {
    return std::log((static_cast<double>(c.groups.size()) + 1) / (users(t) + .5));
  };
  const auto chance = [&](std::uint32_t g, std::uint32_t t) {
    double doubt = 1;
    for (std::uint32_t s = 0; s < c.traits.size(); ++s)
      if (c.traits[s].kind != Kind::kTechnique && has(g, s) && does(s, t)) doubt *= std::max(1 - 1 / users(s), .02);
    return 1 - doubt;
  };
  const auto reports = [&](std::uint32_t g) {
    std::set<std::uint32_t> out;
    for (const Use& u : c.group_uses)
      if (u.user == g && told(u.citations)) out.insert(u.citations.begin(), u.citations.end());
    return out;
  };
  std::array<double, kTerms> out = {};
  const auto at = [&](Term term) -> double& { return out[static_cast<std::size_t>(term)]; };
  double dot = 0, own = 0, asked = 0, size = 0, arsenal = 0;
  for (std::uint32_t t = 0; t < c.traits.size(); ++t) {
    const double r = rarity(t);
    const bool mine = has(group, t), wanted = std::ranges::count(q.traits, t) > 0;
    size += mine;
    own += mine ? r * r : 0;
    asked += wanted ? r * r : 0;
    dot += mine && wanted ? r * r : 0;
    if (c.traits[t].kind == Kind::kTechnique) arsenal += chance(group, t);
    if (!wanted) continue;
    const Kind kind = c.traits[t].kind;
    if (mine) {
      at(kind == Kind::kTechnique ? Term::kTechniques : kind == Kind::kMalware ? Term::kMalware : Term::kTools) += r;
    } else if (kind == Kind::kTechnique) {
      at(Term::kSoftwareMethods) += chance(group, t) * r;
    }
  }
  at(Term::kCosine) = own > 0 && asked > 0 ? dot / std::sqrt(own * asked) : 0;
  at(Term::kProfileSize) = static_cast<double>(q.traits.size()) * std::log1p(size);
  at(Term::kArsenalSize) = static_cast<double>(q.traits.size()) * std::log1p(arsenal);
  at(Term::kReports) = std::log1p(reports(group).size());
  for (const std::uint32_t m : q.traits) {
    if (c.traits[m].kind != Kind::kMalware) continue;
    std::set<std::uint32_t> described;
    for (const Use& u : c.software_uses)
      if (u.user == m && told(u.citations)) described.insert(u.citations.begin(), u.citations.end());
    double met = 0;
    bool here = false;
    for (std::uint32_t g = 0; g < c.groups.size(); ++g) {
      const auto of = reports(g);
      const bool both = std::ranges::any_of(described, [&](std::uint32_t r) { return of.contains(r); });
      met += both;
      here = here || (g == group && both);
    }
    if (here && !has(group, m))
      at(Term::kSameReports) += std::log((static_cast<double>(c.groups.size()) + 1) / (met + .5));
  }
  return out;
}

TEST(Rank, TermsAreWhatThePlainDefinitionsGive) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    const Catalogue c = by_chance(random, 5, 24);
    Query q;
    for (std::uint32_t t = 0; t < c.traits.size(); ++t)
      if (random() % 3 == 0) q.traits.push_back(t);
    q.known = {static_cast<std::uint32_t>(round % 8)};
    double sum = 0, before = INFINITY;
    bool unknown = false;
    for (const Candidate& candidate : rank(c, q)) {
      const auto expected = plainly(c, q, candidate.group);
      for (std::size_t t = 0; t < kTerms; ++t) {
        const auto term = static_cast<Term>(t);
        if (term == Term::kSimilarSoftware || term == Term::kYears) continue;  // tested by their effect
        EXPECT_NEAR(candidate.terms[t], expected[t], 1e-9) << to_string(term) << " round " << round;
      }
      EXPECT_FALSE(unknown && candidate.known) << "those without a profile come last";
      unknown = unknown || !candidate.known;
      if (candidate.known) {
        EXPECT_LE(candidate.score, before);
      }
      before = candidate.score;
      sum += candidate.probability;
    }
    EXPECT_NEAR(sum, 1, 1e-9);
  }
}

TEST(Rank, SimilarSoftwareIsFoundWhereNobodyIsSaidToUseATechnique) {
  Bundle b = small_world();
  b.object("malware", "S3", "ALDER");
  b.relation("G2", "uses", "S3");
  b.relation("S3", "uses", "T1090");
  const Catalogue c = b.catalogue();
  Query q;
  q.traits = {2};  // T1056: FERN of Otter's does it, ALDER of Heron's does not
  q.campaign = 0;
  for (const Candidate& candidate : rank(c, q)) {
    const double similar = candidate.terms[static_cast<std::size_t>(Term::kSimilarSoftware)];
    // FERN's only technique, which one of three pieces of software has: the cosine is 1 but for the stand-in of 3.
    const double rarity = std::log(4 / 2.0);
    EXPECT_NEAR(similar, candidate.group == 0 ? rarity / (rarity + 3) : 0, 1e-9);
  }
}

TEST(Rank, DoesNotHangOnTheOrderOfRelations) {
  std::mt19937 random(9);
  Catalogue c = by_chance(random, 6, 30);
  Query q;
  q.traits = {1, 2, 3, 5, 8, 9, 13};
  q.year = 2014;
  const auto first = rank(c, q);
  std::ranges::shuffle(c.group_uses, random);
  std::ranges::shuffle(c.software_uses, random);
  const auto second = rank(c, q);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].group, second[i].group);
    EXPECT_NEAR(first[i].score, second[i].score, 1e-9);
  }
}

TEST(Rank, YearsFavourWhoWasReportedOnThen) {
  Bundle b = small_world();
  const Catalogue c = b.catalogue();
  Query q;
  q.traits = {1};
  const auto term = [&](int year, std::uint32_t group) {
    q.year = year;
    for (const Candidate& candidate : rank(c, q))
      if (candidate.group == group) return candidate.terms[static_cast<std::size_t>(Term::kYears)];
    return 0.0;
  };
  EXPECT_GT(term(2017, 1), term(2017, 2));  // Heron's report is of 2017, Stoat's of 2021
  EXPECT_LT(term(2021, 1), term(2021, 2));
  EXPECT_EQ(term(0, 1), 0);
}

TEST(Rank, ReportsOnAGroupAreAlsoThoseItsObjectCites) {
  Bundle b = small_world();
  b.object("intrusion-set", "G4", "Crane", {"2015 Crane", "2021 Brook"});
  const Catalogue c = b.catalogue();
  Query q;
  q.traits = {1};
  EXPECT_NEAR(term_of(c, q, 3, Term::kReports), std::log(3), 1e-9);
  q.known = {report_of(c, "2021 Brook")};
  EXPECT_NEAR(term_of(c, q, 3, Term::kReports), std::log(2), 1e-9);
}

TEST(Weights, FallWithTheShare) {
  double before = INFINITY, share = 1;
  for (const ShareWeight& weight : share_weights()) {
    EXPECT_LT(weight.least_share, share);
    EXPECT_LE(weight.low_db, weight.mid_db);
    EXPECT_LE(weight.mid_db, weight.high_db);
    EXPECT_LT(weight.mid_db, before);
    before = weight.mid_db;
    share = weight.least_share;
  }
  EXPECT_EQ(share, 0);
  EXPECT_EQ(&weight_of_share(1), &share_weights().front());
  EXPECT_EQ(&weight_of_share(0), &share_weights().back());
  EXPECT_GT(share_weights().front().low_db, 0);
  EXPECT_LT(share_weights().back().mid_db, 0);
}

TEST(Ranking, SurvivesTheWayOutOfTheWorker) {
  const Catalogue c = small_world().catalogue();
  const Ranking ranking = answer(c, {{"FERN", "T1566.001", "nothing"}, {"2017 Heron", "no report"}, 2020, {}}, 2);
  EXPECT_EQ(ranking.unknown, (std::vector<std::string>{"nothing", "no report"}));
  EXPECT_EQ(ranking.left_out, (std::vector<std::string>{"2017 Heron"}));
  EXPECT_EQ(ranking.groups.at(0).name, "Otter");
  EXPECT_EQ(ranking.groups.at(0).shared.at(0).reports, (std::vector<std::string>{"2021 Brook", "2018 Otter"}));
  const auto bytes = encode(ranking);
  const auto again = decode_ranking(ByteView(bytes));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(encode(*again), bytes);
}

TEST(Ranking, DamagedBytesAreRefusedOrHarmless) {
  const auto bytes = encode(answer(small_world().catalogue(), std::uint32_t{0}, 3));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_ranking(ByteView(std::span(bytes).first(size)))) << size;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = bytes;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ (1 << bit));
      const auto read = decode_ranking(ByteView(damaged));
      if (!read) continue;
      for (const RankedGroup& group : read->groups)
        for (const SharedTrait& shared : group.shared) EXPECT_LT(shared.trait, read->traits.size());
    }
  }
}

}  // namespace
}  // namespace samehand::technique
