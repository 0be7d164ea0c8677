#include "samehand/technique/catalogue.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "technique_testing.h"

namespace samehand::technique {
namespace {

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

TEST(Catalogue, AnAliasesCitationsAreNoTitle) {
  Bundle b = told_world();
  b.objects.back()["external_references"].push_back(
      {{"source_name", "Alder"}, {"description", "(Citation: 2016 Heron)(Citation: Otter and Stoat 2016)"}});
  b.relation("S3", "uses", "T1090", {}, {{"external_references", b.objects.back()["external_references"]}});
  const Catalogue c = b.catalogue();
  EXPECT_TRUE(c.reports.at(report_of(c, "Alder")).groups.empty());
  EXPECT_EQ(c.reports.at(report_of(c, "2016 Heron")).groups, (std::vector<std::uint32_t>{1}));
}

}  // namespace
}  // namespace samehand::technique
