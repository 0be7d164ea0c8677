// Runtime code that compilers link into every program, recognised by its exact copies and by what it does.
#pragma once

#include <cstdint>
#include <vector>

#include "samehand/feature/feature.h"

namespace samehand::match {

// A hash of everything that a function itself computes with, equal where a compiler merely chose other registers or
// another order of instructions. 0 where there is too little to tell functions apart.
std::uint64_t digest(const feature::SampleFeatures& sample, const feature::FunctionFeatures& function);

// Whether the function is known runtime code. Logarithmic in the table, linear in the function's features.
bool known_library(const feature::SampleFeatures& sample, const feature::FunctionFeatures& function);

// By function of the sample: whether it is runtime code, known by itself or by where it stands. About linear.
// Precondition: consistent(sample), see graph.h.
std::vector<bool> runtime_functions(const feature::SampleFeatures& sample);

}  // namespace samehand::match
