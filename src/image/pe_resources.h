// The resources of a PE image.
#pragma once

#include "pe_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// Adds their languages, the hashes of those that carry content of their own, and the strings of the version resource.
void read_resources(const PeFile& file, Image& image);

}  // namespace samehand::image
