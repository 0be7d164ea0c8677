// Cues that are verbs: "X said that Y", "“Y,” said X", "X praised Y", "X wants to Y".
//
// For every verb group whose verb the lexicon knows: its particle, its subject on the left, then content on the left
// (a quotation or clause that ends right before the subject: "“Y,” X said"), on the right by the first frame that both
// the verb and the words allow, or on both ("X, he said, Y").
// Cost: a bounded scan for each verb. Known failures: verbs in frames that the lexicon does not list; light verbs.

#include <algorithm>
#include <array>

#include "drafts.h"
#include "matter.h"
#include "passes.h"
#include "phrase.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {
namespace {

class VerbCues {
 public:
  VerbCues(Reading& reading, const Switches& switches) : r_(reading), switches_(switches), lexicon_(Lexicon::get()) {}

  void run() {
    for (const VerbGroup& group : r_.groups) {
      if (r_.is(group.head, Tag::kVerb) && !group.passive && r_[group.head].word->verb >= 0) visit(group);
    }
  }

 private:
  void visit(const VerbGroup& group) {
    const Verb& verb = lexicon_.verb(*r_[group.head].word);
    const int until = clause_limit(group, scope_end(r_, group.head));
    Candidate cue;
    cue.verb = group.head;
    cue.cue = switches_.has(Idea::kAuxiliaries) ? group.tokens : Range{group.head, group.head + 1};
    cue.source = switches_.has(Idea::kSharedSubjects) || !group.subject_shared ? group.subject : Range{};
    // "“…,” insisted the operator, adding that …"
    if (!group.finite && (r_[group.head].form & kIng) != 0 && r_.is(group.tokens.first - 1, Tag::kComma) &&
        spoke_sentence_ == r_[group.head].sentence && spoke_.last <= group.tokens.first)
      cue.source = spoke_;
    if (switches_.has(Idea::kCatenatives)) extend_left(cue, group);
    if (!switches_.has(Idea::kAppositives) && !cue.source.empty() && r_.is(cue.source.last - 1, Tag::kComma)) {
      int comma = cue.source.first;
      while (comma < cue.source.last && !r_.is(comma, Tag::kComma)) ++comma;
      cue.source.last = comma;
    }
    if (switches_.has(Idea::kParticles)) {
      for (const ParticleVerb& particle : verb.particles) {
        if (around_pronoun(cue, particle, until)) return;
        const int end = particle_end(group.head + 1, until, particle.particles);
        if (end < 0) continue;
        Candidate with = cue;
        with.cue.last = end;
        with.sense = particle.sense;
        if ((switches_.has(Idea::kBefore) && before(with, group, until)) || right(with, group, until)) {
          add(with);
          return;
        }
      }
    }
    if (verb.sense.strength == Strength::kNone || gives_a_name(group)) return;
    cue.sense = verb.sense;
    const bool more = switches_.has(Idea::kExtracted);
    if (more && asked(cue, group, until)) {
      add(cue);
      return;
    }
    const bool left = switches_.has(Idea::kBefore) && before(cue, group, until);
    if (left || right(cue, group, until) || (more && (extracted(cue, group, until) || as_said(cue, group, until))))
      add(cue);
  }

  // "those who want to ban it said …": a verb whose subject holds this one ends what this one can take.
  int clause_limit(const VerbGroup& group, int until) const {
    if (group.subject.size() != 1 || !(r_.is(group.subject.first, Tag::kWh) || r_.is(group.subject.first, Tag::kThat)))
      return until;
    constexpr int kAhead = 12;
    int seen = 0;
    for (std::size_t g = static_cast<std::size_t>(r_.group_of[static_cast<std::size_t>(group.head)]) + 1;
         g < r_.groups.size() && seen < kAhead; ++g, ++seen) {
      const VerbGroup& later = r_.groups[g];
      if (later.head >= until) break;
      if (!later.finite || later.subject_shared || !later.subject.has(group.head)) continue;
      int last = std::min(later.subject.last, later.tokens.first);
      while (last > group.head + 1 && (r_.is(last - 1, Tag::kComma) || r_.is(last - 1, Tag::kDash))) --last;
      return std::min(until, last);
    }
    return until;
  }

