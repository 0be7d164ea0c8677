// Tables of pointers in data: which functions stand side by side, and which strings stand beside a function.
#pragma once

#include "collector.h"
#include "references.h"

namespace samehand::feature {

// Gives functions their kTableString features and fills in `sample.table_neighbours`.
// Cost linear in the image's relocations (or, where it has none, its data).
void scan_tables(const image::Image& image, References& references, Collector& collector, SampleFeatures& sample);

}  // namespace samehand::feature
