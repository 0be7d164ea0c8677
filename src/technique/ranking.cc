#include "samehand/technique/ranking.h"

#include <algorithm>
#include <cmath>

#include "samehand/base/codec.h"
#include "samehand/base/sort_unique.h"

namespace samehand::technique {
namespace {

Ranking describe(const Catalogue& catalogue, const Query& query, std::size_t explained) {
  Ranking out;
  out.origin = catalogue.origin;
  for (const std::string& publisher : query.publishers)
    if (std::ranges::find(catalogue.reports, publisher, &Report::publisher) != catalogue.reports.end())
      out.publishers.push_back(publisher);
  std::vector<std::uint32_t> users(catalogue.traits.size());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const Use& use : catalogue.group_uses) pairs.emplace_back(use.trait, use.user);
  for (const Campaign& campaign : catalogue.campaigns)
    for (const Use& use : campaign.uses)
      for (const std::uint32_t group : campaign.groups) pairs.emplace_back(use.trait, group);
  sort_unique(pairs);
  for (const auto& [trait, user] : pairs) ++users[trait];
  for (const std::uint32_t trait : query.traits) {
    const Trait& t = catalogue.traits[trait];
    out.traits.push_back({t.kind, t.id, t.name, users[trait]});
  }
  for (const Candidate& candidate : rank(catalogue, query)) {
    const Group& group = catalogue.groups[candidate.group];
    RankedGroup& ranked = out.groups.emplace_back();
    ranked.id = group.id;
    ranked.name = group.name;
    ranked.known = candidate.known;
    ranked.score = candidate.score;
    ranked.probability = candidate.probability;
    ranked.overlap = candidate.overlap;
    ranked.support = candidate.support;
    if (out.groups.size() > explained) continue;
    for (const Shared& shared : explain(catalogue, query, candidate.group)) {
      const auto place = std::ranges::lower_bound(query.traits, shared.trait);
      SharedTrait& named = ranked.shared.emplace_back();
      named.trait = static_cast<std::uint32_t>(place - query.traits.begin());
      named.tie = shared.tie;
      if (shared.through != Query::kNone) named.through = catalogue.traits[shared.through].name;
      for (const std::uint32_t report : shared.citations) named.reports.push_back(catalogue.reports[report].name);
    }
  }
  return out;
}

void write(ByteWriter& out, const std::vector<std::string>& texts) {
  out.varint(texts.size());
  for (const std::string& text : texts) out.text(text);
}

std::vector<std::string> read_texts(ByteReader& in) {
  std::vector<std::string> out(in.count());
  for (std::string& text : out) text = in.text();
  return out;
}

}  // namespace

Ranking answer(const Catalogue& catalogue, const Question& question, std::size_t explained) {
  Query query;
  std::vector<std::string> unknown, left_out;
  for (const std::string& asked : question.traits) {
    if (const std::size_t trait = catalogue.find(asked); trait < catalogue.traits.size())
      query.traits.push_back(static_cast<std::uint32_t>(trait));
    else
      unknown.push_back(asked);
  }
  for (const std::string& report : question.left_out) {
    const auto place = std::ranges::find(catalogue.reports, report, &Report::name);
    if (place == catalogue.reports.end()) {
      unknown.push_back(report);
      continue;
    }
    left_out.push_back(report);
    query.known.push_back(static_cast<std::uint32_t>(place - catalogue.reports.begin()));
  }
  for (std::vector<std::uint32_t>* list : {&query.traits, &query.known}) sort_unique(*list);
  query.year = question.year;
  for (const std::string& publisher : question.publishers)
    if (std::string domain = publisher_of(publisher); !domain.empty()) query.publishers.push_back(std::move(domain));
  sort_unique(query.publishers);
  Ranking out = describe(catalogue, query, explained);
  out.unknown = std::move(unknown);
  out.left_out = std::move(left_out);
  out.not_used = question.not_used;
  return out;
}

Ranking answer(const Catalogue& catalogue, std::uint32_t campaign, std::size_t explained) {
  Ranking out = describe(catalogue, query_of(catalogue, campaign), explained);
  if (campaign < catalogue.campaigns.size()) out.campaign = catalogue.campaigns[campaign].id;
  return out;
}

std::vector<std::uint8_t> encode(const Ranking& ranking) {
  ByteWriter out;
  out.text(ranking.origin);
  out.text(ranking.campaign);
  out.varint(ranking.traits.size());
  for (const NamedTrait& trait : ranking.traits) {
    out.u8(static_cast<std::uint8_t>(trait.kind));
    out.text(trait.id);
    out.text(trait.name);
    out.varint(trait.users);
  }
  write(out, ranking.unknown);
  write(out, ranking.left_out);
  write(out, ranking.not_used);
  write(out, ranking.publishers);
  out.varint(ranking.groups.size());
  for (const RankedGroup& group : ranking.groups) {
    out.text(group.id);
    out.text(group.name);
    out.boolean(group.known);
    out.real(group.score);
    out.real(group.probability);
    out.real(group.overlap);
    out.u8(static_cast<std::uint8_t>(group.support));
    out.varint(group.shared.size());
    for (const SharedTrait& shared : group.shared) {
      out.varint(shared.trait);
      out.u8(static_cast<std::uint8_t>(shared.tie));
      out.text(shared.through);
      write(out, shared.reports);
    }
  }
  return out.take();
}

Result<Ranking> decode_ranking(ByteView bytes) {
  ByteReader in(bytes);
  Ranking out;
  bool sound = true;
  out.origin = in.text();
  out.campaign = in.text();
  out.traits.resize(in.count(4));
  for (NamedTrait& trait : out.traits) {
    const std::uint8_t kind = in.u8();
    sound = sound && kind <= static_cast<std::uint8_t>(Kind::kTool);
    trait.kind = sound ? static_cast<Kind>(kind) : Kind::kTechnique;
    trait.id = in.text();
    trait.name = in.text();
    const std::uint64_t users = in.varint();
    sound = sound && users <= kMaxGroups;
    trait.users = static_cast<std::uint32_t>(users);
  }
  out.unknown = read_texts(in);
  out.left_out = read_texts(in);
  out.not_used = read_texts(in);
  out.publishers = read_texts(in);
  out.groups.resize(in.count(29));
  for (RankedGroup& group : out.groups) {
    group.id = in.text();
    group.name = in.text();
    group.known = in.boolean();
    group.score = in.real();
    group.probability = in.real();
    group.overlap = in.real();
    const std::uint8_t support = in.u8();
    const auto is_share = [](double value) { return value >= 0 && value <= 1; };
    sound = sound && std::isfinite(group.score) && is_share(group.probability) && is_share(group.overlap) &&
            support <= static_cast<std::uint8_t>(Support::kMethods);
    group.support = sound ? static_cast<Support>(support) : Support::kMethods;
    group.shared.resize(in.count(4));
    for (SharedTrait& shared : group.shared) {
      const std::uint64_t trait = in.varint();
      sound = sound && trait < out.traits.size();
      shared.trait = static_cast<std::uint32_t>(trait);
      const std::uint8_t tie = in.u8();
      sound = sound && tie <= static_cast<std::uint8_t>(Tie::kKin);
      shared.tie = sound ? static_cast<Tie>(tie) : Tie::kUse;
      shared.through = in.text();
      shared.reports = read_texts(in);
    }
    if (!in.ok()) break;
  }
  if (!sound || !in.ok() || !in.at_end() || out.groups.size() > kMaxGroups)
    return fail(ErrorCode::kMalformed, "a damaged ranking");
  return out;
}

}  // namespace samehand::technique
