#!/usr/bin/env python3
"""Opens the pages of `--html` in a headless Chromium and uses them as a reader would.

usage: page_test.py DOSSIER_TEST [--shots FOLDER]

DOSSIER_TEST is the module's test program, which writes the sample pages. With --shots the views are kept as PNG files, to
be looked at. Exits 1 at the first thing that is not as it should be.
"""

import argparse
import os
import subprocess
import tempfile

from browser import Browser

WIDTHS = (1280, 400)


def check(condition, what):
    if not condition:
        raise SystemExit("page_test: " + what)


def quiet(browser, page):
    check(browser.complaints == [], f"{page}: {browser.complaints}")
    asked = [url for url in browser.requests if not url.startswith(("file:", "about:"))]
    check(asked == [], f"{page} asked for {asked}")


def fits(browser, page):
    wide, view = browser.run("document.documentElement.scrollWidth"), browser.run("innerWidth")
    check(wide <= view, f"{page}: {wide} px of content in a view of {view} px")


def every_page_is_quiet_and_fits(browser, folder, shots):
    for page in ("empty.html", "hostile.html", "large.html"):
        for width in WIDTHS:
            browser.resize(width, 900)
            browser.open(os.path.join(folder, page))
            fits(browser, f"{page} at {width}")
            check(browser.run("document.querySelector('h1').textContent") != "", f"{page}: no verdict")
            if shots:
                browser.screenshot(os.path.join(shots, f"{page.removesuffix('.html')}-{width}.png"))
            quiet(browser, page)


def dossiers_are_quiet_and_fit(browser, folder, shots):
    for page in ("case.html", "case-hostile.html", "case-large.html", "case-empty.html"):
        for width in WIDTHS:
            browser.resize(width, 900)
            browser.open(os.path.join(folder, page))
            fits(browser, f"{page} at {width}")
            # The map scrolls in its frame; what it holds lies within its drawing.
            outside = browser.run("[...document.querySelectorAll('.map text, .map circle')].filter(e => { const s = e.ownerSVGElement.getBoundingClientRect(),"
                                  " r = e.getBoundingClientRect(); return r.left < s.left - 1 || r.right > s.right + 1 || r.bottom > s.bottom + 1; }).length")
            check(outside == 0, f"{page}: {outside} names leave the map")
            # No rating or sum of the matrix is broken over two lines.
            broken = browser.run("(() => { const r = document.createRange(); return [...document.querySelectorAll('.matrix td.rate')].filter(c => {"
                                 " r.selectNodeContents(c); return r.getClientRects().length > 1; }).map(c => c.textContent).join(' '); })()")
            check(broken == "", f"{page} at {width}: figures of the matrix are broken: {broken}")
            quiet(browser, page)
            if shots:
                browser.screenshot(os.path.join(shots, f"{page.removesuffix('.html')}-{width}.png"), whole=True)
    browser.resize(1280, 900)
    browser.open(os.path.join(folder, "case-hostile.html"))
    check(browser.run("document.images.length + document.querySelectorAll('iframe, object, embed, form, [onerror]').length") == 0, "markup from the case")
    check(browser.run("document.scripts.length") == 1, "a script from the case")
    # Sorting, and links into what is closed.
    browser.open(os.path.join(folder, "case-large.html"))
    column = "[...document.querySelectorAll('table.items tbody tr')].map(r => Number(r.cells[0].dataset.v))"
    before = browser.run(column)
    browser.click("table.items th button")
    check(browser.run(column) == sorted(before, reverse=True), "sorting by dB")
    browser.click("table.items th button")
    check(browser.run(column) == sorted(before), "sorting backwards")
    browser.open(os.path.join(folder, "case.html"), "#i3")
    check(browser.run("document.getElementById('i3').open"), "a link opens the item that it leads to")
    pages = browser.call("Page.printToPDF", preferCSSPageSize=True)["data"]
    check(len(pages) > 10_000, "it prints")
    quiet(browser, "case.html")


def hostile_text_stays_text(browser, folder):
    browser.resize(1280, 900)
    browser.open(os.path.join(folder, "hostile.html"))
    # The page has no pictures, no frames and one script that runs; names must not have brought more.
    check(browser.run("document.images.length + document.querySelectorAll('iframe, object, embed, form').length") == 0, "markup from a name")
    check(browser.run("[...document.scripts].filter(s => s.type === '').length") == 1, "a script from a name")
    text = browser.run("document.body.innerText")
    check("</script><img src=x onerror" in text, "a hostile name is not shown as it is")
    check("\u202e" not in text and "\x1b" not in text, "direction and control characters are shown raw")


def table_sorts_filters_and_turns(browser, folder):
    browser.resize(1280, 900)
    browser.open(os.path.join(folder, "large.html"))
    rows = "[...document.querySelectorAll('tr.pair')]"
    column = rows + ".map(r => parseFloat(r.children[%d].textContent))"
    check(browser.run(rows + ".length") == 100, "a page of the table has 100 rows")
    worth = browser.run(column % 0)
    check(worth == sorted(worth, reverse=True), "best worth is not first")
    browser.click("#column-similarity button")
    alike = browser.run(column % 1)
    check(alike == sorted(alike, reverse=True) and browser.run("document.querySelector('#column-similarity').ariaSort") == "descending",
          "sorting by similarity")
    browser.click("#column-similarity button")
    alike = browser.run(column % 1)
    check(alike == sorted(alike), "sorting backwards")
    browser.run("document.querySelector('#search').value = 'parse_ COURIERD'")
    browser.run("document.querySelector('#search').dispatchEvent(new Event('input'))")
    shown = browser.run(rows + ".map(r => r.textContent)")
    check(len(shown) > 0 and all("parse_" in t and "courierd" in t for t in shown), "filtering by two words")
    browser.run("document.querySelector('#search').value = ''; document.querySelector('#search').dispatchEvent(new Event('input'))")
    browser.click(".choice button[data-kind=library]")
    check(browser.run(rows + ".every(r => r.classList.contains('library'))"), "choosing library pairs")
    browser.click(".choice button[data-kind=all]")
    browser.click("#pager button:last-child")
    check(browser.run("document.querySelector('#pager span').textContent") == "101–200 of 2,000 pairs", "turning the page")
    quiet(browser, "large.html")


