// Tokens -> parts of speech, as far as the finding of claims needs them.
//
// Method: closed classes and the inflected verb table say what a word can be; capitals, suffixes, the tag before and
// the word after decide (the way of the first rule taggers, E. Brill 1992, without the learning). One pass from left to
// right. Example: "The report claims that" -> noun after a determiner, verb before "that". Known failures: bare plurals
// before plural nouns ("state claims"), past forms as reduced relatives ("the data released").

#include <algorithm>
#include <array>

#include "reading.h"

namespace samehand::claim {
namespace {

constexpr bool nominal(Tag tag) {
  return tag == Tag::kNoun || tag == Tag::kName || tag == Tag::kNumber;
}

class Tagger {
 public:
  explicit Tagger(Reading& reading) : r_(reading) {}

  void run() {
    for (const Sentence& sentence : r_.sentences) {
      sentence_ = &sentence;
      for (int i = sentence.tokens.first; i < sentence.tokens.last; ++i) {
        Token& token = r_.tokens[static_cast<std::size_t>(i)];
        if (token.tag == Tag::kNoun || token.tag == Tag::kPossessive) tag(i, token);
      }
    }
  }

 private:
  bool first_of_sentence(int i) const {
    int j = i - 1;
    while (j >= sentence_->tokens.first &&
           (r_.is(j, Tag::kQuote) || r_.is(j, Tag::kOpen) || r_.is(j, Tag::kDash) || r_.is(j, Tag::kOther)))
      --j;
    return j < sentence_->tokens.first || r_.is(j, Tag::kStop) || r_.is(j, Tag::kColon);
  }

  // The token before i that says something about its part of speech: adverbs are looked through.
  int before(int i) const {
    int j = i - 1;
    while (j >= sentence_->tokens.first && (r_.is(j, Tag::kAdverb) || r_.is(j, Tag::kQuote))) --j;
    return j >= sentence_->tokens.first ? j : -1;
  }

  // "Halden [stands] by its finding"
  bool takes_particle(int i) const {
    if (r_[i].word->verb < 0 || i + 1 >= sentence_->tokens.last) return false;
    return std::ranges::any_of(Lexicon::get().verb(*r_[i].word).particles,
                               [&](const ParticleVerb& verb) { return r_.is(i + 1, verb.particles.front()); });
  }

  bool begins_object(int i) const {
    if (i >= sentence_->tokens.last) return false;
    const Token& next = r_[i];
    if (next.tag == Tag::kQuote || next.tag == Tag::kColon || next.tag == Tag::kNumber) return true;
    constexpr std::uint32_t kStarts =
        kDeterminer | kPossessive | kPronoun | kSubjectPronoun | kObjectPronoun | kWh | kSubordinator | kNegation;
    return (next.word->classes & kStarts) != 0 || next.lower == "that" || next.lower == "to" || next.capital ||
           next.lower.ends_with("ly");
  }

  static bool suffix(std::string_view word, std::span<const std::string_view> ends) {
    return std::ranges::any_of(
        ends, [&](std::string_view end) { return word.size() > end.size() + 2 && word.ends_with(end); });
  }

