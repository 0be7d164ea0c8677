// Symbol tables of an ELF file.
#pragma once

#include "elf_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

struct ElfSymbol {
  std::uint32_t name = 0;  // offset into the strings
  std::uint8_t info = 0, other = 0;
  std::uint16_t section = 0;
  std::uint64_t value = 0, size = 0;

  unsigned type() const { return info & 15; }
  unsigned binding() const { return info >> 4; }
  bool is_default_visible() const { return (other & 3) == 0 || (other & 3) == 3; }
};

namespace elf {
constexpr unsigned kNoType = 0, kObject = 1, kFunction = 2, kIndirectFunction = 10;
constexpr unsigned kLocal = 0;
constexpr std::uint16_t kUndefined = 0, kReserved = 0xff00, kAbsolute = 0xfff1, kCommon = 0xfff2, kExtended = 0xffff;
}  // namespace elf

// A symbol table and its strings. Where no section header bounds it, `count` is what the hash table reaches, which the
// undefined symbols need not be among, and the entries go on to the end of their segment.
struct ElfSymbolTable {
  ByteView entries, strings;
  bool wide = false;
  std::endian order = std::endian::little;
  std::uint64_t count = 0;

  std::uint64_t entry_bytes() const { return wide ? 24 : 16; }
  ElfSymbol at(std::uint64_t index) const;  // all zero where there is none
};

ElfSymbolTable symbol_table(const ElfFile& file, const elf::SectionHeader& section);
// The one that the loader uses: named by the dynamic segment or by a section header.
ElfSymbolTable dynamic_symbols(const ElfFile& file);

// Which library a symbol of the dynamic table is to come from: GNU's symbol versions name it for most.
class SymbolLibraries {
 public:
  explicit SymbolLibraries(const ElfFile& file);
  // Borrowed from the file; empty where it does not say.
  std::string_view of(std::uint64_t symbol) const;

 private:
  const ElfFile& file_;
  ByteView versions_;                        // one index of 16 bits per symbol
  std::vector<std::string_view> libraries_;  // by index
};

SymbolKind symbol_kind(const ElfSymbol& symbol);
// "$x", "$d.1": marks of where AArch64 code and data begin.
bool is_mapping_symbol(std::string_view name);

// Adds the symbols of .symtab and .dynsym that name a place in a section of an executable or library, whose sections
// are in order already.
void read_elf_symbols(const ElfFile& file, Image& image);

}  // namespace samehand::image
