// Who speaks: the speaker's name in full.
//
// A pronoun stands for the last person who spoke ("he", "she") or the last body ("it", "they"), at most two paragraphs
// back; a relative pronoun for the noun before it; a short name for its first fuller form ("Arel" -> "Tomas Arel");
// "the newspaper" for the last one named; "its" in "its finding that" for the subject of its sentence; whom a paper
// quotes ("The Post quotes a diplomat: …, he says") is the last person. "We" and "my country" are who says so, in
// quotation marks and the page itself outside them. kinds.cc says what kind of speaker each is.
// Cost: linear, with a bounded look back. Known failures: two people of one surname; "he" for the last but one speaker.

#include <algorithm>
#include <array>
#include <unordered_map>

#include "drafts.h"
#include "matter.h"
#include "phrase.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {
namespace {

std::string words(const Reading& r, Range phrase) {
  return std::string(r.span_of(trimmed(r, phrase)).of(r.text));
}

bool plural_or_body(const Reading& r, int i) {
  return r.is(i, "it") || r.is(i, "its") || r.is(i, "they") || r.is(i, "their") || r.is(i, "them");
}

// The fuller form of every surname: "Arel" -> "Tomas Arel", the first in the text.
class Names {
 public:
  explicit Names(const Reading& r) : r_(r) {
    for (int i = 0; i < r.size(); ++i) {
      if (!r.is(i, Tag::kName)) continue;
      int last = i;
      while (r.is(last + 1, Tag::kName) && r[last + 1].sentence == r[i].sentence && last - i < 5) ++last;
      if (last > i && !r.sentence_of(i).title_case) full_.try_emplace(r[last].lower, Range{i, last + 1});
      i = last;
    }
  }
  // The fuller form of a name of one word (or a title and one word) that ends before token i; empty if none.
  Range fuller(Range name) const {
    if (name.empty() || name.size() > 2 || !r_.is(name.last - 1, Tag::kName)) return {};
    if (name.size() == 2 && !r_.is_class(name.first, kTitle)) return {};
    const auto found = full_.find(r_[name.last - 1].lower);
    return found == full_.end() || found->second.first >= name.first || found->second.size() <= name.size()
               ? Range{}
               : found->second;
  }

 private:
  const Reading& r_;
  std::unordered_map<std::string_view, Range> full_;
};

// Whether `speaker` is such a `noun` with its name behind: "the security firm Halden Labs", "firm".
bool calls_by_name(std::string_view speaker, std::string_view noun) {
  const std::size_t at = speaker.find(noun);
  if (noun.empty() || at == 0 || at == std::string_view::npos || speaker[at - 1] != ' ') return false;
  const std::size_t name = at + noun.size() + 1;
  return name < speaker.size() && speaker[name - 1] == ' ' && is_upper(speaker[name]);
}

// The last paper or broadcaster that the text names before token i, within a few paragraphs.
Range paper_before(const Reading& r, int i) {
  constexpr int kTokens = 200;
  for (int j = i - 1; j >= std::max(0, i - kTokens); --j) {
    if (!r.is(j, Tag::kName) ||
        !(matter_word(r[j].lower, Matter::kPressName) || r[j].word->kind == SpeakerKind::kPress))
      continue;
    int first = j;
    while (first > 0 && r.is(first - 1, Tag::kName) && r[first - 1].sentence == r[j].sentence) --first;
    if (first > 0 && r.is(first - 1, "the")) --first;
    int last = j + 1;
    while (r.is(last, Tag::kName) && r[last].sentence == r[j].sentence) ++last;
    return {first, last};
  }
  return {};
}

// "We", "I", "my country", "our firm": those who say it.
bool first_person(const Reading& r, Range source) {
  if (source.empty()) return false;
  if (source.size() == 1) return r.is(source.first, "we") || r.is(source.first, "i");
  constexpr std::array kOwn = std::to_array<std::string_view>(
      {"country", "nation", "government", "party", "company", "firm", "group", "team", "organisation", "organization"});
  return source.size() == 2 && (r.is(source.first, "my") || r.is(source.first, "our")) &&
         one_of(r[source.last - 1].lower, kOwn);
}

// The subject of the sentence before token i: whose "its" is.
Range owner_before(const Reading& r, int i) {
  for (int j = i - 1; j >= scope_begin(r, i); --j) {
    const VerbGroup* group = r.group_at(j);
    if (!group || !group->finite || group->subject.empty() || group->subject.last > j) continue;
    const Range subject = trimmed(r, group->subject);
    return pronoun(r, subject) || r.is_class(subject.first, kWh) || r.is(subject.first, Tag::kThat) ? Range{} : subject;
  }
  return {};
}

// The noun that a relative pronoun stands for.
Range antecedent_of(const Reading& r, Range source) {
  int first = source.first;
  if (source.size() != 1 || !(r.is_class(first, kWh) || r.is(first, Tag::kThat))) return source;
  if (r.is(first - 1, "to") && r.is(first - 2, "according")) first -= 2;
  const Range antecedent =
      phrase_ending_at(r, r.is(first - 1, Tag::kComma) ? first - 2 : first - 1, scope_begin(r, source.first));
  return antecedent.empty() ? source : antecedent;
}

}  // namespace

Range trimmed(const Reading& r, Range phrase) {
  while (!phrase.empty() && (r.is(phrase.last - 1, Tag::kComma) || r.is(phrase.last - 1, Tag::kPossessive) ||
                             r.is(phrase.last - 1, Tag::kDash)))
    --phrase.last;
  return phrase;
}

