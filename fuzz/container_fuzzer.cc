// Hostile archives: what extract() sends is well-formed, bounded and the same twice.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "check.h"
#include "extract.h"
#include "samehand/base/byte_view.h"
#include "samehand/base/codec.h"
#include "samehand/container/sniff.h"

using namespace samehand;

namespace {

constexpr std::size_t kHeader = 5;

using samehand::fuzz::require;

std::vector<std::uint8_t> frames_of(ByteView bytes, container::Kind kind, const container::Limits& limits) {
  const int fd = memfd_create("frames", 0);
  require(fd >= 0);
  container::extract(bytes, kind, "fuzz", limits, FrameSink(fd));
  std::vector<std::uint8_t> frames(static_cast<std::size_t>(lseek(fd, 0, SEEK_END)));
  require(pread(fd, frames.data(), frames.size(), 0) == static_cast<ssize_t>(frames.size()));
  close(fd);
  return frames;
}

void check(ByteView frames, std::uint64_t budget, const container::Limits& limits) {
  bool in_member = false;
  std::uint64_t total = 0;
  while (!frames.empty()) {
    const auto size = frames.read<std::uint32_t>(1);
    require(size.has_value() && frames.contains(kHeader, *size));
    const ByteView payload = frames.slice(kHeader, *size);
    ByteReader reader(payload);
    switch (frames[0]) {
      case container::kMemberBegins:
        require(!std::exchange(in_member, true));
        require(reader.text().starts_with("fuzz!") && reader.at_end());
        break;
      case container::kMemberData:
        require(in_member);
        total += payload.size();
        break;
      case container::kMemberEnds:
        require(std::exchange(in_member, false));
        break;
      case container::kFailed:
        require(reader.u8() <= static_cast<std::uint8_t>(ErrorCode::kTimedOut));
        require(!reader.text().empty() && reader.text().starts_with("fuzz") && reader.at_end());
        break;
      case container::kOthers:
        require(reader.varint() <= limits.entries && reader.at_end());
        break;
      default:
        std::abort();
    }
    frames = frames.clamp(kHeader + *size);
  }
  require(!in_member && total <= budget + (1 << 20));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(std::span(data, size));
  const container::Kind kind = container::sniff(bytes);
  require((container::describe(bytes) == "empty") == bytes.empty());
  if (kind != container::Kind::kArchive && kind != container::Kind::kCompressed) return 0;
  const container::Limits limits{.ratio = 20, .free_bytes = 1 << 20, .entries = 10'000};
  const std::vector<std::uint8_t> frames = frames_of(bytes, kind, limits);
  check(ByteView(frames), limits.free_bytes + limits.ratio * size, limits);
  require(frames == frames_of(bytes, kind, limits));
  return 0;
}
