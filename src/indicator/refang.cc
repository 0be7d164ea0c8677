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
// Files: defang_forms.cc knows what stands for what; here are the pass, its edits and the way back.
//
// Known failures: ` dot ` and ` . ` are only read where a name's last label is a top-level domain in lower case that is
// no English word ("polka dot in"); a bare ` at ` ("hosted at example.com") only with one of the signs that
// stands_for_at lists, or before a name that is itself spelt with ` dot `.
#include "refang.h"

#include <algorithm>
#include <array>

#include "defang_forms.h"
#include "look_alikes.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::indicator {
namespace {

constexpr std::size_t kLookahead = 256;

}  // namespace

class Refanger {
 public:
  Refanger(std::string_view source, Refanged& out) : source_(source), out_(out.text_), edits_(out.edits_) {}

  void run() {
    out_.reserve(source_.size());
    while (at_ < source_.size()) {
      std::size_t plain = at_;
      while (plain < source_.size() && step_of(source_[plain]) == nullptr) ++plain;
      out_.append(source_, at_, plain - at_);
      at_ = plain;
      if (at_ < source_.size() && !(this->*step_of(source_[at_]))()) out_.push_back(source_[at_++]);
    }
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  char last() const { return out_.empty() ? '\0' : out_.back(); }
  std::string_view rest() const { return source_.substr(at_, kLookahead); }

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

  // The step of each byte that may begin something: true if it took some of the source, false to copy the byte. None
  // (null) for the others.
  using Step = bool (Refanger::*)();
  static Step step_of(char byte) {
    static constexpr std::array<Step, 256> kSteps = [] {
      std::array<Step, 256> steps{};
      for (const char c : {'[', '(', '{', '<'}) steps[static_cast<unsigned char>(c)] = &Refanger::bracket;
      for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) steps[static_cast<unsigned char>(c)] = &Refanger::space;
      for (std::size_t c = 0x80; c < 0x100; ++c) steps[c] = &Refanger::high;
      steps['\\'] = &Refanger::backslash;
      steps['.'] = &Refanger::dot;
      steps[':'] = &Refanger::colon;
      steps['_'] = &Refanger::underscore;
      steps['-'] = &Refanger::hyphen;
      steps['&'] = &Refanger::entity;
      steps['@'] = &Refanger::at_sign;
      steps['^'] = &Refanger::caret;
      steps[','] = &Refanger::comma;
      steps['%'] = &Refanger::percent;
      return steps;
    }();
    return kSteps[static_cast<unsigned char>(byte)];
  }

  bool high() {
    const CodePoint point = decode_utf8(source_, at_);
    char32_t form = ascii_form(point.value);
    const char next = peek(point.bytes);
    if (form == kKeep) {
      form = between_form(point.value);
      if (form != kKeep && !(joins_names(last()) || last() == ':' || last() == '/')) form = kKeep;
      if (form != kKeep && !(joins_names(next) || next == '/')) form = kKeep;
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
      if (!is_alpha(letter)) return (letter == ':' || letter == '[') && !scheme_of(word).empty();
      word.push_back(to_lower(letter));
      i += point.bytes;
    }
    return false;
  }

  // Mends the scheme that lies before the last `width` bytes written, "hxxp" before "://". True if it is a scheme. With
  // `whole`, not where letters or digits stand before it.
  bool mend_scheme_before(std::size_t width, bool whole = false) {
    const std::size_t end = out_.size() - width;
    for (const std::size_t n : {5u, 4u, 3u}) {
      if (end < n || (whole && end > n && is_alnum(out_[end - n - 1]))) continue;
      const std::string word = out_.substr(end - n, n);
      const std::string_view scheme = scheme_of(word);
      if (scheme.empty()) continue;
      if (!equals_ignoring_case(word, scheme)) rewrite(n + width, 0, std::string(scheme) + out_.substr(end));
      return true;
    }
    return false;
  }
  // Mends the scheme before a colon that was written last. True if it is one.
  bool at_scheme() { return last() == ':' && mend_scheme_before(1, true); }

