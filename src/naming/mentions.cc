#include "mentions.h"

#include <algorithm>
#include <array>
#include <span>

namespace samehand::naming {
namespace {

template <std::size_t N>
consteval std::array<std::uint64_t, N> hashed(const std::string_view (&words)[N]) {
  std::array<std::uint64_t, N> hashes;
  for (std::size_t i = 0; i < N; ++i) hashes[i] = word_hash(words[i]);
  std::ranges::sort(hashes);
  return hashes;
}
bool is_in(std::uint64_t hash, std::span<const std::uint64_t> sorted) {
  return std::ranges::binary_search(sorted, hash);
}

constexpr auto kActorNouns = hashed({"group",       "groups",      "gang",           "gangs",     "actor", "actors",
                                     "apt",         "hackers",     "hacker",         "team",      "crew",  "collective",
                                     "operators",   "adversary",   "cybercriminals", "attackers", "spies", "subgroup",
                                     "threatactor", "hacktivists", "affiliates",     "syndicate", "cartel"});
constexpr auto kMalwareNouns = hashed(
    {"malware",   "malwares",    "trojan",       "trojans",    "ransomware",  "backdoor", "backdoors", "rat",
     "rats",      "loader",      "loaders",      "downloader", "downloaders", "dropper",  "droppers",  "stealer",
     "stealers",  "infostealer", "infostealers", "botnet",     "botnets",     "worm",     "worms",     "virus",
     "spyware",   "implant",     "implants",     "rootkit",    "bootkit",     "wiper",    "wipers",    "miner",
     "keylogger", "keyloggers",  "payload",      "payloads",   "banker",      "bot",      "bots",      "cryptominer",
     "coinminer", "webshell",    "skimmer",      "adware",     "beacon",      "beacons",  "infection", "infections",
     "crypter",   "locker",      "cryptor",      "banking",    "variant",     "variants", "sample",    "samples",
     "binary",    "binaries",    "dll",          "shellcode",  "stager"});
constexpr auto kToolNouns =
    hashed({"tool", "tools", "utility", "toolkit", "framework", "command", "commands", "software", "exe"});
constexpr auto kCampaignNouns = hashed({"campaign", "campaigns", "operation"});
// Verbs that an actor is the subject of.
constexpr auto kActorVerbs =
    hashed({"uses",      "used",        "targets",        "targeted",   "has",         "have",       "is",
            "was",       "conducted",   "launched",       "attributed", "compromised", "operates",   "sent",
            "deployed",  "attacked",    "leveraged",      "employs",    "employed",    "began",      "continues",
            "continued", "distributes", "activity",       "actors",     "members",     "associated", "linked",
            "attacks",   "operations",  "infrastructure", "tactics",    "toolset",     "arsenal"});
constexpr auto kActorPrepositions = hashed({"by", "group", "actor", "actors", "with", "to", "as", "gang"});
constexpr auto kMalwarePrepositions = hashed(
    {"deliver",  "delivers",  "delivered",  "delivering",  "deploy",     "deploys",     "deploying",    "deployed",
     "drop",     "drops",     "dropped",    "dropping",    "install",    "installs",    "installed",    "installing",
     "download", "downloads", "downloaded", "downloading", "distribute", "distributes", "distributing", "distributed",
     "spread",   "spreading", "load",       "loads",       "loading",    "using",       "via",          "run",
     "runs",     "execute",   "executes",   "like",        "of",         "called",      "named",        "with"});

}  // namespace

unsigned noun_kinds(std::uint64_t hash) {
  unsigned kinds = 0;
  if (is_in(hash, kActorNouns)) kinds |= kActorBit;
  if (is_in(hash, kMalwareNouns)) kinds |= kMalwareBit;
  if (is_in(hash, kToolNouns)) kinds |= kToolBit;
  if (is_in(hash, kCampaignNouns)) kinds |= kCampaignBit;
  return kinds;
}

Page::Page(std::string_view whole) : text(whole), words(words_of(whole)) {
  hashes.reserve(words.size());
  for (const Word& w : words) {
    hashes.push_back(word_hash(w.of(text)));
    if (!w.is(Word::kCapital | Word::kHasDigit | Word::kGlued) && w.end - w.begin >= 3)
      lower_case_.insert(hashes.back());
  }
}

std::string Page::key(std::size_t first, std::size_t count) const {
  std::string out;
  for (std::size_t i = first; i < first + count && i < words.size(); ++i)
    for (const char c : word(i))
      if (is_word_byte(c)) out.push_back(to_lower(c));
  return out;
}

unsigned Page::kinds_beside(std::size_t first, std::size_t count) const {
  unsigned kinds = 0;
  const std::size_t after = first + count;
  if (adjoins(after) && same_sentence(first, after)) {
    kinds |= noun_kinds(hashes[after]);
    // "X banking trojan", "X remote access trojan", "X threat group"
    if (kinds == 0 || is(after, "banking")) {
      for (std::size_t next = after + 1; next <= after + 2 && adjoins(next); ++next) {
        const bool link = is(after, "remote") || is(after, "access") || is(after, "banking") || is(after, "threat") ||
                          is(after, "hacking") || is(after, "espionage") || is(after, "information") ||
                          is(after, "cybercrime") || is(after, "cyber") || is(after, "android") ||
                          is(after, "mobile") || is(after, "ransomware") || is(after, "post") ||
                          is(after, "credential") || is(after, "password") || is(after, "command");
        if (link) kinds |= noun_kinds(hashes[next]);
      }
    }
  }
  if (first > 0 && adjoins(first) && same_sentence(first, first - 1)) {
    kinds |= noun_kinds(hashes[first - 1]);
    // "hackers of X", "a variant of X", "trojan called X"
    if (first > 1 && kinds == 0 &&
        (is(first - 1, "of") || is(first - 1, "called") || is(first - 1, "named") || is(first - 1, "dubbed") ||
         is(first - 1, "as")))
      kinds |= noun_kinds(hashes[first - 2]);
  }
  // "the ransomware gang X" is a gang, "X ransomware gang" too: the last noun decides.
  if (kinds & kActorBit) kinds &= ~kMalwareBit;
  return kinds;
}

bool Page::leaning(std::size_t first, std::size_t count, NameKind kind) const {
  const std::size_t after = first + count;
  if (kind == NameKind::kActor) {
    if (after < words.size() && same_sentence(first, after) && is_in(hashes[after], kActorVerbs)) return true;
    return first > 0 && same_sentence(first, first - 1) && is_in(hashes[first - 1], kActorPrepositions);
  }
  if (kind == NameKind::kMalware || kind == NameKind::kTool) {
    return first > 0 && same_sentence(first, first - 1) && is_in(hashes[first - 1], kMalwarePrepositions);
  }
  return false;
}

bool Page::is_tool_use(std::size_t first, std::size_t count) const {
  const std::size_t after = first + count;
  if (adjoins(after) && words[after].is(Word::kGlued) && is(after, "exe") && char_before(after) == '.') return true;
  if (adjoins(after) && (is(after, "utility") || is(after, "command") || is(after, "tool") || is(after, "commands")))
    return true;
  if (first > 0 && adjoins(first) && (is(first - 1, "utility") || is(first - 1, "tool") || is(first - 1, "command")))
    return true;
  // "net user", "net use": the program's own sub-commands
  static constexpr auto kSubcommands =
      hashed({"user", "use", "view", "localgroup", "group", "share", "start", "stop", "session"});
  return is(first, "net") && words[first].end - words[first].begin == 3 && is_lower(text[words[first].begin]) &&
         adjoins(after) && is_in(hashes[after], kSubcommands);
}

std::size_t Page::title_after(std::size_t first, std::size_t count, NameKind kind) const {
  const std::size_t after = first + count;
  if (!adjoins(after) || words[after].is(Word::kGlued) || !words[after].is(Word::kCapital)) return 0;
  if (words[after - 1].end - words[after - 1].begin < 2) return 0;
  if (kind == NameKind::kActor) return is(after, "group") || is(after, "gang") || is(after, "team") ? 1 : 0;
  return 0;
}

}  // namespace samehand::naming
