#include "case_support.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>

#include "case_items.h"
#include "messages.h"
#include "samehand/base/codec.h"
#include "samehand/flow/compare.h"
#include "samehand/flow/read.h"
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

// Of items that rest on a comparison that is recorded, and whose reliability nobody has judged otherwise.
void take_code_evidence(casefile::CaseFile& file, casefile::Contents& contents, const CaseWork& work) {
  std::map<std::pair<std::int64_t, std::string_view>, const casefile::Finding*> compared;
  for (const casefile::Finding& f : contents.findings) {
    if (!compared_with(f.method).empty()) compared.emplace(std::pair(f.exhibit, std::string_view(f.method)), &f);
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
    if (it == compared.end()) continue;
    const auto bytes = file.finding_bytes(*it->second);
    const auto code = bytes ? decode_code(ByteView(*bytes)) : Result<CodeFinding>(std::unexpected(bytes.error()));
    if (code)
      item.code_evidence_db = code->evidence_db;
    else
      tell_damaged(contents, *it->second, code.error(), work);
  }
}

}  // namespace

std::string compare_method(const std::string& earlier_sha256) {
  return fmt::format("{} {}", kCompareMethod, earlier_sha256);
}

std::string_view compared_with(std::string_view method) {
  if (!method.starts_with(kCompareMethod) || method.size() != kCompareMethod.size() + 65) return {};
  return method.substr(kCompareMethod.size() + 1);
}

std::vector<std::uint8_t> encode_code(const dossier::Comparison& comparison) {
  constexpr std::size_t kMost = 10'000;
  const auto rounded = [](double value, double steps) {
    return static_cast<std::uint64_t>(std::llround(std::clamp(value, 0.0, 1e9) * steps));
  };
  ByteWriter out;
  out.varint(rounded(comparison.evidence_db, 10));
  out.varint(rounded(comparison.kinship, 1e6));
  std::vector<const dossier::PairSummary*> pairs;
  for (const dossier::PairSummary& p : comparison.pairs) {
    if (p.pair.reported && !p.pair.library && pairs.size() < kMost) pairs.push_back(&p);
  }
  out.varint(pairs.size());
  for (const dossier::PairSummary* p : pairs) {
    out.varint(p->pair.a.sample);
    out.varint(p->a.address);
    out.varint(p->pair.b.sample);
    out.varint(p->b.address);
    out.varint(rounded(p->pair.similarity, 1000));
    out.varint(rounded(p->pair.confidence, 1000));
    out.varint(rounded(p->pair.worth_db, 10));
  }
  return out.take();
}

Result<CodeFinding> decode_code(ByteView message) {
  ByteReader in(message);
  CodeFinding out;
  out.evidence_db = static_cast<double>(in.varint()) / 10;
  out.kinship = static_cast<double>(in.varint()) / 1e6;
  out.pairs.resize(in.count(7));
  for (CodeFinding::Pair& p : out.pairs) {
    p.a_sample = static_cast<std::uint32_t>(in.varint());
    p.a_address = in.varint();
    p.b_sample = static_cast<std::uint32_t>(in.varint());
    p.b_address = in.varint();
    p.similarity = static_cast<double>(in.varint()) / 1000;
    p.confidence = static_cast<double>(in.varint()) / 1000;
    p.worth_db = static_cast<double>(in.varint()) / 10;
  }
  if (!in.ok() || !in.at_end() || out.evidence_db > 1e9 || out.kinship > 1)
    return fail(ErrorCode::kMalformed, "a recorded answer is damaged");
  return out;
}

Result<dossier::Comparison> compare_contents(ByteView tool, ByteView earlier, const CaseWork& work) {
  const auto a = NamelessFile::of(tool);
  if (!a) return std::unexpected(a.error());
  const auto b = NamelessFile::of(earlier);
  if (!b) return std::unexpected(b.error());
  CompareOptions options;
  options.analyse.parallel = work.parallel;
  options.analyse.on_diagnostic = work.on_diagnostic;
  options.analyse.on_progress = work.on_progress;
  return compare(a->path(), b->path(), options);
}

Result<casefile::Contents> read_contents(casefile::CaseFile& file, const CaseWork& work) {
  auto contents = file.read();
  if (!contents) return contents;
  std::uint64_t size = 0;
  for (const casefile::Finding& finding : contents->findings) size += std::min(finding.size_bytes, kLookedAtBytes);
  if (size <= kLookedAtBytes) {
    for (const casefile::Finding& finding : contents->findings) {
      if (const auto bytes = file.finding_bytes(finding); !bytes) tell_damaged(*contents, finding, bytes.error(), work);
    }
  }
  tell_unread(*contents, work);
  take_code_evidence(file, *contents, work);
  return contents;
}

