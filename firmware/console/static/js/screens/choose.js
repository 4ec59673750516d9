// Which screen is shown is decided by the terminal's state, and for a moment by a view the doctor went back to.

import { catalogues } from "./catalogues.js";
import { setup, signIn } from "./entry.js";
import { dayEnd } from "./day_end.js";
import { held } from "./held.js";
import { operators } from "./operators.js";
import { terminal } from "./terminal.js";
import { welcome } from "./welcome.js";
import { diagnose, prescribe } from "./prescribing.js";
import { confirm, dispense, price } from "./counting.js";
import { cancelled, cancelling, done, receipt, settling } from "./closing.js";
import { dueFindings, review } from "./review.js";

const STEPS = { diagnose, prescribe, dispense, price, confirm, review, settling, receipt, done, cancelling, cancelled };
const VIEWS = {
  lines: { action: "lines", steps: ["dispense", "price", "confirm"], step: "prescribe" },
  diagnosis: { action: "diagnosis", steps: ["prescribe", "dispense"], step: "diagnose" },
};
// Pages that have nothing to do with the patient on the screen.
const PAGES = { catalogues, held, terminal, operators, day_end: dayEnd };

/** Whether the screen `step` is such a page. */
export function isPage(step) {
  return Object.hasOwn(PAGES, step);
}

/** The name of the screen (`data-step`) for what the desk knows. */
export function stepOf(desk) {
  const { setup: first, operator, visit } = desk.state;
  if (first) return "setup";
  if (!operator) return "sign-in";
  if (isPage(desk.view)) return desk.view;
  if (!desk.may("visit")) return "terminal";
  if (!visit) return desk.view === "number" ? "identity-number" : "welcome";
  const view = VIEWS[desk.view];
  if (view && view.steps.includes(visit.step) && desk.allows(view.action)) return view.step;
  return dueFindings(visit).length ? "review" : visit.step;
}

/** The function that draws the screen `step`: it returns {content, buttons}. */
export function screenOf(step) {
  if (step === "setup") return setup;
  if (step === "sign-in") return signIn;
  return STEPS[step] ?? PAGES[step] ?? welcome;
}
