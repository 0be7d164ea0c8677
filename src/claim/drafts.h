// Claims that were chosen, with the tokens they came from; the passes here say what each means.
#pragma once

#include <vector>

#include "passes.h"
#include "samehand/claim/claim.h"

namespace samehand::claim {

struct Draft {
  Claim claim;
  Range cue, source;
  std::vector<Range> content;
  Pass pass = Pass::kOwnVoice;
  Sense sense;
  std::uint32_t frame = 0;
  int verb = -1;  // the cue's head token
  std::vector<std::string> relays;
  bool supposed = false;  // whose responsibility is a condition or a question: "if X was behind it"
};

// In the order of find_claims.cc.
void state_page_facts(const Reading& reading, std::vector<Draft>& drafts);  // the page's own voice
void say_what_about(const Reading& reading, std::vector<Draft>& drafts);
void resolve_speakers(const Reading& reading, std::vector<Draft>& drafts);
void judge_stances(const Reading& reading, std::vector<Draft>& drafts);
void tell_kinds(const Reading& reading, std::vector<Draft>& drafts);
// "If Norland was behind it, it would be a first" names nobody as responsible. After stances: who declines to say
// whether it was Norland, or denies it, speaks of Norland.
void drop_supposed(std::vector<Draft>& drafts);
// What the accused call absurd is the charge: responsibility. After kinds.
void settle_denials(const Reading& reading, std::vector<Draft>& drafts);
// "denied that [it] was behind the attack": the speaker's own responsibility. After stances.
void name_subjects(std::vector<Draft>& drafts);
void date_sayings(const Reading& reading, std::vector<Draft>& drafts, const page::Date& published);
void link_chains(const Reading& reading, std::vector<Draft>& drafts, std::string_view outlet);

// The head of a noun phrase: "a spokesman for Blue Strait" -> "spokesman"; -1 for an empty range.
int head_of(const Reading& reading, Range phrase);
// Without a comma, dash or possessive mark at its end.
Range trimmed(const Reading& reading, Range phrase);
// Whether the phrase is a personal or possessive pronoun.
bool pronoun(const Reading& reading, Range phrase);
// Whether it names the press, by its head: "the newspaper", "the Evening Mail".
bool press(const Reading& reading, Range phrase);

}  // namespace samehand::claim
