// Exhibits in: kept, read by what fits them, turned into items, set against each other.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "case_dates.h"
#include "case_items.h"
#include "case_methods.h"
#include "case_support.h"
#include "samehand/base/hash.h"
#include "samehand/container/sniff.h"
#include "samehand/dossier/verdict.h"
#include "samehand/evidence/defaults.h"

namespace samehand::flow {
namespace {

using evidence::Exhibit;
using evidence::ExhibitKind;

constexpr std::uint64_t kMaxReferencedBytes = 1ull << 40;

// By content; a container counts as what it holds.
ExhibitKind kind_of(ByteView content, const std::string& name) {
  using container::Kind;
  switch (container::sniff(content)) {
    case Kind::kExecutable:
    case Kind::kStaticArchive:
      return ExhibitKind::kTool;
    case Kind::kArchive:
    case Kind::kCompressed:
      // Word's documents are zip archives too.
      return name.ends_with(".docx") || content.clamp(0, 4096).text().find("word/") != std::string_view::npos
                 ? ExhibitKind::kReport
                 : ExhibitKind::kTool;
    case Kind::kOther:
      break;
  }
  if (page::is_pdf(content) || container::describe(content) == "text") return ExhibitKind::kReport;
  return ExhibitKind::kTrace;
}

class Adding {
 public:
  Adding(const std::string& path, const AddExhibits& settings, const CaseWork& work, casefile::CaseFile& file)
      : path_(path), settings_(settings), work_(work), file_(file) {}

  Result<AddedExhibits> run() {
    auto method = read_method(settings_.name_lists);
    if (!method) return std::unexpected(method.error());
    read_method_ = *std::move(method);
    container::Options opening;
    opening.take_everything = true;
    opening.links_outside = false;
    opening.on_diagnostic = work_.on_diagnostic;
    if (settings_.by_reference) opening.limits.file_bytes = opening.limits.kept_bytes = kMaxReferencedBytes;
    std::vector<Given> members;
    for (const std::string& given : settings_.paths) {
      container::Opened opened = container::open_path(given, opening);
      for (container::Member& member : opened.members) take(std::move(member), members);
      std::ranges::move(opened.failures, std::back_inserter(out_.failures));
      std::ranges::move(opened.notes, std::back_inserter(out_.notes));
    }
    for (std::size_t k = 0; k < members.size(); ++k) {
      done_ = k;
      total_ = members.size();
      path_now_ = members[k].member.path;
      step({});
      auto added = one(members[k]);
      if (added) continue;
      // What was kept before stays, and is told.
      if (out_.exhibits.empty()) return std::unexpected(added.error());
      out_.failures.push_back(std::move(added.error()));
      if (k + 1 < members.size()) {
        out_.failures.push_back(
            {out_.failures.back().code,
             fmt::format("{} of {} exhibits were not looked at any more", members.size() - k - 1, members.size()),
             path_});
      }
      break;
    }
    if (settings_.again) {
      if (auto read = read_again(); !read) return std::unexpected(read.error());
    }
    if (auto grouped = group_by_voice(); !grouped) {
      if (out_.exhibits.empty()) return std::unexpected(grouped.error());
      out_.failures.push_back(std::move(grouped.error()));
    }
    return std::move(out_);
  }

 private:
  // A comparison and what it found, to be kept with the rest of what an exhibit tells.
  struct Compared {
    std::int64_t exhibit;
    std::string method;
    std::vector<std::uint8_t> answer;
  };

  // Something to add, and what is known of it where the user does not say.
  struct Given {
    container::Member member;
    std::string source, collected;
  };

  // A case of somebody's brings the tools of its incident, to be compared as earlier tools are.
  void take(container::Member member, std::vector<Given>& out) {
    std::error_code none;
    if (!casefile::is_case(member.bytes.view()) || std::filesystem::equivalent(path_, member.path, none)) {
      out.push_back({std::move(member), {}, {}});
      return;
    }
    const auto failed = [&](ErrorCode code, std::string message) {
      out_.failures.push_back({code, std::move(message), member.path});
    };
    if (settings_.known_of.empty()) {
      return failed(ErrorCode::kInvalidArgument,
                    "is a case: with --known-of NAME the tools of its incident are added as earlier tools of that one");
    }
    auto other = casefile::CaseFile::open(member.path, casefile::Access::kRead, work_.on_diagnostic);
    if (!other) return failed(other.error().code, other.error().message);
    const auto contents = other->read();
    if (!contents) return failed(contents.error().code, contents.error().message);
    std::size_t taken = 0;
    for (const Exhibit& exhibit : contents->exhibits) {
      if (exhibit.kind != ExhibitKind::kTool || exhibit.known_of != 0) continue;
      auto bytes = other->exhibit_bytes(exhibit);
      if (!bytes) {
        failed(bytes.error().code,
               fmt::format("exhibit {} ({}): {}", exhibit.number, exhibit.name, bytes.error().message));
        continue;
      }
      Given given{{},
                  fmt::format("exhibit {} of the case {}", exhibit.number,
                              std::filesystem::path(member.path).filename().string()),
                  last_day(exhibit.collected) ? exhibit.collected : std::string()};
      given.member.path = member.path + "!" + exhibit.name;
      given.member.bytes = Bytes(std::move(*bytes));
      out.push_back(std::move(given));
      ++taken;
    }
    if (taken == 0) failed(ErrorCode::kNotSupported, "is a case that holds no tools of its incident");
  }

