/* The desk by keyboard: j k Enter x b / u n a s m c ? 1 to 9 and Ctrl+Enter, previews as they are typed,
   one sending per form. Every page works without it. Single keys can be switched off in the list of keys (?). */
"use strict";
(() => {
  const OFF = "single-keys-off";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const first = (selector) => document.querySelector(selector);
  const keys = first("#keys"), on = first("#keys-on");

  /* --- single keys ------------------------------------------------------------------------ */

  const single = {
    "j": () => move(1),
    "k": () => move(-1),
    "/": () => first("[data-search]")?.focus(),
    "u": () => first("[data-back]")?.click(),
    "n": () => first("a[rel=next]")?.click(),
    "x": () => document.activeElement.closest(".row")?.querySelector(".pick")?.click(),
    "b": () => first("#together select")?.focus(),
    "a": () => step("acknowledge"),
    "s": () => step("assign"),
    "m": () => step("note"),
    "c": () => first("[data-confirms]")?.click(),
    "?": () => keys?.showModal(),
  };
  for (let place = 0; place < 9; place++) {
    single[place + 1] = () => first(".labelcard") ? pick(place + 1) : first(".answers") ? answer(place) : all("[data-view]")[place]?.click();
  }

  single["0"] = () => pick(0);

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      send(event);
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !off() && !writing(event.target)) {
      const act = single[event.key];
      if (act) {
        event.preventDefault();
        act();
      }
    }
  });

  function move(by) {
    const rows = all("[data-row]"), here = rows.indexOf(document.activeElement);
    const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  function pick(digit) {
    const answer = first(`[data-digit="${digit}"]`);
    answer?.click();
    answer?.focus();
  }

  function answer(place) {
    const box = all(".answers > details")[place];
    if (!box) return;
    box.open = true;
    (box.querySelector("textarea, select") || box.querySelector("summary")).focus();
  }

  /* Goes to a form of the case; nothing is sent until its own button is pressed. */
  function step(name) {
    const form = first(`form[action$="/${name}"]`), box = form?.closest("details");
    if (box) box.open = true;
    form?.querySelector("select, textarea, button")?.focus();
  }

  function send(event) {
    const form = event.target.closest?.("form");
    if (form && form.method === "post" && writing(event.target)) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  function writing(element) {
    return element.matches?.("textarea, select, input:not([type=checkbox], [type=radio])") || keys?.open;
  }

  /* A private window may forbid storage: keys then stay on. */
  function off() {
    try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
  }

  if (on) {
    on.checked = !off();
    on.addEventListener("change", () => {
      try { localStorage.setItem(OFF, on.checked ? "0" : "1"); } catch { /* stays on */ }
    });
  }

  /* --- how many are ticked -------------------------------------------------------------------- */

  const ticked = first("[data-ticked]");
  const count = () => {
    const n = all(".pick:checked").length;
    ticked.textContent = n ? ticked.dataset.ticked.replace("#", n) : "";
  };
  if (ticked) {
    document.addEventListener("change", count);
    window.addEventListener("pageshow", count);
  }

  /* --- what the citizen will read ----------------------------------------------------------- */

  for (const field of all("[data-into]")) {
    const shown = document.getElementById(field.dataset.into);
    if (!shown) continue;
    const [before, after] = shown.textContent.split("…");
    const show = () => { shown.textContent = before + (field.value.trim() || "…") + (after ?? ""); };
    field.addEventListener("input", show);
    show();
  }

  /* --- ready replies: filled in here, not by a new page, so that nothing typed is lost -------- */

  for (const form of all("form[data-fills]")) {
    form.addEventListener("submit", (event) => {
      const text = form.elements.reply.selectedOptions[0]?.dataset.text;
      const field = document.getElementById(form.dataset.fills);
      event.preventDefault();
      if (!text || !field) return;
      const kept = field.value.trim();
      field.value = kept && !kept.includes(text) ? `${kept} ${text}` : text;
      field.dispatchEvent(new Event("input"));
      field.focus();
    });
  }

  /* --- who else has the case open ----------------------------------------------------------- */

  for (const line of all("[data-here]")) {
    const ask = async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(line.dataset.here, { headers: { Accept: "application/json" } });
        const { words } = answer.ok ? await answer.json() : { words: "" };
        if (line.textContent !== words) line.textContent = words;
        line.hidden = !words;
      } catch { /* the next time */ }
    };
    setInterval(ask, line.dataset.every * 1000);
    document.addEventListener("visibilitychange", ask);
  }

  /* --- forms -------------------------------------------------------------------------------- */

  document.addEventListener("submit", (event) => {
    const form = event.target, asked = event.submitter?.dataset.confirm;
    if (form.dataset.sent || (asked && !confirm(asked))) {
      event.preventDefault();
    } else if (form.method === "post") {
      form.dataset.sent = "1";
    }
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  const more = first("details.more");
  const close = (event) => { if (!more.contains(event.target) || event.key === "Escape") more.open = false; };
  if (more) ["click", "focusin", "keydown"].forEach((kind) => document.addEventListener(kind, close));

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
