// The catalogues of the platform: how old each is, bringing one up to date, and looking something up in it.

import { button, sendButton } from "../buttons.js";
import { h } from "../dom.js";
import { Loaded } from "../get.js";
import { Search } from "../search.js";
import { has, t, wordFor } from "../words.js";

const LOOK_AGAIN_MS = 1000; // while one is being brought up to date, or made of the table that came with the terminal
// What of a row is shown, in this order. A clinic looks up what a drug is, who makes it and when it may be given.
const SHOWN = [
  "other_name",
  "specification",
  "form",
  "pack",
  "unit",
  "grade",
  "maker",
  "approval",
  "limits",
  "notes",
  "content",
  "operation",
  "region",
  "ends",
];

function follow(desk, page) {
  const { local } = desk;
  const moves = ({ kind, rows, update }) => update || (kind === "diagnoses" && !rows);
  if (!page.value?.catalogues.some(moves) || local.following) return;
  local.following = true;
  window.setTimeout(() => {
    local.following = false;
    if (desk.local === local) page.load();
  }, LOOK_AGAIN_MS);
}

function progress({ step, bytes, rows, expected }) {
  const words = t(`catalogue_step.${step}`, { n: step === "fetching" ? Math.ceil(bytes / 1024) : rows });
  const bar = expected && rows ? h("progress", { max: expected, value: Math.min(rows, expected) }) : h("progress", {});
  return h("p", { class: "hint", role: "status", "data-progress": step }, `${words} `, bar);
}

function errorWords({ code, params }) {
  const words = has(`error.${code}`) ? t(`error.${code}`, params) : code;
  return params.platform ? `${params.platform} ${words}` : words;
}

function age(catalogue) {
  if (!catalogue.rows) return t("catalogue.none");
  return t("catalogue.age", { rows: catalogue.rows, day: catalogue.day });
}

function row(desk, page, catalogue) {
  const { kind, update } = catalogue;
  const press = (action) => async () => {
    await desk.post(`${action}:${kind}`, `api/catalogues/${action}`, { kind });
    page.load();
  };
  const busy = page.value.catalogues.some((other) => other.update);
  return h(
    "li",
    { class: "line catalogue", "data-key": kind, "data-catalogue": kind },
    h(
      "div",
      { class: "line-name" },
      h("strong", {}, wordFor("catalogue", kind)),
      h("span", { class: "drug-detail" }, age(catalogue)),
      catalogue.rows && !catalogue.verified ? h("p", { class: "hint wrong" }, t("catalogue.unverified")) : null,
      catalogue.error ? h("p", { class: "hint wrong" }, errorWords(catalogue.error)) : null,
      update ? progress(update) : null,
    ),
    catalogue.rows ? button(`look:${kind}`, t("catalogue.look"), () => lookInto(desk, kind)) : null,
    update
      ? sendButton(desk, `stop:${kind}`, t("catalogue.stop"), press("stop"))
      : sendButton(desk, `update:${kind}`, t("catalogue.update"), press("update"), { disabled: busy }),
  );
}

function lookInto(desk, kind) {
  desk.local.kind = kind;
  desk.local.search = new Search(desk, `api/catalogue?kind=${kind}`);
  desk.refresh();
}

function found(item) {
  const details = SHOWN.filter((name) => item[name]).map((name) =>
    h("span", { class: "drug-detail", "data-column": name }, `${t(`column.${name}`)} ${item[name]}`),
  );
  return h("div", { class: "result found", "data-code": item.code }, h("strong", {}, item.name), h("code", {}, item.code), details);
}

function lookingUp(desk) {
  const { kind, search } = desk.local;
  const back = () => {
    desk.local.search = null;
    desk.refresh();
  };
  return {
    content: h(
      "div",
      { class: "column finder" },
      h("div", { class: "ask" }, h("h1", {}, wordFor("catalogue", kind)), search.box(t("catalogue.search"))),
      search.results(found),
      search.pad(),
    ),
    buttons: [button("back", t("action.back"), back, { kind: "primary" })],
  };
}

/** The page of the catalogues. */
export function catalogues(desk) {
  desk.local.page ??= new Loaded(desk, "api/catalogues");
  const { page } = desk.local;
  if (desk.local.search) return lookingUp(desk);
  follow(desk, page);
  const list = page.value
    ? h(
        "ul",
        { class: "lines" },
        page.value.catalogues.map((catalogue) => row(desk, page, catalogue)),
      )
    : h("p", { class: "hint" }, t(page.failed ? "search.failed" : "search.looking"));
  return {
    content: h(
      "div",
      { class: "column" },
      h("h1", {}, t("catalogues.title")),
      h("p", { class: "hint" }, t("catalogues.about")),
      list,
    ),
    buttons: [button("back", t("action.back"), () => desk.look("terminal"), { kind: "primary" })],
  };
}
