// Relocatable ELF objects: laid out and linked as far as one object goes.
#pragma once

#include "elf_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// Fills in sections, symbols, imports, relocations and initializers; the image then owns a patched copy of the bytes.
void read_elf_object(const ElfFile& file, Image& image);

}  // namespace samehand::image