def pair_opens_by_keyboard(browser, folder):
    browser.open(os.path.join(folder, "large.html"))
    browser.press("/", "/")
    check(browser.run("document.activeElement.id") == "search", "/ leads to the filter")
    browser.run("document.querySelector('#pairs button.open').focus()")
    browser.press("ArrowDown")
    check(browser.run("document.activeElement.closest('tr').id") == "pair-1", "arrow down leads to the next row")
    browser.press("Enter")
    check(browser.run("document.querySelector('#pair-1 + tr.detail .listing') !== null"), "Enter opens the code")
    browser.press("Enter")
    check(browser.run("document.querySelector('tr.detail') === null"), "Enter closes it")


def code_and_graphs_agree(browser, folder, shots):
    for width in WIDTHS:
        browser.resize(width, 1400)
        browser.open(os.path.join(folder, "large.html"), "#pair-40")
        fits(browser, f"an open pair at {width}")
        data = "JSON.parse(document.getElementById('code-40').textContent)"
        blocks = browser.run(data + ".alignment.length")
        check(browser.run("document.querySelectorAll('.listing .block').length") == blocks, "a block is missing from the code")
        for side in range(2):
            listed = browser.run(f"{data}['{'ab'[side]}'].blocks.length")
            check(browser.run(f"document.querySelectorAll('.graph')[{side}].querySelectorAll('.box').length") == listed, "a block is missing from a graph")
            edges = browser.run(f"{data}['{'ab'[side]}'].blocks.reduce((n, b) => n + b[1].length, 0)")
            check(browser.run(f"document.querySelectorAll('.graph')[{side}].querySelectorAll('.edge').length") == edges, "an edge is missing from a graph")
        if shots:
            browser.screenshot(os.path.join(shots, f"pair-{width}.png"))
        # A click on a block in the graph shows its code and lights its partner.
        browser.run("document.querySelectorAll('.graph')[0].querySelectorAll('.box')[9].dispatchEvent(new MouseEvent('click', {bubbles: true}))")
        browser.settle()
        label = browser.run("document.querySelectorAll('.graph')[0].querySelectorAll('.box')[9].querySelector('text').textContent")
        check(browser.run("document.querySelector('.block.lit .chip').textContent") == label, "the wrong code is shown")
        lit = browser.run("[...document.querySelectorAll('.box.lit text')].map(t => t.textContent)")
        check(lit == [label, label], f"partners are not lit together: {lit}")
        inside = browser.run("(() => { const l = document.querySelector('.listing').getBoundingClientRect(), b = document.querySelector('.block.lit')"
                             ".getBoundingClientRect(); return b.top >= l.top - 1 && b.top < l.bottom; })()")
        check(inside, "the block's code is not scrolled into view")
        quiet(browser, "an open pair")


def boxes_keep_clear_of_each_other(browser, folder):
    """Layout: within a graph no two boxes overlap, and forward edges run downwards."""
    browser.resize(1280, 1400)
    for pair in (0, 7, 23, 50):
        browser.open(os.path.join(folder, "large.html"), f"#pair-{pair}")
        overlaps = browser.run("""[...document.querySelectorAll('.graph')].map(graph => {
          const boxes = [...graph.querySelectorAll('.box rect')].map(r => ['x', 'y', 'width', 'height'].map(n => r.getAttribute(n) * 1));
          let n = 0;
          boxes.forEach(([x, y, w, h], i) => boxes.slice(i + 1).forEach(([X, Y, W, H]) => { n += x < X + W && X < x + w && y < Y + H && Y < y + h; }));
          return n;
        })""")
        check(overlaps == [0, 0], f"pair {pair}: boxes overlap {overlaps}")
        upwards = browser.run("""[...document.querySelectorAll('.edge:not(.back)')].filter(e => {
          const length = e.getTotalLength();
          return e.getPointAtLength(length).y <= e.getPointAtLength(0).y;
        }).length""")
        check(upwards == 0, f"pair {pair}: {upwards} forward edges run upwards")


def without_scripts_the_report_is_text(browser, folder):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(os.path.join(folder, "large.html"), scripts=False)
    check(browser.run("document.querySelector('noscript').innerText.includes('Shared functions')"), "no text without scripts")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dossier_test")
    parser.add_argument("--shots", metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.shots:
        os.makedirs(arguments.shots, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        subprocess.run([arguments.dossier_test, "--gtest_filter=Html.WritesSamplePages:Dossier.WritesSamplePages"], check=True, stdout=subprocess.DEVNULL,
                       env=os.environ | {"SAMEHAND_PAGES": folder})
        every_page_is_quiet_and_fits(browser, folder, arguments.shots)
        hostile_text_stays_text(browser, folder)
        dossiers_are_quiet_and_fit(browser, folder, arguments.shots)
        table_sorts_filters_and_turns(browser, folder)
        pair_opens_by_keyboard(browser, folder)
        code_and_graphs_agree(browser, folder, arguments.shots)
        boxes_keep_clear_of_each_other(browser, folder)
        without_scripts_the_report_is_text(browser, folder)
    print("page_test: all as it should be")


if __name__ == "__main__":
    main()
