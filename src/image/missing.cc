// What a file promises and does not hold, and code that is for another processor: said in words that name the thing, so
// that "0 functions" never stands alone.
#include <algorithm>
#include <string>
#include <utility>

#include "parse.h"
#include "samehand/base/file.h"
#include "traces.h"

namespace samehand::image {
namespace {

constexpr std::size_t kNamed = 3;

std::string names_of(const std::vector<std::string>& names) {
  std::string text;
  const std::size_t shown = std::min(names.size(), kNamed);
  for (std::size_t i = 0; i < shown; i++) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

std::string_view elf_machine(std::uint16_t machine) {
  static constexpr std::pair<std::uint16_t, std::string_view> kMachines[] = {
      {2, "SPARC"},     {3, "i386"},      {4, "m68k"},         {8, "MIPS"},       {10, "MIPS"}, {15, "PA-RISC"},
      {18, "SPARC"},    {20, "PowerPC"},  {21, "PowerPC"},     {22, "S/390"},     {40, "ARM"},  {42, "SuperH"},
      {43, "SPARC"},    {50, "Itanium"},  {62, "x86-64"},      {83, "AVR"},       {93, "ARC"},  {94, "Xtensa"},
      {164, "Hexagon"}, {183, "AArch64"}, {189, "MicroBlaze"}, {190, "CUDA"},     {195, "ARC"}, {224, "AMD GPU"},
      {243, "RISC-V"},  {247, "BPF"},     {258, "LoongArch"},  {0x9026, "Alpha"},
  };
  const auto found = std::ranges::find(kMachines, machine, &std::pair<std::uint16_t, std::string_view>::first);
  return found == std::end(kMachines) ? std::string_view() : found->second;
}

std::string_view coff_machine(std::uint16_t machine) {
  static constexpr std::pair<std::uint16_t, std::string_view> kMachines[] = {
      {0x14c, "i386"},     {0x166, "MIPS"},       {0x169, "MIPS"},       {0x184, "Alpha"},        {0x1a2, "SuperH"},
      {0x1a6, "SuperH"},   {0x1c0, "ARM"},        {0x1c2, "ARM"},        {0x1c4, "ARM"},          {0x1f0, "PowerPC"},
      {0x200, "Itanium"},  {0x266, "MIPS"},       {0x284, "Alpha"},      {0xebc, "EFI bytecode"}, {0x5032, "RISC-V"},
      {0x5064, "RISC-V"},  {0x6232, "LoongArch"}, {0x6264, "LoongArch"}, {0x8664, "x86-64"},      {0xa641, "ARM64EC"},
      {0xaa64, "AArch64"},
  };
  const auto found = std::ranges::find(kMachines, machine, &std::pair<std::uint16_t, std::string_view>::first);
  return found == std::end(kMachines) ? std::string_view() : found->second;
}

std::string_view macho_machine(std::uint32_t cpu) {
  switch (cpu) {
    case 12:
      return "ARM";
    case 18:
    case 0x01000012:
      return "PowerPC";
    case 0x0200000c:
      return "AArch64";
    default:
      return {};
  }
}

}  // namespace

void note_missing(Image& image, std::string what) {
  add_remark(image, Remark::Kind::kMissing, "cut short: " + std::move(what));
}

void note_missing(Image& image, const MissingBytes& missing) {
  if (missing.names.empty()) return;
  std::string text = size_text(missing.bytes) + " of section" + (missing.names.size() > 1 ? "s " : " ") +
                     names_of(missing.names) + " should lie past the end of the file";
  if (missing.code_bytes > 0) {
    text += ", among them " + size_text(missing.code_bytes) + " of " + size_text(missing.all_code_bytes) + " of code";
  }
  note_missing(image, std::move(text));
}

void note_foreign(Image& image, std::uint32_t machine, std::string_view kind) {
  const auto number = static_cast<std::uint16_t>(machine);
  const std::string_view name = image.format == Format::kElf  ? elf_machine(number)
                                : image.format == Format::kPe ? coff_machine(number)
                                                              : macho_machine(machine);
  std::string text = "holds code for ";
  text += name.empty() ? "processor number " + std::to_string(machine) : std::string(name);
  if (!kind.empty()) text += " (" + std::string(kind) + ")";
  add_remark(image, Remark::Kind::kForeign, text + ", which is not read; x86, x86-64 and AArch64 are");
}

}  // namespace samehand::image
