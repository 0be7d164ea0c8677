#include "samehand/dossier/html.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

#include "markup.h"
#include "page_assets.h"
#include "page_data.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/text.h"
#include "samehand/dossier/verdict.h"
#include "template.h"

namespace samehand::dossier {

std::string to_html(const Comparison& comparison, const HtmlOptions& options) {
  const PageData data = page_data(comparison, options);
  std::string code;
  for (std::size_t i = 0; i < data.code.size(); ++i) {
    code += fmt::format("<script type=\"application/json\" id=\"code-{}\">{}</script>\n", i, data.code[i]);
  }
  const auto name = [](std::string_view text) { return shorten_middle(printable(text.substr(0, 4096)), 80); };
  const std::string title =
      escape_markup(fmt::format("{}: {} and {}", heading(comparison.verdict), name(comparison.a), name(comparison.b)));
  const std::string plain = escape_markup(to_text(comparison, {.width = 100, .colour = false, .top = 100}));
  const std::array<std::pair<std::string_view, std::string_view>, 3> places = {
      {{"plain", plain}, {"data", data.overview}, {"code", code}}};
  return framed(title, kPageCss, fill(kCompareHtml, places), kPageJs);
}

}  // namespace samehand::dossier
