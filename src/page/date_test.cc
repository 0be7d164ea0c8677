#include "samehand/page/date.h"

#include <gtest/gtest.h>

#include "dateline.h"
#include "html_metadata.h"

namespace samehand::page {
namespace {

std::string all(std::string_view text) {
  std::string out;
  for (const FoundDate& found : find_dates(text)) {
    out += (out.empty() ? "" : " ") + to_iso(found.date) + "[" + std::string(found.where.of(text)) + "]";
  }
  return out;
}

TEST(Date, AreFoundAsStatedAndNothingIsMadeUp) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"on December 4, 2014, he said", "2014-12-04[December 4, 2014]"},
      {"on December 4 he said", "XXXX-12-04[December 4]"},
      {"on Dec. 4, at", "XXXX-12-04[Dec. 4]"},
      {"the 4th of December 2014.", "2014-12-04[4th of December 2014]"},
      {"4 December", "XXXX-12-04[4 December]"},
      {"since March 2013 they", "2013-03[March 2013]"},
      {"2014-12-04T03:13:00Z", "2014-12-04T03:13Z[2014-12-04T03:13:00Z]"},
      {"2014-12-04T03:13:07.250+03:00", "2014-12-04T03:13+03:00[2014-12-04T03:13:07.250+03:00]"},
      {"2014-12-04", "2014-12-04[2014-12-04]"},
      {"03:13 GMT05 August 2020", "2020-08-05T03:13Z[03:13 GMT05 August 2020]"},
      {"10:48, Tue, Nov 19, 2019", "2019-11-19T10:48[10:48, Tue, Nov 19, 2019]"},
      {"Posted: Fri 6:45 PM, Feb 16, 2018", "2018-02-16T18:45[6:45 PM, Feb 16, 2018]"},
      {"November 19, 2019 12:04AM ET", "2019-11-19T00:04[November 19, 2019 12:04AM ET]"},
      {"19 November 2019 at 3 p.m. EST", "2019-11-19T15:00-05:00[19 November 2019 at 3 p.m. EST]"},
      {"12/14/2014", "2014-12-14[12/14/2014]"},
      {"14/12/2014", "2014-12-14[14/12/2014]"},
      {"03/04/2014", ""},  // either
      {"04.12.2014 um 10:15", "2014-12-04T10:15[04.12.2014 um 10:15]"},
      {"am 4. Dezember 2014", "2014-12-04[4. Dezember 2014]"},
      {"le 4 d\xc3\xa9"
       "cembre 2014",
       "2014-12-04[4 d\xc3\xa9"
       "cembre 2014]"},
      {"el 4 de diciembre de 2014", "2014-12-04[4 de diciembre de 2014]"},
      {"4 \xd0\xb4\xd0\xb5\xd0\xba\xd0\xb0\xd0\xb1\xd1\x80\xd1\x8f 2014",
       "2014-12-04[4 \xd0\xb4\xd0\xb5\xd0\xba\xd0\xb0\xd0\xb1\xd1\x80\xd1\x8f 2014]"},
      {"2014\xe5\xb9\xb4"
       "12\xe6\x9c\x88"
       "4\xe6\x97\xa5",
       "2014-12-04[2014\xe5\xb9\xb4"
       "12\xe6\x9c\x88"
       "4\xe6\x97\xa5]"},
      // What is no date.
      {"may 4 people come", ""},
      {"they march 10 miles", ""},
      {"May 10,000 be enough", ""},
      {"March 3.5 percent", ""},
      {"10.12.2014.5 is a version", ""},
      {"address 192.168.12.2014", ""},
      {"February 30, 2014", ""},
      {"in 2014", ""},
      {"December", ""},
      {"at 10:15 they", ""},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(all(text), expected) << text;
}

TEST(Date, OfAMetadataFieldMayBeCompact) {
  EXPECT_EQ(to_iso(parse_date("20141204").value_or(Date{})), "2014-12-04");
  EXPECT_EQ(to_iso(parse_date("20141204031300").value_or(Date{})), "2014-12-04T03:13");
  EXPECT_EQ(to_iso(parse_date("2014-12").value_or(Date{})), "2014-12");
  EXPECT_FALSE(parse_date("yesterday").has_value());
  EXPECT_FALSE(parse_date("99999999").has_value());
}

