// A masked value that was shown covers itself again. <span class="masked" data-reveal-seconds="30">…</span>
// htmx fetches the open value into it (the server writes the viewing down); after the seconds the mask comes back.
"use strict";
(() => {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const place = event.detail.target;
    const seconds = Number(place && place.dataset.revealSeconds);
    if (!seconds || place.dataset.revealed) return;
    const mask = [...place.childNodes].map((node) => node.cloneNode(true));
    place.dataset.revealed = "yes";
    setTimeout(() => {
      delete place.dataset.revealed;
      place.replaceChildren(...mask);
      window.htmx.process(place);
    }, seconds * 1000);
  });
})();
