// Authenticode signatures of a PE image.
#pragma once

#include "pe_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// Adds who signed the file according to the signature that it carries. Whether the signature is genuine is not checked,
// but whether it was made for this very content is: a trace is not valid, and a remark says so, where it was not.
void read_signature(const PeFile& file, Image& image);

}  // namespace samehand::image
