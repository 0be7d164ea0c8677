// Groups ranked by technique and software overlap with a campaign.
//
// Problem: a campaign uses T1204.002, T1566.001, Mimikatz and BLINDINGCAN. 120 of 172 groups use T1566.001, two use
// BLINDINGCAN. Whose campaign is it like?
//
// Method: a conditional logit (McFadden 1974): a score per group that is linear in fifteen terms (rank.h), the
// probability of a group its share in the sum of exp(score). Shared traits count by rarity, ln(1/share of the groups
// that have it), as in a likelihood ratio against the background of all groups. Two things help beyond it: the
// techniques of a group's own software, which ATT&CK states at the software and seldom repeats at the group (counted by
// how few groups have that software), and what reports and descriptions say of the campaign's software (told.h):
// reports on the group describe it, a text or a report's title names the two together, or the group's malware is its
// kin. The size of a profile is corrected for, since who does everything resembles everybody, and so is how often a
// group is reported on at all, which is the prior. Sums over the campaign's traits are divided by the square root of
// their number: traits come together, and so a campaign of 80 of them is not four times as telling as one of 20.
// Parents of sub-techniques, tactics, similarity between groups, a latent space and the campaign's own software
// explaining its techniques were tried and gave nothing (docs/techniques.md). The weights (model.inc) are fitted by
// evaluation/fit_techniques.py to pseudo-campaigns, never to real ones.
//
// Cost: see rank.h. Known failures: a group whose profile rests on the campaign's own reports has nothing left and
// comes last; twins that share an arsenal (one country's services) are told apart by little.
#include "samehand/technique/rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "profiles.h"
#include "samehand/base/sort_unique.h"
#include "told.h"

