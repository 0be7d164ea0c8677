// How cheaply a kind of evidence can be faked, which bounds what it may weigh (design, principle 3).
#pragma once

#include <cstdint>
#include <string_view>

namespace samehand::evidence {

enum class Forgeability : std::uint8_t {
  kTrivial,   // a hex editor and a minute: build time, Rich header, version resource
  kEasy,      // a build setting or public knowledge: strings, names, PDB path, language
  kModerate,  // takes care and skill: a toolchain's whole footprint, an import set that fits the code
  kHard,      // needs the private thing itself: rare code, a signing key
};

constexpr std::string_view to_string(Forgeability f) {
  switch (f) {
    case Forgeability::kTrivial:
      return "trivial";
    case Forgeability::kEasy:
      return "easy";
    case Forgeability::kModerate:
      return "moderate";
    case Forgeability::kHard:
      return "hard";
  }
  return "unknown";
}

}  // namespace samehand::evidence
