"""The screen: a web app for the kiosk and for phones, served from the terminal."""

from firmware.console.back_office import BackOffice
from firmware.console.catalogue_office import CatalogueOffice
from firmware.console.day_end_office import DayEndOffice
from firmware.console.presses import Presses
from firmware.console.screen import Screen
from firmware.console.server import Console
from firmware.console.sessions import Sessions

__all__ = ["BackOffice", "CatalogueOffice", "Console", "DayEndOffice", "Presses", "Screen", "Sessions"]
