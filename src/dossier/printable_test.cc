#include "samehand/dossier/printable.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace samehand::dossier {
namespace {

TEST(Printable, EscapesWhatDrivesTerminalsOrHides) {
  const struct {
    std::string in, out;
  } table[] = {
      {"", ""},
      {"plain name", "plain name"},
      {"a\\b", "a\\b"},
      {"a\tb\nc\rd", "a\\tb\\nc\\rd"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {std::string("nul\0!", 5), "nul\\x00!"},
      {"del\x7f", "del\\x7f"},
      {"c1 \xc2\x9b"
       "31m",
       "c1 \\u{9b}31m"},
      {"raw c1 \x9b", "raw c1 \\x9b"},
      {"exe\xe2\x80\xaegpj", "exe\\u{202e}gpj"},
      {"zero\xe2\x80\x8bwidth", "zero\\u{200b}width"},
      {"\xef\xbb\xbf"
       "bom",
       "\\u{feff}bom"},
      {"line\xe2\x80\xa8sep", "line\\u{2028}sep"},
      {"tag\xf3\xa0\x81\x81", "tag\\u{e0041}"},
      {"private\xee\x80\x80", "private\\u{e000}"},
      {"Łódź 日本 😀", "Łódź 日本 😀"},
      {"overlong \xc0\xaf", "overlong \\xc0\\xaf"},
      {"surrogate \xed\xa0\x80", "surrogate \\xed\\xa0\\x80"},
      {"cut \xe6\x97", "cut \\xe6\\x97"},
      {"beyond \xf4\x90\x80\x80", "beyond \\xf4\\x90\\x80\\x80"},
      {"z\u0301\u0302\u0303\u0304\u0305", "z\u0301\u0302\u0303\u0304\\u{305}"},
  };
  for (const auto& row : table) EXPECT_EQ(printable(row.in), row.out);
}

TEST(Printable, FieldsCanBeReadBack) {
  EXPECT_EQ(escape_field("C:\\temp\tx\n"), "C:\\\\temp\\tx\\n");
  EXPECT_EQ(escape_field("\\x1b"), "\\\\x1b");
}

TEST(Printable, ValidUtf8KeepsEverythingButStrayBytes) {
  EXPECT_EQ(valid_utf8("a\x1b\\日\xff"), "a\x1b\\日\\xff");
}

TEST(Printable, AnyBytesBecomeStableUtf8) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::string shown = printable(bytes);
    EXPECT_EQ(valid_utf8(shown), shown);
    EXPECT_EQ(printable(shown), shown);
    EXPECT_EQ(valid_utf8(valid_utf8(bytes)), valid_utf8(bytes));
    for (std::size_t columns = 0; columns < 30; columns += 5) {
      EXPECT_LE(display_width(shorten(shown, columns)), columns);
      EXPECT_LE(display_width(shorten_middle(shown, columns)), columns);
      EXPECT_EQ(valid_utf8(shorten_middle(shown, columns)), shorten_middle(shown, columns));
    }
  }
}

TEST(Width, CountsColumns) {
  const struct {
    std::string text;
    std::size_t width;
  } table[] = {{"", 0}, {"abc", 3}, {"日本", 4}, {"e\u0301", 1}, {"😀", 2}, {"…", 1}, {"한글", 4}, {"Ａ", 2}, {"ñ", 1}};
  for (const auto& row : table) EXPECT_EQ(display_width(row.text), row.width) << row.text;
}

TEST(Width, ShortensAtEitherPlace) {
  EXPECT_EQ(shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(shorten("abcdefg", 6), "abcde…");
  EXPECT_EQ(shorten("日本語", 5), "日本…");
  EXPECT_EQ(shorten("日本語", 4), "日…");
  EXPECT_EQ(shorten_middle("abcdefghij", 7), "abc…hij");
  EXPECT_EQ(shorten_middle("abc", 3), "abc");
  EXPECT_EQ(shorten_middle("日本語日本語", 7), "日…語");
}

TEST(Width, WrapsAtSpacesAndCutsLongWords) {
  EXPECT_EQ(wrap("one two three four", 9), "one two\nthree\nfour");
  EXPECT_EQ(wrap("one two", 40, 4), "one two");
  EXPECT_EQ(wrap("aaa bbb ccc", 10, 2), "aaa bbb\n  ccc");
  EXPECT_EQ(wrap("abcdefghijklmnopqrs", 8), "abcdefgh\nijklmnop\nqrs");
  EXPECT_EQ(wrap("xx abcdefghijklmnop", 8), "xx\nabcdefgh\nijklmnop");
}

}  // namespace
}  // namespace samehand::dossier
