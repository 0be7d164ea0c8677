#include <fmt/format.h>
#include <llvm-c/Target.h>
#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrAnalysis.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Triple.h>

#include "listing_text.h"
#include "samehand/base/hash.h"

namespace samehand::code {
namespace {

constexpr const char* kTriple = "aarch64-linux-gnu";

class Arm64Printer : public InstructionPrinter {
 public:
  static std::unique_ptr<Arm64Printer> make(const Names& names) {
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64Disassembler();
    std::string error;
    const llvm::Target* target = llvm::TargetRegistry::lookupTarget(kTriple, error);
    if (target == nullptr) return nullptr;
    auto printer = std::unique_ptr<Arm64Printer>(new Arm64Printer(names));
    printer->registers_.reset(target->createMCRegInfo(kTriple));
    printer->asm_info_.reset(target->createMCAsmInfo(*printer->registers_, kTriple, llvm::MCTargetOptions()));
    printer->subtarget_.reset(target->createMCSubtargetInfo(kTriple, "generic", "+all"));
    printer->instructions_.reset(target->createMCInstrInfo());
    printer->context_ = std::make_unique<llvm::MCContext>(llvm::Triple(kTriple), printer->asm_info_.get(),
                                                          printer->registers_.get(), printer->subtarget_.get());
    printer->disassembler_.reset(target->createMCDisassembler(*printer->subtarget_, *printer->context_));
    printer->analysis_.reset(target->createMCInstrAnalysis(printer->instructions_.get()));
    printer->printer_.reset(target->createMCInstPrinter(llvm::Triple(kTriple), 0, *printer->asm_info_,
                                                        *printer->instructions_, *printer->registers_));
    if (!printer->disassembler_ || !printer->printer_ || !printer->analysis_) return nullptr;
    printer->printer_->setPrintImmHex(true);
    printer->printer_->setPrintBranchImmAsAddress(true);
    return printer;
  }

  std::size_t print(ByteView bytes, ListedInstruction& out) const override {
    llvm::MCInst instruction;
    std::uint64_t length = 0;
    const auto status = disassembler_->getInstruction(instruction, length, llvm::ArrayRef(bytes.data(), bytes.size()),
                                                      out.address, llvm::nulls());
    if (status != llvm::MCDisassembler::Success || length == 0 || length > bytes.size()) {
      const auto word = bytes.read<std::uint32_t>(0);
      out.text = word ? fmt::format(".word {:#010x}", *word) : fmt::format(".byte {:#04x}", bytes[0]);
      out.shape = combine64(0, word.value_or(bytes[0]));
      return word ? 4 : 1;
    }
    out.shape = shape(instruction);
    out.text = text(instruction, length, out.address);
    return length;
  }

 private:
  explicit Arm64Printer(const Names& names) : names_(names) {}

  static std::uint64_t shape(const llvm::MCInst& instruction) {
    std::uint64_t hash = combine64(2, instruction.getOpcode());
    for (const llvm::MCOperand& operand : instruction)
      hash = combine64(hash, operand.isReg() ? 1 : operand.isImm() ? 2 : 3);
    return hash;
  }

  std::string text(const llvm::MCInst& instruction, std::uint64_t length, std::uint64_t address) const {
    std::string line;
    llvm::raw_string_ostream stream(line);
    printer_->printInst(&instruction, address, "", *subtarget_, stream);
    std::string tidy;
    for (const char c : line) {
      if (c == '\t') {
        if (!tidy.empty()) tidy += ' ';
      } else {
        tidy += c;
      }
    }
    std::uint64_t target = 0;
    if (analysis_->evaluateBranch(instruction, address, length, target)) {
      if (const auto name = names_.code(target)) {
        const auto place = tidy.rfind("0x");
        if (place != std::string::npos) tidy.replace(place, std::string::npos, *name);
      }
    }
    return tidy;
  }

  const Names& names_;
  std::unique_ptr<llvm::MCRegisterInfo> registers_;
  std::unique_ptr<llvm::MCAsmInfo> asm_info_;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget_;
  std::unique_ptr<llvm::MCInstrInfo> instructions_;
  std::unique_ptr<llvm::MCContext> context_;
  std::unique_ptr<llvm::MCDisassembler> disassembler_;
  std::unique_ptr<llvm::MCInstrAnalysis> analysis_;
  std::unique_ptr<llvm::MCInstPrinter> printer_;
};

}  // namespace

std::unique_ptr<InstructionPrinter> make_arm64_printer(const Names& names) {
  return Arm64Printer::make(names);
}

}  // namespace samehand::code
