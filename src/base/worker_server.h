// The process that forks workers, seen from its caller.
//
// Problem: fork() copies the page tables of the whole caller, whose heap grows with every answer; and a caller that is
// killed must not leave workers behind.
// Method: a server is forked while the caller is small. It waits on a socket for commands (start this request with
// these pipes; kill that one), forks, reaps, and reports each end. Only it signals and reaps workers, so a process
// number is never used after it was given back. The end of the socket, which comes with the caller's death of
// whatever kind, makes it kill and reap all workers and end; the server's own death kills the workers (PDEATHSIG).
// Cost: two context switches and two small messages a worker; one process of the caller's size at the start.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>

#include "descriptor.h"
#include "samehand/base/worker.h"
#include "worker_child.h"

namespace samehand {

class WorkerServer {
 public:
  explicit WorkerServer(WorkerHandler handler) : handler_(std::move(handler)) {}
  ~WorkerServer() { stop(); }
  WorkerServer(const WorkerServer&) = delete;
  WorkerServer& operator=(const WorkerServer&) = delete;

  // Forks the server where there is none. False, with errno, where the system refuses.
  bool start();

  // How a worker ended, as waitpid() has it; or `error`, the errno of a fork that failed.
  struct End {
    int status = 0;
    int error = 0;
  };

  // Asks for a worker, named by the number returned; nothing where the server is gone or was refused. The pipes' ends
  // stay the caller's, who closes them.
  std::optional<std::uint64_t> ask(ByteView request, const WorkerLimits& limits, ChildPipes pipes);
  // Kills the worker and waits for its end. Nothing where the server is gone, and the worker with it.
  std::optional<End> finish(std::uint64_t worker);

 private:
  void stop();

  WorkerHandler handler_;
  Descriptor control_;
  pid_t pid_ = -1;
  std::uint64_t asked_ = 0;
  std::uint64_t first_ = 0;            // the first worker of the server that is running now
  std::map<std::uint64_t, End> ends_;  // reported, not yet asked for
};

}  // namespace samehand
