// A page's elements and texts as one flat array in document order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace samehand::page {

// The elements that reading tells apart; every other one is kOther and is taken as inline.
enum class Tag : std::uint8_t {
  kText,  // not an element: characters
  kOther,
  kA,
  kAbbr,
  kAddress,
  kArticle,
  kAside,
  kAudio,
  kB,
  kBase,
  kBlockquote,
  kBody,
  kBr,
  kButton,
  kCanvas,
  kCaption,
  kCenter,
  kCite,
  kCode,
  kDd,
  kDetails,
  kDialog,
  kDiv,
  kDl,
  kDt,
  kEm,
  kFieldset,
  kFigcaption,
  kFigure,
  kFont,
  kFooter,
  kForm,
  kH1,
  kH2,
  kH3,
  kH4,
  kH5,
  kH6,
  kHead,
  kHeader,
  kHr,
  kHtml,
  kI,
  kIframe,
  kImg,
  kInput,
  kLabel,
  kLegend,
  kLi,
  kLink,
  kMain,
  kMath,
  kMenu,
  kMeta,
  kNav,
  kNoscript,
  kObject,
  kOl,
  kOptgroup,
  kOption,
  kP,
  kPicture,
  kPre,
  kQ,
  kRp,
  kRt,
  kRuby,
  kScript,
  kSection,
  kSelect,
  kSmall,
  kSource,
  kSpan,
  kStrong,
  kStyle,
  kSub,
  kSummary,
  kSup,
  kSvg,
  kTable,
  kTbody,
  kTd,
  kTemplate,
  kTextarea,
  kTfoot,
  kTh,
  kThead,
  kTime,
  kTitle,
  kTr,
  kTrack,
  kU,
  kUl,
  kVideo,
  kWbr,
  kCount,
};

// The attributes that reading asks for; others are skipped.
enum class AttributeName : std::uint8_t {
  kNone,
  kClass,
  kId,
  kHref,
  kSrc,
  kName,
  kProperty,
  kContent,
  kItemprop,
  kItemtype,
  kItemscope,
  kDatetime,
  kRel,
  kRole,
  kStyle,
  kHidden,
  kAriaHidden,
  kAriaLabel,
  kLang,
  kType,
  kHttpEquiv,
  kCharset,
  kAlt,
  kTitle,
  kDataTestid,
  kVal,
  kXMin,
  kYMin,
  kXMax,
  kYMax,
  kHeight,
};

struct Attribute {
  AttributeName name = AttributeName::kNone;
  std::string_view value;  // as written: entities not yet resolved
};

struct Node {
  Tag tag = Tag::kOther;
  bool linked = false;  // a text inside a link (an <a> ends at its </a>, even where elements are wrongly nested)
  std::uint32_t parent = 0;
  std::uint32_t end = 0;  // the subtree is [own index, end)
  std::uint32_t attributes_begin = 0;
  std::uint16_t attribute_count = 0;
  std::string_view text;  // of a text: as written; of an element: its name as written
};

// Owns nothing: views are into the page's UTF-8 text, which must outlive it. Node 0 is the document itself.
struct HtmlTree {
  std::vector<Node> nodes;
  std::vector<Attribute> attributes;
  bool nesting_cut = false;  // deeper elements than kMaxDepth were taken as their ancestors' text

  // The value as written; empty when there is none.
  std::string_view attribute(std::uint32_t node, AttributeName name) const {
    const Node& n = nodes[node];
    for (std::uint32_t i = 0; i < n.attribute_count; ++i) {
      const Attribute& a = attributes[n.attributes_begin + i];
      if (a.name == name) return a.value;
    }
    return {};
  }
  bool has(std::uint32_t node, AttributeName name) const {
    const Node& n = nodes[node];
    for (std::uint32_t i = 0; i < n.attribute_count; ++i) {
      if (attributes[n.attributes_begin + i].name == name) return true;
    }
    return false;
  }
};

// Browsers cut at 512, too.
inline constexpr std::size_t kMaxDepth = 512;

// Never fails: whatever the bytes are, they are some tree. Linear in the text (times kMaxDepth for hostile pages).
HtmlTree parse_html(std::string_view utf8);

// The same for XML: no element is known, "/>" closes, and nothing is implied. Names are compared as written.
HtmlTree parse_xml(std::string_view utf8);

}  // namespace samehand::page
