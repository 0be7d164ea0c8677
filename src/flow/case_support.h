// What several jobs on a case need.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "samehand/base/byte_view.h"
#include "samehand/casefile/case_file.h"
#include "samehand/flow/case.h"

namespace samehand::flow {

Result<casefile::CaseFile> open_case(const std::string& path, casefile::Access access, const CaseWork& work);

// The contents, with what comparisons of programs found said of the items that rest on them. Told as diagnostics:
// findings that are not what was recorded (looked at where all are small), exhibits that nothing was read from.
Result<casefile::Contents> read_contents(casefile::CaseFile& file, const CaseWork& work);

// The same with all recorded readings decoded, and the voices in them. A finding that cannot be decoded is told and
// left out.
Result<dossier::CaseView> view_of(casefile::CaseFile& file, const std::string& path, const CaseWork& work);

// The last day that a date of `--as-of` names; empty for an empty one, kInvalidArgument for what is no date.
Result<std::string> day_of(const std::string& as_of);
// What was known since `known` (ISO 8601) as seen on a day; empty: everything is known.
dossier::LeftOut left_out_on(const std::string& known, const std::string& day);
// The verdict from what these contents knew then.
Result<dossier::CaseVerdict> weigh_contents(casefile::Contents contents, const std::string& path,
                                            const std::string& as_of);

// Whether the priors of these hypotheses can be weighed: the error is that of weigh::check.
Result<void> check_priors(std::span<const evidence::Hypothesis> hypotheses, const std::string& path);

// Makes the others' priors add up to `rest`, in their proportions.
void scale_priors(std::vector<evidence::Hypothesis>& hypotheses, std::int64_t but, double rest);

}  // namespace samehand::flow
