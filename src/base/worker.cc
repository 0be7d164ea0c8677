// The caller's side of workers: asks the server for them, polls, keeps frames, enforces time and output, explains ends.
//
// One thread serves all children with poll(). Frames are handed on as they become complete; after a kill the pipe is
// read to its end, so nothing that a child had sent is lost. A frame's announced size is never allocated in advance:
// the buffer grows with what arrives.
#include "samehand/base/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <numeric>
#include <optional>
#include <utility>

#include "descriptor.h"
#include "samehand/base/codec.h"
#include "worker_child.h"
#include "worker_server.h"

namespace samehand {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = WorkerEnd::Kind;

constexpr std::size_t kErrorTextLimit = 64 << 10;
constexpr std::size_t kReadAtOnce = 256 << 10;
constexpr std::chrono::milliseconds kNap(500);  // the longest sleep; one twice as long was no sleep of ours

struct Pipe {
  Descriptor read, write;
};

std::optional<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return pipe;
}

// One running child.
struct Child {
  std::size_t job = 0;
  std::uint64_t worker = 0;  // the server's number
  Descriptor frames, errors;
  Clock::time_point start, deadline;
  std::vector<std::uint8_t> buffer;  // bytes received from `consumed` on are not yet a whole frame
  std::size_t consumed = 0;
  std::uint64_t received = 0;
  std::string error_text;
  std::optional<Kind> ended_as;  // what the child's own last frame or our own decision says
  std::string detail;
};

std::string name_of_call(ByteView number) {
  const auto value = static_cast<int>(number.read_or_zero<std::uint32_t>(0));
  char* name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, value);
  std::string text = name != nullptr ? fmt::format("{} ({})", name, value) : fmt::format("{}", value);
  std::free(name);
  return text;
}

// Text from the child may hold anything; what people see is one line of printable characters.
std::string printable(std::string_view text) {
  std::string line;
  for (const char c : text.substr(0, 300)) line += (c >= 0x20 && c != 0x7f) ? c : ' ';
  return line;
}

void take_own_frame(Child& child, std::uint8_t type, ByteView payload, const WorkerOptions& options, bool& told) {
  switch (type) {
    case kFinishedFrame:
      child.ended_as = Kind::kFinished;
      break;
    case kOutOfMemoryFrame:
      child.ended_as = Kind::kOutOfMemory;
      break;
    case kThrewFrame:
      child.ended_as = Kind::kCrashed;
      child.detail = printable(payload.text());
      break;
    case kForbiddenFrame:
      child.ended_as = Kind::kSandboxViolation;
      child.detail = name_of_call(payload);
      break;
    case kUnconfinedFrame:
      if (!told && options.on_diagnostic) {
        options.on_diagnostic(fmt::format("this system cannot confine workers fully (no {}); rlimits still hold",
                                          printable(payload.text())));
      }
      told = true;
      break;
    default:
      break;
  }
}

// Hands on the complete frames at the front of the buffer.
void take_frames(Child& child, const WorkerRequest& job, const WorkerOptions& options, bool& told) {
  for (;;) {
    const ByteView rest = ByteView(child.buffer).clamp(child.consumed);
    const auto size = rest.read<std::uint32_t>(1);
    if (!size || !rest.contains(kFrameHeader, *size)) break;
    const ByteView payload = rest.slice(kFrameHeader, *size);
    const std::uint8_t type = rest[0];
    if (type >= kFirstOwnFrame) {
      take_own_frame(child, type, payload, options, told);
    } else if (job.on_frame) {
      job.on_frame(type, payload);
    }
    child.consumed += kFrameHeader + *size;
  }
  if (child.consumed == child.buffer.size()) {
    child.buffer.clear();
    child.consumed = 0;
    if (child.buffer.capacity() > (8u << 20)) child.buffer.shrink_to_fit();
  } else if (child.consumed > child.buffer.size() / 2) {
    child.buffer.erase(child.buffer.begin(), child.buffer.begin() + static_cast<std::ptrdiff_t>(child.consumed));
    child.consumed = 0;
  }
}

enum class Received { kData, kNothing, kEnd };

Received received(ssize_t count) {
  if (count > 0) return Received::kData;
  return count < 0 && (errno == EAGAIN || errno == EINTR) ? Received::kNothing : Received::kEnd;
}

