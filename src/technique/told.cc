#include "told.h"

#include "samehand/base/sort_unique.h"

namespace samehand::technique {
namespace {

// `met`: groups, each once. Those that have a relation to the software get nothing.
void add_rarity(const std::vector<std::uint32_t>& met, std::uint32_t software, const Profiles& profiles,
                std::vector<double>& out) {
  const double rarity = std::log((static_cast<double>(out.size()) + 1) / (static_cast<double>(met.size()) + .5));
  for (const std::uint32_t group : met)
    if (!profiles.has(group, software)) out[group] += rarity;
}

}  // namespace

std::vector<double> same_reports(const Catalogue& catalogue, const Query& query, const Profiles& profiles) {
  const std::size_t groups = catalogue.groups.size();
  std::vector<double> out(groups);
  for (const std::uint32_t trait : query.traits) {
    if (catalogue.traits[trait].kind != Kind::kMalware) continue;
    Citations reports;
    for (const Use& use : catalogue.software_uses) {
      if (use.user != trait || !profiles.counts(use)) continue;
      for (const std::uint32_t report : use.citations)
        if (!std::ranges::binary_search(query.known, report)) reports.push_back(report);
    }
    std::ranges::sort(reports);
    std::vector<std::uint32_t> met;
    for (std::uint32_t g = 0; g < groups; ++g)
      if (intersect(profiles.reports(g), reports)) met.push_back(g);
    add_rarity(met, trait, profiles, out);
  }
  return out;
}

std::vector<double> named_together(const Catalogue& catalogue, const Query& query, const Profiles& profiles) {
  std::vector<double> out(catalogue.groups.size());
  std::map<std::uint32_t, std::vector<std::uint32_t>> groups;  // by software
  for (const Mention& mention : catalogue.mentions)
    if (std::ranges::binary_search(query.traits, mention.software) && !intersect(mention.citations, query.known))
      groups[mention.software].push_back(mention.group);
  for (auto& [software, met] : groups) {
    sort_unique(met);
    add_rarity(met, software, profiles, out);
  }
  return out;
}

std::map<std::uint32_t, Citations> reports_on_software(const Catalogue& catalogue, const Query& query) {
  std::map<std::uint32_t, Citations> out;
  for (const std::uint32_t trait : query.traits)
    if (catalogue.traits[trait].kind != Kind::kTechnique) out[trait] = catalogue.traits[trait].citations;
  for (const Use& use : catalogue.software_uses)
    if (const auto of = out.find(use.user); of != out.end())
      of->second.insert(of->second.end(), use.citations.begin(), use.citations.end());
  for (auto& [software, reports] : out) {
    sort_unique(reports);
    std::erase_if(reports, [&](std::uint32_t report) { return std::ranges::binary_search(query.known, report); });
  }
  return out;
}

std::vector<double> named_in_titles(const Catalogue& catalogue, const Query& query, const Profiles& profiles) {
  std::vector<double> out(catalogue.groups.size());
  for (const auto& [software, reports] : reports_on_software(catalogue, query)) {
    std::vector<std::uint32_t> met;
    for (const std::uint32_t report : reports) {
      const auto& named = catalogue.reports[report].groups;
      met.insert(met.end(), named.begin(), named.end());
    }
    sort_unique(met);
    add_rarity(met, software, profiles, out);
  }
  return out;
}

bool is_kin(const Catalogue& catalogue, const Query& query, std::uint32_t software, std::uint32_t other) {
  return other != query.software && catalogue.traits[other].kind == Kind::kMalware &&
         std::ranges::binary_search(query.traits, software) && !std::ranges::binary_search(query.traits, other);
}

std::vector<double> kin(const Catalogue& catalogue, const Query& query, const Profiles& profiles) {
  const std::size_t groups = catalogue.groups.size();
  std::map<std::uint32_t, std::vector<std::uint32_t>> others;  // by software of the campaign
  const auto add = [&](std::uint32_t software, std::uint32_t other) {
    if (is_kin(catalogue, query, software, other)) others[software].push_back(other);
  };
  for (const Kinship& kinship : catalogue.kinships) {
    if (intersect(kinship.citations, query.known)) continue;
    add(kinship.software, kinship.other);
    add(kinship.other, kinship.software);
  }
  std::vector<double> out(groups);
  for (auto& [software, list] : others) {
    sort_unique(list);
    for (std::size_t g = 0; g < groups; ++g) {
      if (profiles.has(g, software)) continue;
      double rarest = 0;
      for (const std::uint32_t other : list)
        if (profiles.has(g, other)) rarest = std::max(rarest, profiles.rarity(other));
      out[g] += rarest;
    }
  }
  return out;
}

std::vector<double> publishers(const Catalogue& catalogue, const Query& query, const Profiles& profiles) {
  constexpr double kPrior = 4, kUnseen = 100;
  const std::size_t groups = catalogue.groups.size();
  std::vector<double> out(groups);
  if (query.publishers.empty()) return out;
  std::vector<std::vector<double>> by(query.publishers.size(), std::vector<double>(groups));
  std::vector<double> known(groups);
  double all = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    for (const std::uint32_t report : profiles.reports(g)) {
      const std::string& publisher = catalogue.reports[report].publisher;
      if (publisher.empty()) continue;
      ++known[g];
      const auto place = std::ranges::lower_bound(query.publishers, publisher);
      if (place != query.publishers.end() && *place == publisher)
        ++by[static_cast<std::size_t>(place - query.publishers.begin())][g];
    }
    all += known[g];
  }
  // A publisher of no other report tells nothing.
  std::erase_if(by,
                [](const std::vector<double>& of) { return std::ranges::all_of(of, [](double n) { return n == 0; }); });
  for (const std::vector<double>& of : by) {
    double sum = 0;
    for (const double count : of) sum += count;
    const double part = (sum + 1) / (all + kUnseen);
    for (std::size_t g = 0; g < groups; ++g)
      out[g] += std::log((of[g] + kPrior * part) / (known[g] + kPrior) / part) / static_cast<double>(by.size());
  }
  return out;
}

std::vector<double> around(const Catalogue& catalogue, const Query& query, const Profiles& profiles) {
  const std::size_t groups = catalogue.groups.size();
  const int year = query.year;
  constexpr double kYears = 1.5, kPrior = 2;
  std::vector<double> out(groups), near(groups), dated(groups);
  if (year == 0) return out;
  double all = 0, all_near = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    for (const std::uint32_t report : profiles.reports(g)) {
      if (catalogue.reports[report].year == 0) continue;
      const double apart = (catalogue.reports[report].year - year) / kYears;
      near[g] += std::exp(-apart * apart / 2);
      dated[g] += 1;
    }
    all += dated[g];
    all_near += near[g];
  }
  if (all == 0 || all_near / all < 1e-6) return out;  // a year that nothing is known of
  const double average = all_near / all;
  for (std::size_t g = 0; g < groups; ++g) out[g] = std::log((near[g] / average + kPrior) / (dated[g] + kPrior));
  return out;
}

}  // namespace samehand::technique
