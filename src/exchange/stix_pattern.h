// Indicators as STIX patterns.
#pragma once

#include <string>
#include <string_view>

namespace samehand::exchange {

// "[ipv4-addr:value = '203.0.113.7']". `kind` as `read` calls it (docs/format/read.md). Empty for kinds of which STIX's
// observables know nothing (coins, phones, tracking ids …) and for a value that is none of its kind.
std::string stix_pattern(std::string_view kind, std::string_view value);

}  // namespace samehand::exchange
