#include "worker_server.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <type_traits>
#include <utility>
#include <vector>

namespace samehand {
namespace {

// Both ends of the socket are the same program: what passes over it are its own structs.
struct Command {
  enum class Kind : std::uint8_t { kStart, kKill };
  Kind kind = Kind::kStart;
  std::uint64_t worker = 0;
  WorkerLimits limits = {};
  std::uint64_t request_bytes = 0;  // follow the command
};

struct Report {
  std::uint64_t worker = 0;
  WorkerServer::End end;
};

static_assert(std::is_trivially_copyable_v<Command> && std::is_trivially_copyable_v<Report>);

// The two descriptors that go with kStart, in the form that sendmsg() and recvmsg() want.
struct PassedPipes {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> bytes{};

  void attach_to(msghdr& message) {
    message.msg_control = bytes.data();
    message.msg_controllen = bytes.size();
  }
  void put(msghdr& message, ChildPipes pipes) {
    attach_to(message);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    const int pair[2] = {pipes.frames, pipes.errors};
    memcpy(CMSG_DATA(header), pair, sizeof pair);
  }
  static ChildPipes get(msghdr& message) {
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(2 * sizeof(int))) {
      return {-1, -1};
    }
    int pair[2];
    memcpy(pair, CMSG_DATA(header), sizeof pair);
    return {pair[0], pair[1]};
  }
};

bool send_all(int socket, const void* bytes, std::size_t count) {
  const auto* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t sent = send(socket, next, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    next += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_all(int socket, void* bytes, std::size_t count) {
  auto* next = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = recv(socket, next, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    next += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_command(int socket, Command& command, std::optional<ChildPipes> pipes) {
  iovec part{&command, sizeof command};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  PassedPipes passed;
  if (pipes) passed.put(message, *pipes);
  ssize_t sent = 0;
  do {
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent <= 0) return false;
  const auto done = static_cast<std::size_t>(sent);
  return done == sizeof command || send_all(socket, reinterpret_cast<char*>(&command) + done, sizeof command - done);
}

bool receive_command(int socket, Command& command, ChildPipes& pipes) {
  iovec part{&command, sizeof command};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  PassedPipes passed;
  passed.attach_to(message);
  ssize_t got = 0;
  do {
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  pipes = PassedPipes::get(message);
  const auto done = static_cast<std::size_t>(got);
  return done == sizeof command || receive_all(socket, reinterpret_cast<char*>(&command) + done, sizeof command - done);
}

// The server itself.
class Server {
 public:
  Server(const WorkerHandler& handler, int control)
      : handler_(handler), control_(control), filter_(build_syscall_filter()) {}

  // Returns when the caller is gone or wants no more.
  void serve(const sigset_t& awake) {
    for (;;) {
      reap(WNOHANG);
      // A child that ends in between is not missed: its signal is blocked outside ppoll().
      pollfd news{control_, POLLIN, 0};
      if (ppoll(&news, 1, nullptr, &awake) <= 0) continue;
      Command command;
      ChildPipes pipes{-1, -1};
      if (!receive_command(control_, command, pipes)) break;
      if (command.kind == Command::Kind::kKill) {
        for (const auto& [pid, worker] : running_) {
          if (worker == command.worker) kill(pid, SIGKILL);
        }
        continue;
      }
      std::vector<std::uint8_t> request(command.request_bytes);
      if (!receive_all(control_, request.data(), request.size())) break;
      fork_worker(command, ByteView(request), pipes);
      close(pipes.frames);
      close(pipes.errors);
    }
    for (const auto& [pid, worker] : running_) kill(pid, SIGKILL);
    while (!running_.empty() && reap(0)) {
    }
  }

 private:
  void fork_worker(const Command& command, ByteView request, ChildPipes pipes) {
    const pid_t server = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
      run_child([&](const FrameSink& sink) { handler_(request, sink); }, command.limits, filter_, pipes, server);
    }
    if (pid > 0) {
      running_[pid] = command.worker;
    } else {
      report({command.worker, {.status = 0, .error = errno}});
    }
  }

  // Reports whoever has ended. False where there is nobody.
  bool reap(int how) {
    for (;;) {
      int status = 0;
      const pid_t pid = waitpid(-1, &status, how);
      if (pid < 0 && errno == EINTR) continue;
      if (pid <= 0) return pid == 0;
      if (const auto it = running_.find(pid); it != running_.end()) {
        report({it->second, {.status = status, .error = 0}});
        running_.erase(it);
      }
      if (how == 0) return true;
    }
  }

  // A caller that is gone shows as the end of the commands.
  void report(const Report& report) const { send_all(control_, &report, sizeof report); }

  const WorkerHandler& handler_;
  int control_;
  SyscallFilter filter_;
  std::map<pid_t, std::uint64_t> running_;
};

// Keyboard and hang-up signals are for the caller to die of, which ends the server too; SIGCHLD wakes ppoll().
sigset_t take_signals() {
  struct sigaction action = {};
  action.sa_handler = SIG_IGN;
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGPIPE}) sigaction(signal, &action, nullptr);
  action.sa_handler = [](int) {};
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  sigaction(SIGCHLD, &action, nullptr);
  sigset_t awake;
  sigemptyset(&awake);
  return awake;
}

[[noreturn]] void be_server(const WorkerHandler& handler, int socket) {
  prctl(PR_SET_PDEATHSIG, SIGCONT);  // a stopped server must still see that its caller is gone
  const sigset_t awake = take_signals();
  const int control = keep_only_as_control(socket);
  Server(handler, control).serve(awake);
  _exit(0);
}

}  // namespace

bool WorkerServer::start() {
  if (pid_ > 0) return true;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
  Descriptor ours(ends[0]), theirs(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return false;
  if (pid == 0) be_server(handler_, theirs.get());
  control_ = std::move(ours);
  pid_ = pid;
  first_ = asked_;
  return true;
}

void WorkerServer::stop() {
  if (pid_ < 0) return;
  const int error = errno;
  control_.reset();
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  ends_.clear();
  errno = error;
}

std::optional<std::uint64_t> WorkerServer::ask(ByteView request, const WorkerLimits& limits, ChildPipes pipes) {
  Command command{Command::Kind::kStart, asked_, limits, request.size()};
  if (!send_command(control_.get(), command, pipes) || !send_all(control_.get(), request.data(), request.size())) {
    stop();
    return std::nullopt;
  }
  return asked_++;
}

std::optional<WorkerServer::End> WorkerServer::finish(std::uint64_t worker) {
  if (pid_ < 0 || worker < first_) return std::nullopt;
  Command command{Command::Kind::kKill, worker, {}, 0};
  if (!ends_.contains(worker)) send_command(control_.get(), command, std::nullopt);
  while (!ends_.contains(worker)) {
    Report report;
    if (!receive_all(control_.get(), &report, sizeof report)) {
      stop();
      return std::nullopt;
    }
    ends_[report.worker] = report.end;
  }
  return ends_.extract(worker).mapped();
}

}  // namespace samehand
