// The terminal about itself: how it keeps what it was told, what it has not sent yet, and the stick and the keys.

import { button, explain, pageButton, sendButton } from "../buttons.js";
import { h } from "../dom.js";
import { Loaded } from "../get.js";
import { levelWords, waitingWords } from "../outbox.js";
import { t, wordFor } from "../words.js";

const COUNTING_MS = 60000; // the terminal counts every record
const LOOK_AGAIN_MS = 5000; // while the keys are being changed
const LINK_DIGITS = 16;

function fact(name, ...words) {
  return h("div", { class: "fact", "data-fact": name }, h("dt", {}, t(`fact.${name}`)), h("dd", {}, words));
}

// In groups of four, as people read numbers to each other.
function inFours(text) {
  return text.match(/.{1,4}/g).join(" ");
}

function journalFact({ sequence, link }) {
  return fact(
    "journal",
    h("span", { "data-figure": "sequence" }, t("fact.entry", { n: sequence })),
    " ",
    h("code", { "data-figure": "link" }, inFours(link.slice(0, LINK_DIGITS))),
    h("p", { class: "hint" }, t("fact.journal_about")),
  );
}

// What the office must know before it opens this terminal's parcels: all of it, because it is what proves them.
function deviceFact(device) {
  return fact(
    "device",
    h("code", { "data-figure": "device" }, inFours(device)),
    h("p", { class: "hint" }, t("fact.device_about")),
  );
}

function keysFact(report) {
  const newest = Math.max(...report.key_versions.data);
  return fact(
    "keys",
    t("fact.sealed_with", { suite: wordFor("suite", report.suite), version: newest }),
    report.rotating ? h("p", { class: "hint", "data-figure": "rotating" }, t("rotate.under_way")) : null,
  );
}

function recordsFact(records) {
  const kinds = Object.keys(records).sort();
  const all = kinds.reduce((sum, kind) => sum + records[kind], 0);
  return fact(
    "records",
    h("span", { "data-figure": "records" }, t("fact.record_count", { n: all })),
    h(
      "ul",
      { class: "kinds" },
      kinds.map((kind) => h("li", {}, `${wordFor("kind", kind)} ${records[kind]}`)),
    ),
  );
}

function facts(desk, page) {
  const waiting = fact(
    "unsent",
    waitingWords(desk),
    levelWords(desk) ? h("p", { class: "hint wrong" }, levelWords(desk)) : null,
    desk.state.outbox.quarantined
      ? h("p", { class: "hint wrong" }, t("outbox.quarantined", { n: desk.state.outbox.quarantined }))
      : null,
    desk.state.outbox.quarantined && desk.may("held") ? pageButton(desk, "held", t("held.open")) : null,
  );
  const report = page.value;
  if (!report) return [waiting, h("p", { class: "hint" }, t(page.failed ? "search.failed" : "terminal.looking"))];
  return [
    waiting,
    fact("stick", t(`stick.${report.stick}`)),
    fact("level", h("strong", {}, t("fact.level_name", { n: report.key_store.level })), ` ${t(`level.${report.key_store.level}`)}`),
    keysFact(report),
    journalFact(report.journal),
    recordsFact(report.records),
    report.device && desk.may("reset_pin") ? deviceFact(report.device) : null, // no doctor reads 64 digits
  ];
}

async function exportToStick(desk, page) {
  const answer = await desk.post("export", "api/outbox/export");
  page.load();
  if (answer) explain(desk, t("export.done", answer), [t("export.next")]);
}

async function importFromStick(desk, page) {
  const answer = await desk.post("import", "api/outbox/import");
  page.load();
  if (!answer) return;
  if (!answer.parcels) {
    explain(desk, t("import.nothing_new"), [t("import.read_before")]);
    return;
  }
  const lines = [t("import.acknowledged", { n: answer.acknowledged })];
  if (answer.refused) lines.push(t("import.refused", { n: answer.refused }));
  const held = answer.refused && desk.may("held") ? pageButton(desk, "held", t("held.open")) : null;
  explain(desk, t("import.done", { n: answer.parcels }), lines, [held]);
}

function rotateQuestion(desk, page) {
  const yes = async () => {
    desk.open(null);
    if (await desk.post("rotate", "api/vault/rotate")) page.load();
  };
  desk.open(() => [
    h("h2", {}, t("rotate.question")),
    h("p", {}, t("rotate.explanation")),
    h(
      "div",
      { class: "choices" },
      sendButton(desk, "rotate-yes", t("rotate.yes"), yes),
      button("rotate-no", t("rotate.no"), () => desk.open(null), { kind: "primary" }),
    ),
  ]);
}

// The keys change piece by piece; the page follows while it is looked at.
function followRotation(desk, page) {
  if (!page.value?.rotating || desk.local.following) return;
  const { local } = desk;
  local.following = true;
  window.setTimeout(() => {
    local.following = false;
    if (desk.local === local) page.load();
  }, LOOK_AGAIN_MS);
}

/** The page of the terminal itself. A technician, who sees no patients, sees this one first. */
export function terminal(desk) {
  desk.local.page ??= new Loaded(desk, "api/report", COUNTING_MS);
  const { page } = desk.local;
  followRotation(desk, page);
  const { waiting } = desk.state.outbox;
  const carries = desk.may("carry") && page.value && page.value.stick !== "none";
  const back = desk.may("visit")
    ? button("back", t("action.back"), () => desk.look(null), { kind: waiting && carries ? "plain" : "primary" })
    : null;
  return {
    content: h("div", { class: "column" }, h("h1", {}, t("terminal.title")), h("dl", { class: "facts" }, facts(desk, page))),
    buttons: [
      back,
      pageButton(desk, "catalogues", t("catalogues.open")),
      desk.may("reset_pin") ? pageButton(desk, "operators", t("operators.open")) : null,
      desk.may("rotate")
        ? sendButton(desk, "rotate", t("rotate.open"), () => rotateQuestion(desk, page), { disabled: page.value?.rotating })
        : null,
      carries ? sendButton(desk, "import", t("import.open"), () => importFromStick(desk, page)) : null,
      carries
        ? sendButton(desk, "export", t("export.open"), () => exportToStick(desk, page), {
            kind: waiting ? "primary" : "plain",
          })
        : null,
    ],
  };
}
