// Dates as pages state them: in words, in figures, with zones, and often without a year.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/text_span.h"

namespace samehand::page {

// A date and, where stated, a time of day. What is not stated stays unknown: nothing is made up.
struct Date {
  std::int16_t year = 0;                       // 0: not stated
  std::int8_t month = 0, day = 0;              // 0: not stated
  std::int8_t hour = -1, minute = -1;          // -1: not stated
  std::optional<std::int16_t> utc_offset_min;  // minutes east of UTC, where a zone is stated

  bool known() const { return year != 0 || month != 0 || day != 0; }
  friend bool operator==(const Date&, const Date&) = default;
};

// ISO 8601, an unknown part as X: "2014-12-04", "XXXX-12-04", "2014-12", "2014-12-04T03:13Z". Empty if nothing is
// known.
std::string to_iso(const Date& date);

struct FoundDate {
  Date date;
  TextSpan where;
};

// All dates that a text states outright, in order ("Dec. 4, 2014", "4 December", "2014-12-04T03:13Z", "12/04/2014" only
// where day and month cannot be confused). Linear in the text.
std::vector<FoundDate> find_dates(std::string_view text);

// The first date of a string that should be one, such as a metadata field; nullopt when there is none.
std::optional<Date> parse_date(std::string_view text);

}  // namespace samehand::page
