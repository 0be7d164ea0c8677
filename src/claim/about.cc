// What a claim is about: responsibility, similarity, motive, loss, origin, technique; and whose or how much.
//
// Method: words of lexicon/matter.txt in the content and the cue, in an order of precedence: a similarity speaks of
// techniques too, a motive of whom; the more special question wins. Subjects are the phrases that stand where the
// question's words leave a place for them ("X was behind", "blamed X for", "between X and Y").
// Known failures: metaphors ("a hack of the rules"); responsibilities of office ("responsible for payroll").

#include <algorithm>
#include <array>

#include "drafts.h"
#include "matter.h"
#include "phrase.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {
namespace {

struct Counts {
  int responsibility = 0, similarity = 0, motive = 0, data = 0, loss = 0, origin = 0, technique = 0;
  Range volume;               // "almost 11 terabytes"
  bool amount_asked = false;  // "how many records were taken"

  bool any() const {
    return responsibility > 0 || similarity > 0 || motive > 0 || (data > 0 && loss > 0) || data > 2 || origin > 0 ||
           technique > 0 || !volume.empty();
  }
};

// "almost 11 terabytes", "about 40 million records": the range from its hedge to its unit, if one begins at i.
Range volume_at(const Reading& r, int i, int last) {
  if (!r.is(i, Tag::kNumber)) return {};
  const std::string_view number = r[i].lower;
  int unit = i + 1;
  bool scaled = false;
  if (number.ends_with("tb") || number.ends_with("gb")) {
    unit = i;
  } else {
    if (unit < last && (r.is(unit, "million") || r.is(unit, "billion") || r.is(unit, "thousand") || r.is(unit, "m") ||
                        r.is(unit, "bn"))) {
      scaled = true;
      ++unit;
    }
    while (unit < last && unit < i + 4 &&
           (r.is(unit, Tag::kAdjective) || r.is(unit, "customer") || r.is(unit, "user") || r.is(unit, "of")))
      ++unit;
    if (unit >= last) return {};
    const bool large = scaled || number.find(',') != std::string_view::npos || number.size() > 3;
    if (!matter_at(r, unit, Matter::kVolume) && !(large && matter_at(r, unit, Matter::kCounted))) return {};
  }
  int first = i;
  while (first > 0 && first > i - 4 &&
         (matter_at(r, first - 1, Matter::kApproximator) || r.is(first - 1, "than") || r.is(first - 1, "more") ||
          r.is(first - 1, "least") || r.is(first - 1, "at") || r.is(first - 1, "over")))
    --first;
  if (first > 0 && first < i && (r.is(first - 1, "no") || r.is(first - 1, "not")) && r.is(i - 1, "than")) --first;
  return {first, unit + 1};
}

// "planned the break-in", "launched the attack"
bool commits(const Reading& r, int i, int last) {
  constexpr std::array kCommit =
      std::to_array<std::string_view>({"planned", "ordered", "launched", "mounted", "staged", "orchestrated",
                                       "directed", "conducted", "committed", "sponsored"});
  if (!r.is(i, Tag::kVerb) || !one_of(r[i].lower, kCommit)) return false;
  for (int j = i + 1; j < std::min(last, i + 5); ++j) {
    if (matter_at(r, j, Matter::kBlow)) return true;
    if (r.is(j, Tag::kPreposition) || r.is(j, Tag::kVerb)) return false;
  }
  return false;
}

// "shares a key schedule with an older program"
bool shares_with(const Reading& r, int i, int last) {
  if (!(r.is(i, "shares") || r.is(i, "share") || r.is(i, "shared")) || !r.is(i, Tag::kVerb)) return false;
  for (int j = i + 1; j < std::min(last, i + 9); ++j) {
    if (r.is(j, "with")) return !r.is(i + 1, "with");
    if (r.is(j, "information") || r.is(j, "data") || r.is(j, "intelligence") || r.is(j, Tag::kVerb)) return false;
  }
  return false;
}

// "is the main suspect"
bool suspect_noun(const Reading& r, int i) {
  return (r.is(i, "suspect") || r.is(i, "suspects") || r.is(i, "culprit") || r.is(i, "culprits")) &&
         r.is(i, Tag::kNoun);
}

Counts count(const Reading& r, const std::vector<Range>& pieces, Range cue) {
  Counts counts;
  const auto scan = [&](Range range) {
    for (int i = range.first; i < range.last; ++i) {
      counts.responsibility +=
          matter_at(r, i, Matter::kResponsibility) || commits(r, i, range.last) || suspect_noun(r, i);
      counts.amount_asked |= r.is(i, "how") && (r.is(i + 1, "many") || r.is(i + 1, "much"));
      counts.similarity += matter_at(r, i, Matter::kSimilarity) || shares_with(r, i, range.last);
      counts.motive += matter_at(r, i, Matter::kMotive);
      counts.data += matter_at(r, i, Matter::kData);
      counts.loss += matter_at(r, i, Matter::kLoss);
      counts.origin += matter_at(r, i, Matter::kOrigin);
      counts.technique += matter_at(r, i, Matter::kTechnique);
      if (counts.volume.empty()) counts.volume = volume_at(r, i, range.last);
    }
  };
  for (const Range piece : pieces) scan(piece);
  for (int i = cue.first; i < cue.last; ++i) counts.responsibility += matter_at(r, i, Matter::kResponsibility);
  return counts;
}

std::string words(const Reading& r, Range range) {
  while (!range.empty() && (r.is(range.last - 1, Tag::kComma) || r.is(range.last - 1, Tag::kPossessive))) --range.last;
  return std::string(r.span_of(range).of(r.text));
}

void add_subject(const Reading& r, Draft& draft, Range range) {
  // "the group [known as Grey Heron]"
  if (r.is(range.last, "known") && r.is(range.last + 1, "as"))
    range.last = phrase_end(r, range.last + 2, std::min(r.size(), range.last + 8), false);
  // "to Grey Heron [with moderate confidence]": how sure they are
  for (int i = range.first + 1; i + 1 < range.last; ++i) {
    if (r.is(i, "with") && (r.is(i + 1, "confidence") || r.is(i + 2, "confidence"))) range.last = i;
  }
  // "who was behind it" names nobody.
  if (r.is(range.first, Tag::kWh) || r.is(range.first, Tag::kThat)) return;
  std::string name = words(r, range);
  if (!name.empty() && range.size() <= 12) draft.claim.subjects.push_back(std::move(name));
}

// "an intrusion at a broadcaster [last year, dubbed "Grey Dawn"]": the end of the phrase with its name; `end` if it has
// none.
int end_with_name(const Reading& r, int end, int until) {
  int i = end;
  while (i < std::min(until, end + 4) &&
         (r.is(i, Tag::kComma) || r.is(i, "last") || r.is(i, "this") || time_word(r, i) || r.is(i, Tag::kNumber)))
    ++i;
  if (r.is(i, "known") && r.is(i + 1, "as")) {
    i += 2;
  } else if (r.is(i, "dubbed") || r.is(i, "called") || r.is(i, "named") || r.is(i, "codenamed") ||
             r.is(i, "nicknamed")) {
    ++i;
  } else {
    return end;
  }
  const int from = i;
  while (i < std::min(until, from + 8) && (r[i].tag == Tag::kName || r[i].tag == Tag::kQuote || r[i].quote >= 0)) ++i;
  return i > from ? i : end;
}

// Puts the name to the subject that was just added and that begins at `first`.
void add_name(const Reading& r, Draft& draft, int first, int end, int until) {
  const int named = end_with_name(r, end, until);
  if (named > end && !draft.claim.subjects.empty()) draft.claim.subjects.back() = words(r, {first, named});
}

// "the Grey Heron group had stolen the files": who is named as the thief; empty where none is.
Range thief(const Reading& r, const Draft& draft) {
  constexpr std::array kTheft = std::to_array<std::string_view>(
      {"stole", "stolen", "steal", "stealing", "took", "hacked", "breached", "exfiltrated", "looted", "siphoned"});
  for (const Range piece : draft.content) {
    for (int i = piece.first; i < piece.last; ++i) {
      if (!r.is(i, Tag::kVerb) || !one_of(r[i].lower, kTheft)) continue;
      const VerbGroup* group = r.group_at(i);
      if (!group || group->passive || group->negated || group->subject.empty()) continue;
      const Range who{group->subject.first, phrase_end(r, group->subject.first, group->subject.last, false)};
      if (who.first < piece.first) continue;
      for (int k = who.first; k < who.last; ++k) {
        if (r.is(k, Tag::kName)) return who;
      }
    }
  }
  return {};
}

// What was lost, as the list names it: "salaries, disciplinary records and unreleased films".
void kinds_of_loss(const Reading& r, Draft& draft) {
  for (const Range piece : draft.content) {
    for (int i = piece.first; i < piece.last; ++i) {
      std::vector<Range> items;
      bool data = false;
      int at = i;
      while (at < piece.last && items.size() < 12) {
        const int end = [&] {
          int e = at;
          bool noun = false;
          while (e < piece.last && e < at + 6 && !r.is(e, Tag::kCoordinator) && !r.is(e, Tag::kComma) &&
                 (nominal(r, e) || r.is(e, Tag::kAdjective) || r.is(e, Tag::kNumber) || r.is(e, Tag::kDeterminer) ||
                  (r.is(e, Tag::kVerb) && (r[e].form & kParticiple) != 0 && !noun && e > piece.first &&
                   (r.is(e - 1, Tag::kComma) || r.is(e - 1, Tag::kCoordinator))))) {
            noun |= nominal(r, e);
            data |= matter_at(r, e, Matter::kData);
            ++e;
          }
          // "…, contracts and films": a list has nouns, whatever they look like alone.
          if (e == at && !items.empty() && r.is(e, Tag::kVerb) && r[e].lower.ends_with('s') &&
              (r.is(e + 1, Tag::kComma) || r.is(e + 1, Tag::kCoordinator)))
            return e + 1;
          return noun ? e : at;
        }();
        if (end == at) break;
        items.push_back({at, end});
        at = end;
        if (r.is(at, Tag::kComma)) ++at;
        const bool last = r.is(at, "and") || r.is(at, "or");
        if (last) ++at;
        if (at == end) break;
        if (r.is(end, "of")) break;
      }
      if (items.size() >= 2 && data) {
        for (const Range item : items) add_subject(r, draft, item);
        return;
      }
      if (!items.empty()) i = items.back().last - 1;
    }
  }
}

// Whether the clause of the word at `i` only supposes: "if X was behind it", "unless", "whether".
bool in_condition(const Reading& r, int i, int first) {
  for (--i; i >= first; --i) {
    if (r.is(i, "if") || r.is(i, "unless") || r.is(i, "whether")) return true;
    if (r.is(i, Tag::kComma) || r.is(i, Tag::kThat) || r.is(i, Tag::kSubordinator) || r.is(i, Tag::kSemicolon) ||
        r.is(i, "then") || r.is(i, Tag::kStop))
      return false;
  }
  return false;
}

// "[Should X be behind it], we will answer", "[were X responsible]": a condition by its order of words.
bool inverted(const Reading& r, Range who, int first) {
  const int modal = who.first - 1;
  return modal >= first && (r.is(modal, "should") || r.is(modal, "were")) &&
         (modal == first || r.is(modal - 1, Tag::kComma) || r.is(modal - 1, Tag::kThat) ||
          r.is(modal - 1, Tag::kQuote));
}

// Whose responsibility: "X was behind", "X is responsible", "blamed X for", "linking X to", "by X", "work of X".
void responsible(const Reading& r, Draft& draft) {
  if (r.is(draft.verb, Tag::kVerb) &&
      (r[draft.verb].lower.starts_with("blam") || r[draft.verb].lower.starts_with("accus")) && !draft.content.empty()) {
    const Range piece = draft.content.front();
    add_subject(r, draft, {piece.first, phrase_end(r, piece.first, piece.last, false)});
    return;
  }
  // "attributed the blackout to the service of Tavria"
  if (r.is(draft.verb, Tag::kVerb) && r[draft.verb].lower.starts_with("attribut")) {
    for (const Range piece : draft.content) {
      for (int i = piece.first; i < piece.last; ++i) {
        if (r.is(i, "to")) return add_subject(r, draft, {i + 1, phrase_end(r, i + 1, piece.last, true)});
      }
    }
  }
  if (r.is(draft.cue.last - 1, "for") && r.is(draft.cue.last - 2, "responsibility")) {
    add_subject(r, draft, draft.source);
    return;
  }
  for (const Range piece : draft.content) {
    for (int i = piece.first; i < piece.last; ++i) {
      if (r.is(i, "behind") || r.is(i, "responsible") || r.is(i, "guilty") || r.is(i, "involved") ||
          r.is(i, "orchestrated") || r.is(i, "masterminded") || r.is(i, "ordered") || commits(r, i, piece.last) ||
          suspect_noun(r, i)) {
        int verb = i - 1;
        if (suspect_noun(r, i)) {
          while (verb >= piece.first && !r.is(verb, Tag::kAuxiliary) && !r.is_class(verb, kBe)) --verb;
        }
        while (verb >= piece.first && (r.is_class(verb, kBe) || r.is(verb, Tag::kAuxiliary) ||
                                       r.is(verb, Tag::kModal) || r.is(verb, Tag::kAdverb)))
          --verb;
        const Range who = phrase_ending_at(r, verb, piece.first);
        if (!who.empty()) {
          draft.supposed = in_condition(r, who.first, piece.first) || inverted(r, who, piece.first);
          return add_subject(r, draft, who);
        }
      }
      const bool agent = r.is(i, "by") && i > piece.first && (r.is(i - 1, "out") || r.is(i - 1, Tag::kVerb));
      if (agent || (r.is(i, "of") && r.is(i - 1, "work")) || (r.is(i, "of") && r.is(i - 1, "involvement")) ||
          r.is(i, "linking")) {
        const int end = phrase_end(r, i + 1, piece.last, false);
        if (end > i + 1) {
          draft.supposed = in_condition(r, i, piece.first);
          return add_subject(r, draft, {i + 1, end});
        }
      }
      if (r.is(i, "involvement") && r.is(i - 1, Tag::kPossessive))
        return add_subject(r, draft, phrase_ending_at(r, i - 2, piece.first));
    }
  }
}

// What is similar to what: "between X and Y", "X resembles Y", "X shows similarities with Y".
void similar(const Reading& r, Draft& draft) {
  for (const Range piece : draft.content) {
    for (int i = piece.first; i < piece.last; ++i) {
      if (r.is(i, "between")) {
        int both = i + 1;
        while (both < piece.last && !r.is(both, "and")) ++both;
        if (both < piece.last) {
          add_subject(r, draft, {i + 1, both});
          const int end = phrase_end(r, both + 1, piece.last, true);
          add_subject(r, draft, {both + 1, end});
          add_name(r, draft, both + 1, end, piece.last);
          return;
        }
      }
      if (r.is(i, "with") || r.is(i, "to") || r.is(i, "from")) {
        const int end = phrase_end(r, i + 1, piece.last, true);
        if (end > i + 1) {
          add_subject(r, draft, {i + 1, end});
          return add_name(r, draft, i + 1, end, piece.last);
        }
      }
      if (r[i].lower.starts_with("resembl")) {
        add_subject(r, draft, phrase_ending_at(r, i - 1, piece.first));
        const int end = phrase_end(r, i + 1, piece.last, true);
        add_subject(r, draft, {i + 1, end});
        return add_name(r, draft, i + 1, end, piece.last);
      }
    }
  }
}

void origin(const Reading& r, Draft& draft) {
  for (const Range piece : draft.content) {
    for (int i = piece.last - 1; i > piece.first; --i) {
      if ((r.is(i - 1, "in") || r.is(i - 1, "from") || r.is(i - 1, "to")) && !r.is(i, Tag::kVerb)) {
        const int end = phrase_end(r, i, piece.last, false);
        if (end > i) return add_subject(r, draft, {i, end});
      }
    }
  }
}

// The content of a claim without that of the claims nested directly in it.
std::vector<Range> without_children(const std::vector<Draft>& drafts, std::size_t outer) {
  std::vector<Range> pieces = drafts[outer].content;
  constexpr std::size_t kAhead = 24;
  for (std::size_t i = outer + 1; i < std::min(drafts.size(), outer + kAhead * 4); ++i) {
    if (drafts[i].claim.parent != static_cast<std::int32_t>(outer)) continue;
    for (const Range inner : drafts[i].content) {
      for (std::size_t k = 0; k < pieces.size(); ++k) {
        if (!pieces[k].contains(inner)) continue;
        const Range after{inner.last, pieces[k].last};
        pieces[k].last = inner.first;
        if (!after.empty()) pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(k) + 1, after);
        break;
      }
    }
  }
  std::erase_if(pieces, [](Range piece) { return piece.empty(); });
  return pieces;
}

}  // namespace