  // "continued to portray", "is trying to show", "began urging": the verb before only says that it happens.
  void extend_left(Candidate& cue, const VerbGroup& group) const {
    const bool ing = group.tokens.first == group.head && (r_[group.head].form & kIng) != 0;
    if (!group.infinitive && !ing) return;
    const int before = cue.cue.first - 1;
    if (before < 0 || r_[before].sentence != r_[group.head].sentence || r_[before].quote != r_[group.head].quote)
      return;
    const VerbGroup* outer = nullptr;
    if (r_.is(before, "likely") || r_.is(before, "unlikely") || r_.is(before, "quick") || r_.is(before, "able") ||
        r_.is(before, "unable")) {
      int verb = before - 1;
      while (r_.is(verb, Tag::kAdverb)) --verb;
      if (verb >= 0 && r_.is_class(verb, kBe)) outer = r_.group_at(verb);
    } else if (r_.is(before, Tag::kAuxiliary)) {
      if (r_.is_class(before, kHave)) outer = r_.group_at(before);
    } else if (r_.is(before, Tag::kVerb) && r_[before].word->verb >= 0) {
      constexpr std::array kCatenatives = std::to_array<std::string_view>(
          {"continue", "begin", "start", "try",    "tend", "need", "seem", "appear", "attempt", "struggle",
           "come",     "keep",  "stop",  "manage", "fail", "go",   "dare", "happen", "spend",   "have"});
      if (one_of(lexicon_.verb(*r_[before].word).lemma, kCatenatives)) outer = r_.group_at(before);
    }
    if (!outer || outer->passive || outer->subject.empty()) return;
    cue.cue.first = outer->tokens.first;
    cue.source = outer->subject;
  }

  // "Asked about the leak, she …", "when asked whether …": nobody is named who asks.
  bool asked(Candidate& cue, const VerbGroup& group, int until) {
    if (lexicon_.verb(*r_[group.head].word).lemma != "ask" || group.finite ||
        (r_[group.head].form & kParticiple) == 0) {
      if (!(r_[group.head].lower == "asked" && opens(group.tokens.first))) return false;
    }
    if (!opens(group.tokens.first)) return false;
    const int i = skip_adjuncts(r_, cue.cue.last, until, false);
    // skip_adjuncts takes "about X" for an adjunct: look for it by itself.
    int about = skip_adverbs(r_, cue.cue.last, until);
    while (about < until && r_.is_class(about, kDay | kTime)) ++about;
    if (r_.is(about, "on") && r_.is_class(about + 1, kDay)) about += 2;
    if (r_.is(about, "by")) about = phrase_end(r_, about + 1, until, false);
    int first = -1;
    if (r_.is(about, "about") || r_.is(about, Tag::kTo)) {
      first = about;
    } else if (r_.is(i, Tag::kWh) || r_.is(i, "whether") || r_.is(i, "if") || r_.is(i, Tag::kTo)) {
      first = i;
    }
    if (first < 0) return false;
    int last = first + 1;
    while (last < until && !r_.is(last, Tag::kComma) && !r_.is(last, Tag::kSemicolon) && !r_.is(last, Tag::kDash))
      ++last;
    cue.source = {};
    return accept(cue, kIfWhether, first, last);
  }
  bool opens(int i) const {
    const int from = r_.sentence_of(i).tokens.first;
    return i == from || r_.is(i - 1, "when") || r_.is(i - 1, "if") || r_.is(i - 1, Tag::kComma);
  }

  // "would not rule [it] out": the object stands before the particle.
  bool around_pronoun(const Candidate& cue, const ParticleVerb& particle, int until) {
    const int i = cue.verb + 1;
    if (particle.particles.size() != 1 || (particle.sense.frames & (kObject | kThing)) == 0 || i + 1 >= until ||
        cue.source.empty() || !(r_.is(i, "it") || r_.is(i, "this") || r_.is(i, "that") || r_.is(i, "them")) ||
        !r_.is(i + 1, particle.particles.front()))
      return false;
    Candidate with = cue;
    with.sense = particle.sense;
    with.frame = kObject;
    with.content.push_back({i, i + 1});
    add(with);
    return true;
  }

