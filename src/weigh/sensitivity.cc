// Problem: a verdict that hangs on one item, one source or a prior must say so.
//
// Method: one at a time. An item, a dependence group or a source turns the ranking where without it another hypothesis
// leads, or where its weights at the ends of their ranges that favour a rival (the leader's low, the rival's high) make
// that rival lead. How far it must move: the distance along the straight way from what it weighs now to nothing (or to
// the end of its range) at which the first rival draws level, as a weight between the two. For an item on its own that
// is the gap between them; for a member of a group more, where others of the group stand in for it.
// Where the two are of one bloc, their weights move together (simulate.cc): the end that favours the rival is then the
// common low or the common high, whichever leaves more, and what moves by itself at its end.
// A prior turns the ranking for each rival when the odds between the two move by the gap.
//
// Example: A leads B by 7 dB, one item says 12 dB for A. Without it B leads: needed 7, holds 12.
//
// Cost: items times hypotheses; members of groups whose absence matters take kSteps times as much. Known limit: what
// only several turn together is not found here (pairs.cc finds two).
#include "sensitivity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "samehand/base/sort_unique.h"
#include "totals.h"

namespace samehand::weigh {
namespace {

constexpr int kSteps = 40;  // halvings: the distance is found to a 10^12th
constexpr std::size_t kPriorsListed = 10;

class Finder {
 public:
  Finder(const Problem& problem, const Units& units, std::span<const double> totals_db, std::size_t leader)
      : problem_(problem), units_(units), leader_(leader), gaps_(totals_db.size()) {
    for (std::size_t h = 0; h < gaps_.size(); ++h) gaps_[h] = totals_db[leader] - totals_db[h];
  }

  std::vector<Flip> find() {
    for (std::size_t i = 0; i < problem_.items.size(); ++i) item(i);
    for (std::size_t u = 0; u < units_.size(); ++u) group(u);
    sources();
    priors();
    std::ranges::stable_sort(flips_, [](const Flip& a, const Flip& b) {
      if (a.needed_db != b.needed_db) return a.needed_db < b.needed_db;
      if (a.kind != b.kind) return a.kind < b.kind;
      if (a.holds_db != b.holds_db) return a.holds_db > b.holds_db;
      return a.name < b.name;
    });
    return std::move(flips_);
  }

 private:
  // Where the leader loses so much to each rival in the end: which rival draws level first, and after which part of the
  // way? Nothing where the leader stays ahead.
  struct Turn {
    std::size_t rival;
    double part;
  };
  template <class Loss>
  std::optional<Turn> first_level(const Loss& loss_to) const {
    std::optional<Turn> first;
    for (std::size_t r = 0; r < gaps_.size(); ++r) {
      if (r == leader_) continue;
      const double loss = loss_to(r);
      if (loss <= gaps_[r] || loss <= 0) continue;
      const double part = gaps_[r] / loss;
      if (!first || part < first->part) first = Turn{r, part};
    }
    return first;
  }

  // After a change of the totals, one number for each hypothesis.
  std::optional<Turn> turn(std::span<const double> change) const {
    return first_level([&](std::size_t r) { return change[r] - change[leader_]; });
  }

  // Where leader and rival stand at the end of their ranges that favours the rival most.
  struct End {
    double leader_db, rival_db;
  };
  template <class OwnOf>
  End end_for(std::span<const evidence::Weight> weights, std::size_t rival, const OwnOf& own_of) const {
    const evidence::Weight &l = weights[leader_], &r = weights[rival];
    const std::uint32_t bloc = problem_.hypotheses[leader_].bloc;
    if (bloc == 0 || bloc != problem_.hypotheses[rival].bloc) return {l.low_db, r.high_db};
    const Own lo = own_of(leader_), ro = own_of(rival);
    const End low{l.low_db, r.low_db + ro.down_db + ro.up_db};
    const End high{l.high_db - lo.up_db - lo.down_db, r.high_db};
    return low.rival_db - low.leader_db > high.rival_db - high.leader_db ? low : high;
  }

  // What the leader loses to a rival on the way from its mids there.
  double loss_at(const End& end, std::span<const evidence::Weight> weights, std::size_t rival) const {
    return weights[leader_].mid_db - end.leader_db + end.rival_db - weights[rival].mid_db;
  }

  void add(FlipKind kind, std::string_view name, std::size_t index, std::span<const evidence::Weight> weights,
           const std::optional<Turn>& without, const std::optional<Turn>& range) {
    if (!without && !range) return;
    const std::size_t rival = without ? without->rival : range->rival;
    flips_.push_back({.kind = kind,
                      .name = std::string(name),
                      .index = static_cast<std::uint32_t>(index),
                      .rival = static_cast<std::uint32_t>(rival),
                      .needed_db = gaps_[rival],
                      .holds_db = weights[leader_].mid_db - weights[rival].mid_db,
                      .without = without.has_value(),
                      .within_range = range.has_value()});
  }

  void item(std::size_t i) {
    const std::size_t u = units_.unit_of(i);
    if (units_[u].count > 1) return member(i, u, problem_.row(i));
    whole(FlipKind::kItem, problem_.items[i].name, u);
  }

