// Undoing what people do to addresses so that nobody clicks on them.
//
// Problem: reports write `hxxps[:]//files[.]example[.]com`, `example (dot) com`, `user[at]example.com`, addresses with
// spaces about their dots and slashes, full-width or invisible characters between the letters. Matching each kind of
// indicator in each of these dresses multiplies every pattern by every dress.
//
// Example: "see hxxp://a[.]example / b" -> "see http://a.example / b" with two edits: the scheme, and the three bytes
// "[.]".
//
// Method: one pass that copies the text and rewrites a piece where both its own form and its neighbours say that it
// stands for a dot, a colon, a slash, an at sign or a scheme. Each rewriting leaves an edit, so that places can be
// mapped back. The forms are those that iocextract, ioc-fanger, cyobstract and vendors' style guides describe.
//
// Cost: linear; every decision looks at no more than kLookahead bytes. About 300 MB/s on prose.
//
// Known failures: ` dot ` and ` . ` are only read where a name's last label is a top-level domain in lower case that is
// no English word ("polka dot in"); a bare ` at ` ("hosted at example.com") only with one of the signs that
// stands_for_at lists, or before a name that is itself spelt with ` dot `.
#include "refang.h"

#include <algorithm>
#include <array>

#include "look_alikes.h"
#include "public_suffix.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::indicator {
namespace {

constexpr std::size_t kLookahead = 256;

constexpr auto kSpecial = [] {
  std::array<bool, 256> special{};
  for (const char c : {'[', '(', '{', '<', '\\', '.', ':', '_', '-', '&', '%', ' ', '@', '^', ','})
    special[static_cast<unsigned char>(c)] = true;
  for (int c = 0x80; c < 0x100; ++c) special[c] = true;
  return special;
}();

char closing(char c) {
  switch (c) {
    case '[':
      return ']';
    case '(':
      return ')';
    case '{':
      return '}';
    case '<':
      return '>';
    default:
      return 0;
  }
}

// Top-level domains that are English words: "dot" before them may well be an ordinary word.
bool is_common_word(std::string_view label) {
  static constexpr std::string_view kWords[] = {"am",  "as",  "at",   "be",   "by",  "do",  "in",  "is",  "it",
                                                "me",  "my",  "no",   "so",   "to",  "us",  "all", "and", "are",
                                                "can", "fit", "for",  "here", "how", "now", "one", "off", "on",
                                                "or",  "out", "over", "see",  "the", "you"};
  return one_of(label, kWords);
}

// Words that stand before "at a-host" in any prose and are nobody's local part.
bool is_no_local_part(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "us",      "you",       "him",       "her",        "them",    "it",      "me",       "site",   "server",
      "servers", "available", "found",     "here",       "page",    "website", "one",      "is",     "was",
      "are",     "be",        "been",      "team",       "desk",    "office",  "out",      "look",   "up",
      "only",    "both",      "also",      "mail",       "email",   "form",    "contact",  "files",  "file",
      "data",    "host",      "hosts",     "domain",     "address", "account", "accounts", "relay",  "gateway",
      "portal",  "live",      "online",    "seen",       "run",     "go",      "more",     "points", "traffic",
      "person",  "people",    "someone",   "somebody",   "anyone",  "anybody", "everyone", "staff",  "experts",
      "users",   "customers", "employees", "researchers"};
  if (word.size() > 4 && (word.ends_with("ed") || word.ends_with("ing"))) return true;  // "hosted", "pointing"
  return one_of(word, kWords);
}

}  // namespace

class Refanger {
 public:
  Refanger(std::string_view source, Refanged& out) : source_(source), out_(out.text_), edits_(out.edits_) {}

