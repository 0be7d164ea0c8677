#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "samehand/exchange/evidence.h"
#include "samehand/exchange/shared_case.h"
#include "stix_pattern.h"
#include "stix_terms.h"
#include "stix_time.h"
#include "uuid.h"

namespace samehand::exchange {
namespace {

using Json = nlohmann::json;

std::string hash_of(char c) {
  return std::string(64, c);
}

SharedCase sample() {
  SharedCase out;
  out.seed = hash_of('5');
  out.title = "A case";
  out.created = "2020-01-02T03:04:05Z";
  out.changed = "2020-02-02T03:04:05Z";
  out.hypotheses = {{1, "Freedonia", evidence::Role::kAccused, .25, {"FR"}, "the accused"},
                    {3, "None of these", evidence::Role::kNone, .75, {}, ""}};
  out.posterior = {{.1, .4, .6, "unlikely"}, {.4, .6, .9, "likely"}};
  out.verdict = "Unlikely: Freedonia.";
  out.confidence = "Low.";
  out.exhibits = {{.number = 1,
                   .sha256 = hash_of('a'),
                   .name = "page.html",
                   .kind = evidence::ExhibitKind::kReport,
                   .size_bytes = 12,
                   .source = "the web",
                   .collected = "2020-01"},
                  {.number = 2,
                   .sha256 = hash_of('b'),
                   .name = "tool.exe",
                   .kind = evidence::ExhibitKind::kTool,
                   .size_bytes = 7,
                   .known_of = 1}};
  out.findings = {{0, "read 1", {1, 2, 3, 0, 255}}, {1, "traces 1", {}}};
  SharedPage page;
  page.title = "A page";
  page.claims.push_back(
      {.text = "it was not us", .speaker = "a diplomat", .stance = "denies", .chain = {"a paper", "a diplomat"}});
  page.indicators = {{"ipv4", "203.0.113.7", {}}, {"bitcoin", "1abc", {}}};
  page.names = {{"malware", "Wiper", {"S0001"}}, {"actor", "Bear", {}}};
  page.techniques = {"T1485", "T1566.001", "not one"};
  out.pages.push_back(std::move(page));
  evidence::Item denial;
  denial.number = 1;
  denial.name = "a diplomat: a denial";
  denial.statement = "it was not us";
  denial.kind = evidence::ItemKind::kDenial;
  denial.origin = evidence::Origin::kReport;
  denial.method = "read 1";
  denial.source = "a diplomat";
  denial.points_at = 1;
  denial.group = "a diplomat on who did it";
  denial.known = "whenever";
  denial.loci = {{1, "", evidence::Locus::Unit::kCharacters, 5, 18}, {2, "a!b", evidence::Locus::Unit::kWhole, 0, 0}};
  evidence::Item code;
  code.number = 2;
  code.name = "code \"shared\"";
  code.kind = evidence::ItemKind::kSharedCode;
  code.reliability = {'B', '3'};
  code.forgeability = evidence::Forgeability::kHard;
  code.public_before = false;
  code.against = true;
  code.excluded = true;
  code.weights = {{1, {-.1, 1. / 3, 20}}, {2, {1, 2, 3}}};  // 2 has been removed
  out.items = {denial, code};
  out.weights = {{{0, 0, 0}, {0, 0, 0}}, {}};
  out.effects_db = {0, 0};
  out.judgements = {{0, "points-at", "1", "who else", 1, {}},
                    {0, "points-at", "2", "no", 2, {}},
                    {0, "points-at", "1", "yes", 1, {}},
                    {1, "excluded", "yes", "a copy", 0, {}},
                    {1, "weights", "1=-0.1,0.3,20", "measured", 0, {{1, {-.1, 1. / 3, 20}}}}};
  return out;
}

TEST(Uuid, Version5) {
  // RFC 9562, appendix A.4: www.example.com in the namespace for names of hosts.
  Uuid dns = kUrlNamespace;
  dns[3] = 0x10;
  EXPECT_EQ(to_string(uuid5(dns, "www.example.com")), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_EQ(kSamehandNamespace, uuid5(kUrlNamespace, "samehand:case:stix"));
  // Bundles that lie about would no longer be understood: docs/format/stix.md states it.
  EXPECT_EQ(extension_id(), "extension-definition--6a120d84-d0bf-5010-afc5-6cfc215a077a");
}

TEST(StixTime, FromTheCasesDates) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"2014", "2014-01-01T00:00:00.000Z"},
      {"2014-12", "2014-12-01T00:00:00.000Z"},
      {"2016-02-29", "2016-02-29T00:00:00.000Z"},
      {"2014-12-04T23:59:58Z", "2014-12-04T23:59:58.000Z"},
      {"2014-12-04T23:59:58.1234Z", "2014-12-04T23:59:58.000Z"}};
  for (const auto& [iso, time] : cases) EXPECT_EQ(stix_time(iso), time) << iso;
  for (const char* bad :
       {"", "201", "2014-", "2014-13", "2014-00", "2015-02-29", "XXXX-12-04", "2014-12-04T", "2014-12-04T25:00:00Z",
        "2014-12-04T10:00:00", "2014-12-04Z", "yesterday", "2014-12-04T10:60:00Z", "20141204", "0000"})
    EXPECT_FALSE(stix_time(bad)) << bad;
}

