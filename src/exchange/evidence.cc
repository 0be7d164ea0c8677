#include "samehand/exchange/evidence.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "evidence_reader.h"

namespace samehand::exchange {
namespace {

constexpr std::array<std::string_view, 5> kHypothesisKeys = {"name", "prior", "role", "also", "description"};
constexpr std::array<std::string_view, 12> kItemKeys = {"name",         "group",         "weights_db", "statement",
                                                        "source",       "known",         "kind",       "reliability",
                                                        "forgeability", "public_before", "points_at",  "against"};

// A key that is not known may be another version's, or a slip that costs what it says: either is told.
void tell_unknown(const Json& object, std::span<const std::string_view> known, const char* what, Remarks& remarks) {
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    remarks.add(fmt::format("{} \"{}\"", what, object["name"].get_ref<const std::string&>()),
                fmt::format("\"{}\" is none of its keys; left alone", key));
  }
}

Evidence read_evidence(const Json& root) {
  const Json* hypotheses = list_of(root, "hypotheses", "the file");
  const Json* items = list_of(root, "items", "the file");
  EvidenceReader reader;
  if (hypotheses != nullptr) {
    for (const Json& h : *hypotheses) {
      reader.hypothesis(h);
      tell_unknown(h, kHypothesisKeys, "hypothesis", reader.out.remarks);
    }
  }
  if (items != nullptr) {
    reader.out.items.reserve(items->size());
    for (const Json& i : *items) {
      reader.item(i);
      tell_unknown(i, kItemKeys, "item", reader.out.remarks);
    }
  }
  return std::move(reader.out);
}

// How deep lists and objects may lie within each other in bundles and events: ours and others' need a dozen.
constexpr int kMaxDepth = 100;

// JSON lets a key stand twice and readers take one of the two: a list would be lost without a word. Looked for in a
// pass of its own, which also knows where the text ceases to be JSON; nlohmann's parser with a callback takes time with
// the square of a list's length.
class Check : public Json::json_sax_t {
 public:
  std::string twice;  // a key that stands twice in one object
  int depth = 0;
  std::size_t wrong_at = 0;  // characters read when it went wrong

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return deeper();
  }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second && twice.empty()) twice = name;
    return true;
  }
  bool end_object() override {
    keys_.pop_back();
    --now_;
    return true;
  }
  bool start_array(std::size_t) override { return deeper(); }
  bool end_array() override {
    --now_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    wrong_at = position;
    return false;
  }

 private:
  bool deeper() {
    depth = std::max(depth, ++now_);
    return true;
  }

  std::vector<std::unordered_set<std::string>> keys_;
  int now_ = 0;
};

Error not_json(std::string_view text, std::size_t read) {
  const std::string_view before = text.substr(0, read == 0 ? 0 : std::min(read - 1, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return {ErrorCode::kMalformed,
          before.size() >= text.size() ? fmt::format("is not JSON: it ends at line {}, before it is complete", line)
                                       : fmt::format("is not JSON: line {}, column {}", line, column),
          {}};
}

}  // namespace

void Remarks::add(std::string_view where, std::string_view what) {
  constexpr std::size_t kBytes = 300;
  ++count;
  if (first.size() == kKept) return;
  std::string text(where);
  (text += where.empty() ? "" : ": ") += what;
  if (text.size() > kBytes) {
    std::size_t end = kBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text = text.substr(0, end) + "…";
  }
  first.push_back(std::move(text));
}

std::string Remarks::because(std::string_view what) const {
  return first.empty() ? std::string(what) : fmt::format("{}: {}", what, first.front());
}

Result<Evidence> import_evidence(ByteView json) {
  const std::string_view text = json.text();
  Check check;
  if (!Json::sax_parse(text.begin(), text.end(), &check)) return std::unexpected(not_json(text, check.wrong_at));
  if (!check.twice.empty())
    return fail(ErrorCode::kMalformed, fmt::format("has \"{}\" twice in one object: which is meant?", check.twice));
  const Json root = Json::parse(text.begin(), text.end(), nullptr, false);
  if (root.is_discarded()) return fail(ErrorCode::kMalformed, "is not JSON");
  try {
    if (find(root, "hypotheses") != nullptr || find(root, "items") != nullptr) return read_evidence(root);
    const Json* type = find(root, "type");
    const bool stix = type != nullptr && *type == "bundle";
    const bool misp = find(root, "Event") != nullptr || find(root, "response") != nullptr;
    if ((stix || misp) && check.depth > kMaxDepth)
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
