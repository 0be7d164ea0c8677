// Files the user names, as bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand {

// Owns bytes, on the heap or as a private mapping of a file; moves, never copies. A mapping costs memory only where it
// is touched, so that a folder of many large files can be listed. A mapped file that somebody shortens meanwhile ends
// whoever touches the missing part (SIGBUS): touch untrusted files' contents in a worker.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::vector<std::uint8_t> bytes) : heap_(std::move(bytes)) {}
  // `count` bytes of an open descriptor from `offset` (a multiple of the page size); empty where the system refuses.
  static Bytes map(int fd, std::uint64_t offset, std::size_t count);
  Bytes(Bytes&& other) noexcept;
  Bytes& operator=(Bytes&& other) noexcept;
  ~Bytes();

  ByteView view() const {
    return mapping_ == nullptr ? ByteView(heap_) : ByteView(std::span(static_cast<std::uint8_t*>(mapping_), mapped_));
  }
  std::size_t size() const { return view().size(); }

 private:
  std::vector<std::uint8_t> heap_;
  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
};

// Executables of 2 GB and more are left alone: every offset in them fits 31 bits, and nobody has shown us one.
inline constexpr std::uint64_t kMaxFileBytes = 1'999'999'999;

// The contents of a regular file (symbolic links are followed). Errors: kNotFound; kUnreadable for permissions and I/O
// errors; kInvalidArgument for a directory; kNotSupported for a pipe, socket or device; kTooLarge beyond `max_bytes`;
// kTruncated when it is empty. The error's place is `path`. Thread-safe.
Result<Bytes> read_file(const std::string& path, std::uint64_t max_bytes = kMaxFileBytes);

// "312 bytes", "1.5 kB", "2.3 GB" (powers of 1000).
std::string size_text(std::uint64_t bytes);

}  // namespace samehand
