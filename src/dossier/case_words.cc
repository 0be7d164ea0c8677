#include "case_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "figures.h"
#include "samehand/base/ascii.h"
#include "samehand/dossier/printable.h"

namespace samehand::dossier {

std::string chance_text(double probability) {
  if (probability < .01) return "under 1 %";
  if (probability > .99) return "over 99 %";
  return fmt::format("{:.0f} %", probability * 100);
}

std::string signed_db(double db) {
  const double rounded = std::round(db * 10) / 10;
  return rounded == 0 ? "0" : fmt::format("{:+.1f}", rounded);
}

std::string long_date(std::string_view iso) {
  constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = -1;
    if (at + size > iso.size()) return -1;
    const char* end = iso.data() + at + size;
    const auto [stopped, error] = std::from_chars(iso.data() + at, end, value);
    return error == std::errc() && stopped == end ? value : -1;
  };
  const int year = number(0, 4), month = iso.size() >= 7 && iso[4] == '-' ? number(5, 2) : -1,
            day = iso.size() >= 10 && iso[7] == '-' ? number(8, 2) : -1;
  if (year <= 0) return std::string(iso);
  if (month < 1 || month > 12) return iso.size() == 4 ? std::string(iso) : std::string(iso.substr(0, 10));
  const std::string_view name = kMonths[month - 1];
  return day > 0 ? fmt::format("{} {} {}", day, name, year) : fmt::format("{} {}", name, year);
}

