// Why the platform's amounts are others than this terminal reckoned: behind one key, for whoever wants to know.

import { yuan } from "./amounts.js";
import { button, explain } from "./buttons.js";
import { h } from "./dom.js";
import { t } from "./words.js";

function cause({ cause: name, params }) {
  const key = name === "deductible" && params.left_fen !== undefined ? "deductible_left" : name;
  const none = name === "ceiling" && params.fen === 0 ? "_reached" : "";
  return t(`cause.${key}${none}`, { ...params, amount: yuan(params.fen ?? 0), left: yuan(params.left_fen ?? 0) });
}

function row({ field, expected_fen: expected, actual_fen: actual }) {
  return t("compare.row", { field: t(`field.${field}`), actual: yuan(actual), expected: yuan(expected) });
}

/** A button that explains the differences; absent where there are none. */
export function comparisonButton(desk) {
  const { comparison } = desk.state.visit;
  if (!comparison?.fields.length) return null;
  const press = () =>
    explain(desk, t("compare.title"), [
      ...comparison.causes.map(cause),
      comparison.fields.map((one) => h("span", { class: "compare-row", "data-field": one.field }, row(one))),
      t(comparison.verified ? "compare.platform_counts" : "compare.unverified"),
    ]);
  return button("compare", t("compare.differs"), press, { className: "compare" });
}
