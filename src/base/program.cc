// A confined program of the system.
//
// Method: fork; in the child the input, a sealed memory file, becomes standard input and two pipes become the outputs;
// rlimits are set; Landlock grants reading below the system's folders and executing one program and its loader; seccomp
// refuses network, processes, tracing and the kernel's rarer doors; then execve. The parent polls the pipes up to the
// limits, of several programs at once; it starts no threads. Cost: some 2 ms beside the program's own start. Known
// limits: an exec'd program needs to open its libraries, so system files that everyone may read can be read; nothing
// can be sent anywhere but into the pipe.
#include "samehand/base/program.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace samehand {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kErrorText = 4096;
constexpr int kUnconfined = 125;  // exit statuses of the child before it became the program
constexpr int kNotStarted = 126;

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

// Read-only places that a program of the system needs to start and to find its fonts and tables.
constexpr const char* kReadable[] = {"/usr/lib",   "/usr/lib64",       "/lib",       "/lib64",         "/usr/local/lib",
                                     "/usr/share", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/dev/null"};
constexpr const char* kLoaders[] = {"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-linux.so.2"};

constexpr int kRefused[] = {
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(personality),
    SCMP_SYS(quotactl),
    SCMP_SYS(shmget),
    SCMP_SYS(msgget),
    SCMP_SYS(semget),
    SCMP_SYS(mq_open),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(utimensat),
};

bool allow_path(int ruleset, const char* path, std::uint64_t rights, bool needed) {
  const Fd place(open(path, O_PATH | O_CLOEXEC));
  if (place.get() < 0) return !needed;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = place.get();
  return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

bool restrict_files(const char* program) {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  // The attribute grew; the kernel takes the sizes that its version knows.
  struct {
    std::uint64_t files, network, scoped;
  } handled{};
  handled.files = (1ull << (version == 1 ? 13 : version == 2 ? 14 : version < 5 ? 15 : 16)) - 1;
  if (version >= 4) handled.network = 3;
  if (version >= 6) handled.scoped = 3;
  const Fd ruleset(static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled,
                                            version < 4   ? 8
                                            : version < 6 ? 16
                                                          : 24,
                                            0)));
  if (ruleset.get() < 0) return false;
  constexpr std::uint64_t kFile = LANDLOCK_ACCESS_FS_READ_FILE;
  constexpr std::uint64_t kRun = kFile | LANDLOCK_ACCESS_FS_EXECUTE;
  for (const char* path : kReadable) {
    // A rule about a file may not name rights over folders.
    if (!allow_path(ruleset.get(), path, kFile | LANDLOCK_ACCESS_FS_READ_DIR, false) &&
        !allow_path(ruleset.get(), path, kFile, false))
      return false;
  }
  for (const char* path : kLoaders) {
    if (!allow_path(ruleset.get(), path, kRun, false)) return false;
  }
  if (!allow_path(ruleset.get(), program, kRun, true)) return false;
  return syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0;
}

bool restrict_calls() {
  scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
  if (context == nullptr) return false;
  bool good = true;
  for (const int call : kRefused) {
    // Negative numbers stand for calls that this architecture does not have.
    if (call >= 0) good = good && seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), call, 0) == 0;
  }
  // Threads yes, processes no; clone3 hides its flags from filters, and libraries fall back to clone.
  good = good && seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                  SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0;
  good = good && seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
  good = good && seccomp_load(context) == 0;
  seccomp_release(context);
  return good;
}

void limit(__rlimit_resource resource, std::uint64_t value) {
  const rlimit both{value, value};
  setrlimit(resource, &both);
}

[[noreturn]] void become(const std::string& path, const ProgramJob& job, int input, int output, int errors) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // The three descriptors are above 2: they came from pipes and memory files while 0 to 2 were open.
  if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) _exit(kNotStarted);
  syscall(SYS_close_range, 3u, ~0u, 0u);
  if (chdir("/") != 0) _exit(kNotStarted);
  limit(RLIMIT_CPU, job.limits.cpu_seconds);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, 64);
  std::vector<char*> arguments;
  std::string name = job.name;
  std::vector<std::string> copies = job.arguments;
  arguments.push_back(name.data());
  for (std::string& argument : copies) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  std::array<char, 16> locale{"LC_ALL=C.UTF-8"};
  std::array<char*, 2> environment{locale.data(), nullptr};
  signal(SIGPIPE, SIG_DFL);
  if (!restrict_files(path.c_str()) || !restrict_calls()) _exit(kUnconfined);
  limit(RLIMIT_AS, job.limits.memory_bytes);  // last: a sanitizer's shadow memory is larger
  execve(path.c_str(), arguments.data(), environment.data());
  _exit(kNotStarted);
}

