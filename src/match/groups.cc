#include "groups.h"

#include <algorithm>

namespace samehand::match {

Group group_of(feature::Kind kind) {
  using feature::Kind;
  switch (kind) {
    case Kind::kString:
    case Kind::kTableString:
      return Group::kText;
    case Kind::kConstant:
    case Kind::kCompared:
      return Group::kNumber;
    case Kind::kCallerConstant:
      return Group::kPassed;
    case Kind::kField:
      return Group::kOffset;
    case Kind::kImport:
    case Kind::kCallArgument:
      return Group::kImported;
    case Kind::kReadOnlyData:
      return Group::kData;
    case Kind::kEdge:
    case Kind::kShape:
      return Group::kFlow;
    default:
      return Group::kStrands;
  }
}

GroupMasses masses_by_group(const Pool& pool, std::span<const Term> a, std::span<const Term> b) {
  GroupMasses m;
  const auto at = [&](std::uint32_t feature) { return static_cast<std::size_t>(group_of(pool.kind[feature])); };
  auto i = a.begin(), j = b.begin();
  while (i != a.end() || j != b.end()) {
    if (j == b.end() || (i != a.end() && i->feature < j->feature)) {
      m.only_a[at(i->feature)] += i->mass;
      ++i;
    } else if (i == a.end() || j->feature < i->feature) {
      m.only_b[at(j->feature)] += j->mass;
      ++j;
    } else {
      const std::size_t g = at(i->feature);
      const float both = std::min(i->mass, j->mass);
      m.shared[g] += both;
      m.only_a[g] += i->mass - both;
      m.only_b[g] += j->mass - both;
      ++i;
      ++j;
    }
  }
  return m;
}

}  // namespace samehand::match
