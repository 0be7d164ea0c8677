// Groups ranked by technique and software overlap with a campaign.
//
// Problem: a campaign uses T1204.002, T1566.001, Mimikatz and BLINDINGCAN. 120 of 172 groups use T1566.001, two use
// BLINDINGCAN. Whose campaign is it like?
//
// Method: a conditional logit (McFadden 1974): a score per group that is linear in ten terms (rank.h), the probability
// of a group its share in the sum of exp(score). Shared traits count by rarity, ln(1/share of the groups that have
// it), as in a likelihood ratio against the background of all groups. Two things help beyond it: the techniques of a
// group's own software, which ATT&CK states at the software and seldom repeats at the group (counted by how few groups
// have that software), and malware that reports on the group describe. The size of a profile is corrected for, since
// who does everything resembles everybody, and so is how often a group is reported on at all, which is the prior. Sums
// over the campaign's traits are divided by the square root of their number: traits come together, and so a campaign of
// 80 of them is not four times as telling as one of 20. Parents of sub-techniques, tactics, similarity between groups,
// a latent space and the campaign's own software explaining its techniques were tried and gave nothing
// (docs/techniques.md). The weights (model.inc) are fitted by evaluation/fit_techniques.py to pseudo-campaigns, never
// to real ones.
//
// Cost: see rank.h. Known failures: a group whose profile rests on the campaign's own reports has nothing left and
// comes last; twins that share an arsenal (one country's services) are told apart by little.
#include "samehand/technique/rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace samehand::technique {
namespace {

#include "model.inc"

// One row for each group.
template <class T>
struct Rows {
  Rows(std::size_t rows, std::size_t columns) : width(columns), cells(rows * columns) {}
  T& at(std::size_t row, std::size_t column) { return cells[row * width + column]; }
  const T& at(std::size_t row, std::size_t column) const { return cells[row * width + column]; }

  std::size_t width;
  std::vector<T> cells;
};

// What is known of the groups when nothing is that rests on the query's own reports.
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
    for (Citations& reports : reports_) {
      std::ranges::sort(reports);
      reports.erase(std::ranges::unique(reports).begin(), reports.end());
    }
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

// What is known of the groups' software, seen from one query.
class Arsenal {
 public:
  Arsenal(const Catalogue& catalogue, const Query& query, const Profiles& profiles)
      : profiles_(profiles), methods_(catalogue.traits.size()), doubt_(catalogue.traits.size(), 1.0) {
    std::vector<std::uint32_t> does(catalogue.traits.size());
    std::vector<std::uint8_t> asked(catalogue.traits.size());
    for (const std::uint32_t trait : query.traits) asked[trait] = catalogue.traits[trait].kind == Kind::kTechnique;
    for (const Use& use : catalogue.software_uses) {
      if (!profiles.counts(use) || catalogue.traits[use.trait].kind != Kind::kTechnique) continue;
      methods_[use.user].push_back(use.trait);
    }
    for (std::uint32_t s = 0; s < methods_.size(); ++s) {
      std::ranges::sort(methods_[s]);
      methods_[s].erase(std::ranges::unique(methods_[s]).begin(), methods_[s].end());
      if (catalogue.traits[s].kind != Kind::kTechnique) software_.push_back(s);
      for (const std::uint32_t trait : methods_[s]) ++does[trait];
    }
    // Likeness of each piece of software to the query: a cosine by rarity among software, less for those of which
    // little is known.
    constexpr double kLittle = 3;
    std::vector<double> rarity(does.size());
    double square = 0;
    for (std::size_t t = 0; t < does.size(); ++t) {
      rarity[t] = std::log((static_cast<double>(software_.size()) + 1) / (does[t] + 1.0));
      if (asked[t] != 0) square += rarity[t] * rarity[t];
    }
    likeness_.resize(methods_.size());
    for (const std::uint32_t s : software_) {
      double dot = 0, own = 0;
      for (const std::uint32_t trait : methods_[s]) {
        const double value = rarity[trait] * rarity[trait];
        own += value;
        if (asked[trait] != 0) dot += value;
      }
      if (dot > 0) likeness_[s] = dot / ((std::sqrt(own) + kLittle) * std::sqrt(square));
    }
  }

