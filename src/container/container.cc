// Opening what the user named: files are mapped; archives go to workers in batches, so that a folder of thousands of
// small .gz files does not cost a fork each. When a worker dies, the archive that it was reading is the failure and the
// rest of its batch gets a new worker.
#include "samehand/container/container.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "extract.h"
#include "samehand/base/codec.h"
#include "samehand/base/worker.h"
#include "samehand/container/sniff.h"
#include "store.h"
#include "tree.h"

namespace samehand::container {
namespace {

constexpr std::uint8_t kArchiveBegins = 0;  // varint: which of the batch; the other frames are extract()'s
constexpr std::size_t kBatchFiles = 64;
constexpr std::uint64_t kBatchBytes = 8 << 20;

// What came of one file that the user named or a folder holds.
struct Yield {
  std::vector<Member> members;
  std::vector<Error> failures;
  std::uint64_t other_files = 0;
};

// One archive on its way through a worker.
struct Source {
  std::string path;
  Kind kind;
  Bytes bytes;
  Yield* yield;
};

// What all that one path holds has taken so far.
struct Totals {
  std::uint32_t members = 0;
  std::uint64_t bytes = 0;
  std::uint64_t memory_left = 0;
};

// Turns a worker's frames into members. Nothing in a frame is trusted: types out of order are ignored, counts and
// sizes are capped.
class Collector {
 public:
  Collector(const Limits& limits, Totals& totals) : limits_(limits), totals_(totals), store_(totals.memory_left) {}

  void take(std::span<Source* const> batch, std::uint8_t type, ByteView frame) {
    ByteReader reader(frame);
    if (type == kArchiveBegins) {
      finish();
      const std::uint64_t index = reader.varint();
      if (reader.ok() && index < batch.size()) current_ = index;
      return;
    }
    if (!current_) return;
    Source& source = *batch[*current_];
    switch (type) {
      case kMemberBegins:
        begin(source, std::string(reader.text()));
        break;
      case kMemberData:
        append(source, frame);
        break;
      case kMemberEnds:
        finish();
        break;
      case kFailed: {
        const auto code = static_cast<ErrorCode>(std::min<int>(reader.u8(), static_cast<int>(ErrorCode::kTimedOut)));
        const std::string message(reader.text()), where(reader.text());
        if (reader.ok() && source.yield->failures.size() < kMaxFailures) {
          source.yield->failures.push_back({code, message, where});
        }
        break;
      }
      case kOthers:
        source.yield->other_files += std::min<std::uint64_t>(reader.varint(), limits_.entries);
        break;
      default:
        break;
    }
  }

  // The worker has ended: a member that was under way is kept as far as it came. Returns the archive being read then.
  std::size_t end() {
    finish();
    return current_.value_or(0);
  }

 private:
  static constexpr std::size_t kMaxFailures = 100;

  void begin(Source& source, std::string name) {
    finish();
    if (totals_.members >= limits_.members || totals_.bytes >= limits_.kept_bytes) return refuse(source, name);
    totals_.members++;
    open_ = Member{std::move(name), {}};
    yield_ = source.yield;
    store_.begin();
  }

  void append(Source& source, ByteView frame) {
    if (!open_) return;
    if (totals_.bytes + frame.size() > limits_.kept_bytes) {
      refuse(source, open_->path);
      finish();
    } else {
      totals_.bytes += frame.size();
      store_.append(frame);  // a full disk shows in finish()
    }
  }

  void finish() {
    if (!open_) return;
    std::optional<Bytes> bytes = store_.finish();
    if (!bytes) {
      yield_->failures.push_back(
          {ErrorCode::kTooLarge, "no room to unpack it: memory and the temporary folder are full", open_->path});
    } else if (bytes->size() > 0) {  // it is 0 where the first piece was refused, which has been said
      open_->bytes = std::move(*bytes);
      yield_->members.push_back(std::move(*open_));
    }
    open_.reset();
  }

  void refuse(Source& source, const std::string& name) {
    if (std::exchange(refused_, true)) return;
    source.yield->failures.push_back({ErrorCode::kTooLarge,
                                      fmt::format("more than {} executables or {} in all; the rest is left out",
                                                  limits_.members, size_text(limits_.kept_bytes)),
                                      name});
  }

