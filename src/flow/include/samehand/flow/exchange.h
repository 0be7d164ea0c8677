// Others' lists, turned into ours.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/base/worker.h"
#include "samehand/naming/name_list.h"

namespace samehand::flow {

// A list of names as the user has it: our own compiled form, checked count by count, or a bundle of JSON, which a
// worker compiles. Errors: those of naming::load_names and import_names, and of the worker.
Result<naming::NameList> load_names(const std::string& path, const WorkerOptions& workers);

struct ImportedNames {
  naming::NameList names;
  std::vector<Error> failures;  // the files that gave nothing; the rest is in `names`
};

// All of these files as one list. Entries with the same kind and id are joined.
ImportedNames import_names(const std::vector<std::string>& paths, const WorkerOptions& workers);

}  // namespace samehand::flow
