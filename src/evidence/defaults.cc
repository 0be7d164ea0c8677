// The tables of docs/case.md. Every figure is a judgement, stated so that it can be contested; what can be calibrated
// (shared code, from `compare`) does not use them.
#include "samehand/evidence/defaults.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace samehand::evidence {
namespace {

constexpr std::array<KindDefault, kItemKinds> kKinds = {{
    {ItemKind::kOther, {0, 0, 0}, Forgeability::kEasy, {0, 0, 0}, "of no kind that has a default: say what it weighs"},
    {ItemKind::kSharedCode,
     {10, 20, 30},
     Forgeability::kHard,
     {.5, .8, .95},
     "rare code that was never public needs the private source; proxies are given tools by whom they work for"},
    {ItemKind::kSameBuild,
     {6, 12, 20},
     Forgeability::kModerate,
     {.5, .8, .95},
     "the very same build in both: the same hand, or a copy of a sample that others have too"},
    {ItemKind::kPrivateKey,
     {10, 20, 30},
     Forgeability::kHard,
     {.5, .8, .95},
     "needs the key itself; keys are also stolen and sold"},
    {ItemKind::kInfrastructure,
     {5, 10, 15},
     Forgeability::kModerate,
     {.4, .7, .95},
     "servers that one actor has controlled over years; access to them can be seized or bought"},
    {ItemKind::kAddress,
     {0, 2, 4},
     Forgeability::kEasy,
     {.5, .8, .95},
     "an address or domain from public reports: anybody can route through open proxies, rent or imitate it"},
    {ItemKind::kTechnique,
     {0, 0, 1},
     Forgeability::kTrivial,
     {1, 1, 1},
     "techniques are common property of all attackers"},
    {ItemKind::kSoftware, {0, .5, 2}, Forgeability::kEasy, {1, 1, 1}, "software that anybody can download or buy"},
    {ItemKind::kBuildTime,
     {0, 1, 3},
     Forgeability::kTrivial,
     {.4, .7, .95},
     "four bytes that nothing checks; working hours are shared by a third of mankind"},
    {ItemKind::kToolchain,
     {0, 1, 3},
     Forgeability::kTrivial,
     {.5, .8, .95},
     "compiler and Rich header: shared by all who use that release, and copied whole, as in the Olympic Destroyer of "
     "2018"},
    {ItemKind::kLanguage,
     {0, 2, 5},
     Forgeability::kTrivial,
     {.3, .6, .9},
     "a setting of the builder's machine, which costs nothing to change"},
    {ItemKind::kBuildPath,
     {1, 4, 8},
     Forgeability::kEasy,
     {.5, .8, .95},
     "a folder or user name: text that anybody can set, yet often forgotten"},
    {ItemKind::kText,
     {1, 4, 8},
     Forgeability::kEasy,
     {.5, .8, .95},
     "names and strings, copied from any sample or report"},
    {ItemKind::kWritingStyle,
     {0, 2, 4},
     Forgeability::kEasy,
     {.2, .5, .8},
     "phrases and errors of a writer; few words, unknown error rates, and other hands write for attackers"},
    {ItemKind::kSimilarity,
     {2, 5, 8},
     Forgeability::kModerate,
     {.5, .8, .95},
     "somebody finds it like an earlier intrusion, without the code in hand"},
    {ItemKind::kAttribution,
     {3, 7, 11},
     Forgeability::kModerate,
     {.8, .95, 1},
     "somebody with evidence of their own says who it was; what deceives the evidence deceives them too"},
    {ItemKind::kDenial, {0, 0, 0}, Forgeability::kTrivial, {1, 1, 1}, "expected from the guilty as from the innocent"},
    {ItemKind::kNoComment,
     {0, 0, 0},
     Forgeability::kTrivial,
     {1, 1, 1},
     "said by those who know as by those who do not"},
    {ItemKind::kBoast,
     {0, 0, 0},
     Forgeability::kTrivial,
     {1, 1, 1},
     "claimed by those who did it, and by those who would like to have"},
    {ItemKind::kThreat,
     {0, 2, 5},
     Forgeability::kTrivial,
     {.7, .9, 1},
     "demands that fit somebody's interest: anybody can write them, above all who wants to be taken for them"},
    {ItemKind::kMotive,
     {0, 3, 6},
     Forgeability::kTrivial,
     {.8, .95, 1},
     "many have motives; whoever plants a false flag chooses somebody who has one"},
    {ItemKind::kAccess,
     {2, 6, 10},
     Forgeability::kModerate,
     {.1, .3, .6},
     "knowledge or access that few had; it is also stolen beforehand"},
    {ItemKind::kContradiction,
     {3, 7, 12},
     Forgeability::kModerate,
     {0, 0, 0},
     "traces that contradict each other: somebody has edited one of them"},
}};

struct ByGrade {
  double low, mid, high;
};
// Probability that a source of this reliability errs, and that a report of this credibility is wrong by itself.
constexpr std::array<ByGrade, 6> kSourceErrors = {
    {{.005, .01, .03}, {.02, .05, .1}, {.05, .15, .3}, {.2, .35, .5}, {.4, .6, .8}, {.1, .3, .6}}};
constexpr std::array<ByGrade, 6> kCredibilityErrors = {
    {{.005, .01, .03}, {.05, .1, .2}, {.1, .25, .4}, {.3, .5, .7}, {.6, .8, .95}, {.1, .3, .6}}};

// Measured: how many of 330 comparisons of held-out unrelated programs reach so much (evaluation/run_unrelated.py).
// What reached it was code of third parties that no list knows, which is what such a finding can be wrong by. Mid
// (wrong + 1/2) / 331; low the lower end of the exact 95 % interval of a binomial share, .01 % where there is none. The
// 330 are five builds of 66 pairs of programs and not independent, so high is the upper end for 66, of which two reach
// 29.5 dB in some build and none 50.
constexpr std::array<CodeError, 2> kCodeErrors = {{
    {50, {.0001, .0015, .054}, 0, 330},
    {29.5, {.0007, .0076, .105}, 2, 330},
}};

constexpr std::array<Chance, 4> kPlanted = {{{1, 1, 1}, {.6, .8, .95}, {.1, .2, .4}, {.005, .02, .1}}};

double db(double ratio) {
  return 10 * std::log10(ratio);
}

// What the hypothesis makes of it: how probable where 1 is as the one pointed at, or nothing to do with it.
struct Stake {
  bool pointed_at = false, shares = false, plants = false;
};

Stake stake_of(const Item& item, const Hypothesis& target, const Hypothesis& h) {
  if (h.number == target.number) return {.pointed_at = true};
  if (target.role != Role::kAccused) return {};
  if (h.role == Role::kProxy) return {.shares = true};
  if (h.role == Role::kFalseFlag && !item.against) return {.plants = true};
  return {};
}

double weight_db(double strength_db, double error, double part) {
  const double nothing = std::pow(10, -strength_db / 10);  // 1/L
  const double x = part + (1 - part) * nothing;
  return db(((1 - error) * x + error) / ((1 - error) * nothing + error));
}

}  // namespace

