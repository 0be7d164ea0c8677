// Datelines and counted series.
//
// Method: a dateline is short, begins with a place, and ends in a dash that parts it from the story; between them may
// stand a date and an outlet in parentheses. Everything must fit: a paragraph that merely holds a dash is none.
// Examples: "MOSCOW, December 4 (Sputnik) — Pyongyang …", "LONDON (Reuters) - A bank …",
//   "Berlin, 3. Dezember (dpa) – …", "PARIS, Nov 30 — The …", "SEOUL/TOKYO (Agency) -- …", "(Agency) - A bank …".
#include "dateline.h"

#include <algorithm>
#include <iterator>

#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::page {
namespace {

constexpr std::size_t kLongest = 110;  // of the whole dateline
constexpr std::size_t kLongestPlace = 45;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n,;:.";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n,;:") - begin + 1);
}

// Where a dash that parts stands, and how long it is: " - ", " -- ", "—", "–".
std::pair<std::size_t, std::size_t> find_dash(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\xe2\x80\x94") || rest.starts_with("\xe2\x80\x93") || rest.starts_with("\xe2\x80\x95"))
      return {i, 3};
    if (rest.starts_with("--")) return {i, 2};
    if (rest.starts_with("- ") && i > 0 && (text[i - 1] == ' ' || text[i - 1] == ')')) return {i, 1};
  }
  return {text.npos, 0};
}

// Words that begin with capitals: "New York", "Cox's Bazar", "SEOUL/TOKYO", "Rio de Janeiro".
bool is_place(std::string_view text, bool capitals_only) {
  static constexpr std::string_view kSmall[] = {"de", "la",  "le", "el", "al",  "of", "du",
                                                "do", "and", "am", "an", "der", "ob"};
  if (text.size() < 2 || text.size() > kLongestPlace) return false;
  int words = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" /,-", at);
    if (begin == text.npos) break;
    const std::size_t end = std::min(text.find_first_of(" /,-", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (++words > 5) return false;
    const bool high = static_cast<unsigned char>(word[0]) >= 0x80;
    if (!is_upper(word[0]) && !high && !one_of(word, kSmall)) return false;
    for (const char c : word) {
      const bool letter = is_upper(c) || is_lower(c) || static_cast<unsigned char>(c) >= 0x80;
      if (!letter && c != '.' && c != '\'') return false;
      if (capitals_only && is_lower(c)) return false;
    }
    at = end;
  }
  return words > 0 && text != "The" && text != "A";
}

}  // namespace

std::optional<Dateline> parse_dateline(std::string_view paragraph) {
  const std::string_view head = paragraph.substr(0, kLongest);
  const auto [dash, dash_size] = find_dash(head);
  if (dash == head.npos || dash == 0) return std::nullopt;
  std::string_view before = head.substr(0, dash);
  Dateline out;
  out.size = static_cast<std::uint32_t>(dash + dash_size);
  const std::size_t open = before.find('(');
  if (open != before.npos) {
    const std::size_t close = before.find(')', open);
    if (close == before.npos || !trimmed(before.substr(close + 1)).empty()) return std::nullopt;
    const std::string_view inside = trimmed(before.substr(open + 1, close - open - 1));
    if (inside.empty() || inside.size() > 40) return std::nullopt;
    out.outlet = inside;
    before = before.substr(0, open);
  }
  const std::vector<FoundDate> dates = find_dates(before);
  if (dates.size() > 1) return std::nullopt;
  std::string_view place = before;
  if (!dates.empty()) {
    out.date = dates[0].date;
    place = before.substr(0, dates[0].where.begin);
    // Only a weekday or a time may follow the date.
    if (trimmed(before.substr(dates[0].where.end)).size() > 12) return std::nullopt;
  }
  place = trimmed(place);
  // "(Agency) - A bank …": the outlet alone.
  const bool outlet_alone = open == 0 && place.empty() && is_place(out.outlet, false);
  for (const std::string_view day : {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}) {
    if (place.ends_with(day)) place = trimmed(place.substr(0, place.size() - day.size()));
  }
  const bool supported = !out.outlet.empty() || out.date.known();
  if (!outlet_alone && !is_place(place, !supported)) return std::nullopt;
  out.place = place;
  while (out.size < paragraph.size() && (paragraph[out.size] == ' ' || paragraph[out.size] == '-')) out.size++;
  return out;
}

std::optional<CountedName> parse_counted_name(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  if (line.size() < 8 || line.size() > 140 || line.back() != ')') return std::nullopt;
  const std::size_t open = line.rfind('(');
  if (open == line.npos || open < 4) return std::nullopt;
  const std::string_view number = line.substr(open + 1, line.size() - open - 2);
  if (number.empty() || number.size() > 5 || number.find_first_not_of("0123456789") != number.npos) return std::nullopt;
  CountedName out;
  for (const char c : number) out.count = out.count * 10 + static_cast<std::uint32_t>(c - '0');
  // "(2014)" behind a title is its year.
  if (out.count == 0 || (number.size() == 4 && out.count >= 1900 && out.count <= 2100)) return std::nullopt;
  out.name = line.substr(0, open);
  while (!out.name.empty() && out.name.back() == ' ') out.name.remove_suffix(1);
  // A series has a name of at least two words; "Comments (12)" and "Share (3)" count something else.
  if (out.name.find(' ') == out.name.npos) return std::nullopt;
  return out;
}

}  // namespace samehand::page
