#include "stix_time.h"

#include <fmt/chrono.h>

#include "samehand/base/ascii.h"

namespace samehand::exchange {
namespace {

// The number of `digits` digits that `text` begins with, which is cut off; -1: it does not.
int digits_of(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(text[i])) return -1;
    value = 10 * value + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<std::chrono::sys_seconds> time_of(std::string_view iso) {
  const int year = digits_of(iso, 4);
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
  if (take(iso, '-')) {
    month = digits_of(iso, 2);
    if (take(iso, '-')) {
      day = digits_of(iso, 2);
      if (take(iso, 'T')) {
        hour = digits_of(iso, 2);
        if (!take(iso, ':')) return std::nullopt;
        minute = digits_of(iso, 2);
        if (take(iso, ':')) second = digits_of(iso, 2);
        if (take(iso, '.')) {
          while (!iso.empty() && is_digit(iso.front())) iso.remove_prefix(1);
        }
        if (!take(iso, 'Z')) return std::nullopt;
      }
    }
  }
  if (!iso.empty() || year < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  if (month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::optional<std::string> stix_time(std::string_view iso) {
  const auto time = time_of(iso);
  if (!time) return std::nullopt;
  return fmt::format("{:%FT%T}.000Z", *time);
}

}  // namespace samehand::exchange
