// Lowering x86: the two-byte opcodes (SSE moves and arithmetic, conditional moves, bit instructions) and the three-byte
// maps, from raw fields.
//
//   f2 0f 58 05 …   addsd xmm0, [rip+…]   ->   kFloatAdd v0 <- v0, mem(absolute), width 8, floating
//
// SSE has some 300 instructions of the shape "destination <- f(destination, source)"; those without a meaning of their
// own in ir.h become kGeneric with the opcode as their mnemonic.
#include "lower_x86.h"

namespace samehand::feature {
namespace {

// Bytes that a scalar or packed floating-point instruction reads from memory.
unsigned float_width(const code::X86Instruction& raw) {
  return raw.repeat ? 4 : raw.repeat_not ? 8 : 16;
}

}  // namespace

bool X86Lowerer::lower_two_byte(const Raw& raw, Instruction& m) {
  if (raw.address_size && !is_64_bit_) return false;
  const unsigned opcode = raw.opcode;
  const unsigned word = width_of(raw);
  const unsigned width = opcode & 1 ? word : 1;
  const unsigned scalar = float_width(raw);
  m.immediate = raw.immediate;
  switch (opcode >> 4) {
    case 0x4:
      m.op = Op::kSelect;
      m.condition = condition(opcode);
      m.a = rm_general(raw, m, word);
      m.b = m.destination = reg_operand(raw.reg());
      return true;
    case 0x8:
      m.condition = condition(opcode);
      return branch(raw, Op::kBranchIf, m);
    case 0x9:
      m.op = Op::kSetIf;
      m.condition = condition(opcode);
      m.destination = rm_general(raw, m, 1);
      return true;
    default:
      break;
  }
  const auto move = [&](Operand destination, Operand source) {
    m.op = Op::kMove;
    m.destination = destination;
    m.a = source;
    return true;
  };
  const auto vector_binary = [&](Op op, Operand other) {
    m.op = op;
    m.destination = m.a = reg_operand(kVector0 + raw.reg());
    m.b = other;
    m.floating = scalar != 16;
    return true;
  };
  const Operand vector = reg_operand(kVector0 + raw.reg());
  switch (opcode) {
    case 0x05:
      m.op = Op::kGeneric;
      m.mnemonic = kSystemCall;
      m.destination = m.a = reg_operand(0);
      return true;
    case 0x0b:
      m.op = Op::kTrap;
      return true;
    case 0x0d:
    case 0x18:
    case 0x19:
    case 0x1a:
    case 0x1b:
    case 0x1c:
    case 0x1d:
    case 0x1e:
    case 0x1f:
      return true;  // prefetches, endbr, long nops
    case 0x10:
    case 0x6f:
      m.floating = opcode == 0x10 && scalar != 16;
      return move(vector, rm_vector(raw, m, opcode == 0x10 ? scalar : 16));
    case 0x28:
      return move(vector, rm_vector(raw, m, 16));
    case 0x12:
    case 0x16:
      return move(vector, rm_vector(raw, m, 8));
    case 0x11:
      m.floating = scalar != 16;
      return move(rm_vector(raw, m, scalar), vector);
    case 0x29:
    case 0x2b:
    case 0x7f:
    case 0xe7:
      return move(rm_vector(raw, m, 16), vector);
    case 0x13:
    case 0x17:
    case 0xd6:
      return move(rm_vector(raw, m, 8), vector);
    case 0x6e:
      return move(vector, rm_general(raw, m, raw.wide() ? 8 : 4));
    case 0x7e:
      if (raw.repeat) return move(vector, rm_vector(raw, m, 8));
      return move(rm_general(raw, m, raw.wide() ? 8 : 4), vector);
    case 0x2a:
      m.op = Op::kConvert;
      m.a = rm_general(raw, m, raw.wide() ? 8 : 4);
      m.destination = vector;
      return true;
    case 0x2c:
    case 0x2d:
      m.op = Op::kConvert;
      m.floating = true;
      m.a = rm_vector(raw, m, scalar == 16 ? 8 : scalar);
      m.destination = reg_operand(raw.reg());
      return true;
    case 0x2e:
    case 0x2f:
      m.op = Op::kCompare;
      m.sets_flags = true;
      m.floating = true;
      m.a = vector;
      m.b = rm_vector(raw, m, raw.operand_size ? 8 : 4);
      return true;
    case 0x31:
      m.op = Op::kGeneric;
      m.mnemonic = kCycleCounter;
      m.destination = reg_operand(0);
      return true;
    case 0x51:
    case 0x5a:
    case 0x5b:
    case 0xe6:  // sqrt; conversions between floating-point formats
      m.op = opcode == 0x5a ? Op::kMove : opcode == 0x51 ? Op::kGeneric : Op::kConvert;
      m.mnemonic = kSquareRoot;
      m.floating = scalar != 16;
      m.a = rm_vector(raw, m, scalar);
      m.destination = vector;
      return true;
    case 0x54:
    case 0xdb:
      return vector_binary(Op::kAnd, rm_vector(raw, m, 16));
    case 0x56:
    case 0xeb:
      return vector_binary(Op::kOr, rm_vector(raw, m, 16));
    case 0x57:
    case 0xef:
      return vector_binary(Op::kXor, rm_vector(raw, m, 16));
    case 0x55:
    case 0xdf:  // the inverted operand is the destination
      m.op = Op::kAndNot;
      m.b = m.destination = vector;
      m.a = rm_vector(raw, m, 16);
      return true;
    case 0x58:
      return vector_binary(Op::kFloatAdd, rm_vector(raw, m, scalar));
    case 0x59:
      return vector_binary(Op::kFloatMul, rm_vector(raw, m, scalar));
    case 0x5c:
      return vector_binary(Op::kFloatSub, rm_vector(raw, m, scalar));
    case 0x5e:
      return vector_binary(Op::kFloatDiv, rm_vector(raw, m, scalar));
    case 0x5d:
    case 0x5f:
      m.mnemonic = opcode == 0x5d ? kMinimum : kMaximum;
      return vector_binary(Op::kGeneric, rm_vector(raw, m, scalar));
    case 0x77:
      return true;  // emms
    case 0xa3:
    case 0xab:
    case 0xb3:
    case 0xbb:
      return lower_bit(raw, opcode >> 3 & 3, rm_general(raw, m, word), reg_operand(raw.reg()), m);
    case 0xba:
      m.immediate &= word == 8 ? 63 : 31;
      return lower_bit(raw, raw.modrm >> 3 & 3, rm_general(raw, m, word), kImmediate, m);
    case 0xa4:
    case 0xa5:
    case 0xac:
    case 0xad:  // shld, shrd
      m.mnemonic = static_cast<std::uint16_t>(mnemonic_of(raw) & ~1u);
      return binary(m, Op::kGeneric, rm_general(raw, m, word), reg_operand(raw.reg()));
    case 0xaf:
      return binary(m, Op::kMul, reg_operand(raw.reg()), rm_general(raw, m, word));
    case 0xb0:
    case 0xb1:
      m.mnemonic = kCompareExchange;
      m.c = reg_operand(0);
      return binary(m, Op::kGeneric, rm_general(raw, m, width), general(raw.reg(), width, raw.rex != 0));
    case 0xc0:
    case 0xc1:
      m.mnemonic = kFetchAdd;
      m.c = general(raw.reg(), width, raw.rex != 0);
      return binary(m, Op::kGeneric, rm_general(raw, m, width), general(raw.reg(), width, raw.rex != 0));
    case 0xb6:
    case 0xbe:
      return move(reg_operand(raw.reg()), rm_general(raw, m, 1));
    case 0xb7:
    case 0xbf:
      return move(reg_operand(raw.reg()), rm_general(raw, m, 2));
    case 0xb8:
    case 0xbc:
    case 0xbd:  // popcnt; bsf, tzcnt; bsr, lzcnt
      if (opcode == 0xb8 && !raw.repeat) return false;
      m.op = Op::kGeneric;
      m.sets_flags = true;
      m.mnemonic = opcode == 0xb8 ? kCountOnes : opcode == 0xbc ? kCountTrailingZeros : kCountLeadingZeros;
      m.a = rm_general(raw, m, word);
      m.destination = reg_operand(raw.reg());
      return true;
    default:
      break;
  }
  if (opcode >= 0xc8 && opcode <= 0xcf) {
    m.op = Op::kGeneric;
    m.mnemonic = kByteSwap;
    m.destination = m.a = reg_operand((opcode & 7) | (raw.rex & 1u) << 3);
    return true;
  }
  return lower_vector_integer(raw, m);
}

// bt, bts, btr, btc. A bit set by a variable number is generic.
bool X86Lowerer::lower_bit(const Raw& raw, unsigned kind, Operand target, Operand number, Instruction& m) {
  if (kind == 0) {
    binary(m, Op::kBitTest, target, number);
    m.destination = kNone;
    after_bit_test_ = true;
    return true;
  }
  if (!number.is_immediate()) {
    m.mnemonic = mnemonic_of(raw);
    return binary(m, Op::kGeneric, target, number);
  }
  m.immediate = static_cast<std::int64_t>(1ull << (m.immediate & 63));
  return binary(m, kind == 1 ? Op::kOr : kind == 2 ? Op::kAndNot : Op::kXor, target, number);
}

// The rest of SSE: destination <- f(destination, source), where either may be a general register.
bool X86Lowerer::lower_vector_integer(const Raw& raw, Instruction& m) {
  const bool three_byte = raw.map != code::OpcodeMap::k0F;
  const unsigned opcode = raw.opcode;
  if ((raw.address_size && !is_64_bit_) || !raw.has_modrm) return false;
  m.op = Op::kGeneric;
  m.mnemonic = mnemonic_of(raw);
  m.immediate = raw.immediate;
  const Operand vector = reg_operand(kVector0 + raw.reg());
  const Operand general = reg_operand(raw.reg());
  if (!three_byte) {
    const bool shuffle = opcode == 0x70;  // reads the source only
    const bool vector_range = (opcode >= 0x60 && opcode <= 0x76) || opcode >= 0xd0 || opcode == 0x14 ||
                              opcode == 0x15 || opcode == 0x52 || opcode == 0x53;
    switch (opcode) {
      case 0x50:
      case 0xc5:
      case 0xd7:  // movmskps, pextrw, pmovmskb
        m.destination = general;
        m.a = rm_vector(raw, m, 16);
        return true;
      case 0xc2:
      case 0xc6:  // cmpps, shufps
        m.destination = m.a = vector;
        m.b = rm_vector(raw, m, float_width(raw));
        return true;
      case 0xc3:  // movnti
        m.op = Op::kMove;
        m.destination = rm_general(raw, m, raw.wide() ? 8 : 4);
        m.a = general;
        return true;
      case 0xc4:  // pinsrw
        m.destination = m.a = vector;
        m.b = rm_general(raw, m, 2);
        return true;
      case 0x71:
      case 0x72:
      case 0x73:  // shifts by an immediate
        m.destination = m.a = reg_operand(kVector0 + raw.rm());
        m.b = kImmediate;
        m.mnemonic = mnemonic_of(raw, true);
        return raw.mod() == 3;
      case 0xff:
        return false;
      default:
        break;
    }
    if (!vector_range) return false;
    m.destination = vector;
    m.a = shuffle ? rm_vector(raw, m, 16) : vector;
    m.b = shuffle ? kImmediate : rm_vector(raw, m, 16);
    return true;
  }
  if (raw.map == code::OpcodeMap::k0F38) {
    if (opcode >= 0xf0 && !(raw.repeat_not && opcode <= 0xf1)) return false;  // movbe, adcx: rare
    const bool checksum = opcode >= 0xf0;
    m.destination = m.a = checksum ? general : vector;
    m.b = checksum ? rm_general(raw, m, opcode == 0xf0 ? 1 : width_of(raw)) : rm_vector(raw, m, 16);
    return true;
  }
  if (opcode >= 0x14 && opcode <= 0x17) {  // pextr*, extractps
    m.a = vector;
    m.b = kImmediate;
    m.destination = rm_general(raw, m, opcode == 0x14 ? 1 : opcode == 0x15 ? 2 : raw.wide() ? 8 : 4);
    return true;
  }
  if (opcode >= 0x20 && opcode <= 0x22) {  // pinsr*
    m.destination = m.a = vector;
    m.b = opcode == 0x21 ? rm_vector(raw, m, 4) : rm_general(raw, m, opcode == 0x20 ? 1 : raw.wide() ? 8 : 4);
    return true;
  }
  if (opcode >= 0x08 && opcode <= 0x0b) m.mnemonic = kRound;
  m.destination = m.a = vector;
  m.b = rm_vector(raw, m, 16);
  return true;
}

}  // namespace samehand::feature
