/* The phone in the browser: dials, keeps one session's history as Africa's Talking sends it, and asks
   every second, while the page is seen, what has arrived at its number. */
"use strict";
(() => {
  const EVERY = 1000, PATIENCE = 10000, KEPT = 200;
  const at = (id) => document.getElementById(id);
  const bench = at("bench"), words = JSON.parse(bench.dataset.words);
  const csrf = document.querySelector('meta[name="csrf-token"]').content;
  const shown = (element, yes) => { element.hidden = !yes; };

  /* --- the network ------------------------------------------------------------------------ */

  async function ask(path, body) {
    const options = { signal: AbortSignal.timeout(PATIENCE), headers: { "X-CSRFToken": csrf } };
    if (body) {
      options.method = "POST";
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    const answer = await fetch(bench.dataset.address + path, options);
    if (!answer.ok) throw new Error(answer.status === 400 ? "bad_number" : "refused");
    return answer.json();
  }

  function trouble(error) {
    return words[error.name === "TimeoutError" ? "late" : error.message] || words.unreachable;
  }

  /* --- room in a text: 3GPP TS 23.038, as feedback_service/domain/gsm7.py counts it --------- */

  const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const ESCAPED = new Set("^{}\\[~]|€\f");

  function septets(text) {
    let total = 0;
    for (const letter of text) {
      if (!BASIC.has(letter) && !ESCAPED.has(letter)) return null;
      total += ESCAPED.has(letter) ? 2 : 1;
    }
    return total;
  }

  function room(text) {
    const units = septets(text);
    const [taken, alone, each] = units === null ? [text.length, 70, 67] : [units, 160, 153];
    const parts = taken > alone ? Math.ceil(taken / each) : 1;
    return { taken, alone, parts, most: parts > 1 ? parts * each : alone };
  }

  /* --- the number ------------------------------------------------------------------------- */

  const field = at("number"), tries = [...document.querySelectorAll("[data-number]")];
  let number = "";

  function normalised(written) {
    const plain = written.replace(/[\s\-().\/]/g, "");
    const kenyan = /^(?:(?:\+|00)?2540?|0)?([17]\d{8})$/.exec(plain);
    if (kenyan) return "+254" + kenyan[1];
    return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : "";
  }

  function choose(written) {
    const wanted = normalised(written), wrong = at("number-error");
    shown(wrong, !wanted);
    wrong.textContent = wanted ? "" : words.bad_number;
    field.toggleAttribute("aria-invalid", false);
    if (!wanted) return field.setAttribute("aria-invalid", "true");
    field.value = wanted;
    if (wanted === number) return undefined;
    number = wanted;
    sessionStorage.setItem("phone", number);
    for (const button of tries) button.setAttribute("aria-pressed", String(button.dataset.number === number));
    forget();
    return open();
  }

  field.addEventListener("change", () => choose(field.value));
  for (const button of tries) button.addEventListener("click", () => choose(button.dataset.number));

  /* --- the call --------------------------------------------------------------------------- */

  const dial = at("dial"), reply = at("reply"), screen = at("screen"), replying = at("replying");
  let call = null, waiting = false;

  function hex(bytes) {
    return [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
  }

  function forget() {
    call = null;
    at("history").replaceChildren();
    for (const id of ["talk", "carried"]) shown(at(id), false);
    for (const id of ["idle", "history-none"]) shown(at(id), true);
  }

  function begin() {
    if (waiting || normalised(field.value) !== number) return;
    forget();
    const code = dial.value.replace(/\s/g, "");
    remember(words.you_dialled, code);
    const stem = bench.dataset.code.replace(/#$/, "");
    if (code !== stem + "#" && !(code.startsWith(stem + "*") && code.endsWith("#"))) return end(words.elsewhere);
    call = { id: "ATUid_" + hex(16), code, keyed: [] };
    step();
  }

  function answer() {
    const said = reply.value;
    if (waiting || !call || !said) return;
    call.keyed.push(said);
    remember(words.you_sent, said);
    reply.value = "";
    step();
  }

  async function step() {
    const mine = call, text = mine.keyed.join("*");
    const sent = { number, session: mine.id, code: mine.code, text };
    carry(sent);
    wait(true);
    try {
      const { screen: said } = await ask("/ussd", sent);
      if (mine === call) show(said);
    } catch (error) {
      if (mine === call) end(trouble(error));
    } finally {
      wait(false);
    }
  }

  function wait(yes) {
    waiting = yes;
    at("talk").setAttribute("aria-busy", String(yes));
    if (yes && at("talk").hidden) at("idle").textContent = words.dialling;
  }

  function show(said) {
    const text = said.slice(4);
    if (!/^(CON|END) /.test(said)) return end(words.refused);
    if (said.startsWith("END")) return end(text, words.ended);
    put(text, "");
    shown(replying, true);
    shown(at("again"), false);
    return reach(reply);
  }

  /* The call is over: by the service's last screen, or by ourselves or the network. */
  function end(text, state) {
    call = null;
    put(text, state || "", !state);
    shown(replying, false);
    shown(at("again"), true);
    reach(at("again"));
  }

  function put(text, state, ours) {
    const { taken, alone } = room(text);
    screen.textContent = text;
    screen.classList.toggle("ours", Boolean(ours));
    at("state").textContent = state;
    shown(at("count"), !ours);
    at("count").lastElementChild.textContent = `${taken}/${alone}`;
    at("count").classList.toggle("late-text", taken > alone);
    shown(at("idle"), false);
    shown(at("talk"), true);
    if (!ours) remember(words.screen, text, `${taken}/${alone}`);
  }

  /* Where there is no mouse, focus would raise the telephone's own keyboard over the keypad. */
  function reach(element) {
    if (matchMedia("(hover: hover)").matches || element.tagName === "BUTTON") element.focus({ preventScroll: true });
  }

  at("dialling").addEventListener("submit", (event) => {
    event.preventDefault();
    if (call && reply.value) answer(); else begin();
  });
  replying.addEventListener("submit", (event) => { event.preventDefault(); answer(); });
  at("end").addEventListener("click", () => { if (call) end(words.hung_up); });
  at("erase").addEventListener("click", () => { dial.value = dial.value.slice(0, -1); });
  for (const key of document.querySelectorAll("[data-key]")) {
    key.addEventListener("click", () => { (call ? reply : dial).value += key.dataset.key; });
  }

  /* --- the session's history ---------------------------------------------------------------- */

  function remember(who, text, note) {
    const line = make("li", "");
    line.append(make("span", "who", who), make(who === words.screen ? "pre" : "kbd", "", text));
    if (note) line.append(make("small", "", note));
    at("history").append(line);
    shown(at("history-none"), false);
  }

  function carry(sent) {
    const form = { sessionId: sent.session, phoneNumber: sent.number, serviceCode: sent.code, text: sent.text };
    at("carried").lastElementChild.textContent = Object.entries(form).map(([name, value]) => `${name}: ${value}`).join("\n");
    shown(at("carried"), true);
  }

  function make(tag, name, text) {
    const element = document.createElement(tag);
    element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  /* --- messages --------------------------------------------------------------------------- */

  const list = at("messages"), clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Africa/Nairobi" });
  let inbox = [], asking = null;

  /* This number's messages as this tab saw them; the service keeps those that arrived, we our own. */
  function open() {
    try {
      inbox = JSON.parse(sessionStorage.getItem("messages " + number)) || [];
    } catch {
      inbox = [];
    }
    list.setAttribute("aria-live", "off");
    at("bubbles").replaceChildren(...inbox.map(bubble));
    tappable();
    settle();
    requestAnimationFrame(() => list.setAttribute("aria-live", "polite"));
    return look();
  }

  function add(message) {
    if (inbox.some((old) => old.id === message.id)) return;
    inbox = [...inbox, message].slice(-KEPT);
    sessionStorage.setItem("messages " + number, JSON.stringify(inbox));
    at("bubbles").append(bubble(message));
    tappable();
    settle();
  }

  /* The newest WhatsApp message may be answered by tapping; what was answered shows no buttons. */
  function tappable() {
    for (const old of document.querySelectorAll(".options")) old.remove();
    const index = inbox.findLastIndex((message) => message.channel.includes("whatsapp"));
    const newest = inbox[index];
    if (!newest || newest.mine || !newest.options || !newest.options.length) return;
    const group = make("div", "options");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", words.options);
    for (const [payload, label] of newest.options) {
      const button = make("button", "", label);
      button.type = "button";
      button.addEventListener("click", () => { list.focus({ preventScroll: true }); send("whatsapp", label, { payload, about: newest.id }); });
      group.append(button);
    }
    at("bubbles").children[index].append(group);
  }

  function settle() {
    shown(at("nothing"), inbox.length === 0);
    list.scrollTop = list.scrollHeight;
  }

  function bubble(message) {
    const kind = message.channel.includes("whatsapp") ? "whatsapp" : "sms";
    const line = make("li", `${kind}${message.mine ? " mine" : ""}`), from = make("p", "from");
    from.append(make("span", "kind", kind === "sms" ? "SMS" : "WhatsApp"), ` ${message.mine ? words.you : message.from}, `);
    const time = make("time", "", clock.format(new Date(message.at)));
    time.dateTime = message.at;
    from.append(time);
    line.append(from, make("p", "text", message.text));
    return line;
  }

  async function look() {
    const mine = number, last = inbox.findLast((message) => !message.mine);
    clearTimeout(asking);
    try {
      const query = new URLSearchParams({ number: mine, after: last ? last.id : "" });
      const { messages } = await ask(`/messages?${query}`);
      if (mine !== number) return;
      messages.forEach(add);
      shown(at("offline"), false);
    } catch {
      shown(at("offline"), true);
    }
    clearTimeout(asking);
    if (mine === number && document.visibilityState === "visible") asking = setTimeout(look, EVERY);
  }

  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look(); });

  /* Send words, or what a button means; says whether the service has them. */
  async function send(kind, text, tapped = {}) {
    const mine = number, wrong = document.querySelector(`form.${kind} .error`);
    try {
      await ask(`/${kind}`, { number: mine, text, ...tapped });
    } catch (error) {
      shown(wrong, true);
      wrong.textContent = `${words.not_sent} ${trouble(error)}`;
      return false;
    }
    shown(wrong, false);
    if (mine === number) add({ id: hex(8), channel: kind, text, at: new Date().toISOString(), mine: true });
    return true;
  }

  for (const form of document.querySelectorAll("form.writing")) {
    const box = form.querySelector("textarea");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = box.value.trim();
      if (!text) return;
      box.value = "";
      counted();
      if (!await send(form.dataset.kind, text)) box.value = text;
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
  }

  function counted() {
    const { taken, parts, most } = room(at("sms-text").value);
    at("sms-count").textContent = `${taken}/${most}${parts > 1 ? `, ${parts} SMS` : ""}`;
  }
  at("sms-text").addEventListener("input", counted);

  for (const button of document.querySelectorAll("[data-filter]")) {
    button.addEventListener("click", () => {
      for (const each of document.querySelectorAll("[data-filter]")) each.setAttribute("aria-pressed", String(each === button));
      document.querySelector(".inbox").dataset.only = button.dataset.filter;
      list.scrollTop = list.scrollHeight;
    });
  }

  /* --- begin -------------------------------------------------------------------------------- */

  function tick() {
    at("clock").textContent = clock.format(new Date());
  }
  setInterval(tick, 5000);
  tick();
  counted();
  const asked = new URLSearchParams(location.search).get("number");
  choose(asked ? field.value : sessionStorage.getItem("phone") || field.value);
})();
