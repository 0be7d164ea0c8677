// Method: one of the first lines, short, with one full date, and besides it a few words that begin with a capital.
// A sentence that happens to be short and dated ("It began on 8 March 2019.") ends in a full stop.
#include "source_line.h"

#include <algorithm>
#include <string_view>

#include "samehand/base/ascii.h"

namespace samehand::page {
namespace {

constexpr std::size_t kFirstLines = 3;
constexpr std::size_t kLongestLine = 80;
constexpr std::size_t kMostWords = 5;  // of an outlet's name

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBetween = " \t,;:|-*_";
  const std::size_t begin = text.find_first_not_of(kBetween);
  return begin == text.npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(kBetween) - begin + 1);
}

// "Published on", "Stand:", "Mis à jour le": words before a date that name nobody, in the languages whose months are
// known.
bool says_when(std::string_view text) {
  static constexpr std::string_view kWords[] = {
      "published",  "posted",         "updated",      "last",         "date",       "dated",        "released",
      "written",    "created",        "modified",     "on",           "from",       "as",           "issued",
      "first",      "veröffentlicht", "publiziert",   "aktualisiert", "erstellt",   "stand",        "datum",
      "vom",        "zuletzt",        "publié",       "publiée",      "mis",        "mise",         "le",
      "publicado",  "publicada",      "actualizado",  "fecha",        "atualizado", "data",         "pubblicato",
      "pubblicata", "aggiornato",     "gepubliceerd", "bijgewerkt",   "geplaatst",  "Опубликовано", "Обновлено",
      "Дата"};
  const std::string_view first = text.substr(0, std::min(text.find_first_of(" :"), text.size()));
  return std::ranges::any_of(kWords, [&](std::string_view word) { return equals_ignoring_case(first, word); });
}

// Up to kMostWords words, of which the first has a capital.
bool is_outlet(std::string_view text) {
  if (text.empty() || !(is_upper(text.front()) || is_high(text.front())) || text.starts_with("By ") || says_when(text))
    return false;
  return static_cast<std::size_t>(std::ranges::count(text, ' ')) < kMostWords;
}

}  // namespace

void read_source_line(Document& document) {
  Metadata& m = document.metadata;
  if (m.published.year != 0) return;
  std::string_view rest = document.text;
  for (std::size_t i = 0; i < kFirstLines && !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    ++i;
    if (line.size() > kLongestLine || line.ends_with('.')) continue;
    const auto dates = find_dates(line);
    if (dates.size() != 1 || dates[0].date.year == 0 || dates[0].date.day == 0) continue;
    const std::string_view before = trimmed(line.substr(0, dates[0].where.begin));
    const std::string_view after = trimmed(line.substr(dates[0].where.end));
    const bool when = says_when(before);  // "Published 3 March 2021": a date, and no outlet
    if (!after.empty() || !(before.empty() || when || is_outlet(before))) continue;
    const Date& date = dates[0].date;
    // What the story's own dateline states stands, and the line only completes it.
    if (m.published.known() && (m.published.month != date.month || m.published.day != date.day)) return;
    m.published = date;
    if (m.outlet.empty() && !when) m.outlet = before;
    // In plain text the line is taken for the headline's second half.
    if (m.title.ends_with(line) && m.title.size() > line.size())
      m.title = trimmed(std::string_view(m.title).substr(0, m.title.size() - line.size()));
    return;
  }
}

}  // namespace samehand::page
