// The drawer with everything that can go wrong: the simulator's own catalogue of faults, device by device.

import { doing, h, whenChanged } from "./dom.js";
import { t, wordOr } from "./words.js";

const DEVICES = ["reader", "scanner", "printer"]; // those whose cable can be put in again under another port

// What is usually wanted behind a fault's name, so that one click is enough.
const USUAL = {
  late: "800",
  ack_late: "300",
  small_buffer: "8",
  stalls: "5",
  paper_out_after: "6",
  cut_before: "2207",
  cut_after: "2207",
  refuse: "2207 系统繁忙，请稍后再试",
  slow: "4000",
  clock_skew: "600",
  gateway_502: "3",
  wrong_sums: "2207",
  silent_before: "2207",
  silent_after: "2207",
  duplicate_answer: "2207",
  maintenance: "html",
  expired_signature: "1",
  certificate: "expired",
  fuzz: "2207 1",
};

/** Fills `root`; the result takes the bench's state. */
export function trouble(root, act) {
  const groups = h("div", {});
  const opened = new Set([DEVICES[0]]);
  root.replaceChildren(
    h(
      "header",
      {},
      h("h2", {}, t("trouble.title")),
      doing(act, "fault clear", { class: "quiet" }, t("trouble.clear-all")),
      h("button", { type: "button", class: "quiet", click: () => show(root, false) }, t("trouble.close")),
    ),
    h("p", {}, t("trouble.hint")),
    groups,
  );
  const button = document.getElementById("trouble-button");
  button.onclick = () => show(root, root.hidden);
  document.onkeydown = (event) => {
    if (event.key === "Escape" && !root.hidden) show(root, false);
  };
  const draw = whenChanged((faults) => {
    const count = faults.filter((fault) => fault.active).length;
    button.classList.toggle("active", count > 0);
    button.textContent = t(count > 0 ? "trouble.open-active" : "trouble.open", { count });
    const owners = [...new Set(faults.map(ownerOf))];
    groups.replaceChildren(
      ...owners.map((owner) => group(owner, faults.filter((fault) => ownerOf(fault) === owner), opened, act)),
    );
  });
  return (state) => draw(state.faults);
}

function ownerOf({ name }) {
  return name.split(".")[0];
}

function group(owner, faults, opened, act) {
  const active = faults.filter((fault) => fault.active).length;
  const sorted = [...faults].sort((one, other) => Number(other.active) - Number(one.active));
  const details = h(
    "details",
    { open: opened.has(owner) || active > 0, "data-owner": owner },
    h(
      "summary",
      {},
      t(`owner.${owner}`),
      h("small", { class: active ? "active" : "" }, active ? t("trouble.active", { count: active }) : String(faults.length)),
    ),
    DEVICES.includes(owner) && h("p", { class: "hands" }, doing(act, `${owner} replug`, {}, t("device.replug"))),
    h("ul", {}, sorted.map((fault) => row(fault, act))),
  );
  details.addEventListener("toggle", () => (details.open ? opened.add(owner) : opened.delete(owner)));
  return details;
}

function show(root, open) {
  root.hidden = !open;
  const button = document.getElementById("trouble-button");
  button.setAttribute("aria-expanded", String(open));
  if (open) root.querySelector("button").focus();
  else button.focus();
}

function row({ name, about, arguments: kinds, active }, act) {
  const knob = name.split(".")[1];
  const placeholder = kinds.map((kind) => wordOr(`argument.${kind}`, kind)).join(" ");
  const label = `${t("trouble.details")} ${placeholder}`;
  const details = h("input", { type: "text", value: USUAL[knob] ?? "", placeholder, "aria-label": label });
  details.hidden = kinds.length === 0;
  const start = () => act(`fault ${name} ${details.value}`.trim());
  return h(
    "li",
    { class: active ? "active" : "" },
    h("code", {}, name),
    h("p", {}, wordOr(`fault.${name}`, wordOr(`fault.line.${knob}`, about))),
    active
      ? doing(act, `fault clear ${name}`, {}, t("trouble.clear"))
      : [details, h("button", { type: "button", "data-do": `fault ${name}`, click: start }, t("trouble.start"))],
  );
}
