// The bar on top of every screen: whose clinic, who works, what is wrong, what is not sent yet.

import { duration } from "./amounts.js";
import { button, chip, explain } from "./buttons.js";
import { h } from "./dom.js";
import { outboxChip } from "./outbox.js";
import { has, otherLanguage, speak, t } from "./words.js";

const DEVICES = ["card_reader", "social_card_reader", "scanner", "printer"];
const TONES = { ready: "warn", starting: "calm" };

// A device that works and still has a code has a remark: paper is low.
function deviceChip(desk, name) {
  const device = desk.state.devices?.[name];
  if (!device || (device.state === "ready" && !device.code)) return null;
  const known = device.code && has(`error.${device.code}`);
  const sentence = known
    ? t(`error.${device.code}`)
    : t(`device_state.${device.state}`, { device: t(`device.${name}`) });
  const press = () => explain(desk, t(`device.${name}`), [sentence]);
  const short = known && has(`short.${device.code}`) ? t(`short.${device.code}`) : t(`device_short.${device.state}`);
  return chip(`device:${name}`, `${t(`device.${name}`)}：${short}`, TONES[device.state] ?? "bad", press);
}

function networkChip(desk) {
  const state = desk.state.network?.state;
  if (!state) return null;
  const tone = { online: "good", offline: "warn" }[state] ?? "calm";
  return chip("network", t(`network.${state}`), tone, () =>
    explain(desk, t(`network.${state}`), [t(`network_about.${state}`)]),
  );
}

// A trusted clock is never set by the platform's, so only a technician ends this.
function clockChip(desk) {
  const off = desk.state.clock?.off_s;
  if (!off) return null;
  const about = t(off > 0 ? "clock.slow" : "clock.fast", { time: duration(Math.abs(off)) });
  return chip("clock", t("clock.off"), "warn", () => explain(desk, t("clock.off"), [about]));
}

function signOut(desk) {
  const yes = async () => {
    desk.open(null);
    if (await desk.post("sign-out", "api/sign-out")) desk.onSession();
  };
  desk.open((shown) => [
    h("h2", {}, t("sign_out.question")),
    h("p", {}, t("sign_out.explanation")),
    h(
      "div",
      { class: "choices" },
      button("sign-out-no", t("sign_out.no"), () => shown.open(null), { kind: "primary" }),
      button("sign-out-yes", t("sign_out.yes"), yes),
    ),
  ]);
}

async function changeLanguage(desk) {
  await speak(otherLanguage());
  desk.refresh();
}

/** The bar; before signing in it shows the devices and the language only. */
export function statusBar(desk) {
  const { clinic, operator } = desk.state;
  return h(
    "header",
    { class: "status" },
    h(
      "div",
      { class: "clinic" },
      h("span", { class: "clinic-name" }, clinic?.name ?? t("app.title")),
      clinic && !clinic.verified ? h("span", { class: "unverified" }, t("mark.unverified")) : null,
    ),
    h(
      "div",
      { class: "chips" },
      networkChip(desk),
      clockChip(desk),
      outboxChip(desk),
      DEVICES.map((name) => deviceChip(desk, name)),
    ),
    h(
      "div",
      { class: "who" },
      operator ? h("span", { class: "operator" }, operator.name) : null,
      operator && desk.may("day_end") && !desk.state.visit
        ? chip("day-end", t("day_end.short"), "calm", () => desk.look("day_end"))
        : null,
      operator && desk.may("visit") && !desk.state.visit // with a patient the bar is for what concerns him
        ? chip("terminal", t("terminal.short"), "calm", () => desk.look("terminal"))
        : null,
      chip("language", t("action.language"), "calm", () => changeLanguage(desk)),
      operator ? chip("sign-out", t("action.sign_out"), "calm", () => signOut(desk)) : null,
    ),
  );
}
