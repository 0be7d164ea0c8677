// The passes that find candidates, one file each, and those that choose among them. find_claims.cc runs them in order.
#pragma once

#include "reading.h"

namespace samehand::claim {

// Ideas that can be switched off, to measure what each brings (docs/claims.md, evaluation/run_claims.py --ablation).
enum class Idea : std::uint8_t {
  kAuxiliaries,  // auxiliaries and adverbs belong to the cue
  kParticles,    // "call for"
  kAppositives,  // belong to the source
  kBefore,       // the content stands before its cue
  kInversion,    // "said Smith"
  kAccordingTo,
  kColons,
  kSharedSubjects,  // ", adding", "and said"
  kClauseEnds,      // content stops before the sentence does
  kInterrupted,     // "X, he said, Y"
  kPassives,
  kSeem,
  kNouns,
  kAdjectives,
  kAdverbs,    // "reportedly"
  kContinued,  // quotations that go on, and orphans
  kNesting,
  kSkipQuoted,  // cues inside quotations are no claims of their own
  kWeak,        // attitudes, judgements, intentions
  kOwnVoice,
  kEvidence,     // things want a speaker, a finite verb and a definite noun
  kExtracted,    // "a strike that executives said could end", "as Smith said", "asked about it"
  kCatenatives,  // "continued to criticise"
  kCount,
};

struct Switches {
  std::uint32_t off = 0;
  bool has(Idea idea) const { return (off >> static_cast<unsigned>(idea) & 1) == 0; }
};

void find_verb_cues(Reading& reading, const Switches& switches);
void find_according_to(Reading& reading, const Switches& switches);
void find_colons(Reading& reading, const Switches& switches);
void find_passives(Reading& reading, const Switches& switches);
void find_noun_cues(Reading& reading, const Switches& switches);
void find_adjective_cues(Reading& reading, const Switches& switches);
void find_adverb_cues(Reading& reading, const Switches& switches);
void nest(Reading& reading, const Switches& switches);
void continue_quotations(Reading& reading, const Switches& switches);

}  // namespace samehand::claim
