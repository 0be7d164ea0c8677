#include "words.h"

#include <algorithm>

namespace samehand::naming {
namespace {

// The length of a UTF-8 sequence that is punctuation or space at `at`, 0 if there is none.
std::size_t wide_punctuation(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  if (byte(at) == 0xc2 && byte(at + 1) >= 0xa0 && byte(at + 1) <= 0xbf) return 2;
  if (byte(at) == 0xe2 && (byte(at + 1) == 0x80 || byte(at + 1) == 0x81)) return 3;
  if (byte(at) == 0xe3 && byte(at + 1) == 0x80 && byte(at + 2) <= 0x9f) return 3;
  if (byte(at) == 0xef && byte(at + 1) == 0xbb && byte(at + 2) == 0xbf) return 3;
  return 0;
}

// Han, kana and hangul are written against Latin letters without a space: "连接Emotet服务器", "Emotet이".
bool is_east_asian(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  return lead >= 0xe3 && lead <= 0xed && text.size() - at >= 3;
}

}  // namespace

std::vector<Word> words_of(std::string_view text) {
  text = text.substr(0, 0xfffffffe);
  std::vector<Word> words;
  words.reserve(text.size() / 7);
  std::uint32_t sentence = 0;
  bool first = true;  // the next word begins a sentence
  bool glued = false, spaced = false, stopped = false;
  std::size_t line_breaks = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t wide = wide_punctuation(text, at);
    const char c = text[at];
    if (wide == 0 && is_word_byte(c)) {
      Word word;
      word.begin = static_cast<std::uint32_t>(at);
      bool any_lower = false, mixed = false, digit = false;
      std::size_t letters = 0, capitals = 0;
      const bool east_asian = is_east_asian(text, at);
      if (!words.empty() && words.back().end == at) glued = false;
      while (at < text.size() && wide_punctuation(text, at) == 0) {
        const char d = text[at];
        if (is_east_asian(text, at) != east_asian) break;
        if (east_asian) {
          at += 3;
          continue;
        }
        // "don't", "group's": the apostrophe belongs to the word, a possessive does not.
        if (d == '\'' && at + 1 < text.size() && is_alpha(text[at + 1]) && text[at + 1] != 's') {
          ++at;
          continue;
        }
        if (!is_word_byte(d)) break;
        if (is_upper(d)) {
          ++capitals;
          if (any_lower) mixed = true;
        }
        if (is_lower(d)) any_lower = true;
        letters += is_alpha(d);
        digit |= is_digit(d);
        ++at;
      }
      word.end = static_cast<std::uint32_t>(at);
      // A stop ends the sentence before a word that is no small one: "v. 2" and "e.g. this" do not.
      if (stopped && (is_upper(text[word.begin]) || is_digit(text[word.begin]) || line_breaks > 1)) first = true;
      if (line_breaks > 1) first = true;
      if (first && !words.empty()) ++sentence;
      word.sentence = sentence;
      if (is_upper(text[word.begin])) word.flags |= Word::kCapital;
      if (letters > 1 && capitals == letters) word.flags |= Word::kAllCapitals;
      if (mixed) word.flags |= Word::kMixed;
      if (digit) word.flags |= Word::kHasDigit;
      if (first) word.flags |= Word::kFirst;
      if (glued) word.flags |= Word::kGlued;
      if (spaced) word.flags |= Word::kSpaced;
      words.push_back(word);
      first = stopped = false;
      glued = true;
      spaced = false;
      line_breaks = 0;
      continue;
    }
    const bool space =
        c == ' ' || c == '\t' || c == '\r' || (wide == 2 && static_cast<unsigned char>(text[at + 1]) == 0xa0);
    if (c == '\n') {
      ++line_breaks;
      spaced = spaced || glued;
      glued = false;
    } else if (space) {
      spaced = spaced || glued;
      glued = false;
    } else if (wide == 0 && (c == '-' || c == '_' || c == '.' || c == '/')) {
      if (spaced) spaced = false;
      if (c == '.') {
        stopped = true;
        if (!glued) glued = false;
      }
    } else if (wide == 3 && static_cast<unsigned char>(text[at + 1]) == 0x80 &&
               static_cast<unsigned char>(text[at + 2]) >= 0x90 && static_cast<unsigned char>(text[at + 2]) <= 0x91) {
      // U+2010, U+2011: hyphens
    } else {
      glued = spaced = false;
      if (c == '!' || c == '?') first = true;
      if (c == ':' || c == '"' || wide != 0) stopped = stopped || c == ':';
    }
    // "word. Next": the stop counts only with a space after it.
    if (c == '.' && at + 1 < text.size() && is_word_byte(text[at + 1])) stopped = false;
    at += std::max<std::size_t>(wide, 1);
  }
  return words;
}

std::string stem(std::string_view word) {
  std::string out(word);
  const auto cut = [&](std::string_view ending, std::size_t least, std::string_view by = {}) {
    if (out.size() < ending.size() + least || !std::string_view(out).ends_with(ending)) return false;
    out.resize(out.size() - ending.size());
    out += by;
    return true;
  };
  if (cut("ies", 2, "y")) return out;
  if (out.ends_with("ss")) return out;
  cut("s", 3);
  if (cut("ations", 3) || cut("ation", 3) || cut("ating", 3) || cut("ated", 3) || cut("ate", 3)) return out;
  if (cut("ions", 3) || cut("ion", 3) || cut("ing", 3) || cut("ed", 3)) {
    // "running" -> "run", "dropped" -> "drop"
    if (out.size() > 3 && out[out.size() - 1] == out[out.size() - 2] && out.back() != 'l' && out.back() != 's')
      out.pop_back();
    return out;
  }
  if (out.size() > 4) cut("e", 3);
  return out;
}

}  // namespace samehand::naming
