// Text -> tokens: words, numbers, clitics ("he|'s", "did|n't"), punctuation. Every byte that is no white space lies in
// one token.
//
// Cost: one pass. Known failures: a decade in figures ('90s) begins with what looks like a quotation mark.

#include <algorithm>
#include <array>
#include <optional>

#include "matter.h"
#include "reading.h"

namespace samehand::claim {
namespace {

bool ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// What is not ASCII and yet no letter, by its UTF-8 bytes.
struct Sign {
  std::string_view bytes, plain;
  Tag tag;
};
constexpr std::array kSigns = std::to_array<Sign>({{"“", "\"", Tag::kQuote},
                                                   {"”", "\"", Tag::kQuote},
                                                   {"„", "\"", Tag::kQuote},
                                                   {"«", "\"", Tag::kQuote},
                                                   {"»", "\"", Tag::kQuote},
                                                   {"‘", "'", Tag::kOther},
                                                   {"’", "'", Tag::kOther},
                                                   {"—", "-", Tag::kDash},
                                                   {"–", "-", Tag::kDash},
                                                   {"―", "-", Tag::kDash},
                                                   {"…", ".", Tag::kOther},
                                                   {"•", "*", Tag::kOther},
                                                   {"\xc2\xa0", " ", Tag::kOther},
                                                   {"\xe2\x80\x89", " ", Tag::kOther},
                                                   {"\xe2\x80\xaf", " ", Tag::kOther},
                                                   {"\xe2\x80\x8b", " ", Tag::kOther}});

class Splitter {
 public:
  explicit Splitter(Reading& reading) : reading_(reading), text_(reading.text), lexicon_(Lexicon::get()) {}

  void run() {
    reading_.lowered.assign(text_);
    for (char& c : reading_.lowered) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    reading_.tokens.reserve(text_.size() / 5);
    while (at_ < text_.size()) {
      const Sign* sign = sign_at(at_);
      if (space(text_[at_]) || (sign && sign->plain == " ")) {
        spaced_ = true;
        at_ += sign ? sign->bytes.size() : 1;
      } else if (letter_at(at_)) {
        word();
      } else if (digit(text_[at_]) ||
                 ((text_[at_] == '$' || text_[at_] == '#' || text_[at_] == '@') && at_ + 1 < text_.size() &&
                  (digit(text_[at_ + 1]) || ascii_letter(text_[at_ + 1])))) {
        number();
      } else {
        punctuation(sign);
      }
    }
  }

 private:
  const Sign* sign_at(std::size_t at) const {
    if (at >= text_.size() || static_cast<unsigned char>(text_[at]) < 0x80) return nullptr;
    const auto found =
        std::ranges::find_if(kSigns, [&](const Sign& sign) { return text_.substr(at).starts_with(sign.bytes); });
    return found == kSigns.end() ? nullptr : &*found;
  }

  bool letter_at(std::size_t at) const {
    if (at >= text_.size()) return false;
    return ascii_letter(text_[at]) || (static_cast<unsigned char>(text_[at]) >= 0x80 && !sign_at(at));
  }

  // The bytes of an apostrophe here, or 0.
  std::size_t apostrophe_at(std::size_t at) const {
    if (at < text_.size() && text_[at] == '\'') return 1;
    return text_.substr(std::min(at, text_.size())).starts_with("’") ? 3 : 0;
  }

  void emit(std::size_t end, std::string_view lower, Tag tag) {
    Token token;
    token.where = {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end)};
    token.lower = lower;
    token.word = &lexicon_.find(lower);
    token.matter = find_matter(lower);
    token.tag = tag;
    token.capital = text_[at_] >= 'A' && text_[at_] <= 'Z';
    token.space_before = spaced_;
    reading_.tokens.push_back(token);
    spaced_ = false;
    at_ = end;
  }

  std::string_view lower(std::size_t begin, std::size_t end) const {
    return std::string_view(reading_.lowered).substr(begin, end - begin);
  }