TEST(StixPattern, OfEveryKind) {
  const std::vector<std::array<std::string_view, 3>> cases = {
      {"ipv4", "203.0.113.7", "[ipv4-addr:value = '203.0.113.7']"},
      {"cidr", "203.0.113.0/24", "[ipv4-addr:value ISSUBSET '203.0.113.0/24']"},
      {"cidr", "2001:db8::/32", "[ipv6-addr:value ISSUBSET '2001:db8::/32']"},
      {"sha256", "aa", "[file:hashes.'SHA-256' = 'aa']"},
      {"url", "http://x/it's", "[url:value = 'http://x/it\\'s']"},
      {"asn", "AS64500", "[autonomous-system:number = 64500]"},
      {"file_path", "C:\\a\\b.exe", "[file:name = 'b.exe' AND file:parent_directory_ref.path = 'C:\\\\a']"},
      {"file_path", "/b", "[file:name = 'b' AND file:parent_directory_ref.path = '/']"},
      {"asn", "ASx", ""},
      {"file_path", "/", ""},
      {"domain", "", ""},
      {"domain", "a\nb", ""},
      {"bitcoin", "1abc", ""},
      {"tlp", "red", ""}};
  for (const auto& [kind, value, pattern] : cases)
    EXPECT_EQ(stix_pattern(kind, value), pattern) << kind << ' ' << value;
}

TEST(StixBundle, IsTheSameForTheSameCase) {
  const std::string bundle = stix_bundle(sample());
  EXPECT_EQ(stix_bundle(sample()), bundle);
  // What has changed is a new version of the same objects.
  SharedCase later = sample();
  later.changed = "2020-03-02T03:04:05Z";
  later.items[0].statement = "it was never us";
  const Json before = Json::parse(bundle), after = Json::parse(stix_bundle(later));
  ASSERT_EQ(before["objects"].size(), after["objects"].size());
  for (std::size_t i = 0; i < before["objects"].size(); ++i)
    EXPECT_EQ(before["objects"][i]["id"], after["objects"][i]["id"]);
  SharedCase other = sample();
  other.seed = hash_of('6');
  EXPECT_NE(Json::parse(stix_bundle(other))["objects"][2]["id"], before["objects"][2]["id"]);
}

TEST(StixBundle, SaysWhatTheCaseSays) {
  const Json bundle = Json::parse(stix_bundle(sample()));
  std::map<std::string, std::vector<Json>> of;
  for (const Json& object : bundle["objects"]) of[object["type"]].push_back(object);
  ASSERT_EQ(of["threat-actor"].size(), 1u);  // "None of these" is nobody
  ASSERT_EQ(of["opinion"].size(), 1u);
  EXPECT_EQ(of["opinion"][0]["opinion"], "strongly-disagree");
  const auto attribution =
      std::ranges::find_if(of["relationship"], [](const Json& r) { return r.contains("confidence"); });
  ASSERT_NE(attribution, of["relationship"].end());
  EXPECT_EQ((*attribution)["relationship_type"], "attributed-to");
  EXPECT_EQ((*attribution)["confidence"], 40);
  EXPECT_EQ((*attribution)["target_ref"], of["threat-actor"][0]["id"]);
  EXPECT_EQ(of["opinion"][0]["object_refs"], Json::array({(*attribution)["id"]}));
  EXPECT_EQ(of["file"].size(), 2u);
  // tool.exe and the family named in the page.
  EXPECT_EQ(of["malware"].size(), 2u);
  EXPECT_EQ(of["indicator"].size(), 2u);  // the address and the tool's hash: STIX knows no coins
  EXPECT_EQ(of["report"].size(), 1u);
  EXPECT_EQ(of["report"][0]["published"], "2020-01-01T00:00:00.000Z");
  EXPECT_EQ(of["report"][0]["extensions"][extension_id()]["reading"]["claims"][0]["chain"],
            Json::array({"a paper", "a diplomat"}));
}

