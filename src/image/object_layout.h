// What a linker would do for one relocatable object, so that the rest of Samehand can read it like a program.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "parse.h"
#include "samehand/image/image.h"

namespace samehand::image {

// A symbol of the object, by its index there.
struct ObjectSymbol {
  bool defined = false;
  bool imported = false;
  std::uint64_t address = 0;  // where imported: the slot that stands for it
  std::string_view name;      // borrowed from the file
};

// Used in this order: add_section for each, add_common for each, add_import for each, begin_relocations, then the
// patches, then finish.
class ObjectLayout {
 public:
  static constexpr std::uint64_t kStart = 0x10000;

  // Copies image.bytes and lets the image view the copy.
  explicit ObjectLayout(Image& image);

  // Gives the section the next address that is a multiple of `align` (taken as 1 where that is no power of two up to
  // 64 KiB); returns the address.
  std::uint64_t add_section(Section section, std::uint64_t align);
  // A section at an address that the object itself fixed.
  void add_placed_section(Section section);
  // An uninitialised variable that the linker would place; its address.
  std::uint64_t add_common(std::uint64_t size, std::uint64_t align);
  // An undefined symbol; the address of its slot in the section ".imports", which has no bytes: calls lead to the slot.
  std::uint64_t add_import(std::string_view name);
  void begin_relocations();

  // A slot of the section ".got" that will hold `symbol`'s address; of an imported one its own slot.
  std::uint64_t got_slot(const ObjectSymbol& symbol);
  std::uint64_t got_base() const { return got_base_; }

  // Patches of the field at a file offset; outside the file they do nothing. `pointer` also records what the slot at
  // address `place` will hold.
  void pointer(std::uint64_t offset, std::uint64_t place, const ObjectSymbol& symbol, std::uint64_t value);
  void write(std::uint64_t offset, std::uint64_t value, unsigned bytes);
  std::uint64_t read(std::uint64_t offset, unsigned bytes) const;
  // AArch64 instructions: the immediate of B and BL; of ADR and ADRP; 19 bits of conditional branches and literal
  // loads; 14 bits of TBZ; 12 bits of ADD and of loads and stores, scaled by their own size.
  void arm64_branch26(std::uint64_t offset, std::uint64_t distance);
  void arm64_adr(std::uint64_t offset, std::uint64_t distance);
  void arm64_page(std::uint64_t offset, std::uint64_t place, std::uint64_t target);
  void arm64_branch19(std::uint64_t offset, std::uint64_t distance);
  void arm64_branch14(std::uint64_t offset, std::uint64_t distance);
  void arm64_low12(std::uint64_t offset, std::uint64_t target);

  // Adds the synthetic sections and puts the image's sections in order.
  void finish();

 private:
  void arm64_bits(std::uint64_t offset, std::uint32_t mask, std::uint64_t bits);

  Image& image_;
  std::shared_ptr<std::vector<std::uint8_t>> bytes_;
  std::uint64_t end_ = kStart;
  std::uint64_t common_base_ = 0, common_end_ = 0, imports_base_ = 0, imports_end_ = 0, got_base_ = 0, got_end_ = 0;
  Names names_;
  std::unordered_map<std::uint64_t, std::uint64_t> got_;  // target -> slot
};

}  // namespace samehand::image
