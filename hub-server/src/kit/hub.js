// Helpers; every page works without them: parts that renew themselves, a card scanned anywhere, a file as text.
(() => {
  "use strict";
  const QUIET_MS = 400;      // several sales in a row renew the page once
  const RETRY_MS = 3000;
  const BURST_GAP_MS = 50;   // a scanner types faster than any person
  const BURST_MIN = 6;

  // --- renew the parts marked data-live, in place -----------------------------------------------------
  let running = false, again = false, timer = 0;

  const placeOf = (part) => {
    const focused = document.activeElement;
    if (!focused || !part.contains(focused)) return null;
    const all = [...part.querySelectorAll("a,button,input,select,summary,[tabindex]")];
    return { id: focused.id, at: all.indexOf(focused) };
  };
  const isTyping = (part) => {
    const focused = document.activeElement;
    return focused && part.contains(focused) && focused.matches("input,select,textarea");
  };
  const refocus = (part, place) => {
    if (!place) return;
    const all = [...part.querySelectorAll("a,button,input,select,summary,[tabindex]")];
    const target = (place.id && document.getElementById(place.id)) || all[place.at];
    if (target) target.focus({ preventScroll: true });
  };
  const swap = (old, fresh) => {
    if (old.innerHTML === fresh.innerHTML || isTyping(old)) return;
    const open = [...old.querySelectorAll("details")].map((d) => d.open);
    const place = placeOf(old);
    const next = document.importNode(fresh, true);
    next.querySelectorAll("details").forEach((d, i) => { if (open[i]) d.open = true; });
    old.replaceWith(next);
    refocus(next, place);
    next.classList.add("fresh");
  };
  const renew = async () => {
    if (running) { again = true; return; }
    running = true;
    try {
      const answer = await fetch(location.href, { headers: { "yapa-renew": "1" }, credentials: "same-origin" });
      if (answer.redirected && new URL(answer.url).pathname === "/login") { location.reload(); return; }
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const old of document.querySelectorAll("[data-live]")) {
          const fresh = page.querySelector('[data-live="' + old.dataset.live + '"]');
          if (fresh) swap(old, fresh);
        }
      }
    } catch { /* the stream's own state says that the hub is away */ }
    running = false;
    if (again) { again = false; soon(); }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(renew, QUIET_MS); };

  const topic = document.body.dataset.topic;
  const state = document.getElementById("live");
  if (topic && window.EventSource) {
    let wasOff = false, source;
    const say = (off) => {
      state.textContent = off ? state.dataset.off : "";
      state.classList.toggle("off", off);
    };
    const listen = () => {
      source = new EventSource("/live?topic=" + encodeURIComponent(topic));
      source.onopen = () => { say(false); if (wasOff) soon(); wasOff = false; };
      source.addEventListener("changed", soon);
      source.onerror = () => {
        wasOff = true;
        say(true);
        if (source.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
      };
    };
    listen();
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", (event) => { if (event.persisted) { listen(); soon(); } });
  }

  // --- a card scanned anywhere opens its customer -----------------------------------------------------
  const find = document.getElementById("find");
  let burst = "", last = 0, field = null, before = "";
  if (find) document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const quick = event.timeStamp - last <= BURST_GAP_MS;
    last = event.timeStamp;
    if (event.key === "Enter" || event.key === "Tab") {
      const code = quick ? burst : "";
      burst = "";
      if (code.length < BURST_MIN || field === find || (field && field.type === "password")) return;
      event.preventDefault();
      if (field && "value" in field) field.value = before;   // the field gets its own text back
      location.href = "/find?q=" + encodeURIComponent(code);
      return;
    }
    if (event.key.length !== 1) return;
    if (!quick) { burst = ""; field = document.activeElement; before = field && "value" in field ? field.value : ""; }
    burst += event.key;
  }, true);

  // --- small manners ------------------------------------------------------------------------------------
  const errors = document.querySelector("[data-focus]");
  if (errors) errors.focus();
  // A file chosen fills the text beside it, to be read before it is sent.
  for (const file of document.querySelectorAll("input[data-fills]")) {
    file.parentElement.hidden = false;
    file.addEventListener("change", async () => {
      const into = document.getElementById(file.dataset.fills);
      if (into && file.files.length) { into.value = await file.files[0].text(); into.focus(); }
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
