// Hypotheses and items that somebody else wrote.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "case_dates.h"
#include "case_items.h"
#include "case_methods.h"
#include "case_support.h"
#include "messages.h"
#include "samehand/base/file.h"
#include "samehand/base/hash.h"
#include "samehand/base/worker.h"
#include "samehand/exchange/evidence.h"
#include "samehand/weigh/problem.h"

namespace samehand::flow {
namespace {

constexpr std::uint64_t kMaxImportBytes = 1 << 30;
constexpr std::size_t kRemarksTold = 5, kRemarksLogged = 3;
constexpr std::uint8_t kEvidenceFrame = 66;  // behind those of read.cc

Result<exchange::Evidence> parse(ByteView bytes, const std::string& path, const CaseWork& work) {
  Result<exchange::Evidence> out = fail(ErrorCode::kMalformed, "nothing came out of it", path);
  WorkerJob job;
  job.run = [&](const FrameSink& sink) {
    const auto imported = exchange::import_evidence(bytes);
    if (imported)
      sink.send(kEvidenceFrame, ByteView(exchange::encode(*imported)));
    else
      sink.send(kErrorFrame, ByteView(encode_error(imported.error())));
  };
  job.on_frame = [&](std::uint8_t type, ByteView frame) {
    if (type == kEvidenceFrame) {
      out = exchange::decode(frame);
    } else if (type == kErrorFrame) {
      auto error = decode_error(frame);
      out = std::unexpected(error ? *error : error.error());
    }
    if (!out) out.error().where = path;
  };
  job.limits = WorkerLimits::for_input(bytes.size());
  WorkerOptions workers;
  workers.on_diagnostic = work.on_diagnostic;
  workers.on_wait = [&](std::size_t) {
    if (work.on_progress) work.on_progress(0, 1, path + ", reading it");
  };
  const auto ends = run_workers(std::span(&job, 1), workers);
  if (!ends.front().finished()) return std::unexpected(to_error(ends.front(), path));
  return out;
}

// Priors that the file leaves out share what the others leave.
Result<void> complete_priors(exchange::Evidence& evidence, const std::string& path) {
  double given = 0;
  std::size_t missing = 0;
  for (const auto& h : evidence.hypotheses) {
    if (h.has_prior)
      given += h.hypothesis.prior;
    else
      ++missing;
  }
  if (missing == 0) return {};
  if (!(given < 1)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the priors given add up to {:g} and leave nothing for the {} hypotheses without one",
                            given, missing),
                path);
  }
  for (auto& h : evidence.hypotheses) {
    if (!h.has_prior) h.hypothesis.prior = (1 - given) / static_cast<double>(missing);
  }
  return {};
}

// What an item says, where it says something. A later bundle of the same source repeats most of the earlier one, and
// that of a case most of the case.
std::optional<std::string> said_by(const evidence::Item& item) {
  if (item.statement.empty()) return std::nullopt;
  std::string all;
  for (const std::string* part : {&item.name, &item.statement, &item.source, &item.known}) {
    all += *part;
    all += '\0';
  }
  return all;
}

}  // namespace

