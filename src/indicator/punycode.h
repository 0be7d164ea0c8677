// Host labels of other scripts in ASCII (RFC 3492), and back.
#pragma once

#include <string>
#include <string_view>

namespace samehand::indicator {

// "bücher" -> "xn--bcher-kva". Latin, Greek and Cyrillic capitals are lowered first. Empty for ill-formed UTF-8 and for
// labels beyond 63 bytes.
std::string to_punycode(std::string_view label);
// "xn--p1ai" -> "рф". Empty if malformed.
std::string from_punycode(std::string_view label);
// Lower case for the alphabets above; other bytes stay.
std::string lower_unicode(std::string_view text);

}  // namespace samehand::indicator
