// When it was said: "said on Tuesday", "told reporters on 3 December", "said yesterday".
//
// A date in the sentence of the cue, outside what is said and outside the speaker's name, is the date of saying.
// Weekdays, "today" and "yesterday" are counted back from the page's own date; a day and month without a year are of
// the last such day before it. What that date leaves open stays open: "on 3 December" of a page without a year is
// XXXX-12-03, and "earlier this week" is no day at all.
// Cost: linear. Known failures: a date that belongs to another verb of the sentence ("said the man arrested on
// Monday").

#include <algorithm>
#include <array>
#include <chrono>

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

  bool try_at(int i, Draft& draft) const {
    const bool outside = !draft.source.has(i) && r_[i].quote == r_[draft.cue.first].quote &&
                         std::ranges::none_of(draft.content, [&](Range piece) { return piece.has(i); });
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
      if (stated == stated_.end() || stated->where.begin >= r_[i].where.end) return false;
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
}

}  // namespace samehand::claim