Received receive_frames(Child& child, const WorkerRequest& job, const WorkerOptions& options, bool& told) {
  const std::size_t before = child.buffer.size();
  child.buffer.resize(before + kReadAtOnce);
  const ssize_t count = read(child.frames.get(), child.buffer.data() + before, kReadAtOnce);
  const Received what = received(count);
  child.buffer.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (what != Received::kData) return what;
  child.received += static_cast<std::uint64_t>(count);
  if (child.received > job.limits.output_bytes) {
    child.ended_as = Kind::kTooMuchOutput;
    return Received::kEnd;
  }
  take_frames(child, job, options, told);
  return what;
}

Received receive_errors(Child& child) {
  char text[4096];
  const ssize_t count = read(child.errors.get(), text, sizeof text);
  const Received what = received(count);
  if (what != Received::kData) return what;
  const std::size_t room = kErrorTextLimit - child.error_text.size();
  child.error_text.append(text, std::min(room, static_cast<std::size_t>(count)));
  return what;
}

// What a dead child had sent before it died.
void drain(Child& child, const WorkerRequest& job, const WorkerOptions& options, bool& told) {
  while (child.ended_as != Kind::kTooMuchOutput && receive_frames(child, job, options, told) == Received::kData) {
  }
  while (receive_errors(child) == Received::kData) {
  }
}

std::string signal_text(int signal) {
  const char* abbreviation = sigabbrev_np(signal);
  const std::string name = abbreviation != nullptr ? fmt::format("SIG{}", abbreviation) : fmt::format("{}", signal);
  switch (signal) {
    case SIGSEGV:
      return fmt::format("invalid memory access or recursion too deep ({})", name);
    case SIGBUS:
      return fmt::format("the file changed or could not be read while it was analysed ({})", name);
    case SIGABRT:
      return fmt::format("it gave up ({})", name);
    case SIGILL:
    case SIGTRAP:
      return fmt::format("an internal check failed ({})", name);
    case SIGFPE:
      return fmt::format("arithmetic fault ({})", name);
    default:
      return fmt::format("signal {}", name);
  }
}

// libstdc++, LLVM and the sanitizers say so when memory ran out where nothing could be thrown.
bool says_out_of_memory(std::string_view text) {
  constexpr std::string_view kPhrases[] = {"std::bad_alloc", "out of memory", "out-of-memory",
                                           "allocation-size-too-big"};
  return std::ranges::any_of(kPhrases, [&](auto phrase) { return text.find(phrase) != text.npos; });
}

std::string_view first_line(std::string_view text) {
  const auto start = std::min(text.find_first_not_of("\n= "), text.size());
  return text.substr(start, text.find('\n', start) - start);
}

std::string explain(const Child& child, const WorkerLimits& limits, Kind kind, int status) {
  switch (kind) {
    case Kind::kFinished:
      return {};
    case Kind::kTimedOut:
      if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
        return fmt::format("took more than {} s of processor time", limits.cpu_seconds);
      }
      return fmt::format("took more than {:.1f} s", limits.wall_ms / 1000.0);
    case Kind::kOutOfMemory:
      return fmt::format("needed more than {} MB of memory", limits.memory_bytes >> 20);
    case Kind::kSandboxViolation:
      return fmt::format("tried a forbidden system call: {}", child.detail.empty() ? "unknown" : child.detail);
    case Kind::kTooMuchOutput:
      return fmt::format("gave more than {} MB of results", limits.output_bytes >> 20);
    case Kind::kCrashed:
    case Kind::kNotStarted:
      break;
  }
  std::string text = "crashed: ";
  if (!child.detail.empty()) {
    text += child.detail;
  } else if (WIFSIGNALED(status)) {
    text += signal_text(WTERMSIG(status));
  } else {
    text += fmt::format("ended early with status {}", WEXITSTATUS(status));
  }
  const std::string said = printable(first_line(child.error_text));
  if (!said.empty()) text += fmt::format(": {}", said);
  return text;
}

