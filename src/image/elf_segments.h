// Sections for ELF files that have no (believable) section headers.
#pragma once

#include "elf_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// One section per loaded segment; but an executable segment that holds tables and read-only data too is cut into
// "segmentN.head", "segmentN" (the code) and "segmentN.tail", as far as the program headers and the dynamic segment say
// what lies where.
void add_segments(const ElfFile& file, Image& image);

// Cuts runs of import stubs out of the executable sections, as sections ".plt" with `stubs`. Needs the imports.
void split_off_stubs(Image& image);

}  // namespace samehand::image