void say_what_about(const Reading& r, std::vector<Draft>& drafts) {
  for (Draft& draft : drafts) {
    // What a nested claim is about is its own matter, unless nothing else is said.
    Counts counts = count(r, without_children(drafts, static_cast<std::size_t>(&draft - drafts.data())), draft.cue);
    if (!counts.any()) counts = count(r, draft.content, draft.cue);
    const bool blames = r.is(draft.verb, Tag::kVerb) &&
                        (r[draft.verb].lower.starts_with("blam") || r[draft.verb].lower.starts_with("accus"));
    About about = About::kOther;
    const bool loss_of_data = counts.data > 0 && counts.loss > 0;
    if (blames) {
      about = About::kResponsibility;
      responsible(r, draft);
    } else if (counts.similarity > 0) {
      about = About::kSimilarity;
      similar(r, draft);
    } else if (counts.motive > 0) {
      about = About::kMotive;
    } else if (!counts.volume.empty() || (counts.amount_asked && counts.loss > 0)) {
      about = About::kLossVolume;
      if (!counts.volume.empty()) add_subject(r, draft, counts.volume);
    } else if (const Range who = loss_of_data ? thief(r, draft) : Range{}; !who.empty()) {
      about = About::kResponsibility;
      add_subject(r, draft, who);
    } else if (loss_of_data && counts.technique == 0) {
      about = About::kLossKind;
      kinds_of_loss(r, draft);
    } else if (counts.data > 2) {
      about = About::kLossKind;
      kinds_of_loss(r, draft);
    } else if (counts.responsibility > 0) {
      about = About::kResponsibility;
      responsible(r, draft);
    } else if (counts.origin > 0) {
      about = About::kOrigin;
      origin(r, draft);
    } else if (counts.technique > 0) {
      about = About::kTechnique;
    } else if (loss_of_data) {
      about = About::kLossKind;
    }
    draft.claim.about = about;
  }
}

