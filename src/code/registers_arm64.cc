// Register use of AArch64 instructions, by encoding class (Arm ARM, C4.1).
//
// Example: aa0003f3 (mov x19, x0) reads x0, writes x19; a90153f3 (stp x19, x20, [sp, #16]) saves both.
//
// Known failures: SVE and most of advanced SIMD use nothing; flags are not looked at.
#include "registers.h"

namespace samehand::code {
namespace {

constexpr std::uint32_t bit(std::uint32_t number) {
  return number == 31 ? 0 : 1u << number;
}  // 31: zero or sp
constexpr std::uint32_t kStackPointer = 31;
constexpr std::uint32_t kFramePointer = 29;

// Offset addressing from the stack pointer.
void note_stack(std::uint32_t w, std::uint32_t kind, bool load, RegisterUse& use) {
  const bool simd = (w >> 26 & 1) != 0;
  if (kind == 2) {
    const std::int32_t scale = simd ? 4 << (w >> 30) : (w >> 31) != 0 ? 8 : 4;
    use.stack_offset = (static_cast<std::int32_t>(w << 10) >> 25) * scale;
  } else if (kind == 3 && (w >> 24 & 1) != 0) {
    const std::uint32_t size = simd && (w >> 23 & 1) != 0 ? 4 : w >> 30;
    use.stack_offset = static_cast<std::int32_t>((w >> 10 & 0xfff) << size);
  } else if (kind == 3 && (w >> 21 & 1) == 0) {
    use.stack_offset = static_cast<std::int32_t>(w << 11) >> 23;
  } else {
    return;
  }
  (load ? use.stack_load : use.stack_store) = true;
}

void loads_and_stores(std::uint32_t w, RegisterUse& use) {
  const std::uint32_t rt = w & 31;
  const std::uint32_t rn = w >> 5 & 31;
  const bool simd = (w >> 26 & 1) != 0;
  const std::uint32_t kind = w >> 28 & 3;
  if (kind == 1) {  // literal
    if (!simd && (w >> 24 & 1) == 0) use.writes |= bit(rt);
    return;
  }
  use.reads |= bit(rn);
  std::uint32_t data = bit(rt);
  bool load = false;
  bool writes_back = false;
  if (kind == 2) {  // pairs
    data |= bit(w >> 10 & 31);
    load = (w >> 22 & 1) != 0;
    writes_back = (w >> 23 & 1) != 0;
  } else if (kind == 0) {  // exclusive, ordered; SIMD structures
    if (simd) return;
    load = (w >> 22 & 1) != 0;
    if (!load && (w >> 23 & 1) == 0) use.writes |= bit(w >> 16 & 31);  // status
  } else {
    load = (w >> 22 & 3) != 0;
    if ((w >> 22 & 3) == 2 && (w >> 30) == 3) return;  // prefetch
    if ((w >> 24 & 1) == 0 && (w >> 21 & 1) == 0) writes_back = (w >> 10 & 1) != 0;
    if ((w >> 24 & 1) == 0 && (w >> 21 & 1) == 1) use.reads |= bit(w >> 16 & 31);  // register offset, atomics
  }
  if (writes_back) {
    use.writes |= bit(rn);
  } else if (rn == kStackPointer) {
    note_stack(w, kind, load, use);
  }
  if (simd) return;
  if (load) {
    use.writes |= data;
  } else {
    (rn == kStackPointer || rn == kFramePointer ? use.saves : use.reads) |= data;
  }
}

void data_immediate(std::uint32_t w, RegisterUse& use) {
  const std::uint32_t rd = w & 31;
  const std::uint32_t rn = w >> 5 & 31;
  use.writes |= bit(rd);
  switch (w >> 23 & 7) {
    case 0:
    case 1:
      return;  // adr, adrp
    case 5:    // movn, movz, movk
      if ((w >> 29 & 3) == 3) use.reads |= bit(rd);
      return;
    case 6:  // bitfield
      use.reads |= bit(rn);
      if ((w >> 29 & 3) == 1) use.reads |= bit(rd);
      return;
    case 7:
      use.reads |= bit(rn) | bit(w >> 16 & 31);
      return;  // extract
    default:
      use.reads |= bit(rn);
      return;
  }
}

void data_register(std::uint32_t w, RegisterUse& use) {
  const std::uint32_t rm = w >> 16 & 31;
  use.writes |= bit(w & 31);
  use.reads |= bit(w >> 5 & 31);
  const bool one_source = (w & 0x5fe00000) == 0x5ac00000;
  const bool conditional_compare_immediate = (w & 0x1fe00800) == 0x1a400800;
  if ((w & 0x1fe00000) == 0x1a400000) use.writes = 0;  // conditional compares have no destination
  if (!one_source && !conditional_compare_immediate) use.reads |= bit(rm);
  if ((w & 0x1f000000) == 0x1b000000) use.reads |= bit(w >> 10 & 31);  // three sources
  // eor or sub of a register with itself, and bic, are never used to clear: xzr is there.
}

void simd(std::uint32_t w, RegisterUse& use) {
  const std::uint32_t rd = w & 31;
  const std::uint32_t rn = w >> 5 & 31;
  if ((w & 0x5f20fc00) == 0x1e200000) {  // between floating point and general registers
    const std::uint32_t operation = w >> 16 & 7;
    if (operation == 2 || operation == 3 || operation == 7) {
      use.reads |= bit(rn);
    } else {
      use.writes |= bit(rd);
    }
  } else if ((w & 0xbfe0fc00) == 0x0e003c00 || (w & 0xbfe0fc00) == 0x0e002c00) {  // umov, smov
    use.writes |= bit(rd);
  } else if ((w & 0xbfe0fc00) == 0x0e000c00 || (w & 0xffe0fc00) == 0x4e001c00) {  // dup, ins from general
    use.reads |= bit(rn);
  }
}

void branches(std::uint32_t w, RegisterUse& use) {
  if ((w & 0x7c000000) == 0x34000000) use.reads |= bit(w & 31);                            // cbz, tbz
  if ((w & 0xfe000000) == 0xd6000000 && (w >> 21 & 7) < 2) use.reads |= bit(w >> 5 & 31);  // br, blr
  if ((w & 0xfff00000) == 0xd5300000) use.writes |= bit(w & 31);                           // mrs
  if ((w & 0xfff00000) == 0xd5100000) use.reads |= bit(w & 31);                            // msr
}

}  // namespace

RegisterUse registers_of_arm64(std::uint32_t w) {
  RegisterUse use;
  const std::uint32_t group = w >> 25 & 15;
  if ((group & 0xe) == 8) {
    data_immediate(w, use);
  } else if ((group & 0xe) == 10) {
    branches(w, use);
  } else if ((group & 5) == 4) {
    loads_and_stores(w, use);
  } else if ((group & 7) == 5) {
    data_register(w, use);
  } else if ((group & 7) == 7) {
    simd(w, use);
  }
  return use;
}

}  // namespace samehand::code