  // "a former employee called Lena was responsible": who calls nobody anything.
  bool gives_a_name(const VerbGroup& group) const {
    const int head = group.head;
    if (group.tokens.size() != 1 || !(r_.is(head, "called") || r_.is(head, "named") || r_.is(head, "dubbed")) ||
        !r_.is(head - 1, Tag::kNoun))
      return false;
    int i = head + 1;
    while (r_.is(i, Tag::kName)) ++i;
    return i > head + 1 && finite_verb(r_, i);
  }

  int particle_end(int i, int until, const std::vector<std::string_view>& particles) const {
    for (const std::string_view particle : particles) {
      if (i < until && r_.is(i, Tag::kAdverb) && r_[i].lower != particle) ++i;
      if (i >= until || r_[i].lower != particle) return -1;
      ++i;
    }
    // "reported on Thursday that it failed" does not report on Thursday.
    if (particles.back() == "on" && i < until && r_.is_class(i, kDay)) return -1;
    return i;
  }

  bool takes(const Candidate& cue, std::uint32_t frame) const { return (cue.sense.frames & frame) != 0; }

  bool accept(Candidate& cue, std::uint32_t frame, int first, int last) {
    if (first >= last) return false;
    // What is thought needs somebody who thinks it: "to know that", "it shows whether".
    const bool clause = frame == kThat || frame == kBare || frame == kIfWhether || frame == kObjectTo;
    if (clause && cue.sense.strength != Strength::kStrong) {
      const VerbGroup* group = r_.group_at(cue.verb);
      if (group && subject_points(cue.source) + form_points(cue, *group) < -2) return false;
    }
    cue.frame = frame;
    cue.content.push_back({first, last});
    return true;
  }

  int end_of(int first, int until, Extent extent) const {
    if (switches_.has(Idea::kClauseEnds)) return content_end(r_, first, until, extent);
    return until;
  }

  // A quotation that opens at i: to its closing mark, and on to the clause's end where it is only a part of the clause.
  int quotation_end(int i, int until, Extent extent) const {
    const int close = r_[i].partner;
    if (close < 0) return until;
    const bool complete = r_.is(close - 1, Tag::kStop) || r_.is(close - 1, Tag::kComma) || close + 1 >= until ||
                          r_[close].tag != Tag::kQuote;
    return complete ? close + 1 : std::max(close + 1, end_of(i, until, extent));
  }

  // "said, [however,] that", "said, [in a letter to the board,] that": past the second comma.
  int past_insertion(int i, int until) const {
    if (!r_.is(i, Tag::kComma) || !(r_.is(i + 1, Tag::kAdverb) || r_.is(i + 1, Tag::kPreposition))) return i;
    constexpr int kLongest = 14;
    for (int j = i + 2; j + 1 < std::min(until, i + kLongest); ++j) {
      if (r_.is(j, Tag::kComma)) return r_.is(j + 1, Tag::kThat) ? j + 1 : i;
      if (r_.is(j, Tag::kVerb) || r_.is(j, Tag::kQuote)) return i;
    }
    return i;
  }

  // "said [this week] that", "said [late last month] it would", but not "said this week was a bad one".
  int past_time(int i, int until) const {
    int at = i;
    while (r_.is(at, "earlier") || r_.is(at, "late") || r_.is(at, "early")) ++at;
    if (!(r_.is(at, "this") || r_.is(at, "last")) || at + 2 >= until) return i;
    if (!(r_.is(at + 1, "week") || r_.is(at + 1, "month") || r_.is(at + 1, "year"))) return i;
    return finite_verb(r_, at + 2) || r_.is(at + 2, Tag::kPossessive) ? i : at + 2;
  }

