// Files that may be compressed with gzip.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand {

// Whether the bytes begin as gzip's do.
bool is_gzip(ByteView file);

// What one gzip member holds, at most `limit_bytes` of it. Errors: kTooLarge beyond the limit (what came out until then
// is dropped), kMalformed for damaged or cut-off data. Memory: the file's size and what comes out. `where` goes into
// the errors.
Result<std::vector<std::uint8_t>> gunzip(ByteView file, std::size_t limit_bytes, std::string_view where = {});

// The file as it is, or, where gzip packed it, what it holds, which `storage` then keeps. Errors: those of gunzip;
// kTooLarge for a plain file of more than `limit_bytes`.
Result<ByteView> unpacked(ByteView file, std::size_t limit_bytes, std::vector<std::uint8_t>& storage,
                          std::string_view where = {});

}  // namespace samehand