const KindDefault& default_of(ItemKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}
std::span<const KindDefault> all_kind_defaults() {
  return kKinds;
}

ErrorRate error_rate(const Admiralty& grade) {
  const ByGrade& source = kSourceErrors[static_cast<std::size_t>(grade.source - 'A')];
  const ByGrade& credibility = kCredibilityErrors[static_cast<std::size_t>(grade.credibility - '1')];
  const auto either = [](double a, double b) { return 1 - (1 - a) * (1 - b); };
  return {either(source.low, credibility.low), either(source.mid, credibility.mid),
          either(source.high, credibility.high)};
}

const CodeError* code_error(double evidence_db) {
  const auto row = std::ranges::find_if(kCodeErrors, [&](const CodeError& r) { return evidence_db >= r.least_db; });
  return row == kCodeErrors.end() ? nullptr : &*row;
}

ErrorRate error_of(const Item& item) {
  if (!item.code_evidence_db) return error_rate(item.reliability);
  const CodeError* measured = code_error(*item.code_evidence_db);
  return measured != nullptr ? measured->error : error_rate({'F', '6'});
}

Chance planted(Forgeability forgeability, std::optional<bool> public_before) {
  // What stood in public reports before the incident can be copied by all who read them.
  if (public_before.value_or(false)) forgeability = std::min(forgeability, Forgeability::kEasy);
  return kPlanted[static_cast<std::size_t>(forgeability)];
}

