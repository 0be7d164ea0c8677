// A case as others take it: what it holds, weighed, in the words of the exchange formats.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "case_support.h"
#include "samehand/base/sort_unique.h"
#include "samehand/base/text_span.h"
#include "samehand/dossier/case.h"
#include "samehand/dossier/reading.h"
#include "samehand/dossier/verdict_words.h"
#include "samehand/exchange/shared_case.h"

namespace samehand::flow {
namespace {

exchange::SharedClaim shared(const claim::Claim& claim, std::string_view text, const CodePoints& points) {
  exchange::SharedClaim out;
  out.text = dossier::words_of(claim, text);
  out.speaker = claim.speaker;
  out.speaker_kind = dossier::word(claim.speaker_kind);
  out.stance = dossier::word(claim.stance);
  out.about = dossier::word(claim.about);
  out.hedge = claim.hedge;
  if (claim.said.known()) out.said = page::to_iso(claim.said);
  out.subjects = claim.subjects;
  out.chain = claim.chain;
  out.parent = claim.parent;
  if (!claim.content.empty()) {
    out.begin = points.before(claim.content.front().begin);
    out.end = points.before(claim.content.back().end);
  }
  return out;
}

exchange::SharedPage shared(const reading::Reading& reading) {
  exchange::SharedPage out;
  const page::Metadata& m = reading.document.metadata;
  out.title = m.title;
  out.outlet = m.outlet;
  if (m.published.known()) out.published = page::to_iso(m.published);
  const CodePoints points(reading.document.text);
  for (const claim::Claim& c : reading.claims) out.claims.push_back(shared(c, reading.document.text, points));
  for (const indicator::Indicator& i : reading.indicators) {
    if (!i.benign) out.indicators.push_back({std::string(to_string(i.kind)), i.value, {}});
  }
  for (const naming::FoundName& n : reading.names)
    out.names.push_back({std::string(to_string(n.kind)), n.value, n.ids});
  for (const naming::FoundTechnique& t : reading.techniques) out.techniques.push_back(t.id);
  sort_unique(out.techniques);
  return out;
}

Result<void> add_verdict(const casefile::Contents& contents, const std::string& path, exchange::SharedCase& out) {
  if (contents.hypotheses.empty()) return {};
  const auto verdict = weigh_contents(contents, path, {});
  if (!verdict) return std::unexpected(verdict.error());
  for (const weigh::Posterior& p : verdict->outcome.posterior)
    out.posterior.push_back({p.low, p.mid, p.high, std::string(weigh::to_string(weigh::likelihood(p.mid)))});
  out.verdict = dossier::verdict_sentence(*verdict);
  out.confidence = dossier::confidence_sentence(*verdict);
  out.weights.resize(out.items.size());
  out.effects_db.resize(out.items.size());
  for (std::size_t i = 0; i < verdict->items.size(); ++i) {
    const auto row = verdict->problem.row(i);
    out.weights[verdict->items[i]].assign(row.begin(), row.end());
    out.effects_db[verdict->items[i]] = verdict->outcome.items[i].effect_db;
  }
  return {};
}

Result<exchange::SharedCase> shared(const std::string& path, const CaseWork& work) {
  auto file = open_case(path, casefile::Access::kRead, work);
  if (!file) return std::unexpected(file.error());
  auto view = view_of(*file, path, work);
  if (!view) return std::unexpected(view.error());
  const casefile::Contents& contents = view->contents;
  const auto history = file->history();
  if (!history) return std::unexpected(history.error());

  exchange::SharedCase out;
  out.title = contents.title;
  out.created = contents.created;
  for (const casefile::Event& event : *history) {
    if (event.number == 1) out.seed = event.hash;
    if (event.number == contents.events) out.changed = event.time;
  }
  out.hypotheses = contents.hypotheses;
  out.exhibits = contents.exhibits;
  out.items = contents.items;
  std::unordered_map<std::int64_t, std::size_t> exhibit_at, item_at;
  for (std::size_t e = 0; e < contents.exhibits.size(); ++e) exhibit_at[contents.exhibits[e].number] = e;
  for (std::size_t i = 0; i < contents.items.size(); ++i) item_at[contents.items[i].number] = i;

  for (const casefile::Finding& finding : contents.findings) {
    const auto exhibit = exhibit_at.find(finding.exhibit);
    if (exhibit == exhibit_at.end()) continue;
    auto answer = file->finding_bytes(finding);
    if (!answer) return std::unexpected(answer.error());
    out.findings.push_back({exhibit->second, finding.method, std::move(*answer)});
  }
  for (std::size_t r = 0; r < view->readings.size(); ++r) {
    out.pages.push_back(shared(view->readings[r]));
    out.pages.back().exhibit = exhibit_at.at(view->reading_exhibit[r]);
  }
  for (const casefile::Judgement& j : contents.judgements) {
    const auto item = item_at.find(j.item);
    if (item == item_at.end()) continue;
    evidence::Item judged;  // what it says, read by the one who knows how
    if (auto applied = casefile::apply_judgement(judged, j.field, j.value); !applied)
      return std::unexpected(applied.error());
    out.judgements.push_back({item->second, j.field, j.value, j.reason, judged.points_at, std::move(judged.weights)});
  }
  if (auto added = add_verdict(contents, path, out); !added) return std::unexpected(added.error());
  return out;
}

}  // namespace

Result<std::vector<std::string>> case_export(const std::string& path, std::span<const ExportForm> forms,
                                             const CaseWork& work) {
  const auto given = shared(path, work);
  if (!given) return std::unexpected(given.error());
  std::vector<std::string> out;
  for (const ExportForm form : forms) {
    switch (form) {
      case ExportForm::kStix:
        out.push_back(exchange::stix_bundle(*given));
        break;
      case ExportForm::kMisp:
        out.push_back(exchange::misp_event(*given));
        break;
      case ExportForm::kNavigator:
        out.push_back(exchange::navigator_layer(*given));
        break;
    }
  }
  return out;
}

}  // namespace samehand::flow
