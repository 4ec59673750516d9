"""`python -m tools.catalogue`: reads the command line, does one thing, and says in words what came of it."""

import argparse
import asyncio
import csv
import sys
from pathlib import Path

from firmware.catalogue import Catalogue, CatalogueError, Favourites, file_name, find, open_catalogue
from firmware.errors import TerminalError
from firmware.insurance import CATALOGUE_KINDS
from hal.errors import HalError
from hal.linux.files import FolderFiles
from hal.linux.state import open_state
from tools.catalogue.importing import take_in


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; 0 when it is well, 1 when it is not, 2 when the command line is wrong."""
    options = _parser().parse_args(arguments)
    folder: Path = options.state / "files"
    if not options.state.is_dir():
        return _failed("state.missing", f"{options.state} is no folder")
    try:
        return asyncio.run(_do(options, folder))
    except (TerminalError, HalError) as error:
        return _failed(error.code, error.cause)
    except OSError as error:
        return _failed("file.failed", f"{error.filename or 'the medium'}: {error.strerror}")
    except UnicodeDecodeError:
        return _failed("catalogue.bad_file", "not UTF-8")
    except csv.Error as error:
        return _failed("catalogue.bad_file", str(error))


async def _do(options: argparse.Namespace, folder: Path) -> int:
    if options.task == "import":
        open_state(options.state)  # a terminal that runs writes the same files
        rows = await take_in(folder, options.kind, options.file)
        print(f"{options.kind}: {rows} rows taken in. The terminal uses them from its next start.")
        return 0
    if options.task == "search":
        catalogue = _opened(folder, options.kind)
        if catalogue is None:
            return _failed("catalogue.missing", options.kind)
        await catalogue.check()
        for row in find(catalogue, " ".join(options.query), Favourites(catalogue, [], [])):
            print("\t".join(value for value in row.values() if value))
        return 0
    return await _info(folder)


async def _info(folder: Path) -> int:
    """What each kind is; 1 when one is damaged."""
    well = True
    for kind in CATALOGUE_KINDS:
        try:
            catalogue = _opened(folder, kind)
            if catalogue is None:
                print(f"{kind}: none")
                continue
            await catalogue.check()
        except CatalogueError as error:
            well = False
            print(f"{kind}: {error.code}; it will not be used")
            continue
        about = catalogue.about
        version = f"version {about.version}" if about.version else "no version: the first download replaces it"
        checked = "" if about.verified else "; UNVERIFIED"
        print(
            f"{kind}: {catalogue.rows} rows, {version}, of {about.day}, from {about.source or 'nobody knows'}{checked}"
        )
    return 0 if well else 1


def _opened(folder: Path, kind: str) -> Catalogue | None:
    return open_catalogue(FolderFiles(folder), file_name(kind), kind)


def _failed(code: str, cause: str) -> int:
    print(f"{code}: {cause}" if cause else code, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.catalogue",
        description="The catalogues of a terminal. Nothing is taken in while it runs: stop it before.",
    )
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    taking = tasks.add_parser("import", help="take in a file: the platform's (.zip, .txt) or a table (.tsv, .csv)")
    taking.add_argument("file", type=Path)
    searching = tasks.add_parser("search", help="what a doctor would find")
    searching.add_argument("query", nargs="+")
    for command in (taking, searching):
        command.add_argument("--kind", choices=CATALOGUE_KINDS, required=True)
    looking = tasks.add_parser("info", help="what there is; checks every byte")
    for command in (taking, searching, looking):
        command.add_argument("--state", type=Path, required=True, metavar="FOLDER", help="of the terminal")
    return parser


if __name__ == "__main__":
    sys.exit(main())
