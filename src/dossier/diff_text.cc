#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "figures.h"
#include "ink.h"
#include "samehand/dossier/diff.h"
#include "samehand/dossier/printable.h"
#include "words.h"

namespace samehand::dossier {
namespace {

std::string_view word(RowKind kind) {
  switch (kind) {
    case RowKind::kEqual:
      return "equal";
    case RowKind::kAddress:
      return "address";
    case RowKind::kOperands:
      return "operands";
    case RowKind::kReplaced:
      return "replaced";
    case RowKind::kOnlyA:
      return "only_a";
    case RowKind::kOnlyB:
      return "only_b";
  }
  return "unknown";
}

std::string_view mark(RowKind kind) {
  switch (kind) {
    case RowKind::kEqual:
    case RowKind::kAddress:
      return " ";
    case RowKind::kOperands:
      return "~";
    case RowKind::kReplaced:
      return "|";
    case RowKind::kOnlyA:
      return "<";
    case RowKind::kOnlyB:
      return ">";
  }
  return " ";
}

const code::ListedInstruction* instruction_at(const code::Listing& listing, std::int32_t block, std::int32_t row) {
  if (block < 0 || row < 0) return nullptr;
  return &listing.blocks[static_cast<std::size_t>(block)].instructions[static_cast<std::size_t>(row)];
}

// `text`, whose tokens that stand otherwise in `other` are emphasised; both are printable.
std::string emphasise_changes(std::string_view text, std::string_view other, Tone tone, const Ink& ink) {
  const std::vector<Token> tokens = tokens_of(text), others = tokens_of(other);
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto start = static_cast<std::size_t>(tokens[i].text.data() - text.data());
    out += text.substr(at, start - at);
    const bool changed = i >= others.size() || others[i].text != tokens[i].text;
    out += changed ? ink(tone, tokens[i].text) : std::string(tokens[i].text);
    at = start + tokens[i].text.size();
  }
  return out.append(text.substr(at));
}

class SideBySide {
 public:
  SideBySide(const DiffSide& a, const DiffSide& b, const FunctionDiff& diff, const TextOptions& options)
      : a_(a),
        b_(b),
        diff_(diff),
        ink_(options.colour),
        column_((std::clamp<std::size_t>(options.width, 60, 240) - 3) / 2) {}

  std::string write() {
    head();
    for (const BlockDiff& block : diff_.blocks) {
      out_ += "\n";
      title(block);
      for (const DiffRow& row : block.rows) line(block, row);
    }
    return std::move(out_);
  }

 private:
  // `left` and `right` with what they take in columns; emphasis is in them already.
  void put(std::string_view left, std::size_t left_width, std::string_view middle, std::string_view right) {
    out_ += left;
    if (middle != " " || !right.empty()) {
      out_.append(column_ - std::min(column_, left_width) + 1, ' ');
      out_ += middle;
    }
    if (!right.empty()) (out_ += ' ') += right;
    out_ += '\n';
  }

  void head() {
    const auto put_pair = [&](const std::string& left, const std::string& right, Tone tone) {
      const std::string l = shorten_middle(left, column_), r = shorten_middle(right, column_);
      put(ink_(tone, l), display_width(l), " ", ink_(tone, r));
    };
    const auto name = [](const DiffSide& side) {
      return printable(side.listing.name.empty() ? "function at " + address_text(side.listing.address)
                                                 : side.listing.name + " at " + address_text(side.listing.address));
    };
    put_pair("A  " + printable(a_.file), "B  " + printable(b_.file), Tone::kFaint);
    put_pair(name(a_), name(b_), Tone::kStrong);
    const std::string counts = fmt::format(
        "{} blocks aligned, of {} and {}. Instructions: {} equal, {} with other operands (~), {} replaced (|), {} only "
        "in "
        "A (<), {} only in B (>).",
        diff_.matched_blocks, a_.listing.blocks.size(), b_.listing.blocks.size(), diff_.equal, diff_.operands,
        diff_.replaced, diff_.only_a, diff_.only_b);
    out_ += wrap(counts, 2 * column_ + 3) + "\n";
  }

