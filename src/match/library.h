// Runtime code that compilers link into every program, recognised by its exact copies.
#pragma once

#include <cstdint>

namespace samehand::match {

// Whether a function with this feature::FunctionFeatures::exact_hash is known runtime code. Logarithmic.
bool known_library(std::uint64_t exact_hash);

}  // namespace samehand::match
