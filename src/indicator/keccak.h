// Keccak-256 as Ethereum and Monero use it: the competition's padding (0x01), not SHA3-256's.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace samehand::indicator {

std::array<std::uint8_t, 32> keccak256(std::span<const std::uint8_t> bytes);

}  // namespace samehand::indicator
