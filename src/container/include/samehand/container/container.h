// What the user names on the command line, as executables: a file, a folder, an archive or a package.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/file.h"
#include "samehand/base/result.h"

namespace samehand::container {

// One executable (or static archive). Members of containers are named `outer!member!inner`; files in folders by their
// path as the user would type it.
struct Member {
  std::string path;
  Bytes bytes;
};

struct Opened {
  std::vector<Member> members;     // in order of path (folders) or of appearance (archives)
  std::vector<Error> failures;     // what could not be read, each with its place
  std::vector<std::string> notes;  // what was left out on purpose, with its place: devices, links to folders outside
  std::uint64_t other_files = 0;   // neither executables nor containers: passed over in silence
};

// How much a container may make of itself. A limit that is met ends that container with kTooLarge; what had been taken
// out by then is kept.
struct Limits {
  std::uint32_t depth = 6;                    // containers inside containers
  std::uint64_t ratio = 200;                  // times its own size, beyond free_bytes …
  std::uint64_t free_bytes = 64 << 20;        // … which anything may expand to
  std::uint64_t kept_bytes = 8'000'000'000;   // of all members of one path together
  std::uint64_t in_memory_bytes = 512 << 20;  // beyond this members lie in an unlinked file, not in memory
  std::uint32_t members = 50'000;             // executables of one path
  std::uint64_t entries = 1'000'000;          // files looked at in a folder or archive
  std::uint32_t folder_depth = 100;
  std::uint64_t file_bytes = kMaxFileBytes;      // one executable
  std::uint64_t archive_bytes = 64'000'000'000;  // one archive on disk: mapped, so only what is read costs memory
};

struct Options {
  Limits limits = {};
  bool take_everything = false;  // --raw: every file is a member whatever it is, and nothing is opened
  // Whether links in a folder to files outside it are followed. Not where contents are kept and passed on: whoever made
  // the folder would choose which of the reader's files go along.
  bool links_outside = true;
  std::string_view members_are = "executables";  // what messages call the files looked for, in the plural
  unsigned parallel = 1;                         // workers at the same time
  std::function<void(std::string_view item)> on_progress = {};         // optional
  std::function<void(const std::string& message)> on_diagnostic = {};  // optional: see WorkerOptions
};

// Opens `path`. A single file that is neither an executable nor a container, and a folder or container that holds none,
// is a failure. Archives are read by libarchive in sandboxed workers: an archive that crashes, hangs or swells is one
// failure and keeps what had been taken out before. Deterministic. The caller must be single-threaded (fork).
Opened open_path(const std::string& path, const Options& options = {});

}  // namespace samehand::container