Kind judge(const Child& child, int status) {
  const bool signalled = WIFSIGNALED(status);
  if (child.ended_as) return *child.ended_as;
  if (signalled && WTERMSIG(status) == SIGXCPU) return Kind::kTimedOut;
  if (signalled && WTERMSIG(status) == SIGSYS) return Kind::kSandboxViolation;
  // Nobody here killed it: the system ran out of memory.
  if (signalled && WTERMSIG(status) == SIGKILL) return Kind::kOutOfMemory;
  return says_out_of_memory(child.error_text) ? Kind::kOutOfMemory : Kind::kCrashed;
}

// Nothing, with errno, where the system refuses.
std::optional<Child> start(WorkerServer& server, std::size_t index, const WorkerRequest& job) {
  auto frames = make_pipe();
  auto errors = make_pipe();
  if (!frames || !errors) return std::nullopt;
  fcntl(frames->read.get(), F_SETPIPE_SZ, 1 << 20);  // fewer wake-ups; refusal does no harm
  std::optional<std::uint64_t> worker;
  for (int attempts = 0; !worker && attempts < 2; attempts++) {  // that the server was killed shows when it is asked
    if (!server.start()) return std::nullopt;
    worker = server.ask(ByteView(job.request), job.limits, {frames->write.get(), errors->write.get()});
  }
  if (!worker) return std::nullopt;
  Child child;
  child.job = index;
  child.worker = *worker;
  child.frames = std::move(frames->read);
  child.errors = std::move(errors->read);
  child.start = Clock::now();
  child.deadline = child.start + std::chrono::milliseconds(job.limits.wall_ms);
  return child;
}

// Sleeps until a child says something, the next deadline, or for a nap.
std::vector<pollfd> wait_for_news(const std::vector<Child>& children) {
  std::vector<pollfd> news;
  auto next = Clock::time_point::max();
  for (const Child& child : children) {
    news.push_back({child.frames.get(), POLLIN, 0});
    news.push_back({child.errors.get(), POLLIN, 0});  // poll() skips it once it is closed and negative
    next = std::min(next, child.deadline);
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
  const auto patience = std::clamp(left, std::chrono::milliseconds(0), kNap);
  if (poll(news.data(), news.size(), static_cast<int>(patience.count())) < 0) {
    for (pollfd& item : news) item.revents = 0;
  }
  return news;
}

// The clock that deadlines are held against. Time in which this process did not run its loop does not count: it was
// stopped (Ctrl-Z), and the workers with it, or busy with what they sent.
class Watch {
 public:
  Clock::time_point look(std::vector<Child>& children) {
    const auto now = Clock::now();
    const auto lost = now - last_ - kNap;
    if (lost > kNap) {
      for (Child& child : children) {
        child.start += lost;
        child.deadline += lost;
      }
    }
    return last_ = now;
  }

 private:
  Clock::time_point last_ = Clock::now();
};

// Reads from the child what it has sent; true while it is to be kept waiting for.
bool serve(Child& child, short frame_news, short error_news, Clock::time_point now, const WorkerRequest& job,
           const WorkerOptions& options, bool& told) {
  if (error_news != 0 && receive_errors(child) == Received::kEnd) child.errors.reset();
  if (frame_news != 0 && receive_frames(child, job, options, told) == Received::kEnd) return false;
  if (now < child.deadline) return true;
  child.ended_as = Kind::kTimedOut;
  return false;
}

// Nothing where the system refused to fork.
std::optional<WorkerEnd> finish(WorkerServer& server, Child& child, const WorkerRequest& job,
                                const WorkerOptions& options, bool& told) {
  // At the end of its pipe a child is already leaving, and the signal changes nothing; if it only closed the pipe, it
  // ends here.
  const bool timed_out = child.ended_as == Kind::kTimedOut;
  const auto reported = server.finish(child.worker);
  if (reported && reported->error != 0) {
    errno = reported->error;
    return std::nullopt;
  }
  drain(child, job, options, told);
  if (timed_out && child.ended_as != Kind::kFinished) child.ended_as = Kind::kTimedOut;
  WorkerEnd end;
  if (reported || child.ended_as) {
    const int status = reported ? reported->status : 0;
    end.kind = judge(child, status);
    end.message = explain(child, job.limits, end.kind, status);
  } else {
    end.message = "was lost: the process that starts workers was killed (is memory short?)";
  }
  end.error_text = std::move(child.error_text);
  end.wall_ms = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - child.start).count());
  return end;
}

}  // namespace

