// Noun phrases, clauses and their ends: the small syntax that all passes share. All scans are bounded by the sentence.
#pragma once

#include <string_view>

#include "reading.h"

namespace samehand::claim {

inline bool nominal(const Reading& r, int i) {
  return r.is(i, Tag::kNoun) || r.is(i, Tag::kName) || r.is(i, Tag::kNumber);
}
inline bool ends_phrase(const Reading& r, int i) {
  return nominal(r, i) || r.is(i, Tag::kPronoun) || r.is(i, Tag::kClose);
}

inline bool finite_verb(const Reading& r, int i) {
  if (r.is(i, Tag::kModal)) return true;
  if (r.is(i, Tag::kAuxiliary)) return true;
  return r.is(i, Tag::kVerb) && (r[i].form & (kBase | kThird | kPast)) != 0;
}
inline bool relative(const Reading& r, int i) {
  return r.is(i, "who") || r.is(i, "which") || r.is(i, "whose") || r.is(i, "whom") || r.is(i, Tag::kThat);
}
inline bool time_word(const Reading& r, int i) {
  return r.is_class(i, kDay | kTime);
}

// The lemma of the verb at i as the lexicon has it; empty if there is none.
inline std::string_view lemma(const Reading& r, int i) {
  if (!r.is(i, Tag::kVerb) || r[i].word->verb < 0) return {};
  return Lexicon::get().verb(*r[i].word).lemma;
}

// The noun phrase whose last token is `last`, with its prepositional phrases, lists and relative clauses; empty if
// none. Does not go before `from`.
Range phrase_ending_at(const Reading& r, int last, int from);

// The end of the noun phrase that begins at `first` (with "of …" and, if `wide`, other prepositional phrases); `first`
// if none.
int phrase_end(const Reading& r, int first, int until, bool wide);

// Where a phrase that tells when begins, if one with a preposition ends at `last`: "[for the first time]", "[in recent
// days]", "[on Monday]"; last + 1 if none.
int time_phrase_begin(const Reading& r, int last, int from);

// The subject that stands before `verb` (the first token of a verb group), with its appositive; empty if none.
Range subject_before(const Reading& r, int verb, int from);

// The source that follows an inverted cue ("said Smith, a lawyer"), or "according to": from `first` to its appositive's
// end.
Range source_after(const Reading& r, int first, int until);

// Skips adverbs, prepositional phrases and dates ("in a statement on Tuesday"), and an addressee where the verb takes
// one.
int skip_adjuncts(const Reading& r, int i, int until, bool addressee);
int skip_adverbs(const Reading& r, int i, int until);

// Whether a clause with a finite verb of its own begins at `first`: its verb group's index, or -1.
int clause_verb(const Reading& r, int first, int until);

enum class Extent : std::uint8_t {
  kClause,  // to the end of the clause: that, bare, wh
  kObject,  // a noun phrase with what belongs to it
  kVerbPhrase,
};

// The end of the content that begins at `first`, in a sentence (or quotation) that ends at `until`.
int content_end(const Reading& r, int first, int until, Extent extent);

// The end of the text that a cue at token i can speak about: its sentence without the final stop, or its quotation.
int scope_end(const Reading& r, int i);
int scope_begin(const Reading& r, int i);

// Whether the token heads a cue of utterance ("said", "adding").
bool utters(const Reading& r, int head);

}  // namespace samehand::claim
