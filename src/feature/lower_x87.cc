// Lowering x86: x87 floating point, which i386 compilers use for float and double.
//
//   dd 45 f8   fld qword [ebp-8]    ->   kX87Push <- mem(base 5, -8), width 8, floating
//   de c9      fmulp st(1), st      ->   kFloatMul st1 <- st1, st0 ; kX87Pop
//
// Registers are counted from the top of the stack; execute.cc knows where the top is.
#include "lower_x86.h"

namespace samehand::feature {
namespace {

Operand st(unsigned i) {
  return reg_operand(kX87Top + (i & 7));
}

}  // namespace

bool X86Lowerer::lower_x87(const Raw& raw, Instruction& m, std::vector<Instruction>& out) const {
  if (raw.address_size && !is_64_bit_) return false;
  // add, mul, com, comp, sub, subr, div, divr, by the reg field
  static constexpr Op kArithmetic[8] = {Op::kFloatAdd, Op::kFloatMul, Op::kCompare,  Op::kCompare,
                                        Op::kFloatSub, Op::kFloatSub, Op::kFloatDiv, Op::kFloatDiv};
  const unsigned kind = raw.modrm >> 3 & 7;
  const unsigned opcode = raw.opcode;
  // What follows the instruction: a pop of the stack. The caller appends `m` last.
  const auto then_pop = [&] {
    out.push_back(m);
    const std::uint64_t address = m.address;
    m = Instruction{};
    m.address = address;
    m.op = Op::kX87Pop;
  };
  const auto arithmetic = [&](Operand target, Operand left, Operand right) {
    m.op = kArithmetic[kind];
    m.floating = true;
    m.a = kind & 1 && kind >= 4 ? right : left;
    m.b = kind & 1 && kind >= 4 ? left : right;
    if (m.op == Op::kCompare)
      m.sets_flags = true;
    else
      m.destination = target;
  };
  const auto generic = [&](std::uint16_t mnemonic, Operand target, Operand a, Operand b = kNone) {
    m.op = Op::kGeneric;
    m.mnemonic = mnemonic;
    m.destination = target;
    m.a = a;
    m.b = b;
    return true;
  };

  if (raw.mod() != 3) {
    set_memory(raw, m);
    const bool integer = opcode == 0xda || opcode == 0xde || opcode == 0xdb || opcode == 0xdf;
    m.width = opcode == 0xd8 || opcode == 0xd9 || opcode == 0xda || opcode == 0xdb ? 4 : integer ? 2 : 8;
    m.floating = !integer;
    if (!(opcode & 1)) {  // d8, da, dc, de: st0 <- st0 op memory
      arithmetic(st(0), st(0), kMemory);
      m.floating = !integer;
      if (kind == 3) then_pop();
      return true;
    }
    const bool extended = (opcode == 0xdb && (kind == 5 || kind == 7));
    if (extended) {
      m.width = 10;
      m.floating = true;
    }
    if (opcode == 0xdf && (kind == 5 || kind == 7)) m.width = 8;
    if ((opcode == 0xd9 || opcode == 0xdd) && kind >= 4) {  // control word, environment
      m.op = Op::kNop;
      return true;
    }
    if (kind == 0 || kind == 5) {  // fld, fild
      m.op = Op::kX87Push;
      m.a = kMemory;
      if (integer && !extended) m.mnemonic = 1;  // converted
      return true;
    }
    if (kind == 4 || kind == 6) return true;                 // packed decimals: not seen
    m.op = integer && !extended ? Op::kConvert : Op::kMove;  // fst, fstp, fist, fistp, fisttp
    m.destination = kMemory;
    m.a = st(0);
    if (kind != 2) then_pop();
    return true;
  }

  const unsigned i = raw.modrm & 7;
  switch (opcode) {
    case 0xd8:
      arithmetic(st(0), st(0), st(i));
      if (kind == 3) then_pop();
      return true;
    case 0xdc:
    case 0xde:  // st(i) <- st(i) op st0; the encodings of sub and subr, div and divr are swapped here
      if (kind == 2 || kind == 3) {
        arithmetic(st(0), st(0), st(i));
        then_pop();
        return true;
      }
      m.op = kArithmetic[kind];
      m.floating = true;
      m.destination = st(i);
      m.a = kind >= 4 && !(kind & 1) ? st(0) : st(i);
      m.b = kind >= 4 && !(kind & 1) ? st(i) : st(0);
      if (opcode == 0xde) then_pop();
      return true;
    case 0xd9:
      switch (kind) {
        case 0:  // fld st(i)
          m.op = Op::kX87Push;
          m.a = st(i);
          return true;
        case 1:
          m.op = Op::kExchange;
          m.a = st(0);
          m.b = st(i);
          return true;
        case 4:
          if (i == 0) {
            m.op = Op::kNegate;
            m.floating = true;
            m.destination = m.a = st(0);
            return true;
          }
          if (i == 1) return generic(kAbsolute, st(0), st(0));
          if (i >= 4) {  // ftst, fxam
            m.op = Op::kCompare;
            m.sets_flags = true;
            m.a = st(0);
            m.b = kImmediate;
          }
          return true;
        case 5: {  // constants: 1, log2 10, log2 e, pi, log10 2, ln 2, 0, as doubles
          static constexpr std::uint64_t kConstants[8] = {0x3ff0000000000000,
                                                          0x400a934f0979a371,
                                                          0x3ff71547652b82fe,
                                                          0x400921fb54442d18,
                                                          0x3fd34413509f79ff,
                                                          0x3fe62e42fefa39ef,
                                                          0,
                                                          0};
          m.op = Op::kX87Push;
          m.a = kImmediate;
          m.immediate = static_cast<std::int64_t>(kConstants[i]);
          return true;
        }
        case 6:
        case 7:
          if (raw.modrm == 0xfa) return generic(kSquareRoot, st(0), st(0));
          if (raw.modrm == 0xfc) return generic(kRound, st(0), st(0));
          return generic(mnemonic_of(raw, true), st(0), st(0), st(1));
        default:
          return true;
      }
    case 0xda:
    case 0xdb:
      if (kind == 5 || (kind == 6 && opcode == 0xdb)) {  // fucompp, fucomi, fcomi
        m.op = Op::kCompare;
        m.sets_flags = true;
        m.a = st(0);
        m.b = st(i);
        if (opcode == 0xda) {
          then_pop();
          out.push_back(m);
        }
        return true;
      }
      if (kind < 4) {  // fcmov
        m.op = Op::kSelect;
        m.condition = kind == 1 ? Condition::kEqual : kind == 3 ? Condition::kOther : Condition::kLess;
        m.a = st(i);
        m.b = m.destination = st(0);
      }
      return true;
    case 0xdd:
      if (kind == 2 || kind == 3) {  // fst, fstp
        m.op = Op::kMove;
        m.destination = st(i);
        m.a = st(0);
        if (kind == 3) then_pop();
      } else if (kind == 4 || kind == 5) {
        arithmetic(st(0), st(0), st(i));
        m.op = Op::kCompare;
        m.sets_flags = true;
        m.destination = kNone;
        if (kind == 5) then_pop();
      }
      return true;
    case 0xdf:
      if (kind == 5 || kind == 6) {
        m.op = Op::kCompare;
        m.sets_flags = true;
        m.a = st(0);
        m.b = st(i);
        then_pop();
        return true;
      }
      if (raw.modrm == 0xe0) return generic(mnemonic_of(raw, true), reg_operand(0), kNone);  // fnstsw ax
      return true;
    default:
      return true;
  }
}

}  // namespace samehand::feature
