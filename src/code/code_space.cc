#include "code_space.h"

#include <algorithm>

namespace samehand::code {
namespace {

constexpr std::uint32_t kGap = 64;  // between parts: longer than any instruction

}  // namespace

CodeSpace::CodeSpace(const image::Image& image) {
  if (!image.sections.empty()) base_ = image.sections.front().address;
  std::uint64_t next = 0;
  for (const image::Section& section : image.sections) {
    if (!section.executable || section.stubs) continue;
    const ByteView bytes = image.from(section.address);
    if (bytes.empty() || next + bytes.size() + kGap > kMaxCodeBytes) continue;
    parts_.push_back(
        {section.address, static_cast<std::uint32_t>(next), static_cast<std::uint32_t>(bytes.size()), bytes});
    code_bytes_ += bytes.size();
    next = (next + bytes.size() + 2 * kGap) / kGap * kGap;
  }
  size_ = static_cast<std::uint32_t>(next);
  const auto largest = std::ranges::max_element(parts_, {}, &Part::size);
  if (largest == parts_.end()) return;
  const auto after = std::next(largest);
  if (after == parts_.end() || after->address - largest->address >= largest->size) main_ = *largest;
}

std::uint32_t CodeSpace::search_offset_of(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(parts_, address, {}, &Part::address);
  if (after == parts_.begin()) return kNone;
  const Part& part = *std::prev(after);
  const std::uint64_t inside = address - part.address;
  return inside < part.size ? part.begin + static_cast<std::uint32_t>(inside) : kNone;
}

std::size_t CodeSpace::part_of(std::uint32_t offset) const {
  const auto after = std::ranges::upper_bound(parts_, offset, {}, &Part::begin);
  return after == parts_.begin() ? 0 : static_cast<std::size_t>(after - parts_.begin() - 1);
}

std::uint64_t CodeSpace::search_address_of(std::uint32_t offset) const {
  if (parts_.empty()) return 0;
  const Part& part = parts_[part_of(offset)];
  return part.address + (offset - part.begin);
}

ByteView CodeSpace::bytes_at(std::uint32_t offset) const {
  if (parts_.empty()) return {};
  const Part& part = parts_[part_of(offset)];
  return offset < part.begin ? ByteView() : part.bytes.clamp(offset - part.begin);
}

void InstructionIndex::finish() {
  counts_.assign(bits_.size(), 0);
  total_ = 0;
  for (std::size_t word = 0; word < bits_.size(); ++word) {
    counts_[word] = total_;
    total_ += static_cast<std::uint32_t>(std::popcount(bits_[word]));
  }
}

}  // namespace samehand::code
