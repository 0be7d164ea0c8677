// What reports and descriptions tell, as the ranking counts it.
#include "told.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "samehand/technique/ranking.h"
#include "technique_testing.h"

namespace samehand::technique {
namespace {

TEST(Told, WhatTextsSayCountsUnlessItRestsOnTheQuerysReports) {
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
  for (const Candidate& candidate : rank(c, q)) EXPECT_EQ(candidate.support, Support::kWords) << candidate.group;
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

TEST(Told, PublishersFavourWhomTheyWriteAbout) {
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

TEST(Told, YearsFavourWhoWasReportedOnThen) {
  Bundle b = small_world();
  const Catalogue c = b.catalogue();
  Query q;
  q.traits = {1};
  const auto term = [&](int year, std::uint32_t group) {
    q.year = year;
    return term_of(c, q, group, Term::kYears);
  };
  EXPECT_GT(term(2017, 1), term(2017, 2));  // Heron's report is of 2017, Stoat's of 2021
  EXPECT_LT(term(2021, 1), term(2021, 2));
  EXPECT_EQ(term(0, 1), 0);
}

}  // namespace
}  // namespace samehand::technique
