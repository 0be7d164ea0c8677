#include "case_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_words.h"
#include "figures.h"
#include "markup.h"
#include "samehand/dossier/printable.h"
#include "samehand/evidence/defaults.h"

namespace samehand::dossier {

std::string shown(std::string_view text, std::size_t columns) {
  return escape_markup(shorten(printable_line(text.substr(0, 8 * columns + 64)), columns));
}

std::string item_link(std::int64_t item) {
  return fmt::format("<a class=\"item-number\" href=\"#i{0}\">i{0}</a>", item);
}

std::string weight_note(const DossierFacts& f, std::int64_t item) {
  const std::size_t i = f.weighed_as(item);
  if (i == DossierFacts::kNotWeighed) return {};
  const weigh::Effect& effect = f.verdict->outcome.items[i];
  return effect.counts ? fmt::format(" {} dB", minus_db(effect.effect_db))
                       : std::string(" <span class=\"aside\" title=\"its group says it already\">outdone</span>");
}

std::string signed_bar_svg(double db, double most) {
  const double part = most > 0 ? std::min(1.0, std::abs(db) / most) * 50 : 0;
  return fmt::format(
      "<svg class=\"effect\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
      "class=\"{}\" x=\"{:.2f}\" y=\"1\" width=\"{:.2f}\" height=\"8\"/><path class=\"zero\" d=\"M50 0V10\"/></svg>",
      db < 0 ? "minus" : "plus", db < 0 ? 50 - part : 50, part);
}

std::string more_rows(std::size_t rows, std::size_t all, std::string_view what) {
  if (rows >= all) return {};
  return fmt::format("<p class=\"aside\">… and {} more {}; <code>--json</code> has them all.</p>\n",
                     with_commas(all - rows), what);
}

namespace {

// The scale from 0 to 1 in the words of ICD 203: their borders as lines, the interval, where it stands, where it began.
std::string scale_svg(const weigh::Posterior& p, double prior) {
  std::string out =
      "<svg class=\"scale\" viewBox=\"0 0 100 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      "<path class=\"border\" d=\"M5 0V14M20 0V14M45 0V14M55 0V14M80 0V14M95 0V14\"/>";
  out += fmt::format("<rect class=\"interval\" x=\"{:.2f}\" y=\"4.5\" width=\"{:.2f}\" height=\"5\"/>", 100 * p.low,
                     100 * (p.high - p.low));
  out += fmt::format("<rect class=\"prior\" x=\"{:.2f}\" y=\"2\" width=\"0.5\" height=\"10\"/>", 100 * prior - .25);
  out += fmt::format("<rect class=\"mid\" x=\"{:.2f}\" y=\"1\" width=\"1\" height=\"12\"/></svg>", 100 * p.mid - .5);
  return out;
}

}  // namespace

std::string top_section(const DossierFacts& f) {
  const std::string title =
      f.contents.title.empty() ? shown(base_name(f.dossier.view.file)) : shown(f.contents.title, 300);
  std::string out = "<header id=\"top\">\n";
  out += fmt::format("<p class=\"brand\">Samehand · dossier · {}</p>\n<h1 class=\"title\">{}</h1>\n",
                     f.dossier.as_of.empty()
                         ? fmt::format("everything in the case up to event {}", f.contents.events)
                         : "as of " + shown(long_date(f.dossier.as_of)) + ": only what was known by then",
                     title);
  if (f.verdict == nullptr) {
    out += "<p class=\"verdict\">No hypotheses, so no verdict</p>\n<p class=\"sentence\">";
    out += fmt::format("The case holds {} and {}. <code>samehand case hypothesis</code> names who may have done it.",
                       count_text(f.contents.exhibits.size(), "exhibit"), count_text(f.contents.items.size(), "item"));
    return out + "</p>\n</header>\n";
  }
  const CaseVerdict& v = *f.verdict;
  const weigh::Posterior& p = v.outcome.posterior[v.outcome.leader];
  out += fmt::format("<p class=\"verdict\">{}</p>\n", shown(headline(v), 300));
  std::string figures = interval_text(p);
  if (is_prior(v)) figures = "what stands are the priors";
  out += fmt::format("<p class=\"sentence\"><b>{}</b>", figures);
  if (const std::string together = together_sentence(v); !together.empty())
    out += ". " + shown(together, 300);
  else if (f.order.size() > 1)
    out += fmt::format(". Next: {}, {}.", shown(v.problem.hypotheses[f.order[1]].name, 120),
                       interval_text(v.outcome.posterior[f.order[1]]));
  out += "</p>\n";
  // A sentence of its own: a likelihood and a confidence never stand in one (ICD 203).
  out += fmt::format("<p class=\"sentence confidence\"><span class=\"level {}\">{} confidence</span> {}</p>\n",
                     weigh::to_string(v.founded.confidence), weigh::to_string(v.founded.confidence),
                     shown(fmt::format("{}", fmt::join(v.founded.reasons, " ")), 600));
  if (const std::string undated = undated_sentence(v); !undated.empty())
    out += "<p class=\"sentence\">" + shown(undated, 200) + "</p>\n";

  out += "<div class=\"minute\">\n";
  const auto list = hinges(v, f.observed);
  out += "<section class=\"hinges\" aria-label=\"What it hangs on\"><h2>It hangs on</h2>\n";
  if (list.empty()) out += "<p>Nothing: no item, source or prior by itself makes a difference that matters.</p>\n";
  if (!list.empty()) out += "<ol>\n";
  for (const Hinge& h : list)
    out += fmt::format("<li><b>{}</b> {} {}</li>\n", shown(h.name, 140), shown(h.text, 500),
                       h.item == 0 ? std::string() : item_link(h.item));
  if (!list.empty()) out += "</ol>\n";
  out += "</section>\n<section class=\"contrary\"><h2>The strongest item against</h2>\n";
  if (const auto at = strongest_contrary(v)) {
    const evidence::Item& item = v.contents.items[v.items[*at]];
    out += fmt::format("<p><b>{}</b> {}&nbsp;dB {}</p>\n<p>{}</p>\n<p class=\"aside\">{}{}, {} to forge</p>\n",
                       shown(item.name, 140), minus_db(v.outcome.items[*at].effect_db), item_link(item.number),
                       shown(item.statement, 260), item.source.empty() ? "" : shown(item.source, 80) + ", graded ",
                       to_string(item.reliability), evidence::to_string(item.forgeability));
  } else {
    out += "<p>No item that was weighed tells against it.</p>\n";
  }
  return out + "</section>\n</div>\n</header>\n";
}

std::string hypotheses_section(const DossierFacts& f) {
  if (f.verdict == nullptr) return {};
  const CaseVerdict& v = *f.verdict;
  std::string out =
      "<section id=\"hypotheses\">\n<h2>Hypotheses</h2>\n<table class=\"plain sortable hypotheses\">\n<thead><tr>"
      "<th>Who</th><th class=\"num\">Before</th><th class=\"num\">Now</th><th class=\"num\">Between</th><th "
      "class=\"wide\"><span class=\"ends\"><span>0</span><span>50 %</span><span>100 %</span></span></th><th "
      "class=\"num\">Leads in</th><th>In words</th></tr></thead>\n<tbody>\n";
  std::size_t rows = 0;
  for (const std::size_t h : f.order) {
    if (rows++ == kPageHypotheses) break;
    const evidence::Hypothesis& is = v.contents.hypotheses[h];
    const weigh::Posterior& p = v.outcome.posterior[h];
    out += fmt::format(
        "<tr><td class=\"who\"><b>{}</b> <span class=\"tag\">{}</span>{}</td><td class=\"num\" "
        "data-v=\"{:.6g}\">{}</td>"
        "<td class=\"num now\" data-v=\"{:.6g}\">{}</td><td class=\"num\" data-v=\"{:.6g}\">{}</td><td "
        "class=\"wide\">{}</td><td class=\"num\" data-v=\"{:.6g}\">{}</td><td>{}</td></tr>\n",
        shown(is.name, 160), to_string(is.role),
        is.description.empty() ? "" : "<span class=\"aside\">" + shown(is.description, 300) + "</span>",
        v.problem.hypotheses[h].prior, chance_text(v.problem.hypotheses[h].prior), p.mid, chance_text(p.mid), p.low,
        between_text(p), scale_svg(p, v.problem.hypotheses[h].prior), p.first, draws_text(p.first),
        weigh::to_string(weigh::likelihood(p.mid)));
  }
  out += "</tbody>\n</table>\n";
  out += more_rows(std::min(rows, kPageHypotheses), f.order.size(), "hypotheses");
  out += fmt::format(
      "<p class=\"aside scale-key\"><span class=\"swatch prior\"></span> before any evidence <span class=\"swatch "
      "mid\"></span> "
      "now <span class=\"swatch interval\"></span> between: nine of ten draws over the weights' ranges; thin lines "
      "divide almost no "
      "chance, very unlikely, unlikely, roughly even, likely, very likely, almost certain (ICD 203). Leads in: the "
      "part "
      "of {} draws in which it comes first, the priors being fixed; how far those must move stands below.</p>\n"
      "</section>\n",
      with_commas(v.options.draws));
  return out;
}

std::string hangs_on_section(const DossierFacts& f) {
  if (f.verdict == nullptr) return {};
  const CaseVerdict& v = *f.verdict;
  const weigh::Outcome& o = v.outcome;
  std::string out = "<section id=\"hangs-on\">\n<h2>What it hangs on</h2>\n";
  const Flips flips = flips_in_order(v);
  if (flips.turning() == 0) {
    out +=
        "<p>No single item, group or source turns the ranking, not even at the far end of its range. What is left are "
        "the priors:</p>\n";
  }
  out +=
      "<table class=\"plain sortable flips\">\n<thead><tr><th>What</th><th></th><th>Then leads</th><th "
      "class=\"num\">Odds now</th><th class=\"num\">Odds then</th><th>How</th></tr></thead>\n<tbody>\n";
  std::size_t rows = 0;
  for (; rows < std::min(flips.list.size(), kPageRows); ++rows) {
    const weigh::Flip& flip = *flips.list[rows];
    const bool prior = flip.kind == weigh::FlipKind::kPrior;
    const std::string how = prior          ? "other odds beforehand"
                            : flip.without ? "leaving it out is enough"
                                           : "the far end of its range is enough";
    const double now = prior ? flip.holds_db : flip.needed_db;
    const std::string then = prior          ? odds_text(flip.holds_db - flip.needed_db)
                             : flip.without ? odds_text(flip.needed_db - std::abs(flip.holds_db))
                                            : "below 1 to 1";
    out += fmt::format(
        "<tr><td><span class=\"tag\">{}</span></td><td class=\"what\">{}{}</td><td>{}</td><td class=\"num\" "
        "data-v=\"{:.6g}\">{}</td><td class=\"num\" data-v=\"{:.6g}\">{}</td><td>{}</td></tr>\n",
        word(flip.kind),
        prior ? fmt::format("the odds between {} and {}", shown(v.problem.hypotheses[flip.rival].name, 80),
                            shown(v.problem.hypotheses[o.leader].name, 80))
              : shown(flip.name, 140),
        flip.kind == weigh::FlipKind::kItem ? " " + item_link(v.contents.items[v.items[flip.index]].number) : "",
        shown(v.problem.hypotheses[flip.rival].name, 80), now, odds_text(now), now - flip.needed_db, then, how);
  }
  out += "</tbody>\n</table>\n" + more_rows(rows, flips.list.size(), "rows");
  if (!o.pairs.empty()) {
    out += "<p>Nothing turns it by its absence alone. These do two at a time, the heaviest first:</p>\n<ul>\n";
    const std::size_t pairs = std::min(o.pairs.size(), kPagePairs);
    for (std::size_t k = 0; k < pairs; ++k)
      out += fmt::format("<li>{}</li>\n", shown(pair_sentence(v, o.pairs[k]), 500));
    out += "</ul>\n" + more_rows(pairs, o.pairs.size(), "pairs");
  }
  out +=
      "<p class=\"aside\">Each is thought away, or moved to the far end of its range, while all else stays. Odds: of "
      "the leader against the one that then leads; of a prior, before any evidence.</p>\n";

  out +=
      "<h3>Thought away, one at a time</h3>\n<table class=\"plain sortable away\">\n<thead><tr><th "
      "class=\"num\">dB</th><th class=\"wide\"></th><th>Observation</th><th>Said by</th><th "
      "class=\"num\">Items</th><th "
      "class=\"num\">Without it</th></tr></thead>\n<tbody>\n";
  const double most = f.observed.empty() ? 0 : std::abs(f.observed.front().effect_db);
  rows = 0;
  std::size_t telling = 0;
  for (const Observation& ob : f.observed) telling += std::abs(ob.effect_db) >= kShownDb;
  for (const Observation& ob : f.observed) {
    if (std::abs(ob.effect_db) < kShownDb || rows >= kMatrixRows) break;
    ++rows;
    std::string sources =
        shown(fmt::format("{}", fmt::join(ob.sources.begin(),
                                          ob.sources.begin() +
                                              static_cast<std::ptrdiff_t>(std::min<std::size_t>(ob.sources.size(), 5)),
                                          "; ")),
              200);
    if (ob.sources.size() > 5) sources += fmt::format("; {} more", ob.sources.size() - 5);
    out += fmt::format(
        "<tr><td class=\"num\" data-v=\"{:.6g}\">{}</td><td class=\"wide\">{}</td><td class=\"what\">{} "
        "{}</td><td>{}</td><td "
        "class=\"num\">{}</td><td class=\"num\" data-v=\"{:.6g}\">{}</td></tr>\n",
        ob.effect_db, minus_db(ob.effect_db), signed_bar_svg(ob.effect_db, most), shown(ob.name, 140),
        item_link(v.contents.items[v.items[ob.items.front()]].number), sources, ob.items.size(), ob.without,
        chance_text(ob.without));
  }
  out += "</tbody>\n</table>\n" + more_rows(rows, telling, "observations");
  out += fmt::format(
      "<p class=\"aside\">An observation is a dependence group, or an item on its own. dB: on the odds of {} against "
      "all "
      "others together, as everywhere on this page; 3 dB is twice, 10 dB ten times. Without it: what {} would then be "
      "at; it is at {} now.</p>\n</section>\n",
      shown(v.problem.hypotheses[o.leader].name, 100), shown(v.problem.hypotheses[o.leader].name, 100),
      chance_text(o.posterior[o.leader].mid));
  return out;
}

std::string change_section(const DossierFacts& f) {
  if (f.verdict == nullptr) return {};
  const CaseVerdict& v = *f.verdict;
  const weigh::Outcome& o = v.outcome;
  const std::string leader = shown(v.problem.hypotheses[o.leader].name, 100);
  std::string out = "<section id=\"change\">\n<h2>What would change our mind</h2>\n";
  out += fmt::format(
      "<p class=\"aside\">What could be found, in the order of what looking for it is expected to tell. {} is at {} "
      "now.</p>\n<table class=\"plain sortable\">\n<thead><tr><th>If this were found</th><th class=\"num\">{} would be "
      "at</th><th>Then leads</th><th class=\"num\">Moves it by</th><th class=\"num\">Looking "
      "tells</th></tr></thead>\n<tbody>\n",
      leader, chance_text(o.posterior[o.leader].mid), leader);
  std::size_t rows = 0;
  for (const weigh::Prospect& p : v.prospects) {
    if (rows++ == 20) break;
    out += fmt::format(
        "<tr><td>{}</td><td class=\"num\" data-v=\"{:.6g}\">{}</td><td>{}</td><td class=\"num\" data-v=\"{:.6g}\">{} "
        "dB</td><td class=\"num\" data-v=\"{:.6g}\">{:.2f} bits</td></tr>\n",
        shown(v.candidates[p.candidate].name, 200), p.leader_posterior, chance_text(p.leader_posterior),
        p.leader == o.leader ? "the same" : "<b>" + shown(v.problem.hypotheses[p.leader].name, 100) + "</b>",
        p.moves_db, minus_db(p.moves_db), p.expected_bits, p.expected_bits);
  }
  out += "</tbody>\n</table>\n";
  const Weightless none = weightless(v);
  std::vector<std::string> more;
  if (none.unjudged > 0) {
    more.push_back(fmt::format(
        "{} at no hypothesis and so {} nothing: whoever judges {} (<code>samehand case assess</code>) may move the "
        "verdict.",
        count_text(none.unjudged, "item points", "items point"), none.unjudged == 1 ? "weighs" : "weigh",
        none.unjudged == 1 ? "it" : "them"));
  }
  if (v.undated > 0) {
    more.push_back(fmt::format("{} left out because nobody has said since when {} could be known.",
                               count_text(v.undated, "item is", "items are"), v.undated == 1 ? "it" : "they"));
  }
  if (!more.empty()) {
    out += "<h3>What is in the case and does not weigh</h3>\n<ul>\n";
    for (const std::string& line : more) out += "<li>" + line + "</li>\n";
    out += "</ul>\n";
  }
  return out + "</section>\n";
}

}  // namespace samehand::dossier
