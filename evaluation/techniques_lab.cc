// The terms of technique::rank() on pseudo-campaigns: what evaluation/fit_techniques.py fits its weights to.
//
//   techniques_lab BUNDLE    TSV: set, query, truth group, traits of the query, group, whether it is the truth, whether
//                            it is known, terms
//   techniques_lab BUNDLE --thinned
//                            the same of parts of each query, as a case has them of which little is known: 1, 2, 4, 8
//                            and 16 of its traits, drawn with a fixed seed
//   techniques_lab BUNDLE --queries
//                            TSV: set, query, what it asks with: its techniques, malware, malware that a profile still
//                            has, tools. Set "campaign" are all the catalogue's campaigns, of which nothing else is
//                            said
//
// A pseudo-campaign is something in the catalogue with a known user, told of by reports of its own:
//   report     what reports on a group say that it uses. A relation that cites others as well stays in the profile
//              (there is but one relation for each group and technique). Reports that mostly share their relations
//              tell of the same campaign, and go together.
//   arsenal    the same with the techniques that these reports give to the group's software
//   software   what malware of one or two groups does; whatever shares a report with it is left out
// Each needs five techniques. Real campaigns take no part as queries.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/file.h"
#include "samehand/technique/catalogue.h"
#include "samehand/technique/rank.h"

