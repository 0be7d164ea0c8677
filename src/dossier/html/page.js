// Puts the page together.

drawHead();
const parts = [["Overview", drawOverview()], ["Functions", drawTable()], ["Traces", drawTraces()], ["Library", drawLibrary()], ["Files", drawFiles()],
  ["What the numbers mean", drawMethod()]].filter(([, node]) => node !== null);
document.getElementById("sections").append(...parts.map(([title, node]) => element("a", {href: `#${node.id}`}, title)));
document.getElementById("main").append(...parts.map(([, node]) => node));
drawFoot();
applyFilter();
openFromAddress();
addEventListener("hashchange", openFromAddress);
addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    document.getElementById("search").focus();
    event.preventDefault();
  }
});
