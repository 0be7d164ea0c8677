#include "samehand/technique/rank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "technique_testing.h"

namespace samehand::technique {
namespace {

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

TEST(Weights, FallWithTheOverlapAndWithWhatItRestsOn) {
  double before = INFINITY;
  const OverlapWeight* last = nullptr;
  for (const OverlapWeight& weight : overlap_weights()) {
    EXPECT_LE(weight.low_db, weight.mid_db);
    EXPECT_LE(weight.mid_db, weight.high_db);
    if (last == nullptr || last->support != weight.support || last->least_items != weight.least_items) {
      before = INFINITY;
    } else {
      EXPECT_LT(weight.least_overlap, last->least_overlap);
    }
    EXPECT_TRUE(weight.mid_db <= before || before == 0) << to_string(weight.support) << weight.least_items;
    EXPECT_TRUE(weight.least_overlap >= .5 ? weight.mid_db >= 0 : weight.mid_db <= 0);
    before = weight.mid_db;
    last = &weight;
  }
  // What hangs on one name that only words join to the group is no evidence, nor are techniques, however large a part.
  EXPECT_EQ(weight_of_overlap(Support::kWords, 1, 1).high_db, 0);
  for (const std::size_t items : {1, 4, 12, 100}) EXPECT_EQ(weight_of_overlap(Support::kMethods, items, 1).high_db, 0);
  EXPECT_GT(weight_of_overlap(Support::kMalware, 20, .95).mid_db, weight_of_overlap(Support::kMalware, 20, .6).mid_db);
  EXPECT_GT(weight_of_overlap(Support::kMalware, 20, .95).mid_db, weight_of_overlap(Support::kWords, 20, .95).mid_db);
  EXPECT_GT(weight_of_overlap(Support::kMalware, 20, .95).mid_db, weight_of_overlap(Support::kMalware, 3, .95).mid_db);
  EXPECT_LT(weight_of_overlap(Support::kMethods, 20, 0).high_db, 0);
  EXPECT_EQ(&weight_of_overlap(Support::kMethods, 0, 0), &overlap_weights().back());
}

TEST(Weights, TheOverlapKnowsNothingOfHowOftenAGroupIsReportedOn) {
  Bundle b = small_world();
  b.object("intrusion-set", "G4", "Crane", {"2011 a", "2012 b", "2013 c", "2014 d", "2015 e"});
  b.relation("G4", "uses", "T1090", {"2016 f"});
  const Catalogue c = b.catalogue();
  Query q;
  q.traits = {1};  // Otter and Heron phish; Stoat and Crane do only what was not asked about
  std::map<std::string, Candidate> of;
  for (const Candidate& candidate : rank(c, q)) of[c.groups[candidate.group].id] = candidate;
  EXPECT_GT(of["G4"].probability, of["G3"].probability);
  EXPECT_NEAR(of["G4"].overlap, of["G3"].overlap, 1e-12);
  q.traits = {1, 4};
  for (const Candidate& candidate : rank(c, q))
    EXPECT_EQ(candidate.support, candidate.group == 0 ? Support::kMalware : Support::kMethods);
}

}  // namespace
}  // namespace samehand::technique
