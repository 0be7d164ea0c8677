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

}  // namespace
}  // namespace samehand
