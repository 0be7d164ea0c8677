// Phrases that call something by its name: "the X backdoor", "a group called X", "dubbed X", "X (aka Y)".
//
// Reports introduce what no list knows yet in a few fixed ways. A name here is one to three words with capitals or
// digits that are none of the words that reports capitalise anyway: products, vendors, countries, months, ordinary
// words.
#include <algorithm>

#include "hashed_words.h"
#include "mentions.h"
#include "name_index.h"

namespace samehand::naming {
namespace {

constexpr auto kNaming =
    hashed({"dubbed", "called", "named", "nicknamed", "codenamed", "christened", "labeled", "labelled"});
constexpr auto kKnownAs = hashed({"known", "tracked", "tracks", "track", "calls", "dubs", "designated", "aliases"});

// Nouns after which (or before which) a name stands in apposition.
constexpr auto kStrongMalware =
    hashed({"malware", "trojan", "ransomware", "backdoor", "rat",     "botnet",  "worm",       "spyware", "infostealer",
            "stealer", "wiper",  "keylogger",  "rootkit",  "bootkit", "implant", "downloader", "dropper", "cryptominer",
            "banker",  "loader", "webshell",   "adware",   "crypter", "skimmer", "virus",      "bot"});
constexpr auto kStrongActor =
    hashed({"group", "gang", "apt", "hackers", "actor", "actors", "operators", "crew", "collective"});

class Phrases {
 public:
  Phrases(const Page& page, std::vector<Mention>& mentions) : page_(page), mentions_(mentions) {}

  void run() {
    for (std::size_t i = 0; i < page_.words.size(); ++i) {
      const std::uint64_t hash = page_.hashes[i];
      if (is_in(hash, kStrongMalware)) {
        before_noun(i, kMalwareBit);
        after_noun(i, kMalwareBit);
      } else if (is_in(hash, kStrongActor)) {
        before_noun(i, kActorBit);
        after_noun(i, kActorBit);
      }
      if (is_in(hash, kNaming)) {
        // "named" alone also names files and people: a noun that says what is named must stand before.
        called(i, i + 1);
      } else if (is_in(hash, kKnownAs)) {
        std::size_t next = i + 1;
        if (page_.is(next, "it") || page_.is(next, "them")) ++next;
        if (page_.is(next, "to")) ++next;
        if (page_.is(next, "as") || (page_.is(next, "by"))) called(i, next + 1);
      } else if (page_.is(i, "aka") || (page_.is(i, "a") && page_.is(i + 1, "k") && page_.is(i + 2, "a"))) {
        also(i);
      }
    }
  }

 private:
  void add(std::size_t first, std::size_t count, unsigned kinds) {
    Mention mention;
    mention.first = first;
    mention.count = count;
    mention.kinds = mention.said = kinds;
    mention.how = FoundName::How::kPhrase;
    mentions_.push_back(std::move(mention));
  }

  // "… X malware": one or two words before the noun that may be a name, after an article or the like.
  void before_noun(std::size_t noun, unsigned kinds) {
    if (!page_.adjoins(noun) || noun == 0 || page_.words[noun].is(Word::kGlued)) return;
    std::size_t first = noun;
    // "X banking trojan", "X remote access trojan"
    static constexpr auto kBetween =
        hashed({"banking", "remote", "access", "android", "mobile", "information", "credential", "password",
                "ransomware", "threat", "hacking", "cybercrime", "espionage", "cyber", "crypto"});
    while (first > 0 && noun - first < 3 && page_.adjoins(first) && is_in(page_.hashes[first - 1], kBetween)) --first;
    std::size_t count = 0;
    while (count < 2 && first > count && page_.adjoins(first - count) && may_be_name(page_, first - count - 1) &&
           page_.same_sentence(noun, first - count - 1)) {
      ++count;
      if (!page_.adjoins(first - count)) break;
    }
    if (count == 0) return;
    first -= count;
    if (page_.words[first + count].is(Word::kGlued)) return;  // "X-like malware"
    // "X group" counts only for names: not for companies ("Volkswagen Group") without further sign; the noun in small
    // letters helps.
    if ((kinds & kActorBit) && (page_.is(noun, "group") || page_.is(noun, "crew") || page_.is(noun, "collective")) &&
        !actor_context(noun))
      return;
    if (sentence_word(first, count)) return;
    add(first, count, said_last(noun, kinds));
  }
  // "X ransomware gang": the last noun of the compound decides.
  unsigned said_last(std::size_t noun, unsigned kinds) const {
    if (page_.adjoins(noun + 1) && (noun_kinds(page_.hashes[noun + 1]) & kActorBit)) return kActorBit | kinds;
    return kinds;
  }

