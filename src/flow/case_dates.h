// Dates as far as they are known, compared with care.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samehand::flow {

// The last day that an ISO 8601 date can mean: "2014-12" -> "2014-12-31", "2014-12-04T03:13Z" -> "2014-12-04". Nothing
// where the year is not known or the text is no date.
std::optional<std::string> last_day(std::string_view iso);

}  // namespace samehand::flow
