#include "samehand/dossier/techniques.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "samehand/dossier/printable.h"
#include "text_writer.h"

namespace samehand::dossier {
namespace {

using technique::Kind;
using technique::OverlapWeight;
using technique::RankedGroup;
using technique::Ranking;

constexpr std::size_t kSharedShown = 8;  // of a group, unless everything is to be shown

std::string_view word(Kind kind) {
  switch (kind) {
    case Kind::kTechnique:
      return "technique";
    case Kind::kMalware:
      return "malware";
    case Kind::kTool:
      return "tool";
  }
  return "technique";
}

std::ptrdiff_t techniques_of(const Ranking& ranking) {
  return std::ranges::count(ranking.traits, Kind::kTechnique, &technique::NamedTrait::kind);
}

const OverlapWeight& weight_of(const Ranking& ranking, const RankedGroup& group) {
  return technique::weight_of_overlap(group.support, ranking.traits.size(), group.overlap);
}

// A share is no certainty, however little is left for the others.
std::string share_text(double share) {
  return share >= .995 ? "over 99 %" : percent_text(share);
}

std::string weight_text(const OverlapWeight& weight) {
  const auto is_zero = [](double db) { return std::abs(db) < .5; };
  if (is_zero(weight.low_db) && is_zero(weight.mid_db) && is_zero(weight.high_db)) return "0 dB";
  return fmt::format("{:+.0f} dB ({:+.0f} to {:+.0f})", weight.mid_db, weight.low_db, weight.high_db);
}

class TechniquesText : TextWriter {
 public:
  TechniquesText(const Ranking& ranking, const TextOptions& options) : TextWriter(options), ranking_(ranking) {}

  std::string take() {
    title();
    table();
    paragraph(
        "Shares say whom to compare with next; they include how often a group is reported on. Weights are what the "
        "overlap alone is worth, by what it rests on, measured on campaigns of which the group was known and that took "
        "no part in the fit: above 0, for this group against the one that would head the list otherwise (some group "
        "always does); below 0, against any other. 0 dB also where too few such campaigns say anything. Against a "
        "group "
        "that the catalogue lacks, or somebody who copies this one, the overlap says next to nothing: techniques are "
        "common property, software is shared and sold. docs/techniques.md has the figures.",
        2, Tone::kFaint);
    return std::move(out_);
  }

 private:
  void title() {
    const auto techniques = techniques_of(ranking_);
    const auto software = static_cast<std::ptrdiff_t>(ranking_.traits.size()) - techniques;
    const auto known = std::ranges::count(ranking_.groups, true, &RankedGroup::known);
    out_ += ink_(Tone::kStrong, ranking_.campaign.empty()
                                    ? std::string("Groups by shared techniques and software")
                                    : "Groups by what they share with " + printable(ranking_.campaign));
    out_ += "\n";
    paragraph(fmt::format("{} and {} against {} groups of {}.",
                          techniques == 1 ? "1 technique" : fmt::format("{} techniques", techniques),
                          software == 1 ? "1 piece of software" : fmt::format("{} pieces of software", software), known,
                          printable(ranking_.origin)));
    if (!ranking_.left_out.empty())
      paragraph("Left out, with all that rests on them: " + joined(ranking_.left_out) + ".");
    if (!ranking_.publishers.empty())
      paragraph("Reports on it were published by " + joined(ranking_.publishers) +
                ": groups that they often write about count for more.");
    if (!ranking_.not_used.empty())
      paragraph("Named by the reports, but not as used here, and so left out: " + joined(ranking_.not_used) +
                ". --software NAME takes one in.");
    if (!ranking_.unknown.empty()) paragraph("Not in the catalogue: " + joined(ranking_.unknown) + ".", 2, Tone::kWarn);
    out_ += "\n";
  }

  void table() {
    Table table({{"rank", Column::Align::kRight},
                 {"group", Column::Align::kLeft, 20},
                 {"share", Column::Align::kRight},
                 {"weight of the overlap"}});
    std::uint32_t rank = 0;
    std::size_t known = 0;
    for (const RankedGroup& group : ranking_.groups) {
      known += group.known;
      if (!group.known || ++rank > top_) continue;
      table.add({std::to_string(rank), fmt::format("{} ({})", printable(group.name), printable(group.id)),
                 share_text(group.probability), weight_text(weight_of(ranking_, group))},
                shared(group));
    }
    if (!table.empty()) out_ += table.render(width_, 2, ink_);
    more(std::min(top_, known), known);
    out_ += "\n";
  }

