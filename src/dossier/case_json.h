// Parts of a case as JSON values, for the faces that write them out.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "samehand/dossier/case.h"

namespace samehand::dossier {

using CaseJson = nlohmann::ordered_json;

// On one line with a newline; what is no UTF-8 is replaced.
std::string json_line(const CaseJson& value);
// Decibans to a millionth: enough for any use, and the same whatever order they were added in.
double rounded_db(double db);

// Judgements by item, so that each item finds its own at once.
using JudgementsByItem = std::map<std::int64_t, std::vector<const casefile::Judgement*>>;
JudgementsByItem by_item(const std::vector<casefile::Judgement>& judgements);

CaseJson exhibit_value(const casefile::Contents& contents, const evidence::Exhibit& exhibit);
CaseJson finding_value(const casefile::Finding& finding);
CaseJson item_value(const casefile::Contents& contents, const evidence::Item& item, const JudgementsByItem& judgements);
CaseJson weights_value(const CaseVerdict& verdict, std::span<const evidence::Weight> row);
CaseJson verdict_value(const CaseVerdict& verdict);  // docs/format/weigh.md
CaseJson event_value(const casefile::Event& event);

}  // namespace samehand::dossier
