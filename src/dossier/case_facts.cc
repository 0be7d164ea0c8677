#include "case_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>

#include "case_words.h"
#include "figures.h"
#include "samehand/base/ascii.h"
#include "samehand/base/text_span.h"
#include "samehand/dossier/printable.h"
#include "samehand/evidence/defaults.h"

namespace samehand::dossier {
namespace {

constexpr std::size_t kHinges = 3;
constexpr std::size_t kReweighed = 20'000;  // items; more are not weighed again for a sentence

std::string name_of(const CaseVerdict& verdict, std::size_t hypothesis) {
  return printable_line(verdict.problem.hypotheses[hypothesis].name);
}

double probability_of_odds(double db) {
  return 1 / (1 + std::pow(10, -db / 10));
}

// The leader's probability without what comes from a source, weighed again.
std::optional<double> without_source(const CaseVerdict& verdict, std::string_view source) {
  if (verdict.problem.items.size() > kReweighed) return std::nullopt;
  weigh::Problem rest;
  rest.hypotheses = verdict.problem.hypotheses;
  for (std::size_t i = 0; i < verdict.problem.items.size(); ++i) {
    if (verdict.problem.items[i].source == source) continue;
    rest.items.push_back(verdict.problem.items[i]);
    std::ranges::copy(verdict.problem.row(i), std::back_inserter(rest.weights));
  }
  const auto outcome = weigh::weigh(rest, {.draws = 0});
  if (!outcome) return std::nullopt;
  return outcome->posterior[verdict.outcome.leader].mid;
}

std::string quoted(std::string_view name) {
  return "“" + shorten(printable_line(name.substr(0, 2000)), 90) + "”";
}

// "declined to say who was behind it": that somebody was is no assertion of who declines.
bool is_held_back(std::span<const claim::Claim> claims, std::uint32_t c) {
  if (claims[c].parent < 0) return false;
  const claim::Claim& outer = claims[static_cast<std::size_t>(claims[c].parent)];
  const bool holds_back = outer.stance == claim::Stance::kDenies || outer.stance == claim::Stance::kDoubts ||
                          outer.stance == claim::Stance::kDeclines;
  return holds_back && claims[c].speaker == outer.speaker;
}

}  // namespace

std::string_view word(LeftOut why) {
  constexpr std::string_view kWords[] = {"", "later", "undated", "excluded"};
  return kWords[static_cast<std::size_t>(why)];
}

const evidence::Item& weighed_item(const CaseVerdict& verdict, std::size_t weighed) {
  return verdict.contents.items[verdict.items[weighed]];
}

std::vector<std::size_t> telling_items(const CaseVerdict& verdict) {
  const auto weight = [&](std::size_t i) { return std::abs(verdict.outcome.items[i].effect_db); };
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < verdict.outcome.items.size(); ++i) {
    if (weight(i) >= kShownDb) out.push_back(i);
  }
  std::ranges::stable_sort(out, std::greater(), weight);
  return out;
}

std::string nothing_tells(const CaseVerdict& verdict) {
  if (is_prior(verdict)) return "Nothing does; the verdict is the priors.";
  std::size_t count = 0;
  double sum = 0;
  for (const Observation& o : observations(verdict)) {
    count += o.effect_db != 0;
    sum += o.effect_db;
  }
  return fmt::format("No item by itself; {} observations that weigh little add up to {} dB.", with_commas(count),
                     signed_db(sum));
}

std::vector<std::size_t> matrix_rows(const CaseVerdict& verdict) {
  const auto tells = [&](std::size_t i) { return verdict.matrix.diagnosticity[i]; };
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < verdict.outcome.items.size(); ++i) {
    if (tells(i) > 0) out.push_back(i);
  }
  std::ranges::stable_sort(out, std::greater(), tells);
  return out;
}

Flips flips_in_order(const CaseVerdict& verdict) {
  Flips out;
  const auto rank = [](const weigh::Flip* f) { return f->kind == weigh::FlipKind::kPrior ? 2 : f->without ? 0 : 1; };
  for (const weigh::Flip& flip : verdict.outcome.flips) {
    out.list.push_back(&flip);
    out.priors += flip.kind == weigh::FlipKind::kPrior;
  }
  std::ranges::stable_sort(out.list, {}, rank);
  return out;
}