void drop_supposed(std::vector<Draft>& drafts) {
  for (Draft& draft : drafts) {
    const Stance stance = draft.claim.stance;
    if (!draft.supposed || (stance != Stance::kAsserts && stance != Stance::kSuggests)) continue;
    draft.claim.subjects.clear();
    draft.claim.about = About::kOther;
  }
}

void settle_denials(const Reading& r, std::vector<Draft>& drafts) {
  constexpr std::array kCharges = std::to_array<std::string_view>(
      {"accusation",  "accusations", "allegation", "allegations", "charge",       "charges",
       "claim",       "claims",      "report",     "reports",     "talk",         "suggestion",
       "suggestions", "rumour",      "rumours",    "rumor",       "rumors",       "finding",
       "findings",    "assertion",   "assertions", "insinuation", "insinuations", "story"});
  for (Draft& draft : drafts) {
    Claim& claim = draft.claim;
    if (claim.speaker_kind != SpeakerKind::kAccused || claim.stance != Stance::kDenies || claim.about != About::kOther)
      continue;
    const bool of_the_charge = std::ranges::any_of(draft.content, [&](Range piece) {
      for (int i = piece.first; i < piece.last; ++i) {
        if (one_of(r[i].lower, kCharges)) return true;
      }
      return false;
    });
    if (of_the_charge) claim.about = About::kResponsibility;
  }
}

