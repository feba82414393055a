// The customer's display: shows what the agent says, and nothing can be done on it.
"use strict";

const events = new EventSource(document.body.dataset.events);
events.addEventListener("screen", (e) => {
  const fresh = new DOMParser().parseFromString(e.data, "text/html").getElementById("display");
  const old = document.getElementById("display");
  if (fresh && old.outerHTML !== fresh.outerHTML) old.replaceWith(fresh);
});
