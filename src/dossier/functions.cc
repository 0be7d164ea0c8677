#include "samehand/dossier/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "figures.h"
#include "samehand/dossier/printable.h"
#include "table.h"

namespace samehand::dossier {
namespace {

std::vector<std::string_view> sources_of(const code::Function& function) {
  static constexpr auto kWords = std::to_array<std::pair<code::StartSource, std::string_view>>({
      {code::kFromUnwindTable, "unwind"},
      {code::kFromEntry, "entry"},
      {code::kFromSymbol, "symbol"},
      {code::kFromCall, "call"},
      {code::kFromData, "data"},
      {code::kFromAddressTaken, "address_taken"},
      {code::kFromTailCall, "tail_call"},
      {code::kFromGap, "gap"},
      {code::kFromPrologue, "prologue"},
  });
  std::vector<std::string_view> words;
  for (const auto& [bit, word] : kWords) {
    if ((function.sources & bit) != 0) words.push_back(word);
  }
  return words;
}

}  // namespace

std::string functions_tsv(const FunctionsOf& functions, bool header) {
  std::string out = header ? "address\tsize\tblocks\tinstructions\tname\tsources\truntime\tthunk\n" : "";
  for (const code::Function& f : functions.program.functions) {
    fmt::format_to(std::back_inserter(out), "0x{:x}\t{}\t{}\t{}\t{}\t{}\t{:d}\t{:d}\n", f.address, f.size_bytes,
                   f.blocks, f.instructions, escape_field(f.name), fmt::join(sources_of(f), ","), f.runtime, f.thunk);
  }
  return out;
}

std::string functions_json(const FunctionsOf& functions) {
  using Json = nlohmann::ordered_json;
  const auto dump = [](const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace); };
  Json remarks = Json::array();
  for (const image::Remark& remark : functions.remarks) {
    remarks.push_back({{"kind", word(remark.kind)}, {"text", valid_utf8(remark.text)}});
  }
  std::string out = "{\n \"file\": " + dump(valid_utf8(functions.path)) +
                    ",\n \"format\": " + dump(image::to_string(functions.format)) +
                    ",\n \"architecture\": " + dump(image::to_string(functions.program.architecture)) +
                    ",\n \"code_size\": " + dump(functions.program.code_bytes) + ",\n \"remarks\": " + dump(remarks) +
                    ",\n \"functions\": [";
  bool first = true;
  for (const code::Function& f : functions.program.functions) {
    const Json value = {{"address", address_text(f.address)},
                        {"size", f.size_bytes},
                        {"blocks", f.blocks},
                        {"instructions", f.instructions},
                        {"name", valid_utf8(f.name)},
                        {"sources", sources_of(f)},
                        {"calls", f.calls},
                        {"returns", f.returns},
                        {"runtime", f.runtime},
                        {"thunk", f.thunk},
                        {"unresolved_jump", f.unresolved_jump}};
    out += first ? "\n  " : ",\n  ";
    out += dump(value);
    first = false;
  }
  return out + (first ? "]\n}\n" : "\n ]\n}\n");
}

std::string functions_text(const FunctionsOf& functions, const TextOptions& options) {
  const code::Program& program = functions.program;
  const Ink ink(options.colour);
  const auto runtime = std::ranges::count_if(program.functions, &code::Function::runtime);
  std::string out =
      ink(Tone::kStrong, printable(functions.path)) +
      fmt::format("  {} {}, {} of code, {} functions, {} of them runtime code\n", image::to_string(functions.format),
                  image::to_string(program.architecture), size_text(program.code_bytes),
                  with_commas(program.functions.size()), with_commas(static_cast<std::uint64_t>(runtime)));
  for (const image::Remark& remark : functions.remarks) {
    out += fmt::format("  {}: {}\n", word(remark.kind), printable(remark.text));
  }
  Table table({{"address"},
               {"bytes", Column::Align::kRight},
               {"blocks", Column::Align::kRight},
               {"instructions", Column::Align::kRight},
               {"name", Column::Align::kLeft, 20, true},
               {"found by", Column::Align::kLeft, 10, false, Tone::kFaint}});
  const std::size_t shown =
      options.top == 0 ? program.functions.size() : std::min(options.top, program.functions.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const code::Function& f = program.functions[i];
    table.add({address_text(f.address), with_commas(f.size_bytes), with_commas(f.blocks), with_commas(f.instructions),
               printable(f.name), fmt::format("{}", fmt::join(sources_of(f), " "))});
  }
  if (!table.empty()) out += table.render(std::clamp<std::size_t>(options.width, 60, 240), 2, ink);
  if (shown < program.functions.size()) {
    out += fmt::format("  … and {} more (--all)\n", with_commas(program.functions.size() - shown));
  }
  return out;
}

}  // namespace samehand::dossier
