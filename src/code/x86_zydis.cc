#include "x86_zydis.h"

#include <Zydis/Zydis.h>

namespace samehand::code::x86 {
namespace {

ZydisDecoder make_decoder(bool is_64_bit) {
  ZydisDecoder decoder;
  ZydisDecoderInit(&decoder, is_64_bit ? ZYDIS_MACHINE_MODE_LONG_64 : ZYDIS_MACHINE_MODE_LEGACY_32,
                   is_64_bit ? ZYDIS_STACK_WIDTH_64 : ZYDIS_STACK_WIDTH_32);
  ZydisDecoderEnableMode(&decoder, ZYDIS_DECODER_MODE_MINIMAL, ZYAN_TRUE);
  return decoder;
}

OpcodeMap map_of(const ZydisDecodedInstruction& in) {
  if (in.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY) return OpcodeMap::kVector;
  switch (in.opcode_map) {
    case ZYDIS_OPCODE_MAP_DEFAULT:
      return OpcodeMap::kOneByte;
    case ZYDIS_OPCODE_MAP_0F:
      return OpcodeMap::k0F;
    case ZYDIS_OPCODE_MAP_0F38:
      return OpcodeMap::k0F38;
    case ZYDIS_OPCODE_MAP_0F3A:
      return OpcodeMap::k0F3A;
    default:
      return OpcodeMap::kVector;  // 3DNow!
  }
}

}  // namespace

bool decode_with_zydis(ByteView bytes, bool is_64_bit, X86Instruction& out) {
  static const ZydisDecoder kDecoder64 = make_decoder(true);
  static const ZydisDecoder kDecoder32 = make_decoder(false);
  out = X86Instruction{};
  ZydisDecodedInstruction in;
  if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(is_64_bit ? &kDecoder64 : &kDecoder32, nullptr, bytes.data(),
                                                  bytes.size(), &in))) {
    return false;
  }
  out.length = in.length;
  out.map = map_of(in);
  out.opcode = in.opcode;
  for (int i = 0; i < in.raw.prefix_count; ++i) {
    const std::uint8_t prefix = in.raw.prefixes[i].value;
    switch (prefix) {
      case 0x66:
        out.operand_size = true;
        break;
      case 0x67:
        out.address_size = true;
        break;
      case 0xf3:
        out.repeat = true;
        break;
      case 0xf2:
        out.repeat_not = true;
        break;
      case 0xf0:
        out.lock = true;
        break;
      case 0x64:
      case 0x65:
        out.segment = prefix;
        break;
      case 0x26:
      case 0x2e:
      case 0x36:
      case 0x3e:
        out.segment = is_64_bit ? out.segment : 0;
        break;
      default:
        break;  // REX, taken from its own field, which says whether it counts
    }
  }
  if ((in.attributes & ZYDIS_ATTRIB_HAS_REX) != 0) {
    out.rex =
        static_cast<std::uint8_t>(0x40 | in.raw.rex.W << 3 | in.raw.rex.R << 2 | in.raw.rex.X << 1 | in.raw.rex.B);
  }
  out.has_modrm = (in.attributes & ZYDIS_ATTRIB_HAS_MODRM) != 0;
  if (out.has_modrm) {
    out.modrm = static_cast<std::uint8_t>(in.raw.modrm.mod << 6 | in.raw.modrm.reg << 3 | in.raw.modrm.rm);
  }
  out.has_sib = (in.attributes & ZYDIS_ATTRIB_HAS_SIB) != 0;
  if (out.has_sib) out.sib = static_cast<std::uint8_t>(in.raw.sib.scale << 6 | in.raw.sib.index << 3 | in.raw.sib.base);
  if (out.map == OpcodeMap::kOneByte && (in.opcode & 0xfc) == 0xa0) {  // moffs: an address, not a displacement
    out.immediate_bytes = in.raw.disp.size / 8;
    out.immediate = in.raw.disp.value;
  } else {
    out.displacement_bytes = in.raw.disp.size / 8;
    out.displacement = static_cast<std::int32_t>(in.raw.disp.value);
  }
  if (in.raw.imm[0].size != 0) {
    out.immediate_bytes = in.raw.imm[0].size / 8;
    const int unused_bits = 64 - in.raw.imm[0].size;
    out.immediate = static_cast<std::int64_t>(in.raw.imm[0].value.u << unused_bits) >> unused_bits;
  }
  return true;
}

}  // namespace samehand::code::x86