std::vector<Observation> observations(const CaseVerdict& verdict) {
  const weigh::Outcome& outcome = verdict.outcome;
  std::vector<Observation> out;
  std::map<std::string_view, std::size_t> by_group;
  for (std::size_t i = 0; i < verdict.problem.items.size(); ++i) {
    const weigh::Item& item = verdict.problem.items[i];
    std::size_t at = out.size();
    if (!item.group.empty()) at = by_group.try_emplace(item.group, at).first->second;
    if (at == out.size()) out.push_back({.name = item.name, .items = {}, .sources = {}});
    Observation& o = out[at];
    o.items.push_back(i);
    o.effect_db += outcome.items[i].effect_db;
    if (o.items.size() == 2) {
      o.name = item.group;
      o.group = true;
    }
  }
  std::map<std::string_view, double> effects;
  for (const weigh::GroupEffect& g : outcome.groups) effects[g.name] = g.effect_db;
  for (Observation& o : out) {
    if (o.group) {
      // The shares of its items add up to it but for rounding; this is the figure itself.
      if (const auto it = effects.find(o.name); it != effects.end()) o.effect_db = it->second;
      std::ranges::stable_sort(o.items, [&](std::size_t a, std::size_t b) {
        return std::abs(outcome.items[a].effect_db) > std::abs(outcome.items[b].effect_db);
      });
    }
    std::set<std::string_view> seen;
    for (const std::size_t i : o.items) {
      const std::string& source = verdict.problem.items[i].source;
      if (!source.empty() && seen.insert(source).second) o.sources.push_back(source);
    }
    o.without = probability_of_odds(outcome.posterior[outcome.leader].odds_db - o.effect_db);
  }
  std::ranges::stable_sort(
      out, [](const Observation& a, const Observation& b) { return std::abs(a.effect_db) > std::abs(b.effect_db); });
  return out;
}

std::vector<Hinge> hinges(const CaseVerdict& verdict, std::span<const Observation> observed) {
  const weigh::Outcome& outcome = verdict.outcome;
  const std::string leader = name_of(verdict, outcome.leader);
  const double now = outcome.posterior[outcome.leader].mid;
  std::vector<Hinge> out;
  std::vector<std::set<std::size_t>> told;  // the items behind each
  const auto rest_of = [&](double without, std::string_view rival) {
    std::string text = fmt::format("{} would be at {} instead of {}", leader, chance_text(without), chance_text(now));
    if (!rival.empty()) text += fmt::format(", and {} would lead", rival);
    return text + ".";
  };
  const auto tell = [&](std::set<std::size_t> items, Hinge hinge) {
    if (out.size() == kHinges || std::ranges::find(told, items) != told.end()) return;
    told.push_back(std::move(items));
    out.push_back(std::move(hinge));
  };

  // What alone turns the ranking.
  for (const weigh::Flip& flip : outcome.flips) {
    if (!flip.without || flip.kind == weigh::FlipKind::kPrior) continue;
    const std::string rival = name_of(verdict, flip.rival);
    const std::int64_t number = weighed_item(verdict, flip.index).number;
    if (flip.kind == weigh::FlipKind::kSource) {
      std::set<std::size_t> items;
      for (std::size_t i = 0; i < verdict.problem.items.size(); ++i) {
        if (verdict.problem.items[i].source == flip.name) items.insert(i);
      }
      const auto without = without_source(verdict, flip.name);
      tell(std::move(items), {.name = fmt::format("All that comes from {}", quoted(flip.name)),
                              .text = without ? "Without it " + rest_of(*without, rival)
                                              : fmt::format("Without it {} would lead.", rival),
                              .item = number});
      continue;
    }
    const std::size_t of = flip.index;
    const auto it = std::ranges::find_if(
        observed, [&](const Observation& o) { return std::ranges::find(o.items, of) != o.items.end(); });
    if (it == observed.end()) continue;
    const bool whole = flip.kind == weigh::FlipKind::kGroup || !it->group;
    std::set<std::size_t> items;
    if (whole)
      items.insert(it->items.begin(), it->items.end());
    else
      items.insert(of);
    tell(std::move(items),
         {.name = quoted(flip.name),
          .text = whole ? "Without it " + rest_of(it->without, rival) : fmt::format("Without it {} would lead.", rival),
          .item = number});
  }
  // What carries it.
  const weigh::Flip* prior = nullptr;
  for (const weigh::Flip& flip : outcome.flips) {
    if (flip.kind == weigh::FlipKind::kPrior && (prior == nullptr || flip.needed_db < prior->needed_db)) prior = &flip;
  }
  const bool near = prior != nullptr && prior->needed_db < weigh::kNearPriorDb;
  for (const Observation& o : observed) {
    if (out.size() + (near ? 1 : 0) >= kHinges) break;
    if (o.effect_db < weigh::kTellingDb) continue;
    tell({o.items.begin(), o.items.end()},
         {.name = quoted(o.name),
          .text = fmt::format("Weighs {} dB for it: without it {}", signed_db(o.effect_db), rest_of(o.without, {})),
          .item = weighed_item(verdict, o.items.front()).number});
  }
  if (near) {
    tell({}, {.name = "What was thought likely beforehand",
              .text = fmt::format("{} would lead if, before any evidence, the odds between {} and it were {} "
                                  "instead of {}.",
                                  name_of(verdict, prior->rival), leader, odds_text(prior->holds_db - prior->needed_db),
                                  odds_text(prior->holds_db))});
  }
  return out;
}

