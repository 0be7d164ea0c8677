// What `samehand read` found, for people, programs and browsers.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "samehand/dossier/text.h"
#include "samehand/reading/reading.h"
#include "samehand/reading/voices.h"

namespace samehand::dossier {

// Words of enumerations as every face and the JSON write them: "reports_denial", "loss_volume", "outlet".
std::string_view word(claim::Stance stance);
std::string_view word(claim::SpeakerKind kind);
std::string_view word(claim::About about);
// What is claimed, its pieces joined by an ellipsis. Not yet printable.
std::string words_of(const claim::Claim& claim, std::string_view text);

// One object on one line, a newline at its end: docs/format/read.md. Offsets count Unicode code points of "text".
std::string reading_json(const reading::Reading& reading);
// The last object of several pages: {"voices": […], "copies": […], "contradictions": […], …}.
std::string voices_json(const reading::Voices& voices, std::span<const reading::Reading> readings);

// The page in short: what it is, its claims with their chains, names, techniques, indicators. Outside text is escaped.
// With `options.top` rows of each list, 0 for all.
std::string reading_text(const reading::Reading& reading, const TextOptions& options);
// The main text alone, for `--text`: its lines as they are, control characters escaped.
std::string main_text(const reading::Reading& reading);
// "59 pages, 6 voices on who did it", then the voices matter by matter, copies and contradictions.
std::string voices_text(const reading::Voices& voices, std::span<const reading::Reading> readings,
                        const TextOptions& options);

// All pages as one self-contained page without scripts: each text with every extraction marked in place, the lists
// beside it, the voices in front where there are several pages. Needs no network and may use none.
std::string readings_html(std::span<const reading::Reading> readings, const reading::Voices& voices);

}  // namespace samehand::dossier
