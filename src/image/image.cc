#include "samehand/image/image.h"

#include <algorithm>

namespace samehand::image {

const Section* Image::section_at(std::uint64_t address) const {
  const auto it = std::ranges::upper_bound(sections, address, {}, &Section::address);
  if (it == sections.begin()) return nullptr;
  const Section& section = *std::prev(it);
  return section.contains(address) ? &section : nullptr;
}

ByteView Image::from(std::uint64_t address) const {
  const Section* section = section_at(address);
  if (section == nullptr) return {};
  const std::uint64_t inside = address - section->address;
  return bytes.clamp(section->file_offset, section->file_size).clamp(inside);
}

ByteView Image::at(std::uint64_t address, std::uint64_t count) const {
  return from(address).slice(0, count);
}

std::optional<std::uint64_t> Image::pointer_at(std::uint64_t address) const {
  const ByteView view = from(address);
  if (pointer_bytes == 8) return view.read<std::uint64_t>(0);
  return view.read<std::uint32_t>(0);
}

const Import* Image::import_at(std::uint64_t slot) const {
  const auto it = std::ranges::lower_bound(imports, slot, {}, &Import::slot);
  return it != imports.end() && it->slot == slot ? &*it : nullptr;
}

const Relocation* Image::relocation_at(std::uint64_t slot) const {
  const auto it = std::ranges::lower_bound(relocations, slot, {}, &Relocation::slot);
  return it != relocations.end() && it->slot == slot ? &*it : nullptr;
}

std::string_view to_string(Format format) {
  switch (format) {
    case Format::kElf:
      return "ELF";
    case Format::kPe:
      return "PE";
    case Format::kMachO:
      return "Mach-O";
    case Format::kRaw:
      return "raw";
  }
  return "?";
}

std::string_view to_string(Architecture architecture) {
  switch (architecture) {
    case Architecture::kUnknown:
      return "unknown";
    case Architecture::kX86:
      return "i386";
    case Architecture::kX64:
      return "x86-64";
    case Architecture::kArm64:
      return "AArch64";
    case Architecture::kOther:
      return "other";
  }
  return "?";
}

std::string_view to_string(TraceKind kind) {
  switch (kind) {
    case TraceKind::kBuildTime:
      return "build time";
    case TraceKind::kRichHeader:
      return "Rich header";
    case TraceKind::kPdbPath:
      return "PDB path";
    case TraceKind::kVersionResource:
      return "version resource";
    case TraceKind::kResourceLanguage:
      return "resource language";
    case TraceKind::kImphash:
      return "imphash";
    case TraceKind::kSigner:
      return "signer";
    case TraceKind::kBuildId:
      return "build id";
    case TraceKind::kCompiler:
      return "compiler";
    case TraceKind::kInterpreter:
      return "interpreter";
    case TraceKind::kNeededLibrary:
      return "needed library";
    case TraceKind::kUuid:
      return "UUID";
    case TraceKind::kBuildVersion:
      return "build version";
    case TraceKind::kSectionEntropy:
      return "section entropy";
    case TraceKind::kOverlay:
      return "overlay";
    case TraceKind::kExportName:
      return "export name";
    case TraceKind::kImportedFunction:
      return "imported function";
    case TraceKind::kString:
      return "string";
    case TraceKind::kOriginalName:
      return "original name";
    case TraceKind::kEntryPoint:
      return "entry point";
    case TraceKind::kLinker:
      return "linker";
    case TraceKind::kResource:
      return "resource";
  }
  return "?";
}

}  // namespace samehand::image
