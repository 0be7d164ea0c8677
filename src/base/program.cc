// A confined program of the system.
//
// Method: fork; in the child the input, a sealed memory file, becomes standard input and two pipes become the outputs;
// rlimits are set; Landlock grants reading below the system's folders and executing one program and its loader; seccomp
// refuses network, processes, tracing and the kernel's rarer doors; then execve. The parent polls the pipes up to the
// limits. Cost: some 2 ms beside the program's own start. Known limits: an exec'd program needs to open its libraries,
// so system files that everyone may read can be read; nothing can be sent anywhere but into the pipe.
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

// Reads both pipes to their ends, or up to a limit.
Stop collect(const ProgramJob& job, const Fd& output, Fd& errors, std::string& text, std::string& error_text) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(job.limits.wall_ms);
  std::vector<char> buffer(256 << 10);
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Stop::kTime;
    std::array<pollfd, 2> news{pollfd{output.get(), POLLIN, 0}, pollfd{errors.get(), POLLIN, 0}};
    if (poll(news.data(), news.size(), static_cast<int>(std::min<long>(left, 60'000))) < 0 && errno != EINTR)
      return Stop::kTime;
    if (news[1].revents != 0) {
      const ssize_t count = read(errors.get(), buffer.data(), buffer.size());
      if (count <= 0) errors.reset();
      if (count > 0)
        error_text.append(buffer.data(), std::min(static_cast<std::size_t>(count),
                                                  kErrorText - std::min(kErrorText, error_text.size())));
    }
    if (news[0].revents == 0) continue;
    const ssize_t count = read(output.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Stop::kEnd;
    if (text.size() + static_cast<std::size_t>(count) > job.limits.output_bytes) return Stop::kOutput;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Result<std::string> run_program(const ProgramJob& job) {
  const std::string path = find_program(job.name);
  if (path.empty()) return fail(ErrorCode::kNotFound, "the program " + job.name + " is not installed");
  Fd input = memory_file(job.input);
  int out[2], err[2];
  if (input.get() < 0) return fail(ErrorCode::kTooLarge, "no memory for the input of " + job.name);
  if (pipe2(out, O_CLOEXEC) != 0) return fail(ErrorCode::kUnreadable, "no pipe for " + job.name);
  Fd output(out[0]), output_end(out[1]);
  if (pipe2(err, O_CLOEXEC) != 0) return fail(ErrorCode::kUnreadable, "no pipe for " + job.name);
  Fd errors(err[0]), errors_end(err[1]);
  const pid_t child = fork();
  if (child < 0) return fail(ErrorCode::kUnreadable, job.name + " could not be started: " + strerror(errno));
  if (child == 0) become(path, job, input.get(), output_end.get(), errors_end.get());
  output_end.reset();
  errors_end.reset();
  std::string text, error_text;
  const Stop stop = collect(job, output, errors, text, error_text);
  if (stop != Stop::kEnd) kill(child, SIGKILL);
  output.reset();
  errors.reset();
  int status = 0;
  // A program that closed its output and goes on has the time that is left of its processor time.
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (stop == Stop::kTime)
    return fail(ErrorCode::kTimedOut, job.name + " took more than " + std::to_string(job.limits.wall_ms / 1000) + " s");
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
  return text;
}

}  // namespace samehand
