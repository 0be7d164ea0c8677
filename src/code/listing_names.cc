#include <fmt/format.h>

#include "listing_text.h"

namespace samehand::code {
namespace {

constexpr std::size_t kShownString = 40;

}  // namespace

std::optional<std::string> Names::code(std::uint64_t address) const {
  const auto stub = program_.import_stubs.find(address);
  if (stub != program_.import_stubs.end() && stub->second < image_.imports.size())
    return image_.imports[stub->second].name;
  const std::int64_t index = program_.function_at(address);
  if (index < 0) return std::nullopt;
  const std::string& name = program_.functions[index].name;
  return name.empty() ? fmt::format("sub_{:x}", address) : name;
}

std::optional<std::string> Names::quoted_string(std::uint64_t address) const {
  const image::Section* section = image_.section_at(address);
  if (section == nullptr || section->executable) return std::nullopt;
  const ByteView bytes = image_.from(address).clamp(0, kShownString + 1);
  std::string text;
  std::size_t i = 0;
  for (; i < bytes.size() && bytes[i] != 0; i++) {
    const std::uint8_t c = bytes[i];
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c >= 0x20 && c < 0x7f) {
      text += static_cast<char>(c);
    } else {
      return std::nullopt;
    }
    if (i == kShownString) return '"' + text + "…\"";
  }
  if (i < 2 || i == bytes.size()) return std::nullopt;
  return '"' + text + '"';
}

std::optional<std::string> Names::data(std::uint64_t address) const {
  if (const image::Import* import = image_.import_at(address)) return import->name;
  if (auto text = quoted_string(address)) return text;
  // One step through a pointer table: what the pointer leads to, if that is a string.
  if (const image::Relocation* relocation = image_.relocation_at(address)) return quoted_string(relocation->target);
  return std::nullopt;
}

std::unique_ptr<InstructionPrinter> make_printer(const image::Image& image, const Names& names) {
  switch (image.architecture) {
    case image::Architecture::kX86:
      return make_x86_printer(false, names);
    case image::Architecture::kX64:
      return make_x86_printer(true, names);
    case image::Architecture::kArm64:
      return make_arm64_printer(names);
    default:
      return nullptr;
  }
}

}  // namespace samehand::code
