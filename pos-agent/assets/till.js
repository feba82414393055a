// The till's script: takes a scan wherever the focus is, sends the page's own forms without leaving the
// page, and swaps the parts that the agent says have changed. The basket is in the agent, never here.
"use strict";

document.documentElement.classList.add("scripted");
const body = document.body;
const base = body.dataset.base;
const mode = body.dataset.mode;
const entry = document.getElementById("entry");
const line = document.getElementById("text") || document.getElementById("first-name");
const lost = document.getElementById("lost");
const typing = (el) => el instanceof HTMLInputElement && el.type === "text";

// ---- live parts

let shown = Number(document.getElementById("head").dataset.revision);

// A long basket is not laid out anew for each scan: of the same table only rows that say something else change.
function renew(old, part) {
  const [was, is] = [old, part].map((one) => one.querySelector("tbody"));
  if (part.id !== "rows" || !was || !is) { old.replaceWith(part); return; }
  const rows = [...is.rows];
  is.replaceChildren();
  if (old.outerHTML.replace(was.innerHTML, "") !== part.outerHTML) {
    is.append(...rows);
    old.replaceWith(part);
    return;
  }
  rows.forEach((row, n) => {
    const there = was.rows[n];
    if (!there) was.append(row);
    else if (there.outerHTML !== row.outerHTML) there.replaceWith(row);
  });
  while (was.rows.length > rows.length) was.rows[was.rows.length - 1].remove();
}

function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const head = fresh.getElementById("head");
  if (!head || Number(head.dataset.revision) < shown) return;
  shown = Number(head.dataset.revision);
  const focused = document.activeElement;
  const held = focused && focused !== body ? focused.id : "";
  const typed = typing(focused) ? [focused.value, focused.selectionStart, focused.selectionEnd] : null;
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    if (old && old.outerHTML !== part.outerHTML) renew(old, part);
  }
  for (const input of document.getElementsByName("token")) input.value = head.dataset.token;
  const due = document.querySelector("#due input[name=due]");
  if (due) for (const input of document.querySelectorAll("#tender input[name=due]")) input.value = due.value;
  if (focused && focused !== body && !document.contains(focused)) {
    const again = held && document.getElementById(held);
    if (again) {
      again.focus();
      if (typed && typed[0] && typing(again)) [again.value, again.selectionStart, again.selectionEnd] = typed;
    } else if (mode !== "pay" && line) line.focus();
  }
  const touched = document.querySelector("#rows .touched, #rows .voided");
  if (touched) touched.scrollIntoView({ block: "nearest" });
  sound();
}

const events = new EventSource(`${base}/events?mode=${mode}`);
events.addEventListener("screen", (e) => { lost.hidden = true; swap(e.data); });
events.addEventListener("go", (e) => location.assign(e.data));
events.addEventListener("problem", () => { lost.hidden = false; });
events.addEventListener("error", () => { lost.hidden = false; });
events.addEventListener("open", () => { lost.hidden = true; });

// ---- sending: one after the other, in the order of the scans

let queue = Promise.resolve();

function send(url, fields) {
  // An answer that is lost on its way says nothing of the order: sent again under the same id it is
  // carried out once.
  fields.set("order", Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join(""));
  queue = queue.then(async () => {
    for (let wait = 250; ; wait = Math.min(wait * 2, 4000)) {
      try {
        // The token may have changed with a restart of the agent while this waited.
        fields.set("token", document.getElementById("head").dataset.token);
        const answer = await fetch(url, { method: "POST", body: fields, headers: { "yapa-live": mode } });
        const go = answer.headers.get("yapa-go");
        if (go) { location.assign(go); return; }
        if (answer.ok) { lost.hidden = true; swap(await answer.text()); return; }
        // 409: the agent was started anew and its page brings a new token; anything else is said.
        if (answer.status !== 409) { said(await answer.text()); return; }
      } catch { /* the agent does not answer: told below, and tried again */ }
      lost.hidden = false;
      await new Promise((done) => setTimeout(done, wait));
    }
  });
}

function said(text) {
  const notice = document.getElementById("notice");
  notice.textContent = text;
  notice.classList.add("error");
  play("error");
}

