#pragma once

#include <string>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand::flow {

// Bytes as a file without a name, for what reads files: path() leads to it while this exists.
class NamelessFile {
 public:
  static Result<NamelessFile> of(ByteView bytes);
  NamelessFile(NamelessFile&& other) noexcept;
  NamelessFile& operator=(NamelessFile&&) = delete;
  ~NamelessFile();
  std::string path() const;

 private:
  explicit NamelessFile(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace samehand::flow
