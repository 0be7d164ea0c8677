// Problem: list what a folder holds without being led astray: loops of symbolic links or mounts, links out of it,
// devices and pipes that block or never end, folders that may not be read, millions of files.
// Method: depth-first in order of name; each file's and folder's (device, inode) is remembered, so that nothing is
// listed twice and a folder inside itself is seen. Real names go before links, so that a library is listed as
// libx.so.1.2 and not as the link libx.so.
// Cost: one stat and one read of 32 kB per file.
#include "tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace samehand::container {
namespace {

constexpr std::uint64_t kSpecialsNamed = 10;

using Identity = std::pair<dev_t, ino_t>;

Identity identity(const struct stat& status) {
  return {status.st_dev, status.st_ino};
}

Error cannot(std::string_view what, int error, const std::string& path) {
  if (error == EACCES || error == EPERM) return {ErrorCode::kUnreadable, "permission denied", path};
  return {ErrorCode::kUnreadable, fmt::format("{} cannot be read: {}", what, strerror(error)), path};
}

std::string_view name_of_special(mode_t mode) {
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

class Walker {
 public:
  Walker(const Options& options, std::string user_folder, const struct stat& status)
      : options_(options), user_folder_(std::move(user_folder)) {
    folders_.insert(identity(status));
  }

  // `folder` must exist and be known to folders_. `depth` counts from the user's folder.
  void visit_folder(const std::string& folder, const struct stat& status, std::uint32_t depth) {
    if (depth > options_.limits.folder_depth) {
      tree_.failures.push_back({ErrorCode::kTooLarge, "folders lie too deep in each other", folder});
      return;
    }
    above_.push_back(identity(status));
    const auto names = list(folder);
    std::vector<std::string> links;
    for (const std::string& name : names) {
      if (full()) break;
      const std::string path = folder.ends_with('/') ? folder + name : folder + "/" + name;
      struct stat entry = {};
      if (lstat(path.c_str(), &entry) != 0) {
        if (errno != ENOENT) tree_.failures.push_back(cannot("it", errno, path));
      } else if (S_ISLNK(entry.st_mode)) {
        links.push_back(path);
      } else if (S_ISDIR(entry.st_mode)) {
        if (!leads_back(entry, path)) visit_folder(path, entry, depth + 1);
      } else {
        visit_file(path, entry);
      }
    }
    for (const std::string& path : links) check_loop(path);
    links_.insert(links_.end(), links.begin(), links.end());
    above_.pop_back();
  }

  // After all real files, so that a link never takes the place of the file it leads to.
  Tree finish() {
    for (const std::string& path : links_) {
      struct stat target = {};
      if (full()) break;
      if (stat(path.c_str(), &target) != 0) {
        if (errno != ELOOP) dangling_++;
      } else if (S_ISDIR(target.st_mode)) {
        if (!folders_.contains(identity(target))) folder_links_++;
      } else if (!options_.links_outside && !seen_.contains(identity(target))) {
        if (outside_++ == 0) first_outside_ = path;
      } else {
        visit_file(path, target);
      }
    }
    if (outside_ > 0) {
      std::string more;
      if (outside_ == 2) more = " (so does 1 more link)";
      if (outside_ > 2) more = fmt::format(" (so do {} more links)", outside_ - 1);
      tree_.failures.push_back({ErrorCode::kNotSupported,
                                fmt::format("leads to a file outside the folder, not followed{}; if it is wanted, give "
                                            "that file itself",
                                            more),
                                first_outside_});
    }
    if (specials_ > kSpecialsNamed) {
      note(fmt::format("{} more devices, pipes and sockets passed over", specials_ - kSpecialsNamed));
    }
    if (folder_links_ > 0) {
      note(folder_links_ == 1
               ? std::string("1 symbolic link leads to a folder outside and is not followed")
               : fmt::format("{} symbolic links lead to folders outside and are not followed", folder_links_));
    }
    if (dangling_ > 0) {
      note(dangling_ == 1 ? std::string("1 symbolic link leads nowhere")
                          : fmt::format("{} symbolic links lead nowhere", dangling_));
    }
    std::ranges::sort(tree_.files, {}, &FoundFile::path);
    return std::move(tree_);
  }

 private:
  void note(const std::string& says) { tree_.notes.push_back(fmt::format("{}: {}", user_folder_, says)); }

  bool full() {
    if (seen_.size() < options_.limits.entries) return false;
    say_full();
    return true;
  }

  void say_full() {
    if (std::exchange(told_full_, true)) return;
    tree_.failures.push_back({ErrorCode::kTooLarge,
                              fmt::format("holds more than {} files; the rest is left out", options_.limits.entries),
                              user_folder_});
  }

  std::vector<std::string> list(const std::string& folder) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(folder.c_str()), closedir);
    if (open == nullptr) {
      tree_.failures.push_back(cannot("the folder", errno, folder));
      return names;
    }
    while (const dirent* entry = readdir(open.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (names.size() >= options_.limits.entries) {
        say_full();
        break;
      }
      names.emplace_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

  bool leads_back(const struct stat& status, const std::string& path) {
    folders_.insert(identity(status));
    if (std::ranges::find(above_, identity(status)) == above_.end()) return false;
    tree_.failures.push_back({ErrorCode::kNotSupported, "a loop: this folder contains itself; not followed", path});
    return true;
  }

  void check_loop(const std::string& path) {
    struct stat target = {};
    if (stat(path.c_str(), &target) != 0) {
      if (errno == ELOOP) {
        tree_.failures.push_back({ErrorCode::kNotSupported, "a loop of symbolic links; not followed", path});
      }
    } else if (S_ISDIR(target.st_mode) && std::ranges::find(above_, identity(target)) != above_.end()) {
      tree_.failures.push_back(
          {ErrorCode::kNotSupported, "a loop: this link leads back to a folder that holds it; not followed", path});
    }
  }

  void visit_file(const std::string& path, const struct stat& status) {
    if (!seen_.insert(identity(status)).second) return;
    if (!S_ISREG(status.st_mode)) {
      if (specials_++ < kSpecialsNamed) {
        tree_.notes.push_back(fmt::format("{}: {}, passed over", path, name_of_special(status.st_mode)));
      }
      return;
    }
    if (options_.on_progress) options_.on_progress(path);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const auto kind = kind_of_file(path);
    if (!kind) {
      tree_.failures.push_back(kind.error());
    } else if (*kind == Kind::kOther && !options_.take_everything) {
      tree_.other_files++;
    } else {
      tree_.files.push_back({path, *kind, size});
    }
  }

  const Options& options_;
  std::string user_folder_;
  Tree tree_;
  std::set<Identity> seen_;      // files
  std::set<Identity> folders_;   // folders of the tree
  std::vector<Identity> above_;  // the folders that hold what is visited now
  std::vector<std::string> links_;
  std::uint64_t folder_links_ = 0, dangling_ = 0, specials_ = 0, outside_ = 0;
  std::string first_outside_;
  bool told_full_ = false;
};

}  // namespace

Tree walk(const std::string& folder, const Options& options) {
  struct stat status = {};
  if (stat(folder.c_str(), &status) != 0)
    return {.files = {}, .failures = {cannot("the folder", errno, folder)}, .notes = {}};
  Walker walker(options, folder, status);
  walker.visit_folder(folder, status, 0);
  return walker.finish();
}

Result<std::vector<std::uint8_t>> start_of_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return std::unexpected(cannot("it", errno, path));
  std::vector<std::uint8_t> start(kSniffBytes);
  std::size_t have = 0;
  int error = 0;
  while (have < start.size()) {
    const ssize_t count = read(fd, start.data() + have, start.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) error = errno;
    if (count <= 0) break;
    have += static_cast<std::size_t>(count);
  }
  close(fd);
  if (error != 0) return std::unexpected(cannot("it", error, path));
  start.resize(have);
  return start;
}

Result<Kind> kind_of_file(const std::string& path) {
  const auto start = start_of_file(path);
  if (!start) return std::unexpected(start.error());
  return sniff(ByteView(*start));
}

}  // namespace samehand::container