// "its services", "their hackers": an arm of who speaks.
static bool own_arm(std::string_view subject) {
  constexpr std::array kArms = std::to_array<std::string_view>({"services", "service", "military", "hackers",
                                                                "intelligence", "spies", "agencies", "army", "officers",
                                                                "agents", "nationals", "forces", "state", "officials"});
  for (const std::string_view own : {"its ", "their ", "our ", "his country's ", "my country's ", "the country's "}) {
    if (!subject.starts_with(own)) continue;
    const std::string_view last = subject.substr(subject.rfind(' ') + 1);
    return one_of(last, kArms);
  }
  return false;
}

// "Tavria's foreign ministry" -> "Tavria"; else the speaker.
static std::string owner_in(std::string_view speaker) {
  for (const std::string_view mark : {"'s ", "\xe2\x80\x99s "}) {
    if (const std::size_t at = speaker.find(mark); at != std::string_view::npos && at > 0)
      return std::string(speaker.substr(0, at));
  }
  return std::string(speaker);
}

void name_subjects(std::vector<Draft>& drafts) {
  constexpr std::array kOwn = std::to_array<std::string_view>(
      {"it", "they", "he", "she", "we", "i", "his country", "her country", "its country", "my country", "our country",
       "their country", "its government", "its members", "its own people", "its citizens"});
  for (Draft& draft : drafts) {
    Claim& claim = draft.claim;
    if (claim.about != About::kResponsibility || claim.speaker.empty()) continue;
    const bool of_himself = claim.stance == Stance::kDenies || claim.stance == Stance::kDeclines ||
                            claim.speaker_kind == SpeakerKind::kAttacker || claim.speaker_kind == SpeakerKind::kAccused;
    if (!of_himself) continue;
    for (std::string& subject : claim.subjects) {
      if (one_of(lower(subject), kOwn)) subject = claim.speaker;
      if (own_arm(lower(subject))) subject = owner_in(claim.speaker);
    }
  }
}

