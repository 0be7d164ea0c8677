#include "uuid.h"

#include <algorithm>

#include "samehand/base/hash.h"

namespace samehand::exchange {

Uuid uuid5(const Uuid& name_space, std::string_view name) {
  std::string bytes(name_space.begin(), name_space.end());
  bytes += name;
  const auto digest = sha1(ByteView::of_text(bytes));
  Uuid out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  out[6] = static_cast<std::uint8_t>((out[6] & 0x0f) | 0x50);  // version
  out[8] = static_cast<std::uint8_t>((out[8] & 0x3f) | 0x80);  // variant
  return out;
}

std::string to_string(const Uuid& uuid) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[uuid[i] >> 4];
    text += kHex[uuid[i] & 15];
  }
  return text;
}

}  // namespace samehand::exchange