  // "block 3 -> 4, 7": the blocks by their place in the listing.
  std::string title_of(const code::Listing& listing, std::int32_t index) {
    if (index < 0) return {};
    std::string text = fmt::format("block {}", index);
    const auto& edges = listing.blocks[static_cast<std::size_t>(index)].edges;
    constexpr std::size_t kEdges = 6;
    for (std::size_t i = 0; i < std::min(edges.size(), kEdges); ++i) {
      text += fmt::format("{}{}", i == 0 ? " → " : ", ", edges[i].block);
    }
    if (edges.size() > kEdges) text += ", …";
    return shorten(text, column_);
  }

  void title(const BlockDiff& block) {
    const std::string left = title_of(a_.listing, block.a), right = title_of(b_.listing, block.b);
    const std::string_view middle = block.a < 0 ? ">" : block.b < 0 ? "<" : " ";
    put(ink_(Tone::kFaint, left), display_width(left), middle, ink_(Tone::kFaint, right));
  }

  // Address and text, as wide as the column allows, with its width.
  std::pair<std::string, std::size_t> cell(const code::ListedInstruction* i, const code::ListedInstruction* other,
                                           RowKind kind) {
    if (i == nullptr) return {};
    const std::string address = fmt::format("{:>8x}  ", i->address);
    const std::string text = shorten(printable(i->text), column_ - std::min(column_ - 8, address.size()));
    const std::size_t width = address.size() + display_width(text);
    std::string shown = text;
    if (kind == RowKind::kOperands && other != nullptr) {
      shown = emphasise_changes(text, printable(other->text), Tone::kWarn, ink_);
    }
    if (kind == RowKind::kReplaced) shown = ink_(Tone::kWarn, text);
    if (kind == RowKind::kOnlyA) shown = ink_(Tone::kBad, text);
    if (kind == RowKind::kOnlyB) shown = ink_(Tone::kGood, text);
    return {ink_(Tone::kFaint, address) + shown, width};
  }

  void line(const BlockDiff& block, const DiffRow& row) {
    const code::ListedInstruction* a = instruction_at(a_.listing, block.a, row.a);
    const code::ListedInstruction* b = instruction_at(b_.listing, block.b, row.b);
    const auto [left, left_width] = cell(a, b, row.kind);
    const auto [right, right_width] = cell(b, a, row.kind);
    put(left, left_width, mark(row.kind), right);
  }

  const DiffSide &a_, &b_;
  const FunctionDiff& diff_;
  const Ink ink_;
  const std::size_t column_;
  std::string out_;
};

using Json = nlohmann::ordered_json;

Json side_json(const DiffSide& side) {
  Json blocks = Json::array();
  for (const code::ListedBlock& block : side.listing.blocks) {
    Json instructions = Json::array(), edges = Json::array();
    for (const code::ListedInstruction& i : block.instructions) {
      instructions.push_back({{"address", address_text(i.address)}, {"text", valid_utf8(i.text)}});
    }
    for (const code::Edge& edge : block.edges) edges.push_back(edge.block);
    blocks.push_back({{"address", address_text(block.address)}, {"edges", edges}, {"instructions", instructions}});
  }
  return {{"file", valid_utf8(side.file)},
          {"address", address_text(side.listing.address)},
          {"name", valid_utf8(side.listing.name)},
          {"blocks", std::move(blocks)}};
}

}  // namespace

std::string diff_text(const DiffSide& a, const DiffSide& b, const FunctionDiff& diff, const TextOptions& options) {
  return SideBySide(a, b, diff, options).write();
}

std::string diff_json(const DiffSide& a, const DiffSide& b, const FunctionDiff& diff) {
  const auto index = [](std::int32_t i) { return i < 0 ? Json() : Json(i); };
  Json blocks = Json::array();
  for (const BlockDiff& block : diff.blocks) {
    Json rows = Json::array();
    for (const DiffRow& row : block.rows) {
      rows.push_back({{"a", index(row.a)}, {"b", index(row.b)}, {"kind", word(row.kind)}});
    }
    blocks.push_back({{"a", index(block.a)}, {"b", index(block.b)}, {"rows", std::move(rows)}});
  }
  const Json out = {{"a", side_json(a)},     {"b", side_json(b)},         {"matched_blocks", diff.matched_blocks},
                    {"equal", diff.equal},   {"operands", diff.operands}, {"replaced", diff.replaced},
                    {"only_a", diff.only_a}, {"only_b", diff.only_b},     {"alignment", std::move(blocks)}};
  return out.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace samehand::dossier
