// The terminal's screen: puts the desk, the line to the terminal and the page together.

import { Desk } from "./desk.js";
import { morph } from "./dom.js";
import { frame } from "./frame.js";
import { Link } from "./link.js";
import { dropPage } from "./paper.js";
import { speak } from "./words.js";

const AGAIN_MS = 2000;
const root = document.getElementById("desk");

function draw() {
  const hadSheet = root.querySelector(".sheet") !== null;
  const page = frame(desk);
  page.id = root.id;
  morph(root, page);
  if (desk.sheet && !hadSheet) root.querySelector(".sheet .button.primary")?.focus();
}

function onKeyDown(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape" && desk.sheet) desk.open(null);
  else if (event.target.nodeName !== "INPUT" && !desk.sheet) desk.onKey?.(event);
}

const desk = new Desk(draw);
const link = new Link(
  (state) => {
    if (state.visit?.step !== "receipt" || state.visit.id !== desk.state?.visit?.id) dropPage();
    desk.receive(state);
  },
  (connected) => desk.connection(connected),
);
desk.onSession = () => link.open();

async function begin() {
  try {
    await speak();
  } catch (trouble) {
    console.warn("the words did not come:", trouble.message);
    window.setTimeout(begin, AGAIN_MS);
    return;
  }
  desk.refresh();
  link.open();
}

// A phone that was asleep has missed what happened.
function onVisible() {
  if (document.visibilityState === "visible" && desk.state) link.open();
}

document.addEventListener("keydown", onKeyDown);
document.addEventListener("visibilitychange", onVisible);
begin();
