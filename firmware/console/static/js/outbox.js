// What is not sent yet: always in the bar with its number, amount and age, and in words when there is little room left.

import { duration, yuan } from "./amounts.js";
import { chip, explain, pageButton } from "./buttons.js";
import { h } from "./dom.js";
import { t } from "./words.js";

const TELLS = 80; // per cent of what the terminal can keep, from where on the screen says what to do
const URGENT = 95;
const FULL = 100;

/** The age of the oldest unsent message, in seconds, now. */
function oldest(desk) {
  return desk.state.outbox.oldest_s + Math.floor((Date.now() - desk.receivedAt) / 1000);
}

/** Whether no new visit can be opened. */
export function isFull(desk) {
  return (desk.state.outbox?.level ?? 0) >= FULL;
}

/** What waits, as a sentence; or that nothing does. */
export function waitingWords(desk) {
  const { waiting, quarantined, amount_fen: fen } = desk.state.outbox;
  if (!waiting) return t(quarantined ? "outbox.rest_uploaded" : "done.uploaded");
  return t("outbox.waiting", { n: waiting, amount: yuan(fen), oldest: duration(oldest(desk)) });
}

/** What to do at this level, or null while there is room. */
export function levelWords(desk) {
  const { level } = desk.state.outbox;
  return level ? t(`outbox_level.${level}`) : null;
}

// Two lines in the bar: how many, and how much for how long.
function shortWords(desk) {
  const { waiting, quarantined, amount_fen: fen, level } = desk.state.outbox;
  const many = [
    level ? t("outbox.short_level", { level }) : null,
    t("outbox.short", { n: waiting }),
    quarantined ? t("outbox.short_refused", { n: quarantined }) : null,
  ];
  const much = waiting ? `${yuan(fen)} ${t("outbox.oldest", { time: duration(oldest(desk)) })}` : null;
  const line = (words) => h("span", { class: "chip-line" }, words);
  return [line(many.filter(Boolean).join(" ")), " ", much ? line(much) : null];
}

function tone({ waiting, quarantined, level }) {
  if (quarantined || level >= URGENT) return "bad";
  return waiting ? "warn" : "good";
}

/** The outbox in the bar; a touch tells more. */
export function outboxChip(desk) {
  const { outbox } = desk.state;
  if (!outbox) return null;
  const { quarantined } = outbox;
  const refused = quarantined ? t("outbox.quarantined", { n: quarantined }) : null;
  const press = () =>
    explain(desk, t("outbox.title"), [waitingWords(desk), refused, levelWords(desk)].filter(Boolean), [
      quarantined && desk.may("held") ? pageButton(desk, "held", t("held.open")) : null,
    ]);
  return chip("outbox", shortWords(desk), tone(outbox), press);
}

/** Between two patients: that there is little room left, and the way out. */
export function levelBanner(desk) {
  const level = desk.state.outbox?.level ?? 0;
  if (level < TELLS || isFull(desk)) return null; // when it is full, the screen itself says so
  return h(
    "div",
    { class: `notice ${level >= URGENT ? "error" : "warning"}`, role: "status", "data-level": level, "data-key": "level" },
    h("div", { class: "notice-text" }, h("p", {}, levelWords(desk))),
    desk.may("carry") ? pageButton(desk, "terminal", t("outbox.carry")) : null,
  );
}
