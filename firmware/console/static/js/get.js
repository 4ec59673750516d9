// Asking the terminal for something to show that does not stand in its state.

const ANSWER_MS = 8000;

/** The JSON at `path`, or null when it did not come. */
export async function getJson(path, limit = ANSWER_MS) {
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(limit) });
    if (answer.ok) return await answer.json();
    console.warn(path, "was refused:", answer.status);
  } catch (trouble) {
    console.warn(path, "was not answered:", trouble.message);
  }
  return null;
}

/** What stands at `path`, for as long as a screen shows it. `value` is null until it is there. */
export class Loaded {
  constructor(desk, path, limit = ANSWER_MS) {
    this.desk = desk;
    this.path = path;
    this.limit = limit;
    this.value = null;
    this.failed = false;
    this.turn = 0;
    this.load();
  }

  /** Asks again; what is shown stays until the answer is here. */
  async load(path = this.path) {
    this.path = path;
    this.turn += 1;
    const turn = this.turn;
    const found = await getJson(path, this.limit);
    if (turn !== this.turn) return; // asked again meanwhile
    this.failed = found === null;
    if (found !== null) this.value = found;
    this.desk.refresh();
  }
}
