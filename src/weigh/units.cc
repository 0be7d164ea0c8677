// Problem: one diplomat quoted by ten papers is one witness, and two reports on the same server describe one server.
// Weights of such items must not be added.
//
// Method: units.h states the rule. For each group and hypothesis the best two values in both directions are kept, with
// the item and the source they come from; with them a group without any one item or source is known in constant time.
//
// Example: three hypotheses, two items of one group, (10, 0, 0) and (0, 8, 0). Medians are 0. The strongest for h1 is
// 10, for h2 8, nobody speaks against any: (10, 8, 0).
//
// Cost: items times hypotheses. Known failure: what counts as one group is the caller's judgement; items that depend on
// each other in part can only be called dependent or independent.
#include "units.h"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

#include "samehand/base/hash.h"

namespace samehand::weigh {
namespace {

void take(Extreme& extreme, double value, double sign, std::uint32_t item, std::uint32_t source) {
  // As if all values were upper ones; 0 is where nobody speaks.
  const auto above = [sign](double a, double b) { return sign * a > sign * b; };
  if (!above(value, 0)) return;
  if (above(value, extreme.best)) {
    extreme.second = extreme.best;
    // The old best is of another source than the new one, unless it is the same: then the old other stays.
    if (source == kNone || source != extreme.source) extreme.other_source = extreme.best;
    extreme.best = value;
    extreme.item = item;
    extreme.source = source;
    extreme.ties = 1;
    return;
  }
  if (value == extreme.best) ++extreme.ties;
  if (above(value, extreme.second)) extreme.second = value;
  if ((source == kNone || source != extreme.source) && above(value, extreme.other_source)) extreme.other_source = value;
}

}  // namespace

Own own_of(const Item& item, const Hypothesis& hypothesis, const evidence::Weight& w) {
  if (hypothesis.own == 0 || hypothesis.own > kOwnReasons) return {};
  const Own& own = item.own[hypothesis.own - 1u];
  return {std::min(own.down_db, w.mid_db - w.low_db), std::min(own.up_db, w.high_db - w.mid_db)};
}

double median(std::vector<double>& room) {
  const std::size_t half = room.size() / 2;
  std::ranges::nth_element(room, room.begin() + static_cast<std::ptrdiff_t>(half));
  const double upper = room[half];
  if (room.size() % 2 == 1) return upper;
  return (upper + *std::max_element(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(half))) / 2;
}

Units::Units(const Problem& problem) : problem_(problem) {
  const std::size_t items = problem.items.size(), hypotheses = problem.hypotheses.size();
  std::unordered_map<std::string_view, std::uint32_t> groups, sources;
  unit_of_.resize(items);
  source_of_.assign(items, kNone);
  for (std::size_t i = 0; i < items; ++i) {
    const Item& item = problem.items[i];
    std::uint32_t unit = static_cast<std::uint32_t>(units_.size());
    if (!item.group.empty()) unit = groups.try_emplace(item.group, unit).first->second;
    if (unit == units_.size()) units_.push_back({.name = item.group.empty() ? item.name : item.group});
    unit_of_[i] = unit;
    ++units_[unit].count;
    if (item.source.empty()) continue;
    const auto [it, fresh] = sources.try_emplace(item.source, static_cast<std::uint32_t>(source_names_.size()));
    if (fresh) source_names_.push_back(item.source);
    source_of_[i] = it->second;
  }
  // Members of each unit together, in the items' order.
  std::uint32_t at = 0;
  for (Unit& unit : units_) {
    unit.first = at;
    at += std::exchange(unit.count, 0);
  }
  members_.resize(items);
  for (std::size_t i = 0; i < items; ++i) {
    Unit& unit = units_[unit_of_[i]];
    members_[unit.first + unit.count++] = static_cast<std::uint32_t>(i);
  }

  // Draws are named by what a unit is, not by where it stands. Units that look alike are told apart by number: they are
  // interchangeable, so it does not matter which gets which.
  std::unordered_map<std::uint64_t, std::uint32_t> seen;
  std::vector<std::uint64_t> names;
  for (const Hypothesis& h : problem.hypotheses) names.push_back(hash64(h.name));
  for (Unit& unit : units_) {
    std::uint64_t key = hash64(unit.name);
    const std::uint32_t only = members_[unit.first];
    if (problem.items[only].group.empty()) {
      for (std::size_t h = 0; h < hypotheses; ++h) {
        const evidence::Weight& w = problem.row(only)[h];
        std::uint64_t part = names[h];
        for (const double db : {w.low_db, w.mid_db, w.high_db})
          part = combine64(part, std::bit_cast<std::uint64_t>(db));
        key += part;  // whatever the order of the hypotheses
      }
    }
    unit.key = combine64(key, seen[key]++);
  }

  const bool any_own = std::ranges::any_of(problem.hypotheses, [](const Hypothesis& h) { return h.own != 0; });
  std::vector<double> room(hypotheses);
  for (Unit& unit : units_) {
    if (unit.count < 2) continue;
    unit.combined = combined_.size() / hypotheses;
    combined_.resize(combined_.size() + hypotheses);
    upper_.resize(combined_.size());
    lower_.resize(combined_.size());
    if (any_own) own_.resize(combined_.size());
    const std::size_t base = unit.combined * hypotheses;
    std::vector<evidence::Weight> up(hypotheses), down(hypotheses);
    std::vector<evidence::Weight> shared_up(hypotheses), shared_down(hypotheses);  // less what moves by itself
    for (const std::uint32_t i : members(unit)) {
      const auto row = problem.row(i);
      std::ranges::transform(row, room.begin(), &evidence::Weight::mid_db);
      const double centre = median(room);
      for (std::size_t h = 0; h < hypotheses; ++h) {
        const evidence::Weight w{row[h].low_db - centre, row[h].mid_db - centre, row[h].high_db - centre};
        up[h] = {std::max(up[h].low_db, w.low_db), std::max(up[h].mid_db, w.mid_db),
                 std::max(up[h].high_db, w.high_db)};
        down[h] = {std::min(down[h].low_db, w.low_db), std::min(down[h].mid_db, w.mid_db),
                   std::min(down[h].high_db, w.high_db)};
        if (any_own) {
          const Own own = own_of(problem.items[i], problem.hypotheses[h], w);
          const double low = w.low_db + own.down_db, high = w.high_db - own.up_db;
          shared_up[h] = {std::max(shared_up[h].low_db, low), 0, std::max(shared_up[h].high_db, high)};
          shared_down[h] = {std::min(shared_down[h].low_db, low), 0, std::min(shared_down[h].high_db, high)};
        }
        take(upper_[base + h], w.mid_db, 1, i, source_of_[i]);
        take(lower_[base + h], w.mid_db, -1, i, source_of_[i]);
      }
    }
    for (std::size_t h = 0; h < hypotheses; ++h) {
      combined_[base + h] = {up[h].low_db + down[h].low_db, up[h].mid_db + down[h].mid_db,
                             up[h].high_db + down[h].high_db};
      if (any_own) {
        own_[base + h] = {shared_up[h].low_db + shared_down[h].low_db - combined_[base + h].low_db,
                          combined_[base + h].high_db - shared_up[h].high_db - shared_down[h].high_db};
      }
    }
  }
}

std::span<const evidence::Weight> Units::weights(std::size_t u) const {
  const Unit& unit = units_[u];
  if (unit.count == 1) return problem_.row(members_[unit.first]);
  return std::span(combined_).subspan(unit.combined * problem_.hypotheses.size(), problem_.hypotheses.size());
}

Own Units::own(std::size_t u, std::size_t h) const {
  const Unit& unit = units_[u];
  if (problem_.hypotheses[h].own == 0) return {};
  if (unit.count > 1) return own_[unit.combined * problem_.hypotheses.size() + h];
  const std::uint32_t only = members_[unit.first];
  return own_of(problem_.items[only], problem_.hypotheses[h], problem_.row(only)[h]);
}

std::span<const Extreme> Units::extremes(const Unit& unit, bool upper) const {
  const std::size_t hypotheses = problem_.hypotheses.size();
  return std::span(upper ? upper_ : lower_).subspan(unit.combined * hypotheses, hypotheses);
}

void Units::portion(std::size_t item, std::span<double> out) const {
  const Unit& unit = units_[unit_of_[item]];
  const auto row = problem_.row(item);
  if (unit.count == 1) {
    std::ranges::transform(row, out.begin(), &evidence::Weight::mid_db);
    return;
  }
  std::vector<double> room(out.size());
  std::ranges::transform(row, room.begin(), &evidence::Weight::mid_db);
  const double centre = median(room);
  const auto up = extremes(unit, true), down = extremes(unit, false);
  for (std::size_t h = 0; h < out.size(); ++h) {
    const double value = row[h].mid_db - centre;
    out[h] = 0;
    if (value > 0 && value == up[h].best) out[h] = value / up[h].ties;
    if (value < 0 && value == down[h].best) out[h] = value / down[h].ties;
  }
}

void Units::without_item(std::size_t item, std::span<double> out) const {
  const Unit& unit = units_[unit_of_[item]];
  if (unit.count == 1) {
    std::ranges::fill(out, 0);
    return;
  }
  const auto up = extremes(unit, true), down = extremes(unit, false);
  const auto rest = [item](const Extreme& e) { return e.item == item ? e.second : e.best; };
  for (std::size_t h = 0; h < out.size(); ++h) out[h] = rest(up[h]) + rest(down[h]);
}

void Units::with_item(std::size_t item, std::span<const double> mids, std::span<double> out) const {
  const Unit& unit = units_[unit_of_[item]];
  if (unit.count == 1) {
    std::ranges::copy(mids, out.begin());
    return;
  }
  std::vector<double> room(mids.begin(), mids.end());
  const double centre = median(room);
  const auto up = extremes(unit, true), down = extremes(unit, false);
  const auto rest = [item](const Extreme& e) { return e.item == item ? e.second : e.best; };
  for (std::size_t h = 0; h < out.size(); ++h) {
    const double value = mids[h] - centre;
    out[h] = std::max(rest(up[h]), value) + std::min(rest(down[h]), value);
  }
}

void Units::without_source(std::size_t u, std::uint32_t source, std::span<double> out) const {
  const Unit& unit = units_[u];
  if (unit.count == 1) {
    const std::uint32_t item = members_[unit.first];
    std::ranges::transform(problem_.row(item), out.begin(), &evidence::Weight::mid_db);
    if (source_of_[item] == source) std::ranges::fill(out, 0);
    return;
  }
  const auto up = extremes(unit, true), down = extremes(unit, false);
  const auto rest = [source](const Extreme& e) { return e.source == source ? e.other_source : e.best; };
  for (std::size_t h = 0; h < out.size(); ++h) out[h] = rest(up[h]) + rest(down[h]);
}

}  // namespace samehand::weigh