TEST(StixBundle, ComesBackWhole) {
  const SharedCase shared = sample();
  const auto read = import_evidence(ByteView::of_text(stix_bundle(shared)));
  ASSERT_TRUE(read) << read.error().message;
  for (const Evidence& e : {*read, *decode(ByteView(encode(*read)))}) {
    EXPECT_TRUE(e.of_case);
    ASSERT_EQ(e.hypotheses.size(), 2u);
    for (std::size_t h = 0; h < 2; ++h) {
      const evidence::Hypothesis &a = shared.hypotheses[h], &b = e.hypotheses[h].hypothesis;
      EXPECT_EQ(std::tie(a.name, a.role, a.prior, a.also, a.description),
                std::tie(b.name, b.role, b.prior, b.also, b.description));
    }
    ASSERT_EQ(e.exhibits.size(), 2u);
    for (std::size_t k = 0; k < 2; ++k) {
      const evidence::Exhibit &a = shared.exhibits[k], &b = e.exhibits[k].exhibit;
      EXPECT_EQ(std::tie(a.sha256, a.name, a.kind, a.size_bytes, a.source, a.collected),
                std::tie(b.sha256, b.name, b.kind, b.size_bytes, b.source, b.collected));
      EXPECT_TRUE(b.by_reference);
      ASSERT_EQ(e.exhibits[k].findings.size(), 1u);
      EXPECT_EQ(e.exhibits[k].findings[0].method, shared.findings[k].method);
      EXPECT_EQ(e.exhibits[k].findings[0].answer, shared.findings[k].answer);
    }
    EXPECT_EQ(e.exhibits[0].known_of, -1);
    EXPECT_EQ(e.exhibits[1].known_of, 0);
    ASSERT_EQ(e.items.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
      const evidence::Item &a = shared.items[i], &b = e.items[i].item;
      EXPECT_EQ(std::tie(a.name, a.statement, a.kind, a.origin, a.method, a.source, a.forgeability, a.public_before,
                         a.against, a.group, a.known, a.excluded),
                std::tie(b.name, b.statement, b.kind, b.origin, b.method, b.source, b.forgeability, b.public_before,
                         b.against, b.group, b.known, b.excluded));
      EXPECT_EQ(to_string(a.reliability), to_string(b.reliability));
      ASSERT_EQ(a.loci.size(), b.loci.size());
      for (std::size_t l = 0; l < a.loci.size(); ++l) {
        EXPECT_EQ(a.loci[l].exhibit, b.loci[l].exhibit + 1);
        EXPECT_EQ(a.loci[l].member, b.loci[l].member);
        EXPECT_EQ(a.loci[l].unit, b.loci[l].unit);
        EXPECT_EQ(a.loci[l].begin, b.loci[l].begin);
        EXPECT_EQ(a.loci[l].end, b.loci[l].end);
      }
    }
    EXPECT_EQ(e.items[0].points_at, 0);
    EXPECT_EQ(e.items[1].points_at, -1);
    ASSERT_EQ(e.items[1].weights.size(), 1u);  // what a removed hypothesis weighed says nothing any more
    EXPECT_EQ(e.items[1].weights[0], (std::pair<std::uint32_t, evidence::Weight>{0, {-.1, 1. / 3, 20}}));
    ASSERT_EQ(e.items[0].judgements.size(), 3u);
    EXPECT_EQ(e.items[0].judgements[0].points_at, 0);
    EXPECT_EQ(e.items[0].judgements[1].points_at, -1);
    ASSERT_EQ(e.items[1].judgements.size(), 2u);
    EXPECT_EQ(e.items[1].judgements[0].reason, "a copy");
    EXPECT_EQ(e.items[1].judgements[1].weights.size(), 1u);
  }
}

