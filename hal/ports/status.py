"""What a device says of itself. A status is `YES`, `NO` or `UNKNOWN`; silence is `UNKNOWN`, never "no"."""

TYPE_CHECKING = False

YES = "yes"
NO = "no"
UNKNOWN = "unknown"

# What a device session says of itself.
STARTING = "starting"  # being opened and set up
READY = "ready"  # answers, and can do its work
SILENT = "silent"  # does not answer, or its port is gone; asked again for ever, with capped back-off
FAULT = "fault"  # answers that it cannot work; `code` says why

if TYPE_CHECKING:
    Facts = list[tuple[str, str]]  # what a driver knows of its device, in words for a technician: (what, value)


class DeviceStatus:
    """The state of a device (`STARTING`, `READY`, `SILENT`, `FAULT`) and a stable code: why it is not ready or, of one
    that is, what will soon be the matter (`printer.paper_low`)."""

    def __init__(self, state: str, code: str = "") -> None:
        self.state = state
        self.code = code

    def __repr__(self) -> str:
        return "DeviceStatus(" + self.state + (", " + self.code if self.code else "") + ")"
