#include "samehand/dossier/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "figures.h"
#include "samehand/dossier/printable.h"
#include "samehand/feature/feature.h"

namespace samehand::dossier {
namespace {

using Json = nlohmann::ordered_json;

// Floats to four decimals: what the methods resolve, and the same digits on every machine. JSON has no infinities.
Json number(double value) {
  return std::isfinite(value) ? std::round(value * 1e4) / 1e4 : 0.0;
}

Json texts(const std::vector<std::string>& list) {
  Json out = Json::array();
  for (const std::string& text : list) out.push_back(valid_utf8(text));
  return out;
}

Json reasons_of(const match::Pair& pair) {
  Json out = Json::object();
  for (int i = 0; i < static_cast<int>(match::Reason::kCount); ++i) {
    if (pair.reasons[i] > 0) out[std::string(word(static_cast<match::Reason>(i)))] = number(pair.reasons[i]);
  }
  return out;
}

Json pair_of(const Comparison& c, const PairSummary& p) {
  return {
      {"a_file", valid_utf8(path_of(c.a_samples, p.pair.a.sample))},
      {"a_address", address_text(p.a.address)},
      {"b_file", valid_utf8(path_of(c.b_samples, p.pair.b.sample))},
      {"b_address", address_text(p.b.address)},
      {"similarity", number(p.pair.similarity)},
      {"worth_db", number(p.pair.worth_db)},
      {"reason", valid_utf8(p.reason)},
      {"confidence", number(p.pair.confidence)},
      {"relation", word(p.pair.relation)},
      {"reported", p.pair.reported},
      {"library", p.pair.library},
      {"a_name", valid_utf8(p.a.name)},
      {"b_name", valid_utf8(p.b.name)},
      {"a_size", p.a.size_bytes},
      {"b_size", p.b.size_bytes},
      {"a_instructions", p.a.instructions},
      {"b_instructions", p.b.instructions},
      {"a_blocks", p.a.blocks},
      {"b_blocks", p.b.blocks},
      {"reasons", reasons_of(p.pair)},
      {"in_common", texts(p.shared)},
  };
}

Json trace_of(const image::Trace& trace) {
  return {{"kind", image::to_string(trace.kind)},
          {"key", valid_utf8(trace.key)},
          {"value", valid_utf8(trace.value)},
          {"valid", trace.valid}};
}

Json sample_of(const SampleSummary& sample) {
  Json traces = Json::array(), remarks = Json::array();
  for (const image::Trace& trace : sample.traces) traces.push_back(trace_of(trace));
  for (const image::Remark& remark : sample.remarks) {
    remarks.push_back({{"kind", word(remark.kind)}, {"text", valid_utf8(remark.text)}});
  }
  return {{"path", valid_utf8(sample.path)},
          {"sha256", valid_utf8(sample.sha256)},
          {"size", sample.size_bytes},
          {"format", image::to_string(sample.format)},
          {"architecture", image::to_string(sample.architecture)},
          {"code_size", sample.code_bytes},
          {"functions", sample.functions},
          {"library_functions", sample.library_functions},
          {"traces", std::move(traces)},
          {"remarks", std::move(remarks)},
          {"diagnostics", texts(sample.diagnostics)}};
}

Json shared_trace_of(const SharedTrace& trace) {
  return {{"kind", image::to_string(trace.kind)},
          {"a", valid_utf8(trace.a)},
          {"b", valid_utf8(trace.b)},
          {"forgeability", evidence::to_string(trace.forgeability)},
          {"key", valid_utf8(trace.key)},
          {"a_files", texts(trace.a_files)},
          {"b_files", texts(trace.b_files)},
          {"why", valid_utf8(trace.why)}};
}

Json figures_json(const SideFigures& side) {
  return {{"files", side.files},
          {"size", side.size_bytes},
          {"code_size", side.code_bytes},
          {"functions", side.functions},
          {"library_functions", side.library_functions},
          {"pairable", side.pairable},
          {"shared_size", side.shared_bytes},
          {"share", number(side.share)}};
}

// Writes the object key by key, one element per line, so that tens of thousands of pairs never stand in memory as
// trees.
class Writer {
 public:
  void put(std::string_view key, const Json& value) { open(key) += dump(value); }

  template <class Elements, class ToJson>
  void put_list(std::string_view key, const Elements& elements, ToJson to_json) {
    std::string& out = open(key) += "[";
    bool first = true;
    for (const auto& element : elements) {
      const Json value = to_json(element);
      if (value.is_null()) continue;  // not for this list
      out += first ? "\n  " : ",\n  ";
      out += dump(value);
      first = false;
    }
    out += first ? "]" : "\n ]";
  }

  std::string finish() { return std::move(out_) + "\n}\n"; }

 private:
  static std::string dump(const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace); }
  std::string& open(std::string_view key) {
    out_ += out_.empty() ? "{\n " : ",\n ";
    return out_ += dump(Json(key)) + ": ";
  }
  std::string out_;
};

}  // namespace

std::string to_json(const Comparison& c) {
  const Figures figures = figures_of(c);
  const auto pairs_of = [&](PairClass kind) {
    return [&c, kind](const PairSummary& p) { return class_of(p) == kind ? pair_of(c, p) : Json(); };
  };
  Writer writer;
  writer.put("a", valid_utf8(c.a));
  writer.put("b", valid_utf8(c.b));
  writer.put("verdict", word(c.verdict));
  writer.put("verdict_text", valid_utf8(c.verdict_text));
  writer.put("evidence_db", number(c.evidence_db));
  writer.put("kinship", number(c.kinship));
  writer.put("figures", {{"shared", figures.shared},
                         {"unsure", figures.unsure},
                         {"library", figures.library},
                         {"median_similarity", number(figures.median_similarity)},
                         {"a", figures_json(figures.a)},
                         {"b", figures_json(figures.b)}});
  writer.put_list("shared", c.pairs, pairs_of(PairClass::kShared));
  writer.put_list("traces", c.traces, shared_trace_of);
  writer.put_list("contradictions", c.contradictions, [](const std::string& text) { return Json(valid_utf8(text)); });
  writer.put_list("library", c.pairs, pairs_of(PairClass::kLibrary));
  writer.put_list("unsure", c.pairs, pairs_of(PairClass::kUnsure));
  writer.put_list("a_samples", c.a_samples, sample_of);
  writer.put_list("b_samples", c.b_samples, sample_of);
  writer.put_list("failures", c.failures, [](const Error& e) {
    return Json{{"code", word(e.code)}, {"message", valid_utf8(e.message)}, {"where", valid_utf8(e.where)}};
  });
  writer.put(
      "versions",
      {{"samehand", valid_utf8(c.version)}, {"features", feature::kFeatureVersion}, {"format", kCompareFormatVersion}});
  return writer.finish();
}

}  // namespace samehand::dossier
