// What the terminal or a refused press has to tell the doctor: one sentence that says what to do now.

import { button } from "./buttons.js";
import { h } from "./dom.js";
import { has, t } from "./words.js";

const PLATFORM_LIMIT = 160; // a platform's own sentence can be a page long

/** The sentences for `code`, in reading order: what the platform said, then what to do. */
export function sentences(code, params = {}) {
  const platform = params.platform
    ? t("notice.platform", { platform: String(params.platform).slice(0, PLATFORM_LIMIT) })
    : null;
  const advice = has(`error.${code}`) ? t(`error.${code}`, params) : t("notice.unknown", { code });
  return [platform, advice].filter(Boolean);
}

// The screen of the receipt says in large letters what is wrong with the printer; twice is once too often.
function saidByScreen(desk, code) {
  return desk.state.visit?.step === "receipt" && desk.state.operator && code.startsWith("printer.");
}

/** The banner, or null. What this screen's own press was refused for goes before what the terminal said earlier. */
export function noticeBanner(desk) {
  const notice = desk.error ? { kind: "error", ...desk.error } : desk.state.notice;
  if (!notice || saidByScreen(desk, notice.code)) return null;
  const dismiss = () => {
    desk.error = null;
    if (desk.state.notice && desk.state.operator) desk.post("dismiss", "api/notice/dismiss");
    else desk.refresh();
  };
  return h(
    "div",
    { class: `notice ${notice.kind}`, role: "alert", "data-code": notice.code },
    h(
      "div",
      { class: "notice-text" },
      sentences(notice.code, notice.params ?? {}).map((line) => h("p", {}, line)),
    ),
    button("dismiss", t("action.dismiss"), dismiss, { disabled: !desk.connected }),
  );
}
