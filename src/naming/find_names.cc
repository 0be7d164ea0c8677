// Names of actors, malware, tools and campaigns in a text.
//
// Problem: lists know thousands of names, many of which are English words or name two things ("Winnti", "Anchor",
// "net"),
//   and reports introduce names that no list knows yet.
// Example: "TA999, also known as Grey Otter, drops a loader dubbed Fernweh. Fernweh then fetches njRAT." gives TA999 by
// its form,
//   Grey Otter and Fernweh by the phrases, the second Fernweh because it was recognised before, njRAT by the list.
// Method: five steps over the words of the text, each a linear pass.
//   1. Lists. Aliases are compared by letters alone (name_index.h), the longest at each place. An alias that is an
//   ordinary word or
//      has fewer than four letters is kept for step 4 unless a word beside it says what it is ("the Anchor malware").
//   2. Forms that only such names have: APT and a number, "<Word> Panda", an element and a word in capitals ("BRONZE
//   BUTLER"),
//      a compound that ends in Loader, RAT, Stealer … (forms.cc).
//   3. Phrases: "X malware", "the group X", "dubbed X", "a variant of X" (phrases.cc).
//   4. What was recognised is looked for again in the whole text, so that one clear mention carries the others.
//   Where a name is both actor and malware, the words around it decide, else the majority of the text's clear mentions.
//   5. Victims: names that the text says were attacked (victims.cc), where no other name stands.
// Cost: linear; about 25 MB/s with ATT&CK's list.
// Fails: names in lower case that are not in a list; lists of names without any noun ("Foo, Bar and Baz were seen").
#include <algorithm>
#include <map>
#include <unordered_map>

#include "mentions.h"
#include "name_index.h"
#include "words.h"

namespace samehand::naming {

std::string_view to_string(NameKind kind) {
  switch (kind) {
    case NameKind::kActor:
      return "actor";
    case NameKind::kMalware:
      return "malware";
    case NameKind::kTool:
      return "tool";
    case NameKind::kCampaign:
      return "campaign";
    case NameKind::kVictim:
      return "victim";
    case NameKind::kFigure:
      return "figure";
  }
  return "name";
}

namespace {

// A name that this text has been seen to use: how, and what for.
struct Known {
  std::array<int, 4> votes{};  // by NameKind: clear mentions
  std::vector<std::string> ids;
  bool capital = true;  // written with a capital or digit: small letters elsewhere are another word
};

class Finder {
 public:
  Finder(std::string_view text, const NameList* list) : page_(text), list_(list) {}

  std::vector<FoundName> run() {
    match_lists();
    find_forms(page_, mentions_);
    find_phrases(page_, mentions_);
    settle();
    repeat();
    return finish();
  }

 private:
  struct Place {
    const NameList* list = nullptr;
    const NameList::Index::Alias* alias = nullptr;
    std::size_t words = 0;
  };
  struct Hit : Place {
    Place also;  // the same words in known_names()
  };

  // The longest alias of `list` that begins with word `first`.
  Hit longest(const NameList& list, std::size_t first, std::string& key) const {
    const auto& index = list.index();
    Hit hit;
    key.clear();
    const std::vector<Word>& words = page_.words;
    for (std::size_t n = 0; n < kMaxAliasWords && first + n < words.size(); ++n) {
      const Word& word = words[first + n];
      if (n > 0 && !word.is(Word::kGlued | Word::kSpaced)) break;
      if (key.size() + (word.end - word.begin) > kMaxAliasBytes) break;
      for (const char c : word.of(page_.text))
        if (c != '\'') key.push_back(to_lower(c));
      if (n == 0 && !index.starts[NameList::Index::start_of(key)]) break;
      if (const auto* alias = index.find(key)) hit = Hit{{&list, alias, n + 1}, {}};
    }
    return hit;
  }

  void match_lists() {
    std::string key;
    for (std::size_t i = 0; i < page_.words.size();) {
      Hit best = list_ == nullptr ? Hit{} : longest(*list_, i, key);
      const Hit known = longest(known_names(), i, key);
      if (known.words > best.words) best = known;
      // Our own list says what a name is where a user's list calls every remote access trojan a tool.
      if (known.words == best.words && known.alias != best.alias) best.also = static_cast<const Place&>(known);
      if (best.alias == nullptr || !accept_list_hit(i, best)) {
        ++i;
        continue;
      }
      i += best.words;
    }
  }