TEST(StixBundle, WeightsOfRemovedHypothesesDoNotBecomeDefaults) {
  SharedCase shared = sample();
  shared.items[1].weights = {{2, {1, 2, 3}}};
  const auto read = import_evidence(ByteView::of_text(stix_bundle(shared)));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->items[1].weights.size(), 1u);
  EXPECT_EQ(read->items[1].weights[0].second, evidence::Weight{});
}

TEST(StixBundle, HostileTextsStayJson) {
  SharedCase shared = sample();
  const std::string hostile = "\xff\xfe\"\\\x01</script>\xe2\x80";
  shared.title = shared.items[0].name = shared.items[0].group = shared.exhibits[0].name = shared.created =
      shared.changed = hostile;
  shared.exhibits[1].collected = shared.pages[0].published = shared.pages[0].title = hostile;
  shared.pages[0].indicators = {{"domain", hostile, {}}};
  const Json bundle = Json::parse(stix_bundle(shared), nullptr, false);
  ASSERT_FALSE(bundle.is_discarded());
  for (const Json& object : bundle["objects"]) {
    if (object.contains("created")) {
      EXPECT_TRUE(stix_time(object["created"].get<std::string>()));
    }
  }
  EXPECT_FALSE(Json::parse(navigator_layer(shared), nullptr, false).is_discarded());
  EXPECT_FALSE(Json::parse(misp_event(shared), nullptr, false).is_discarded());
  EXPECT_TRUE(import_evidence(ByteView::of_text(stix_bundle(shared))));
  EXPECT_FALSE(Json::parse(stix_bundle({}), nullptr, false).is_discarded());
}

TEST(StixBundle, DamagedOnesAreRefusedWithAWord) {
  const std::string whole = stix_bundle(sample());
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = whole;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    const auto read = import_evidence(ByteView::of_text(text));
    return read ? std::string("read") : read.error().message;
  };
  EXPECT_NE(with(R"("payload_bin":"AQIDAP8=")", R"("payload_bin":"AQI")").find("base 64"), std::string::npos);
  EXPECT_NE(with(R"("SHA-256":"aaaa)", R"("SHA-256":"zaaa)").find("no SHA-256"), std::string::npos);
  EXPECT_NE(with(R"("file_ref":"file--)", R"("file_ref":"lost--)").find("not in the bundle"), std::string::npos);
  EXPECT_NE(with(R"("exhibit_ref":"file--)", R"("exhibit_ref":"lost--)").find("no exhibit of the bundle"),
            std::string::npos);
  EXPECT_NE(with(R"("unit":"characters")", R"("unit":"pages")").find("no value for \"unit\""), std::string::npos);
  EXPECT_NE(with(R"("role":"accused")", R"("role":"king")").find("no value"), std::string::npos);
  EXPECT_NE(with(R"("number":2)", R"("number":-2)").find("whole number"), std::string::npos);
  EXPECT_NE(with(R"("origin":"report")", R"("origin":"oracle")").find("no value"), std::string::npos);
  EXPECT_NE(with(R"("id":"identity)", R"("ID":"identity)").find("has no \"id\""), std::string::npos);
}

TEST(StixBundle, AnyDamageEnds) {
  const std::string whole = stix_bundle(sample());
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = whole;
    for (unsigned k = 0; k < 1 + random() % 3; ++k)
      damaged[random() % damaged.size()] = static_cast<char>(random() % 128);
    const auto read = import_evidence(ByteView::of_text(damaged));
    if (!read) continue;
    const auto message = encode(*read);
    const auto again = decode(ByteView(message));
    ASSERT_TRUE(again);
    EXPECT_EQ(encode(*again), message);
  }
}

