// Sandboxed workers: hostile input is read in a forked child that can only compute and answer over one pipe.
//
// Workers are forked by a server, a process that is itself forked when Workers is made and then does nothing else: so a
// worker costs the copy of a small process, however large the caller grows from the answers (before: 38 ms a worker
// with 256 MB on the caller's heap). When the caller ends, for whatever reason, the server kills its workers and ends.
//
// The child gets no files, no network, no other processes (seccomp allow-list, Landlock where the kernel has it), a cap
// on memory and processor time (rlimits), and a time on the clock (enforced by the parent). It answers in frames as it
// goes, so what it had sent before a crash, a hang or a blow-up is kept. docs/format/worker.md states the frames.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand {

struct WorkerLimits {
  std::uint64_t memory_bytes = 1ull << 30;  // on top of what the parent has mapped when it forks; not under sanitizers
  std::uint32_t cpu_seconds = 60;
  std::uint32_t wall_ms = 120'000;
  std::uint64_t output_bytes = 1ull << 30;  // all frames together

  // Caps that grow with the input: generous enough for every benign file measured (docs/evaluation.md), small enough
  // that a hostile one cannot take the machine. Sanitizers slow the child down and get ten times the time.
  static WorkerLimits for_input(std::uint64_t input_bytes);
};

// Where the child writes its answer.
class FrameSink {
 public:
  explicit FrameSink(int fd) : fd_(fd) {}
  // Sends one frame; blocks while the parent is busy. Types from 0xf0 up are the worker's own. A frame of more than
  // 4 GiB or a parent that is gone ends the child.
  void send(std::uint8_t type, ByteView payload) const;

 private:
  int fd_;
};

// Runs in the worker, which has a copy of the memory as it was when Workers was made, and nothing else. May throw. Must
// start no threads.
using WorkerHandler = std::function<void(ByteView request, const FrameSink&)>;
// Runs in the caller for each frame, in the order sent. The frame is as untrusted as the input. It may be null.
using FrameTaker = std::function<void(std::uint8_t type, ByteView frame)>;

struct WorkerRequest {
  std::vector<std::uint8_t> request = {};  // what the handler is to do, in words of its own
  FrameTaker on_frame = {};
  WorkerLimits limits = {};
};

// The same where every job has its code in hand: it sees the memory as it is when run_workers() is called.
struct WorkerJob {
  std::function<void(const FrameSink&)> run = {};
  FrameTaker on_frame = {};
  WorkerLimits limits = {};
};

struct WorkerEnd {
  enum class Kind : std::uint8_t {
    kFinished,
    kCrashed,
    kTimedOut,
    kOutOfMemory,
    kSandboxViolation,
    kTooMuchOutput,
    kNotStarted,  // the system refused to fork, or killed the server
  };
  Kind kind = Kind::kNotStarted;
  std::string message;  // for people, empty when finished: "crashed: invalid memory access (SIGSEGV)"
  std::string
      error_text;  // the first 64 kB of what the child wrote to stderr (an abort's reason, a sanitizer's report)
  std::uint32_t wall_ms = 0;

  bool finished() const { return kind == Kind::kFinished; }
};

// The end as an error for the user about `where`; only for ends that are not kFinished.
Error to_error(const WorkerEnd& end, std::string where);

struct WorkerOptions {
  unsigned parallel = 1;  // children at the same time
  // All optional, called in the parent: a job has ended (which, how); confinement that the system lacks, once per run.
  std::function<void(std::size_t job, const WorkerEnd& end)> on_end = {};
  std::function<void(const std::string& message)> on_diagnostic = {};
  // Twice a second at least while jobs run, for who shows that the program is alive; of those that run, the first.
  std::function<void(std::size_t job)> on_wait = {};
};

class WorkerServer;

// A server and what its workers do. The maker must be single-threaded at construction and in run(), which forks the
// server again should the system kill it: until the end of Workers, whatever `handler` refers to must stay.
class Workers {
 public:
  explicit Workers(WorkerHandler handler);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Answers every request in a worker of its own; the ends come in the order of the requests. Not reentrant.
  std::vector<WorkerEnd> run(std::span<const WorkerRequest> requests, const WorkerOptions& options = {});

 private:
  std::unique_ptr<WorkerServer> server_;
};

// Runs every job in a worker of its own, with a server for this call. The same rules as for Workers.
std::vector<WorkerEnd> run_workers(std::span<const WorkerJob> jobs, const WorkerOptions& options = {});

// True where this build carries AddressSanitizer or ThreadSanitizer, which need address space and system calls that a
// worker otherwise refuses.
bool built_with_sanitizer();

}  // namespace samehand
