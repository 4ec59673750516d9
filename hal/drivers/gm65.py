"""The session with a GM65 scan module (GM65 manual, sections 3 and 8), or its relatives GM805 and GM812.

In command mode one trigger reads at most one code: while codes are wanted, the session triggers again after every code
and after every read time of the module that passed without one. In continuous mode the module goes on by itself; it is
in that mode only while codes are wanted, so that its light goes out in between.
"""

from hal import aio
from hal.drivers import gm65_codec as codec
from hal.drivers.code_session import CodeSession
from hal.drivers.gm65_line import Gm65Line
from hal.errors import DeviceError, HalError, NoAnswer
from hal.ports import READY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort, Facts

_READ_TIME = 50  # the module's unit of 100 ms: 5 s
LIT_MS = _READ_TIME * 100 + 500  # a code that is read in the last moment still gets through before the next trigger
CHECK_MS = 5000  # how often a module is asked whether it is there, still set up, and dark when it should be
_LEAVE_MS = 500
SET_UPS_BEFORE_RESET = 5  # failed set-ups in a row of a module that answers; then it is reset to the factory's settings
_VERSION_THAT_NEEDS_RAW = 0x69

# Zone, the bits that matter, and what they must be: serial output of Unicode text; tail CR and nothing else around a
# code. (That "Unicode" is UTF-8 on the line is what is seen of modules; the manual does not say.)
_SETTINGS = (
    (codec.ZONE_OUTPUT, 0x0F, 0x04),
    (codec.ZONE_TAIL, 0x7F, 0x01),
    (codec.ZONE_READ_TIME, 0xFF, _READ_TIME),
)
# Three boxes in a second get through (200 ms between reads; the unit is that of working drivers), and a box that stays
# in front is read again every second.
_CONTINUOUS_SETTINGS = ((codec.ZONE_INTERVAL, 0xFF, 2), (codec.ZONE_SAME_CODE, 0xFF, 0x81))
_RAW_SETTING = (codec.ZONE_RAW, 0xFF, 0x08)
_AIM_SETTING = (codec.ZONE_AIM, 0xFF, 0x80)
_MODELS = {0x05: "GM65"}


class Gm65Scanner(CodeSession):
    """Scans codes while armed (`hal.ports.Scanner`). Tells `scanner.silent`, and `scanner.fault` for a module that
    answers and will not be set up. A symbology identifier is in front where the module has that setting."""

    def __init__(self, port: "BytePort", baud: int, continuous: bool = False) -> None:
        super().__init__(port)
        self._line = Gm65Line(port, baud, self._take_code, self._pulse)
        self._continuous = continuous
        self._lit = False
        self._due_ms = 0  # when to trigger again while lit, when to ask for a sign of life
        self._failed = 0  # set-ups in a row
        self._resets = 0
        self._model = self._version = -1
        self._raw = self._aim = False

    def facts(self) -> "Facts":
        """Model, firmware, speed and set-up."""
        return [
            ("model", _MODELS.get(self._model, _hex(self._model))),
            ("firmware", _hex(self._version)),
            ("speed", str(self._line.baud) + " baud"),
            ("mode", "continuous" if self._continuous else "command"),
            ("symbology identifiers", "on" if self._aim else "not available"),
            ("raw mode", "on" if self._raw else "not needed"),
            ("resets to factory settings", str(self._resets)),
        ]

    async def _serve(self) -> None:
        self._line.reset()
        self._lit = self._raw = self._aim = False
        await self._drop_input()
        await self._line.meet()
        try:
            await self._check()
            await self._learn()
        except (DeviceError, NoAnswer):
            await self._count_failure()
            raise
        self._failed = 0
        self._report(READY)
        try:
            while True:
                self._pulse()
                await self._steer()
                await self._line.listen(self._listen_ms(self._lit, self._due_ms))
        finally:
            await self._leave_dark()

    async def _leave_dark(self) -> None:
        """In continuous mode it would shine, and beep at whatever passes, for as long as nobody serves it."""
        if self._lit:
            self._lit = False
            try:
                await aio.within(self._darken(), _LEAVE_MS)
            except (aio.Timeout, HalError):
                pass  # it does not hear; it is darkened first when it is met again

    async def _darken(self) -> None:
        await self._line.ask(codec.STOP)
        await self._line.hold(codec.ZONE_MODE, 0x03, codec.COMMAND_MODE)

    async def _steer(self) -> None:
        """Do what is due: light, darken, trigger again, or make sure that the module is there and still set up."""
        if self._line.busy():
            return
        due = aio.now_ms() >= self._due_ms
        if self._lit and not self._want():
            self._lit = False
            await self._check()
        elif due:
            await self._check()
        if self._want() and (not self._lit or (due and not self._continuous)):
            await self._light()

    async def _light(self) -> None:
        self._lit = True
        if self._continuous:
            await self._line.hold(codec.ZONE_MODE, 0x03, self._mode_while_lit())
            self._due_ms = aio.now_ms() + CHECK_MS
        else:
            self._due_ms = aio.now_ms() + LIT_MS
            await self._line.ask(codec.TRIGGER)

    async def _check(self) -> None:
        """Read every setting, correct the ones that are different, and see that the correction holds. A module that
        should be dark is darkened first: some stay lit after a command was lost."""
        if not self._lit:
            await self._darken()
        else:
            await self._line.hold(codec.ZONE_MODE, 0x03, self._mode_while_lit())
        for zone, mask, want in self._settings():
            await self._line.hold(zone, mask, want)
        self._due_ms = aio.now_ms() + CHECK_MS

    def _settings(self) -> "tuple[tuple[int, int, int], ...]":
        settings: "tuple[tuple[int, int, int], ...]" = _SETTINGS
        if self._continuous:
            settings += _CONTINUOUS_SETTINGS
        if self._raw:
            settings += (_RAW_SETTING,)
        if self._aim:
            settings += (_AIM_SETTING,)
        return settings

    def _mode_while_lit(self) -> int:
        return codec.CONTINUOUS_MODE if self._continuous else codec.COMMAND_MODE

    async def _learn(self) -> None:
        """Wake it, ask what it is, and switch on what not every model has."""
        await self._line.optional(codec.AWAKE)
        self._model = await self._line.optional(codec.read_zone(codec.ZONE_MODEL))
        self._version = await self._line.optional(codec.read_zone(codec.ZONE_VERSION))
        self._raw = self._version == _VERSION_THAT_NEEDS_RAW
        if self._raw:
            await self._line.hold(*_RAW_SETTING)
        self._aim = await self._identifiers_on()

    async def _identifiers_on(self) -> bool:
        if await self._line.optional(codec.read_zone(codec.ZONE_AIM)) < 0:
            return False
        try:
            await self._line.hold(*_AIM_SETTING)
        except (DeviceError, NoAnswer):
            return False
        return True

    async def _count_failure(self) -> None:
        self._failed += 1
        if self._failed == SET_UPS_BEFORE_RESET:  # once; it will not help a second time
            self._resets += 1
            await self._port.write(codec.RESET)

    def _take_code(self, data: bytes) -> None:
        if not self._lit:
            self._due_ms = aio.now_ms()  # it should be dark, and may not be
        elif not self._continuous:
            self._lit = False  # the module has done what it was triggered for
            self._due_ms = aio.now_ms() + CHECK_MS
        self._deliver(data)


def _hex(value: int) -> str:
    return f"{value:02X}" if value >= 0 else "unknown"
