"""The catalogues: diagnoses, drugs, services and more, downloaded from the platform and searched while typing."""

from firmware.catalogue.building import Builder
from firmware.catalogue.catalogues import DIAGNOSES, Catalogues
from firmware.catalogue.errors import CatalogueError
from firmware.catalogue.finding import Favourites, find
from firmware.catalogue.initials import initials_of
from firmware.catalogue.kept import About, Catalogue, open_catalogue
from firmware.catalogue.reading import PlatformRows, TableRows, all_lines
from firmware.catalogue.updating import Update, file_name

__all__ = [
    "DIAGNOSES",
    "About",
    "Builder",
    "Catalogue",
    "CatalogueError",
    "Catalogues",
    "Favourites",
    "PlatformRows",
    "TableRows",
    "Update",
    "all_lines",
    "file_name",
    "find",
    "initials_of",
    "open_catalogue",
]
