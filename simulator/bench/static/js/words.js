// The page's words in two languages. Chinese is the first; the choice is remembered in this browser.

const LANGUAGES = ["zh-CN", "en"];
const dictionaries = {};
let language = LANGUAGES[0];

/** Load both dictionaries and the remembered choice. */
export async function loadWords() {
  for (const name of LANGUAGES) {
    dictionaries[name] = await (await fetch(`locale/${name}.json`)).json();
  }
  const kept = localStorage.getItem("language");
  if (LANGUAGES.includes(kept)) language = kept;
  apply();
}

/** The text under `key`, with `{name}` replaced by `params.name`; the key itself where there is no text. */
export function t(key, params = {}) {
  const text = dictionaries[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

/** The text under `key`, or `fallback` where the language has none. */
export function wordOr(key, fallback) {
  return dictionaries[language][key] ?? fallback;
}

/** Take the other language. */
export function switchLanguage() {
  language = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length];
  localStorage.setItem("language", language);
  apply();
}

function apply() {
  document.documentElement.lang = language;
  document.title = `${t("title")} · ${t("subtitle")}`;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
}
