#include "case_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "case_methods.h"
#include "samehand/weigh/problem.h"

namespace samehand::flow {

Result<casefile::CaseFile> open_case(const std::string& path, casefile::Access access, const CaseWork& work) {
  return casefile::CaseFile::open(path, access, work.on_diagnostic);
}

namespace {

constexpr std::uint64_t kLookedAtBytes = 64 << 20;  // of findings, hashed whenever a case is weighed: some 50 ms

void say(const CaseWork& work, const std::string& message) {
  if (work.on_diagnostic) work.on_diagnostic(message);
}

void tell_damaged(const casefile::Contents& contents, const casefile::Finding& finding, const Error& error,
                  const CaseWork& work) {
  const evidence::Exhibit* exhibit = contents.exhibit(finding.exhibit);
  say(work,
      fmt::format("finding {} ({} of {}): {}; what it says is left out, and items that were made of it may be wrong",
                  finding.number, finding.method, exhibit == nullptr ? "no exhibit" : exhibit->name, error.message));
}

void tell_unread(const casefile::Contents& contents, const CaseWork& work) {
  std::set<std::int64_t> read;
  for (const casefile::Finding& finding : contents.findings) read.insert(finding.exhibit);
  std::vector<std::string> names;
  for (const evidence::Exhibit& e : contents.exhibits) {
    const bool readable = e.kind == evidence::ExhibitKind::kReport || e.kind == evidence::ExhibitKind::kTool;
    if (readable && !e.by_reference && !read.contains(e.number)) names.push_back(e.name);
  }
  if (names.empty()) return;
  const std::size_t count = names.size();
  names.resize(std::min<std::size_t>(count, 3));
  say(work,
      fmt::format("nothing was read from {} of its exhibits ({}{}): their addition was interrupted, or they could "
                  "not be read; `samehand case add` of the same files tries again",
                  count, fmt::join(names, ", "), count > 3 ? ", …" : ""));
}

// Every recorded answer, read once: of comparisons what they say of the items that rest on them and whose reliability
// nobody has judged otherwise, of the others what `take` makes of (finding, bytes) -> Result<void>. `take_others` false
// leaves those unread. What is not what was recorded or cannot be decoded is told and left out.
template <class Take>
void take_findings(casefile::CaseFile& file, casefile::Contents& contents, const CaseWork& work, bool take_others,
                   const Take& take) {
  std::map<std::pair<std::int64_t, std::string_view>, double> compared;  // by exhibit and method
  for (const casefile::Finding& finding : contents.findings) {
    const bool comparison = !compared_with(finding.method).empty();
    if (!comparison && !take_others) continue;
    const auto bytes = file.finding_bytes(finding);
    Result<void> taken;
    if (!bytes) {
      taken = std::unexpected(bytes.error());
    } else if (!comparison) {
      taken = take(finding, ByteView(*bytes));
    } else if (const auto code = decode_code(ByteView(*bytes))) {
      compared.emplace(std::pair(finding.exhibit, std::string_view(finding.method)), code->evidence_db);
    } else {
      taken = std::unexpected(code.error());
    }
    if (!taken) tell_damaged(contents, finding, taken.error(), work);
  }
  if (compared.empty()) return;
  std::set<std::int64_t> judged;
  for (const casefile::Judgement& j : contents.judgements) {
    if (j.field == "reliability") judged.insert(j.item);
  }
  for (evidence::Item& item : contents.items) {
    if (item.kind != evidence::ItemKind::kSharedCode || item.origin == evidence::Origin::kHand || item.loci.empty() ||
        judged.contains(item.number))
      continue;
    const auto it = compared.find({item.loci[0].exhibit, item.method});
    if (it != compared.end()) item.code_evidence_db = it->second;
  }
}

}  // namespace

Result<casefile::Contents> read_contents(casefile::CaseFile& file, const CaseWork& work) {
  auto contents = file.read();
  if (!contents) return contents;
  std::uint64_t size = 0;
  for (const casefile::Finding& finding : contents->findings) size += std::min(finding.size_bytes, kLookedAtBytes);
  // Reading them is the check: nothing here needs what they say.
  take_findings(file, *contents, work, size <= kLookedAtBytes,
                [](const casefile::Finding&, ByteView) { return Result<void>(); });
  tell_unread(*contents, work);
  return contents;
}

Result<dossier::CaseView> view_of(casefile::CaseFile& file, const std::string& path, const CaseWork& work) {
  auto contents = file.read();
  if (!contents) return std::unexpected(contents.error());
  dossier::CaseView view;
  view.file = path;
  take_findings(file, *contents, work, true, [&](const casefile::Finding& finding, ByteView bytes) -> Result<void> {
    const evidence::Exhibit* exhibit = contents->exhibit(finding.exhibit);
    if (exhibit == nullptr) return {};
    if (is_reading(finding.method)) {
      auto reading = reading::decode(bytes);
      if (!reading) return std::unexpected(reading.error());
      reading->file = exhibit->name;
      // What a later version has read anew takes the place of what an earlier one had.
      if (const auto old = std::ranges::find(view.reading_exhibit, exhibit->number);
          old != view.reading_exhibit.end()) {
        view.readings[static_cast<std::size_t>(old - view.reading_exhibit.begin())] = std::move(*reading);
        return {};
      }
      view.readings.push_back(std::move(*reading));
      view.reading_exhibit.push_back(exhibit->number);
    } else if (finding.method == kTracesMethod) {
      auto tool = decode_traces(bytes);
      if (!tool) return std::unexpected(tool.error());
      tool->exhibit = exhibit->number;
      view.tools.push_back(std::move(*tool));
    }
    return {};
  });
  tell_unread(*contents, work);
  view.contents = std::move(*contents);
  if (view.readings.size() > 1) view.voices = reading::find_voices(view.readings);
  return view;
}

Result<void> check_priors(std::span<const evidence::Hypothesis> hypotheses, const std::string& path) {
  weigh::Problem problem;
  for (const evidence::Hypothesis& h : hypotheses) problem.hypotheses.push_back({h.name, h.prior});
  auto checked = weigh::check(problem);
  if (!checked && checked.error().where.empty()) checked.error().where = path;
  return checked;
}

void scale_priors(std::vector<evidence::Hypothesis>& hypotheses, std::int64_t but, double rest) {
  double sum = 0;
  std::size_t others = 0;
  for (const evidence::Hypothesis& h : hypotheses) {
    if (h.number == but) continue;
    sum += h.prior;
    ++others;
  }
  for (evidence::Hypothesis& h : hypotheses) {
    if (h.number != but) h.prior = sum > 0 ? h.prior * rest / sum : rest / static_cast<double>(others);
  }
}

}  // namespace samehand::flow
