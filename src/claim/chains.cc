// Through whom: the page's outlet, the papers it quotes, the speaker.
//
// A claim inside another's content has that one's chain before its own. Relays inside a sentence: "as quoted by P",
// "was quoted by P as saying", "told P", "in a statement to P", "according to a report in P" where P is a paper or
// broadcaster, "in a letter to P", whoever gets it: a document that one can ask for. Example: “No,” said a diplomat as
// quoted by the Mail. -> outlet < the Mail < a diplomat

#include <algorithm>
#include <array>

#include "drafts.h"
#include "matter.h"
#include "phrase.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {
namespace {

// Whether the phrase names a paper or broadcaster, by its head or the last word of its name.
bool outlet_name(const Reading& r, Range phrase) {
  const int head = head_of(r, phrase);
  if (head < 0) return false;
  // "Channel 9", "Radio Nord", "the Morning Ledger"
  for (int i = phrase.first; i < phrase.last; ++i) {
    if (r.is(i, Tag::kName) && (matter_word(r[i].lower, Matter::kPressName) || r[i].word->kind == SpeakerKind::kPress))
      return true;
  }
  const bool named = r.is(head, Tag::kName);
  return named && r[head].word->kind == SpeakerKind::kPress;
}

// The paper within a phrase: "a report in the Capital Times" -> "the Capital Times".
Range outlet_within(const Reading& r, Range phrase) {
  for (int i = phrase.first + 1; i < phrase.last; ++i) {
    if (!r.is(i - 1, Tag::kPreposition)) continue;
    const Range rest{i, phrase.last};
    if (outlet_name(r, rest)) return rest;
  }
  return outlet_name(r, phrase) ? phrase : Range{};
}

// "the Harbour Times, which cited two people" -> the paper and those it cites; both empty where none is cited.
std::pair<Range, Range> cited_within(const Reading& r, Range phrase) {
  for (int i = phrase.first + 1; i + 1 < phrase.last; ++i) {
    if (!r.is(i, Tag::kComma)) continue;
    int verb = i + 1;
    if (r.is(verb, "which") || r.is(verb, "who")) ++verb;
    if (!(r.is(verb, "cited") || r.is(verb, "cites") || r.is(verb, "citing") || r.is(verb, "quoted") ||
          r.is(verb, "quotes") || r.is(verb, "quoting")))
      continue;
    const Range paper{phrase.first, i}, cited{verb + 1, phrase.last};
    if (!cited.empty() && outlet_name(r, paper)) return {paper, cited};
  }
  return {};
}

std::string words(const Reading& r, Range phrase) {
  while (!phrase.empty() && (r.is(phrase.last - 1, Tag::kComma) || r.is(phrase.last - 1, Tag::kStop))) --phrase.last;
  return std::string(r.span_of(phrase).of(r.text));
}

// "in an official letter to the council": the phrase after "in" that names a document, empty if none does.
Range document_after(const Reading& r, int in, int until) {
  constexpr std::array kDocuments = std::to_array<std::string_view>(
      {"letter", "letters", "memo", "memorandum", "telegram", "cable", "filing", "affidavit"});
  if (!r.is(in, "in") || !(r.is(in + 1, Tag::kDeterminer) || r.is(in + 1, Tag::kPronoun))) return {};
  for (int i = in + 2; i < std::min(until, in + 6); ++i) {
    if (one_of(r[i].lower, kDocuments))
      return r.is(i + 1, Tag::kPossessive) || r.is(i + 1, Tag::kNoun) ? Range{} : Range{in + 1, i + 1};
    if (!r.is(i, Tag::kAdjective) && !r.is(i, Tag::kNoun) && !r.is(i, Tag::kName)) return {};
  }
  return {};
}

bool relays(const Reading& r, int i) {
  return r.is(i, "quoted") || r.is(i, "reported") || r.is(i, "cited") || r.is(i, "relayed");
}

void find_relays(const Reading& r, Draft& draft) {
  if (draft.cue.empty()) return;
  const Sentence& sentence = r.sentence_of(draft.cue.first);
  const auto inside = [&](int i) {
    return std::ranges::any_of(draft.content, [&](Range piece) { return piece.has(i); });
  };
  for (int i = sentence.tokens.first; i < sentence.tokens.last; ++i) {
    if (inside(i)) continue;
    const bool by =
        relays(r, i) && (r.is(i + 1, "by") || (r.is(i + 1, "as") && r.is(i + 2, "saying") && r.is(i + 3, "by")));
    if (by) {
      int at = i + 1;
      while (!r.is(at, "by")) ++at;
      const int end = phrase_end(r, at + 1, sentence.tokens.last, false);
      if (end > at + 1) draft.relays.push_back(words(r, {at + 1, end}));
      i = end;
      continue;
    }
    // Of the sentence's own verb, no other's: "said that X wrote in a letter" has it within the content.
    if (const Range document = document_after(r, i, sentence.tokens.last);
        !document.empty() && draft.claim.parent < 0 && draft.verb >= 0 && !draft.source.overlaps(document)) {
      draft.relays.push_back(words(r, document));
      continue;
    }
    // After the cue: "told P", "in a statement to P".
    const bool addressed =
        (i == draft.cue.last && draft.verb >= 0 &&
         (r[draft.verb].lower == "told" || r[draft.verb].lower == "tells" || r[draft.verb].lower == "informed" ||
          r[draft.verb].lower == "telling")) ||
        ((r.is(i - 1, "to") || r.is(i - 1, "with")) && r.is(i - 1, Tag::kPreposition) && i > sentence.tokens.first);
    if (!addressed || (i > draft.cue.last + 12) ||
        i < std::min(draft.cue.first, draft.source.empty() ? draft.cue.first : draft.source.first))
      continue;
    const int end = phrase_end(r, i, sentence.tokens.last, false);
    if (end > i && outlet_name(r, {i, end}) && !draft.source.overlaps({i, i + 1}))
      draft.relays.push_back(words(r, {i, end}));
  }
}

}  // namespace

