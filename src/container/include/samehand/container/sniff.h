// What kind of file these bytes begin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "samehand/base/byte_view.h"

namespace samehand::container {

enum class Kind : std::uint8_t {
  kOther,          // nothing that Samehand opens: text, pictures, scripts, …
  kExecutable,     // ELF, PE, Mach-O (thin or fat), COFF object
  kStaticArchive,  // ar with object files: one input for image, not a container here
  kArchive,        // holds named members: zip, tar, 7z, deb, rpm, iso, …
  kCompressed,     // one compressed stream: gz, xz, …; what is inside may be a tar
};

// So many bytes from the start of a file decide its kind (an ISO image names itself at 32769).
inline constexpr std::size_t kSniffBytes = 32 * 1024 + 16;

// Decides from magic numbers alone; `start` is the whole file or at least its first kSniffBytes. The name of a file
// plays no part: what matters is what a loader or an unpacker would make of it.
Kind sniff(ByteView start);

// "zip archive", "ELF", "gzip data" …; for what is kOther: "empty", "text" or "data of an unknown kind".
std::string_view describe(ByteView start);

}  // namespace samehand::container
