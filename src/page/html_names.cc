#include "html_names.h"

#include <array>
#include <cstdint>
#include <utility>

namespace samehand::page {
namespace {

constexpr std::size_t kTags = static_cast<std::size_t>(Tag::kCount);

constexpr std::array<std::string_view, kTags> kTagNames = {
    "",           "",           "a",        "abbr",   "address",  "article", "aside",   "audio",   "b",
    "base",       "blockquote", "body",     "br",     "button",   "canvas",  "caption", "center",  "cite",
    "code",       "dd",         "details",  "dialog", "div",      "dl",      "dt",      "em",      "fieldset",
    "figcaption", "figure",     "font",     "footer", "form",     "h1",      "h2",      "h3",      "h4",
    "h5",         "h6",         "head",     "header", "hr",       "html",    "i",       "iframe",  "img",
    "input",      "label",      "legend",   "li",     "link",     "main",    "math",    "menu",    "meta",
    "nav",        "noscript",   "object",   "ol",     "optgroup", "option",  "p",       "picture", "pre",
    "q",          "rp",         "rt",       "ruby",   "script",   "section", "select",  "small",   "source",
    "span",       "strong",     "style",    "sub",    "summary",  "sup",     "svg",     "table",   "tbody",
    "td",         "template",   "textarea", "tfoot",  "th",       "thead",   "time",    "title",   "tr",
    "track",      "u",          "ul",       "video",  "wbr"};

constexpr std::pair<std::string_view, AttributeName> kAttributeNames[] = {{"class", AttributeName::kClass},
                                                                          {"id", AttributeName::kId},
                                                                          {"href", AttributeName::kHref},
                                                                          {"src", AttributeName::kSrc},
                                                                          {"name", AttributeName::kName},
                                                                          {"property", AttributeName::kProperty},
                                                                          {"content", AttributeName::kContent},
                                                                          {"itemprop", AttributeName::kItemprop},
                                                                          {"itemtype", AttributeName::kItemtype},
                                                                          {"itemscope", AttributeName::kItemscope},
                                                                          {"datetime", AttributeName::kDatetime},
                                                                          {"rel", AttributeName::kRel},
                                                                          {"role", AttributeName::kRole},
                                                                          {"style", AttributeName::kStyle},
                                                                          {"hidden", AttributeName::kHidden},
                                                                          {"aria-hidden", AttributeName::kAriaHidden},
                                                                          {"aria-label", AttributeName::kAriaLabel},
                                                                          {"lang", AttributeName::kLang},
                                                                          {"type", AttributeName::kType},
                                                                          {"http-equiv", AttributeName::kHttpEquiv},
                                                                          {"charset", AttributeName::kCharset},
                                                                          {"alt", AttributeName::kAlt},
                                                                          {"title", AttributeName::kTitle},
                                                                          {"data-testid", AttributeName::kDataTestid},
                                                                          {"w:val", AttributeName::kVal},
                                                                          {"xmin", AttributeName::kXMin},
                                                                          {"ymin", AttributeName::kYMin},
                                                                          {"xmax", AttributeName::kXMax},
                                                                          {"ymax", AttributeName::kYMax},
                                                                          {"height", AttributeName::kHeight}};

constexpr std::size_t kLongest = 12;

// A hash of a name in any case.
constexpr std::uint64_t key_of(std::string_view name) {
  std::uint64_t key = name.size();
  for (const char c : name) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    key = key * 31 + static_cast<unsigned char>(small);
  }
  return key;
}

constexpr std::size_t kSlots = 512;

struct Slot {
  std::string_view name;
  std::uint8_t value = 0;
};

template <class Names>
constexpr std::array<Slot, kSlots> make_table(const Names& names) {
  std::array<Slot, kSlots> table{};
  for (const auto& [name, value] : names) {
    if (name.empty()) continue;
    std::size_t at = key_of(name) % kSlots;
    while (!table[at].name.empty()) at = (at + 1) % kSlots;
    table[at] = {name, static_cast<std::uint8_t>(value)};
  }
  return table;
}

constexpr auto kTagTable = [] {
  std::array<std::pair<std::string_view, Tag>, kTags> pairs;
  for (std::size_t i = 0; i < kTags; ++i) pairs[i] = {kTagNames[i], static_cast<Tag>(i)};
  return make_table(pairs);
}();
constexpr auto kAttributeTable = make_table(kAttributeNames);

bool same(std::string_view written, std::string_view known) {
  if (written.size() != known.size()) return false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != known[i]) return false;
  }
  return true;
}

