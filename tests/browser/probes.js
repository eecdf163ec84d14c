// What the layout tests ask of a page. Evaluated inside it through Playwright, which a CSP does not stop.
const REACHABLE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
const name = (e) => `${e.tagName.toLowerCase()}${e.id && "#" + e.id} "${(e.getAttribute("aria-label") || e.textContent).trim().slice(0, 40)}"`;
const shown = (e) => {
  const box = e.getBoundingClientRect();
  return e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && box.width > 0 && box.right > 0;
};

// Controls that a finger may miss: less than 44 px wide or high. A control counts with the label around it, so a check
// box in a label of 44 px is fine. Left out, as WCAG 2.5.8 does: a link in running text, that is inline in a parent
// which has text of its own beside it.
function smallTargets() {
  const inText = (e) => getComputedStyle(e).display === "inline" && e.tagName === "A"
    && e.parentElement.textContent.trim().length > e.textContent.trim().length;
  return [...document.querySelectorAll(REACHABLE)].filter((e) => shown(e) && !e.disabled && !inText(e)).flatMap((e) => {
    const box = (e.closest("label") || e).getBoundingClientRect();
    return box.width > 43.5 && box.height > 43.5 ? [] : [`${name(e)} ${Math.round(box.width)}x${Math.round(box.height)}`];
  });
}

// Keeps at most three rows of each table and list: the others are like them, and Tab has far to go.
function shorten() {
  document.querySelectorAll("tbody > tr:nth-child(n+4), main ul > li:nth-child(n+4)").forEach((e) => e.remove());
}

// How the focus may show: nothing, or an outline and a shadow.
const look = (e) => {
  const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(e);
  const outline = outlineStyle === "none" || outlineWidth === "0px" ? "" : `${outlineStyle} ${outlineWidth} ${outlineColor}`;
  return outline + (boxShadow === "none" ? "" : boxShadow);
};

// From here on remembers what the keyboard reaches from the top of the page. How many times Tab must be pressed, at most.
function watchFocus() {
  const wanted = [...document.querySelectorAll(REACHABLE)].filter((e) => shown(e) && !e.disabled && e.tabIndex >= 0);
  const before = new Map(wanted.map((e) => [e, look(e)]));
  const start = Object.assign(document.createElement("span"), { tabIndex: -1 });
  document.body.prepend(start);
  start.focus();
  window.watched = { wanted, before, reached: [], faults: [] };
  document.addEventListener("focusin", ({ target: e }) => {
    if (watched.reached.includes(e)) return;
    watched.reached.push(e);
    if (e.matches(".skip") || !before.has(e)) return;
    if (look(e) === before.get(e)) watched.faults.push(`the focus does not show on ${name(e)}`);
    const box = e.getBoundingClientRect();
    const above = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, innerHeight / 2));
    const seen = above && (e.contains(above) || above.contains(e) || e.closest("label")?.contains(above));
    if (!seen) watched.faults.push(`${name(e)} is hidden behind ${above ? name(above) : "the edge"} while it has the focus`);
  });
  const dates = wanted.filter((e) => ["date", "datetime-local"].includes(e.type)).length;
  return wanted.length + 4 * dates + 1;
}

// What is wrong with what the keyboard reached: not reached, or jumping up within one part of the page.
function focusFaults() {
  const { wanted, reached, faults } = watched;
  const grouped = (e) => e.type === "radio" && reached.some((other) => other.name === e.name);
  const part = (e) => e.closest("aside, nav, header, form, section, table, .columns > div, main");
  wanted.filter((e) => !reached.includes(e) && !grouped(e)).forEach((e) => faults.push(`Tab does not reach ${name(e)}`));
  reached.slice(1).forEach((e, position) => {
    const last = reached[position];
    if (part(last) !== part(e)) return;
    const [from, to] = [last.getBoundingClientRect(), e.getBoundingClientRect()];
    if (to.bottom <= from.top && to.left <= from.left) faults.push(`Tab jumps up from ${name(last)} to ${name(e)}`);
  });
  return faults;
}
