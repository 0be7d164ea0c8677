// Pages in, readings and voices out: one sandboxed worker per page, so that the parent never parses a byte of them.
#include "samehand/flow/read.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "messages.h"
#include "samehand/base/file.h"
#include "samehand/base/parallel.h"
#include "samehand/base/worker.h"
#include "samehand/container/container.h"
#include "samehand/flow/exchange.h"
#include "samehand/naming/name_list.h"

namespace samehand::flow {
namespace {

// Pages are at most this large; what is more is no page.
constexpr std::uint64_t kMaxPageBytes = 256 << 20;
// Behind the frames of messages.h.
constexpr std::uint8_t kReadingFrame = 64;

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

// What a confined pdftotext makes of each PDF, empty for other pages; that is read in a worker, as untrusted as the
// PDF.
std::vector<std::string> convert_pdfs(std::span<const container::Member> pages, const ReadOptions& options,
                                      std::vector<Arrival>& arrivals) {
  std::vector<std::string> boxes(pages.size());
  if (options.raw_text) return boxes;
  std::vector<page::PdfFile> files;
  std::vector<std::size_t> file_pages;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (!page::is_pdf(pages[i].bytes.view())) continue;
    files.push_back({pages[i].bytes.view(), pages[i].path});
    file_pages.push_back(i);
  }
  auto converted = page::convert_pdfs(files, options.parallel != 0 ? options.parallel : usable_processors());
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (converted[i])
      boxes[file_pages[i]] = std::move(*converted[i]);
    else
      arrivals[file_pages[i]].failure = std::move(converted[i].error());
  }
  return boxes;
}

// A file that is given twice, or once by itself and once in its folder, is one page.
void drop_repeated(std::vector<container::Member>& pages) {
  std::set<std::string> seen;
  std::erase_if(pages, [&](const container::Member& page) {
    std::error_code failed;
    const auto canonical = std::filesystem::weakly_canonical(page.path, failed);
    return !seen.insert(failed ? page.path : canonical.string()).second;
  });
}

}  // namespace

Result<ReadPages> read(const std::vector<std::string>& paths, const ReadOptions& options) {
  // What is there to read?
  container::Options opening;
  opening.take_everything = true;
  opening.members_are = "pages";
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
  drop_repeated(pages);
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
    const auto list = load_names(path, workers);
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
  for (std::size_t i = 0; i < pages.size(); ++i) arrivals[i].path = pages[i].path;
  const std::vector<std::string> pdf_boxes = convert_pdfs(pages, options, arrivals);
  std::vector<std::size_t> job_pages;  // which page each job reads
  std::vector<WorkerJob> jobs;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (arrivals[i].failure) continue;
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
  workers.on_wait = [&](std::size_t job) {
    if (options.on_progress) options.on_progress(done, jobs.size(), arrivals[job_pages[job]].path);
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
