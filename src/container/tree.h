// The files below a folder.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/container/container.h"
#include "samehand/container/sniff.h"

namespace samehand::container {

struct FoundFile {
  std::string path;
  Kind kind;
  std::uint64_t size;
};

struct Tree {
  std::vector<FoundFile> files;  // executables and containers (with take_everything: all), ascending path
  std::vector<Error> failures;
  std::vector<std::string> notes;
  std::uint64_t other_files = 0;
};

// Every file is listed once, however many names it has (hard links, symbolic links). Symbolic links to files are
// followed; those to folders are not: inside the tree they would only repeat it, and outside it the user did not ask.
Tree walk(const std::string& folder, const Options& options);

// The first kSniffBytes of a regular file, read rather than mapped: a mapping that somebody shortens meanwhile would
// end whoever looks at it.
Result<std::vector<std::uint8_t>> start_of_file(const std::string& path);
// The kind of one regular file by its first bytes; an Error where it cannot be read. Empty files are kOther.
Result<Kind> kind_of_file(const std::string& path);

}  // namespace samehand::container