namespace samehand::technique {
namespace {

#include "model.inc"

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
      sort_unique(methods_[s]);
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

double& of(Candidate& candidate, Term term) {
  return candidate.terms[static_cast<std::size_t>(term)];
}

// What is known of a group before anything is compared.
bool is_prior(std::size_t term) {
  const auto of = static_cast<Term>(term);
  return of == Term::kReports || of == Term::kPublishers || of == Term::kYears;
}

// Shares of all known groups in the sum of exp(value).
void share(std::vector<Candidate>& groups, double Candidate::* part, const std::vector<double>& values) {
  double most = -std::numeric_limits<double>::infinity(), sum = 0;
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (groups[i].known) most = std::max(most, values[i]);
  for (std::size_t i = 0; i < groups.size(); ++i)
    sum += groups[i].*part = groups[i].known ? std::exp(values[i] - most) : 0;
  if (sum > 0)
    for (Candidate& candidate : groups) candidate.*part /= sum;
}

Support support_of(const Candidate& candidate) {
  const auto has = [&](Term term) { return candidate.terms[static_cast<std::size_t>(term)] > 0; };
  if (has(Term::kMalware)) return Support::kMalware;
  const bool words =
      has(Term::kSameReports) || has(Term::kNamedTogether) || has(Term::kNamedInTitles) || has(Term::kKin);
  return words ? Support::kWords : Support::kMethods;
}

bool is_sum(std::size_t term) {
  switch (static_cast<Term>(term)) {
    case Term::kSimilarSoftware:
    case Term::kCosine:
    case Term::kReports:
    case Term::kPublishers:
    case Term::kYears:
      return false;
    default:
      return true;
  }
}

Query within(const Catalogue& catalogue, const Query& query) {
  Query out = query;
  std::erase_if(out.traits, [&](std::uint32_t trait) { return trait >= catalogue.traits.size(); });
  // A report is known under all of its names.
  std::vector<std::uint8_t> known(catalogue.reports.size());
  for (const std::uint32_t report : query.known)
    if (report < known.size()) known[catalogue.reports[report].document] = 1;
  out.known.clear();
  for (std::uint32_t report = 0; report < known.size(); ++report)
    if (known[catalogue.reports[report].document] != 0) out.known.push_back(report);
  return out;
}

}  // namespace

std::string_view to_string(Term term) {
  static constexpr std::array<std::string_view, kTerms> kNames = {
      "techniques",     "malware",         "tools", "software_methods", "similar_software", "same_reports",
      "named_together", "named_in_titles", "kin",   "cosine",           "profile_size",     "arsenal_size",
      "reports",        "publishers",      "years"};
  return kNames[static_cast<std::size_t>(term)];
}

std::vector<Candidate> rank(const Catalogue& catalogue, const Query& asked) {
  const Query query = within(catalogue, asked);
  const Profiles profiles(catalogue, query);
  const std::size_t groups = catalogue.groups.size();
  const auto traits = static_cast<double>(query.traits.size());
  Arsenal arsenal(catalogue, query, profiles);
  std::vector<double> chance;
  // One value for each group.
  const std::pair<Term, std::vector<double>> told[] = {
      {Term::kSameReports, same_reports(catalogue, query, profiles)},
      {Term::kNamedTogether, named_together(catalogue, query, profiles)},
      {Term::kNamedInTitles, named_in_titles(catalogue, query, profiles)},
      {Term::kKin, kin(catalogue, query, profiles)},
      {Term::kPublishers, publishers(catalogue, query, profiles)},
      {Term::kYears, around(catalogue, query, profiles)}};

  std::vector<double> rarity(catalogue.traits.size());
  for (std::size_t t = 0; t < rarity.size(); ++t) rarity[t] = profiles.rarity(t);
  double query_square = 0;
  for (const std::uint32_t trait : query.traits) query_square += rarity[trait] * rarity[trait];

  std::vector<Candidate> out(groups);
  std::vector<double> scores(groups), overlaps(groups);
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
    for (const auto& [term, values] : told) of(candidate, term) = values[g];
    of(candidate, Term::kCosine) = square > 0 && query_square > 0 ? dot / std::sqrt(square * query_square) : 0;
    of(candidate, Term::kProfileSize) = traits * std::log1p(profiles.size(g));
    of(candidate, Term::kSimilarSoftware) = software.similar;
    of(candidate, Term::kArsenalSize) = traits * std::log1p(software.size);
    of(candidate, Term::kReports) = std::log1p(profiles.reports(g).size());
    for (std::size_t t = 0; t < kTerms; ++t) {
      const double value =
          kWeights[t] * candidate.terms[t] / (is_sum(t) ? std::pow(std::max(traits, 1.0), kDamping) : 1.0);
      scores[g] += value;
      if (!is_prior(t)) overlaps[g] += value;
    }
    candidate.score = scores[g];
    candidate.support = support_of(candidate);
  }
  share(out, &Candidate::probability, scores);
  share(out, &Candidate::overlap, overlaps);

  std::ranges::stable_sort(
      out, [](const Candidate& a, const Candidate& b) { return a.known != b.known ? a.known : a.score > b.score; });
  return out;
}