Result<ImportedEvidence> case_import(const std::string& path, const std::string& file_path, const CaseWork& work) {
  auto file = open_case(path, casefile::Access::kWrite, work);
  if (!file) return std::unexpected(file.error());
  const auto bytes = read_file(file_path, kMaxImportBytes);
  if (!bytes) return std::unexpected(bytes.error());
  const std::string sha256 = sha256_hex(bytes->view());

  // What does it say?
  auto parsed = parse(bytes->view(), file_path, work);
  if (!parsed) return std::unexpected(parsed.error());
  if (auto completed = complete_priors(*parsed, file_path); !completed) return std::unexpected(completed.error());
  for (const auto& i : parsed->items) {
    // A case also holds days of pages that state no year.
    const bool dated = last_day(i.item.known) || (parsed->of_case && i.item.known.starts_with("XXXX-"));
    if (!i.item.known.empty() && !dated) {
      return fail(
          ErrorCode::kMalformed,
          fmt::format("item \"{}\": \"{}\" is no date (2014-12-04, 2014-12 or 2014)", i.item.name, i.item.known),
          file_path);
    }
  }

  if (std::error_code none; std::filesystem::equivalent(path, file_path, none))
    return fail(ErrorCode::kInvalidArgument, "is the case itself", file_path);
  if (parsed->hypotheses.size() > weigh::kMaxHypotheses) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("has {} hypotheses; more than {} cannot be weighed", parsed->hypotheses.size(),
                            weigh::kMaxHypotheses),
                file_path);
  }
  auto change = file->begin(work.who, "import", "");
  if (!change) return std::unexpected(change.error());
  const auto contents = file->read();
  if (!contents) return std::unexpected(contents.error());
  const auto there = std::ranges::find(contents->exhibits, sha256, &evidence::Exhibit::sha256);
  if (there != contents->exhibits.end() && there->kind == evidence::ExhibitKind::kImport)
    return ImportedEvidence{.fresh = false};

  if (contents->title.empty() && !parsed->title.empty()) {
    if (auto named = change->set_info("title", parsed->title); !named) return std::unexpected(named.error());
  }

  // Keep it, so that every number can be traced to it.
  const std::string name = std::filesystem::path(file_path).filename().string();
  evidence::Exhibit exhibit{
      .sha256 = sha256, .name = name, .kind = evidence::ExhibitKind::kImport, .size_bytes = bytes->size()};
  Result<std::int64_t> exhibit_number = 0;
  if (there == contents->exhibits.end()) {
    exhibit_number = change->add_exhibit(exhibit, bytes->view());
  } else {
    exhibit_number = there->number;  // it was added as something else before
  }
  if (!exhibit_number) return std::unexpected(exhibit_number.error());

  // What it names by hash only. An exhibit that is there already is the same, whatever else is said of it.
  std::vector<std::int64_t> exhibits;
  std::vector<std::size_t> fresh_exhibits;  // indices into parsed->exhibits
  std::unordered_map<std::string, std::int64_t> exhibit_of;
  for (const evidence::Exhibit& e : contents->exhibits) exhibit_of[e.sha256] = e.number;
  exhibit_of[sha256] = *exhibit_number;
  for (const auto& imported : parsed->exhibits) {
    const auto [it, fresh] = exhibit_of.try_emplace(imported.exhibit.sha256, 0);
    if (fresh) fresh_exhibits.push_back(exhibits.size());
    exhibits.push_back(it->second);
  }

  // Hypotheses that are there already get what the file says of them; their numbers stay.
  std::vector<evidence::Hypothesis> now = contents->hypotheses;
  for (auto& imported : parsed->hypotheses) {
    evidence::Hypothesis& h = imported.hypothesis;
    const auto it = std::ranges::find(now, h.name, &evidence::Hypothesis::name);
    if (it != now.end()) {
      h.number = it->number;
      if (h.role == evidence::Role::kOther) h.role = it->role;
      if (h.description.empty()) h.description = it->description;
      if (h.also.empty()) h.also = it->also;
      if (!imported.has_prior) h.prior = it->prior;
    }
    const auto number = change->set_hypothesis(h);
    if (!number) return std::unexpected(number.error());
    h.number = *number;
    if (it != now.end())
      *it = h;
    else
      now.push_back(h);
  }
  if (!parsed->hypotheses.empty()) {
    if (auto checked = check_priors(now, file_path); !checked) {
      if (now.size() > parsed->hypotheses.size())
        checked.error().message +=
            fmt::format(" (with the {} that the case had)", now.size() - parsed->hypotheses.size());
      return std::unexpected(checked.error());
    }
  }
  std::vector<std::int64_t> numbers;  // of the names that the file speaks of
  for (const std::string& hypothesis : parsed->names) {
    const auto it = std::ranges::find(now, hypothesis, &evidence::Hypothesis::name);
    numbers.push_back(it == now.end() ? 0 : it->number);
  }

  // Exhibits, now that whose earlier tools they are has a number.
  for (const std::size_t e : fresh_exhibits) {
    auto& [shared, known_of, findings] = parsed->exhibits[e];
    if (known_of >= 0) shared.known_of = numbers[static_cast<std::size_t>(known_of)];
    const auto number = change->add_exhibit(shared, {});
    if (!number) return std::unexpected(number.error());
    exhibit_of[shared.sha256] = *number;
    for (const auto& [method, answer] : findings) {
      if (!readable_finding(method, ByteView(answer))) {
        return fail(ErrorCode::kMalformed, fmt::format("the finding of {} in \"{}\" is damaged", method, shared.name),
                    file_path);
      }
      if (auto added = change->add_finding(*number, method, ByteView(answer)); !added)
        return std::unexpected(added.error());
    }
  }
  for (std::size_t e = 0; e < exhibits.size(); ++e) exhibits[e] = exhibit_of[parsed->exhibits[e].exhibit.sha256];

  // Items.
  std::unordered_set<std::string> said;
  for (const evidence::Item& item : contents->items) {
    if (auto words = said_by(item)) said.insert(std::move(*words));
  }
  std::size_t known = 0;
  for (std::size_t k = 0; k < parsed->items.size(); ++k) {
    auto& [item, points_at, weights, judgements, subjects] = parsed->items[k];
    if (const auto words = said.empty() ? std::nullopt : said_by(item); words && said.contains(*words)) {
      ++known;
      continue;
    }
    const auto unknown = [&](std::size_t index) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("item \"{}\" speaks of \"{}\", which is not among the hypotheses", item.name,
                              parsed->names[index]),
                  file_path);
    };
    if (points_at >= 0) {
      const auto index = static_cast<std::size_t>(points_at);
      if (numbers[index] == 0) return unknown(index);
      item.points_at = numbers[index];
    }
    if (const evidence::Hypothesis* meant = meant_by(subjects, now)) item.points_at = meant->number;
    const auto by_number = [&](const auto& named, evidence::Weights& out) -> std::optional<std::size_t> {
      for (const auto& [index, weight] : named) {
        if (numbers[index] == 0) return index;
        out.push_back({numbers[index], weight});
      }
      std::ranges::sort(out, {}, &evidence::Weights::value_type::first);
      return std::nullopt;
    };
    if (const auto missing = by_number(weights, item.weights)) return unknown(*missing);
    for (evidence::Locus& locus : item.loci) locus.exhibit = exhibits[static_cast<std::size_t>(locus.exhibit)];
    if (item.loci.empty()) item.loci = {{.exhibit = *exhibit_number, .member = fmt::format("items/{}", k)}};
    auto added = change->add_item(item);
    if (!added) {
      // What the file says is wrong, not the case.
      if (added.error().code == ErrorCode::kInvalidArgument || added.error().code == ErrorCode::kTooLarge) {
        added.error().message = fmt::format("item {}: {}", k + 1, added.error().message);
        added.error().where = file_path;
      }
      return std::unexpected(added.error());
    }

    // What was decided about it. That it is set aside is itself such a decision.
    bool excluded = false;
    for (exchange::ImportedJudgement& j : judgements) {
      if (j.field == "points-at") {
        if (j.points_at >= 0 && numbers[static_cast<std::size_t>(j.points_at)] == 0)
          return unknown(static_cast<std::size_t>(j.points_at));
        j.value = std::to_string(j.points_at < 0 ? 0 : numbers[static_cast<std::size_t>(j.points_at)]);
      } else if (j.field == "weights") {
        evidence::Weights judged;
        if (const auto missing = by_number(j.weights, judged)) return unknown(*missing);
        j.value = casefile::weights_text(judged);
      } else if (j.field == "excluded") {
        excluded = j.value == "yes";
      }
      if (auto kept = change->judge(*added, j.field, j.value, j.reason); !kept) {
        kept.error().message = fmt::format("item \"{}\": {}", item.name, kept.error().message);
        kept.error().where = file_path;
        return std::unexpected(kept.error());
      }
    }
    if (excluded != item.excluded) {
      auto kept = change->judge(*added, "excluded", item.excluded ? "yes" : "no", "as in the file it came from");
      if (!kept) return std::unexpected(kept.error());
    }
    if (work.on_progress && k % 1000 == 0) work.on_progress(k, parsed->items.size(), "items of " + name);
  }
  // What could not be used is told, and stays in the history.
  const exchange::Remarks& remarks = parsed->remarks;
  if (remarks.count > 0 && work.on_diagnostic) {
    const std::size_t told = std::min(remarks.first.size(), kRemarksTold);
    work.on_diagnostic(fmt::format("{}: {} of what it holds could not be used as it stands{}", file_path, remarks.count,
                                   remarks.count > told ? fmt::format("; the first {}:", told) : ":"));
    for (std::size_t k = 0; k < told; ++k) work.on_diagnostic(fmt::format("{}: {}", file_path, remarks.first[k]));
  }
  std::string detail =
      fmt::format("{}: {} hypotheses, {} items", name, parsed->hypotheses.size(), parsed->items.size() - known);
  if (known > 0) detail += fmt::format(", {} known before", known);
  if (!fresh_exhibits.empty()) detail += fmt::format(", {} exhibits by their hashes", fresh_exhibits.size());
  if (remarks.count > 0) {
    detail += fmt::format("; {} not used as it stands", remarks.count);
    for (std::size_t k = 0; k < std::min(remarks.first.size(), kRemarksLogged); ++k)
      detail += (k == 0 ? ": " : "; ") + remarks.first[k];
  }
  change->set_detail(std::move(detail));
  if (auto committed = change->commit(); !committed) return std::unexpected(committed.error());
  return ImportedEvidence{.fresh = true,
                          .hypotheses = parsed->hypotheses.size(),
                          .items = parsed->items.size() - known,
                          .known = known,
                          .exhibits = fresh_exhibits.size()};
}

}  // namespace samehand::flow
