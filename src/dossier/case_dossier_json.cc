// A dossier for programs: docs/format/dossier.md.
#include <fmt/format.h>

#include "case_facts.h"
#include "case_json.h"
#include "case_words.h"
#include "reading_words.h"
#include "samehand/dossier/case_dossier.h"
#include "samehand/dossier/json.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/reading.h"
#include "samehand/evidence/defaults.h"

namespace samehand::dossier {
namespace {

using Json = CaseJson;

Json texts(const std::vector<std::string>& list) {
  Json out = Json::array();
  for (const std::string& text : list) out.push_back(valid_utf8(text));
  return out;
}

class Writer {
 public:
  explicit Writer(const Dossier& dossier) : dossier_(dossier), contents_(dossier.view.contents) {}

  std::string write() {
    Json out = {{"format", "samehand dossier 1"},
                {"case",
                 {{"file", valid_utf8(dossier_.view.file)},
                  {"title", valid_utf8(contents_.title)},
                  {"created", valid_utf8(contents_.created)},
                  {"as_of", valid_utf8(dossier_.as_of)},
                  {"events", contents_.events},
                  {"head", valid_utf8(contents_.head)}}}};
    out["verdict"] = dossier_.verdict ? verdict() : Json();
    out["method"] = method();
    out["hypotheses"] = hypotheses();
    out["items"] = items();
    out["observations"] = observed();
    out["timeline"] = time();
    out["claims"] = claims();
    out["voices"] = dossier_.view.readings.size() > 1
                        ? Json::parse(voices_json(dossier_.view.voices, dossier_.view.readings))
                        : Json();
    out["opposed"] = Json::array();
    if (dossier_.verdict) {
      for (const Opposed& o : opposed(*dossier_.verdict))
        out["opposed"].push_back({{"group", valid_utf8(o.group)},
                                  {"hypothesis", name(o.hypothesis)},
                                  {"for", o.holds},
                                  {"against", o.disputes}});
    }
    out["shared_code"] = Json::array();
    for (const SharedCode& s : dossier_.shared)
      out["shared_code"].push_back({{"item", s.item},
                                    {"tool", s.tool},
                                    {"earlier", s.earlier},
                                    {"comparison", Json::parse(to_json(s.comparison))}});
    out["exhibits"] = Json::array();
    for (const evidence::Exhibit& e : contents_.exhibits) out["exhibits"].push_back(exhibit_value(contents_, e));
    out["findings"] = Json::array();
    for (const casefile::Finding& f : contents_.findings) out["findings"].push_back(finding_value(f));
    out["history"] = Json::array();
    for (const casefile::Event& e : dossier_.view.history) out["history"].push_back(event_value(e));
    out["remarks"] = texts(dossier_.remarks);
    out["pages_left_out"] = dossier_.pages_left_out;
    return json_line(out);
  }

 private:
  std::string name(std::int64_t number) const {
    const evidence::Hypothesis* h = contents_.hypothesis(number);
    return h == nullptr ? std::string() : valid_utf8(h->name);
  }

  Json verdict() const {
    const CaseVerdict& v = *dossier_.verdict;
    Json out = verdict_value(v);
    // What the dossier says of the case and of items stands once.
    for (const char* key : {"file", "title", "as_of", "head", "items", "posterior"}) out.erase(key);
    const Json said = out["verdict"];
    out.erase("verdict");
    Json all = {{"headline", headline(v)}};
    all.update(said);
    all["together"] = together_sentence(v);
    all["hangs_on"] = Json::array();
    for (const Hinge& h : hinges(v, observations(v)))
      all["hangs_on"].push_back(
          {{"name", valid_utf8(h.name)}, {"text", valid_utf8(h.text)}, {"item", h.item == 0 ? Json() : Json(h.item)}});
    const auto contrary = strongest_contrary(v);
    all["strongest_contrary"] = contrary ? Json(v.contents.items[v.items[*contrary]].number) : Json();
    all.update(out);
    for (std::size_t k = 0; k < v.prospects.size(); ++k)
      all["prospects"][k]["weights_db"] = weights_value(v, v.candidates[v.prospects[k].candidate].weights);
    return all;
  }

  Json method() const {
    Json out = {{"priors", "scaled to add up to 1"},
                {"posterior", "10^(t/10) over its sum, t = 10 log10(prior) + the sum of the observations' mid weights"},
                {"group_rule",
                 "each item's weights less the median of their mids over the hypotheses; then, for each hypothesis and "
                 "for low, mid and high by themselves, the greatest that is above 0 plus the least that is below 0"},
                {"default_weight", "10 log10(((1 - e) x + e) / ((1 - e) / L + e)), x = p + (1 - p) / L"},
                {"range", "least and most over the ends of the ranges of L, e and p"}};
    if (dossier_.verdict) {
      const weigh::Options& o = dossier_.verdict->options;
      out["draws"] = o.draws;
      out["seed"] = o.seed;
    }
    out["interval"] = {.05, .95};
    out["drawn_from"] =
        "the triangle over low, mid and high of each observation and hypothesis: one draw for the accused, its proxies "
        "and "
        "the false flag together, but for what of the proxies' range comes of `proxies_share` and of the false flag's "
        "of "
        "`planted`, which have one each";
    out["ach_rated_from"] = "the middle between the best and the worst of an item's mids";
    out["random"] = "a hash of seed, hypothesis, observation and draw: src/weigh/simulate.cc";
    out["ach"] = {{"rated_from_db", weigh::kRatingDb}, {"strongly_from_db", weigh::kStrongRatingDb}};
    out["prospects"] = "where the hypothesis holds that makes it most probable, it is found half of the time";
    return out;
  }