  bool accept_list_hit(std::size_t first, const Hit& hit) {
    const Word& begin = page_.words[first];
    const std::size_t after = first + hit.words;
    Mention mention;
    mention.first = first;
    mention.count = hit.words;
    mention.how = FoundName::How::kList;
    mention.kinds = 0;
    for (const std::uint32_t entry : hit.alias->entries) {
      const NameEntry& name = hit.list->names()[entry];
      mention.kinds |= 1u << static_cast<unsigned>(name.kind);
      if (!name.id.empty()) mention.ids.push_back(name.id);
    }
    if (hit.also.alias != nullptr) {
      mention.kinds = 0;
      for (const std::uint32_t entry : hit.also.alias->entries)
        mention.kinds |= bit(hit.also.list->names()[entry].kind);
    }
    if (is_part_of_address(first, after)) return false;
    // The list's one word written as two needs capitals: "Smoke Loader" is SmokeLoader, "mail to" is not Mailto.
    const auto lower_start = [&](std::size_t i) { return is_lower(page_.text[page_.words[i].begin]); };
    if (hit.words > 1 && hit.alias->written.find_first_of(" -._") == std::string::npos) {
      for (std::size_t i = first; i < after; ++i)
        if (lower_start(i) && !page_.words[i].is(Word::kGlued)) return false;
    }
    // "Bazar backdoor" in a text is Bazar and a noun, though a list has "Bazar Backdoor"; "Quasar RAT" is Quasar and a
    // noun where a list has both.
    const std::size_t last = after - 1;
    if (hit.words > 1 && !page_.words[last].is(Word::kGlued) && noun_kinds(page_.hashes[last]) != 0 &&
        !lower_start(first)) {
      const std::string head = page_.key(first, hit.words - 1);
      const bool listed = (hit.list->index().find(head) != nullptr || known_names().index().find(head) != nullptr) &&
                          (noun_kinds(page_.hashes[last]) & kMalwareBit) != 0;
      if (lower_start(last) || listed) {
        mention.count = hit.words - 1;
        mention.said = noun_kinds(page_.hashes[last]) & mention.kinds;
        mentions_.push_back(std::move(mention));
        return true;
      }
    }
    const bool only_tool = mention.kinds == kToolBit;
    const std::string_view surface = page_.piece(first, hit.words);
    const bool listed_capital = std::ranges::any_of(hit.alias->written, is_upper);
    const bool written_capital = std::ranges::any_of(surface, is_upper);
    const unsigned said = page_.kinds_beside(first, hit.words);
    if (hit.alias->ordinary) {
      // "net.exe", "the ping command"; a malware or group named by an ordinary word needs its noun beside it.
      if (only_tool) {
        if (!page_.is_tool_use(first, hit.words)) return false;
      } else {
        if (listed_capital && !written_capital) return false;
        if ((said & mention.kinds) == 0) {
          mention.pending = true;
          mentions_.push_back(std::move(mention));
          return true;
        }
      }
    } else if (listed_capital && !written_capital && surface.size() < 6 && (said & mention.kinds) == 0) {
      return false;
    }
    if (begin.is(Word::kFirst) && hit.words == 1 && !begin.is(Word::kAllCapitals | Word::kMixed | Word::kHasDigit)) {
      // A word that text itself uses in small letters is that word at the beginning of a sentence too.
      if (page_.used_in_lower_case(first) && (said & mention.kinds) == 0) return false;
    }
    mention.said = said & mention.kinds;
    mentions_.push_back(std::move(mention));
    return true;
  }