  struct OfGroup {
    double similar = 0;  // the three most similar, each less the more groups have it
    double size = 0;     // techniques, by probability
  };
  // `chance` holds afterwards, for each trait of the query, the probability that a technique of the group's software is
  // the group's: one less the product, over its software that has the technique, of 1 - 1/(groups that have the
  // software).
  OfGroup of(std::size_t group, std::span<const std::uint32_t> traits, std::vector<double>& chance) {
    constexpr double kLeast = .02;  // software of one group alone leaves this much doubt
    OfGroup out;
    std::array<double, 3> best = {};
    for (const std::uint32_t s : software_) {
      if (!profiles_.has(group, s)) continue;
      const double users = profiles_.users(s);
      for (const std::uint32_t trait : methods_[s]) doubt_[trait] *= std::max(1 - 1 / users, kLeast);
      double like = likeness_[s] / std::sqrt(users);
      for (double& place : best)
        if (like > place) std::swap(like, place);
    }
    out.similar = best[0] + best[1] + best[2];
    chance.resize(traits.size());
    for (std::size_t i = 0; i < traits.size(); ++i) chance[i] = 1 - doubt_[traits[i]];
    for (const std::uint32_t s : software_) {
      if (!profiles_.has(group, s)) continue;
      for (const std::uint32_t trait : methods_[s]) {
        out.size += 1 - doubt_[trait];
        doubt_[trait] = 1;
      }
    }
    return out;
  }

 private:
  const Profiles& profiles_;
  std::vector<std::vector<std::uint32_t>> methods_;  // by software; techniques ascending
  std::vector<std::uint32_t> software_;
  std::vector<double> likeness_;
  std::vector<double> doubt_;
};

// How much more often a group was reported on around the year than all groups were, as a logarithm; two reports' worth
// of the average stands in for what is not known of groups with few.
std::vector<double> around(const Catalogue& catalogue, int year, const Profiles& profiles, std::size_t groups) {
  constexpr double kYears = 2, kPrior = 2;
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

// Malware of the campaign that a group has no relation to, though reports on the group describe it: rarity by group.
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
    std::vector<std::size_t> met;
    for (std::size_t g = 0; g < groups; ++g)
      if (intersect(profiles.reports(g), reports)) met.push_back(g);
    const double rarity = std::log((static_cast<double>(groups) + 1) / (static_cast<double>(met.size()) + .5));
    for (const std::size_t g : met)
      if (!profiles.has(g, trait)) out[g] += rarity;
  }
  return out;
}

double& of(Candidate& candidate, Term term) {
  return candidate.terms[static_cast<std::size_t>(term)];
}

bool is_sum(std::size_t term) {
  switch (static_cast<Term>(term)) {
    case Term::kSimilarSoftware:
    case Term::kCosine:
    case Term::kReports:
    case Term::kYears:
      return false;
    default:
      return true;
  }
}

Query within(const Catalogue& catalogue, const Query& query) {
  Query out = query;
  std::erase_if(out.traits, [&](std::uint32_t trait) { return trait >= catalogue.traits.size(); });
  return out;
}

}  // namespace

std::string_view to_string(Term term) {
  static constexpr std::array<std::string_view, kTerms> kNames = {
      "techniques",       "malware",      "tools",  "software_methods",
      "similar_software", "same_reports", "cosine", "profile_size",
      "arsenal_size",     "reports",      "years"};
  return kNames[static_cast<std::size_t>(term)];
}

std::vector<Candidate> rank(const Catalogue& catalogue, const Query& asked) {
  const Query query = within(catalogue, asked);
  const Profiles profiles(catalogue, query);
  const std::size_t groups = catalogue.groups.size();
  const auto traits = static_cast<double>(query.traits.size());
  Arsenal arsenal(catalogue, query, profiles);
  std::vector<double> chance;
  const std::vector<double> years = around(catalogue, query.year, profiles, groups);
  const std::vector<double> told = same_reports(catalogue, query, profiles);

  std::vector<double> rarity(catalogue.traits.size());
  for (std::size_t t = 0; t < rarity.size(); ++t) rarity[t] = profiles.rarity(t);
  double query_square = 0;
  for (const std::uint32_t trait : query.traits) query_square += rarity[trait] * rarity[trait];

  std::vector<Candidate> out(groups);
  for (std::uint32_t g = 0; g < groups; ++g) {
    Candidate& candidate = out[g];
    candidate.group = g;
    candidate.known = profiles.size(g) > 0;
    const Arsenal::OfGroup software = arsenal.of(g, query.traits, chance);
    double dot = 0, square = 0;
    for (std::size_t t = 0; t < rarity.size(); ++t)
      if (profiles.has(g, t)) square += rarity[t] * rarity[t];
    for (std::uint32_t i = 0; i < query.traits.size(); ++i) {
      const std::uint32_t trait = query.traits[i];
      if (!profiles.has(g, trait)) {
        of(candidate, Term::kSoftwareMethods) += chance[i] * rarity[trait];
        continue;
      }
      dot += rarity[trait] * rarity[trait];
      switch (catalogue.traits[trait].kind) {
        case Kind::kTechnique:
          of(candidate, Term::kTechniques) += rarity[trait];
          break;
        case Kind::kMalware:
          of(candidate, Term::kMalware) += rarity[trait];
          break;
        case Kind::kTool:
          of(candidate, Term::kTools) += rarity[trait];
          break;
      }
    }
    of(candidate, Term::kSameReports) = told[g];
    of(candidate, Term::kCosine) = square > 0 && query_square > 0 ? dot / std::sqrt(square * query_square) : 0;
    of(candidate, Term::kProfileSize) = traits * std::log1p(profiles.size(g));
    of(candidate, Term::kSimilarSoftware) = software.similar;
    of(candidate, Term::kArsenalSize) = traits * std::log1p(software.size);
    of(candidate, Term::kYears) = years[g];
    of(candidate, Term::kReports) = std::log1p(profiles.reports(g).size());
    for (std::size_t t = 0; t < kTerms; ++t)
      candidate.score +=
          kWeights[t] * candidate.terms[t] / (is_sum(t) ? std::pow(std::max(traits, 1.0), kDamping) : 1.0);
  }

  std::ranges::stable_sort(
      out, [](const Candidate& a, const Candidate& b) { return a.known != b.known ? a.known : a.score > b.score; });
  if (!out.empty()) {
    double sum = 0;
    for (Candidate& candidate : out) {
      candidate.probability = candidate.known ? std::exp(candidate.score - out.front().score) : 0;
      sum += candidate.probability;
    }
    if (sum > 0)
      for (Candidate& candidate : out) candidate.probability /= sum;
  }
  return out;
}

