// names_lab import BUNDLE|GALAXY LIST       compiles a list of names
// names_lab names|tech|fig FILE [LIST]      documents of FILE, U+001E between them, as TSV:
//     document, first byte, end byte, and: kind, how, value | id, how, score | amount, unit, of, hedge
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "samehand/base/file.h"
#include "samehand/naming/name_list.h"
#include "samehand/naming/naming.h"

namespace {

using namespace samehand;
using namespace samehand::naming;

int complain(const Error& error) {
  std::fprintf(stderr, "names_lab: %s %s\n", error.where.c_str(), error.message.c_str());
  return 2;
}

int import(const char* from, const char* to) {
  const auto file = read_file(from);
  if (!file) return complain(file.error());
  const auto list = import_names(file->view(), from);
  if (!list) return complain(list.error());
  const auto saved = save_names(*list);
  std::ofstream out(to, std::ios::binary);
  for (const std::uint8_t byte : saved) out.put(static_cast<char>(byte));
  std::printf("%zu names, %zu techniques, %zu bytes\n", list->names().size(), list->techniques().size(), saved.size());
  return out.flush() ? 0 : 2;
}

void print(std::string_view mode, std::size_t document, std::string_view text, const NameList* list) {
  if (mode == "names") {
    for (const FoundName& name : find_names(text, list))
      std::printf("%zu\t%u\t%u\t%s\t%d\t%s\n", document, name.where.begin, name.where.end,
                  std::string(to_string(name.kind)).c_str(), static_cast<int>(name.how), name.value.c_str());
  } else if (mode == "tech") {
    for (const FoundTechnique& technique : find_techniques(text, list))
      std::printf("%zu\t%u\t%u\t%s\t%d\t%.3f\n", document, technique.where.begin, technique.where.end,
                  technique.id.c_str(), static_cast<int>(technique.how), static_cast<double>(technique.score));
  } else {
    for (const Figure& figure : find_figures(text))
      std::printf("%zu\t%u\t%u\t%.15g\t%s\t%s\t%s\n", document, figure.where.begin, figure.where.end, figure.amount,
                  figure.unit.c_str(), figure.of.c_str(), std::string(to_string(figure.hedge)).c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "import" && argc == 4) return import(argv[2], argv[3]);
  if ((mode != "names" && mode != "tech" && mode != "fig") || argc < 3 || argc > 4) {
    std::fprintf(stderr, "usage: names_lab import BUNDLE LIST | names|tech|fig FILE [LIST]\n");
    return 2;
  }
  std::optional<NameList> list;
  if (argc == 4) {
    const auto file = read_file(argv[3]);
    auto loaded = file ? load_names(file->view(), argv[3]) : std::unexpected(file.error());
    if (!loaded) return complain(loaded.error());
    list = std::move(*loaded);
  }
  const auto file = read_file(argv[2]);
  if (!file) return complain(file.error());
  std::string_view rest = file->view().text();
  for (std::size_t document = 0;; ++document) {
    const std::size_t end = rest.find('\x1e');
    print(mode, document, rest.substr(0, end), list ? &*list : nullptr);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return 0;
}
