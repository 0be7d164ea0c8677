// Problem: in an object file every section starts at 0, calls have empty operands, and names stand for what is not
// there. Readers of an Image want addresses.
// Example: `call puts` in foo.o: section .text is laid at 0x10000, `puts` gets slot 0x11000 in .imports, and the call's
// operand is patched so that it leads there: Import{0x11000, "puts"}.
// Method: a linker's layout and relocation in one pass (J. Levine, "Linkers and Loaders", ch. 4 and 7), without
// merging. GOT entries that the code asks for are made up in a section ".got", known by the relocations only.
// Cost: one copy of the object's bytes, else linear.
// Known failures: thread-local accesses keep empty operands.
#include "object_layout.h"

#include <algorithm>
#include <bit>

#include "parse.h"

namespace samehand::image {
namespace {

// No object whose sections claim more than this is laid out honestly; beyond it 32-bit operands would not reach.
constexpr std::uint64_t kMaxSpan = 0x7000'0000;

std::uint64_t align_up(std::uint64_t value, std::uint64_t align) {
  return (value + align - 1) & ~(align - 1);
}

std::uint64_t usable_alignment(std::uint64_t align) {
  return std::has_single_bit(align) && align <= 65536 ? align : 1;
}

}  // namespace

ObjectLayout::ObjectLayout(Image& image)
    : image_(image),
      bytes_(std::make_shared<std::vector<std::uint8_t>>(image.bytes.span().begin(), image.bytes.span().end())),
      names_(image) {
  image_.relocatable = true;
  image_.owned = bytes_;
  image_.bytes = ByteView(*bytes_);
}

std::uint64_t ObjectLayout::add_section(Section section, std::uint64_t align) {
  section.address = align_up(end_, usable_alignment(align));
  section.size = std::min(section.size, kMaxSpan - std::min(kMaxSpan, section.address));
  end_ = section.address + section.size;
  const std::uint64_t address = section.address;
  image_.sections.push_back(std::move(section));
  return address;
}

void ObjectLayout::add_placed_section(Section section) {
  section.size = std::min(section.size, kMaxSpan - std::min(kMaxSpan, section.address));
  end_ = std::max(end_, section.address + section.size);
  image_.sections.push_back(std::move(section));
}

std::uint64_t ObjectLayout::add_common(std::uint64_t size, std::uint64_t align) {
  if (common_base_ == 0) common_base_ = common_end_ = align_up(end_, 4096);
  const std::uint64_t address = align_up(common_end_, usable_alignment(align));
  common_end_ = address + std::min(size, kMaxSpan - std::min(kMaxSpan, address));
  end_ = std::max(end_, common_end_);
  return address;
}

std::uint64_t ObjectLayout::add_import(std::string_view name) {
  if (imports_base_ == 0) imports_base_ = imports_end_ = align_up(end_, 4096);
  if (imports_end_ >= kMaxSpan || !names_.take(name.size())) return 0;
  const std::uint64_t slot = imports_end_;
  imports_end_ += 8;
  end_ = imports_end_;
  image_.imports.push_back({.slot = slot, .name = printable(name, kMaxName), .library = {}, .delayed = false});
  return slot;
}

void ObjectLayout::begin_relocations() {
  got_base_ = got_end_ = align_up(end_, 4096);
}

std::uint64_t ObjectLayout::got_slot(const ObjectSymbol& symbol) {
  if (symbol.imported || !symbol.defined) return symbol.address;
  const auto [entry, is_new] = got_.try_emplace(symbol.address, got_end_);
  if (is_new) {
    image_.relocations.push_back({got_end_, symbol.address});
    got_end_ += 8;
  }
  return entry->second;
}

void ObjectLayout::pointer(std::uint64_t offset, std::uint64_t place, const ObjectSymbol& symbol, std::uint64_t value) {
  write(offset, value, image_.pointer_bytes);
  if (symbol.defined) image_.relocations.push_back({place, value});
  if (symbol.imported && names_.take(symbol.name.size())) {
    image_.imports.push_back(
        {.slot = place, .name = printable(symbol.name, kMaxName), .library = {}, .delayed = false});
  }
}

void ObjectLayout::write(std::uint64_t offset, std::uint64_t value, unsigned bytes) {
  if (!image_.bytes.contains(offset, bytes)) return;
  for (unsigned i = 0; i < bytes; i++) (*bytes_)[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint64_t ObjectLayout::read(std::uint64_t offset, unsigned bytes) const {
  if (!image_.bytes.contains(offset, bytes)) return 0;
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; i++) value |= static_cast<std::uint64_t>((*bytes_)[offset + i]) << (8 * i);
  return value;
}

void ObjectLayout::arm64_bits(std::uint64_t offset, std::uint32_t mask, std::uint64_t bits) {
  const auto word = static_cast<std::uint32_t>(read(offset, 4));
  write(offset, (word & ~mask) | (static_cast<std::uint32_t>(bits) & mask), 4);
}

void ObjectLayout::arm64_branch26(std::uint64_t offset, std::uint64_t distance) {
  arm64_bits(offset, 0x03ffffff, distance >> 2);
}

void ObjectLayout::arm64_adr(std::uint64_t offset, std::uint64_t distance) {
  arm64_bits(offset, 0x60ffffe0, ((distance & 3) << 29) | (((distance >> 2) & 0x7ffff) << 5));
}

void ObjectLayout::arm64_page(std::uint64_t offset, std::uint64_t place, std::uint64_t target) {
  arm64_adr(offset, (target >> 12) - (place >> 12));
}

void ObjectLayout::arm64_branch19(std::uint64_t offset, std::uint64_t distance) {
  arm64_bits(offset, 0x00ffffe0, ((distance >> 2) & 0x7ffff) << 5);
}

void ObjectLayout::arm64_branch14(std::uint64_t offset, std::uint64_t distance) {
  arm64_bits(offset, 0x0007ffe0, ((distance >> 2) & 0x3fff) << 5);
}

void ObjectLayout::arm64_low12(std::uint64_t offset, std::uint64_t target) {
  const auto word = static_cast<std::uint32_t>(read(offset, 4));
  unsigned scale = 0;
  if ((word & 0x3b000000) == 0x39000000) {  // loads and stores with an unsigned immediate, counted in their own size
    scale = word >> 30;
    constexpr std::uint32_t kVector128 = 0x04800000;
    if (scale == 0 && (word & kVector128) == kVector128) scale = 4;
  }
  arm64_bits(offset, 0x003ffc00, ((target & 0xfff) >> scale) << 10);
}

void ObjectLayout::finish() {
  const auto add = [&](const char* name, std::uint64_t base, std::uint64_t end, bool writable, bool stubs) {
    if (end <= base) return;
    Section section;
    section.name = name;
    section.address = base;
    section.size = end - base;
    section.writable = writable;
    section.stubs = stubs;
    image_.sections.push_back(std::move(section));
  };
  add(".common", common_base_, common_end_, true, false);
  add(".imports", imports_base_, imports_end_, false, true);
  add(".got", got_base_, got_end_, true, false);
  order_sections(image_);
}

}  // namespace samehand::image
