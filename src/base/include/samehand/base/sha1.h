// SHA-1, which formats of others ask for (UUIDs of version 5). No protection against who wants two inputs to collide.
#pragma once

#include <array>
#include <cstdint>

#include "samehand/base/byte_view.h"

namespace samehand {

std::array<std::uint8_t, 20> sha1(ByteView bytes);

}  // namespace samehand
