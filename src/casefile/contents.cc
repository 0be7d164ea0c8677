// What is true now: the last row of everything, read with as little trust as any other outside bytes.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <unordered_map>

#include "rows.h"
#include "samehand/base/codec.h"

namespace samehand::casefile {
namespace {

std::unexpected<Error> malformed(const Database& database, std::string_view what) {
  return fail(ErrorCode::kMalformed, fmt::format("damaged: {}", what), database.path());
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool decode_weights(ByteView bytes, evidence::Weights& out) {
  ByteReader in(bytes);
  const std::size_t count = in.count(25);
  out.reserve(count);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    auto& [hypothesis, w] = out.emplace_back();
    hypothesis = static_cast<std::int64_t>(in.varint());
    if (hypothesis <= (i == 0 ? 0 : out[i - 1].first)) return false;
    w.low_db = in.real();
    w.mid_db = in.real();
    w.high_db = in.real();
    if (!std::isfinite(w.low_db) || !std::isfinite(w.mid_db) || !std::isfinite(w.high_db)) return false;
  }
  return in.ok() && in.at_end();
}

// Calls take(row) for each row of a query.
template <class Take>
Result<void> each(Database& database, std::string_view sql, const Take& take) {
  Statement statement = database.prepare(sql);
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    if (auto taken = take(statement); !taken) return taken;
  }
}

Result<void> read_hypotheses(Database& database, Contents& out) {
  std::map<std::int64_t, std::pair<evidence::Hypothesis, bool>> latest;
  auto read = each(database, "SELECT number, name, role, prior, also, description, removed FROM hypothesis ORDER BY id",
                   [&](const Statement& row) -> Result<void> {
                     const auto role = evidence::parse_role(row.text(2));
                     if (!role || row.integer(0) <= 0) return malformed(database, "a hypothesis of no known role");
                     auto& [hypothesis, removed] = latest[row.integer(0)];
                     hypothesis = {.number = row.integer(0),
                                   .name = row.text(1),
                                   .role = *role,
                                   .prior = row.real(3),
                                   .also = lines_of(row.text(4)),
                                   .description = row.text(5)};
                     removed = row.integer(6) != 0;
                     return {};
                   });
  if (!read) return read;
  for (auto& [number, entry] : latest) {
    if (!entry.second) out.hypotheses.push_back(std::move(entry.first));
  }
  return {};
}

Result<void> read_exhibits(Database& database, Contents& out) {
  auto read = each(
      database,
      "SELECT exhibit.id, sha256, name, kind, size, by_reference, source, collected, known_of, event.time, event.who "
      "FROM exhibit LEFT JOIN event ON event.id = exhibit.event ORDER BY exhibit.id",
      [&](const Statement& row) -> Result<void> {
        const auto kind = evidence::parse_exhibit_kind(row.text(3));
        if (!kind || row.integer(4) < 0) return malformed(database, "an exhibit of no known kind");
        out.exhibits.push_back({.number = row.integer(0),
                                .sha256 = row.text(1),
                                .name = row.text(2),
                                .kind = *kind,
                                .size_bytes = static_cast<std::uint64_t>(row.integer(4)),
                                .by_reference = row.integer(5) != 0,
                                .source = row.text(6),
                                .collected = row.text(7),
                                .known_of = row.integer(8),
                                .added = row.text(9),
                                .added_by = row.text(10)});
        return {};
      });
  if (!read) return read;
  return each(database, "SELECT id, exhibit, method, sha256, size FROM finding ORDER BY id",
              [&](const Statement& row) -> Result<void> {
                if (row.integer(4) < 0) return malformed(database, "a finding of no size");
                out.findings.push_back({.number = row.integer(0),
                                        .exhibit = row.integer(1),
                                        .method = row.text(2),
                                        .sha256 = row.text(3),
                                        .size_bytes = static_cast<std::uint64_t>(row.integer(4))});
                return {};
              });
}

Result<void> read_items(Database& database, Contents& out) {
  auto read = each(
      database,
      "SELECT id, name, statement, kind, origin, method, source, reliability, forgeability, public_before, points_at, "
      "against, grp, known, weights FROM item ORDER BY id",
      [&](const Statement& row) -> Result<void> {
        const auto kind = evidence::parse_item_kind(row.text(3));
        const auto reliability = evidence::parse_admiralty(row.text(7));
        const auto forgeability = evidence::parse_forgeability(row.text(8));
        const auto origin = evidence::parse_origin(row.text(4));
        if (!kind || !reliability || !forgeability || !origin) return malformed(database, "an item of no known kind");
        evidence::Item& item = out.items.emplace_back();
        item = {.number = row.integer(0),
                .name = row.text(1),
                .statement = row.text(2),
                .kind = *kind,
                .origin = *origin,
                .method = row.text(5),
                .source = row.text(6),
                .reliability = *reliability,
                .forgeability = *forgeability,
                .public_before = {},
                .points_at = row.integer(10),
                .against = row.integer(11) != 0,
                .group = row.text(12),
                .known = row.text(13),
                .weights = {},
                .loci = {}};
        if (!row.is_null(9)) item.public_before = row.integer(9) != 0;
        if (!row.is_null(14) && !decode_weights(row.blob(14), item.weights))
          return malformed(database, "an item's weights");
        return {};
      });
  if (!read) return read;
  const auto find = [&](std::int64_t number) -> evidence::Item* {
    const auto it = std::ranges::lower_bound(out.items, number, {}, &evidence::Item::number);
    return it == out.items.end() || it->number != number ? nullptr : &*it;
  };
  read = each(database, "SELECT item, exhibit, member, unit, first, last FROM locus ORDER BY id",
              [&](const Statement& row) -> Result<void> {
                evidence::Item* item = find(row.integer(0));
                if (item == nullptr) return malformed(database, "a place of no item");
                item->loci.push_back({.exhibit = row.integer(1),
                                      .member = row.text(2),
                                      .unit = evidence::parse_unit(row.text(3)).value_or(evidence::Locus::Unit::kWhole),
                                      .begin = static_cast<std::uint64_t>(row.integer(4)),
                                      .end = static_cast<std::uint64_t>(row.integer(5))});
                return {};
              });
  if (!read) return read;
  return each(database, "SELECT id, event, item, field, value, reason FROM judgement ORDER BY id",
              [&](const Statement& row) -> Result<void> {
                evidence::Item* item = find(row.integer(2));
                if (item == nullptr || !apply_judgement(*item, row.text(3), row.text(4)))
                  return malformed(database, "a judgement that says nothing");
                out.judgements.push_back(
                    {row.integer(0), row.integer(1), row.integer(2), row.text(3), row.text(4), row.text(5)});
                return {};
              });
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool parse_weights(std::string_view text, evidence::Weights& out) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, std::min(text.find(' '), text.size()));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const auto equals = word.find('='), first = word.find(','), second = word.find(',', first + 1);
    if (equals == std::string_view::npos || first == std::string_view::npos || second == std::string_view::npos)
      return false;
    const auto hypothesis = number_of(word.substr(0, equals)),
               low = number_of(word.substr(equals + 1, first - equals - 1)),
               mid = number_of(word.substr(first + 1, second - first - 1)), high = number_of(word.substr(second + 1));
    if (!hypothesis || !low || !mid || !high || *hypothesis < 1 || *hypothesis > 1e15) return false;
    out.push_back({static_cast<std::int64_t>(*hypothesis), {*low, *mid, *high}});
  }
  std::ranges::sort(out, {}, &evidence::Weights::value_type::first);
  return std::ranges::adjacent_find(out, {}, &evidence::Weights::value_type::first) == out.end();
}

