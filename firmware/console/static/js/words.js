// The words on the screen. Every sentence stands in static/locale/; nothing is written into the program.

const LANGUAGES = ["zh-CN", "en"];
const REMEMBERED_AS = "language";

let sentences = {};
let language = LANGUAGES[0];

function remembered() {
  const kept = window.localStorage.getItem(REMEMBERED_AS);
  return LANGUAGES.includes(kept) ? kept : LANGUAGES[0];
}

/** Loads the words of `wanted` (or of the language chosen last on this screen) and remembers the choice. */
export async function speak(wanted = remembered()) {
  const answer = await fetch(`static/locale/${wanted}.json`);
  if (!answer.ok) throw new Error(`locale ${wanted}: ${answer.status}`);
  sentences = await answer.json();
  language = wanted;
  window.localStorage.setItem(REMEMBERED_AS, wanted);
  document.documentElement.lang = wanted;
  document.title = t("app.title");
}

/** The language that is not spoken now. */
export function otherLanguage() {
  return LANGUAGES.find((name) => name !== language);
}

/** Whether there is a sentence under `key`. */
export function has(key) {
  return Object.hasOwn(sentences, key);
}

/** The sentence under `key` with `{name}` replaced from `params`; the key itself when there is none. */
export function t(key, params = {}) {
  const sentence = has(key) ? sentences[key] : key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(params, name) ? String(params[name]) : whole));
}

/** The word for `code` in the family `family` ("sex", "step" ...); the bare code when the family has no such word. */
export function wordFor(family, code) {
  const key = `${family}.${code}`;
  return has(key) ? t(key) : String(code);
}
