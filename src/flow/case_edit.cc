// A case begins, and what people decide about hypotheses and items.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "case_dates.h"
#include "case_support.h"
#include "samehand/base/ascii.h"
#include "samehand/evidence/defaults.h"

namespace samehand::flow {
namespace {

using casefile::Access;
using casefile::CaseFile;

std::unexpected<Error> wrong(std::string message, const std::string& where) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), where);
}

// The item that is meant by a number, with or without "i", or by its name.
Result<std::int64_t> find_item(const casefile::Contents& contents, const std::string& text, const std::string& path) {
  const char* begin = text.data() + (text.starts_with('i') ? 1 : 0);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && contents.item(number) != nullptr) {
    const auto named = std::ranges::find(contents.items, text, &evidence::Item::name);
    if (named != contents.items.end() && named->number != number)
      return wrong(fmt::format("\"{0}\" is the number of one item and the name of another: give i{1} or {2}", text,
                               named->number, number),
                   path);
    return number;
  }
  std::int64_t found = 0;
  for (const evidence::Item& item : contents.items) {
    if (item.name != text) continue;
    if (found != 0) return wrong(fmt::format("several items are called \"{}\"; give its number", text), path);
    found = item.number;
  }
  if (found == 0)
    return wrong(fmt::format("no item is called \"{}\"; `samehand case findings` lists them", text), path);
  return found;
}

}  // namespace

Result<void> case_new(const std::string& path, const NewCase& settings, const CaseWork& work) {
  if (auto made = CaseFile::create(path, settings.title, work.who); !made) return made;
  if (settings.accused.empty()) return {};
  auto file = open_case(path, Access::kWrite, work);
  if (!file) return std::unexpected(file.error());
  auto change = file->begin(work.who, "hypothesis", fmt::format("the usual ones, with {} accused", settings.accused));
  if (!change) return std::unexpected(change.error());
  for (evidence::Hypothesis& h : evidence::intrusion_template(settings.accused)) {
    if (h.role == evidence::Role::kAccused) std::ranges::copy(settings.also, std::back_inserter(h.also));
    if (auto set = change->set_hypothesis(h); !set) return std::unexpected(set.error());
  }
  return change->commit();
}

Result<std::size_t> case_hypothesis(const std::string& path, const EditHypothesis& settings, const CaseWork& work) {
  using Action = EditHypothesis::Action;
  auto file = open_case(path, Access::kWrite, work);
  if (!file) return std::unexpected(file.error());
  constexpr std::string_view kVerbs[] = {"added", "changed", "removed"};
  std::string detail = fmt::format("{} {}", kVerbs[static_cast<std::size_t>(settings.action)], settings.name);
  if (settings.prior) detail += fmt::format(", prior {:g}", *settings.prior);
  if (!settings.reason.empty()) detail += ": " + settings.reason;
  auto change = file->begin(work.who, "hypothesis", detail);
  if (!change) return std::unexpected(change.error());
  auto contents = file->read();
  if (!contents) return std::unexpected(contents.error());
  std::vector<evidence::Hypothesis> now = contents->hypotheses;
  const auto it = std::ranges::find(now, settings.name, &evidence::Hypothesis::name);
  if (settings.action == Action::kAdd && (is_space(settings.name.front()) || is_space(settings.name.back())))
    return wrong(fmt::format("the name \"{}\" begins or ends with a space", settings.name), path);
  if (settings.action == Action::kAdd && it != now.end())
    return wrong(fmt::format("there is a hypothesis called \"{}\" already", settings.name), path);
  for (const evidence::Hypothesis& h : now) {
    if (settings.action == Action::kAdd && std::ranges::find(h.also, settings.name) != h.also.end())
      return wrong(fmt::format("\"{}\" is another name of \"{}\" already", settings.name, h.name), path);
  }
  if (settings.action != Action::kAdd && it == now.end())
    return wrong(
        fmt::format("there is no hypothesis called \"{}\"; `samehand case hypothesis` lists them", settings.name),
        path);
  if (settings.prior && !(*settings.prior > 0 && *settings.prior < 1)) {
    return wrong(fmt::format("a prior of {:g} leaves nothing to weigh: no evidence could ever change it; take a number "
                             "between 0 and 1",
                             *settings.prior),
                 path);
  }

  evidence::Hypothesis edited = it == now.end() ? evidence::Hypothesis{.name = settings.name} : *it;
  std::size_t referring = 0;
  for (const evidence::Item& item : contents->items) {
    if (edited.number == 0) break;
    referring +=
        item.points_at == edited.number ||
        std::ranges::find(item.weights, edited.number, &evidence::Weights::value_type::first) != item.weights.end();
  }
  if (settings.role) edited.role = *settings.role;
  std::ranges::copy(settings.also, std::back_inserter(edited.also));

  if (settings.action == Action::kRemove) {
    if (settings.reason.empty()) return wrong("a hypothesis is removed for a reason: say it with --reason", path);
    now.erase(it);
    scale_priors(now, 0, 1);
    if (auto set = change->set_hypothesis(edited, true); !set) return std::unexpected(set.error());
  } else {
    // The first has all, a further one without a prior an equal share.
    const double share = 1 / static_cast<double>(now.size() + 1);
    if (settings.prior || edited.number == 0) {
      edited.prior = now.empty() ? settings.prior.value_or(1) : settings.prior.value_or(share);
      scale_priors(now, edited.number, 1 - edited.prior);
    }
    const auto number = change->set_hypothesis(edited);
    if (!number) return std::unexpected(number.error());
    if (it != now.end()) *it = edited;
  }
  for (const evidence::Hypothesis& h : now) {
    const evidence::Hypothesis* before = contents->hypothesis(h.number);
    if (h.number == edited.number || before == nullptr || before->prior == h.prior) continue;
    if (auto set = change->set_hypothesis(h); !set) return std::unexpected(set.error());
  }
  if (auto committed = change->commit(); !committed) return std::unexpected(committed.error());
  return referring;
}