document.addEventListener("submit", (e) => {
  const form = e.target;
  if (!form.hasAttribute("data-live") || (e.submitter && e.submitter.formMethod === "get")) return;
  e.preventDefault();
  const fields = new URLSearchParams(new FormData(form, e.submitter));
  if (form === entry) {
    if (!line.value.trim()) return;
    line.value = "";
  }
  send(form.action, fields);
});

// ---- a scan anywhere: a burst of keys too fast for fingers, ended by Enter or Tab

const anywhere = body.dataset.capture !== "off";
const leastChars = Number(body.dataset.burstChars);
const mostGap = Number(body.dataset.burstGap);
const LOADING = 1000;
let burst = ahead();

// A scan may begin while the page still loads: its first keys are in the field that has the focus before
// this script is there to see them, and belong to what follows at once.
function ahead() {
  const el = document.activeElement;
  if (!typing(el) || el.defaultValue || !el.value) return null;
  return { text: el.value, early: performance.now(), field: { el, value: "", from: 0, to: 0 } };
}

function begin(el, at) {
  const field = typing(el) ? { el, value: el.value, from: el.selectionStart, to: el.selectionEnd } : null;
  return { text: "", start: at, last: at, field };
}

function scanned(text, field) {
  // "3*" typed in the same breath is a quantity, not part of the code.
  const [, many, code] = /^(\d+(?:[.,]\d+)?\*)?(.+)$/.exec(text);
  const fields = new URLSearchParams({ scan: code, text: many || "" });
  if (field) {
    // "3*" in the entry line counts for this scan; any other text is given back.
    const counts = field.el === line && /^\s*\d+([.,]\d+)?\s*\*\s*$/.test(field.value);
    if (counts) fields.set("text", field.value.trim());
    field.el.value = counts ? "" : field.value;
    field.el.setSelectionRange(counts ? 0 : field.from, counts ? 0 : field.to);
  }
  // A page that asks for a card takes it; nothing is sold there.
  const asked = document.querySelector("[data-scan]");
  if (asked) { asked.value = text; if (field && field.el === asked) line.focus(); return; }
  // Pages without the entry line send it to the sale all the same.
  send(entry ? entry.action : `${base}/entry`, fields);
}

document.addEventListener("keydown", (e) => {
  if (!anywhere || e.ctrlKey || e.altKey || e.metaKey || e.repeat) { burst = null; return; }
  const at = e.timeStamp;
  if (e.key.length === 1) {
    // In a field a short pause parts what was typed from what is scanned. Elsewhere nobody types, and
    // one slow key does not tear a scan apart.
    const pause = (typing(e.target) ? 2 : 5) * mostGap;
    if (burst && burst.early) {
      // Nobody saw when those keys came: the clock runs from here.
      burst = at - burst.early < LOADING ? { text: burst.text, start: at, last: at, field: burst.field } : null;
    }
    if (!burst || at - burst.last > pause) burst = begin(e.target, at);
    burst.text += e.key;
    burst.last = at;
    // Inside a burst a blank must not press the button that has the focus.
    if (e.key === " " && burst.text.length > 1 && !typing(e.target)) e.preventDefault();
    return;
  }
  if (e.key === "Shift") return;
  const done = burst;
  burst = null;
  if ((e.key !== "Enter" && e.key !== "Tab") || !done || done.text.length < leastChars) return;
  if (done.early ? at - done.early > LOADING : (at - done.start) / done.text.length > mostGap) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  scanned(done.text, done.field);
}, true);

// ---- keys press what is on the screen, nothing else

document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.altKey || e.metaKey) return;
  const name = (e.ctrlKey ? "Ctrl+" : "") + (e.shiftKey && /^F\d/.test(e.key) ? "Shift+" : "") + e.key;
  const target = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    // Scanners end with Enter: it must not close anything.
    if (e.key === "Enter") e.preventDefault();
    // The key that opened it closes it.
    if (target && target.dataset.dialog === dialog.id) { e.preventDefault(); dialog.close(); }
    return;
  }
  if (name === "Delete" && typing(e.target) && e.target.value) return;
  if (!target) return;
  e.preventDefault();
  if (!e.repeat) target.click();
});

