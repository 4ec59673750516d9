"""The technician's tools for the vault: check its journal, report on it, move it to another device.

`python -m tools.vault verify|report|open|backup|restore|retire`; docs/backup.md and docs/verify-journal.md show what
they say.
"""
