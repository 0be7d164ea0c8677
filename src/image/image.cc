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

}  // namespace samehand::image
