// What the desk's pages do besides working by themselves: keys, the reader's own clock, results while typing.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- times: the file's zone stands on the page; the reader's own, where it is another, beside it
  const zone = document.body.dataset.zone;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clock = (at, timeZone) =>
    new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone }).format(at);
  const knows = (timeZone) => { try { return Boolean(clock(0, timeZone)); } catch { return false; } }; // not every browser knows every zone
  const showOwnTimes = (root) => {
    if (!knows(zone) || !knows(own)) return;
    for (const time of all("time:not([data-shown])", root)) {
      const at = new Date(time.dateTime);
      time.dataset.shown = "";
      if (isNaN(at) || clock(at, zone) === clock(at, own)) continue;
      const [there, here] = [zone, own].map((one) => clock(at, one).replace(",", ""));
      const text = time.textContent; // ends with hh:mm, and says the year where it is another
      const isOneDay = there.slice(0, -5) === here.slice(0, -5);
      time.textContent = isOneDay ? `${text.slice(0, -5)}${here.slice(-5)} (${text.slice(-5)} ${zone})` : `${here} (${text} ${zone})`;
    }
  };
  const keyOf = (event) => event.key > "~" && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key; // j where the layout has о
  const note = document.querySelector("[data-own-zone]");
  if (note && own !== zone && knows(zone) && knows(own)) note.textContent = `, yours (${own}) first`;
  showOwnTimes(document);

  // --- keys
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const step = (by) => {
    const items = all("[data-item]");
    if (!items.length) return;
    const at = items.findIndex((item) => item.contains(document.activeElement));
    const next = items[Math.max(0, Math.min(items.length - 1, at < 0 ? (by > 0 ? 0 : items.length - 1) : at + by))];
    const target = next.querySelector("a, button") || next;
    if (target === next) next.tabIndex = -1;
    target.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  if (location.hash === "#q") document.getElementById("q")?.focus(); // what is typed behind / is the search
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = keyOf(event);
    const keys = document.getElementById("keys");
    if (keys.open) return;
    if (key === "/") {
      const field = document.querySelector("[data-search]");
      if (field) {
        field.focus();
        field.setSelectionRange(field.value.length, field.value.length);
      }
      else location.href = `${document.querySelector('nav a[href$="/search"]')?.href ?? location.href}#q`;
    } else if (key === "?") keys.showModal();
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else {
      const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (!button) return;
      if (!event.repeat) button.click(); // a key that is held says one thing, and not the same of all that follows
    }
    event.preventDefault();
  });

  // --- a form that answers while one types: the same page is asked for, and its parts take the place of these
  const asked = {};
  const ask = (part, url) => {
    asked[part]?.abort();
    const request = (asked[part] = new XMLHttpRequest());
    request.open("GET", url);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    const area = document.getElementById(part);
    if (!area.querySelector("[data-wait]")) area.classList.add("busy");
    request.onload = () => {
      const fresh = request.response?.getElementById(part);
      area.classList.remove("busy");
      if (!fresh) {
        if (part !== "marks") location.assign(url); // the log-in has ended, or there is no answer: that page says so
        return;
      }
      area.querySelector("[data-stale]")?.remove();
      const [now, late] = [area, fresh].map((one) => one.querySelector("[data-wait]"));
      if (now && late) now.replaceWith(document.adoptNode(late)); // only how far it has come
      else area.replaceWith(document.adoptNode(fresh));
      if (late) askLater(part, url, request);
      else if (part === "main") document.title = request.response.title;
      showOwnTimes(document);
      const words = part === "results" && document.getElementById("results-words");
      if (words) document.getElementById("said").textContent = words.textContent;
    };
    request.onerror = () => { // no network: what stands there belongs to what was typed before
      area.classList.remove("busy");
      if (area.querySelector("[data-wait]")) askLater(part, url, request, 5000);
      if (part !== "results") return;
      const words = area.querySelector("[data-stale]") ?? document.createElement("p");
      words.dataset.stale = "";
      words.className = "flag";
      words.textContent = "The desk does not answer: what stands here is not of this expression. Press Try to ask again.";
      area.prepend(words);
      document.getElementById("said").textContent = words.textContent;
    };
    request.send();
  };
  const askLater = (part, url, since, pause = 1000) => setTimeout(() => asked[part] === since && ask(part, url), pause);
  const late = document.querySelector("[data-wait]"); // the answer takes long: it comes by itself
  if (late) askLater(late.closest("[id]").id, location.href);
  for (const form of all("form[data-live]")) {
    let waiting = 0;
    const url = () => `${form.action}?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""))}`;
    const askAll = () => {
      clearTimeout(waiting);
      ask("results", url());
      history.replaceState(null, "", url());
    };
    form.addEventListener("input", () => {
      ask("marks", `${url()}&part=text`); // the text of one's own at once, the archive when the typing rests
      clearTimeout(waiting);
      waiting = setTimeout(askAll, 250);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask("marks", `${url()}&part=text`);
      askAll();
    });
  }
})();
