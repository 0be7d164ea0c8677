// Forms that only names of actors and malware have, whoever is meant.
#include <algorithm>
#include <array>

#include "mentions.h"
#include "name_index.h"
#include "samehand/base/one_of.h"

namespace samehand::naming {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

struct Series {
  std::string_view letters;  // in capitals
  std::size_t least, most;   // digits
  unsigned kinds;
};
// Vendors' numbering: APT28, UNC2452, TA505, FIN7, DEV-0537, Storm-0558, TAG-38, UAC-0056 …
constexpr Series kSeries[] = {{"APT", 1, 3, kActorBit},     {"UNC", 3, 5, kActorBit},     {"TA", 3, 4, kActorBit},
                              {"FIN", 1, 2, kActorBit},     {"DEV", 4, 4, kActorBit},     {"STORM", 4, 4, kActorBit},
                              {"TAG", 2, 3, kActorBit},     {"UAC", 4, 4, kActorBit},     {"TG", 4, 4, kActorBit},
                              {"ITG", 2, 2, kActorBit},     {"UAT", 4, 5, kActorBit},     {"TAC", 3, 4, kActorBit},
                              {"ATK", 1, 3, kActorBit},     {"SECTORA", 2, 2, kActorBit}, {"SECTORB", 2, 2, kActorBit},
                              {"SECTORC", 2, 2, kActorBit}, {"SECTORD", 2, 2, kActorBit}, {"SECTORE", 2, 2, kActorBit},
                              {"SECTORJ", 2, 3, kActorBit}, {"REF", 4, 4, kActorBit},     {"CIG", 2, 3, kActorBit}};

// Second words of vendors' schemes; the first is any word with a capital.
struct Scheme {
  std::string_view last;
  bool strict;  // an English word that follows capitals elsewhere too: the first word must not be ordinary
};
constexpr Scheme kSchemes[] = {{"panda", false},   {"bear", true},      {"kitten", false},    {"chollima", false},
                               {"spider", false},  {"jackal", false},   {"buffalo", true},    {"crane", true},
                               {"leopard", false}, {"tiger", true},     {"wolf", true},       {"hawk", true},
                               {"lynx", true},     {"ocelot", false},   {"saiga", false},     {"sphinx", false},
                               {"typhoon", false}, {"blizzard", true},  {"sandstorm", false}, {"sleet", false},
                               {"tempest", false}, {"tsunami", true},   {"hail", true},       {"ursa", false},
                               {"libra", false},   {"scorpius", false}, {"serpens", false},   {"pisces", false},
                               {"draco", false},   {"mantis", true},    {"cyclone", true},    {"werewolf", false}};
constexpr std::string_view kNotFirst[] = {"the",     "a",   "an",   "this",  "that",      "and",    "of",
                                          "giant",   "red", "kung", "polar", "teddy",     "black",  "brown",
                                          "grizzly", "in",  "new",  "super", "hurricane", "severe", "zeus"};

// Secureworks: an element and a word, both in capitals.
constexpr std::string_view kElements[] = {"BRONZE",   "GOLD",   "IRON",   "COBALT", "NICKEL",  "TIN",
                                          "ALUMINUM", "CURIUM", "COPPER", "ZINC",   "PLATINUM"};

// Ends of compounds that name malware: JSSLoader, QuasarRAT, AgentStealer.
struct Ending {
  std::string_view ending;
  bool capital;  // counts only where the ending begins with a capital or stands in capitals: "njRAT" but not "pirate"
};
constexpr Ending kEndings[] = {{"loader", true},  {"stealer", true},    {"rat", true},       {"bot", true},
                               {"locker", true},  {"crypter", true},    {"door", true},      {"ransom", true},
                               {"miner", true},   {"wiper", true},      {"keylogger", true}, {"dropper", true},
                               {"worm", true},    {"downloader", true}, {"grabber", true},   {"spy", true},
                               {"clipper", true}, {"shell", true},      {"cryptor", true},   {"kit", false}};
constexpr std::string_view kNotCompounds[] = {
    "powershell",    "webshell",    "bootloader", "downloader",    "uploader", "chatbot",
    "googlebot",     "backdoor",    "bitlocker",  "applocker",     "autodoor", "cryptominer",
    "coinminer",     "infostealer", "shellcode",  "cyberspy",      "robot",    "nutshell",
    "eggshell",      "preloader",   "reloader",   "dllloader",     "peloader", "libdownloader",
    "getdownloader", "classloader", "webloader",  "urldownloader", "javarat"};

std::string_view lower_equals(std::string_view word, std::string_view lower_word) {
  if (word.size() != lower_word.size()) return {};
  for (std::size_t i = 0; i < word.size(); ++i)
    if (to_lower(word[i]) != lower_word[i]) return {};
  return word;
}
bool same(std::string_view word, std::string_view lower_word) {
  return !lower_equals(word, lower_word).empty();
}

class Forms {
 public:
  Forms(const Page& page, std::vector<Mention>& mentions) : page_(page), mentions_(mentions) {}

