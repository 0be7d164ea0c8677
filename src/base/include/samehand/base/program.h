// Runs a program of this system on hostile bytes, with nothing but those bytes.
//
// For parsers that stay separate programs (their licence, or their size). The program gets its input as standard input,
// may read the system's libraries and data (/usr, /lib, /etc/fonts, the linker's cache), and nothing else: no other
// files, no writing, no network, no other processes (Landlock, seccomp, rlimits), a cap on memory, processor time, time
// and output.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand {

struct ProgramLimits {
  std::uint64_t memory_bytes = 1ull << 30;
  std::uint32_t cpu_seconds = 30;
  std::uint32_t wall_ms = 60'000;
  std::uint64_t output_bytes = 256ull << 20;
};

struct ProgramJob {
  std::string name;                    // a file of /usr/bin or /usr/local/bin; no path
  std::vector<std::string> arguments;  // without the name
  ByteView input;                      // its standard input: a file in memory, so that it can seek
  ProgramLimits limits = {};
};

// What the program wrote to its standard output. kNotFound: no such program; kTimedOut, kTooLarge, kCrashed: the limits
// or a signal; kMalformed: it ended with a status of its own, with the first line of its standard error as message.
// Where the system cannot confine it, it is not run (kNotSupported). The caller must be single-threaded (fork).
Result<std::string> run_program(const ProgramJob& job);

// The same for many, up to `parallel` of them at a time; the results are in the jobs' order. Each has its own limits,
// which begin when it is started.
std::vector<Result<std::string>> run_programs(std::span<const ProgramJob> jobs, unsigned parallel);

}  // namespace samehand
