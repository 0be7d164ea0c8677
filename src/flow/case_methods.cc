#include "case_methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "messages.h"
#include "nameless_file.h"
#include "samehand/base/codec.h"
#include "samehand/base/file.h"
#include "samehand/base/hash.h"
#include "samehand/flow/compare.h"
#include "samehand/flow/read.h"

namespace samehand::flow {

namespace {

constexpr std::string_view kWith = " with ";

// "read 3", "read 3 with SHA256" -> 3; of what this version cannot know, and of other methods, 0.
int reading_version(std::string_view method) {
  const std::string_view own = kReadMethod;
  const std::string_view name = own.substr(0, own.size() - 1);
  if (method.size() < own.size() || !method.starts_with(name)) return 0;
  const std::string_view rest = method.substr(own.size());
  const int version = method[name.size()] - '0';
  const int latest = own.back() - '0';
  return version >= 1 && version <= latest && (rest.empty() || rest.starts_with(kWith)) ? version : 0;
}

}  // namespace

Result<std::string> read_method(const std::vector<std::string>& name_lists) {
  std::string out = kReadMethod;
  for (const std::string& path : name_lists) {
    const auto bytes = read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    (out += &path == &name_lists.front() ? kWith : " ") += sha256_hex(bytes->view());
  }
  return out;
}

bool is_reading(std::string_view method) {
  return reading_version(method) != 0;
}

bool is_outdated(std::string_view method) {
  const int version = reading_version(method);
  return version != 0 && version < reading_version(kReadMethod);
}

std::vector<std::string> lists_of(std::string_view method) {
  std::vector<std::string> out;
  method.remove_prefix(std::min(method.size(), std::string_view(kReadMethod).size() + kWith.size()));
  while (!method.empty()) {
    const std::size_t end = std::min(method.find(' '), method.size());
    out.emplace_back(method.substr(0, end));
    method.remove_prefix(std::min(method.size(), end + 1));
  }
  return out;
}

Result<std::vector<std::uint8_t>> read_report(const evidence::Exhibit& exhibit, ByteView content,
                                              const std::vector<std::string>& name_lists, const CaseWork& work,
                                              std::vector<Error>& failures) {
  ReadOptions options;
  options.name_lists = name_lists;
  options.parallel = work.parallel;
  options.on_diagnostic = work.on_diagnostic;
  options.on_progress = work.on_progress;
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
  options.on_progress = work.on_progress;
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

std::string compare_method(const std::string& earlier_sha256) {
  return fmt::format("{} {}", kCompareMethod, earlier_sha256);
}

std::string_view compared_with(std::string_view method) {
  if (!method.starts_with(kCompareMethod) || method.size() != kCompareMethod.size() + 65) return {};
  return method.substr(kCompareMethod.size() + 1);
}

namespace {

// Rounded, so that the same answer comes out where the last digits do not.
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

}  // namespace

Result<std::vector<std::uint8_t>> compare_code(ByteView tool, ByteView earlier, const CaseWork& work,
                                               std::vector<Error>& failures) {
  const auto a = NamelessFile::of(tool);
  if (!a) return std::unexpected(a.error());
  const auto b = NamelessFile::of(earlier);
  if (!b) return std::unexpected(b.error());
  CompareOptions options;
  options.analyse.parallel = work.parallel;
  options.analyse.on_diagnostic = work.on_diagnostic;
  options.analyse.on_progress = work.on_progress;
  const auto comparison = compare(a->path(), b->path(), options);
  if (!comparison) return std::unexpected(comparison.error());
  // A side that could not be read shares no code with anything, which says nothing of the code.
  const auto unread = [&](const NamelessFile& file, const char* which) {
    Error error{ErrorCode::kNotSupported, fmt::format("no executable could be read in {}", which), {}};
    for (const Error& failure : comparison->failures) {
      if (!failure.where.starts_with(file.path())) continue;
      error.code = failure.code;
      error.message += ": " + failure.message;
      break;
    }
    return std::unexpected(std::move(error));
  };
  if (comparison->a_samples.empty()) return unread(*a, "the incident's tool");
  if (comparison->b_samples.empty()) return unread(*b, "the earlier tool");
  for (const Error& failure : comparison->failures) {
    for (const auto& [file, which] : {std::pair(&*a, "the incident's tool"), std::pair(&*b, "the earlier tool")}) {
      if (!failure.where.starts_with(file->path())) continue;
      const std::string inner = inner_path(failure.where, file->path());
      failures.push_back(
          {failure.code,
           fmt::format("{} of {} took no part: {}", inner.empty() ? "a part" : inner, which, failure.message),
           {}});
      break;
    }
  }
  return encode_code(*comparison);
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

bool readable_finding(std::string_view method, ByteView answer) {
  if (is_reading(method)) return reading::decode(answer).has_value();
  if (!compared_with(method).empty()) return decode_code(answer).has_value();
  return method != kTracesMethod || decode_traces(answer).has_value();
}

}  // namespace samehand::flow
