// Clauses without a parser: what stands between a verb and its content, whether a clause begins, where content ends.
//
// Example: "said in a statement on Tuesday that it failed, adding …": from "that" to the comma.
// Method: rightward over tags; punctuation, conjunctions and further cues end a clause. Cost: bounded by the sentence
// (kMaxSentence). Known failures: those of phrase.cc, whose phrases these are made of.

#include <algorithm>
#include <array>

#include "phrase.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {

int skip_adverbs(const Reading& r, int i, int until) {
  while (i < until && r.is(i, Tag::kAdverb) && !(r.is(i, "there") && r.is_class(i + 1, kBe | kModal | kHave))) ++i;
  return i;
}

int skip_adjuncts(const Reading& r, int i, int until, bool addressee) {
  const int limit = std::min(until, i + 18);
  bool addressed = !addressee;
  while (i < limit) {
    if (r.is(i, Tag::kAdverb)) {
      ++i;
      continue;
    }
    if (time_word(r, i) ||
        ((r.is(i, "last") || r.is(i, "this") || r.is(i, "earlier") || r.is(i, "late") || r.is(i, "next")) &&
         time_word(r, i + 1))) {
      ++i;
      continue;
    }
    if (r.is(i, Tag::kPreposition) && !r.is(i, "as") && !r.is(i, "like")) {
      const int end = phrase_end(r, i + 1, limit, false);
      if (end == i + 1) return i;
      i = end;
      // "in an advisory [published] on 3 May"
      if (r.is(i, Tag::kVerb) && (r[i].form & kParticiple) != 0 && i + 1 < limit &&
          (r.is(i + 1, Tag::kPreposition) || time_word(r, i + 1)))
        ++i;
      continue;
    }
    if (!addressed &&
        (nominal(r, i) || r.is(i, Tag::kPronoun) || r.is(i, Tag::kDeterminer) || r.is(i, Tag::kAdjective))) {
      // The addressee: "told the paper", "told him". A clause's subject is none.
      const int end = phrase_end(r, i, limit, false);
      if (end == i || finite_verb(r, end)) return i;
      i = end;
      addressed = true;
      continue;
    }
    return i;
  }
  return i;
}

// "an official letter", "his speech", "a statement": by what something is said.
bool medium(const Reading& r, int i, int until) {
  constexpr std::array kMedia = std::to_array<std::string_view>(
      {"letter", "statement", "interview", "speech", "tweet", "post", "briefing", "testimony", "email", "message",
       "editorial", "memo", "note", "column", "filing", "telegram"});
  if (!r.is(i, Tag::kDeterminer) && !r.is(i, Tag::kPronoun)) return false;
  for (int j = i + 1; j < std::min(until, i + 4); ++j) {
    if (one_of(r[j].lower, kMedia)) return !r.is(j + 1, Tag::kPossessive);
    if (!r.is(j, Tag::kAdjective) && !r.is(j, Tag::kNoun)) return false;
  }
  return false;
}

int clause_verb(const Reading& r, int first, int until) {
  int i = skip_adverbs(r, first, until);
  if (r.is(i, "there") && i + 1 < until) return i + 1;
  const int end = phrase_end(r, i, until, true);
  if (end == i) return -1;
  for (int j = i; j < std::min(until, end + 24); ++j) {
    if (j < end) {
      // "said people want": the phrase may have swallowed nothing, but a verb inside ends it.
      if (finite_verb(r, j)) return j;
      continue;
    }
    if (r.is(j, Tag::kAdverb)) continue;
    if (r.is(j, Tag::kTo)) return -1;
    if (finite_verb(r, j)) {
      // "the data released by": a participle.
      if (r.is(j, Tag::kVerb) && (r[j].form & kParticiple) != 0 && r.is(j + 1, "by")) continue;
      return j;
    }
    if (relative(r, j) && j == end) {
      // "the man who left said": look past the relative clause's verb.
      int k = j + 1;
      bool seen = false;
      for (; k < std::min(until, j + 20); ++k) {
        if (r.is(k, Tag::kComma) || r.is(k, Tag::kSemicolon)) break;
        if (r.is(k, Tag::kVerb) || r.is(k, Tag::kAuxiliary) || r.is(k, Tag::kModal)) {
          if (seen && finite_verb(r, k) &&
              !(r.is(k - 1, Tag::kAuxiliary) || r.is(k - 1, Tag::kModal) || r.is(k - 1, Tag::kAdverb) ||
                r.is(k - 1, Tag::kTo) || r.is(k - 1, Tag::kCoordinator)))
            return k;
          seen = true;
        }
      }
      return -1;
    }
    if (r.is(j, Tag::kVerb) && j == end && (r[j].form & kIng) != 0) {
      continue;
    }
    if (nominal(r, j) || r.is(j, Tag::kDeterminer) || r.is(j, Tag::kAdjective) || r.is(j, Tag::kPreposition) ||
        r.is(j, Tag::kPossessive) || r.is(j, Tag::kPronoun))
      continue;
    return -1;
  }
  return -1;
}

