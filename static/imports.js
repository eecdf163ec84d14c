// The import screens work without this file; it takes a dropped file, refuses one that is too large before it is sent,
// and follows an import that is under way.
(() => {
  "use strict";
  const choose = (zone) => {
    const box = zone.querySelector("input[type=file]"), told = zone.querySelector("output");
    const { most, large, wrong, kinds, sending } = zone.dataset;
    const complain = (text) => {
      told.textContent = text;
      told.classList.toggle("error", Boolean(text));
      box.setCustomValidity(text);
      if (text) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
      zone.parentElement.querySelector("p.error")?.remove();
    };
    const look = () => {
      const [file] = box.files;
      const known = !file || kinds.split(",").some((kind) => file.name.toLowerCase().endsWith(kind));
      if (file && file.size > Number(most)) complain(large);
      else if (!known) complain(wrong);
      else {
        complain("");
        if (file) told.textContent = `${Math.max(1, Math.round(file.size / 1024)).toLocaleString("vi")} KB`;
      }
    };
    box.addEventListener("change", look);
    ["dragover", "dragleave", "drop"].forEach((kind) =>
      zone.addEventListener(kind, (event) => {
        event.preventDefault();
        zone.classList.toggle("over", kind === "dragover");
        if (kind !== "drop" || !event.dataTransfer.files.length) return;
        const one = new DataTransfer();
        one.items.add(event.dataTransfer.files[0]);
        box.files = one.files;
        box.dispatchEvent(new Event("change", { bubbles: true }));
      }),
    );
    box.form.addEventListener("submit", (event) => {
      look();
      if (box.checkValidity() || !box.files.length) {
        if (box.files.length) told.textContent = sending;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      delete box.form.dataset.sent;
      box.focus();
    }, { capture: true });
  };
  document.querySelectorAll("[data-drop]").forEach(choose);

  const follow = async (place) => {
    const bar = place.querySelector("progress"), told = place.querySelector("[data-told]");
    for (;;) {
      await new Promise((done) => setTimeout(done, 1000));
      let now = null;
      try {
        const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
        now = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : { over: true };
      } catch { /* the connection is cut: ask again */ }
      if (now?.over) return location.reload();
      if (!now) continue;
      told.textContent = now.told;
      if (now.total) Object.assign(bar, { max: now.total, value: now.done });
    }
  };
  document.querySelectorAll("[data-progress]").forEach(follow);
})();
