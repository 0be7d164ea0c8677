// Pages that have lost their tags. The pages here are invented; each has the furniture of another kind of site.
#include <gtest/gtest.h>

#include "samehand/page/page.h"

namespace samehand::page {
namespace {

Document read(std::string_view text) {
  auto document = read_page(ByteView::of_text(text), "page.txt");
  EXPECT_TRUE(document.has_value());
  return document.has_value() ? std::move(*document) : Document{};
}

constexpr std::string_view kAgency =
    "10:05 GMT06 May 2021\n"
    "Watch Live\n"
    "    Europe\n"
    "    Get short URL\n"
    "    The Grid Affair (12)\n"
    "    3 140\n"
    "\n"
    "    The operator of the northern grid has rejected claims that its own staff caused the outage that darkened four "
    "cities.\n"
    "\n"
    "    KYIV, March 2 (Wireline) \xe2\x80\x94 The operator said on Monday that its engineers found malware in three "
    "control rooms, and that no employee was involved.\n"
    "\n"
    "    What comes next\n"
    "\n"
    "    \"We will publish every sample that we find,\" its spokesman told the daily Dnipro Post, which first reported "
    "the outage in the night.\n"
    "\n"
    "    The Grid Affair (12)\n"
    "\n"
    "    Minister Visits Northern Dam the Morning After the Storm\n"
    "    Three Ports in the South Close Over a Strike, Union Says\n"
    "    Old Turbines of the Grid Were Sold Abroad, Paper Reports\n"
    "    grid, outage, malware, Kyiv (city), northern operator, power stations\n"
    "    Community standardsDiscussion\n";

TEST(ScrapedText, AnAgencysPage) {
  const Document page = read(kAgency);
  const Metadata& m = page.metadata;
  EXPECT_EQ(m.outlet, "Wireline");
  EXPECT_EQ(m.place, "KYIV");
  EXPECT_EQ(to_iso(m.published), "XXXX-03-02");
  EXPECT_EQ(to_iso(m.stored), "2021-05-06T10:05Z");
  EXPECT_EQ(m.topic.name, "The Grid Affair");
  EXPECT_EQ(m.topic.stories, 12u);
  EXPECT_EQ(m.tags, (std::vector<std::string>{"grid", "outage", "malware", "Kyiv (city)", "northern operator",
                                              "power stations"}));
  EXPECT_EQ(m.language, "en");
  EXPECT_TRUE(page.text.starts_with("The operator of the northern grid")) << page.text;
  EXPECT_TRUE(page.text.ends_with("in the night.")) << page.text;
  EXPECT_NE(page.text.find("What comes next"), std::string::npos);
  for (const std::string_view furniture :
       {"Watch Live", "short URL", "Grid Affair", "Minister Visits", "Three Ports", "standards", "10:05"}) {
    EXPECT_EQ(page.text.find(furniture), std::string::npos) << furniture;
  }
}

TEST(ScrapedText, TheClockIsThePublicationWhereTheDatelineAgrees) {
  std::string text(kAgency);
  text.replace(0, text.find('\n'), "10:05 GMT02 March 2021");
  const Document page = read(text);
  EXPECT_EQ(to_iso(page.metadata.published), "2021-03-02T10:05Z");
  EXPECT_FALSE(page.metadata.stored.known());
}

TEST(ScrapedText, APaperWithTitleBylineAndDate) {
  const Document page = read(
      "Skip to content\nSubscribe\nLog in\nNews\nSport\nBusiness\n\n"
      "Hospital group pays nothing to thieves of records\n"
      "By Maria Holt and Jan Kade\n"
      "Published: 7 June 2022, 09:30 BST\n"
      "Share\n\n"
      "The group that runs eleven hospitals said it will not pay the people who copied 400,000 patient records in "
      "May.\n\n"
      "Its director, who spoke to reporters outside the main clinic, called the demand \"an insult to every patient "
      "that we treat.\"\n\n"
      "Read more: Ten things to know about ransomware\n\n"
      "Investigators believe that the thieves used the account of a contractor, which had no second factor for signing "
      "in.\n\n"
      "Most read\nCity wins late\nRain for the weekend\nWhat to cook tonight\n\n"
      "\xc2\xa9 2022 The Harbour Gazette. All rights reserved.\n");
  EXPECT_EQ(page.metadata.title, "Hospital group pays nothing to thieves of records");
  EXPECT_EQ(page.metadata.authors, (std::vector<std::string>{"Maria Holt", "Jan Kade"}));
  EXPECT_EQ(to_iso(page.metadata.published), "2022-06-07T09:30+01:00");
  EXPECT_EQ(page.metadata.outlet, "The Harbour Gazette");
  EXPECT_TRUE(page.text.starts_with("The group that runs")) << page.text;
  EXPECT_TRUE(page.text.ends_with("for signing in.")) << page.text;
  EXPECT_EQ(page.text.find("Read more"), std::string::npos);
}

TEST(ScrapedText, IndicatorsAfterTheStoryStay) {
  const Document page = read(
      "Menu\nSearch\nContact us\n\n"
      "The implant writes its configuration to the registry and calls home every ninety minutes, as we described last "
      "year.\n\n"
      "Indicators\n"
      "d41d8cd98f00b204e9800998ecf8427e\n"
      "hxxp://update[.]example[.]net/a.php\n"
      "192.0.2.77\n\n"
      "Related Posts\nOur Year in Review\nMeet the Team\n");
  EXPECT_NE(page.text.find("d41d8cd98f00b204e9800998ecf8427e"), std::string::npos) << page.text;
  EXPECT_NE(page.text.find("192.0.2.77"), std::string::npos) << page.text;
  EXPECT_EQ(page.text.find("Meet the Team"), std::string::npos) << page.text;
}

TEST(ScrapedText, TextThatWasNoPageIsKeptWhole) {
  const std::string_view report =
      "Report on the incident\n\nOn Monday the service failed. We looked into it, and found that a disk was full of "
      "old logs.\n\n"
      "Hosts:\nalpha\nbeta\n\nNext steps: none.\n";
  const Document page = read(report);
  EXPECT_EQ(page.text, report);
  EXPECT_EQ(page.metadata.title, "Report on the incident");
}

TEST(ScrapedText, WrappedParagraphsAreJoined) {
  const Document page = read(
      "Share\nPrint\nLog in\n\n"
      "The agency said that the group had been inside the network of the\n"
      "ministry for at least five months, and that it had read the mail of\n"
      "two directors in that time.\n\n"
      "Comments\nNewsletter\n");
  EXPECT_EQ(page.text,
            "The agency said that the group had been inside the network of the ministry for at least five months, and "
            "that it had read the mail of two directors in "
            "that time.");
}

}  // namespace
}  // namespace samehand::page
