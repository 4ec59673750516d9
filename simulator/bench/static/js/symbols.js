// What is printed on boxes and shown on phones. Code 128 is drawn as it is (ISO/IEC 15417, code set C for pairs of digits,
// set B for the rest); the square symbols are only drawn to look like themselves.

import { svg } from "./dom.js";

const PATTERNS = (
  "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 " +
  "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 " +
  "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 " +
  "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 " +
  "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 " +
  "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 " +
  "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
).split(" ");
const STOP = "2331112";
const START_B = 104;
const START_C = 105;
const TO_B = 100;
const CHECK_MODULUS = 103;

/** The symbol characters of `digits` with start and check character; an odd last digit is set in code set B. */
export function code128Values(digits) {
  const values = [digits.length < 2 ? START_B : START_C];
  const paired = digits.length - (digits.length % 2);
  for (let at = 0; at < paired; at += 2) values.push(Number(digits.slice(at, at + 2)));
  if (paired < digits.length) {
    if (paired > 0) values.push(TO_B);
    values.push(digits.charCodeAt(paired) - 32);
  }
  const sum = values.reduce((total, value, at) => total + value * Math.max(1, at), 0);
  return [...values, sum % CHECK_MODULUS];
}

/** `digits` as Code 128 bars that fill their box. */
export function code128(digits) {
  const widths = code128Values(digits).map((value) => PATTERNS[value]).join("") + STOP;
  let at = 0;
  let path = "";
  [...widths].forEach((width, index) => {
    if (index % 2 === 0) path += `M${at} 0h${width}v1h-${width}z`;
    at += Number(width);
  });
  return svg(
    "svg",
    { class: "bars", viewBox: `0 0 ${at} 1`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { d: path }),
  );
}

/** A drawing that looks like a DataMatrix or a QR code of `text`; each text has its own pattern. */
export function squareSymbol(text, kind) {
  const size = kind === "qr" ? 25 : 18;
  const dot = dots(text);
  let path = "";
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const fixed = kind === "qr" ? finder(x, y, size) : border(x, y, size);
      if (fixed ?? dot()) path += `M${x} ${y}h1v1h-1z`;
    }
  }
  const box = `-1 -1 ${size + 2} ${size + 2}`;
  return svg("svg", { class: "square", viewBox: box, "aria-hidden": "true" }, svg("path", { d: path }));
}

// A DataMatrix has two solid edges (left, bottom) and two dotted ones.
function border(x, y, size) {
  if (x === 0 || y === size - 1) return true;
  if (y === 0) return x % 2 === 0;
  if (x === size - 1) return y % 2 === 1;
  return null;
}

// A QR code has three eyes with a quiet ring around each.
function finder(x, y, size) {
  for (const [cornerX, cornerY] of [[0, 0], [size - 7, 0], [0, size - 7]]) {
    const ring = Math.max(Math.abs(x - cornerX - 3), Math.abs(y - cornerY - 3));
    if (ring <= 4) return ring === 3 || ring <= 1;
  }
  return null;
}

function dots(text) {
  let seed = 2166136261;
  for (const letter of text) seed = Math.imul(seed ^ letter.codePointAt(0), 16777619);
  return () => {
    seed = Math.imul(seed ^ (seed >>> 15), 2246822519) + 0x9e3779b9;
    return ((seed ^ (seed >>> 13)) & 1) === 1;
  };
}
