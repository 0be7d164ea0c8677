// Relocatable Mach-O objects: laid out and linked as far as one object goes.
#pragma once

#include "macho_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// Fills in sections, symbols, imports, relocations, initializers and unwind tables; the image then owns a patched copy.
void read_macho_object(const MachOFile& file, Image& image);

}  // namespace samehand::image
