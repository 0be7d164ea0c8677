#include "samehand/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace samehand {
namespace {

// Below this a copy is cheaper than a mapping, and thousands of mappings would meet the kernel's limit on their number.
constexpr std::uint64_t kCopyBelow = 64 << 10;
constexpr std::size_t kChunk = 16 << 20;  // of small files

class OpenFile {
 public:
  // Not blocking: opening a named pipe would wait for a writer.
  explicit OpenFile(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error system_error(int error, const std::string& path) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {ErrorCode::kNotFound, "no such file", path};
    case ELOOP:
      return {ErrorCode::kUnreadable, "a loop of symbolic links", path};
    case EACCES:
    case EPERM:
      return {ErrorCode::kUnreadable, "permission denied", path};
    default:
      return {ErrorCode::kUnreadable, fmt::format("cannot be read: {}", strerror(error)), path};
  }
}

Result<Bytes> copy(int fd, std::uint64_t size, const std::string& path, SmallFiles* pool) {
  std::vector<std::uint8_t> bytes(size);
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t count = read(fd, bytes.data() + have, bytes.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(system_error(errno, path));
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  if (have == 0) return fail(ErrorCode::kTruncated, "is empty", path);
  bytes.resize(have);  // it may have become shorter meanwhile
  if (pool != nullptr && have < kCopyBelow) {
    if (auto kept = pool->keep(ByteView(bytes))) return std::move(*kept);
  }
  return Bytes(std::move(bytes));
}

}  // namespace

Bytes Bytes::map(int fd, std::uint64_t offset, std::size_t count) {
  Bytes bytes;
  void* mapping = mmap(nullptr, count, PROT_READ, MAP_PRIVATE, fd, static_cast<off_t>(offset));
  if (mapping != MAP_FAILED) {
    bytes.mapping_ = mapping;
    bytes.mapped_ = count;
  }
  return bytes;
}

Bytes::Bytes(Bytes&& other) noexcept
    : heap_(std::move(other.heap_)),
      owner_(std::move(other.owner_)),
      pooled_(std::exchange(other.pooled_, {})),
      mapping_(std::exchange(other.mapping_, nullptr)),
      mapped_(std::exchange(other.mapped_, 0)) {
  other.heap_.clear();
}

Bytes& Bytes::operator=(Bytes&& other) noexcept {
  std::swap(heap_, other.heap_);
  std::swap(owner_, other.owner_);
  std::swap(pooled_, other.pooled_);
  std::swap(mapping_, other.mapping_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

Bytes::~Bytes() {
  if (mapping_ != nullptr) munmap(mapping_, mapped_);
}

SmallFiles::~SmallFiles() {
  if (fd_ >= 0) close(fd_);
}

bool SmallFiles::begin_chunk() {
  if (fd_ >= 0) close(fd_);
  fd_ = memfd_create("samehand-small-files", MFD_CLOEXEC);
  if (fd_ < 0 || ftruncate(fd_, kChunk) != 0) return false;
  Bytes mapped = Bytes::map(fd_, 0, kChunk);
  if (mapped.size() != kChunk) return false;
  chunk_ = std::make_shared<const Bytes>(std::move(mapped));
  used_ = 0;
  return true;
}

std::optional<Bytes> SmallFiles::keep(ByteView content) {
  constexpr std::size_t kAlign = 16;
  if (content.size() > kChunk) return std::nullopt;
  if ((chunk_ == nullptr || kChunk - used_ < content.size()) && !begin_chunk()) return std::nullopt;
  const std::size_t begin = used_;
  for (ByteView rest = content; !rest.empty();) {
    const std::size_t at = begin + (content.size() - rest.size());
    const ssize_t count = pwrite(fd_, rest.data(), rest.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;  // memory is full: pages are taken as they are written
    rest = rest.clamp(static_cast<std::uint64_t>(count));
  }
  used_ = std::min(kChunk, (begin + content.size() + kAlign - 1) / kAlign * kAlign);
  return Bytes(chunk_, chunk_->view().slice(begin, content.size()));
}

Result<Bytes> read_file(const std::string& path, std::uint64_t max_bytes, SmallFiles* pool) {
  const OpenFile file(path);
  struct stat status = {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) return std::unexpected(system_error(errno, path));
  if (S_ISDIR(status.st_mode)) return fail(ErrorCode::kInvalidArgument, "is a directory", path);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kNotSupported, "is a pipe or a device, not a file", path);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size == 0) return fail(ErrorCode::kTruncated, "is empty", path);
  if (size > max_bytes) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("has {}; files of more than {} are not read", size_text(size), size_text(max_bytes)), path);
  }
  if (size >= kCopyBelow) {
    Bytes mapped = Bytes::map(file.get(), 0, size);
    if (mapped.size() == size) return mapped;
  }
  return copy(file.get(), size, path, pool);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double value = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* next : {"kB", "MB", "GB", "TB", "PB", "EB"}) {
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return fmt::format("{:.1f} {}", value, unit);
}

}  // namespace samehand
