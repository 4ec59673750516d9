// The browser's own printer. The page to print is laid into a frame that nobody sees; on a phone whose browser prints the
// whole window instead, style/paper.css leaves nothing of the window but that frame.

import { h } from "./dom.js";

/** Opens the system's print dialogue for the page at `address`, which must be one of the terminal's. */
export function printPage(address) {
  dropPage();
  const frame = h("iframe", { class: "paper", src: address, tabindex: "-1", "aria-hidden": "true" });
  frame.addEventListener("load", () => {
    // A refusal comes as JSON and is no paper; the screen then still asks whether the receipt came out.
    if (frame.contentDocument?.contentType === "text/html") frame.contentWindow.print();
  });
  document.body.append(frame);
}

/** Forgets the page: it has a patient on it, and printing this window later must not print it once more. */
export function dropPage() {
  document.querySelector("iframe.paper")?.remove();
}