TEST(Date, UnknownPartsAreX) {
  EXPECT_EQ(to_iso({}), "");
  EXPECT_EQ(to_iso({.year = 2014}), "2014");
  EXPECT_EQ(to_iso({.year = 0, .month = 12, .day = 4}), "XXXX-12-04");
  EXPECT_EQ(
      to_iso({.year = 2014, .month = 12, .day = 4, .hour = 3, .minute = 13, .utc_offset_min = std::int16_t{-330}}),
      "2014-12-04T03:13-05:30");
}

TEST(Dateline, PlaceDateAndOutlet) {
  struct Case {
    std::string_view text, place, date, outlet, rest;
  };
  const Case cases[] = {
      {"MOSCOW, December 4 (Agency) \xe2\x80\x94 The ministry", "MOSCOW", "XXXX-12-04", "Agency", "The ministry"},
      {"LONDON (Wire) - A bank said", "LONDON", "", "Wire", "A bank said"},
      {"SEOUL/TOKYO, Nov 30, 2014 (Wire) -- Two firms", "SEOUL/TOKYO", "2014-11-30", "Wire", "Two firms"},
      {"Berlin, 3. Dezember (dpb) \xe2\x80\x93 Das Amt", "Berlin", "XXXX-12-03", "dpb", "Das Amt"},
      {"WASHINGTON \xe2\x80\x94 Officials said", "WASHINGTON", "", "", "Officials said"},
  };
  for (const Case& c : cases) {
    const auto found = parse_dateline(c.text);
    ASSERT_TRUE(found.has_value()) << c.text;
    EXPECT_EQ(found->place, c.place) << c.text;
    EXPECT_EQ(to_iso(found->date), c.date) << c.text;
    EXPECT_EQ(found->outlet, c.outlet) << c.text;
    EXPECT_EQ(c.text.substr(found->size), c.rest) << c.text;
  }
  for (const std::string_view none :
       {"The minister \xe2\x80\x94 who was ill \xe2\x80\x94 said nothing.", "Paris \xe2\x80\x94 no agency, no date",
        "A plain sentence.", "", "The film (a comedy) - and it is one - was not shown"}) {
    EXPECT_FALSE(parse_dateline(none).has_value()) << none;
  }
}

TEST(Dateline, AnOutletAlone) {
  const auto found = parse_dateline("(Northern Wire) - The ministry denied on Monday that it knew of it.");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->outlet, "Northern Wire");
  EXPECT_EQ(found->place, "");
  EXPECT_FALSE(parse_dateline("(see below) - the ministry denied it").has_value());
}

TEST(Dateline, SeriesWithTheirCount) {
  const auto series = parse_counted_name("  The Grid Affair (12)  ");
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(series->name, "The Grid Affair");
  EXPECT_EQ(series->count, 12u);
  for (const std::string_view none :
       {"Comments (12)", "A Film of the Year (2014)", "The Grid Affair", "(12)", "Something odd (x)", ""}) {
    EXPECT_FALSE(parse_counted_name(none).has_value()) << none;
  }
}

TEST(Metadata, AddressesAndBylines) {
  EXPECT_EQ(to_iso(date_in_url("https://a.example/world/2014/12/04/story")), "2014-12-04");
  EXPECT_EQ(to_iso(date_in_url("https://a.example/2014/12/story")), "2014-12");
  EXPECT_EQ(to_iso(date_in_url("https://a.example/story-2014")), "");
  EXPECT_EQ(host_of("https://www.News.example:8080/x"), "news.example");
  EXPECT_EQ(host_of("news.example/x"), "");
  EXPECT_EQ(absolute_url("https://a.example/x/y.html", "/z"), "https://a.example/z");
  EXPECT_EQ(absolute_url("https://a.example/x/y.html", "z"), "https://a.example/x/z");
  EXPECT_EQ(absolute_url("https://a.example/x", "//b.example/z"), "https://b.example/z");
  EXPECT_EQ(absolute_url("https://a.example", "mailto:x@b.example"), "mailto:x@b.example");
  EXPECT_EQ(parse_byline("By Ann Lee and Bob Roe | Staff"), (std::vector<std::string>{"Ann Lee", "Bob Roe"}));
  EXPECT_TRUE(parse_byline("By the end of the day").empty());
}

}  // namespace
}  // namespace samehand::page