  void tag(int i, Token& token) {
    const Word& word = *token.word;
    const std::uint32_t c = word.classes;
    const Tag previous = i > sentence_->tokens.first ? r_[i - 1].tag : Tag::kStop;
    if (token.tag == Tag::kPossessive) return clitic(i, token);
    const bool sentence_start = first_of_sentence(i);
    if (token.capital && !sentence_start && !sentence_->title_case && token.lower != "i") {
      token.tag = Tag::kName;
      return;
    }
    if (token.lower == "that") return set(token, Tag::kThat);
    if ((c & kNumberWord) != 0) return set(token, Tag::kNumber);
    if (token.lower == "to") return set(token, infinitive_follows(i + 1) ? Tag::kTo : Tag::kPreposition);
    if ((c & kNegation) != 0 && token.lower != "no" && token.lower != "neither" && token.lower != "nor")
      return set(token, Tag::kAdverb);
    if ((c & kModal) != 0)
      return set(token, token.lower == "may" && token.capital && !sentence_start ? Tag::kName : Tag::kModal);
    if ((c & kAuxiliary) != 0) {
      set(token, Tag::kAuxiliary);
      token.form = word.forms;
      return;
    }
    if ((c & kCoordinator) != 0) return set(token, Tag::kCoordinator);
    if ((c & kWh) != 0) return set(token, Tag::kWh);
    if ((c & (kDeterminer | kPossessive)) != 0 && (c & kPronoun) == 0) return set(token, Tag::kDeterminer);
    if ((c & kDeterminer) != 0) return set(token, noun_follows(i + 1) ? Tag::kDeterminer : Tag::kPronoun);
    if ((c & (kSubjectPronoun | kObjectPronoun | kPronoun)) != 0) {
      // "her": object before a preposition or the end, else possessive.
      return set(token, (c & kPossessive) != 0 && noun_follows(i + 1) ? Tag::kDeterminer : Tag::kPronoun);
    }
    if (token.lower == "like" &&
        (previous == Tag::kModal || previous == Tag::kTo || (previous == Tag::kPronoun && !r_.is(i - 1, "it"))))
      return verb(token, kBase);
    if ((c & kSubordinator) != 0) return set(token, Tag::kSubordinator);
    if ((c & kPreposition) != 0) return set(token, Tag::kPreposition);
    if (sentence_start && token.capital && !sentence_->title_case && i + 1 < sentence_->tokens.last &&
        r_[i + 1].capital && word.forms == 0 && c == 0)
      return set(token, Tag::kName);
    if ((c & kAdverb) != 0) return set(token, Tag::kAdverb);
    if (word.forms != 0 && reads_as_verb(i, token, previous)) return;
    if (token.lower.ends_with("ly") && token.lower.size() > 4 && word.noun < 0) return set(token, Tag::kAdverb);
    if ((c & (kPerson | kDocument | kTime)) != 0 || word.noun >= 0) return set(token, Tag::kNoun);
    if (word.adjective >= 0) return set(token, Tag::kAdjective);
    if (c == 0 && word.forms == 0 && word.noun < 0 && word.adjective < 0 && !token.capital &&
        looks_like_verb(i, token, previous))
      return;
    if (token.capital && (sentence_start ? c == 0 && word.forms == 0 && word.noun < 0 : false))
      return set(token, Tag::kName);
    static constexpr std::array<std::string_view, 9> kAdjectiveEnds = {"ous",  "ful", "ive", "able", "ible",
                                                                       "less", "ary", "ic",  "al"};
    set(token, suffix(token.lower, kAdjectiveEnds) ? Tag::kAdjective : Tag::kNoun);
  }

  static void set(Token& token, Tag tag) { token.tag = tag; }
  static void verb(Token& token, std::uint8_t form) {
    token.tag = Tag::kVerb;
    token.form = form;
  }

  // 's: possessive, or "is"/"has" after a pronoun or before what only a verb takes.
  void clitic(int i, Token& token) {
    if (token.lower == "'") return;
    if (token.lower == "'ll") return set(token, Tag::kModal);
    if (token.lower == "'d" || token.lower != "'s")
      return set(token, token.lower == "'d" ? Tag::kModal : Tag::kAuxiliary);
    const bool pronoun = r_.is_class(i - 1, kSubjectPronoun | kWh | kPronoun) || r_.is(i - 1, "there") ||
                         r_.is(i - 1, "here") || r_.is(i - 1, "that");
    if (pronoun && !r_.is(i - 1, "one") && !r_.is_class(i - 1, kPerson)) return set(token, Tag::kAuxiliary);
    const int next = i + 1;
    if (next < r_.size() &&
        (r_.is_class(next, kDeterminer | kNegation) || r_[next].lower == "been" || r_[next].lower == "going"))
      set(token, Tag::kAuxiliary);
  }

  bool infinitive_follows(int i) const {
    if (i < sentence_->tokens.last && r_[i].tag == Tag::kQuote) ++i;  // to “wait and see”
    while (i < sentence_->tokens.last && (r_[i].lower.ends_with("ly") || r_.is_class(i, kAdverb | kNegation)) &&
           (r_[i].word->forms & kBase) == 0)
      ++i;
    if (i >= sentence_->tokens.last || (r_[i].capital && !sentence_->title_case)) return false;
    if ((r_[i].word->classes & (kDeterminer | kPossessive | kObjectPronoun)) != 0) return false;
    if ((r_[i].word->forms & kBase) != 0) return true;
    return r_.is(i, "be") || r_.is(i, "have") || r_.is(i, "do");
  }

