#include "output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "commands.h"
#include "interrupt.h"
#include "samehand/base/progress.h"
#include "samehand/dossier/printable.h"

namespace samehand::cli {

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

dossier::TextOptions text_options() {
  dossier::TextOptions options;
  if (!isatty(STDOUT_FILENO)) return options;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) options.width = size.ws_col;
  const char* no_colour = std::getenv("NO_COLOR");
  options.colour = no_colour == nullptr || *no_colour == 0;
  return options;
}

std::function<void(std::size_t, std::size_t, std::string_view)> progress_line(std::string verb) {
  winsize size{};
  if (!isatty(STDERR_FILENO) || ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return {};
  auto progress = std::make_shared<Progress>(write_progress, size.ws_col > 0 ? size.ws_col : 80u);
  return [progress, verb = std::move(verb)](std::size_t done, std::size_t total, std::string_view item) {
    if (done == total) return progress->finish();
    progress->update(verb, done, total, dossier::printable(item));
  };
}

bool print(std::string_view text) {
  wipe_progress();
  if (write_all(STDOUT_FILENO, text)) return true;
  if (errno != EPIPE)
    complain({ErrorCode::kUnreadable, fmt::format("cannot write: {}", std::strerror(errno)), "standard output"});
  return false;
}

Result<void> write_file(const std::string& path, std::string_view content) {
  struct stat status{};
  // A device or pipe (/dev/stdout) cannot be replaced: it is written to as it is.
  const bool replace = stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
  const std::string target = replace ? path + ".part" + std::to_string(getpid()) : path;
  std::optional<UnfinishedFile> unfinished;
  if (replace) unfinished.emplace(target);
  const int fd = open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (replace ? O_EXCL : O_APPEND), 0666);
  if (fd < 0)
    return fail(ErrorCode::kUnreadable, fmt::format("cannot create the file: {}", std::strerror(errno)), path);
  const bool written = write_all(fd, content);
  int error = written ? 0 : errno;
  if (close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && replace && rename(target.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    if (replace) unlink(target.c_str());
    return fail(ErrorCode::kUnreadable, fmt::format("cannot write the file: {}", std::strerror(error)), path);
  }
  return {};
}

namespace {

// Where writing to a path ends up, whether it is there yet or not: links are followed even if they lead to nothing.
std::filesystem::path destination(const std::string& output) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::path path = fs::absolute(output, ignored);
  for (int links = 0; links < 40 && fs::is_symlink(path, ignored); ++links)
    path = path.parent_path() / fs::read_symlink(path, ignored);
  return fs::weakly_canonical(path, ignored);
}

// Why nothing can be written there; empty where it can, as far as can be told before it is done.
std::string obstacle(const std::string& output) {
  std::error_code error;
  const auto status = std::filesystem::status(output, error);
  if (std::filesystem::is_directory(status)) return "is a folder: name a file in it; nothing was done";
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) return {};  // a device, a pipe
  // A file is replaced through another one beside it, so the folder is what must take writing.
  const auto folder = destination(output).parent_path();
  if (!std::filesystem::is_directory(folder, error)) return "there is no such folder; nothing was done";
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    return fmt::format("its folder cannot be written to: {}; nothing was done", std::strerror(errno));
  return {};
}

}  // namespace

bool outputs_refused(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const auto refuse = [](const std::string& output, std::string_view why) {
    complain({ErrorCode::kInvalidArgument, std::string(why), output});
    return true;
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].empty()) continue;
    if (const std::string why = obstacle(outputs[i]); !why.empty()) return refuse(outputs[i], why);
    const fs::path output = destination(outputs[i]);
    for (const std::string& input : inputs) {
      if (!fs::is_regular_file(outputs[i], ignored)) break;
      if (fs::is_regular_file(input, ignored) && fs::equivalent(outputs[i], input, ignored))
        return refuse(outputs[i], "is an input and would be overwritten; nothing was done");
      if (!fs::is_directory(input, ignored)) continue;
      const fs::path folder = fs::canonical(input, ignored);
      if (std::ranges::mismatch(folder, output).in1 == folder.end())
        return refuse(outputs[i], "lies in a folder that is an input and would be overwritten; nothing was done");
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (!outputs[k].empty() && destination(outputs[k]) == output)
        return refuse(outputs[i], "is named for two outputs; nothing was done");
    }
  }
  return false;
}

void complain(const Error& error) {
  const std::string line = error.where.empty() ? fmt::format("samehand: {}\n", dossier::printable(error.message))
                                               : fmt::format("samehand: {}: {}\n", dossier::printable(error.where),
                                                             dossier::printable(error.message));
  wipe_progress();
  write_all(STDERR_FILENO, line);
}

int complain_all(std::span<const Error> failures) {
  for (const Error& error : failures) complain(error);
  return failures.empty() ? kSuccess : kSomeFailed;
}

}  // namespace samehand::cli
