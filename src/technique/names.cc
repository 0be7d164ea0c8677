#include "names.h"

#include <algorithm>
#include <array>

#include "samehand/base/ascii.h"

namespace samehand::technique {
namespace {

constexpr std::size_t kLeastBytes = 4, kMostWords = 6;
constexpr std::size_t kMostMeanings = 16;  // of one name
constexpr std::size_t kMostFound = 200;    // in one text
constexpr std::size_t kMostSentences = 400;
constexpr std::string_view kCitation = "(Citation:";

bool of_word(char c) {
  return is_alnum(c) || is_high(c);
}

// The end of the word that begins there.
std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size() && of_word(text[at])) ++at;
  return at;
}

std::size_t next_word(std::string_view text, std::size_t at) {
  while (at < text.size() && !of_word(text[at])) ++at;
  return at;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

void Names::add(std::string_view name, Named what) {
  name = trimmed(name);
  if (name.size() < kLeastBytes || !of_word(name.front()) || !of_word(name.back())) return;
  if (std::ranges::none_of(name, [](char c) { return is_upper(c) || is_digit(c); })) return;
  std::size_t words = 0;
  for (std::size_t at = 0; at < name.size(); at = next_word(name, word_end(name, at)))
    if (++words > kMostWords) return;
  std::vector<Named>& meanings = names_[std::string(name)];
  if (meanings.size() < kMostMeanings && std::ranges::find(meanings, what) == meanings.end()) meanings.push_back(what);
}

std::vector<Named> Names::find_in(std::string_view text) const {
  std::vector<Named> out;
  for (std::size_t at = next_word(text, 0); at < text.size() && out.size() < kMostFound;) {
    std::array<std::size_t, kMostWords> ends = {};
    std::size_t words = 0;
    for (std::size_t begin = at; begin < text.size() && words < kMostWords; begin = next_word(text, ends[words - 1])) {
      ends[words] = word_end(text, begin);
      ++words;
    }
    std::size_t end = ends[0];
    for (std::size_t w = words; w > 0; --w) {
      const auto found = names_.find(std::string(text.substr(at, ends[w - 1] - at)));
      if (found == names_.end()) continue;
      for (const Named& named : found->second)
        if (std::ranges::find(out, named) == out.end()) out.push_back(named);
      end = ends[w - 1];
      break;
    }
    at = next_word(text, end);
  }
  return out;
}

std::vector<Sentence> sentences_of(std::string_view description) {
  std::vector<Sentence> out;
  std::size_t begin = 0, at = 0;
  const auto close = [&](std::size_t end) {
    Sentence sentence{trimmed(description.substr(begin, end - begin)), {}};
    // Citations behind the sentence are its own.
    for (;;) {
      std::size_t next = end;
      while (next < description.size() && description[next] == ' ') ++next;
      if (!description.substr(next).starts_with(kCitation)) break;
      const std::size_t stop = description.find(')', next);
      if (stop == std::string_view::npos) {
        end = description.size();
        break;
      }
      sentence.citations.push_back(
          trimmed(description.substr(next + kCitation.size(), stop - next - kCitation.size())));
      end = stop + 1;
    }
    if (!sentence.text.empty()) out.push_back(std::move(sentence));
    begin = at = end;
  };
  while (at < description.size() && out.size() < kMostSentences) {
    const char c = description[at];
    const std::string_view after = description.substr(at + 1);
    if (c == '\n') {
      close(at + 1);
    } else if ((c == '.' || c == '!' || c == '?') &&
               (after.empty() || is_space(after[0]) || after.starts_with(kCitation))) {
      close(at + 1);
    } else if (description.substr(at).starts_with(kCitation)) {
      close(at);
    } else {
      ++at;
    }
  }
  if (begin < description.size() && out.size() < kMostSentences) close(description.size());
  return out;
}

}  // namespace samehand::technique
