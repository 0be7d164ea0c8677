// Any bytes as an image: what load gives back must keep the promises that image.h makes to its readers.
#include <cstdint>
#include <span>

#include "check.h"
#include "samehand/image/image.h"

namespace {

using samehand::ByteView;
using samehand::image::Image;

using samehand::fuzz::require;

void check(const Image& image) {
  std::uint64_t end = 0;
  for (const auto& s : image.sections) {
    require(s.size > 0 && s.address >= end, "sections ascend, are disjoint and not empty");
    require(s.size <= ~0ull - s.address, "sections do not wrap around");
    end = s.address + s.size;
    require(s.file_size <= s.size, "a section has no more bytes than room");
    require(image.bytes.contains(s.file_offset, s.file_size), "a section's bytes lie in the file");
    require(image.section_at(s.address) == &s, "a section is found by its address");
    require(image.from(s.address).size() == s.file_size, "a section's bytes are reached by its address");
  }
  for (std::size_t i = 0; i < image.imports.size(); i++) {
    require(i == 0 || image.imports[i - 1].slot < image.imports[i].slot, "imports ascend");
    require(image.import_at(image.imports[i].slot) == &image.imports[i], "an import is found by its slot");
  }
  for (std::size_t i = 0; i < image.relocations.size(); i++) {
    require(i == 0 || image.relocations[i - 1].slot < image.relocations[i].slot, "relocations ascend");
    require(image.section_at(image.relocations[i].target) != nullptr, "a relocation leads into the image");
  }
  for (std::size_t i = 1; i < image.symbols.size(); i++) {
    require(image.symbols[i - 1].address <= image.symbols[i].address, "symbols ascend");
  }
  for (const auto& t : image.unwind_tables) {
    require(image.bytes.contains(t.file_offset, t.size), "an unwind table lies in the file");
  }
  for (const std::uint64_t i : image.initializers)
    require(image.section_at(i) != nullptr, "initializers lie in sections");
  require(!image.entry || image.section_at(*image.entry) != nullptr, "the entry lies in a section");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(std::span<const std::uint8_t>(data, size));
  const auto parts = samehand::image::load(bytes);
  if (!parts) {
    require(!parts.error().message.empty(), "an error has a message");
    return 0;
  }
  for (const auto& part : *parts) check(part.image);
  return 0;
}