void state_page_facts(const Reading& r, std::vector<Draft>& drafts) {
  std::vector<bool> told(r.sentences.size(), false);
  for (const Draft& draft : drafts) {
    for (const Range piece : draft.content) {
      for (int s = r[piece.first].sentence; s <= r[piece.last - 1].sentence; ++s)
        told[static_cast<std::size_t>(s)] = true;
    }
    if (!draft.cue.empty()) told[static_cast<std::size_t>(r[draft.cue.first].sentence)] = true;
  }
  for (std::size_t s = 0; s < r.sentences.size(); ++s) {
    const Sentence& sentence = r.sentences[s];
    if (told[s] || sentence.heading || sentence.tokens.size() < 5 || !r.is(sentence.tokens.last - 1, Tag::kStop))
      continue;
    Range words = sentence.tokens;
    while (!words.empty() && r.is(words.last - 1, Tag::kStop)) --words.last;
    const bool finite = [&] {
      for (int i = words.first; i < words.last; ++i) {
        const VerbGroup* group = r.group_at(i);
        if (group && group->finite) return true;
      }
      return false;
    }();
    if (!finite) continue;
    const Counts counts = count(r, {words}, {});
    const bool volume = !counts.volume.empty() && counts.loss > 0;
    const bool kinds = counts.data > 1 && counts.loss > 0;
    const bool hand = counts.responsibility > 1 && counts.technique > 0;
    if (!volume && !kinds && !hand) continue;
    Draft draft;
    draft.content = {words};
    draft.claim.content = {r.span_of(words)};
    draft.claim.speaker_kind = SpeakerKind::kOutlet;
    drafts.push_back(std::move(draft));
  }
}

}  // namespace samehand::claim
