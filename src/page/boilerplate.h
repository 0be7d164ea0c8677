// Lines that publishers put around and between the paragraphs of stories.
#pragma once

#include <string_view>

namespace samehand::page {

// A whole line such as "Advertisement", "Read more: …", "Follow us on …", "This slideshow requires JavaScript."
bool is_boilerplate(std::string_view line);

// A line that holds a date or time of publication and nothing else: "Posted: Fri 6:45 PM, Feb 16, 2018 |".
bool is_date_line(std::string_view line);

// A word or two of a page's controls: "Share", "Log in", "Get short URL".
bool is_control(std::string_view line);

// The heading of readers' comments: "12 Comments", "Leave a reply", "3 thoughts on …".
bool heads_comments(std::string_view line);

// The heading of other stories, or of what is offered beside this one: "Related articles", "More from Example".
bool heads_other_stories(std::string_view line);

// The same letters and digits in the same order, whatever their case and what is between.
bool same_words(std::string_view a, std::string_view b);

// Whether a line holds what an analyst would miss: a hash, a defanged or bare address, a registry key, a path of
// Windows.
bool holds_evidence(std::string_view text);
// "Indicators of compromise", "Network IOCs:": the heading of a list of them.
bool heads_evidence(std::string_view text);

}  // namespace samehand::page
