#include "samehand/exchange/evidence.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "evidence_reader.h"

namespace samehand::exchange {
namespace {

Evidence read_evidence(const Json& root) {
  const Json* hypotheses = list_of(root, "hypotheses", "the file");
  const Json* items = list_of(root, "items", "the file");
  EvidenceReader reader;
  if (hypotheses != nullptr) {
    for (const Json& h : *hypotheses) reader.hypothesis(h);
  }
  if (items != nullptr) {
    reader.out.items.reserve(items->size());
    for (const Json& i : *items) reader.item(i);
  }
  return std::move(reader.out);
}

// How deep lists and objects may lie within each other in bundles and events: ours and others' need a dozen.
constexpr int kMaxDepth = 100;

struct Parsed {
  Json root;
  std::string twice;  // a key that stands twice in one object
  int depth = 0;
};

// JSON lets a key stand twice and readers take one of the two: a list would be lost without a word.
Parsed parse(std::string_view text) {
  Parsed out;
  std::vector<std::unordered_set<std::string>> keys;
  out.root = Json::parse(
      text.begin(), text.end(),
      [&](int depth, Json::parse_event_t event, Json& value) {
        out.depth = std::max(out.depth, depth);
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second &&
            out.twice.empty())
          out.twice = value.get<std::string>();
        return true;
      },
      false);
  return out;
}

}  // namespace

Result<Evidence> import_evidence(ByteView json) {
  const auto [root, twice, depth] = parse(json.text());
  if (!twice.empty())
    return fail(ErrorCode::kMalformed, fmt::format("has \"{}\" twice in one object: which is meant?", twice));
  if (root.is_discarded()) return fail(ErrorCode::kMalformed, "is not JSON");
  try {
    if (find(root, "hypotheses") != nullptr || find(root, "items") != nullptr) return read_evidence(root);
    const Json* type = find(root, "type");
    const bool stix = type != nullptr && *type == "bundle";
    const bool misp = find(root, "Event") != nullptr || find(root, "response") != nullptr;
    if ((stix || misp) && depth > kMaxDepth)
      return fail(ErrorCode::kTooLarge, fmt::format("nests more than {} deep", kMaxDepth));
    if (stix) return read_stix(root);
    if (misp) return read_misp(root);
  } catch (const Wrong& e) {
    return fail(ErrorCode::kMalformed, e.message);
  }
  return fail(ErrorCode::kNotSupported,
              "is neither hypotheses and items (docs/format/evidence.md) nor a STIX bundle nor a MISP event");
}

}  // namespace samehand::exchange