std::optional<std::size_t> strongest_contrary(const CaseVerdict& verdict) {
  std::optional<std::size_t> out;
  for (std::size_t i = 0; i < verdict.outcome.items.size(); ++i) {
    const double effect = verdict.outcome.items[i].effect_db;
    if (effect <= -kShownDb && (!out || effect < verdict.outcome.items[*out].effect_db)) out = i;
  }
  return out;
}

std::vector<std::size_t> hypothesis_order(const CaseVerdict& verdict) {
  std::vector<std::size_t> out(verdict.outcome.posterior.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::ranges::stable_sort(out, [&](std::size_t a, std::size_t b) {
    return verdict.outcome.posterior[a].odds_db > verdict.outcome.posterior[b].odds_db;
  });
  return out;
}

std::string together_sentence(const CaseVerdict& verdict) {
  using evidence::Role;
  const auto order = hypothesis_order(verdict);
  if (order.size() < 3) return {};
  const auto& hypotheses = verdict.contents.hypotheses;
  const auto role = [&](std::size_t k) { return hypotheses[order[k]].role; };
  const bool both =
      (role(0) == Role::kAccused && role(1) == Role::kProxy) || (role(0) == Role::kProxy && role(1) == Role::kAccused);
  if (!both) return {};
  const std::size_t accused = role(0) == Role::kAccused ? order[0] : order[1];
  return fmt::format("{} or who works for it: {} together.", name_of(verdict, accused),
                     chance_text(verdict.outcome.posterior[order[0]].mid + verdict.outcome.posterior[order[1]].mid));
}

std::vector<DatedClaim> dated_claims(const CaseView& view) {
  // Items that came of claims, by where the claim begins.
  std::map<std::pair<std::int64_t, std::uint64_t>, std::int64_t> items;
  for (const evidence::Item& item : view.contents.items) {
    if (item.origin != evidence::Origin::kReport) continue;
    for (const evidence::Locus& l : item.loci) {
      if (l.unit == evidence::Locus::Unit::kCharacters) items.try_emplace({l.exhibit, l.begin}, item.number);
    }
  }
  std::vector<DatedClaim> out;
  for (std::uint32_t k = 0; k < view.readings.size(); ++k) {
    const reading::Reading& reading = view.readings[k];
    const page::Metadata& m = reading.document.metadata;
    const CodePoints points(reading.document.text);
    const evidence::Exhibit* exhibit = view.contents.exhibit(view.reading_exhibit[k]);
    for (std::uint32_t c = 0; c < reading.claims.size(); ++c) {
      const claim::Claim& claim = reading.claims[c];
      DatedClaim& d = out.emplace_back();
      d.ref = {k, c};
      d.said = page::to_iso(claim.said);
      d.published = page::to_iso(m.published);
      d.collected = exhibit == nullptr ? std::string() : exhibit->collected;
      d.exhibit = view.reading_exhibit[k];
      d.outlet = m.outlet.empty() ? std::string(base_name(reading.file)) : m.outlet;
      d.date = claim.said.year != 0 ? d.said : m.published.year != 0 ? d.published : d.collected;
      if (claim.content.empty()) continue;
      const auto it = items.find({d.exhibit, points.before(claim.content.front().begin)});
      if (it != items.end()) d.item = it->second;
    }
  }
  return out;
}

std::vector<TimelineEntry> timeline(const Dossier& dossier, std::span<const DatedClaim> claims) {
  std::vector<TimelineEntry> out;
  std::set<std::int64_t> claimed;
  for (std::size_t c = 0; c < claims.size(); ++c) {
    if (is_held_back(dossier.view.readings[claims[c].ref.page].claims, claims[c].ref.claim)) continue;
    out.push_back({.date = claims[c].date, .claim = c});
    if (claims[c].item != 0) claimed.insert(claims[c].item);
  }
  const auto& items = dossier.view.contents.items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].known.empty() || claimed.contains(items[i].number)) continue;
    const LeftOut left = dossier.verdict     ? dossier.verdict->left_out[i]
                         : items[i].excluded ? LeftOut::kExcluded
                                             : LeftOut::kNo;
    if (left == LeftOut::kNo) out.push_back({.date = items[i].known, .item = items[i].number});
  }
  // Items before claims of the same day; what has no date last.
  std::ranges::stable_sort(out, [](const TimelineEntry& a, const TimelineEntry& b) {
    if (a.date.empty() != b.date.empty()) return b.date.empty();
    const auto day = a.date.substr(0, 10) <=> b.date.substr(0, 10);
    return day != 0 ? day<0 : (a.item != 0)>(b.item != 0);
  });
  return out;
}