  // The clitic that begins at an apostrophe: {its end, its plain form}.
  std::optional<std::pair<std::size_t, std::string_view>> clitic_at(std::size_t at) const {
    constexpr std::array kClitics = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"s", "'s"}, {"re", "'re"}, {"ve", "'ve"}, {"ll", "'ll"}, {"d", "'d"}, {"m", "'m"}});
    const std::size_t mark = apostrophe_at(at);
    if (mark == 0) return std::nullopt;
    for (const auto& [letters, plain] : kClitics) {
      const std::size_t end = at + mark + letters.size();
      if (lower(at + mark, std::min(end, text_.size())) == letters && !letter_at(end)) return std::pair(end, plain);
    }
    return std::nullopt;
  }

  void word() {
    std::size_t end = at_;
    while (end < text_.size()) {
      if (letter_at(end) || digit(text_[end]) || text_[end] == '_') {
        ++end;
        continue;
      }
      if (text_[end] == '-' &&
          (letter_at(end + 1) || (end + 1 < text_.size() && digit(text_[end + 1])))) {  // "co-founder"
        ++end;
        continue;
      }
      if (text_[end] == '.' && letter_at(end + 1) && (end + 2 >= text_.size() || !letter_at(end + 2)) &&
          (end - at_ < 2 || text_[end - 2] == '.')) {
        ++end;  // "U.S"
        continue;
      }
      const std::size_t mark = apostrophe_at(end);
      if (mark > 0 && letter_at(end + mark) && !clitic_at(end)) {  // "O'Malley", "don't"
        if (lower(end - 1, end) == "n" && lower(end + mark, std::min(end + mark + 1, text_.size())) == "t" &&
            !letter_at(end + mark + 1) && end - at_ >= 2) {
          emit(end - 1, lower(at_, end - 1), Tag::kNoun);
          emit(end + mark + 1, "n't", Tag::kNoun);
          return;
        }
        end += mark;
        continue;
      }
      break;
    }
    const std::string_view text = lower(at_, end);
    // The full stop of an abbreviation belongs to it: "Mr.", "U.S.", "J."
    if (end < text_.size() && text_[end] == '.') {
      const bool initials =
          (text.size() == 1 && text_[at_] >= 'A' && text_[at_] <= 'Z') || text.find('.') != std::string_view::npos;
      if (initials || (lexicon_.find(text).classes & kAbbreviation) != 0) ++end;
    }
    emit(end, text, Tag::kNoun);
    if (const auto clitic = clitic_at(at_)) emit(clitic->first, clitic->second, Tag::kPossessive);
  }

  void number() {
    std::size_t end = at_ + 1;
    while (end < text_.size()) {
      const bool inner =
          (text_[end] == ',' || text_[end] == '.' || text_[end] == ':' || text_[end] == '/' || text_[end] == '-') &&
          end + 1 < text_.size() && (digit(text_[end + 1]) || (text_[end] == '-' && ascii_letter(text_[end + 1])));
      if (!digit(text_[end]) && !ascii_letter(text_[end]) && text_[end] != '%' && text_[end] != '_' && !inner) break;
      ++end;
    }
    emit(end, lower(at_, end), Tag::kNumber);
    if (const auto clitic = clitic_at(at_)) emit(clitic->first, clitic->second, Tag::kPossessive);
  }

  void punctuation(const Sign* sign) {
    if (sign) {
      // An apostrophe after a plural: "the hackers’ demands".
      if (sign->plain == "'" && sign->bytes == "’" && !spaced_ && !reading_.tokens.empty() &&
          reading_.tokens.back().lower.ends_with('s') && at_ + 3 < text_.size() && text_[at_ + 3] == ' ') {
        emit(at_ + 3, "'", Tag::kPossessive);
        return;
      }
      emit(at_ + sign->bytes.size(), sign->plain, sign->tag);
      return;
    }
    const char c = text_[at_];
    const auto run = [&](char what) {
      std::size_t end = at_;
      while (end < text_.size() && text_[end] == what) ++end;
      return end;
    };
    switch (c) {
      case '"':
        return emit(at_ + 1, "\"", Tag::kQuote);
      case '\'':
      case '`':
        if (run(c) == at_ + 2) return emit(at_ + 2, "\"", Tag::kQuote);
        return emit(at_ + 1, "'", Tag::kOther);
      case ',':
        return emit(at_ + 1, ",", Tag::kComma);
      case ';':
        return emit(at_ + 1, ";", Tag::kSemicolon);
      case ':':
        return emit(at_ + 1, ":", Tag::kColon);
      case '.':
        return run('.') > at_ + 1 ? emit(run('.'), "...", Tag::kOther) : emit(at_ + 1, ".", Tag::kStop);
      case '?':
      case '!':
        return emit(at_ + 1, lower(at_, at_ + 1), Tag::kStop);
      case '(':
        return emit(at_ + 1, "(", Tag::kOpen);
      case ')':
        return emit(at_ + 1, ")", Tag::kClose);
      case '-':
        return emit(run('-'), "-", Tag::kDash);
      default:
        return emit(at_ + 1, lower(at_, at_ + 1), c == '&' ? Tag::kCoordinator : Tag::kOther);
    }
  }

  Reading& reading_;
  std::string_view text_;
  const Lexicon& lexicon_;
  std::size_t at_ = 0;
  bool spaced_ = true;
};

}  // namespace

void split_tokens(Reading& reading) {
  Splitter(reading).run();
}

}  // namespace samehand::claim