  // Still at the same exhibit; says which part of the work.
  void step(std::string_view what) const {
    if (work_.on_progress)
      work_.on_progress(done_, total_, fmt::format("{}{}{}", path_now_, what.empty() ? "" : ", ", what));
  }
  casefile::OnBytes bytes_step(std::string_view what, std::uint64_t size) const {
    return [this, what, size](std::uint64_t done) {
      step(fmt::format("{}: {} of {}", what, size_text(std::min(done, size)), size_text(size)));
    };
  }
  // The work within an exhibit: its own counts are of no interest.
  CaseWork within(std::string_view what) const {
    CaseWork work = work_;
    if (work_.on_progress) work.on_progress = [this, what](std::size_t, std::size_t, std::string_view) { step(what); };
    return work;
  }

  Result<void> one(const Given& given) {
    const container::Member& member = given.member;
    // A folder may hold the case; it grows while it is read, and would hold itself.
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::error_code none;
      if (!std::filesystem::equivalent(path_ + suffix, member.path, none)) continue;
      out_.failures.push_back(
          {ErrorCode::kInvalidArgument, "belongs to the case itself and is no exhibit", member.path});
      return {};
    }
    const ByteView content = member.bytes.view();
    // Keep it, or find that it is kept.
    const std::string sha256 = hash_of(content);
    auto change = file_.begin(work_.who, "add", "");
    if (!change) return std::unexpected(change.error());
    auto contents = file_.read();
    if (!contents) return std::unexpected(contents.error());
    AddedExhibit added;
    const auto known = std::ranges::find(contents->exhibits, sha256, &Exhibit::sha256);
    if (known != contents->exhibits.end()) {
      added.exhibit = *known;
      added.fresh = false;
      // Rows are never changed: what these bytes are known of was said when they came.
      const evidence::Hypothesis* whose =
          settings_.known_of.empty() ? nullptr : contents->hypothesis(settings_.known_of);
      if (known->known_of != (whose == nullptr ? 0 : whose->number)) {
        out_.failures.push_back(
            {ErrorCode::kInvalidArgument,
             fmt::format("is in the case already, as exhibit {}, {}: the very same bytes in both are evidence of kind "
                         "same-build (`samehand case assess CASE NAME --new --kind same-build --points-at …`); nothing "
                         "was done",
                         known->number, known->known_of == 0 ? "of this incident" : "as a tool of somebody else"),
             member.path});
        return {};
      }
    } else {
      Exhibit& exhibit = added.exhibit;
      exhibit.sha256 = sha256;
      exhibit.name = std::filesystem::path(member.path).filename().string();
      exhibit.kind = settings_.kind.value_or(kind_of(content, exhibit.name));
      if (exhibit.kind == ExhibitKind::kReport && page::is_json(content.text())) {
        out_.failures.push_back({ErrorCode::kNotSupported,
                                 "JSON is no report: `samehand case import` takes STIX, MISP and evidence; nothing was "
                                 "kept",
                                 member.path});
        return {};
      }
      exhibit.size_bytes = content.size();
      exhibit.by_reference = settings_.by_reference;
      exhibit.source = settings_.source.empty() ? given.source : settings_.source;
      exhibit.collected = settings_.collected.empty() ? given.collected : settings_.collected;
      if (!settings_.known_of.empty()) exhibit.known_of = contents->hypothesis(settings_.known_of)->number;
      const auto number = change->add_exhibit(exhibit, content, bytes_step("keeping it", content.size()));
      if (!number) {
        Error error = number.error();
        error.where = member.path;
        return std::unexpected(std::move(error));
      }
      exhibit.number = *number;
      // Where it lay is for people: nothing ever follows it.
      const std::string where = exhibit.by_reference ? ", by reference: " + whole_path(member.path) : std::string();
      change->set_detail(fmt::format("exhibit {}: {} ({}{})", *number, exhibit.name, to_string(exhibit.kind), where));
      if (auto committed = change->commit(); !committed) return committed;
      contents->exhibits.push_back(exhibit);
    }
    // Gives the change back where nothing was added; what follows takes its time.
    {
      const auto ended = std::move(*change);
    }
    if (auto found = analyse_exhibit(added, content, *contents); !found) return found;
    out_.exhibits.push_back(std::move(added));
    return {};
  }