template <class T>
const T* by_number(const std::vector<T>& list, std::int64_t number) {
  const auto it = std::ranges::lower_bound(list, number, {}, &T::number);
  return it == list.end() || it->number != number ? nullptr : &*it;
}

}  // namespace

const evidence::Hypothesis* Contents::hypothesis(std::int64_t number) const {
  return by_number(hypotheses, number);
}
const evidence::Hypothesis* Contents::hypothesis(std::string_view name) const {
  const auto it = std::ranges::find(hypotheses, name, &evidence::Hypothesis::name);
  return it == hypotheses.end() ? nullptr : &*it;
}
const evidence::Exhibit* Contents::exhibit(std::int64_t number) const {
  return by_number(exhibits, number);
}
const evidence::Item* Contents::item(std::int64_t number) const {
  return by_number(items, number);
}
const Finding* Contents::finding(std::int64_t exhibit, std::string_view method) const {
  const auto it =
      std::ranges::find_if(findings, [&](const Finding& f) { return f.exhibit == exhibit && f.method == method; });
  return it == findings.end() ? nullptr : &*it;
}

std::string weights_text(const evidence::Weights& weights) {
  std::string out;
  for (const auto& [hypothesis, w] : weights)
    out += fmt::format("{}{}={},{},{}", out.empty() ? "" : " ", hypothesis, w.low_db, w.mid_db, w.high_db);
  return out;
}

