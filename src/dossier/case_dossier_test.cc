#include "samehand/dossier/case_dossier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "case_facts.h"
#include "golden.h"
#include "samehand/base/test_time.h"
#include "samehand/evidence/defaults.h"
#include "sample_comparison.h"
#include "sample_dossier.h"
#include "schema_check.h"

namespace samehand::dossier {

namespace {

// As flow does it.
void weigh_it(Dossier& d) {
  CaseVerdict& v = d.verdict.emplace();
  v.file = d.view.file;
  v.as_of = d.as_of;
  v.contents = d.view.contents;
  for (const auto& h : v.contents.hypotheses) v.problem.hypotheses.push_back({h.name, h.prior});
  for (std::size_t i = 0; i < v.contents.items.size(); ++i) {
    const evidence::Item& item = v.contents.items[i];
    v.left_out.push_back(item.excluded ? LeftOut::kExcluded : LeftOut::kNo);
    if (item.excluded) {
      ++v.excluded;
      continue;
    }
    v.items.push_back(i);
    v.problem.items.push_back({item.name, item.group, item.source});
    std::vector<evidence::Weight> row = evidence::default_weights(item, v.contents.hypotheses);
    for (const auto& [number, weight] : item.weights) row[static_cast<std::size_t>(number) - 1] = weight;
    v.problem.weights.insert(v.problem.weights.end(), row.begin(), row.end());
  }
  auto outcome = weigh::weigh(v.problem, v.options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  v.outcome = std::move(*outcome);
  v.founded = weigh::founded(v.outcome);
  v.matrix = weigh::ach(v.problem);
  v.candidates.push_back(
      {"servers of " + v.contents.hypotheses[1].name, std::vector<evidence::Weight>(v.contents.hypotheses.size())});
  v.candidates[0].weights[1] = {3, 8, 12};
  v.prospects = weigh::prospects(v.outcome.posterior, v.candidates);
}

reading::Reading page_of(const std::string& outlet, const std::string& text, std::int16_t day) {
  page::Document document;
  document.text = text;
  document.metadata.outlet = outlet;
  document.metadata.published = {.year = 2014, .month = 12, .day = static_cast<std::int8_t>(day), .utc_offset_min = {}};
  return reading::read(std::move(document));
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++n;
  return n;
}

}  // namespace

Dossier sample_dossier(const std::string& text) {
  const auto say = [&](const char* plain) { return text.empty() ? std::string(plain) : text + plain; };
  Dossier d;
  d.view.file = say("harbour.case");
  casefile::Contents& c = d.view.contents;
  c.title = say("The harbour");
  c.created = "2014-12-01T00:00:00Z";
  using evidence::Role;
  c.hypotheses = {{1, say("Northland"), Role::kAccused, .3, {say("the North")}, say("the accused itself")},
                  {2, say("Proxies of Northland"), Role::kProxy, .2, {}, ""},
                  {3, say("An insider"), Role::kInsider, .5, {}, say("one of the port's own")}};
  for (std::int64_t e = 1; e <= 4; ++e) {
    evidence::Exhibit& exhibit = c.exhibits.emplace_back();
    exhibit.number = e;
    exhibit.sha256 = std::string(64, static_cast<char>('0' + e));
    exhibit.name = say(e < 3 ? "page.html" : "tool.exe");
    exhibit.kind = e < 3 ? evidence::ExhibitKind::kReport : evidence::ExhibitKind::kTool;
    exhibit.size_bytes = 1234;
    exhibit.source = say("a mirror");
    exhibit.collected = text.empty() ? "2014-12-05" : text;
    exhibit.known_of = e == 4 ? 1 : 0;
    exhibit.added_by = say("an analyst");
    exhibit.added = text.empty() ? "2014-12-06T10:00:00Z" : text;
  }
  c.findings = {{1, 1, say("read 1"), std::string(64, 'a'), 99}};
  using evidence::ItemKind;
  const auto item = [&](ItemKind kind, std::int64_t at, const char* name, const char* grade) -> evidence::Item& {
    evidence::Item& i = c.items.emplace_back();
    i.number = static_cast<std::int64_t>(c.items.size());
    i.name = say(name);
    i.statement = say("what it says in full");
    i.kind = kind;
    i.source = say(i.number % 2 == 0 ? "a vendor" : "a researcher");
    i.reliability = *evidence::parse_admiralty(grade);
    i.forgeability = evidence::default_of(kind).forgeability;
    i.points_at = at;
    i.known = text.empty() ? "2014-12-04" : text;
    i.loci = {{.exhibit = 1, .member = say("inner"), .unit = evidence::Locus::Unit::kBytes, .begin = 1, .end = 9}};
    return i;
  };
  item(ItemKind::kInfrastructure, 1, "A server", "B2").group = say("the server");
  item(ItemKind::kAddress, 1, "Its address", "C3").group = say("the server");
  item(ItemKind::kLanguage, 1, "A locale", "B2").group = say("the locale");
  evidence::Item& against = item(ItemKind::kLanguage, 1, "The locale speaks against", "A1");
  against.against = true;
  against.group = say("the locale");
  item(ItemKind::kAccess, 3, "A password", "B2").method = say("hand");
  item(ItemKind::kDenial, 1, "A denial", "F3").origin = evidence::Origin::kReport;
  item(ItemKind::kOther, 0, "Nobody judged it", "F6");
  item(ItemKind::kMotive, 3, "Set aside", "C3").excluded = true;
  item(ItemKind::kOther, 0, "Given weights", "B2").weights = {{1, {-3, -2, -1}}, {3, {0, 1, 2}}};
  item(ItemKind::kSharedCode, 1, "Shared code", "A2").origin = evidence::Origin::kTool;
  c.judgements = {{1, 2, 4, "against", "yes", say("read the other way")},
                  {2, 2, 9, "weights", "1=-3,-2,-1 3=0,1,2", say("by hand")}};
  c.events = 2;
  c.head = std::string(64, 'f');
  d.view.history = {
      {1, text.empty() ? "2014-12-01T00:00:00Z" : text, say("an analyst"), say("new"), say("The harbour"), "", "",
       std::string(64, 'e')},
      {2, "2014-12-02T00:00:00Z", say("an analyst"), "assess", say("items"), "", "", std::string(64, 'f')}};
  d.view.readings.push_back(
      page_of(say("The Daily Quay"),
              "The ministry said on Thursday that Northland was behind the attack on the harbour. A "
              "vendor said that the malware was similar to that of 2013.",
              4));
  d.view.readings.push_back(
      page_of("The Tide",
              "An unnamed diplomat told the Daily Quay that Northland was not behind the attack on the "
              "harbour. Northland denied that it was responsible for the attack.",
              5));
  d.view.reading_exhibit = {1, 2};
  for (reading::Reading& r : d.view.readings) {
    r.file = say("page.html");
    if (text.empty()) continue;
    for (claim::Claim& claim : r.claims) {
      claim.speaker += text;
      for (std::string& link : claim.chain) link += text;
      claim.chain.insert(claim.chain.begin() + 1, text);
      claim.hedge = text;
    }
  }
  d.view.voices = reading::find_voices(d.view.readings);
  if (!text.empty()) {
    for (reading::Voice& v : d.view.voices.voices) v.source += text;
    for (reading::Contradiction& x : d.view.voices.contradictions) x.matter += text;
  }
  weigh_it(d);
  d.shared.push_back({.tool = 3, .earlier = 4, .item = 10, .comparison = large_comparison(20, 3)});
  d.shared[0].comparison.a = say("tool.exe");
  if (!text.empty()) {
    for (PairSummary& p : d.shared[0].comparison.pairs) {
      p.a.name = p.reason = text;
      if (p.a_code && !p.a_code->blocks.empty() && !p.a_code->blocks[0].instructions.empty())
        p.a_code->blocks[0].instructions[0].text = text;
    }
    d.shared[0].comparison.verdict_text = text;
  }
  d.remarks = {say("One tool is kept by reference.")};
  return d;
}

Dossier large_dossier(std::size_t items, std::size_t hypotheses) {
  Dossier d;
  d.view.file = "large.case";
  casefile::Contents& c = d.view.contents;
  for (std::size_t h = 1; h <= hypotheses; ++h) {
    c.hypotheses.push_back({static_cast<std::int64_t>(h),
                            "Group " + std::to_string(h),
                            evidence::Role::kOther,
                            1.0 / static_cast<double>(hypotheses),
                            {},
                            ""});
  }
  for (std::size_t i = 1; i <= items; ++i) {
    evidence::Item& item = c.items.emplace_back();
    item.number = static_cast<std::int64_t>(i);
    item.name = "Item " + std::to_string(i);
    item.statement = item.name;
    item.kind = evidence::ItemKind::kAttribution;
    item.reliability = {'C', '3'};
    item.points_at = static_cast<std::int64_t>(i % hypotheses) + 1;
    item.group = "group " + std::to_string(i / 3);
    item.known = "2014-12-04";
  }
  weigh_it(d);
  return d;
}

namespace {

const std::string kAttack =
    "</script></style><img src=x "
    "onerror=alert(1)><!--]]>{{script}}'\"&\xe2\x80\xa8\xe2\x80\xae\x1b[31m`|*_[x](http://h.example)\n# h\n";

TEST(Dossier, HostileTextNeverBecomesMarkup) {
  const std::string page = dossier_html(sample_dossier(kAttack)), plain = dossier_html(sample_dossier());
  for (const std::string_view part : {"<img", "<!--", "<script", "</script", "<style", "</style", "<body", "<h1",
                                      "<svg", "<details", "<table", "<section", "href=", "onerror=alert(1)>"}) {
    EXPECT_EQ(occurrences(page, part), occurrences(plain, part)) << part;
  }
  EXPECT_EQ(page.find(" style="), std::string::npos);  // the policy would refuse it
  for (const std::string_view raw : {"\xe2\x80\xa8", "\xe2\x80\xae", "\x1b"})
    EXPECT_EQ(page.find(raw), std::string::npos);
  EXPECT_NE(page.find("&lt;img src=x onerror=alert(1)&gt;"), std::string::npos);
}

TEST(Dossier, HostileTextNeverBecomesMarkdown) {
  const std::string hostile = dossier_markdown(sample_dossier(kAttack)), plain = dossier_markdown(sample_dossier());
  // Outside fenced code, where nothing is markup.
  const auto prose = [](const std::string& text) {
    std::string out;
    std::istringstream in(text);
    bool fenced = false;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("```")) fenced = !fenced;
      if (!fenced) out += line + "\n";
    }
    EXPECT_FALSE(fenced);
    return out;
  };
  const std::string text = prose(hostile);
  EXPECT_EQ(text.find('<'), std::string::npos);
  for (std::size_t at = 0; (at = text.find("](", at)) != std::string::npos; ++at) EXPECT_EQ(text[at - 1], '\\');
  EXPECT_EQ(text.find("http://"), std::string::npos);
  EXPECT_EQ(occurrences(text, "\n#"), occurrences(prose(plain), "\n#"));
  for (const std::string_view raw : {"\xe2\x80\xa8", "\xe2\x80\xae", "\x1b"})
    EXPECT_EQ(text.find(raw), std::string::npos);
  // Rows keep their columns: what stands in a cell cannot begin another.
  std::size_t columns = 0;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    if (!line.starts_with('|')) {
      columns = 0;
      EXPECT_EQ(bars, 0u) << line;
      continue;
    }
    if (columns == 0) columns = bars;
    EXPECT_EQ(bars, columns) << line;
  }
}

