// Just enough of JSON Schema to hold our own outputs against their documented schemas.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace samehand::dossier {

// The first place where `value` breaks `schema`, as "/pointer: what"; empty where it holds. Knows type, enum, const,
// required, properties, additionalProperties, items, pattern, minimum, maximum, $ref into #/$defs; any other keyword
// that would constrain is itself reported, so that a schema cannot silently promise more than is checked.
std::string schema_violation(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace samehand::dossier
