// Opening, then one sandboxed worker per executable: image -> code -> feature, sent back as frames. The parent never
// parses a byte of the executables themselves; it decodes the workers' messages, which are bounded and checked.

#include "samehand/flow/toolkit.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "messages.h"
#include "samehand/base/codec.h"
#include "samehand/base/hash.h"
#include "samehand/base/parallel.h"
#include "samehand/base/worker.h"

namespace samehand::flow {
namespace {

WorkerOptions worker_options(const AnalyseOptions& options) {
  WorkerOptions workers;
  workers.parallel = options.parallel ? options.parallel : usable_processors();
  workers.on_diagnostic = options.on_diagnostic;
  return workers;
}

// Runs in the worker.
void analyse_member(ByteView bytes, const AnalyseOptions& options, const FrameSink& sink) {
  auto parts = image::load(bytes, options.load);
  if (!parts) {
    sink.send(kErrorFrame, ByteView(encode_error(parts.error())));
    return;
  }
  const std::string sha256 = sha256_hex(bytes);  // here: a mapped file may be cut short under our hands
  for (auto& [name, image] : *parts) {
    PartMessage message;
    message.part = name;
    message.summary.sha256 = sha256;
    message.summary.format = image.format;
    message.summary.architecture = image.architecture;
    message.summary.size_bytes = image.bytes.size();
    message.summary.traces = image.traces;
    message.summary.remarks = image.remarks;
    message.summary.diagnostics = image.diagnostics;
    sink.send(kPartFrame, ByteView(encode_part(message)));
    if (image.architecture == image::Architecture::kOther) continue;  // a remark says so
    const auto program = code::recover(image, options.recover);
    if (!program) {
      sink.send(kErrorFrame, ByteView(encode_error(program.error())));
      continue;
    }
    if (!options.features) {
      sink.send(kFunctionsFrame, ByteView(encode_functions(*program)));
      continue;
    }
    sink.send(kFeaturesFrame, ByteView(feature::encode(feature::extract(image, *program))));
  }
}

void list_member(ByteView bytes, const std::string& part_name, const std::vector<std::uint64_t>& addresses,
                 const AnalyseOptions& options, const FrameSink& sink) {
  auto parts = image::load(bytes, options.load);
  if (!parts) {
    sink.send(kErrorFrame, ByteView(encode_error(parts.error())));
    return;
  }
  for (const auto& [name, image] : *parts) {
    if (name != part_name) continue;
    const auto program = code::recover(image, options.recover);
    if (!program) {
      sink.send(kErrorFrame, ByteView(encode_error(program.error())));
      return;
    }
    for (const std::uint64_t address : addresses) {
      const auto listing = code::list_function(image, *program, address);
      if (listing) sink.send(kListingFrame, ByteView(encode_listing(*listing)));
    }
    return;
  }
}

// What a worker is asked to do: read a member, or list functions of one of its parts.
//   u8 task, varint member (over all toolkits), then for a listing: text part, varint count, varint address...
enum Task : std::uint8_t { kAnalyse, kList };

std::vector<std::uint8_t> analysis_request(std::size_t member) {
  ByteWriter out;
  out.u8(kAnalyse);
  out.varint(member);
  return out.take();
}

std::vector<std::uint8_t> listing_request(std::size_t member, const std::string& part,
                                          const std::vector<std::uint64_t>& addresses) {
  ByteWriter out;
  out.u8(kList);
  out.varint(member);
  out.text(part);
  out.varint(addresses.size());
  for (const std::uint64_t address : addresses) out.varint(address);
  return out.take();
}

// Runs in the worker.
void answer(ByteView request, const std::vector<ByteView>& members, const AnalyseOptions& options,
            const FrameSink& sink) {
  ByteReader in(request);
  const std::uint8_t task = in.u8();
  const ByteView bytes = members.at(in.varint());
  if (task == kAnalyse) return analyse_member(bytes, options, sink);
  const std::string part(in.text());
  std::vector<std::uint64_t> addresses(in.count());
  for (std::uint64_t& address : addresses) address = in.varint();
  list_member(bytes, part, addresses, options, sink);
}

std::string display_path(const std::string& member, const std::string& part) {
  return part.empty() ? member : member + "!" + part;
}

// Why a sample that was read gives less than its file promises; nothing where it gives all. Members of static archives
// may hold data alone, which is no failure.
std::optional<Error> shortfall(const Sample& sample) {
  const auto& summary = sample.summary;
  const auto remark = [&](image::Remark::Kind kind) -> const std::string* {
    const auto it = std::ranges::find(summary.remarks, kind, &image::Remark::kind);
    return it == summary.remarks.end() ? nullptr : &it->text;
  };
  if (const auto* missing = remark(image::Remark::Kind::kMissing)) {
    return Error{ErrorCode::kTruncated, *missing + "; what is there was read", summary.path};
  }
  if (const auto* foreign = remark(image::Remark::Kind::kForeign)) {
    return Error{ErrorCode::kNotSupported, *foreign, summary.path};
  }
  if (summary.functions > 0) return std::nullopt;
  if (const auto* dotnet = remark(image::Remark::Kind::kDotNet)) {
    return Error{ErrorCode::kNotSupported, "no native code: " + *dotnet, summary.path};
  }
  if (const auto* packed = remark(image::Remark::Kind::kPacked)) {
    return Error{ErrorCode::kNotSupported, "no function found; packed: " + *packed + "; unpack it first", summary.path};
  }
  if (summary.code_bytes > 0) {
    return Error{ErrorCode::kMalformed,
                 fmt::format("no function found in its {} of code: damaged, encrypted, or not what its header says",
                             size_text(summary.code_bytes)),
                 summary.path};
  }
  if (!sample.part.empty()) return std::nullopt;
  return Error{ErrorCode::kNotSupported, "holds no code: only data, resources or debugging information", summary.path};
}

// Where frames of one member arrive. Part numbers in the frames are implied by their order.
struct Arrival {
  Toolkit* toolkit = nullptr;
  std::size_t member = 0;
  std::vector<Sample> samples;
  std::vector<Error> failures;
  static constexpr std::size_t kMaxFailures = 50;  // of one archive's members

