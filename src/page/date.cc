// Dates that a text states.
//
// Problem: pages write dates in words, figures, several languages, with and without year, time and zone. A wrong date
// is worse than none: what is not stated is left open, what could be read in two ways is not read. Example: "MOSCOW,
// December 4 (Agency)" -> XXXX-12-04; "10:48, Tue, Nov 19, 2019" -> 2019-11-19T10:48;
//   "03/04/2014" -> nothing, "12/14/2014" -> 2014-12-14, "04.12.2014" -> 2014-12-04 (points put the day first).
// Method: one scan over words and numbers. A number tries ISO, year/month/day, figures, then "4 December 2014"; a name
// of a month tries "December 4, 2014" and "December 2014". A time right before or after is taken along, and its zone.
// Cost: linear; each attempt looks at most some 40 bytes ahead.
// Known failures: zones whose letters mean several (IST, ET without daylight saving) stay open; relative dates
// ("yesterday") are not dates; "May 2014" in a name is one.
#include "samehand/page/date.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "samehand/base/ascii.h"

namespace samehand::page {
namespace {

struct MonthName {
  std::string_view name;
  std::int8_t month;
  bool english;  // must be written with a capital: "may 4" and "march 10" are ordinary words
};

constexpr MonthName kMonths[] = {
    {"january", 1, true},
    {"february", 2, true},
    {"march", 3, true},
    {"april", 4, true},
    {"may", 5, true},
    {"june", 6, true},
    {"july", 7, true},
    {"august", 8, true},
    {"september", 9, true},
    {"october", 10, true},
    {"november", 11, true},
    {"december", 12, true},
    {"jan", 1, true},
    {"feb", 2, true},
    {"mar", 3, true},
    {"apr", 4, true},
    {"jun", 6, true},
    {"jul", 7, true},
    {"aug", 8, true},
    {"sep", 9, true},
    {"sept", 9, true},
    {"oct", 10, true},
    {"nov", 11, true},
    {"dec", 12, true},
    // German
    {"januar", 1, false},
    {"j\xc3\xa4nner", 1, false},
    {"februar", 2, false},
    {"m\xc3\xa4rz", 3, false},
    {"mai", 5, false},
    {"juni", 6, false},
    {"juli", 7, false},
    {"oktober", 10, false},
    {"okt", 10, false},
    {"dezember", 12, false},
    {"dez", 12, false},
    // French
    {"janvier", 1, false},
    {"f\xc3\xa9vrier", 2, false},
    {"mars", 3, false},
    {"avril", 4, false},
    {"juin", 6, false},
    {"juillet", 7, false},
    {"ao\xc3\xbbt", 8, false},
    {"septembre", 9, false},
    {"octobre", 10, false},
    {"novembre", 11, false},
    {"d\xc3\xa9"
     "cembre",
     12, false},
    // Spanish
    {"enero", 1, false},
    {"febrero", 2, false},
    {"marzo", 3, false},
    {"abril", 4, false},
    {"mayo", 5, false},
    {"junio", 6, false},
    {"julio", 7, false},
    {"agosto", 8, false},
    {"septiembre", 9, false},
    {"setiembre", 9, false},
    {"octubre", 10, false},
    {"noviembre", 11, false},
    {"diciembre", 12, false},
    // Portuguese
    {"janeiro", 1, false},
    {"fevereiro", 2, false},
    {"mar\xc3\xa7o", 3, false},
    {"maio", 5, false},
    {"junho", 6, false},
    {"julho", 7, false},
    {"setembro", 9, false},
    {"outubro", 10, false},
    {"novembro", 11, false},
    {"dezembro", 12, false},
    // Italian
    {"gennaio", 1, false},
    {"febbraio", 2, false},
    {"aprile", 4, false},
    {"maggio", 5, false},
    {"giugno", 6, false},
    {"luglio", 7, false},
    {"settembre", 9, false},
    {"ottobre", 10, false},
    {"dicembre", 12, false},
    // Dutch
    {"januari", 1, false},
    {"februari", 2, false},
    {"maart", 3, false},
    {"mei", 5, false},
    {"augustus", 8, false},
    // Russian, genitive
    {"\xd1\x8f\xd0\xbd\xd0\xb2\xd0\xb0\xd1\x80\xd1\x8f", 1, false},
    {"\xd1\x84\xd0\xb5\xd0\xb2\xd1\x80\xd0\xb0\xd0\xbb\xd1\x8f", 2, false},
    {"\xd0\xbc\xd0\xb0\xd1\x80\xd1\x82\xd0\xb0", 3, false},
    {"\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd0\xbb\xd1\x8f", 4, false},
    {"\xd0\xbc\xd0\xb0\xd1\x8f", 5, false},
    {"\xd0\xb8\xd1\x8e\xd0\xbd\xd1\x8f", 6, false},
    {"\xd0\xb8\xd1\x8e\xd0\xbb\xd1\x8f", 7, false},
    {"\xd0\xb0\xd0\xb2\xd0\xb3\xd1\x83\xd1\x81\xd1\x82\xd0\xb0", 8, false},
    {"\xd1\x81\xd0\xb5\xd0\xbd\xd1\x82\xd1\x8f\xd0\xb1\xd1\x80\xd1\x8f", 9, false},
    {"\xd0\xbe\xd0\xba\xd1\x82\xd1\x8f\xd0\xb1\xd1\x80\xd1\x8f", 10, false},
    {"\xd0\xbd\xd0\xbe\xd1\x8f\xd0\xb1\xd1\x80\xd1\x8f", 11, false},
    {"\xd0\xb4\xd0\xb5\xd0\xba\xd0\xb0\xd0\xb1\xd1\x80\xd1\x8f", 12, false},
};

struct Zone {
  std::string_view name;
  std::int16_t minutes;
};
constexpr Zone kZones[] = {{"GMT", 0},    {"UTC", 0},    {"Z", 0},      {"EST", -300}, {"EDT", -240}, {"CST", -360},
                           {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"BST", 60},
                           {"WET", 0},    {"CET", 60},   {"CEST", 120}, {"EET", 120},  {"EEST", 180}, {"MSK", 180},
                           {"JST", 540},  {"KST", 540},  {"AEST", 600}, {"AEDT", 660}, {"SGT", 480},  {"HKT", 480}};

constexpr std::string_view kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
                                          "sunday", "mon",     "tue",       "tues",     "wed",    "thu",
                                          "thur",   "thurs",   "fri",       "sat",      "sun"};

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool same(std::string_view written, std::string_view small) {
  return std::ranges::equal(written, small, [](char a, char b) { return to_lower(a) == b; });
}

std::int8_t days_in(int year, int month) {
  static constexpr std::array<std::int8_t, 12> kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year == 0 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
  return month == 2 && !leap ? std::int8_t{28} : kDays[static_cast<std::size_t>(month - 1)];
}

bool plausible_year(int year) {
  return year >= 1900 && year <= 2100;
}

std::string figures(int value, std::size_t width) {
  std::string out = std::to_string(value);
  if (out.size() < width) out.insert(0, width - out.size(), '0');
  return out;
}

// A reader that moves only when it succeeds.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<FoundDate> all() {
    std::vector<FoundDate> found;
    std::size_t at = 0;
    while (at < text_.size()) {
      const char c = text_[at];
      if (!is_digit(c) && !is_word_byte(c)) {
        at++;
        continue;
      }
      if (const auto time = time_at(at)) {
        last_time_ = *time;
        last_time_begin_ = at;
      }
      if (auto date = date_at(at)) {
        std::size_t begin = at;
        at = attach_time(*date, begin);
        found.push_back({date->date, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at)}});
        last_time_.reset();
        continue;
      }
      if (is_digit(c)) {
        while (at < text_.size() && is_digit(text_[at])) at++;
      } else {
        while (at < text_.size() && is_word_byte(text_[at])) at++;
      }
    }
    return found;
  }

 private:
  struct Found {
    Date date;
    std::size_t end = 0;
  };
  struct Time {
    std::int8_t hour = 0, minute = 0;
    std::optional<std::int16_t> zone;
    std::size_t end = 0;
  };
  struct Number {
    int value = 0;
    std::size_t digits = 0, end = 0;
  };

  char byte(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  std::optional<Number> number(std::size_t at) const {
    Number n{0, 0, at};
    while (is_digit(byte(n.end)) && n.digits < 5) n.value = n.value * 10 + (text_[n.end] - '0'), n.digits++, n.end++;
    if (n.digits == 0 || is_digit(byte(n.end))) return std::nullopt;
    return n;
  }

  std::size_t skip(std::size_t at, std::string_view any, std::size_t limit = 4) const {
    const std::size_t begin = at;
    while (at < text_.size() && at - begin < limit && any.find(text_[at]) != any.npos) at++;
    return at;
  }

  std::string_view word(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && end - at < 24 && is_word_byte(text_[end])) end++;
    return text_.substr(at, end - at);
  }

  // The month whose name stands at `at`, and where it ends (behind an abbreviation's point).
  std::optional<std::pair<std::int8_t, std::size_t>> month(std::size_t at) const {
    const std::string_view name = word(at);
    if (name.size() < 3) return std::nullopt;
    for (const MonthName& m : kMonths) {
      if (to_lower(name[0]) != m.name[0] || !same(name, m.name) || (m.english && !(name[0] >= 'A' && name[0] <= 'Z')))
        continue;
      std::size_t end = at + name.size();
      if (byte(end) == '.' && name.size() <= 4) end++;
      return std::pair{m.month, end};
    }
    return std::nullopt;
  }

  static std::optional<Found> checked(int year, int month, int day, std::size_t end) {
    if (month < 1 || month > 12 || day < 0 || (year != 0 && !plausible_year(year))) return std::nullopt;
    if (day > days_in(year, month)) return std::nullopt;
    Found found;
    found.date.year = static_cast<std::int16_t>(year);
    found.date.month = static_cast<std::int8_t>(month);
    found.date.day = static_cast<std::int8_t>(day);
    found.end = end;
    return found;
  }

  std::optional<Found> date_at(std::size_t at) const {
    // Not inside a longer word or number: "A2014", "1.2014".
    if (at > 0 && (is_digit(text_[at - 1]) ||
                   (is_digit(text_[at]) && text_[at - 1] == '.' && at > 1 && is_digit(text_[at - 2])))) {
      return std::nullopt;
    }
    if (!is_digit(text_[at])) return at > 0 && is_word_byte(text_[at - 1]) ? std::nullopt : month_first(at);
    if (const auto n = number(at)) {
      if (n->digits == 4) return year_first(*n);
      if (n->digits <= 2) {
        if (const auto figures = in_figures(*n)) return figures;
        return day_first(*n);
      }
    }
    return std::nullopt;
  }

  // 2014-12-04, 2014/12/4, 2014.12.04, 2014年12月4日
  std::optional<Found> year_first(const Number& year) const {
    if (!plausible_year(year.value)) return std::nullopt;
    if (text_.substr(year.end).starts_with("\xe5\xb9\xb4")) {
      const auto m = number(year.end + 3);
      if (!m || !text_.substr(m->end).starts_with("\xe6\x9c\x88")) return std::nullopt;
      const auto d = number(m->end + 3);
      if (!d || !text_.substr(d->end).starts_with("\xe6\x97\xa5")) return checked(year.value, m->value, 0, m->end + 3);
      return checked(year.value, m->value, d->value, d->end + 3);
    }
    const char separator = byte(year.end);
    if (separator != '-' && separator != '/' && separator != '.') return std::nullopt;
    const auto m = number(year.end + 1);
    if (!m || m->digits > 2 || byte(m->end) != separator) return std::nullopt;
    const auto d = number(m->end + 1);
    if (!d || d->digits > 2 || d->value == 0) return std::nullopt;
    return checked(year.value, m->value, d->value, d->end);
  }

  // 14.12.2014, 12/14/2014: only where day and month cannot be confused; points put the day first.
  std::optional<Found> in_figures(const Number& first) const {
    const char separator = byte(first.end);
    if (separator != '-' && separator != '/' && separator != '.') return std::nullopt;
    const auto second = number(first.end + 1);
    if (!second || second->digits > 2 || byte(second->end) != separator) return std::nullopt;
    const auto year = number(second->end + 1);
    if (!year || year->digits != 4 || first.value == 0 || second->value == 0) return std::nullopt;
    if (byte(year->end) == '.' && is_digit(byte(year->end + 1))) return std::nullopt;  // part of an address or version
    if (separator == '.' || first.value > 12 || first.value == second->value)
      return checked(year->value, second->value, first.value, year->end);
    if (second->value > 12) return checked(year->value, first.value, second->value, year->end);
    return std::nullopt;
  }

  // The year after a day and month; 0 and `at` where none is stated.
  std::pair<int, std::size_t> year_after(std::size_t at) const {
    std::size_t look = skip(at, " ,\n.", 3);
    for (const std::string_view of : {"de ", "del "}) {
      if (text_.substr(look).starts_with(of)) look += of.size();
    }
    const auto year = number(look);
    if (look == at || !year || year->digits != 4 || !plausible_year(year->value) || byte(year->end) == ':')
      return {0, at};
    return {year->value, year->end};
  }

  // 4 December 2014, 4th of December, 4. Dezember 2014, 4 de diciembre de 2014
  std::optional<Found> day_first(const Number& day) const {
    if (day.value < 1 || day.value > 31) return std::nullopt;
    std::size_t at = day.end;
    const std::string_view suffix = text_.substr(at, 2);
    if (same(suffix, "st") || same(suffix, "nd") || same(suffix, "rd") || same(suffix, "th") || same(suffix, "er"))
      at += 2;
    at = skip(at, " .-", 2);
    for (const std::string_view of : {"of ", "de ", "day of "}) {
      if (text_.substr(at).starts_with(of)) at += of.size();
    }
    const auto m = month(at);
    if (!m) return std::nullopt;
    auto [year, end] = year_after(m->second);
    if (year == 0 && byte(m->second) == '-') std::tie(year, end) = year_dashed(m->second);
    return checked(year, m->first, day.value, end == m->second && year == 0 ? without_point(m->second) : end);
  }

  std::pair<int, std::size_t> year_dashed(std::size_t at) const {
    const auto year = number(at + 1);
    if (!year || year->digits != 4 || !plausible_year(year->value)) return {0, at};
    return {year->value, year->end};
  }

  // A sentence's point is not part of the date.
  std::size_t without_point(std::size_t end) const { return byte(end - 1) == '.' && byte(end) != ' ' ? end - 1 : end; }

  // December 4, 2014; Dec. 4; December 2014
  std::optional<Found> month_first(std::size_t at) const {
    const auto m = month(at);
    if (!m) return std::nullopt;
    const std::size_t look = skip(m->second, " ", 2);
    const auto n = number(look);
    if (look == m->second || !n) return std::nullopt;
    if (n->digits == 4 && plausible_year(n->value)) return checked(n->value, m->first, 0, n->end);
    if (n->digits > 2 || n->value < 1 || n->value > 31) return std::nullopt;
    std::size_t end = n->end;
    const std::string_view suffix = text_.substr(end, 2);
    if (same(suffix, "st") || same(suffix, "nd") || same(suffix, "rd") || same(suffix, "th")) end += 2;
    // "May 10,000", "March 3.5", "June 10:30" are no days; "10 percent" neither.
    if ((byte(end) == ',' || byte(end) == '.' || byte(end) == ':') && is_digit(byte(end + 1))) {
      const auto year = byte(end) == ',' ? number(end + 1) : std::nullopt;
      if (!year || year->digits != 4 || !plausible_year(year->value)) return std::nullopt;
    }
    if (byte(end) == '%') return std::nullopt;
    const auto [year, year_end] = year_after(end);
    return checked(year, m->first, n->value, year_end);
  }

  // 03:13, 3:13 p.m., 12:04AM ET, 15:00:07Z, 6 pm
  std::optional<Time> time_at(std::size_t at) const {
    if (at > 0 && (is_digit(text_[at - 1]) || text_[at - 1] == ':' || text_[at - 1] == '.')) return std::nullopt;
    const auto hour = number(at);
    if (!hour || hour->digits > 2) return std::nullopt;
    Time time;
    int h = hour->value;
    std::size_t end = hour->end;
    bool minutes = false;
    if (byte(end) == ':' || (byte(end) == '.' && is_digit(byte(end + 1)))) {
      const auto minute = number(end + 1);
      if (!minute || minute->digits != 2 || minute->value > 59) return std::nullopt;
      if (byte(end) == '.' && !half_of_day(minute->end)) return std::nullopt;
      minutes = true;
      time.minute = static_cast<std::int8_t>(minute->value);
      end = minute->end;
      if (byte(end) == ':') {
        const auto second = number(end + 1);
        if (!second || second->digits != 2 || second->value > 60) return std::nullopt;
        end = second->end;
        if (byte(end) == '.' || byte(end) == ',') {
          std::size_t fraction = end + 1;
          while (is_digit(byte(fraction)) && fraction - end < 10) fraction++;
          if (fraction > end + 1) end = fraction;
        }
      }
    }
    if (const auto half = half_of_day(end)) {
      if (h < 1 || h > 12) return std::nullopt;
      h = h % 12 + (half->first ? 12 : 0);
      end = half->second;
    } else if (!minutes) {
      return std::nullopt;
    }
    if (h > 23) return std::nullopt;
    time.hour = static_cast<std::int8_t>(h);
    time.end = end;
    take_zone(time);
    return time;
  }

  // "pm", "p.m.", " AM": whether it is the afternoon, and where it ends.
  std::optional<std::pair<bool, std::size_t>> half_of_day(std::size_t at) const {
    std::size_t look = skip(at, " ", 1);
    const char letter = to_lower(byte(look));
    if (letter != 'a' && letter != 'p') return std::nullopt;
    look++;
    const bool pointed = byte(look) == '.';
    if (pointed) look++;
    if (to_lower(byte(look)) != 'm') return std::nullopt;
    look++;
    if (pointed && byte(look) == '.') look++;
    if (is_word_byte(byte(look)) && !(byte(look) >= 'A' && byte(look) <= 'Z')) return std::nullopt;
    return std::pair{letter == 'p', look};
  }

  void take_zone(Time& time) const {
    std::size_t at = skip(time.end, " (", 2);
    const char sign = byte(at);
    // Behind a blank only in full, as in mails: "10:15:00 +0300".
    const auto figures_after = number(at + 1);
    if ((sign == '+' || sign == '-') && (at == time.end || (figures_after && figures_after->digits == 4))) {
      if (const auto offset = zone_offset(at)) {
        time.zone = offset->first;
        time.end = offset->second;
      }
      return;
    }
    std::size_t end = at;
    while (end < text_.size() && end - at < 5 && text_[end] >= 'A' && text_[end] <= 'Z') end++;
    const std::string_view name = text_.substr(at, end - at);
    for (const Zone& zone : kZones) {
      if (name != zone.name || (end < text_.size() && text_[end] >= 'a' && text_[end] <= 'z')) continue;
      time.zone = zone.minutes;
      time.end = end;
      if ((byte(end) == '+' || byte(end) == '-') && zone.minutes == 0) {
        if (const auto offset = zone_offset(end)) {
          time.zone = offset->first;
          time.end = offset->second;
        }
      }
      if (byte(time.end) == ')') time.end++;
      return;
    }
    // "ET", "PT": a zone, but which offset depends on the season.
    if (name == "ET" || name == "PT" || name == "CT" || name == "MT") time.end = end;
  }

  // +0300, +03:00, -5
  std::optional<std::pair<std::int16_t, std::size_t>> zone_offset(std::size_t at) const {
    const bool west = byte(at) == '-';
    const auto n = number(at + 1);
    if (!n || (n->digits != 1 && n->digits != 2 && n->digits != 4)) return std::nullopt;
    int minutes = n->digits == 4 ? n->value / 100 * 60 + n->value % 100 : n->value * 60;
    std::size_t end = n->end;
    if (n->digits <= 2 && byte(end) == ':') {
      const auto m = number(end + 1);
      if (m && m->digits == 2 && m->value < 60) {
        minutes += m->value;
        end = m->end;
      }
    }
    if (minutes > 14 * 60) return std::nullopt;
    return std::pair{static_cast<std::int16_t>(west ? -minutes : minutes), end};
  }

  // Only blanks, commas and a weekday.
  bool only_between(std::size_t begin, std::size_t end) const {
    if (end < begin || end - begin > 24) return false;
    for (std::size_t at = begin; at < end;) {
      if (std::string_view(" ,\n\t|-()/").find(text_[at]) != std::string_view::npos) {
        at++;
        continue;
      }
      const std::string_view name = word(at);
      const bool known = std::ranges::any_of(kWeekdays, [&](std::string_view day) { return same(name, day); }) ||
                         same(name, "on") || same(name, "at") || same(name, "um") || same(name, "uhr");
      if (name.empty() || !known) return false;
      at += name.size();
      if (byte(at) == '.') at++;
    }
    return true;
  }

  // Takes the time next to the date, and returns where the whole ends; `begin` moves to an earlier time's.
  std::size_t attach_time(Found& found, std::size_t& begin) const {
    if (found.date.day == 0) return found.end;
    const auto take = [&](const Time& time) {
      found.date.hour = time.hour;
      found.date.minute = time.minute;
      found.date.utc_offset_min = time.zone;
    };
    if (byte(found.end) == 'T' || byte(found.end) == 't') {
      const Scanner rest(text_.substr(found.end + 1, 40));
      if (const auto time = rest.time_at(0)) {
        take(*time);
        return found.end + 1 + time->end;
      }
      return found.end;
    }
    for (std::size_t look = found.end, n = 0; look < text_.size() && n < 24; ++look, ++n) {
      if (!is_digit(text_[look])) continue;
      if (!only_between(found.end, look)) break;
      if (const auto time = time_at(look)) {
        take(*time);
        return time->end;
      }
      break;
    }
    if (last_time_ && last_time_->end <= begin && only_between(last_time_->end, begin)) {
      take(*last_time_);
      begin = last_time_begin_;
    }
    return found.end;
  }

  std::string_view text_;
  std::optional<Time> last_time_;
  std::size_t last_time_begin_ = 0;
};

}  // namespace

