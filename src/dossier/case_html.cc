// The dossier as a page: one section after another, nothing in it that runs but sorting.
#include <fmt/format.h>

#include <array>

#include "case_page.h"
#include "case_words.h"
#include "markup.h"
#include "page_assets.h"
#include "samehand/dossier/case_dossier.h"
#include "samehand/dossier/printable.h"
#include "template.h"

namespace samehand::dossier {

std::string dossier_html(const Dossier& dossier) {
  const DossierFacts facts(dossier);
  struct Section {
    const char *id, *title;
    std::string markup;
  };
  const std::array sections = {
      Section{"hypotheses", "Hypotheses", hypotheses_section(facts)},
      Section{"hangs-on", "What it hangs on", hangs_on_section(facts)},
      Section{"evidence", "Evidence", evidence_section(facts)},
      Section{"contested", "Contested", contested_section(facts)},
      Section{"change", "What would change it", change_section(facts)},
      Section{"matrix", "Matrix", matrix_section(facts)},
      Section{"timeline", "Timeline", timeline_section(facts)},
      Section{"voices", "Voices", voices_section(facts)},
      Section{"code", "Shared code", code_section(facts)},
      Section{"reading", "How to read this", method_section(facts)},
      Section{"appendix", "Appendix", appendix_section(facts)},
  };
  std::string body = top_section(facts) + "<nav aria-label=\"Sections\">";
  std::string main;
  for (const Section& section : sections) {
    if (section.markup.empty()) continue;
    body += fmt::format("<a href=\"#{}\">{}</a>", section.id, section.title);
    main += section.markup;
  }
  body += "</nav>\n<main>\n" + main + "</main>\n<footer>Made by samehand case report from ";
  body += fmt::format("{}, event {}, head <span class=\"hash\">{}</span></footer>\n", shown(dossier.view.file, 200),
                      facts.contents.events, shown(facts.contents.head, 64));
  std::string title = facts.contents.title.empty() ? "Dossier" : shown(facts.contents.title, 200);
  if (facts.verdict != nullptr) title += ": " + shown(headline(*facts.verdict), 200);
  return framed(title, kCaseCss, body, kCaseJs);
}

}  // namespace samehand::dossier