  const Limits& limits_;
  Totals& totals_;
  Store store_;
  std::optional<std::size_t> current_;
  std::optional<Member> open_;
  Yield* yield_ = nullptr;
  bool refused_ = false;
};

// One worker's share.
struct Batch {
  std::vector<Source*> sources;
  std::uint64_t bytes = 0;
  std::unique_ptr<Collector> collector;
  std::size_t reached = 0;  // which source was being read at the end
};

std::vector<Batch> make_batches(std::span<Source* const> sources) {
  std::vector<Batch> batches;
  for (Source* source : sources) {
    if (batches.empty() || batches.back().sources.size() >= kBatchFiles || batches.back().bytes >= kBatchBytes) {
      batches.emplace_back();
    }
    batches.back().sources.push_back(source);
    batches.back().bytes += source->bytes.size();
  }
  return batches;
}

WorkerJob make_job(Batch& batch, const Options& options) {
  WorkerJob job;
  job.run = [&batch, &options](const FrameSink& sink) {
    for (std::size_t i = 0; i < batch.sources.size(); i++) {
      ByteWriter writer;
      writer.varint(i);
      sink.send(kArchiveBegins, ByteView(writer.bytes()));
      const Source& source = *batch.sources[i];
      extract(source.bytes.view(), source.kind, source.path, options.limits, sink);
    }
  };
  job.on_frame = [&batch](std::uint8_t type, ByteView frame) { batch.collector->take(batch.sources, type, frame); };
  job.limits = WorkerLimits::for_input(batch.bytes);
  job.limits.output_bytes = options.limits.kept_bytes + (1 << 20);
  return job;
}

// Reads all archives. Every round ends at least one archive of every batch, so the rounds end.
void open_archives(std::vector<Source>& sources, const Options& options) {
  Totals totals{.memory_left = options.limits.in_memory_bytes};
  std::vector<Source*> pending;
  for (Source& source : sources) pending.push_back(&source);
  while (!pending.empty()) {
    std::vector<Batch> batches = make_batches(pending);
    pending.clear();
    std::vector<WorkerJob> jobs;
    for (Batch& batch : batches) {
      batch.collector = std::make_unique<Collector>(options.limits, totals);
      jobs.push_back(make_job(batch, options));
    }
    const auto batch_ended = [&](std::size_t job, const WorkerEnd&) {
      Batch& batch = batches[job];
      batch.reached = batch.collector->end();
      batch.collector.reset();  // its files are closed, or a large folder would meet the limit on open ones
      if (options.on_progress) options.on_progress(batch.sources.back()->path);
    };
    const std::vector<WorkerEnd> ends = run_workers(
        jobs, {.parallel = options.parallel, .on_end = batch_ended, .on_diagnostic = options.on_diagnostic});
    for (std::size_t i = 0; i < batches.size(); i++) {
      if (ends[i].finished()) continue;
      const std::size_t reached = batches[i].reached;
      const Source& culprit = *batches[i].sources[reached];
      culprit.yield->failures.push_back(to_error(ends[i], culprit.path));
      const auto rest = std::span(batches[i].sources).subspan(reached + 1);
      pending.insert(pending.end(), rest.begin(), rest.end());
    }
  }
}

// Opens found files; the yields come in their order.
std::vector<Yield> open_files(std::span<const FoundFile> files, const Options& options) {
  std::vector<Yield> yields(files.size());
  std::vector<Source> archives;
  SmallFiles pool;
  for (std::size_t i = 0; i < files.size(); i++) {
    const FoundFile& file = files[i];
    const bool container = !options.take_everything && (file.kind == Kind::kArchive || file.kind == Kind::kCompressed);
    if (options.on_progress) options.on_progress(file.path);
    auto bytes = read_file(file.path, container ? options.limits.archive_bytes : options.limits.file_bytes, &pool);
    if (!bytes) {
      yields[i].failures.push_back(bytes.error());
    } else if (container) {
      archives.push_back({file.path, file.kind, std::move(*bytes), &yields[i]});
    } else {
      yields[i].members.push_back({file.path, std::move(*bytes)});
    }
  }
  open_archives(archives, options);
  return yields;
}

void gather(std::vector<Yield> yields, Opened& opened) {
  for (Yield& yield : yields) {
    std::ranges::move(yield.members, std::back_inserter(opened.members));
    std::ranges::move(yield.failures, std::back_inserter(opened.failures));
    opened.other_files += yield.other_files;
  }
}

void say_if_nothing(const std::string& path, std::string_view what, const Options& options, Opened& opened) {
  if (!opened.members.empty() || !opened.failures.empty()) return;
  const std::string others =
      opened.other_files > 0 ? fmt::format(" ({} other files)", opened.other_files) : std::string();
  opened.failures.push_back(
      {ErrorCode::kNotSupported, fmt::format("{} holds no {}{}", what, options.members_are, others), path});
}

Opened open_folder(const std::string& path, const Options& options) {
  Tree tree = walk(path, options);
  Opened opened;
  opened.failures = std::move(tree.failures);
  opened.notes = std::move(tree.notes);
  opened.other_files = tree.other_files;
  if (tree.files.size() > options.limits.members) {
    opened.failures.push_back(
        {ErrorCode::kTooLarge,
         fmt::format("more than {} {}; the rest is left out", options.limits.members, options.members_are), path});
    tree.files.resize(options.limits.members);
  }
  gather(open_files(tree.files, options), opened);
  say_if_nothing(path, "this folder", options, opened);
  return opened;
}

Opened open_file(const std::string& path, const Options& options) {
  Opened opened;
  // Opened by the same reader as the rest, for its messages, but not looked at through it.
  const auto whole = read_file(path, options.limits.archive_bytes);
  const auto start = whole ? start_of_file(path) : std::unexpected(whole.error());
  if (!start) {
    opened.failures.push_back(start.error());
    return opened;
  }
  const ByteView head(*start);
  const Kind kind = sniff(head);
  if (kind == Kind::kOther && whole->size() > options.limits.file_bytes) {
    opened.failures.push_back(
        {ErrorCode::kTooLarge,
         fmt::format("has {}; files of more than {} are read only if they are archives, and this "
                     "is {}",
                     size_text(whole->size()), size_text(options.limits.file_bytes), describe(head)),
         path});
    return opened;
  }
  if (kind == Kind::kOther && !options.take_everything) {
    opened.failures.push_back(
        {ErrorCode::kNotSupported,
         fmt::format(
             "not an executable (ELF, PE, Mach-O, static archive) nor a container of them, but {}; for a memory "
             "dump use --raw",
             describe(head)),
         path});
    return opened;
  }
  const FoundFile file{path, kind, whole->size()};
  gather(open_files(std::span(&file, 1), options), opened);
  say_if_nothing(path, fmt::format("this {}", describe(head)), options, opened);
  return opened;
}

}  // namespace

Opened open_path(const std::string& path, const Options& options) {
  if (path.empty()) {
    Opened opened;
    opened.failures.push_back({ErrorCode::kNotFound, "an empty name names no file", "''"});
    return opened;
  }
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return open_folder(path, options);
  return open_file(path, options);
}

}  // namespace samehand::container