std::uint8_t look_up(const std::array<Slot, kSlots>& table, std::string_view name) {
  if (name.empty() || name.size() > kLongest) return 0;
  for (std::size_t at = key_of(name) % kSlots; !table[at].name.empty(); at = (at + 1) % kSlots) {
    if (same(name, table[at].name)) return table[at].value;
  }
  return 0;
}

constexpr auto kKinds = [] {
  std::array<TagKind, kTags> kinds{};
  const auto each = [&](std::initializer_list<Tag> tags, auto set) {
    for (const Tag tag : tags) set(kinds[static_cast<std::size_t>(tag)]);
  };
  using enum Tag;
  each({kBase, kBr, kHr, kImg, kInput, kLink, kMeta, kSource, kTrack, kWbr}, [](TagKind& k) { k.is_void = true; });
  each({kScript, kStyle, kTitle, kTextarea, kIframe}, [](TagKind& k) { k.is_raw = true; });
  each({kAddress, kArticle, kAside, kBlockquote, kBody,       kCaption, kCenter, kDd,   kDetails, kDialog,
        kDiv,     kDl,      kDt,    kFieldset,   kFigcaption, kFigure,  kFooter, kForm, kH1,      kH2,
        kH3,      kH4,      kH5,    kH6,         kHead,       kHeader,  kHr,     kHtml, kLegend,  kLi,
        kMain,    kMenu,    kNav,   kOl,         kOptgroup,   kOption,  kP,      kPre,  kSection, kSummary,
        kTable,   kTbody,   kTd,    kTfoot,      kTh,         kThead,   kTr,     kUl,   kTitle,   kSelect},
       [](TagKind& k) { k.is_block = true; });
  each({kTable, kTd, kTh, kCaption, kTemplate, kObject, kHtml}, [](TagKind& k) { k.is_scope = true; });
  each({kTable, kTr, kTd, kTh, kTbody, kThead, kTfoot, kCaption, kTemplate, kObject},
       [](TagKind& k) { k.closes_scope = true; });
  each({kAddress,  kArticle,    kAside,  kBlockquote, kCenter,  kDetails, kDialog, kDiv,  kDl,
        kFieldset, kFigcaption, kFigure, kFooter,     kForm,    kH1,      kH2,     kH3,   kH4,
        kH5,       kH6,         kHeader, kHr,         kLi,      kDd,      kDt,     kMain, kMenu,
        kNav,      kOl,         kP,      kPre,        kSection, kSummary, kTable,  kUl},
       [](TagKind& k) { k.closes_p = true; });
  each({kMeta, kLink, kTitle, kScript, kStyle, kBase, kNoscript, kTemplate, kHead},
       [](TagKind& k) { k.in_head = true; });
  return kinds;
}();

}  // namespace

Tag tag_of(std::string_view name) {
  const auto tag = static_cast<Tag>(look_up(kTagTable, name));
  return tag == Tag::kText ? Tag::kOther : tag;
}

AttributeName attribute_of(std::string_view name) {
  return static_cast<AttributeName>(look_up(kAttributeTable, name));
}

const TagKind& kind_of(Tag tag) {
  return kKinds[static_cast<std::size_t>(tag)];
}

}  // namespace samehand::page