Result<void> apply_judgement(evidence::Item& item, std::string_view field, std::string_view value) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is no value for \"{}\"", value, field));
  };
  const auto set = [&](auto& place, const auto& parsed) -> Result<void> {
    if (!parsed) return wrong();
    place = *parsed;
    return {};
  };
  const auto flag = [&]() -> std::optional<bool> {
    if (value == "yes") return true;
    if (value == "no") return false;
    return std::nullopt;
  };
  if (field == "kind") return set(item.kind, evidence::parse_item_kind(value));
  if (field == "reliability") return set(item.reliability, evidence::parse_admiralty(value));
  if (field == "forgeability") return set(item.forgeability, evidence::parse_forgeability(value));
  if (field == "public-before") return set(item.public_before, flag());
  if (field == "against") return set(item.against, flag());
  if (field == "excluded") return set(item.excluded, flag());
  if (field == "points-at") {
    const auto number = number_of(value);
    if (!number || *number < 0 || *number > 1e15) return wrong();
    item.points_at = static_cast<std::int64_t>(*number);
    return {};
  }
  if (field == "weights") {
    evidence::Weights weights;
    if (!parse_weights(value, weights)) return wrong();
    item.weights = std::move(weights);
    return {};
  }
  std::string* text = field == "group"    ? &item.group
                      : field == "source" ? &item.source
                      : field == "known"  ? &item.known
                                          : nullptr;
  if (text == nullptr) return fail(ErrorCode::kInvalidArgument, fmt::format("items have no \"{}\"", field));
  *text = value;
  return {};
}

Result<Contents> CaseFile::read() {
  Database& database = stores_->database;
  Contents out;
  // One view of the whole, whatever others write meanwhile.
  const bool own = !database.in_transaction();
  if (own) {
    if (auto begun = database.run("BEGIN"); !begun) return std::unexpected(begun.error());
  }
  auto read = each(database, "SELECT key, value FROM info ORDER BY id", [&](const Statement& row) -> Result<void> {
    if (row.text(0) == "title") out.title = row.text(1);
    return {};
  });
  if (read) read = read_hypotheses(database, out);
  if (read) read = read_exhibits(database, out);
  if (read) read = read_items(database, out);
  if (read) {
    read = each(database, "SELECT id, time, hash FROM event ORDER BY id DESC LIMIT 1",
                [&](const Statement& row) -> Result<void> {
                  out.events = row.integer(0);
                  out.head = row.text(2);
                  return {};
                });
  }
  if (read) {
    read = each(database, "SELECT time FROM event ORDER BY id LIMIT 1", [&](const Statement& row) -> Result<void> {
      out.created = row.text(0);
      return {};
    });
  }
  if (own) (void)database.run("COMMIT");
  if (!read) return std::unexpected(read.error());
  return out;
}

}  // namespace samehand::casefile
