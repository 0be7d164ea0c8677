// Who says what: the whole algorithm, from top to bottom.
//
// Problem: "“Linking us to this is a fabrication,” claimed a diplomat as quoted by the Mail." is to give: a diplomat
// (accused), through the Mail, denies, about responsibility. Method: no parser and no model; words, quotations, tags
// and verb groups are read once, then small passes propose claims by a lexicon of cues in their frames, nesting chooses
// among them, and further passes say what each means. docs/claims.md describes and measures all of it. Cost: linear in
// the text: every scan stays within a sentence, and sentences are capped (kMaxSentence).

#include <algorithm>
#include <tuple>

#include "drafts.h"
#include "finder.h"
#include "passes.h"

namespace samehand::claim {
namespace {

std::vector<Draft> drafts_of(const Reading& reading) {
  std::vector<Draft> drafts;
  std::vector<int> index(reading.candidates.size(), -1);
  // Parents first: outer claims stand before what they contain.
  std::vector<int> order;
  for (std::size_t i = 0; i < reading.candidates.size(); ++i) {
    if (!reading.candidates[i].dropped) order.push_back(static_cast<int>(i));
  }
  const auto depth = [&](int i) {
    int steps = 0;
    for (int p = reading.candidates[static_cast<std::size_t>(i)].parent; p >= 0;
         p = reading.candidates[static_cast<std::size_t>(p)].parent)
      ++steps;
    return steps;
  };
  std::vector<int> depths(reading.candidates.size());
  for (const int i : order) depths[static_cast<std::size_t>(i)] = depth(i);
  std::ranges::stable_sort(order, {}, [&](int i) { return depths[static_cast<std::size_t>(i)]; });
  for (const int i : order) {
    const Candidate& cue = reading.candidates[static_cast<std::size_t>(i)];
    Draft draft;
    draft.cue = cue.cue;
    draft.source = cue.source;
    draft.content = cue.content;
    // Trimming can leave nothing of a piece; a claim of nothing is none, and what stood inside it has no parent.
    std::erase_if(draft.content, [](const Range& piece) { return piece.empty(); });
    if (draft.content.empty()) continue;
    draft.pass = cue.pass;
    draft.sense = cue.sense;
    draft.frame = cue.frame;
    draft.verb = cue.verb;
    for (const Range piece : draft.content) draft.claim.content.push_back(reading.span_of(piece));
    draft.claim.source = reading.span_of(cue.source);
    draft.claim.cue = reading.span_of(cue.cue);
    draft.claim.parent = cue.parent < 0 ? -1 : index[static_cast<std::size_t>(cue.parent)];
    draft.claim.direct = reading.is(draft.content.front().first, Tag::kQuote);
    index[static_cast<std::size_t>(i)] = static_cast<int>(drafts.size());
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

std::string_view lemma_of(const Reading& reading, int verb) {
  if (!reading.is(verb, Tag::kVerb) || reading[verb].word->verb < 0) return {};
  return Lexicon::get().verb(*reading[verb].word).lemma;
}

// In the order of their first words; a parent begins before or with its children, or is put before them.
std::vector<Claim> in_order(const Reading& reading, std::vector<Draft>& drafts, std::vector<Provenance>* provenance) {
  std::vector<int> order(drafts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  const auto begin = [&](int i) {
    const Claim& claim = drafts[static_cast<std::size_t>(i)].claim;
    std::uint32_t first = claim.content.front().begin;
    if (!claim.cue.empty()) first = std::min(first, claim.cue.begin);
    if (!claim.source.empty() && claim.source.begin + 400 > first) first = std::min(first, claim.source.begin);
    return first;
  };
  std::vector<std::uint32_t> key(drafts.size());
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    key[i] = begin(static_cast<int>(i));
    // Drafts hold parents before children.
    if (drafts[i].claim.parent >= 0) key[i] = std::max(key[i], key[static_cast<std::size_t>(drafts[i].claim.parent)]);
  }
  // Of claims that begin together (one subject, two verbs) the first cue comes first; drafts hold outer claims first.
  std::vector<std::uint32_t> depth(drafts.size());
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (drafts[i].claim.parent >= 0) depth[i] = depth[static_cast<std::size_t>(drafts[i].claim.parent)] + 1;
  }
  std::ranges::stable_sort(order, {}, [&](int i) {
    const std::size_t at = static_cast<std::size_t>(i);
    return std::tuple(key[at], depth[at], drafts[at].claim.cue.begin);
  });
  std::vector<int> place(drafts.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  std::vector<Claim> claims;
  claims.reserve(order.size());
  for (const int i : order) {
    Claim& claim = drafts[static_cast<std::size_t>(i)].claim;
    if (claim.parent >= 0) claim.parent = place[static_cast<std::size_t>(claim.parent)];
    claims.push_back(std::move(claim));
    if (provenance) {
      const Draft& draft = drafts[static_cast<std::size_t>(i)];
      provenance->push_back({draft.pass, draft.sense, draft.frame, lemma_of(reading, draft.verb)});
    }
  }
  return claims;
}

}  // namespace

std::vector<Claim> find_claims(std::string_view text, std::span<const page::Block> blocks, std::string_view outlet,
                               const page::Date& published, const Switches& switches,
                               std::vector<Provenance>* provenance) {
  Reading reading;
  reading.text = text;

  // Read: words, quotations and sentences, parts of speech, verbs with their subjects.
  split_tokens(reading);
  lay_out(reading, blocks);
  tag_words(reading);
  group_verbs(reading);
  find_subjects(reading);

  // Propose claims.
  find_verb_cues(reading, switches);
  find_according_to(reading, switches);
  find_colons(reading, switches);
  find_passives(reading, switches);
  find_noun_cues(reading, switches);
  find_adjective_cues(reading, switches);
  find_adverb_cues(reading, switches);

  // Choose, then give the quotations that nobody introduces to whom they belong.
  nest(reading, switches);
  continue_quotations(reading, switches);

  // Say what each claim means.
  std::vector<Draft> drafts = drafts_of(reading);
  if (switches.has(Idea::kOwnVoice)) state_page_facts(reading, drafts);
  say_what_about(reading, drafts);
  resolve_speakers(reading, drafts);
  tell_kinds(reading, drafts);
  judge_stances(reading, drafts);
  drop_supposed(drafts);
  tell_kinds(reading, drafts);  // once more: who denies responsibility is accused
  settle_denials(reading, drafts);
  name_subjects(drafts);
  date_sayings(reading, drafts, published);
  link_chains(reading, drafts, outlet);
  return in_order(reading, drafts, provenance);
}

std::vector<Claim> find_claims(std::string_view text, std::span<const page::Block> blocks, std::string_view outlet,
                               const page::Date& published) {
  return find_claims(text, blocks, outlet, published, Switches{});
}

}  // namespace samehand::claim
