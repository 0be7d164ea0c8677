// Names of functions that Windows programs import by number.
#pragma once

#include <span>
#include <string_view>

namespace samehand::image {

// The function that a library exports under an ordinal: known for WS2_32 (and WSOCK32, as imphash takes it) and
// OLEAUT32; empty for others. The library's name is compared without regard to case.
std::string_view ordinal_name(std::string_view library, unsigned ordinal);

}  // namespace samehand::image
