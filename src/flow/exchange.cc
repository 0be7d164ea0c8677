// What others publish, compiled: bundles of JSON are hostile and large, so a worker reads them, and only our own form,
// which is checked, comes back.
#include "samehand/flow/exchange.h"

#include <span>
#include <utility>

#include "messages.h"
#include "samehand/base/file.h"

namespace samehand::flow {
namespace {

constexpr std::uint8_t kNamesFrame = 65;  // behind the frames of messages.h

}  // namespace

Result<naming::NameList> load_names(const std::string& path, const WorkerOptions& workers) {
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

ImportedNames import_names(const std::vector<std::string>& paths, const WorkerOptions& workers) {
  ImportedNames out;
  for (const std::string& path : paths) {
    auto list = load_names(path, workers);
    if (list)
      out.names.add(*list);
    else
      out.failures.push_back(std::move(list.error()));
  }
  return out;
}

}  // namespace samehand::flow
