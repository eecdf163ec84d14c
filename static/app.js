// The panel works without this file; it adds hints to pickers, refuses a second press of a button, sets the focus, and
// saves the grid of a month row by row.
(() => {
  "use strict";
  const lookUp = (input) => {
    const list = document.getElementById(input.getAttribute("list"));
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const url = new URL(input.dataset.lookup, location.href);
        url.searchParams.set("query", input.value.slice(0, 100));
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        list.replaceChildren(
          ...(await answer.json()).map((text) => Object.assign(document.createElement("option"), { value: text })),
        );
      }, 150);
    });
  };
  document.querySelectorAll("input[data-lookup]").forEach(lookUp);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    document.getElementById("find")?.focus();
  });
  // A browser brings only the first line of a long text into view: the rest may lie behind the bar of a phone.
  addEventListener("focusin", ({ target }) => target.matches?.("textarea") && target.scrollIntoView({ block: "nearest" }), true);
  document.querySelectorAll("form[method=post]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  document.querySelector("[data-focus]")?.focus();

  // The grid. What the server has not confirmed waits in this tab's storage, under the account and the month: it
  // survives a reload and a lost connection, and goes when it is saved or somebody else signs in.
  const { account } = document.body.dataset;
  const strangers = (key) => key.startsWith("grid:") && !key.startsWith(`grid:${account}:`);
  if (account) Object.keys(sessionStorage).filter(strangers).forEach((key) => sessionStorage.removeItem(key));

  const LEVELS = 6;
  const run = (form) => {
    const { grid: url, month, ...say } = form.dataset;
    const key = `grid:${account}:${month}`;
    const notice = document.querySelector("[data-notice]");
    const rows = new Map([...form.querySelectorAll("tr[data-case]")].map((row) => [row.dataset.case, row]));
    const saved = new Map(); // by case, what the server is known to hold
    const waiting = JSON.parse(sessionStorage.getItem(key) || "{}"); // by case: text, seen, tried, url, held
    let busy = false, quiet = true, timer = 0;

    const boxes = (row) => [...row.querySelectorAll("select, textarea")];
    const seen = (row) => row.querySelector("input[type=hidden]");
    const read = (row) => boxes(row).map((box) => box.value || (box.tagName === "SELECT" ? "-" : "")).join("");
    const fill = (row, text) =>
      boxes(row).forEach((box, i) => { box.value = i < LEVELS ? text[i].replace("-", "") : text.slice(LEVELS); });
    const keep = () => {
      if (Object.keys(waiting).length) sessionStorage.setItem(key, JSON.stringify(waiting));
      else sessionStorage.removeItem(key);
    };
    const mark = (id, text = "", bad = false) => {
      const place = rows.get(id)?.querySelector("output");
      if (place) { place.textContent = text; place.classList.toggle("error", bad); }
    };
    const tell = (text = "") => { notice.textContent = text; notice.hidden = !text; };
    const look = () => tell(Object.values(waiting).some((entry) => entry.held) ? say.held : "");
    const again = (delay, still = true) => {
      clearTimeout(timer);
      timer = setTimeout(() => { quiet = still; send(); }, delay);
    };

    const note = (row) => {
      const id = row.dataset.case, text = read(row), entry = waiting[id];
      if (text === saved.get(id) && !entry?.tried.length) delete waiting[id];
      else waiting[id] = { seen: seen(row).value, tried: [], url, ...entry, text, held: false };
      mark(id);
      keep();
    };

    // A row that is being written in is left alone until the hand rests.
    const next = () =>
      Object.keys(waiting).find((id) => !waiting[id].held && (quiet || !rows.get(id)?.contains(document.activeElement)));
    const post = async (id, { text, seen: before, tried, url: where }) => {
      const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, id, seen: before, c: text.slice(LEVELS) });
      [...text.slice(0, LEVELS)].forEach((code, i) => body.set(i, code === "-" ? "" : code));
      tried.forEach((earlier) => body.append("tried", earlier));
      const answer = await fetch(where, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = answer.headers.get("Content-Type")?.startsWith("application/json");
      return told ? answer.json() : { status: answer.status };
    };
    const settle = (id, text, answer) => {
      const entry = waiting[id];
      Object.assign(entry, { seen: answer.seen, tried: [] });
      const row = rows.get(id);
      if (row) {
        seen(row).value = answer.seen;
        row.querySelector(".chip").textContent = answer.state;
        const [done, total, summary] = answer.progress, bar = document.querySelector("progress.bar");
        Object.assign(bar, { value: done, max: total, textContent: `${done} / ${total}` });
        document.getElementById("summary").textContent = summary;
      }
      if (answer.error) entry.held = entry.text === text;
      else saved.set(id, text);
      if (!answer.error && entry.text === text) delete waiting[id];
      mark(id, answer.error ? [answer.error, answer.stored].filter(Boolean).join(" ") : say.saved, Boolean(answer.error));
    };
    const send = async () => {
      if (busy) return;
      busy = true;
      for (let id = next(); id; id = next()) {
        const entry = waiting[id], { text } = entry;
        const earlier = { ...entry };
        entry.tried = [...new Set([...entry.tried, text])].slice(-9); // should no answer come, it may have been stored
        keep();
        let answer = null;
        try { answer = await post(id, earlier); } catch { /* the connection is cut */ }
        if (answer?.result) settle(id, text, answer);
        else if ([403, 404].includes(answer?.status)) {
          waiting[id].held = true;
          mark(id, say.held, true);
        } else {
          tell(answer && answer.status < 500 ? say.ended : say.cut);
          if (!answer || answer.status >= 500) again(5000);
          break;
        }
        keep();
        look();
      }
      busy = false;
    };

    const step = (box, row) => {
      const place = boxes(row).indexOf(box);
      let below = row.nextElementSibling;
      while (below && !below.dataset.case) below = below.nextElementSibling;
      const target = below ? boxes(below)[place] : document.querySelector(".pager [rel=next]") || form.querySelector(".btn");
      target.focus();
    };
    form.addEventListener("keydown", (event) => {
      const box = event.target.closest("select, textarea"), row = box?.closest("tr[data-case]");
      if (!row || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.key === "Enter") {
        event.preventDefault();
        step(box, row);
      } else if (box.tagName === "SELECT" && /^[0-4]$/.test(event.key)) {
        event.preventDefault();
        if (![...box.options].some((option) => option.value === event.key)) return;
        box.value = event.key;
        box.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    form.addEventListener("input", (event) => {
      const row = event.target.closest("tr[data-case]");
      if (!row) return;
      quiet = false;
      note(row);
      again(800);
    });
    form.addEventListener("focusout", (event) => {
      const row = event.target.closest("tr[data-case]");
      if (row && waiting[row.dataset.case] && !row.contains(event.relatedTarget)) again(0, false);
    });
    form.addEventListener("submit", () => {
      Object.entries(waiting).filter(([id]) => rows.has(id)).forEach(([id, entry]) =>
        entry.tried.forEach((text) => {
          form.append(Object.assign(document.createElement("input"), { type: "hidden", name: `${id}-t`, value: text }));
        }),
      );
    });
    addEventListener("online", () => again(0));

    document.querySelector(".keys").hidden = false;
    rows.forEach((row, id) => {
      saved.set(id, "held" in row.dataset ? null : read(row));
      const entry = waiting[id];
      if ("held" in row.dataset) waiting[id] = { tried: [], url, text: read(row), seen: seen(row).value, held: true };
      else if (entry?.text === saved.get(id)) delete waiting[id];
      else if (entry) fill(row, entry.text);
    });
    keep();
    look();
    send();
  };
  document.querySelectorAll("form[data-grid]").forEach(run);
})();
