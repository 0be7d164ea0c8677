// Emphasis on a terminal: colour and weight as ANSI sequences, or nothing where the reader is no terminal.
#pragma once

#include <string>
#include <string_view>

namespace samehand::dossier {

enum class Tone { kPlain, kStrong, kFaint, kGood, kWarn, kBad };

class Ink {
 public:
  explicit Ink(bool colour) : colour_(colour) {}
  // `text` is printable already; what it takes in columns does not change.
  std::string operator()(Tone tone, std::string_view text) const {
    const std::string_view code = sequence(tone);
    if (!colour_ || code.empty() || text.empty()) return std::string(text);
    return std::string(code) + std::string(text) + "\x1b[0m";
  }

 private:
  static std::string_view sequence(Tone tone) {
    switch (tone) {
      case Tone::kPlain:
        return {};
      case Tone::kStrong:
        return "\x1b[1m";
      case Tone::kFaint:
        return "\x1b[2m";
      case Tone::kGood:
        return "\x1b[32m";
      case Tone::kWarn:
        return "\x1b[33m";
      case Tone::kBad:
        return "\x1b[31m";
    }
    return {};
  }
  bool colour_;
};

}  // namespace samehand::dossier
