// The job behind the command `case techniques`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/flow/case.h"
#include "samehand/technique/ranking.h"

namespace samehand::flow {

struct TechniqueOptions {
  std::size_t explained = 20;  // groups for which what is shared is said
  std::function<void(const std::string& message)> on_diagnostic;
};

// What the reports of a case say was used: the techniques, malware and tools in them, the year of the latest, and where
// they were published. Software that they only compare with, or name as somebody's deed, is in `not_used` with why.
Result<technique::Question> question_of_case(const std::string& path, const CaseWork& work);

// Ranks the groups of an ATT&CK bundle (plain or gzip) by what they share with the campaign asked about. The bundle is
// read and compared in one sandboxed worker. Errors: those of technique::read_catalogue; kInvalidArgument where none of
// what was asked is in the bundle; kCrashed, kTimedOut, kTooLarge of the worker. The caller must be single-threaded.
Result<technique::Ranking> rank_groups(const std::string& bundle, const technique::Question& question,
                                       const TechniqueOptions& options);

// The same for every attributed campaign in the bundle, in its order, by the protocol that measures it
// (docs/techniques.md): what shares a report with the campaign is left out.
Result<std::vector<technique::Ranking>> rank_attributed(const std::string& bundle, const TechniqueOptions& options);

}  // namespace samehand::flow
