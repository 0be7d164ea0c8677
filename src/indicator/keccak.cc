// FIPS 202's permutation (section 3.2), rate 136 bytes.
#include "keccak.h"

#include <bit>

namespace samehand::indicator {
namespace {

constexpr std::size_t kRate = 136;

void permute(std::array<std::uint64_t, 25>& lanes) {
  static constexpr std::array<int, 24> kRotations = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                                     27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
  static constexpr std::array<int, 24> kLanes = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                                 15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
  std::uint8_t shift_register = 1;  // of the round constants, x^8 + x^6 + x^5 + x^4 + 1
  for (int round = 0; round < 24; ++round) {
    std::array<std::uint64_t, 5> column;
    for (int x = 0; x < 5; ++x) column[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
    for (int x = 0; x < 5; ++x) {
      const std::uint64_t mix = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      for (int y = 0; y < 25; y += 5) lanes[y + x] ^= mix;
    }
    std::uint64_t carried = lanes[1];
    for (int i = 0; i < 24; ++i) {
      const std::uint64_t kept = lanes[kLanes[i]];
      lanes[kLanes[i]] = std::rotl(carried, kRotations[i]);
      carried = kept;
    }
    for (int y = 0; y < 25; y += 5) {
      for (int x = 0; x < 5; ++x) column[x] = lanes[y + x];
      for (int x = 0; x < 5; ++x) lanes[y + x] = column[x] ^ (~column[(x + 1) % 5] & column[(x + 2) % 5]);
    }
    for (int bit = 0; bit < 7; ++bit) {
      if (shift_register & 1) lanes[0] ^= 1ull << ((1 << bit) - 1);
      shift_register = static_cast<std::uint8_t>(shift_register << 1 ^ (shift_register >> 7) * 0x71);
    }
  }
}

}  // namespace

std::array<std::uint8_t, 32> keccak256(std::span<const std::uint8_t> bytes) {
  std::array<std::uint64_t, 25> lanes{};
  const auto absorb = [&](std::size_t at, std::uint8_t byte) {
    lanes[at / 8] ^= static_cast<std::uint64_t>(byte) << (8 * (at % 8));
  };
  std::size_t filled = 0;
  for (const std::uint8_t byte : bytes) {
    absorb(filled, byte);
    if (++filled == kRate) {
      permute(lanes);
      filled = 0;
    }
  }
  absorb(filled, 0x01);
  absorb(kRate - 1, 0x80);
  permute(lanes);
  std::array<std::uint8_t, 32> out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(lanes[i / 8] >> (8 * (i % 8)));
  return out;
}

}  // namespace samehand::indicator
