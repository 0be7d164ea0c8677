// What kind of speaker each is: accused, victim, government, vendor, researcher, press, anonymous, attacker.
//
// The head noun says it (lexicon/people.txt), or the words of the name ("… Labs", "… Times"); a spokesman is of the
// kind that he speaks for, a document of its owner's. The story says who is accused and who is the victim: those who
// are blamed or deny it, and those who were attacked, lost data, apologise or speak of their own systems. Example: "The
// minister accused Norland of the theft. Norland's embassy denied it." -> the embassy is accused. Cost: linear. Known
// failures: victims that the page never says were attacked; two countries of one name's beginning.

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "drafts.h"
#include "matter.h"
#include "phrase.h"

namespace samehand::claim {
namespace {

template <std::size_t kSize>
bool one_of(std::string_view word, const std::array<std::string_view, kSize>& words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr std::array kBlows =
    std::to_array<std::string_view>({"attack", "attacks", "hack", "hacks", "breach", "intrusion", "hacking",
                                     "cyberattack", "cyber-attack", "theft", "heist", "raid"});
constexpr std::array kHit = std::to_array<std::string_view>({"hacked", "breached", "attacked", "compromised",
                                                             "infiltrated", "infected", "wiped", "crippled", "targeted",
                                                             "hit", "robbed", "penetrated", "extorted", "blackmailed"});
constexpr std::array kAccuse =
    std::to_array<std::string_view>({"blame", "accuse", "suspect", "implicate", "indict", "charge"});
constexpr std::array kOwnThings = std::to_array<std::string_view>(
    {"systems", "system", "network", "networks", "servers", "server", "data", "backups", "customers", "customer",
     "patients", "users", "computers", "website", "files", "records", "services", "engineers", "staff"});

std::string_view lemma(const Reading& r, int i) {
  if (!r.is(i, Tag::kVerb) || r[i].word->verb < 0) return {};
  return Lexicon::get().verb(*r[i].word).lemma;
}

// Names and nouns that the story speaks of as hit, and as blamed; in lower case.
struct Story {
  std::unordered_set<std::string_view> hit;
  std::set<std::string_view> blamed;  // ordered: asked for by its beginnings
  bool of_intrusion = false;
};

class Kinds {
 public:
  Kinds(const Reading& r, std::vector<Draft>& drafts) : r_(r), drafts_(drafts) {}

  void run() {
    read_story();
    // What one claim shows of a name holds for the others: twice through.
    for (int round = 0; round < 2; ++round) {
      for (Draft& draft : drafts_) judge(draft);
    }
    // Who says "we" or "my country" inside another's words is that one.
    for (Draft& draft : drafts_) {
      if (draft.claim.parent < 0 || draft.source.empty() || draft.claim.speaker_kind != SpeakerKind::kUnknown) continue;
      const int first = draft.source.first;
      if (r_.is(first, "i") || r_.is(first, "we") || r_.is(first, "my") || r_.is(first, "our"))
        draft.claim.speaker_kind = drafts_[static_cast<std::size_t>(draft.claim.parent)].claim.speaker_kind;
    }
    for (Draft& draft : drafts_) {
      if (draft.claim.speaker_kind != SpeakerKind::kUnknown) continue;
      const auto same = known_.find(draft.claim.speaker);
      if (same != known_.end()) draft.claim.speaker_kind = same->second;
    }
  }

 private:
  template <typename Names>
  void add(Names& names, Range phrase) const {
    for (int i = phrase.first; i < phrase.last; ++i) {
      if (r_.is(i, Tag::kPreposition) || r_.is(i, Tag::kComma)) break;
      if (r_.is(i, Tag::kName) || (r_.is(i, Tag::kNoun) && r_[i].word->kind == SpeakerKind::kVictim))
        names.insert(r_[i].lower);
    }
  }
  Range phrase_at(int i) const {
    const int until = std::min(r_.size(), i + 9);
    return {i, phrase_end(r_, i, until, false)};
  }

  void read_story() {
    for (int i = 0; i < r_.size(); ++i) {
      if (r_.is(i, Tag::kNoun) && one_of(r_[i].lower, kBlows)) {
        story_.of_intrusion = true;
        if (r_.is(i + 1, Tag::kPreposition)) add(story_.hit, phrase_at(i + 2));
      } else if (r_.is(i, Tag::kVerb) && one_of(r_[i].lower, kHit)) {
        const VerbGroup* group = r_.group_at(i);
        if (group && group->passive) {
          add(story_.hit, group->subject);
        } else {
          add(story_.hit, phrase_at(i + 1));
        }
        story_.of_intrusion = true;
      } else if (r_.is(i, "from") && matter_at(r_, i - 1, Matter::kLoss)) {
        add(story_.hit, phrase_at(i + 1));
      } else if (r_.is(i, "linking") || r_.is(i, "tying") || (r_.is(i, "attributed") && r_.is(i + 1, "to"))) {
        add(story_.blamed, phrase_at(r_.is(i, "attributed") ? i + 2 : i + 1));
      } else if ((r_.is(i, "behind") || r_.is(i, "responsible")) && r_.is(i - 1, Tag::kAuxiliary)) {
        const VerbGroup* group = r_.group_at(i - 1);
        if (group) add(story_.blamed, group->subject);
      } else if (one_of(lemma(r_, i), kAccuse)) {
        const VerbGroup* group = r_.group_at(i);
        add(story_.blamed, group && group->passive ? group->subject : phrase_at(i + 1));
      }
      if (!story_.of_intrusion && (r_.is(i, Tag::kNoun) || r_.is(i, Tag::kVerb) || r_.is(i, Tag::kAdjective)))
        story_.of_intrusion =
            matter_at(r_, i, Matter::kTechnique) || r_[i].lower == "backups" || r_[i].lower == "ransom";
    }
    for (const Draft& draft : drafts_) {
      if (draft.claim.about != About::kResponsibility) continue;
      for (const std::string& subject : draft.claim.subjects) {
        const std::string words = lowered(subject);
        for (std::size_t begin = 0; begin < words.size();) {
          const std::size_t end = std::min(words.find(' ', begin), words.size());
          if (end > begin) subject_words_.insert(words.substr(begin, end - begin));
          begin = end + 1;
        }
      }
    }
  }
  static std::string lowered(std::string word) {
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return word;
  }

  // Whether the word is a blamed name or made from one: "Norland", "Norlandic".
  bool blamed(std::string_view word) const {
    if (word.size() < 4) return story_.blamed.contains(word);
    const std::string_view root = word.substr(0, word.size() > 6 ? word.size() - 2 : word.size());
    const auto begins = [&](const auto& names) {
      const auto at = names.lower_bound(root);
      return at != names.end() && at->starts_with(root);
    };
    return begins(story_.blamed) || begins(subject_words_);
  }

  // The kind that the words of the phrase say, before the story is asked.
  SpeakerKind by_words(Range source, int head) const {
    SpeakerKind kind = r_[head].word->kind;
    const bool speaks_for = matter_word(r_[head].lower, Matter::kSpokeFor);
    const bool document = r_.is_class(head, kDocument) && kind == SpeakerKind::kUnknown;
    bool vendor = false, official = false;
    for (int i = source.first; i < source.last; ++i) {
      const SpeakerKind word = r_[i].word->kind;
      vendor |= r_.is(i, Tag::kName) && matter_word(r_[i].lower, Matter::kVendorName);
      official |= word == SpeakerKind::kGovernment;
      // "the hospital group" is no gang.
      if (i < head && word == SpeakerKind::kVictim && kind == SpeakerKind::kAttacker) kind = SpeakerKind::kVictim;
      if (kind == SpeakerKind::kUnknown && word != SpeakerKind::kUnknown &&
          (speaks_for || document || r_.is(head, Tag::kName)))
        kind = word;
    }
    vendor |= security_firm(source);
    if (vendor && (kind == SpeakerKind::kUnknown || kind == SpeakerKind::kVictim)) kind = SpeakerKind::kVendor;
    if (press(r_, source)) kind = SpeakerKind::kPress;
    if (kind == SpeakerKind::kUnknown && official) kind = SpeakerKind::kGovernment;
    return kind;
  }

  // "the security firm", "Ravelin, a threat-intelligence company"
  bool security_firm(Range source) const {
    constexpr std::array kTrades = std::to_array<std::string_view>(
        {"security", "cybersecurity", "cyber-security", "cyber", "antivirus", "anti-virus", "intelligence",
         "threat-intelligence", "forensics", "infosec", "antimalware", "response"});
    constexpr std::array kFirms =
        std::to_array<std::string_view>({"firm", "company", "vendor", "maker", "provider", "consultancy", "start-up",
                                         "startup", "outfit", "specialist"});
    for (int i = source.first; i + 1 < source.last; ++i) {
      if (one_of(r_[i].lower, kTrades) && one_of(r_[i + 1].lower, kFirms)) return true;
    }
    return false;
  }

  // "briefed on the inquiry", "who asked not to be named", "on condition of anonymity"
  bool anonymous_at(int i) const {
    return matter_at(r_, i, Matter::kAnonymousWord) || (r_.is(i, "familiar") && r_.is(i + 1, "with")) ||
           (r_.is(i, "close") && r_.is(i + 1, "to")) || (r_.is(i, "knowledge") && r_.is(i + 1, "of")) ||
           (r_.is(i, "briefed") && r_.is(i + 1, "on")) ||
           (r_.is(i, "not") && r_.is(i + 1, "to") && r_.is(i + 2, "be")) ||
           (r_.is(i, "be") && (r_.is(i + 1, "named") || r_.is(i + 1, "identified")));
  }

  void judge(Draft& draft) {
    Claim& claim = draft.claim;
    if (claim.speaker_kind == SpeakerKind::kOutlet || draft.source.empty()) return;
    const Range source = trimmed(r_, draft.source);
    if (pronoun(r_, source)) {
      const auto same = known_.find(claim.speaker);
      if (same != known_.end()) claim.speaker_kind = same->second;
      return;
    }
    const int head = head_of(r_, source);
    const bool speaks_for = matter_word(r_[head].lower, Matter::kSpokeFor);
    SpeakerKind kind = by_words(source, head);
    bool anonymous = false, hit = false, is_blamed = false;
    for (int i = source.first; i < source.last; ++i) {
      anonymous |= anonymous_at(i);
      const bool name = r_.is(i, Tag::kName);
      hit |= story_.hit.contains(r_[i].lower) && (name || r_[i].word->kind == SpeakerKind::kVictim);
      is_blamed |= name && blamed(r_[i].lower);
    }
    if (anonymous) kind = SpeakerKind::kAnonymous;
    const bool company = kind == SpeakerKind::kUnknown || kind == SpeakerKind::kVictim;
    if (hit && (company || (speaks_for && kind != SpeakerKind::kGovernment))) kind = SpeakerKind::kVictim;
    // "the group" after "the hospital group": the one that was spoken of.
    if (kind == SpeakerKind::kAttacker && r_.is(source.first, "the")) {
      const auto same = nouns_.find(r_[head].lower);
      if (same != nouns_.end()) kind = same->second;
    }
    if (kind == SpeakerKind::kAttacker && speaks_for) {  // "the group's chief executive"
      for (int i = source.first; i < source.last; ++i) {
        const auto same = nouns_.find(r_[i].lower);
        if (same != nouns_.end()) kind = same->second;
      }
    }
    if (kind == SpeakerKind::kAttacker && claim.stance == Stance::kApologises) kind = SpeakerKind::kVictim;
    // Whoever apologises or speaks of its own systems was hit; so was a firm whose spokesman is heard on an intrusion.
    if (kind == SpeakerKind::kUnknown && story_.of_intrusion && !is_blamed &&
        ((speaks_for && names_after(source, head)) || claim.stance == Stance::kApologises || own_things(draft)))
      kind = SpeakerKind::kVictim;
    const bool can_be_accused = kind == SpeakerKind::kUnknown || kind == SpeakerKind::kGovernment ||
                                kind == SpeakerKind::kAnonymous || kind == SpeakerKind::kAccused;
    const bool denies_guilt = claim.stance == Stance::kDenies && claim.about == About::kResponsibility;
    const bool denies = kind == SpeakerKind::kUnknown && r_.is(head, Tag::kName) && lemma(r_, draft.verb) == "deny" &&
                        !own_things(draft);
    if (can_be_accused && (is_blamed || denies_guilt || denies)) kind = SpeakerKind::kAccused;
    claim.speaker_kind = kind;
    if (kind == SpeakerKind::kUnknown) return;
    known_.try_emplace(claim.speaker, kind);
    know_by_name(source, kind);
    if (kind == SpeakerKind::kVictim || kind == SpeakerKind::kAccused) {
      // A person's own name is not the firm's: only what stands after "for", "of" or before 's.
      const bool person = speaks_for || r_.is_class(head, kPerson);
      for (int i = source.first; i < source.last; ++i) {
        if (!r_.is(i, Tag::kName) || (person && i <= head)) continue;
        if (kind == SpeakerKind::kVictim)
          story_.hit.insert(r_[i].lower);
        else
          story_.blamed.insert(r_[i].lower);
      }
    }
    if (r_.is(head, Tag::kNoun)) nouns_.try_emplace(r_[head].lower, kind);
  }

  // "Ada Lind, an analyst at Keel Labs": later she is "Ada Lind". Names behind a preposition are others'.
  void know_by_name(Range source, SpeakerKind kind) {
    for (int i = source.first; i < source.last && !r_.is(i, Tag::kPreposition) && !r_.is(i, Tag::kWh); ++i) {
      if (!r_.is(i, Tag::kName)) continue;
      int last = i + 1;
      while (last < source.last && r_.is(last, Tag::kName)) ++last;
      if (last - i > 1) known_.try_emplace(std::string(r_.span_of({i, last}).of(r_.text)), kind);
      i = last;
    }
  }

  // "a spokeswoman for Blue Strait", "Sony's spokesman"
  bool names_after(Range source, int head) const {
    for (int i = source.first; i < source.last; ++i) {
      if (!r_.is(i, Tag::kName)) continue;
      if (i > head && (r_.is(i - 1, "for") || r_.is(i - 1, "of") || r_.is(i - 1, "at"))) return true;
      if (i < head && r_.is(i + 1, Tag::kPossessive)) return true;
    }
    return false;
  }
  // "said its servers were wiped", "“Our backups are intact”"
  bool own_things(const Draft& draft) const {
    if (draft.content.empty()) return false;
    const Range piece = draft.content.front();
    int i = piece.first;
    while (i < piece.last && (r_.is(i, Tag::kQuote) || r_.is(i, Tag::kThat))) ++i;
    if (!(r_.is(i, "its") || r_.is(i, "our") || r_.is(i, "their"))) return false;
    for (int j = i + 1; j < std::min(piece.last, i + 4); ++j) {
      if (one_of(r_[j].lower, kOwnThings)) return true;
    }
    return false;
  }

  const Reading& r_;
  std::vector<Draft>& drafts_;
  Story story_;
  std::set<std::string, std::less<>> subject_words_;         // of claims of responsibility, in lower case
  std::unordered_map<std::string, SpeakerKind> known_;       // by speaker
  std::unordered_map<std::string_view, SpeakerKind> nouns_;  // by head noun
};

}  // namespace

void tell_kinds(const Reading& r, std::vector<Draft>& drafts) {
  Kinds(r, drafts).run();
}

}  // namespace samehand::claim