TEST(OthersBundles, ComeToItems) {
  const auto read = import_evidence(ByteView::of_text(R"({"type": "bundle", "id": "bundle--1", "objects": [
    {"type": "identity", "id": "identity--1", "name": "A lab"},
    {"type": "intrusion-set", "id": "intrusion-set--1", "name": "Wiper crew"},
    {"type": "threat-actor", "id": "threat-actor--1", "name": "Bear", "aliases": ["Freedonia's Bear"]},
    {"type": "relationship", "id": "relationship--1", "created": "2020-05-06T00:00:00.000Z", "created_by_ref": "identity--1", "confidence": 65,
     "relationship_type": "attributed-to", "source_ref": "intrusion-set--1", "target_ref": "threat-actor--1"},
    {"type": "relationship", "id": "relationship--2", "revoked": true, "relationship_type": "attributed-to", "source_ref": "intrusion-set--1",
     "target_ref": "threat-actor--1"},
    {"type": "opinion", "id": "opinion--1", "created": "2020-06-06T00:00:00.000Z", "authors": ["A critic"], "opinion": "disagree",
     "explanation": "no", "object_refs": ["relationship--1"]},
    {"type": "indicator", "id": "indicator--1", "created": "soon", "pattern": "[ipv4-addr:value = '203.0.113.7']"},
    {"type": "indicator", "id": "indicator--2", "pattern": "[ipv4-addr:value = '203.0.113.7']"},
    {"type": "attack-pattern", "id": "attack-pattern--1", "name": "Spearphishing"},
    {"type": "malware", "id": "malware--1", "name": "Wiper"}]})"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(read->of_case);
  ASSERT_EQ(read->items.size(), 5u);
  EXPECT_EQ(read->items[0].item.name, "A lab: it was Bear");
  EXPECT_EQ(read->items[0].item.known, "2020-05-06");
  EXPECT_EQ(to_string(read->items[0].item.reliability), "F2");
  EXPECT_EQ(read->items[0].subjects, (std::vector<std::string>{"Bear", "Freedonia's Bear"}));
  EXPECT_EQ(read->items[1].item.source, "A critic");
  EXPECT_TRUE(read->items[1].item.against);
  EXPECT_EQ(read->items[2].item.kind, evidence::ItemKind::kAddress);
  EXPECT_EQ(read->items[2].item.name, "a STIX bundle: 1 indicators");
  EXPECT_EQ(read->items[2].item.known, "");
  EXPECT_EQ(read->items[3].item.kind, evidence::ItemKind::kTechnique);
  EXPECT_EQ(read->items[4].item.kind, evidence::ItemKind::kSoftware);
}

TEST(MispEvents, ComeToItems) {
  const auto read = import_evidence(
      ByteView::of_text(R"({"response": [{"Event": {"info": "Wiper", "date": "2020-05-06", "Orgc": {"name": "CERT X"},
    "Tag": [{"name": "admiralty-scale:source-reliability=\"b\""}, {"name": "admiralty-scale:information-credibility=\"2\""}, {"name": "tlp:green"}],
    "Attribute": [{"type": "ip-dst", "category": "Network activity", "value": "203.0.113.7"},
                  {"type": "ip-dst", "category": "Network activity", "value": "203.0.113.7"},
                  {"type": "domain", "value": "evil.example", "deleted": true},
                  {"type": "pdb", "value": "D:\\x.pdb"},
                  {"type": "threat-actor", "value": "Bear", "category": "Attribution"},
                  {"type": "counter", "value": 7}],
    "Object": [{"name": "file", "Attribute": [{"type": "filename|sha256", "value": "a.exe|aa"}, {"type": "md5", "value": "bb"}]}],
    "Galaxy": [{"type": "threat-actor", "GalaxyCluster": [{"type": "threat-actor", "value": "Bear", "meta": {"synonyms": ["FR-1"]}}]},
               {"type": "mitre-attack-pattern", "GalaxyCluster": [{"value": "Data Destruction - T1485"}]},
               {"type": "malpedia", "GalaxyCluster": [{"value": "Wiper"}]}]}}]})"));
  ASSERT_TRUE(read) << read.error().message;
  std::vector<std::string> names;
  for (const ImportedItem& i : read->items) {
    names.push_back(i.item.name);
    EXPECT_EQ(to_string(i.item.reliability), "B2");
    EXPECT_EQ(i.item.known, "2020-05-06");
    EXPECT_EQ(i.item.source, "CERT X");
  }
  EXPECT_EQ(names, (std::vector<std::string>{"CERT X: it was Bear", "CERT X: 1 techniques",
                                             "CERT X: 1 names of software", "CERT X: 1 addresses and domains",
                                             "CERT X: 1 build paths", "CERT X: 2 hashes of files"}));
  EXPECT_EQ(read->items[0].subjects, (std::vector<std::string>{"Bear", "FR-1"}));
  EXPECT_EQ(read->items[1].item.statement, "T1485");
}

