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
#include "samehand/base/one_of.h"
#include "story.h"

namespace samehand::claim {
namespace {

// Past participles that make a victim of whose things they are said: "whose servers were emptied".
constexpr std::array kUndone = std::to_array<std::string_view>(
    {"hacked",    "breached", "attacked", "compromised", "infiltrated", "infected",    "wiped",
     "crippled",  "targeted", "robbed",   "penetrated",  "extorted",    "blackmailed", "emptied",
     "encrypted", "stolen",   "leaked",   "deleted",     "erased",      "copied",      "locked"});
constexpr std::array kOwnThings = std::to_array<std::string_view>(
    {"systems", "system", "network", "networks", "servers", "server", "data", "backups", "customers", "customer",
     "patients", "users", "computers", "website", "files", "records", "services", "engineers", "staff"});

constexpr int kFarAway = -9;  // a paragraph's number that none is near

class Kinds {
 public:
  Kinds(const Reading& r, std::vector<Draft>& drafts) : r_(r), drafts_(drafts), story_(read_story(r)) {}

  void run() {
    read_subjects();
    // What one claim shows of a name holds for the others: twice through.
    for (int round = 0; round < 2; ++round) {
      body_paragraph_ = kFarAway;
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
  void read_subjects() {
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
    if (begins(story_.blamed) || begins(subject_words_)) return true;
    // "Velmish", where Velm is blamed
    constexpr std::size_t kShortestName = 4, kLongestEnding = 4;
    for (std::size_t cut = 2; cut <= kLongestEnding && cut + kShortestName <= word.size(); ++cut) {
      if (story_.blamed.contains(word.substr(0, word.size() - cut))) return true;
    }
    return false;
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
    if (security_firm(source) && (kind == SpeakerKind::kUnknown || kind == SpeakerKind::kGovernment))
      kind = SpeakerKind::kVendor;  // "intelligence" alone is a state's
    vendor |= security_firm(source);
    if (vendor && (kind == SpeakerKind::kUnknown || kind == SpeakerKind::kVictim)) kind = SpeakerKind::kVendor;
    if (public_body(source, head)) kind = SpeakerKind::kGovernment;
    if (press(r_, source)) kind = SpeakerKind::kPress;
    if (kind == SpeakerKind::kUnknown && official) kind = SpeakerKind::kGovernment;
    return kind;
  }

  // "the National Cyber Centre", "the Computer Emergency Centre"
  bool public_body(Range source, int head) const {
    constexpr std::array kBodies =
        std::to_array<std::string_view>({"centre", "center", "agency", "bureau", "office", "directorate", "authority"});
    constexpr std::array kPublic =
        std::to_array<std::string_view>({"national", "federal", "state", "government", "emergency"});
    int body = -1;
    for (int i = source.first; i < source.last && i < head + 3; ++i) {
      if (one_of(r_[i].lower, kBodies)) body = i;
    }
    for (int i = source.first; i < body; ++i) {
      if (one_of(r_[i].lower, kPublic)) return true;
    }
    return false;
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
           (r_.is(i, "not") && (r_.is(i + 1, "authorised") || r_.is(i + 1, "authorized")) && r_.is(i + 2, "to")) ||
           (r_.is(i, "not") && (r_.is(i + 1, "allowed") || r_.is(i + 1, "permitted") || r_.is(i + 1, "cleared")) &&
            r_.is(i + 2, "to") && (r_.is(i + 3, "speak") || r_.is(i + 3, "talk") || r_.is(i + 3, "discuss"))) ||
           (r_.is(i, "give") && r_.is_class(i + 1, kPossessive) && r_.is(i + 2, "name")) ||
           ((r_.is(i, "spoke") || r_.is(i, "speaking")) &&
            (r_.is(i + 1, "privately") || r_.is(i + 1, "anonymously"))) ||
           (r_.is(i, "not") && r_.is(i + 1, "to") && r_.is(i + 2, "be")) ||
           (r_.is(i, "be") && (r_.is(i + 1, "named") || r_.is(i + 1, "identified")));
  }

  void judge(Draft& draft) {
    Claim& claim = draft.claim;
    if (claim.speaker_kind == SpeakerKind::kOutlet || draft.source.empty()) return;
    const Range source = trimmed(r_, draft.source);
    // "the firm", who was named before, is of that one's kind.
    const bool meant =
        source.size() == 2 && r_.is(source.first, "the") && claim.speaker != r_.span_of(source).of(r_.text);
    const auto same_one = known_.find(claim.speaker);
    if (pronoun(r_, source) || (meant && same_one != known_.end())) {
      if (same_one != known_.end()) claim.speaker_kind = same_one->second;
      return;
    }
    const int head = head_of(r_, source);
    const bool speaks_for = matter_word(r_[head].lower, Matter::kSpokeFor);
    SpeakerKind kind = by_words(source, head);
    const Range introduced = introduction(source, head);
    if (kind == SpeakerKind::kUnknown && !introduced.empty()) kind = by_words(introduced, head_of(r_, introduced));
    bool anonymous = false;
    for (int i = source.first; i < source.last; ++i) anonymous |= anonymous_at(i);
    anonymous |= anonymity_follows(source, head);
    Marks marks = marks_of(source);
    if (!introduced.empty()) marks.take(marks_of(introduced));
    bool hit = marks.hit;
    if (!hit && (kind == SpeakerKind::kUnknown || kind == SpeakerKind::kVictim) && scholar(source, head))
      kind = SpeakerKind::kResearcher;
    // "the accused state's foreign minister"
    bool named_accused = false;
    for (int i = source.first; i < head; ++i) named_accused |= r_.is(i, "accused") || r_.is(i, "blamed");
    const bool is_blamed = marks.blamed || named_accused;
    const int paragraphs = r_.sentence_of(source.first).paragraph - body_paragraph_;
    if (kind == SpeakerKind::kUnknown && bare_spokesman(source) && paragraphs >= 0 && paragraphs <= 1)
      kind = body_kind_;
    const bool unsaid = kind == SpeakerKind::kUnknown || kind == SpeakerKind::kAnonymous;
    const SpeakerKind owner = owner_kind(introduced.empty() ? source : introduced);
    if ((unsaid && owner != SpeakerKind::kUnknown) ||
        (owner == SpeakerKind::kAccused && kind == SpeakerKind::kGovernment))
      kind = owner;
    if (kind == SpeakerKind::kUnknown && marks.attacker) kind = SpeakerKind::kAttacker;
    if (kind == SpeakerKind::kUnknown && r_.is_class(head, kDocument) && r_.is(source.first, "the") &&
        source.size() == 2)
      kind = last_kind_;  // "the message": of who was heard before it
    if (marks.undone && kind != SpeakerKind::kAttacker) kind = SpeakerKind::kVictim;
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
    const bool denies_guilt =
        claim.stance == Stance::kDenies && claim.about == About::kResponsibility && !of_others(claim.subjects);
    const bool denies = kind == SpeakerKind::kUnknown && r_.is(head, Tag::kName) && lemma(r_, draft.verb) == "deny" &&
                        !own_things(draft);
    if (can_be_accused && (is_blamed || denies_guilt || denies || rejects_charge(draft, head)))
      kind = SpeakerKind::kAccused;
    claim.speaker_kind = kind;
    if (kind == SpeakerKind::kUnknown) return;
    last_kind_ = kind;
    if (body(head) && !bare_spokesman(source) && introduced.empty() &&
        (kind == SpeakerKind::kAccused || kind == SpeakerKind::kGovernment || kind == SpeakerKind::kVictim ||
         kind == SpeakerKind::kVendor)) {
      body_kind_ = kind;
      body_paragraph_ = r_.sentence_of(source.first).paragraph;
    }
    if (kind == SpeakerKind::kAccused || kind == SpeakerKind::kVictim) {
      known_.insert_or_assign(claim.speaker, kind);  // says more than what was known by words alone
    } else {
      known_.try_emplace(claim.speaker, kind);
    }
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
    if (kind == SpeakerKind::kAttacker && r_.is(source.last - 1, Tag::kName)) {  // "the group behind it, Iron Tern"
      for (int i = source.last - 1; i >= source.first && r_.is(i, Tag::kName); --i)
        story_.attackers.insert(r_[i].lower);
    }
    if (r_.is(head, Tag::kNoun)) nouns_.try_emplace(r_[head].lower, kind);
  }

  // Whether the head is a body that has a spokesman: "the ministry", "Meridian Lines".
  bool body(int head) const {
    constexpr std::array kBodies = std::to_array<std::string_view>(
        {"ministry",   "government", "agency",  "police",     "army",      "military",   "navy",      "company",
         "firm",       "group",      "embassy", "bank",       "authority", "university", "hospital",  "party",
         "commission", "department", "office",  "service",    "council",   "regulator",  "operator",  "carrier",
         "airline",    "studio",     "utility", "laboratory", "airport",   "retailer",   "publisher", "broadcaster"});
    return r_.is(head, Tag::kName) || one_of(r_[head].lower, kBodies);
  }

  // "spokeswoman Ilse Marn", "a spokesman": for whom is not said, so for the body that spoke last.
  bool bare_spokesman(Range source) const {
    bool speaks = false;
    for (int i = source.first; i < source.last; ++i) {
      if (matter_word(r_[i].lower, Matter::kSpokeFor) && r_[i].lower.starts_with("spokes"))
        speaks = true;
      else if (!(r_.is(i, Tag::kName) && speaks) && !(r_.is(i, Tag::kDeterminer) && !speaks))
        return false;
    }
    return speaks;
  }

  // "The clerk spoke on condition of anonymity": in the sentence behind.
  bool anonymity_follows(Range source, int head) const {
    if (r_.is(head, Tag::kName) || r_.is_class(head, kDocument)) return false;
    const std::size_t next = static_cast<std::size_t>(r_[source.first].sentence) + 1;
    if (next >= r_.sentences.size()) return false;
    const Range tokens = r_.sentences[next].tokens;
    const int first = tokens.first;
    const bool same = (r_.is(first, "the") && first + 1 < tokens.last && r_[first + 1].lower == r_[head].lower) ||
                      r_.is(first, "he") || r_.is(first, "she") || r_.is(first, "they");
    if (!same) return false;
    for (int i = first; i < std::min(tokens.last, first + 12); ++i) {
      if (anonymous_at(i)) return true;
    }
    return false;
  }

  // A person with a university behind the name, or a trade of research: "Lina Moor of Eastmere University".
  bool scholar(Range source, int head) const {
    if (!r_.is(head, Tag::kName)) return false;
    constexpr std::array kSchools =
        std::to_array<std::string_view>({"university", "institute", "college", "polytechnic", "academy", "laboratory"});
    constexpr std::array kTrades = std::to_array<std::string_view>(
        {"studies", "researches", "teaches", "tracks", "monitors", "analyses", "analyzes", "investigates", "studied"});
    bool behind = false;
    for (int i = head + 1; i < source.last; ++i) {
      behind |= r_.is(i, "of") || r_.is(i, "at") || r_.is(i, "from") || r_.is(i, Tag::kComma);
      if (behind && one_of(r_[i].lower, kSchools)) return true;
      if (r_.is(i - 1, "who") && one_of(r_[i].lower, kTrades)) return true;
    }
    return false;
  }

  // "rejected the allegations"; an embassy that denies anything.
  bool rejects_charge(const Draft& draft, int head) const {
    if (draft.claim.stance != Stance::kDenies) return false;
    constexpr std::array kEnvoys = std::to_array<std::string_view>(
        {"embassy", "embassies", "ambassador", "consulate", "consul", "envoy", "diplomat", "diplomats"});
    if (story_.of_intrusion && one_of(r_[head].lower, kEnvoys)) return true;
    constexpr std::array kCharges = std::to_array<std::string_view>(
        {"accusation", "accusations", "allegation", "allegations", "charges", "insinuation", "insinuations"});
    for (const Range piece : draft.content) {
      for (int i = piece.first; i < piece.last; ++i) {
        if (one_of(r_[i].lower, kCharges)) return true;
      }
    }
    return false;
  }

  // What the story tells of the words of a phrase.
  struct Marks {
    bool hit = false, blamed = false, attacker = false;
    bool undone = false;  // "the tax office, whose servers were emptied"
    void take(Marks other) {
      hit |= other.hit;
      blamed |= other.blamed;
      attacker |= other.attacker;
      undone |= other.undone;
    }
  };
  Marks marks_of(Range phrase) const {
    Marks marks;
    bool relative = false;
    for (int i = phrase.first; i < phrase.last; ++i) {
      const bool name = r_.is(i, Tag::kName);
      marks.hit |= story_.hit.contains(r_[i].lower) && (name || r_[i].word->kind == SpeakerKind::kVictim);
      // "the dam's owner", where the dam was broken into
      marks.hit |= r_.is(i + 1, Tag::kPossessive) && i + 1 < phrase.last && story_.struck.contains(r_[i].lower);
      // A sentence's first word may be a name that the lexicon has as a noun ("Pyongyang").
      marks.blamed |= (name || (r_[i].capital && r_.is(i, Tag::kNoun))) && blamed(r_[i].lower);
      marks.attacker |= name && story_.attackers.contains(r_[i].lower);
      relative |= r_.is(i, "whose") || r_.is(i, "which");
      if (relative && r_.is(i, Tag::kVerb) && one_of(r_[i].lower, kUndone)) {
        const VerbGroup* group = r_.group_at(i);
        marks.undone |= group && group->passive && !group->negated;
      }
    }
    return marks;
  }

  // Where the story says who a bare name is; empty if nowhere, or here.
  Range introduction(Range source, int head) const {
    if (!r_.is(head, Tag::kName)) return {};
    const auto found = story_.introduced.find(r_[head].lower);
    return found == story_.introduced.end() || found->second.overlaps(source) ? Range{} : found->second;
  }

  // Of whom "its" is in "its finance chief", "who leads its research": of the subject of the sentence before, or the
  // one before that.
  SpeakerKind owner_kind(Range phrase) const {
    int own = -1;
    for (int i = phrase.first; i < phrase.last && own < 0; ++i) {
      if (r_.is(i, "its") || r_.is(i, "their") || (i == phrase.first && (r_.is(i, "his") || r_.is(i, "her")))) own = i;
    }
    if (own < 0) return country_before(phrase);
    const int sentence = r_[own].sentence;
    for (int s = sentence - 1; s >= std::max(0, sentence - 2); --s) {
      const Range tokens = r_.sentences[static_cast<std::size_t>(s)].tokens;
      const auto group = std::ranges::lower_bound(r_.groups, tokens.first, {}, &VerbGroup::head);
      if (group == r_.groups.end() || group->head >= tokens.last) continue;
      const Range subject = trimmed(r_, group->subject);
      if (subject.empty() || pronoun(r_, subject)) continue;
      const SpeakerKind kind = kind_in_story(subject);
      if (kind != SpeakerKind::kUnknown && kind != SpeakerKind::kGovernment) return kind;
    }
    return last_kind_ == SpeakerKind::kGovernment ? SpeakerKind::kUnknown : last_kind_;
  }
  // "the country's embassy": accused, where the sentences before speak of the country that is.
  SpeakerKind country_before(Range phrase) const {
    for (int i = phrase.first; i + 1 < phrase.last; ++i) {
      if (!(r_.is(i, "country") || r_.is(i, "nation") || r_.is(i, "republic") || r_.is(i, "kingdom"))) continue;
      if (!r_.is(i + 1, Tag::kPossessive) || r_.is(i - 1, Tag::kAdjective)) continue;
      const int sentence = r_[i].sentence;
      const int from = r_.sentences[static_cast<std::size_t>(std::max(0, sentence - 2))].tokens.first;
      for (int j = i - 1; j >= from; --j) {
        if (r_.is(j, Tag::kName) && blamed(r_[j].lower)) return SpeakerKind::kAccused;
      }
    }
    return SpeakerKind::kUnknown;
  }

  SpeakerKind kind_in_story(Range phrase) const {
    Marks marks = marks_of(phrase);
    const int head = head_of(r_, phrase);
    const Range introduced = introduction(phrase, head);
    if (!introduced.empty()) marks.take(marks_of(introduced));
    if (marks.blamed) return SpeakerKind::kAccused;
    if (marks.attacker) return SpeakerKind::kAttacker;
    if (marks.hit) return SpeakerKind::kVictim;
    const auto same = known_.find(std::string(r_.span_of(phrase).of(r_.text)));
    if (same != known_.end()) return same->second;
    const SpeakerKind kind = by_words(phrase, head);
    if (kind != SpeakerKind::kUnknown || introduced.empty()) return kind;
    return by_words(introduced, head_of(r_, introduced));
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

  // "no evidence that anybody else was responsible": no guilt of the speaker's own.
  static bool of_others(const std::vector<std::string>& subjects) {
    return !subjects.empty() && std::ranges::all_of(subjects, [](std::string_view subject) {
      return subject.ends_with(" else") || subject == "others";
    });
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
  SpeakerKind last_kind_ = SpeakerKind::kUnknown;  // of who was judged before
  SpeakerKind body_kind_ = SpeakerKind::kUnknown;  // of the last one who is no person
  int body_paragraph_ = kFarAway;
  std::set<std::string, std::less<>> subject_words_;         // of claims of responsibility, in lower case
  std::unordered_map<std::string, SpeakerKind> known_;       // by speaker
  std::unordered_map<std::string_view, SpeakerKind> nouns_;  // by head noun
};

}  // namespace

void tell_kinds(const Reading& r, std::vector<Draft>& drafts) {
  Kinds(r, drafts).run();
}

}  // namespace samehand::claim