  bool noun_follows(int i) const {
    if (i >= sentence_->tokens.last) return false;
    const Token& next = r_[i];
    if (next.tag == Tag::kNumber) return true;
    if (next.tag != Tag::kNoun) return next.tag == Tag::kQuote;
    constexpr std::uint32_t kNever =
        kPreposition | kModal | kAuxiliary | kCoordinator | kSubordinator | kSubjectPronoun | kWh | kDeterminer;
    if ((next.word->classes & kNever) != 0 || next.lower == "that" || next.lower == "to") return false;
    if ((next.word->classes & kAdverb) != 0) return false;
    if (next.capital) return true;
    if ((next.word->forms & (kPast | kThird)) != 0 && next.word->noun < 0)
      return next.word->adjective >= 0 ||
             ((next.word->forms & kParticiple) != 0 && i + 1 < sentence_->tokens.last && r_[i + 1].tag == Tag::kNoun &&
              (r_[i + 1].word->classes & ~static_cast<std::uint32_t>(kPerson | kDocument | kTime)) == 0);
    return true;
  }

  // Not yet tagged, and of no closed class.
  bool plain_noun(int i) const {
    constexpr std::uint32_t kClosed = kDeterminer | kPossessive | kPronoun | kSubjectPronoun | kObjectPronoun |
                                      kPreposition | kSubordinator | kCoordinator | kModal | kAuxiliary | kNegation |
                                      kWh | kAdverb;
    return i < sentence_->tokens.last && r_[i].tag == Tag::kNoun && (r_[i].word->classes & kClosed) == 0 &&
           r_[i].lower != "that" && r_[i].lower != "to";
  }

  // A verb that the lexicon does not know, by its ending and what stands before it.
  bool looks_like_verb(int i, Token& token, Tag previous) {
    const int j = before(i);
    const Tag behind = j < 0 ? Tag::kStop : r_[j].tag;
    const bool in_noun_phrase = previous == Tag::kDeterminer || previous == Tag::kAdjective ||
                                previous == Tag::kPossessive || previous == Tag::kNumber;
    if (behind == Tag::kModal && !in_noun_phrase) {
      verb(token, kBase);
      return true;
    }
    if (token.lower.size() > 4 && token.lower.ends_with("ed") && !token.lower.ends_with("eed")) {
      if (behind == Tag::kAuxiliary) {
        verb(token, kParticiple);
      } else if (in_noun_phrase || (plain_noun(i + 1) && !nominal(behind) && behind != Tag::kPronoun)) {
        token.tag = Tag::kAdjective;
      } else {
        verb(token, kPast | kParticiple);
      }
      return true;
    }
    if (token.lower.size() > 5 && token.lower.ends_with("ing") && behind == Tag::kAuxiliary && r_.is_class(j, kBe)) {
      verb(token, kIng);
      return true;
    }
    return false;
  }

