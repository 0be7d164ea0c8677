// Who was attacked: names that the text says were hacked, breached, attacked or robbed of data.
//
// Example: "After the attack on Blue Strait, files stolen from Harbour Bank were published." gives both.
// Method: names are runs of capitalised words. One is a victim after "attack on", "breach of", "intrusion into" and the
// like, after "stolen from", as the object of "hacked" or "breached", or as the subject of its passive; every further
// place of a name so recognised is found in a second pass. Cost: linear.
// Fails: victims by common nouns ("the studio"), victims told only by "its" ("said its network was down"), names in
// small letters, and whole titles in capitals.

#include <algorithm>
#include <unordered_map>

#include "hashed_words.h"
#include "mentions.h"
#include "words.h"

namespace samehand::naming {
namespace {

constexpr auto kBlows = hashed({"attack", "attacks", "hack", "hacking", "breach", "breaches", "intrusion", "intrusions",
                                "cyberattack", "cyberattacks", "theft", "heist", "compromise", "break-in"});
constexpr auto kOn = hashed({"on", "of", "at", "against", "into", "targeting"});
constexpr auto kHit =
    hashed({"hacked", "breached", "attacked", "compromised", "infiltrated", "penetrated", "crippled", "extorted"});
constexpr auto kTaken = hashed({"stolen", "stole", "leaked", "taken", "exfiltrated", "copied", "siphoned", "obtained",
                                "data", "files", "documents", "emails", "records"});
constexpr auto kBe = hashed({"was", "were", "been", "be", "being"});
constexpr auto kLittle = hashed({"has", "have", "had", "also", "allegedly", "reportedly", "recently"});
// Capitalised words that name no victim.
constexpr auto kNever =
    hashed({"the",      "a",         "an",        "this",     "that",    "these",    "those",     "it",      "its",
            "he",       "she",       "they",      "we",       "i",       "our",      "his",       "her",     "their",
            "monday",   "tuesday",   "wednesday", "thursday", "friday",  "saturday", "sunday",    "january", "february",
            "march",    "april",     "may",       "june",     "july",    "august",   "september", "october", "november",
            "december", "christmas", "if",        "in",       "on",      "at",       "after",     "when",    "while",
            "but",      "and",       "or",        "hackers",  "windows", "linux",    "android",   "ios",     "macos",
            "active",   "microsoft", "adobe",     "cve",      "ip",      "dns",      "sql",       "xss",     "ddos",
            "rdp",      "vpn",       "smb",       "ssh"});

class Victims {
 public:
  explicit Victims(const Page& page) : page_(page) {}

  std::vector<FoundName> run() {
    for (std::size_t i = 0; i < page_.words.size(); ++i) look_at(i);
    if (!seen_.empty()) find_all();
    return std::move(found_);
  }

 private:
  struct Name {
    std::size_t first = 0, count = 0;
  };

  bool names(std::size_t i) const {
    if (i >= page_.words.size()) return false;
    const Word& word = page_.words[i];
    if (!word.is(Word::kCapital | Word::kMixed) || word.end - word.begin < 2) return false;
    return !is_in(page_.hashes[i], kNever);
  }
  bool possessive(std::size_t i) const {
    return page_.word(i).ends_with("'s") || page_.text.substr(page_.words[i].end).starts_with("’s");
  }

  // The run of name words that begins at i, after "the" and small modifiers such as "studio".
  Name run_from(std::size_t i) const {
    constexpr std::size_t kModifiers = 3, kLongest = 5;
    std::size_t first = i;
    for (std::size_t skipped = 0; skipped < kModifiers && !names(first); ++skipped, ++first) {
      if (first + 1 >= page_.words.size() || !page_.same_sentence(i, first + 1) || !page_.adjoins(first + 1)) return {};
    }
    if (!names(first) || (first != i && !page_.is(i, "the") && !page_.is(i, "a"))) return {};
    const Name name = extend(first, kLongest);
    return of_a_country(name) ? Name{} : name;
  }
  // "the South Korean broadcaster" is no victim by name.
  bool of_a_country(Name name) const {
    const std::size_t last = name.first + name.count - 1;
    const std::string_view word = page_.word(last);
    if (!(word.ends_with("an") || word.ends_with("ese") || word.ends_with("ish") || word.ends_with("ch"))) return false;
    return last + 1 < page_.words.size() && page_.adjoins(last + 1) && page_.same_sentence(last, last + 1) &&
           !page_.words[last + 1].is(Word::kCapital);
  }
  Name extend(std::size_t first, std::size_t longest) const {
    std::size_t last = first + 1;
    while (last - first < longest && !possessive(last - 1) && names(last) &&
           page_.words[last].is(Word::kGlued | Word::kSpaced))
      ++last;
    return {first, last - first};
  }
  // The run that ends before word i.
  Name run_before(std::size_t i) const {
    std::size_t first = i;
    while (first > 0 && i - first < 5 && names(first - 1) && page_.same_sentence(first - 1, i) && page_.adjoins(first))
      --first;
    if (first == i) return {};
    if (i - first == 1 && page_.words[first].is(Word::kFirst) && page_.used_in_lower_case(first)) return {};
    return {first, i - first};
  }

