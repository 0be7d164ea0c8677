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

// As others write it, in either alphabet (RFC 4648, 4 and 5) and with its end cut off anywhere: the bytes that `text`
// encodes up to the first character that is no digit, and how many digits that were.
struct Base64Run {
  std::string bytes;
  std::size_t digits = 0;
};
Base64Run read_base64_run(std::string_view text);
// Whether it is a digit of either alphabet.
bool is_base64_digit(char c);

}  // namespace samehand