TEST(Dossier, WhatSomebodyDeclinesToSayIsNotOnTheTimeline) {
  Dossier d;
  claim::Claim declines, who;
  declines.speaker = who.speaker = "The bureau";
  declines.stance = claim::Stance::kDeclines;
  who.parent = 0;
  d.view.readings.emplace_back().claims = {declines, who};
  std::vector<DatedClaim> dated(2);
  dated[0].ref = {0, 0};
  dated[1].ref = {0, 1};
  EXPECT_EQ(timeline(d, dated).size(), 1u);
  d.view.readings[0].claims[0].stance = claim::Stance::kAsserts;
  EXPECT_EQ(timeline(d, dated).size(), 2u);
}

TEST(Dossier, JsonFollowsItsSchema) {
  const auto schema =
      nlohmann::json::parse(file_text(std::string(SAMEHAND_DOSSIER_DIR) + "/../../docs/format/dossier.schema.json"));
  Dossier without = sample_dossier();
  without.verdict.reset();
  without.shared.clear();
  for (const Dossier& d : {sample_dossier(), sample_dossier(kAttack), sample_dossier("\xff\xfe"), large_dossier(30, 3),
                           without, Dossier{}})
    EXPECT_EQ(schema_violation(schema, nlohmann::json::parse(dossier_json(d))), "");
}

