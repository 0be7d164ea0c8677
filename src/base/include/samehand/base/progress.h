// A line that says how far long work has come.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace samehand {

// Decides when and what to show; whoever makes it decides where (cli: stderr, on a terminal only). Nothing appears
// before `quiet` has passed, then at most one line per `interval`, each overwriting the last (carriage return, no
// newline). finish() wipes the line. Not thread-safe: one thread reports.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  using Write = std::function<void(std::string_view)>;

  struct Pace {
    Clock::duration quiet = std::chrono::seconds(1);
    Clock::duration interval = std::chrono::milliseconds(100);
  };

  // A null `write` makes every call free of effect. `columns` is the terminal's width.
  explicit Progress(Write write = nullptr, unsigned columns = 80) : Progress(std::move(write), columns, Pace{}) {}
  Progress(Write write, unsigned columns, Pace pace);
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // "reading 12 of 340: foo.exe"; total 0 where it is not known. `now` is for tests.
  void update(std::string_view verb, std::uint64_t done, std::uint64_t total, std::string_view item,
              Clock::time_point now = Clock::now());
  void finish();

 private:
  Write write_;
  unsigned columns_;
  Pace pace_;
  Clock::time_point next_;
  bool shown_ = false;
};

}  // namespace samehand
