// A text as words: what find_names, find_techniques and find_figures read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/ascii.h"
#include "samehand/base/text_span.h"

namespace samehand::naming {

constexpr bool is_word_byte(char c) {
  return is_alpha(c) || is_digit(c) || (static_cast<unsigned char>(c) & 0x80) != 0;
}
// A run of letters, digits and bytes of other scripts ("Word", "APT28", "naïve"); "don't" is one word. Typographic
// punctuation of UTF-8 (U+2000 to U+206F, U+00A0 to U+00BF) is no part of words.
struct Word {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t sentence = 0;  // words of one sentence share it
  enum Flags : std::uint8_t {
    kCapital = 1,      // begins with a capital
    kAllCapitals = 2,  // more than one letter, all capitals
    kMixed = 4,        // a capital after a small letter: "TrickBot", "njRAT"
    kHasDigit = 8,
    kFirst = 16,   // of its sentence, or after a colon or quotation mark
    kGlued = 32,   // only '-', '_', '.', '/' or nothing stands between it and the word before
    kSpaced = 64,  // only spaces stand between it and the word before
  };
  std::uint8_t flags = 0;

  bool is(std::uint8_t flag) const { return (flags & flag) != 0; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

// Words in order. 20 bytes for each.
std::vector<Word> words_of(std::string_view text);

// A cheap stem: plural, -ing, -ed and -ion endings off, so that "injected", "injecting" and "injection" agree.
std::string stem(std::string_view lower_word);

}  // namespace samehand::naming
