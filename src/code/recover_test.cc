// Recovery on small programs: code -> functions, blocks, edges and calls, printed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "samehand/code/program.h"

namespace samehand::code {
namespace {

using image::Architecture;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kBase = 0x1000;

std::string print(const Program& program) {
  std::string text;
  for (const Function& f : program.functions) {
    text +=
        fmt::format("{:x}{}{}:", f.address, f.returns ? "" : " never returns", f.unresolved_jump ? " unresolved" : "");
    for (const Block& b : program.blocks_of(f)) {
      text += fmt::format(" [{:x}+{}", b.address, b.size_bytes);
      for (const Edge& e : program.edges_of(b)) text += fmt::format(" {}{}", "fjts"[static_cast<int>(e.kind)], e.block);
      text += "]";
    }
    for (const Call& c : program.calls_of(f))
      text += fmt::format(" {}{:x}->{:x}", c.tail ? "tail " : "", c.site, c.target);
    text += "\n";
  }
  return text;
}

std::string recovered(const Bytes& code, Architecture architecture) {
  image::LoadOptions options;
  options.raw = true;
  options.raw_base = kBase;
  options.raw_architecture = architecture;
  const auto parts = image::load(std::span(code), options);
  if (!parts) return parts.error().message;
  const auto program = recover(parts->front().image);
  return program ? print(*program) : program.error().message;
}

// A caller and its callee: call 1010; ret | padding | push rbx; pop rbx; ret.
TEST(Recover, FollowsCalls) {
  const Bytes code = {0xe8, 0x0b, 0, 0, 0, 0xc3, 0x0f, 0x1f, 0x80, 0, 0, 0, 0, 0x0f, 0x1f, 0x00, 0x53, 0x5b, 0xc3};
  EXPECT_EQ(recovered(code, Architecture::kX64),
            "1000: [1000+6] 1000->1010\n"
            "1010: [1010+3]\n");
}

// A loop: xor eax, eax; add eax, edi; dec edi; jnz back; ret.
TEST(Recover, SplitsBlocksAtJumpsAndTargets) {
  const Bytes code = {0x31, 0xc0, 0x01, 0xf8, 0xff, 0xcf, 0x75, 0xfa, 0xc3};
  EXPECT_EQ(recovered(code, Architecture::kX64), "1000: [1000+2 f1] [1002+6 f2 t1] [1008+1]\n");
}

// 1000: call 1010; ud2 does not come back; 1020 calls it and what stands behind that call is another function.
TEST(Recover, KnowsWhatNeverReturns) {
  Bytes code(0x40, 0x90);
  const auto put = [&](std::size_t at, const Bytes& bytes) { std::ranges::copy(bytes, code.begin() + at); };
  put(0x00, {0x0f, 0x0b});                                                  // 1000: ud2
  put(0x10, {0x48, 0x83, 0xec, 0x08, 0xe8, 0xe7, 0xff, 0xff, 0xff});        // 1010: sub rsp, 8; call 1000
  put(0x20, {0x53, 0x89, 0xfb, 0xe8, 0xd8, 0xff, 0xff, 0xff, 0x5b, 0xc3});  // 1020: push rbx; mov ebx, edi; call 1000
  const std::string text = recovered(code, Architecture::kX64);
  EXPECT_NE(text.find("1000 never returns: [1000+2]"), std::string::npos) << text;
  EXPECT_NE(text.find("1010 never returns: [1010+9] 1014->1000"), std::string::npos) << text;
  EXPECT_NE(text.find("1020 never returns:"), std::string::npos) << text;
}

// pop rbx; jmp 1000 from 1010 is a tail call; the function that it leads to is named by nothing else.
TEST(Recover, TellsTailCallsFromJumps) {
  Bytes code(0x30, 0x90);
  const auto put = [&](std::size_t at, const Bytes& bytes) { std::ranges::copy(bytes, code.begin() + at); };
  put(0x00, {0xe8, 0x1b, 0, 0, 0, 0xc3});           // 1000: call 1020; ret
  put(0x10, {0x8d, 0x07, 0xc3});                    // 1010: lea eax, [rdi]; ret
  put(0x20, {0x53, 0x89, 0xfb, 0x5b, 0xeb, 0xea});  // 1020: push rbx; mov ebx, edi; pop rbx; jmp 1010
  EXPECT_EQ(recovered(code, Architecture::kX64),
            "1000: [1000+6] 1000->1020\n"
            "1010: [1010+3]\n"
            "1020: [1020+6] tail 1024->1010\n");
}

// What uses rbx without having been given it is a landing pad, not a function.
TEST(Recover, RefusesLandingPads) {
  Bytes code = {0x53, 0x5b, 0xc3};                               // push rbx; pop rbx; ret
  const Bytes pad = {0x48, 0x89, 0xdf, 0xff, 0xd0, 0x5b, 0xc3};  // mov rdi, rbx; call rax; pop rbx; ret
  code.insert(code.end(), pad.begin(), pad.end());
  EXPECT_EQ(recovered(code, Architecture::kX64), "1000: [1000+3]\n");
}

// AArch64: bl 1010; ret with a frame around it | a leaf.
TEST(Recover, ReadsArm64) {
  const Bytes code = {0xfd, 0x7b, 0xbf, 0xa9, 0x03, 0x00, 0x00, 0x94, 0xfd, 0x7b, 0xc1, 0xa8,
                      0xc0, 0x03, 0x5f, 0xd6, 0x00, 0x04, 0x00, 0x91, 0xc0, 0x03, 0x5f, 0xd6};
  EXPECT_EQ(recovered(code, Architecture::kArm64),
            "1000: [1000+16] 1004->1010\n"
            "1010: [1010+8]\n");
}

// Hostile code: a jump to itself everywhere, calls into the middle of everything; time must stay linear.
TEST(Recover, SurvivesHostileCode) {
  Bytes code;
  for (int i = 0; i < 200'000; ++i)
    code.insert(code.end(), {0xff, 0xe0, 0x74, 0xfc, 0xe8, static_cast<std::uint8_t>(i), 0x01, 0, 0});
  EXPECT_FALSE(recovered(code, Architecture::kX64).empty());
}

}  // namespace
}  // namespace samehand::code
