#include "samehand/base/progress.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "samehand/base/parallel.h"

namespace samehand {
namespace {

using std::chrono::milliseconds;

TEST(Progress, QuietForASecondThenAtMostTenTimesASecond) {
  int lines = 0;
  Progress progress([&](std::string_view) { lines++; }, 80);
  const auto start = Progress::Clock::now();
  for (int ms = 0; ms <= 900; ms += 10) progress.update("reading", 1, 2, "x", start + milliseconds(ms));
  EXPECT_EQ(lines, 0);
  for (int ms = 1100; ms < 2100; ms += 10) progress.update("reading", 1, 2, "x", start + milliseconds(ms));
  EXPECT_EQ(lines, 10);
  progress.finish();
  EXPECT_EQ(lines, 11);
  progress.finish();
  EXPECT_EQ(lines, 11);
}

TEST(Progress, LineFitsTheTerminalAndHoldsNoControlCharacters) {
  std::string line;
  Progress progress([&](std::string_view text) { line = text; }, 40, {.quiet = {}, .interval = {}});
  const auto later = Progress::Clock::now() + milliseconds(1);
  progress.update("reading", 3, 12, "a\nb\x1b[2J", later);
  EXPECT_EQ(line, "\rreading 3 of 12: a?b?[2J\x1b[K");
  progress.update("reading", 3, 12, std::string(100, 'x') + "/tail", later);
  EXPECT_EQ(line, "\rreading 3 of 12: ...xxxxxxxxxxxxxx/tail\x1b[K");
  EXPECT_LE(line.size() - 4, 39u);
  progress.update("reading", 3, 0, "", later);
  EXPECT_EQ(line, "\rreading 3\x1b[K");
}

TEST(Parallel, EveryIndexOnce) {
  for (const unsigned threads : {0u, 1u, 2u, 7u}) {
    std::vector<std::atomic<int>> seen(1000);
    parallel_for(seen.size(), threads, [&](std::size_t i) { seen[i]++; });
    for (const auto& count : seen) EXPECT_EQ(count, 1);
  }
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
  EXPECT_GE(usable_processors(), 1u);
}

}  // namespace
}  // namespace samehand
