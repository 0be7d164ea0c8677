#include "nameless_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace samehand::flow {

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

}  // namespace samehand::flow