  // Content to the right, by the first frame that fits.
  bool right(Candidate& cue, const VerbGroup& group, int until) {
    const int start = past_insertion(cue.cue.last, until);
    const int direct = past_time(skip_adverbs(r_, start, until), until);
    const int past = skip_adjuncts(r_, start, until, takes(cue, kAddressee));
    // An addressee is looked for before an object: "told the paper it failed".
    const bool addressed = takes(cue, kAddressee);
    for (const int i : {addressed ? past : direct, addressed ? direct : past}) {
      if (i >= until) continue;
      const bool moved = i != direct;
      if (r_.is(i, Tag::kThat) && takes(cue, kThat)) {
        // "said that" opens a clause; "said that day" does not.
        return accept(cue, kThat, i, end_of(i + 1, until, Extent::kClause));
      }
      if (takes(cue, kQuotation)) {
        int quote = i;
        if ((r_.is(quote, Tag::kComma) || r_.is(quote, Tag::kColon)) && quote + 1 < until) ++quote;
        if (r_.is(quote, Tag::kQuote) && r_[quote].partner > quote)
          return accept(cue, kQuotation, quote, quotation_end(quote, until, Extent::kClause));
        if (r_.is(i, Tag::kColon) && cue.sense.strength == Strength::kStrong && i + 1 < until)
          return accept(cue, kQuotation, i + 1, end_of(i + 1, until, Extent::kClause));
      }
      if (((r_.is(i, Tag::kWh) && !r_.is(i, "who")) || r_.is(i, "whether") || r_.is(i, "if") || r_.is(i, "who")) &&
          takes(cue, kIfWhether))
        return accept(cue, kIfWhether, i, end_of(i + 1, until, Extent::kClause));
      if (r_.is(i, Tag::kTo) && takes(cue, kToVerb) && !moved)
        return accept(cue, kToVerb, i, end_of(i + 1, until, Extent::kVerbPhrase));
      const bool gerund = (r_.is(i, Tag::kVerb) && (r_[i].form & kIng) != 0) || r_.is(i, "having") || r_.is(i, "being");
      if (gerund && takes(cue, kGerund) && !moved)
        return accept(cue, kGerund, i, end_of(i + 1, until, Extent::kVerbPhrase));
      if (takes(cue, kBare) && (!moved || cue.sense.strength == Strength::kStrong) && bare_clause(i, until))
        return accept(cue, kBare, i, end_of(i, until, Extent::kClause));
      if (moved) continue;
      if ((r_.is(i, "yes") || r_.is(i, "no") || r_.is(i, "so")) && takes(cue, kObject) && takes(cue, kBare) &&
          !(i + 1 < until && (nominal(r_, i + 1) || r_.is(i + 1, Tag::kAdjective))))
        return accept(cue, kObject, i, i + 1);
      if (takes(cue, kObjectTo | kObject | kThing) && object_starts(i, until)) {
        const int end = phrase_end(r_, i, until, false);
        if (is_deed(cue, i, end)) return false;
        if (quotes_somebody(cue, group, i, end)) return false;
        const int to = skip_adverbs(r_, end, until);
        if (takes(cue, kObjectTo) && r_.is(to, Tag::kTo)) {
          // "urged [the firm to pay]", but "told the firm [not to pay]": an addressee is no part of what is said.
          return accept(cue, kObjectTo, takes(cue, kAddressee) ? end : i, end_of(to + 1, until, Extent::kVerbPhrase));
        }
        if ((takes(cue, kObject) && !weak_object(cue, group, i)) ||
            (takes(cue, kThing) && evident(cue, group, i, until)))
          return accept(cue, kObject, i, end_of(i, until, Extent::kObject));
      }
    }
    return false;
  }

  // "a strike that executives said could end": the relative pronoun and what follows the cue.
  bool extracted(Candidate& cue, const VerbGroup& group, int until) {
    if (!takes(cue, kBare) || group.subject.empty() || group.subject_shared) return false;
    const int i = skip_adverbs(r_, cue.cue.last, until);
    const int pronoun = group.subject.first - 1;
    if (i >= until ||
        !(r_.is(pronoun, "which") || r_.is(pronoun, "that") || r_.is(pronoun, "what") || r_.is(pronoun, "who")) ||
        r_[pronoun].sentence != r_[group.head].sentence)
      return false;
    const bool loose = r_.is(i, "having") || r_.is(i, "being") || r_.is(i, "be") || r_.is(i, "been");
    const bool finite = r_.is(i, Tag::kModal) || (r_.is(i, Tag::kAuxiliary) && !loose) ||
                        (r_.is(i, Tag::kVerb) && (r_[i].form & (kThird | kPast)) != 0);
    if (!finite) return false;
    cue.content.push_back({pronoun, pronoun + 1});
    return accept(cue, kBare, i, end_of(i, until, Extent::kClause));
  }

