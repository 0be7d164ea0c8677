#include <Zydis/Zydis.h>
#include <fmt/format.h>

#include <array>

#include "listing_text.h"
#include "samehand/base/hash.h"

namespace samehand::code {
namespace {

class X86Printer : public InstructionPrinter {
 public:
  X86Printer(bool is_64_bit, const Names& names) : names_(names), is_64_bit_(is_64_bit) {
    ZydisDecoderInit(&decoder_, is_64_bit ? ZYDIS_MACHINE_MODE_LONG_64 : ZYDIS_MACHINE_MODE_LEGACY_32,
                     is_64_bit ? ZYDIS_STACK_WIDTH_64 : ZYDIS_STACK_WIDTH_32);
    ZydisFormatterInit(&formatter_, ZYDIS_FORMATTER_STYLE_INTEL);
    ZydisFormatterSetProperty(&formatter_, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
    ZydisFormatterSetProperty(&formatter_, ZYDIS_FORMATTER_PROP_ADDR_PADDING_ABSOLUTE, ZYDIS_PADDING_DISABLED);
    ZydisFormatterSetProperty(&formatter_, ZYDIS_FORMATTER_PROP_DISP_PADDING, ZYDIS_PADDING_DISABLED);
    ZydisFormatterSetProperty(&formatter_, ZYDIS_FORMATTER_PROP_IMM_PADDING, ZYDIS_PADDING_DISABLED);
  }

  std::size_t print(ByteView bytes, ListedInstruction& out) const override {
    ZydisDecodedInstruction instruction;
    std::array<ZydisDecodedOperand, ZYDIS_MAX_OPERAND_COUNT> operands;
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder_, bytes.data(), bytes.size(), &instruction, operands.data()))) {
      out.text = fmt::format("db {:#04x}", bytes[0]);
      out.shape = combine64(0, bytes[0]);
      return 1;
    }
    out.shape = shape(instruction, operands);
    out.text = text(instruction, operands, out.address);
    return instruction.length;
  }

 private:
  using Operands = std::array<ZydisDecodedOperand, ZYDIS_MAX_OPERAND_COUNT>;

  static std::uint64_t shape(const ZydisDecodedInstruction& instruction, const Operands& operands) {
    std::uint64_t hash = combine64(1, instruction.mnemonic);
    for (int i = 0; i < instruction.operand_count_visible; i++)
      hash = combine64(hash, operands[i].type * 1000u + operands[i].size);
    return hash;
  }

  std::string text(const ZydisDecodedInstruction& instruction, const Operands& operands, std::uint64_t address) const {
    // A direct jump or call to a place with a name says the name.
    if (instruction.operand_count_visible == 1 && operands[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
        operands[0].imm.is_relative) {
      if (const auto name = names_.code(absolute(instruction, operands[0], address))) {
        return fmt::format("{} {}", ZydisMnemonicGetString(instruction.mnemonic), *name);
      }
    }
    std::array<char, 256> buffer;
    if (!ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter_, &instruction, operands.data(),
                                                      instruction.operand_count_visible, buffer.data(), buffer.size(),
                                                      address, nullptr))) {
      return ZydisMnemonicGetString(instruction.mnemonic);
    }
    std::string line = buffer.data();
    for (int i = 0; i < instruction.operand_count_visible; i++) {
      if (const auto comment = comment_on(instruction, operands[i], address)) return line + "  ; " + *comment;
    }
    return line;
  }

  std::uint64_t absolute(const ZydisDecodedInstruction& instruction, const ZydisDecodedOperand& operand,
                         std::uint64_t address) const {
    ZyanU64 target = 0;
    return ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(&instruction, &operand, address, &target)) ? target : 0;
  }

  std::optional<std::string> comment_on(const ZydisDecodedInstruction& instruction, const ZydisDecodedOperand& operand,
                                        std::uint64_t address) const {
    if (operand.type == ZYDIS_OPERAND_TYPE_IMMEDIATE && !operand.imm.is_relative && operand.imm.value.u >= 0x1000) {
      return is_64_bit_ && operand.size < 32 ? std::nullopt : names_.data(operand.imm.value.u);
    }
    if (operand.type != ZYDIS_OPERAND_TYPE_MEMORY || operand.mem.index != ZYDIS_REGISTER_NONE) return std::nullopt;
    const bool absolute_address = operand.mem.base == ZYDIS_REGISTER_RIP || operand.mem.base == ZYDIS_REGISTER_NONE;
    if (!absolute_address) return std::nullopt;
    const std::uint64_t target = absolute(instruction, operand, address);
    if (auto comment = names_.data(target)) return comment;
    return names_.code(target);
  }

  const Names& names_;
  bool is_64_bit_;
  ZydisDecoder decoder_;
  ZydisFormatter formatter_;
};

}  // namespace

std::unique_ptr<InstructionPrinter> make_x86_printer(bool is_64_bit, const Names& names) {
  return std::make_unique<X86Printer>(is_64_bit, names);
}

}  // namespace samehand::code
