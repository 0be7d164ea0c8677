// Lowering AArch64: data processing and branches, by masks on the instruction word.
//
//   8b020c20   add x0, x1, x2, lsl #3   ->   kShiftLeft scratch <- r2, #3 ; kAdd r0 <- r1, scratch
//   b4000043   cbz x3, +8               ->   kCompare r3, #0 ; kBranchIf equal
//
// The groups and fields are those of the Arm Architecture Reference Manual, section C4.1. Aliases (mov, cmp, lsl,
// ubfx…) are undone into what they mean. 32-bit immediates are sign-extended, as on x86. SVE, tags and system registers
// become kGeneric without operands.
#include "lower_arm64.h"

namespace samehand::feature {

std::unique_ptr<Lowerer> make_arm64_lowerer() {
  return std::make_unique<Arm64Lowerer>();
}

std::uint32_t Arm64Lowerer::lower_block(ByteView bytes, std::size_t size, std::uint64_t address,
                                        const Surroundings& around, std::vector<Instruction>& out, ExactHash& exact) {
  out_ = &out;
  std::uint32_t page_registers = 0;  // that hold a page address from adrp: offsets from them depend on the place
  std::uint32_t instructions = 0;
  for (std::size_t at = 0; at + 4 <= size; at += 4) {
    const std::uint32_t w = bytes.read_or_zero<std::uint32_t>(at);
    m_ = Instruction{};
    m_.address = address + at;
    const std::size_t first = out.size();
    switch (bits(w, 25, 4)) {
      case 8:
      case 9:
        lower_immediate(w);
        break;
      case 10:
      case 11:
        lower_branch(w);
        break;
      case 4:
      case 6:
      case 12:
      case 14:
        lower_memory(w);
        break;
      case 5:
      case 13:
        lower_register(w);
        break;
      case 7:
      case 15:
        if (bits(w, 28, 1) && !bits(w, 30, 1))
          lower_scalar_float(w);
        else
          lower_vector(w);
        break;
      case 0:
        m_.op = w >> 16 == 0 ? Op::kTrap : Op::kGeneric;
        break;  // udf; SME
      default:
        generic(w >> 21, kNone, kNone);
        break;
    }
    emit();
    out[first].length = 4;
    instructions++;

    std::uint32_t blank = 0;
    const unsigned rn = bits(w, 5, 5), rd = bits(w, 0, 5);
    if ((w & 0x1f000000) == 0x10000000) {  // adr, adrp
      blank = 0x60ffffe0;
      page_registers |= 1u << rd;
    } else if ((w & 0xfc000000) == 0x94000000) {
      blank = 0x03ffffff;
    } else if ((w & 0xfc000000) == 0x14000000) {
      if (around.far(signed_bits(w, 0, 26) * 4)) blank = 0x03ffffff;
    } else if ((w & 0xff000010) == 0x54000000 || (w & 0x7e000000) == 0x34000000) {
      if (around.far(signed_bits(w, 5, 19) * 4)) blank = 0x00ffffe0;
    } else if ((w & 0x3b000000) == 0x18000000) {  // ldr literal
      if (around.far(signed_bits(w, 5, 19) * 4)) blank = 0x00ffffe0;
    } else if ((w & 0x1f800000) == 0x11000000 || (w & 0x3b000000) == 0x39000000) {  // add immediate, load, store
      if (page_registers >> rn & 1)
        blank = 0x003ffc00;
      else if ((w & 0x1f800000) == 0x11000000)
        page_registers &= ~(1u << rd);
    }
    exact.add(bytes.clamp(at), 4, blank);
  }
  return instructions;
}

void Arm64Lowerer::emit() {
  out_->push_back(m_);
  const std::uint64_t address = m_.address;
  m_ = Instruction{};
  m_.address = address;
}

void Arm64Lowerer::generic(std::uint32_t mnemonic, Operand destination, Operand a, Operand b) {
  m_.op = Op::kGeneric;
  m_.mnemonic = static_cast<std::uint16_t>(mnemonic);
  m_.destination = destination;
  m_.a = a;
  m_.b = b;
}

// The register `r` shifted (kind 0 lsl, 1 lsr, 2 asr, 3 ror) by `amount`, computed into the scratch register.
Operand Arm64Lowerer::shifted(unsigned r, unsigned kind, unsigned amount) {
  if (amount == 0 || r == 31) return general_or_zero(r);
  Instruction shift;
  shift.address = m_.address;
  shift.op = kind == 0 ? Op::kShiftLeft : kind == 3 ? Op::kRotate : Op::kShiftRight;
  shift.destination = reg_operand(kScratch);
  shift.a = reg_operand(r);
  shift.b = kImmediate;
  shift.immediate = amount;
  out_->push_back(shift);
  return reg_operand(kScratch);
}

void Arm64Lowerer::flags_of(Op op, Operand a, Operand b) {
  Instruction compare = m_;
  compare.op = op;
  compare.sets_flags = true;
  compare.destination = kNone;
  compare.a = a;
  compare.b = b;
  out_->push_back(compare);
}

// The value that a logical immediate encodes (DecodeBitMasks), for 64 bits; 0 where it is reserved.
static std::uint64_t logical_immediate(unsigned n, unsigned immr, unsigned imms) {
  const unsigned combined = n << 6 | (~imms & 0x3f);
  if (combined == 0) return 0;
  const unsigned length = 31 - static_cast<unsigned>(__builtin_clz(combined));
  if (length == 0) return 0;
  const unsigned size = 1u << length;
  const unsigned ones = (imms & (size - 1)) + 1, rotate = immr & (size - 1);
  std::uint64_t pattern = ones == 64 ? ~0ull : (1ull << ones) - 1;
  const std::uint64_t mask = size == 64 ? ~0ull : (1ull << size) - 1;
  if (rotate != 0) pattern = (pattern >> rotate | pattern << (size - rotate)) & mask;
  for (unsigned filled = size; filled < 64; filled *= 2) pattern |= pattern << filled;
  return pattern;
}

void Arm64Lowerer::lower_immediate(std::uint32_t w) {
  const unsigned rd = bits(w, 0, 5), rn = bits(w, 5, 5);
  const bool wide = bits(w, 31, 1);
  switch (bits(w, 23, 3)) {
    case 0:
    case 1: {  // adr, adrp
      const std::int64_t offset = signed_bits(w, 5, 19) * 4 + bits(w, 29, 2);
      m_.op = Op::kAddress;
      m_.destination = target_or_none(rd);
      m_.a = kMemory;
      m_.absolute = true;
      m_.mnemonic = wide;  // adrp: an address that is not yet complete
      m_.displacement = wide ? static_cast<std::int64_t>(m_.address & ~0xfffull) + offset * 4096
                             : static_cast<std::int64_t>(m_.address) + offset;
      return;
    }
    case 2:
    case 3: {  // add, sub; the zero register is the stack pointer except as the target of adds, subs
      const bool sub = bits(w, 30, 1), flags = bits(w, 29, 1);
      const std::int64_t value = static_cast<std::int64_t>(bits(w, 10, 12)) << (bits(w, 22, 1) ? 12 : 0);
      m_.immediate = sub ? value : -value;
      if (flags) flags_of(Op::kCompare, reg_operand(rn), kImmediate);
      m_.op = Op::kAdd;
      m_.immediate = sub ? -value : value;
      m_.destination = flags ? target_or_none(rd) : reg_operand(rd);
      m_.a = reg_operand(rn);
      m_.b = kImmediate;
      if (flags && rd == 31) m_.op = Op::kNop;
      return;
    }
    case 4: {
      const unsigned kind = bits(w, 29, 2);
      const std::uint64_t value = logical_immediate(bits(w, 22, 1), bits(w, 16, 6), bits(w, 10, 6));
      m_.immediate = wide ? static_cast<std::int64_t>(value) : static_cast<std::int32_t>(value);
      if (kind == 3) flags_of(Op::kTest, general_or_zero(rn), kImmediate);
      m_.op = kind == 1 ? Op::kOr : kind == 2 ? Op::kXor : Op::kAnd;
      m_.destination = kind == 3 ? target_or_none(rd) : reg_operand(rd);
      m_.a = general_or_zero(rn);
      m_.b = kImmediate;
      if (kind == 1 && rn == 31) {
        m_.op = Op::kMove;
        m_.a = kImmediate;
      }
      if (kind == 3 && rd == 31) m_.op = Op::kNop;
      return;
    }
    case 5: {  // movn, movz, movk
      const unsigned shift = bits(w, 21, 2) * 16;
      const std::uint64_t half = bits(w, 5, 16);
      m_.destination = target_or_none(rd);
      m_.a = kImmediate;
      m_.width = wide ? 8 : 4;
      if (bits(w, 29, 2) == 3) {
        m_.op = Op::kInsertHalf;
        m_.immediate = static_cast<std::int64_t>(half);
        m_.scale = static_cast<std::uint8_t>(shift);
        return;
      }
      m_.op = Op::kMove;
      const std::uint64_t value = bits(w, 29, 2) == 0 ? ~(half << shift) : half << shift;
      m_.immediate = wide ? static_cast<std::int64_t>(value) : static_cast<std::int32_t>(value);
      return;
    }
    case 6:
      lower_bitfield(w);
      return;
    default: {  // extr, ror
      const unsigned rm = bits(w, 16, 5);
      m_.immediate = bits(w, 10, 6);
      if (rn == rm) {
        m_.op = Op::kRotate;
        m_.destination = target_or_none(rd);
        m_.a = general_or_zero(rn);
        m_.b = kImmediate;
      } else {
        generic(1, target_or_none(rd), general_or_zero(rn), general_or_zero(rm));
      }
    }
  }
}

// sbfm, bfm, ubfm and what they are aliases for: lsl, lsr, asr, extensions, ubfx, ubfiz, bfi, bfxil.
void Arm64Lowerer::lower_bitfield(std::uint32_t w) {
  const unsigned size = bits(w, 31, 1) ? 64 : 32;
  const unsigned immr = bits(w, 16, 6), imms = bits(w, 10, 6), kind = bits(w, 29, 2);
  m_.destination = target_or_none(bits(w, 0, 5));
  m_.a = general_or_zero(bits(w, 5, 5));
  m_.b = kImmediate;
  if (kind == 1) {  // bfm inserts into the target
    generic(2, m_.destination, m_.destination, m_.a);
    m_.immediate = immr << 6 | imms;
    return;
  }
  if (imms == size - 1) {
    m_.op = Op::kShiftRight;
    m_.immediate = immr;
  } else if (imms + 1 == immr && kind == 2) {
    m_.op = Op::kShiftLeft;
    m_.immediate = size - immr;
  } else if (imms < immr) {  // ubfiz, sbfiz
    m_.op = Op::kShiftLeft;
    m_.immediate = size - immr;
  } else if (immr == 0 && (imms == 7 || imms == 15 || imms == 31)) {
    m_.op = Op::kMove;  // extensions are identity
  } else {
    m_.op = Op::kExtractBits;
    m_.immediate = immr;
    m_.scale = static_cast<std::uint8_t>(imms - immr + 1);
  }
}

void Arm64Lowerer::lower_branch(std::uint32_t w) {
  const auto direct = [&](Op op, std::int64_t offset) {
    m_.op = op;
    m_.a = kImmediate;
    m_.immediate = static_cast<std::int64_t>(m_.address) + offset;
  };
  if ((w & 0x7c000000) == 0x14000000) return direct(w >> 31 ? Op::kCall : Op::kJump, signed_bits(w, 0, 26) * 4);
  if ((w & 0xff000000) == 0x54000000) {
    m_.condition = arm64_condition(bits(w, 0, 4));
    return direct(bits(w, 1, 3) == 7 ? Op::kJump : Op::kBranchIf, signed_bits(w, 5, 19) * 4);
  }
  if ((w & 0x7c000000) == 0x34000000) {  // cbz, cbnz, tbz, tbnz
    const bool test = bits(w, 25, 1);
    const unsigned bit = bits(w, 31, 1) << 5 | bits(w, 19, 5);
    const bool sign = test && (bit == 31 || bit == 63);
    m_.immediate = test && !sign ? static_cast<std::int64_t>(1ull << bit) : 0;
    flags_of(test && !sign ? Op::kTest : Op::kCompare, general_or_zero(bits(w, 0, 5)), kImmediate);
    m_.condition = sign ? Condition::kLess : Condition::kEqual;
    return direct(Op::kBranchIf, (test ? signed_bits(w, 5, 14) : signed_bits(w, 5, 19)) * 4);
  }
  if ((w & 0xfe000000) == 0xd6000000) {
    const unsigned kind = bits(w, 21, 2);  // also those with pointer authentication
    m_.op = kind == 0 ? Op::kJumpIndirect : kind == 1 ? Op::kCall : Op::kReturn;
    if (kind < 2) m_.a = general_or_zero(bits(w, 5, 5));
    return;
  }
  if ((w & 0xff000000) == 0xd4000000) {
    if ((w & 0x00e0001f) == 1) return generic(kSystemCall, reg_operand(0), reg_operand(8));
    m_.op = Op::kTrap;
    return;
  }
  if ((w & 0xfffff01f) == 0xd503201f || (w & 0xfffff000) == 0xd5033000) return;  // hints, barriers
  if ((w & 0xfff00000) == 0xd5300000)                                            // mrs: the thread pointer, mostly
    return generic(3, target_or_none(bits(w, 0, 5)), kNone);
  generic(4, kNone, kNone);
}

void Arm64Lowerer::lower_register(std::uint32_t w) {
  const unsigned rd = bits(w, 0, 5), rn = bits(w, 5, 5), rm = bits(w, 16, 5);
  if ((w & 0x1f000000) == 0x0a000000) {
    const unsigned kind = bits(w, 29, 2);
    const bool inverted = bits(w, 21, 1);
    const Operand right = shifted(rm, bits(w, 22, 2), bits(w, 10, 6));
    if (kind == 3 && !inverted) flags_of(Op::kTest, general_or_zero(rn), right);
    m_.destination = target_or_none(rd);
    m_.a = general_or_zero(rn);
    m_.b = right;
    m_.op = kind == 1   ? (inverted ? Op::kOrNot : Op::kOr)
            : kind == 2 ? (inverted ? Op::kXorNot : Op::kXor)
                        : (inverted ? Op::kAndNot : Op::kAnd);
    if (kind == 1 && rn == 31) {  // mov, mvn
      m_.op = inverted ? Op::kNot : Op::kMove;
      m_.a = right;
      m_.b = kNone;
    }
    if (kind == 3 && rd == 31) m_.op = Op::kNop;
    if (kind == 3 && inverted) m_.sets_flags = true;
    return;
  }
  if ((w & 0x1f000000) == 0x0b000000) {
    const bool extended = bits(w, 21, 1), sub = bits(w, 30, 1), flags = bits(w, 29, 1);
    const Operand right = extended ? shifted(rm, 0, bits(w, 10, 3)) : shifted(rm, bits(w, 22, 2), bits(w, 10, 6));
    const Operand left = extended ? reg_operand(rn) : general_or_zero(rn);
    if (flags && sub) flags_of(Op::kCompare, left, right);
    m_.op = sub ? Op::kSub : Op::kAdd;
    m_.sets_flags = flags && !sub;
    m_.destination = extended && !flags ? reg_operand(rd) : target_or_none(rd);
    m_.a = left;
    m_.b = right;
    if (!extended && rn == 31 && sub) {
      m_.op = Op::kNegate;
      m_.a = right;
      m_.b = kNone;
    }
    if (flags && sub && rd == 31) m_.op = Op::kNop;
    return;
  }
  if ((w & 0x1f000000) == 0x1b000000) return lower_sources(w);
  switch (bits(w, 21, 4)) {
    case 0:  // adc, sbc
      m_.op = bits(w, 30, 1) ? Op::kSubBorrow : Op::kAddCarry;
      m_.sets_flags = bits(w, 29, 1);
      m_.destination = target_or_none(rd);
      m_.a = general_or_zero(rn);
      m_.b = general_or_zero(rm);
      return;
    case 2:  // ccmp, ccmn
      m_.op = Op::kConditionalCompare;
      m_.sets_flags = true;
      m_.condition = arm64_condition(bits(w, 12, 4));
      m_.a = general_or_zero(rn);
      m_.b = bits(w, 11, 1) ? kImmediate : general_or_zero(rm);
      m_.immediate = bits(w, 30, 1) ? rm : -static_cast<std::int64_t>(rm);
      return;
    case 4:
      return lower_select(w);
    case 6:
      return lower_sources(w);
    default:
      return generic(5, target_or_none(rd), general_or_zero(rn));
  }
}

// csel, csinc, csinv, csneg, and their aliases cset, cinc…
void Arm64Lowerer::lower_select(std::uint32_t w) {
  const unsigned rn = bits(w, 5, 5), rm = bits(w, 16, 5);
  const unsigned kind = bits(w, 30, 1) << 1 | bits(w, 10, 1);
  m_.condition = arm64_condition(bits(w, 12, 4));
  m_.destination = target_or_none(bits(w, 0, 5));
  if (rn == 31 && rm == 31 && kind != 0) {  // cset, csetm
    m_.op = Op::kSetIf;
    return;
  }
  m_.op = Op::kSelect;
  m_.scale = kind == 1 ? kSelectIncrement : kind == 2 ? kSelectInvert : kind == 3 ? kSelectNegate : kSelectPlain;
  m_.a = general_or_zero(rn);
  m_.b = general_or_zero(rm);
}

void Arm64Lowerer::lower_sources(std::uint32_t w) {
  const unsigned rd = bits(w, 0, 5), rn = bits(w, 5, 5), rm = bits(w, 16, 5), ra = bits(w, 10, 5);
  m_.destination = target_or_none(rd);
  m_.a = general_or_zero(rn);
  m_.b = general_or_zero(rm);
  if ((w & 0x1f000000) == 0x1b000000) {
    const unsigned kind = bits(w, 21, 3);
    if (kind == 2 || kind == 6) {
      m_.op = Op::kMulHigh;
      m_.immediate = 64;
      return;
    }
    if (ra == 31 && !bits(w, 15, 1)) {
      m_.op = Op::kMul;
      return;
    }
    m_.op = bits(w, 15, 1) ? Op::kMulSub : Op::kMulAdd;
    m_.c = general_or_zero(ra);
    return;
  }
  if (bits(w, 30, 1)) {  // one source
    m_.b = kNone;
    const unsigned opcode = bits(w, 10, 6);
    if (bits(w, 16, 5) != 0) {  // pointer authentication keeps the value
      m_.op = Op::kMove;
      m_.a = m_.destination;
      return;
    }
    m_.op = Op::kGeneric;
    m_.mnemonic = opcode == 0   ? static_cast<std::uint16_t>(kReverseBits)
                  : opcode == 4 ? static_cast<std::uint16_t>(kCountLeadingZeros)
                  : opcode < 4  ? static_cast<std::uint16_t>(kByteSwap)
                                : static_cast<std::uint16_t>(6);
    return;
  }
  switch (bits(w, 10, 6)) {
    case 2:
    case 3:
      m_.op = Op::kDivide;
      return;
    case 8:
      m_.op = Op::kShiftLeft;
      return;
    case 9:
    case 10:
      m_.op = Op::kShiftRight;
      return;
    case 11:
      m_.op = Op::kRotate;
      return;
    default:
      m_.op = Op::kGeneric;
      m_.mnemonic = static_cast<std::uint16_t>(0x100 | bits(w, 10, 6));
      return;
  }
}

}  // namespace samehand::feature
