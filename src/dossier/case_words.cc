#include "case_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figures.h"
#include "samehand/base/ascii.h"
#include "samehand/dossier/printable.h"

namespace samehand::dossier {

std::string chance_text(double probability) {
  if (probability <= 0) return "0 %";
  if (probability < .01) return "under 1 %";
  if (probability >= 1) return "100 %";
  if (probability > .99) return "over 99 %";
  return fmt::format("{:.0f} %", probability * 100);
}

std::string signed_db(double db) {
  const double rounded = std::round(db * 10) / 10;
  return rounded == 0 ? "0" : fmt::format("{:+.1f}", rounded);
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

bool is_prior(const CaseVerdict& verdict) {
  double sum = 0;
  for (const weigh::Hypothesis& h : verdict.problem.hypotheses) sum += h.prior;
  for (std::size_t i = 0; i < verdict.problem.hypotheses.size(); ++i) {
    const weigh::Posterior& p = verdict.outcome.posterior[i];
    if (std::abs(p.mid - verdict.problem.hypotheses[i].prior / sum) > 1e-6 || p.high - p.low > 1e-6) return false;
  }
  return true;
}

std::string verdict_sentence(const CaseVerdict& verdict) {
  const weigh::Outcome& outcome = verdict.outcome;
  const weigh::Posterior& p = outcome.posterior[outcome.leader];
  const std::string interval = p.high - p.low < .005 ? std::string()
                                                     : fmt::format(
                                                           ", between {} and {} as the weights go from one end of "
                                                           "their ranges to the other",
                                                           chance_text(p.low), chance_text(p.high));
  const std::string name = printable(verdict.problem.hypotheses[outcome.leader].name);
  if (is_prior(verdict))
    return fmt::format(
        "Nothing here tells the hypotheses apart yet; what stands are the priors, the greatest of them {} ({}).", name,
        chance_text(p.mid));
  std::string said(weigh::to_string(weigh::likelihood(p.mid)));
  // Of many hypotheses the first may still be unlikely, which must not read as if it were ruled out.
  if (p.mid < .45) return fmt::format("{} leads, and is itself {} ({}{}).", name, said, chance_text(p.mid), interval);
  said[0] = to_upper(said[0]);
  return fmt::format("{}: {} ({}{}).", said, name, chance_text(p.mid), interval);
}

std::string confidence_sentence(const CaseVerdict& verdict) {
  return fmt::format("Confidence in this judgement: {}. {}", weigh::to_string(verdict.founded.confidence),
                     fmt::join(verdict.founded.reasons, " "));
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
    const auto odds = [](double db) {
      return db >= 0 ? fmt::format("{:.3g} to 1", std::pow(10, db / 10))
                     : fmt::format("1 to {:.3g}", std::pow(10, -db / 10));
    };
    return fmt::format(
        "{} would lead if the odds of {} against it, before any evidence, were {} instead of {} ({:.1f} dB).", rival,
        leader, odds(then), odds(now), flip.needed_db);
  }
  const std::string_view what = flip.kind == weigh::FlipKind::kItem    ? "“{}”"
                                : flip.kind == weigh::FlipKind::kGroup ? "all of “{}”"
                                                                       : "everything from “{}”";
  const std::string named = fmt::format(fmt::runtime(what), name);
  if (flip.without) {
    return fmt::format("Without {}, {} would lead: it need lose only {:.1f} of its {:.1f} dB.", named, rival,
                       flip.needed_db, std::abs(flip.holds_db));
  }
  return fmt::format("At the far end of the range of {}, {} would lead: it is {:.1f} dB away.", named, rival,
                     flip.needed_db);
}

}  // namespace samehand::dossier
