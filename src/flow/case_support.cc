#include "case_support.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "case_items.h"
#include "messages.h"
#include "samehand/base/codec.h"
#include "samehand/flow/read.h"
#include "samehand/weigh/problem.h"

namespace samehand::flow {

Result<casefile::CaseFile> open_case(const std::string& path, casefile::Access access, const CaseWork& work) {
  return casefile::CaseFile::open(path, access, work.on_diagnostic);
}

Result<dossier::CaseView> view_of(casefile::CaseFile& file, const std::string& path) {
  auto contents = file.read();
  if (!contents) return std::unexpected(contents.error());
  dossier::CaseView view;
  view.file = path;
  view.contents = std::move(*contents);
  for (const casefile::Finding& finding : view.contents.findings) {
    const evidence::Exhibit* exhibit = view.contents.exhibit(finding.exhibit);
    if (exhibit == nullptr) continue;
    const auto bytes = file.finding_bytes(finding);
    if (!bytes) continue;
    if (finding.method == kReadMethod) {
      auto reading = reading::decode(ByteView(*bytes));
      if (!reading) continue;
      reading->file = exhibit->name;
      view.readings.push_back(std::move(*reading));
      view.reading_exhibit.push_back(exhibit->number);
    } else if (finding.method == kTracesMethod) {
      auto tool = decode_traces(ByteView(*bytes));
      if (!tool) continue;
      tool->exhibit = exhibit->number;
      view.tools.push_back(std::move(*tool));
    }
  }
  if (view.readings.size() > 1) view.voices = reading::find_voices(view.readings);
  return view;
}

bool readable_finding(std::string_view method, ByteView answer) {
  if (method == kReadMethod) return reading::decode(answer).has_value();
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
