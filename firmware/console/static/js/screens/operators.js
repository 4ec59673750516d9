// Who may use the terminal: add somebody, give somebody a new PIN.

import { duration } from "../amounts.js";
import { button } from "../buttons.js";
import { h } from "../dom.js";
import { t, wordFor } from "../words.js";
import { goTo, namePage, newPin } from "./new_pin.js";

const ROLES = ["doctor", "supervisor", "technician"];

function remark({ locked_s: locked, new_pin: stale }) {
  if (stale) return h("span", { class: "hint wrong" }, t("operators.new_pin"));
  return locked ? h("span", { class: "hint wrong" }, t("operators.locked", { time: duration(locked) })) : null;
}

function row(desk, operator) {
  const reset = () => goTo(desk, "pin", { operator });
  return h(
    "li",
    { class: "line", "data-key": operator.id, "data-operator": operator.id },
    h(
      "div",
      { class: "line-name" },
      h("strong", {}, operator.name),
      h("span", { class: "drug-detail" }, wordFor("role", operator.role)),
    ),
    remark(operator),
    button(`reset:${operator.id}`, t("operators.reset"), reset),
  );
}

function list(desk) {
  return {
    content: h(
      "div",
      { class: "column" },
      h("h1", {}, t("operators.title")),
      desk.local.done ? h("p", { class: "hint", role: "status", "data-done": "" }, desk.local.done) : null,
      h(
        "ul",
        { class: "lines" },
        desk.state.operators.map((operator) => row(desk, operator)),
      ),
    ),
    buttons: [
      button("back", t("action.back"), () => desk.look("terminal"), { kind: desk.may("create") ? "plain" : "primary" }),
      desk.may("create")
        ? button("add", t("operators.add"), () => goTo(desk, "name", { adds: true }), { kind: "primary" })
        : null,
    ],
  };
}

function rolePage(desk) {
  const { name } = desk.local;
  const choose = (role) => () => goTo(desk, "pin", { adds: true, name, role });
  const label = (role) => [
    h("strong", {}, t(`role.${role}`)),
    h("span", { class: "drug-detail" }, t(`role_about.${role}`)),
  ];
  return {
    content: h(
      "div",
      { class: "column" },
      h("h1", {}, t("operators.role", { name })),
      ROLES.map((role) => button(`role:${role}`, label(role), choose(role), { className: "result tall" })),
    ),
    buttons: [button("back", t("action.back"), () => goTo(desk, "name", { adds: true, name }))],
  };
}

function pinOfNew(desk) {
  const { name, role } = desk.local;
  return newPin(desk, {
    title: t("operators.pin_of", { name }),
    action: "create",
    finish: t("operators.create"),
    kept: { adds: true, name, role },
    back: () => goTo(desk, "role", { adds: true, name }),
    send: async (pin) => {
      const body = { name: name.trim(), pin, role };
      if (await desk.post("create", "api/operators/create", body)) goTo(desk, "list", { done: t("operators.added", { name }) });
    },
  });
}

function pinOfKnown(desk) {
  const { operator } = desk.local;
  return newPin(desk, {
    title: t("operators.pin_of", { name: operator.name }),
    action: "reset",
    finish: t("operators.finish"),
    kept: { operator },
    back: () => goTo(desk, "list", {}),
    send: async (pin) => {
      const body = { operator: operator.id, pin };
      if (await desk.post("reset", "api/operators/reset", body)) {
        goTo(desk, "list", { done: t("operators.was_reset", { name: operator.name }) });
      }
    },
  });
}

/** The operators, and the steps to change one. */
export function operators(desk) {
  const { stage, adds } = desk.local;
  const back = () => goTo(desk, "list", {});
  if (stage === "name") {
    return namePage(desk, { title: t("operators.name"), hint: t("operators.name_hint") }, "role", back);
  }
  if (stage === "role") return rolePage(desk);
  if (stage === "pin" || stage === "again") return adds ? pinOfNew(desk) : pinOfKnown(desk);
  return list(desk);
}
