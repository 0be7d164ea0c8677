// What must be put right when the user interrupts the program: the terminal's line, a file that is half written.
#pragma once

#include <string>
#include <string_view>

namespace samehand::cli {

// From here on SIGINT, SIGTERM and SIGHUP first clean up and then end the program as they would have anyway, so that a
// shell sees 130, 143 or 129. What the caller had ignored (nohup, a script's background job) stays ignored. The
// workers need nothing: they end with this process.
void clean_up_when_interrupted();

// Writes to the terminal and remembers whether a line is left standing there.
void write_progress(std::string_view line);

// A file that is removed when the program is interrupted while this exists. One at a time.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const std::string& path);
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
};

}  // namespace samehand::cli
