"""A library that is loaded in front of the system's: counts the syncs of a program and makes each take longer, as a
card does. Needs a C compiler."""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int count;

static int slowly(const char *name, int descriptor) {
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *us = getenv("BENCH_SYNC_US");
    atomic_fetch_add(&count, 1);
    usleep(us ? atoi(us) : 0);
    return sync(descriptor);
}

int fsync(int descriptor) { return slowly("fsync", descriptor); }
int fdatasync(int descriptor) { return slowly("fdatasync", descriptor); }
int bench_syncs(void) { return atomic_load(&count); }
"""


def build(folder: Path) -> Path | None:
    """The library, compiled; None without a compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "slow_card.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", str(library), "-ldl"]
    subprocess.run(command, input=_SOURCE.encode(), check=True)
    return library


def environment(library: Path, sync_us: int) -> dict[str, str]:
    """What a program is started with so that each of its syncs takes `sync_us` longer."""
    return {**os.environ, "LD_PRELOAD": str(library), "BENCH_SYNC_US": str(sync_us)}


def syncs() -> int:
    """How often this program has synced so far; it was started with `environment`."""
    return int(ctypes.CDLL(None).bench_syncs())
