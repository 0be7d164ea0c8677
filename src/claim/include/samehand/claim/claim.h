// Who says what, through whom: claims with their stance, hedge, subject and chain of sources.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/text_span.h"
#include "samehand/page/page.h"

namespace samehand::claim {

enum class Stance : std::uint8_t {
  kAsserts,
  kDenies,
  kDeclines,  // neither confirms nor denies, or will not say
  kSuggests,  // asserts with a hedge: could, likely, suspects
  kDoubts,
  kReportsDenial,  // says that another has denied
  kThreatens,
  kApologises,
};

enum class SpeakerKind : std::uint8_t {
  kUnknown,
  kAccused,
  kVictim,
  kGovernment,
  kVendor,
  kResearcher,
  kPress,
  kAnonymous,
  kAttacker,
  kOutlet,  // the page itself, in its own voice
};

enum class About : std::uint8_t {
  kOther,
  kResponsibility,
  kSimilarity,
  kMotive,
  kLossVolume,
  kLossKind,
  kOrigin,
  kTechnique,
};

struct Claim {
  std::vector<TextSpan> content;  // what is said; one span, or several where the cue interrupts it ("X, he said, Y")
  TextSpan source, cue;           // where they stand in the text; empty: not stated
  std::string speaker;            // as named, pronouns and short names resolved: "an unnamed Pyongyang diplomat"
  SpeakerKind speaker_kind = SpeakerKind::kUnknown;
  Stance stance = Stance::kAsserts;
  std::string hedge;  // its words: "almost", "could", "there were solid clues"; empty: none
  About about = About::kOther;
  std::vector<std::string> subjects;  // of `about`: whose responsibility; what is similar to what; how much was lost
  bool direct = false;                // in quotation marks
  page::Date said;                    // where the text dates it
  page::Date said_from, said_until;   // where it gives a span of days instead: "earlier this week"
  std::vector<std::string> chain;     // outermost first: the page's outlet, relays, the speaker last
  std::int32_t parent = -1;           // index of the claim within whose content this one stands
};

// The claims of an English text, in the order of their first words; a parent stands before its children. Linear in the
// text. `blocks` may be empty: then paragraphs are told by empty lines. `outlet` is the root of every chain ("" ->
// "this page"). `published` is the page's own date, as far as it is known: weekdays and "yesterday" are counted from
// it.
std::vector<Claim> find_claims(std::string_view text, std::span<const page::Block> blocks, std::string_view outlet,
                               const page::Date& published = {});

}  // namespace samehand::claim