  const std::string& path() const { return toolkit->members[member].path; }

  void on_frame(std::uint8_t type, ByteView frame) {
    const std::string where = samples.empty() ? path() : samples.back().summary.path;
    if (type == kPartFrame) {
      auto message = decode_part(frame);
      if (!message) return refuse(message.error(), where);
      Sample sample;
      sample.summary = std::move(message->summary);
      sample.summary.path = display_path(path(), message->part);
      sample.part = std::move(message->part);
      sample.member = member;
      samples.push_back(std::move(sample));
    } else if (type == kFeaturesFrame && !samples.empty()) {
      auto features = feature::decode(frame);
      if (!features) return refuse(features.error(), where);
      auto& sample = samples.back();
      sample.features = std::move(*features);
      sample.summary.code_bytes = sample.features.code_bytes;
      sample.summary.functions = static_cast<std::uint32_t>(sample.features.functions.size());
      sample.summary.library_functions = static_cast<std::uint32_t>(
          std::ranges::count_if(sample.features.functions, [](const auto& f) { return f.runtime || f.thunk; }));
    } else if (type == kFunctionsFrame && !samples.empty()) {
      auto program = decode_functions(frame);
      if (!program) return refuse(program.error(), where);
      auto& sample = samples.back();
      sample.program = std::move(*program);
      sample.summary.code_bytes = sample.program.code_bytes;
      sample.summary.functions = static_cast<std::uint32_t>(sample.program.functions.size());
    } else if (type == kErrorFrame) {
      auto error = decode_error(frame);
      refuse(error ? *error : error.error(), where);
    }
  }

  // Once all frames are here: a sample with nothing to show never goes without a word.
  void judge() {
    for (const Sample& sample : samples) {
      if (failures.size() >= kMaxFailures) break;
      if (auto error = shortfall(sample)) failures.push_back(std::move(*error));
    }
  }

