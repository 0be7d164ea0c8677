// UUIDs of version 5 (RFC 9562, 5.5): the same name in the same namespace is the same UUID, everywhere.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace samehand::exchange {

using Uuid = std::array<std::uint8_t, 16>;

// RFC 9562's namespace for URLs.
inline constexpr Uuid kUrlNamespace = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                       0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
// STIX 2.1, 2.9: of cyber observables, whose name is the canonical JSON of what identifies them.
inline constexpr Uuid kStixNamespace = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                        0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};
// Of all other objects, which must not be in STIX's: version 5 of "samehand:case:stix" in the namespace for URLs.
inline constexpr Uuid kSamehandNamespace = {0x31, 0xd9, 0x41, 0xcd, 0x0a, 0x69, 0x59, 0x49,
                                            0x98, 0x93, 0x84, 0x47, 0x35, 0x32, 0xf8, 0xf4};

Uuid uuid5(const Uuid& name_space, std::string_view name);
std::string to_string(const Uuid& uuid);  // "6ba7b811-9dad-…", lower case

}  // namespace samehand::exchange
