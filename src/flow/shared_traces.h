// Which build and delivery traces two toolkits share, and what each can say.
#pragma once

#include <span>
#include <vector>

#include "samehand/dossier/comparison.h"

namespace samehand::flow {

// Traces with the same kind, key and value on both sides, and PDB paths that share the builder's own folder.
// Hardest to forge first, then by kind, key and value; every file that carries one is named.
std::vector<dossier::SharedTrace> shared_traces(std::span<const dossier::SampleSummary> a,
                                                std::span<const dossier::SampleSummary> b);

// What contradicts itself within either side: the images' own contradictions and traces marked invalid.
std::vector<std::string> contradictions(std::span<const dossier::SampleSummary> samples);

}  // namespace samehand::flow
