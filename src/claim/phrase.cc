// Noun phrases without a parser: walks over tags that stop where a phrase cannot go on.
//
// Example: "The chairwoman of the party, who lost, said" -> subject of "said": from "The" to the comma.
// Method: leftward, a phrase takes nouns, determiners, prepositional phrases that a noun carries, lists, participles
// and relative clauses; rightward the same more narrowly. Ends of clauses are told by punctuation, conjunctions and
// further cues. Cost: bounded by the sentence (kMaxSentence). Known failures: prepositional phrases that belong to the
// verb before; "met the mayor and Smith said" is cut right only because "met" stands before the list.

#include "phrase.h"

#include <algorithm>
#include <initializer_list>

namespace samehand::claim {
namespace {

// The opening bracket of the one at `close`, or -1.
int open_bracket(const Reading& r, int close, int from) {
  for (int i = close - 1; i >= std::max(from, close - 20); --i) {
    if (r.is(i, Tag::kOpen)) return i;
  }
  return -1;
}

// The relative pronoun that opens the clause in which the finite verb at i stands, where a noun carries it; or -1.
int relative_before(const Reading& r, int i, int from) {
  for (int j = i - 1; j > std::max(from, i - 14); --j) {
    if (relative(r, j)) return ends_phrase(r, j - 1) ? j : -1;
    if (r.is(j, Tag::kStop) || r.is(j, Tag::kSemicolon) || r.is(j, Tag::kColon) || r.is(j, Tag::kQuote)) return -1;
    if (r.is(j, Tag::kComma) && !relative(r, j + 1)) return -1;
  }
  return -1;
}

// Prepositions that a subject may carry inside.
bool phrase_preposition(const Reading& r, int i) {
  return r.is(i, Tag::kPreposition) && !r.is(i, "than") && !r.is(i, "until") && !r.is(i, "since") && !r.is(i, "as");
}

// Where a phrase that begins at `first` begins with its quantifier: "[only] a quarter", "[more than] six in 10".
int quantified(const Reading& r, int first, int from) {
  const auto either = [&](int i, std::initializer_list<std::string_view> words) {
    return i >= from && std::ranges::any_of(words, [&](std::string_view word) { return r.is(i, word); });
  };
  const bool amount = r.is(first, Tag::kNumber) || r.is(first, "a") || r.is(first, "an") || r.is(first, "all") ||
                      r.is(first, "half") || r.is(first, "everyone") || r.is(first, "every") || r.is(first, "many") ||
                      r.is(first, "few") || r.is(first, "one");
  if (!amount) return first;
  if (either(first - 1, {"than"}) && either(first - 2, {"more", "fewer", "less"})) return first - 2;
  if (either(first - 1, {"least", "most"}) && either(first - 2, {"at"})) return first - 2;
  if (either(first - 1, {"only", "just", "nearly", "almost", "about", "roughly", "virtually", "not", "over", "some",
                         "around", "fully", "barely", "practically"}))
    return first - 1;
  return first;
}

}  // namespace

int time_phrase_begin(const Reading& r, int last, int from) {
  if (last < from || !time_word(r, last) || r.is_class(last, kPerson)) return last + 1;
  constexpr int kLongest = 5;
  for (int i = last - 1; i >= std::max(from, last - kLongest); --i) {
    if (r.is(i, "for") || r.is(i, "in") || r.is(i, "on") || r.is(i, "over") || r.is(i, "during") || r.is(i, "at") ||
        r.is(i, "since") || r.is(i, "within"))
      return i;
    const bool inside = time_word(r, i) || r.is(i, "the") || r.is(i, "a") || r.is(i, "first") || r.is(i, "second") ||
                        r.is(i, "third") || r.is(i, "last") || r.is(i, "past") || r.is(i, "recent") ||
                        r.is(i, "next") || r.is(i, "this") || r.is(i, "same") || r.is(i, Tag::kNumber);
    if (!inside) break;
  }
  return last + 1;
}

int scope_begin(const Reading& r, int i) {
  const int first = r.sentence_of(i).tokens.first;
  return r[i].quote >= 0 ? std::max(first, r[i].quote + 1) : first;
}

int scope_end(const Reading& r, int i) {
  const Range sentence = r.sentence_of(i).tokens;
  int last = sentence.last;
  if (r[i].quote >= 0) {
    const int close = r[r[i].quote].partner;
    if (close >= i) last = std::min(last, close);
  }
  while (last > i + 1 && r.is(last - 1, Tag::kStop) && r[last - 1].quote == r[i].quote) --last;
  return last;
}

bool utters(const Reading& r, int head) {
  if (!r.is(head, Tag::kVerb) || r[head].word->verb < 0) return false;
  const Sense& sense = Lexicon::get().verb(*r[head].word).sense;
  return sense.strength == Strength::kStrong && (sense.frames & (kThat | kQuotation)) != 0;
}

Range phrase_ending_at(const Reading& r, int last, int from) {
  int i = last;
  int coordinator = -1;
  while (i >= from && r.is(i, Tag::kAdverb)) --i;
  if (i < from || !(ends_phrase(r, i) || r.is(i, Tag::kAdjective) || r.is(i, Tag::kQuote) ||
                    (r.is(i, Tag::kDeterminer)) || relative(r, i)))
    return {};
  if (relative(r, i)) return {i, i + 1};
  if (r.is_class(i, kSubjectPronoun)) return {i, i + 1};
  int first = i + 1;
  for (; i >= from; --i) {
    const Tag tag = r[i].tag;
    if (tag == Tag::kNoun || tag == Tag::kName || tag == Tag::kNumber || tag == Tag::kAdjective ||
        tag == Tag::kDeterminer || tag == Tag::kPossessive) {
      // A determiner opens its phrase: only a preposition, a list or a predeterminer goes on before it.
      first = i;
      if (tag == Tag::kDeterminer && i > from && nominal(r, i - 1) && !r.is_class(i, kPossessive)) break;
      continue;
    }
    if (tag == Tag::kPronoun) {
      if (i != last && i > from && !r.is(i - 1, Tag::kPreposition) && !r.is(i + 1, Tag::kPreposition) &&
          !relative(r, i + 1) && !r.is(i + 1, Tag::kNoun))
        break;
      first = i;
      continue;
    }
    if (tag == Tag::kAdverb && first == i + 1 && i > from && r.is(i - 1, Tag::kDeterminer)) {
      first = i;  // "the famously gruff senator"
      continue;
    }
    if (tag == Tag::kAdverb && first == i + 1 &&
        (r.is(i + 1, Tag::kAdjective) || r.is(i + 1, Tag::kNumber) || r.is(i + 1, Tag::kDeterminer)) && i > from) {
      if (r[i].lower.ends_with("ly") && !r.is(i + 1, Tag::kAdjective) && !r.is(i + 1, Tag::kNumber)) break;
      first = i;
      continue;
    }
    if (tag == Tag::kClose) {
      const int open = open_bracket(r, i, from);
      if (open < 0) break;
      i = open;
      first = open;
      continue;
    }
    if (tag == Tag::kQuote && r[i].partner >= from && r[i].partner < i && i - r[i].partner < 12 &&
        !r.is(i - 1, Tag::kComma) && !r.is(i - 1, Tag::kStop)) {
      i = r[i].partner;
      first = i;
      continue;
    }
    if (phrase_preposition(r, i)) {
      const bool postnominal =
          r.is(i - 1, Tag::kAdjective) && i - 1 > from && nominal(r, i - 2);  // "people familiar with"
      const bool participle = i - 1 > from && r.is(i - 1, Tag::kVerb) && (r[i - 1].form & kParticiple) != 0 &&
                              nominal(r, i - 2) && !r.is(i, "of");  // "research conducted for"
      if (participle) {
        first = i - 1;
        --i;
        continue;
      }
      if (i == from || !(ends_phrase(r, i - 1) || r.is(i - 1, Tag::kQuote) || postnominal) ||
          r.is_class(i - 1, kSubjectPronoun) || (time_word(r, i - 1) && !r.is(i, "of")))
        break;
      first = i;
      continue;
    }
    if (tag == Tag::kCoordinator && (r.is(i, "and") || r.is(i, "or") || r.is(i, "&")) && i > from &&
        (ends_phrase(r, i - 1) || r.is(i - 1, Tag::kComma) || r.is(i - 1, Tag::kAdjective))) {
      if (r.is(i - 1, Tag::kComma)) {
        // "A, B, and C" is a list; "…, and C said" another clause.
        if (i - 2 < from || !ends_phrase(r, i - 2)) break;
        bool list = false;
        for (int j = i - 2; j >= std::max(from, i - 9) && !list; --j) {
          if (finite_verb(r, j)) break;
          list = r.is(j, Tag::kComma);
        }
        if (!list) break;
      }
      coordinator = i;
      if (r.is(i - 1, Tag::kComma)) --i;
      first = i;
      continue;
    }
    if (tag == Tag::kComma && coordinator >= 0 && i > from && ends_phrase(r, i - 1)) {
      // An item of a list: what stands before must be short and no introduction ("On Tuesday, Smith and Jones said").
      const Range item = phrase_ending_at(r, i - 1, std::max(from, i - 12));
      if (item.empty() || item.first <= from || r.is(item.first - 1, Tag::kPreposition) || time_word(r, i - 1)) {
        if (item.empty() || item.first != from || r.is(item.first, Tag::kPreposition) || time_word(r, i - 1)) break;
      } else if (!r.is(item.first - 1, Tag::kComma)) {
        break;
      }
      i = item.first;
      first = i;
      continue;
    }
    if (tag == Tag::kVerb && first == i + 1 && i > from && nominal(r, i - 1) &&
        ((r[i].form & kIng) != 0 ||
         ((r[i].form & kParticiple) != 0 && (r[i].form & kPast) != 0 && r.is(i + 1, Tag::kPreposition)))) {
      first = i;  // "groups representing …", "people arrested in …"
      continue;
    }
    if (finite_verb(r, i) || r.is(i, Tag::kVerb)) {
      const int opening = relative_before(r, i, from);
      if (opening > from) {
        i = opening;
        first = opening;
        continue;
      }
      if (coordinator > first && r.is(i, Tag::kVerb)) first = coordinator + 1;  // "met the mayor and Smith said"
    }
    break;
  }
  if (first > from && r.is(first - 1, "whose") && first <= last) --first;
  while (first <= last && (phrase_preposition(r, first) || r.is(first, Tag::kCoordinator) ||
                           r.is(first, Tag::kAdverb) || r.is(first, Tag::kComma) || r.is(first, Tag::kPossessive)))
    ++first;
  // "[this week] North Korea's spokesman": when it was said is no part of who said it.
  while (first + 2 <= last && time_word(r, first + 1) && !r.is_class(first + 1, kPerson) &&
         (r.is(first, "this") || r.is(first, "last") || r.is(first, "next") || r.is(first, "earlier") ||
          r.is(first, "late")) &&
         !r.is(first + 2, Tag::kPossessive) && !r.is(first + 2, Tag::kPreposition) &&
         (nominal(r, first + 2) || r.is(first + 2, Tag::kDeterminer)))
    first += 2;
  return {quantified(r, first, from), last + 1};
}

int phrase_end(const Reading& r, int first, int until, bool wide) {
  int i = first;
  bool noun = false;
  while (i < until) {
    const Tag tag = r[i].tag;
    if (tag == Tag::kPronoun && !noun) {
      noun = true;
      ++i;
      if (r.is_class(i - 1, kSubjectPronoun | kObjectPronoun)) break;
      continue;
    }
    if (tag == Tag::kNoun || tag == Tag::kName || tag == Tag::kNumber || tag == Tag::kPossessive) {
      noun = noun || tag != Tag::kPossessive;
      ++i;
      continue;
    }
    if ((tag == Tag::kDeterminer || tag == Tag::kAdjective || tag == Tag::kAdverb) &&
        (!noun || (i > first && (r.is(i - 1, Tag::kPossessive) || r.is(i - 1, Tag::kPreposition) ||
                                 r.is(i - 1, Tag::kCoordinator))))) {
      ++i;
      continue;
    }
    if (tag == Tag::kAdjective && noun) {
      ++i;
      continue;
    }
    if (tag == Tag::kVerb && !noun && (r[i].form & (kIng | kParticiple)) != 0 && i + 1 < until &&
        (nominal(r, i + 1) || r.is(i + 1, Tag::kAdjective))) {
      ++i;
      continue;
    }
    if (tag == Tag::kOpen && noun) {
      int close = i;
      while (close < until && close < i + 15 && !r.is(close, Tag::kClose)) ++close;
      if (!r.is(close, Tag::kClose)) break;
      i = close + 1;
      continue;
    }
    if (noun &&
        (r.is(i, "of") || (wide && phrase_preposition(r, i)) ||
         (tag == Tag::kCoordinator && (r.is(i, "and") || r.is(i, "or") || r.is(i, "&")))) &&
        i + 1 < until &&
        (nominal(r, i + 1) || r.is(i + 1, Tag::kDeterminer) || r.is(i + 1, Tag::kAdjective) ||
         (r.is(i, "of") && r.is(i + 1, Tag::kPronoun)))) {
      ++i;
      continue;
    }
    break;
  }
  return noun || i > first ? i : first;
}

Range subject_before(const Reading& r, int verb, int from) {
  const auto blank = [&](int i) { return r.is(i, Tag::kComma) || r.is(i, Tag::kDash); };
  int i = verb - 1;
  if (i < from) return {};
  // "Smith for the first time said"
  if (const int when = time_phrase_begin(r, i, from); when <= i && when > from && ends_phrase(r, when - 1)) {
    i = when - 1;
  }
  // "Smith this week said", "Smith on Tuesday said"
  if (time_word(r, i) && !r.is_class(i, kPerson)) {
    int j = i;
    while (j > from &&
           (time_word(r, j) || r.is(j, "this") || r.is(j, "last") || r.is(j, "next") || r.is(j, "earlier") ||
            r.is(j, "late") || r.is(j, Tag::kNumber) || r.is(j, "on") || r.is(j, "in")))
      --j;
    // "a poll released Friday found"
    if (j < i && j - 1 > from && r.is(j, Tag::kVerb) && (r[j].form & kParticiple) != 0 && nominal(r, j - 1)) {
      const Range phrase = phrase_ending_at(r, j - 1, from);
      if (!phrase.empty()) return {phrase.first, verb};
    }
    if (j < i && ends_phrase(r, j)) i = j;
  }
  // "An engineer who would not talk [said]", "a person who was not authorised to speak publicly [said]"
  if (r.is(i, Tag::kVerb) || r.is(i, Tag::kAdverb)) {
    constexpr int kLongestRelative = 14;
    for (int k = i - 1; k > from && k > i - kLongestRelative; --k) {
      if (blank(k) || r.is(k, Tag::kQuote) || r.is(k, Tag::kSemicolon)) break;
      if (!r.is(k, "who")) continue;
      const Range who = phrase_ending_at(r, k - 1, from);
      if (who.empty()) break;
      return {who.first, verb};
    }
  }
  if (!blank(i)) return phrase_ending_at(r, i, from);
  // An appositive or an insertion closes here: find the phrase before it. Chains: "Smith, 62, the chairman of X, said".
  const int close = i;
  int head_last = -1;
  for (int hops = 0; hops < 4; ++hops) {
    int k = i - 1;
    while (k >= from && !blank(k) && !r.is(k, Tag::kSemicolon) && !r.is(k, Tag::kColon)) {
      if (r.is(k, Tag::kQuote)) {
        if (r[k].partner < from || r[k].partner > k) return {};
        k = r[k].partner;
      }
      --k;
    }
    if (hops == 0 && k < from && ends_phrase(r, i - 1)) {  // "Sen. Jack Reed (D-R.I.), said": a comma too many
      const Range phrase = phrase_ending_at(r, i - 1, from);
      return phrase.first == from && r.is(phrase.last - 1, Tag::kClose) ? phrase : Range{};
    }
    if (k <= from || !blank(k) || !(ends_phrase(r, k - 1) || r.is(k - 1, Tag::kPossessive))) return {};
    // "..., Smith, said" needs something between; a clause with its own subject and verb is none.
    const Range phrase = phrase_ending_at(r, k - 1, from);
    if (phrase.empty()) return {};
    // A clause with a verb of its own is no appositive, unless a relative pronoun opens it.
    if (!relative(r, k + 1)) {
      for (int j = k + 1; j < i; ++j) {
        if (relative(r, j)) break;
        const VerbGroup* group = r.group_at(j);
        if (group && group->finite && !(r.is(j, Tag::kVerb) && (r[j].form & kParticiple) != 0)) return {};
      }
    }
    head_last = k;
    const bool starts_open = phrase.first == from || !blank(phrase.first - 1);
    const bool time = time_word(r, k - 1) || r.is(k - 1, Tag::kNumber);
    const bool appositive =
        r.is(phrase.first, "a") || r.is(phrase.first, "an") || r.is(phrase.first, "the") || phrase.size() == 1;
    if (starts_open || !(appositive || time)) {
      if (time && !starts_open) return {};
      const int inner = k + 1;
      const bool adverbial = r.is(inner, Tag::kPreposition) || r.is(inner, Tag::kSubordinator) ||
                             r.is(inner, Tag::kAdverb) || (r.is(inner, Tag::kVerb) && (r[inner].form & kIng) != 0);
      if (adverbial) return phrase;
      if (r.is(inner, Tag::kCoordinator)) return {};
      return {phrase.first, close + 1};
    }
    // A further insertion: what stands before this phrase is the head.
    if (phrase.first - 2 < from || !ends_phrase(r, phrase.first - 2) || time_word(r, phrase.first - 2))
      return {phrase.first, close + 1};
    i = phrase.first - 1;
    const Range before = phrase_ending_at(r, i - 1, from);
    if (before.empty()) return {phrase.first, close + 1};
    if (before.first > from && (r.is(before.first - 1, Tag::kPreposition) || r.is(before.first - 1, Tag::kVerb)))
      return {phrase.first, close + 1};
    if (before.first == from || !blank(before.first - 1)) return {before.first, close + 1};
    i = before.first;
    (void)head_last;
    ++i;
  }
  return {};
}

Range source_after(const Reading& r, int first, int until) {
  int end = phrase_end(r, first, until, false);
  if (end == first) return {};
  // "a professor at the school", "people with knowledge of it"; but "said Smith in an interview" ends at the name.
  const auto extend = [&] {
    for (int rounds = 0; rounds < 4 && end < until; ++rounds) {
      if (relative(r, end) && !r.is(end, Tag::kThat)) {
        int last = end + 1;
        while (last < until && !r.is(last, Tag::kComma) && !r.is(last, Tag::kSemicolon) && !r.is(last, Tag::kDash) &&
               !r.is(last, Tag::kQuote))
          ++last;
        end = last;
        return;
      }
      if (!phrase_preposition(r, end) || r.is(end, "on") || r.is(end, "during") || r.is(end, "after") ||
          r.is(end, "before"))
        return;
      if (r.is(end, "in") && r.is(end - 1, Tag::kName)) return;
      if (time_word(r, end + 1)) return;
      const int next = phrase_end(r, end + 1, until, false);
      if (next == end + 1) return;
      end = next;
    }
  };
  extend();
  for (int rounds = 0; rounds < 4; ++rounds) {
    if (!r.is(end, Tag::kComma) || end + 1 >= until) break;
    const int inner = end + 1;
    const bool opens = nominal(r, inner) || r.is(inner, Tag::kDeterminer) || r.is(inner, Tag::kAdjective) ||
                       relative(r, inner) ||
                       (r.is(inner, Tag::kVerb) && (r[inner].form & kParticiple) != 0 && (r[inner].form & kIng) == 0);
    if (!opens || time_word(r, inner)) break;
    int last = inner;
    while (last < until && !r.is(last, Tag::kComma) && !r.is(last, Tag::kSemicolon) && !r.is(last, Tag::kDash) &&
           !r.is(last, Tag::kQuote))
      ++last;
    if (!relative(r, inner)) {
      bool clause = false;
      for (int j = inner; j < last; ++j) {
        if (relative(r, j)) break;
        clause |= finite_verb(r, j);
      }
      if (clause) break;
    }
    end = last;
  }
  return {first, end};
}

}  // namespace samehand::claim
