// Metadata of a page in HTML.
//
// Problem: the same fact is stated in up to six vocabularies, of which some are wrong: an outlet's name as an author, a
// title with the site's name behind it, the date of the page's last rebuild.
// Method: every statement is collected with the trust of its vocabulary; the most trusted one stands. Order of trust:
// for dates JSON-LD of an article, article:published_time, microdata, other <meta>, <time>, the address; for titles
// og:title, JSON-LD, <h1> that <title> contains, <title> without the site's name. What is stated nowhere stays empty.
// Cost: one pass over the nodes.
#include "html_metadata.h"

#include <algorithm>
#include <cstdint>

#include "boilerplate.h"
#include "dateline.h"
#include "html_text.h"
#include "language.h"
#include "loose_json.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::page {
namespace {

using enum Tag;

constexpr std::size_t kMaxTags = 60;
constexpr std::size_t kMaxAuthors = 20;
constexpr std::size_t kMaxTitle = 600;

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://") || text.starts_with("//");
}

// The text inside a node, in reading form.
std::string inner_text(const HtmlTree& tree, std::uint32_t node) {
  std::string out;
  for (std::uint32_t i = node + 1; i < tree.nodes[node].end && out.size() < 4000; ++i) {
    const Tag tag = tree.nodes[i].tag;
    if (tag == kScript || tag == kStyle) {
      i = tree.nodes[i].end - 1;
    } else if (tag == kText) {
      append_readable(out, tree.nodes[i].text);
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// A value with the trust of where it was found; the first of the most trusted stands.
template <class T>
struct Best {
  T value{};
  int trust = 0;

  void offer(T candidate, int its_trust) {
    if (its_trust > trust) {
      value = std::move(candidate);
      trust = its_trust;
    }
  }
};

class Collector {
 public:
  Collector(const HtmlTree& tree, const Passages& passages) : tree_(tree), passages_(passages) {}

  HtmlMetadata run() {
    for (std::uint32_t i = 0; i < tree_.nodes.size(); ++i) visit(i);
    return finish();
  }

 private:
  void visit(std::uint32_t i) {
    const Node& node = tree_.nodes[i];
    switch (node.tag) {
      case kMeta:
        meta(i);
        break;
      case kLink:
        if (tree_.attribute(i, AttributeName::kRel) == "canonical") url_.offer(value(i, AttributeName::kHref), 2);
        break;
      case kBase:
        if (base_.empty()) base_ = value(i, AttributeName::kHref);
        break;
      case kHtml:
        language_.offer(language_tag(tree_.attribute(i, AttributeName::kLang)),
                        tree_.has(i, AttributeName::kLang) ? 1 : 0);
        break;
      case kTitle:
        if (page_title_.empty() && !inside_svg(i)) page_title_ = inner_text(tree_, i);
        break;
      case kH1:
        if (headings_.size() < 8) headings_.push_back(inner_text(tree_, i));
        break;
      case kScript:
        if (lower(tree_.attribute(i, AttributeName::kType)).find("ld+json") != std::string::npos && i + 1 < node.end) {
          json_ld(read_loose_json(tree_.nodes[i + 1].text), 0);
        }
        break;
      case kTime:
        time(i);
        break;
      case kA:
        link(i);
        break;
      default:
        break;
    }
    if (node.attribute_count > 0 && node.tag != kMeta) microdata(i);
  }

  bool inside_svg(std::uint32_t i) const {
    for (std::uint32_t n = tree_.nodes[i].parent; n != 0; n = tree_.nodes[n].parent) {
      if (tree_.nodes[n].tag == kSvg) return true;
    }
    return false;
  }

  std::string value(std::uint32_t i, AttributeName name) const { return resolved(tree_.attribute(i, name)); }

  void offer_date(Best<Date>& best, std::string_view text, int trust) {
    if (trust <= best.trust) return;
    if (const auto date = parse_date(text); date && date->year != 0) best.offer(*date, trust);
  }

  void add_author(std::string_view name, int trust) {
    std::string author = collapsed(name);
    for (const std::string_view by : {"By ", "by ", "BY "}) {
      if (author.starts_with(by)) author.erase(0, by.size());
    }
    if (author.size() < 3 || author.size() > 80 || is_url(author) || author.find('@') != author.npos) return;
    if (trust > author_trust_) {
      authors_.clear();
      author_trust_ = trust;
    }
    if (trust < author_trust_ || authors_.size() >= kMaxAuthors) return;
    if (std::ranges::find(authors_, author) == authors_.end()) authors_.push_back(std::move(author));
  }

  void add_tag(std::string_view tag) {
    std::string name = collapsed(tag);
    if (name.empty() || name.size() > 80 || is_url(name) || tags_.size() >= kMaxTags) return;
    const bool known = std::ranges::any_of(tags_, [&](const std::string& t) { return lower(t) == lower(name); });
    if (!known) tags_.push_back(std::move(name));
  }

  void add_tags(std::string_view list) {
    while (!list.empty()) {
      const std::size_t end = std::min(list.find_first_of(",;|"), list.size());
      add_tag(list.substr(0, end));
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }

  void meta(std::uint32_t i) {
    std::string_view written = tree_.attribute(i, AttributeName::kProperty);
    if (written.empty()) written = tree_.attribute(i, AttributeName::kName);
    if (written.empty()) written = tree_.attribute(i, AttributeName::kItemprop);
    if (written.empty()) written = tree_.attribute(i, AttributeName::kHttpEquiv);
    if (written.empty() || written.size() > 60) return;
    const std::string name = lower(written);
    const std::string content = value(i, AttributeName::kContent);
    if (content.empty()) return;
    const auto is = [&](std::initializer_list<std::string_view> names) { return one_of(name, names); };
    if (is({"og:title"})) title_.offer(content, 5);
    if (is({"twitter:title", "dc.title", "sailthru.title", "parsely-title", "headline"})) title_.offer(content, 3);
    if (is({"og:site_name"})) outlet_.offer(content, 5);
    if (is({"application-name", "dc.publisher", "publisher", "cre", "copyright-holder"})) outlet_.offer(content, 2);
    if (is({"twitter:site"}) && content.starts_with('@')) outlet_.offer(content.substr(1), 1);
    if (is({"og:url"})) url_.offer(content, 3);
    if (is({"og:locale", "content-language", "dc.language", "inlanguage"})) language_.offer(language_tag(content), 2);
    if (is({"article:published_time", "og:published_time"})) offer_date(published_, content, 8);
    if (is({"datepublished"})) offer_date(published_, content, 7);
    if (is({"pubdate",
            "publishdate",
            "publish-date",
            "publish_date",
            "date.published",
            "published",
            "publication_date",
            "article.published",
            "dc.date.issued",
            "dcterms.created",
            "dcterms.issued",
            "dc.date.created",
            "sailthru.date",
            "parsely-pub-date",
            "cxenseparse:recs:publishtime",
            "article:published",
            "ptime",
            "originalpublicationdate",
            "dc.date",
            "dcterms.date",
            "displaydate",
            "date",
            "created",
            "article_date_original"})) {
      offer_date(published_, content, name == "date" || name == "created" ? 4 : 6);
    }
    if (is({"article:modified_time", "og:updated_time"})) offer_date(modified_, content, 8);
    if (is({"datemodified"})) offer_date(modified_, content, 7);
    if (is({"lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "modified", "updated",
            "article.updated", "last_updated"}))
      offer_date(modified_, content, 5);
    if (is({"author", "article:author", "dc.creator", "dcterms.creator", "sailthru.author", "parsely-author", "byl",
            "article:author:name"})) {
      for (const std::string& author : split_names(content)) add_author(author, name == "author" ? 4 : 3);
    }
    if (is({"article:tag"})) add_tag(content);
    if (is({"keywords", "news_keywords", "sailthru.tags", "parsely-tags", "dc.subject"})) add_tags(content);
    if (is({"og:article:section", "article:section"}) && section_.empty()) section_ = content;
  }

  static std::vector<std::string> split_names(std::string_view list) {
    std::vector<std::string> names;
    std::string text(list);
    for (const std::string_view word : {" and ", " And ", " AND ", " & ", ";"}) {
      for (std::size_t found = text.find(word); found != text.npos; found = text.find(word))
        text.replace(found, word.size(), ",");
    }
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      std::string name = collapsed(rest.substr(0, end));
      if (!name.empty()) names.push_back(std::move(name));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return names;
  }

  static bool is_article(const JsonValue& object) {
    const JsonValue* type = object.find("@type");
    const auto fits = [](std::string_view t) {
      return t.ends_with("Article") || t.ends_with("BlogPosting") || t.ends_with("Posting") || t == "Report" ||
             t == "ReportageNewsArticle" || t == "Review" || t.ends_with("NewsStory");
    };
    if (type == nullptr) return false;
    if (type->kind == JsonValue::Kind::kString) return fits(type->text);
    return std::ranges::any_of(type->items, [&](const JsonValue& t) { return fits(t.text); });
  }

  static std::string string_of(const JsonValue* value) {
    if (value == nullptr) return {};
    if (value->kind == JsonValue::Kind::kString) return resolved(value->text);
    if (value->kind == JsonValue::Kind::kArray && !value->items.empty()) return string_of(&value->items.front());
    if (value->kind == JsonValue::Kind::kObject) {
      for (const std::string_view name : {"name", "@value", "@id", "url"}) {
        if (const JsonValue* inner = value->find(name); inner != nullptr && inner->kind == JsonValue::Kind::kString)
          return resolved(inner->text);
      }
    }
    return {};
  }

  void json_ld(const JsonValue& data, int depth) {
    if (depth > 6) return;
    for (const JsonValue& item : data.items) json_ld(item, depth + 1);
    if (data.kind != JsonValue::Kind::kObject) return;
    if (const JsonValue* graph = data.find("@graph")) json_ld(*graph, depth + 1);
    if (!is_article(data)) {
      if (const JsonValue* main = data.find("mainEntity")) json_ld(*main, depth + 1);
      return;
    }
    title_.offer(string_of(data.find("headline")), data.find("headline") != nullptr ? 4 : 0);
    if (const std::string publisher = string_of(data.find("publisher")); !publisher.empty())
      outlet_.offer(publisher, 4);
    offer_date(published_, string_of(data.find("datePublished")), 9);
    offer_date(modified_, string_of(data.find("dateModified")), 9);
    if (const JsonValue* author = data.find("author")) json_authors(*author);
    if (const JsonValue* keywords = data.find("keywords")) {
      if (keywords->kind == JsonValue::Kind::kString) add_tags(resolved(keywords->text));
      for (const JsonValue& item : keywords->items) add_tag(string_of(&item));
    }
    if (const std::string language = language_tag(string_of(data.find("inLanguage"))); !language.empty())
      language_.offer(language, 3);
    if (const std::string url = string_of(data.find("mainEntityOfPage")); is_url(url)) url_.offer(url, 1);
    if (const JsonValue* body = data.find("articleBody"); body != nullptr && body->text.size() > article_body_.size()) {
      article_body_.clear();
      // Some bodies are escaped twice or hold tags.
      const HtmlTree inner = parse_html(body->text);
      for (const Node& node : inner.nodes) {
        if (node.tag == kText) append_readable(article_body_, node.text);
        if (node.tag != kText) article_body_ += ' ';
      }
    }
  }

  void json_authors(const JsonValue& author) {
    if (author.kind == JsonValue::Kind::kArray) {
      for (const JsonValue& item : author.items) {
        if (item.kind != JsonValue::Kind::kArray) json_authors(item);
      }
      return;
    }
    for (const std::string& name : split_names(string_of(&author))) add_author(name, 6);
  }

  void time(std::uint32_t i) {
    const std::string_view stated = tree_.attribute(i, AttributeName::kDatetime);
    const std::string text = stated.empty() ? inner_text(tree_, i) : std::string(stated);
    // The first <time> of a page is its own in most layouts; later ones belong to related stories.
    if (!text.empty() && times_++ == 0) offer_date(published_, text, 2);
  }

  void link(std::uint32_t i) {
    const std::string_view rel = tree_.attribute(i, AttributeName::kRel);
    if (rel.empty()) return;
    if (rel.find("author") != rel.npos) add_author(inner_text(tree_, i), 2);
    if (rel == "tag" || rel.find("category tag") != rel.npos) add_tag(inner_text(tree_, i));
  }

  void microdata(std::uint32_t i) {
    const std::string_view property = tree_.attribute(i, AttributeName::kItemprop);
    if (property.empty()) return;
    std::string content = value(i, AttributeName::kContent);
    if (content.empty()) content = value(i, AttributeName::kDatetime);
    if (content.empty()) content = inner_text(tree_, i);
    if (property == "datePublished") offer_date(published_, content, 7);
    if (property == "dateModified") offer_date(modified_, content, 7);
    if (property == "headline") title_.offer(content, 2);
    if (property == "author") {
      for (const std::string& name : split_names(content)) add_author(name, 3);
    }
    if (property == "keywords") add_tags(content);
  }

  // "Story | Outlet", "Outlet - Story": the part that is the site's name goes.
  static std::pair<std::string, std::string> split_title(const std::string& title) {
    for (const std::string_view separator :
         {" | ", " \xe2\x80\x94 ", " \xe2\x80\x93 ", " - ", " :: ", " \xc2\xab ", " \xc2\xbb "}) {
      const std::size_t found = title.rfind(separator);
      if (found == title.npos) continue;
      std::string before = title.substr(0, found), after = title.substr(found + separator.size());
      if (count_words(after) <= 4 && count_words(before) >= count_words(after)) return {before, after};
    }
    return {title, {}};
  }

  HtmlMetadata finish() {
    HtmlMetadata out;
    Metadata& m = out.stated;
    auto [story_title, site] = split_title(page_title_.substr(0, kMaxTitle));
    for (const std::string& heading : headings_) {
      if (count_words(heading) >= 3 && page_title_.find(heading) != page_title_.npos) title_.offer(heading, 1);
    }
    if (title_.trust == 0 && !story_title.empty()) title_.offer(story_title, 1);
    if (title_.trust == 0 && !headings_.empty()) title_.offer(headings_.front(), 1);
    m.url = std::move(url_.value);
    if (m.url.empty() && is_url(base_)) m.url = base_;
    if (outlet_.trust < 2 && !site.empty()) outlet_.offer(site, 2);
    if (outlet_.trust == 0) outlet_.offer(host_of(m.url), 1);
    m.outlet = std::move(outlet_.value);
    m.title = std::move(title_.value);
    if (!m.outlet.empty()) {
      for (const std::string_view separator : {" | ", " - ", " \xe2\x80\x93 ", " \xe2\x80\x94 "}) {
        const std::string tail = std::string(separator) + m.outlet;
        if (m.title.size() > tail.size() && m.title.ends_with(tail)) m.title.resize(m.title.size() - tail.size());
      }
    }
    std::erase_if(authors_, [&](const std::string& author) { return same_words(author, m.outlet); });
    if (authors_.empty()) authors_from_bylines();
    m.authors = std::move(authors_);
    m.tags = std::move(tags_);
    m.language = std::move(language_.value);
    if (published_.trust < 3) {
      // A plain date line at the top of the story says more than the first <time>.
      if (const Date date = date_in_url(m.url); date.year != 0 && (date.day != 0 || published_.trust == 0))
        published_.offer(date, 3);
    }
    if (published_.trust == 0) dates_from_lines();
    m.published = published_.value;
    m.modified = modified_.value;
    topic(m.topic);
    out.article_body = std::move(article_body_);
    return out;
  }

  void authors_from_bylines() {
    std::size_t looked = 0;
    for (const Passage& p : passages_.list) {
      if (p.words > 14) continue;
      if (++looked > 400) return;
      if (passages_.hinted[p.hinted].hint != Hint::kByline && p.words > 8) continue;
      authors_ = parse_byline(p.where.of(passages_.text));
      if (!authors_.empty()) return;
    }
  }

  void dates_from_lines() {
    for (const Passage& p : passages_.list) {
      const std::string_view line = p.where.of(passages_.text);
      if (p.words > 20 || !is_date_line(line)) continue;
      if (const auto date = parse_date(line); date && date->year != 0) published_.offer(*date, 1);
      if (published_.trust > 0) return;
    }
  }

  void topic(Topic& topic) const {
    std::string_view seen;
    for (const Passage& p : passages_.list) {
      if (p.words > 16) continue;
      const auto counted = parse_counted_name(p.where.of(passages_.text));
      if (!counted) continue;
      // A link, or a line of its own that comes twice.
      const bool repeated = seen == counted->name;
      seen = counted->name;
      if (p.linked_words * 2 >= p.words || repeated) {
        topic.name = counted->name;
        topic.stories = counted->count;
        return;
      }
    }
  }

  const HtmlTree& tree_;
  const Passages& passages_;
  Best<std::string> title_, outlet_, url_, language_;
  Best<Date> published_, modified_;
  std::string base_, page_title_, section_, article_body_;
  std::vector<std::string> headings_, authors_, tags_;
  int author_trust_ = 0;
  std::size_t times_ = 0;
};

}  // namespace

HtmlMetadata read_html_metadata(const HtmlTree& tree, const Passages& passages) {
  return Collector(tree, passages).run();
}

std::vector<std::string> parse_byline(std::string_view line) {
  std::vector<std::string> names;
  std::string text = collapsed(line.substr(0, 200));
  std::size_t begin = text.npos;
  for (const std::string_view by : {"By ", "BY ", "by ", "Written by ", "Von ", "Por ", "Par "}) {
    if (text.starts_with(by)) begin = by.size();
  }
  if (begin == text.npos) return names;
  // "By Ann Lee, Staff Writer | December 4, 2014": what follows a bar or holds figures is no name.
  std::string_view rest = std::string_view(text).substr(begin);
  rest = rest.substr(0, rest.find_first_of("|\n0123456789("));
  while (!rest.empty() && names.size() < kMaxAuthors) {
    std::size_t end = rest.size(), skip = 0;
    for (const std::string_view part : {", ", " and ", " & ", " und ", " y "}) {
      const std::size_t found = rest.find(part);
      if (found < end) end = found, skip = part.size();
    }
    const std::string name = collapsed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + skip, rest.size()));
    const std::uint32_t words = count_words(name);
    const bool capital =
        !name.empty() && ((name[0] >= 'A' && name[0] <= 'Z') || static_cast<unsigned char>(name[0]) >= 0x80);
    if (words < 2 || words > 5 || !capital) break;
    names.push_back(name);
  }
  return names;
}

std::string host_of(std::string_view url) {
  std::size_t begin = url.find("//");
  if (begin == url.npos || begin > 6) return {};
  begin += 2;
  std::string host = lower(url.substr(begin, url.find_first_of("/?#:", begin) - begin));
  if (host.starts_with("www.")) host.erase(0, 4);
  return host.find('.') == host.npos ? std::string() : host;
}

Date date_in_url(std::string_view url) {
  for (std::size_t slash = url.find('/'); slash != url.npos; slash = url.find('/', slash + 1)) {
    const std::string_view rest = url.substr(slash + 1, 10);
    const auto digit = [&](std::size_t i) { return i < rest.size() && rest[i] >= '0' && rest[i] <= '9'; };
    if (!(digit(0) && digit(1) && digit(2) && digit(3)) || rest.size() < 7) continue;
    const char separator = rest[4];
    if ((separator != '/' && separator != '-') || !digit(5)) continue;
    if (rest.size() >= 10 && digit(6) && rest[7] == separator && digit(8) && digit(9)) {
      if (const auto date = parse_date(rest)) return *date;
    }
    if (digit(6) && (rest.size() == 7 || rest[7] == '/')) {
      std::string month(rest.substr(0, 4));
      month += "-";
      month += rest.substr(5, 2);
      if (const auto date = parse_date(month)) return *date;
    }
  }
  return {};
}

std::string absolute_url(std::string_view base, std::string_view url) {
  const std::size_t scheme = base.find("//");
  const std::size_t colon = url.find(':');
  if (url.empty() || scheme == base.npos || (colon != url.npos && colon < url.find_first_of("/?#")))
    return std::string(url);
  if (url.starts_with("//")) return std::string(base.substr(0, scheme)) + std::string(url);
  const std::size_t host_end = std::min(base.find_first_of("/?#", scheme + 2), base.size());
  if (url.starts_with('/')) return std::string(base.substr(0, host_end)) + std::string(url);
  std::string_view folder = base.substr(0, base.find_first_of("?#"));
  if (url.starts_with('#') || url.starts_with('?')) return std::string(folder) + std::string(url);
  const std::size_t slash = folder.rfind('/');
  folder = slash == folder.npos || slash < host_end ? base.substr(0, host_end) : folder.substr(0, slash);
  return std::string(folder) + "/" + std::string(url);
}

}  // namespace samehand::page
