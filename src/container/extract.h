// Inside a worker: takes the executables out of one archive and what is nested in it.
#pragma once

#include <cstdint>
#include <string>

#include "samehand/base/worker.h"
#include "samehand/container/container.h"
#include "samehand/container/sniff.h"

namespace samehand::container {

// The frames that extract() sends; `text`, `varint` as in samehand/base/codec.h.
enum ArchiveFrame : std::uint8_t {
  kMemberBegins = 1,  // its path: text, the outermost archive's path first
  kMemberData = 2,    // the next bytes of it
  kMemberEnds = 3,    // nothing
  kFailed = 4,        // ErrorCode: one byte, message: text, where: text
  kOthers = 5,        // varint: so many more files that are neither executables nor containers
};

// Reads the archive in `bytes`, named `path` and of kind `kind` (kArchive or kCompressed). Never throws but bad_alloc.
void extract(ByteView bytes, Kind kind, const std::string& path, const Limits& limits, const FrameSink& sink);

}  // namespace samehand::container