std::vector<Shared> explain(const Catalogue& catalogue, const Query& asked, std::uint32_t group) {
  const Query query = within(catalogue, asked);
  std::vector<Shared> out;
  if (group >= catalogue.groups.size()) return out;
  const Profiles profiles(catalogue, query);
  const auto asked_for = [&](std::uint32_t trait) { return std::ranges::binary_search(query.traits, trait); };
  const auto entry = [&](std::uint32_t trait, Tie tie, std::uint32_t through, const Citations& citations) {
    const auto same = std::ranges::find_if(out, [&](const Shared& shared) {
      return shared.trait == trait && shared.tie == tie && shared.through == through;
    });
    Shared& shared =
        same != out.end() ? *same : out.emplace_back(trait, tie, through, profiles.users(trait), Citations{});
    Citations all;
    std::ranges::set_union(shared.citations, citations, std::back_inserter(all));
    shared.citations = std::move(all);
  };
  for (const Use& use : catalogue.group_uses)
    if (use.user == group && profiles.counts(use) && asked_for(use.trait))
      entry(use.trait, Tie::kUse, Query::kNone, use.citations);
  for (std::uint32_t c = 0; c < catalogue.campaigns.size(); ++c) {
    const Campaign& campaign = catalogue.campaigns[c];
    if (c == query.campaign || !std::ranges::binary_search(campaign.groups, group)) continue;
    for (const Use& use : campaign.uses)
      if (profiles.counts(use) && asked_for(use.trait)) entry(use.trait, Tie::kUse, Query::kNone, use.citations);
  }
  for (const Use& use : catalogue.software_uses) {
    if (profiles.has(group, use.user) && !profiles.has(group, use.trait) && profiles.counts(use) &&
        asked_for(use.trait))
      entry(use.trait, Tie::kSoftware, use.user, use.citations);
  }
  for (const Mention& mention : catalogue.mentions)
    if (mention.group == group && asked_for(mention.software) && !profiles.has(group, mention.software) &&
        !intersect(mention.citations, query.known))
      entry(mention.software, Tie::kNamed, Query::kNone, mention.citations);
  for (const auto& [software, reports] : reports_on_software(catalogue, query))
    for (const std::uint32_t report : reports)
      if (!profiles.has(group, software) && std::ranges::binary_search(catalogue.reports[report].groups, group))
        entry(software, Tie::kNamed, Query::kNone, {report});
  const auto add_kin = [&](std::uint32_t software, std::uint32_t other, const Citations& citations) {
    if (profiles.has(group, other) && is_kin(catalogue, query, software, other) && !profiles.has(group, software))
      entry(software, Tie::kKin, other, citations);
  };
  for (const Kinship& kinship : catalogue.kinships) {
    if (intersect(kinship.citations, query.known)) continue;
    add_kin(kinship.software, kinship.other, kinship.citations);
    add_kin(kinship.other, kinship.software, kinship.citations);
  }
  std::ranges::stable_sort(out, [&](const Shared& a, const Shared& b) {
    if (a.tie != b.tie) return a.tie < b.tie;
    if (a.through != Query::kNone && profiles.users(a.through) != profiles.users(b.through))
      return profiles.users(a.through) < profiles.users(b.through);
    return a.users < b.users;
  });
  return out;
}

std::string_view to_string(Support support) {
  static constexpr std::array<std::string_view, 3> kNames = {"malware", "words", "methods"};
  return kNames[static_cast<std::size_t>(support)];
}

std::span<const OverlapWeight> overlap_weights() {
  return kOverlapWeights;
}

const OverlapWeight& weight_of_overlap(Support support, std::size_t items, double overlap) {
  for (const OverlapWeight& weight : kOverlapWeights)
    if (weight.support == support && std::max<std::size_t>(items, 1) >= weight.least_items &&
        overlap >= weight.least_overlap)
      return weight;
  return kOverlapWeights.back();
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
  for (std::vector<std::uint32_t>* list : {&query.traits, &query.known}) sort_unique(*list);
  query.year = latest_year(catalogue, query.known);
  query.publishers = publishers_of(catalogue, query.known);
  return query;
}

std::vector<std::string> publishers_of(const Catalogue& catalogue, const Citations& reports) {
  std::vector<std::string> out;
  for (const std::uint32_t report : reports)
    if (report < catalogue.reports.size() && !catalogue.reports[report].publisher.empty())
      out.push_back(catalogue.reports[report].publisher);
  sort_unique(out);
  return out;
}

int latest_year(const Catalogue& catalogue, const Citations& reports) {
  int year = 0;
  for (const std::uint32_t report : reports)
    if (report < catalogue.reports.size()) year = std::max(year, catalogue.reports[report].year);
  return year;
}

}  // namespace samehand::technique