  // "malwarebytes.com", "/emotet/": names inside host names and paths are none of the text's own.
  bool is_part_of_address(std::size_t first, std::size_t after) const {
    const char before = page_.char_before(first);
    if (before == ' ' && page_.words[first].begin >= 2 && page_.text[page_.words[first].begin - 2] == '/') return true;
    // "a-trickbot-in-the-wild": part of an address in words.
    const auto hyphened = [&](std::size_t i) {
      return i < page_.words.size() && page_.words[i].is(Word::kGlued) && page_.char_before(i) == '-';
    };
    if (is_lower(page_.text[page_.words[first].begin])) {
      int joints = 0;
      for (std::size_t i = first; hyphened(i) && joints < 2; --i) ++joints;
      for (std::size_t i = after; hyphened(i) && joints < 2; ++i) ++joints;
      if (joints >= 2) return true;
    }
    if (before == '/' || before == '\\' || before == '@' || before == '#') return true;
    if (before == '.' && page_.words[first].is(Word::kGlued)) return true;
    const std::size_t end = page_.words[after - 1].end;
    if (end + 1 >= page_.text.size()) return false;
    const char next = page_.text[end];
    if (next == '@' || next == '\\') return true;
    if (next == '/' && page_.char_before(first) == '/') return true;
    // "emotet.com" is an address, "net.exe" a file, "Emotet.The" a missing space.
    if (next == '.' && is_lower(page_.text[end + 1]) && after < page_.words.size() &&
        page_.words[after].is(Word::kGlued)) {
      const std::string_view extension = page_.words[after].of(page_.text);
      return extension != "exe" && extension != "dll";
    }
    return false;
  }

  // One mention for each word; the kind of each; what the text calls by which name.
  void settle() {
    std::ranges::stable_sort(mentions_, [](const Mention& a, const Mention& b) {
      if (a.first != b.first) return a.first < b.first;
      if (a.pending != b.pending) return !a.pending;
      return a.count > b.count;
    });
    std::vector<Mention> kept;
    std::size_t end = 0;
    for (Mention& mention : mentions_) {
      if (mention.first < end) {
        // A list's name inside what a phrase took together, or the other way round: the first stays, what the other
        // says of the kind is heard.
        if (!kept.empty() && !kept.back().pending && (kept.back().kinds & mention.kinds) != 0)
          kept.back().said |= mention.said & kept.back().kinds;
        if (!kept.empty() && kept.back().pending && !mention.pending) {
          kept.back() = std::move(mention);
          end = kept.back().first + kept.back().count;
        }
        continue;
      }
      end = mention.first + mention.count;
      kept.push_back(std::move(mention));
    }
    mentions_ = std::move(kept);
    for (const Mention& mention : mentions_) {
      if (mention.pending) continue;
      Known& known = known_[page_.key(mention.first, mention.count)];
      for (unsigned kind = 0; kind < known.votes.size(); ++kind) {
        if (mention.said & (1u << kind)) known.votes[kind] += 2;
        if ((mention.kinds & (1u << kind)) && mention.how != FoundName::How::kList) known.votes[kind] += 1;
        if (mention.kinds == 1u << kind) known.votes[kind] += 1;
      }
      if (known.ids.empty()) known.ids = mention.ids;
      // "the Lazarus Group" is called Lazarus afterwards.
      const std::size_t last = mention.first + mention.count - 1;
      if (mention.count == 2 && mention.kinds == kActorBit &&
          (page_.is(last, "group") || page_.is(last, "gang") || page_.is(last, "team"))) {
        Known& shorter = known_[page_.key(mention.first, 1)];
        shorter.votes[static_cast<unsigned>(NameKind::kActor)] += 1;
        if (shorter.ids.empty()) shorter.ids = mention.ids;
      }
      known.capital = known.capital && std::ranges::any_of(page_.piece(mention.first, mention.count),
                                                           [](char c) { return is_upper(c) || is_digit(c); });
    }
  }

  NameKind kind_of(const Mention& mention, const Known* known) const {
    unsigned kinds = mention.said != 0 ? mention.said : mention.kinds;
    int best = -1;
    NameKind chosen = NameKind::kMalware;
    for (unsigned kind = 0; kind < 4; ++kind) {
      if (!(kinds & (1u << kind))) continue;
      const int votes = (known == nullptr ? 0 : known->votes[kind]) * 4 +
                        (page_.leaning(mention.first, mention.count, static_cast<NameKind>(kind)) ? 3 : 0);
      if (votes > best) {
        best = votes;
        chosen = static_cast<NameKind>(kind);
      }
    }
    return chosen;
  }