  void run() {
    for (std::size_t i = 0; i < page_.words.size(); ++i) {
      const Word& word = page_.words[i];
      const std::string_view surface = page_.word(i);
      if (word.is(Word::kCapital)) {
        if (series(i, surface) || scheme(i) || element(i, surface)) continue;
      }
      if (word.is(Word::kMixed) || word.is(Word::kCapital)) compound(i, surface);
    }
  }

 private:
  void add(std::size_t first, std::size_t count, unsigned kinds) {
    if (page_.char_before(first) == '/' || page_.char_before(first) == '.' || page_.char_before(first) == '@') return;
    Mention mention;
    mention.first = first;
    mention.count = count;
    mention.kinds = mention.said = kinds;
    mention.how = FoundName::How::kForm;
    mentions_.push_back(std::move(mention));
  }

  bool series(std::size_t i, std::string_view surface) {
    std::size_t letters = 0;
    while (letters < surface.size() && is_alpha(surface[letters])) ++letters;
    if (letters < 2 || letters > 8) return false;
    for (const Series& series : kSeries) {
      if (series.letters.size() != letters || series.most == 0) continue;
      // "Storm-0558" is the one that is not in capitals.
      const bool fits = surface.substr(0, letters) == series.letters ||
                        (series.letters == "STORM" && surface.substr(0, letters) == "Storm");
      if (!fits) continue;
      std::string_view digits = surface.substr(letters);
      std::size_t count = 1;
      if (digits.empty() && page_.adjoins(i + 1)) {
        // APT 28, TA-505, APT-C-36
        if (series.letters == "APT" && page_.is(i + 1, "c") && page_.adjoins(i + 2) && all_digits(page_.word(i + 2))) {
          add(i, 3, series.kinds);
          return true;
        }
        if (series.letters == "TA" && !page_.words[i + 1].is(Word::kGlued)) return false;
        digits = page_.word(i + 1);
        count = 2;
      }
      if (!all_digits(digits) || digits.size() < series.least || digits.size() > series.most) return false;
      add(i, count, series.kinds);
      return true;
    }
    return false;
  }

  bool scheme(std::size_t i) {
    if (!page_.adjoins(i + 1) || page_.words[i + 1].is(Word::kGlued) || !page_.words[i + 1].is(Word::kCapital) ||
        !page_.same_sentence(i, i + 1))
      return false;
    for (const Scheme& scheme : kSchemes) {
      if (!page_.is(i + 1, scheme.last)) continue;
      const std::string first = page_.key(i, 1);
      if (first.size() < 3 || one_of(first, kNotFirst)) return false;
      if (scheme.strict && page_.kinds_beside(i, 2) == 0 && is_ordinary_word(first)) return false;
      add(i, 2, kActorBit);
      return true;
    }
    return false;
  }

  bool element(std::size_t i, std::string_view surface) {
    if (!one_of(surface, kElements)) return false;
    if (!page_.adjoins(i + 1) || page_.words[i + 1].is(Word::kGlued) || !page_.words[i + 1].is(Word::kAllCapitals))
      return false;
    if (page_.word(i + 1).size() < 4) return false;
    add(i, 2, kActorBit);
    return true;
  }

  void compound(std::size_t i, std::string_view surface) {
    if (surface.size() < 6 || surface.size() > 24) return;
    for (const Ending& ending : kEndings) {
      if (surface.size() < ending.ending.size() + 2) continue;
      const std::string_view tail = surface.substr(surface.size() - ending.ending.size());
      if (!same(tail, ending.ending)) continue;
      const std::string_view head = surface.substr(0, surface.size() - tail.size());
      if (!is_upper(tail[0]) || !ending.capital) continue;
      // All in capitals: "PIRAT" might be anything; where head and tail differ in case the compound is visible.
      if (is_upper(head.back()) && is_upper(tail[0]) && is_upper(tail[1]) &&
          std::ranges::none_of(head, [](char c) { return is_lower(c) || is_digit(c); }))
        continue;
      for (const std::string_view no : kNotCompounds)
        if (same(surface, no)) return;
      // Identifiers of code are called or have arguments: "getDownloader(", "Foo.ClassLoader".
      if (page_.char_after(i) == '(' || page_.char_after(i) == '_' || page_.char_before(i) == '_') return;
      if (!is_upper(surface[0]) && std::ranges::none_of(head, is_upper) && head.size() > 4) return;
      add(i, 1, kMalwareBit);
      return;
    }
  }

  const Page& page_;
  std::vector<Mention>& mentions_;
};

}  // namespace

void find_forms(const Page& page, std::vector<Mention>& mentions) {
  Forms(page, mentions).run();
}

}  // namespace samehand::naming