std::string find_program(const std::string& name) {
  if (name.empty() || name.find('/') != name.npos) return {};
  for (const char* folder : {"/usr/bin/", "/usr/local/bin/", "/bin/"}) {
    std::string path = folder + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

Fd memory_file(ByteView bytes) {
  Fd fd(memfd_create("samehand-input", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  std::size_t written = 0;
  while (fd.get() >= 0 && written < bytes.size()) {
    const ssize_t count = write(fd.get(), bytes.data() + written, bytes.size() - written);
    if (count <= 0) return {};
    written += static_cast<std::size_t>(count);
  }
  if (fd.get() >= 0) {
    lseek(fd.get(), 0, SEEK_SET);
    fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  }
  return fd;
}

std::string first_line(std::string_view text) {
  std::string line;
  for (const char c : text.substr(0, std::min(text.find('\n'), std::size_t{200})))
    line += (c >= 0x20 && c != 0x7f) ? c : ' ';
  return line;
}

enum class Stop : std::uint8_t { kEnd, kTime, kOutput };

// One program while it runs.
class Running {
 public:
  Running(const ProgramJob& job, std::size_t index) : job_(job), index_(index) {}

  // nullopt when it runs; else why it does not.
  std::optional<Error> start() {
    const auto refuse = [](ErrorCode code, std::string message) { return Error{code, std::move(message), {}}; };
    const std::string path = find_program(job_.name);
    if (path.empty()) return refuse(ErrorCode::kNotFound, "the program " + job_.name + " is not installed");
    const Fd input = memory_file(job_.input);
    int out[2], err[2];
    if (input.get() < 0) return refuse(ErrorCode::kTooLarge, "no memory for the input of " + job_.name);
    if (pipe2(out, O_CLOEXEC) != 0) return refuse(ErrorCode::kUnreadable, "no pipe for " + job_.name);
    output_ = Fd(out[0]);
    const Fd output_end(out[1]);
    if (pipe2(err, O_CLOEXEC) != 0) return refuse(ErrorCode::kUnreadable, "no pipe for " + job_.name);
    errors_ = Fd(err[0]);
    const Fd errors_end(err[1]);
    child_ = fork();
    if (child_ < 0) return refuse(ErrorCode::kUnreadable, job_.name + " could not be started: " + strerror(errno));
    if (child_ == 0) become(path, job_, input.get(), output_end.get(), errors_end.get());
    deadline_ = Clock::now() + std::chrono::milliseconds(job_.limits.wall_ms);
    return std::nullopt;
  }

  std::size_t index() const { return index_; }
  int output() const { return output_.get(); }
  int errors() const { return errors_.get(); }
  Clock::time_point deadline() const { return deadline_; }

  void read_output(std::span<char> buffer) {
    const ssize_t count = read(output_.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0)
      output_.reset();
    else if (text_.size() + static_cast<std::size_t>(count) > job_.limits.output_bytes)
      stop(Stop::kOutput);
    else
      text_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  void read_errors(std::span<char> buffer) {
    const ssize_t count = read(errors_.get(), buffer.data(), buffer.size());
    if (count <= 0) errors_.reset();
    if (count > 0)
      error_text_.append(buffer.data(), std::min(static_cast<std::size_t>(count),
                                                 kErrorText - std::min(kErrorText, error_text_.size())));
  }

  // Whether it has ended, by itself or by its limits. A program that closed its output and goes on has the time left.
  bool ended() {
    if (output_.get() >= 0 && Clock::now() >= deadline_) stop(Stop::kTime);
    if (output_.get() >= 0) return false;
    const pid_t gone = waitpid(child_, &status_, WNOHANG);
    if (gone == 0 && Clock::now() >= deadline_) {
      stop(Stop::kTime);
      waitpid(child_, &status_, 0);
      return true;
    }
    return gone != 0 && !(gone < 0 && errno == EINTR);
  }

  Result<std::string> result() {
    const ProgramJob& job = job_;
    const Stop stop = stop_;
    const int status = status_;
    const std::string& error_text = error_text_;
    std::string& text = text_;
    if (stop == Stop::kTime)
      return fail(ErrorCode::kTimedOut,
                  job.name + " took more than " + std::to_string(job.limits.wall_ms / 1000) + " s");
    if (stop == Stop::kOutput)
      return fail(ErrorCode::kTooLarge,
                  job.name + " gave more than " + std::to_string(job.limits.output_bytes >> 20) + " MB");
    if (WIFSIGNALED(status)) {
      const int signal = WTERMSIG(status);
      if (signal == SIGXCPU || signal == SIGKILL)
        return fail(ErrorCode::kTimedOut, job.name + " took more than its processor time or memory");
      return fail(ErrorCode::kCrashed, job.name + " crashed on it (SIG" +
                                           std::string(sigabbrev_np(signal) != nullptr ? sigabbrev_np(signal) : "?") +
                                           ")");
    }
    const int code = WEXITSTATUS(status);
    if (code == kUnconfined)
      return fail(ErrorCode::kNotSupported,
                  "this system cannot confine " + job.name + " (Landlock and seccomp are needed); it was not run");
    if (code == kNotStarted) return fail(ErrorCode::kUnreadable, job.name + " could not be started");
    if (code != 0) {
      std::string line = first_line(error_text);
      return fail(ErrorCode::kMalformed, job.name + ": " + (line.empty() ? "status " + std::to_string(code) : line));
    }
    return std::move(text);
  }

 private:
  void stop(Stop why) {
    stop_ = why;
    kill(child_, SIGKILL);
    output_.reset();
    errors_.reset();
  }

  const ProgramJob& job_;
  std::size_t index_;
  pid_t child_ = -1;
  int status_ = 0;
  Fd output_, errors_;
  Stop stop_ = Stop::kEnd;
  Clock::time_point deadline_;
  std::string text_, error_text_;
};

// Waits until one of them has something to say, a deadline is reached, or one that has said all may have ended.
void wait_for_news(std::span<const std::unique_ptr<Running>> running, std::span<char> buffer) {
  constexpr int kBetweenLooks = 2;  // milliseconds; pipes tell when they close, not when a process ends
  std::vector<pollfd> news;
  auto deadline = Clock::time_point::max();
  bool closing = false;
  for (const auto& r : running) {
    news.push_back({r->output(), POLLIN, 0});  // negative ones are passed over
    news.push_back({r->errors(), POLLIN, 0});
    deadline = std::min(deadline, r->deadline());
    closing = closing || r->output() < 0;
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  const int wait = closing ? kBetweenLooks : static_cast<int>(std::clamp<long>(left, 0, 60'000));
  if (poll(news.data(), news.size(), wait) <= 0) return;
  for (std::size_t i = 0; i < running.size(); ++i) {
    if (news[2 * i + 1].revents != 0) running[i]->read_errors(buffer);
    if (news[2 * i].revents != 0) running[i]->read_output(buffer);
  }
}

}  // namespace

std::vector<Result<std::string>> run_programs(std::span<const ProgramJob> jobs, unsigned parallel) {
  std::vector<Result<std::string>> results(jobs.size(), std::string());
  std::vector<std::unique_ptr<Running>> running;
  std::vector<char> buffer(256 << 10);
  for (std::size_t next = 0; next < jobs.size() || !running.empty();) {
    while (next < jobs.size() && running.size() < std::max(parallel, 1u)) {
      auto one = std::make_unique<Running>(jobs[next], next);
      if (auto error = one->start())
        results[next] = std::unexpected(std::move(*error));
      else
        running.push_back(std::move(one));
      ++next;
    }
    if (running.empty()) continue;
    wait_for_news(running, buffer);
    std::erase_if(running, [&](const std::unique_ptr<Running>& one) {
      if (!one->ended()) return false;
      results[one->index()] = one->result();
      return true;
    });
  }
  return results;
}

Result<std::string> run_program(const ProgramJob& job) {
  return std::move(run_programs(std::span(&job, 1), 1).front());
}

}  // namespace samehand
