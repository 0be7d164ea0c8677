// A case as a document. Passes: read it once, leave out what was not known then, weigh, compare again the tools that
// share code.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "case_support.h"
#include "nameless_file.h"
#include "samehand/flow/compare.h"

namespace samehand::flow {
namespace {

constexpr std::size_t kComparisons = 6;  // pairs of tools that are compared again

// Pages that had not been published, or of which it is not known when.
void leave_out_pages(dossier::Dossier& dossier, const std::string& day) {
  if (day.empty()) return;
  dossier::CaseView& view = dossier.view;
  std::size_t kept = 0;
  for (std::size_t k = 0; k < view.readings.size(); ++k) {
    const page::Date& published = view.readings[k].document.metadata.published;
    const evidence::Exhibit* exhibit = view.contents.exhibit(view.reading_exhibit[k]);
    const std::string known = published.known() && published.year != 0 ? page::to_iso(published)
                              : exhibit == nullptr                     ? std::string()
                                                                       : exhibit->collected;
    if (left_out_on(known, day) != dossier::LeftOut::kNo) continue;
    if (kept != k) {
      view.readings[kept] = std::move(view.readings[k]);
      view.reading_exhibit[kept] = view.reading_exhibit[k];
    }
    ++kept;
  }
  dossier.pages_left_out = view.readings.size() - kept;
  if (dossier.pages_left_out == 0) return;
  view.readings.resize(kept);
  view.reading_exhibit.resize(kept);
  view.voices = kept > 1 ? reading::find_voices(view.readings) : reading::Voices();
}

// "/proc/self/fd/7!inner" -> "tool.exe!inner": no name of a temporary file in a document.
void rename_samples(std::vector<dossier::SampleSummary>& samples, const std::string& file, const std::string& name) {
  for (dossier::SampleSummary& sample : samples) {
    if (sample.path.starts_with(file)) sample.path = name + sample.path.substr(file.size());
  }
}

class SharedCodeFinder {
 public:
  SharedCodeFinder(casefile::CaseFile& file, dossier::Dossier& dossier, const ReportOptions& options,
                   const CaseWork& work)
      : file_(file), dossier_(dossier), options_(options), work_(work) {}

  Result<void> find() {
    const dossier::CaseVerdict& verdict = *dossier_.verdict;
    // The items of two tools each, heaviest first.
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < verdict.items.size(); ++i) {
      const evidence::Item& item = verdict.contents.items[verdict.items[i]];
      if (item.kind == evidence::ItemKind::kSharedCode && item.origin == evidence::Origin::kTool &&
          item.loci.size() == 2)
        rows.push_back(i);
    }
    std::ranges::stable_sort(rows, [&](std::size_t a, std::size_t b) {
      return std::abs(verdict.outcome.items[a].effect_db) > std::abs(verdict.outcome.items[b].effect_db);
    });
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (k == kComparisons) {
        dossier_.remarks.push_back(
            fmt::format("{} further pairs of tools share code; of the {} heaviest the functions are shown.",
                        rows.size() - k, kComparisons));
        break;
      }
      if (work_.on_progress) work_.on_progress(k, rows.size(), "shared code");
      if (auto compared = one(verdict.contents.items[verdict.items[rows[k]]]); !compared) return compared;
    }
    if (work_.on_progress && !rows.empty()) work_.on_progress(rows.size(), rows.size(), {});
    return {};
  }

 private:
  Result<void> one(const evidence::Item& item) {
    const casefile::Contents& contents = dossier_.view.contents;
    const evidence::Exhibit *tool = contents.exhibit(item.loci[0].exhibit),
                            *earlier = contents.exhibit(item.loci[1].exhibit);
    if (tool == nullptr || earlier == nullptr) return {};
    if (tool->by_reference || earlier->by_reference) {
      dossier_.remarks.push_back(
          fmt::format("i{}: {} is kept by reference, so its functions are not shown; `samehand compare` shows them.",
                      item.number, tool->by_reference ? tool->name : earlier->name));
      return {};
    }
    const auto a_bytes = file_.exhibit_bytes(*tool), b_bytes = file_.exhibit_bytes(*earlier);
    if (!a_bytes) return std::unexpected(a_bytes.error());
    if (!b_bytes) return std::unexpected(b_bytes.error());
    const auto a = NamelessFile::of(ByteView(*a_bytes)), b = NamelessFile::of(ByteView(*b_bytes));
    if (!a) return std::unexpected(a.error());
    if (!b) return std::unexpected(b.error());
    CompareOptions comparing;
    comparing.analyse.parallel = work_.parallel;
    comparing.analyse.on_diagnostic = work_.on_diagnostic;
    comparing.code_pairs = options_.code_pairs;
    auto comparison = compare(a->path(), b->path(), comparing);
    if (!comparison) return std::unexpected(comparison.error());
    comparison->a = tool->name;
    comparison->b = earlier->name;
    rename_samples(comparison->a_samples, a->path(), tool->name);
    rename_samples(comparison->b_samples, b->path(), earlier->name);
    for (const Error& error : comparison->failures) {
      dossier_.remarks.push_back(fmt::format("i{}: a part of {} or {} could not be read: {}.", item.number, tool->name,
                                             earlier->name, error.message));
    }
    comparison->failures.clear();
    dossier_.shared.push_back(
        {.tool = tool->number, .earlier = earlier->number, .item = item.number, .comparison = std::move(*comparison)});
    return {};
  }

  casefile::CaseFile& file_;
  dossier::Dossier& dossier_;
  const ReportOptions& options_;
  const CaseWork& work_;
};

}  // namespace

Result<dossier::Dossier> case_dossier(const std::string& path, const ReportOptions& options, const CaseWork& work) {
  const auto day = day_of(options.as_of);
  if (!day) return std::unexpected(day.error());
  auto file = open_case(path, casefile::Access::kRead, work);
  if (!file) return std::unexpected(file.error());
  dossier::Dossier dossier;
  dossier.as_of = options.as_of;
  auto view = view_of(*file, path, work);
  if (!view) return std::unexpected(view.error());
  dossier.view = std::move(*view);
  auto history = file->history();
  if (!history) return std::unexpected(history.error());
  dossier.view.history = std::move(*history);
  // What another process has added in between belongs to the next report.
  std::erase_if(dossier.view.history,
                [&](const casefile::Event& e) { return e.number > dossier.view.contents.events; });
  leave_out_pages(dossier, *day);
  if (dossier.view.contents.hypotheses.empty()) return dossier;

  auto verdict = weigh_contents(dossier.view.contents, path, options.as_of);
  if (!verdict) return std::unexpected(verdict.error());
  dossier.verdict = std::move(*verdict);
  if (options.code_pairs > 0) {
    if (auto found = SharedCodeFinder(*file, dossier, options, work).find(); !found)
      return std::unexpected(found.error());
  }
  return dossier;
}

}  // namespace samehand::flow
