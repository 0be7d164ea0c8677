// Any bytes as a text: what find_indicators gives must keep the promises of indicator.h. If the first byte is '#', the
// rest up to a NUL is first tried as a user's benign list.
#include <array>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "samehand/base/byte_view.h"
#include "samehand/indicator/indicator.h"

namespace {

using namespace samehand::indicator;

using samehand::fuzz::require;

void check(std::string_view text, const BenignList* benign) {
  std::array<std::uint32_t, kKinds> ends{};
  std::uint32_t last = 0;
  for (const Indicator& found : find_indicators(text, benign)) {
    require(found.where.begin < found.where.end && found.where.end <= text.size(), "an indicator lies in the text");
    require(found.where.begin >= last, "indicators are in order of place");
    auto& end = ends[static_cast<std::size_t>(found.kind)];
    require(found.where.begin >= end, "none overlaps another of its kind");
    require(!found.value.empty(), "an indicator has a value");
    require(found.benign == !found.why_benign.empty(), "what is benign has a reason");
    last = found.where.begin;
    end = found.where.end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = samehand::ByteView(std::span(data, size)).text();
  if (text.starts_with('#')) {
    const std::size_t nul = text.find('\0');
    const auto list = BenignList::parse(text.substr(0, nul));
    text.remove_prefix(nul == std::string_view::npos ? text.size() : nul + 1);
    if (list) {
      check(text, &*list);
      return 0;
    }
  }
  check(text, nullptr);
  return 0;
}
