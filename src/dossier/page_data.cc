#include "page_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "figures.h"
#include "samehand/dossier/diff.h"
#include "samehand/dossier/json.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/verdict.h"
#include "samehand/feature/feature.h"

namespace samehand::dossier {
namespace {

using Json = nlohmann::ordered_json;

// Names run to megabytes in hostile files; a page shows no more than this many columns of one text.
constexpr std::size_t kMaxText = 400;
constexpr std::size_t kMaxSamples = 500, kMaxTracesPerSample = 100;

Json text(std::string_view bytes) {
  return shorten_middle(printable(bytes.substr(0, 16 * kMaxText)), kMaxText);
}

Json texts(const std::vector<std::string>& list, std::size_t most) {
  Json out = Json::array();
  for (std::size_t i = 0; i < std::min(most, list.size()); ++i) out.push_back(text(list[i]));
  return out;
}

Json number(double value) {
  return std::isfinite(value) ? std::round(value * 1e4) / 1e4 : 0.0;
}

std::string embedded(const Json& value) {
  const std::string dumped = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  std::string out;
  out.reserve(dumped.size());
  for (const char c : dumped) {
    switch (c) {
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Json side_json(const SideFigures& side) {
  return {{"files", side.files},
          {"size", side.size_bytes},
          {"code", side.code_bytes},
          {"functions", side.functions},
          {"library", side.library_functions},
          {"pairable", side.pairable},
          {"sharedBytes", side.shared_bytes},
          {"share", number(side.share)}};
}

Json sample_json(const SampleSummary& sample) {
  Json traces = Json::array(), remarks = Json::array();
  for (const image::Trace& t : sample.traces) {
    if (traces.size() == kMaxTracesPerSample) break;
    traces.push_back({image::to_string(t.kind), text(t.key), text(t.value), t.valid});
  }
  for (const image::Remark& r : sample.remarks) {
    if (remarks.size() == kMaxTracesPerSample) break;
    remarks.push_back({word(r.kind), text(r.text)});
  }
  return {{"path", text(sample.path)},
          {"sha256", text(sample.sha256)},
          {"size", sample.size_bytes},
          {"kind", kind_text(sample)},
          {"code", sample.code_bytes},
          {"functions", sample.functions},
          {"library", sample.library_functions},
          {"traces", std::move(traces)},
          {"traceCount", sample.traces.size()},
          {"remarks", std::move(remarks)},
          {"diagnostics", texts(sample.diagnostics, 20)}};
}

Json samples_json(const std::vector<SampleSummary>& samples) {
  Json out = Json::array();
  for (const SampleSummary& sample : samples) {
    if (out.size() == kMaxSamples) break;
    out.push_back(sample_json(sample));
  }
  return out;
}

Json function_json(const FunctionSummary& f, std::uint32_t sample) {
  return {sample, address_text(f.address), text(f.name), f.size_bytes, f.instructions, f.blocks};
}

Json pair_json(const PairSummary& p, int code) {
  Json reasons = Json::array();
  for (const float share : p.pair.reasons) reasons.push_back(number(share));
  const std::string_view kind = class_of(p) == PairClass::kShared   ? "shared"
                                : class_of(p) == PairClass::kUnsure ? "unsure"
                                                                    : "library";
  return {kind,
          number(p.pair.worth_db),
          number(p.pair.similarity),
          number(p.pair.confidence),
          word(p.pair.relation),
          function_json(p.a, p.pair.a.sample),
          function_json(p.b, p.pair.b.sample),
          text(p.reason),
          texts(p.shared, 12),
          std::move(reasons),
          code};
}

char letter(RowKind kind) {
  return "=@~|<>"[static_cast<int>(kind)];
}

// Blocks as [address, [[edge target, kind]…], [[address, text]…]].
Json listing_json(const code::Listing& listing) {
  Json blocks = Json::array();
  for (const code::ListedBlock& block : listing.blocks) {
    Json edges = Json::array(), instructions = Json::array();
    for (const code::Edge& edge : block.edges) {
      if (edge.block < listing.blocks.size()) edges.push_back({edge.block, static_cast<int>(edge.kind)});
    }
    for (const code::ListedInstruction& i : block.instructions) {
      instructions.push_back({fmt::format("{:x}", i.address), text(i.text)});
    }
    blocks.push_back({address_text(block.address), std::move(edges), std::move(instructions)});
  }
  return {{"address", address_text(listing.address)}, {"name", text(listing.name)}, {"blocks", std::move(blocks)}};
}

// The rows of an alignment need no indices: they cover both blocks in order, so one letter each says it all.
Json code_json(const code::Listing& a, const code::Listing& b) {
  const FunctionDiff d = diff(a, b);
  Json alignment = Json::array();
  for (const BlockDiff& block : d.blocks) {
    std::string rows;
    for (const DiffRow& row : block.rows) rows += letter(row.kind);
    alignment.push_back({block.a, block.b, rows});
  }
  return {{"a", listing_json(a)},
          {"b", listing_json(b)},
          {"alignment", std::move(alignment)},
          {"matched", d.matched_blocks},
          {"counts", {d.equal, d.operands, d.replaced, d.only_a, d.only_b}}};
}

Json shared_trace_json(const SharedTrace& t) {
  return {{"kind", image::to_string(t.kind)},
          {"key", text(t.key)},
          {"a", text(t.a)},
          {"b", text(t.b)},
          {"aFiles", texts(t.a_files, 20)},
          {"bFiles", texts(t.b_files, 20)},
          {"forgeability", evidence::to_string(t.forgeability)},
          {"why", text(t.why)}};
}

template <class Elements, class ToJson>
Json list_json(const Elements& elements, std::size_t most, ToJson to_json) {
  Json out = Json::array();
  for (std::size_t i = 0; i < std::min(most, elements.size()); ++i) out.push_back(to_json(elements[i]));
  return out;
}

}  // namespace

PageData page_data(const Comparison& c, const HtmlOptions& options) {
  PageData data;
  const Figures figures = figures_of(c);
  Json pairs = Json::array();
  std::size_t code_bytes = 0;
  for (const PairSummary& p : c.pairs) {
    if (pairs.size() == options.rows) break;
    int code = -1;
    if (p.a_code && p.b_code && data.code.size() < options.code_pairs && code_bytes < options.code_bytes) {
      std::string embedded_code = embedded(code_json(*p.a_code, *p.b_code));
      if (code_bytes + embedded_code.size() <= options.code_bytes) {
        code = static_cast<int>(data.code.size());
        code_bytes += embedded_code.size();
        data.code.push_back(std::move(embedded_code));
      }
    }
    pairs.push_back(pair_json(p, code));
  }
  const auto file_pair = [](const FilePair& f) { return Json{f.a, f.b, f.functions, number(f.worth_db)}; };
  constexpr std::size_t kMaxList = 1000;
  const Json overview = {
      {"a", text(c.a)},
      {"b", text(c.b)},
      {"verdict", word(c.verdict)},
      {"heading", heading(c.verdict)},
      // Our own sentences, which may be longer than a name.
      {"verdictText", printable(c.verdict_text)},
      {"evidence", number(c.evidence_db)},
      {"kinship", number(c.kinship)},
      {"shared", figures.shared},
      {"unsure", figures.unsure},
      {"library", figures.library},
      {"median", number(figures.median_similarity)},
      {"sides", {{"a", side_json(figures.a)}, {"b", side_json(figures.b)}}},
      {"files", list_json(figures.files, 200, file_pair)},
      {"fileCount", figures.files.size()},
      {"samples", {{"a", samples_json(c.a_samples)}, {"b", samples_json(c.b_samples)}}},
      {"pairs", std::move(pairs)},
      {"pairCount", c.pairs.size()},
      {"codePairs", data.code.size()},
      {"traces", list_json(c.traces, kMaxList, shared_trace_json)},
      {"traceCount", c.traces.size()},
      {"contradictions", list_json(contradictions_of(c), kMaxList, [](const std::string& s) { return text(s); })},
      {"failures", list_json(c.failures, kMaxList,
                             [](const Error& e) { return Json{word(e.code), text(e.where), text(e.message)}; })},
      {"versions", {{"samehand", text(c.version)}, {"features", feature::kFeatureVersion}}},
  };
  data.overview = embedded(overview);
  return data;
}

}  // namespace samehand::dossier
