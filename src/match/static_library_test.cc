#include "static_library.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synthetic.h"

namespace samehand::match {
namespace {

// A program by its functions in the order of the file: L listed as a library's, s start-up code, everything else not
// known; all but 't' of a size that is judged.
struct Program {
  feature::SampleFeatures sample;
  std::vector<bool> archived, runtime;

  explicit Program(std::string_view functions, const std::vector<std::pair<std::size_t, std::uint32_t>>& calls = {}) {
    std::vector<SyntheticFunction> made;
    for (std::size_t i = 0; i < functions.size(); ++i) {
      SyntheticFunction f{{i}, {}, functions[i] == 't' ? 3u : 50u};
      for (const auto& [from, to] : calls) {
        if (from == i) f.callees.push_back(to);
      }
      made.push_back(f);
    }
    sample = sample_of(made);
    sample.format = image::Format::kElf;
    for (std::size_t i = 0; i < functions.size(); ++i) {
      sample.functions[i].runtime = functions[i] == 's';
      archived.push_back(functions[i] == 'L');
      runtime.push_back(functions[i] == 'L' || functions[i] == 's');
    }
  }

  // R for each function that is runtime code afterwards, . for the others.
  std::string marked() {
    add_by_place(sample, archived, runtime);
    std::string out;
    for (const bool r : runtime) out += r ? 'R' : '.';
    return out;
  }
};

std::string times(std::size_t n, char c) {
  return std::string(n, c);
}

TEST(StaticLibrary, WhatStandsAmongListedFunctionsIsTheLibrarys) {
  EXPECT_EQ(Program(times(30, 'L') + "xxxt" + times(30, 'L')).marked(), times(64, 'R'));
}

TEST(StaticLibrary, FewListedFunctionsVouchForNothing) {
  EXPECT_EQ(Program(times(20, 'L') + "xx" + times(19, 'L')).marked(), times(20, 'R') + ".." + times(19, 'R'));
}

TEST(StaticLibrary, AGapOfStrangersEndsAStretch) {
  const std::string gap = times(17, 'x');
  EXPECT_EQ(Program(times(50, 'L') + gap + times(50, 'L')).marked(), times(50, 'R') + times(17, '.') + times(50, 'R'));
  EXPECT_EQ(Program(times(50, 'L') + times(16, 'x') + times(50, 'L')).marked(), times(116, 'R'));
}

TEST(StaticLibrary, WhatTheLibraryCallsIsNoStranger) {
  // A listed function calls one of twenty, and that one three others.
  const std::string functions = times(50, 'L') + times(20, 'x') + times(50, 'L');
  EXPECT_EQ(Program(functions, {{0, 58}, {58, 59}, {58, 51}, {58, 66}}).marked(), times(120, 'R'));
  EXPECT_EQ(Program(functions, {{58, 59}, {58, 51}, {58, 66}}).marked(),
            times(50, 'R') + times(20, '.') + times(50, 'R'));
}

TEST(StaticLibrary, ASmallBeginningDoesNotVouchForAProgramsOwnCode) {
  EXPECT_EQ(Program("LLL" + times(5, 'x') + times(60, 'L')).marked(), "RRR....." + times(60, 'R'));
}

TEST(StaticLibrary, AProgramsOwnCodeLiesAroundTheStartUpCode) {
  // Cold parts, of which the second is called by a listed function; main; start-up code, which calls main; the program.
  const std::string functions = "Lxx" + times(5, 's') + "xxx" + times(60, 'L');
  EXPECT_EQ(Program(functions, {{20, 1}}).marked(), "RR." + times(5, 'R') + "..." + times(60, 'R'));
}

TEST(StaticLibrary, WhatItReachesDirectlyBehindBelongsToIt) {
  EXPECT_EQ(Program(times(60, 'L') + "xtxx", {{0, 60}}).marked(), times(60, 'R') + "RR..");
}

}  // namespace
}  // namespace samehand::match
