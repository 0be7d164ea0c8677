#include "case_dates.h"

#include <fmt/format.h>

#include <chrono>

namespace samehand::flow {
namespace {

// Two or four figures; 0 for X's, -1 for anything else.
int field(std::string_view text) {
  if (text.empty()) return -1;
  if (text.find_first_not_of('X') == std::string_view::npos) return 0;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value == 0 ? -1 : value;  // there is no month 00
}

}  // namespace

std::optional<std::string> last_day(std::string_view iso) {
  iso = iso.substr(0, iso.find('T'));
  if (iso.size() != 4 && iso.size() != 7 && iso.size() != 10) return std::nullopt;
  if ((iso.size() > 4 && iso[4] != '-') || (iso.size() > 7 && iso[7] != '-')) return std::nullopt;
  const int year = field(iso.substr(0, 4));
  int month = iso.size() > 4 ? field(iso.substr(5, 2)) : 0, day = iso.size() > 7 ? field(iso.substr(8, 2)) : 0;
  if (year <= 0 || month < 0 || month > 12 || day < 0) return std::nullopt;
  if (month == 0) {
    month = 12;
    day = 0;
  }
  using namespace std::chrono;
  const auto last = static_cast<int>(static_cast<unsigned>(
      year_month_day_last(std::chrono::year(year), month_day_last(std::chrono::month(static_cast<unsigned>(month))))
          .day()));
  if (day > last) return std::nullopt;
  return fmt::format("{:04}-{:02}-{:02}", year, month, day == 0 ? last : day);
}

}  // namespace samehand::flow
