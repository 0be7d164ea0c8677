#include "samehand/dossier/verdict.h"

#include <gtest/gtest.h>

#include <string>

#include "figures.h"

namespace samehand::dossier {
namespace {

struct Case {
  const char* name;
  std::uint32_t a_functions, b_functions, a_pairable, b_pairable;
  int shared, unsure, library;
  double kinship;
  Verdict verdict;
  const char* says;  // part of the sentences
};

Comparison comparison_of(const Case& row) {
  Comparison c;
  c.a_samples.push_back(
      {.path = "a", .sha256 = "", .functions = row.a_functions, .traces = {}, .remarks = {}, .diagnostics = {}});
  c.b_samples.push_back(
      {.path = "b", .sha256 = "", .functions = row.b_functions, .traces = {}, .remarks = {}, .diagnostics = {}});
  c.pairable_a = row.a_pairable;
  c.pairable_b = row.b_pairable;
  c.kinship = row.kinship;
  const auto add = [&](int n, bool reported, bool library) {
    for (int i = 0; i < n; ++i) {
      PairSummary p;
      p.pair.reported = reported;
      p.pair.library = library;
      p.pair.worth_db = reported && !library ? 10 : 0;
      c.evidence_db += p.pair.worth_db;
      c.pairs.push_back(p);
    }
  };
  add(row.shared, true, false);
  add(row.unsure, false, false);
  add(row.library, true, true);
  return c;
}

TEST(Verdict, FollowsItsTable) {
  const Case table[] = {
      {"rebuilt", 500, 510, 400, 410, 380, 10, 20, .9999, Verdict::kSameProgram,
       "380 functions are found on both sides, 95 % of those of A"},
      {"one inside the other", 100, 900, 80, 800, 76, 0, 10, .999, Verdict::kSharedCode,
       "Nearly all of A is found in B"},
      {"the other inside the one", 900, 100, 800, 80, 76, 0, 10, .999, Verdict::kSharedCode,
       "Nearly all of B is found in A"},
      {"a common part", 400, 400, 300, 300, 45, 20, 30, .99, Verdict::kSharedCode, "together worth 450 dB"},
      {"half on one side only", 400, 200, 300, 150, 80, 0, 0, .99, Verdict::kSharedCode, "27 % of those of A"},
      {"one pair, not sure", 400, 400, 300, 300, 1, 20, 30, .5, Verdict::kLittleShared,
       "1 function in common that is not known"},
      {"library only", 400, 400, 300, 300, 0, 4, 31, .01, Verdict::kOnlyLibrary, "(31 functions)"},
      {"nothing", 1400, 400, 1300, 300, 0, 0, 0, .01, Verdict::kNothing,
       "1,300 functions of A and 300 of B were judged"},
      {"no code in A", 0, 400, 0, 300, 0, 0, 0, 0, Verdict::kNotComparable, "A cannot be compared by code: no code"},
      {"tiny both", 3, 2, 0, 0, 0, 0, 0, 0, Verdict::kNotComparable, "A and B cannot be compared by code: too few"},
  };
  for (const Case& row : table) {
    Comparison c = comparison_of(row);
    decide(c);
    EXPECT_EQ(word(c.verdict), word(row.verdict)) << row.name;
    EXPECT_NE(c.verdict_text.find(row.says), std::string::npos) << row.name << ": " << c.verdict_text;
  }
}

TEST(Verdict, SaysWhatStandsInTheWay) {
  Case row{"", 10, 400, 8, 300, 0, 0, 0, 0, Verdict::kNothing, ""};
  Comparison c = comparison_of(row);
  c.a_samples[0].remarks.push_back({image::Remark::Kind::kPacked, "UPX"});
  c.b_samples.push_back(c.b_samples[0]);
  c.b_samples[1].remarks.push_back({image::Remark::Kind::kDotNet, ".NET 4"});
  c.failures.push_back({ErrorCode::kTruncated, "cut", "x"});
  decide(c);
  EXPECT_NE(c.verdict_text.find("A is packed"), std::string::npos) << c.verdict_text;
  EXPECT_NE(c.verdict_text.find("1 of B's 2 files is .NET"), std::string::npos) << c.verdict_text;
  EXPECT_NE(c.verdict_text.find("1 input could not be read"), std::string::npos) << c.verdict_text;
}

TEST(Verdict, SaysWhichFilesAreTheSame) {
  Case row{"", 10, 10, 8, 8, 0, 0, 3, 0, Verdict::kOnlyLibrary, ""};
  Comparison c = comparison_of(row);
  c.a_samples[0].sha256 = c.b_samples[0].sha256 = "ab";
  decide(c);
  EXPECT_EQ(c.verdict, Verdict::kSameProgram);
  EXPECT_EQ(c.verdict_text, "A and B are the same file, byte for byte.");

  c.b_samples.push_back(c.b_samples[0]);
  c.b_samples[1].sha256 = "cd";
  decide(c);
  EXPECT_EQ(c.verdict, Verdict::kOnlyLibrary);
  EXPECT_TRUE(c.verdict_text.starts_with("1 file stands on both sides, byte for byte (a). All that")) << c.verdict_text;
}

TEST(Figures, FormatNumbersForPeople) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(~0ull), "18,446,744,073,709,551,615");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(9949), "9.9 kB");
  EXPECT_EQ(size_text(312480), "312 kB");
  EXPECT_EQ(size_text(999600), "1.0 MB");
  EXPECT_EQ(size_text(~0ull), "18446744 TB");
}

TEST(Figures, ASideIsNeverMoreThanWhole) {
  Case row{"", 10, 10, 3, 10, 5, 0, 0, 1, Verdict::kSameProgram, ""};
  const Figures f = figures_of(comparison_of(row));
  EXPECT_EQ(f.a.share, 1);
  EXPECT_EQ(f.b.share, .5);
}

}  // namespace
}  // namespace samehand::dossier
