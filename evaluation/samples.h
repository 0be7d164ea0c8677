// Files' features, read once.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "samehand/feature/feature.h"

namespace samehand::match {

class Samples {
 public:
  // Reads the files that were not read before, on all processors, in this process: for files that are ours. Says on
  // stderr which cannot be read; false if any.
  bool read(const std::vector<std::string>& paths);

  // One per executable of the file; none where it could not be read.
  const std::vector<feature::SampleFeatures>& of(const std::string& path) const { return samples_.at(path); }

 private:
  std::unordered_map<std::string, std::vector<feature::SampleFeatures>> samples_;
};

}  // namespace samehand::match
