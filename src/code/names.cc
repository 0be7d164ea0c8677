// Names of functions from symbols and exports, and which functions are runtime code.
#include <llvm/Demangle/Demangle.h>

#include <algorithm>

#include "passes.h"
#include "runtime.h"

namespace samehand::code {
namespace {

// Demangles as long as names behave: a mangled name may refer back to its parts, so a few bytes can stand for
// gigabytes.
class Demangler {
 public:
  std::string operator()(const std::string& name) {
    constexpr std::size_t kLongestName = 2048;
    constexpr std::ptrdiff_t kMostReferences = 40;  // 3^(40/3) times the length at worst: some megabytes
    constexpr std::size_t kLongestResult = 1 << 16;
    if (strikes_ >= kStrikes || name.size() > kLongestName || std::ranges::count(name, '_') > 2 * kMostReferences)
      return name;
    std::ptrdiff_t references = 0;
    for (std::size_t i = 0; i + 1 < name.size(); ++i) {
      if ((name[i] == 'S' || name[i] == 'T') && (name[i + 1] == '_' || (name[i + 1] >= '0' && name[i + 1] <= '9')))
        ++references;
    }
    if (references > kMostReferences) return name;
    std::string result = llvm::demangle(name);
    if (result.size() <= kLongestResult) return result;
    ++strikes_;
    return name;
  }

 private:
  static constexpr int kStrikes = 16;
  int strikes_ = 0;
};

// Of several symbols at one address the one that says most: functions before others, exported before local.
int preference(const image::Symbol& symbol) {
  return (symbol.kind == image::SymbolKind::kFunction ? 4 : 0) + (symbol.exported ? 2 : 0) + (symbol.size != 0 ? 1 : 0);
}

}  // namespace

void name_functions(const image::Image& image, const RecoverOptions& options, Program& program) {
  Demangler demangle;
  auto symbol = image.symbols.begin();
  for (Function& function : program.functions) {
    while (symbol != image.symbols.end() && symbol->address < function.address) ++symbol;
    const image::Symbol* best = nullptr;
    for (; symbol != image.symbols.end() && symbol->address == function.address; ++symbol) {
      if (symbol->name.empty() || symbol->kind == image::SymbolKind::kObject) continue;
      if (!symbol->exported && !options.use_symbols) continue;
      if (best == nullptr || preference(*symbol) > preference(*best)) best = &*symbol;
    }
    if (best == nullptr) continue;
    function.runtime = is_runtime_name(best->name);
    function.name = demangle(best->name);
  }
  mark_runtime_by_place(image, program);
}

}  // namespace samehand::code
