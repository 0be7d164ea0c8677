// The parts of the matching that can be switched off, to see what each is worth, and the numbers that can be set.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "weights.h"

namespace samehand::match {

struct Part {
  std::string_view name;
  std::string_view what;  // for the table in docs/evaluation.md
  void (*remove)(Parameters&);
};

std::span<const Part> parts();

// Whether there is such a part; it is then off.
bool remove_part(std::string_view name, Parameters& parameters);

// Whether `assignment` is NAME=NUMBER and there is a parameter of that name (as in weights.h); it is then set.
bool set_parameter(std::string_view assignment, Parameters& parameters);

}  // namespace samehand::match