TEST(OthersBundles, ErrorsSayWhatIsWrong) {
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  const std::vector<std::pair<std::string, std::string_view>> cases = {
      {R"({"type": "bundle"})", "has no \"objects\""},
      {R"({"type": "bundle", "objects": 1})", "must be a list"},
      {R"({"type": "bundle", "objects": []})", "attributes nothing"},
      {R"({"type": "bundle", "objects": [1]})", "object 1: must be an object"},
      {R"({"type": "bundle", "objects": [{"id": 1}]})", "must be a text"},
      {R"({"type": "bundle", "objects": [{"id": "x--1", "type": "x-mitre-matrix"}]})", "samehand exchange import"},
      {R"({"type": "bundle", "objects": [], "x": )" + deep + "}", "deep"},
      {R"({"Event": 1})", "event 1: must be an object"},
      {R"({"Event": {}})", "say nothing"},
      {R"({"response": []})", "no MISP event"},
      {R"({"Event": {"Attribute": {}}})", "must be a list"},
      {R"({"Event": {"Attribute": [1]}})", "an attribute must be an object"},
      {R"({"Event": {"x": )" + deep + "}}", "deep"}};
  for (const auto& [text, says] : cases) {
    const auto read = import_evidence(ByteView::of_text(text));
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find(says), std::string::npos) << text << ": " << read.error().message;
  }
}

TEST(MispEvent, SaysWhatItCan) {
  const Json event = Json::parse(misp_event(sample()))["Event"];
  EXPECT_EQ(misp_event(sample()), misp_event(sample()));
  EXPECT_EQ(event["info"], "A case");
  EXPECT_EQ(event["date"], "2020-01-02");
  EXPECT_EQ(event["timestamp"], "1580612645");  // 2020-02-02T03:04:05Z
  std::map<std::string, std::string> values;
  std::set<std::string> ids = {event["uuid"]};
  for (const Json& a : event["Attribute"]) {
    values[a["type"].get<std::string>() + " " + a["value"].get<std::string>()] = a["comment"];
    EXPECT_TRUE(ids.insert(a["uuid"]).second);
    EXPECT_EQ(a["to_ids"], false);
  }
  EXPECT_EQ(values["ip-dst 203.0.113.7"], "Named in: A page");
  EXPECT_TRUE(values.contains("btc 1abc"));
  EXPECT_EQ(values["threat-actor Freedonia"], "A hypothesis among several: 40 % (between 10 and 60)");
  EXPECT_EQ(event["Attribute"].back()["Tag"][0]["name"], "estimative-language:likelihood-probability=\"unlikely\"");
  ASSERT_EQ(event["Object"].size(), 1u);
  EXPECT_EQ(event["Object"][0]["Attribute"].size(), 3u);
  EXPECT_EQ(event["EventReport"].size(), 1u);
  // Back in, hypotheses would be taken for what an organisation says.
  const auto read = import_evidence(ByteView::of_text(misp_event(sample())));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("written from a case"), std::string::npos);
  EXPECT_FALSE(Json::parse(misp_event({}), nullptr, false).is_discarded());
}

TEST(StixIn, OfVersionsTheNewestCounts) {
  const auto bundle = [](const std::string& relations) {
    return import_evidence(ByteView::of_text(
        R"({"type":"bundle","id":"bundle--1","objects":[
          {"type":"campaign","id":"campaign--1","name":"C"},
          {"type":"threat-actor","id":"threat-actor--1","name":"Freedonia"},
          {"type":"threat-actor","id":"threat-actor--2","name":"Sylvania"},)" +
        relations + "]}"));
  };
  const auto relation = [](const char* modified, const char* target, const char* more = "") {
    return std::string(R"({"type":"relationship","id":"relationship--1","relationship_type":"attributed-to",)") +
           R"("source_ref":"campaign--1","target_ref":"threat-actor--)" + target + R"(","modified":")" + modified +
           "\"" + more + "}";
  };
  const std::string first = relation("2021-01-01T00:00:00.000Z", "1"),
                    second = relation("2022-01-01T00:00:00.000Z", "2");
  for (const std::string& both : {first + "," + second, second + "," + first}) {
    const auto read = bundle(both);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->items.size(), 1u);
    EXPECT_EQ(read->items[0].subjects, std::vector<std::string>{"Sylvania"});
  }
  ASSERT_TRUE(bundle(first + "," + first));
  EXPECT_EQ(bundle(first + "," + first)->items.size(), 1u);
  EXPECT_FALSE(bundle(first + "," + relation("2022-01-01T00:00:00.000Z", "1", R"(,"revoked":true)")))
      << "nothing is left";
  EXPECT_FALSE(bundle(first + "," + relation("2021-01-01T00:00:00.000Z", "2"))) << "which is meant?";
}

