// Looking for a diagnosis or a drug: the box, the letters under it, and the answers as they come.

import { button } from "./buttons.js";
import { h } from "./dom.js";
import { getJson } from "./get.js";
import { letterPad } from "./pads.js";
import { t } from "./words.js";

const PAUSE_MS = 200; // between the last letter and the question
const WIDE = window.matchMedia("(min-width: 900px)"); // the kiosk, which has no keyboard of its own

/** A search at `path`; lives as long as the shown screen. */
export class Search {
  constructor(desk, path) {
    this.desk = desk;
    this.path = path;
    this.text = "";
    this.found = [];
    this.state = "looking"; // "looking", "found" or "failed"
    this.padOpen = false;
    this.turn = 0;
    this.ask(0);
  }

  change(text) {
    this.text = text;
    this.ask(PAUSE_MS);
    this.desk.refresh();
  }

  ask(pause) {
    this.turn += 1;
    const turn = this.turn;
    window.setTimeout(() => turn === this.turn && this.#look(turn), pause);
  }

  async #look(turn) {
    const mark = this.path.includes("?") ? "&" : "?";
    const found = await getJson(`${this.path}${mark}q=${encodeURIComponent(this.text.trim())}`);
    if (turn !== this.turn) return; // a later question is on its way
    this.state = found ? "found" : "failed";
    this.found = found ?? [];
    this.desk.refresh();
  }

  /** The box to type into, and the letters when it was touched on a screen without a keyboard. */
  box(label) {
    const open = () => {
      if (this.padOpen || !WIDE.matches) return;
      this.padOpen = true;
      this.desk.refresh();
    };
    return h(
      "div",
      { class: "search" },
      h("input", {
        type: "text",
        class: "field",
        "data-action": "search",
        placeholder: label,
        "aria-label": label,
        inputmode: WIDE.matches ? "none" : "text",
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
        maxlength: 40,
        value: this.text,
        oninput: (event) => this.change(event.target.value),
        onfocus: open,
        onclick: open,
      }),
      this.text ? button("search-clear", t("search.clear"), () => this.change("")) : null,
    );
  }

  /** The letters, while they are open. */
  pad() {
    if (!this.padOpen || !WIDE.matches) return null;
    return letterPad(
      this.text,
      (text) => this.change(text),
      () => this.closePad(),
    );
  }

  closePad() {
    this.padOpen = false;
    this.desk.refresh();
  }

  /** What was found, each drawn by `draw(item)`; or a sentence saying that nothing was. */
  results(draw) {
    if (this.state === "failed") {
      const again = () => {
        this.state = "looking";
        this.ask(0);
        this.desk.refresh();
      };
      return h(
        "div",
        { class: "results" },
        h("p", { class: "hint" }, t("search.failed")),
        button("search-again", t("search.again"), again),
      );
    }
    if (this.state === "looking") return h("div", { class: "results" }, h("p", { class: "hint" }, t("search.looking")));
    if (!this.found.length) return h("div", { class: "results" }, h("p", { class: "hint" }, t("search.nothing")));
    const unverified = this.found.some((item) => item.unverified);
    return h(
      "div",
      { class: "results" },
      this.found.map(draw),
      unverified ? h("p", { class: "hint", "data-unverified": "" }, t("catalogue.unverified")) : null,
    );
  }
}
