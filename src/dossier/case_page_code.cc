// Functions that tools share, side by side: the same rows as on the page of `compare --html`, made without its script.
#include <fmt/format.h>

#include <algorithm>

#include "case_page.h"
#include "figures.h"
#include "markup.h"
#include "samehand/base/ascii.h"
#include "samehand/dossier/diff.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/verdict.h"

namespace samehand::dossier {
namespace {

constexpr std::size_t kRowsOfPair = 1200;    // instructions of one pair of functions
constexpr std::size_t kCodeBytes = 6 << 20;  // of markup, all pairs together
constexpr std::size_t kPairsListed = 200;
constexpr int kHues = 12;

// Runs of letters and figures, runs of spaces, single signs: as code.js has them.
std::vector<std::string_view> tokens_of(std::string_view text) {
  const auto kind = [](char c) {
    return is_alnum(c) || is_high(c) || std::string_view("_.$@?").find(c) != std::string_view::npos ? 0
           : c == ' '                                                                               ? 1
                                                                                                    : 2;
  };
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (kind(text[at]) != 2)
      while (end < text.size() && kind(text[end]) == kind(text[at])) ++end;
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

// The text's tokens, those that stand otherwise in the other text marked.
std::string marked_tokens(std::string_view text, std::string_view other) {
  const auto tokens = tokens_of(text), others = tokens_of(other);
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string token = escape_markup(tokens[i]);
    const bool same = (i < others.size() && tokens[i] == others[i]) || tokens[i].front() == ' ';
    out += same ? token : "<mark>" + token + "</mark>";
  }
  return out;
}

std::string plain(std::string_view text) {
  return shorten_middle(printable(text.substr(0, 2000)), 200);
}

std::string cell(char side, const code::ListedInstruction* instruction, const code::ListedInstruction* other,
                 RowKind kind) {
  if (instruction == nullptr) return fmt::format("<div class=\"cell {} void\"></div>", side);
  const std::string text = plain(instruction->text), against = other == nullptr ? std::string() : plain(other->text);
  const auto split = [](std::string_view all) {
    const auto space = std::min(all.find(' '), all.size());
    return std::pair(all.substr(0, space), all.substr(std::min(space + 1, all.size())));
  };
  const auto [mnemonic, rest] = split(text);
  const auto [other_mnemonic, other_rest] = split(against);
  const bool marks = kind == RowKind::kOperands && other != nullptr;
  return fmt::format(
      "<div class=\"cell {}\"><span class=\"at\">{:x}</span><span class=\"text\"><span class=\"mnemonic\">{}</span> "
      "{}</span></div>",
      side, instruction->address, marks ? marked_tokens(mnemonic, other_mnemonic) : escape_markup(mnemonic),
      marks ? marked_tokens(rest, other_rest) : escape_markup(rest));
}

std::string listing(const code::Listing& a, const code::Listing& b) {
  constexpr std::string_view kClasses[] = {"equal", "equal", "operands", "replaced", "only-a", "only-b"};
  constexpr std::string_view kMarks[] = {"", "", "~", "|", "&lt;", "&gt;"};
  const FunctionDiff d = diff(a, b);
  std::string out = fmt::format(
      "<p class=\"counts\"><span>{} blocks aligned, of {} and {}</span><span class=\"key equal\">{} equal</span><span "
      "class=\"key operands\">{} other operands ~</span><span class=\"key replaced\">{} replaced |</span><span "
      "class=\"key only-a\">{} only in A &lt;</span><span class=\"key only-b\">{} only in B &gt;</span></p>\n<div "
      "class=\"listing\">\n",
      d.matched_blocks, a.blocks.size(), b.blocks.size(), d.equal, d.operands, d.replaced, d.only_a, d.only_b);
  std::size_t rows = 0, all = 0, matched = 0, only_a = 0, only_b = 0;
  for (const BlockDiff& block : d.blocks) all += block.rows.size();
  for (const BlockDiff& block : d.blocks) {
    if (rows >= kRowsOfPair) break;
    const bool both = block.a >= 0 && block.b >= 0;
    const std::string name = both           ? std::to_string(++matched)
                             : block.a >= 0 ? fmt::format("a{}", ++only_a)
                                            : fmt::format("b{}", ++only_b);
    const auto half = [&](char side, std::int32_t index, const code::Listing& in) {
      if (index < 0)
        return fmt::format("<div class=\"cell {} void\">not in {}</div>", side, static_cast<char>(side - 'a' + 'A'));
      return fmt::format("<div class=\"cell {}\"><span class=\"chip\">{}</span><span>{}</span></div>", side, name,
                         address_text(in.blocks[static_cast<std::size_t>(index)].address));
    };
    out += fmt::format("<div class=\"block {}\"><div class=\"line head\">{}<div class=\"mark\"></div>{}</div>\n",
                       both ? fmt::format("h{}", matched * 5 % kHues) : "alone", half('a', block.a, a),
                       half('b', block.b, b));
    for (const DiffRow& row : block.rows) {
      if (rows++ >= kRowsOfPair) break;
      const auto at = [](const code::Listing& in, std::int32_t of, std::int32_t index) {
        return of < 0 || index < 0
                   ? nullptr
                   : &in.blocks[static_cast<std::size_t>(of)].instructions[static_cast<std::size_t>(index)];
      };
      const auto *left = at(a, block.a, row.a), *right = at(b, block.b, row.b);
      const auto kind = static_cast<std::size_t>(row.kind);
      out += fmt::format("<div class=\"line {}\">{}<div class=\"mark\">{}</div>{}</div>\n", kClasses[kind],
                         cell('a', left, right, row.kind), kMarks[kind], cell('b', right, left, row.kind));
    }
    out += "</div>\n";
  }
  out += "</div>\n";
  if (all > kRowsOfPair)
    out += fmt::format("<p class=\"aside\">… and {} more instructions; <code>samehand diff</code> has them.</p>\n",
                       with_commas(all - kRowsOfPair));
  return out;
}

std::string function_name(const FunctionSummary& function) {
  return fmt::format("<span class=\"name\">{}</span> <span class=\"address\">{}</span>",
                     function.name.empty() ? std::string("no name") : shown(function.name, 80),
                     address_text(function.address));
}

}  // namespace

std::string code_section(const DossierFacts& f) {
  if (f.dossier.shared.empty() && f.dossier.remarks.empty()) return {};
  std::string out = "<section id=\"code\">\n<h2>Shared code</h2>\n";
  std::size_t bytes = 0;
  for (const SharedCode& s : f.dossier.shared) {
    const Comparison& c = s.comparison;
    const Figures figures = figures_of(c);
    const evidence::Exhibit *tool = f.contents.exhibit(s.tool), *earlier = f.contents.exhibit(s.earlier);
    const evidence::Hypothesis* whose = earlier == nullptr ? nullptr : f.contents.hypothesis(earlier->known_of);
    out += fmt::format(
        "<h3>{} and {} {}</h3>\n<p>{}</p>\n<p class=\"aside\">A is {}, a tool of the incident, SHA-256 "
        "<code>{}</code>; "
        "B is {}, an earlier tool{}, SHA-256 <code>{}</code>. {} shared functions, {} unsure, {} library; {:.0f} dB "
        "that "
        "they are related, probability {:.3f}.</p>\n",
        shown(c.a, 100), shown(c.b, 100), item_link(s.item), shown(c.verdict_text, 500), shown(c.a, 100),
        tool == nullptr ? "" : shown(tool->sha256, 64), shown(c.b, 100),
        whose == nullptr ? std::string() : " of " + shown(whose->name, 100),
        earlier == nullptr ? "" : shown(earlier->sha256, 64), figures.shared, figures.unsure, figures.library,
        c.evidence_db, c.kinship);
    std::size_t listed = 0;
    for (const PairSummary& p : c.pairs) {
      if (class_of(p) != PairClass::kShared || listed == kPairsListed) continue;
      ++listed;
      std::string summary = fmt::format(
          "<span class=\"worth\">{:.1f} dB</span><span class=\"similar\">{:.2f} alike</span><span "
          "class=\"fn\">{}</span><span "
          "class=\"fn\">{}</span><span class=\"why aside\">{}</span>",
          p.pair.worth_db, p.pair.similarity, function_name(p.a), function_name(p.b), shown(p.reason, 160));
      std::string code = p.a_code && p.b_code && bytes < kCodeBytes ? listing(*p.a_code, *p.b_code) : std::string();
      bytes += code.size();
      if (code.empty())
        out += fmt::format("<div class=\"function-pair\">{}</div>\n", summary);
      else
        out += fmt::format("<details class=\"function-pair code\"{}><summary>{}</summary>\n{}</details>\n",
                           listed == 1 ? " open" : "", summary, code);
    }
    out += more_rows(listed, figures.shared, "shared functions");
  }
  for (const std::string& remark : f.dossier.remarks) out += "<p class=\"aside\">" + shown(remark, 500) + "</p>\n";
  return out + "</section>\n";
}

}  // namespace samehand::dossier
