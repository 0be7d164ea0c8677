// Base 64 (RFC 4648, 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"

namespace samehand {

std::string to_base64(ByteView bytes);
// Nothing where it is not exactly what to_base64 writes.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace samehand