void link_chains(const Reading& r, std::vector<Draft>& drafts, std::string_view outlet) {
  const std::string root(outlet.empty() ? "this page" : outlet);
  for (Draft& draft : drafts) {
    find_relays(r, draft);
    Claim& claim = draft.claim;
    if (claim.parent >= 0) {
      const Claim& parent = drafts[static_cast<std::size_t>(claim.parent)].claim;
      claim.chain = parent.chain;
      // "dismissed allegations that …": whoever alleges it, he who dismisses it does not.
      const bool refused = parent.stance == Stance::kDenies || parent.stance == Stance::kDoubts ||
                           parent.stance == Stance::kDeclines || parent.stance == Stance::kReportsDenial;
      if (refused && draft.source.empty() && claim.speaker.empty() && claim.chain.size() > 1) claim.chain.pop_back();
    } else {
      claim.chain = {root};
    }
    for (std::string& relay : draft.relays) {
      if (std::ranges::find(claim.chain, relay) == claim.chain.end()) claim.chain.push_back(relay);
    }
    // "a report in the Capital Times": the paper is what relays.
    if (!draft.source.empty() && draft.cue.size() == 2 && r.is(draft.cue.first, "according")) {
      const Range paper = outlet_within(r, draft.source);
      if (!paper.empty()) claim.speaker = words(r, paper);
    }
    // "the Harbour Times, which cited two officials": the paper relays, and who is cited speaks.
    if (const auto [paper, cited] = cited_within(r, draft.source);
        !cited.empty() && claim.speaker_kind != SpeakerKind::kOutlet) {
      const std::string relay = words(r, paper);
      if (std::ranges::find(claim.chain, relay) == claim.chain.end()) claim.chain.push_back(relay);
      claim.speaker = words(r, cited);
    }
    if (claim.speaker_kind == SpeakerKind::kOutlet) claim.speaker = root;
    if (!claim.speaker.empty() && claim.chain.back() != claim.speaker) claim.chain.push_back(claim.speaker);
  }
}

}  // namespace samehand::claim
