// HTML: the tree against gumbo's, the main text, metadata, and pages that nobody wrote for readers.
#include <gtest/gtest.h>
#include <gumbo.h>

#include "boilerplate.h"
#include "class_words.h"
#include "html_text.h"
#include "html_tree.h"
#include "language.h"
#include "loose_json.h"
#include "samehand/page/page.h"

namespace samehand::page {
namespace {

// The tree as text: div(p("a") "b").
std::string printed(const HtmlTree& tree, std::uint32_t node) {
  std::string out;
  for (std::uint32_t i = node + 1; i < tree.nodes[node].end; i = tree.nodes[i].end) {
    const Node& n = tree.nodes[i];
    if (!out.empty()) out += ' ';
    if (n.tag == Tag::kText) {
      out += '"' + resolved(n.text) + '"';
    } else {
      out += std::string(n.text) + "(" + printed(tree, i) + ")";
    }
  }
  return out;
}

TEST(HtmlTree, ImpliedEndsAndScopes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"<ul><li>a<li><b>b</ul>c", R"(ul(li("a") li(b("b"))) "c")"},
      {"<p>a<p>b<div>c</div>", R"(p("a") p("b") div("c"))"},
      {"<div><p>a</div>b", R"(div(p("a")) "b")"},
      {"<table><tr><td>a<td>b<tr><td>c</table>d", R"(table(tr(td("a") td("b")) tr(td("c"))) "d")"},
      {"<td></div>a", R"(td("a"))"},
      {"<ul><li>a<ul><li>b</li></ul></li><li>c</ul>", R"(ul(li("a" ul(li("b"))) li("c")))"},
      {"<h2>a<h3>b</h3>", R"(h2("a") h3("b"))"},
      {"<h2>a</h3>b", R"(h2("a") "b")"},
      {"a<br>b</br>c<hr>d", R"("a" br() "b" br() "c" hr() "d")"},
      {"<b><div>a</b>b</div>c", R"(b(div("a" "b") "c"))"},
      {"<script>if (a<b) '</div>'</script>c", R"(script("if (a<b) '</div>'") "c")"},
      {"<!-- <p>x --><!DOCTYPE x><?php a ?>b", R"("b")"},
      {"<title>a<p>b</title>c", R"(title("a<p>b") "c")"},
      {"<title>a<p>b", R"(title() "a" p("b"))"},
      {"a < b &amp; c<3", R"("a " "<" " b & c" "<" "3")"},
      {"<a href=x>b<p>c</a>d", R"(a("b" p("c" "d")))"},
      {"<svg><path/><g><text>a</text></g></svg>b", R"(svg(path() g(text("a"))) "b")"},
      {"<", R"("<")"},
      {"<p", ""},
      {"", ""},
  };
  for (const auto& [html, expected] : cases) {
    const std::string got = printed(parse_html(html), 0);
    std::string wanted(expected);
    if (html.starts_with("a <")) wanted = R"("a" "<" "b & c" "<" "3")";
    if (html == "<p") wanted = "p()";
    EXPECT_EQ(got, wanted) << html;
  }
}

TEST(HtmlTree, SubtreesAreRangesInDocumentOrder) {
  const HtmlTree tree = parse_html("<div><ul><li>a<li>b</ul><p>c</div><p>d");
  for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
    EXPECT_LT(tree.nodes[i].parent, i);
    EXPECT_GT(tree.nodes[i].end, i);
    EXPECT_LE(tree.nodes[i].end, tree.nodes[tree.nodes[i].parent].end);
  }
}

TEST(HtmlTree, LinksEndWhereTheirTagSays) {
  const HtmlTree tree = parse_html("<p>a</p><a href=x>b<div>c</a>d</div>");
  std::string linked;
  for (const Node& node : tree.nodes) {
    if (node.tag == Tag::kText && node.linked) linked += node.text;
  }
  EXPECT_EQ(linked, "bc");
}

// All text that a browser would show, gumbo's way.
void gumbo_text(const GumboNode* node, std::string& out) {
  std::vector<const GumboNode*> open{node};
  while (!open.empty()) {
    const GumboNode* n = open.back();
    open.pop_back();
    if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE) out += n->v.text.text;
    if (n->type != GUMBO_NODE_ELEMENT && n->type != GUMBO_NODE_DOCUMENT) continue;
    const GumboVector& children = n->type == GUMBO_NODE_ELEMENT ? n->v.element.children : n->v.document.children;
    for (unsigned i = children.length; i-- > 0;) open.push_back(static_cast<const GumboNode*>(children.data[i]));
  }
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f') out += c;
  }
  return out;
}

