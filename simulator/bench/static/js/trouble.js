// The drawer with everything that can go wrong: the simulator's own catalogue of faults.

import { doing, h, whenChanged } from "./dom.js";
import { t, wordOr } from "./words.js";

// What is usually wanted behind a fault's name, so that one click is enough.
const USUAL = {
  "printer.paper_out_after": "6",
  "printer.forgets": null, // takes nothing
  "network.cut_before": "2207",
  "network.cut_after": "2207",
  "platform.refuse": "2207 系统繁忙，请稍后再试",
  "platform.slow": "4000",
  "platform.clock_skew": "600",
  "platform.gateway_502": "3",
  "platform.wrong_sums": "2207",
};

/** Fills `root`; the result takes the bench's state. */
export function trouble(root, act) {
  const list = h("ul", {});
  const active = h("span", {});
  root.replaceChildren(
    h(
      "header",
      {},
      h("h2", {}, t("trouble.title")),
      doing(act, "fault clear", { class: "quiet" }, t("trouble.clear-all")),
      h("button", { type: "button", class: "quiet", click: () => show(root, false) }, t("trouble.close")),
    ),
    h("p", {}, t("trouble.hint"), " ", active),
    list,
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
    list.replaceChildren(...faults.map((fault) => row(fault, act)));
  });
  return (state) => draw(state.faults);
}

function show(root, open) {
  root.hidden = !open;
  const button = document.getElementById("trouble-button");
  button.setAttribute("aria-expanded", String(open));
  if (open) root.querySelector("button").focus();
  else button.focus();
}

function row({ name, about, active }, act) {
  const usual = USUAL[name];
  const details = h("input", { type: "text", value: usual ?? "", placeholder: t("trouble.times"), "aria-label": t("trouble.details") });
  details.hidden = usual === null;
  const start = () => act(`fault ${name} ${details.value}`.trim());
  return h(
    "li",
    { class: active ? "active" : "" },
    h("code", {}, name),
    h("p", {}, wordOr(`fault.${name}`, about)),
    active
      ? doing(act, `fault clear ${name}`, {}, t("trouble.clear"))
      : [details, h("button", { type: "button", "data-do": `fault ${name}`, click: start }, t("trouble.start"))],
  );
}
