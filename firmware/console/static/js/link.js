// The line to the terminal: a stream of states that is opened again for as long as the page lives.

const REOPEN_MS = 2000;
const QUIET_MS = 15000; // after so long without an event the terminal is asked whether it is still there
const ANSWER_MS = 6000;

export class Link {
  /** `onState(state)` for every state that arrives, `onConnection(connected)` when the line is lost or back. */
  constructor(onState, onConnection) {
    this.onState = onState;
    this.onConnection = onConnection;
    this.events = null;
    this.timer = 0;
  }

  /** Opens the stream, or opens it afresh: after signing in or out the terminal shows another state. */
  open() {
    this.events?.close();
    const events = new EventSource("api/events");
    this.events = events;
    events.addEventListener("state", (event) => this.#arrived(event.data));
    events.addEventListener("error", () => this.#lost(events));
    this.#wait(QUIET_MS, () => this.#ask());
  }

  #wait(milliseconds, then) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(then, milliseconds);
  }

  #arrived(text) {
    const state = JSON.parse(text);
    this.#wait(QUIET_MS, () => this.#ask());
    this.onConnection(true);
    this.onState(state);
  }

  #lost(events) {
    if (events !== this.events) return;
    this.onConnection(false);
    this.#wait(REOPEN_MS, () => this.open());
  }

  // A line that was cut without a word (Wi-Fi out of reach) raises no error on the stream: only asking shows it.
  async #ask() {
    const events = this.events;
    try {
      const answer = await fetch("api/state", { signal: AbortSignal.timeout(ANSWER_MS) });
      if (events !== this.events) return;
      if (!answer.ok) throw new Error(`state: ${answer.status}`);
      this.#arrived(await answer.text());
    } catch (trouble) {
      console.warn("the terminal does not answer:", trouble.message);
      if (events === this.events) this.#lost(events);
    }
  }
}