Result<dossier::CaseView> view_of(casefile::CaseFile& file, const std::string& path, const CaseWork& work) {
  auto contents = file.read();
  if (!contents) return std::unexpected(contents.error());
  take_code_evidence(file, *contents, work);
  tell_unread(*contents, work);
  dossier::CaseView view;
  view.file = path;
  view.contents = std::move(*contents);
  for (const casefile::Finding& finding : view.contents.findings) {
    const evidence::Exhibit* exhibit = view.contents.exhibit(finding.exhibit);
    if (exhibit == nullptr) continue;
    if (!compared_with(finding.method).empty()) continue;  // taken above
    const auto bytes = file.finding_bytes(finding);
    if (!bytes) {
      tell_damaged(view.contents, finding, bytes.error(), work);
      continue;
    }
    if (finding.method == kReadMethod) {
      auto reading = reading::decode(ByteView(*bytes));
      if (!reading) {
        tell_damaged(view.contents, finding, reading.error(), work);
        continue;
      }
      reading->file = exhibit->name;
      view.readings.push_back(std::move(*reading));
      view.reading_exhibit.push_back(exhibit->number);
    } else if (finding.method == kTracesMethod) {
      auto tool = decode_traces(ByteView(*bytes));
      if (!tool) {
        tell_damaged(view.contents, finding, tool.error(), work);
        continue;
      }
      tool->exhibit = exhibit->number;
      view.tools.push_back(std::move(*tool));
    }
  }
  if (view.readings.size() > 1) view.voices = reading::find_voices(view.readings);
  return view;
}

bool readable_finding(std::string_view method, ByteView answer) {
  if (method == kReadMethod) return reading::decode(answer).has_value();
  if (!compared_with(method).empty()) return decode_code(answer).has_value();
  return method != kTracesMethod || decode_traces(answer).has_value();
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

Result<NamelessFile> NamelessFile::of(ByteView bytes) {
  const char* folder = std::getenv("TMPDIR");
  const std::string where = folder == nullptr || *folder == 0 ? "/var/tmp" : folder;
  NamelessFile file(::open(where.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  const auto refused = [&] {
    return fail(ErrorCode::kUnreadable, fmt::format("no temporary file can be written: {}", std::strerror(errno)),
                where);
  };
  if (file.fd_ < 0) return refused();
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.fd_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return refused();
    bytes = bytes.clamp(static_cast<std::uint64_t>(count));
  }
  return file;
}

NamelessFile::NamelessFile(NamelessFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
NamelessFile::~NamelessFile() {
  if (fd_ >= 0) ::close(fd_);
}
std::string NamelessFile::path() const {
  return fmt::format("/proc/self/fd/{}", fd_);
}

Result<std::vector<std::uint8_t>> read_report(const evidence::Exhibit& exhibit, ByteView content,
                                              const std::vector<std::string>& name_lists, const CaseWork& work,
                                              std::vector<Error>& failures) {
  ReadOptions options;
  options.name_lists = name_lists;
  options.parallel = work.parallel;
  options.on_diagnostic = work.on_diagnostic;
  container::Member member;
  member.path = exhibit.name;
  member.bytes = Bytes(std::vector<std::uint8_t>(content.span().begin(), content.span().end()));
  auto read = read_pages(std::span(&member, 1), options);
  if (!read) return std::unexpected(read.error());
  std::ranges::move(read->failures, std::back_inserter(failures));
  if (read->readings.empty()) return fail(ErrorCode::kMalformed, "could not be read as a page", exhibit.name);
  return reading::encode(read->readings.front());
}

namespace {

// "/proc/self/fd/7!inner" -> "inner"; the file itself -> "".
std::string inner_path(const std::string& path, const std::string& file) {
  if (!path.starts_with(file)) return path;
  return path.size() > file.size() ? path.substr(file.size() + 1) : std::string();
}

}  // namespace

Result<std::vector<std::uint8_t>> read_traces(const evidence::Exhibit& exhibit, ByteView content, const CaseWork& work,
                                              std::vector<Error>& failures) {
  const auto file = NamelessFile::of(content);
  if (!file) return std::unexpected(file.error());
  AnalyseOptions options;
  options.features = false;
  options.parallel = work.parallel;
  options.on_diagnostic = work.on_diagnostic;
  Toolkit toolkit = analyse(file->path(), options);
  for (Error& error : toolkit.failures) {
    const std::string inner = inner_path(error.where, file->path());
    error.where = exhibit.name + (inner.empty() ? "" : "!" + inner);
    failures.push_back(std::move(error));
  }
  if (toolkit.samples.empty())
    return fail(ErrorCode::kNotSupported, "holds no executable that Samehand reads", exhibit.name);
  ByteWriter out;
  out.varint(toolkit.samples.size());
  for (const Sample& sample : toolkit.samples) {
    out.text(inner_path(sample.summary.path, file->path()));
    out.text(ByteView(encode_part({sample.part, sample.summary})).text());
    out.varint(sample.summary.code_bytes);
    out.varint(sample.summary.functions);
  }
  return out.take();
}

Result<dossier::ToolReading> decode_traces(ByteView message) {
  ByteReader in(message);
  dossier::ToolReading out;
  out.samples.resize(in.count(8));
  for (dossier::SampleSummary& sample : out.samples) {
    const std::string path(in.text());
    auto part = decode_part(ByteView::of_text(in.text()));
    if (!part) return std::unexpected(part.error());
    sample = std::move(part->summary);
    sample.path = path;
    sample.code_bytes = in.varint();
    sample.functions = static_cast<std::uint32_t>(in.varint());
  }
  if (!in.ok() || !in.at_end()) return fail(ErrorCode::kMalformed, "a recorded answer is damaged");
  return out;
}

}  // namespace samehand::flow
