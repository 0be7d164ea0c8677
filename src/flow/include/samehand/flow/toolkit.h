// From a path to analysed samples: opening containers, then one sandboxed worker per executable.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/base/worker.h"
#include "samehand/code/program.h"
#include "samehand/container/container.h"
#include "samehand/dossier/comparison.h"
#include "samehand/feature/feature.h"
#include "samehand/image/image.h"

namespace samehand::flow {

struct AnalyseOptions {
  image::LoadOptions load;
  code::RecoverOptions recover;
  unsigned parallel = 0;  // workers at a time; 0: as many as the machine has cores
  bool features = true;   // false: only the functions and traces are wanted
  // Optional: how many of the executables found so far have been read, and which was the last.
  std::function<void(std::size_t done, std::size_t total, std::string_view item)> on_progress;
  // Optional: what the system lacks to confine the workers, said once.
  std::function<void(const std::string& message)> on_diagnostic;
};

struct Sample {
  dossier::SampleSummary summary;
  feature::SampleFeatures features;
  code::Program program;   // only the table of functions, and only where features were not asked for
  std::size_t member = 0;  // index into Toolkit::members, whose bytes this sample was read from
  std::string part;        // name of the part within the member: "" or a fat file's architecture, an archive's object
};

// All that lay under one path the user named. `members` keeps the bytes, and `workers` those who read them, so that
// code can be listed later.
struct Toolkit {
  std::string path;
  std::vector<container::Member> members;
  std::vector<Sample> samples;  // in the members' order
  std::vector<Error> failures;  // inputs that could not be read, or only in part
  std::shared_ptr<Workers> workers = {};
  std::size_t first_member = 0;  // the number by which the workers know members[0]
};

// Reads everything under `path`. Each executable is read in a worker of its own: one that crashes, hangs or asks for
// too much costs that file alone, and what it had sent before stays. Never fails as a whole: no samples and failures
// then.
Toolkit analyse(const std::string& path, const AnalyseOptions& options);

// Several paths at once, sharing the workers; the result is in the paths' order.
std::vector<Toolkit> analyse_all(const std::vector<std::string>& paths, const AnalyseOptions& options);

// The listings of functions of one sample, made in a worker with the options of its analysis. Addresses without a
// function are left out of the result.
struct ListingRequest {
  std::size_t sample = 0;  // index into Toolkit::samples
  std::vector<std::uint64_t> addresses;
};
struct ListedSample {
  std::size_t sample = 0;
  std::vector<code::Listing> listings;
};
std::vector<ListedSample> list_functions(const Toolkit& toolkit, const std::vector<ListingRequest>& requests,
                                         const AnalyseOptions& options, std::vector<Error>& failures);

}  // namespace samehand::flow
