// The tables of a PE image that concern its code: each function adds what it finds to `image`, whose sections are in
// order already, and says in the diagnostics what it could not read.
#pragma once

#include "pe_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

void read_pe_relocations(const PeFile& file, Image& image);
void read_pe_imports(const PeFile& file, Image& image);  // delay-loaded ones too
void read_pe_exports(const PeFile& file, Image& image);
void read_coff_symbols(const PeFile& file, Image& image);
void read_pe_initializers(const PeFile& file, Image& image);  // TLS callbacks, .CRT tables

}  // namespace samehand::image
