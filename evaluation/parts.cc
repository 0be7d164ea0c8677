#include "parts.h"

#include <array>
#include <charconv>
#include <initializer_list>
#include <variant>

namespace samehand::match {
namespace {

using feature::Kind;

void remove_kinds(Parameters& p, std::initializer_list<Kind> kinds) {
  for (const Kind kind : kinds) {
    for (auto& weights : p.kind_weight) weights[static_cast<std::size_t>(kind)] = 0;
  }
}

void remove_bonds(Parameters& p, std::initializer_list<Bond> bonds) {
  for (const Bond bond : bonds) p.bond_weight[static_cast<std::size_t>(bond)] = 0;
}

constexpr std::array kParts = {
    Part{"strands", "data-flow strands, exact and abstract",
         [](Parameters& p) {
           remove_kinds(p, {Kind::kStrand1, Kind::kStrand2, Kind::kStrand3, Kind::kAbstract1, Kind::kAbstract2});
         }},
    Part{"constants", "constants computed and compared with",
         [](Parameters& p) { remove_kinds(p, {Kind::kConstant, Kind::kCompared}); }},
    Part{"strings", "strings that the function refers to", [](Parameters& p) { remove_kinds(p, {Kind::kString}); }},
    Part{"data", "read-only data", [](Parameters& p) { remove_kinds(p, {Kind::kReadOnlyData}); }},
    Part{"imports", "imports, and what they are called with",
         [](Parameters& p) { remove_kinds(p, {Kind::kImport, Kind::kCallArgument}); }},
    Part{"fields", "offsets of structure accesses", [](Parameters& p) { remove_kinds(p, {Kind::kField}); }},
    Part{"control-flow", "edges and shape", [](Parameters& p) { remove_kinds(p, {Kind::kEdge, Kind::kShape}); }},
    Part{"callers", "constants that callers pass", [](Parameters& p) { remove_kinds(p, {Kind::kCallerConstant}); }},
    Part{"tables", "strings in tables beside the function, neighbours in tables",
         [](Parameters& p) {
           remove_kinds(p, {Kind::kTableString});
           remove_bonds(p, {Bond::kTableNext, Bond::kTableBefore});
         }},
    Part{"rarity", "inverse document frequency", [](Parameters& p) { p.rarity_power = 0; }},
    Part{"background", "the table of ordinary programs", [](Parameters& p) { p.background_functions = 0; }},
    Part{"inlining", "virtual inlining, fixed and fitted",
         [](Parameters& p) {
           p.inline_levels = 0;
           p.fit_inlining = false;
         }},
    Part{"views", "functions with their small callees executed within them",
         [](Parameters& p) { p.other_views = false; }},
    Part{"fitting", "inlining to suit the pair (the fixed one stays)",
         [](Parameters& p) {
           p.fit_inlining = false;
           p.half_inlined_share = 1;
         }},
    Part{"neighbours", "matched neighbours", [](Parameters& p) { p.rounds = 0; }},
    Part{"order", "neighbours in the file", [](Parameters& p) { remove_bonds(p, {Bond::kOrder}); }},
    Part{"calls", "callers, callees and their siblings",
         [](Parameters& p) { remove_bonds(p, {Bond::kCallee, Bond::kCaller, Bond::kSibling}); }},
    Part{"ranking", "candidates ranked by the network (strength alone instead)",
         [](Parameters& p) { p.learned_ranking = false; }},
    Part{"shared-mass", "competing by shared mass (similarity alone instead)", [](Parameters& p) { p.mass_power = 0; }},
};

struct Number {
  std::string_view name;
  std::variant<float Parameters::*, int Parameters::*> member;
};

constexpr std::array kNumbers = {
    Number{"rarity_power", &Parameters::rarity_power},
    Number{"background_functions", &Parameters::background_functions},
    Number{"query_power", &Parameters::query_power},
    Number{"similarity_power", &Parameters::similarity_power},
    Number{"mass_power", &Parameters::mass_power},
    Number{"inline_weight", &Parameters::inline_weight},
    Number{"inline_gain", &Parameters::inline_gain},
    Number{"half_inlined_share", &Parameters::half_inlined_share},
    Number{"before_power", &Parameters::before_power},
    Number{"context_weight", &Parameters::context_weight},
    Number{"caller_through", &Parameters::caller_through},
    Number{"callee_through", &Parameters::callee_through},
    Number{"seed_margin", &Parameters::seed_margin},
    Number{"later_margin", &Parameters::later_margin},
    Number{"ranked_seed", &Parameters::ranked_seed},
    Number{"rounds", &Parameters::rounds},
    Number{"ranked_rounds", &Parameters::ranked_rounds},
    Number{"proposing_rounds", &Parameters::proposing_rounds},
};

}  // namespace

std::span<const Part> parts() {
  return kParts;
}

bool remove_part(std::string_view name, Parameters& parameters) {
  for (const Part& part : kParts) {
    if (part.name != name) continue;
    part.remove(parameters);
    return true;
  }
  return false;
}

bool set_parameter(std::string_view assignment, Parameters& parameters) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view number = assignment.substr(equals + 1);
  float value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size()) return false;
  for (const Number& known : kNumbers) {
    if (known.name != assignment.substr(0, equals)) continue;
    std::visit([&]<class T>(T Parameters::* member) { parameters.*member = static_cast<T>(value); }, known.member);
    return true;
  }
  return false;
}

}  // namespace samehand::match
