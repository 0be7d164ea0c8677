// `case …`: the commands that change a case.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include "arguments.h"
#include "case_command.h"
#include "interrupt.h"
#include "output.h"
#include "samehand/dossier/case.h"
#include "samehand/dossier/printable.h"

namespace samehand::cli {
namespace {

struct Common {
  std::string path, by;
  OutputFormat format = OutputFormat::kText;
  unsigned jobs = 0;
};

void add_by(CLI::App& command, Common& common) {
  command.add_option("--by", common.by, "Who does it, for the history; default: $SAMEHAND_ANALYST, or the user's name")
      ->option_text("NAME");
}

// What a user who stops a command should know. Each step is one change of the case, which is there whole or not at all.
std::string when_interrupted(const std::string& path, std::string_view then) {
  return fmt::format(
      "interrupted: {} holds what was done before (samehand case log); the step that was not finished left "
      "nothing. {}",
      dossier::shorten(dossier::printable(path), 300), then);
}

template <class Enum>
CLI::Validator one_of(std::optional<Enum> (*parse)(std::string_view), std::string names) {
  return CLI::Validator(
      [parse, names](const std::string& text) {
        return parse(text) ? std::string() : fmt::format("'{}' is none of {}", text, names);
      },
      "");
}

// -- new

struct NewArguments : Common {
  flow::NewCase settings;
};

int run(const NewArguments& a) {
  if (outputs_refused({a.path}, {})) return kBadUsage;
  const auto made = flow::case_new(a.path, a.settings, case_work(a.by, 0, "making"));
  return made ? kSuccess : exit_code(made.error());
}

// -- add

struct AddArguments : Common {
  flow::AddExhibits settings;
  std::string kind;
};

int run(const AddArguments& a) {
  if (a.settings.paths.empty() && !a.settings.again) {
    complain({ErrorCode::kInvalidArgument, "PATH is required: what is to be added? (--again alone reads anew)", {}});
    return kBadUsage;
  }
  flow::AddExhibits settings = a.settings;
  if (!a.kind.empty()) settings.kind = evidence::parse_exhibit_kind(a.kind);
  const InterruptionNote note(when_interrupted(a.path, "The same command goes on from there."));
  const auto added = flow::case_add(a.path, settings, case_work(a.by, a.jobs, "adding"));
  if (!added) return exit_code(added.error());
  std::string text;
  for (const auto& [exhibit, fresh, items] : added->exhibits) {
    text += fmt::format("{} {} ({}): {}\n", fresh ? "added" : "already there:", dossier::printable(exhibit.name),
                        to_string(exhibit.kind), items == 1 ? std::string("1 item") : fmt::format("{} items", items));
  }
  if (added->regrouped > 0)
    text +=
        fmt::format("{} grouped by whose voice {}\n",
                    added->regrouped == 1 ? std::string("1 item is") : fmt::format("{} items are", added->regrouped),
                    added->regrouped == 1 ? "it is" : "they are");
  const int status = complain_all(added->failures);
  // Told, because what is not in the case is not evidence; no failure, since it was passed over on purpose.
  for (const std::string& passed_over : added->notes) complain({ErrorCode::kNotSupported, passed_over, {}});
  if (!print(text)) return kSomeFailed;
  return status;
}

// -- import

struct ImportArguments : Common {
  std::string file;
};

int run(const ImportArguments& a) {
  const InterruptionNote note(
      when_interrupted(a.path, "An import is kept whole or not at all; the same command may be given again."));
  const auto imported = flow::case_import(a.path, a.file, case_work(a.by, 0, "importing"));
  if (!imported) {
    // A file that contradicts itself is an input that failed, not bad usage.
    const int status = exit_code(imported.error());
    return imported.error().where == a.file ? kSomeFailed : status;
  }
  if (!imported->fresh) return print("this very file was imported before; nothing was done\n") ? kSuccess : kSomeFailed;
  std::string text = fmt::format("{} hypotheses, {} items", imported->hypotheses, imported->items);
  if (imported->known > 0) text += fmt::format(" ({} more had been imported before)", imported->known);
  if (imported->exhibits > 0)
    text += fmt::format(", {} exhibits by their hashes: `case verify --exhibits` finds them", imported->exhibits);
  return print(text + "\n") ? kSuccess : kSomeFailed;
}

// -- hypothesis

struct HypothesisArguments : Common {
  std::string add, set, remove, role;
  double prior = 0;
  CLI::Option* prior_option = nullptr;
  std::vector<std::string> also;
  std::string reason;
};

int run(const HypothesisArguments& a) {
  const auto work = case_work(a.by, 0, "reading");
  const bool edits = a.prior_option->count() > 0 || !a.role.empty() || !a.also.empty();
  if (edits && a.add.empty() && a.set.empty()) {
    complain({ErrorCode::kInvalidArgument,
              "--prior, --role and --also go with --add NAME or --set NAME; nothing was done", a.path});
    return kBadUsage;
  }
  if (a.add.empty() && a.set.empty() && a.remove.empty()) {
    const auto view = flow::case_view(a.path, work);
    if (!view) return exit_code(view.error());
    return print(a.format == OutputFormat::kJson ? dossier::hypotheses_json(*view)
                                                 : dossier::hypotheses_text(*view, text_options()))
               ? kSuccess
               : kSomeFailed;
  }
  using Action = flow::EditHypothesis::Action;
  flow::EditHypothesis edit;
  edit.action = !a.add.empty() ? Action::kAdd : !a.set.empty() ? Action::kSet : Action::kRemove;
  edit.name = a.add + a.set + a.remove;
  if (a.prior_option->count() > 0) edit.prior = a.prior;
  if (!a.role.empty()) edit.role = evidence::parse_role(a.role);
  edit.also = a.also;
  edit.reason = a.reason;
  const auto referring = flow::case_hypothesis(a.path, edit, work);
  if (!referring) return exit_code(referring.error());
  if (edit.action == Action::kRemove && *referring > 0) {
    return print(fmt::format("{} items weigh it or point at it; they stay, and say nothing about it any more\n",
                             *referring))
               ? kSuccess
               : kSomeFailed;
  }
  return kSuccess;
}

// -- assess

struct AssessArguments : Common {
  flow::AssessItem settings;
  std::vector<std::string> weights, likelihoods;
  std::string points_at;
  CLI::Option* points_at_option = nullptr;
  std::map<std::string, std::string> fields;
  bool against = false, for_it = false, exclude = false, include = false;
};

// "H=LOW,MID,HIGH" or "H=MID"; the last = divides, so that names may hold one.
std::optional<std::pair<std::string, std::vector<double>>> parse_numbers(const std::string& text) {
  const auto equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  std::vector<double> numbers;
  const char* at = text.data() + equals + 1;
  const char* end = text.data() + text.size();
  while (true) {
    double value = 0;
    if (at < end && *at == '+') ++at;
    const auto [stopped, error] = std::from_chars(at, end, value);
    if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
    numbers.push_back(value);
    if (stopped == end) break;
    if (*stopped != ',' || numbers.size() == 3) return std::nullopt;
    at = stopped + 1;
  }
  if (numbers.size() == 1) numbers.resize(3, numbers[0]);
  if (numbers.size() != 3 || numbers[0] > numbers[1] || numbers[1] > numbers[2]) return std::nullopt;
  return std::pair(text.substr(0, equals), numbers);
}

std::string check_weight(const std::string& text) {
  const auto parsed = parse_numbers(text);
  if (!parsed) return fmt::format("'{}' is no weight: give it as HYPOTHESIS=LOW,MID,HIGH in decibans, ascending", text);
  if (parsed->second[0] < -evidence::kMaxWeightDb || parsed->second[2] > evidence::kMaxWeightDb)
    return fmt::format(
        "'{}' is beyond {} dB: as good as a likelihood of 0 or 1, which no evidence could ever make up for", text,
        evidence::kMaxWeightDb);
  return {};
}

std::string check_likelihood(const std::string& text) {
  const auto parsed = parse_numbers(text);
  if (!parsed)
    return fmt::format("'{}' is no likelihood: give it as HYPOTHESIS=LOW,MID,HIGH, ascending, over 0 and at most 1",
                       text);
  if (parsed->second[0] <= 0)
    return fmt::format(
        "'{}': a likelihood of 0 rules the hypothesis out for good, whatever else is found; take a small number", text);
  if (parsed->second[2] > 1) return fmt::format("'{}': a likelihood is at most 1", text);
  return {};
}

int run(const AssessArguments& a) {
  flow::AssessItem settings = a.settings;
  for (const auto& [field, value] : a.fields) {
    if (!value.empty()) settings.fields.emplace_back(field, value);
  }
  if (a.against || a.for_it) settings.fields.emplace_back("against", a.against ? "yes" : "no");
  if (a.exclude || a.include) settings.fields.emplace_back("excluded", a.exclude ? "yes" : "no");
  if (a.points_at_option->count() > 0) settings.points_at = a.points_at == "-" ? std::string() : a.points_at;
  for (const std::string& text : a.weights) {
    const auto parsed = parse_numbers(text);
    settings.weights.push_back({parsed->first, {parsed->second[0], parsed->second[1], parsed->second[2]}});
  }
  for (const std::string& text : a.likelihoods) {
    const auto parsed = parse_numbers(text);
    const auto db = [](double p) { return 10 * std::log10(p); };
    settings.weights.push_back({parsed->first, {db(parsed->second[0]), db(parsed->second[1]), db(parsed->second[2])}});
  }
  const auto number = flow::case_assess(a.path, settings, case_work(a.by, 0, "assessing"));
  if (!number) return exit_code(number.error());
  return print(fmt::format("i{}\n", *number)) ? kSuccess : kSomeFailed;
}

}  // namespace

std::vector<CaseRun> add_case_editing(CLI::App& parent) {
  std::vector<CaseRun> out;
  const auto begin = [&](const char* name, const char* says, auto& arguments) -> CLI::App& {
    CLI::App& command = case_subcommand(parent, name, says, arguments->path);
    add_by(command, *arguments);
    out.push_back({name, [arguments] { return run(*arguments); }});
    return command;
  };

  {
    auto a = std::make_shared<NewArguments>();
    CLI::App& c = begin("new", "A new case", a);
    c.add_option("--title", a->settings.title, "What it is about")->option_text("TEXT");
    auto* accused = c.add_option("--accused", a->settings.accused,
                                 "Who is suspected: brings the hypotheses that are usually forgotten, with priors")
                        ->transform(name_given())
                        ->option_text("NAME");
    c.add_option("--also", a->settings.also, "Another name under which reports speak of the accused; may be repeated")
        ->transform(name_given())
        ->option_text("NAME")
        ->needs(accused);
  }
  {
    auto a = std::make_shared<AddArguments>();
    CLI::App& c = begin("add", "Exhibits in: kept whole, read, and turned into items of evidence", a);
    c.add_option("PATH", a->settings.paths, "Files, or folders of them");
    c.add_flag("--again", a->settings.again, "Read anew what an earlier version has read; PATH is then not needed");
    c.add_option("--as", a->kind, "What they are, where it is not to be told by content")
        ->check(one_of(evidence::parse_exhibit_kind, "tool, report, trace, loot"))
        ->option_text("tool|report|trace|loot");
    c.add_option("--source", a->settings.source, "Where they were got from")->option_text("TEXT");
    c.add_option("--collected", a->settings.collected, "When")->option_text("DATE");
    c.add_option("--known-of", a->settings.known_of,
                 "A hypothesis whose earlier tools these are: the incident's are compared with them")
        ->option_text("HYPOTHESIS");
    c.add_flag("--by-reference", a->settings.by_reference, "Keep only their hashes");
    c.add_option("--names", a->settings.name_lists, "Names of actors, malware and techniques, as for read")
        ->option_text("FILE");
    c.add_option("-j,--jobs", a->jobs, "Worker processes at a time; 0 for one per core")->capture_default_str();
  }
  {
    auto a = std::make_shared<ImportArguments>();
    CLI::App& c = begin("import", "Hypotheses and items from JSON, a STIX bundle or MISP events", a);
    c.add_option("FILE", a->file, "The file (docs/format/evidence.md, stix.md, misp.md)")->required();
  }
  {
    auto a = std::make_shared<HypothesisArguments>();
    CLI::App& c = begin("hypothesis", "The hypotheses; adds, changes or removes one", a);
    auto* add = c.add_option("--add", a->add, "A new one")->transform(name_given())->option_text("NAME");
    auto* set = c.add_option("--set", a->set, "Change one")->option_text("NAME")->excludes(add);
    c.add_option("--remove", a->remove, "Remove one")->option_text("NAME")->excludes(add)->excludes(set);
    a->prior_option =
        c.add_option("--prior", a->prior, "Its prior; the others keep their proportions")->option_text("P");
    c.add_option("--role", a->role, "What it has to do with the accusation")
        ->check(one_of(evidence::parse_role, "accused, proxy, unrelated, insider, false-flag, none, other"))
        ->option_text("accused|proxy|unrelated|insider|false-flag|none|other");
    c.add_option("--also", a->also, "Another name under which reports speak of it; may be repeated")
        ->transform(name_given())
        ->option_text("NAME");
    c.add_option("--reason", a->reason, "Why; kept in the history")->option_text("TEXT");
    add_format(c, a->format, false);
  }
  {
    auto a = std::make_shared<AssessArguments>();
    CLI::App& c = begin("assess", "Judge an item, or add one by hand; with a reason that is kept", a);
    c.add_option("ITEM", a->settings.item, "Its number or name; with --new what it is to be called")->required();
    c.add_flag("--new", a->settings.add, "A new item");
    c.add_option("--reason", a->settings.reason, "Why")->option_text("TEXT")->required();
    c.add_option("--statement", a->settings.statement, "What a new item says, in full")->option_text("TEXT");
    a->points_at_option = c.add_option("--points-at", a->points_at, "The hypothesis that it tells for; - for none")
                              ->option_text("HYPOTHESIS");
    auto* against = c.add_flag("--against", a->against, "It tells against the hypothesis that it points at");
    c.add_flag("--for", a->for_it, "It tells for it")->excludes(against);
    auto* weight = c.add_option("--weight", a->weights, "Its weight for a hypothesis, in decibans; may be repeated")
                       ->check(CLI::Validator(check_weight, ""))
                       ->option_text("HYPOTHESIS=LOW,MID,HIGH");
    c.add_option("--likelihood", a->likelihoods, "The same as the probability of it where the hypothesis is true")
        ->check(CLI::Validator(check_likelihood, ""))
        ->option_text("HYPOTHESIS=LOW,MID,HIGH")
        ->excludes(weight);
    c.add_flag("--default-weights", a->settings.default_weights, "Back to what the tables say")->excludes(weight);
    c.add_option("--kind", a->fields["kind"], "What kind of thing it says (docs/case.md)")
        ->check(one_of(evidence::parse_item_kind, "the kinds in docs/case.md"))
        ->option_text("KIND");
    c.add_option("--reliability", a->fields["reliability"], "Of its source, in the Admiralty code")
        ->check(one_of(evidence::parse_admiralty, "A1 … F6"))
        ->option_text("A1…F6");
    c.add_option("--forgeability", a->fields["forgeability"], "How easily it is forged")
        ->check(one_of(evidence::parse_forgeability, "trivial, easy, moderate, hard"))
        ->option_text("trivial|easy|moderate|hard");
    c.add_option("--public-before", a->fields["public-before"],
                 "Whether it could be copied from what was public before")
        ->check(CLI::IsMember({"yes", "no"}))
        ->option_text("yes|no");
    c.add_option("--group", a->fields["group"], "Its dependence group: items of one group are one observation")
        ->option_text("NAME");
    c.add_option("--from", a->fields["source"], "Who says so")->option_text("SOURCE");
    c.add_option("--known", a->fields["known"], "Since when it could be known")->option_text("DATE");
    auto* exclude = c.add_flag("--exclude", a->exclude, "Keep it, and do not weigh it");
    c.add_flag("--include", a->include, "Weigh it again")->excludes(exclude);
  }
  return out;
}

}  // namespace samehand::cli
