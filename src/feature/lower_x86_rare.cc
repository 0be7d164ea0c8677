// Lowering x86: whatever the fast files leave, through Zydis' full decoder: VEX and EVEX, 16-bit addressing, system
// instructions. Their operands are known, their meaning only where it is a plain move or arithmetic.
#include <algorithm>

#include "lower_x86.h"

namespace samehand::feature {
namespace {

unsigned number_of(ZydisRegister r) {
  const ZydisRegister full = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, r);
  if (full >= ZYDIS_REGISTER_RAX && full <= ZYDIS_REGISTER_R15) return full - ZYDIS_REGISTER_RAX;
  if (full >= ZYDIS_REGISTER_ZMM0 && full <= ZYDIS_REGISTER_ZMM31) return kVector0 + (full - ZYDIS_REGISTER_ZMM0);
  return kNoRegister;
}

Op op_of(ZydisMnemonic mnemonic) {
  switch (mnemonic) {
    case ZYDIS_MNEMONIC_VMOVSS:
    case ZYDIS_MNEMONIC_VMOVSD:
    case ZYDIS_MNEMONIC_VMOVAPS:
    case ZYDIS_MNEMONIC_VMOVAPD:
    case ZYDIS_MNEMONIC_VMOVUPS:
    case ZYDIS_MNEMONIC_VMOVUPD:
    case ZYDIS_MNEMONIC_VMOVDQA:
    case ZYDIS_MNEMONIC_VMOVDQU:
    case ZYDIS_MNEMONIC_VMOVD:
    case ZYDIS_MNEMONIC_VMOVQ:
    case ZYDIS_MNEMONIC_VCVTSS2SD:
    case ZYDIS_MNEMONIC_VCVTSD2SS:
    case ZYDIS_MNEMONIC_MOV:
    case ZYDIS_MNEMONIC_MOVBE:
      return Op::kMove;
    case ZYDIS_MNEMONIC_VADDSS:
    case ZYDIS_MNEMONIC_VADDSD:
      return Op::kFloatAdd;
    case ZYDIS_MNEMONIC_VSUBSS:
    case ZYDIS_MNEMONIC_VSUBSD:
      return Op::kFloatSub;
    case ZYDIS_MNEMONIC_VMULSS:
    case ZYDIS_MNEMONIC_VMULSD:
      return Op::kFloatMul;
    case ZYDIS_MNEMONIC_VDIVSS:
    case ZYDIS_MNEMONIC_VDIVSD:
      return Op::kFloatDiv;
    case ZYDIS_MNEMONIC_VXORPS:
    case ZYDIS_MNEMONIC_VXORPD:
    case ZYDIS_MNEMONIC_VPXOR:
      return Op::kXor;
    case ZYDIS_MNEMONIC_VPAND:
    case ZYDIS_MNEMONIC_VANDPS:
    case ZYDIS_MNEMONIC_VANDPD:
      return Op::kAnd;
    case ZYDIS_MNEMONIC_VPOR:
    case ZYDIS_MNEMONIC_VORPS:
      return Op::kOr;
    case ZYDIS_MNEMONIC_ANDN:
      return Op::kAndNot;
    case ZYDIS_MNEMONIC_SHLX:
      return Op::kShiftLeft;
    case ZYDIS_MNEMONIC_SHRX:
    case ZYDIS_MNEMONIC_SARX:
      return Op::kShiftRight;
    case ZYDIS_MNEMONIC_RORX:
      return Op::kRotate;
    case ZYDIS_MNEMONIC_VUCOMISS:
    case ZYDIS_MNEMONIC_VUCOMISD:
    case ZYDIS_MNEMONIC_VCOMISS:
    case ZYDIS_MNEMONIC_VCOMISD:
      return Op::kCompare;
    case ZYDIS_MNEMONIC_RET:
      return Op::kReturn;
    case ZYDIS_MNEMONIC_VZEROUPPER:
    case ZYDIS_MNEMONIC_VZEROALL:
      return Op::kNop;
    default:
      return Op::kGeneric;
  }
}

}  // namespace

void X86Lowerer::lower_rare(ByteView bytes, Instruction& m) {
  const Instruction half_done = m;
  m = Instruction{};
  m.address = half_done.address;
  m.length = half_done.length;
  ZydisDecodedInstruction decoded;
  ZydisDecoderContext context;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT_VISIBLE];
  if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&zydis_, &context, bytes.data(), bytes.size(), &decoded))) return;
  const std::uint8_t visible = std::min<std::uint8_t>(decoded.operand_count_visible, ZYDIS_MAX_OPERAND_COUNT_VISIBLE);
  if (!ZYAN_SUCCESS(ZydisDecoderDecodeOperands(&zydis_, &context, &decoded, operands, visible))) return;
  m.op = op_of(decoded.mnemonic);
  m.mnemonic = static_cast<std::uint16_t>(0x8000 + decoded.mnemonic);
  if (m.op == Op::kReturn || m.op == Op::kNop) return;

  Operand sources[3];
  unsigned count = 0;
  for (unsigned i = 0; i < visible; i++) {
    const ZydisDecodedOperand& z = operands[i];
    Operand operand;
    if (z.type == ZYDIS_OPERAND_TYPE_REGISTER) {
      const unsigned r = number_of(z.reg.value);
      if (r != kNoRegister) operand = reg_operand(r);
    } else if (z.type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
      operand = kImmediate;
      m.immediate = z.imm.value.s;
    } else if (z.type == ZYDIS_OPERAND_TYPE_MEMORY && z.mem.type == ZYDIS_MEMOP_TYPE_MEM) {
      operand = kMemory;
      m.width = static_cast<std::uint8_t>(std::clamp(z.size / 8, 1, 64));
      m.displacement = z.mem.disp.has_displacement ? z.mem.disp.value : 0;
      m.segment = z.mem.segment == ZYDIS_REGISTER_FS || z.mem.segment == ZYDIS_REGISTER_GS;
      m.absolute = z.mem.base == ZYDIS_REGISTER_RIP || (z.mem.base == 0 && z.mem.index == 0);
      if (z.mem.base == ZYDIS_REGISTER_RIP) {
        m.displacement += static_cast<std::int64_t>(m.address) + m.length;
      } else {
        m.base = static_cast<std::uint8_t>(number_of(z.mem.base));
        m.index = static_cast<std::uint8_t>(number_of(z.mem.index));
        m.scale = std::max<std::uint8_t>(z.mem.scale, 1);
      }
    }
    const bool written = z.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE;
    const bool read = z.actions & ZYDIS_OPERAND_ACTION_MASK_READ;
    if (written && m.destination.kind == OperandKind::kNone) m.destination = operand;
    if (read && operand.kind != OperandKind::kNone && count < 3) sources[count++] = operand;
  }
  // vcvtss2sd and vmovss with three operands merge the upper half of the first source: the last is what is moved.
  if (m.op == Op::kMove && count > 1) sources[0] = sources[count - 1];
  m.a = sources[0];
  m.b = sources[1];
  m.sets_flags = m.op == Op::kCompare || (decoded.cpu_flags != nullptr && decoded.cpu_flags->modified != 0);
}

}  // namespace samehand::feature
