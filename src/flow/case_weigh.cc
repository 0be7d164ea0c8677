// The verdict: items as weights, weighed, with what would move it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "case_dates.h"
#include "case_items.h"
#include "case_support.h"
#include "samehand/evidence/defaults.h"

namespace samehand::flow {
namespace {

using evidence::ItemKind;

// What somebody could still find, and how it would be said.
struct Findable {
  ItemKind kind;
  const char* phrase;  // of a hypothesis
};
constexpr std::array kFindable = {
    Findable{ItemKind::kSharedCode, "rare private code in earlier tools of “{}”"},
    Findable{ItemKind::kPrivateKey, "a signature with a private key of “{}”"},
    Findable{ItemKind::kInfrastructure, "servers that “{}” has controlled over years"},
    Findable{ItemKind::kSameBuild, "the same build in another intrusion of “{}”"},
    Findable{ItemKind::kAccess, "knowledge or access that only “{}” had"},
    Findable{ItemKind::kAttribution, "an independent attribution to “{}” with evidence of its own"},
};
constexpr std::size_t kProspectsOf = 4;  // hypotheses, the most probable first

std::vector<evidence::Weight> weights_of(const evidence::Item& item, std::span<const evidence::Hypothesis> hypotheses) {
  if (item.weights.empty()) return evidence::default_weights(item, hypotheses);
  std::vector<evidence::Weight> out(hypotheses.size());
  for (std::size_t h = 0; h < hypotheses.size(); ++h) {
    const auto it =
        std::ranges::lower_bound(item.weights, hypotheses[h].number, {}, &evidence::Weights::value_type::first);
    if (it != item.weights.end() && it->first == hypotheses[h].number) out[h] = it->second;
  }
  return out;
}

// Why a part of a range moves by itself (weigh::Hypothesis::own).
constexpr std::uint8_t kPlanted = 1, kShared = 2;

// Who is accused with whom: the accused, proxies and false flags of one accusation are one bloc, since what points at
// the accused is strong or weak for all of them at once. Where several are accused, a proxy or false flag belongs to
// the one that its name holds; to none, and is drawn by itself, where that is not clear.
void set_blocs(std::span<const evidence::Hypothesis> from, std::span<weigh::Hypothesis> to) {
  using evidence::Role;
  std::vector<evidence::Hypothesis> accused;
  for (const evidence::Hypothesis& h : from) {
    if (h.role == Role::kAccused) accused.push_back(h);
  }
  for (std::size_t h = 0; h < from.size(); ++h) {
    const bool satellite = from[h].role == Role::kProxy || from[h].role == Role::kFalseFlag;
    if (!satellite && from[h].role != Role::kAccused) continue;
    const evidence::Hypothesis* whose = nullptr;
    if (!satellite)
      whose = &from[h];
    else if (accused.size() == 1)
      whose = &accused[0];
    else
      whose = meant_by(std::span(&from[h].name, 1), accused);
    if (whose != nullptr) to[h].bloc = static_cast<std::uint32_t>(whose->number);
    if (to[h].bloc != 0)
      to[h].own = from[h].role == Role::kFalseFlag ? kPlanted : from[h].role == Role::kProxy ? kShared : 0;
  }
}

// What of the weights for a false flag and for proxies moves by itself. By the defaults whether the thing was planted,
// and whether proxies would leave it; of weights given by hand all of the false flag's, unless they are the accused's
// own: who gives both the same says that it cannot tell them apart.
void set_own(const evidence::Item& item, std::span<const evidence::Hypothesis> hypotheses,
             std::span<const evidence::Weight> row, weigh::Item& out) {
  if (item.weights.empty()) {
    const auto planted = evidence::planted_range(item, hypotheses), shared = evidence::shared_range(item, hypotheses);
    out.own[kPlanted - 1] = {planted.down_db, planted.up_db};
    out.own[kShared - 1] = {shared.down_db, shared.up_db};
    return;
  }
  const auto of = [&](evidence::Role role) {
    const auto it = std::ranges::find(hypotheses, role, &evidence::Hypothesis::role);
    return it == hypotheses.end() ? nullptr : &row[static_cast<std::size_t>(it - hypotheses.begin())];
  };
  const evidence::Weight *accused = of(evidence::Role::kAccused), *flag = of(evidence::Role::kFalseFlag);
  if (accused != nullptr && flag != nullptr && *accused == *flag) return;
  out.own[kPlanted - 1] = {2 * evidence::kMaxWeightDb, 2 * evidence::kMaxWeightDb};
}

// PARC's factors from the Admiralty grade.
double ach_factor(const evidence::Admiralty& grade) {
  using weigh::Grade;
  const Grade source = grade.source <= 'B'                          ? Grade::kHigh
                       : grade.source == 'C' || grade.source == 'F' ? Grade::kMedium
                                                                    : Grade::kLow;
  const Grade said = grade.credibility <= '2'                               ? Grade::kHigh
                     : grade.credibility == '3' || grade.credibility == '6' ? Grade::kMedium
                                                                            : Grade::kLow;
  return weigh::factor(source) * weigh::factor(said);
}

void look_ahead(dossier::CaseVerdict& verdict) {
  const auto& hypotheses = verdict.contents.hypotheses;
  std::vector<std::size_t> order(hypotheses.size());
  for (std::size_t h = 0; h < order.size(); ++h) order[h] = h;
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return verdict.outcome.posterior[a].mid > verdict.outcome.posterior[b].mid;
  });
  order.resize(std::min(order.size(), kProspectsOf));
  for (const std::size_t h : order) {
    // Nobody owns tools or servers as one of "none of these".
    const auto role = hypotheses[h].role;
    if (role == evidence::Role::kNone) continue;
    for (const Findable& findable : kFindable) {
      if (findable.kind == ItemKind::kAccess && role != evidence::Role::kInsider) continue;
      evidence::Item item;
      item.kind = findable.kind;
      item.forgeability = evidence::default_of(findable.kind).forgeability;
      item.reliability = {'A', '2'};
      item.points_at = hypotheses[h].number;
      verdict.candidates.push_back({fmt::format(fmt::runtime(findable.phrase), hypotheses[h].name),
                                    evidence::default_weights(item, hypotheses)});
    }
  }
  verdict.prospects = weigh::prospects(verdict.outcome.posterior, verdict.candidates);
}

}  // namespace

