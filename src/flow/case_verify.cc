// Is the case what it was, and do the methods still say what they said?
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "case_methods.h"
#include "case_support.h"
#include "nameless_file.h"
#include "samehand/base/file.h"
#include "samehand/base/hash.h"
#include "samehand/container/container.h"
#include "samehand/reading/reading.h"

namespace samehand::flow {

namespace {

// What today's reading says otherwise than the recorded one of an earlier version.
std::string differs(casefile::CaseFile& file, const casefile::Finding& finding,
                    const Result<std::vector<std::uint8_t>>& answer) {
  if (!answer) return fmt::format("{}: {}", kReadMethod, answer.error().message);
  if (sha256_hex(ByteView(*answer)) == finding.sha256) return fmt::format("{} says the same", kReadMethod);
  const auto recorded = file.finding_bytes(finding);
  const auto was = recorded ? reading::decode(ByteView(*recorded)) : std::unexpected(recorded.error());
  const auto is = reading::decode(ByteView(*answer));
  if (!was || !is) return fmt::format("{} says something else", kReadMethod);
  const auto counts = [](const reading::Reading& r) {
    return fmt::format("{} claims, {} indicators, {} techniques, {} names", r.claims.size(), r.indicators.size(),
                       r.techniques.size(), r.names.size());
  };
  const std::string before = counts(*was), now = counts(*is);
  return before == now ? fmt::format("{} finds as many ({}), with other words or places", kReadMethod, now)
                       : fmt::format("{} finds {} instead of {}", kReadMethod, now, before);
}

}  // namespace

Result<dossier::CaseCheck> case_verify(const std::string& path, const std::vector<std::string>& elsewhere,
                                       const CaseWork& work) {
  auto file = open_case(path, casefile::Access::kRead, work);
  if (!file) return std::unexpected(file.error());
  dossier::CaseCheck check;
  check.file = path;
  std::size_t seen = 0;
  std::string last;
  auto differences = file->verify([&](std::string_view what) {
    seen += what != last;
    last = what;
    if (work.on_progress) work.on_progress(seen, 0, what);
  });
  if (!differences) return std::unexpected(differences.error());
  check.differences = std::move(*differences);
  const auto contents = file->read();
  if (!contents) {  // which is among the differences
    if (const auto events = file->history(); events) {
      check.events = events->size();
      if (!events->empty()) check.head = events->back().hash;
    }
    check.readable = false;
    return check;
  }
  check.events = static_cast<std::size_t>(contents->events);
  check.exhibits = contents->exhibits.size();
  check.findings = contents->findings.size();
  check.head = contents->head;

  // What is kept by reference, wherever the user says it lies now.
  std::map<std::string, std::shared_ptr<const Bytes>> there;  // by hash
  std::set<std::string> names;                                // of files that were found
  container::Options opening;
  opening.take_everything = true;
  opening.limits.file_bytes = opening.limits.kept_bytes = 1ull << 40;
  for (const std::string& where : elsewhere) {
    container::Opened opened = container::open_path(where, opening);
    if (opened.members.empty() && !opened.failures.empty()) return std::unexpected(std::move(opened.failures.front()));
    for (Error& failure : opened.failures) {
      if (work.on_diagnostic) work.on_diagnostic(fmt::format("{}: {}", failure.where, failure.message));
    }
    for (container::Member& member : opened.members) {
      names.insert(std::filesystem::path(member.path).filename().string());
      std::string sha256 = sha256_hex(member.bytes.view());
      there.try_emplace(std::move(sha256), std::make_shared<const Bytes>(std::move(member.bytes)));
    }
  }

  // Nothing where it is told already: of what the case keeps as a difference, of all else as unseen.
  const auto content_of = [&](const evidence::Exhibit& exhibit) -> std::optional<Bytes> {
    if (!exhibit.by_reference) {
      auto bytes = file->exhibit_bytes(exhibit);
      if (!bytes) return std::nullopt;
      return Bytes(std::move(*bytes));
    }
    const auto found = there.find(exhibit.sha256);
    if (found == there.end()) return std::nullopt;
    return Bytes(found->second, found->second->view());
  };

  for (const evidence::Exhibit& exhibit : contents->exhibits) {
    const auto content = content_of(exhibit);
    if (!content) {
      if (!exhibit.by_reference) continue;
      check.unseen.push_back(exhibit.name);
      if (names.contains(exhibit.name)) check.other_content.push_back(exhibit.name);
      continue;
    }
    for (const casefile::Finding& finding : contents->findings) {
      if (finding.exhibit != exhibit.number) continue;
      ++seen;
      const bool outdated = is_outdated(finding.method);
      // Read anew since: what the earlier version said is history.
      if (outdated && std::ranges::any_of(contents->findings, [&](const casefile::Finding& f) {
            return f.exhibit == exhibit.number && is_reading(f.method) && !is_outdated(f.method);
          }))
        continue;
      CaseWork within = work;  // what is computed counts as one
      within.on_progress = [&](std::size_t, std::size_t, std::string_view) {
        if (work.on_progress) work.on_progress(seen, 0, exhibit.name);
      };
      within.on_progress(0, 0, {});
      std::vector<Error> failures;
      std::string what = exhibit.name + " by " + finding.method;
      std::optional<Bytes> other;
      if (const std::string_view sha256 = compared_with(finding.method); !sha256.empty()) {
        const auto earlier = std::ranges::find(contents->exhibits, sha256, &evidence::Exhibit::sha256);
        if (earlier == contents->exhibits.end()) {
          check.changed.push_back({what, "compares with what is not in the case"});
          continue;
        }
        what = fmt::format("{} by {} with {}", exhibit.name, kCompareMethod, earlier->name);
        other = content_of(*earlier);
        if (!other) continue;
      }
      // The lists of names that a page was read with, among the files that the user names.
      std::vector<NamelessFile> lists;
      std::vector<std::string> paths;
      bool missing = false;
      if (is_reading(finding.method)) {
        for (const std::string& sha256 : lists_of(finding.method)) {
          const auto found = there.find(sha256);
          if (found == there.end()) {
            missing = true;
            check.unseen.push_back(
                fmt::format("a list of names ({}…) that {} was read with", sha256.substr(0, 12), exhibit.name));
            break;
          }
          auto list = NamelessFile::of(found->second->view());
          if (!list) return std::unexpected(list.error());
          lists.push_back(std::move(*list));
          paths.push_back(lists.back().path());
        }
      }
      if (missing) continue;
      const auto answer =
          is_reading(finding.method)        ? read_report(exhibit, content->view(), paths, within, failures)
          : finding.method == kTracesMethod ? read_traces(exhibit, content->view(), within, failures)
          : other
              ? compare_code(content->view(), other->view(), within, failures)
              : Result<std::vector<std::uint8_t>>(fail(ErrorCode::kNotSupported, "this version has no such method"));
      if (outdated) {
        check.outdated.push_back({what, differs(*file, finding, answer)});
        continue;
      }
      ++check.recomputed;
      if (!answer)
        check.changed.push_back({what, answer.error().message});
      else if (sha256_hex(ByteView(*answer)) != finding.sha256)
        check.changed.push_back({what, "gives another answer now than the one that was recorded"});
    }
  }
  return check;
}

}  // namespace samehand::flow
