// The first byte says what the rest is: 'J' an ATT&CK bundle, plain or gzip, whose campaigns are ranked; else what a
// worker answers.
#include <cmath>
#include <cstdint>

#include "check.h"
#include "samehand/base/byte_view.h"
#include "samehand/technique/catalogue.h"
#include "samehand/technique/ranking.h"

namespace {

using namespace samehand;
using namespace samehand::technique;

using samehand::fuzz::require;

void check_ranking(const Ranking& ranking) {
  const auto bytes = encode(ranking);
  const auto again = decode_ranking(ByteView(bytes));
  require(again.has_value(), "what is encoded can be decoded");
  require(encode(*again) == bytes, "decoding and encoding changes nothing");
}

void check_catalogue(const Catalogue& catalogue) {
  for (const Use& use : catalogue.group_uses) {
    require(use.user < catalogue.groups.size() && use.trait < catalogue.traits.size(), "uses are of what is there");
    for (const std::uint32_t report : use.citations) require(report < catalogue.reports.size(), "reports are there");
  }
  for (const Mention& mention : catalogue.mentions)
    require(mention.software < catalogue.traits.size() && mention.group < catalogue.groups.size() &&
                catalogue.traits[mention.software].kind != Kind::kTechnique,
            "mentions are of what is there");
  for (const Kinship& kinship : catalogue.kinships)
    require(kinship.software < catalogue.traits.size() && kinship.other < catalogue.traits.size() &&
                kinship.software != kinship.other,
            "kinships are of what is there");
  for (const samehand::technique::Report& report : catalogue.reports) {
    for (const std::uint32_t group : report.groups)
      require(group < catalogue.groups.size(), "titles name what is there");
    require(
        report.document < catalogue.reports.size() && catalogue.reports[report.document].document == report.document,
        "a report's first name has no other");
    require(report.publisher.empty() || publisher_of(report.publisher) == report.publisher, "a publisher is a domain");
  }
  Question question;
  for (std::size_t t = 0; t < catalogue.traits.size() && t < 20; ++t) question.traits.push_back(catalogue.traits[t].id);
  question.year = 2014;
  for (std::size_t r = 0; r < catalogue.reports.size() && r < 3; ++r)
    question.publishers.push_back(catalogue.reports[r].publisher);
  const Ranking ranking = answer(catalogue, question, 3);
  require(ranking.groups.size() == catalogue.groups.size(), "every group is ranked");
  check_ranking(ranking);
  std::size_t done = 0;
  for (const std::uint32_t campaign : attributed_campaigns(catalogue)) {
    check_ranking(answer(catalogue, campaign, 3));
    if (++done == 5) break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(std::span(data + 1, size - 1));
  if (data[0] == 'J') {
    if (const auto catalogue = read_catalogue(rest)) check_catalogue(*catalogue);
  } else if (const auto ranking = decode_ranking(rest)) {
    check_ranking(*ranking);
  }
  return 0;
}
