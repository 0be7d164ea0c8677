// Mozilla's public suffix list: where registered domains begin.
#pragma once

#include <cstddef>
#include <string_view>

namespace samehand::indicator {

// Whether a single label, in lower case, is a top-level domain, or one of the special ones that resolvers outside the
// DNS know ("onion", "i2p", "bit", "bazar") or that RFC 2606 keeps for examples ("example", "test", "invalid").
bool is_top_level_domain(std::string_view label);

// How many labels of `host` (lower case, ASCII or UTF-8, without a final dot) are its public suffix by the ICANN part
// of the list: 2 for "a.b.co.uk". 0 where the last label is no top-level domain. Private suffixes such as "github.io"
// are registered domains like others.
std::size_t public_suffix_labels(std::string_view host);

// Parses the embedded list; later calls are free. Others do it when first needed.
void load_public_suffixes();

}  // namespace samehand::indicator
