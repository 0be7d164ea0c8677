// Hypotheses and items in the words of docs/format/evidence.md, wherever they stand.
#pragma once

#include <string>
#include <unordered_map>

#include "json_reading.h"
#include "samehand/exchange/evidence.h"

namespace samehand::exchange {

class EvidenceReader {
 public:
  // All hypotheses before the first item. Each throws Wrong.
  void hypothesis(const Json& json);
  // What a file of somebody's own says: it comes from outside, whatever it claims.
  ImportedItem& item(const Json& json);
  // The same with what a case said of it: origin, method, whether it is excluded, judgements. Places are the caller's.
  ImportedItem& item_of_case(const Json& json);
  // Index into Evidence::names.
  std::uint32_t index_of(const std::string& name);

  Evidence out;

 private:
  std::vector<std::pair<std::uint32_t, evidence::Weight>> weights(const Json& json, std::string_view where);
  void judgement(const Json& json, ImportedItem& item, std::string_view where);

  std::unordered_map<std::string, std::uint32_t> indices_;
};

// The readers of one form each; they throw Wrong. `root` is an object.
Evidence read_stix(const Json& root);  // a bundle
Evidence read_misp(const Json& root);  // {"Event": …} or {"response": […]}

}  // namespace samehand::exchange
