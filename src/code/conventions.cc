// Code that uses registers which nobody has given it is no function.
//
// Problem: landing pads, labels of switches and split-off parts look like functions that nothing calls.
//
// Example: mov rsi, rax; mov rcx, rbx; call ... : at a function's entry rax and rbx hold nothing that it may use: rax
// is undefined, rbx is the caller's. So this is a landing pad.
//
// Method: follow the code from its start with the set of registers that were written or saved; the first read of a
// register that the calling convention neither passes nor preserves for reading decides (the check is that of Pang et
// al., "Towards Optimal Use of Exception Handling Information for Function Detection", DSN 2021).
//
// Cost: at most kSteps instructions per question.
//
// Known failures: hand-written code with conventions of its own, where nothing calls it directly; code that computes
// with nothing but the arguments before it leaves.
#include "conventions.h"

#include <array>

#include "registers.h"

namespace samehand::code {
namespace {

constexpr int kSteps = 48;
constexpr std::size_t kPaths = 4;

constexpr std::uint32_t registers(std::initializer_list<int> numbers) {
  std::uint32_t mask = 0;
  for (const int n : numbers) mask |= 1u << n;
  return mask;
}

// What holds nothing useful when a function begins. x86-64: rax (al counts vector arguments of variadic functions),
// r11 and the preserved rbx, rbp, r12 to r15; r10 may be a static chain. Windows preserves rsi and rdi too. i386:
// static functions may take arguments in eax, edx and ecx. AArch64: x9 to x15, x19 to x29; x16 to x18 belong to linkers
// and platforms.
struct Convention {
  std::uint32_t preserved;
  std::uint32_t undefined;  // besides the preserved ones
  std::int32_t own_stack;  // bytes above the stack pointer on entry that a function may write: where many arguments are
                           // there (i386) or have a home there (Windows), compilers reuse their places
};
constexpr std::int32_t kAnything = 0x7fffffff;
constexpr Convention kX64 = {registers({3, 5, 12, 13, 14, 15}), registers({0, 11}), 0};
constexpr Convention kWindows = {registers({3, 5, 6, 7, 12, 13, 14, 15}), registers({0, 11}), kAnything};
constexpr Convention kX86 = {registers({3, 5, 6, 7}), 0, kAnything};
constexpr Convention kArm64 = {registers({19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29}),
                               registers({9, 10, 11, 12, 13, 14, 15}), 0};

const Convention& convention_of(const Recovery& r) {
  if (r.is_arm64()) return kArm64;
  if (!r.is_64_bit()) return kX86;
  return r.image.format == image::Format::kPe ? kWindows : kX64;
}

struct Path {
  std::uint32_t at;
  std::uint32_t unsaved;    // preserved registers that still hold the caller's values
  std::uint32_t undefined;  // registers that hold nothing
  std::int32_t depth;       // of the stack
};

RegisterUse use_of(const Recovery& r, std::uint32_t i) {
  if (r.instructions[i].flow == Flow::kPadding) return {};  // lea esi, [esi + 0] and the like
  const ByteView bytes = r.bytes_of(i);
  if (r.is_arm64()) return registers_of_arm64(bytes.read_or_zero<std::uint32_t>(0));
  X86Instruction x;
  if (!decode_x86(bytes, r.is_64_bit(), x)) return {};
  // test al, al; movzx eax, al: a variadic function looks how many vector arguments there are.
  const bool variadic = (x.map == OpcodeMap::kOneByte && x.opcode == 0x84 && x.modrm == 0xc0) ||
                        (x.map == OpcodeMap::k0F && x.opcode == 0xb6 && x.modrm == 0xc0);
  if (variadic && r.is_64_bit()) return {};
  return registers_of_x86(x, r.is_64_bit());
}

}  // namespace

std::uint32_t pc_thunk_register(const Recovery& r, std::uint32_t i) {
  if (r.is_arm64() || r.is_64_bit()) return 0;
  const ByteView bytes = r.bytes_of(i);
  const bool thunk = bytes[0] == 0x8b && (bytes[1] & 0xc7) == 0x04 && bytes[2] == 0x24 && bytes[3] == 0xc3;
  return thunk ? 1u << (bytes[1] >> 3 & 7) : 0;
}

bool breaks_convention(const Recovery& r, std::uint32_t start, bool strict) {
  if (!r.tuning.conventions) return false;
  const Convention& convention = convention_of(r);
  std::array<Path, kPaths> paths{Path{start, convention.preserved, convention.undefined, 0}};
  std::size_t count = 1;
  for (int steps = 0; count > 0;) {
    Path path = paths[--count];
    for (bool more = true; more && steps < kSteps; ++steps) {
      const Instruction& instruction = r.instructions[path.at];
      if (path.at != start && instruction.has(kStart)) break;
      const RegisterUse use = use_of(r, path.at);
      if ((use.reads & (path.unsaved | path.undefined)) != 0) return true;
      const std::int64_t above = std::int64_t{use.stack_offset} - path.depth;
      if (use.stack_store && above >= convention.own_stack) return true;
      if (use.stack_load && strict && convention.own_stack != kAnything && above >= convention.own_stack) return true;
      path.depth = instruction.has(kSetsDepth) ? instruction.stack : path.depth + instruction.stack;
      path.unsaved &= ~use.saves;
      if ((use.writes & path.unsaved) != 0) return true;
      path.undefined &= ~(use.writes | use.saves);
      switch (instruction.flow) {
        case Flow::kReturn:
        case Flow::kTrap:
        case Flow::kIndirectJump:
        case Flow::kBad:
          more = false;
          continue;
        case Flow::kJump:
          more = instruction.has(kToCode);
          if (more) path.at = instruction.target;
          continue;
        case Flow::kConditional:
          if (instruction.has(kToCode) && count < kPaths - 1)
            paths[count++] = {instruction.target, path.unsaved, path.undefined, path.depth};
          break;
        case Flow::kCall:
        case Flow::kIndirectCall:
          if (r.never_returns(instruction) && !(strict && instruction.has(kToCode))) {
            more = false;
            continue;
          }
          path.undefined = 0;
          if (instruction.has(kToCode)) path.unsaved &= ~pc_thunk_register(r, instruction.target);
          break;
        default:
          break;
      }
      more = path.at + 1 < r.count() && r.contiguous(path.at + 1);
      ++path.at;
    }
  }
  return false;
}

}  // namespace samehand::code
