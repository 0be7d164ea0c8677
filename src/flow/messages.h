// What a worker sends to its parent. The parent trusts none of it: every read is bounded, every enum checked.
#pragma once

#include "samehand/base/codec.h"
#include "samehand/code/listing.h"
#include "samehand/dossier/comparison.h"

namespace samehand::flow {

enum FrameType : std::uint8_t { kPartFrame = 1, kFeaturesFrame, kErrorFrame, kListingFrame, kFunctionsFrame };

struct PartMessage {
  std::string part;
  dossier::SampleSummary summary;  // without the path, which the parent knows better
};

std::vector<std::uint8_t> encode_part(const PartMessage& message);
Result<PartMessage> decode_part(ByteView bytes);
// The functions of a program as a table: what lies in their blocks, edges and calls stays behind.
std::vector<std::uint8_t> encode_functions(const code::Program& program);
Result<code::Program> decode_functions(ByteView bytes);
std::vector<std::uint8_t> encode_error(const Error& error);
Result<Error> decode_error(ByteView bytes);
std::vector<std::uint8_t> encode_listing(const code::Listing& listing);
Result<code::Listing> decode_listing(ByteView bytes);

}  // namespace samehand::flow
