// Lowering x86 and x86-64: the integer instructions, straight from the raw fields of code::decode_x86.
//
//   48 8b 44 8f 08   mov rax, [rdi+rcx*4+8]   ->   kMove r0 <- mem(base 7, index 1, scale 4, displacement 8), width 8
//
// Almost all instructions of compiled programs are lowered here and in lower_x86_sse.cc by one switch over the opcode;
// what is left (VEX, 16-bit addressing, system instructions) takes Zydis' full decoder in lower_x86_rare.cc, at some
// ten times the cost. Sizes of registers are dropped: al, ax and eax are rax. ah, bh, ch and dh are taken for al to dl.
#include "lower_x86.h"

namespace samehand::feature {
namespace {

constexpr unsigned kRax = 0, kRcx = 1, kRdx = 2, kRbp = 5, kRsi = 6, kRdi = 7;

constexpr Op kGroup1[8] = {Op::kAdd, Op::kOr,  Op::kAddCarry, Op::kSubBorrow,
                           Op::kAnd, Op::kSub, Op::kXor,      Op::kCompare};

}  // namespace

X86Lowerer::X86Lowerer(bool is_64_bit) : is_64_bit_(is_64_bit) {
  ZydisDecoderInit(&zydis_, is_64_bit ? ZYDIS_MACHINE_MODE_LONG_64 : ZYDIS_MACHINE_MODE_LEGACY_32,
                   is_64_bit ? ZYDIS_STACK_WIDTH_64 : ZYDIS_STACK_WIDTH_32);
}

std::unique_ptr<Lowerer> make_x86_lowerer(bool is_64_bit) {
  return std::make_unique<X86Lowerer>(is_64_bit);
}

std::uint32_t X86Lowerer::lower_block(ByteView bytes, std::size_t size, std::uint64_t address,
                                      const Surroundings& around, std::vector<Instruction>& out, ExactHash& exact) {
  std::uint32_t instructions = 0;
  after_bit_test_ = false;
  for (std::size_t at = 0; at < size;) {
    const ByteView rest = bytes.clamp(at);
    Raw raw;
    if (!code::decode_x86(rest, is_64_bit_, raw) || raw.length == 0 || raw.length > size - at) {
      at++;
      continue;
    }
    instructions++;
    if (raw.map == code::OpcodeMap::kOneByte && raw.opcode >= 0xd8 && raw.opcode <= 0xdf) {
      Instruction last;  // of those that one x87 instruction becomes
      last.address = address + at;
      last.length = raw.length;
      if (!lower_x87(raw, last, out)) lower_rare(rest.slice(0, raw.length), last);
      out.push_back(last);
    } else {
      // Filled in where it lies: copying what has just been written field by field is slow.
      Instruction& m = out.emplace_back();
      m.address = address + at;
      m.length = raw.length;
      if (!lower_ordinary(raw, m)) lower_rare(rest.slice(0, raw.length), m);
    }
    const Instruction& m = out.back();

    unsigned __int128 blank = 0;
    const unsigned tail = raw.length - raw.immediate_bytes;
    if (raw.immediate_bytes >= 4) {
      const bool branch = (m.op == Op::kJump || m.op == Op::kBranchIf) && m.a.is_immediate();
      const bool call = m.op == Op::kCall && m.a.is_immediate();
      if (call || (branch ? around.far(raw.immediate)
                          : around.in_image(is_64_bit_ ? raw.immediate : static_cast<std::uint32_t>(raw.immediate)) ||
                                around.makes_offset_table(m.address, raw.immediate)))
        blank |= ExactHash::bytes(tail, raw.immediate_bytes);
    }
    if (raw.displacement_bytes == 4 &&
        (m.absolute || around.in_image(is_64_bit_ ? raw.displacement : static_cast<std::uint32_t>(raw.displacement)) ||
         around.is_below_offset_table(raw.displacement)))
      blank |= ExactHash::bytes(tail - 4, 4);
    exact.add(rest, raw.length, blank);
    at += raw.length;
  }
  return instructions;
}

bool X86Lowerer::lower_ordinary(const Raw& raw, Instruction& m) {
  switch (raw.map) {
    case code::OpcodeMap::kOneByte:
      return lower_one_byte(raw, m);
    case code::OpcodeMap::k0F:
      return lower_two_byte(raw, m);
    case code::OpcodeMap::k0F38:
    case code::OpcodeMap::k0F3A:
      return lower_vector_integer(raw, m);
    case code::OpcodeMap::kVector:
      break;
  }
  return false;
}

void X86Lowerer::set_memory(const Raw& raw, Instruction& m) const {
  const unsigned rm = raw.modrm & 7u;
  m.displacement = raw.displacement;
  m.segment = raw.segment != 0;
  if (raw.has_sib) {
    const unsigned base = raw.sib & 7u;
    const unsigned index = (raw.sib >> 3 & 7u) | (raw.rex & 2u) << 2;
    if (base != 5 || raw.mod() != 0) m.base = static_cast<std::uint8_t>(base | (raw.rex & 1u) << 3);
    if (index != 4) {
      m.index = static_cast<std::uint8_t>(index);
      m.scale = static_cast<std::uint8_t>(1u << (raw.sib >> 6));
    }
  } else if (rm == 5 && raw.mod() == 0) {
    m.absolute = true;
    if (is_64_bit_) m.displacement += static_cast<std::int64_t>(m.address) + raw.length;
  } else {
    m.base = raw.rm();
  }
  if (m.base == kNoRegister && m.index == kNoRegister) m.absolute = true;
  if (!is_64_bit_ && m.absolute) m.displacement = static_cast<std::uint32_t>(m.displacement);
}

Operand X86Lowerer::rm_general(const Raw& raw, Instruction& m, unsigned width) const {
  if (raw.mod() == 3) return general(raw.rm(), width, raw.rex != 0);
  set_memory(raw, m);
  m.width = static_cast<std::uint8_t>(width);
  return kMemory;
}

Operand X86Lowerer::rm_vector(const Raw& raw, Instruction& m, unsigned width) const {
  if (raw.mod() == 3) return reg_operand(kVector0 + raw.rm());
  set_memory(raw, m);
  m.width = static_cast<std::uint8_t>(width);
  return kMemory;
}

Condition X86Lowerer::condition(unsigned opcode) const {
  static constexpr Condition kByCode[8] = {Condition::kOther,     Condition::kLess,     Condition::kEqual,
                                           Condition::kLessEqual, Condition::kLess,     Condition::kOther,
                                           Condition::kLess,      Condition::kLessEqual};
  const unsigned code = opcode >> 1 & 7;
  return code == 1 && after_bit_test_ ? Condition::kEqual : kByCode[code];
}

// target <- target op source; compare and test only set the flags.
bool X86Lowerer::binary(Instruction& m, Op op, Operand target, Operand source) {
  m.op = op;
  m.sets_flags = true;
  m.a = target;
  m.b = source;
  if (op != Op::kCompare && op != Op::kTest) m.destination = target;
  after_bit_test_ = false;
  return true;
}

// Bytes and half words are compared with unsigned numbers: cmp al, -32 is what others write as cmp eax, 224.
bool X86Lowerer::binary_with_immediate(Instruction& m, Op op, Operand target, unsigned width) {
  if (width < 4 && (op == Op::kCompare || op == Op::kTest)) m.immediate &= width == 1 ? 0xff : 0xffff;
  return binary(m, op, target, kImmediate);
}

bool X86Lowerer::lower_one_byte(const Raw& raw, Instruction& m) {
  if (raw.address_size && !is_64_bit_) return false;
  const unsigned opcode = raw.opcode;
  const bool rex = raw.rex != 0;
  const unsigned word = width_of(raw);
  const unsigned width = opcode & 1 ? word : 1;                             // most opcodes come in pairs: byte, word
  const Operand encoded = reg_operand((opcode & 7) | (raw.rex & 1u) << 3);  // where the opcode names a register
  m.immediate = raw.immediate;
  if (opcode < 0x40) return lower_arithmetic(raw, opcode >> 3, m);
  switch (opcode >> 3) {
    case 0x40 >> 3:
    case 0x48 >> 3:
      if (is_64_bit_) return false;
      m.immediate = 1;
      return binary(m, opcode < 0x48 ? Op::kAdd : Op::kSub, encoded, kImmediate);
    case 0x50 >> 3:
      m.op = Op::kPush;
      m.a = encoded;
      return true;
    case 0x58 >> 3:
      m.op = Op::kPop;
      m.destination = encoded;
      return true;
    case 0x70 >> 3:
    case 0x78 >> 3:
      m.condition = condition(opcode);
      return branch(raw, Op::kBranchIf, m);
    case 0x90 >> 3:
      if (encoded.reg == kRax) return true;
      m.op = Op::kExchange;
      m.a = reg_operand(kRax);
      m.b = encoded;
      return true;
    case 0xb0 >> 3:
    case 0xb8 >> 3:
      m.op = Op::kMove;
      m.destination = general(encoded.reg, opcode < 0xb8 ? 1 : 4, rex);
      m.a = kImmediate;
      return true;
    default:
      break;
  }
  switch (opcode) {
    case 0x63:
      if (!is_64_bit_) return false;
      m.op = Op::kMove;
      m.a = rm_general(raw, m, 4);
      m.destination = reg_operand(raw.reg());
      return true;
    case 0x68:
    case 0x6a:
      m.op = Op::kPush;
      m.a = kImmediate;
      return true;
    case 0x69:
    case 0x6b:
      m.op = Op::kMul;
      m.a = rm_general(raw, m, word);
      m.b = kImmediate;
      m.destination = reg_operand(raw.reg());
      return true;
    case 0x80:
    case 0x81:
    case 0x82:
    case 0x83:
      return binary_with_immediate(m, kGroup1[raw.modrm >> 3 & 7], rm_general(raw, m, width), width);
    case 0x84:
    case 0x85:
      return binary(m, Op::kTest, rm_general(raw, m, width), general(raw.reg(), width, rex));
    case 0x86:
    case 0x87:
      m.op = Op::kExchange;
      m.a = rm_general(raw, m, width);
      m.b = general(raw.reg(), width, rex);
      return true;
    case 0x88:
    case 0x89:
      m.op = Op::kMove;
      m.destination = rm_general(raw, m, width);
      m.a = general(raw.reg(), width, rex);
      return true;
    case 0x8a:
    case 0x8b:
      m.op = Op::kMove;
      m.a = rm_general(raw, m, width);
      m.destination = general(raw.reg(), width, rex);
      return true;
    case 0x8d:
      if (raw.mod() == 3) return false;
      m.op = Op::kAddress;
      m.a = rm_general(raw, m, word);
      m.destination = reg_operand(raw.reg());
      return true;
    case 0x8f:
      m.op = Op::kPop;
      m.destination = rm_general(raw, m, pointer_bytes());
      return true;
    case 0x98:
      return true;  // cbw, cwde, cdqe: sign extension is identity
    case 0x99:
      m.op = Op::kSignOf;
      m.destination = reg_operand(kRdx);
      m.a = reg_operand(kRax);
      return true;
    case 0xa4:
    case 0xa5:
      m.op = Op::kCopyString;
      return true;
    case 0xa6:
    case 0xa7:
    case 0xae:
    case 0xaf:  // cmps, scas
      m.op = Op::kGeneric;
      m.sets_flags = true;
      m.mnemonic = mnemonic_of(raw);
      m.destination = reg_operand(kRcx);
      m.a = reg_operand(kRdi);
      m.b = reg_operand(opcode < 0xa8 ? kRsi : kRax);
      return true;
    case 0xa8:
    case 0xa9:
      return binary_with_immediate(m, Op::kTest, reg_operand(kRax), width);
    case 0xaa:
    case 0xab:
      m.op = Op::kFillString;
      return true;
    case 0xc0:
    case 0xc1:
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return lower_shift(raw, width, m);
    case 0xc2:
    case 0xc3:
      m.op = Op::kReturn;
      return true;
    case 0xc6:
    case 0xc7:
      m.op = Op::kMove;
      m.destination = rm_general(raw, m, width);
      m.a = kImmediate;
      return true;
    case 0xc9:
      m.op = Op::kLeave;
      return true;
    case 0xe0:
    case 0xe1:
    case 0xe2:
    case 0xe3:
      return branch(raw, Op::kBranchIf, m);
    case 0xe8:
      return branch(raw, Op::kCall, m);
    case 0xe9:
    case 0xeb:
      return branch(raw, Op::kJump, m);
    case 0xf4:
      m.op = Op::kTrap;
      return true;
    case 0xf6:
    case 0xf7:
      return lower_group3(raw, width, m);
    case 0xfe:
    case 0xff:
      return lower_group5(raw, width, m);
    case 0xcc:  // int3
    case 0xf8:
    case 0xf9:
    case 0xfc:
    case 0xfd:
      return true;  // clc, stc, cld, std
    default:
      return false;
  }
}

// add, or, adc, sbb, and, sub, xor, cmp in their six forms.
bool X86Lowerer::lower_arithmetic(const Raw& raw, unsigned kind, Instruction& m) {
  const Op op = kGroup1[kind];
  const unsigned width = raw.opcode & 1 ? width_of(raw) : 1;
  const Operand reg = general(raw.reg(), width, raw.rex != 0);
  switch (raw.opcode & 7) {
    case 0:
    case 1:
      return binary(m, op, rm_general(raw, m, width), reg);
    case 2:
    case 3:
      return binary(m, op, reg, rm_general(raw, m, width));
    case 4:
    case 5:
      return binary_with_immediate(m, op, reg_operand(kRax), width);
    default:
      return false;
  }
}

// rol, ror, rcl, rcr, shl, shr, sal, sar by an immediate, one, or cl.
bool X86Lowerer::lower_shift(const Raw& raw, unsigned width, Instruction& m) {
  const unsigned kind = raw.modrm >> 3 & 7;
  const Operand target = rm_general(raw, m, width);
  if (kind == 2 || kind == 3) {  // rcl, rcr: only in arithmetic on wide integers
    m.mnemonic = mnemonic_of(raw, true);
    return binary(m, Op::kGeneric, target, target);
  }
  const bool by_register = raw.opcode >= 0xd2;
  if (!by_register) {
    m.immediate = raw.opcode < 0xd0 ? raw.immediate & (width == 8 ? 63 : 31) : 1;
    if (kind == 0) m.immediate = (8 * width - static_cast<unsigned>(m.immediate)) & (8 * width - 1);
  }
  return binary(m,
                kind < 2                 ? Op::kRotate
                : kind == 5 || kind == 7 ? Op::kShiftRight
                                         : Op::kShiftLeft,
                target, by_register ? reg_operand(kRcx) : kImmediate);
}

// test, not, neg, mul, imul, div, idiv; the upper half of a product and the remainder go to rdx.
bool X86Lowerer::lower_group3(const Raw& raw, unsigned width, Instruction& m) {
  const unsigned kind = raw.modrm >> 3 & 7;
  const Operand operand = rm_general(raw, m, width);
  after_bit_test_ = false;
  if (kind < 2) return binary_with_immediate(m, Op::kTest, operand, width);
  if (kind < 4) {
    m.op = kind == 2 ? Op::kNot : Op::kNegate;
    m.sets_flags = kind == 3;
    m.destination = m.a = operand;
    return true;
  }
  m.op = kind < 6 ? Op::kMul : Op::kDivide;
  m.destination = m.a = reg_operand(kRax);
  m.b = operand;
  if (width > 1) m.c = reg_operand(kRdx);
  m.immediate = 8 * width;
  return true;
}

// inc, dec, call, jmp and push through a register or memory.
bool X86Lowerer::lower_group5(const Raw& raw, unsigned width, Instruction& m) {
  const unsigned kind = raw.modrm >> 3 & 7;
  if (kind < 2) {
    m.immediate = 1;
    return binary(m, kind == 0 ? Op::kAdd : Op::kSub, rm_general(raw, m, width), kImmediate);
  }
  if (raw.opcode == 0xfe || kind == 3 || kind == 5 || kind == 7) return false;
  m.op = kind == 2 ? Op::kCall : kind == 4 ? Op::kJumpIndirect : Op::kPush;
  m.a = rm_general(raw, m, pointer_bytes());
  return true;
}

bool X86Lowerer::branch(const Raw& raw, Op op, Instruction& m) const {
  const std::uint64_t target = m.address + raw.length + raw.immediate;
  m.op = op;
  m.a = kImmediate;
  m.immediate = static_cast<std::int64_t>(is_64_bit_ ? target : static_cast<std::uint32_t>(target));
  return true;
}

}  // namespace samehand::feature