  // Other mentions of what was recognised, and the pending ones that are now clear.
  void repeat() {
    std::vector<bool> taken(page_.words.size(), false);
    for (const Mention& mention : mentions_)
      if (!mention.pending)
        for (std::size_t i = 0; i < mention.count; ++i) taken[mention.first + i] = true;
    std::vector<Mention> more;
    std::string key;
    std::vector<bool> starts(1 << 16, false);
    for (const auto& [name, known] : known_)
      for (const std::size_t n : {1u, 2u, 3u})
        starts[NameList::Index::start_of(std::string_view(name).substr(0, n))] = true;
    for (std::size_t i = 0; i < page_.words.size(); ++i) {
      if (taken[i]) continue;
      key.clear();
      std::size_t best = 0;
      for (std::size_t n = 0; n < kMaxAliasWords && i + n < page_.words.size(); ++n) {
        const Word& word = page_.words[i + n];
        if (taken[i + n] || (n > 0 && !word.is(Word::kGlued | Word::kSpaced))) break;
        if (key.size() + (word.end - word.begin) > kMaxAliasBytes) break;
        key += page_.key(i + n, 1);
        if (n == 0 && !starts[NameList::Index::start_of(key)]) break;
        if (known_.contains(key)) best = n + 1;
      }
      if (best == 0) continue;
      const std::string_view surface = page_.piece(i, best);
      if (std::ranges::none_of(surface, [](char c) { return is_upper(c) || is_digit(c); })) continue;
      if (is_part_of_address(i, i + best)) continue;
      const Known& known = known_.at(page_.key(i, best));
      Mention mention;
      mention.first = i;
      mention.count = best;
      mention.how = FoundName::How::kRepeated;
      mention.ids = known.ids;
      mention.kinds = 0;
      for (unsigned kind = 0; kind < known.votes.size(); ++kind)
        if (known.votes[kind] > 0) mention.kinds |= 1u << kind;
      if (mention.kinds == 0) continue;
      mention.said = page_.kinds_beside(i, best) & mention.kinds;
      // An ordinary word at the beginning of a sentence is more likely itself.
      if (best == 1 && page_.words[i].is(Word::kFirst) && is_ordinary_word(page_.key(i, 1)) && mention.said == 0 &&
          page_.used_in_lower_case(i))
        continue;
      for (std::size_t n = 0; n < best; ++n) taken[i + n] = true;
      more.push_back(std::move(mention));
    }
    std::erase_if(mentions_, [](const Mention& mention) { return mention.pending; });
    mentions_.insert(mentions_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    std::ranges::sort(mentions_, {}, &Mention::first);
  }

  // Victims where no other name stands.
  std::vector<FoundName> with_victims(std::vector<FoundName> found) const {
    std::vector<FoundName> all;
    std::size_t next = 0;
    for (FoundName& victim : find_victims(page_)) {
      while (next < found.size() && found[next].where.end <= victim.where.begin)
        all.push_back(std::move(found[next++]));
      if (next < found.size() && found[next].where.begin < victim.where.end) continue;
      all.push_back(std::move(victim));
    }
    while (next < found.size()) all.push_back(std::move(found[next++]));
    return all;
  }

  std::vector<FoundName> finish() const {
    std::vector<FoundName> found;
    found.reserve(mentions_.size());
    for (const Mention& mention : mentions_) {
      FoundName name;
      const auto known = known_.find(page_.key(mention.first, mention.count));
      name.kind = kind_of(mention, known == known_.end() ? nullptr : &known->second);
      const std::size_t count = mention.count + page_.title_after(mention.first, mention.count, name.kind);
      const std::string_view surface = page_.piece(mention.first, count);
      name.where = {page_.words[mention.first].begin, page_.words[mention.first + count - 1].end};
      bool space = false;
      for (const char c : surface) {
        const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (blank && space) continue;
        name.value.push_back(blank ? ' ' : c);
        space = blank;
      }
      name.ids = mention.ids;
      name.how = mention.how;
      if (!found.empty() && found.back().where.end > name.where.begin) continue;
      found.push_back(std::move(name));
    }
    return with_victims(std::move(found));
  }

  Page page_;
  const NameList* list_;
  std::vector<Mention> mentions_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace

std::vector<FoundName> find_names(std::string_view text, const NameList* list) {
  return Finder(text, list).run();
}

}  // namespace samehand::naming
