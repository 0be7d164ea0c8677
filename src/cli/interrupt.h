// What must be put right when the user interrupts the program: the terminal's line, a file that is half written.
#pragma once

#include <string>
#include <string_view>

namespace samehand::cli {

// Whoever starts a program may close its standard streams. The next file or socket opened would then take their
// numbers, and the report would go there. Puts /dev/null in their place: writing to a closed standard output fails, as
// it should.
void claim_standard_streams();

// From here on a file that grows beyond the user's limit (ulimit -f) is an error like a full disk, not the end of the
// program, and SIGINT, SIGTERM and SIGHUP first clean up and then end the program as they would have anyway, so that a
// shell sees 130, 143 or 129. What the caller had ignored (nohup, a script's background job) stays ignored. The
// workers need nothing: they end with this process.
void clean_up_when_interrupted();

// Writes to the terminal and remembers whether a line is left standing there.
void write_progress(std::string_view line);
// Wipes the line that is left standing there, if one is, before something else is written.
void wipe_progress();

// A sentence that is said when the program is interrupted while this exists: what has become of the work. One at a
// time.
class InterruptionNote {
 public:
  explicit InterruptionNote(std::string_view sentence);
  ~InterruptionNote();
  InterruptionNote(const InterruptionNote&) = delete;
  InterruptionNote& operator=(const InterruptionNote&) = delete;
};

// A file that is removed when the program is interrupted while this exists. One at a time.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const std::string& path);
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
};

}  // namespace samehand::cli
