// One pass over the refanged text: at the beginning of each word the recognisers are asked that its letters and the
// character after it allow; a find moves the scanner to its end.
//
// Problem: thirty kinds of things, one text, tens of megabytes each second, and no input that makes it slow.
// Example: "dropper at hxxp://a.example/x.sh (CVE-2014-1234)" -> words "dropper", "at" cost a table walk each; "http"
// is
//   followed by "://", so url_at is asked; "CVE-2014-1234" has digits, so labelled_at is.
// Method: a word is a maximal run of letters, digits, '-', '_' and bytes of other scripts. Words of letters alone that
// are
//   followed by nothing special (most of any prose) are passed over. Every recogniser looks at a bounded piece of text;
//   chains of words joined by dots are read once, whatever their length.
// Cost: linear. docs/evaluation.md has MB/s.
#include "scan.h"

#include <algorithm>
#include <array>

#include "public_suffix.h"

namespace samehand::indicator {
namespace {

enum : std::uint8_t { kWordByte = 1, kDigit = 2, kSign = 4, kHigh = 8, kStart = 16 };

constexpr auto kClass = [] {
  std::array<std::uint8_t, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    const char ch = static_cast<char>(c);
    if (is_alnum(ch)) classes[c] = kWordByte;
    if (is_digit(ch)) classes[c] |= kDigit;
    if (ch == '-' || ch == '_') classes[c] = kWordByte | kSign;
    if (is_high(ch)) classes[c] = kWordByte | kHigh;
    // Other bytes that may begin an indicator or stand at its heart.
    if (ch == '@' || ch == '\\' || ch == '/' || ch == '%' || ch == ':' || ch == '~' || ch == '+' || ch == '(')
      classes[c] = kStart;
  }
  return classes;
}();

std::uint8_t class_of(char c) {
  return kClass[static_cast<unsigned char>(c)];
}

class Scanner {
 public:
  explicit Scanner(const Text& text) : text_(text) {}

  std::vector<Find> run() {
    std::size_t at = 0;
    const std::size_t size = text_.size();
    while (at < size) {
      const std::uint8_t kind = class_of(text_[at]);
      if (kind & kWordByte) {
        at = word(at);
      } else if (kind & kStart) {
        at = special(at);
      } else {
        ++at;
      }
    }
    return std::move(finds_);
  }

 private:
  // Keeps a find and says where to go on.
  std::size_t keep(Find find) {
    const std::size_t end = find.end;
    if (inside_rule(find.begin)) {
      if (find.kind > Kind::kAuthentihash) return end;
    }
    floor_ = std::max(floor_, end);
    const bool url = find.kind == Kind::kUrl;
    const std::size_t begin = find.begin;
    finds_.push_back(std::move(find));
    if (url) digests_inside(begin, end);
    return end;
  }
  // Hashes in the path of a URL, as in links to what a scanner says of a file.
  void digests_inside(std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end;) {
      std::size_t stop = at;
      while (stop < end && is_alnum(text_[stop])) ++stop;
      if (stop - at >= 32 && (at == begin || text_.before(at) == '/' || text_.before(at) == '=')) {
        if (auto find = digest_at(text_, at, stop)) finds_.push_back(std::move(*find));
      }
      at = stop + 1;
    }
  }
  bool inside_rule(std::size_t at) const { return at < rule_end_; }

  std::size_t word(std::size_t begin) {
    std::size_t end = begin;
    std::uint8_t flags = 0;
    while (end < text_.size()) {
      const std::uint8_t kind = class_of(text_[end]);
      if (!(kind & kWordByte)) break;
      flags |= kind;
      ++end;
    }
    const char next = text_[end];
    const bool joined = next == '.' && (class_of(text_[end + 1]) & kWordByte) && end + 1 < text_.size();
    if (!joined && !(flags & (kDigit | kSign)) && next != ':' && next != '\\' && next != '/' && next != '>') {
      return keyword(begin, end);
    }
    switch (next) {
      case ':':
        if (const std::size_t after = before_colon(begin, end); after != 0) return after;
        break;
      case '\\':
        if (auto find = backslash_path_at(text_, begin)) return keep(std::move(*find));
        break;
      case '>':  // <HKLM>\Software
        if (text_.before(begin) == '<' && text_[end + 1] == '\\') {
          if (auto find = backslash_path_at(text_, begin)) return keep(std::move(*find));
        }
        break;
      case '.':
        if (joined) return dotted(begin, end, flags);
        break;
      default:
        break;
    }
    return single(begin, end, flags);
  }

