// Confining a worker child.
//
// Problem: a parser of hostile bytes may be taken over. Whoever runs its code must find nothing to do with it.
// Method: three independent walls, each enough for the common case, so that a kernel without one still holds:
//   1. seccomp: an allow-list of the calls that computing, allocating and writing to an open pipe need. Opening files
//      fails with EACCES (C libraries probe for time zones and locales and go on); anything else traps, and the
//      child says which call it was and ends.
//   2. Landlock (Linux 5.13): every file-system and TCP right handled and none granted.
//   3. rlimits: memory, processor time, no file growth, no new descriptors, no core dump.
// Cost: the filter is built once per run (about a millisecond) and loaded in each child (tens of microseconds).
// Known limits: side channels of the shared processor; memory that the parent had mapped can be read by the child,
// which is why the parent keeps nothing secret.
#include "confinement.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>

namespace samehand {
namespace {

constexpr int kComputing[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(getrusage),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(getrandom),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(getrlimit),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(membarrier),
    SCMP_SYS(getcpu),
};

// Calls that libraries try on the way to something optional; they are told no and live with it.
constexpr int kRefused[] = {
    SCMP_SYS(open),       SCMP_SYS(openat),    SCMP_SYS(stat),       SCMP_SYS(lstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx),     SCMP_SYS(readlink),   SCMP_SYS(readlinkat),
    SCMP_SYS(access),     SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(getcwd),
    SCMP_SYS(ioctl),      SCMP_SYS(fcntl),     SCMP_SYS(statfs),     SCMP_SYS(fstatfs),
};

// What sanitizer runtimes need beside that: reading /proc/self, the leak checker's tracer, the TSan background thread.
constexpr int kSanitizer[] = {
    SCMP_SYS(open),     SCMP_SYS(openat),     SCMP_SYS(stat),       SCMP_SYS(lstat),    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),    SCMP_SYS(readlink),   SCMP_SYS(readlinkat), SCMP_SYS(access),   SCMP_SYS(getcwd),
    SCMP_SYS(fcntl),    SCMP_SYS(ioctl),      SCMP_SYS(mmap),       SCMP_SYS(mprotect), SCMP_SYS(clone),
    SCMP_SYS(clone3),   SCMP_SYS(ptrace),     SCMP_SYS(wait4),      SCMP_SYS(prctl),    SCMP_SYS(getdents64),
    SCMP_SYS(tgkill),   SCMP_SYS(tkill),      SCMP_SYS(prlimit64),  SCMP_SYS(pread64),  SCMP_SYS(process_vm_readv),
    SCMP_SYS(getdents), SCMP_SYS(arch_prctl), SCMP_SYS(poll),       SCMP_SYS(pipe2),    SCMP_SYS(setrlimit),
};

// Landlock's ABI as the kernel documents it; Debian 12's headers know only its first two versions.
struct LandlockRuleset {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;
  std::uint64_t scoped;
};

bool add(scmp_filter_ctx context, std::uint32_t action, std::span<const int> calls) {
  for (const int call : calls) {
    // Negative numbers stand for calls that this architecture does not have.
    if (call >= 0 && seccomp_rule_add(context, action, call, 0) < 0) return false;
  }
  return true;
}

bool add_rules(scmp_filter_ctx context) {
  if (!add(context, SCMP_ACT_ALLOW, kComputing)) return false;
  if (built_with_sanitizer()) return add(context, SCMP_ACT_ALLOW, kSanitizer);
  if (!add(context, SCMP_ACT_ERRNO(EACCES), kRefused)) return false;
  const auto no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  const auto anonymous = SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS);
  if (seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, no_exec, anonymous) < 0) return false;
  if (seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec) < 0) return false;
  // Reading limits, and abort(), which signals the calling thread: the process id is the child's own.
  if (seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0, 0)) < 0) return false;
  return true;
}

// abort() and raise() call tgkill with the child's own process id, which is known only after the fork; so the rule
// stands in the program with a value that the child replaces before loading.
constexpr std::uint32_t kOwnProcess = 0x7ffffff1;