  // Reports that only earlier versions have read, from what the case keeps of them.
  Result<void> read_again() {
    const auto contents = file_.read();
    if (!contents) return std::unexpected(contents.error());
    std::vector<const Exhibit*> old;
    for (const Exhibit& exhibit : contents->exhibits) {
      bool outdated = false, read = false, by_lists = false;
      for (const casefile::Finding& f : contents->findings) {
        if (f.exhibit != exhibit.number || !is_reading(f.method)) continue;
        (is_outdated(f.method) ? outdated : read) = true;
        by_lists = by_lists || !lists_of(f.method).empty();
      }
      if (!outdated || read) continue;
      if (exhibit.by_reference || (by_lists && settings_.name_lists.empty())) {
        out_.failures.push_back({ErrorCode::kInvalidArgument,
                                 exhibit.by_reference ? "is kept by reference: say where it lies, beside --again"
                                                      : "was read with lists of names: give them with --names",
                                 exhibit.name});
        continue;
      }
      old.push_back(&exhibit);
    }
    total_ = old.size();
    for (done_ = 0; done_ < old.size(); ++done_) {
      const Exhibit& exhibit = *old[done_];
      path_now_ = exhibit.name;
      step({});
      const auto bytes = file_.exhibit_bytes(exhibit);
      if (!bytes) return std::unexpected(bytes.error());
      AddedExhibit added;
      added.exhibit = exhibit;
      added.fresh = false;
      if (auto found = analyse_exhibit(added, ByteView(*bytes), *contents); !found) return found;
      out_.exhibits.push_back(std::move(added));
    }
    return {};
  }

  // What fits it, unless it was done: an interrupted addition goes on here.
  Result<void> analyse_exhibit(AddedExhibit& added, ByteView content, const casefile::Contents& contents) {
    const Exhibit& exhibit = added.exhibit;
    const bool report = exhibit.kind == ExhibitKind::kReport;
    if (!report && exhibit.kind != ExhibitKind::kTool) return {};
    const std::string& method = report ? read_method_ : traces_method_;
    const auto kept_in = [&](const casefile::Contents& in) {
      if (!report) return in.finding(exhibit.number, method) != nullptr;
      return std::ranges::any_of(in.findings, [&](const casefile::Finding& f) {
        return f.exhibit == exhibit.number && is_reading(f.method) && !(settings_.again && is_outdated(f.method));
      });
    };
    if (kept_in(contents)) return report ? Result<void>() : compare_what_is_left(added, content, contents);
    const auto answer = report
                            ? read_report(exhibit, content, settings_.name_lists, within("reading it"), out_.failures)
                            : read_traces(exhibit, content, within("reading it"), out_.failures);
    if (!answer) {
      // Said once, by whoever could not read it.
      const bool said =
          std::ranges::any_of(out_.failures, [&](const Error& e) { return e.where.starts_with(exhibit.name); });
      if (!said) out_.failures.push_back(answer.error());
      return {};
    }
    std::vector<evidence::Item> items;
    std::vector<Compared> compared;
    if (report) {
      const auto reading = reading::decode(ByteView(*answer));
      if (!reading) return std::unexpected(reading.error());
      items = items_of(*reading, exhibit, contents.hypotheses);
      // What an earlier version has found keeps its number and what was judged of it.
      std::erase_if(items, [&](const evidence::Item& item) {
        return std::ranges::any_of(contents.items, [&](const evidence::Item& old) {
          return old.origin == item.origin && old.statement == item.statement && !old.loci.empty() &&
                 !item.loci.empty() && old.loci[0].exhibit == exhibit.number && old.loci[0].begin == item.loci[0].begin;
        });
      });
    } else {
      const auto tool = decode_traces(ByteView(*answer));
      if (!tool) return std::unexpected(tool.error());
      if (exhibit.known_of == 0) items = items_of(*tool, exhibit, contents.hypotheses);
      if (auto shared = shared_code(exhibit, content, contents, items, compared); !shared) return shared;
    }
    auto change =
        file_.begin(work_.who, "add", fmt::format("exhibit {}: {} items by {}", exhibit.number, items.size(), method));
    if (!change) return std::unexpected(change.error());
    // Somebody else may have been quicker.
    const auto now = file_.read();
    if (!now) return std::unexpected(now.error());
    if (kept_in(*now)) return {};
    if (auto kept = change->add_finding(exhibit.number, method, ByteView(*answer)); !kept)
      return std::unexpected(kept.error());
    return keep_compared(*change, *now, compared, items, added);
  }

