// A case for programs: docs/format/weigh.md.
#include "case_json.h"

#include <fmt/format.h>

#include <cmath>

#include "case_words.h"
#include "samehand/dossier/case.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/reading.h"

namespace samehand::dossier {

using Json = CaseJson;

std::string json_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

double rounded_db(double value) {
  const double rounded = std::round(value * 1e6) / 1e6;
  return rounded == 0 ? 0 : rounded;
}

namespace {

std::string name_of(const casefile::Contents& contents, std::int64_t hypothesis) {
  const evidence::Hypothesis* h = contents.hypothesis(hypothesis);
  return h == nullptr ? std::string() : valid_utf8(h->name);
}

}  // namespace

JudgementsByItem by_item(const std::vector<casefile::Judgement>& judgements) {
  JudgementsByItem out;
  for (const casefile::Judgement& j : judgements) out[j.item].push_back(&j);
  return out;
}

Json exhibit_value(const casefile::Contents& contents, const evidence::Exhibit& e) {
  return {{"number", e.number},
          {"name", valid_utf8(e.name)},
          {"kind", to_string(e.kind)},
          {"sha256", valid_utf8(e.sha256)},
          {"size", e.size_bytes},
          {"by_reference", e.by_reference},
          {"source", valid_utf8(e.source)},
          {"collected", valid_utf8(e.collected)},
          {"known_of", name_of(contents, e.known_of)},
          {"added", valid_utf8(e.added)},
          {"added_by", valid_utf8(e.added_by)}};
}

Json finding_value(const casefile::Finding& f) {
  return {{"number", f.number},
          {"exhibit", f.exhibit},
          {"method", valid_utf8(f.method)},
          {"sha256", valid_utf8(f.sha256)},
          {"size", f.size_bytes}};
}

Json item_value(const casefile::Contents& contents, const evidence::Item& item, const JudgementsByItem& judgements) {
  Json out = {{"number", item.number},
              {"name", valid_utf8(item.name)},
              {"statement", valid_utf8(item.statement)},
              {"kind", to_string(item.kind)},
              {"origin", to_string(item.origin)},
              {"method", valid_utf8(item.method)},
              {"source", valid_utf8(item.source)},
              {"reliability", to_string(item.reliability)},
              {"forgeability", evidence::to_string(item.forgeability)},
              {"public_before", item.public_before ? Json(*item.public_before) : Json()},
              {"points_at", name_of(contents, item.points_at)},
              {"against", item.against},
              {"group", valid_utf8(item.group)},
              {"known", valid_utf8(item.known)},
              {"excluded", item.excluded}};
  if (!item.weights.empty()) {
    out["weights_db"] = Json::object();
    for (const auto& [hypothesis, w] : item.weights) {
      const std::string name = name_of(contents, hypothesis);
      if (!name.empty()) out["weights_db"][name] = {w.low_db, w.mid_db, w.high_db};
    }
  }
  if (item.code_evidence_db) out["code_evidence_db"] = *item.code_evidence_db;
  out["loci"] = Json::array();
  for (const evidence::Locus& l : item.loci) {
    const evidence::Exhibit* exhibit = contents.exhibit(l.exhibit);
    Json locus = {{"exhibit", exhibit == nullptr ? std::string() : valid_utf8(exhibit->sha256)},
                  {"member", valid_utf8(l.member)},
                  {"unit", to_string(l.unit)}};
    if (l.unit != evidence::Locus::Unit::kWhole) {
      locus["start"] = l.begin;
      locus["end"] = l.end;
    }
    out["loci"].push_back(std::move(locus));
  }
  if (const auto it = judgements.find(item.number); it != judgements.end()) {
    for (const casefile::Judgement* j : it->second) {
      out["judgements"].push_back({{"field", valid_utf8(j->field)},
                                   {"value", valid_utf8(j->value)},
                                   {"reason", valid_utf8(j->reason)},
                                   {"event", j->event}});
    }
  }
  return out;
}

Json weights_value(const CaseVerdict& verdict, std::span<const evidence::Weight> row) {
  Json out = Json::object();
  for (std::size_t h = 0; h < row.size(); ++h)
    out[valid_utf8(verdict.problem.hypotheses[h].name)] = {rounded_db(row[h].low_db), rounded_db(row[h].mid_db),
                                                           rounded_db(row[h].high_db)};
  return out;
}

Json event_value(const casefile::Event& e) {
  return {{"number", e.number},
          {"time", valid_utf8(e.time)},
          {"who", valid_utf8(e.who)},
          {"action", valid_utf8(e.action)},
          {"detail", valid_utf8(e.detail)},
          {"rows_sha256", valid_utf8(e.rows_sha256)},
          {"hash", valid_utf8(e.hash)}};
}

namespace {

Json differences_of(const std::vector<casefile::Difference>& list) {
  Json out = Json::array();
  for (const auto& d : list) out.push_back({{"what", valid_utf8(d.what)}, {"finds", valid_utf8(d.finds)}});
  return out;
}

}  // namespace

Json verdict_value(const CaseVerdict& verdict) {
  const weigh::Outcome& o = verdict.outcome;
  const auto name = [&](std::size_t h) { return valid_utf8(verdict.problem.hypotheses[h].name); };
  const std::size_t hypotheses = o.posterior.size();
  Json out = {{"file", valid_utf8(verdict.file)},
              {"title", valid_utf8(verdict.contents.title)},
              {"as_of", valid_utf8(verdict.as_of)},
              {"posterior", Json::object()},
              {"items", Json::array()},
              {"flips", Json::array()}};
  for (std::size_t h = 0; h < hypotheses; ++h) {
    const weigh::Posterior& p = o.posterior[h];
    out["posterior"][name(h)] = {{"mid", p.mid},
                                 {"low", p.low},
                                 {"high", p.high},
                                 {"odds_db", rounded_db(p.odds_db)},
                                 {"first", p.first},
                                 {"prior", verdict.problem.hypotheses[h].prior},
                                 {"likelihood", weigh::to_string(weigh::likelihood(p.mid))}};
  }
  for (std::size_t i = 0; i < o.items.size(); ++i) {
    const evidence::Item& item = verdict.contents.items[verdict.items[i]];
    Json value = {{"name", valid_utf8(item.name)},
                  {"effect_db", rounded_db(o.items[i].effect_db)},
                  {"against_next_db", rounded_db(o.items[i].against_next_db)},
                  {"counts", o.items[i].counts},
                  {"number", item.number},
                  {"group", valid_utf8(item.group)},
                  {"weights_db", weights_value(verdict, verdict.problem.row(i))}};
    out["items"].push_back(std::move(value));
  }
  for (const weigh::Flip& f : o.flips) {
    Json value = {{"kind", word(f.kind)},
                  {"name", valid_utf8(f.name)},
                  {"needed_db", rounded_db(f.needed_db)},
                  {"holds_db", rounded_db(f.holds_db)},
                  {"rival", name(f.rival)},
                  {"without", f.without},
                  {"within_range", f.within_range}};
    if (f.kind == weigh::FlipKind::kItem) value["item"] = verdict.contents.items[verdict.items[f.index]].number;
    out["flips"].push_back(std::move(value));
  }
  for (const weigh::PairFlip& f : o.pairs) {
    Json names = Json::array();
    for (const std::string& part : f.names) names.push_back(valid_utf8(part));
    out["flips"].push_back({{"kind", "pair"},
                            {"name", fmt::format("{} + {}", valid_utf8(f.names[0]), valid_utf8(f.names[1]))},
                            {"names", std::move(names)},
                            {"needed_db", rounded_db(f.needed_db)},
                            {"holds_db", rounded_db(f.holds_db)},
                            {"rival", name(f.rival)},
                            {"without", true},
                            {"within_range", false}});
  }
  out["groups"] = Json::array();
  for (const weigh::GroupEffect& g : o.groups)
    out["groups"].push_back({{"name", valid_utf8(g.name)},
                             {"items", g.items},
                             {"sources", g.sources},
                             {"effect_db", rounded_db(g.effect_db)}});
  out["verdict"] = {{"leader", name(o.leader)},
                    {"next", name(o.next)},
                    {"gap_db", rounded_db(o.gap_db)},
                    {"sentence", verdict_sentence(verdict)},
                    {"confidence", weigh::to_string(verdict.founded.confidence)},
                    {"confidence_reasons", verdict.founded.reasons},
                    {"independent", o.voices}};
  out["prospects"] = Json::array();
  for (const weigh::Prospect& p : verdict.prospects) {
    out["prospects"].push_back({{"name", valid_utf8(verdict.candidates[p.candidate].name)},
                                {"leader", name(p.leader)},
                                {"leader_posterior", p.leader_posterior},
                                {"moves_db", rounded_db(p.moves_db)},
                                {"expected_bits", rounded_db(p.expected_bits)}});
  }
  Json ach = {{"inconsistent", Json::object()}, {"weighted", Json::object()}, {"items", Json::array()}};
  for (std::size_t h = 0; h < hypotheses; ++h) {
    ach["inconsistent"][name(h)] = verdict.matrix.scores[h].inconsistent;
    ach["weighted"][name(h)] = rounded_db(verdict.matrix.scores[h].weighted);
  }
  for (std::size_t i = 0; i < o.items.size(); ++i) {
    Json ratings = Json::array();
    for (std::size_t h = 0; h < hypotheses; ++h)
      ratings.push_back(weigh::to_string(verdict.matrix.ratings[i * hypotheses + h]));
    ach["items"].push_back(
        {{"ratings", std::move(ratings)}, {"diagnosticity", rounded_db(verdict.matrix.diagnosticity[i])}});
  }
  out["ach"] = std::move(ach);
  out["left_out"] = {{"later", verdict.later}, {"undated", verdict.undated}, {"excluded", verdict.excluded}};
  out["head"] = valid_utf8(verdict.contents.head);
  return out;
}

std::string verdict_json(const CaseVerdict& verdict) {
  return json_line(verdict_value(verdict));
}

std::string hypotheses_json(const CaseView& view) {
  Json out = {{"file", valid_utf8(view.file)}, {"hypotheses", Json::array()}};
  for (const evidence::Hypothesis& h : view.contents.hypotheses) {
    Json also = Json::array();
    for (const std::string& name : h.also) also.push_back(valid_utf8(name));
    out["hypotheses"].push_back({{"name", valid_utf8(h.name)},
                                 {"prior", h.prior},
                                 {"role", to_string(h.role)},
                                 {"also", std::move(also)},
                                 {"description", valid_utf8(h.description)}});
  }
  return json_line(out);
}

std::string findings_json(const CaseView& view) {
  Json out = {{"file", valid_utf8(view.file)},
              {"exhibits", Json::array()},
              {"findings", Json::array()},
              {"items", Json::array()}};
  for (const evidence::Exhibit& e : view.contents.exhibits) out["exhibits"].push_back(exhibit_value(view.contents, e));
  for (const casefile::Finding& f : view.contents.findings) out["findings"].push_back(finding_value(f));
  const JudgementsByItem judgements = by_item(view.contents.judgements);
  for (const evidence::Item& item : view.contents.items)
    out["items"].push_back(item_value(view.contents, item, judgements));
  return json_line(out);
}

std::string claims_json(const CaseView& view) {
  std::string out;
  for (const reading::Reading& r : view.readings) out += reading_json(r);
  if (view.readings.size() > 1) out += voices_json(view.voices, view.readings);
  return out;
}

std::string log_json(const CaseView& view) {
  Json out = {{"file", valid_utf8(view.file)}, {"events", Json::array()}, {"head", valid_utf8(view.contents.head)}};
  for (const casefile::Event& e : view.history) out["events"].push_back(event_value(e));
  return json_line(out);
}

std::string check_json(const CaseCheck& check) {
  Json unseen = Json::array();
  for (const std::string& name : check.unseen) unseen.push_back(valid_utf8(name));
  Json other = Json::array();
  for (const std::string& name : check.other_content) other.push_back(valid_utf8(name));
  return json_line({{"file", valid_utf8(check.file)},
                    {"whole", check.differences.empty()},
                    {"readable", check.readable},
                    {"events", check.events},
                    {"exhibits", check.exhibits},
                    {"findings", check.findings},
                    {"recomputed", check.recomputed},
                    {"differences", differences_of(check.differences)},
                    {"changed", differences_of(check.changed)},
                    {"outdated", differences_of(check.outdated)},
                    {"unseen", std::move(unseen)},
                    {"other_content", std::move(other)},
                    {"head", valid_utf8(check.head)}});
}

}  // namespace samehand::dossier
