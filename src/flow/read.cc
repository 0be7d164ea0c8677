// Pages in, readings and voices out: one sandboxed worker per page, so that the parent never parses a byte of them.
#include "samehand/flow/read.h"

#include <algorithm>
#include <map>
#include <optional>

#include "messages.h"
#include "samehand/base/file.h"
#include "samehand/base/parallel.h"
#include "samehand/base/worker.h"
#include "samehand/container/container.h"
#include "samehand/naming/name_list.h"

namespace samehand::flow {
namespace {

// Pages are at most this large; what is more is no page.
constexpr std::uint64_t kMaxPageBytes = 256 << 20;
// Behind the frames of messages.h.
constexpr std::uint8_t kReadingFrame = 64;
constexpr std::uint8_t kNamesFrame = 65;

struct Arrival {
  std::string path;
  std::optional<reading::Reading> reading;
  std::optional<Error> failure;

  void on_frame(std::uint8_t type, ByteView frame) {
    if (type == kReadingFrame) {
      auto decoded = reading::decode(frame);
      if (decoded)
        reading = std::move(*decoded);
      else
        failure = decoded.error();
    } else if (type == kErrorFrame) {
      auto error = decode_error(frame);
      failure = error ? *error : error.error();
    }
    if (failure && !failure->where.starts_with(path)) {
      failure->where = failure->where.empty() ? path : path + ": " + failure->where;
    }
  }
};

void read_in_worker(ByteView bytes, const std::string& path, const reading::Options& options, const FrameSink& sink) {
  const auto reading = reading::read(bytes, path, options);
  if (reading)
    sink.send(kReadingFrame, ByteView(reading::encode(*reading)));
  else
    sink.send(kErrorFrame, ByteView(encode_error(reading.error())));
}

// A list of names as the user has it. Bundles of JSON are turned into our own form by a worker; that form is read here,
// where every count and bit is checked.
Result<naming::NameList> load_list(const std::string& path, const WorkerOptions& workers) {
  const auto file = read_file(path);
  if (!file) return std::unexpected(file.error());
  if (naming::is_name_list(file->view())) return naming::load_names(file->view(), path);
  Result<naming::NameList> list = fail(ErrorCode::kMalformed, "no names came out of it", path);
  WorkerJob job;
  job.run = [&](const FrameSink& sink) {
    const auto imported = naming::import_names(file->view(), path);
    if (imported)
      sink.send(kNamesFrame, ByteView(naming::save_names(*imported)));
    else
      sink.send(kErrorFrame, ByteView(encode_error(imported.error())));
  };
  job.on_frame = [&](std::uint8_t type, ByteView frame) {
    if (type == kNamesFrame) {
      list = naming::load_names(frame, path);
    } else if (type == kErrorFrame) {
      auto error = decode_error(frame);
      list = std::unexpected(error ? *error : error.error());
    }
  };
  job.limits = WorkerLimits::for_input(16 * file->size());  // bundles are often compressed
  const auto ends = run_workers(std::span(&job, 1), workers);
  if (!ends.front().finished()) return std::unexpected(to_error(ends.front(), path));
  return list;
}

}  // namespace

Result<ReadPages> read(const std::vector<std::string>& paths, const ReadOptions& options) {
  // What is there to read?
  container::Options opening;
  opening.take_everything = true;
  opening.limits.file_bytes = kMaxPageBytes;
  opening.parallel = options.parallel != 0 ? options.parallel : usable_processors();
  opening.on_diagnostic = options.on_diagnostic;
  std::vector<container::Member> pages;
  std::vector<Error> failures;
  for (const std::string& path : paths) {
    container::Opened opened = container::open_path(path, opening);
    std::ranges::move(opened.members, std::back_inserter(pages));
    std::ranges::move(opened.failures, std::back_inserter(failures));
  }
  auto out = read_pages(pages, options);
  if (out) out->failures.insert(out->failures.begin(), failures.begin(), failures.end());
  return out;
}

Result<ReadPages> read_pages(std::span<const container::Member> pages, const ReadOptions& options) {
  ReadPages out;
  WorkerOptions workers;
  workers.parallel = options.parallel != 0 ? options.parallel : usable_processors();
  workers.on_diagnostic = options.on_diagnostic;

  // What to look for, and what to set aside?
  reading::prepare();
  naming::NameList names;
  for (const std::string& path : options.name_lists) {
    const auto list = load_list(path, workers);
    if (!list) return std::unexpected(list.error());
    names.add(*list);
  }
  std::optional<indicator::BenignList> benign;
  if (!options.benign_list.empty()) {
    const auto file = read_file(options.benign_list);
    if (!file) return std::unexpected(file.error());
    auto list = indicator::BenignList::parse(file->view().text(), options.benign_list);
    if (!list) return std::unexpected(list.error());
    benign = std::move(*list);
  }

  // Read each by itself.
  reading::Options reading_options;
  reading_options.page.raw_text = options.raw_text;
  if (!options.name_lists.empty()) reading_options.names = &names;
  if (benign) reading_options.benign = &*benign;
  std::vector<Arrival> arrivals(pages.size());
  std::vector<std::string> pdf_boxes(pages.size());
  std::vector<std::size_t> job_pages;  // which page each job reads
  std::vector<WorkerJob> jobs;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    arrivals[i].path = pages[i].path;
    // What a confined pdftotext makes of a PDF; its answer is read in the worker, as untrusted as the PDF.
    if (!options.raw_text && page::is_pdf(pages[i].bytes.view())) {
      auto boxes = page::convert_pdf(pages[i].bytes.view(), pages[i].path);
      if (!boxes) {
        Error error = std::move(boxes.error());
        if (error.where.empty()) error.where = pages[i].path;
        arrivals[i].failure = std::move(error);
        continue;
      }
      pdf_boxes[i] = std::move(*boxes);
    }
    WorkerJob job;
    job.run = [&, i](const FrameSink& sink) {
      reading::Options own = reading_options;
      own.page.pdf_boxes = !pdf_boxes[i].empty();
      read_in_worker(own.page.pdf_boxes ? ByteView::of_text(pdf_boxes[i]) : pages[i].bytes.view(), pages[i].path, own,
                     sink);
    };
    job.on_frame = [&, i](std::uint8_t type, ByteView frame) { arrivals[i].on_frame(type, frame); };
    job.limits = WorkerLimits::for_input(pages[i].bytes.size() + pdf_boxes[i].size());
    jobs.push_back(std::move(job));
    job_pages.push_back(i);
  }
  std::size_t done = 0;
  workers.on_end = [&](std::size_t job, const WorkerEnd& end) {
    Arrival& arrival = arrivals[job_pages[job]];
    if (!end.finished()) arrival.failure = to_error(end, arrival.path);
    if (options.on_progress) options.on_progress(++done, jobs.size(), arrival.path);
  };
  run_workers(jobs, workers);
  for (Arrival& arrival : arrivals) {
    if (arrival.reading) {
      arrival.reading->file = arrival.path;
      out.readings.push_back(std::move(*arrival.reading));
    }
    if (arrival.failure) out.failures.push_back(std::move(*arrival.failure));
  }

  // How many voices are there, and where do they contradict each other?
  if (out.readings.size() > 1) out.voices = reading::find_voices(out.readings);
  return out;
}

}  // namespace samehand::flow
