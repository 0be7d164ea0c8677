// Register use of x86 instructions, by opcode (Intel SDM volume 2).
//
// Example: 48 89 c3 (mov rbx, rax) reads rax, writes rbx; 53 (push rbx) saves rbx; 31 db (xor ebx, ebx) writes only.
//
// Known failures: flags and vector registers are not looked at; VEX and EVEX instructions use nothing.
#include "registers.h"

namespace samehand::code {
namespace {

constexpr std::uint32_t kRax = 1u << 0;
constexpr std::uint32_t kRcx = 1u << 1;
constexpr std::uint32_t kRdx = 1u << 2;
constexpr std::uint32_t kRbx = 1u << 3;
constexpr std::uint32_t kRsi = 1u << 6;
constexpr std::uint32_t kRdi = 1u << 7;
constexpr int kStackPointer = 4;
constexpr int kFramePointer = 5;

struct Operands {
  std::uint32_t reg = 0;      // ModRM.reg as a register
  std::uint32_t rm = 0;       // ModRM.rm as a register; 0 for memory
  std::uint32_t address = 0;  // what a memory operand's address reads
  bool on_stack = false;      // memory relative to the stack pointer
};

Operands operands_of(const X86Instruction& x, bool bytes) {
  Operands o;
  // Without REX the byte registers 4 to 7 are ah, ch, dh and bh.
  const auto mask = [&](int number) { return 1u << (bytes && x.rex == 0 && number >= 4 ? number - 4 : number); };
  o.reg = mask(x.reg());
  if (x.mod() == 3) {
    o.rm = mask(x.rm());
  } else if (x.has_sib) {
    const int base = (x.sib & 7) | (x.rex & 1) << 3;
    const int index = (x.sib >> 3 & 7) | (x.rex & 2) << 2;
    if ((x.sib & 7) != 5 || x.mod() != 0) o.address |= 1u << base;
    if (index != 4) o.address |= 1u << index;
    o.on_stack = base == kStackPointer || base == kFramePointer;
  } else if ((x.modrm & 7) != 5 || x.mod() != 0) {
    o.address |= 1u << x.rm();
    o.on_stack = x.rm() == kFramePointer;
  }
  return o;
}

void two_byte(const X86Instruction& x, const Operands& o, RegisterUse& use) {
  const std::uint8_t op = x.opcode;
  const auto load = [&] { use.reads |= o.rm, use.writes |= o.reg; };
  const auto update = [&] { use.reads |= o.rm | o.reg, use.writes |= o.reg; };
  if ((op & 0xf0) == 0x40 || op == 0xaf) return update();  // cmov, imul
  if ((op & 0xf0) == 0x90) {                               // setcc
    use.writes |= o.rm;
    return;
  }
  if (op >= 0xc8 && op <= 0xcf) {  // bswap
    const std::uint32_t r = 1u << ((op & 7) | (x.rex & 1) << 3);
    use.reads |= r;
    use.writes |= r;
    return;
  }
  switch (op) {
    case 0xb6:
    case 0xb7:
    case 0xb8:
    case 0xbc:
    case 0xbd:
    case 0xbe:
    case 0xbf:
      return load();
    case 0xa2:  // cpuid
      use.reads |= kRax;
      use.writes |= kRax | kRbx | kRcx | kRdx;
      return;
    case 0x31:
      use.writes |= kRax | kRdx;
      return;   // rdtsc
    case 0xa3:  // bt
      use.reads |= o.rm | o.reg;
      return;
    case 0xa5:
    case 0xad:
      use.reads |= kRcx;
      [[fallthrough]];  // shld, shrd by cl
    case 0xa4:
    case 0xab:
    case 0xac:
    case 0xb3:
    case 0xbb:
      use.reads |= o.rm | o.reg;
      use.writes |= o.rm;
      return;
    case 0xb0:
    case 0xb1:  // cmpxchg
      use.reads |= o.rm | o.reg | kRax;
      use.writes |= o.rm | kRax;
      return;
    case 0xc0:
    case 0xc1:  // xadd
      use.reads |= o.rm | o.reg;
      use.writes |= o.rm | o.reg;
      return;
    case 0xba:
      use.reads |= o.rm;
      if ((x.modrm >> 3 & 7) != 4) use.writes |= o.rm;
      return;
    case 0x2a:
      if (x.repeat || x.repeat_not) use.reads |= o.rm;  // cvtsi2sd
      return;
    case 0x2c:
    case 0x2d:
      if (x.repeat || x.repeat_not) use.writes |= o.reg;  // cvttsd2si
      return;
    case 0x50:
    case 0xc5:
    case 0xd7:
      use.writes |= o.reg;
      return;  // to general registers: movmskps, pextrw, pmovmskb
    case 0x6e:
    case 0xc4:
      use.reads |= o.rm;
      return;  // movd, pinsrw
    case 0x7e:
      if (!x.repeat) use.writes |= o.rm;
      return;
    default:
      return;
  }
}

void one_byte(const X86Instruction& x, const Operands& o, bool is_64_bit, RegisterUse& use) {
  const std::uint8_t op = x.opcode;
  const std::uint32_t in_opcode = 1u << ((op & 7) | (x.rex & 1) << 3);
  const int group = x.modrm >> 3 & 7;
  const auto read_write = [&](std::uint32_t r) { use.reads |= r, use.writes |= r; };
  if (op < 0x40 && (op & 7) < 6) {  // the eight arithmetic operations
    const int operation = op >> 3;
    const bool compares = operation == 7;
    const bool clears = (operation == 3 || operation == 5 || operation == 6) && o.rm == o.reg && (op & 7) < 4;
    const std::uint32_t destination = (op & 7) < 2 ? o.rm : (op & 7) < 4 ? o.reg : kRax;
    if (!clears) use.reads |= (op & 7) < 4 ? o.rm | o.reg : kRax;
    if (!compares) use.writes |= destination;
    return;
  }
  switch (op & 0xf8) {
    case 0x40:
    case 0x48:
      if (!is_64_bit) read_write(in_opcode);
      return;
    case 0x50:
      use.saves |= in_opcode;
      return;
    case 0x58:
      use.writes |= in_opcode;
      return;
    case 0xb0:
      use.writes |= x.rex != 0 ? in_opcode : 1u << (op & 3);
      return;
    case 0xb8:
      use.writes |= in_opcode;
      return;
    case 0x90:
      if ((op & 7) != 0 || (x.rex & 1) != 0) read_write(in_opcode | kRax);
      if (op == 0x90) return;
      break;
    default:
      break;
  }
  switch (op) {
    case 0x63:
    case 0x69:
    case 0x6b:
    case 0x8a:
    case 0x8b:
      use.reads |= o.rm;
      use.writes |= o.reg;
      return;
    case 0x80:
    case 0x81:
    case 0x83:
      // or with -1 and and with 0 set a register, whatever it held.
      if (!(x.mod() == 3 && ((group == 1 && x.immediate == -1) || (group == 4 && x.immediate == 0)))) use.reads |= o.rm;
      if (group != 7) use.writes |= o.rm;
      return;
    case 0x84:
    case 0x85:
      use.reads |= o.rm | o.reg;
      return;
    case 0x86:
    case 0x87:
      read_write(o.rm | o.reg);
      return;
    case 0x88:
    case 0x89:
      (o.on_stack ? use.saves : use.reads) |= o.reg;
      use.writes |= o.rm;
      return;
    case 0x8d:
      use.writes |= o.reg;
      return;
    case 0x8f:
    case 0xc6:
    case 0xc7:
      use.writes |= o.rm;
      return;
    case 0x98:
      read_write(kRax);
      return;
    case 0x99:
      use.reads |= kRax;
      use.writes |= kRdx;
      return;
    case 0xa4:
    case 0xa5:
    case 0xa6:
    case 0xa7:
      read_write(kRsi | kRdi);
      return;
    case 0xa8:
    case 0xa9:
      use.reads |= kRax;
      return;
    case 0xaa:
    case 0xab:
    case 0xae:
    case 0xaf:
      use.reads |= kRax;
      read_write(kRdi);
      return;
    case 0xac:
    case 0xad:
      use.writes |= kRax;
      read_write(kRsi);
      return;
    case 0xd2:
    case 0xd3:
      use.reads |= kRcx;
      [[fallthrough]];
    case 0xc0:
    case 0xc1:
    case 0xd0:
    case 0xd1:
      read_write(o.rm);
      return;
    case 0xf6:
    case 0xf7:
      use.reads |= o.rm;
      if (group == 2 || group == 3) use.writes |= o.rm;
      if (group >= 4) use.reads |= kRax | (group >= 6 && op == 0xf7 ? kRdx : 0);
      if (group >= 4) use.writes |= kRax | kRdx;
      return;
    case 0xfe:
    case 0xff:
      use.reads |= o.rm;
      if (group < 2) use.writes |= o.rm;
      return;
    default:
      return;
  }
}

// Whether an instruction with a memory operand writes it and does nothing else to it.
bool is_store(const X86Instruction& x) {
  if (x.map == OpcodeMap::kOneByte) return x.opcode == 0x88 || x.opcode == 0x89 || x.opcode == 0xc6 || x.opcode == 0xc7;
  if (x.map != OpcodeMap::k0F) return false;
  switch (x.opcode) {
    case 0x11:
    case 0x13:
    case 0x17:
    case 0x29:
    case 0x2b:
    case 0x7f:
    case 0xd6:
    case 0xe7:
      return true;
    case 0x7e:
      return !x.repeat;
    default:
      return (x.opcode & 0xf0) == 0x90;
  }
}

// Instructions whose operands are bytes.
bool is_byte_operation(const X86Instruction& x) {
  if (x.map == OpcodeMap::k0F) return (x.opcode & 0xf0) == 0x90 || x.opcode == 0xb0 || x.opcode == 0xc0;
  if (x.opcode < 0x40) return (x.opcode & 1) == 0;
  switch (x.opcode) {
    case 0x80:
    case 0x84:
    case 0x86:
    case 0x88:
    case 0x8a:
    case 0xc0:
    case 0xc6:
    case 0xd0:
    case 0xd2:
    case 0xf6:
    case 0xfe:
      return true;
    default:
      return false;
  }
}

}  // namespace

RegisterUse registers_of_x86(const X86Instruction& x, bool is_64_bit) {
  RegisterUse use;
  if (x.map == OpcodeMap::kVector) return use;
  const bool bytes = is_byte_operation(x);
  Operands o = x.has_modrm ? operands_of(x, bytes) : Operands{};
  if (x.map == OpcodeMap::k0F && (x.opcode == 0xb6 || x.opcode == 0xbe) && x.rex == 0 && x.mod() == 3 && x.rm() >= 4) {
    o.rm = 1u << (x.rm() - 4);  // movzx and movsx of ah, ch, dh, bh
  }
  if (x.map == OpcodeMap::kOneByte) one_byte(x, o, is_64_bit, use);
  if (x.map == OpcodeMap::k0F) {
    if (x.opcode != 0x1f && x.opcode != 0x1e && x.opcode != 0x0d && x.opcode != 0x18) two_byte(x, o, use);
    if (x.opcode == 0x1f || x.opcode == 0x1e) return use;  // no-operations only look like memory accesses
  }
  use.reads |= o.address;
  if (x.has_modrm && x.mod() != 3 && o.address == 1u << kStackPointer && x.opcode != 0x8d) {
    (is_store(x) ? use.stack_store : use.stack_load) = true;
    use.stack_offset = x.displacement;
  }
  return use;
}

}  // namespace samehand::code
