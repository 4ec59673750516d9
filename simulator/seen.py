"""What can be seen at a counter, in one line: for the message of an expectation that did not come true."""

from typing import Any

State = dict[str, Any]


def accepted(messages: list[State], infno: str) -> int:
    """How many messages of transaction `infno` the platform has accepted."""
    return sum(1 for message in messages if message["infno"] == infno and str(message["infcode"]) == "0")


def unsent(state: State) -> int:
    """How many messages the platform has not accepted: those that wait, and those that it refused."""
    return int(state["outbox"]["waiting"]) + int(state["outbox"]["quarantined"])


def share_fen(visit: State, share: str) -> int | None:
    """The share "own" or "fund" in fen: as settled, else as the platform priced it, else as estimated, else None."""
    for bill in (visit["settlement"], visit["preview"], visit["estimate"]):
        if bill is not None:
            return int(bill[f"{share}_fen"])
    return None


def summary_of_screen(state: State) -> str:
    """The terminal's screen."""
    parts = [_visit(state.get("visit"))]
    notice = state.get("notice")
    parts.append(f"notice {notice['code']} {notice['params']}" if notice else "no notice")
    if state.get("busy"):
        parts.append(f"busy with {state['busy']}")
    parts += [
        f"{name} {device['state']} {device['code']}".rstrip()
        for name, device in state["devices"].items()
        if device["state"] != "ready"
    ]
    if state.get("outbox"):
        parts.append(f"network {state['network']['state']}, {state['outbox']['waiting']} uploads waiting")
        parts.append(f"{state['outbox']['quarantined']} refused, {len(state['kept'])} visits kept")
    return ", ".join(parts)


def _visit(visit: State | None) -> str:
    if visit is None:
        return "no visit"
    boxes = f"{sum(line['scanned'] for line in visit['lines'])} of {sum(line['quantity'] for line in visit['lines'])}"
    shares = f"own {share_fen(visit, 'own')} fen, fund {share_fen(visit, 'fund')} fen"
    step, name, receipt = visit["step"], visit["patient"]["name"], visit["receipt"]["state"]
    return f"step {step}, {name}, {boxes} boxes, {shares}, receipt {receipt}"


def summary_of_bench(world: State, messages: list[State], paper: str) -> str:
    """The counter around the terminal."""
    counts: dict[str, int] = {}
    for message in messages:
        key = message["infno"] if str(message["infcode"]) == "0" else f"{message['infno']} refused"
        counts[key] = counts.get(key, 0) + 1
    received = ", ".join(f"{infno} x{count}" for infno, count in counts.items()) or "nothing"
    devices = {name: world[name] for name in ("reader", "scanner", "printer", "network")}
    faults = [fault["name"] for fault in world["faults"] if fault["active"]]
    last = paper.strip().splitlines()[-3:]
    return f"platform got {received}; {devices}; faults {faults}; {len(paper.splitlines())} lines of paper, last {last}"
