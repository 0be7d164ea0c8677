#include "samehand/base/base64.h"

#include <gtest/gtest.h>

namespace samehand {
namespace {

TEST(Base64, Rfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(to_base64(ByteView::of_text(plain)), coded);
    const auto back = from_base64(coded);
    ASSERT_TRUE(back);
    EXPECT_EQ(ByteView(*back).text(), plain);
  }
  for (const char* bad : {"Z", "Zg=", "Zg", "Zh==", "Zm9=", "=", "====", "Zg==Zg==", "Zm 9", "Zm9v\n"})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Base64, RunsEndAnywhereAndTakeEitherAlphabet) {
  struct Row {
    std::string_view text, bytes;
    std::size_t digits;
  };
  for (const Row& row : {Row{"", "", 0}, Row{"Z", "", 1}, Row{"Zm", "f", 2}, Row{"Zm9", "fo", 3}, Row{"Zm9v", "foo", 4},
                         Row{"Zm9vY", "foo", 5}, Row{"Zm9vYg==", "foob", 6}, Row{"Zm9v.YmFy", "foo", 4},
                         Row{"-_-_", "\xfb\xff\xbf", 4}, Row{"+/+/", "\xfb\xff\xbf", 4}}) {
    const Base64Run run = read_base64_run(row.text);
    EXPECT_EQ(run.bytes, row.bytes) << row.text;
    EXPECT_EQ(run.digits, row.digits) << row.text;
  }
}

}  // namespace
}  // namespace samehand
