// Building the page and bringing it up to date. A new tree is drawn after every change and the page is made equal to it
// in place, so that a finger, the focus or a half-typed word is not thrown out when something else on the screen changes.

const HANDLERS = ["onclick", "oninput", "onfocus"];
const PROPERTIES = new Set([...HANDLERS, "value"]);

/**
 * An element. Attributes that are null, undefined or false are left out; handlers and `value` are set as properties.
 * Children that are null or false are left out; strings become text, never markup.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** A picture that says nothing beyond the words next to it. */
export function picture(name, className) {
  return h("img", { src: `static/art/${name}.svg`, class: className, alt: "", draggable: "false" });
}

function identity(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeName;
  return `${node.nodeName} ${node.dataset.key ?? ""} ${node.dataset.action ?? ""}`;
}

function morphAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const handler of HANDLERS) old[handler] = fresh[handler];
  if (old.nodeName === "INPUT" && old.value !== fresh.value) old.value = fresh.value;
}

function morphChildren(old, fresh) {
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const name = identity(wanted);
    let match = place;
    while (match && identity(match) !== name) match = match.nextSibling;
    if (!match) {
      old.insertBefore(wanted, place);
      continue;
    }
    while (place !== match) {
      const gone = place;
      place = place.nextSibling;
      gone.remove();
    }
    morph(match, wanted);
    place = match.nextSibling;
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

/** Makes `old`, which is on the page, equal to `fresh`, keeping every element that has a counterpart. */
export function morph(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  morphAttributes(old, fresh);
  morphChildren(old, fresh);
}
