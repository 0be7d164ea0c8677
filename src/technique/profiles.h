// What is known of the groups when nothing is that rests on the query's own reports.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "samehand/base/sort_unique.h"
#include "samehand/technique/rank.h"

namespace samehand::technique {

// One row for each group.
template <class T>
struct Rows {
  Rows(std::size_t rows, std::size_t columns) : width(columns), cells(rows * columns) {}
  T& at(std::size_t row, std::size_t column) { return cells[row * width + column]; }
  const T& at(std::size_t row, std::size_t column) const { return cells[row * width + column]; }

  std::size_t width;
  std::vector<T> cells;
};

class Profiles {
 public:
  Profiles(const Catalogue& catalogue, const Query& query)
      : catalogue_(catalogue),
        query_(query),
        has_(catalogue.groups.size(), catalogue.traits.size()),
        size_(catalogue.groups.size()),
        users_(catalogue.traits.size()),
        reports_(catalogue.groups.size()) {
    for (const Use& use : catalogue.group_uses) {
      if (!counts(use)) continue;
      add(use.user, use.trait);
      for (const std::uint32_t report : use.citations)
        if (!std::ranges::binary_search(query.known, report)) reports_[use.user].push_back(report);
    }
    for (std::uint32_t c = 0; c < catalogue.campaigns.size(); ++c) {
      if (c == query.campaign) continue;
      for (const Use& use : catalogue.campaigns[c].uses) {
        if (!counts(use)) continue;
        for (const std::uint32_t group : catalogue.campaigns[c].groups) add(group, use.trait);
      }
    }
    for (std::size_t g = 0; g < reports_.size(); ++g)
      for (const std::uint32_t report : catalogue.groups[g].citations)
        if (!std::ranges::binary_search(query.known, report)) reports_[g].push_back(report);
    for (Citations& reports : reports_) sort_unique(reports);
  }

  bool counts(const Use& use) const {
    if (use.trait == query_.software) return false;
    return query_.leave_out == LeaveOut::kAnyCitation ? !intersect(use.citations, query_.known)
                                                      : use.citations.empty() || !contains(query_.known, use.citations);
  }
  bool has(std::size_t group, std::size_t trait) const { return has_.at(group, trait) != 0; }
  std::uint32_t size(std::size_t group) const { return size_[group]; }
  std::uint32_t users(std::size_t trait) const { return users_[trait]; }
  const Citations& reports(std::size_t group) const { return reports_[group]; }
  // ln(1/share of the groups that have the trait).
  double rarity(std::size_t trait) const {
    return std::log((static_cast<double>(size_.size()) + 1) / (users_[trait] + .5));
  }

 private:
  void add(std::uint32_t group, std::uint32_t trait) {
    std::uint8_t& cell = has_.at(group, trait);
    if (cell != 0) return;
    cell = 1;
    ++size_[group];
    ++users_[trait];
  }

  const Catalogue& catalogue_;
  const Query& query_;
  Rows<std::uint8_t> has_;
  std::vector<std::uint32_t> size_, users_;
  std::vector<Citations> reports_;
};

}  // namespace samehand::technique