TEST(Dossier, PolicyAllowsItsOwnCodeOnly) {
  const std::string page = dossier_html(sample_dossier());
  EXPECT_NE(page.find("default-src 'none'; style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(page.find("unsafe"), std::string::npos);
  for (const std::string_view part : {"<link", " src=", "url(", "@import", "http://", "https://", "{{"})
    EXPECT_EQ(occurrences(page, part), 0u) << part;
}

TEST(Dossier, SaysWhatItHangsOnAndWhatSpeaksAgainst) {
  const Dossier d = sample_dossier();
  const CaseVerdict& v = *d.verdict;
  const auto observed = observations(v);
  double total = 0;
  for (const Observation& o : observed) total += static_cast<double>(o.items.size());
  EXPECT_EQ(total, static_cast<double>(v.items.size()));
  EXPECT_TRUE(std::ranges::is_sorted(
      observed, [](const auto& a, const auto& b) { return std::abs(a.effect_db) > std::abs(b.effect_db); }));
  // Thinking an observation away is weighing without it.
  for (const Observation& o : observed) {
    weigh::Problem rest;
    rest.hypotheses = v.problem.hypotheses;
    for (std::size_t i = 0; i < v.problem.items.size(); ++i) {
      if (std::ranges::find(o.items, i) != o.items.end()) continue;
      rest.items.push_back(v.problem.items[i]);
      std::ranges::copy(v.problem.row(i), std::back_inserter(rest.weights));
    }
    const auto outcome = weigh::weigh(rest, {.draws = 0});
    ASSERT_TRUE(outcome);
    EXPECT_NEAR(o.without, outcome->posterior[v.outcome.leader].mid, 1e-9) << o.name;
  }
  EXPECT_LE(hinges(v, observed).size(), 3u);
  EXPECT_GE(hinges(v, observed).size(), 1u);
  const auto contrary = strongest_contrary(v);
  ASSERT_TRUE(contrary);
  for (const weigh::Effect& e : v.outcome.items) EXPECT_GE(e.effect_db, v.outcome.items[*contrary].effect_db);
  const auto both = opposed(v);
  ASSERT_EQ(both.size(), 1u);
  EXPECT_EQ(both[0].group, "the locale");
  EXPECT_EQ(both[0].holds, (std::vector<std::int64_t>{3}));
  EXPECT_EQ(both[0].disputes, (std::vector<std::int64_t>{4}));
}

TEST(Dossier, MapDrawsEveryChainWithinItsBounds) {
  const std::string page = dossier_html(sample_dossier());
  EXPECT_GE(occurrences(page, "<path class=\"chain "), 3u);
  EXPECT_NE(page.find("class=\"chain denies\""), std::string::npos);
}

TEST(Dossier, LinksLeadSomewhere) {
  const std::string page = dossier_html(sample_dossier());
  for (std::size_t at = 0; (at = page.find("href=\"#", at)) != std::string::npos; ++at) {
    const std::string id = page.substr(at + 7, page.find('"', at + 7) - at - 7);
    EXPECT_NE(page.find("id=\"" + id + "\""), std::string::npos) << id;
  }
}

TEST(Dossier, LargeCasesAreCutAndSaySo) {
  const Dossier large = large_dossier(20'000, 40);
  const std::string page = dossier_html(large), markdown = dossier_markdown(large);
  EXPECT_LT(page.size(), 8'000'000u);
  EXPECT_LT(markdown.size(), 4'000'000u);
  EXPECT_NE(page.find("more items; <code>--json</code> has them all"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(dossier_json(large))["items"].size(), 20'000u);
}

TEST(Dossier, CostGrowsWithTheItems) {
  const auto seconds = [](const Dossier& d) {
    const double start = processor_seconds();
    EXPECT_GT(dossier_html(d).size() + dossier_markdown(d).size() + dossier_json(d).size(), 0u);
    return processor_seconds() - start;
  };
  const double small = seconds(large_dossier(2'500, 10)), large = seconds(large_dossier(10'000, 10));
  EXPECT_LT(large, 12 * small + .5);  // quadratic would be 16 times
}

TEST(Dossier, LongTextsAreCut) {
  EXPECT_LT(dossier_html(sample_dossier(std::string(200'000, 'x'))).size(), 3'000'000u);
}

TEST(Dossier, NothingToSayIsStillADocument) {
  EXPECT_NE(dossier_html(Dossier{}).find("No hypotheses, so no verdict"), std::string::npos);
  EXPECT_NE(dossier_markdown(Dossier{}).find("No hypotheses, so no verdict"), std::string::npos);
}

TEST(Dossier, WritesSamplePages) {
  if (const char* folder = std::getenv("SAMEHAND_PAGES"); folder != nullptr) {
    const auto write = [&](const char* name, const Dossier& d) {
      std::ofstream(std::filesystem::path(folder) / name, std::ios::binary) << dossier_html(d);
    };
    std::filesystem::create_directories(folder);
    write("case.html", sample_dossier());
    write("case-hostile.html", sample_dossier(kAttack + std::string(300, 'W')));
    write("case-large.html", large_dossier(240, 14));
    write("case-empty.html", Dossier{});
  }
}

}  // namespace
}  // namespace samehand::dossier