  void refuse(Error error, const std::string& where) {
    error.where = error.where.empty() ? where : where + ": " + error.where;
    failures.push_back(std::move(error));
  }
};

}  // namespace

std::vector<Toolkit> analyse_all(const std::vector<std::string>& paths, const AnalyseOptions& options) {
  std::vector<Toolkit> toolkits(paths.size());
  std::vector<Arrival> arrivals;
  container::Options opening;
  opening.take_everything = options.load.raw;
  opening.parallel = worker_options(options).parallel;
  opening.on_diagnostic = options.on_diagnostic;
  for (std::size_t i = 0; i < paths.size(); i++) {
    Toolkit& toolkit = toolkits[i];
    toolkit.path = paths[i];
    auto opened = container::open_path(paths[i], opening);
    toolkit.members = std::move(opened.members);
    toolkit.failures = std::move(opened.failures);
    for (std::size_t m = 0; m < toolkit.members.size(); m++) arrivals.push_back({&toolkit, m, {}, {}});
  }

  if (arrivals.empty()) return toolkits;

  // The workers' server begins here, where all members are mapped and no answer has come yet.
  std::vector<ByteView> members;
  members.reserve(arrivals.size());
  for (const Arrival& arrival : arrivals) members.push_back(arrival.toolkit->members[arrival.member].bytes.view());
  const auto server = std::make_shared<Workers>(
      [members, options](ByteView request, const FrameSink& sink) { answer(request, members, options, sink); });

  std::vector<WorkerRequest> jobs;
  jobs.reserve(arrivals.size());
  for (std::size_t i = 0; i < arrivals.size(); i++) {
    Arrival& arrival = arrivals[i];
    if (arrival.member == 0) {
      arrival.toolkit->workers = server;
      arrival.toolkit->first_member = i;
    }
    jobs.push_back({.request = analysis_request(i),
                    .on_frame = [&arrival](std::uint8_t type, ByteView frame) { arrival.on_frame(type, frame); },
                    .limits = WorkerLimits::for_input(members[i].size())});
  }
  WorkerOptions workers = worker_options(options);
  std::size_t done = 0;
  workers.on_end = [&](std::size_t job, const WorkerEnd&) {
    if (options.on_progress) options.on_progress(++done, jobs.size(), arrivals[job].path());
  };
  workers.on_wait = [&](std::size_t job) {
    if (options.on_progress) options.on_progress(done, jobs.size(), arrivals[job].path());
  };
  const auto ends = server->run(jobs, workers);

  for (std::size_t j = 0; j < jobs.size(); j++) {
    Arrival& arrival = arrivals[j];
    if (ends[j].finished()) {
      arrival.judge();
    } else {
      arrival.failures.push_back(to_error(ends[j], arrival.path()));
    }
    Toolkit& toolkit = *arrival.toolkit;
    std::ranges::move(arrival.samples, std::back_inserter(toolkit.samples));
    std::ranges::move(arrival.failures, std::back_inserter(toolkit.failures));
  }
  return toolkits;
}

Toolkit analyse(const std::string& path, const AnalyseOptions& options) {
  return std::move(analyse_all({path}, options).front());
}

std::vector<ListedSample> list_functions(const Toolkit& toolkit, const std::vector<ListingRequest>& requests,
                                         const AnalyseOptions& options, std::vector<Error>& failures) {
  std::vector<ListedSample> listed(requests.size());
  if (requests.empty()) return listed;
  std::vector<WorkerRequest> jobs;
  for (std::size_t i = 0; i < requests.size(); i++) {
    const ListingRequest& request = requests[i];
    listed[i].sample = request.sample;
    const Sample& sample = toolkit.samples[request.sample];
    WorkerRequest job;
    job.request = listing_request(toolkit.first_member + sample.member, sample.part, request.addresses);
    job.on_frame = [&out = listed[i].listings](std::uint8_t type, ByteView frame) {
      if (type != kListingFrame) return;
      if (auto listing = decode_listing(frame)) out.push_back(std::move(*listing));
    };
    job.limits = WorkerLimits::for_input(toolkit.members[sample.member].bytes.size());
    jobs.push_back(std::move(job));
  }
  const auto ends = toolkit.workers->run(jobs, worker_options(options));
  for (std::size_t i = 0; i < ends.size(); i++) {
    if (!ends[i].finished()) {
      failures.push_back(to_error(ends[i], toolkit.samples[requests[i].sample].summary.path));
    }
  }
  return listed;
}

}  // namespace samehand::flow