  // "As Smith said, it failed."
  bool as_said(Candidate& cue, const VerbGroup& group, int until) {
    if (!takes(cue, kAfter) || cue.sense.strength != Strength::kStrong || group.subject.empty() || group.subject_shared)
      return false;
    if (!r_.is(group.subject.first - 1, "as") || group.subject.first - 1 > r_.sentence_of(group.head).tokens.first + 2)
      return false;
    const int i = skip_adjuncts(r_, cue.cue.last, until, true);
    if (!r_.is(i, Tag::kComma) && !r_.is(i, Tag::kColon)) return false;
    return accept(cue, kAfter, i + 1, end_of(i + 1, until, Extent::kClause));
  }

  bool bare_clause(int i, int until) const {
    if (r_.is(i, Tag::kVerb) && (r_[i].form & kIng) != 0) {  // "said using a server was a mistake"
      for (int j = i + 1; j < std::min(until, i + 16); ++j) {
        if (r_.is(j, Tag::kComma) || r_.is(j, Tag::kSemicolon) || r_.is(j, Tag::kQuote) || r_.is(j, Tag::kWh) ||
            r_.is(j, Tag::kThat))
          return false;
        const VerbGroup* group = r_.group_at(j);
        if (group && group->finite) return true;
      }
      return false;
    }
    if (r_.is(i, "there") && r_.is_class(i + 1, kBe | kModal | kHave)) return true;
    if (!(nominal(r_, i) || r_.is(i, Tag::kPronoun) || r_.is(i, Tag::kDeterminer) || r_.is(i, Tag::kAdjective) ||
          r_.is(i, Tag::kQuote)))
      return false;
    if (r_.is(i, Tag::kQuote) || (r_.is_class(i, kDay | kTime) && !r_.is(i, Tag::kDeterminer))) return false;
    return clause_verb(r_, i, until) >= 0;
  }

  bool object_starts(int i, int until) const {
    if (i >= until) return false;
    if (r_.is(i, Tag::kQuote)) return r_[i].partner > i;
    return nominal(r_, i) || r_.is(i, Tag::kPronoun) || r_.is(i, Tag::kDeterminer) || r_.is(i, Tag::kAdjective) ||
           (r_.is(i, Tag::kThat) && nominal(r_, i + 1)) ||
           (r_.is(i, Tag::kVerb) && (r_[i].form & (kIng | kParticiple)) != 0 && nominal(r_, i + 1));
  }

  // Whether what surrounds a verb with a thing as its object speaks for a claim: a person who does it, a finite past,
  // a definite thing. The points are set by hand; docs/claims.md has what they bring.
  bool evident(const Candidate& cue, const VerbGroup& group, int i, int until) const {
    return !switches_.has(Idea::kEvidence) || points(cue, group, i, until) > 0;
  }
  int points(const Candidate& cue, const VerbGroup& group, int i, int until) const {
    return subject_points(group.subject) + form_points(cue, group) + object_points(i, until);
  }
  int subject_points(Range subject) const {
    if (subject.empty()) return -1;
    const int first = subject.first;
    if (subject.size() == 1 && (r_.is(first, Tag::kPronoun) || r_.is(first, Tag::kThat) || r_.is(first, Tag::kWh) ||
                                r_.is(first, Tag::kDeterminer))) {
      if (r_.is(first, "he") || r_.is(first, "she")) return 1;
      if (r_.is(first, "it") || r_.is(first, "that") || r_.is(first, "which") || r_.is(first, "this") ||
          r_.is(first, "what") || r_.is(first, "you") || r_.is(first, "i") || r_.is(first, "we"))
        return -2;
      return r_.is(first, "who") ? -1 : 0;
    }
    const int head = head_of(r_, subject);
    if (r_.is(head, Tag::kName)) return 1;
    if (r_.is_class(head, kPerson)) return 1;
    return r_.is_class(head, kDocument) ? 0 : -1;
  }
  int form_points(const Candidate& cue, const VerbGroup& group) const {
    if (group.infinitive) return -2;
    for (int i = cue.cue.first; i < group.head; ++i) {
      if (r_.is(i, Tag::kModal)) return -2;
    }
    const std::uint8_t form = r_[group.head].form;
    if ((form & kIng) != 0) return group.finite ? 0 : -1;
    return (form & (kPast | kParticiple)) != 0 ? 1 : 0;
  }
  int object_points(int i, int until) const {
    if (r_.is(i, Tag::kNumber)) return -2;
    int end = phrase_end(r_, i, until, false);
    if (r_.is(end, "as") && end < until) return 2;  // "see it as"
    for (int j = i; j < end; ++j) {                 // "see overlaps", "found links": what such claims are about
      if (matter_at(r_, j, Matter::kSimilarity) || matter_at(r_, j, Matter::kEvidence) ||
          matter_at(r_, j, Matter::kMotive))
        return 1;
    }
    if (r_.is(i, Tag::kName) || r_.is(i, Tag::kPronoun) || r_.is(i, Tag::kQuote) || r_.is_class(i, kPossessive))
      return 1;
    if (r_.is(i, Tag::kDeterminer)) return r_.is(i, "a") || r_.is(i, "an") ? 0 : 1;
    return -1;
  }

