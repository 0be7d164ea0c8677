// What a worker child may not do: system calls, files, resources.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <string>
#include <vector>

#include "samehand/base/worker.h"

namespace samehand {

// A seccomp program, built in the parent (libseccomp allocates and is slow), loaded in each child.
struct SyscallFilter {
  std::vector<sock_filter> program;
  std::string problem;  // why there is none
};

SyscallFilter build_syscall_filter();

// In the child: takes all rights away. Returns what could not be taken away, for people; empty when all is in place.
std::string confine(const SyscallFilter& filter, const WorkerLimits& limits);

}  // namespace samehand
