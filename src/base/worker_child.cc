#include "worker_child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <initializer_list>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sanitizer.h"
#ifdef SAMEHAND_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace samehand {
namespace {

// Where the child finds its pipe, so that the signal handler needs no variable.
constexpr int kFramePipe = 3;
constexpr int kLeaked = 23;  // exit status, only in AddressSanitizer builds

bool write_all(int fd, const std::uint8_t* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t written = write(fd, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    count -= static_cast<std::size_t>(written);
  }
  return true;
}

std::array<std::uint8_t, kFrameHeader> header(std::uint8_t type, std::uint32_t size) {
  return {type, static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8),
          static_cast<std::uint8_t>(size >> 16), static_cast<std::uint8_t>(size >> 24)};
}

// A frame that was half sent before the trap makes this one unreadable; then the parent sees the exit status alone.
void report_forbidden_call(int, siginfo_t* info, void*) {
  const auto number = static_cast<std::uint32_t>(info->si_syscall);
  std::array<std::uint8_t, kFrameHeader + 4> frame{};
  const auto head = header(kForbiddenFrame, 4);
  for (std::size_t i = 0; i < kFrameHeader; i++) frame[i] = head[i];
  for (std::size_t i = 0; i < 4; i++) frame[kFrameHeader + i] = static_cast<std::uint8_t>(number >> (8 * i));
  write_all(kFramePipe, frame.data(), frame.size());
  _exit(1);
}

// Keyboard signals stay ignored, as the server has them: the caller dies of them, and the worker with it.
void install_handlers() {
  struct sigaction action = {};
  action.sa_sigaction = report_forbidden_call;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);
  action = {};
  action.sa_handler = SIG_DFL;
  for (const int signal : {SIGTERM, SIGPIPE, SIGXCPU, SIGXFSZ, SIGCHLD}) sigaction(signal, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Descriptors as given from 0 on (-1: /dev/null), nothing else open.
void keep_only(std::initializer_list<int> kept) {
  // Moved out of the way first: the caller may have been started without stdin or stdout.
  std::array<int, 4> moved{};
  std::size_t count = 0;
  for (const int fd : kept) moved[count++] = fd < 0 ? -1 : fcntl(fd, F_DUPFD, 10);
  const int null = open("/dev/null", O_RDWR);
  for (std::size_t i = 0; i < count; i++) {
    const int fd = moved[i] < 0 ? null : moved[i];
    if (fd < 0) {
      close(static_cast<int>(i));
    } else if (fd != static_cast<int>(i)) {
      dup2(fd, static_cast<int>(i));
    }
  }
  closefrom(static_cast<int>(count));
}

}  // namespace

void FrameSink::send(std::uint8_t type, ByteView payload) const {
  if (payload.size() > 0xffffffffu) throw std::length_error("a frame of more than 4 GiB");
  const auto head = header(type, static_cast<std::uint32_t>(payload.size()));
  if (!write_all(fd_, head.data(), head.size()) || !write_all(fd_, payload.data(), payload.size())) _exit(1);
}

int keep_only_as_control(int control) {
  keep_only({-1, -1, -1, control});
  return 3;
}

void run_child(const std::function<void(const FrameSink&)>& run, const WorkerLimits& limits,
               const SyscallFilter& filter, ChildPipes pipes, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  keep_only({-1, -1, pipes.errors, pipes.frames});
  install_handlers();
  const FrameSink sink(kFramePipe);
  if (const std::string missing = confine(filter, limits); !missing.empty()) {
    sink.send(kUnconfinedFrame, ByteView::of_text(missing));
  }
  std::uint8_t end = kFinishedFrame;
  std::string text;
  try {
    run(sink);
  } catch (const std::bad_alloc&) {
    end = kOutOfMemoryFrame;
  } catch (const std::exception& error) {
    end = kThrewFrame;
    text = error.what();
  } catch (...) {
    end = kThrewFrame;
    text = "unknown exception";
  }
#ifdef SAMEHAND_ASAN
  if (end == kFinishedFrame && __lsan_do_recoverable_leak_check() != 0) _exit(kLeaked);
#endif
  sink.send(end, ByteView::of_text(text));
  _exit(0);
}

}  // namespace samehand
