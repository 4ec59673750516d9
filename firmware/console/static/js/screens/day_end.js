// The day end: the sums of a day, whether the platform has the same, and what to do about each bill that differs.

import { yuan } from "../amounts.js";
import { button, pageButton, sendButton } from "../buttons.js";
import { h, picture } from "../dom.js";
import { Loaded } from "../get.js";
import { sentences } from "../notice.js";
import { reasonQuestion } from "../reasons.js";
import { has, t } from "../words.js";

const PATH = "api/day-end";
const DAY_MS = 86400000;
const MONEY = ["total_fen", "fund_fen", "account_fen", "cash_fen"];
const AMOUNTS = ["total_fen", "fund_fen", "account_fen"];
const GOOD = ["equal", "explained"];
const CALM = ["none", "not_compared", "not_kept"];
const DEALT_WITH = ["confirmed", "reversed", "gone", "noted"];
const EXPLAINED = ["undone", "other_day"];
const NOTES = {
  office: "note_reason.office",
  other_machine: "note_reason.other_machine",
  other_day: "note_reason.other_day",
};

// Days as the terminal writes them, `yyyy-MM-dd`; they are counted in UTC, where every day is as long as the others.
function shifted(date, days) {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function ranges(today) {
  const month = `${today.slice(0, 8)}01`;
  const before = shifted(month, -1);
  return {
    today: { begin: today, end: today },
    yesterday: { begin: shifted(today, -1), end: shifted(today, -1) },
    month: { begin: month, end: today },
    last_month: { begin: `${before.slice(0, 8)}01`, end: before },
  };
}

function daysOf({ begin, end }) {
  return begin === end ? begin : t("day_end.range", { begin, end });
}

function choose(desk, range) {
  desk.local.range = range;
  desk.local.page.load(`${PATH}?begin=${range.begin}&end=${range.end}`);
  desk.refresh();
}

function rangeButtons(desk, view) {
  return h(
    "div",
    { class: "day-ranges" },
    Object.entries(ranges(view.today)).map(([name, range]) =>
      button(`range:${name}`, t(`day_range.${name}`), () => choose(desk, range), {
        pressed: range.begin === view.begin && range.end === view.end,
      }),
    ),
  );
}

function figures({ sums }) {
  const refunds = sums.refunds ? t("day_end.refunds", { n: sums.refunds }) : null;
  return h(
    "div",
    { class: "day-figures" },
    h(
      "div",
      { class: "amount" },
      h("span", { class: "amount-name" }, t("day_sum.count")),
      h("span", { class: "amount-figure", "data-amount": "count" }, String(sums.count)),
      refunds ? h("span", { class: "hint" }, refunds) : null,
    ),
    MONEY.map((name) =>
      h(
        "div",
        { class: "amount" },
        h("span", { class: "amount-name" }, t(`day_sum.${name}`)),
        h("span", { class: "amount-figure", "data-amount": name }, yuan(sums[name])),
      ),
    ),
  );
}

function running(view) {
  const { done, of } = view.progress;
  const words = view.waits_for ? t(`error.${view.waits_for}`) : t(`day_step.${view.step}`);
  return h(
    "div",
    { class: "day-verdict waiting", role: "status", "data-verdict": "running" },
    picture("wait", "busy-picture"),
    h(
      "div",
      {},
      h("h2", {}, words),
      h("progress", { max: Math.max(of, 1), value: done }),
      h("p", {}, t("day_end.running_about")),
    ),
  );
}

function isOpen({ kind, state }) {
  return !DEALT_WITH.includes(state) && !EXPLAINED.includes(kind);
}

function verdictOf(view) {
  if (view.not_kept) {
    const about = view.kept_from ? t("day_end.kept_from", { day: view.kept_from }) : t("day_end.kept_later");
    return ["not_kept", t("day_end.not_kept"), about];
  }
  if (view.state === "none") return ["none", t("day_end.not_yet"), t("day_end.not_yet_about")];
  if (view.state === "stopped") {
    const why = view.trouble ? sentences(view.trouble.code, view.trouble.params).join(" ") : t("day_end.stopped_about");
    return ["stopped", t("day_end.stopped"), why];
  }
  if (view.stale) return ["stale", t("day_end.stale"), t("day_end.stale_about")];
  const listed = view.verdict === "unequal" ? view.differences.filter(isOpen) : view.differences;
  const n = listed.length + view.more;
  return [view.verdict, t(`day_verdict.${view.verdict}`, { n }), t(`day_about.${view.verdict}`)];
}

function verdict(view) {
  if (view.state === "running") return running(view);
  const [name, words, about] = verdictOf(view);
  const tone = GOOD.includes(name) ? "good" : CALM.includes(name) ? "calm" : "bad";
  return h(
    "div",
    { class: `day-verdict ${tone}`, role: "status", "data-verdict": name },
    name === "equal" ? picture("check", "busy-picture") : null,
    h(
      "div",
      {},
      h("h2", {}, words),
      h("p", {}, about),
      view.differences.length // each says what is wrong; the sums only say that something is
        ? null
        : view.words.map((said) => h("p", { class: "held-refusal" }, t("notice.platform", { platform: said }))),
    ),
  );
}

// What stands on either side, where it does.
function sides({ kind, here, there }) {
  const names = kind === "amounts" && here && there ? AMOUNTS.filter((name) => here[name] !== there[name]) : ["total_fen"];
  return names.map((name) => {
    const words = [here && t("difference.here", { amount: yuan(here[name]) })];
    words.push(there && t("difference.there", { amount: yuan(there[name]) }));
    return h("span", {}, `${t(`day_sum.${name}`)} ${words.filter(Boolean).join(" ")}`);
  });
}

// What came of it: the platform's sentence, or the code of what this terminal has to say.
function answerOf({ state, answer, reason }) {
  if (state === "noted") return t("difference_state.noted", { reason });
  const said = has(`error.${answer}`) ? t(`error.${answer}`) : answer && t("notice.platform", { platform: answer });
  const words = state ? t(`difference_state.${state}`) : null;
  return [words, state === "confirmed" ? null : said].filter(Boolean).join(" ");
}

function send(desk, action, path, body) {
  desk.open(null);
  return desk.post(action, `${PATH}/${path}`, body);
}

function reverseQuestion(desk, difference) {
  const amount = yuan(difference.there?.total_fen ?? 0);
  return [
    h("h2", {}, t("reverse.question", { amount })),
    h("p", {}, t("reverse.explanation")),
    h("p", { class: "drug-detail" }, t("difference.message", { msgid: difference.msgid })),
    h(
      "div",
      { class: "choices" },
      sendButton(desk, "reverse-yes", t("reverse.yes"), () => send(desk, "reverse", "reverse", { id: difference.id }), {
        kind: "danger",
      }),
      button("reverse-no", t("reverse.no"), () => desk.open(null), { kind: "primary" }),
    ),
  ];
}

function repairs(desk, difference) {
  const { id, actions } = difference;
  const words = (name) => t(`note.${name}`);
  const note = () => {
    desk.local.reason = "";
    desk.open(() => reasonQuestion(desk, words, NOTES, (reason) => send(desk, "note", "note", { id, reason })));
  };
  const presses = {
    ask: () =>
      sendButton(desk, `ask:${id}`, t("difference.ask"), () => send(desk, "ask", "ask", { id }), { kind: "primary" }),
    reverse: () =>
      desk.may("reverse")
        ? sendButton(desk, `reverse:${id}`, t("difference.reverse"), () => desk.open(() => reverseQuestion(desk, difference)), {
            kind: "danger",
          })
        : h("p", { class: "hint" }, t("difference.supervisor")),
    note: () => sendButton(desk, `note:${id}`, t("difference.note"), note),
  };
  return actions.length ? h("div", { class: "held-buttons" }, actions.map((name) => presses[name]())) : null;
}

function card(desk, difference) {
  const { id, kind, state, settlement, msgid, visit, refund, words, erased } = difference;
  const done = !isOpen(difference);
  const number = settlement ? t("difference.settlement", { settlement }) : t("difference.message", { msgid });
  return h(
    "li",
    { class: `held-message ${done ? "dealt-with" : ""}`, "data-key": id, "data-difference": id, "data-state": state },
    h(
      "div",
      { class: "held-head" },
      h("strong", {}, t(`difference_kind.${kind}`)),
      refund ? h("span", {}, t("difference.refund")) : null,
      visit ? h("span", {}, t("held.visit", { number: visit })) : null,
      sides(difference),
    ),
    h("p", { class: "drug-detail" }, number, words ? ` ${t("notice.platform", { platform: words })}` : ""),
    erased ? h("p", { class: "hint" }, t("difference.erased")) : null,
    h("p", { class: "held-refusal" }, answerOf(difference) || t(`difference_about.${kind}`)),
    repairs(desk, difference),
  );
}

function list(desk, view) {
  if (!view.differences.length) return null;
  const open = view.differences.filter(isOpen);
  const rest = view.differences.filter((difference) => !isOpen(difference));
  return [
    h(
      "ul",
      { class: "held-messages" },
      [...open, ...rest].map((difference) => card(desk, difference)),
    ),
    view.more ? h("p", { class: "hint" }, t("day_end.more", { n: view.more })) : null,
  ];
}

function paper(view) {
  const { slip } = view;
  if (view.state !== "done" || !slip || !has(`day_slip.${slip.state}`)) return null;
  return h("p", { class: "hint", "data-slip": slip.state }, t(`day_slip.${slip.state}`));
}

// The one key that is the next step: going back where nothing is to be done, else what there is to do.
function mainKey(view) {
  if (view.state === "running" || view.not_kept) return "back";
  if (view.state !== "done" || view.stale || view.verdict === "unexplained") return "start";
  return view.verdict === "unequal" ? "" : "back";
}

function keys(desk, view, range) {
  if (view.not_kept) return null;
  const body = { ...range, details: false };
  if (view.state === "running") {
    return sendButton(desk, "day-end-cancel", t("day_end.cancel"), () => desk.post("cancel", `${PATH}/cancel`));
  }
  const again = view.state === "done";
  const key = { none: "day_end.start", stopped: "day_end.go_on" }[view.state] ?? "day_end.again";
  const press = (details) => () => desk.post("day-end", `${PATH}/start`, { ...body, details });
  return [
    again && view.verdict === "equal" && !view.stale
      ? sendButton(desk, "day-end-details", t("day_end.details"), press(true))
      : null,
    again && !view.stale
      ? sendButton(desk, "day-end-print", t("day_end.print"), () => desk.post("print", `${PATH}/print`, range), {
          disabled: view.slip?.state === "printing",
        })
      : null,
    sendButton(desk, "day-end-start", t(key), press(false), {
      kind: mainKey(view) === "start" ? "primary" : "plain",
    }),
  ];
}

/** Between two patients: a day was forgotten. */
export function dayEndBanner(desk) {
  const date = desk.state.day_end?.reminder;
  if (!date) return null;
  return h(
    "div",
    { class: "notice warning", role: "status", "data-key": "day-end", "data-reminder": date },
    h("div", { class: "notice-text" }, h("p", {}, t("day_end.forgotten", { date }))),
    pageButton(desk, "day_end", t("day_end.open")),
  );
}

/** The page of the day end. A day that was forgotten is shown first. */
export function dayEnd(desk) {
  const date = desk.state.day_end?.reminder ?? "";
  desk.local.page ??= new Loaded(desk, `${PATH}?begin=${date}&end=${date}`);
  const { page } = desk.local;
  const serial = desk.state.day_end?.serial;
  if (desk.local.serial !== undefined && desk.local.serial !== serial) page.load();
  desk.local.serial = serial;
  const view = page.value;
  const kind = view && mainKey(view) === "back" ? "primary" : "plain";
  const back = button("back", t("action.back"), () => desk.look(null), { kind });
  if (!view) {
    const words = h("p", { class: "hint" }, t(page.failed ? "search.failed" : "held.looking"));
    return { content: h("div", { class: "column" }, h("h1", {}, t("day_end.title")), words), buttons: [back] };
  }
  const range = { begin: view.begin, end: view.end };
  return {
    content: h(
      "div",
      { class: "column day-end" },
      h(
        "div",
        { class: "day-top" },
        h("h1", {}, t("day_end.title"), h("span", { class: "day-days" }, daysOf(view))),
        rangeButtons(desk, view),
      ),
      verdict(view),
      paper(view),
      list(desk, view),
      figures(view),
    ),
    buttons: [back, keys(desk, view, range)].flat(),
  };
}
