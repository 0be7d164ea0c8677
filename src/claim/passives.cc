// Passives and appearances: "X is believed to have Y", "it is said that Y", "X was accused of Y by Z", "X seems to Y".
//
// The content is the subject with what follows; nobody says it, unless "by" names somebody.

#include "drafts.h"
#include "passes.h"
#include "phrase.h"

namespace samehand::claim {
namespace {

// The "by" phrase after i that names who does it, within the clause; empty if none.
Range agent_after(const Reading& r, int i, int until) {
  if (!r.is(i, "by")) return {};
  const int end = phrase_end(r, i + 1, until, true);
  return end > i + 1 ? Range{i + 1, end} : Range{};
}

void add_subject(const Reading& r, const VerbGroup& group, Candidate& cue) {
  const bool expletive = group.subject.size() == 1 && r.is(group.subject.first, "it");
  if (!group.subject.empty() && !expletive && !group.subject_shared) cue.content.push_back(group.subject);
}

}  // namespace

void find_passives(Reading& r, const Switches& switches) {
  const Lexicon& lexicon = Lexicon::get();
  for (const VerbGroup& group : r.groups) {
    const Token& head = r[group.head];
    if (head.tag != Tag::kVerb || head.word->verb < 0) continue;
    const Verb& verb = lexicon.verb(*head.word);
    const int until = scope_end(r, group.head);
    Candidate cue;
    cue.verb = group.head;
    cue.cue = switches.has(Idea::kAuxiliaries) ? group.tokens : Range{group.head, group.head + 1};
    cue.sense = verb.sense;
    cue.frame = kPassive;
    cue.pass = Pass::kPassive;
    const int i = skip_adverbs(r, group.head + 1, until);
    if (i >= until) continue;  // what follows is another sentence's
    if (!group.passive) {
      if (!switches.has(Idea::kSeem) || (verb.sense.frames & kSeem) == 0 || group.subject.empty() || group.infinitive)
        continue;
      const bool expletive = r.is(group.subject.first, "it") && group.subject.size() == 1;
      if (!(r.is(i, Tag::kTo) || (expletive && (r.is(i, Tag::kThat) || r.is(i, "as") || r.is(i, "like"))) ||
            (r.is(i, Tag::kAdjective) && (verb.lemma == "seem" || verb.lemma == "appear"))))
        continue;
      add_subject(r, group, cue);
      const int first = r.is(i, "as") || r.is(i, "like") ? i + 1 : i;
      cue.sense.stance = Stance::kSuggests;
      if (first < until) cue.content.push_back({first, content_end(r, first, until, Extent::kVerbPhrase)});
      r.candidates.push_back(std::move(cue));
      continue;
    }
    if (!switches.has(Idea::kPassives) || verb.sense.strength == Strength::kNone) continue;
    // "X was quoted as saying …", "“…,” X was quoted as saying": X speaks.
    if ((verb.lemma == "quote" || verb.lemma == "cite" || verb.lemma == "report") && r.is(i, "as") &&
        (r.is(i + 1, "saying") || r.is(i + 1, "telling")) && !group.subject.empty() && !group.subject_shared) {
      cue.sense = {Strength::kStrong, Stance::kAsserts, kThat | kBare | kQuotation};
      cue.frame = kQuotation;
      cue.cue.last = i + 2;
      cue.source = group.subject;
      const int left = group.subject.first - 1;
      if (r.is(left, Tag::kQuote) && r[left].partner >= 0 && r[left].partner < left) {
        cue.content.push_back({r[left].partner, left + 1});
      } else if (const int right = r.is(i + 2, Tag::kComma) || r.is(i + 2, Tag::kColon) ? i + 3 : i + 2;
                 right < until && !r.is(right, "by")) {
        cue.content.push_back({right, content_end(r, right + 1, until, Extent::kClause)});
        if (r.is(right, Tag::kQuote) && r[right].partner > right) cue.content.back().last = r[right].partner + 1;
      }
      if (!cue.content.empty()) r.candidates.push_back(std::move(cue));
      continue;
    }
    const bool infinitive = r.is(i, Tag::kTo) && (verb.sense.frames & (kPassive | kObjectTo)) != 0;
    if ((verb.sense.frames & (kThat | kBare | kPassive | kObjectTo)) != 0 &&
        (r.is(i, Tag::kThat) || infinitive || (r.is(i, "as") && (verb.sense.frames & (kObject | kThing)) != 0))) {
      if (r.is(i, Tag::kTo))
        cue.sense.stance = cue.sense.stance == Stance::kAsserts ? Stance::kSuggests : cue.sense.stance;
      add_subject(r, group, cue);
      cue.content.push_back({i, content_end(r, i + 1, until, Extent::kVerbPhrase)});
      r.candidates.push_back(std::move(cue));
      continue;
    }
    // "was asked whether", "were told that": the subject hears it.
    if ((verb.sense.frames & kAddressee) != 0 &&
        (r.is(i, Tag::kThat) || (r.is(i, Tag::kTo) && (verb.sense.frames & kObjectTo) != 0))) {
      cue.content.push_back({i, content_end(r, i + 1, until, Extent::kClause)});
      r.candidates.push_back(std::move(cue));
      continue;
    }
    if ((verb.sense.frames & kIfWhether) != 0 &&
        (r.is(i, "whether") || r.is(i, "if") || r.is(i, "about") || r.is(i, "how") || r.is(i, "why"))) {
      if (r.is(i, "about")) cue.cue.last = i + 1;
      const int first = r.is(i, "about") ? i + 1 : i;
      if (first < until)
        cue.content.push_back(
            {first, content_end(r, first, until, r.is(i, "about") ? Extent::kObject : Extent::kClause)});
      if (!cue.content.empty()) r.candidates.push_back(std::move(cue));
      continue;
    }
    if ((verb.sense.frames & (kObject | kThing | kObjectOf)) == 0) continue;
    const Range agent = agent_after(r, i, until);
    if (!agent.empty()) {
      // "was quoted by the Mail as saying": the other verb has the claim. "written by people": no text, no claim.
      if (r.is(agent.last, "as") && (r.is(agent.last + 1, "saying") || r.is(agent.last + 1, "telling"))) continue;
      if (verb.lemma == "write" && !group.subject.empty() && !r.is_class(head_of(r, group.subject), kDocument))
        continue;
      cue.source = agent;
      if (group.subject.empty() || group.subject_shared) continue;
      cue.content.push_back(group.subject);
      r.candidates.push_back(std::move(cue));
    } else if ((verb.sense.frames & kObjectOf) != 0 &&
               (r.is(i, "of") || r.is(i, "for") || r.is(i, "with") || r.is(i, "as")) && !group.subject.empty()) {
      add_subject(r, group, cue);
      cue.content.push_back({i, content_end(r, i + 1, until, Extent::kObject)});
      r.candidates.push_back(std::move(cue));
    }
  }
}

}  // namespace samehand::claim
