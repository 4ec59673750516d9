"""The console's files as they are, and a state of the terminal written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, ViewportSize, expect

CONSOLE = Path(__file__).parents[2] / "firmware" / "console" / "static"
ORIGIN = "http://terminal.local/"
KIOSK: ViewportSize = {"width": 1024, "height": 600}
PHONE: ViewportSize = {"width": 390, "height": 844}
READY = {"state": "ready", "code": ""}
RIGHTS = ["visit", "held", "release", "carry", "report", "rotate", "create", "reset_pin"]
CHIEF = {"id": "1", "name": "韦医生", "role": "supervisor"}


def state(printer: dict[str, str], receipt: dict[str, Any], actions: list[str], **changes: Any) -> dict[str, Any]:
    """A settled visit whose receipt is as `receipt` says."""
    amounts = {"total_fen": 3900, "fund_fen": 3198, "own_fen": 702, "account_fen": 0, "cash_fen": 702}
    visit = {
        "id": "000012",
        "number": "0012",
        "version": 5,
        "step": "receipt",
        "patient": {
            "name": "张三",
            "sex": "male",
            "age": 76,
            "identity_number": "110105********002X",
            "insurance": "390",
            "insured": "yes",
            "balance_fen": 0,
            "credential": "identity_card",
            "card_expired": False,
        },
        "diagnosis": {"code": "J00.x00", "name": "急性鼻咽炎[感冒]"},
        "lines": [],
        "estimate": None,
        "preview": None,
        "review": {"findings": [], "due": [], "not_audited": ""},
        "comparison": None,
        "refund": None,
        "settlement": {**amounts, "number": "S1", "settled_at": 1790000000},
        "receipt": {"copies": 0, "action": "1-1", "office": False, **receipt},
        "uploads": {"waiting": 1, "quarantined": 0},
        "actions": actions,
    }
    return {
        "serial": 17,
        "setup": False,
        "operators": [{**CHIEF, "locked_s": 0, "new_pin": False}],
        "operator": {**CHIEF, "rights": RIGHTS},
        "clinic": {"name": "测试村卫生室", "code": "H99999900001", "verified": False},
        "devices": {"card_reader": READY, "scanner": {**READY, "armed": False}, "printer": printer},
        "network": {"state": "online"},
        "outbox": {
            "waiting": 1,
            "oldest_s": 40,
            "amount_fen": 2520,
            "quarantined": 0,
            "capacity": 50000,
            "level": 0,
        },
        "busy": "",
        "notice": None,
        "visit": visit,
        "kept": [],
        **changes,
    }


# A stream of events that stays open: what a test answers over HTTP would end, and count as a line that was lost.
OPEN_STREAM = """
window.EventSource = class extends EventTarget {
  constructor() {
    super();
    const tell = (data) => this.dispatchEvent(Object.assign(new Event("state"), { data }));
    fetch("api/state").then((answer) => answer.text()).then(tell);
  }
  close() {}
};
"""


class Screen:
    """A page of the console to which a test sends states. `answers` are those of the other paths ("api/report")."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: dict[str, Any] = {}
        self._pressed: list[tuple[str, Any]] = []
        self._state: dict[str, Any] = {}
        page.add_init_script(OPEN_STREAM)
        page.route(ORIGIN + "**", self._answer)

    @property
    def pressed(self) -> list[tuple[str, Any]]:
        """What was sent, as (path, body). A click returns before what it sends is here; the next request is later."""
        self.page.evaluate("fetch('api/state').then((answer) => answer.text())")
        return self._pressed

    def pause(self) -> None:
        """Before anything is shown: the page's clock goes on only by `page.clock.run_for`."""
        self.page.clock.install(time=0)
        self.page.clock.pause_at(1)

    def show(self, shown: dict[str, Any]) -> None:
        self._state = shown
        self.page.goto(ORIGIN)
        expect(self.page.locator("main.screen")).to_be_visible()

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if route.request.method == "POST":
            self._pressed.append((path, route.request.post_data_json))
            route.fulfill(json={"ok": True, **self.answers.get(path, {})})
        elif path.partition("?")[0] in self.answers:
            route.fulfill(json=self.answers[path.partition("?")[0]])
        elif path == "api/state":
            route.fulfill(json=self._state)
        elif path == "":
            route.fulfill(path=CONSOLE / "index.html")
        else:
            route.fulfill(path=CONSOLE / path.removeprefix("static/"))

    def clipped(self, action: str) -> bool:
        """Whether a button of the screen is (partly) behind the buttons at its foot."""
        button = self.page.locator(f'[data-action="{action}"]').bounding_box()
        foot = self.page.locator("footer.buttons").bounding_box()
        assert button is not None
        assert foot is not None
        return button["y"] + button["height"] > foot["y"]