namespace {

using namespace samehand;
using namespace samehand::technique;

constexpr std::size_t kMinTechniques = 5;
constexpr std::array<std::size_t, 5> kThinned = {1, 2, 4, 8, 16};

struct Pseudo {
  const char* set;
  std::string name;
  std::set<std::uint32_t> truth;
  Query query;
};

std::vector<std::uint32_t> listed(const std::set<std::uint32_t>& set) {
  return {set.begin(), set.end()};
}

std::size_t techniques_in(const Catalogue& catalogue, const std::set<std::uint32_t>& traits) {
  return static_cast<std::size_t>(std::ranges::count_if(
      traits, [&](std::uint32_t trait) { return catalogue.traits[trait].kind == Kind::kTechnique; }));
}

void add_reports(const Catalogue& catalogue, std::vector<Pseudo>& out) {
  using ByReport = std::map<std::uint32_t, std::set<std::uint32_t>>;
  std::map<std::uint32_t, ByReport> said;  // group, report: traits
  std::map<std::uint32_t, ByReport> done;  // software, report: techniques
  for (const Use& use : catalogue.group_uses)
    for (const std::uint32_t report : use.citations) said[use.user][report].insert(use.trait);
  for (const Use& use : catalogue.software_uses)
    for (const std::uint32_t report : use.citations) done[use.user][report].insert(use.trait);
  for (const auto& [group, reports] : said) {
    std::set<std::set<std::uint32_t>> met;
    for (const auto& [report, traits] : reports) {
      std::set<std::uint32_t> together = {report};
      for (const auto& [other, others] : reports) {
        std::vector<std::uint32_t> both;
        std::ranges::set_intersection(traits, others, std::back_inserter(both));
        if (both.size() >= 2 && (2 * both.size() >= others.size() || 2 * both.size() >= traits.size()))
          together.insert(other);
      }
      if (!met.insert(together).second) continue;
      Pseudo pseudo{"report", catalogue.reports[report].name, {group}, {}};
      pseudo.query.leave_out = LeaveOut::kAllCitations;
      pseudo.query.known = listed(together);
      pseudo.query.traits = listed(traits);
      pseudo.query.year = latest_year(catalogue, pseudo.query.known);
      pseudo.query.publishers = publishers_of(catalogue, pseudo.query.known);
      if (techniques_in(catalogue, traits) >= kMinTechniques) out.push_back(pseudo);
      std::set<std::uint32_t> all = traits;
      for (const std::uint32_t trait : traits)
        if (const auto software = done.find(trait); software != done.end())
          for (const std::uint32_t r : together)
            if (const auto found = software->second.find(r); found != software->second.end())
              all.insert(found->second.begin(), found->second.end());
      if (all.size() == traits.size() || techniques_in(catalogue, all) < kMinTechniques) continue;
      pseudo.set = "arsenal";
      pseudo.query.traits = listed(all);
      out.push_back(std::move(pseudo));
    }
  }
}

void add_software(const Catalogue& catalogue, std::vector<Pseudo>& out) {
  std::map<std::uint32_t, std::set<std::uint32_t>> users, does, known;
  for (const Use& use : catalogue.group_uses) users[use.trait].insert(use.user);
  for (const Use& use : catalogue.software_uses) {
    does[use.user].insert(use.trait);
    known[use.user].insert(use.citations.begin(), use.citations.end());
  }
  for (const auto& [trait, groups] : users) {
    if (catalogue.traits[trait].kind != Kind::kMalware || groups.size() > 2) continue;
    if (techniques_in(catalogue, does[trait]) < kMinTechniques) continue;
    known[trait].insert(catalogue.traits[trait].citations.begin(), catalogue.traits[trait].citations.end());
    Pseudo pseudo{"software", catalogue.traits[trait].id, groups, {}};
    pseudo.query.traits = listed(does[trait]);
    pseudo.query.known = listed(known[trait]);
    pseudo.query.software = trait;
    pseudo.query.year = latest_year(catalogue, pseudo.query.known);
    pseudo.query.publishers = publishers_of(catalogue, pseudo.query.known);
    out.push_back(std::move(pseudo));
  }
}

// A part of the query of so many traits, drawn by `random`.
Query thinned(Query query, std::size_t size, std::mt19937& random) {
  for (std::size_t i = 0; i < size; ++i)
    std::swap(query.traits[i], query.traits[i + random() % (query.traits.size() - i)]);
  query.traits.resize(size);
  std::ranges::sort(query.traits);
  return query;
}

void print_query(const Catalogue& catalogue, const Pseudo& pseudo, std::size_t number) {
  std::array<std::size_t, 3> asked = {};
  std::size_t known = 0;
  std::set<std::uint32_t> had;  // what some profile has when the query's reports are left out
  const auto take = [&](const Use& use) {
    const Query& query = pseudo.query;
    if (use.trait == query.software) return;
    if (query.leave_out == LeaveOut::kAnyCitation ? !intersect(use.citations, query.known)
                                                  : use.citations.empty() || !contains(query.known, use.citations))
      had.insert(use.trait);
  };
  for (const Use& use : catalogue.group_uses) take(use);
  for (std::uint32_t c = 0; c < catalogue.campaigns.size(); ++c)
    if (c != pseudo.query.campaign && !catalogue.campaigns[c].groups.empty())
      for (const Use& use : catalogue.campaigns[c].uses) take(use);
  for (const std::uint32_t trait : pseudo.query.traits) {
    const Kind kind = catalogue.traits[trait].kind;
    ++asked[static_cast<std::size_t>(kind)];
    known += kind == Kind::kMalware && had.contains(trait);
  }
  std::printf("%s\t%zu\t%zu\t%zu\t%zu\t%zu\n", pseudo.set, number, asked[0], asked[1], known, asked[2]);
}

void print_terms(const Catalogue& catalogue, const Pseudo& pseudo, const Query& query, std::size_t number) {
  for (const Candidate& candidate : rank(catalogue, query)) {
    std::printf("%s\t%zu\t%s\t%zu\t%s\t%d\t%d", pseudo.set, number, catalogue.groups[*pseudo.truth.begin()].id.c_str(),
                query.traits.size(), catalogue.groups[candidate.group].id.c_str(),
                pseudo.truth.contains(candidate.group), candidate.known);
    for (const double term : candidate.terms) std::printf("\t%.6g", term);
    std::printf("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool queries = argc == 3 && std::string_view(argv[2]) == "--queries";
  const bool thin = argc == 3 && std::string_view(argv[2]) == "--thinned";
  if (argc != 2 && !queries && !thin) {
    std::fputs("usage: techniques_lab BUNDLE [--queries | --thinned]\n", stderr);
    return 2;
  }
  const auto file = read_file(argv[1]);
  const auto catalogue = file ? read_catalogue(file->view(), argv[1]) : std::unexpected(file.error());
  if (!catalogue) {
    std::fprintf(stderr, "%s: %s\n", argv[1], catalogue.error().message.c_str());
    return 3;
  }
  std::vector<Pseudo> all;
  add_reports(*catalogue, all);
  add_software(*catalogue, all);
  if (queries) {
    for (std::uint32_t c = 0; c < catalogue->campaigns.size(); ++c)
      all.push_back({"campaign", "", {}, query_of(*catalogue, c)});
    std::printf("set\tquery\ttechniques\tmalware\tknown_malware\ttools\n");
    for (std::size_t i = 0; i < all.size(); ++i) print_query(*catalogue, all[i], i);
    return 0;
  }
  std::printf("set\tquery\ttruth\ttraits\tgroup\tis_truth\tknown");
  for (std::size_t t = 0; t < kTerms; ++t) std::printf("\t%s", std::string(to_string(static_cast<Term>(t))).c_str());
  std::printf("\n");
  std::mt19937 random(1);
  std::size_t number = 0;
  for (const Pseudo& pseudo : all) {
    if (!thin) {
      print_terms(*catalogue, pseudo, pseudo.query, number++);
      continue;
    }
    for (const std::size_t size : kThinned)
      if (size < pseudo.query.traits.size())
        print_terms(*catalogue, pseudo, thinned(pseudo.query, size, random), number++);
  }
  return 0;
}
