"""What exists on MicroPython 1.27 (ESP32 with the modules of `hal/esp32/manifest.py`), as far as the rules ask."""

MODULES = frozenset(
    {
        "__future__",
        "binascii",
        "collections",
        "datetime",
        "hashlib",
        "hmac",
        "io",
        "json",
        "logging",
        "math",
        "microdot",
        "re",
        "struct",
        "time",
    }
)
OWN_MODULES = frozenset({"firmware", "hal"})
MODULES_OF_AIO = frozenset({"asyncio", "time"})  # hal/aio.py
MODULES_OF_TESTS = frozenset({"unittest", "tests"})  # tests/portable

# Names that may be taken from a module. `time` has none but the ticks: the clock of the ESP32 counts from 2000.
MODULE_NAMES = {
    "binascii": frozenset({"a2b_base64", "b2a_base64", "crc32", "hexlify", "unhexlify"}),
    "collections": frozenset({"OrderedDict", "deque", "namedtuple"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone", "tzinfo"}),
    "hashlib": frozenset({"sha1", "sha256"}),
    "hmac": frozenset({"HMAC", "new"}),
    "io": frozenset({"BytesIO", "StringIO"}),
    "json": frozenset({"dump", "dumps", "load", "loads"}),
    "logging": frozenset(
        {
            *("CRITICAL", "DEBUG", "ERROR", "INFO", "NOTSET", "WARNING"),
            *("Formatter", "Handler", "LogRecord", "Logger", "StreamHandler", "basicConfig", "getLogger"),
        }
    ),
    "re": frozenset({"compile", "match", "search", "sub"}),
    "struct": frozenset({"calcsize", "pack", "pack_into", "unpack", "unpack_from"}),
    "time": frozenset({"ticks_add", "ticks_diff", "ticks_ms", "ticks_us"}),
}

ABSENT_BUILTINS = frozenset(
    {
        *("BaseExceptionGroup", "BlockingIOError", "BrokenPipeError", "BufferError", "ChildProcessError"),
        *("ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError"),
        *(
            "EnvironmentError",
            "ExceptionGroup",
            "FileExistsError",
            "FileNotFoundError",
            "FloatingPointError",
            "IOError",
        ),
        *("InterruptedError", "IsADirectoryError", "ModuleNotFoundError", "NotADirectoryError", "PermissionError"),
        *("ProcessLookupError", "RecursionError", "ReferenceError", "SystemError", "TimeoutError", "UnboundLocalError"),
        *("UnicodeDecodeError", "UnicodeEncodeError", "UnicodeTranslateError", "Warning", "DeprecationWarning"),
        *("RuntimeWarning", "UserWarning", "aiter", "anext", "ascii", "breakpoint", "format", "vars"),
    }
)
ABSENT_ATTRIBUTES = frozenset(
    {"__cause__", "__context__", "__traceback__", "__qualname__", "__doc__", "__suppress_context__"}
)
UNCALLED_METHODS = frozenset({"__init_subclass__", "__await__", "__missing__", "__class_getitem__"})

ABSENT_STR_METHODS = frozenset(
    {
        *("capitalize", "casefold", "expandtabs", "format_map", "isalnum", "isascii", "isdecimal", "isidentifier"),
        *("isnumeric", "isprintable", "istitle", "ljust", "maketrans", "removeprefix", "removesuffix", "rjust"),
        *("swapcase", "title", "translate", "zfill"),
    }
)
ABSENT_INT_METHODS = frozenset({"as_integer_ratio", "bit_count", "bit_length"})
ABSENT_MEMORYVIEW_METHODS = frozenset({"cast", "tobytes", "tolist", "toreadonly"})
ABSENT_METHODS = ABSENT_STR_METHODS | ABSENT_INT_METHODS | ABSENT_MEMORYVIEW_METHODS
ABSENT_TUPLE_METHODS = frozenset({"_asdict", "_replace"})  # of named tuples
ABSENT_BYTEARRAY_METHODS = frozenset({"clear", "copy", "insert", "pop", "remove", "reverse"})
ABSENT_RE_METHODS = frozenset({"findall", "finditer", "fullmatch", "subn"})
ABSENT_MATCH_METHODS = frozenset({"groupdict", "groups", "span"})
CALENDAR_METHODS = frozenset({"now", "strftime", "strptime", "today", "utcnow", "utcfromtimestamp"})

# Functions and methods that take arguments by position only, and the keywords that CPython would allow.
KEYWORDS_OF_FUNCTIONS = {
    "int": frozenset({"base"}),
    "print": frozenset({"flush", "file"}),
    "str": frozenset({"encoding", "errors"}),
    "sum": frozenset({"start"}),
    "zip": frozenset({"strict"}),
}
KEYWORDS_OF_METHODS = {
    "decode": frozenset({"encoding", "errors"}),
    "encode": frozenset({"encoding", "errors"}),
    "from_bytes": frozenset({"byteorder", "signed"}),
    "rsplit": frozenset({"maxsplit", "sep"}),
    "split": frozenset({"maxsplit", "sep"}),
    "sub": frozenset({"count", "flags"}),
    "to_bytes": frozenset({"byteorder", "length", "signed"}),
}
GENERIC_TYPES = frozenset({"dict", "frozenset", "list", "set", "tuple", "type"})
PLAIN_TYPES = GENERIC_TYPES | {"bool", "bytes", "bytearray", "float", "int", "str"}
