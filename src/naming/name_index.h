// Aliases by their letters alone, so that "APT 28", "APT-28" and "apt28" are one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "samehand/naming/name_list.h"

namespace samehand::naming {

constexpr std::size_t kMaxAliasWords = 6;
constexpr std::size_t kMaxAliasBytes = 64;

struct NameList::Index {
  struct Alias {
    std::string written;                 // as the list has it
    std::vector<std::uint32_t> entries;  // indices into names(), ascending
    bool ordinary = false;               // an English word, or too short to stand without a context
  };

  std::unordered_map<std::string, Alias> aliases;  // key: squeezed
  std::vector<bool> starts;                        // by start_of: whether any alias begins so

  const Alias* find(const std::string& squeezed) const {
    const auto found = aliases.find(squeezed);
    return found == aliases.end() ? nullptr : &found->second;
  }
  // A hash of the first three bytes, for passing quickly over words that begin no alias.
  static std::uint16_t start_of(std::string_view squeezed);
};

// Lower case, letters, digits and bytes of other scripts only.
std::string squeezed(std::string_view name);

// Common English words that are also names (or may look like them); lower case.
bool is_ordinary_word(std::string_view lower_word);

}  // namespace samehand::naming