  // A word of letters only.
  std::size_t keyword(std::size_t begin, std::size_t end) {
    switch (end - begin) {
      case 2:
      case 3:
      case 5:
      case 6:
      case 7:
      case 8:
      case 9:
        if (auto find = labelled_at(text_, begin, end)) return keep(std::move(*find));
        break;
      case 4: {
        if (text_.piece(begin, end) == "rule") return rule(begin, end);
        if (auto find = labelled_at(text_, begin, end)) return keep(std::move(*find));
        break;
      }
      default:
        break;
    }
    return end;
  }

  std::size_t rule(std::size_t begin, std::size_t end) {
    if (!is_space(text_[end]) || inside_rule(begin)) return end;
    if (auto find = rules_.at(text_, begin)) {
      rule_end_ = find->end;
      finds_.push_back(std::move(*find));
    }
    return end;
  }

  std::size_t before_colon(std::size_t begin, std::size_t colon) {
    // CJK text may run into a scheme.
    if (is_high(text_[begin])) {
      std::size_t start = colon;
      while (start > begin && colon - start < 12 && is_alpha(text_[start - 1])) --start;
      begin = start;
    }
    const std::size_t size = colon - begin;
    if (text_[colon + 1] == '/' && text_[colon + 2] == '/' && size <= 12) {
      // "stratum+tcp://": the word stops at '+'.
      std::size_t start = begin;
      if (text_.before(begin) == '+' && text_.upto(begin, 8) == "stratum+") start = begin - 8;
      if (auto find = url_at(text_, start, colon)) return keep(std::move(*find));
      return 0;
    }
    if (size == 1 && (text_[colon + 1] == '\\' || text_[colon + 1] == '/')) {
      if (auto find = backslash_path_at(text_, begin)) return keep(std::move(*find));
    }
    if (text_[colon + 1] == '\\') {
      if (auto find = backslash_path_at(text_, begin)) return keep(std::move(*find));
    }
    if (is_digit(text_[begin]) && size <= 10) {
      if (auto find = ssdeep_at(text_, begin, colon)) return keep(std::move(*find));
    }
    if (size <= 4 && is_hex(text_[begin])) {
      if (size == 2) {
        if (auto find = mac_at(text_, begin)) return keep(std::move(*find));
      }
      if (auto find = ipv6_at(text_, begin)) return keep(std::move(*find));
    }
    return 0;
  }

  // A word with nothing joined to it: hashes, coins, labels.
  std::size_t single(std::size_t begin, std::size_t end, std::uint8_t flags) {
    if (auto find = labelled_at(text_, begin, end)) return keep(std::move(*find));
    if ((flags & kSign) && end - begin == 17 && is_hex(text_[begin])) {
      if (auto find = mac_at(text_, begin)) return keep(std::move(*find));
    }
    if (!(flags & kDigit)) {
      if (end - begin >= 12 && text_.piece(begin, end).starts_with("aHR0c")) {
        if (auto find = encoded_url_at(text_, begin, end)) return keep(std::move(*find));
      }
      return end;
    }
    if (end - begin >= 16) {
      if (auto find = encoded_url_at(text_, begin, end)) return keep(std::move(*find));
    }
    if (end - begin >= 25) {
      // Parts between signs and other scripts: "md5-0123…", "_0123…_".
      for (std::size_t at = begin; at < end;) {
        std::size_t stop = at;
        while (stop < end && is_alnum(text_[stop])) ++stop;
        if (stop - at >= 25) {
          if (auto find = digest_at(text_, at, stop)) {
            keep(std::move(*find));
          } else if (auto coin = coin_at(text_, at, stop)) {
            keep(std::move(*coin));
          }
        }
        at = stop + 1;
      }
      return end;
    }
    if (end - begin == 3 || end - begin == 12) {
      if (auto find = phone_at(text_, begin)) return keep(std::move(*find));
    }
    return end;
  }

