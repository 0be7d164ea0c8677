// Control flow and stack effect of x86 instructions, from their raw fields (Intel SDM volume 2).
//
// Example: 48 83 ec 18 -> stack +24; ff 24 c5 disp32 -> indirect jump, indexed, target = the table at disp32.
//
// Known failures: stack pointers that are computed (sub rsp, reg with an unknown value) are taken as no change; what a
// callee pops (stdcall) is not known.
#include <algorithm>

#include "flow.h"
#include "samehand/code/x86.h"

namespace samehand::code {
namespace {

constexpr int kRsp = 4;
constexpr int kRbp = 5;

bool is_memory(const X86Instruction& x) {
  return x.mod() != 3;
}
bool has_index(const X86Instruction& x) {
  return x.has_sib && ((x.sib >> 3 & 7) != 4 || (x.rex & 2) != 0);
}
bool has_no_base(const X86Instruction& x) {
  return x.has_sib && (x.sib & 7) == 5 && x.mod() == 0;
}
bool is_pc_relative(const X86Instruction& x) {
  return x.mod() == 0 && (x.modrm & 7) == 5;
}

// lea reg, [reg + 0] without index: a no-operation of several lengths.
bool is_lea_padding(const X86Instruction& x, bool is_64_bit) {
  if (x.displacement != 0 || !is_memory(x) || (is_64_bit && !x.wide())) return false;
  if (x.has_sib) return (x.sib & 0x3f) == (0x20 | (x.sib & 7)) && (x.sib & 7) == (x.modrm >> 3 & 7) && x.rex % 8 == 0;
  return x.displacement_bytes != 0 && x.rm() == x.reg();
}

void pop(Instruction& out, std::int32_t bytes) {
  out.stack = -bytes;
  out.set(kPops);
}

void set_depth(Instruction& out, std::int32_t depth) {
  out.stack = depth;
  out.set(kSetsDepth | kPops);
}

}  // namespace

X86Flow::X86Flow(const image::Image& image, const CodeSpace& space)
    : image_(image),
      space_(space),
      is_64_bit_(image.architecture == image::Architecture::kX64),
      fixed_address_(image.base != 0 && !(is_64_bit_ && image.format == image::Format::kPe)) {
  exact_addresses_ = std::ranges::any_of(image.relocations,
                                         [&](const image::Relocation& r) { return space.offset_of(r.slot) != kNone; });
}

bool X86Flow::is_code_address(std::uint64_t value, std::uint64_t operand_address) const {
  if (space_.offset_of(value) == kNone) return false;
  return exact_addresses_ ? image_.relocation_at(operand_address) != nullptr : fixed_address_;
}

Instruction X86Flow::classify(ByteView bytes, std::uint64_t address) {
  Instruction out;
  X86Instruction x;
  if (!decode_x86(bytes, is_64_bit_, x)) {
    out.length = 1;
    out.flow = Flow::kBad;
    return out;
  }
  out.length = x.length & 15u;
  const std::int32_t word = is_64_bit_ ? 8 : 4;
  const std::uint64_t next = address + x.length;
  const auto to_link = [&](std::uint64_t a) { return space_.link_of(is_64_bit_ ? a : a & 0xffffffff); };
  const auto relative = [&](Flow flow) {
    out.flow = flow;
    out.target = to_link(next + static_cast<std::uint64_t>(x.immediate));
  };
  // Where an operand without registers lies, or in i386 position-independent code one relative to the GOT.
  const auto operand_link = [&] {
    return to_link((is_64_bit_ ? next : 0) + static_cast<std::uint64_t>(std::int64_t{x.displacement}));
  };
  const auto got_link = [&] { return to_link(image_.got + static_cast<std::uint64_t>(std::int64_t{x.displacement})); };
  const auto absolute_link = [&] { return to_link(static_cast<std::uint64_t>(std::int64_t{x.displacement})); };
  const auto take_immediate = [&] {
    if (x.immediate_bytes != 4 || (!fixed_address_ && !exact_addresses_)) return;
    const std::uint64_t value = static_cast<std::uint32_t>(x.immediate);
    if (!is_code_address(value, next - 4)) return;
    out.flow = Flow::kAddress;
    out.target = to_link(value);
  };
  const bool to_stack_pointer = x.mod() == 3 && x.rm() == kRsp && (!is_64_bit_ || x.wide());
  const std::uint8_t op = x.opcode;

  if (x.map == OpcodeMap::k0F) {
    if ((op & 0xf0) == 0x80) {
      relative(Flow::kConditional);
    } else if (op == 0x0b || op == 0xb9 || op == 0xff) {
      out.flow = Flow::kTrap;
    } else if (op == 0x1f) {
      out.flow = Flow::kPadding;
    } else if (op == 0x1e && (x.modrm == 0xfa || x.modrm == 0xfb)) {
      out.set(kLandmark);
    }
    return out;
  }
  if (x.map != OpcodeMap::kOneByte) return out;

  switch (op) {
    case 0xe8:
      if (x.immediate == 0) {  // call $+5 pushes the program counter
        out.stack = word;
      } else {
        relative(Flow::kCall);
      }
      break;
    case 0xe9:
    case 0xeb:
      relative(Flow::kJump);
      break;
    case 0xc2:
    case 0xc3:
    case 0xca:
    case 0xcb:
    case 0xcf:
      out.flow = Flow::kReturn;
      break;
    case 0xcc:
    case 0xf4:
      out.flow = Flow::kTrap;
      break;
    case 0xcd:
      if (x.immediate == 0x29) out.flow = Flow::kTrap;  // Windows' fast fail
      break;
    case 0x90:
      if ((x.rex & 1) == 0 && !x.repeat) out.flow = Flow::kPadding;
      break;
    case 0x87:
      if (x.mod() == 3 && x.rm() == x.reg() && (!is_64_bit_ || x.operand_size)) out.flow = Flow::kPadding;
      break;
    case 0xc9:
      set_depth(out, 0);
      break;
    case 0x68:
      take_immediate();
      [[fallthrough]];
    case 0x6a:
    case 0x9c:
      out.stack = word;
      break;
    case 0x9d:
      pop(out, word);
      break;
    case 0x60:
      if (!is_64_bit_) out.stack = 32;
      break;
    case 0x61:
      if (!is_64_bit_) pop(out, 32);
      break;
    case 0x8f:
      pop(out, word);
      break;
    case 0xff:
      switch (x.modrm >> 3 & 7) {
        case 2:
          out.flow = Flow::kIndirectCall;
          if (is_pc_relative(x)) {
            out.target = operand_link();
          } else if (!is_64_bit_ && x.mod() == 2 && !x.has_sib && image_.got != 0) {
            out.target = got_link();
          }
          break;
        case 4:
          out.flow = Flow::kIndirectJump;
          if (is_pc_relative(x)) {
            out.target = operand_link();
          } else if (is_memory(x) && has_index(x)) {
            out.set(kIndexed);
            if (x.displacement_bytes == 4) out.target = is_64_bit_ || has_no_base(x) ? absolute_link() : got_link();
          } else if (!is_64_bit_ && x.mod() == 2 && !x.has_sib && image_.got != 0) {
            out.target = got_link();
          }
          break;
        case 6:
          out.stack = word;
          break;
        default:
          break;
      }
      break;
    case 0x81:
    case 0x83:
      if (to_stack_pointer) {
        const int group = x.modrm >> 3 & 7;
        if (group == 0 || group == 5) {
          const auto amount = static_cast<std::int32_t>(x.immediate);
          out.stack = group == 5 ? amount : -amount;
          if (out.stack < 0) out.set(kPops);
        }
      }
      break;
    case 0x29:
      if (to_stack_pointer && x.reg() == 0) out.stack = accumulator_;  // sub rsp, rax
      break;
    case 0x2b:
      if (x.mod() == 3 && x.reg() == kRsp && x.rm() == 0) out.stack = accumulator_;
      break;
    case 0x8d: {
      if (!is_memory(x)) break;
      if (is_lea_padding(x, is_64_bit_)) {
        out.flow = Flow::kPadding;
      } else if (x.reg() == kRsp) {
        if (!x.has_sib && x.rm() == kRbp) {
          set_depth(out, word - x.displacement);
        } else if (x.has_sib && (x.sib & 0x3f) == 0x24 && (x.rex & 3) == 0) {
          out.stack = -x.displacement;
          if (out.stack < 0) out.set(kPops);
        } else if (!x.has_sib && x.rm() == (is_64_bit_ ? 10 : 1)) {  // undoes main's stack alignment
          set_depth(out, 0);
        }
      } else if (is_pc_relative(x)) {
        out.flow = Flow::kAddress;
        out.target = operand_link();
      } else if (!is_64_bit_ && image_.got != 0 && x.mod() == 2) {
        out.flow = Flow::kAddress;
        out.target = got_link();
      }
      break;
    }
    case 0x03:
    case 0x63:
    case 0x8b:
      if (op == 0x8b && x.mod() == 3) {
        if (x.reg() == kRsp && x.rm() == kRbp) set_depth(out, word);
        if (x.reg() == x.rm() && !is_64_bit_) out.flow = Flow::kPadding;
      } else if (is_memory(x) && x.displacement_bytes == 4 && !is_pc_relative(x)) {
        if (has_no_base(x) && has_index(x) && (!is_64_bit_ || fixed_address_)) {
          out.target = absolute_link();
        } else if (!is_64_bit_ && image_.got != 0) {
          out.target = got_link();
        }
        if (out.target != kNone) out.set(kTableOperand);
      }
      break;
    case 0x89:
      if (x.mod() == 3) {
        if (x.rm() == kRsp && x.reg() == kRbp) set_depth(out, word);
        if (x.reg() == x.rm() && !is_64_bit_) out.flow = Flow::kPadding;
      }
      break;
    case 0xb8:
      accumulator_ = static_cast<std::int32_t>(x.immediate);
      take_immediate();
      break;
    case 0xc7:
      take_immediate();
      break;
    default:
      if (op >= 0xb9 && op <= 0xbf) {
        take_immediate();
      } else if ((op & 0xf8) == 0x50) {
        out.stack = word;
      } else if ((op & 0xf8) == 0x58) {
        pop(out, word);
      } else if ((op & 0xf0) == 0x70 || (op >= 0xe0 && op <= 0xe3)) {
        relative(Flow::kConditional);
      } else if (op == 0 && x.modrm == 0) {  // zeros between functions or in data, never compiled code
        out.flow = Flow::kBad;
      }
      break;
  }
  return out;
}

}  // namespace samehand::code