int content_end(const Reading& r, int first, int until, Extent extent) {
  int depth = 0;
  bool opened_name = false;
  for (int i = first; i < until; ++i) {
    const Tag tag = r[i].tag;
    if (tag == Tag::kQuote) {
      const int partner = r[i].partner;
      if (partner < i) return i;  // closes a quotation that was open before
      i = std::min(partner, until - 1);
      continue;
    }
    if (tag == Tag::kOpen) ++depth;
    if (tag == Tag::kClose && --depth < 0) return i;
    if (depth > 0) continue;
    if (tag == Tag::kSemicolon || tag == Tag::kStop) return i;
    const bool object = extent == Extent::kObject;
    if (tag == Tag::kComma) {
      const int next = skip_adverbs(r, i + 1, until);
      // "the malware, called Drumbeat, resembles": the second comma of an insertion ends nothing.
      const bool closes_name = opened_name;
      opened_name = r.is(next, "called") || r.is(next, "dubbed") || r.is(next, "named") ||
                    (r.is(next, "known") && r.is(next + 1, "as"));
      if (closes_name || (opened_name && extent == Extent::kClause)) continue;
      if (r.is(next, "but") && r.is(next + 1, "also")) continue;
      if (extent == Extent::kVerbPhrase && (r.is(next, "which") || r.is(next, "who"))) return i;
      if (r.is(next, "but") || r.is(next, "while") || r.is(next, "although") || r.is(next, "though") ||
          r.is(next, "whereas") || r.is(next, "yet") || r.is(next, "so"))
        return i;
      if (r.is(next, "according") && r.is(next + 1, "to")) return i;
      if (r.is(next, Tag::kVerb) && (r[next].form & kIng) != 0 &&
          (object || extent == Extent::kVerbPhrase || utters(r, next)))
        return i;
      if (r.is(next, Tag::kVerb) && utters(r, next) && (r[next].form & (kPast | kThird)) != 0) return i;
      // ", Smith said" and ", and Smith said"
      const int clause = r.is(next, Tag::kCoordinator) ? next + 1 : next;
      const int verb = clause_verb(r, clause, std::min(until, clause + 12));
      if (verb >= 0 && utters(r, verb)) return i;
      if (r.is(next, Tag::kCoordinator) && (object || extent == Extent::kVerbPhrase) && verb >= 0) return i;
      if (object) {
        // A list goes on: "its code, its keys and its servers".
        bool list = false;
        if (nominal(r, next) || r.is(next, Tag::kDeterminer) || r.is(next, Tag::kAdjective) ||
            r.is(next, Tag::kCoordinator)) {
          for (int j = next; j < std::min(until, next + 10); ++j) {
            if (finite_verb(r, j) || relative(r, j)) break;
            if (r.is(j, "and") || r.is(j, "or")) {
              list = true;
              break;
            }
          }
        }
        // ", dubbed “Dark Seoul”": the name of the thing.
        const bool named = r.is(next, "dubbed") || r.is(next, "called") || r.is(next, "named") ||
                           r.is(next, "nicknamed") || r.is(next, "codenamed") ||
                           (r.is(next, "known") && r.is(next + 1, "as"));
        if (!list && !named) return i;
      }
      continue;
    }
    if (tag == Tag::kDash && object) return i;
    if (tag == Tag::kCoordinator && (r.is(i, "and") || r.is(i, "but") || r.is(i, "or"))) {
      const int next = skip_adverbs(r, i + 1, until);
      const VerbGroup* group = nullptr;
      for (int j = next; j < std::min(until, next + 5); ++j) {
        if ((group = r.group_at(j)) != nullptr) break;
        if (!r.is(j, Tag::kAuxiliary) && !r.is(j, Tag::kModal) && !r.is(j, Tag::kAdverb)) break;
      }
      if (group && group->finite &&
          (utters(r, group->head) || (extent != Extent::kClause && r.is(group->tokens.first - 1, Tag::kCoordinator)))) {
        if (extent == Extent::kVerbPhrase && (r[group->head].form & kBase) != 0 && !utters(r, group->head)) continue;
        return i;
      }
      const int verb = clause_verb(r, next, std::min(until, next + 8));
      if (verb >= 0 && (object || utters(r, verb))) return i;
    }
    if (object) {
      if (tag == Tag::kSubordinator && i > first && !r.is(i, "whether") && !r.is(i, "if")) return i;
      if ((r.is(i, "which") || r.is(i, "who")) && r.is(i - 1, Tag::kComma)) return i;
      if ((r.is(i, "on") || r.is(i, "in") || r.is(i, "at") || r.is(i, "during")) && i > first &&
          (time_word(r, i + 1) || r.is(i, "during")))
        return i;
      // "denied the report [last month]", "[two days ago]"
      if ((r.is(i, "last") || r.is(i, "this")) && i > first && i + 2 == until &&
          (r.is(i + 1, "week") || r.is(i + 1, "month")))
        return i;
      if (r.is(i + 2, "ago") && r.is(i + 1, "days") && i > first && i + 3 == until) return i;
      // "called it an act of war [in an official letter to the secretary]": how it was said, not what.
      if (r.is(i, "in") && i > first && medium(r, i + 1, until)) return i;
      if (r.is(i, "in") && i > first && r.is(i + 1, Tag::kNumber) && r[i + 1].lower.size() == 4) return i;
      if (time_word(r, i) && r.is_class(i, kDay) && r.is(i, Tag::kName) && i + 1 == until) return i;
    }
    if (extent == Extent::kVerbPhrase && tag == Tag::kSubordinator && i > first &&
        (r.is(i, "because") || r.is(i, "while") || r.is(i, "although") || r.is(i, "though")))
      return i;
  }
  return until;
}

}  // namespace samehand::claim