TEST(OthersBundles, WhatCannotBeUsedIsSaidAndTheRestKept) {
  const std::string sound = R"({"type": "identity", "id": "identity--1", "name": "A lab"},
    {"type": "campaign", "id": "campaign--1", "name": "Wiper"}, {"type": "threat-actor", "id": "threat-actor--1", "name": "Bear"},
    {"type": "relationship", "id": "relationship--1", "created": "2020-05-06T00:00:00.000Z", "created_by_ref": "identity--1", "confidence": 65,
     "relationship_type": "attributed-to", "source_ref": "campaign--1", "target_ref": "threat-actor--1"})";
  const auto with = [&](const std::string& object) {
    return import_evidence(
        ByteView::of_text(R"({"type": "bundle", "objects": [)" + sound + (object.empty() ? "" : ", ") + object + "]}"));
  };
  const auto relation = [](const std::string& more, const char* target = "threat-actor--1") {
    return R"({"type": "relationship", "id": "relationship--2", "relationship_type": "attributed-to", "source_ref": "campaign--1", "target_ref": ")" +
           std::string(target) + "\"" + more + "}";
  };
  struct Case {
    std::string object;
    std::size_t items;  // beyond the sound one
    std::string_view says;
  };
  const Case cases[] = {
      {"7", 0, "object 5: must be an object"},
      {R"({"type": "malware"})", 0, "object 5: has no \"id\""},
      {R"({"type": "malware", "id": "malware--1"})", 0, "malware--1: has no name; left out"},
      {R"({"type": "malware", "id": "malware--1", "name": 7})", 0, "\"name\" must be a text; left out"},
      {R"({"type": "indicator", "id": "indicator--1", "pattern": ""})", 0, "indicator--1: has no name; left out"},
      {relation(R"(, "confidence": "high")"), 1, "\"confidence\" \"high\" is no whole number"},
      {relation(R"(, "confidence": 101)"), 1, "\"confidence\" 101 is no whole number"},
      {relation(R"(, "confidence": -1)"), 1, "\"confidence\" -1 is no whole number"},
      {relation(R"(, "created": "2020-13-45T00:00:00Z")"), 1, "\"2020-13-45T00:00:00Z\" is no date: taken as undated"},
      {relation(R"(, "created": 7)"), 0, "\"created\" must be a text; left out"},
      {relation(R"(, "created_by_ref": "identity--9")"), 1, "its creator identity--9 is not in the bundle"},
      {relation("", "threat-actor--9"), 0, "attributes to threat-actor--9, which is not in the bundle; left out"},
      {R"({"type": "relationship", "id": "relationship--2", "relationship_type": "attributed-to", "source_ref": "campaign--1"})",
       0, "has no \"target_ref\""},
      {R"({"type": "relationship", "id": "relationship--2", "relationship_type": "attributed-to", "source_ref": "campaign--9",
           "target_ref": "threat-actor--1"})",
       1, "campaign--9, is not in the bundle"},
      {R"({"type": "opinion", "id": "opinion--1", "opinion": "maybe", "object_refs": ["relationship--1"]})", 0,
       "is none of STIX's; left out"},
      {R"({"type": "opinion", "id": "opinion--1", "opinion": "disagree", "object_refs": ["relationship--9"]})", 0,
       "is on relationship--9, which is not in the bundle"},
      {R"({"type": "opinion", "id": "opinion--1", "opinion": "disagree", "object_refs": [7, "relationship--1"]})", 1,
       "is no text"},
      {R"({"type": "opinion", "id": "opinion--1", "opinion": "disagree"})", 0, "is on nothing; left out"},
      {R"({"type": "tool", "id": "tool--1", "name": "A"}, {"type": "tool", "id": "tool--1", "name": "B"})", 0,
       "is there twice"},
  };
  ASSERT_TRUE(with(""));
  EXPECT_EQ(with("")->remarks.count, 0u);
  for (const Case& c : cases) {
    const auto read = with(c.object);
    ASSERT_TRUE(read) << c.object << read.error().message;
    EXPECT_EQ(read->items.size(), 1 + c.items) << c.object;
    EXPECT_EQ(to_string(read->items[0].item.reliability), "F2") << c.object;
    EXPECT_EQ(read->remarks.count, 1u) << c.object;
    ASSERT_EQ(read->remarks.first.size(), 1u) << c.object;
    EXPECT_NE(read->remarks.first[0].find(c.says), std::string::npos) << read->remarks.first[0];
    const auto sent = decode(ByteView(encode(*read)));
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->remarks.first, read->remarks.first);
  }
  // Counted to the end, kept as far as anybody reads.
  std::string many;
  for (int i = 0; i < 50; ++i) many += (i == 0 ? "" : ", ") + fmt::format(R"({{"type": "tool", "id": "tool--{}"}})", i);
  EXPECT_EQ(with(many)->remarks.count, 50u);
  EXPECT_EQ(with(many)->remarks.first.size(), Remarks::kKept);
}

