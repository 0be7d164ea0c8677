#include "report_items.h"

#include <fmt/format.h>

#include <algorithm>

#include "samehand/evidence/defaults.h"

namespace samehand::exchange {
namespace {

// What a case file takes, with room for what is added (src/casefile/change.cc).
constexpr std::size_t kNameBytes = 160, kSourceBytes = 300, kStatementBytes = 4000;

std::string cut(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes) + "…";
}

ImportedItem begin(evidence::ItemKind kind, const std::string& source, const std::string& known,
                   evidence::Admiralty reliability) {
  ImportedItem out;
  out.item.kind = kind;
  out.item.origin = evidence::Origin::kImport;
  out.item.source = cut(source, kSourceBytes);
  out.item.known = known;
  out.item.reliability = reliability;
  out.item.forgeability = evidence::default_of(kind).forgeability;
  return out;
}

}  // namespace

void ReportItems::attribution(const Said& said, std::vector<std::string> subjects, bool against) {
  if (subjects.empty()) return;
  ImportedItem out = begin(evidence::ItemKind::kAttribution, said.source, said.known, said.reliability);
  out.item.against = against;
  const std::string& whom = subjects.front();
  out.item.name = cut(fmt::format("{}: {} {}", said.source, against ? "it was not" : "it was", whom), kNameBytes);
  out.item.statement =
      cut(!said.statement.empty() ? said.statement
                                  : fmt::format("{}{}attributed to {}", said.what, said.what.empty() ? "" : " ", whom),
          kStatementBytes);
  // One voice on one matter, as in reports that are read.
  out.item.group = out.item.source + " on who did it";
  out.subjects = std::move(subjects);
  evidence_.items.push_back(std::move(out));
}

void ReportItems::list(evidence::ItemKind kind, const std::string& what, const std::string& source,
                       const std::string& known, const std::string& value, evidence::Admiralty reliability) {
  if (value.empty()) return;
  const auto [it, fresh] = lists_.try_emplace({source, kind, what});
  List& list = it->second;
  if (fresh) {
    list.order = lists_.size();
    list.known = known;
    list.reliability = reliability;
  }
  // The whole list is known only since its last value is.
  list.known = std::max(list.known, known);
  if (list.seen.insert(value).second) list.values.push_back(value);
}

void ReportItems::finish() {
  std::vector<const decltype(lists_)::value_type*> order;
  for (const auto& entry : lists_) order.push_back(&entry);
  std::ranges::sort(order, {}, [](const auto* entry) { return entry->second.order; });
  for (const auto* entry : order) {
    const auto& [source, kind, what] = entry->first;
    const List& list = entry->second;
    ImportedItem out = begin(kind, source, list.known, list.reliability);
    out.item.name = cut(fmt::format("{}: {} {}", source, list.values.size(), what), kNameBytes);
    out.item.statement = cut(fmt::format("{}", fmt::join(list.values, "; ")), kStatementBytes);
    evidence_.items.push_back(std::move(out));
  }
  lists_.clear();
}

}  // namespace samehand::exchange