bool pronoun(const Reading& r, Range phrase) {
  return phrase.size() == 1 &&
         (r.is_class(phrase.first, kSubjectPronoun | kObjectPronoun | kPossessive) || r.is(phrase.first, "it") ||
          r.is(phrase.first, "its")) &&
         !r.is_class(phrase.first, kWh);
}

bool press(const Reading& r, Range phrase) {
  const int head = head_of(r, phrase);
  if (head < 0) return false;
  if (r[head].word->kind == SpeakerKind::kPress) return true;
  return r.is(head, Tag::kName) && matter_word(r[head].lower, Matter::kPressName);
}

int head_of(const Reading& r, Range phrase) {
  phrase = trimmed(r, phrase);
  if (phrase.empty()) return -1;
  int head = -1;
  for (int i = phrase.first; i < phrase.last; ++i) {
    if (r.is(i, Tag::kPreposition) || r.is(i, Tag::kComma) || r.is(i, Tag::kWh) || r.is(i, Tag::kOpen) ||
        (r.is(i, Tag::kVerb) && head >= 0) || r.is(i, Tag::kThat))
      break;
    if (nominal(r, i) || r.is(i, Tag::kPronoun)) head = i;
    if (head >= 0 && r.is(i, Tag::kCoordinator)) break;
  }
  return head < 0 ? phrase.first : head;
}

void resolve_speakers(const Reading& r, std::vector<Draft>& drafts) {
  const Names names(r);
  std::vector<int> order(drafts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  const auto place = [&](int i) {
    const Draft& draft = drafts[static_cast<std::size_t>(i)];
    return draft.source.empty() ? (draft.cue.empty() ? draft.content.front().first : draft.cue.first)
                                : draft.source.first;
  };
  std::ranges::stable_sort(order, {}, place);
  std::string person, body;
  int person_paragraph = -9, body_paragraph = -9;
  constexpr int kParagraphs = 2;
  std::size_t quoting = 0;
  std::vector<std::string> relays;  // through whom the last one quoted comes
  std::string quoted;
  for (const int index : order) {
    Draft& draft = drafts[static_cast<std::size_t>(index)];
    if (draft.cue.empty()) continue;  // the page's own voice
    if (draft.source.empty()) continue;
    while (quoting < r.quotings.size() && r.quotings[quoting].whom.first < place(index)) {
      const Quoting& q = r.quotings[quoting++];
      const std::string who = words(r, antecedent_of(r, trimmed(r, q.who)));
      if (who != quoted) relays.clear();
      relays.push_back(who);
      quoted = person = body = words(r, q.whom);
      person_paragraph = body_paragraph = r.sentence_of(q.whom.first).paragraph;
    }
    const int paragraph = r.sentence_of(draft.cue.first).paragraph;
    const Range source = antecedent_of(r, trimmed(r, draft.source));
    const int first = source.first;
    if (first_person(r, source)) continue;
    if (draft.pass == Pass::kNoun && pronoun(r, source) && r.is_class(first, kPossessive)) {
      const Range owner = owner_before(r, first);
      const Range full = names.fuller(owner);
      if (!owner.empty()) {
        draft.claim.speaker = words(r, full.empty() ? owner : full);
        continue;
      }
    }
    if (pronoun(r, source)) {
      const bool body_word = plural_or_body(r, first);
      const std::string& named = body_word ? body : person;
      const int near = body_word ? body_paragraph : person_paragraph;
      draft.claim.speaker =
          !named.empty() && paragraph - near <= kParagraphs && !r.is(first, "you") ? named : words(r, source);
      if (draft.claim.speaker == named) (body_word ? body_paragraph : person_paragraph) = paragraph;
      if (!quoted.empty() && draft.claim.speaker == quoted)
        draft.relays.insert(draft.relays.begin(), relays.begin(), relays.end());
      continue;
    }
    const Range full = names.fuller(source);
    draft.claim.speaker = words(r, full.empty() ? source : full);
    const int head = head_of(r, source);
    const bool definite = r.is(source.first, "the") && source.size() <= 3 && head >= 0 &&
                          r[head].word->kind == SpeakerKind::kPress && !r.is(head, Tag::kName);
    if (definite) {
      const Range named = paper_before(r, source.first);
      if (!named.empty()) draft.claim.speaker = words(r, named);
    }
    // "The firm", after "the security firm Halden Labs".
    if (source.size() == 2 && r.is(source.first, "the") && r.is(source.first + 1, Tag::kNoun) &&
        paragraph - body_paragraph <= kParagraphs && calls_by_name(body, r[source.first + 1].lower))
      draft.claim.speaker = body;
    // A source with a possessive pronoun ("its spokeswoman") is a person; a body is what no person's noun heads.
    const bool human = head >= 0 && (r.is(head, Tag::kName) ? !press(r, source) : r.is_class(head, kPerson));
    if (human && !(head >= 0 && (r[head].word->kind == SpeakerKind::kVictim || r[head].lower.ends_with('s')))) {
      person = draft.claim.speaker;
      person_paragraph = paragraph;
    }
    body = draft.claim.speaker;
    body_paragraph = paragraph;
  }
  // Parents stand before their children.
  for (Draft& draft : drafts) {
    const Range source = trimmed(r, draft.source);
    if (!first_person(r, source)) continue;
    if (draft.claim.parent >= 0) {
      draft.claim.speaker = drafts[static_cast<std::size_t>(draft.claim.parent)].claim.speaker;
    } else if (r[source.first].quote < 0) {
      draft.claim.speaker_kind = SpeakerKind::kOutlet;  // link_chains names it
    }
  }
  for (Draft& draft : drafts) {
    if (draft.claim.speaker.empty() && !draft.source.empty()) draft.claim.speaker = words(r, draft.source);
  }
}

}  // namespace samehand::claim
