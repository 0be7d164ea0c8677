// What others' structured reports, STIX bundles and MISP events, come to as items.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "samehand/exchange/evidence.h"

namespace samehand::exchange {

// Labels become items one by one, long lists one item each: a hundred addresses of one report are one observation.
class ReportItems {
 public:
  explicit ReportItems(Evidence& evidence) : evidence_(evidence) {}

  struct Said {
    std::string source, known;
    evidence::Admiralty reliability;
    std::string statement, what;
  };
  // Somebody says that `subjects` (one, with other names of it) did it, or did not.
  void attribution(const Said& said, std::vector<std::string> subjects, bool against);
  // One more value of a list of `what` ("techniques") that `source` gives; once is enough.
  void list(evidence::ItemKind kind, const std::string& what, const std::string& source, const std::string& known,
            const std::string& value, evidence::Admiralty reliability = {});
  // Makes items of the lists, in the order in which they began.
  void finish();

 private:
  struct List {
    std::size_t order = 0;
    std::string known;
    evidence::Admiralty reliability;
    std::vector<std::string> values;
    std::set<std::string> seen;
  };
  Evidence& evidence_;
  std::map<std::tuple<std::string, evidence::ItemKind, std::string>, List> lists_;
};

}  // namespace samehand::exchange