WorkerLimits WorkerLimits::for_input(std::uint64_t input_bytes) {
  const std::uint64_t megabytes = input_bytes >> 20;
  const std::uint64_t slower = built_with_sanitizer() ? 10 : 1;
  WorkerLimits limits;
  // Reading takes about 8 times the file and 50 MB, and about .1 s per megabyte (docs/evaluation.md).
  limits.memory_bytes = (1ull << 30) + 32 * std::min<std::uint64_t>(input_bytes, 1ull << 31);
  limits.cpu_seconds = static_cast<std::uint32_t>(slower * (30 + 2 * std::min<std::uint64_t>(megabytes, 4096)));
  limits.wall_ms = limits.cpu_seconds * 3000;  // the machine may be busy
  limits.output_bytes = (256ull << 20) + 32 * std::min<std::uint64_t>(input_bytes, 1ull << 31);
  return limits;
}

Error to_error(const WorkerEnd& end, std::string where) {
  ErrorCode code = ErrorCode::kCrashed;
  if (end.kind == Kind::kTimedOut) code = ErrorCode::kTimedOut;
  if (end.kind == Kind::kOutOfMemory || end.kind == Kind::kTooMuchOutput) code = ErrorCode::kTooLarge;
  return {code, fmt::format("the sandboxed worker {}; what it had recovered is kept", end.message), std::move(where)};
}

Workers::Workers(WorkerHandler handler) : server_(std::make_unique<WorkerServer>(std::move(handler))) {
  server_->start();  // run() tries again, and says why not
}

Workers::~Workers() = default;

std::vector<WorkerEnd> Workers::run(std::span<const WorkerRequest> requests, const WorkerOptions& options) {
  std::vector<WorkerEnd> ends(requests.size());
  bool told = false;     // that confinement is incomplete
  bool patient = false;  // the system refused a worker: no more until another has ended
  Watch watch;
  std::vector<Child> children;
  std::deque<std::size_t> waiting(requests.size());
  std::iota(waiting.begin(), waiting.end(), 0);
  const auto ended = [&](std::size_t job, WorkerEnd end) {
    ends[job] = std::move(end);
    patient = false;
    if (options.on_end) options.on_end(job, ends[job]);
  };
  const auto refused = [&](std::size_t job) {
    ended(job, {.message = fmt::format("could not be started: {}", strerror(errno)), .error_text = {}});
  };
  while (!waiting.empty() || !children.empty()) {
    while (!waiting.empty() && !patient && children.size() < std::max(1u, options.parallel)) {
      const std::size_t job = waiting.front();
      auto child = start(*server_, job, requests[job]);
      if (!child && !children.empty()) {
        patient = true;
        break;
      }
      waiting.pop_front();
      if (child) {
        children.push_back(std::move(*child));
      } else {
        refused(job);
      }
    }
    if (children.empty()) continue;
    const std::vector<pollfd> news = wait_for_news(children);
    const auto now = watch.look(children);
    if (options.on_wait) options.on_wait(std::ranges::min_element(children, {}, &Child::job)->job);
    for (std::size_t i = children.size(); i-- > 0;) {
      const WorkerRequest& job = requests[children[i].job];
      if (serve(children[i], news[2 * i].revents, news[2 * i + 1].revents, now, job, options, told)) continue;
      Child child = std::move(children[i]);
      children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
      if (auto end = finish(*server_, child, job, options, told)) {
        ended(child.job, std::move(*end));
      } else if (!children.empty()) {
        waiting.push_front(child.job);
        patient = true;
      } else {
        refused(child.job);
      }
    }
  }
  return ends;
}

std::vector<WorkerEnd> run_workers(std::span<const WorkerJob> jobs, const WorkerOptions& options) {
  if (jobs.empty()) return {};
  std::vector<WorkerRequest> requests;
  requests.reserve(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); i++) {
    ByteWriter index;
    index.varint(i);
    requests.push_back({index.take(), jobs[i].on_frame, jobs[i].limits});
  }
  Workers workers([jobs](ByteView request, const FrameSink& sink) { jobs[ByteReader(request).varint()].run(sink); });
  return workers.run(requests, options);
}

}  // namespace samehand
