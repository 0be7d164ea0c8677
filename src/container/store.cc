#include "store.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace samehand::container {
namespace {

int unnamed_disk_file() {
  const char* chosen = std::getenv("TMPDIR");
  for (const std::string folder : {chosen != nullptr ? chosen : "/var/tmp", "/tmp"}) {
    const int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) return fd;
    std::string name = folder + "/samehand-XXXXXX";  // file systems without O_TMPFILE
    const int named = mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0) {
      unlink(name.c_str());
      return named;
    }
  }
  return -1;
}

}  // namespace

Store::~Store() {
  if (memory_.fd >= 0) close(memory_.fd);
  if (disk_.fd >= 0) close(disk_.fd);
}

void Store::begin() {
  on_disk_ = memory_left_ == 0;
  start_ = current().end;
  ok_ = true;
}

bool Store::append(ByteView bytes) {
  if (ok_ && !on_disk_) {
    if (bytes.size() <= memory_left_) {
      memory_left_ -= bytes.size();
    } else {
      ok_ = move_to_disk();
    }
  }
  ok_ = ok_ && write_at_end(current(), bytes);
  return ok_;
}

std::optional<Bytes> Store::finish() {
  File& file = current();
  const std::uint64_t size = file.end - start_;
  Bytes bytes;
  if (ok_ && size > 0) bytes = Bytes::map(file.fd, start_, size);
  ok_ = ok_ && bytes.size() == size;
  // A mapping begins at a page.
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  file.end = (file.end + page - 1) / page * page;
  if (!ok_) return std::nullopt;
  return bytes;
}

bool Store::write_at_end(File& file, ByteView bytes) {
  if (file.fd < 0) file.fd = &file == &memory_ ? memfd_create("samehand-members", MFD_CLOEXEC) : unnamed_disk_file();
  if (file.fd < 0) return false;
  while (!bytes.empty()) {
    const ssize_t count = pwrite(file.fd, bytes.data(), bytes.size(), static_cast<off_t>(file.end));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    file.end += static_cast<std::uint64_t>(count);
    bytes = bytes.clamp(static_cast<std::uint64_t>(count));
  }
  return true;
}

// What of the current member lies in memory is copied over and given back.
bool Store::move_to_disk() {
  const std::uint64_t size = memory_.end - start_;
  const Bytes begun = size > 0 ? Bytes::map(memory_.fd, start_, size) : Bytes();
  if (begun.size() != size) return false;
  on_disk_ = true;
  const std::uint64_t disk_start = disk_.end;
  if (!write_at_end(disk_, begun.view())) return false;
  memory_.end = start_;
  memory_left_ += size;
  start_ = disk_start;
  return memory_.fd < 0 || ftruncate(memory_.fd, static_cast<off_t>(memory_.end)) == 0;
}

}  // namespace samehand::container
