#include "samehand/dossier/html.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

#include "page_assets.h"
#include "page_data.h"
#include "samehand/base/hash.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/text.h"
#include "samehand/dossier/verdict.h"

namespace samehand::dossier {
namespace {

std::string escape_markup(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) { return i + k < bytes.size() ? bytes[i + k] : 0u; };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k <= bytes.size() ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

// A source expression of a content security policy that allows exactly this inline text.
std::string csp_hash(std::string_view text) {
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  const std::string hex = sha256_hex(ByteView(bytes));
  std::array<std::uint8_t, 32> digest{};
  const auto nibble = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
  }
  return "'sha256-" + base64(digest) + "'";
}

// What stands at the places that page.html names `{{name}}`. The template is read once from front to back, so that a
// place's name within what was filled in stays text.
std::string fill(std::string_view page, std::span<const std::pair<std::string_view, std::string_view>> places) {
  std::string out;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t open = page.find("{{", at);
    const std::size_t close = page.find("}}", open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      out += page.substr(at);
      break;
    }
    out += page.substr(at, open - at);
    for (const auto& [name, value] : places) {
      if (name == page.substr(open + 2, close - open - 2)) out += value;
    }
    at = close + 2;
  }
  return out;
}

}  // namespace

std::string to_html(const Comparison& comparison, const HtmlOptions& options) {
  const PageData data = page_data(comparison, options);
  std::string code;
  for (std::size_t i = 0; i < data.code.size(); ++i) {
    code += fmt::format("<script type=\"application/json\" id=\"code-{}\">{}</script>\n", i, data.code[i]);
  }
  const std::string script = "\"use strict\";\n(() => {\n" + std::string(kPageJs) + "})();\n";
  const std::string policy =
      fmt::format("default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
                  csp_hash(kPageCss), csp_hash(script));
  const auto name = [](std::string_view text) { return shorten_middle(printable(text.substr(0, 4096)), 80); };
  const std::string title =
      escape_markup(fmt::format("{}: {} and {}", heading(comparison.verdict), name(comparison.a), name(comparison.b)));
  const std::string plain = escape_markup(to_text(comparison, {.width = 100, .colour = false, .top = 100}));
  const std::array<std::pair<std::string_view, std::string_view>, 7> places = {{{"policy", policy},
                                                                                {"title", title},
                                                                                {"style", kPageCss},
                                                                                {"plain", plain},
                                                                                {"data", data.overview},
                                                                                {"code", code},
                                                                                {"script", script}}};
  return fill(kPageHtml, places);
}

}  // namespace samehand::dossier
