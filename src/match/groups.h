// The kinds of features in groups that mean something to people, and what two functions share of each.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "pool.h"

namespace samehand::match {

enum class Group : std::uint8_t { kText, kNumber, kPassed, kOffset, kImported, kData, kFlow, kStrands, kCount };
inline constexpr std::size_t kGroups = static_cast<std::size_t>(Group::kCount);

Group group_of(feature::Kind kind);

// By group: the mass that both rows hold, and what either holds beyond that.
struct GroupMasses {
  std::array<float, kGroups> shared = {}, only_a = {}, only_b = {};
};
GroupMasses masses_by_group(const Pool& pool, std::span<const Term> a, std::span<const Term> b);

}  // namespace samehand::match