document.addEventListener("click", (e) => {
  const target = e.target.closest("[data-dialog], [data-close], [data-focus], [data-pad], [data-test-tone], [aria-disabled=true]");
  if (!target) return;
  if (target.getAttribute("aria-disabled") === "true") {
    e.preventDefault();
    const why = document.getElementById(target.getAttribute("aria-describedby"));
    if (why) said(why.textContent);
  } else if (target.dataset.dialog) {
    e.preventDefault();
    document.getElementById(target.dataset.dialog).showModal();
  } else if ("close" in target.dataset) {
    target.closest("dialog").close();
  } else if (target.dataset.focus) {
    e.preventDefault();
    const panel = document.getElementById(target.dataset.focus);
    if (panel) (panel.querySelector("input[type=text], .offer button, .usual button") || panel).focus();
  } else if (target.dataset.testTone) {
    audio = audio || new AudioContext();
    play(target.dataset.testTone);
  } else if (target.dataset.pad) {
    pad(target.dataset.pad);
  }
});

// Keys for fingers write into the field in use.
function pad(key) {
  const field = document.querySelector("#tendered, #points, #value, #price, #q") || line;
  field.focus();
  if (key === "↵") field.form.requestSubmit();
  else if (key === "⌫") field.value = field.value.slice(0, -1);
  else field.value += key;
}

// ---- points: figure and slider say the same, and the agent says what it pays

const slider = document.getElementById("slider");
if (slider) {
  const points = document.getElementById("points"), worth = document.getElementById("worth");
  const none = worth.textContent;
  let asked = 0;
  const tell = async () => {
    const number = ++asked, figure = points.value.trim();
    const say = (units, text) => {
      slider.value = units;
      worth.textContent = text;
      slider.setAttribute("aria-valuetext", text);
    };
    if (!figure) { say(0, none); return; }
    const answer = await fetch(`${base}/redeem/worth?points=${encodeURIComponent(figure)}`);
    if (!answer.ok || answer.redirected) return;
    const said = await answer.json();
    // Only the last figure has an answer to show.
    if (number === asked) say(said.points || 0, said.text);
  };
  const live = () => { tell().catch(() => { lost.hidden = false; }); };
  // In hundredths of a point.
  slider.addEventListener("input", () => { points.value = Number(slider.value) ? slider.value / 100 : ""; live(); });
  points.addEventListener("input", live);
  live();
}

// ---- tones: found one high, card two rising, error two low; always beside a text

const TONES = { found: [[880, 0, 60]], card: [[660, 0, 80], [990, 90, 80]], error: [[220, 0, 180], [220, 230, 180]] };
let audio = null;
// A touch or a key unlocks the sound device, also one on the page before: whoever logged in hears the first scan of a
// reader whose keys no browser sees. Opening it takes long enough to tear a scan apart: not while one is read.
const unlock = () => setTimeout(() => {
  if (burst && performance.now() - (burst.last || burst.early) < 500) { unlock(); return; }
  if (!audio) {
    audio = new AudioContext();
    audio.onstatechange = () => { body.dataset.sound = audio.state; };
  }
  body.dataset.sound = audio.state;
  if (audio.state === "suspended") audio.resume();
}, 1000);
unlock();
document.addEventListener("pointerdown", unlock, { once: true });
document.addEventListener("keydown", unlock, { once: true });

function play(tone) {
  body.dataset.tone = tone;
  document.dispatchEvent(new CustomEvent("yapa:tone", { detail: tone }));
  const volume = Number(body.dataset.volume || 20) / 100;
  if (!audio || !volume) return;
  for (const [hertz, after, lasts] of TONES[tone] || []) {
    const wave = audio.createOscillator();
    const gain = audio.createGain();
    gain.gain.value = volume;
    wave.frequency.value = hertz;
    wave.connect(gain).connect(audio.destination);
    wave.start(audio.currentTime + after / 1000);
    wave.stop(audio.currentTime + (after + lasts) / 1000);
  }
}

// A notice sounds once, also across pages.
function sound() {
  const notice = document.getElementById("notice");
  const number = notice.dataset.number || "0";
  const key = `yapa-heard-${base}`;
  const heard = sessionStorage.getItem(key);
  sessionStorage.setItem(key, number);
  if (heard !== null && heard !== number && number !== "0") play(notice.dataset.tone);
}

sound();
const query = document.getElementById("q");
if (query) query.select();