  void run() {
    out_.reserve(source_.size());
    while (at_ < source_.size()) {
      std::size_t plain = at_;
      if (!in_url_) {
        while (plain < source_.size() && !kSpecial[static_cast<unsigned char>(source_[plain])]) ++plain;
        out_.append(source_, at_, plain - at_);
        at_ = plain;
        if (at_ == source_.size()) break;
      }
      if (!step()) out_.push_back(source_[at_++]);
    }
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  char last() const { return out_.empty() ? '\0' : out_.back(); }
  std::string_view rest() const { return source_.substr(at_, kLookahead); }
  static bool joins(char c) { return is_alnum(c) || is_high(c) || c == '_' || c == '-'; }

  // Replaces the last `drop` bytes written and the next `take` bytes of the source by `by`. Edits among the dropped
  // bytes are swallowed by the new one, which then begins where the first of them does.
  void rewrite(std::size_t drop, std::size_t take, std::string_view by, bool defang = true) {
    const std::size_t begin = out_.size() - drop;
    std::size_t from = out_.size(), source_from = at_;  // both walk back to the same place
    while (!edits_.empty() && edits_.back().end > begin) {
      from = edits_.back().begin;
      source_from = edits_.back().source_begin;
      defang |= edits_.back().defang;
      edits_.pop_back();
    }
    if (from > begin) {
      source_from -= from - begin;
      from = begin;
    }
    out_.resize(begin);
    out_ += by;
    at_ += take;
    edits_.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(out_.size()),
                      static_cast<std::uint32_t>(source_from), static_cast<std::uint32_t>(at_), defang});
  }

  std::size_t trailing_spaces() const {
    std::size_t n = 0;
    while (n < 2 && n < out_.size() && out_[out_.size() - 1 - n] == ' ') ++n;
    return n;
  }
  char last_before(std::size_t spaces) const { return out_.size() > spaces ? out_[out_.size() - 1 - spaces] : '\0'; }

  bool step() {
    const char c = source_[at_];
    if (is_high(c)) return high();
    switch (c) {
      case '[':
      case '(':
      case '{':
      case '<':
        return bracket();
      case '\\':
        return backslash();
      case '.':
        return dot();
      case ':':
        return colon();
      case '_':
        return underscore() || word_between('_');
      case '-':
        return word_between('-');
      case '&':
        return entity();
      case '@':
        return at_sign();
      case '^':
        return caret();
      case ',':
        return comma();
      case '%':
        return percent();
      default:
        break;
    }
    if (is_space(c)) return space();
    return false;
  }

  bool high() {
    const CodePoint point = decode_utf8(source_, at_);
    char32_t form = ascii_form(point.value);
    const char next = peek(point.bytes);
    if (form == kKeep) {
      form = between_form(point.value);
      if (form != kKeep && !(joins(last()) || last() == ':' || last() == '/')) form = kKeep;
      if (form != kKeep && !(joins(next) || next == '/')) form = kKeep;
      if (form != kKeep) {
        rewrite(0, point.bytes, std::string(1, static_cast<char>(form)));
        if (form == ':') at_scheme();
        return true;
      }
      // An en dash or minus between digits: CVE–2020–1234, ranges of addresses.
      if ((point.value == 0x2013 || point.value == 0x2212) && is_alnum(last()) && is_digit(next)) form = '-';
      if (form == kKeep) {
        if (const char letter = scheme_letter(point.value); letter != 0 && in_look_alike_scheme()) {
          rewrite(0, point.bytes, std::string(1, letter));
          return true;
        }
        out_.append(source_, at_, point.bytes);
        at_ += point.bytes;
        return true;
      }
    }
    if (form == 0) {
      rewrite(0, point.bytes, "", false);
    } else if (form == ':') {
      rewrite(0, point.bytes, ":");
      at_scheme();
    } else if (form == '.' || form == '@' || form == '/') {
      rewrite(0, point.bytes, std::string(1, static_cast<char>(form)));
    } else {
      rewrite(0, point.bytes, std::string(1, static_cast<char>(form)), false);
    }
    return true;
  }

  // Whether the word at hand is h??p or h??ps before a colon, with letters from other scripts.
  bool in_look_alike_scheme() const {
    const std::size_t back = std::min<std::size_t>(out_.size(), 5);
    std::string word;
    for (std::size_t i = out_.size() - back; i < out_.size(); ++i) {
      if (is_alpha(out_[i]))
        word.push_back(to_lower(out_[i]));
      else
        word.clear();
    }
    for (std::size_t i = at_; i < source_.size() && word.size() < 6;) {
      const CodePoint point = decode_utf8(source_, i);
      const char letter = point.value < 0x80 ? static_cast<char>(point.value) : scheme_letter(point.value);
      if (!is_alpha(letter)) return (letter == ':' || letter == '[') && is_scheme_like(word);
      word.push_back(to_lower(letter));
      i += point.bytes;
    }
    return false;
  }

  // http, https and ftp as people deface them: hxxp, h**p, hXXps, htxp, fxp …
  static bool is_scheme_like(std::string_view word) { return !scheme_of(word).empty(); }
  static std::string_view scheme_of(std::string_view word) {
    if (word.size() >= 2 && word[0] == '[') word.remove_prefix(1);
    const auto blotted = [](char c) {
      switch (c) {
        case 't':
        case 'T':
        case 'x':
        case 'X':
        case '*':
        case '_':
        case '#':
        case '?':
        case 'z':
        case 'Z':
        case '-':
        case '+':
          return true;
        default:
          return false;
      }
    };
    const std::size_t n = word.size();
    if ((n == 4 || n == 5) && to_lower(word[0]) == 'h' && blotted(word[1]) && blotted(word[2]) &&
        to_lower(word[3]) == 'p') {
      if (n == 4) return "http";
      if (to_lower(word[4]) == 's' || word[4] == '*' || to_lower(word[4]) == 'x') return "https";
    }
    if (equals_ignoring_case(word, "xxxx")) return "http";
    if (equals_ignoring_case(word, "xxxxs")) return "https";
    if (equals_ignoring_case(word, "hxp") || equals_ignoring_case(word, "htp") || equals_ignoring_case(word, "meow"))
      return "http";
    if (equals_ignoring_case(word, "fxp") || equals_ignoring_case(word, "f*p") || equals_ignoring_case(word, "ftp"))
      return "ftp";
    if (equals_ignoring_case(word, "fxps") || equals_ignoring_case(word, "ftps")) return "ftps";
    if (equals_ignoring_case(word, "sxxp") || equals_ignoring_case(word, "sxtp") || equals_ignoring_case(word, "sftp"))
      return "sftp";
    return {};
  }

  // Called when text ends in a colon that may follow a defaced scheme: mends the scheme. True if it is a scheme.
  bool at_scheme() {
    if (last() != ':') return false;
    const std::size_t colon_at = out_.size() - 1;
    for (const std::size_t n : {5u, 4u, 3u}) {
      if (colon_at < n || (colon_at > n && is_alnum(out_[colon_at - n - 1]))) continue;
      const std::string word = out_.substr(colon_at - n, n);
      const std::string_view scheme = scheme_of(word);
      if (scheme.empty()) continue;
      if (!equals_ignoring_case(word, scheme)) rewrite(n + 1, 0, std::string(scheme) + ":");
      return true;
    }
    return false;
  }

  bool follows_scheme() const {
    std::size_t begin = out_.size();
    while (begin > 0 && out_.size() - begin < 6 && (is_alpha(out_[begin - 1]) || out_[begin - 1] == '*')) --begin;
    return is_scheme_like(std::string_view(out_).substr(begin));
  }

  void begin_url() {
    in_url_ = true;
    spaced_ = false;
    if (peek() == ' ' && is_alnum(peek(1)) && follows("://")) {
      rewrite(0, 1, "");
      spaced_ = true;
    }
  }
  bool follows(std::string_view tail) const { return std::string_view(out_).ends_with(tail); }

  bool bracket() {
    const char close = closing(source_[at_]);
    const std::string_view text = rest();
    std::size_t i = 1;
    while (i < text.size() && i < 3 && text[i] == ' ') ++i;
    std::size_t end = text.substr(0, 16).find(close, i);
    if (end != std::string_view::npos) {
      std::string_view inner = text.substr(i, end - i);
      while (!inner.empty() && inner.back() == ' ') inner.remove_suffix(1);
      if (const std::string_view form = bracketed(inner); !form.empty()) return group(end + 1, form);
      if (in_scheme_brackets(inner, text.substr(end + 1))) return true;
      if (equals_ignoring_case(inner, "www") && !joins(last()) && end + 1 < text.size() &&
          (is_alnum(text[end + 1]) || text[end + 1] == '.' || closing(text[end + 1]) != 0)) {  // [www]example.com
        rewrite(0, end + 1, is_alnum(text[end + 1]) ? "www." : "www");
        return true;
      }
      if (inner.size() >= 3 && inner.size() <= 12 && inner[0] == '.' && is_alnum(last()) &&
          std::ranges::all_of(inner.substr(1), is_alnum)) {  // example[.com]
        rewrite(0, end + 1, inner);
        return true;
      }
    }
    // A bracket on one side only, example[.com, or one of each kind, example[.)com
    if (i < text.size() && (text[i] == '.' || text[i] == '@') && source_[at_] != '<') {
      const std::size_t spaces = trailing_spaces();
      std::size_t next = i + 1;
      if (next < text.size() && closes(text[next])) ++next;
      const char after = next < text.size() ? text[next] : '\0';
      // A digit after the dot wants one before: "192[.0" but not "x[.5]".
      bool fits = is_digit(after) ? is_digit(last_before(spaces)) : is_alnum(after) && is_alnum(last_before(spaces));
      if (text[i] == '@') fits = is_alnum(after) && spaces == 0 && joins(last());
      if (fits && (spaces == 0 || is_lower(after))) {
        rewrite(spaces, next, text.substr(i, 1));
        return true;
      }
    }
    return false;
  }

  static std::string_view bracketed(std::string_view inner) {
    static constexpr std::pair<std::string_view, std::string_view> kForms[] = {
        {".", "."},   {",", "."},       {"dot", "."},   {"d0t", "."},   {"punkt", "."}, {"punto", "."}, {"point", "."},
        {"·", "."},   {"。", "."},      {"．", "."},    {"•", "."},     {"\\.", "."},   {"@", "@"},     {"at", "@"},
        {"et", "@"},  {"arroba", "@"},  {":", ":"},     {"::", "::"},   {"://", "://"}, {":/", ":/"},   {"/", "/"},
        {"//", "//"}, {":\\\\", "://"}, {"colon", ":"}, {"slash", "/"}, {"-", "-"},     {"_", "_"}};
    for (const auto& [form, meaning] : kForms)
      if (equals_ignoring_case(inner, form)) return meaning;
    return {};
  }

  bool group(std::size_t length, std::string_view form) {
    const std::size_t spaces = trailing_spaces();
    const char before = last_before(spaces);
    std::size_t after = length;
    while (after < length + 2 && peek(after) == ' ') ++after;
    const char next = peek(after);
    const bool address_goes_on = joins(next) || next == '[' || next == '(' || next == '{' || next == '<';
    bool fits = false;
    switch (form[0]) {
      case '.':
        fits = (joins(before) || before == ']') && address_goes_on;
        break;
      case '@':
        fits = (joins(before) || before == '.') && address_goes_on;
        break;
      case ':':
        fits = joins(before) || before == '*' || before == ']' || before == ':';
        break;
      case '/':
        fits = (joins(before) || before == ':' || before == '/');
        break;
      default:
        fits = joins(before) && joins(next) && spaces == 0 && after == length;
        break;
    }
    if (!fits) return false;
    // Spaces belong to the address around a dot or an at sign ("a [.] b"), and around the colon of a scheme.
    bool swallow = form[0] == '.' || form[0] == '@';
    if (form[0] == ':' && spaces > 0) {
      std::size_t begin = out_.size() - spaces;
      while (begin > 0 && out_.size() - begin < 8 && (is_alpha(out_[begin - 1]) || out_[begin - 1] == '*')) --begin;
      if (!is_scheme_like(std::string_view(out_).substr(begin, out_.size() - spaces - begin))) return false;
      swallow = true;
    }
    rewrite(swallow ? spaces : 0, swallow ? after : length, form);
    if (form[0] == ':') {
      if (form == ":") {
        const bool scheme = at_scheme();
        if (scheme && ((peek() == '\\' && peek(1) == '\\') || (peek() == '_' && peek(1) == '_'))) {
          rewrite(0, 2, "//");
          begin_url();
        }
      } else if (form != "::") {
        mend_scheme_before(form.size());
        begin_url();
      }
    }
    if (follows("://") && form[0] == '/') begin_url();
    return true;
  }

  // "hxxp[://]": the scheme lies before a group of `width` bytes.
  void mend_scheme_before(std::size_t width) {
    const std::string tail = out_.substr(out_.size() - width);
    for (const std::size_t n : {5u, 4u, 3u}) {
      if (out_.size() < width + n) continue;
      const std::string word = out_.substr(out_.size() - width - n, n);
      const std::string_view scheme = scheme_of(word);
      if (scheme.empty()) continue;
      if (!equals_ignoring_case(word, scheme)) rewrite(n + width, 0, std::string(scheme) + tail);
      return;
    }
  }
  // "[http]://", "h[tt]p://", "http[s]://"
  bool in_scheme_brackets(std::string_view inner, std::string_view after) {
    if (is_scheme_like(inner) && after.starts_with(":") && !is_alnum(last())) {
      rewrite(0, inner.size() + 2, scheme_of(inner));
      return true;
    }
    if ((equals_ignoring_case(inner, "tt") || equals_ignoring_case(inner, "xx")) && to_lower(last()) == 'h' &&
        !after.empty() && to_lower(after[0]) == 'p') {
      rewrite(0, inner.size() + 2, "tt");
      return true;
    }
    if (inner.empty() || inner.size() > 3 || !std::ranges::all_of(inner, is_alpha)) return false;
    std::size_t begin = out_.size();
    while (begin > 0 && out_.size() - begin < 6 && is_alpha(out_[begin - 1])) --begin;
    std::size_t n = 0;
    while (n < after.size() && n < 5 && is_alpha(after[n])) ++n;
    const std::string_view tail = after.substr(n);
    if (!tail.starts_with("://") && !tail.starts_with("[:") && !tail.starts_with(":[")) return false;
    const std::string word = out_.substr(begin) + std::string(inner) + std::string(after.substr(0, n));
    if (!is_scheme_like(word)) return false;
    rewrite(0, inner.size() + 2, inner);
    return true;
  }

  bool backslash() {
    // Regular expressions: example\.com. In a path, "\.ssh" is a folder.
    if (peek(1) == '.' && is_alnum(last()) && !in_path()) {
      const std::size_t take = closes(peek(2)) ? 3 : 2;
      if (is_alnum(peek(take))) {
        rewrite(0, take, ".");
        return true;
      }
    }
    if (peek(1) == '\\' && peek(2) == '.' && is_digit(last()) && is_digit(peek(3)) && !in_path()) {  // 192\\.0
      rewrite(0, 3, ".");
      return true;
    }
    if (peek(1) == '/' && (follows(":") || follows("/") || in_url_)) {  // JSON: http:\/\/example.com\/
      rewrite(0, 2, "/", false);
      if (follows("://")) begin_url();
      return true;
    }
    return false;
  }
  static bool closes(char c) { return c == ']' || c == ')' || c == '}'; }

  bool caret() {  // example^.com, as a command line escapes it
    if (peek(1) != '.' || !is_alnum(last()) || !is_alnum(peek(2))) return false;
    rewrite(0, 2, ".");
    return true;
  }

  // An IPv4 address with commas, where the words before announce an address: lists of numbers are common.
  bool comma() {
    if (!is_digit(last()) || !is_digit(peek(1))) return false;
    std::size_t first = out_.size();
    while (first > 0 && out_.size() - first < 4 && is_digit(out_[first - 1])) --first;
    if (out_.size() - first > 3 || (first > 0 && (joins(out_[first - 1]) || out_[first - 1] == ','))) return false;
    const std::string_view text = rest();
    std::size_t at = 0;
    for (int octet = 0; octet < 3; ++octet) {
      if (at >= text.size() || text[at++] != ',') return false;
      std::size_t n = 0;
      while (at + n < text.size() && n < 4 && is_digit(text[at + n])) ++n;
      if (n == 0 || n > 3) return false;
      at += n;
    }
    if (at < text.size() && (joins(text[at]) || (text[at] == ',' && at + 1 < text.size() && is_digit(text[at + 1]))))
      return false;
    std::string before =
        lower(std::string_view(out_).substr(first > 32 ? first - 32 : 0, std::min<std::size_t>(first, 32)));
    if (const std::size_t line = before.rfind('\n'); line != std::string::npos) before.erase(0, line + 1);
    static constexpr std::string_view kWords[] = {"ip ",  "ips ",   "ip: ", "ipv4", "address",
                                                  "host", "server", "c2 ",  "c2: "};
    if (std::ranges::none_of(kWords, [&](std::string_view word) { return before.find(word) != std::string::npos; }))
      return false;
    std::string dotted(text.substr(0, at));
    std::ranges::replace(dotted, ',', '.');
    rewrite(0, at, dotted);
    return true;
  }

  // The length of the name of two labels and more that `text` begins with, its dots in any dress, if its last label is
  // a top-level domain; else 0. `dressed` is whether one of its dots is defanged.
  static std::size_t spelt_host(std::string_view text, bool& dressed) {
    const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
    std::size_t i = 0;
    dressed = false;
    for (int labels = 1; labels < 12; ++labels) {
      const std::size_t label = i;
      while (is_alnum(at(i)) || at(i) == '-') ++i;
      if (i == label || i - label > 63) return 0;
      std::size_t next = i;
      const bool spaced = at(next) == ' ';
      if (spaced) ++next;
      bool bracket = false;
      while (next < i + 3 && (closing(at(next)) != 0 || at(next) == '\\' || at(next) == '^')) {
        ++next;
        bracket = true;
      }
      if (bracket && at(next) == ' ') ++next;
      const bool word = (bracket || spaced) && starts_ignoring_case(text.substr(std::min(next, text.size())), "dot");
      if (word) {
        next += 3;
      } else if (at(next) == '.' || (bracket && at(next) == ',')) {
        ++next;
      } else {
        next = 0;
      }
      if (next != 0) {
        if (at(next) == ' ') ++next;
        while (next < text.size() && (closes(at(next)) || at(next) == '>')) {
          ++next;
          bracket = true;
        }
        if (bracket && at(next) == ' ') ++next;
        if (word && !bracket && at(next - 1) != ' ') next = 0;
        if (!bracket && !word && (spaced || at(next - 1) == ' ')) next = 0;  // the end of a sentence
        if (!is_alnum(at(next))) next = 0;
      }
      if (next == 0) return labels >= 2 && is_top_level_domain(lower(text.substr(label, i - label))) ? i : 0;
      dressed |= bracket || word;
      i = next;
    }
    return 0;
  }

  bool at_sign() {
    if (closes(peek(1)) && joins(last())) {  // me@} example.com
      const std::size_t take = peek(2) == ' ' ? 3 : 2;
      if (!is_alnum(peek(take))) return false;
      rewrite(0, take, "@");
      return true;
    }
    // "me @example[.]com": a name without defanging is a handle.
    const std::size_t spaces = trailing_spaces();
    bool dressed = false;
    if (spaces != 1 || !joins(last_before(1)) || !is_alnum(peek(1)) || spelt_host(rest().substr(1), dressed) == 0 ||
        !dressed)
      return false;
    rewrite(1, 1, "@");
    return true;
  }

  // Whether " at " before a host stands for an at sign: `end` is the end of the host in the text that follows " at ".
  // "hosted at example.com" is what it must not be taken for, so a sign is wanted: the words before say that an address
  // comes, AT is in capitals, the local part has a dot, digit or underscore before a defanged host, or the whole
  // address stands alone on its line or in quotes.
  bool stands_for_at(std::string_view host, std::size_t end, bool dressed) const {
    const char after = end < host.size() ? host[end] : '\0';
    if (after == '/' || after == '@' || after == '\\' || after == '_' || after == ':' ||
        (closing(after) != 0 && end + 1 < host.size() && (host[end + 1] == '/' || host[end + 1] == ':')))
      return false;
    std::size_t begin = out_.size();
    while (begin > 0 && out_.size() - begin < 64 &&
           (is_alnum(out_[begin - 1]) || out_[begin - 1] == '.' || out_[begin - 1] == '_' || out_[begin - 1] == '-' ||
            out_[begin - 1] == '+'))
      --begin;
    const std::string_view local = std::string_view(out_).substr(begin);
    if (local.empty() || !is_alnum(local[0])) return false;
    const char before = begin > 0 ? out_[begin - 1] : '\0';
    const bool opens =
        before == '\0' || before == '\n' || before == '"' || before == '`' || before == '(' || before == '<';
    const bool ends =
        after == '\0' || after == '\n' || after == '\r' || after == '"' || after == '`' || after == ')' || after == '>';
    const std::string word = lower(local);
    if (opens && ends && (before != '\0' || end == host.size()) && !is_upper(local[0]))
      return word == "me" || !is_no_local_part(word);
    if (is_no_local_part(word)) return false;
    if (dressed && std::ranges::any_of(local, [](char c) { return is_digit(c) || c == '.' || c == '_'; })) return true;
    if (peek(1) == 'A' && peek(2) == 'T') return std::ranges::any_of(local, is_lower);
    const std::string lead =
        lower(std::string_view(out_).substr(begin > 16 ? begin - 16 : 0, std::min<std::size_t>(begin, 16)));
    static constexpr std::string_view kLeads[] = {
        "email ",    "e-mail ",  "mail ",    "email: ",   "e-mail: ", "mail: ",   "contact ", "contact: ",
        "write to ", "mail to ", "address ", "address: ", "jabber ",  "jabber: ", "xmpp ",    "xmpp: "};
    return std::ranges::any_of(kLeads, [&](std::string_view one) { return lead.ends_with(one); });
  }
  // Whether the word at hand holds a backslash already, or begins as a drive does.
  bool in_path() const {
    const std::size_t limit = std::min(out_.size(), kLookahead);
    for (std::size_t i = 1; i <= limit; ++i) {
      const char c = out_[out_.size() - i];
      if (is_space(c)) return false;
      if (c == '\\' || c == '%') return true;
    }
    return false;
  }

  bool dot() {
    const std::size_t spaces = trailing_spaces();
    if ((peek(1) == ']' || peek(1) == ')' || peek(1) == '}') && spaces == 0 && is_alnum(last()) &&
        (is_lower(peek(2)) || is_digit(peek(2)))) {  // example.]com
      rewrite(0, 2, ".");
      return true;
    }
    if (spaces > 0 && peek(1) == ' ' && joins(last_before(spaces)) && spelt_name(" . ", 1)) {
      std::size_t take = 1;
      while (take < 3 && peek(take) == ' ') ++take;
      rewrite(spaces, take, ".");
      return true;
    }
    return false;
  }

  // Whether the labels that follow, joined by `joint`, end in a top-level domain ("evil . example . com") or complete
  // an IPv4 address. `skip` bytes of the first joint were read already.
  bool spelt_name(std::string_view joint, std::size_t skip) const {
    std::string_view text = rest();
    const std::string_view first_joint = joint.substr(skip);
    if (!text.starts_with(first_joint)) return false;
    text.remove_prefix(first_joint.size());
    for (int labels = 0; labels < 8; ++labels) {
      std::size_t n = 0;
      while (n < text.size() && (is_lower(text[n]) || is_digit(text[n]) || text[n] == '-')) ++n;
      const std::string_view label = text.substr(0, n);
      if (n == 0 || n > 63) return false;
      text.remove_prefix(n);
      if (text.starts_with(joint)) {
        text.remove_prefix(joint.size());
        continue;
      }
      if (!text.empty() && (joins(text[0]) || text[0] == '.' || text[0] == '@')) return false;
      if (std::ranges::all_of(label, is_digit)) return n <= 3 && labels <= 2;
      return is_top_level_domain(label) && (labels > 0 || !is_common_word(label));
    }
    return false;
  }

  bool colon() {
    std::size_t i = 1;
    const auto slash_like = [&](std::size_t k) { return peek(k) == '/' || peek(k) == '\\'; };
    const bool escaped = peek(1) == '\\' && peek(2) == '/' && peek(3) == '\\' && peek(4) == '/';  // JSON
    const bool odd = (peek(1) == '_' && peek(2) == '_') ||
                     (slash_like(1) && slash_like(2) && (peek(1) != '/' || peek(2) != '/') && !escaped);
    if (odd && follows_scheme()) {  // hxxp:__example.com, http:\\example.com, http:/\example.com
      rewrite(0, 3, "://");
      mend_scheme_before(3);
      begin_url();
      return true;
    }
    // `http:\\example.com`, `hxxp:[//]`, `hxxp:[/][/]`: the colon first, the rest when its turn comes.
    if (!(slash_like(i) || closing(peek(i)) != 0 || peek(i) == ' ')) return false;
    if (!follows_scheme() && !(slash_like(1) && slash_like(2))) return false;
    out_.push_back(':');
    ++at_;
    const bool scheme = at_scheme();
    if (peek() == '/' && peek(1) == '/') {
      out_ += "//";
      at_ += 2;
      if (scheme && peek() == '/' && is_alnum(peek(1))) rewrite(0, 1, "");  // http:///example.com
      begin_url();
      return true;
    }
    if (scheme && peek() == ' ' && peek(1) == '/' && peek(2) == '/') {  // hxxp: //example.com
      rewrite(0, 3, "//");
      begin_url();
    }
    return true;
  }

  bool underscore() {  // http__example.com
    if (peek(1) != '_' || !is_alnum(peek(peek(2) == ' ' ? 3 : 2)) || !follows_scheme()) return false;
    rewrite(0, 2, "://");
    mend_scheme_before(3);
    begin_url();
    return true;
  }

  // -dot-, _dot_, -at-
  bool word_between(char joint) {
    if (!is_alnum(last())) return false;
    const std::string_view text = rest();
    if (text.size() < 6) return false;
    if (equals_ignoring_case(text.substr(1, 3), "dot") && text[4] == joint && is_alnum(text[5])) {
      rewrite(0, 5, ".");
      return true;
    }
    for (const std::string_view word : {"punto", "punkt"})
      if (starts_ignoring_case(text.substr(1), word) && text.size() > 7 && text[6] == joint && is_alnum(text[7])) {
        rewrite(0, 7, ".");
        return true;
      }
    if (equals_ignoring_case(text.substr(1, 2), "at") && text[3] == joint && is_alnum(text[4]) &&
        (text.find("dot") < 70 || text.substr(0, 70).find("[.]") != std::string_view::npos)) {
      rewrite(0, 4, "@");
      return true;
    }
    return false;
  }

  bool space() {
    const char c = source_[at_];
    if (in_url_) {
      // Cisco ESA's way: http:// example .com /path
      if (c == ' ' && spaced_ && peek(1) == '.' && is_alnum(peek(2)) && is_alnum(last())) {
        rewrite(0, 1, "");
        return true;
      }
      if (c == ' ' && spaced_ && peek(1) == '/' && joins(peek(2)) && is_alnum(last())) {
        rewrite(0, 1, "");
        return true;
      }
      if (c == ' ' && bracket_dot_follows()) return false;
      in_url_ = encoded_ = false;
    }
    if (c != ' ') return false;
    const char next = peek(1);
    if ((next == 'd' || next == 'D') && is_alnum(last()) && equals_ignoring_case(source_.substr(at_, 5), " dot ")) {
      const std::string joint(source_.substr(at_, 5));
      if (!spelt_name(joint, 0)) return false;
      rewrite(0, 5, ".");
      return true;
    }
    // " punto ", " punkt ": ordinary words of their languages, so only before the commonest domains.
    if (next == 'p' && is_alnum(last()) &&
        (source_.substr(at_, 7) == " punto " || source_.substr(at_, 7) == " punkt ")) {
      const std::string_view joint = source_.substr(at_, 7), name = rest().substr(7);
      const std::size_t end = std::min(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), name.size());
      static constexpr std::string_view kCommon[] = {"com", "net", "org", "info", "biz"};
      const bool last_label = one_of(name.substr(0, end), kCommon);
      if ((!last_label && !name.substr(end).starts_with(joint)) || !spelt_name(joint, 0)) return false;
      rewrite(0, 7, ".");
      return true;
    }
    if ((next == ':' || next == ' ') && follows_scheme()) {  // "http ://", "https : //"
      if (source_.substr(at_, 4) == " ://") {
        rewrite(0, 1, "");
        return true;
      }
      if (source_.substr(at_, 5) == " : //") {
        rewrite(0, 5, "://");
        mend_scheme_before(3);
        begin_url();
        return true;
      }
    }
    if ((next == 'a' || next == 'A') && is_alnum(last()) && equals_ignoring_case(source_.substr(at_, 4), " at ")) {
      const std::string_view text = rest().substr(4);
      bool dressed = false;
      const std::size_t end = spelt_host(text, dressed);
      if (end == 0) return false;
      const std::size_t joint =
          text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
      // "user at example dot com" is read whatever the user is called: nothing else is written so.
      if (!starts_ignoring_case(text.substr(std::min(joint, text.size())), " dot ") &&
          !stands_for_at(text, end, dressed))
        return false;
      rewrite(0, 4, "@");
      return true;
    }
    return false;
  }
  bool bracket_dot_follows() const {
    return closing(peek(1)) != 0 && (peek(2) == '.' || to_lower(peek(2)) == 'd' || peek(2) == ' ');
  }

  bool entity() {
    static constexpr std::pair<std::string_view, char> kEntities[] = {
        {"&#46;", '.'}, {"&#x2e;", '.'}, {"&period;", '.'}, {"&#58;", ':'}, {"&#x3a;", ':'}, {"&colon;", ':'},
        {"&#47;", '/'}, {"&#x2f;", '/'}, {"&sol;", '/'},    {"&#64;", '@'}, {"&#x40;", '@'}, {"&commat;", '@'}};
    for (const auto& [name, meaning] : kEntities) {
      if (!starts_ignoring_case(rest(), name)) continue;
      rewrite(0, name.size(), std::string(1, meaning), false);
      if (meaning == ':') at_scheme();
      if (follows("://")) begin_url();
      return true;
    }
    return false;
  }

  // http%3A%2F%2Fexample%2Ecom%2Fpath: from the scheme on, all of it is decoded.
  bool percent() {
    const int high = hex_value(peek(1)), low = hex_value(peek(2));
    if (high < 0 || low < 0) return false;
    const char meaning = static_cast<char>(high * 16 + low);
    if (!encoded_) {
      if (meaning != ':' || !follows_scheme() || !starts_ignoring_case(rest().substr(3), "%2f%2f")) return false;
      encoded_ = in_url_ = true;
    }
    if (meaning < 0x21 || meaning == 0x7f || is_high(meaning)) return false;
    rewrite(0, 3, std::string(1, meaning));
    if (meaning == ':') at_scheme();
    return true;
  }

  std::string_view source_;
  std::string& out_;
  std::vector<Refanged::Edit>& edits_;
  std::size_t at_ = 0;
  bool in_url_ = false;   // since "://" no white space was kept
  bool spaced_ = false;   // in_url_, and a space after "://" was dropped
  bool encoded_ = false;  // in_url_, and its "://" was percent-encoded
};

