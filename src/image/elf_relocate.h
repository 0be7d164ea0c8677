// The dynamic relocations of an executable or library.
#pragma once

#include "elf_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// Adds to `image`, whose sections are in order already, the imports and the filled-in pointers.
void relocate_elf(const ElfFile& file, Image& image);

}  // namespace samehand::image
