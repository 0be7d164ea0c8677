// Items as independent units: those of one dependence group weigh like one item.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/weigh/problem.h"

namespace samehand::weigh {

inline constexpr std::uint32_t kNone = ~0u;

// The best two values of a group for one hypothesis in one direction, told apart by item and by source, so that any one
// item or source can be thought away in constant time. Values are 0 where nobody speaks in this direction.
struct Extreme {
  double best = 0, second = 0;   // second: the best of another item
  double other_source = 0;       // the best of another source than the best's
  std::uint32_t item = kNone;    // of `best`
  std::uint32_t source = kNone;  // of `best`; kNone: not known
  std::uint32_t ties = 0;        // items that share `best`
};

struct Unit {
  std::string_view name;               // the group's, or the item's own
  std::uint32_t first = 0, count = 0;  // into Units::members
  std::size_t combined = 0;            // row of Units::combined; only where count > 1
  std::uint64_t key = 0;               // names the unit's random draws: the same whatever stands beside it
};

// Rule: each item's weights are first centred on their median over the hypotheses, which changes none of their
// differences. Then, for each hypothesis, the strongest item for it and the strongest against it count, and no other.
//
//   one source copied ten times      weighs what it weighs once
//   a weaker item that agrees        adds nothing
//   an item on another hypothesis    adds what it says there
//   an item that contradicts         is set off against the strongest it contradicts
//
// The rule is symmetric in the items, continuous in their weights and has no parameter. Low, mid and high are combined
// each by themselves, with the items centred by their mids.
class Units {
 public:
  explicit Units(const Problem& problem);

  std::size_t size() const { return units_.size(); }
  const Unit& operator[](std::size_t u) const { return units_[u]; }
  std::uint32_t unit_of(std::size_t item) const { return unit_of_[item]; }
  std::uint32_t source_of(std::size_t item) const { return source_of_[item]; }
  std::size_t sources() const { return source_names_.size(); }
  std::string_view source_name(std::size_t source) const { return source_names_[source]; }
  std::span<const std::uint32_t> members(const Unit& unit) const {
    return std::span(members_).subspan(unit.first, unit.count);
  }

  // What the unit weighs, one weight for each hypothesis.
  std::span<const evidence::Weight> weights(std::size_t u) const;
  // The part of its range for a hypothesis that moves by itself (Item::own); 0 where the hypothesis has no such
  // part. Of a group: what is left of the range when that part is taken off each item.
  Own own(std::size_t u, std::size_t hypothesis) const;
  // The part of the unit's mids that is this item's: all of it for an item on its own; ties share.
  void portion(std::size_t item, std::span<double> out) const;
  // The unit's mids without this item (zeros for an item on its own), or with other mids in its place.
  void without_item(std::size_t item, std::span<double> out) const;
  void with_item(std::size_t item, std::span<const double> mids, std::span<double> out) const;
  // The unit's mids without what comes from a source.
  void without_source(std::size_t u, std::uint32_t source, std::span<double> out) const;

 private:
  std::span<const Extreme> extremes(const Unit& unit, bool upper) const;

  const Problem& problem_;
  std::vector<Unit> units_;
  std::vector<std::uint32_t> unit_of_, source_of_, members_;
  std::vector<std::string_view> source_names_;
  std::vector<evidence::Weight> combined_;  // grouped units x hypotheses
  std::vector<Extreme> upper_, lower_;      // the same shape
  std::vector<Own> own_;                    // the same shape; empty where no hypothesis has a part of its own
};

// The part of an item's weight for a hypothesis that moves by itself.
Own own_of(const Item& item, const Hypothesis& hypothesis, const evidence::Weight& w);

// The median over hypotheses, of an even number the mean of the middle two. `room` is overwritten.
double median(std::vector<double>& room);

}  // namespace samehand::weigh