std::string minus_db(double db) {
  const std::string text = signed_db(db);
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

std::string bar(double part, std::size_t width) {
  const auto halves =
      static_cast<std::size_t>(std::lround(std::clamp(part, 0.0, 1.0) * 2 * static_cast<double>(width)));
  std::string out;
  for (std::size_t i = 0; i < halves / 2; ++i) out += "█";
  if (halves % 2 == 1) out += "▌";
  return out;
}

std::string signed_bar(double value, double most, std::size_t half) {
  const double part = most > 0 ? std::min(1.0, std::abs(value) / most) : 0;
  const auto halves = static_cast<std::size_t>(std::lround(part * 2 * static_cast<double>(half)));
  const std::size_t columns = (halves + 1) / 2;
  std::string filled;
  for (std::size_t i = 0; i < halves / 2; ++i) filled += "█";
  const std::string empty(half - columns, ' ');
  if (value < 0) return empty + (halves % 2 == 1 ? "▐" : "") + filled + "│" + std::string(half, ' ');
  return std::string(half, ' ') + "│" + filled + (halves % 2 == 1 ? "▌" : "") + empty;
}

std::string interval_text(const weigh::Posterior& p) {
  const std::string low = chance_text(p.low), high = chance_text(p.high);
  return low == high ? chance_text(p.mid) : fmt::format("{}, between {} and {}", chance_text(p.mid), low, high);
}

std::string between_text(const weigh::Posterior& p) {
  const std::string low = chance_text(p.low), high = chance_text(p.high);
  if (low != high) return fmt::format("{} – {}", low, high);
  // At the ends of the scale nobody can see whether there is a range.
  return p.low == p.high && p.mid >= .01 && p.mid <= .99 ? "no range" : low;
}

std::string draws_text(double part) {
  return part <= 0 ? "none" : part >= 1 ? "all" : chance_text(part);
}

bool is_prior(const CaseVerdict& verdict) {
  double sum = 0;
  for (const weigh::Hypothesis& h : verdict.problem.hypotheses) sum += h.prior;
  for (std::size_t i = 0; i < verdict.problem.hypotheses.size(); ++i) {
    const weigh::Posterior& p = verdict.outcome.posterior[i];
    if (std::abs(p.mid - verdict.problem.hypotheses[i].prior / sum) > 1e-6 || p.high - p.low > 1e-6) return false;
  }
  return true;
}

std::string headline(const CaseVerdict& verdict) {
  const weigh::Posterior& p = verdict.outcome.posterior[verdict.outcome.leader];
  const std::string name = printable_line(verdict.problem.hypotheses[verdict.outcome.leader].name);
  if (is_prior(verdict)) return "Nothing here tells the hypotheses apart yet";
  std::string said(weigh::to_string(weigh::likelihood(p.mid)));
  // Of many hypotheses the first may still be unlikely, which must not read as if it were ruled out.
  if (p.mid < .45) return fmt::format("{} leads, and is itself {}", name, said);
  said[0] = to_upper(said[0]);
  return fmt::format("{}: {}", said, name);
}

std::string verdict_sentence(const CaseVerdict& verdict) {
  const weigh::Posterior& p = verdict.outcome.posterior[verdict.outcome.leader];
  if (is_prior(verdict)) {
    return fmt::format("{}; what stands are the priors, the greatest of them {} ({}).", headline(verdict),
                       printable_line(verdict.problem.hypotheses[verdict.outcome.leader].name), chance_text(p.mid));
  }
  const std::string_view moving =
      chance_text(p.low) == chance_text(p.high) ? "" : " in nine of ten draws over the ranges of the weights";
  return fmt::format("{} ({}{}).", headline(verdict), interval_text(p), moving);
}

std::string confidence_sentence(const CaseVerdict& verdict) {
  return fmt::format("Confidence in this judgement: {}. {}", weigh::to_string(verdict.founded.confidence),
                     fmt::join(verdict.founded.reasons, " "));
}

std::string undated_sentence(const CaseVerdict& verdict) {
  if (verdict.undated == 0) return {};
  return fmt::format("{} left out: nobody has said since when {} could be known.",
                     count_text(verdict.undated, "item is", "items are"), verdict.undated == 1 ? "it" : "they");
}

std::string odds_text(double db) {
  const double ratio = std::pow(10, std::abs(db) / 10);
  const std::string text = ratio < 9.95  ? fmt::format("{:.2g}", ratio)
                           : ratio < 1e9 ? with_commas(static_cast<std::uint64_t>(std::lround(ratio)))
                                         : fmt::format("10^{:.0f}", std::abs(db) / 10);
  return db >= 0 ? text + " to 1" : "1 to " + text;
}

// The rival's odds against the leader, which have just turned.
static std::string turned_text(double db) {
  return db < .2 ? "just over 1 to 1" : odds_text(db);
}

std::string_view word(weigh::FlipKind kind) {
  constexpr std::string_view kWords[] = {"item", "group", "source", "prior"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string flip_sentence(const CaseVerdict& verdict, const weigh::Flip& flip) {
  const std::string rival = printable(verdict.problem.hypotheses[flip.rival].name);
  const std::string leader = printable(verdict.problem.hypotheses[verdict.outcome.leader].name);
  const std::string name = shorten(printable(flip.name), 70);
  if (flip.kind == weigh::FlipKind::kPrior) {
    // The odds between the two before any evidence, now and where the rival draws level.
    const double now = flip.holds_db, then = flip.holds_db - flip.needed_db;
    return fmt::format("{} would lead if the odds of {} against it, before any evidence, were {} instead of {}.", rival,
                       leader, odds_text(then), odds_text(now));
  }
  const std::string_view what = flip.kind == weigh::FlipKind::kItem    ? "“{}”"
                                : flip.kind == weigh::FlipKind::kGroup ? "all of “{}”"
                                                                       : "everything from “{}”";
  const std::string named = fmt::format(fmt::runtime(what), name);
  if (flip.without) {
    return fmt::format("Without {}, {} would lead: {} against {} instead of {}.", named, rival,
                       turned_text(std::abs(flip.holds_db) - flip.needed_db), leader, odds_text(-flip.needed_db));
  }
  return fmt::format("At the far end of the range of {}, {} would lead; now it is at {} against {}.", named, rival,
                     odds_text(-flip.needed_db), leader);
}

std::string pair_sentence(const CaseVerdict& verdict, const weigh::PairFlip& pair) {
  const auto named = [&](int n) {
    return fmt::format("{}“{}”", pair.groups[n] ? "all of " : "", shorten(printable(pair.names[n]), 70));
  };
  return fmt::format("Without both {} and {}, {} would lead: {} against {} instead of {}.", named(0), named(1),
                     printable(verdict.problem.hypotheses[pair.rival].name),
                     turned_text(pair.holds_db - pair.needed_db),
                     printable(verdict.problem.hypotheses[verdict.outcome.leader].name), odds_text(-pair.needed_db));
}

}  // namespace samehand::dossier
