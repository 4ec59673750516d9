// Making elements without writing HTML as text: nothing that comes from outside can become markup.

/** An element `tag` with `attributes` (null and false are left out, functions become listeners) and `children`. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== false));
  return element;
}

/** A button that does `line` at the counter when it is pressed. */
export function doing(act, line, attributes, ...children) {
  return h("button", { type: "button", "data-do": line, click: () => act(line), ...attributes }, ...children);
}

/** Runs `draw` only when what it shows has changed, so that nothing blinks and the focus stays where it is. */
export function whenChanged(draw) {
  let shown;
  return (seen, ...rest) => {
    const now = JSON.stringify(seen);
    if (now === shown) return;
    shown = now;
    draw(seen, ...rest);
  };
}
