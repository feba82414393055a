// Log-in, approval and shift pages: keys for fingers, names to tap, and the news that a badge was read.
"use strict";

document.documentElement.classList.add("scripted");
const who = document.getElementById("who");
const pin = document.getElementById("pin");

document.addEventListener("click", (e) => {
  const target = e.target.closest("[data-who], [data-pad]");
  if (!target) return;
  if (target.dataset.who) {
    who.value = target.dataset.who;
    for (const name of document.querySelectorAll("[data-who]")) name.setAttribute("aria-pressed", String(name === target));
  } else if (target.dataset.pad === "⌫") pin.value = pin.value.slice(0, -1);
  else pin.value += target.dataset.pad;
  pin.focus();
});

document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.altKey || e.metaKey || e.repeat) return;
  const name = (e.ctrlKey ? "Ctrl+" : "") + (e.shiftKey && /^F\d/.test(e.key) ? "Shift+" : "") + e.key;
  const target = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
  if (!target) return;
  e.preventDefault();
  target.click();
});

const { events } = document.body.dataset;
if (events) {
  const news = new EventSource(events);
  news.addEventListener("go", (e) => location.assign(e.data));
}

// An order that somebody agreed to goes on by itself; without this script its button sends it.
const auto = document.querySelector("form[data-auto]");
if (auto) auto.submit();
