// What a worker that read a program may send, and what the parent makes of it: any bytes are refused or give something
// that can be sent on and reported. The first byte says as what the rest is read.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "check.h"
#include "messages.h"
#include "samehand/dossier/diff.h"
#include "samehand/dossier/functions.h"
#include "samehand/dossier/html.h"
#include "samehand/dossier/json.h"
#include "samehand/dossier/text.h"
#include "samehand/dossier/verdict.h"
#include "shared_traces.h"

namespace {

using namespace samehand;

using samehand::fuzz::is_plain;
using samehand::fuzz::require;

// What comes out of a message, sent on, arrives as the same bytes.
template <class Encode, class Decode, class Message>
void check_sent_on(Encode encode, Decode decode, const Message& message) {
  const auto bytes = encode(message);
  const auto back = decode(ByteView(bytes));
  require(back.has_value() && encode(*back) == bytes, "what was decoded can be sent on");
}

void check_part(ByteView bytes) {
  const auto part = flow::decode_part(bytes);
  if (!part) return;
  check_sent_on(flow::encode_part, flow::decode_part, *part);
  dossier::Comparison comparison;
  comparison.a = "a";
  comparison.b = "b";
  comparison.a_samples = {part->summary};
  comparison.b_samples = {part->summary, part->summary};
  comparison.traces = flow::shared_traces(comparison.a_samples, comparison.b_samples);
  comparison.contradictions = flow::contradictions(comparison.a_samples);
  dossier::decide(comparison);
  require(nlohmann::json::accept(dossier::to_json(comparison)), "a comparison is JSON");
  require(is_plain(dossier::to_text(comparison)), "outside text is escaped");
  require(!dossier::to_html(comparison).empty(), "there is a page");
}

void check_functions(ByteView bytes) {
  const auto program = flow::decode_functions(bytes);
  if (!program) return;
  check_sent_on(flow::encode_functions, flow::decode_functions, *program);
  const dossier::FunctionsOf functions{"file", image::Format::kElf, *program};
  require(nlohmann::json::accept(dossier::functions_json(functions)), "functions are JSON");
  require(is_plain(dossier::functions_text(functions, {})), "outside text is escaped");
  require(!dossier::functions_tsv(functions).empty(), "there is a table");
}

void check_listing(ByteView bytes) {
  const auto listing = flow::decode_listing(bytes);
  if (!listing) return;
  check_sent_on(flow::encode_listing, flow::decode_listing, *listing);
  code::Listing other = *listing;
  if (!other.blocks.empty()) {
    other.blocks.front().edges.clear();
    other.blocks.front().instructions.resize(other.blocks.front().instructions.size() / 2);
  }
  const dossier::FunctionDiff diff = dossier::diff(*listing, other);
  const dossier::DiffSide a{"a", *listing}, b{"b", other};
  require(is_plain(dossier::diff_text(a, b, diff)), "outside text is escaped");
  require(nlohmann::json::accept(dossier::diff_json(a, b, diff)), "a diff is JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(std::span(data + 1, size - 1));
  switch (data[0]) {
    case 'P':
      check_part(rest);
      break;
    case 'F':
      check_functions(rest);
      break;
    case 'L':
      check_listing(rest);
      break;
    default:
      if (const auto error = flow::decode_error(rest)) check_sent_on(flow::encode_error, flow::decode_error, *error);
  }
  return 0;
}