std::vector<Weight> default_weights(const Item& item, std::span<const Hypothesis> hypotheses) {
  std::vector<Weight> out(hypotheses.size());
  const auto target = std::ranges::find(hypotheses, item.points_at, &Hypothesis::number);
  if (item.points_at == 0 || target == hypotheses.end()) return out;
  const KindDefault& kind = default_of(item.kind);
  const ErrorRate error = error_of(item);
  const Chance plant = planted(item.forgeability, item.public_before);
  for (std::size_t h = 0; h < hypotheses.size(); ++h) {
    const Stake stake = stake_of(item, *target, hypotheses[h]);
    Chance part{0, 0, 0};
    if (stake.pointed_at) part = {1, 1, 1};
    if (stake.shares) part = kind.shared;
    if (stake.plants) part = plant;
    Weight weight{1e9, weight_db(kind.strength.mid_db, error.mid, part.mid), -1e9};
    for (const double strength : {kind.strength.low_db, kind.strength.high_db}) {
      for (const double rate : {error.low, error.high}) {
        for (const double p : {part.low, part.high}) {
          weight.low_db = std::min(weight.low_db, weight_db(strength, rate, p));
          weight.high_db = std::max(weight.high_db, weight_db(strength, rate, p));
        }
      }
    }
    if (item.against) weight = {-weight.high_db, -weight.mid_db, -weight.low_db};
    out[h] = weight;
  }
  return out;
}

namespace {

// Of an item on somebody who is accused: how far the weight moves as one chance goes over its range and all else stays.
OwnRange range_of(const Item& item, std::span<const Hypothesis> hypotheses, const Chance& chance) {
  const auto target = std::ranges::find(hypotheses, item.points_at, &Hypothesis::number);
  if (target == hypotheses.end() || target->role != Role::kAccused) return {};
  const double strength = default_of(item.kind).strength.mid_db, error = error_of(item).mid;
  const auto at = [&](double part) { return weight_db(strength, error, part); };
  const OwnRange range{at(chance.mid) - at(chance.low), at(chance.high) - at(chance.mid)};
  return item.against ? OwnRange{range.up_db, range.down_db} : range;
}

}  // namespace

OwnRange planted_range(const Item& item, std::span<const Hypothesis> hypotheses) {
  return item.against ? OwnRange{} : range_of(item, hypotheses, planted(item.forgeability, item.public_before));
}

OwnRange shared_range(const Item& item, std::span<const Hypothesis> hypotheses) {
  return range_of(item, hypotheses, default_of(item.kind).shared);
}

std::vector<Hypothesis> intrusion_template(const std::string& accused) {
  return {
      {.name = accused, .role = Role::kAccused, .prior = .20, .also = {}, .description = "the accused itself"},
      {.name = "Proxies of " + accused,
       .role = Role::kProxy,
       .prior = .10,
       .also = {},
       .description = "contractors or proxies elsewhere who work for the accused"},
      {.name = "An unrelated group",
       .role = Role::kUnrelated,
       .prior = .30,
       .also = {},
       .description = "criminals, activists or another state, for reasons of their own"},
      {.name = "An insider",
       .role = Role::kInsider,
       .prior = .10,
       .also = {},
       .description = "somebody who works or worked for the victim, alone or helping others"},
      {.name = "A false flag aimed at " + accused,
       .role = Role::kFalseFlag,
       .prior = .05,
       .also = {},
       .description = "somebody who copies the accused or wants it to look like them"},
      {.name = "None of these",
       .role = Role::kNone,
       .prior = .25,
       .also = {},
       .description = "what nobody has thought of"},
  };
}

}  // namespace samehand::evidence
