// The panel works without this file; it adds hints to pickers, refuses a second press of a button, and sets the focus.
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
  document.querySelectorAll("form[method=post]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  document.querySelector("[data-focus]")?.focus();
})();
