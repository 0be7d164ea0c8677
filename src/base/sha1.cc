#include "samehand/base/sha1.h"

#include <openssl/evp.h>

namespace samehand {

std::array<std::uint8_t, 20> sha1(ByteView bytes) {
  std::array<std::uint8_t, 20> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return digest;
}

}  // namespace samehand
