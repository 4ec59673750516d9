// What the screen knows: the terminal's last state, the press that is on its way, and what only this screen remembers.

const SHOW_BUSY_MS = 150;
const ANSWER_MS = 60000;
const LONG_ANSWER_MS = 600000; // a slow stick takes its time
const NO_CHANGE_MS = 3000; // a press that changes nothing (the light was on already) is followed by no state

// The notice of a state as one string, to see whether it is another one.
function told(state) {
  return JSON.stringify(state?.notice ?? null);
}

export class Desk {
  /** `draw()` is called after every change, once for all changes made together. */
  constructor(draw) {
    this.draw = draw;
    this.state = null;
    this.receivedAt = 0;
    this.connected = false;
    this.pending = null; // the press being carried out: {action, serial, answered}
    this.error = null; // the refusal of the last press: {code, params}
    this.sheet = null; // the panel over the screen, a function that draws it
    this.view = null; // the screen somebody went to: "lines", "diagnosis", "number", "held", "terminal", "operators", "day_end"
    this.place = ""; // which screen is shown, of which visit
    this.local = {}; // what belongs to the screen that is shown, gone with it
    this.prescription = null; // the drugs chosen and not yet handed over
    this.onKey = null; // what the shown screen does with a typed digit
    this.onSession = null; // opens the line afresh when who is signed in may have changed
    this.busySince = 0;
    this.drawing = false;
  }

  refresh() {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.draw();
    });
  }

  refreshIn(milliseconds) {
    window.setTimeout(() => this.refresh(), milliseconds);
  }

  receive(state) {
    const before = this.state;
    this.state = state;
    this.receivedAt = Date.now();
    const sameOperator = before?.operator?.id === state.operator?.id;
    if (!sameOperator || before?.visit?.id !== state.visit?.id) this.#turnPage();
    if (this.pending?.answered) this.pending = null;
    if (!sameOperator || before?.visit?.step !== state.visit?.step || told(before) !== told(state)) this.error = null;
    this.#timeBusy();
    this.refresh();
  }

  #turnPage() {
    this.view = null;
    this.sheet = null;
    this.prescription = null;
  }

  #timeBusy() {
    const working = Boolean(this.pending || this.state?.busy);
    if (!working) this.busySince = 0;
    else if (!this.busySince) {
      this.busySince = Date.now();
      this.refreshIn(SHOW_BUSY_MS + 5);
    }
  }

  connection(connected) {
    // What became of a press whose answer was lost shows in the state that arrives first.
    if (connected && !this.connected && this.pending?.lost) this.pending = null;
    this.connected = connected;
    this.refresh();
  }

  /** Whether buttons must rest: the terminal is away, or something is being done. */
  get resting() {
    return !this.connected || Boolean(this.pending) || Boolean(this.state?.busy);
  }

  /** Whether it has lasted long enough to say what is being done. */
  get showsBusy() {
    return this.busySince > 0 && Date.now() - this.busySince >= SHOW_BUSY_MS;
  }

  allows(action) {
    return Boolean(this.state?.visit?.actions.includes(action));
  }

  /** Whether the operator of this screen has a right ("visit", "carry" ...). */
  may(right) {
    return Boolean(this.state?.operator?.rights?.includes(right));
  }

  /** Shows a panel over the screen, or takes it away (null). */
  open(sheet) {
    this.sheet = sheet;
    this.refresh();
  }

  /** Goes to another view of the same visit, or back to what is to be done next (null). */
  look(view) {
    this.view = view;
    this.refresh();
  }

  /**
   * Sends a press to the terminal; what it answered when it was taken, else null. Until the answer and the state that
   * follows it are here, `resting` holds every other button. When the answer is lost, it holds until the terminal is
   * heard again.
   */
  async post(action, path, body = {}) {
    const pending = { action, serial: this.state?.serial, answered: false, lost: false };
    this.pending = pending;
    this.error = null;
    this.#timeBusy();
    this.refresh();
    const { answer = null, error = null, lost } = await this.#send(path, body);
    if (lost) {
      pending.lost = true;
      return null;
    }
    pending.answered = true;
    this.error = error;
    if (error || this.state?.serial !== pending.serial) this.#release(pending);
    else window.setTimeout(() => this.#release(pending), NO_CHANGE_MS);
    this.#timeBusy();
    this.refresh();
    return answer;
  }

  #release(pending) {
    if (this.pending !== pending) return;
    this.pending = null;
    this.#timeBusy();
    this.refresh();
  }

  // {answer}: taken. {error}: refused. {lost}: no answer, so nobody knows; the line is opened afresh.
  async #send(path, body) {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(path.startsWith("api/outbox/") ? LONG_ANSWER_MS : ANSWER_MS),
      });
      if (answer.status === 401) this.onSession();
      const said = await answer.json();
      return answer.ok ? { answer: said } : { error: said.error };
    } catch (trouble) {
      console.warn(path, "was not answered:", trouble.message);
      this.connection(false);
      this.onSession();
      return { lost: true };
    }
  }

  /** A press on the visit as this screen shows it. */
  postVisit(action, path, body = {}) {
    return this.post(action, `api/visit/${path}`, { version: this.state.visit.version, ...body });
  }
}