  bool follows_scheme() const {
    std::size_t begin = out_.size();
    while (begin > 0 && out_.size() - begin < 6 && (is_alpha(out_[begin - 1]) || out_[begin - 1] == '*')) --begin;
    return !scheme_of(std::string_view(out_).substr(begin)).empty();
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
    const char close = closing_bracket(source_[at_]);
    const std::string_view text = rest();
    std::size_t i = 1;
    while (i < text.size() && i < 3 && text[i] == ' ') ++i;
    std::size_t end = text.substr(0, 16).find(close, i);
    if (end != std::string_view::npos) {
      std::string_view inner = text.substr(i, end - i);
      while (!inner.empty() && inner.back() == ' ') inner.remove_suffix(1);
      if (const std::string_view form = bracketed_form(inner); !form.empty()) return group(end + 1, form);
      if (in_scheme_brackets(inner, text.substr(end + 1))) return true;
      if (equals_ignoring_case(inner, "www") && !joins_names(last()) && end + 1 < text.size() &&
          (is_alnum(text[end + 1]) || text[end + 1] == '.' ||
           closing_bracket(text[end + 1]) != 0)) {  // [www]example.com
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
      if (text[i] == '@') fits = is_alnum(after) && spaces == 0 && joins_names(last());
      if (fits && (spaces == 0 || is_lower(after))) {
        rewrite(spaces, next, text.substr(i, 1));
        return true;
      }
    }
    return false;
  }

  bool group(std::size_t length, std::string_view form) {
    const std::size_t spaces = trailing_spaces();
    const char before = last_before(spaces);
    std::size_t after = length;
    while (after < length + 2 && peek(after) == ' ') ++after;
    const char next = peek(after);
    const bool address_goes_on = joins_names(next) || next == '[' || next == '(' || next == '{' || next == '<';
    bool fits = false;
    switch (form[0]) {
      case '.':
        fits = (joins_names(before) || before == ']') && address_goes_on;
        break;
      case '@':
        fits = (joins_names(before) || before == '.') && address_goes_on;
        break;
      case ':':
        fits = joins_names(before) || before == '*' || before == ']' || before == ':';
        break;
      case '/':
        fits = (joins_names(before) || before == ':' || before == '/');
        break;
      default:
        fits = joins_names(before) && joins_names(next) && spaces == 0 && after == length;
        break;
    }
    if (!fits) return false;
    // Spaces belong to the address around a dot or an at sign ("a [.] b"), and around the colon of a scheme.
    bool swallow = form[0] == '.' || form[0] == '@';
    if (form[0] == ':' && spaces > 0) {
      std::size_t begin = out_.size() - spaces;
      while (begin > 0 && out_.size() - begin < 8 && (is_alpha(out_[begin - 1]) || out_[begin - 1] == '*')) --begin;
      if (scheme_of(std::string_view(out_).substr(begin, out_.size() - spaces - begin)).empty()) return false;
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

  // "[http]://", "h[tt]p://", "http[s]://"
  bool in_scheme_brackets(std::string_view inner, std::string_view after) {
    if (!scheme_of(inner).empty() && after.starts_with(":") && !is_alnum(last())) {
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
    if (scheme_of(word).empty()) return false;
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
  bool comma() {
    const std::size_t take = comma_address(out_, rest());
    if (take == 0) return false;
    std::string dotted(rest().substr(0, take));
    std::ranges::replace(dotted, ',', '.');
    rewrite(0, take, dotted);
    return true;
  }

  bool caret() {  // example^.com, as a command line escapes it
    if (peek(1) != '.' || !is_alnum(last()) || !is_alnum(peek(2))) return false;
    rewrite(0, 2, ".");
    return true;
  }

  bool at_sign() {
    if (closes(peek(1)) && joins_names(last())) {  // me@} example.com
      const std::size_t take = peek(2) == ' ' ? 3 : 2;
      if (!is_alnum(peek(take))) return false;
      rewrite(0, take, "@");
      return true;
    }
    // "me @example[.]com": a name without defanging is a handle.
    const std::size_t spaces = trailing_spaces();
    bool dressed = false;
    if (spaces != 1 || !joins_names(last_before(1)) || !is_alnum(peek(1)) ||
        spelt_host(rest().substr(1), dressed) == 0 || !dressed)
      return false;
    rewrite(1, 1, "@");
    return true;
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
    if (spaces > 0 && peek(1) == ' ' && joins_names(last_before(spaces)) && spelt_name(rest(), " . ", 1)) {
      std::size_t take = 1;
      while (take < 3 && peek(take) == ' ') ++take;
      rewrite(spaces, take, ".");
      return true;
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
    if (!(slash_like(i) || closing_bracket(peek(i)) != 0 || peek(i) == ' ')) return false;
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
    if (peek(1) != '_' || !is_alnum(peek(peek(2) == ' ' ? 3 : 2)) || !follows_scheme()) return word_between('_');
    rewrite(0, 2, "://");
    mend_scheme_before(3);
    begin_url();
    return true;
  }

  bool hyphen() { return word_between('-'); }

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
      if (c == ' ' && spaced_ && peek(1) == '/' && joins_names(peek(2)) && is_alnum(last())) {
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
      if (!spelt_name(rest(), joint, 0)) return false;
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
      if ((!last_label && !name.substr(end).starts_with(joint)) || !spelt_name(rest(), joint, 0)) return false;
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
          !stands_for_at(out_, text, end, dressed, peek(1) == 'A' && peek(2) == 'T'))
        return false;
      rewrite(0, 4, "@");
      return true;
    }
    return false;
  }
  bool bracket_dot_follows() const {
    return closing_bracket(peek(1)) != 0 && (peek(2) == '.' || to_lower(peek(2)) == 'd' || peek(2) == ' ');
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
