// Figures of a loss: volumes, counts and sums, with their hedge and what they count.
//
// Problem: "almost 11 terabytes", "some 47,000 Social Security numbers", "more than 38 million records", "$15 million"
// must
//   become amounts that can be compared between reports; "in 2014", "version 3" and "24 hours" must not.
// Method: at each number (digits, or words such as "two dozen") the hedge is read before it, a magnitude and a unit
// after
//   it. A count is kept only if what it counts is something that is stolen, published, infected or demanded: the last
//   word of the noun phrase after it decides (kCounted).
// Cost: linear; at most twelve words are looked at for each number.
// Fails: numbers spelt out beyond "two hundred thousand"; amounts whose noun stands in another sentence.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "mentions.h"
#include "samehand/base/one_of.h"
#include "samehand/naming/naming.h"

namespace samehand::naming {
namespace {

struct Unit {
  std::string_view word;
  std::string_view unit;
  double bytes;
};
constexpr Unit kVolumes[] = {{"kb", "kB", 1e3},
                             {"kilobyte", "kB", 1e3},
                             {"kilobytes", "kB", 1e3},
                             {"mb", "MB", 1e6},
                             {"megabyte", "MB", 1e6},
                             {"megabytes", "MB", 1e6},
                             {"meg", "MB", 1e6},
                             {"megs", "MB", 1e6},
                             {"gb", "GB", 1e9},
                             {"gigabyte", "GB", 1e9},
                             {"gigabytes", "GB", 1e9},
                             {"gig", "GB", 1e9},
                             {"gigs", "GB", 1e9},
                             {"gbs", "GB", 1e9},
                             {"tb", "TB", 1e12},
                             {"tbs", "TB", 1e12},
                             {"terabyte", "TB", 1e12},
                             {"terabytes", "TB", 1e12},
                             {"pb", "PB", 1e15},
                             {"petabyte", "PB", 1e15},
                             {"petabytes", "PB", 1e15},
                             {"gib", "GiB", 1073741824.0},
                             {"mib", "MiB", 1048576.0},
                             {"tib", "TiB", 1099511627776.0},
                             // French and Russian; the other languages' words are those above
                             {"mégaoctets", "MB", 1e6},
                             {"gigaoctets", "GB", 1e9},
                             {"téraoctets", "TB", 1e12},
                             {"мегабайт", "MB", 1e6},
                             {"мегабайта", "MB", 1e6},
                             {"гигабайт", "GB", 1e9},
                             {"гигабайта", "GB", 1e9},
                             {"терабайт", "TB", 1e12},
                             {"терабайта", "TB", 1e12}};

// Hedges of other languages than English, one word or two before the number.
struct ForeignHedge {
  std::string_view before, word;
  Figure::Hedge hedge;
};
constexpr ForeignHedge kForeign[] = {
    {"", "fast", Figure::Hedge::kAlmost},        {"", "beinahe", Figure::Hedge::kAlmost},
    {"", "nahezu", Figure::Hedge::kAlmost},      {"", "knapp", Figure::Hedge::kAlmost},
    {"", "presque", Figure::Hedge::kAlmost},     {"près", "de", Figure::Hedge::kAlmost},
    {"", "casi", Figure::Hedge::kAlmost},        {"", "quasi", Figure::Hedge::kAlmost},
    {"", "quase", Figure::Hedge::kAlmost},       {"", "bijna", Figure::Hedge::kAlmost},
    {"", "почти", Figure::Hedge::kAlmost},       {"", "rund", Figure::Hedge::kAbout},
    {"", "etwa", Figure::Hedge::kAbout},         {"", "ungefähr", Figure::Hedge::kAbout},
    {"", "environ", Figure::Hedge::kAbout},      {"", "unos", Figure::Hedge::kAbout},
    {"", "unas", Figure::Hedge::kAbout},         {"cerca", "de", Figure::Hedge::kAbout},
    {"", "ongeveer", Figure::Hedge::kAbout},     {"", "около", Figure::Hedge::kAbout},
    {"", "примерно", Figure::Hedge::kAbout},     {"", "über", Figure::Hedge::kAtLeast},
    {"", "mindestens", Figure::Hedge::kAtLeast}, {"mehr", "als", Figure::Hedge::kAtLeast},
    {"plus", "de", Figure::Hedge::kAtLeast},     {"más", "de", Figure::Hedge::kAtLeast},
    {"mais", "de", Figure::Hedge::kAtLeast},     {"più", "di", Figure::Hedge::kAtLeast},
    {"meer", "dan", Figure::Hedge::kAtLeast},    {"", "более", Figure::Hedge::kAtLeast},
    {"bis", "zu", Figure::Hedge::kAtMost},       {"", "hasta", Figure::Hedge::kAtMost},
    {"", "até", Figure::Hedge::kAtMost},         {"fino", "a", Figure::Hedge::kAtMost}};

struct Money {
  std::string_view word;
  std::string_view unit;
};
constexpr Money kMoney[] = {{"dollar", "USD"},  {"dollars", "USD"},  {"usd", "USD"},    {"euro", "EUR"},
                            {"euros", "EUR"},   {"eur", "EUR"},      {"pounds", "GBP"}, {"gbp", "GBP"},
                            {"bitcoin", "BTC"}, {"bitcoins", "BTC"}, {"btc", "BTC"},    {"xmr", "XMR"},
                            {"monero", "XMR"},  {"eth", "ETH"},      {"yen", "JPY"},    {"yuan", "CNY"},
                            {"roubles", "RUB"}, {"rubles", "RUB"},   {"won", "KRW"},    {"rupees", "INR"}};

// Plural nouns whose number a report on a theft states; the unit is the noun itself.
constexpr std::string_view kCounted[] = {
    "records",   "files",      "documents", "emails",        "e-mails",       "mails",       "messages",
    "accounts",  "customers",  "users",     "people",        "persons",       "individuals", "employees",
    "staff",     "workers",    "citizens",  "residents",     "voters",        "students",    "subscribers",
    "members",   "clients",    "guests",    "passengers",    "patients",      "passwords",   "credentials",
    "logins",    "usernames",  "cards",     "numbers",       "addresses",     "names",       "profiles",
    "contacts",  "identities", "passports", "licenses",      "certificates",  "keys",        "tokens",
    "hashes",    "contracts",  "invoices",  "pages",         "photos",        "photographs", "images",
    "pictures",  "videos",     "films",     "movies",        "scripts",       "songs",       "recordings",
    "computers", "machines",   "devices",   "servers",       "hosts",         "systems",     "workstations",
    "pcs",       "endpoints",  "laptops",   "phones",        "routers",       "websites",    "sites",
    "domains",   "networks",   "companies", "organizations", "organisations", "businesses",  "firms",
    "victims",   "targets",    "agencies",  "hospitals",     "banks",         "schools",     "countries",
    "entries",   "rows",       "lines",     "databases",     "folders",       "archives",    "transactions",
    "samples",   "ssns",       "stations",  "terminals",     "atms",          "stores",      "households",
    "families"};

struct NumberWord {
  std::string_view word;
  double value;
};
constexpr NumberWord kNumbers[] = {
    {"one", 1},     {"two", 2},    {"three", 3},  {"four", 4},    {"five", 5},     {"six", 6},      {"seven", 7},
    {"eight", 8},   {"nine", 9},   {"ten", 10},   {"eleven", 11}, {"twelve", 12},  {"fifteen", 15}, {"twenty", 20},
    {"thirty", 30}, {"forty", 40}, {"fifty", 50}, {"sixty", 60},  {"seventy", 70}, {"eighty", 80},  {"ninety", 90}};
constexpr NumberWord kMagnitudes[] = {{"hundred", 1e2},   {"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9},
                                      {"trillion", 1e12}, {"dozen", 12},     {"m", 1e6},       {"bn", 1e9},
                                      {"mn", 1e6},        {"k", 1e3},        {"mln", 1e6}};
constexpr NumberWord kIndefinite[] = {
    {"dozens", 12}, {"hundreds", 100}, {"thousands", 1000}, {"millions", 1e6}, {"billions", 1e9}};

template <class Entry, std::size_t N>
const Entry* entry_of(const Entry (&table)[N], std::string_view lower_word) {
  const auto found = std::ranges::find(table, lower_word, &Entry::word);
  return found == std::end(table) ? nullptr : &*found;
}

class FigureFinder {
 public:
  explicit FigureFinder(std::string_view text) : page_(text) {}

  std::vector<Figure> run() {
    std::vector<Figure> figures;
    for (std::size_t i = 0; i < page_.words.size();) {
      std::size_t end = i + 1;
      if (auto figure = at(i, end)) {
        if (figures.empty() || figures.back().where.end <= figure->where.begin) figures.push_back(std::move(*figure));
        i = std::max(end, i + 1);
      } else {
        ++i;
      }
    }
    return figures;
  }

 private:
  std::string small(std::size_t i) const { return i < page_.words.size() ? lower(page_.word(i)) : std::string(); }
  bool near(std::size_t i) const {
    // Nothing but spaces or a hyphen between: "11-terabyte".
    return i > 0 && i < page_.words.size() && page_.words[i].begin - page_.words[i - 1].end <= 2 &&
           page_.words[i].is(Word::kGlued | Word::kSpaced);
  }

  // Digits with thousands separators and a fraction, over several words: "47,000", "1.5". Advances `i`.
  std::optional<double> digits(std::size_t& i) const {
    std::string number(page_.word(i));
    if (!std::ranges::all_of(number, is_digit)) return std::nullopt;
    while (i + 1 < page_.words.size() && page_.words[i + 1].begin == page_.words[i].end + 1) {
      const char between = page_.text[page_.words[i].end];
      const std::string_view next = page_.word(i + 1);
      const bool all = std::ranges::all_of(next, is_digit);
      if (between == ',' && next.size() == 3 && all && number.find('.') == std::string::npos) {
        number += next;
      } else if (between == '.' && all && next.size() <= 3 && number.find('.') == std::string::npos) {
        number += "." + std::string(next);
      } else {
        break;
      }
      ++i;
    }
    // A third part, or anything glued before, makes it a version, an address or a date.
    if (i + 1 < page_.words.size() && page_.words[i + 1].begin == page_.words[i].end + 1 &&
        page_.text[page_.words[i].end] == '.' && is_digit(page_.word(i + 1)[0]))
      return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc() || end != number.data() + number.size() || value > 1e18) return std::nullopt;
    return value;
  }

  // The number that begins at word `i`; advances `i` to its last word. "11TB" gives the rest of the word as `glued`.
  std::optional<double> number(std::size_t& i, std::string& glued, bool& indefinite) const {
    const std::string word = small(i);
    if (is_digit(word[0])) {
      std::size_t n = 0;
      while (n < word.size() && is_digit(word[n])) ++n;
      if (n < word.size()) {  // "11tb", "100k"
        glued = word.substr(n);
        if (n > 15) return std::nullopt;
        double value = std::stod(word.substr(0, n));
        if (const NumberWord* magnitude = entry_of(kMagnitudes, glued)) {
          value *= magnitude->value;
          glued.clear();
        }
        return value;
      }
      std::optional<double> value = digits(i);
      // "1.5tb": the fraction's word holds the unit.
      if (value && i + 1 < page_.words.size() && page_.words[i + 1].begin == page_.words[i].end + 1 &&
          page_.text[page_.words[i].end] == '.' && is_digit(page_.word(i + 1)[0]))
        return std::nullopt;
      return with_magnitudes(value, i);
    }
    if (const NumberWord* spelt = entry_of(kNumbers, word)) {
      double value = spelt->value;
      if (value >= 20 && near(i + 1))
        if (const NumberWord* unit = entry_of(kNumbers, small(i + 1)); unit != nullptr && unit->value < 10) {
          value += unit->value;
          ++i;
        }
      return with_magnitudes(value, i);
    }
    if ((word == "a" || word == "half") && near(i + 1)) {
      std::size_t next = i + 1;
      if (word == "half" && (small(next) == "a" || small(next) == "an") && near(next + 1)) ++next;
      if (const NumberWord* magnitude = entry_of(kMagnitudes, small(next));
          magnitude != nullptr && small(next).size() > 3) {
        i = next;
        return with_magnitudes((word == "half" ? 0.5 : 1.0) * magnitude->value, i);
      }
      return std::nullopt;
    }
    if (const NumberWord* many = entry_of(kIndefinite, word)) {
      double value = many->value;
      if (small(i + 1) == "of" && entry_of(kIndefinite, small(i + 2)) != nullptr) {  // hundreds of thousands
        value *= entry_of(kIndefinite, small(i + 2))->value;
        i += 2;
      }
      indefinite = true;
      return value;
    }
    return std::nullopt;
  }
  std::optional<double> with_magnitudes(std::optional<double> value, std::size_t& i) const {
    for (int n = 0; n < 2 && value && near(i + 1); ++n) {
      const NumberWord* magnitude = entry_of(kMagnitudes, small(i + 1));
      if (magnitude == nullptr || (small(i + 1).size() == 1 && !page_.words[i + 1].is(Word::kGlued))) break;
      value = *value * magnitude->value;
      ++i;
    }
    return value;
  }

  std::optional<Figure> at(std::size_t first, std::size_t& end) const {
    const Word& word = page_.words[first];
    if (first > 0 && page_.words[first].is(Word::kGlued) && page_.words[first - 1].end + 1 == word.begin &&
        page_.text[word.begin - 1] != '-')
      return std::nullopt;
    const std::string start = small(first);
    if (!is_digit(start[0]) && entry_of(kNumbers, start) == nullptr && entry_of(kIndefinite, start) == nullptr &&
        start != "a" && start != "half")
      return std::nullopt;
    std::size_t last = first;
    std::string glued;
    bool indefinite = false;
    const std::optional<double> amount = number(last, glued, indefinite);
    if (!amount) return std::nullopt;
    Figure figure;
    figure.amount = *amount;
    figure.where = {word.begin, page_.words[last].end};
    if (indefinite) figure.hedge = Figure::Hedge::kAtLeast;
    const char sign = page_.char_before(first);
    // The euro and pound signs end in these bytes.
    const std::string_view before_sign = page_.text.substr(0, word.begin);
    const std::string_view money = sign == '$'                  ? "USD"
                                   : before_sign.ends_with("€") ? "EUR"
                                   : before_sign.ends_with("£") ? "GBP"
                                   : before_sign.ends_with("¥") ? "JPY"
                                   : before_sign.ends_with("₿") ? "BTC"
                                                                : "";
    if (!money.empty()) {
      figure.unit = money;
      figure.where.begin -= sign == '$' ? 1 : before_sign.ends_with("€") || before_sign.ends_with("₿") ? 3 : 2;
      // "US$"
      if (first > 0 && page_.words[first - 1].end + 1 == word.begin && small(first - 1) == "us")
        figure.where.begin = page_.words[first - 1].begin;
      end = last + 1;
      hedge(first, figure);
      return figure;
    }
    std::size_t next = last + 1;
    const std::string unit_word =
        glued.empty() ? (near(next) || page_.same_sentence(first, next) ? small(next) : std::string()) : glued;
    if (const Unit* volume = entry_of(kVolumes, unit_word)) {
      if (glued.empty() && !near(next) && !indefinite) return std::nullopt;
      figure.unit = volume->unit;
      figure.bytes = figure.amount * volume->bytes;
      if (glued.empty()) figure.where.end = page_.words[next++].end;
      // "Gb/s" and "GB of RAM" are no losses.
      if (page_.char_after(next - 1) == '/') return std::nullopt;
      if (page_.is(next, "of") && page_.same_sentence(first, next)) {
        if (page_.is(next + 1, "ram") || page_.is(next + 1, "memory") || page_.is(next + 1, "storage") ||
            page_.is(next + 1, "disk") || page_.is(next + 1, "traffic"))
          return std::nullopt;
        std::size_t stop = noun_phrase(next + 1, first);
        if (stop > next + 1) {
          figure.of = std::string(page_.piece(next + 1, stop - next - 1));
          figure.where.end = page_.words[stop - 1].end;
          next = stop;
        }
      }
      end = next;
      hedge(first, figure);
      return figure;
    }
    if (!glued.empty()) return std::nullopt;
    if (const Money* currency = entry_of(kMoney, unit_word); currency != nullptr && near(next)) {
      figure.unit = currency->unit;
      figure.where.end = page_.words[next].end;
      end = next + 1;
      hedge(first, figure);
      return figure;
    }
    // What is counted: up to five words, the last of them a countable noun.
    std::size_t from = next;
    if (page_.is(from, "of") && page_.same_sentence(first, from)) ++from;
    if (from != next && page_.is(from, "the")) ++from;
    for (std::size_t i = from; i < from + 5 && i < page_.words.size() && page_.same_sentence(first, i); ++i) {
      if (i > next && !page_.words[i].is(Word::kGlued | Word::kSpaced)) break;
      const std::string noun = small(i);
      if (is_digit(noun[0])) break;
      if (noun == "in" || noun == "on" || noun == "and" || noun == "or" || noun == "to" || noun == "from" ||
          noun == "by" || noun == "for" || noun == "at" || noun == "with" || noun == "that")
        break;
      if (!one_of(noun, kCounted)) continue;
      // "Social Security numbers", "email addresses": the noun may be followed by a better one.
      std::size_t stop = i + 1;
      if (page_.adjoins(stop) && one_of(small(stop), kCounted) && page_.same_sentence(first, stop)) ++stop;
      figure.unit = small(stop - 1);
      figure.of = std::string(page_.piece(from, stop - from));
      figure.where.end = page_.words[stop - 1].end;
      // Small plain counts are no loss: "two files", "three domains"; they are kept for people and machines in numbers
      // from 10.
      if (figure.amount < 10 && figure.hedge == Figure::Hedge::kExact) return std::nullopt;
      end = stop;
      hedge(first, figure);
      return figure;
    }
    return std::nullopt;
  }

  // The end of a short noun phrase that begins at word `from`.
  std::size_t noun_phrase(std::size_t from, std::size_t first) const {
    std::size_t i = from;
    while (i < from + 4 && i < page_.words.size() && page_.same_sentence(first, i)) {
      if (i > from && !page_.words[i].is(Word::kGlued | Word::kSpaced)) break;
      const std::string word = small(i);
      static constexpr std::string_view kStops[] = {
          "from", "in",     "on",    "and",  "or",  "to",  "by",     "for",       "at",        "with",
          "that", "which",  "was",   "were", "had", "has", "have",   "including", "belonging", "is",
          "are",  "before", "after", "when", "as",  "of",  "stolen", "taken",     "it",        "they"};
      if (one_of(word, kStops)) break;
      ++i;
    }
    return i;
  }

  // The words before: "almost", "more than", "up to", "at least".
  void hedge(std::size_t first, Figure& figure) const {
    const auto set = [&](Figure::Hedge hedge, std::size_t words) {
      figure.hedge = hedge;
      figure.where.begin = page_.words[first - words].begin;
    };
    if (page_.char_before(first) == '~') {
      figure.hedge = Figure::Hedge::kAbout;
      figure.where.begin -= 1;
      return;
    }
    if (first == 0 || !page_.same_sentence(first, first - 1)) return;
    const std::string one = small(first - 1),
                      two = first > 1 && page_.same_sentence(first, first - 2) ? small(first - 2) : std::string();
    if (one == "almost" || one == "nearly") return set(Figure::Hedge::kAlmost, 1);
    if (one == "about" || one == "around" || one == "approximately" || one == "roughly" || one == "some" ||
        one == "circa" || one == "approx")
      return set(Figure::Hedge::kAbout, 1);
    if (one == "estimated") return set(Figure::Hedge::kAbout, two == "an" ? 2 : 1);
    if (one == "over" || one == "exceeding") return set(Figure::Hedge::kAtLeast, 1);
    const std::string three = first > 2 && page_.same_sentence(first, first - 3) ? small(first - 3) : std::string();
    const bool turned = three == "no" || three == "not";  // "no more than 300,000"
    if (one == "than" && (two == "more" || two == "greater"))
      return turned ? set(Figure::Hedge::kAtMost, 3) : set(Figure::Hedge::kAtLeast, 2);
    if (turned && one == "than" && (two == "less" || two == "fewer")) return set(Figure::Hedge::kAtLeast, 3);
    if (one == "least" && two == "at") return set(Figure::Hedge::kAtLeast, 2);
    if (one == "of" && two == "upwards") return set(Figure::Hedge::kAtLeast, 2);
    if (one == "to" && two == "up") return set(Figure::Hedge::kAtMost, 2);
    if (one == "under") return set(Figure::Hedge::kAtMost, 1);
    if (one == "than" && (two == "less" || two == "fewer")) return set(Figure::Hedge::kAtMost, 2);
    if (one == "to" && two == "close") return set(Figure::Hedge::kAlmost, 2);
    if (one == "as" && (two == "many" || two == "much"))
      return set(Figure::Hedge::kAtMost, first > 2 && small(first - 3) == "as" ? 3 : 2);
    if (one == "most" && two == "at") return set(Figure::Hedge::kAtMost, 2);
    for (const ForeignHedge& foreign : kForeign)
      if (one == foreign.word && (foreign.before.empty() || two == foreign.before))
        return set(foreign.hedge, foreign.before.empty() ? 1 : 2);
  }

  Page page_;
};

}  // namespace

std::string_view to_string(Figure::Hedge hedge) {
  switch (hedge) {
    case Figure::Hedge::kExact:
      return "exact";
    case Figure::Hedge::kAbout:
      return "about";
    case Figure::Hedge::kAtLeast:
      return "at_least";
    case Figure::Hedge::kAtMost:
      return "at_most";
    case Figure::Hedge::kAlmost:
      return "almost";
  }
  return "exact";
}

std::vector<Figure> find_figures(std::string_view text) {
  return FigureFinder(text).run();
}

}  // namespace samehand::naming