  // "BLINDINGCAN (1 group), T1566.001 Phishing: Spearphishing Attachment (92), through HOPLIGHT: T1571 Non-Standard
  // Port (21), named with the group: FERN (0), akin to HOPLIGHT: ALDER (0)"
  std::string shared(const RankedGroup& group) const {
    std::string out, said;
    std::size_t shown = 0;
    for (const technique::SharedTrait& item : group.shared) {
      if (shown == kSharedShown && !all_) break;
      ++shown;
      const technique::NamedTrait& trait = ranking_.traits[item.trait];
      out += out.empty() ? "" : ", ";
      const std::string how = tie_text(item);
      if (how != said) out += how;
      said = how;
      out += fmt::format("{} {} ({})", printable(trait.id), printable(trait.name), trait.users);
    }
    if (out.empty()) return "shares nothing";
    out = "shares (groups that use it): " + out;
    if (shown < group.shared.size()) out += fmt::format(", and {} more", group.shared.size() - shown);
    return out;
  }

  static std::string tie_text(const technique::SharedTrait& item) {
    switch (item.tie) {
      case technique::Tie::kUse:
        break;
      case technique::Tie::kSoftware:
        return "through " + printable(item.through) + ": ";
      case technique::Tie::kNamed:
        return "named with the group: ";
      case technique::Tie::kKin:
        return "akin to " + printable(item.through) + ": ";
    }
    return {};
  }

  static std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (std::size_t i = 0; i < texts.size() && i < 20; ++i) out += (i == 0 ? "" : ", ") + printable(texts[i]);
    if (texts.size() > 20) out += fmt::format(", and {} more", texts.size() - 20);
    return out;
  }

  const Ranking& ranking_;
};

}  // namespace

std::string techniques_text(const Ranking& ranking, const TextOptions& options) {
  return TechniquesText(ranking, options).take();
}

std::string techniques_json(const Ranking& ranking) {
  using Json = nlohmann::ordered_json;
  const auto texts = [](const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const std::string& text : list) out.push_back(valid_utf8(text));
    return out;
  };
  Json traits = Json::array(), groups = Json::array();
  for (const technique::NamedTrait& trait : ranking.traits) {
    traits.push_back({{"id", valid_utf8(trait.id)},
                      {"name", valid_utf8(trait.name)},
                      {"kind", word(trait.kind)},
                      {"groups", trait.users}});
  }
  std::uint32_t rank = 0;
  for (const RankedGroup& group : ranking.groups) {
    Json value = {{"rank", ++rank}, {"id", valid_utf8(group.id)}, {"name", valid_utf8(group.name)}};
    if (group.known) {
      const OverlapWeight& weight = weight_of(ranking, group);
      value["score"] = group.score;
      value["share"] = group.probability;
      value["overlap"] = group.overlap;
      value["support"] = to_string(group.support);
      value["weight_db"] = {weight.low_db, weight.mid_db, weight.high_db};
    }
    Json shared = Json::array();
    for (const technique::SharedTrait& item : group.shared) {
      Json one = {{"id", valid_utf8(ranking.traits[item.trait].id)}};
      if (item.tie == technique::Tie::kNamed || item.tie == technique::Tie::kKin)
        one["tie"] = item.tie == technique::Tie::kKin ? "kin" : "named";
      if (!item.through.empty()) one["through"] = valid_utf8(item.through);
      one["reports"] = texts(item.reports);
      shared.push_back(std::move(one));
    }
    if (!shared.empty()) value["shared"] = std::move(shared);
    groups.push_back(std::move(value));
  }
  Json out = {{"origin", valid_utf8(ranking.origin)}};
  if (!ranking.campaign.empty()) out["campaign"] = valid_utf8(ranking.campaign);
  out["traits"] = std::move(traits);
  out["unknown"] = texts(ranking.unknown);
  out["left_out"] = texts(ranking.left_out);
  out["not_used"] = texts(ranking.not_used);
  out["publishers"] = texts(ranking.publishers);
  out["groups"] = std::move(groups);
  return out.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string techniques_tsv(std::span<const Ranking> rankings, std::string_view campaign) {
  std::string out = "campaign\tgroup\tscore\n";
  for (const Ranking& ranking : rankings) {
    const std::string name = escape_field(ranking.campaign.empty() ? campaign : ranking.campaign);
    for (const RankedGroup& group : ranking.groups) {
      if (group.known)
        fmt::format_to(std::back_inserter(out), "{}\t{}\t{:.6f}\n", name, escape_field(group.id), group.score);
    }
  }
  return out;
}

}  // namespace samehand::dossier
