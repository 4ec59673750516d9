// The shelf: boxes of one drug stand in one stack. The front one is scanned by a click, then the next comes to the front.

import { doing, h, whenChanged } from "./dom.js";
import { code128, squareSymbol } from "./symbols.js";
import { t } from "./words.js";

const TINTS = 7; // .tint-0 and so on in shelf.css

/** Fills `root`; the result takes the bench's state. */
export function shelf(root, act) {
  const stacks = h("ul", { class: "stacks" });
  const front = new Map(); // label -> which box stands in front
  root.replaceChildren(h("h2", {}, t("shelf.title"), h("small", {}, t("shelf.hint"))), stacks);
  let boxes = [];

  const draw = () => {
    stacks.replaceChildren(...group(boxes).map(([label, stack], index) => stackOf(label, stack, index)));
  };

  function stackOf(label, stack, index) {
    const at = (front.get(label) ?? 0) % stack.length;
    const ordered = [...stack.slice(at), ...stack.slice(0, at)];
    const take = async (line) => {
      const taken = stack.findIndex((box) => line === `scan ${box.id}`);
      if (await act(line)) {
        front.set(label, taken + 1);
        draw();
      }
    };
    const tint = stack[0].note ? "odd" : `tint-${index % TINTS}`;
    return h("li", { class: `stack ${tint}` }, faceOf(ordered[0], take), ordered.slice(1).map((box) => spineOf(box, take)));
  }

  const drawWhenChanged = whenChanged((all) => {
    boxes = all;
    draw();
  });
  return (state) => drawWhenChanged(state.boxes);
}

function group(boxes) {
  const stacks = new Map();
  for (const box of boxes) stacks.set(box.label, [...(stacks.get(box.label) ?? []), box]);
  return [...stacks];
}

function faceOf(box, take) {
  return doing(take, `scan ${box.id}`, { class: "box", title: t("shelf.scan", { label: box.label }) }, boxFace(box));
}

function spineOf(box, take) {
  const number = box.id.split("-").at(-1);
  const label = t("shelf.scan-other", { label: box.label, number });
  return doing(take, `scan ${box.id}`, { class: "spine", title: label, "aria-label": label });
}

/** What is printed on a box: name, specification, symbol. */
export function boxFace(box) {
  const space = box.note ? -1 : box.label.indexOf(" ");
  const name = space < 0 ? box.label : box.label.slice(0, space);
  const specification = space < 0 ? "" : box.label.slice(space + 1);
  return [h("b", {}, name), h("span", { class: "specification" }, specification), symbolOf(box)];
}

function symbolOf(box) {
  if (/^\d+$/.test(box.code)) {
    return h("span", { class: "symbol" }, code128(box.code), h("small", {}, box.code));
  }
  const readable = box.code.replaceAll("\u001d", " ");
  return h("span", { class: "symbol beside" }, squareSymbol(box.code, "datamatrix"), h("small", {}, readable));
}
