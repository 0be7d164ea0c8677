// When it was said: "said on Tuesday", "told reporters on 3 December", "said yesterday".
//
// A date in the sentence of the cue, outside what is said and outside the speaker's name, is the date of saying.
// Weekdays, "today" and "yesterday" are counted back from the page's own date; a day and month without a year are of
// the last such day before it. What that date leaves open stays open: "on 3 December" of a page without a year is
// XXXX-12-03. "Earlier this week" is no day but a span: from the week's Monday to the page's date, and where no year
// tells which day is Monday, from six days before. A month or a year is a date of which the rest is unknown. Cost:
// linear. Known failures: a date that belongs to another verb of the sentence ("said the man arrested on Monday").

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "drafts.h"

namespace samehand::claim {
namespace {

constexpr std::array kWeekdays =
    std::to_array<std::string_view>({"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"});

// `days` before a date; unknown where that would need a year that is not stated.
page::Date days_before(const page::Date& date, int days) {
  page::Date result;
  if (date.month == 0 || date.day == 0) return result;
  result.month = date.month;
  if (date.year == 0) {
    if (date.day <= days) return page::Date{};
    result.day = static_cast<std::int8_t>(date.day - days);
    return result;
  }
  using namespace std::chrono;
  const year_month_day then{
      sys_days{year{date.year} / static_cast<unsigned>(date.month) / static_cast<unsigned>(date.day)} -
      std::chrono::days{days}};
  result.year = static_cast<std::int16_t>(static_cast<int>(then.year()));
  result.month = static_cast<std::int8_t>(static_cast<unsigned>(then.month()));
  result.day = static_cast<std::int8_t>(static_cast<unsigned>(then.day()));
  return result;
}

struct Span {
  page::Date from, until;
};

// Like days_before, for the bounds of a span: a page without a year is counted back in a year without a 29 February.
page::Date bound_before(page::Date date, int days) {
  const bool stated = date.year != 0;
  if (!stated) date.year = 2001;
  page::Date result = days_before(date, days);
  if (!stated) result.year = 0;
  return result;
}

// From the Monday of the page's week to its date, and the week before; six days more where the weekday is unknown.
Span week_of(const page::Date& published, bool last) {
  if (published.month == 0 || published.day == 0) return {};
  int since_monday = 6, until = 0;
  if (published.year != 0) {
    using namespace std::chrono;
    const std::chrono::weekday today{
        sys_days{year{published.year} / static_cast<unsigned>(published.month) / static_cast<unsigned>(published.day)}};
    since_monday = static_cast<int>(today.iso_encoding()) - 1;
    until = last ? since_monday + 1 : 0;
  } else if (last) {
    until = 1;
  }
  return {bound_before(published, since_monday + (last ? 7 : 0)), bound_before(published, until)};
}

// The last such weekday up to the page's date; unknown without a full date.
page::Date weekday_before(const page::Date& published, int weekday, bool strictly) {
  if (published.year == 0 || published.month == 0 || published.day == 0) return {};
  using namespace std::chrono;
  const std::chrono::weekday today{
      sys_days{year{published.year} / static_cast<unsigned>(published.month) / static_cast<unsigned>(published.day)}};
  int back = (static_cast<int>(today.c_encoding()) - weekday + 7) % 7;
  if (back == 0 && strictly) back = 7;
  return days_before(published, back);
}

// A stated day and month get the year of the page: the last such day before it.
page::Date with_year(page::Date date, const page::Date& published) {
  if (date.year != 0 || date.month == 0 || published.year == 0) return date;
  const bool later =
      published.month != 0 && (date.month > published.month ||
                               (date.month == published.month && date.day > published.day && published.day != 0));
  date.year = static_cast<std::int16_t>(later ? published.year - 1 : published.year);
  return date;
}

class Sayings {
 public:
  Sayings(const Reading& r, const page::Date& published)
      : r_(r), published_(published), stated_(page::find_dates(r.text)) {}

  void date(Draft& draft) const {
    if (draft.cue.empty()) return;
    Range sentence = r_.sentence_of(draft.cue.first).tokens;
    sentence.first = past_dateline(sentence, draft.cue.first);
    // The date stands near its verb: after the cue, else before it.
    for (int i = draft.cue.first; i < sentence.last; ++i) {
      if (try_at(i, draft)) return;
    }
    for (int i = draft.cue.first - 1; i >= sentence.first; --i) {
      if (try_at(i, draft)) return;
    }
  }

 private:
  // "MOSCOW, 4 December (Agency) — The ministry …": a dateline is the page's date, not the speaker's.
  int past_dateline(Range sentence, int cue) const {
    constexpr int kLongest = 12;
    for (int i = sentence.first; i < std::min(cue, sentence.first + kLongest); ++i) {
      if (r_.is(i, Tag::kDash) && !r_.group_at(i)) return i + 1;
      if (r_.is(i, Tag::kVerb)) break;
    }
    return sentence.first;
  }

  // No other verb stands between the date and the cue: "stresses that the group, which denied it this week".
  bool beside(int i, const Draft& draft) const {
    const auto [first, last] = i < draft.cue.first ? std::pair(i, draft.cue.first) : std::pair(draft.cue.last, i);
    for (int j = first; j < last; ++j) {
      if (r_.group_at(j)) return false;
    }
    return true;
  }

