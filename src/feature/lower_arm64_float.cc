// Lowering AArch64: scalar floating point, and as much of Advanced SIMD as has a meaning in ir.h; the rest of SIMD is
// kGeneric with its registers.
//
//   1e622820   fadd d0, d1, d2     ->   kFloatAdd v0 <- v1, v2
//   1e6e1000   fmov d0, #1.0       ->   kMove v0 <- #0x3ff0000000000000
#include "lower_arm64.h"

namespace samehand::feature {
namespace {

// VFPExpandImm for double precision; floats are given as the double of the same value.
std::int64_t expand_float(unsigned imm8) {
  const std::uint64_t sign = imm8 >> 7, b = imm8 >> 6 & 1;
  const std::uint64_t exponent = (b ^ 1) << 10 | (b ? 0xffull << 2 : 0) | (imm8 >> 4 & 3);
  return static_cast<std::int64_t>(sign << 63 | exponent << 52 | static_cast<std::uint64_t>(imm8 & 15) << 48);
}

}  // namespace

void Arm64Lowerer::lower_scalar_float(std::uint32_t w) {
  const unsigned rd = bits(w, 0, 5), rn = bits(w, 5, 5), rm = bits(w, 16, 5);
  const Operand vd = vector_register(rd), vn = vector_register(rn), vm = vector_register(rm);
  m_.floating = true;
  if (bits(w, 24, 1)) {  // fmadd, fmsub, fnmadd, fnmsub
    const Operand va = vector_register(bits(w, 10, 5));
    m_.op = Op::kFloatMul;
    m_.destination = reg_operand(kScratch);
    m_.a = vn;
    m_.b = vm;
    emit();
    m_.floating = true;
    m_.op = bits(w, 15, 1) == bits(w, 21, 1) ? Op::kFloatAdd : Op::kFloatSub;
    m_.destination = vd;
    m_.a = va;
    m_.b = reg_operand(kScratch);
    return;
  }
  if (!bits(w, 21, 1) || bits(w, 10, 6) == 0) {  // between integers and floating point
    const unsigned opcode = bits(w, 16, 3);
    const bool to_general = opcode == 6 || (opcode != 2 && opcode != 3 && opcode != 7);
    m_.op = opcode >= 6 && bits(w, 21, 1) ? Op::kMove : Op::kConvert;
    m_.destination = to_general ? target_or_none(rd) : vd;
    m_.a = to_general ? vn : general_or_zero(rn);
    m_.float_bits = m_.op == Op::kMove && opcode == 7;
    m_.width = bits(w, 31, 1) ? 8 : 4;
    return;
  }
  if (bits(w, 10, 5) == 0x10) {  // one source
    const unsigned opcode = bits(w, 15, 6);
    if (opcode == 0 || (opcode >= 4 && opcode <= 7))
      m_.op = Op::kMove;
    else if (opcode == 2)
      m_.op = Op::kNegate;
    else
      generic(opcode == 1 ? kAbsolute : opcode == 3 ? kSquareRoot : kRound, vd, vn);
    m_.destination = vd;
    m_.a = vn;
    return;
  }
  if (bits(w, 10, 4) == 8) {
    m_.op = Op::kCompare;
    m_.sets_flags = true;
    m_.a = vn;
    m_.b = bits(w, 3, 1) ? kImmediate : vm;
    return;
  }
  if (bits(w, 10, 3) == 4) {
    m_.op = Op::kMove;
    m_.destination = vd;
    m_.a = kImmediate;
    m_.immediate = expand_float(bits(w, 13, 8));
    return;
  }
  m_.condition = arm64_condition(bits(w, 12, 4));
  switch (bits(w, 10, 2)) {
    case 1:
      m_.op = Op::kConditionalCompare;
      m_.sets_flags = true;
      m_.a = vn;
      m_.b = vm;
      return;
    case 3:
      m_.op = Op::kSelect;
      m_.destination = vd;
      m_.a = vn;
      m_.b = vm;
      return;
    default:
      break;
  }
  static constexpr Op kTwoSources[4] = {Op::kFloatMul, Op::kFloatDiv, Op::kFloatAdd, Op::kFloatSub};
  const unsigned opcode = bits(w, 12, 4);
  m_.destination = vd;
  m_.a = vn;
  m_.b = vm;
  if (opcode < 4) {
    m_.op = kTwoSources[opcode];
  } else if (opcode == 8) {  // fnmul
    m_.op = Op::kFloatMul;
    emit();
    m_.op = Op::kNegate;
    m_.floating = true;
    m_.destination = m_.a = vd;
  } else {
    generic(opcode & 1 ? kMinimum : kMaximum, vd, vn, vm);
  }
}

void Arm64Lowerer::lower_vector(std::uint32_t w) {
  const unsigned rd = bits(w, 0, 5), rn = bits(w, 5, 5), rm = bits(w, 16, 5);
  const Operand vd = vector_register(rd), vn = vector_register(rn), vm = vector_register(rm);
  const std::uint32_t shape = bits(w, 28, 4) << 12 | bits(w, 21, 3) << 6 | bits(w, 10, 6);
  if ((w & 0x9f20fc00) == 0x0e201c00) {  // and, bic, orr, orn, eor, bsl, bit, bif
    static constexpr Op kBitwise[4] = {Op::kAnd, Op::kAndNot, Op::kOr, Op::kOrNot};
    const unsigned kind = bits(w, 22, 2);
    if (bits(w, 29, 1) && kind != 0) return generic(0x300 | kind, vd, vn, vm);
    m_.op = bits(w, 29, 1) ? Op::kXor : kBitwise[kind];
    if (m_.op == Op::kOr && rn == rm) m_.op = Op::kMove;
    m_.destination = vd;
    m_.a = vn;
    if (m_.op != Op::kMove) m_.b = vm;
    return;
  }
  if ((w & 0x9ff80400) == 0x0f000400) {  // movi, mvni, fmov (vector, immediate); orr and bic by an immediate
    const unsigned imm8 = bits(w, 16, 3) << 5 | bits(w, 5, 5), mode = bits(w, 12, 4);
    if (mode < 12 && (mode & 1)) return generic(0x310 | bits(w, 29, 1), vd, vd);
    if (imm8 == 0 && !(bits(w, 29, 1) && mode != 14)) {
      m_.op = Op::kMove;
      m_.destination = vd;
      m_.a = kZero;
      return;
    }
    if (mode == 15) {
      m_.op = Op::kMove;
      m_.destination = vd;
      m_.a = kImmediate;
      m_.immediate = expand_float(imm8);
      return;
    }
    generic(0x320 | mode, vd, kImmediate);
    m_.immediate = imm8;
    return;
  }
  if ((w & 0x9fe08400) == 0x0e000400) {  // dup, ins, umov, smov
    const unsigned kind = bits(w, 11, 4);
    const bool from_general = kind == 1 || kind == 3, to_general = kind == 5 || kind == 7;
    m_.op = Op::kMove;
    m_.destination = to_general ? target_or_none(rd) : vd;
    m_.a = from_general ? general_or_zero(rn) : vn;
    return;
  }
  if ((w & 0xdf3e0c00) == 0x5e200800) {  // scalar conversions: scvtf d0, d0
    const unsigned opcode = bits(w, 12, 5);
    if (opcode == 0x1d || opcode == 0x1b || opcode == 0x1a) {
      m_.op = Op::kConvert;
      m_.destination = vd;
      m_.a = vn;
      return;
    }
  }
  if ((w & 0x9f3e0c00) == 0x0e200800 || (w & 0x9f3e0c00) == 0x0e300800)  // two registers, across lanes
    return generic(0x4000 | bits(w, 12, 5) << 3 | bits(w, 29, 1) << 2 | bits(w, 22, 2), vd, vn);
  if (bits(w, 10, 1) == 1 && bits(w, 24, 1)) return generic(0x8000 | (shape & 0x0fff), vd, vn);  // shift by immediate
  generic(shape | 0x1000, vd, vn, vm);
}

}  // namespace samehand::feature
