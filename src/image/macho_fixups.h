// What the dynamic linker of macOS fills into a Mach-O image.
#pragma once

#include "macho_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// Each adds imports and filled-in pointers to `image`, whose sections are in order already.
void read_macho_opcodes(const MachOFile& file, Image& image);   // LC_DYLD_INFO
void read_chained_fixups(const MachOFile& file, Image& image);  // LC_DYLD_CHAINED_FIXUPS
// Pointer and stub sections by the indirect symbol table: all that files from before 2009 have.
void read_indirect_symbols(const MachOFile& file, Image& image);

// Name of the library that an import's ordinal stands for; empty for the special ones.
std::string_view library_of(const MachOFile& file, std::int64_t ordinal);

// A number of seven bits per byte, lowest first, as in DWARF; advances `at`. Reads 0 past the end, and ends there.
std::uint64_t read_uleb(ByteView bytes, std::uint64_t& at);
std::int64_t read_sleb(ByteView bytes, std::uint64_t& at);

}  // namespace samehand::image