  // "this week", "last month", "three days ago" from token i on.
  bool try_span(int i, Draft& draft) const {
    constexpr std::array kNumbers = std::to_array<std::string_view>(
        {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"});
    if (published_.month == 0) return false;
    Span span;
    if ((r_.is(i, "this") || r_.is(i, "last")) && !r_.is(i - 1, "the")) {
      const bool last = r_.is(i, "last");
      if (r_.is(i + 1, "week")) {
        span = week_of(published_, last);
      } else if (r_.is(i + 1, "month") && beside(i, draft)) {
        const int month = published_.month - (last ? 1 : 0);
        draft.claim.said.month = static_cast<std::int8_t>(month == 0 ? 12 : month);
        if (published_.year != 0)
          draft.claim.said.year = static_cast<std::int16_t>(published_.year - (month == 0 ? 1 : 0));
        return true;
      } else if (r_.is(i + 1, "year") && published_.year != 0 && beside(i, draft)) {
        draft.claim.said.year = static_cast<std::int16_t>(published_.year - (last ? 1 : 0));
        return true;
      }
    } else if (r_.is(i + 2, "ago") && (r_.is(i + 1, "days") || r_.is(i + 1, "day"))) {
      const auto number = std::ranges::find(kNumbers, r_[i].lower);
      if (number == kNumbers.end() || !beside(i, draft)) return false;
      draft.claim.said = days_before(published_, static_cast<int>(number - kNumbers.begin()) + 1);
      return draft.claim.said.known();
    } else if (const auto weekday = std::ranges::find(kWeekdays, r_[i].lower);
               weekday != kWeekdays.end() && published_.year == 0 && !r_.is(i + 1, "last") && !r_.is(i + 1, "next") &&
               !r_.is(i - 1, "next") && !r_.is(i - 1, "last")) {
      span = week_of(published_, false);
    }
    if (!span.from.known() || !beside(i, draft)) return false;
    draft.claim.said_from = span.from;
    draft.claim.said_until = span.until;
    return true;
  }

  bool try_at(int i, Draft& draft) const {
    // A quotation that begins between speaker and cue ("this week the envoy “refused to say …”") has its date outside.
    const int speaker = draft.source.empty() ? draft.cue.first : draft.source.first;
    const bool level = r_[i].quote == r_[draft.cue.first].quote || r_[i].quote == r_[speaker].quote;
    const bool outside =
        !draft.source.has(i) && level && std::ranges::none_of(draft.content, [&](Range piece) { return piece.has(i); });
    if (!outside) return false;
    page::Date date;
    const std::string_view word = r_[i].lower;
    const auto weekday = std::ranges::find(kWeekdays, word);
    if (weekday != kWeekdays.end()) {
      // "Tuesday last week" and "Tuesday, 2 December" are left to the stated date or to nobody.
      if (r_.is(i + 1, "last") || r_.is(i + 1, "next") || r_.is(i - 1, "next")) return false;
      date = weekday_before(published_, static_cast<int>(weekday - kWeekdays.begin()), r_.is(i - 1, "last"));
    } else if (word == "today" || word == "tonight") {
      date = days_before(published_, 0);
    } else if (word == "yesterday") {
      date = days_before(published_, 1);
    }
    if (!date.known()) {
      const auto stated = std::ranges::lower_bound(stated_, r_[i].where.begin, {},
                                                   [](const page::FoundDate& f) { return f.where.begin; });
      if (stated == stated_.end() || stated->where.begin >= r_[i].where.end) return try_span(i, draft);
      date = with_year(stated->date, published_);
    }
    if (!date.known()) return false;
    draft.claim.said = date;
    return true;
  }

  const Reading& r_;
  const page::Date& published_;
  std::vector<page::FoundDate> stated_;
};

}  // namespace

void date_sayings(const Reading& r, std::vector<Draft>& drafts, const page::Date& published) {
  const Sayings sayings(r, published);
  for (Draft& draft : drafts) sayings.date(draft);
  // "The envoy refused this week to say more. “Wait and see,” he said": what a pronoun says in the next sentence is
  // said on the same occasion.
  std::vector<Draft*> in_order;
  for (Draft& draft : drafts) {
    if (!draft.cue.empty()) in_order.push_back(&draft);
  }
  std::ranges::stable_sort(in_order, {}, [](const Draft* draft) { return draft->cue.first; });
  std::map<std::string_view, const Draft*> last;  // of each speaker
  for (Draft* draft : in_order) {
    const Claim& claim = draft->claim;
    if (claim.speaker.empty()) continue;
    const auto before = last.find(claim.speaker);
    if (before != last.end() && pronoun(r, draft->source) && !claim.said.known() && !claim.said_from.known() &&
        r[draft->cue.first].sentence <= r[before->second->cue.first].sentence + 1) {
      draft->claim.said = before->second->claim.said;
      draft->claim.said_from = before->second->claim.said_from;
      draft->claim.said_until = before->second->claim.said_until;
    }
    if (claim.said.known() || claim.said_from.known()) last[claim.speaker] = draft;
  }
}

}  // namespace samehand::claim
