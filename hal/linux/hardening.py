"""What the system may not do with the memory of this process, in which names, numbers and keys are in clear."""

import ctypes
import os
import resource

from hal.errors import ConfigError

_PR_SET_DUMPABLE = 4  # <linux/prctl.h>
_SUID_DUMP_DISABLE = 0


def leave_no_core() -> None:
    """Have no core dump made of this process, whatever ends it. `ConfigError` when the kernel will not have it so.

    The limit alone is not enough: it does not hold where core dumps go to a program (core(5), "Piping core dumps to a
    program"). The attribute does (prctl(2), PR_SET_DUMPABLE), and keeps other programs of the same user from reading
    this memory. A program that is started from here loses the attribute, not the limit.
    """
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_PR_SET_DUMPABLE, ctypes.c_ulong(_SUID_DUMP_DISABLE)):
        cause = os.strerror(ctypes.get_errno())
        raise ConfigError("state.dumpable", f"cannot forbid core dumps: {cause}")
