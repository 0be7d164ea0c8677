#include "case_dates.h"

#include <gtest/gtest.h>

namespace samehand::flow {
namespace {

TEST(LastDay, OfWhatADateCanMean) {
  const std::pair<const char*, const char*> cases[] = {
      {"2014-12-04", "2014-12-04"}, {"2014-12-04T03:13Z", "2014-12-04"}, {"2014-12", "2014-12-31"},
      {"2014-02", "2014-02-28"},    {"2016-02", "2016-02-29"},           {"2014", "2014-12-31"},
      {"2014-XX", "2014-12-31"},    {"2014-12-XX", "2014-12-31"}};
  for (const auto& [text, day] : cases) EXPECT_EQ(last_day(text), day) << text;
  for (const char* text : {"", "XXXX-12-04", "soon", "2014-13", "2014-12-32", "2014-02-30", "2014/12/04", "04.12.2014",
                           "20141204", "-014"})
    EXPECT_FALSE(last_day(text)) << text;
}

}  // namespace
}  // namespace samehand::flow
