#include "samehand/base/worker.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "sanitizer.h"

namespace samehand {
namespace {

using Kind = WorkerEnd::Kind;

struct Outcome {
  WorkerEnd end;
  std::string frames;  // "type:payload " each
};

WorkerLimits small_limits() {
  return {.memory_bytes = 128 << 20, .cpu_seconds = 20, .wall_ms = 20'000, .output_bytes = 64 << 20};
}

Outcome run_one(std::function<void(const FrameSink&)> run, WorkerLimits limits = small_limits()) {
  Outcome outcome;
  const WorkerJob job{.run = std::move(run),
                      .on_frame =
                          [&](std::uint8_t type, ByteView frame) {
                            outcome.frames += std::to_string(type) + ":" + std::string(frame.text()) + " ";
                          },
                      .limits = limits};
  outcome.end = run_workers(std::span(&job, 1))[0];
  return outcome;
}

// A compiler that sees through the calls below would remove them.
volatile int sink_of_values = 0;

[[gnu::noinline]] int recurse(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth == 0 ? 0 : recurse(depth + 1) + frame[0];
}

TEST(Worker, FramesArriveInOrder) {
  const Outcome outcome = run_one([](const FrameSink& sink) {
    sink.send(1, ByteView::of_text("one"));
    sink.send(2, {});
    sink.send(3, ByteView::of_text("three"));
  });
  EXPECT_EQ(outcome.end.kind, Kind::kFinished) << outcome.end.message << outcome.end.error_text;
  EXPECT_EQ(outcome.end.message, "");
  EXPECT_EQ(outcome.frames, "1:one 2: 3:three ");
}

TEST(Worker, FrameLargerThanThePipe) {
  std::size_t size = 0;
  const WorkerJob job{.run =
                          [](const FrameSink& sink) {
                            const std::vector<std::uint8_t> big(20 << 20, 7);
                            sink.send(1, ByteView(big));
                          },
                      .on_frame = [&](std::uint8_t, ByteView frame) { size = frame[frame.size() - 1] * frame.size(); },
                      .limits = small_limits()};
  const auto ends = run_workers(std::span(&job, 1));
  EXPECT_TRUE(ends[0].finished()) << ends[0].message;
  EXPECT_EQ(size, 7u * (20 << 20));
}

TEST(Worker, ManyJobsAFewAtATimeEachKeepsItsPlace) {
  std::vector<std::string> answers(40);
  std::vector<WorkerJob> jobs;
  for (int i = 0; i < 40; i++) {
    jobs.push_back({.run =
                        [i](const FrameSink& sink) {
                          sink.send(1, ByteView::of_text(std::to_string(i)));
                          if (i % 10 == 3) std::abort();
                        },
                    .on_frame = [&answers, i](std::uint8_t, ByteView frame) { answers[i] += frame.text(); },
                    .limits = small_limits()});
  }
  int ended = 0;
  const auto ends = run_workers(jobs, {.parallel = 4, .on_end = [&](std::size_t, const WorkerEnd&) { ended++; }});
  EXPECT_EQ(ended, 40);
  for (int i = 0; i < 40; i++) {
    EXPECT_EQ(answers[i], std::to_string(i));
    EXPECT_EQ(ends[i].kind, i % 10 == 3 ? Kind::kCrashed : Kind::kFinished) << i << ends[i].message;
  }
}

TEST(Worker, CrashKeepsWhatWasSentBefore) {
  const Outcome outcome = run_one([](const FrameSink& sink) {
    sink.send(1, ByteView::of_text("kept"));
    sink_of_values = *static_cast<volatile int*>(nullptr);
  });
  EXPECT_EQ(outcome.end.kind, Kind::kCrashed);
  EXPECT_NE(outcome.end.message.find("crashed"), std::string::npos) << outcome.end.message;
  EXPECT_EQ(outcome.frames, "1:kept ");
}

TEST(Worker, EndlessRecursionIsACrash) {
  EXPECT_EQ(run_one([](const FrameSink&) { sink_of_values = recurse(1); }).end.kind, Kind::kCrashed);
}

TEST(Worker, AbortTellsItsReason) {
  const Outcome outcome = run_one([](const FrameSink&) {
    static constexpr std::string_view kReason = "LLVM ERROR: bad thing\nmore";
    sink_of_values = static_cast<int>(write(2, kReason.data(), kReason.size()));
    std::abort();
  });
  EXPECT_EQ(outcome.end.kind, Kind::kCrashed);
  EXPECT_NE(outcome.end.message.find("SIGABRT): LLVM ERROR: bad thing"), std::string::npos) << outcome.end.message;
  EXPECT_EQ(outcome.end.message.find('\n'), std::string::npos);
}

TEST(Worker, ExceptionIsACrashWithItsText) {
  const Outcome outcome = run_one([](const FrameSink&) { throw std::runtime_error("no such\x1b[31m thing"); });
  EXPECT_EQ(outcome.end.kind, Kind::kCrashed);
  EXPECT_EQ(outcome.end.message, "crashed: no such [31m thing");  // control characters never reach the terminal
}

TEST(Worker, HangEndsAtTheWallClock) {
  WorkerLimits limits = small_limits();
  limits.wall_ms = 2000;  // time to begin, on a busy machine
  const Outcome outcome = run_one(
      [](const FrameSink& sink) {
        sink.send(1, ByteView::of_text("kept"));
        for (;;) usleep(1000);
      },
      limits);
  EXPECT_EQ(outcome.end.kind, Kind::kTimedOut);
  EXPECT_EQ(outcome.end.message, "took more than 2.0 s");
  EXPECT_EQ(outcome.frames, "1:kept ");
  EXPECT_LT(outcome.end.wall_ms, 20'000u);
}

TEST(Worker, BusyLoopEndsAtTheProcessorTime) {
  WorkerLimits limits = small_limits();
  limits.cpu_seconds = 1;
  limits.wall_ms = 600'000;  // a busy machine gives a second of processor time when it gives it
  const Outcome outcome = run_one(
      [](const FrameSink&) {
        for (;;) sink_of_values = sink_of_values + 1;
      },
      limits);
  EXPECT_EQ(outcome.end.kind, Kind::kTimedOut) << outcome.end.message;
  EXPECT_EQ(outcome.end.message, "took more than 1 s of processor time");
}

TEST(Worker, MemoryBeyondTheLimitIsRefused) {
  if (built_with_sanitizer()) GTEST_SKIP() << "sanitizers reserve more address space than any limit";
  const auto greedy = [](const FrameSink& sink) {
    sink.send(1, ByteView::of_text("kept"));
    std::vector<std::vector<char>> hoard;
    for (;;) hoard.emplace_back(1 << 20, 'x');
  };
  const Outcome outcome = run_one(greedy);
  EXPECT_EQ(outcome.end.kind, Kind::kOutOfMemory) << outcome.end.message;
  EXPECT_EQ(outcome.end.message, "needed more than 128 MB of memory");
  EXPECT_EQ(outcome.frames, "1:kept ");
  EXPECT_EQ(to_error(outcome.end, "x").code, ErrorCode::kTooLarge);
  // The same where nothing can be thrown.
  EXPECT_EQ(run_one([&](const FrameSink& sink) noexcept { greedy(sink); }).end.kind, Kind::kOutOfMemory);
}

TEST(Worker, WhatTheParentHadMappedDoesNotCountAgainstTheLimit) {
  const std::vector<char> large(300 << 20, 'x');
  const Outcome outcome = run_one([&](const FrameSink& sink) {
    const std::vector<std::uint8_t> own(16 << 20, static_cast<std::uint8_t>(large[5]));
    sink.send(1, ByteView(own).slice(0, 2));
  });
  EXPECT_EQ(outcome.frames, "1:xx ") << outcome.end.message;
}

TEST(Worker, TooMuchOutput) {
  WorkerLimits limits = small_limits();
  limits.output_bytes = 1 << 20;
  std::size_t frames = 0;
  const WorkerJob job{.run =
                          [](const FrameSink& sink) {
                            const std::vector<std::uint8_t> some(1000);
                            for (;;) sink.send(1, ByteView(some));
                          },
                      .on_frame = [&](std::uint8_t, ByteView) { frames++; },
                      .limits = limits};
  EXPECT_EQ(run_workers(std::span(&job, 1))[0].kind, Kind::kTooMuchOutput);
  EXPECT_LE(frames, 1049u);
}

TEST(Worker, ForbiddenCallEndsItByName) {
  const Outcome outcome = run_one([](const FrameSink& sink) {
    sink.send(1, ByteView::of_text("kept"));
    sink_of_values = socket(AF_INET, SOCK_STREAM, 0);
    sink.send(2, ByteView::of_text("never"));
  });
  EXPECT_EQ(outcome.end.kind, Kind::kSandboxViolation);
  EXPECT_NE(outcome.end.message.find("socket"), std::string::npos) << outcome.end.message;
  EXPECT_EQ(outcome.frames, "1:kept ");
  const auto run_shell = [](const FrameSink&) { execl("/bin/sh", "sh", "-c", "exit 0", nullptr); };
  EXPECT_EQ(run_one(run_shell).end.kind, Kind::kSandboxViolation);
  if (built_with_sanitizer()) return;  // which must start threads and signal them
  EXPECT_EQ(run_one([](const FrameSink&) { sink_of_values = fork(); }).end.kind, Kind::kSandboxViolation);
  EXPECT_EQ(run_one([](const FrameSink&) { kill(getppid(), SIGCONT); }).end.kind, Kind::kSandboxViolation);
}

TEST(Worker, FilesAreRefusedQuietly) {
  if (built_with_sanitizer()) GTEST_SKIP() << "sanitizers read /proc/self";
  const Outcome outcome = run_one([](const FrameSink& sink) {
    const bool read = open("/etc/passwd", O_RDONLY) >= 0;
    const bool wrote = open("/tmp/samehand-worker-test", O_WRONLY | O_CREAT, 0600) >= 0;
    sink.send(1, ByteView::of_text(std::string(read ? "read " : "") + (wrote ? "wrote" : "")));
  });
  EXPECT_TRUE(outcome.end.finished()) << outcome.end.message;
  EXPECT_EQ(outcome.frames, "1: ");
}

TEST(Worker, InheritsNoDescriptors) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Outcome outcome = run_one([&](const FrameSink& sink) {
    const bool wrote = write(ends[1], "x", 1) == 1 && ends[1] > 3;
    char c;
    const bool read_input = read(0, &c, 1) > 0;
    sink.send(1, ByteView::of_text(wrote || read_input ? "leak" : "none"));
  });
  close(ends[0]);
  close(ends[1]);
  EXPECT_EQ(outcome.frames, "1:none ");
}

TEST(Worker, GarbageOnThePipeIsNoFrame) {
  // What a taken-over child might write: a header that announces more than follows.
  const Outcome outcome = run_one([](const FrameSink&) {
    const std::uint8_t lie[] = {1, 0xff, 0xff, 0xff, 0xff, 'x'};
    sink_of_values = static_cast<int>(write(3, lie, sizeof lie));
    _exit(0);
  });
  EXPECT_EQ(outcome.end.kind, Kind::kCrashed);
  EXPECT_EQ(outcome.frames, "");
}

TEST(Worker, ChildThatClosesItsPipeIsNotWaitedFor) {
  const Outcome outcome = run_one([](const FrameSink&) {
    close(3);
    for (;;) usleep(1000);
  });
  EXPECT_FALSE(outcome.end.finished());
  EXPECT_LT(outcome.end.wall_ms, 5000u);
}

#ifdef SAMEHAND_ASAN
TEST(Worker, LeakInTheChildIsReported) {
  const Outcome outcome = run_one([](const FrameSink&) {
    auto* volatile lost = new int[1000];
    sink_of_values = lost[0] = 1;
    lost = nullptr;
  });
  EXPECT_EQ(outcome.end.kind, Kind::kCrashed);
  EXPECT_NE(outcome.end.message.find("LeakSanitizer"), std::string::npos) << outcome.end.message;
}
#endif

// -- the server

WorkerRequest request_of(std::string_view text, FrameTaker on_frame) {
  return {.request = {text.begin(), text.end()}, .on_frame = std::move(on_frame), .limits = small_limits()};
}

TEST(Workers, OneServerAnswersRunAfterRun) {
  Workers workers([](ByteView request, const FrameSink& sink) { sink.send(7, request); });
  for (const std::string& text : {std::string("a"), std::string(), std::string(3 << 20, 'x'), std::string("b")}) {
    std::vector<std::string> answers(5);
    std::vector<WorkerRequest> requests;
    for (std::string& answer : answers) {
      requests.push_back(request_of(text, [&answer](std::uint8_t, ByteView frame) { answer = frame.text(); }));
    }
    for (const WorkerEnd& end : workers.run(requests, {.parallel = 2})) EXPECT_TRUE(end.finished()) << end.message;
    for (const std::string& answer : answers) EXPECT_TRUE(answer == text) << answer.size();
  }
}

TEST(Workers, SeeTheMemoryAsItWasWhenTheServerBegan) {
  std::string word = "early";
  Workers workers([&word](ByteView, const FrameSink& sink) { sink.send(1, ByteView::of_text(word)); });
  word = "late";
  std::string answer;
  const WorkerRequest request = request_of("", [&](std::uint8_t, ByteView frame) { answer = frame.text(); });
  EXPECT_TRUE(workers.run(std::span(&request, 1))[0].finished());
  EXPECT_EQ(answer, "early");
}

TEST(Workers, AServerThatIsKilledCostsOnlyTheJobsUnderWay) {
  // The worker kills its server as no confined worker could: here it tells us the server's number.
  Workers workers([](ByteView request, const FrameSink& sink) {
    sink.send(1, ByteView::of_text(std::to_string(getppid())));
    if (request.text() == "wait") {
      for (;;) usleep(1000);
    }
  });
  const auto kill_server = [](std::uint8_t, ByteView frame) { kill(std::stoi(std::string(frame.text())), SIGKILL); };
  std::string answer;
  const WorkerRequest requests[] = {request_of("wait", kill_server),
                                    request_of("go", [&](std::uint8_t, ByteView frame) { answer = frame.text(); })};
  const auto ends = workers.run(requests);
  EXPECT_EQ(ends[0].kind, Kind::kNotStarted);
  EXPECT_NE(ends[0].message.find("was killed"), std::string::npos) << ends[0].message;
  EXPECT_TRUE(ends[1].finished()) << ends[1].message;
  EXPECT_NE(answer, "");
}

// A process that runs one worker, which says who it is and then sleeps on: {caller, worker}.
std::pair<pid_t, pid_t> caller_with_sleeping_worker(WorkerLimits limits, std::chrono::milliseconds sleep) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t caller = fork();
  if (caller == 0) {
    setpgid(0, 0);
    const WorkerJob job{.run =
                            [&](const FrameSink& sink) {
                              sink.send(1, ByteView::of_text(std::to_string(getpid())));
                              std::this_thread::sleep_for(sleep);
                            },
                        .on_frame =
                            [&](std::uint8_t, ByteView frame) {
                              const pid_t worker = std::stoi(std::string(frame.text()));
                              sink_of_values = static_cast<int>(write(ends[1], &worker, sizeof worker));
                            },
                        .limits = limits};
    const WorkerEnd end = run_workers(std::span(&job, 1))[0];
    std::fputs(end.message.c_str(), stderr);
    _exit(end.finished() ? 0 : 1);
  }
  close(ends[1]);
  pid_t worker = -1;
  EXPECT_EQ(read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  close(ends[0]);
  return {caller, worker};
}

TEST(Workers, NoneOutlivesItsCaller) {
  for (const int signal : {SIGKILL, SIGINT, SIGTERM}) {
    for (const bool whole_group : {false, true}) {  // as `kill` sends it, and as a terminal does
      const auto [caller, worker] = caller_with_sleeping_worker(small_limits(), std::chrono::minutes(1));
      EXPECT_EQ(kill(worker, 0), 0);
      kill(whole_group ? -caller : caller, signal);
      int status = 0;
      EXPECT_EQ(waitpid(caller, &status, 0), caller);
      EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal);
      bool gone = false;
      for (int i = 0; i < 500 && !gone; i++) {
        gone = kill(worker, 0) != 0;
        if (!gone) usleep(10'000);
      }
      EXPECT_TRUE(gone) << signal << whole_group;
    }
  }
}

TEST(Workers, TimeInWhichAllIsStoppedDoesNotCount) {
  WorkerLimits limits = small_limits();
  limits.wall_ms = 1500;
  const auto [caller, worker] = caller_with_sleeping_worker(limits, std::chrono::milliseconds(500));
  kill(-caller, SIGSTOP);
  usleep(3'000'000);
  kill(-caller, SIGCONT);
  int status = 0;
  EXPECT_EQ(waitpid(caller, &status, 0), caller);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(Workers, WorkWhereEndedChildrenAreIgnored) {
  // As a careless parent leaves it to the programs that it starts: waitpid() then finds no child.
  struct sigaction before = {}, ignore = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGCHLD, &ignore, &before);
  const Outcome outcome = run_one([](const FrameSink&) { std::abort(); });
  sigaction(SIGCHLD, &before, nullptr);
  EXPECT_NE(outcome.end.message.find("SIGABRT"), std::string::npos) << outcome.end.message;
}

TEST(Worker, LimitsGrowWithTheInputButNotForever) {
  const WorkerLimits small = WorkerLimits::for_input(1000), large = WorkerLimits::for_input(1 << 30);
  const WorkerLimits huge = WorkerLimits::for_input(~0ull);
  EXPECT_LT(small.memory_bytes, large.memory_bytes);
  EXPECT_LT(small.cpu_seconds, large.cpu_seconds);
  EXPECT_LE(huge.memory_bytes, 66ull << 30);
  EXPECT_GT(huge.wall_ms, large.wall_ms);
}

}  // namespace
}  // namespace samehand
