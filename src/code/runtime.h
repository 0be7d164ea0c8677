// Start-up code and compiler runtime: what every program carries, whoever wrote it.
#pragma once

#include <string_view>

#include "samehand/code/program.h"

namespace samehand::code {

// By symbol (as the image states it, mangled).
bool is_runtime_name(std::string_view name);

// In stripped images, by how it hangs on the entry point; marks functions of `program`.
void mark_runtime_by_place(const image::Image& image, Program& program);

}  // namespace samehand::code
