// Dates of a case as STIX's timestamps.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samehand::exchange {

// "2014", "2014-12", "2014-12-04", "2014-12-04T10:20:30Z" (a fraction of a second is cut) ->
// "2014-12-04T10:20:30.000Z", at the beginning of what is known. Nothing for anything else, an unknown year and days
// that no calendar has.
std::optional<std::string> stix_time(std::string_view iso);

}  // namespace samehand::exchange
