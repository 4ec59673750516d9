// Who is being served: the line under the status bar while a visit is on the screen.

import { yuan } from "./amounts.js";
import { button } from "./buttons.js";
import { h } from "./dom.js";
import { t, wordFor } from "./words.js";

const MAY_CHANGE_DIAGNOSIS = ["prescribe", "dispense"];

function diagnosisLine(desk) {
  const { diagnosis, step } = desk.state.visit;
  if (!diagnosis) return null;
  const change = MAY_CHANGE_DIAGNOSIS.includes(step) && desk.allows("diagnosis") && desk.view !== "diagnosis";
  return h(
    "span",
    { class: "patient-diagnosis" },
    h("span", {}, diagnosis.name),
    change
      ? h(
          "button",
          {
            type: "button",
            class: "chip calm",
            "data-action": "change-diagnosis",
            onclick: () => desk.look("diagnosis"),
          },
          t("action.change"),
        )
      : null,
  );
}

// Every visit has its own address, and an element of its own: one patient's face never stands beside another's name.
function face(visit) {
  if (!visit.patient.photo) return null;
  return h("img", {
    class: "patient-photo",
    src: `api/visit/photo?visit=${encodeURIComponent(visit.id)}`,
    alt: t("patient.photo"),
    draggable: "false",
    "data-key": visit.id,
  });
}

/** Photo, name, sex, age, insurance and diagnosis of the patient on the screen. */
export function patientLine(desk) {
  const { patient, step } = desk.state.visit;
  const age = Number.isInteger(patient.age) ? t("patient.age", { age: patient.age }) : null;
  return h(
    "section",
    { class: step === "diagnose" ? "patient arriving" : "patient", "aria-label": t("patient.label") },
    face(desk.state.visit),
    h("strong", { class: "patient-name" }, patient.name),
    h("span", {}, [wordFor("sex", patient.sex), age].filter(Boolean).join(" ")),
    patient.insurance ? h("span", {}, wordFor("insurance", patient.insurance)) : null,
    h(
      "span",
      { class: `insured ${patient.insured}`, "data-insured": patient.insured },
      t(`insured.${patient.insured}`),
    ),
    Number.isInteger(patient.balance_fen)
      ? h("span", {}, t("patient.balance", { amount: yuan(patient.balance_fen) }))
      : null,
    patient.card_expired ? h("span", { class: "insured no" }, t("patient.card_expired")) : null,
    diagnosisLine(desk),
  );
}

/** The way back from a view that the doctor opened himself. */
export function backButton(desk) {
  return button("back", t("action.back"), () => desk.look(null));
}