  // "The Post quotes an unnamed diplomat": whom it relays is no content.
  bool quotes_somebody(const Candidate& cue, const VerbGroup& group, int i, int end) {
    const std::string_view verb = lexicon_.verb(*r_[cue.verb].word).lemma;
    if ((verb != "quote" && verb != "cite") || group.subject.empty() || r_.is(end, "as")) return false;
    const int head = head_of(r_, {i, end});
    const bool speaks =
        head >= 0 && (r_.is_class(head, kPerson) || press(r_, {i, end})) && !r_.is_class(head, kDocument);
    if (speaks) r_.quotings.push_back({group.subject, {i, end}});
    return speaks;
  }

  // "ordered the attack": a deed, and no words.
  bool is_deed(const Candidate& cue, int i, int end) const {
    if (lexicon_.verb(*r_[cue.verb].word).lemma != "order") return false;
    for (int j = i; j < end; ++j) {
      if (matter_at(r_, j, Matter::kBlow)) return true;
    }
    return false;
  }

  // What is no attitude of anybody: "made of it to raise money", "the ads that attack him", "you can praise it".
  bool weak_object(const Candidate& cue, const VerbGroup& group, int i) const {
    const bool weak = cue.sense.strength == Strength::kWeak;
    if (weak && group.infinitive && cue.cue.first == group.tokens.first) return true;
    if (weak && group.subject.size() == 1 &&
        (r_.is(group.subject.first, Tag::kThat) || r_.is(group.subject.first, "you")))
      return true;
    if (r_.is_class(i, kDay | kTime) && !r_.is_class(i, kPerson)) return true;
    return group.subject.empty() && (r_[group.head].form & kIng) == 0;
  }