void replace_own_process(std::vector<sock_filter>& program) {
  const auto pid = static_cast<std::uint32_t>(getpid());
  for (sock_filter& instruction : program) {
    if (instruction.k == kOwnProcess) instruction.k = pid;
  }
}

void limit(int resource, std::uint64_t soft, std::uint64_t hard) {
  rlimit current{};
  const auto id = static_cast<__rlimit_resource>(resource);
  getrlimit(id, &current);
  const rlimit wanted{std::min<rlim_t>(soft, current.rlim_max), std::min<rlim_t>(hard, current.rlim_max)};
  setrlimit(id, &wanted);
}

// What is mapped now: the memory limit counts from here.
std::uint64_t mapped_bytes() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"), std::fclose);
  unsigned long pages = 0;
  if (file == nullptr || std::fscanf(file.get(), "%lu", &pages) != 1) return 0;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

bool restrict_files() {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, 1);
  if (version < 1) return false;
  LandlockRuleset rules{};
  const int bits = version == 1 ? 13 : version == 2 ? 14 : version < 5 ? 15 : 16;
  rules.handled_access_fs = (1ull << bits) - 1;
  if (version >= 4) rules.handled_access_net = 3;
  if (version >= 6) rules.scoped = 3;
  const std::size_t size = version < 4 ? 8 : version < 6 ? 16 : 24;
  const long ruleset = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (ruleset < 0) return false;
  const bool restricted = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  close(static_cast<int>(ruleset));
  return restricted;
}

}  // namespace

SyscallFilter build_syscall_filter() {
  SyscallFilter filter;
  const std::unique_ptr<void, void (*)(void*)> context(seccomp_init(SCMP_ACT_TRAP), seccomp_release);
  if (context == nullptr || !add_rules(context.get()) ||
      (!built_with_sanitizer() && seccomp_rule_add(context.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                                                   SCMP_A0(SCMP_CMP_EQ, kOwnProcess, 0)) < 0)) {
    filter.problem = "libseccomp cannot build the filter";
    return filter;
  }
  // libseccomp 2.5 exports only to a descriptor; there is no file behind this one.
  const int fd = memfd_create("samehand-seccomp", MFD_CLOEXEC);
  if (fd < 0 || seccomp_export_bpf(context.get(), fd) < 0) {
    filter.problem = "libseccomp cannot export the filter";
  } else {
    const off_t size = lseek(fd, 0, SEEK_END);
    filter.program.resize(static_cast<std::size_t>(size) / sizeof(sock_filter));
    const std::size_t bytes = filter.program.size() * sizeof(sock_filter);
    if (pread(fd, filter.program.data(), bytes, 0) != static_cast<ssize_t>(bytes)) {
      filter.problem = "cannot read the filter back";
      filter.program.clear();
    }
  }
  if (fd >= 0) close(fd);
  return filter;
}

std::string confine(const SyscallFilter& filter, const WorkerLimits& limits) {
  std::string missing;
  const auto lacks = [&](const char* what) { missing += (missing.empty() ? "" : ", ") + std::string(what); };
  const std::uint64_t mapped = mapped_bytes();  // while /proc can still be read
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) lacks("no_new_privs");
  if (!built_with_sanitizer()) {  // whose leak checker reads /proc/self and whose shadow memory is terabytes
    if (!restrict_files()) lacks("Landlock");
    limit(RLIMIT_AS, mapped + limits.memory_bytes, mapped + limits.memory_bytes);
    limit(RLIMIT_NOFILE, 0, 0);
  }
  limit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1ull);
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_FSIZE, 0, 0);
  std::vector<sock_filter> program = filter.program;
  replace_own_process(program);
  const sock_fprog loaded{static_cast<unsigned short>(program.size()), program.data()};
  if (program.empty() || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &loaded, 0, 0) != 0) lacks("seccomp");
  return missing;
}

}  // namespace samehand
