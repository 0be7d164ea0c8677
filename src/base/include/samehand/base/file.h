// Files the user names, as bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand {

// Owns bytes, on the heap, in a pool, or as a private mapping of a file; moves, never copies. A mapping costs memory
// only where it is touched, so that a folder of many large files can be listed. A mapped file that somebody shortens
// meanwhile ends whoever touches the missing part (SIGBUS): touch untrusted files' contents in a worker.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::vector<std::uint8_t> bytes) : heap_(std::move(bytes)) {}
  // `count` bytes of an open descriptor from `offset` (a multiple of the page size); empty where the system refuses.
  static Bytes map(int fd, std::uint64_t offset, std::size_t count);
  Bytes(Bytes&& other) noexcept;
  Bytes& operator=(Bytes&& other) noexcept;
  ~Bytes();

  // Bytes that lie in memory of somebody else's, which `owner` keeps.
  Bytes(std::shared_ptr<const Bytes> owner, ByteView bytes) : owner_(std::move(owner)), pooled_(bytes) {}

  ByteView view() const {
    if (owner_ != nullptr) return pooled_;
    return mapping_ == nullptr ? ByteView(heap_) : ByteView(std::span(static_cast<std::uint8_t*>(mapping_), mapped_));
  }
  std::size_t size() const { return view().size(); }

 private:
  std::vector<std::uint8_t> heap_;
  std::shared_ptr<const Bytes> owner_;
  ByteView pooled_;
  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
};

// Where the contents of many small files lie together: in mappings of files without a name, whose pages fork() does not
// copy one by one as it does the heap's (a folder of 50,000 small programs would else make every worker 100 ms late).
// Mapped privately and for reading, so that a worker that was taken over cannot change what the next one reads. Not
// thread-safe.
class SmallFiles {
 public:
  SmallFiles() = default;
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;
  ~SmallFiles();

  // A copy of `content`; nothing where the system refuses.
  std::optional<Bytes> keep(ByteView content);

 private:
  bool begin_chunk();

  int fd_ = -1;
  std::shared_ptr<const Bytes> chunk_;
  std::size_t used_ = 0;
};

// Executables of 2 GB and more are left alone: every offset in them fits 31 bits, and nobody has shown us one.
inline constexpr std::uint64_t kMaxFileBytes = 1'999'999'999;

// The contents of a regular file (symbolic links are followed). Errors: kNotFound; kUnreadable for permissions and I/O
// errors; kInvalidArgument for a directory; kNotSupported for a pipe, socket or device; kTooLarge beyond `max_bytes`;
// kTruncated when it is empty. The error's place is `path`. Thread-safe where there
// is no `pool`.
Result<Bytes> read_file(const std::string& path, std::uint64_t max_bytes = kMaxFileBytes, SmallFiles* pool = nullptr);

// "312 bytes", "1.5 kB", "2.3 GB" (powers of 1000).
std::string size_text(std::uint64_t bytes);

}  // namespace samehand
