#include "samples.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "samehand/base/file.h"
#include "samehand/base/parallel.h"
#include "samehand/code/program.h"
#include "samehand/image/image.h"

namespace samehand::match {
namespace {

Result<std::vector<feature::SampleFeatures>> features_of(const std::string& path) {
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  const auto parts = image::load(bytes->view());
  if (!parts) return std::unexpected(parts.error());
  std::vector<feature::SampleFeatures> samples;
  for (const image::Part& part : *parts) {
    const auto program = code::recover(part.image);
    if (!program) return std::unexpected(program.error());
    samples.push_back(feature::extract(part.image, *program));
  }
  return samples;
}

}  // namespace

bool Samples::read(const std::vector<std::string>& paths) {
  std::vector<std::string> fresh;
  for (const std::string& path : paths) {
    if (samples_.emplace(path, std::vector<feature::SampleFeatures>()).second) fresh.push_back(path);
  }
  std::vector<Result<std::vector<feature::SampleFeatures>>> read(fresh.size());
  parallel_for(fresh.size(), usable_processors(), [&](std::size_t i) { read[i] = features_of(fresh[i]); });
  bool good = true;
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (read[i]) {
      samples_[fresh[i]] = std::move(*read[i]);
    } else {
      std::cerr << fresh[i] << ": " << read[i].error().message << '\n';
      good = false;
    }
  }
  return good;
}

}  // namespace samehand::match