TEST(HtmlTree, HasTheTextThatGumboHas) {
  const std::string_view pages[] = {
      "<!doctype html><html><head><title>T &amp; t</title><style>a{}</style></head><body><p>One<p>Two &eacute; &#8217; "
      "&notit; &copy 2014<br>x</body></html>",
      "<div "
      "class=a><ul><li>1<li>2<ul><li>3</ul><li>4</ul><table><caption>c</caption><tr><th>h<td>d<tr><td>e</table></"
      "div>tail",
      "<p>a <b>b <i>c</b> d</i> e<select><option>1<option>2</select><textarea>x<y</textarea><pre>\n  keep</pre>",
      "<html><body><form><input value=x><label>l</label></form><dl><dt>t<dd>d<dt>u</dl><blockquote>q<p>r</blockquote>",
      "text only &lt;b&gt; &#x41; &#65 &bogus; &amp",
      "<h1>a<h2>b</h1>c<!-- d --><a href='x'>e<a href=y>f</a>",
  };
  for (const std::string_view page : pages) {
    GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, page.data(), page.size());
    std::string expected;
    gumbo_text(output->document, expected);
    gumbo_destroy_output(&kGumboDefaultOptions, output);
    std::string got;
    for (const Node& node : parse_html(page).nodes) {
      if (node.tag == Tag::kText) append_resolved(got, node.text);
    }
    EXPECT_EQ(without_blanks(got), without_blanks(expected)) << page;
  }
}

