// Indicators of compromise in a text, defanged or not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/text_span.h"

namespace samehand::indicator {

enum class Kind : std::uint8_t {
  kMd5, kSha1, kSha224, kSha256, kSha384, kSha512, kSsdeep, kTlsh, kImphash,
  kIpv4, kIpv6, kCidr, kDomain, kUrl, kEmail,
  kFilePath, kFileName, kRegistryKey, kMutex, kPipe, kPdbPath,
  kCve, kAsn, kMac, kUserAgent,
  kBitcoin, kEthereum, kMonero, kOtherCoin,
  kAttackId, kYaraRule, kTlp,
};

std::string_view to_string(Kind kind);

struct Indicator {
  Kind kind{};
  std::string value;  // normal form: fanged, lower case where case means nothing
  TextSpan where;     // as it stands in the text, defanged or not
  bool benign = false;  // set aside: the outlet's own, an example domain, a private range, the user's list
  std::string why_benign;
};

// What the user sets aside (docs/format/): one pattern a line, such as `domain example.com`, `cidr 10.0.0.0/8`.
class BenignList;

// All indicators in order of place; none overlaps another of its kind, a URL's own domain is not listed again. Linear.
std::vector<Indicator> find_indicators(std::string_view text, const BenignList* benign = nullptr);

}  // namespace samehand::indicator