Result<std::int64_t> case_assess(const std::string& path, const AssessItem& settings, const CaseWork& work) {
  if (settings.reason.empty())
    return wrong("a judgement needs a reason, which is kept with it: say it with --reason", path);
  auto file = open_case(path, Access::kWrite, work);
  if (!file) return std::unexpected(file.error());
  auto change = file->begin(work.who, "assess", "");
  if (!change) return std::unexpected(change.error());
  const auto contents = file->read();
  if (!contents) return std::unexpected(contents.error());

  // Names of hypotheses as numbers.
  const auto number_of = [&](const std::string& name) -> Result<std::int64_t> {
    const evidence::Hypothesis* h = contents->hypothesis(name);
    if (h != nullptr) return h->number;
    return wrong(fmt::format("there is no hypothesis called \"{}\"; `samehand case hypothesis` lists them", name),
                 path);
  };
  std::vector<std::pair<std::string, std::string>> fields = settings.fields;
  for (const auto& [field, value] : fields) {
    if (field == "known" && !last_day(value))
      return wrong(fmt::format("\"{}\" is no date: give it as 2014-12-04, 2014-12 or 2014", value), path);
  }
  if (settings.points_at) {
    std::int64_t number = 0;
    if (!settings.points_at->empty()) {
      const auto found = number_of(*settings.points_at);
      if (!found) return found;
      number = *found;
    }
    fields.emplace_back("points-at", std::to_string(number));
  }
  if (!settings.weights.empty()) {
    evidence::Weights weights;
    for (const auto& [name, weight] : settings.weights) {
      const auto found = number_of(name);
      if (!found) return found;
      weights.push_back({*found, weight});
    }
    std::ranges::sort(weights, {}, &evidence::Weights::value_type::first);
    if (std::ranges::adjacent_find(weights, {}, &evidence::Weights::value_type::first) != weights.end())
      return wrong("a hypothesis is given two weights", path);
    fields.emplace_back("weights", casefile::weights_text(weights));
  } else if (settings.default_weights) {
    fields.emplace_back("weights", "");
  }

  std::int64_t number = 0;
  std::string said;
  if (settings.add) {
    if (settings.item.empty()) return wrong("an item needs a name", path);
    evidence::Item item;
    item.name = settings.item;
    item.statement = settings.statement.empty() ? settings.item : settings.statement;
    for (const auto& [field, value] : fields) {
      if (auto applied = casefile::apply_judgement(item, field, value); !applied)
        return std::unexpected(applied.error());
    }
    // What the kind says of its forgeability, unless the analyst does.
    if (std::ranges::find(fields, "forgeability", &std::pair<std::string, std::string>::first) == fields.end())
      item.forgeability = evidence::default_of(item.kind).forgeability;
    const auto added = change->add_item(item);
    if (!added) return added;
    number = *added;
    // The reason stands where all reasons stand.
    if (auto judged = change->judge(number, "kind", to_string(item.kind), settings.reason); !judged)
      return std::unexpected(judged.error());
    said = "new";
  } else {
    const auto found = find_item(*contents, settings.item, path);
    if (!found) return found;
    number = *found;
    if (fields.empty()) return wrong("says nothing new of the item", path);
    for (const auto& [field, value] : fields) {
      if (auto judged = change->judge(number, field, value, settings.reason); !judged)
        return std::unexpected(judged.error());
      said += (said.empty() ? "" : ", ") + field;
    }
  }
  change->set_detail(fmt::format("item {}, {}: {}", number, said, settings.reason));
  if (auto committed = change->commit(); !committed) return std::unexpected(committed.error());
  return number;
}

}  // namespace samehand::flow
