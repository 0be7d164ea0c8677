#include "samehand/base/progress.h"

#include <fmt/format.h>

#include <utility>

namespace samehand {
namespace {

// File names are the attacker's: control characters would move the cursor. Bytes of UTF-8 pass.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return line;
}

// The end of a path says more than its beginning. Never cuts inside a UTF-8 sequence.
std::string fit_end(std::string text, std::size_t columns) {
  if (text.size() <= columns) return text;
  std::size_t start = text.size() - columns + 3;
  while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) start++;
  return "..." + text.substr(start);
}

}  // namespace

Progress::Progress(Write write, unsigned columns, Pace pace)
    : write_(std::move(write)), columns_(columns), pace_(pace), next_(Clock::now() + pace.quiet) {}

void Progress::update(std::string_view verb, std::uint64_t done, std::uint64_t total, std::string_view item,
                      Clock::time_point now) {
  if (!write_ || now < next_) return;
  next_ = now + pace_.interval;
  std::string line = total > 0 ? fmt::format("{} {} of {}", verb, done, total) : fmt::format("{} {}", verb, done);
  if (!item.empty() && line.size() + 12 < columns_) {
    line += ": ";
    line += fit_end(one_line(item), columns_ - 1 - line.size());
  }
  write_(fmt::format("\r{}\x1b[K", line));
  shown_ = true;
}

void Progress::finish() {
  if (shown_) write_("\r\x1b[K");
  shown_ = false;
}

}  // namespace samehand
