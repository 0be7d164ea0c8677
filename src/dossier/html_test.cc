#include "samehand/dossier/html.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "page_data.h"
#include "samehand/base/test_time.h"
#include "sample_comparison.h"

namespace samehand::dossier {
namespace {

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++n;
  return n;
}

TEST(Html, HostileNamesNeverBecomeMarkup) {
  Comparison c = sample_comparison();
  const std::string attack = "</script></noscript><img src=x onerror=alert(1)><!--]]>{{script}}'\"&\xe2\x80\xa8";
  c.a = c.b = c.a_samples[0].path = c.pairs[0].reason = c.traces[0].a = c.contradictions[0] = c.verdict_text = attack;
  c.b_samples[0].remarks[0].text = c.b_samples[0].diagnostics[0] = c.failures[0].message = c.version = attack;
  c.pairs[0].a_code = code::Listing{0x1000, attack, {{0x1000, {{0x1000, attack, 1}}, {{7, code::EdgeKind::kJump}}}}};
  c.pairs[0].b_code = c.pairs[0].a_code;
  const std::string page = to_html(c);
  // What the template and the page's own code hold of these, and not one more.
  const std::string empty = to_html(Comparison{});
  for (const std::string_view part : {"<img", "<!--", "</noscript>", "<noscript>", "<body"}) {
    EXPECT_EQ(occurrences(page, part), occurrences(empty, part)) << part;
  }
  EXPECT_EQ(occurrences(page, "<script"), occurrences(empty, "<script") + 1);  // the code of one pair
  EXPECT_EQ(occurrences(page, "</script"), occurrences(empty, "</script") + 1);
  EXPECT_EQ(occurrences(page, "\xe2\x80\xa8"), 0u);
}

TEST(Html, DataIsPlainAsciiJson) {
  const PageData data = page_data(large_comparison(40, 3), {});
  EXPECT_EQ(data.code.size(), 3u);
  std::vector<std::string> all = data.code;
  all.push_back(data.overview);
  for (const std::string& text : all) {
    EXPECT_TRUE(
        std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '&'; }));
    EXPECT_TRUE(nlohmann::json::accept(text));
  }
}

TEST(Html, LimitsAreKeptAndSaid) {
  const Comparison c = large_comparison(300, 40);
  const auto data = nlohmann::json::parse(page_data(c, {.code_pairs = 10, .rows = 100}).overview);
  EXPECT_EQ(data["pairs"].size(), 100u);
  EXPECT_EQ(data["pairCount"], 300);
  EXPECT_EQ(data["codePairs"], 10);
  const PageData small = page_data(c, {.code_bytes = 60'000});
  std::size_t bytes = 0;
  for (const std::string& code : small.code) bytes += code.size();
  EXPECT_LE(bytes, 60'000u);
  EXPECT_GT(small.code.size(), 0u);
}

TEST(Html, LongNamesAreCut) {
  Comparison c = sample_comparison();
  c.pairs[0].a.name = std::string(3'000'000, '\x01');
  EXPECT_LT(to_html(c).size(), 300'000u);
}

// The policy names the hashes of the very bytes that stand in the page: with others a browser would show nothing.
TEST(Html, PolicyAllowsItsOwnCodeOnly) {
  const std::string page = to_html(sample_comparison());
  EXPECT_NE(page.find("default-src 'none'; style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(page.find("unsafe"), std::string::npos);
  // Nothing is loaded: no attribute or rule refers outside the page.
  for (const std::string_view part : {"<link", " src=", "url(", "@import", "http://", "https://"}) {
    const std::size_t expected = part == "http://" ? 1 : part == " src=" ? 1 : 0;  // SVG's namespace; a hostile name
    EXPECT_LE(occurrences(page, part), expected + (part == " src=" ? 1 : 0)) << part;
  }
}

TEST(Html, WritesSamplePages) {
  const double start = processor_seconds();
  const std::string hostile = to_html(sample_comparison()), large = to_html(large_comparison(2000, 60));
  EXPECT_LT(large.size(), 8'000'000u);
  EXPECT_LT(processor_seconds() - start, 20);
  // For page_test.py and for looking at.
  if (const char* folder = std::getenv("SAMEHAND_PAGES"); folder != nullptr) {
    std::filesystem::create_directories(folder);
    std::ofstream(std::filesystem::path(folder) / "hostile.html", std::ios::binary) << hostile;
    std::ofstream(std::filesystem::path(folder) / "large.html", std::ios::binary) << large;
    std::ofstream(std::filesystem::path(folder) / "empty.html", std::ios::binary) << to_html(Comparison{});
  }
}

}  // namespace
}  // namespace samehand::dossier