std::vector<Opposed> opposed(const CaseVerdict& verdict) {
  std::map<std::pair<std::string, std::int64_t>, Opposed> found;
  for (const std::size_t i : verdict.items) {
    const evidence::Item& item = verdict.contents.items[i];
    if (item.group.empty() || item.points_at == 0 || !item.weights.empty()) continue;
    if (evidence::default_of(item.kind).strength.high_db == 0) continue;
    Opposed& o = found[{item.group, item.points_at}];
    (item.against ? o.disputes : o.holds).push_back(item.number);
  }
  std::vector<Opposed> out;
  for (auto& [key, o] : found) {
    if (o.holds.empty() || o.disputes.empty()) continue;
    o.group = key.first;
    o.hypothesis = key.second;
    out.push_back(std::move(o));
  }
  return out;
}

Weightless weightless(const CaseVerdict& verdict) {
  Weightless out;
  for (const std::size_t i : verdict.items) {
    const evidence::Item& item = verdict.contents.items[i];
    if (!item.weights.empty()) continue;
    const evidence::KindDefault& kind = evidence::default_of(item.kind);
    if (item.kind != evidence::ItemKind::kOther && kind.strength.high_db == 0)
      ++out.kinds[item.kind];
    else if (item.points_at == 0 || verdict.contents.hypothesis(item.points_at) == nullptr)
      ++out.unjudged;
  }
  return out;
}

std::string place_text(const casefile::Contents& contents, const evidence::Locus& l) {
  const evidence::Exhibit* exhibit = contents.exhibit(l.exhibit);
  std::string out = exhibit == nullptr ? fmt::format("exhibit {}", l.exhibit)
                                       : fmt::format("{} (exhibit {})", exhibit->name, exhibit->number);
  if (!l.member.empty()) out += ", " + l.member;
  switch (l.unit) {
    case evidence::Locus::Unit::kWhole:
      break;
    case evidence::Locus::Unit::kCharacters:
      out += fmt::format(", characters {}–{}", l.begin, l.end);
      break;
    case evidence::Locus::Unit::kBytes:
      out += fmt::format(", bytes {}–{}", l.begin, l.end);
      break;
    case evidence::Locus::Unit::kAddress:
      out += fmt::format(", addresses {:#x}–{:#x}", l.begin, l.end);
      break;
  }
  return out;
}

std::string judgement_value(const casefile::Contents& contents, const casefile::Judgement& j) {
  evidence::Item item;
  if ((j.field != "points-at" && j.field != "weights") || !casefile::apply_judgement(item, j.field, j.value))
    return j.value;
  const auto name = [&](std::int64_t number) {
    const evidence::Hypothesis* h = contents.hypothesis(number);
    return h == nullptr ? std::string("nobody") : h->name;
  };
  if (j.field == "points-at") return name(item.points_at);
  std::string out;
  for (const auto& [number, w] : item.weights)
    out += fmt::format("{}{} {:g} {:g} {:g} dB", out.empty() ? "" : "; ", name(number), w.low_db, w.mid_db, w.high_db);
  return out.empty() ? "the defaults" : out;
}

DossierFacts::DossierFacts(const Dossier& of)
    : dossier(of), contents(of.view.contents), verdict(of.verdict ? &*of.verdict : nullptr) {
  claims = dated_claims(of.view);
  weighed.resize(contents.items.size(), kNotWeighed);
  if (verdict == nullptr) return;
  observed = observations(*verdict);
  order = hypothesis_order(*verdict);
  for (std::size_t i = 0; i < verdict->items.size(); ++i) weighed[verdict->items[i]] = i;
}

std::size_t DossierFacts::weighed_as(std::int64_t item) const {
  const evidence::Item* at = contents.item(item);
  return at == nullptr ? kNotWeighed : weighed[static_cast<std::size_t>(at - contents.items.data())];
}

}  // namespace samehand::dossier