TEST(MispIn, WhatCannotBeUsedIsSaidAndTheRestKept) {
  const auto event = [](const std::string& more) {
    return import_evidence(ByteView::of_text(
        R"({"Event": {"info": "x", "Orgc": {"name": "CERT"}, "Attribute": [{"type": "ip-dst", "value": "203.0.113.7"})" +
        more + "}}"));
  };
  const std::pair<std::string, std::string_view> cases[] = {
      {R"(], "date": "soon")", "event 1: \"date\" \"soon\" is no date"},
      {R"(, 7])", "event 1: an attribute must be an object; left out"},
      {R"(, {"type": "domain", "value": 7}])", "the value of an attribute \"domain\" must be a text"},
      {R"(, {"type": "threat-actor", "value": "Bear", "Tag": [{"name": "estimative-language:likelihood-probability=\"unlikely\""}]}])",
       "\"Bear\" is called less than likely"},
      {R"(], "Object": [{"Attribute": 7}])", "\"Attribute\" must be a list; left out"},
      {R"(], "Galaxy": 7)", "\"Galaxy\" must be a list; left out"}};
  EXPECT_EQ(event("]")->remarks.count, 0u);
  for (const auto& [more, says] : cases) {
    const auto read = event(more);
    ASSERT_TRUE(read) << more << read.error().message;
    EXPECT_EQ(read->items.size(), 1u) << more;
    EXPECT_EQ(read->remarks.count, 1u) << more;
    ASSERT_FALSE(read->remarks.first.empty()) << more;
    EXPECT_NE(read->remarks.first[0].find(says), std::string::npos) << read->remarks.first[0];
  }
}

TEST(MispIn, DoubtedAttributionsAreNone) {
  const auto event = [](const char* likelihood) {
    return import_evidence(ByteView::of_text(
        std::string(
            R"({"Event":{"info":"x","Attribute":[{"type":"ip-dst","value":"203.0.113.7","category":"Network activity"},
          {"type":"threat-actor","value":"Freedonia","category":"Attribution",
           "Tag":[{"name":"estimative-language:likelihood-probability=\")") +
        likelihood + R"(\""}]}]}})"));
  };
  ASSERT_TRUE(event("likely")) << event("likely").error().message;
  EXPECT_EQ(event("likely")->items.size(), 2u);
  EXPECT_EQ(event("very-likely")->items.size(), 2u);
  EXPECT_EQ(event("unlikely")->items.size(), 1u);
  EXPECT_EQ(event("very-unlikely")->items.size(), 1u);
}

TEST(NavigatorLayer, ScoresByReports) {
  SharedCase shared = sample();
  shared.pages.push_back({.exhibit = 0, .title = "Another", .techniques = {"T1485"}});
  const Json layer = Json::parse(navigator_layer(shared));
  EXPECT_EQ(layer["versions"]["layer"], "4.5");
  EXPECT_EQ(layer["domain"], "enterprise-attack");
  ASSERT_EQ(layer["techniques"].size(), 2u);
  EXPECT_EQ(layer["techniques"][0]["techniqueID"], "T1485");
  EXPECT_EQ(layer["techniques"][0]["score"], 2);
  EXPECT_EQ(layer["techniques"][0]["comment"], "Named in 2 of 2 reports: A page; Another");
  EXPECT_EQ(layer["techniques"][1]["techniqueID"], "T1566.001");
  EXPECT_GT(layer["gradient"]["maxValue"], layer["gradient"]["minValue"]);
  EXPECT_EQ(Json::parse(navigator_layer({}))["techniques"].size(), 0u);
}

}  // namespace
}  // namespace samehand::exchange
