// What was found in exhibits -> items of evidence.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "samehand/dossier/case.h"
#include "samehand/evidence/item.h"
#include "samehand/reading/reading.h"

namespace samehand::flow {

// Items of one page: one for each speaker, matter, stance and target of its claims on who did it, what it is like,
// where it came from and why; one for its techniques and one for its network indicators. They point at the hypothesis
// whose name, or another name of it, stands among the claim's subjects.
std::vector<evidence::Item> items_of(const reading::Reading& reading, const evidence::Exhibit& exhibit,
                                     std::span<const evidence::Hypothesis> hypotheses);

// Items of one tool: its traces that can say something about who made it, and where they contradict each other. They
// point at nobody but the contradictions, which point at a false flag where the case has that hypothesis.
std::vector<evidence::Item> items_of(const dossier::ToolReading& tool, const evidence::Exhibit& exhibit,
                                     std::span<const evidence::Hypothesis> hypotheses);

// The dependence group of every item that rests on a claim, from the voices in all pages together: (item, group).
std::vector<std::pair<std::int64_t, std::string>> voice_groups(const dossier::CaseView& view);

// The hypothesis that one of the names means; nullptr: none, or several.
const evidence::Hypothesis* meant_by(std::span<const std::string> names,
                                     std::span<const evidence::Hypothesis> hypotheses);

}  // namespace samehand::flow