  // A capital at the beginning of a sentence proves nothing: such a word must not be ordinary, nor occur in small
  // letters.
  bool sentence_word(std::size_t first, std::size_t count) const {
    if (!page_.words[first].is(Word::kFirst) || count > 1) return false;
    const Word& word = page_.words[first];
    if (word.is(Word::kAllCapitals | Word::kMixed | Word::kHasDigit)) return false;
    return is_ordinary_word(page_.key(first, 1)) || page_.used_in_lower_case(first) ||
           page_.word(first).ends_with("ing") || page_.word(first).ends_with("ed");
  }

  bool actor_context(std::size_t at) const {
    static constexpr auto kCyber =
        hashed({"apt",        "threat",     "hacking",        "hackers",   "espionage", "cyber",    "malware",
                "attacks",    "attributed", "campaign",       "campaigns", "attack",    "targeted", "targeting",
                "ransomware", "phishing",   "cyberespionage", "intrusion", "actors",    "actor",    "backdoor",
                "stole",      "stolen",     "hacked",         "hack",      "breached",  "breach",   "extortion"});
    const std::size_t from = at > 20 ? at - 20 : 0;
    for (std::size_t i = from; i < std::min(at + 20, page_.words.size()); ++i)
      if (page_.same_sentence(i, at) && is_in(page_.hashes[i], kCyber)) return true;
    return false;
  }

  // "the trojan X", "hacking group X"
  void after_noun(std::size_t noun, unsigned kinds) {
    const std::size_t first = noun + 1;
    if (!page_.adjoins(first) || page_.words[first].is(Word::kGlued) || !page_.same_sentence(noun, first) ||
        !may_be_name(page_, first))
      return;
    if (!is_lower(page_.text[page_.words[noun].begin]) && !page_.is(noun, "apt")) return;  // a heading
    if (noun > 0 && page_.adjoins(noun) && may_be_name(page_, noun - 1) && page_.words[noun - 1].is(Word::kCapital))
      return;  // "Emotet malware Friday"
    std::size_t count = 1;
    while (count < 3 && page_.adjoins(first + count) && !page_.words[first + count].is(Word::kGlued) &&
           may_be_name(page_, first + count) && page_.same_sentence(first, first + count))
      ++count;
    if ((kinds & kActorBit) && page_.is(noun, "actors")) return;  // "actors In …"
    add(first, count, kinds);
  }

