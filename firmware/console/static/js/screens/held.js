// Messages that the platform refused. The others go on; a person decides about these.

import { timeOfDay, yuan } from "../amounts.js";
import { button, sendButton } from "../buttons.js";
import { h } from "../dom.js";
import { Loaded } from "../get.js";
import { levelWords, waitingWords } from "../outbox.js";
import { reasonQuestion } from "../reasons.js";
import { has, t, wordFor } from "../words.js";

const PATH = "api/outbox/held";
const REASONS = {
  typed_in: "release_reason.typed_in",
  office: "release_reason.office",
  twice: "release_reason.twice",
};

async function retry(desk, message) {
  const { page } = desk.local;
  if (await desk.post("retry", "api/outbox/retry", { id: message.id })) page.load();
}

async function release(desk, message, reason) {
  const { page } = desk.local;
  desk.open(null);
  if (await desk.post("release", "api/outbox/release", { id: message.id, reason })) page.load();
}

// The platform's own sentence, or the code of what this terminal found wrong with it before it was sent. Of a message of
// many rows the platform says one to each drug.
function why({ refusal }, rows) {
  if (has(`error.${refusal}`)) return t(`error.${refusal}`, { field: t("held.some_field") });
  return t("notice.platform", { platform: rows.length > 1 ? refusal.replaceAll("; ", "\n") : refusal });
}

// Which row, or how many: <visit's number>-<line>-<lot>, with blanks between.
function whatRows(message, rows) {
  const what = wordFor("infno", message.infno);
  if (rows.length > 1) return t("held.what_many", { what, n: rows.length });
  const [, line] = /-(\d+)-\d+$/.exec(message.row) ?? [null, message.row];
  return t("held.what", { what, line });
}

// The visit's number is said once.
function rowNumbers(rows) {
  const number = /^(.*)-\d+-\d+$/.exec(rows[0])?.[1] ?? "";
  return rows.map((row, at) => (at && row.startsWith(number) ? row.slice(number.length) : row)).join(" ");
}

function card(desk, message) {
  const words = (name) => t(`release.${name}`);
  const ask = () => {
    desk.local.reason = "";
    desk.open(() => reasonQuestion(desk, words, REASONS, (reason) => release(desk, message, reason)));
  };
  const rows = message.row.split(" ");
  return h(
    "li",
    { class: "held-message", "data-key": message.id, "data-held": message.id },
    h(
      "div",
      { class: "held-head" },
      h("strong", {}, t("held.visit", { number: message.visit.slice(-4) })),
      h("span", {}, `${whatRows(message, rows)} ${yuan(message.amount_fen)}`),
      h("span", { class: "kept-time" }, t("held.since", { time: timeOfDay(message.created) })),
    ),
    h("p", { class: "held-refusal" }, why(message, rows)),
    h("p", { class: "drug-detail" }, t("held.row", { row: rowNumbers(rows) })),
    h(
      "div",
      { class: "held-buttons" },
      sendButton(desk, `retry:${message.id}`, t("held.retry"), () => retry(desk, message)),
      desk.may("release") ? sendButton(desk, `release:${message.id}`, t("held.release"), ask, { kind: "quiet" }) : null,
    ),
  );
}

function list(desk, page) {
  if (page.failed) {
    return [h("p", { class: "hint" }, t("search.failed")), button("again", t("search.again"), () => page.load())];
  }
  if (!page.value) return h("p", { class: "hint" }, t("held.looking"));
  const { messages } = page.value;
  if (!messages.length) return h("p", { class: "hint" }, t("held.none"));
  return h(
    "ul",
    { class: "held-messages" },
    messages.map((message) => card(desk, message)),
  );
}

// The next page begins behind the last message of this one.
function turnButtons(desk, page) {
  const more = page.value?.more;
  const { starts } = desk.local;
  const turn = (next) => () => {
    desk.local.starts = next;
    page.load(`${PATH}?after=${encodeURIComponent(next.at(-1) ?? "")}`);
    desk.refresh();
  };
  return [
    starts.length ? button("page-before", t("held.before"), turn(starts.slice(0, -1))) : null,
    more ? button("page-next", t("held.next"), turn([...starts, page.value.messages.at(-1).id])) : null,
  ];
}

/** What waits, and what a person must decide about. */
export function held(desk) {
  desk.local.page ??= new Loaded(desk, PATH);
  desk.local.starts ??= [];
  const { page } = desk.local;
  const { quarantined } = desk.state.outbox;
  if (desk.local.count !== undefined && desk.local.count !== quarantined) page.load();
  desk.local.count = quarantined;
  return {
    content: h(
      "div",
      { class: "column" },
      h("h1", {}, t("held.title", { n: quarantined })),
      h("p", { class: "hint" }, [waitingWords(desk), levelWords(desk)].filter(Boolean).join(" ")),
      list(desk, page),
    ),
    buttons: [...turnButtons(desk, page), button("back", t("action.back"), () => desk.look(null), { kind: "primary" })],
  };
}
