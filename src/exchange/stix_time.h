// Dates of a case as moments and as STIX's timestamps.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace samehand::exchange {

// "2014", "2014-12", "2014-12-04", "2014-12-04T10:20:30Z" (a fraction of a second is cut): the beginning of what is
// known. Nothing for anything else, an unknown year and days that no calendar has.
std::optional<std::chrono::sys_seconds> time_of(std::string_view iso);
// The same as "2014-12-04T10:20:30.000Z".
std::optional<std::string> stix_time(std::string_view iso);

}  // namespace samehand::exchange
