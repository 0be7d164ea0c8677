// Expected outputs kept as files in golden/: reviewed as diffs, rewritten by SAMEHAND_REBASE=1 ctest -R dossier.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace samehand::dossier {

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline void expect_golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(SAMEHAND_DOSSIER_DIR) + "/golden/" + name;
  if (std::getenv("SAMEHAND_REBASE") != nullptr) std::ofstream(path, std::ios::binary) << actual;
  EXPECT_EQ(file_text(path), actual) << "if the change is meant: SAMEHAND_REBASE=1 ctest -R dossier, then review";
}

}  // namespace samehand::dossier