  // Comparisons that failed or were interrupted when the exhibit came, and what they find.
  Result<void> compare_what_is_left(AddedExhibit& added, ByteView content, const casefile::Contents& contents) {
    std::vector<evidence::Item> items;
    std::vector<Compared> compared;
    if (auto shared = shared_code(added.exhibit, content, contents, items, compared); !shared) return shared;
    if (compared.empty()) return {};
    auto change = file_.begin(work_.who, "add",
                              fmt::format("exhibit {}: {} items by comparing", added.exhibit.number, items.size()));
    if (!change) return std::unexpected(change.error());
    const auto now = file_.read();
    if (!now) return std::unexpected(now.error());
    return keep_compared(*change, *now, compared, items, added);
  }

  // The end of a change: comparisons that nobody has kept meanwhile, and items.
  Result<void> keep_compared(casefile::Change& change, const casefile::Contents& now, std::vector<Compared>& compared,
                             std::vector<evidence::Item>& items, AddedExhibit& added) {
    for (const Compared& c : compared) {
      if (now.finding(c.exhibit, c.method) != nullptr) {
        std::erase_if(items,
                      [&](const evidence::Item& i) { return i.method == c.method && i.loci[0].exhibit == c.exhibit; });
        continue;
      }
      if (auto kept = change.add_finding(c.exhibit, c.method, ByteView(c.answer)); !kept)
        return std::unexpected(kept.error());
    }
    for (const evidence::Item& item : items) {
      if (auto kept = change.add_item(item); !kept) return std::unexpected(kept.error());
    }
    if (auto committed = change.commit(); !committed) return committed;
    added.items = items.size();
    return {};
  }

  // The incident's tools against the earlier tools of those who may have done it.
  Result<void> shared_code(const Exhibit& exhibit, ByteView content, const casefile::Contents& contents,
                           std::vector<evidence::Item>& items, std::vector<Compared>& findings) {
    for (const Exhibit& other : contents.exhibits) {
      if (other.kind != ExhibitKind::kTool || other.number == exhibit.number) continue;
      if ((other.known_of == 0) == (exhibit.known_of == 0)) continue;
      const evidence::Hypothesis* whose = contents.hypothesis(other.known_of + exhibit.known_of);
      if (whose == nullptr) continue;
      const Exhibit& tool = exhibit.known_of == 0 ? exhibit : other;
      const Exhibit& earlier = exhibit.known_of == 0 ? other : exhibit;
      const std::string method = compare_method(earlier.sha256);
      if (contents.finding(tool.number, method) != nullptr) continue;
      const auto failed = [&](const Error& error) {
        out_.failures.push_back(
            {error.code, fmt::format("could not be compared with {}: {}", earlier.name, error.message), tool.name});
      };
      if (other.by_reference) {
        failed({ErrorCode::kNotSupported,
                fmt::format("{} is kept by reference, and no path in a case is followed", other.name),
                {}});
        continue;
      }
      const auto bytes = file_.exhibit_bytes(other);
      if (!bytes) {
        failed(bytes.error());
        continue;
      }
      const std::string with = fmt::format("comparing it with {}", other.name);
      const CaseWork work = within(with);
      step(with);
      const ByteView there(*bytes);
      std::vector<Error> left_out;
      auto answer = exhibit.known_of == 0 ? compare_code(content, there, work, left_out)
                                          : compare_code(there, content, work, left_out);
      if (!answer) {
        failed(answer.error());
        continue;
      }
      for (Error& error : left_out) {
        out_.failures.push_back(
            {error.code, fmt::format("compared with {} in part: {}", earlier.name, error.message), tool.name});
      }
      findings.push_back({tool.number, method, std::move(*answer)});
      const auto code = decode_code(ByteView(findings.back().answer));
      if (!code) return std::unexpected(code.error());
      if (code->kinship < dossier::kKinship) continue;
      items.push_back(code_item(tool, earlier, *whose, *code, findings.back().method));
    }
    return {};
  }

