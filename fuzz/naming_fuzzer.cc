// The first byte says what the rest is: 'J' JSON to import, 'L' a compiled list, 'C' a compiled list whose checksum is
// made right first, else a text.
#include <cstdint>
#include <string_view>
#include <vector>

#include "check.h"
#include "samehand/base/byte_view.h"
#include "samehand/base/hash.h"
#include "samehand/naming/name_list.h"
#include "samehand/naming/naming.h"

namespace {

using namespace samehand;
using namespace samehand::naming;

using samehand::fuzz::require;

void check_text(std::string_view text, const NameList* list) {
  std::uint32_t end = 0;
  for (const FoundName& name : find_names(text, list)) {
    require(name.where.begin >= end && name.where.begin < name.where.end && name.where.end <= text.size(),
            "names are in order and apart");
    require(!name.value.empty(), "a name has words");
    end = name.where.end;
  }
  std::uint32_t begin = 0;
  for (const FoundTechnique& technique : find_techniques(text, list)) {
    require(technique.where.begin >= begin && technique.where.begin < technique.where.end &&
                technique.where.end <= text.size(),
            "techniques are in order");
    require(technique.score >= 0 && technique.score <= 1, "a score is between 0 and 1");
    begin = technique.where.begin;
  }
  end = 0;
  for (const Figure& figure : find_figures(text)) {
    require(figure.where.begin >= end && figure.where.begin < figure.where.end && figure.where.end <= text.size(),
            "figures are in order and apart");
    require(figure.amount >= 0 && !figure.unit.empty(), "a figure has amount and unit");
    end = figure.where.end;
  }
}

void check_list(const NameList& list) {
  const auto saved = save_names(list);
  const auto again = load_names(ByteView(saved));
  require(again.has_value(), "what is saved can be loaded");
  require(save_names(*again) == saved, "loading and saving changes nothing");
  check_text("The X malware, Anchor (a.k.a. FERN-2000) and Grey Otter use net.exe to inject code. T1055.012", &list);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(std::span(data + 1, size - 1));
  if (data[0] == 'J') {
    if (const auto list = import_names(rest)) check_list(*list);
  } else if (data[0] == 'L') {
    if (const auto list = load_names(rest)) check_list(*list);
  } else if (data[0] == 'C') {
    std::vector<std::uint8_t> file(rest.data(), rest.data() + rest.size());
    const std::uint64_t sum = hash64(ByteView(file));
    for (int i = 0; i < 8; ++i) file.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
    if (const auto list = load_names(ByteView(file))) check_list(*list);
  } else {
    check_text(rest.text(), nullptr);
  }
  return 0;
}