  // "a backdoor dubbed X", "the group, tracked as X": what is named was said within the last words of the sentence.
  void called(std::size_t verb, std::size_t first) {
    if (first >= page_.words.size() || !page_.same_sentence(verb, first)) return;
    // Quotation marks and "the" may stand between.
    if (page_.is(first, "the")) ++first;
    if (first >= page_.words.size() || !page_.same_sentence(verb, first) || !may_be_name(page_, first)) return;
    unsigned kinds = 0;
    // The word right before the verb is what is named, where it is a noun: "a service called X" names a service.
    if (verb > 0 && page_.adjoins(verb) && page_.same_sentence(verb, verb - 1) &&
        !page_.words[verb - 1].is(Word::kCapital)) {
      static constexpr auto kLinks = hashed(
          {"is",         "was",       "are",       "were",       "been",      "has",      "have",   "had",
           "be",         "also",      "which",     "that",       "they",      "we",       "it",     "now",
           "publicly",   "commonly",  "otherwise", "previously", "widely",    "formerly", "better", "researchers",
           "internally", "sometimes", "later",     "first",      "then",      "who",      "often",  "aptly",
           "being",      "and",       "or",        "family",     "payload",   "variant",  "strain", "piece",
           "version",    "program",   "campaign",  "operation",  "adversary", "team",     "tool",   "cluster",
           "threat",     "campaigns", "families"});
      if (noun_kinds(page_.hashes[verb - 1]) == 0 && !is_in(page_.hashes[verb - 1], kLinks)) return;
    }
    const std::size_t from = verb > 12 ? verb - 12 : 0;
    for (std::size_t i = verb; i-- > from;) {
      if (!page_.same_sentence(i, verb)) break;
      const std::uint64_t hash = page_.hashes[i];
      if (is_in(hash, kStrongMalware) || page_.is(i, "family") || page_.is(i, "payload") || page_.is(i, "variant"))
        kinds = kMalwareBit;
      if (is_in(hash, kStrongActor) || page_.is(i, "adversary") || page_.is(i, "team")) kinds = kActorBit;
      if (page_.is(i, "campaign") || page_.is(i, "operation")) kinds = kCampaignBit;
      if (page_.is(i, "file") || page_.is(i, "function") || page_.is(i, "process") || page_.is(i, "mutex") ||
          page_.is(i, "folder") || page_.is(i, "directory") || page_.is(i, "export") || page_.is(i, "vulnerability") ||
          page_.is(i, "dll") || page_.is(i, "script"))
        return;
      if (kinds != 0) break;
    }
    // Else what the text's known names before say: "Wizard Spider, also known as X" is settled by also().
    if (kinds == 0) kinds = kinds_of_neighbour(verb);
    if (kinds == 0) return;
    list_of_names(first, kinds);
  }

  void also(std::size_t aka) {
    std::size_t first = aka + (page_.is(aka, "aka") ? 1 : 3);
    unsigned kinds = kinds_of_neighbour(aka);
    if (kinds == 0) return;
    list_of_names(first, kinds);
  }

  // The kind of the nearest mention that ends within six words before.
  unsigned kinds_of_neighbour(std::size_t at) const {
    for (std::size_t m = mentions_.size(); m-- > 0 && mentions_.size() - m < 64;) {
      const Mention& mention = mentions_[m];
      if (mention.first + mention.count <= at && at - (mention.first + mention.count) <= 6 &&
          page_.same_sentence(mention.first, at) && !mention.pending)
        return mention.said != 0 ? mention.said : mention.kinds;
    }
    return 0;
  }

  // "X, Y and Z"
  void list_of_names(std::size_t first, unsigned kinds) {
    for (int names = 0; names < 8 && first < page_.words.size() && may_be_name(page_, first); ++names) {
      std::size_t count = 1;
      while (count < 3 && page_.adjoins(first + count) && may_be_name(page_, first + count) &&
             page_.same_sentence(first, first + count))
        ++count;
      add(first, count, kinds);
      const std::size_t next = first + count;
      if (next >= page_.words.size() || !page_.same_sentence(first, next)) return;
      const std::string_view between =
          page_.text.substr(page_.words[next - 1].end, page_.words[next].begin - page_.words[next - 1].end);
      if (between.find(',') != std::string_view::npos && between.size() <= 4) {
        first = next + (page_.is(next, "and") || page_.is(next, "or") ? 1 : 0);
      } else if (page_.is(next, "and") || page_.is(next, "or")) {
        first = next + 1;
      } else {
        return;
      }
    }
  }

  const Page& page_;
  std::vector<Mention>& mentions_;
};

}  // namespace

void find_phrases(const Page& page, std::vector<Mention>& mentions) {
  Phrases(page, mentions).run();
}

}  // namespace samehand::naming
