#include "samehand/page/page.h"

#include <gtest/gtest.h>

namespace samehand::page {
namespace {

TEST(Page, HtmlGivesTheStoryWithoutItsSurroundings) {
  const std::string_view html =
      "<!doctype html><title>t</title><nav><a href=/>Home</a></nav><div class=sidebar><p>One, two, three. Four, "
      "five.</div>"
      "<article><h1>Wiper hits studio</h1><p>The studio said on Monday, that its network was down. It gave no "
      "reason.</p>"
      "<p>Two employees, who asked not to be named, said that screens showed a skull.</p></article>";
  const auto document = read_page(ByteView::of_text(html), "a.html");
  ASSERT_TRUE(document.has_value());
  EXPECT_NE(document->text.find("its network was down"), std::string::npos);
  EXPECT_NE(document->text.find("screens showed a skull"), std::string::npos);
  EXPECT_EQ(document->text.find("Home"), std::string::npos);
  EXPECT_EQ(document->text.find("Four, five"), std::string::npos);
}

TEST(Page, RawTextIsKeptAsItIs) {
  const std::string_view text = "a  b\n\n  <html>c\n";
  const auto document = read_page(ByteView::of_text(text), "a.html", {.raw_text = true});
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->text, text);
  ASSERT_EQ(document->blocks.size(), 2u);
  EXPECT_EQ(document->blocks[1].where.of(document->text), "<html>c");
}

}  // namespace
}  // namespace samehand::page