  bool reads_as_verb(int i, Token& token, Tag previous) {
    // "in a blog post that …"
    if ((token.lower == "post" || token.lower == "posts") && i > sentence_->tokens.first) {
      for (const std::string_view place : {"blog", "facebook", "twitter", "telegram", "linkedin", "forum", "media"}) {
        if (r_.is(i - 1, place)) return false;
      }
    }
    const std::uint8_t forms = token.word->forms;
    const int j = before(i);
    const Tag behind = j < 0 ? Tag::kStop : r_[j].tag;
    const bool after_auxiliary = behind == Tag::kAuxiliary || behind == Tag::kModal;
    const bool in_noun_phrase = previous == Tag::kDeterminer || previous == Tag::kAdjective ||
                                previous == Tag::kPossessive || previous == Tag::kNumber;
    if ((forms & kIng) != 0) {
      if (in_noun_phrase && !after_auxiliary && (previous != Tag::kNumber || plain_noun(i + 1))) return false;
      verb(token, kIng);
      return true;
    }
    if ((forms & kBase) != 0 &&
        (behind == Tag::kModal || behind == Tag::kTo || (j >= 0 && (r_[j].word->classes & kDo) != 0))) {
      verb(token, kBase);
      return true;
    }
    // "did he say", "let us say"
    if ((forms & kBase) != 0 && j > 0 && r_.is_class(j, kSubjectPronoun) && r_.is_class(j - 1, kDo | kModal)) {
      verb(token, kBase);
      return true;
    }
    if ((forms & (kPast | kParticiple)) != 0 && (forms & kBase) == 0) {
      if (after_auxiliary) {
        verb(token, static_cast<std::uint8_t>(forms & kParticiple ? kParticiple : kPast));
        return true;
      }
      if (in_noun_phrase && previous != Tag::kNumber) {
        // "the accused", "his stated aim"; but "the embattled said" never
        if (plain_noun(i + 1) || previous == Tag::kDeterminer) return set(token, Tag::kAdjective), true;
      }
      verb(token, static_cast<std::uint8_t>(forms & (kPast | kParticiple)));
      return true;
    }
    if (in_noun_phrase) return false;
    if ((forms & kThird) != 0) {
      const bool subject = nominal(behind) || behind == Tag::kPronoun || behind == Tag::kWh || behind == Tag::kThat ||
                           previous == Tag::kClose || previous == Tag::kComma || previous == Tag::kCoordinator ||
                           previous == Tag::kQuote || previous == Tag::kDash;
      if (!subject) return false;
      if (token.word->noun < 0 && r_.is_class(i, kDocument | kPerson) && i + 1 < sentence_->tokens.last &&
          (r_[i + 1].word->forms & kBase) != 0 && (r_[i + 1].word->classes & kPreposition) == 0)
        return false;
      // "…, the Daily Grid reports."
      const bool at_end = i + 1 >= sentence_->tokens.last || r_.is(i + 1, Tag::kComma) || r_.is(i + 1, Tag::kStop);
      const bool says = at_end && behind == Tag::kName && token.word->verb >= 0 &&
                        (Lexicon::get().verb(*token.word).sense.frames & kAfter) != 0;
      if (says || token.word->noun < 0 || behind == Tag::kPronoun || begins_object(i + 1) ||
          (behind == Tag::kName && takes_particle(i))) {
        if (!says && behind == Tag::kNoun && token.word->noun >= 0 && !r_.is_class(j, kPerson | kDocument))
          return false;
        verb(token, kThird);
        return true;
      }
      return false;
    }
    if ((forms & kBase) != 0) {
      bool plural = (behind == Tag::kNoun && (r_[j].lower.ends_with('s') || r_.is_class(j, kPerson))) ||
                    (behind == Tag::kName && r_[j].lower.ends_with('s')) || behind == Tag::kNumber;
      // "Polls in New Hampshire show that": the plural stands before the prepositional phrase.
      if (!plural && nominal(behind) && token.word->noun < 0 && begins_object(i + 1)) {
        for (int k = j; k > sentence_->tokens.first && k > j - 7; --k) {
          if (r_.is(k, Tag::kPreposition)) {
            plural = r_.is(k - 1, Tag::kNoun) && r_[k - 1].lower.ends_with('s');
            break;
          }
          if (!nominal(r_[k].tag) && !r_.is(k, Tag::kDeterminer) && !r_.is(k, Tag::kAdjective)) break;
        }
      }
      const bool pronoun =
          behind == Tag::kPronoun && (r_.is_class(j, kSubjectPronoun) || r_.is_class(j, kPronoun)) && !r_.is(j, "him");
      const bool relative = r_.is(j, "who") || r_.is(j, "that") || r_.is(j, "which");
      if (pronoun || relative ||
          (plural &&
           ((token.word->classes & kPerson) == 0 || r_.is(i + 1, "that") ||
            (i + 1 < sentence_->tokens.last && r_.is_class(i + 1, kDeterminer | kPossessive))) &&
           (token.word->noun < 0 || begins_object(i + 1)))) {
        std::uint8_t form = kBase;
        if ((forms & kPast) != 0) form |= kPast;  // "read", "put", "set"
        verb(token, form);
        return true;
      }
      if ((forms & kPast) != 0 && (nominal(behind) || after_auxiliary)) {
        verb(token, static_cast<std::uint8_t>(kPast | kParticiple));
        return true;
      }
      if (behind == Tag::kCoordinator && j > 0 && (r_.is(j - 1, Tag::kVerb) || begins_object(i + 1)) &&
          token.word->noun < 0) {
        verb(token, kBase);
        return true;
      }
    }
    return false;
  }

  Reading& r_;
  const Sentence* sentence_ = nullptr;
};

}  // namespace

void tag_words(Reading& reading) {
  Tagger(reading).run();
}

}  // namespace samehand::claim
