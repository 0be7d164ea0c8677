// Who signed: the names in a PKCS#7 or CMS signature. Whether it is genuine is not checked here.
#pragma once

#include <string>
#include <vector>

#include "samehand/image/image.h"

namespace samehand::image {

struct SignerName {
  std::string subject, issuer, serial;  // distinguished names as in RFC 2253; serial number in hexadecimal
};

struct ParsedSignature {
  bool readable = false;
  std::vector<SignerName> signers;
  std::vector<std::uint8_t> content;  // what was signed, where the signature carries it
};

// `der`: ContentInfo of a SignedData.
ParsedSignature parse_signature(ByteView der);

void add_signer(const SignerName& signer, bool valid, Image& image);

}  // namespace samehand::image