  evidence::Item code_item(const Exhibit& tool, const Exhibit& earlier, const evidence::Hypothesis& whose,
                           const CodeFinding& code, const std::string& method) const {
    const auto middle = [&](double CodeFinding::Pair::* figure) {
      std::vector<double> values;
      for (const auto& p : code.pairs) values.push_back(p.*figure);
      const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
      std::ranges::nth_element(values, half);
      return values.empty() ? 0 : *half;
    };
    double best = 0;
    for (const auto& p : code.pairs) best = std::max(best, p.worth_db);
    evidence::Item item;
    item.name = fmt::format("{} shares code with {} of {}", tool.name, earlier.name, whose.name).substr(0, 900);
    item.statement = fmt::format(
        "{} functions of one source: similarity {:.2f} and confidence {:.2f} in the median, the best worth {:.0f} dB; "
        "together {:.0f} dB that the code is related, probability {:.3f}",
        code.pairs.size(), middle(&CodeFinding::Pair::similarity), middle(&CodeFinding::Pair::confidence), best,
        code.evidence_db, code.kinship);
    item.kind = evidence::ItemKind::kSharedCode;
    item.origin = evidence::Origin::kTool;
    item.method = method;
    item.source = "Samehand";
    item.reliability = {'A', '2'};
    item.forgeability = evidence::default_of(item.kind).forgeability;
    item.points_at = whose.number;
    // Every pair of tools is the same observation: that there is a common body of code.
    item.group = fmt::format("code shared with tools of {}", whose.name).substr(0, 900);
    // It could be seen as soon as both were there; where one has no date, nobody knows since when.
    const auto one = last_day(tool.collected), other = last_day(earlier.collected);
    if (one && other) item.known = *one < *other ? earlier.collected : tool.collected;
    item.loci = {{.exhibit = tool.number, .member = {}}, {.exhibit = earlier.number, .member = {}}};
    return item;
  }

  // Who says the same thing once more? Groups that an analyst has set stay.
  Result<void> group_by_voice() {
    CaseWork silent = work_;  // what could not be read is told already
    silent.on_diagnostic = {};
    const auto view = view_of(file_, path_, silent);
    if (!view) return std::unexpected(view.error());
    std::map<std::int64_t, bool> judged;  // by a person
    for (const casefile::Judgement& j : view->contents.judgements) {
      if (j.field == "group") judged[j.item] = !j.found();
    }
    std::vector<std::pair<std::int64_t, std::string>> changed;
    for (auto& [item, group] : voice_groups(*view)) {
      const auto by = judged.find(item);
      if ((by == judged.end() || !by->second) && view->contents.item(item)->group != group)
        changed.emplace_back(item, std::move(group));
    }
    if (changed.empty()) return {};
    auto change = file_.begin(work_.who, "group", fmt::format("{} items by whose voice they are", changed.size()));
    if (!change) return std::unexpected(change.error());
    for (const auto& [item, group] : changed) {
      if (auto set =
              change->judge(item, "group", group,
                            std::string(casefile::Judgement::kFound) + "what cannot be shown to be two sources is one");
          !set)
        return set;
    }
    out_.regrouped = changed.size();
    return change->commit();
  }

  static std::string whole_path(const std::string& path) {
    std::error_code none;
    const auto whole = std::filesystem::absolute(path, none).lexically_normal();
    return none ? path : whole.string();
  }

  std::string hash_of(ByteView content) const {
    constexpr std::size_t kPiece = 16 << 20;
    const auto say = bytes_step("hashing it", content.size());
    Sha256 hash;
    for (std::size_t at = 0; at < content.size(); at += kPiece) {
      hash.add(content.clamp(at, kPiece));
      say(at + kPiece);
    }
    return hash.finish_hex();
  }

  const std::string& path_;
  const AddExhibits& settings_;
  const CaseWork& work_;
  casefile::CaseFile& file_;
  std::size_t done_ = 0, total_ = 0;  // exhibits
  std::string path_now_;
  std::string read_method_;
  const std::string traces_method_ = kTracesMethod;
  AddedExhibits out_;
};

}  // namespace

Result<AddedExhibits> case_add(const std::string& path, const AddExhibits& settings, const CaseWork& work) {
  if (!settings.collected.empty() && !last_day(settings.collected)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("\"{}\" is no date: give it as 2014-12-04, 2014-12 or 2014", settings.collected), path);
  }
  auto file = open_case(path, casefile::Access::kWrite, work);
  if (!file) return std::unexpected(file.error());
  if (!settings.known_of.empty()) {
    const auto contents = file->read();
    if (!contents) return std::unexpected(contents.error());
    if (contents->hypothesis(settings.known_of) == nullptr) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("there is no hypothesis called \"{}\"; `samehand case hypothesis` lists them", settings.known_of),
          path);
    }
  }
  return Adding(path, settings, work, *file).run();
}

}  // namespace samehand::flow
