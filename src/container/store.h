// Where members taken out of containers are kept: in files without a name, in memory first, then on disk.
#pragma once

#include <cstdint>
#include <optional>

#include "samehand/base/file.h"

namespace samehand::container {

// Members are appended piece by piece and come back as mappings, which outlive the store. They lie in a memfd as long
// as `memory_left`, which stores share, allows; beyond that in an unlinked temporary file ($TMPDIR or /var/tmp), and
// never on the heap: forking a worker copies the page tables of a parent's heap, not those of its file mappings
// (measured: 37 ms more per fork with 256 MB on the heap).
class Store {
 public:
  explicit Store(std::uint64_t& memory_left) : memory_left_(memory_left) {}
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  void begin();
  // False where the disk is full or no temporary file can be made; the member is then lost.
  bool append(ByteView bytes);
  // The bytes since begin(); nothing where they were lost.
  std::optional<Bytes> finish();

 private:
  struct File {
    int fd = -1;
    std::uint64_t end = 0;
  };
  File& current() { return on_disk_ ? disk_ : memory_; }
  bool write_at_end(File& file, ByteView bytes);
  bool move_to_disk();

  std::uint64_t& memory_left_;
  File memory_, disk_;
  std::uint64_t start_ = 0;  // of the member being written
  bool on_disk_ = false;     // whether that is in disk_
  bool ok_ = true;
};

}  // namespace samehand::container
