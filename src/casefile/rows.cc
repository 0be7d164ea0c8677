#include "rows.h"

#include "samehand/base/codec.h"
#include "schema.h"

namespace samehand::casefile {

std::vector<std::uint8_t> encode_row(const std::vector<Cell>& cells) {
  ByteWriter out;
  for (const Cell& cell : cells) {
    if (std::holds_alternative<std::monostate>(cell.value)) continue;
    out.text(cell.column);
    out.u8(static_cast<std::uint8_t>(cell.value.index()));
    if (const auto* integer = std::get_if<std::int64_t>(&cell.value)) out.fixed64(static_cast<std::uint64_t>(*integer));
    if (const auto* real = std::get_if<double>(&cell.value)) out.real(*real);
    if (const auto* text = std::get_if<std::string>(&cell.value)) out.text(*text);
    if (const auto* blob = std::get_if<Blob>(&cell.value)) {
      out.text(ByteView(*blob).text());
    }
  }
  out.text("");  // the row's end: no column has no name
  return out.take();
}

void RowHash::add(std::string_view table, const std::vector<Cell>& cells) {
  auto it = tables_.find(table);
  if (it == tables_.end()) it = tables_.emplace(std::string(table), Sha256()).first;
  it->second.add(ByteView(encode_row(cells)));
}

std::string RowHash::finish() {
  ByteWriter out;
  for (const char* table : event_tables()) {
    const auto it = tables_.find(table);
    if (it == tables_.end()) continue;
    out.text(table);
    out.text(it->second.finish_hex());
  }
  return sha256_hex(ByteView(out.bytes()));
}

std::string event_hash(const Event& event) {
  ByteWriter out;
  out.text("samehand case event 1");
  out.varint(static_cast<std::uint64_t>(event.number));
  for (const std::string* text :
       {&event.time, &event.who, &event.action, &event.detail, &event.rows_sha256, &event.previous})
    out.text(*text);
  return sha256_hex(ByteView(out.bytes()));
}

}  // namespace samehand::casefile
