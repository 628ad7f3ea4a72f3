// What examining.py asks of the page that is open. One expression: an object of questions.
({
  // WCAG 2.2, 1.4.12: readers may set text this wide without losing any.
  space() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      *:not(svg *) { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
  },

  // What its own box cuts off. What scrolls in its frame, or is only for the ear, is not.
  cut() {
    const unseen = ".visually-hidden, [hidden], svg, .skip, details:not([open]) > :not(summary)";
    const cuts = (way) => way === "hidden" || way === "clip";
    return [...document.querySelectorAll("body *")].filter((element) => {
      const style = getComputedStyle(element);
      if (!element.textContent.trim() || element.clientWidth < 2 || element.closest(unseen)) return false;
      if (style.textOverflow === "ellipsis") return false;
      return (cuts(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
        || (cuts(style.overflowY) && element.scrollHeight > element.clientHeight + 1);
    }).map((element) => element.outerHTML.slice(0, 120));
  },

  // What axe does not ask: one h1, a title, names of tables and parts, a status that is announced.
  shape() {
    const found = [];
    const say = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
    const named = (element) => element.ariaLabel || element.hasAttribute("aria-labelledby");
    const each = (selector, look) => document.querySelectorAll(selector).forEach(look);
    for (const one of ["h1", "main"]) {
      if (document.querySelectorAll(one).length !== 1) found.push(`not one ${one}`);
    }
    if (!["fr", "nl", "en"].includes(document.documentElement.lang)) found.push("no language");
    if (!/^\S.* · \S/.test(document.title)) found.push(`the title says nothing: ${document.title}`);
    if (!document.querySelector("a.skip[href='#main']")) found.push("no way past the menu");
    each("table", (table) => {
      const frame = table.closest("[role=region]");
      if (!table.caption && !named(table) && !(frame && named(frame))) say("a table without a name", table);
      if (!table.querySelector("th")) say("a table without heads", table);
    });
    each("th:not([scope])", (head) => say("a head without a scope", head));
    each("[role=search], nav", (part) => named(part) || say("a part without a name", part));
    each("[data-announce]:not([role=status])", (part) => say("a notice that is not announced", part));
    each("[aria-describedby]", (element) => {
      for (const id of element.getAttribute("aria-describedby").split(/\s+/)) {
        if (id && !document.getElementById(id)) say(`described by ${id}, which is not there`, element);
      }
    });
    return found;
  },
})
