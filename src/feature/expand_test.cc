// A function that calls a small one has, in its other view, the features of a copy with the callee's body inside.
#include <gtest/gtest.h>

#include <algorithm>

#include "samehand/base/hash.h"
#include "samehand/feature/feature.h"

namespace samehand::feature {
namespace {

using Code = std::vector<std::uint8_t>;
constexpr std::uint64_t kBase = 0x10000, kApart = 0x40;  // where functions begin, and how far from each other

struct Block {
  Code code;
  std::vector<std::uint32_t> next = {};  // block numbers
};
using Function = std::vector<Block>;

// Each function kApart bytes after the one before, its blocks one behind the other. Calls are of direct displacement.
SampleFeatures features_of(const std::vector<Function>& functions,
                           image::Architecture architecture = image::Architecture::kX64) {
  Code bytes(functions.size() * kApart, 0xcc);
  code::Program p;
  p.architecture = architecture;
  for (std::size_t i = 0; i < functions.size(); i++) {
    code::Function f;
    f.address = kBase + i * kApart;
    f.first_block = static_cast<std::uint32_t>(p.blocks.size());
    f.blocks = static_cast<std::uint32_t>(functions[i].size());
    f.first_call = static_cast<std::uint32_t>(p.calls.size());
    std::uint64_t at = f.address;
    for (const Block& from : functions[i]) {
      std::ranges::copy(from.code, bytes.begin() + static_cast<std::ptrdiff_t>(at - kBase));
      code::Block b;
      b.address = at;
      b.size_bytes = static_cast<std::uint32_t>(from.code.size());
      b.first_edge = static_cast<std::uint32_t>(p.edges.size());
      for (const std::uint32_t to : from.next) p.edges.push_back({to, code::EdgeKind::kJump});
      b.edges = static_cast<std::uint32_t>(from.next.size());
      p.blocks.push_back(b);
      at += from.code.size();
      f.size_bytes += from.code.size();
      f.instructions += 4;  // about
    }
    for (std::size_t callee = 0; callee < i; callee++) p.calls.push_back({f.address, kBase + callee * kApart, false});
    f.calls = static_cast<std::uint32_t>(i);
    p.functions.push_back(f);
  }
  image::LoadOptions options;
  options.raw = true;
  options.raw_base = kBase;
  options.raw_architecture = architecture;
  const auto parts = image::load(ByteView(bytes), options);
  if (!parts || parts->empty()) return {};
  return extract(parts->front().image, p);
}

// The features of the last function in its other view, but what callers gave.
std::vector<Feature> other_view(const SampleFeatures& s) {
  const FunctionFeatures& f = s.functions.back();
  std::vector<Feature> all;
  for (const Feature x : s.changes_of(f))
    if (x.count() > 0) all.push_back(x);
  for (const Feature x : s.features_of(f))
    if (std::ranges::none_of(s.changes_of(f), [&](Feature c) { return c.id() == x.id(); })) all.push_back(x);
  std::ranges::sort(all);
  return all;
}

std::vector<Feature> features_of_last(const SampleFeatures& s) {
  const auto all = s.features_of(s.functions.back());
  return {all.begin(), all.end()};
}

// A count of arguments is a matter of the function itself.
std::vector<Feature> but_shape(std::vector<Feature> features) {
  std::erase_if(features, [](Feature f) { return f.kind() == Kind::kShape; });
  return features;
}

// A call at `offset` in the function that is number `from`, of the one that is number `to`.
Code call(std::size_t from, std::size_t offset, std::size_t to, std::uint8_t opcode = 0xe8) {
  const auto distance = static_cast<std::int64_t>(to * kApart) - static_cast<std::int64_t>(from * kApart + offset + 5);
  Code code = {opcode};
  for (int i = 0; i < 4; i++) code.push_back(static_cast<std::uint8_t>(distance >> 8 * i));
  return code;
}

Code joined(std::initializer_list<Code> parts) {
  Code all;
  for (const Code& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

const Code kLoadField = {0x8b, 0x47, 0x08, 0xc3};             // mov eax, [rdi+8]; ret
const Code kStoreSum = {0x8b, 0x47, 0x08,                     // mov eax, [rdi+8]
                        0x83, 0xc0, 0x03,                     // add eax, 3
                        0x89, 0x46, 0x10, 0x31, 0xc0, 0xc3};  // mov [rsi+16], eax; xor eax, eax; ret

TEST(Expand, AFunctionWithoutCallsHasOneView) {
  EXPECT_TRUE(features_of({{{kStoreSum}}}).changes.empty());
}

TEST(Expand, ASmallCalleeIsSeenInside) {
  const Code caller = joined({{0x53, 0x48, 0x89, 0xf3},  // push rbx; mov rbx, rsi
                              call(1, 4, 0),
                              {0x83, 0xc0, 0x03,           // add eax, 3
                               0x89, 0x43, 0x10,           // mov [rbx+16], eax
                               0x31, 0xc0, 0x5b, 0xc3}});  // xor eax, eax; pop rbx; ret
  const SampleFeatures calls = features_of({{{kLoadField}}, {{caller}}});
  const SampleFeatures inlined = features_of({{{kStoreSum}}});
  EXPECT_NE(but_shape(features_of_last(calls)), but_shape(features_of_last(inlined)));
  EXPECT_EQ(other_view(calls), features_of_last(inlined));
  EXPECT_EQ(calls.functions[0].changes, 0u);
}

// The callee keeps a frame and its arguments on the stack, as at -O0, and so does the caller.
TEST(Expand, FramesAndSpillsDoNotMatter) {
  const Code callee = {0x55, 0x48, 0x89, 0xe5,           // push rbp; mov rbp, rsp
                       0x48, 0x89, 0x7d, 0xf8,           // mov [rbp-8], rdi
                       0x48, 0x8b, 0x45, 0xf8,           // mov rax, [rbp-8]
                       0x8b, 0x40, 0x08, 0x5d, 0xc3};    // mov eax, [rax+8]; pop rbp; ret
  const Code caller = joined({{0x55, 0x48, 0x89, 0xe5,   // push rbp; mov rbp, rsp
                               0x48, 0x83, 0xec, 0x10,   // sub rsp, 16
                               0x48, 0x89, 0x75, 0xf0},  // mov [rbp-16], rsi
                              call(1, 12, 0),
                              {0x83, 0xc0, 0x03,           // add eax, 3
                               0x48, 0x8b, 0x55, 0xf0,     // mov rdx, [rbp-16]
                               0x89, 0x42, 0x10,           // mov [rdx+16], eax
                               0x31, 0xc0, 0xc9, 0xc3}});  // xor eax, eax; leave; ret
  EXPECT_EQ(other_view(features_of({{{callee}}, {{caller}}})), features_of_last(features_of({{{kStoreSum}}})));
}

// int pick(int c, int *x, int *y) { return c ? *x : *y; }
TEST(Expand, BranchesOfTheCalleeBecomeTheCallers) {
  const Function pick = {{{0x85, 0xff, 0x74, 0x03}, {1, 2}},     // test edi, edi; je +3
                         {{0x8b, 0x06, 0xc3}},                   // mov eax, [rsi]; ret
                         {{0x8b, 0x02, 0xc3}}};                  // mov eax, [rdx]; ret
  const Code rest = {0x83, 0xc0, 0x01, 0x41, 0x89, 0x00, 0xc3};  // add eax, 1; mov [r8], eax; ret
  const Function inlined = {
      {{0x85, 0xff, 0x74, 0x04}, {1, 3}}, {{0x8b, 0x06}, {2}}, {rest}, {{0x8b, 0x02, 0xeb, 0x00}, {2}}};
  const SampleFeatures calls = features_of({pick, {{joined({call(1, 0, 0), rest})}}});
  EXPECT_EQ(other_view(calls), features_of_last(features_of({inlined})));
}

TEST(Expand, TailCallsAreLaidOutToo) {
  const Code caller = joined({{0x48, 0x8b, 0x7f, 0x20}, call(1, 4, 0, 0xe9)});  // mov rdi, [rdi+32]; jmp
  const Code inlined = {0x48, 0x8b, 0x7f, 0x20, 0x8b, 0x47, 0x08, 0xc3};
  EXPECT_EQ(other_view(features_of({{{kLoadField}}, {{caller}}})), features_of_last(features_of({{{inlined}}})));
}

TEST(Expand, CalleesOfCalleesAreLaidOut) {
  const Code middle = joined({{0x48, 0x8b, 0x7f, 0x20}, call(1, 4, 0), {0x83, 0xc0, 0x07, 0xc3}});
  const Code caller = joined({call(2, 0, 1), {0x89, 0x06, 0xc3}});  // mov [rsi], eax; ret
  const Code inlined = {0x48, 0x8b, 0x7f, 0x20, 0x8b, 0x47, 0x08, 0x83, 0xc0, 0x07, 0x89, 0x06, 0xc3};
  EXPECT_EQ(but_shape(other_view(features_of({{{kLoadField}}, {{middle}}, {{caller}}}))),
            but_shape(features_of_last(features_of({{{inlined}}}))));
}

TEST(Expand, ArgumentsOnTheStackReachTheCallee) {
  const Code callee = {0x8b, 0x44, 0x24, 0x04, 0x8b, 0x40, 0x08, 0xc3};  // mov eax, [esp+4]; mov eax, [eax+8]; ret
  const Code caller = joined({{0xff, 0x74, 0x24, 0x04}, call(1, 4, 0), {0x83, 0xc4, 0x04, 0x83, 0xc0, 0x05, 0xc3}});
  const Code inlined = {0x8b, 0x44, 0x24, 0x04, 0x8b, 0x40, 0x08, 0x83, 0xc0, 0x05, 0xc3};
  const auto x86 = image::Architecture::kX86;
  EXPECT_EQ(other_view(features_of({{{callee}}, {{caller}}}, x86)), features_of_last(features_of({{{inlined}}}, x86)));
}

TEST(Expand, Arm64) {
  const Function callee = {{{0x00, 0x08, 0x40, 0xb9,     // ldr w0, [x0, #8]
                             0xc0, 0x03, 0x5f, 0xd6}}};  // ret
  const Function caller = {{{0xfd, 0x7b, 0xbf, 0xa9,     // stp x29, x30, [sp, #-16]!
                             0xfd, 0x03, 0x00, 0x91,     // mov x29, sp
                             0xee, 0xff, 0xff, 0x97,     // bl -0x48
                             0x00, 0x0c, 0x00, 0x11,     // add w0, w0, #3
                             0xfd, 0x7b, 0xc1, 0xa8,     // ldp x29, x30, [sp], #16
                             0xc0, 0x03, 0x5f, 0xd6}}};  // ret
  const Function inlined = {{{0x00, 0x08, 0x40, 0xb9, 0x00, 0x0c, 0x00, 0x11, 0xc0, 0x03, 0x5f, 0xd6}}};
  const auto arm64 = image::Architecture::kArm64;
  EXPECT_EQ(other_view(features_of({callee, caller}, arm64)), features_of_last(features_of({inlined}, arm64)));
}

TEST(Expand, RecursionEnds) {
  const Code self = joined({call(0, 0, 0), {0xff, 0xc0, 0xc3}});
  const Code to_next = joined({call(0, 0, 1), {0xff, 0xc0, 0xc3}}), back = joined({call(1, 0, 0), {0xff, 0xc8, 0xc3}});
  EXPECT_EQ(features_of({{{self}}}).functions.size(), 1u);
  EXPECT_EQ(features_of({{{to_next}}, {{back}}}).functions.size(), 2u);
}

}  // namespace
}  // namespace samehand::feature
