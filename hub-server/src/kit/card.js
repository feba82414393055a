// Asks for the worker that keeps this page for when there is no network. Without one the page works all the same.
"use strict";
if (navigator.serviceWorker) {
  const isKept = navigator.serviceWorker.controller;
  navigator.serviceWorker.register("/c/worker.js").then(() => navigator.serviceWorker.ready).then((ready) => {
    if (isKept) return;
    const parts = [...document.querySelectorAll("link[href], script[src]")].map((part) => part.href || part.src);
    ready.active.postMessage([location.pathname, ...parts]);
  }).catch((reason) => console.info("The card is not kept for later:", reason));
}