  // Content to the left: “Y,” X said; “Y,” said X; Y, X said.
  bool before(Candidate& cue, const VerbGroup& group, int until) {
    if (!takes(cue, kQuotation | kAfter)) return false;
    const int from = r_.sentence_of(group.head).tokens.first;
    const bool quoted_subject = !group.subject.empty() && r_.is(group.subject.first, Tag::kQuote) &&
                                r_[group.subject.first].partner == group.subject.last - 1;
    const bool inverted =
        group.subject.empty() || group.subject_shared || quoted_subject || group.subject.last > group.tokens.first;
    const bool subject_adjacent = !inverted && group.subject.last == group.tokens.first;
    const int left = (subject_adjacent ? group.subject.first : group.tokens.first) - 1;
    if (left < 0) return false;
    if (left < from) {
      // “Are you sure?” Smith asked. Two sentences by their marks, one by their sense.
      const bool asked = r_.is(left, Tag::kQuote) && r_.is(left - 1, Tag::kStop) &&
                         r_.sentence_of(left).paragraph == r_.sentence_of(group.head).paragraph;
      if (!asked || skip_adjuncts(r_, cue.cue.last, until, true) < until) return false;
    }
    int content_last = -1;
    int quote = -1;
    if (r_.is(left, Tag::kQuote) && r_[left].partner >= 0 && r_[left].partner < left) {
      quote = r_[left].partner;
      content_last = left + 1;
      if (!(r_.is(left - 1, Tag::kComma) || r_.is(left - 1, Tag::kStop) || r_.is(left - 1, Tag::kDash) ||
            r_[left - 1].lower == "...")) {
        if (!inverted && left - quote < 5) return false;  // a word in quotation marks: the "experts" said
      }
    } else if ((r_.is(left, Tag::kComma) || r_.is(left, Tag::kDash)) && left > from) {
      content_last = left;
      if (r_.is(left - 1, Tag::kQuote) && r_[left - 1].partner >= 0 && r_[left - 1].partner < left - 1) {
        quote = r_[left - 1].partner;
      } else if (!takes(cue, kAfter)) {
        return false;
      }
    } else {
      return false;
    }
    if (r_[left].quote != r_[group.head].quote && quote < 0) return false;
    if (inverted) {
      if (!takes(cue, kInverted) || !switches_.has(Idea::kInversion)) return false;
      if (group.tokens.size() > 2 || (r_[group.head].form & (kPast | kThird | kBase)) == 0) return false;
      const Range source = source_after(r_, cue.cue.last, until);
      // ", posts 4TB on its site": an amount is nobody.
      if (quote < 0 && !source.empty() && r_[source.first].lower[0] >= '0' && r_[source.first].lower[0] <= '9' &&
          source.size() == 1)
        return false;
      if (source.empty()) {
        if (quote < 0) return false;
      } else {
        cue.pass = Pass::kInversion;
        spoke_ = source;
        spoke_sentence_ = r_[group.head].sentence;
      }
      cue.source = source;
    }
    int first = quote >= 0 ? quote : from;
    if (quote >= 0 && quote > from) {
      // The words before a partial quotation belong to it, unless a colon, a bracket or a cue of its own intervenes.
      bool own = true;
      for (int j = from; j < quote && own; ++j)
        own = !(r_.is(j, Tag::kColon) || r_.is(j, Tag::kOpen) || r_.is(j, Tag::kSemicolon) || utters(r_, j));
      if (own && quote > from) first = from;
      while (first < quote &&
             (r_.is(first, Tag::kAdverb) || r_.is(first, Tag::kCoordinator) || r_.is(first, Tag::kComma)))
        ++first;
    } else if (quote < 0) {
      // An indirect clause before its cue must have a verb and no stronger cue of its own.
      bool verb = false, commas = false, main = false;
      for (int j = from; j < content_last; ++j) {
        if (r_.is(j, Tag::kSemicolon) || r_.is(j, Tag::kColon)) first = j + 1;
        const VerbGroup* inner = r_.group_at(j);
        verb |= (inner && inner->finite) || r_.is(j, Tag::kModal);
        commas |= verb && r_.is(j, Tag::kComma);
        main |= commas && ((inner && inner->finite) || r_.is(j, Tag::kModal));
        if (inner && inner->finite && inner->tokens.first != group.tokens.first && utters_at_top(j, content_last))
          return false;
      }
      const bool goes_on = interrupted(cue, until);
      if (r_.is(content_last - 1, Tag::kWh)) {  // "which, he said, …"
        if (!goes_on) return false;
        first = content_last - 1;
        verb = true;
      }
      if (!verb && !goes_on) return false;
      if (r_.is(first, Tag::kSubordinator) && !goes_on && !main) return false;  // "If it fails, …, he said"
      if (!verb && (r_.is(first, Tag::kPreposition) || r_.is(first, Tag::kAdverb) || r_.is(first, Tag::kCoordinator)) &&
          content_last - first < 5) {
        // "In Miami, he said, …": the opening is no part of what he said.
        const int start = resumption(cue, until);
        cue.content.push_back({start, end_of(start, until, Extent::kClause)});
        cue.frame = kAfter;
        cue.pass = Pass::kBefore;
        return true;
      }
      if (r_.is(first, Tag::kPreposition) && (!verb || (r_.is(first, "as") && !main))) return false;
      if (r_.is(first, Tag::kCoordinator)) ++first;
      if (r_.is(first, Tag::kAdverb) && r_.is(first + 1, Tag::kComma) && first + 2 < content_last)
        first += 2;  // "Also, …"
      const int next = skip_adjuncts(r_, cue.cue.last, until, takes(cue, kAddressee));
      // "…, he said" stands at the end, or is followed by what goes on; with an object of its own it is no insertion.
      if (!inverted) {
        if (next < until && !r_.is(next, Tag::kComma) && !r_.is(next, Tag::kDash) && !r_.is(next, Tag::kColon) &&
            !r_.is(next, Tag::kQuote) && !r_.is(next, Tag::kCoordinator) && !r_.is(next, Tag::kSemicolon) &&
            !r_.is(next, Tag::kStop) && !r_.is(next, Tag::kSubordinator))
          return false;
        if (cue.source.size() == 1 && (r_.is(cue.source.first, Tag::kWh) || r_.is(cue.source.first, Tag::kThat)))
          return false;
      }
    }
    if (first >= content_last) return false;
    cue.content.push_back({first, content_last});
    cue.frame = quote >= 0 ? kQuotation : kAfter;
    if (cue.pass != Pass::kInversion) cue.pass = Pass::kBefore;
    if (switches_.has(Idea::kInterrupted)) resume(cue, until, quote >= 0);
    return true;
  }