std::string to_iso(const Date& date) {
  if (!date.known()) return {};
  std::string out = date.year != 0 ? figures(date.year, 4) : "XXXX";
  if (date.month == 0 && date.day == 0) return out;
  out += date.month != 0 ? "-" + figures(date.month, 2) : "-XX";
  if (date.day == 0) return out;
  out += "-" + figures(date.day, 2);
  if (date.hour < 0 || date.minute < 0) return out;
  out += "T" + figures(date.hour, 2) + ":" + figures(date.minute, 2);
  if (!date.utc_offset_min) return out;
  const int offset = *date.utc_offset_min;
  if (offset == 0) return out + "Z";
  const int size = offset < 0 ? -offset : offset;
  return out + (offset < 0 ? "-" : "+") + figures(size / 60, 2) + ":" + figures(size % 60, 2);
}

std::vector<FoundDate> find_dates(std::string_view text) {
  return Scanner(text).all();
}

std::optional<Date> parse_date(std::string_view text) {
  text = text.substr(0, 200);
  const std::vector<FoundDate> found = find_dates(text);
  if (!found.empty()) return found.front().date;
  // 20141204, 20141204T031300Z
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) digits++;
  if (digits == 8 || digits == 12 || digits == 14) {
    std::string spread(text.substr(0, 4));
    spread += "-";
    spread += text.substr(4, 2);
    spread += "-";
    spread += text.substr(6, 2);
    if (digits > 8) {
      spread += "T";
      spread += text.substr(8, 2);
      spread += ":";
      spread += text.substr(10, 2);
    }
    const std::vector<FoundDate> again = find_dates(spread);
    if (!again.empty()) return again.front().date;
  }
  // A year and a month: "2014-12".
  if (text.size() >= 7 && digits == 4 && text[4] == '-' && is_digit(text[5]) && is_digit(text[6])) {
    Date date;
    date.year = static_cast<std::int16_t>((text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 +
                                          (text[3] - '0'));
    date.month = static_cast<std::int8_t>((text[5] - '0') * 10 + (text[6] - '0'));
    if (plausible_year(date.year) && date.month >= 1 && date.month <= 12) return date;
  }
  return std::nullopt;
}

}  // namespace samehand::page
