// Problem: where nothing turns the ranking by its absence alone, two things may.
//
// Method: pairs of independent units. Units add up, so that without two of them a rival gains the sum of what each
// weighs between leader and rival; for each rival the heaviest such units, kHeaviest where there are few hypotheses,
// are tried with each other, among which is the heaviest pair of all. So every pair is found where no more units than
// that speak for the leader.
//
// Example: A leads B by 7 dB. If two items say 5 dB each for A, neither turns it, and both together do.
//
// Cost: units times hypotheses, and the square of the units tried for each rival. Known limit: what only three or more
// turn together is not looked for.
#include <algorithm>
#include <set>

#include "sensitivity.h"

namespace samehand::weigh {
namespace {

constexpr std::size_t kHeaviest = 64, kFewest = 16;  // units that are tried, for each rival

// As each pair is held against every hypothesis, for each rival: about a second at the most.
std::size_t units_tried(std::size_t hypotheses) {
  return std::clamp<std::size_t>(16'000 / hypotheses, kFewest, kHeaviest);
}

// For each rival the units that weigh most between the leader and it.
std::vector<std::vector<std::size_t>> heaviest(const Units& units, std::size_t hypotheses, std::size_t leader) {
  std::vector<std::vector<std::size_t>> out(hypotheses);
  const std::size_t most = units_tried(hypotheses);
  std::vector<std::pair<double, std::size_t>> heap;
  for (std::size_t r = 0; r < hypotheses; ++r) {
    if (r == leader) continue;
    const auto holds = [&](std::size_t u) {
      const auto weights = units.weights(u);
      return weights[leader].mid_db - weights[r].mid_db;
    };
    // Of equal weights those with the lower key, so that the order of items says nothing.
    const auto before = [&](const std::pair<double, std::size_t>& a, const std::pair<double, std::size_t>& b) {
      return a.first != b.first ? a.first > b.first : units[a.second].key < units[b.second].key;
    };
    heap.clear();
    for (std::size_t u = 0; u < units.size(); ++u) {
      const std::pair entry(holds(u), u);
      if (entry.first <= 0 || (heap.size() == most && !before(entry, heap.front()))) continue;
      heap.push_back(entry);
      std::ranges::push_heap(heap, before);
      if (heap.size() <= most) continue;
      std::ranges::pop_heap(heap, before);
      heap.pop_back();
    }
    std::ranges::sort(heap, before);
    for (const auto& [weight, u] : heap) out[r].push_back(u);
  }
  return out;
}

}  // namespace

std::vector<PairFlip> find_pairs(const Units& units, std::span<const double> totals_db, std::size_t leader) {
  struct Found {
    std::size_t a, b, rival;
    double holds_db, spare_db;
  };
  std::vector<Found> found;
  std::set<std::pair<std::size_t, std::size_t>> seen;
  const auto tried = heaviest(units, totals_db.size(), leader);
  for (const auto& some : tried) {
    for (std::size_t x = 0; x < some.size(); ++x) {
      for (std::size_t y = x + 1; y < some.size(); ++y) {
        if (!seen.insert(std::minmax(some[x], some[y])).second) continue;
        const auto a = units.weights(some[x]), b = units.weights(some[y]);
        const auto holds = [&](std::size_t h) {
          return a[leader].mid_db + b[leader].mid_db - a[h].mid_db - b[h].mid_db;
        };
        // Who leads without both?
        Found pair{some[x], some[y], leader, 0, 0};
        for (std::size_t h = 0; h < totals_db.size(); ++h) {
          const double spare = holds(h) - (totals_db[leader] - totals_db[h]);
          if (h == leader || spare <= pair.spare_db) continue;
          pair.rival = h;
          pair.holds_db = holds(h);
          pair.spare_db = spare;
        }
        if (pair.rival == leader) continue;
        const auto own = [&](std::span<const evidence::Weight> w) { return w[leader].mid_db - w[pair.rival].mid_db; };
        if (own(a) < own(b)) std::swap(pair.a, pair.b);
        found.push_back(pair);
      }
    }
  }
  const auto key = [&](const Found& f) { return std::pair(units[f.a].key, units[f.b].key); };
  std::ranges::sort(found, [&](const Found& a, const Found& b) {
    return a.spare_db != b.spare_db ? a.spare_db > b.spare_db : key(a) < key(b);
  });
  found.resize(std::min(found.size(), kPairsListed));
  std::vector<PairFlip> out;
  for (const Found& f : found) {
    PairFlip& flip = out.emplace_back();
    flip.rival = static_cast<std::uint32_t>(f.rival);
    flip.needed_db = totals_db[leader] - totals_db[f.rival];
    flip.holds_db = f.holds_db;
    for (const auto& [n, u] : {std::pair{0, f.a}, std::pair{1, f.b}}) {
      flip.names[n] = units[u].name;
      flip.groups[n] = units[u].count > 1;
    }
  }
  return out;
}

}  // namespace samehand::weigh