  // A group, or an item on its own, which may be the only one of a group that has another name. Its range favours one
  // rival at a time.
  void whole(FlipKind kind, std::string_view name, std::size_t u) {
    const auto weights = units_.weights(u);
    change_.resize(gaps_.size());
    for (std::size_t h = 0; h < gaps_.size(); ++h) change_[h] = -weights[h].mid_db;
    const auto own_of = [&](std::size_t h) { return units_.own(u, h); };
    const auto range = first_level([&](std::size_t r) { return loss_at(end_for(weights, r, own_of), weights, r); });
    add(kind, name, units_.members(units_[u])[0], weights, turn(change_), range);
  }

  // Change of the totals when item `i` of a group has `mids` in place of its own.
  std::span<const double> change_with(std::size_t i, std::size_t u, std::span<const double> mids) {
    change_.resize(gaps_.size());
    units_.with_item(i, mids, change_);
    const auto now = units_.weights(u);
    for (std::size_t h = 0; h < gaps_.size(); ++h) change_[h] -= now[h].mid_db;
    return change_;
  }

  void member(std::size_t i, std::size_t u, std::span<const evidence::Weight> row) {
    std::vector<double> own(gaps_.size()), mids(gaps_.size()), end(gaps_.size());
    std::ranges::transform(row, own.begin(), &evidence::Weight::mid_db);
    const auto distance = [&](std::span<const double> target) -> std::optional<Turn> {
      const auto whole = turn(change_with(i, u, target));
      if (!whole) return std::nullopt;
      double low = 0, high = 1;
      for (int step = 0; step < kSteps; ++step) {
        const double part = (low + high) / 2;
        for (std::size_t h = 0; h < mids.size(); ++h) mids[h] = own[h] + part * (target[h] - own[h]);
        (turn(change_with(i, u, mids)) ? high : low) = part;
      }
      for (std::size_t h = 0; h < mids.size(); ++h) mids[h] = own[h] + high * (target[h] - own[h]);
      const auto last = turn(change_with(i, u, mids));
      return Turn{(last ? last : whole)->rival, high};
    };
    // To nothing: as if every hypothesis made it equally probable.
    std::ranges::fill(end, 0);
    const auto without = distance(end);
    std::optional<Turn> range;
    for (std::size_t r = 0; r < gaps_.size() && !range; ++r) {
      const End far =
          end_for(row, r, [&](std::size_t h) { return own_of(problem_.items[i], problem_.hypotheses[h], row[h]); });
      if (r == leader_ || loss_at(far, row, r) <= gaps_[r]) continue;
      end = own;
      end[leader_] = far.leader_db;
      end[r] = far.rival_db;
      range = distance(end);
    }
    if (!without && !range) return;
    add(FlipKind::kItem, problem_.items[i].name, i, row, without, range);
    Flip& flip = flips_.back();
    if (without) flip.needed_db = without->part * std::abs(flip.holds_db);
  }

  void group(std::size_t u) {
    if (units_[u].count > 1) whole(FlipKind::kGroup, units_[u].name, u);
  }

  void sources() {
    // Items by source; a source of one item is that item.
    std::vector<std::vector<std::uint32_t>> items(units_.sources());
    for (std::size_t i = 0; i < problem_.items.size(); ++i) {
      if (units_.source_of(i) != kNone) items[units_.source_of(i)].push_back(static_cast<std::uint32_t>(i));
    }
    std::vector<double> change(gaps_.size()), left(gaps_.size());
    std::vector<evidence::Weight> holds(gaps_.size());
    std::vector<std::uint32_t> touched;
    for (std::size_t s = 0; s < items.size(); ++s) {
      if (items[s].size() < 2) continue;
      touched.clear();
      for (const std::uint32_t i : items[s]) touched.push_back(units_.unit_of(i));
      sort_unique(touched);
      std::vector<Sum> sums(gaps_.size());
      for (const std::uint32_t u : touched) {
        units_.without_source(u, static_cast<std::uint32_t>(s), left);
        const auto now = units_.weights(u);
        for (std::size_t h = 0; h < gaps_.size(); ++h) sums[h].add(left[h] - now[h].mid_db);
      }
      for (std::size_t h = 0; h < gaps_.size(); ++h) {
        change[h] = sums[h].value();
        holds[h].mid_db = -change[h];
      }
      add(FlipKind::kSource, units_.source_name(s), items[s][0], holds, turn(change), std::nullopt);
    }
  }

  void priors() {
    std::vector<Flip> all;
    const auto prior_db = [&](std::size_t h) { return db_of_ratio(problem_.hypotheses[h].prior); };
    for (std::size_t r = 0; r < gaps_.size(); ++r) {
      if (r == leader_) continue;
      all.push_back({.kind = FlipKind::kPrior,
                     .name = problem_.hypotheses[r].name,
                     .index = static_cast<std::uint32_t>(r),
                     .rival = static_cast<std::uint32_t>(r),
                     .needed_db = gaps_[r],
                     .holds_db = prior_db(leader_) - prior_db(r)});
    }
    std::ranges::stable_sort(all, {}, &Flip::needed_db);
    all.resize(std::min(all.size(), kPriorsListed));
    std::ranges::move(all, std::back_inserter(flips_));
  }

  const Problem& problem_;
  const Units& units_;
  std::size_t leader_;
  std::vector<double> gaps_;  // in decibans, 0 for the leader
  std::vector<double> change_;
  std::vector<Flip> flips_;
};

}  // namespace

std::vector<Flip> find_flips(const Problem& problem, const Units& units, std::span<const double> totals_db,
                             std::size_t leader) {
  return Finder(problem, units, totals_db, leader).find();
}

}  // namespace samehand::weigh