  // Whether the verb at j says something itself, so that what follows it is its own content: "Smith promised to shake
  // things up, he said" has its cue in "promised" only where that takes in the rest of the clause.
  bool utters_at_top(int j, int content_last) const {
    if (!utters(r_, j)) return false;
    const VerbGroup* group = r_.group_at(j);
    if (!group || group->subject.empty() || group->passive) return false;
    const int next =
        skip_adjuncts(r_, j + 1, content_last, (lexicon_.verb(*r_[j].word).sense.frames & kAddressee) != 0);
    return r_.is(next, Tag::kThat) || r_.is(next, Tag::kQuote) || bare_clause(next, content_last);
  }

  // Where the content may go on after "X, he said": the token after the comma, or -1.
  int resumption(const Candidate& cue, int until) const {
    int i = cue.source.first >= cue.cue.last ? cue.source.last : cue.cue.last;
    i = skip_adjuncts(r_, i, until, true);
    if (!r_.is(i, Tag::kComma) && !r_.is(i, Tag::kColon)) return -1;
    return i + 1 < until ? i + 1 : -1;
  }
  bool interrupted(const Candidate& cue, int until) const {
    const int i = resumption(cue, until);
    return i >= 0 && !(r_.is(i, Tag::kVerb) && (r_[i].form & kIng) != 0);
  }

  void resume(Candidate& cue, int until, bool quoted) {
    const int i = resumption(cue, until);
    if (i < 0) return;
    if (quoted && r_.is(i, Tag::kThat)) {
      cue.content.push_back({i, end_of(i + 1, until, Extent::kClause)});
    } else if (r_.is(i, Tag::kQuote) && r_[i].partner > i) {
      cue.content.push_back({i, quotation_end(i, until, Extent::kClause)});
    } else if (!quoted && !(r_.is(i, Tag::kVerb) && (r_[i].form & kIng) != 0) && !r_.is(i, Tag::kCoordinator) &&
               !r_.is(i, "which")) {
      cue.content.push_back({i, end_of(i, until, Extent::kClause)});
    }
  }

  void add(Candidate& cue) {
    if (cue.content.empty()) return;
    // "said sarcastically", "said:": the manner and the colon belong to the cue.
    while (r_.is(cue.cue.last, Tag::kAdverb) && r_[cue.cue.last].lower.ends_with("ly") && free(cue, cue.cue.last))
      ++cue.cue.last;
    if (r_.is(cue.cue.last, Tag::kColon) && free(cue, cue.cue.last)) ++cue.cue.last;
    if (!switches_.has(Idea::kWeak) && cue.sense.strength == Strength::kWeak) return;
    r_.candidates.push_back(std::move(cue));
  }

  bool free(const Candidate& cue, int i) const {
    return !cue.source.has(i) && r_[i].sentence == r_[cue.cue.first].sentence &&
           std::ranges::none_of(cue.content, [&](Range piece) { return piece.has(i); });
  }

  Range spoke_;  // the source of the last inverted cue
  int spoke_sentence_ = -1;
  Reading& r_;
  const Switches& switches_;
  const Lexicon& lexicon_;
};

}  // namespace

void find_verb_cues(Reading& reading, const Switches& switches) {
  VerbCues(reading, switches).run();
}

}  // namespace samehand::claim
