#include "samehand/base/program.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace samehand
