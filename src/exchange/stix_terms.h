// What both directions of STIX agree on.
#pragma once

#include <string>

#include "uuid.h"

namespace samehand::exchange {

// The extension that carries what STIX has no words for. Its id names its format: another format gets another id.
inline std::string extension_id() {
  return "extension-definition--" + to_string(uuid5(kSamehandNamespace, "extension-definition case 1"));
}

}  // namespace samehand::exchange