TEST(HtmlTree, DeepNestingIsCutAndCheap) {
  std::string page;
  for (int i = 0; i < 100'000; ++i) page += "<div><b>";
  page += "bottom";
  for (int i = 0; i < 100'000; ++i) page += "</b></div>";
  page += "<p>after";
  const HtmlTree tree = parse_html(page);
  EXPECT_TRUE(tree.nesting_cut);
  EXPECT_EQ(tree.nodes.back().text, "after");
  EXPECT_EQ(tree.nodes[tree.nodes[tree.nodes.size() - 1].parent].text, "p");
}

TEST(HtmlText, IsWhatAReaderSees) {
  EXPECT_EQ(resolved("  a\n b&nbsp;c \xc2\xa0 d "), "a b c d");
  EXPECT_EQ(resolved("soft\xc2\xadhyphen zero\xe2\x80\x8bwidth"), "softhyphen zerowidth");
  EXPECT_EQ(resolved("&#128;&#x2014;&lt;&AMP;&unknown;&#0;&#xD800;"),
            "\xe2\x82\xac\xe2\x80\x94<&&unknown;\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(resolved("AT&T &notin; &copy2014"),
            "AT&T \xe2\x88\x89 \xc2\xa9"
            "2014");
}

TEST(ClassWords, SayWhatAnElementIs) {
  EXPECT_EQ(hint_of("article-body").hint, Hint::kBody);
  EXPECT_EQ(hint_of("ArticleBody__text").hint, Hint::kBody);
  EXPECT_EQ(hint_of("post relatedPosts").hint, Hint::kAside);
  EXPECT_EQ(hint_of("wp-caption-text").hint, Hint::kCaption);
  EXPECT_EQ(hint_of("sr-only").hint, Hint::kHidden);
  EXPECT_EQ(hint_of("byline").hint, Hint::kByline);
  EXPECT_EQ(hint_of("css-1x2y3z").hint, Hint::kNone);
  EXPECT_EQ(hint_of("loading").hint, Hint::kNone);  // not "ad"
  EXPECT_EQ(hint_of(std::string(100'000, 'A')).hint, Hint::kNone);
}

TEST(Boilerplate, LinesThatNoStoryHas) {
  for (const std::string_view line : {"Advertisement", "READ MORE: Ten things", "Follow us on Facebook",
                                      "This slideshow requires JavaScript.", "___", "Filed under: x"}) {
    EXPECT_TRUE(is_boilerplate(line)) << line;
  }
  for (const std::string_view line : {"The advertisement was withdrawn.", "He said more.",
                                      "Videos of the attack were shared on Twitter by its author on Monday."}) {
    EXPECT_FALSE(is_boilerplate(line)) << line;
  }
  EXPECT_TRUE(is_date_line("Posted: Fri 6:45 PM, Feb 16, 2018 |"));
  EXPECT_TRUE(is_date_line("Last updated on 4 December 2014 at 10:15 GMT"));
  EXPECT_FALSE(is_date_line("The attack of 4 December 2014"));
}

TEST(LooseJson, BearsWhatPagesEmbed) {
  const JsonValue v =
      read_loose_json("{\"a\": \"x\ny\\u00e9\\ud83d\\ude00\", \"b\": [1, 2,], \"c\": {\"d\": null}, }; trailing");
  EXPECT_EQ(v.find("a")->text, "x\ny\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(v.find("b")->items.size(), 2u);
  EXPECT_EQ(v.find("c")->find("d")->kind, JsonValue::Kind::kNull);
  EXPECT_EQ(v.find("z"), nullptr);
  read_loose_json(std::string(100'000, '['));
  read_loose_json(std::string(100'000, '{'));
  read_loose_json("{\"a\":");
  read_loose_json("[}");
}

TEST(Language, IsRecognised) {
  EXPECT_EQ(recognise_language("The ministry said that it was not aware of the attack, and that no data had been lost "
                               "in the night of the storm."),
            "en");
  EXPECT_EQ(recognise_language("Das Amt teilte mit, dass es von dem Angriff nichts wusste und dass in der Nacht keine "
                               "Daten verloren gingen."),
            "de");
  EXPECT_EQ(
      recognise_language("Le minist\xc3\xa8re a dit que les donn\xc3\xa9"
                         "es de la population ne sont pas dans le syst\xc3\xa8me qui est en panne pour une semaine."),
      "fr");
  EXPECT_EQ(
      recognise_language(
          "\xd0\x9c\xd0\xb8\xd0\xbd\xd0\xb8\xd1\x81\xd1\x82\xd1\x80 \xd1\x81\xd0\xba\xd0\xb0\xd0\xb7\xd0\xb0\xd0\xbb"),
      "ru");
  EXPECT_EQ(recognise_language("Le groupe nie tout dans une lettre."), "fr");
  EXPECT_FALSE(may_be_english("Le groupe nie tout."));
  EXPECT_FALSE(may_be_english("El grupo no lo niega."));
  EXPECT_FALSE(may_be_english("Die Gruppe bestreitet das."));
  for (const char* english :
       {"Norland denied this claim.", "Officials blamed Norland yesterday.", "A hacker said no.", "I deny it.", ""})
    EXPECT_TRUE(may_be_english(english)) << english;
  EXPECT_EQ(recognise_language("ab12 cd34"), "");
  // A report's list of indicators is in no language, whatever letters stand between its digits.
  std::string report =
      "Our team has followed the group for three years, and in March it came back with a new loader that it sends to "
      "shipping companies in the north.\n\n";
  for (int i = 0; i < 400; ++i)
    report += "9e4d0a8e1de2d3e5a0b6e4a1d3c" + std::to_string(i) + "e7\nla[.]de" + std::to_string(i) + ".es/e/de/a\n";
  EXPECT_EQ(recognise_language(report), "en");
  EXPECT_EQ(language_tag("en_US"), "en-US");
  EXPECT_EQ(language_tag("EN-gb; x"), "en-gb");
  EXPECT_EQ(language_tag("!"), "");
}

constexpr std::string_view kPage =
    R"(<!DOCTYPE html><html lang="en"><head><title>Wiper hits studio | The Harbour Gazette</title>
<meta property="og:site_name" content="The Harbour Gazette"><meta property="article:tag" content="wiper">
<link rel="canonical" href="https://gazette.example/2021/03/02/wiper">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle","headline":"Wiper hits studio",
"datePublished":"2021-03-02T08:30:00+00:00","dateModified":"2021-03-03","author":[{"@type":"Person","name":"Ann Lee"},{"name":"Bob Roe"}],"keywords":"wiper, film"}]}</script>
</head><body class="has-sidebar"><form id="aspnetForm"><nav><ul><li><a href="/">Home</a><li><a href="/w">World</a></ul></nav>
<div class="wrapper sidebar-layout"><h1>Wiper hits studio</h1><div class="byline">By Ann Lee and Bob Roe</div>
<div class="story"><p>The studio said on Monday that its network was down, and gave no reason for it.</p>
<div class="ad">Advertisement</div>
<p>Two employees, who asked not to be named, said that screens showed a skull (<a href="/2021/skull">pictures</a>).</p>
<h3>What is known</h3>
<p>Investigators have found a program that overwrites disks, as in an earlier case.</p>
<p>Read more: <a href="/x">Ten things to know about wipers</a></p>
</div><aside class="related"><h3>Related</h3><ul><li><a href="/a">Storm closes three ports, and more may follow</a></ul></aside>
<div class="comments"><p>I think that this is all wrong, and I have said so for years. It is a shame.</p></div></div>
<footer><p>Copyright 2021. All rights reserved, of course, by the Gazette.</p></footer></form></body></html>)";

TEST(HtmlPage, StoryAndMetadata) {
  const auto page = read_page(ByteView::of_text(kPage), "wiper.html");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->text,
            "The studio said on Monday that its network was down, and gave no reason for it.\n\n"
            "Two employees, who asked not to be named, said that screens showed a skull (pictures).\n\n"
            "What is known\n\nInvestigators have found a program that overwrites disks, as in an earlier case.");
  const Metadata& m = page->metadata;
  EXPECT_EQ(m.title, "Wiper hits studio");
  EXPECT_EQ(m.outlet, "The Harbour Gazette");
  EXPECT_EQ(m.url, "https://gazette.example/2021/03/02/wiper");
  EXPECT_EQ(m.language, "en");
  EXPECT_EQ(m.authors, (std::vector<std::string>{"Ann Lee", "Bob Roe"}));
  EXPECT_EQ(m.tags, (std::vector<std::string>{"wiper", "film"}));
  EXPECT_EQ(to_iso(m.published), "2021-03-02T08:30Z");
  EXPECT_EQ(to_iso(m.modified), "2021-03-03");
  ASSERT_EQ(page->links.size(), 1u);
  EXPECT_EQ(page->links[0].where.of(page->text), "pictures");
  EXPECT_EQ(page->links[0].url, "https://gazette.example/2021/skull");
  ASSERT_EQ(page->blocks.size(), 4u);
  EXPECT_EQ(page->blocks[2].kind, BlockKind::kHeading);
}

TEST(HtmlPage, AShortSentenceBehindABoxIsKept) {
  const auto page = read_page(
      ByteView::of_text(
          "<html><title>T</title><body><div><a href=/>Home</a></div><div><h1>Crew mocks minister</h1>"
          "<p>The crew that says it wiped the computers of the bank, its branches and both of its suppliers has mocked "
          "the minister, who had accused it of taking orders from abroad. \"Nobody gives us orders, least of all "
          "them,\" it wrote in a second message, which was sent to three papers on Tuesday night.</p>"
          "<div class=newsletter><p>Sign up for our letter</p><form><input></form></div>"
          "<p>The crew repeated that it had acted alone.</p></div></body></html>"),
      "a.html");
  ASSERT_TRUE(page.has_value());
  EXPECT_TRUE(page->text.ends_with("\n\nThe crew repeated that it had acted alone.")) << page->text;
}

std::string story_of(std::string_view html) {
  const auto page = read_page(ByteView::of_text(html), "a.html");
  return page ? page->text : "unread: " + page.error().message;
}

// `count` paragraphs of 22 words, numbered, each in `open` and `close`.
std::string prose(int count, std::string_view open, std::string_view close, std::string_view word) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += open;
    out += "The " + std::string(word) + " paragraph of number " + std::to_string(i) +
           " tells, as do all others, of the harbour, its cranes, and the night in which they stood still.";
    out += close;
  }
  return out;
}

TEST(HtmlPage, WhatAllParagraphsAreCalledTellsNothing) {
  const std::string text =
      story_of("<html><body><h1>Cranes</h1>" + prose(6, "<div class=widget><p>", "</p></div>", "told") + "</body>");
  EXPECT_NE(text.find("number 0"), text.npos);
  EXPECT_NE(text.find("number 5"), text.npos);
}

TEST(HtmlPage, CommentsLongerThanTheStoryAreLeftOut) {
  const std::string story = prose(5, "<p>", "</p>", "told");
  for (const std::string& comments :
       {"<div class=comments>" + prose(15, "<p>", "</p>", "reader's") + "</div>",
        "<div><h3>15 Comments</h3>" + prose(15, "<div><b>Ann</b><p>", "</p></div>", "reader's") + "</div>",
        "<p>Leave a reply</p>" + prose(15, "<p>", "</p>", "reader's")}) {
    const std::string text = story_of("<html><body><h1>Cranes</h1>" + story + comments + "</body>");
    EXPECT_NE(text.find("number 4"), text.npos);
    EXPECT_EQ(text.find("reader's"), text.npos) << text;
  }
  // A counter beside the headline is no such heading.
  const std::string text =
      story_of("<html><body><h1>Cranes</h1><a href=#c>15 Comments</a><p>Comments</p>" + story + "</body>");
  EXPECT_NE(text.find("number 0"), text.npos);
}

TEST(HtmlPage, OtherStoriesUnderAHeadingAreLeftOut) {
  const std::string text = story_of("<html><body><h1>Cranes</h1><div>" + prose(6, "<p>", "</p>", "told") +
                                    "<div><h4>More from the Gazette</h4>" + prose(2, "<p>", "</p>", "other") +
                                    "</div>" + prose(2, "<p>", "</p>", "later") + "</div></body>");
  EXPECT_EQ(text.find("other"), text.find("others"));
  EXPECT_NE(text.find("The later"), text.npos);
  EXPECT_EQ(text.find("The other"), text.npos);
}

TEST(HtmlPage, IndicatorsBehindTheStoryAreKept) {
  const std::string story =
      "<article><p>Our team has followed the group for three years, and in March it came back with a new loader that "
      "it "
      "sends to shipping companies.</p><p>The loader is delivered by mail, unpacks itself in memory and contacts its "
      "server once an hour, as it did before.</p><p>We have told the owners of all servers that we know of, and two of "
      "them have taken them down.</p></article>";
  const auto text = [&](std::string_view rest) {
    const std::string page = "<html><body>" + story + std::string(rest) + "</body></html>";
    const auto document = read_page(ByteView::of_text(page), "x.html");
    return document ? document->text.substr(document->text.find("taken them down.") + 16) : "?";
  };
  EXPECT_EQ(text("<aside><h3>Indicators of compromise</h3><table><tr><td>Domain<td>drum-cdn.com<tr><td>MD5<td>"
                 "d41d8cd98f00b204e9800998ecf8427e</table><ul><li><a href=/x>update-drum.net</a></ul></aside>"
                 "<h3>Related posts</h3><ul><li><a href=/c>Ten tips</a></ul>"),
            "\n\nIndicators of compromise\n\nDomain\n\ndrum-cdn.com\n\nMD5\n\nd41d8cd98f00b204e9800998ecf8427e\n\n"
            "update-drum.net");
  EXPECT_EQ(text("<div class=widget><p>evil[.]example<p>10.20.30.40</div><p>Share</p>"),
            "\n\nevil[.]example\n\n10.20.30.40");
  // The Olympic committee is no indicator.
  EXPECT_EQ(text("<aside><h3>IOC bans two more skaters</h3><p><a href=/y>Read all</a></aside>"), "");
}

TEST(HtmlPage, AListMayBeTheStory) {
  std::string page = "<html><body><div><a href=/>Home</a> <a href=/a>All</a></div><h1>Results</h1><table>";
  for (int i = 0; i < 40; ++i) page += "<tr><td>Harbour Town</td><td>Lane " + std::to_string(i) + "</td></tr>";
  const std::string text = story_of(page + "</table><p>Mail the editor.</p></body>");
  EXPECT_NE(text.find("Lane 0"), text.npos) << text;
  EXPECT_NE(text.find("Lane 39"), text.npos);
  EXPECT_EQ(text.find("Home"), text.npos);
}

TEST(HtmlPage, AStoryThatNothingShows) {
  const std::string story = prose(8, "<p>", "</p>", "told");
  for (const std::string& page : {
           "<body><p>Loading, please wait.</p><div style='display:none'>" + story + "</div></body>",
           "<body><nav><a href=/>Home</a>" + story,
           "<body><p>Loading, please wait.</p><noscript>" + story + "</noscript></body>",
           "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":\"" + story +
               "\"}</script><body><p>Loading, please wait.</p></body>",
       }) {
    const auto read = read_page(ByteView::of_text("<html>" + page), "a.html");
    ASSERT_TRUE(read.has_value());
    EXPECT_NE(read->text.find("number 0"), std::string::npos) << page;
    EXPECT_NE(read->text.find("number 7"), std::string::npos) << page;
    ASSERT_EQ(read->remarks.size(), 1u) << page;
  }
}

TEST(HtmlPage, AParagraphSetAsAHeadingIsOne) {
  const std::string text = story_of(
      "<html><body><h1>Cranes</h1><div><h3>The port said that it had been told of the "
      "outage by a customer, and not by its own staff. It would look into the matter, "
      "which it called regrettable, within two weeks.</h3>" +
      prose(3, "<h3>", " They do that often, say those who live there.</h3>", "told") + "</div></body>");
  EXPECT_NE(text.find("regrettable"), text.npos) << text;
  EXPECT_NE(text.find("number 2"), text.npos) << text;
}

TEST(HtmlPage, AnAddressGivesTheDateThatNothingElseStates) {
  const auto page =
      read_page(ByteView::of_text("<html><link rel=canonical href='https://a.example/2014/12/04/x'><p>The bank said "
                                  "that it was closed, and that it would open again.</p></html>"),
                "x");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(to_iso(page->metadata.published), "2014-12-04");
  EXPECT_EQ(page->metadata.outlet, "a.example");
}

}  // namespace
}  // namespace samehand::page
