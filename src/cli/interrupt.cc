#include "interrupt.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "output.h"

namespace samehand::cli {
namespace {

constexpr std::string_view kWipe = "\r\x1b[K";  // as Progress::finish() sends it

// A signal handler can be told things only through globals. The path is complete before the flag says so.
std::array<char, PATH_MAX> unfinished_path{};
volatile sig_atomic_t unfinished = 0;
volatile sig_atomic_t line_stands = 0;
std::array<char, 1024> note{};
volatile sig_atomic_t note_size = 0;

void clean_up_and_end(int signal_number) {
  if (line_stands != 0) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kWipe.data(), kWipe.size());
  }
  if (unfinished != 0) unlink(unfinished_path.data());
  if (note_size > 0) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, note.data(), static_cast<std::size_t>(note_size));
  }
  // Held back until this returns; then it ends the program.
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

}  // namespace

void claim_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // open() takes the lowest number that is free, which is this one.
    if (open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd) return;
  }
}

void clean_up_when_interrupted() {
  signal(SIGXFSZ, SIG_IGN);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    sigaction(number, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = clean_up_and_end;
    sigaction(number, &action, nullptr);
  }
}

void write_progress(std::string_view line) {
  line_stands = 1;
  write_all(STDERR_FILENO, line);
  if (line == kWipe) line_stands = 0;
}

void wipe_progress() {
  if (line_stands != 0) write_progress(kWipe);
}

InterruptionNote::InterruptionNote(std::string_view sentence) {
  const std::string line = "samehand: " + std::string(sentence.substr(0, note.size() - 32)) + "\n";
  std::ranges::copy(line, note.begin());
  note_size = static_cast<sig_atomic_t>(line.size());
}

InterruptionNote::~InterruptionNote() {
  note_size = 0;
}

UnfinishedFile::UnfinishedFile(const std::string& path) {
  if (path.size() >= unfinished_path.size()) return;  // no such file can be made
  std::ranges::copy(path, unfinished_path.begin());
  unfinished_path[path.size()] = 0;
  unfinished = 1;
}

UnfinishedFile::~UnfinishedFile() {
  unfinished = 0;
}

}  // namespace samehand::cli
