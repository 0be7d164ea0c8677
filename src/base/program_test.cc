#include "samehand/base/program.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace samehand {
namespace {

ProgramJob job(std::string name, std::vector<std::string> arguments, std::string_view input) {
  ProgramJob out;
  out.name = std::move(name);
  out.arguments = std::move(arguments);
  out.input = ByteView::of_text(input);
  return out;
}

TEST(Program, GivesWhatTheProgramWrites) {
  const auto text = run_program(job("tr", {"a-z", "A-Z"}, "hostile bytes\n"));
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_EQ(*text, "HOSTILE BYTES\n");
}

TEST(Program, OneThatIsMissingIsNamed) {
  const auto text = run_program(job("no-such-program-here", {}, ""));
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().code, ErrorCode::kNotFound);
  EXPECT_NE(text.error().message.find("no-such-program-here"), std::string::npos);
  EXPECT_FALSE(run_program(job("../bin/tr", {"a", "b"}, "")).has_value());
}

TEST(Program, FilesOfTheUserAreOutOfReach) {
  const auto text = run_program(job("cat", {"/etc/passwd"}, ""));
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().code, ErrorCode::kMalformed);
  EXPECT_NE(text.error().message.find("denied"), std::string::npos) << text.error().message;
}

TEST(Program, NothingElseIsStartedOrWritten) {
  EXPECT_FALSE(run_program(job("env", {"cat"}, "")).has_value());  // another program
  EXPECT_FALSE(run_program(job("touch", {"/tmp/samehand-program-test"}, "")).has_value());
  EXPECT_FALSE(run_program(job("timeout", {"1", "true"}, "")).has_value());  // another process
}

TEST(Program, TimeAndOutputAreBounded) {
  ProgramJob slow = job("sleep", {"30"}, "");
  slow.limits.wall_ms = 200;
  const auto late = run_program(slow);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ErrorCode::kTimedOut);
  ProgramJob talker = job("yes", {}, "");
  talker.limits.output_bytes = 1 << 20;
  const auto loud = run_program(talker);
  ASSERT_FALSE(loud.has_value());
  EXPECT_EQ(loud.error().code, ErrorCode::kTooLarge);
}

TEST(Program, ManyRunAtATimeAndAnswerInOrder) {
  std::vector<ProgramJob> jobs;
  for (const char* seconds : {"1.2", "0.9", "0", "30", "0.6", "0"}) jobs.push_back(job("sleep", {seconds}, ""));
  jobs[3].limits.wall_ms = 1000;
  jobs.push_back(job("tr", {"a-z", "A-Z"}, "last"));
  const auto begin = std::chrono::steady_clock::now();
  const auto results = run_programs(jobs, 4);
  const auto time = std::chrono::steady_clock::now() - begin;
  ASSERT_EQ(results.size(), jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) EXPECT_EQ(results[i].has_value(), i != 3) << i;
  EXPECT_EQ(results[3].error().code, ErrorCode::kTimedOut);
  EXPECT_EQ(results.back().value(), "LAST");
  EXPECT_LT(time, std::chrono::milliseconds(3500)) << "one after the other takes 3.7 s and more";
  EXPECT_TRUE(run_programs({}, 4).empty());
}

}  // namespace
}  // namespace samehand
