// The page as a whole: bar, banners, patient, the screen, its buttons, and a panel over all of it when one is open.

import { busyBar, setAsideButton } from "./buttons.js";
import { h } from "./dom.js";
import { noticeBanner } from "./notice.js";
import { levelBanner } from "./outbox.js";
import { patientLine } from "./patient.js";
import { isPage, screenOf, stepOf } from "./screens/choose.js";
import { dayEndBanner } from "./screens/day_end.js";
import { statusBar } from "./status_bar.js";
import { t } from "./words.js";

// These screens say themselves what is being done.
const SPEAKS_ITSELF = ["settling", "receipt"];

function lostBanner(desk) {
  return desk.connected ? null : h("div", { class: "lost", role: "alert", "data-key": "lost" }, t("link.lost"));
}

function footer(desk, step, buttons) {
  const shown = buttons.filter(Boolean);
  if (!desk.showsBusy || SPEAKS_ITSELF.includes(step))
    return shown.length ? h("footer", { class: "buttons" }, shown) : null;
  const aside = desk.state.visit && !isPage(step) ? setAsideButton(desk) : null;
  return h("footer", { class: "buttons" }, aside, busyBar(desk));
}

function sheet(desk) {
  if (!desk.sheet) return null;
  return h(
    "div",
    { class: "shade" },
    h("div", { class: "sheet", role: "dialog", "aria-modal": "true" }, desk.sheet(desk)),
  );
}

// What a screen remembers goes with it: a PIN half typed is not there when the screen comes back.
function turnLocal(desk, step) {
  const place = [step, desk.state.visit?.id, desk.state.operator?.id].join(" ");
  if (desk.place === place) return;
  desk.place = place;
  desk.local = {};
}

/** The whole page for what the desk knows now. */
export function frame(desk) {
  if (!desk.state)
    return h(
      "div",
      { class: "desk" },
      h("p", { class: "starting" }, t(desk.connected ? "link.starting" : "link.connecting")),
    );
  const step = stepOf(desk);
  turnLocal(desk, step);
  desk.onKey = null;
  const { content, buttons } = screenOf(step)(desk);
  const page = h(
    "div",
    { class: "page", inert: Boolean(desk.sheet) },
    statusBar(desk),
    lostBanner(desk),
    noticeBanner(desk),
    step === "welcome" ? levelBanner(desk) : null,
    step === "welcome" ? dayEndBanner(desk) : null,
    desk.state.visit && desk.state.operator && !isPage(step) ? patientLine(desk) : null,
    h("main", { class: "screen", "data-step": step, "data-key": desk.place }, content),
    footer(desk, step, buttons),
  );
  return h("div", { class: "desk" }, page, sheet(desk));
}
