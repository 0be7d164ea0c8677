// The dynamic relocations and the symbols of a loaded ELF file.
#pragma once

#include "elf_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// Adds to `image`, whose sections are in order already, the imports and the filled-in pointers.
void relocate_elf(const ElfFile& file, Image& image);

// Adds the symbols of .symtab and .dynsym that name a place in a section.
void read_elf_symbols(const ElfFile& file, Image& image);

}  // namespace samehand::image
