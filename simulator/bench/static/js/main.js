// Puts the counter together: one part per thing on it, all fed from the bench's event stream.

import { devices } from "./devices.js";
import { patients } from "./patients.js";
import { platform } from "./platform.js";
import { printer } from "./printer.js";
import { shelf } from "./shelf.js";
import { terminal } from "./terminal.js";
import { trouble } from "./trouble.js";
import { loadWords, switchLanguage, t, wordOr } from "./words.js";

const PARTS = { terminal, patients, printer, shelf, devices, platform, trouble };
const TOAST_MS = 6000;
let updates = [];
let state = null;
let toastTimer = 0;

/** Do `line` at the counter; what cannot be done is said at the foot of the page. */
async function act(line) {
  const answer = await fetch("api/do", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ line }),
  }).catch(() => null);
  if (answer === null) say(t("gone"));
  else if (!answer.ok) say(reason(await answer.json()));
  return answer !== null && answer.ok;
}

/** Why it cannot be done, in the page's language where the page has a sentence for it. */
function reason({ error, key }) {
  return wordOr(`error.${key}`, error);
}

function say(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.hidden = true), TOAST_MS);
}

function build() {
  updates = Object.entries(PARTS).map(([name, part]) => part(document.getElementById(name), act));
  const language = document.getElementById("language-button");
  language.textContent = t("other-language");
  const button = document.getElementById("trouble-button");
  button.textContent = t("trouble.open");
  if (state !== null) update();
}

function update() {
  for (const tell of updates) tell(state);
}

function listen() {
  const events = new EventSource("api/events");
  events.addEventListener("state", (event) => {
    document.body.classList.remove("gone");
    state = JSON.parse(event.data);
    update();
  });
  events.addEventListener("error", () => document.body.classList.add("gone"));
}

await loadWords();
build();
document.getElementById("language-button").addEventListener("click", () => {
  switchLanguage();
  build();
});
listen();
