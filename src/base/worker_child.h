// The child's side of a worker, and the frames that it adds to the job's own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "confinement.h"

namespace samehand {

// The worker's own frames (docs/format/worker.md). The job's are below kFirstOwnFrame.
enum OwnFrame : std::uint8_t {
  kFirstOwnFrame = 0xf0,
  kFinishedFrame = 0xf0,     // the job returned
  kOutOfMemoryFrame = 0xf1,  // the job threw std::bad_alloc
  kThrewFrame = 0xf2,        // the job threw something else: its text
  kForbiddenFrame = 0xf3,    // a system call was refused: its number, 4 bytes little-endian
  kUnconfinedFrame = 0xf4,   // what the system could not take away: text
};

inline constexpr std::size_t kFrameHeader = 5;  // type, then the payload's size, little-endian

struct ChildPipes {
  int frames;
  int errors;
};

// Leaves /dev/null for stdin, stdout and stderr, and the control socket, which moves to the number returned.
int keep_only_as_control(int control);

// Never returns: confines the process, runs the job, answers, ends. `parent` is the process that forked.
[[noreturn]] void run_child(const std::function<void(const FrameSink&)>& run, const WorkerLimits& limits,
                            const SyscallFilter& filter, ChildPipes pipes, pid_t parent);

}  // namespace samehand
