// What catalogue and reports say of groups and campaigns besides who uses what. Every function gives one value for each
// group; what rests on one of the query's reports takes no part.
#pragma once

#include <map>
#include <vector>

#include "profiles.h"

namespace samehand::technique {

// Software of the campaign that a group has no relation to: rarity by group, ln(1/share of the groups so met)...
// ... where reports on the group describe that malware.
std::vector<double> same_reports(const Catalogue& catalogue, const Query& query, const Profiles& profiles);
// ... where a text of the catalogue names both.
std::vector<double> named_together(const Catalogue& catalogue, const Query& query, const Profiles& profiles);
// ... where the name or title of a report on that software names the group.
std::vector<double> named_in_titles(const Catalogue& catalogue, const Query& query, const Profiles& profiles);
// The reports on each piece of software of the campaign, but for the query's; ascending.
std::map<std::uint32_t, Citations> reports_on_software(const Catalogue& catalogue, const Query& query);
// For each piece of software of the campaign's that the group lacks, the rarest of the group's malware that a
// description names with it.
std::vector<double> kin(const Catalogue& catalogue, const Query& query, const Profiles& profiles);

// Whether `other` counts as kin of the campaign's `software` if a description names the two together.
bool is_kin(const Catalogue& catalogue, const Query& query, std::uint32_t software, std::uint32_t other);

// How much more of what is reported on a group has the query's publishers than of what is reported on all groups: the
// mean of ln((n + 4p)/(N + 4)/p) over the publishers, n of the group's N reports being the publisher's, and p its part
// of all. 0 where no publisher is known.
std::vector<double> publishers(const Catalogue& catalogue, const Query& query, const Profiles& profiles);
// How much more often a group was reported on around the query's year than all groups were, as a logarithm; two
// reports' worth of the average stands in for what is not known of groups with few.
std::vector<double> around(const Catalogue& catalogue, const Query& query, const Profiles& profiles);

}  // namespace samehand::technique