  void look_at(std::size_t i) {
    const std::uint64_t hash = page_.hashes[i];
    if (is_in(hash, kBlows) && i + 2 < page_.words.size() && is_in(page_.hashes[i + 1], kOn) &&
        page_.same_sentence(i, i + 2) && page_.adjoins(i + 1) && page_.adjoins(i + 2)) {
      add(run_from(i + 2));
    } else if (page_.is(i, "from") && i > 0 && is_in(page_.hashes[i - 1], kTaken) &&
               page_.same_sentence(i - 1, i + 1) && page_.adjoins(i + 1)) {
      if (stolen_before(i)) add(run_from(i + 1));
    } else if (is_in(hash, kHit)) {
      std::size_t subject = i;
      while (subject > 0 && i - subject < 4 && page_.same_sentence(subject - 1, i) &&
             (is_in(page_.hashes[subject - 1], kBe) || is_in(page_.hashes[subject - 1], kLittle)))
        --subject;
      const bool passive = subject < i && is_in(page_.hashes[i - 1], kBe);
      if (passive) {
        add(run_before(subject));
      } else if (page_.same_sentence(i, i + 1) && page_.adjoins(i + 1)) {
        add(run_from(i + 1));
      }
    }
  }
  // "data from X" says nothing; "data stolen from X", "files were taken from X" do.
  bool stolen_before(std::size_t from) const {
    for (std::size_t back = 1; back <= 4 && back <= from; ++back) {
      const std::size_t i = from - back;
      if (!page_.same_sentence(i, from)) break;
      if (page_.is(i, "stolen") || page_.is(i, "stole") || page_.is(i, "leaked") || page_.is(i, "exfiltrated") ||
          page_.is(i, "siphoned") || page_.is(i, "copied"))
        return true;
    }
    return false;
  }

  std::string key(Name name) const {
    std::string key = page_.key(name.first, name.count);
    if (possessive(name.first + name.count - 1) && key.ends_with('s') &&
        page_.word(name.first + name.count - 1).ends_with("'s"))
      key.pop_back();
    return key;
  }
  void add(Name name) {
    if (name.count == 0) return;
    seen_.try_emplace(key(name), name.first);
    starts_.insert({start(name.first), true});
  }
  std::uint64_t start(std::size_t i) const {
    std::string_view word = page_.word(i);
    if (word.ends_with("'s")) word.remove_suffix(2);
    return word_hash(word);
  }

  void find_all() {
    constexpr std::size_t kLongest = 5;
    for (std::size_t i = 0; i < page_.words.size();) {
      std::size_t best = 0;
      if (names(i) && starts_.contains(start(i))) {
        const Name whole = extend(i, kLongest);
        for (std::size_t n = whole.count; n > 0 && best == 0; --n) {
          if (seen_.contains(key({i, n}))) best = n;
        }
      }
      if (best == 0) {
        ++i;
        continue;
      }
      FoundName name;
      name.kind = NameKind::kVictim;
      std::uint32_t end = page_.words[i + best - 1].end;
      if (page_.word(i + best - 1).ends_with("'s")) end -= 2;
      name.where = {page_.words[i].begin, end};
      bool blank = false;
      for (const char c : name.where.of(page_.text)) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (space && blank) continue;
        name.value.push_back(space ? ' ' : c);
        blank = space;
      }
      name.how = seen_.at(key({i, best})) == i ? FoundName::How::kPhrase : FoundName::How::kRepeated;
      found_.push_back(std::move(name));
      i += best;
    }
  }

  const Page& page_;
  std::unordered_map<std::string, std::size_t> seen_;  // key -> first word of its first clear mention
  std::unordered_map<std::uint64_t, bool> starts_;
  std::vector<FoundName> found_;
};

}  // namespace

std::vector<FoundName> find_victims(const Page& page) {
  return Victims(page).run();
}

}  // namespace samehand::naming
