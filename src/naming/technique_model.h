// What words say about techniques; see technique_model.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/naming/name_list.h"

namespace samehand::naming {

struct TechniqueExample {
  std::uint32_t technique;
  std::string text;
  enum Kind : std::uint8_t { kName, kDescription, kProcedure } kind;
};

TechniqueModel fit_technique_model(const std::vector<TechniqueEntry>& techniques,
                                   const std::vector<TechniqueExample>& examples);

}  // namespace samehand::naming