std::vector<Shared> explain(const Catalogue& catalogue, const Query& asked, std::uint32_t group) {
  const Query query = within(catalogue, asked);
  std::vector<Shared> out;
  if (group >= catalogue.groups.size()) return out;
  const Profiles profiles(catalogue, query);
  const auto asked_for = [&](std::uint32_t trait) { return std::ranges::binary_search(query.traits, trait); };
  const auto entry = [&](std::uint32_t trait, std::uint32_t through, const Citations& citations) {
    const auto same = std::ranges::find_if(
        out, [&](const Shared& shared) { return shared.trait == trait && shared.through == through; });
    Shared& shared = same != out.end() ? *same : out.emplace_back(trait, through, profiles.users(trait), Citations{});
    Citations all;
    std::ranges::set_union(shared.citations, citations, std::back_inserter(all));
    shared.citations = std::move(all);
  };
  for (const Use& use : catalogue.group_uses)
    if (use.user == group && profiles.counts(use) && asked_for(use.trait))
      entry(use.trait, Query::kNone, use.citations);
  for (std::uint32_t c = 0; c < catalogue.campaigns.size(); ++c) {
    const Campaign& campaign = catalogue.campaigns[c];
    if (c == query.campaign || !std::ranges::binary_search(campaign.groups, group)) continue;
    for (const Use& use : campaign.uses)
      if (profiles.counts(use) && asked_for(use.trait)) entry(use.trait, Query::kNone, use.citations);
  }
  for (const Use& use : catalogue.software_uses) {
    if (profiles.has(group, use.user) && !profiles.has(group, use.trait) && profiles.counts(use) &&
        asked_for(use.trait))
      entry(use.trait, use.user, use.citations);
  }
  std::ranges::stable_sort(out, [&](const Shared& a, const Shared& b) {
    const bool a_own = a.through == Query::kNone, b_own = b.through == Query::kNone;
    if (a_own != b_own) return a_own;
    if (!a_own && profiles.users(a.through) != profiles.users(b.through))
      return profiles.users(a.through) < profiles.users(b.through);
    return a.users < b.users;
  });
  return out;
}

std::span<const ShareWeight> share_weights() {
  return kShareWeights;
}

const ShareWeight& weight_of_share(double share) {
  for (const ShareWeight& weight : kShareWeights)
    if (share >= weight.least_share) return weight;
  return kShareWeights.back();
}

std::vector<std::uint32_t> attributed_campaigns(const Catalogue& catalogue) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t c = 0; c < catalogue.campaigns.size(); ++c) {
    const Campaign& campaign = catalogue.campaigns[c];
    if (!campaign.groups.empty() && std::ranges::any_of(campaign.uses, [&](const Use& use) {
          return catalogue.traits[use.trait].kind == Kind::kTechnique;
        }))
      out.push_back(c);
  }
  return out;
}

Query query_of(const Catalogue& catalogue, std::uint32_t campaign) {
  Query query;
  query.campaign = campaign;
  if (campaign >= catalogue.campaigns.size()) return query;
  query.known = catalogue.campaigns[campaign].citations;
  for (const Use& use : catalogue.campaigns[campaign].uses) {
    query.traits.push_back(use.trait);
    std::ranges::copy(use.citations, std::back_inserter(query.known));
  }
  for (std::vector<std::uint32_t>* list : {&query.traits, &query.known}) {
    std::ranges::sort(*list);
    list->erase(std::ranges::unique(*list).begin(), list->end());
  }
  query.year = latest_year(catalogue, query.known);
  return query;
}

int latest_year(const Catalogue& catalogue, const Citations& reports) {
  int year = 0;
  for (const std::uint32_t report : reports)
    if (report < catalogue.reports.size()) year = std::max(year, catalogue.reports[report].year);
  return year;
}

}  // namespace samehand::technique