  Json hypotheses() const {
    Json out = Json::array();
    for (std::size_t h = 0; h < contents_.hypotheses.size(); ++h) {
      const evidence::Hypothesis& is = contents_.hypotheses[h];
      Json value = {{"name", valid_utf8(is.name)},
                    {"role", to_string(is.role)},
                    {"prior", is.prior},
                    {"also", texts(is.also)},
                    {"description", valid_utf8(is.description)}};
      if (dossier_.verdict) {
        const weigh::Posterior& p = dossier_.verdict->outcome.posterior[h];
        value["mid"] = p.mid;
        value["low"] = p.low;
        value["high"] = p.high;
        value["odds_db"] = rounded_db(p.odds_db);
        value["first"] = p.first;
        value["likelihood"] = weigh::to_string(weigh::likelihood(p.mid));
      }
      out.push_back(std::move(value));
    }
    return out;
  }

  // What the default tables say of an item.
  Json defaults(const evidence::Item& item) const {
    const evidence::KindDefault& kind = evidence::default_of(item.kind);
    const evidence::ErrorRate e = evidence::error_of(item);
    const evidence::Chance p = evidence::planted(item.forgeability, item.public_before);
    return {{"strength_db", {kind.strength.low_db, kind.strength.mid_db, kind.strength.high_db}},
            {"proxies_share", {kind.shared.low, kind.shared.mid, kind.shared.high}},
            {"error", {e.low, e.mid, e.high}},
            {"planted", {p.low, p.mid, p.high}},
            {"forgeability_of_kind", evidence::to_string(kind.forgeability)},
            {"why", kind.why}};
  }

  Json items() const {
    const JudgementsByItem judgements = by_item(contents_.judgements);
    std::vector<std::size_t> weighed(contents_.items.size(), ~std::size_t{0});
    if (dossier_.verdict) {
      for (std::size_t i = 0; i < dossier_.verdict->items.size(); ++i) weighed[dossier_.verdict->items[i]] = i;
    }
    Json out = Json::array();
    for (std::size_t k = 0; k < contents_.items.size(); ++k) {
      const evidence::Item& item = contents_.items[k];
      Json value = item_value(contents_, item, judgements);
      value["weights_from"] = item.weights.empty() ? "defaults" : "given";
      value["defaults"] = defaults(item);
      value.erase("weights_db");
      if (dossier_.verdict) {
        const CaseVerdict& v = *dossier_.verdict;
        value["left_out"] = v.left_out[k] == LeftOut::kNo ? Json() : Json(word(v.left_out[k]));
        if (const std::size_t i = weighed[k]; i != ~std::size_t{0}) {
          const weigh::Effect& effect = v.outcome.items[i];
          value["weights_db"] = weights_value(v, v.problem.row(i));
          value["effect_db"] = rounded_db(effect.effect_db);
          value["against_next_db"] = rounded_db(effect.against_next_db);
          value["counts"] = effect.counts;
          value["ratings"] = Json::array();
          const std::size_t hypotheses = contents_.hypotheses.size();
          for (std::size_t h = 0; h < hypotheses; ++h)
            value["ratings"].push_back(weigh::to_string(v.matrix.ratings[i * hypotheses + h]));
          value["diagnosticity"] = rounded_db(v.matrix.diagnosticity[i]);
        }
      }
      out.push_back(std::move(value));
    }
    return out;
  }

  Json observed() const {
    Json out = Json::array();
    if (!dossier_.verdict) return out;
    const CaseVerdict& v = *dossier_.verdict;
    for (const Observation& o : observations(v)) {
      Json numbers = Json::array();
      for (const std::size_t i : o.items) numbers.push_back(v.contents.items[v.items[i]].number);
      out.push_back({{"name", valid_utf8(o.name)},
                     {"group", o.group},
                     {"items", std::move(numbers)},
                     {"sources", texts(o.sources)},
                     {"effect_db", rounded_db(o.effect_db)},
                     {"without", o.without}});
    }
    return out;
  }

  Json time() {
    claims_ = dated_claims(dossier_.view);
    Json out = Json::array();
    for (const TimelineEntry& e : timeline(dossier_, claims_))
      out.push_back({{"date", valid_utf8(e.date)},
                     {"item", e.item == 0 ? Json() : Json(e.item)},
                     {"claim", e.item == 0 ? Json(e.claim) : Json()}});
    return out;
  }

  Json claims() const {
    Json out = Json::array();
    for (const DatedClaim& d : claims_) {
      const reading::Reading& r = dossier_.view.readings[d.ref.page];
      const claim::Claim& c = r.claims[d.ref.claim];
      out.push_back({{"text", valid_utf8(words_of(c, r.document.text))},
                     {"speaker", valid_utf8(c.speaker)},
                     {"speaker_kind", word(c.speaker_kind)},
                     {"stance", word(c.stance)},
                     {"about", word(c.about)},
                     {"subjects", texts(c.subjects)},
                     {"chain", texts(c.chain)},
                     {"said", d.said},
                     {"published", d.published},
                     {"collected", valid_utf8(d.collected)},
                     {"outlet", valid_utf8(d.outlet)},
                     {"exhibit", d.exhibit},
                     {"item", d.item == 0 ? Json() : Json(d.item)}});
    }
    return out;
  }

  const Dossier& dossier_;
  const casefile::Contents& contents_;
  std::vector<DatedClaim> claims_;
};

}  // namespace

std::string dossier_json(const Dossier& dossier) {
  return Writer(dossier).write();
}

}  // namespace samehand::dossier
