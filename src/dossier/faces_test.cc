// The faces that are text: each printed from one fixed comparison and held against a reviewed file.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "golden.h"
#include "samehand/dossier/functions.h"
#include "samehand/dossier/json.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/text.h"
#include "samehand/dossier/tsv.h"
#include "samehand/dossier/verdict.h"
#include "sample_comparison.h"
#include "schema_check.h"

namespace samehand::dossier {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Text, IsAsReviewed) {
  expect_golden("compare_100.txt", to_text(sample_comparison()));
  expect_golden("compare_180.txt", to_text(sample_comparison(), {.width = 180, .top = 2}));
}

TEST(Text, NeverPassesItsWidthOrTrailsSpaces) {
  for (const std::size_t width : {72u, 80u, 100u, 132u, 150u, 200u}) {
    for (const std::string& line : lines_of(to_text(sample_comparison(), {.width = width}))) {
      EXPECT_LE(display_width(line), width) << line;
      EXPECT_FALSE(line.ends_with(' ')) << "'" << line << "'";
    }
  }
}

TEST(Text, HasNoControlCharactersButItsOwn) {
  for (const std::string& line : lines_of(to_text(sample_comparison(), {.top = 0}))) EXPECT_EQ(printable(line), line);
  // With colour the only sequences are weights and colours that are ended again.
  std::string coloured = to_text(sample_comparison(), {.colour = true});
  std::size_t sequences = 0, depth = 0;
  for (std::size_t at = 0; (at = coloured.find('\x1b', at)) != std::string::npos; ++at, ++sequences) {
    const std::size_t end = coloured.find('m', at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_TRUE(std::all_of(coloured.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                            coloured.begin() + static_cast<std::ptrdiff_t>(end),
                            [](char c) { return c >= '0' && c <= '9'; }));
    depth = coloured.substr(at, end - at) == "\x1b[0" ? 0 : depth + 1;
  }
  EXPECT_GT(sequences, 10u);
  EXPECT_EQ(depth, 0u);
}

TEST(Text, SaysHowMuchItLeavesOut) {
  const std::string text = to_text(sample_comparison(), {.top = 2});
  EXPECT_NE(text.find("… and 3 more (--all)"), std::string::npos) << text;
  EXPECT_EQ(to_text(sample_comparison(), {.top = 0}).find("(--all)"), std::string::npos);
}

TEST(Text, AnEmptyComparisonIsStillAReport) {
  Comparison c;
  c.a = "a";
  c.b = "b";
  decide(c);
  EXPECT_EQ(c.verdict, Verdict::kNotComparable);
  EXPECT_NE(to_text(c).find("Not comparable"), std::string::npos);
}

TEST(Text, WhatIsNearlyCertainIsNotImpossible) {
  Comparison c = sample_comparison();
  c.kinship = 1 - 1e-12;
  const std::string text = to_text(c);
  EXPECT_NE(text.find("probability .999"), std::string::npos) << text;
  EXPECT_EQ(text.find(".000"), std::string::npos);
}

TEST(Json, IsAsReviewedAndFollowsItsSchema) {
  const std::string text = to_json(sample_comparison());
  expect_golden("compare.json", text);
  const auto schema =
      nlohmann::json::parse(file_text(std::string(SAMEHAND_DOSSIER_DIR) + "/../../docs/format/compare.schema.json"));
  EXPECT_EQ(schema_violation(schema, nlohmann::json::parse(text)), "");
  Comparison empty;
  decide(empty);
  EXPECT_EQ(schema_violation(schema, nlohmann::json::parse(to_json(empty))), "");
}

TEST(Json, SurvivesNumbersThatAreNone) {
  Comparison c = sample_comparison();
  c.evidence_db = std::numeric_limits<double>::infinity();
  c.kinship = std::numeric_limits<double>::quiet_NaN();
  const auto json = nlohmann::json::parse(to_json(c));
  EXPECT_EQ(json["evidence_db"], 0.0);
  EXPECT_EQ(json["kinship"], 0.0);
}

TEST(Json, SchemaCheckFindsWhatIsWrong) {
  const auto schema =
      nlohmann::json::parse(file_text(std::string(SAMEHAND_DOSSIER_DIR) + "/../../docs/format/compare.schema.json"));
  const auto good = nlohmann::json::parse(to_json(sample_comparison()));
  const auto broken = [&](const char* pointer, nlohmann::json value) {
    nlohmann::json copy = good;
    copy[nlohmann::json::json_pointer(pointer)] = std::move(value);
    return schema_violation(schema, copy);
  };
  EXPECT_NE(broken("/verdict", "maybe"), "");
  EXPECT_NE(broken("/shared/0/similarity", 1.5), "");
  EXPECT_NE(broken("/shared/0/a_address", "401000"), "");
  EXPECT_NE(broken("/shared/0/surprise", 1), "");
  EXPECT_NE(broken("/traces/0/forgeability", "so so"), "");
  nlohmann::json missing = good;
  missing.erase("evidence_db");
  EXPECT_NE(schema_violation(schema, missing), "");
}

TEST(Tsv, IsAsReviewedWithOneLinePerPair) {
  const std::string text = matches_tsv(sample_comparison());
  expect_golden("matches.tsv", text);
  const auto lines = lines_of(text);
  EXPECT_EQ(lines.size(), 9u);
  for (const std::string& line : lines) EXPECT_EQ(std::ranges::count(line, '\t'), 11) << line;
}

code::Program sample_program() {
  code::Program program;
  program.architecture = image::Architecture::kX64;
  program.code_bytes = 4096;
  code::Function f;
  f.address = 0x401000;
  f.size_bytes = 62;
  f.blocks = 3;
  f.instructions = 17;
  f.sources = code::kFromEntry | code::kFromUnwindTable;
  f.runtime = true;
  f.name = "_start";
  program.functions.push_back(f);
  f.address = 0x401040;
  f.runtime = false;
  f.thunk = true;
  f.name = "tab\there\x1b[0m";
  f.sources = code::kFromGap;
  program.functions.push_back(f);
  return program;
}

TEST(Functions, AreAsReviewed) {
  const code::Program program = sample_program();
  const FunctionsOf of{"bin/\xff.so", image::Format::kElf, program};
  expect_golden("functions.tsv", functions_tsv(of));
  expect_golden("functions.json", functions_json(of));
  expect_golden("functions.txt", functions_text(of, {.width = 80}));
  EXPECT_EQ(nlohmann::json::parse(functions_json(of))["functions"].size(), 2u);
  EXPECT_EQ(functions_tsv(of, false).find("address"), std::string::npos);
}

}  // namespace
}  // namespace samehand::dossier
