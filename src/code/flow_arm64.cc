// Control flow and stack effect of AArch64 instructions, by masks (Arm ARM, C4.1 "A64 instruction set encoding").
//
// Example: a9be7bfd (stp x29, x30, [sp, #-32]!) -> stack +32; 90000010 f9400211 d61f0220 (adrp x16; ldr x17, [x16]; br
// x17) -> indirect jump whose target is the slot that x17 was loaded from.
//
// Known failures: encodings that the architecture leaves unallocated deeper than the top level are not recognised as
// bad; what a register holds is forgotten at calls, function starts and new values only, not where branches join.
#include "flow.h"

namespace samehand::code {
namespace {

constexpr std::uint32_t kStackPointer = 31;

constexpr std::int64_t sign_extend(std::uint64_t value, unsigned bits) {
  return static_cast<std::int64_t>(value << (64 - bits)) >> (64 - bits);
}

constexpr std::uint64_t branch_target(std::uint64_t address, std::uint32_t field, unsigned bits) {
  return address + static_cast<std::uint64_t>(sign_extend(field, bits) * 4);
}

// Bytes that a pair transfer's 7-bit immediate counts.
constexpr std::int32_t pair_scale(std::uint32_t word) {
  if ((word >> 26 & 1) != 0) return 4 << (word >> 30);  // SIMD: 4, 8, 16
  return (word >> 31) != 0 ? 8 : 4;
}

// Stack change of the instructions that prologues and epilogues are made of; `out` is left alone for others.
void classify_stack(std::uint32_t word, Instruction& out) {
  std::int32_t grows = 0;
  if ((word & 0xff8003ff) == 0xd10003ff || (word & 0xff8003ff) == 0x910003ff) {  // sub or add sp, sp, #imm
    const auto amount = static_cast<std::int32_t>((word >> 10 & 0xfff) << ((word >> 22 & 1) * 12));
    grows = (word >> 30 & 1) != 0 ? amount : -amount;
  } else if ((word & 0x3a0003e0) == 0x280003e0 && (word >> 23 & 1) == 1) {  // ldp, stp with writeback to sp
    grows = -static_cast<std::int32_t>(sign_extend(word >> 15 & 0x7f, 7)) * pair_scale(word);
  } else if ((word & 0x3b2003e0) == 0x380003e0 && (word >> 10 & 1) == 1) {  // ldr, str with writeback to sp
    grows = -static_cast<std::int32_t>(sign_extend(word >> 12 & 0x1ff, 9));
  }
  if (grows == 0) return;
  out.stack = grows;
  if (grows < 0) out.set(kPops);
}

}  // namespace

void Arm64Flow::forget() {
  address_.fill(0);
  slot_.fill(0);
  constant_.fill(0);
}

Instruction Arm64Flow::classify(std::uint32_t word, std::uint64_t address) {
  Instruction out;
  out.length = 4;
  classify_flow(word, address, out);
  switch (out.flow) {
    case Flow::kCall:
    case Flow::kIndirectCall:  // the callee may use registers 0 to 18
      std::fill_n(address_.begin(), 19, 0);
      std::fill_n(slot_.begin(), 19, 0);
      break;
    case Flow::kJump:
    case Flow::kConditional:
    case Flow::kIndirectJump:
    case Flow::kReturn:
      break;
    default: {
      const std::uint32_t rd = word & 31;
      const std::uint64_t base = address_[word >> 5 & 31];
      const std::uint32_t constant = constant_[rd];
      const bool writes_back = (word & 0x3b200400) == 0x38000400 || (word & 0x3a800000) == 0x28800000;
      if (writes_back) address_[word >> 5 & 31] = 0;
      const std::uint64_t moved = address_[word >> 16 & 31];
      address_[rd] = 0;
      slot_[rd] = 0;
      constant_[rd] = 0;
      if ((word & 0x9f000000) == 0x90000000) {  // adrp
        const std::int64_t pages = sign_extend((word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3), 21);
        address_[rd] = (address & ~0xfffull) + static_cast<std::uint64_t>(pages * 4096);
      } else if ((word & 0xff800000) == 0x91000000 && base != 0) {  // add x, x, #imm: the address goes on being known
        address_[rd] = base + ((word >> 10 & 0xfff) << ((word >> 22 & 1) * 12));
      } else if ((word & 0xffe0ffe0) == 0xaa0003e0) {  // mov x, x
        address_[rd] = moved;
      } else if ((word & 0xffc00000) == 0xf9400000 && base != 0) {  // ldr x, [x, #imm]
        slot_[rd] = base + (word >> 10 & 0xfff) * 8;
      } else if ((word & 0x7f800000) == 0x52800000) {  // movz
        constant_[rd] = (word >> 5 & 0xffff) << (16 * (word >> 21 & 1));
      } else if ((word & 0x7f800000) == 0x72800000 && constant != 0) {  // movk
        const std::uint32_t shift = 16 * (word >> 21 & 1);
        constant_[rd] = (constant & ~(0xffffu << shift)) | (word >> 5 & 0xffff) << shift;
      } else if ((word & 0xbfe0ffff) == 0x8b2063ff) {  // add or sub sp, sp, x: a large frame
        const auto amount = static_cast<std::int32_t>(constant_[word >> 16 & 31] & 0x7fffffff);
        out.stack = (word >> 30 & 1) != 0 ? amount : -amount;
        if (out.stack < 0) out.set(kPops);
      }
      address_[kStackPointer] = 0;
    }
  }
  return out;
}

void Arm64Flow::classify_flow(std::uint32_t word, std::uint64_t address, Instruction& out) {
  if ((word & 0x7c000000) == 0x14000000) {  // b, bl
    out.flow = (word >> 31) != 0 ? Flow::kCall : Flow::kJump;
    out.target = space_.link_of(branch_target(address, word & 0x3ffffff, 26));
  } else if ((word & 0xff000000) == 0x54000000 || (word & 0x7e000000) == 0x34000000) {  // b.cond, cbz, cbnz
    out.flow = Flow::kConditional;
    out.target = space_.link_of(branch_target(address, word >> 5 & 0x7ffff, 19));
  } else if ((word & 0x7e000000) == 0x36000000) {  // tbz, tbnz
    out.flow = Flow::kConditional;
    out.target = space_.link_of(branch_target(address, word >> 5 & 0x3fff, 14));
  } else if ((word & 0xfe000000) == 0xd6000000) {  // branches through registers, with and without authentication
    switch (word >> 21 & 7) {
      case 0:
        out.flow = Flow::kIndirectJump;
        break;
      case 1:
        out.flow = Flow::kIndirectCall;
        break;
      case 2:
      case 4:
        out.flow = Flow::kReturn;
        break;  // ret, eret
      default:
        out.flow = Flow::kBad;
        break;
    }
    const std::uint64_t slot = slot_[word >> 5 & 31];
    if (slot != 0 && (out.flow == Flow::kIndirectJump || out.flow == Flow::kIndirectCall)) {
      out.target = space_.link_of(slot);
    }
  } else if ((word & 0xffe0001f) == 0xd4200000 || (word & 0xffe0001f) == 0xd4400000) {  // brk, hlt
    out.flow = Flow::kTrap;
  } else if (word < 0x10000) {
    out.flow = word == 0 ? Flow::kPadding : Flow::kTrap;  // udf
  } else if (word == 0xd503201f) {
    out.flow = Flow::kPadding;
  } else if (word == 0xd503245f || word == 0xd50324df || word == 0xd503233f || word == 0xd503237f) {
    out.set(kLandmark);                            // bti c, bti jc, paciasp, pacibsp
  } else if ((word & 0x9f000000) == 0x10000000) {  // adr
    out.flow = Flow::kAddress;
    out.set(kShortAddress);
    const std::int64_t distance = sign_extend((word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3), 21);
    out.target = space_.link_of(address + static_cast<std::uint64_t>(distance));
  } else if ((word & 0xffc00000) == 0x91000000 && address_[word >> 5 & 31] != 0 && (word & 31) != kStackPointer) {
    out.flow = Flow::kAddress;  // add x, x, #low bits
    out.target = space_.link_of(address_[word >> 5 & 31] + (word >> 10 & 0xfff));
  } else if ((word >> 25 & 0xd) == 1 || (word >> 25 & 0xf) == 0) {  // unallocated at the top level
    out.flow = Flow::kBad;
  } else {
    classify_stack(word, out);
  }
}

}  // namespace samehand::code
