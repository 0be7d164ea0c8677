// Hashes: mixing for in-memory and persisted feature identities, XXH3 for contents, SHA-256 for naming files, SHA-1 for
// formats of others that ask for it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "samehand/base/byte_view.h"

namespace samehand {

// Stafford's mix 13 (splitmix64's finaliser): a bijection on 64 bits whose every output bit depends on every input bit.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ull;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

constexpr std::uint64_t combine64(std::uint64_t seed, std::uint64_t value) {
  return mix64(seed * 0x9e3779b97f4a7c15ull + mix64(value + 0x632be59bd9b4e019ull));
}

// XXH3-64 with seed 0: the same on every machine and release, so it may be persisted.
std::uint64_t hash64(ByteView bytes);
std::uint64_t hash64(std::string_view text);

std::array<std::uint8_t, 32> sha256(ByteView bytes);
// Lower-case hexadecimal SHA-256, 64 characters.
std::string sha256_hex(ByteView bytes);

// The same of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void add(ByteView bytes);
  // Of all that was added; the object begins anew.
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// No protection against who wants two inputs to collide.
std::array<std::uint8_t, 20> sha1(ByteView bytes);

}  // namespace samehand
