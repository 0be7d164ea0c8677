// Places and their people under one key: "Kestria", "Kestrian", "Kestrians"; "North Korea", "Pyongyang", "the DPRK".
#pragma once

#include <string>
#include <string_view>

namespace samehand::reading {

// The key of a name of one or several words, case aside: the irregular ones by a table, others without the endings that
// make an adjective or a people of a place. A name that is no place keeps a key of its own ("Tidebreakers").
std::string nation_key(std::string_view name);

// Whether a word is known to be a place or its adjective, or has an ending that hardly anything else has ("Korean").
bool is_place(std::string_view name);
// Whether it is a state that the tables know, in any of its forms, and no ending alone says so: "North Korea", not
// "Parrish".
bool is_state(std::string_view name);

}  // namespace samehand::reading