Refanged::Refanged(std::string_view source) {
  Refanger(source, *this).run();
}

std::vector<Refanged::Edit>::const_iterator Refanged::last_at_or_before(std::uint32_t position) const {
  const auto next = std::ranges::upper_bound(edits_, position, {}, &Edit::begin);
  return next == edits_.begin() ? edits_.end() : std::prev(next);
}

TextSpan Refanged::source(std::uint32_t begin, std::uint32_t end) const {
  const auto place = [&](std::uint32_t position, bool after) {
    const auto edit = last_at_or_before(position);
    if (edit == edits_.end()) return position + (after ? 1 : 0);
    if (position < edit->end) return after ? edit->source_end : edit->source_begin;
    return edit->source_end + (position - edit->end) + (after ? 1 : 0);
  };
  if (end <= begin) return {place(begin, false), place(begin, false)};
  return {place(begin, false), place(end - 1, true)};
}

bool Refanged::defanged(std::uint32_t begin, std::uint32_t end) const {
  for (auto edit = std::ranges::lower_bound(edits_, begin, {}, &Edit::end); edit != edits_.end() && edit->begin < end;
       ++edit)
    if (edit->defang && (edit->end > begin || edit->begin >= begin)) return true;
  return false;
}

}  // namespace samehand::indicator
