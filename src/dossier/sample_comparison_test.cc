#include "sample_comparison.h"

#include <gtest/gtest.h>

#include <utility>

#include "samehand/dossier/verdict.h"

namespace samehand::dossier {
namespace {

using evidence::Forgeability;
using image::TraceKind;

struct Odd {
  const char* a_name;
  const char* b_name;
  std::uint32_t a_size, b_size;
  float similarity, confidence, worth_db;
  match::Relation relation;
  bool reported, library;
  const char* reason;
  std::vector<std::string> shared;
};

PairSummary pair_of(std::uint32_t index, const Odd& odd) {
  PairSummary p;
  p.pair = {.a = {0, index},
            .b = {0, index},
            .similarity = odd.similarity,
            .confidence = odd.confidence,
            .worth_db = odd.worth_db,
            .relation = odd.relation,
            .reported = odd.reported,
            .library = odd.library,
            .reasons = {}};
  p.pair.reasons[static_cast<int>(match::Reason::kDataFlow)] = .75f;
  p.pair.reasons[static_cast<int>(match::Reason::kStrings)] = .25f;
  p.a = {0x401000ull + 0x240ull * index, odd.a_name, odd.a_size * 4ull, odd.a_size, odd.a_size / 6 + 1};
  p.b = {0x140001000ull + 0x310ull * index, odd.b_name, odd.b_size * 5ull, odd.b_size, odd.b_size / 6 + 1};
  p.reason = odd.reason;
  p.shared = odd.shared;
  return p;
}

}  // namespace

Comparison sample_comparison() {
  using match::Relation;
  Comparison c;
  c.version = "0.1.0";
  c.a = "courier-1.2";
  c.b = "配達/courier-1.4.zip";
  c.a_samples.push_back({.path = "courier-1.2",
                         .sha256 = std::string(64, 'a'),
                         .size_bytes = 312'480,
                         .format = image::Format::kElf,
                         .architecture = image::Architecture::kX64,
                         .code_bytes = 201'344,
                         .functions = 11,
                         .library_functions = 2,
                         .traces = {{TraceKind::kCompiler, "", "GCC: (Debian 12.2.0-14) 12.2.0", true},
                                    {TraceKind::kBuildId, "", "0123456789abcdef", true}},
                         .remarks = {},
                         .diagnostics = {}});
  c.b_samples.push_back({.path = "配達/courier-1.4.zip!bin/cour\x1b[31mier.exe",
                         .sha256 = std::string(64, 'b'),
                         .size_bytes = 1'048'576,
                         .format = image::Format::kPe,
                         .architecture = image::Architecture::kX64,
                         .code_bytes = 260'096,
                         .functions = 12,
                         .library_functions = 2,
                         .traces = {{TraceKind::kRichHeader, "", "VS2019 16.11 (C++)", false}},
                         .remarks = {{image::Remark::Kind::kContradiction,
                                      "its Rich header names Visual Studio 2019, but the code is GCC's"}},
                         .diagnostics = {"section .rsrc ends 512 bytes beyond the file; read as far as it goes"}});
  const std::vector<Odd> odds = {
      {"parse_manifest",
       "",
       412,
       398,
       .968f,
       .999f,
       182.4f,
       Relation::kSame,
       true,
       false,
       "same strings, data flow; neighbours agree",
       {"manifest: bad record %d at %s", "inflateInit2_"}},
      {"</script><img src=x onerror=alert(1)>",
       "<!--<script>",
       240,
       236,
       .941f,
       .998f,
       120.0f,
       Relation::kSame,
       true,
       false,
       "same data flow",
       {"</script><b>\"'&"}},
      {"evil\x1b]0;pwned\x07\x1b[2J",
       "abc\xe2\x80\xae"
       "fdp.exe",
       120,
       121,
       1.f,
       1.f,
       64.f,
       Relation::kSame,
       true,
       false,
       "exact copy",
       {"tab\there", "line\nbreak"}},
      {"\xff\xfe not text \xc0\xaf",
       "日本語の関数名前がとても長いので切られる",
       88,
       310,
       .71f,
       .955f,
       31.5f,
       Relation::kInlined,
       true,
       false,
       "same constants; inlined",
       {}},
      {"std::vector<std::pair<unsigned long, std::basic_string<char, std::char_traits<char>, std::allocator<char>>>>::"
       "_M_realloc_insert(__gnu_cxx::__normal_iterator<int*>)",
       "",
       95,
       95,
       .86f,
       .93f,
       12.f,
       Relation::kPiece,
       true,
       false,
       "same control flow",
       {}},
      {"", "", 22, 25, .52f, .61f, 0.f, Relation::kSame, false, false, "neighbours agree", {}},
      {"memcpy", "memcpy", 40, 41, .93f, .99f, 0.f, Relation::kSame, true, true, "same data flow", {}},
      {"", "_start", 12, 14, .8f, .97f, 0.f, Relation::kSame, true, true, "runtime code", {}},
  };
  for (std::uint32_t i = 0; i < odds.size(); ++i) c.pairs.push_back(pair_of(i, odds[i]));
  c.traces = {
      {TraceKind::kPdbPath,
       "",
       "C:\\build\\courier\\x64\\courier.pdb",
       "C:\\build\\courier\\x64\\courier.pdb",
       {"courier-1.2"},
       {"courier-1.4.zip!bin/courier.exe"},
       Forgeability::kEasy,
       "The same folder on the machine that built both, if nobody typed it in: any hex editor changes it."},
      {TraceKind::kBuildTime,
       "",
       "2014-11-24 02:11:03 UTC",
       "2014-11-24 04:40:17 UTC",
       {"courier-1.2"},
       {"courier-1.4.zip!bin/courier.exe"},
       Forgeability::kTrivial,
       "Two hours apart. A field that anybody can set."},
  };
  c.contradictions = {
      "B's Rich header names Visual Studio 2019, but the code was built by GCC: one of them is made up."};
  c.failures = {
      {ErrorCode::kEncrypted, "encrypted: give the archive's content without a password", "配達/courier-1.4.zip!x.7z"}};
  c.evidence_db = 409.9;
  c.kinship = .9993;
  c.pairable_a = 7;
  c.pairable_b = 8;
  decide(c);
  return c;
}

TEST(SampleComparison, IsWhatItsVerdictSays) {
  const Comparison c = sample_comparison();
  EXPECT_EQ(c.verdict, Verdict::kSameProgram);
  EXPECT_EQ(c.pairs.size(), 8u);
}

}  // namespace samehand::dossier