Result<std::string> day_of(const std::string& as_of) {
  if (as_of.empty()) return std::string();
  auto day = last_day(as_of);
  if (!day)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("\"{}\" is no date: give it as 2014-12-04, 2014-12 or 2014", as_of));
  return *std::move(day);
}

Result<dossier::CaseVerdict> weigh_contents(casefile::Contents contents, const std::string& path,
                                            const std::string& as_of) {
  const auto day = day_of(as_of);
  if (!day) return std::unexpected(day.error());
  dossier::CaseVerdict verdict;
  verdict.file = path;
  verdict.as_of = as_of;
  verdict.contents = std::move(contents);
  const auto& hypotheses = verdict.contents.hypotheses;
  if (hypotheses.empty()) {
    return fail(
        ErrorCode::kInvalidArgument,
        "has no hypotheses to weigh: `samehand case hypothesis` adds one, `samehand case import` a file of them", path);
  }
  for (const evidence::Hypothesis& h : hypotheses) verdict.problem.hypotheses.push_back({h.name, h.prior});
  set_blocs(hypotheses, verdict.problem.hypotheses);
  // Before room is made for all the weights that a file of somebody else's would have us hold.
  if (hypotheses.size() > weigh::kMaxHypotheses ||
      verdict.contents.items.size() > weigh::kMaxWeights / hypotheses.size()) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("{} items for {} hypotheses are more than can be weighed", verdict.contents.items.size(),
                            hypotheses.size()),
                path);
  }

  // What was known then, and is not set aside.
  std::vector<double> factors;
  verdict.left_out.resize(verdict.contents.items.size());
  for (std::size_t i = 0; i < verdict.contents.items.size(); ++i) {
    const evidence::Item& item = verdict.contents.items[i];
    verdict.left_out[i] = item.excluded ? dossier::LeftOut::kExcluded : left_out_on(item.known, *day);
    switch (verdict.left_out[i]) {
      case dossier::LeftOut::kExcluded:
        ++verdict.excluded;
        continue;
      case dossier::LeftOut::kLater:
        ++verdict.later;
        continue;
      case dossier::LeftOut::kUndated:
        ++verdict.undated;
        continue;
      case dossier::LeftOut::kNo:
        break;
    }
    verdict.items.push_back(i);
    verdict.problem.items.push_back({item.name, item.group, item.source});
    const auto row = weights_of(item, hypotheses);
    set_own(item, hypotheses, row, verdict.problem.items.back());
    verdict.problem.weights.insert(verdict.problem.weights.end(), row.begin(), row.end());
    factors.push_back(ach_factor(item.reliability));
  }

  auto outcome = weigh::weigh(verdict.problem, verdict.options);
  if (!outcome) {
    outcome.error().where = path;
    return std::unexpected(outcome.error());
  }
  verdict.outcome = std::move(*outcome);
  verdict.founded = weigh::founded(verdict.outcome);
  verdict.matrix = weigh::ach(verdict.problem, factors);
  look_ahead(verdict);
  return verdict;
}

dossier::LeftOut left_out_on(const std::string& known, const std::string& day) {
  if (day.empty()) return dossier::LeftOut::kNo;
  const auto since = last_day(known);
  if (!since) return dossier::LeftOut::kUndated;
  return *since > day ? dossier::LeftOut::kLater : dossier::LeftOut::kNo;
}

Result<dossier::CaseVerdict> case_weigh(const std::string& path, const std::string& as_of, const CaseWork& work) {
  // A slip of the pen is told before the case is opened.
  if (const auto day = day_of(as_of); !day) return std::unexpected(day.error());
  auto file = open_case(path, casefile::Access::kRead, work);
  if (!file) return std::unexpected(file.error());
  auto contents = read_contents(*file, work);
  if (!contents) return std::unexpected(contents.error());
  return weigh_contents(std::move(*contents), path, as_of);
}

Result<dossier::CaseView> case_view(const std::string& path, const CaseWork& work) {
  auto file = open_case(path, casefile::Access::kRead, work);
  if (!file) return std::unexpected(file.error());
  auto view = view_of(*file, path, work);
  if (!view) return view;
  auto history = file->history();
  if (!history) return std::unexpected(history.error());
  view->history = std::move(*history);
  return view;
}

}  // namespace samehand::flow
