// The job behind the command `read`.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/container/container.h"
#include "samehand/reading/reading.h"
#include "samehand/reading/voices.h"

namespace samehand::flow {

struct ReadOptions {
  bool raw_text = false;                // take every input as plain text, exactly as it is
  std::vector<std::string> name_lists;  // files: ATT&CK bundles, MISP galaxies, or lists compiled from them
  std::string benign_list;              // a file of indicators to set aside; empty: the list that the program brings
  unsigned parallel = 0;                // workers at a time; 0: as many as the machine has cores
  std::function<void(std::size_t done, std::size_t total, std::string_view item)> on_progress;
  std::function<void(const std::string& message)> on_diagnostic;
};

struct ReadPages {
  std::vector<reading::Reading> readings;  // in the order of the inputs, folders by path
  reading::Voices voices;                  // empty where there is but one page
  std::vector<Error> failures;             // inputs that could not be read
};

// Reads every page under the paths, each file once: files, or folders of them. Each is read in a sandboxed worker: one
// that crashes, hangs or swells costs that page alone. Deterministic.
Result<ReadPages> read(const std::vector<std::string>& paths, const ReadOptions& options);

// The same for pages that are in memory already; their paths are only names.
Result<ReadPages> read_pages(std::span<const container::Member> pages, const ReadOptions& options);

}  // namespace samehand::flow
