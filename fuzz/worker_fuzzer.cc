// What a worker under attack may write on its pipe: whatever it is, the parent hands on whole frames of the job's own
// types in order, tells an end, and gets rid of the worker.
#include <unistd.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "check.h"
#include "samehand/base/worker.h"
#include "worker_child.h"

namespace {

using namespace samehand;

using samehand::fuzz::require;

bool is_one_line(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

// The job's own frames in `bytes`, up to where they are cut.
std::vector<std::uint8_t> own_frames(ByteView bytes) {
  std::vector<std::uint8_t> frames;
  for (;;) {
    const auto size = bytes.read<std::uint32_t>(1);
    if (!size || !bytes.contains(kFrameHeader, *size)) return frames;
    const ByteView whole = bytes.clamp(0, kFrameHeader + std::size_t{*size});
    if (whole[0] < kFirstOwnFrame) frames.insert(frames.end(), whole.data(), whole.data() + whole.size());
    bytes = bytes.clamp(whole.size());
  }
}

}  // namespace

// The server lives as long as the fuzzer: a fork for each input, not two.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Workers workers([](ByteView request, const FrameSink&) {
    for (ByteView rest = request; !rest.empty();) {
      const ssize_t written = write(3, rest.data(), rest.size());
      if (written <= 0) break;
      rest = rest.clamp(static_cast<std::size_t>(written));
    }
    _exit(0);
  });
  std::vector<std::uint8_t> arrived;
  WorkerRequest request;
  request.request.assign(data, data + size);
  request.limits.output_bytes = 1 << 20;
  request.on_frame = [&](std::uint8_t type, ByteView frame) {
    arrived.push_back(type);
    for (int shift = 0; shift < 32; shift += 8) arrived.push_back(static_cast<std::uint8_t>(frame.size() >> shift));
    arrived.insert(arrived.end(), frame.data(), frame.data() + frame.size());
  };
  const std::vector<WorkerEnd> ends = workers.run(std::span(&request, 1));
  require(ends.size() == 1, "one end for each job");
  const WorkerEnd& end = ends.front();
  require(end.kind != WorkerEnd::Kind::kNotStarted, "a worker was started");
  require(end.finished() == end.message.empty() && is_one_line(end.message), "an end is explained in one line");
  if (end.kind != WorkerEnd::Kind::kTooMuchOutput)
    require(arrived == own_frames(ByteView(request.request)), "whole frames arrive in order");
  return 0;
}
