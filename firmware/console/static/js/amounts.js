// Money and time as people read them. Money comes as whole 分.

import { h } from "./dom.js";
import { t } from "./words.js";

/** "¥25.20" for 2520. */
export function yuan(fen) {
  const size = Math.abs(fen);
  return `${fen < 0 ? "-" : ""}¥${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}

/** An amount with its name; `name` ("total", "fund", "own", "account", "cash") also marks the figure for tests. */
export function amount(name, fen, className = "") {
  return h(
    "div",
    { class: `amount ${className}` },
    h("span", { class: "amount-name" }, t(`amount.${name}`)),
    h("span", { class: "amount-figure", "data-amount": name }, yuan(fen)),
  );
}

/** "3 分钟" for 200 seconds: a length of time, as coarse as people speak of it. */
export function duration(seconds) {
  if (seconds < 60) return t("time.seconds", { n: Math.max(0, Math.round(seconds)) });
  if (seconds < 3600) return t("time.minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 86400) return t("time.hours", { n: Math.floor(seconds / 3600) });
  return t("time.days", { n: Math.floor(seconds / 86400) });
}

/** "09-21 14:05" in the time of the clinic, for seconds since 1970. */
export function timeOfDay(seconds) {
  const format = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const part = Object.fromEntries(
    format.formatToParts(new Date(seconds * 1000)).map(({ type, value }) => [type, value]),
  );
  return `${part.month}-${part.day} ${part.hour}:${part.minute}`;
}
