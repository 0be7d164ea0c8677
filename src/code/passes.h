// The passes of function recovery in the order in which recover.cc runs them.
#pragma once

#include "recovery.h"

namespace samehand::code {

// Fills known_starts from entry point, initializers, exports and (if wanted) symbols.
void collect_known_starts(Recovery& r);

// Decodes all code from front to back; see sweep.cc.
void sweep(Recovery& r);

// Turns targets into instruction indices; marks what is called and taken; indexes who names whom.
void link_references(Recovery& r);

// Marks unwind entries that are split-off parts of functions, and landing pads.
void mark_fragments(Recovery& r);

// Starts that are beyond doubt: tables, entry, exports, symbols, call targets. Then learns how functions are aligned.
void add_certain_starts(Recovery& r);

// Reads all jump tables once and labels their targets; labels computed gotos.
void label_tables(Recovery& r);

// Starts that something points to, if nothing speaks against them.
void add_weak_starts(Recovery& r);

// Traverses what is dirty, settles what returns, checks weak starts and adds tail-call targets, until nothing changes.
void settle(Recovery& r);

// Marks functions that never return; those that call them become dirty.
void settle_returns(Recovery& r);

// Removes weak starts whose traversal contradicts that they are functions.
void check_weak_starts(Recovery& r);

// Makes functions of unreached code that looks like one.
void scan_gaps(Recovery& r);

// Blocks, edges and calls of all functions.
Program build_program(Recovery& r);

// Import stubs and thunks: address -> index into Image::imports.
void find_import_stubs(const image::Image& image, Program& program);

// Names functions from symbols and exports; marks thunks and runtime code.
void name_functions(const image::Image& image, const RecoverOptions& options, Program& program);

// All of them. `recover` is this with the default tuning.
Program recover_tuned(const image::Image& image, const RecoverOptions& options, const Tuning& tuning);

}  // namespace samehand::code