  // Words joined by dots: addresses, names, ids.
  std::size_t dotted(std::size_t begin, std::size_t first_end, std::uint8_t flags) {
    std::size_t end = first_end;
    while (end < text_.size()) {
      const std::uint8_t kind = class_of(text_[end]);
      if (!(kind & kWordByte) &&
          !(text_[end] == '.' && (class_of(text_[end + 1]) & kWordByte) && end + 1 < text_.size()))
        break;
      flags |= kind;
      ++end;
    }
    if (text_[end] == '@') return end;  // special() reads the address around it
    if (is_digit(text_[begin]) && first_end - begin <= 3) {
      if (auto find = ipv4_at(text_, begin)) return keep(std::move(*find));
    }
    if (first_end - begin == 4 && is_hex(text_[begin]) && end - begin == 14) {
      if (auto find = mac_at(text_, begin)) return keep(std::move(*find));
    }
    if (first_end - begin == 5 && text_[begin] == 'T') {
      if (auto find = labelled_at(text_, begin, end)) return keep(std::move(*find));
    }
    // A hash with its file's extension is also a hash.
    if (first_end - begin >= 32 && (flags & kDigit)) {
      if (auto find = digest_at(text_, begin, first_end)) finds_.push_back(std::move(*find));
    }
    if (text_[end] == '\\') {
      if (auto find = backslash_path_at(text_, begin)) return keep(std::move(*find));
    }
    if (end - begin > 600) return end;
    if (text_.before(begin) == '@' && floor_ < begin) return end;  // "@example.com": a handle or half an address
    if (auto find = file_name_at(text_, begin, end)) return keep(std::move(*find));
    if (auto find = domain_at(text_, begin, end)) {
      keep(std::move(*find));
      return std::max<std::size_t>(finds_.back().end, end);
    }
    // A word before the first joint may be a label of its own: "CVE-2014-1234.Next".
    if (flags & kDigit) {
      if (auto find = labelled_at(text_, begin, first_end)) keep(std::move(*find));
    }
    return end;
  }

  std::size_t special(std::size_t at) {
    std::optional<Find> find;
    switch (text_[at]) {
      case '@':
        find = email_at(text_, floor_, at);
        break;
      case '\\':
      case '%':
        find = backslash_path_at(text_, at);
        break;
      case '/':
      case '~':
        find = slash_path_at(text_, at);
        break;
      case ':':
        if (text_[at + 1] == ':') find = ipv6_at(text_, at);
        break;
      case '+':
      case '(':
        if (is_digit(text_[at + 1])) find = phone_at(text_, at);
        break;
      default:
        break;
    }
    if (!find) return at + 1;
    // An e-mail address swallows what was found in its local part.
    while (!finds_.empty() && finds_.back().begin >= find->begin && finds_.back().kind != Kind::kYaraRule)
      finds_.pop_back();
    return keep(std::move(*find));
  }

  const Text& text_;
  std::vector<Find> finds_;
  std::size_t floor_ = 0;     // the end of the last find: an e-mail's local part does not reach before it
  std::size_t rule_end_ = 0;  // inside a YARA rule up to here
  YaraRules rules_;
};

constexpr std::string_view kNames[kKinds] = {
    "md5",     "sha1",         "sha224",    "sha256",     "sha384",       "sha512",      "ssdeep",  "tlsh",
    "imphash", "authentihash", "ipv4",      "ipv6",       "cidr",         "ip_range",    "domain",  "url",
    "email",   "xmpp",         "file_path", "file_name",  "registry_key", "mutex",       "pipe",    "pdb_path",
    "cve",     "asn",          "mac",       "user_agent", "phone",        "tracking_id", "bitcoin", "ethereum",
    "monero",  "other_coin",   "attack_id", "yara_rule",  "tlp"};

}  // namespace

std::string_view to_string(Kind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<Kind> kind_of(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Kind>(found - std::begin(kNames));
}

std::vector<Indicator> find_indicators(std::string_view text, const BenignList* benign) {
  const Refanged refanged(text.substr(0, 0xffffffff));
  const Text view(refanged);
  std::vector<Find> finds = Scanner(view).run();
  std::ranges::stable_sort(finds, {}, &Find::begin);
  const BenignList& list = benign == nullptr ? BenignList::standard() : *benign;
  std::vector<Indicator> indicators;
  indicators.reserve(finds.size());
  std::array<std::uint32_t, kKinds> ends{};
  for (Find& find : finds) {
    std::uint32_t& end = ends[static_cast<std::size_t>(find.kind)];
    if (find.begin < end) continue;
    end = find.end;
    Indicator indicator;
    indicator.kind = find.kind;
    indicator.value = std::move(find.value);
    indicator.where = refanged.source(find.begin, find.end);
    indicator.port = find.port;
    indicator.defanged = refanged.defanged(find.begin, find.end);
    if (auto why = list.why(indicator)) {
      indicator.benign = true;
      indicator.why_benign = std::move(*why);
    }
    indicators.push_back(std::move(indicator));
  }
  return indicators;
}

void prepare() {
  load_public_suffixes();
  BenignList::standard();
}

}  // namespace samehand::indicator
