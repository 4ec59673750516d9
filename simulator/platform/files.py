"""Files: sent by a clinic (9101), fetched by it (9102), and the downloads of the catalogues (1301 to 1315).

Source: NHSA interface specification: a file is a ZIP with one TXT, UTF-8, TAB between columns, `null` for empty. That a
file can be fetched for seven days, and only by whom it is for, is an assumption.
"""

import base64
import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

from .catalogues import COLUMNS, Version
from .envelope import BEIJING, Request
from .ledger import StoredFile
from .office import Office
from .refusal import Refused

PUBLIC = "plc"  # fixmedins_code with which the catalogues' files are fetched
_LIFE = timedelta(days=7)
_TIME = "%Y-%m-%d %H:%M:%S"
_UNDATED = (1980, 1, 1, 0, 0, 0)  # the first date that a ZIP can have: the same file every time


def zipped(name: str, text: str) -> bytes:
    """A ZIP with one file; the same bytes for the same text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, _UNDATED), text.encode("utf-8"), zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def store(office: Office, request: Request, filename: str, content: bytes) -> tuple[str, str]:
    """Keep a file for the institution that asks; its file_qury_no and until when it can be fetched."""
    text = base64.b64encode(content).decode("ascii")
    return _keep(office, request, filename, StoredFile(filename, request.fixmedins_code, 0, text))


def _keep(office: Office, request: Request, filename: str, file: StoredFile) -> tuple[str, str]:
    for number in [number for number, old in office.ledger.files.items() if old.until < request.now.timestamp()]:
        del office.ledger.files[number]
    until = request.now + _LIFE
    file.until = until.timestamp()
    number = f"M00/00/00/{office.ledger.next_serial():020d}"
    office.ledger.files[number] = file
    return number, until.strftime(_TIME)


def upload(office: Office, request: Request) -> dict[str, Any]:
    """9101: the file beside the message, or in the member `in` as Base64 or a list of bytes."""
    row = request.row("fsUploadIn")
    if row.text("fixmedins_code") != request.fixmedins_code:
        raise Refused("FSI-医药机构编号(fixmedins_code)不正确")
    content = request.file or _inside(request.input["fsUploadIn"].get("in"))
    if not content:
        raise Refused("FSI-文件数据(in)不能为空")
    number, until = store(office, request, row.text("filename"), content)
    members = {"filename": row.text("filename"), "fixmedins_code": request.fixmedins_code, "dld_endtime": until}
    return request.transaction.output("").fill(file_qury_no=number, **members)


def _inside(value: Any) -> bytes:
    try:
        if isinstance(value, list):
            return bytes(value)
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (ValueError, TypeError):
        raise Refused("FSI-文件数据(in)不正确") from None


def download(office: Office, request: Request) -> bytes:
    """9102: the file itself, without an envelope. `Refused` when it is not there, is too old or for somebody else."""
    row = request.row("fsDownloadIn")
    file = office.ledger.files.get(row.text("file_qury_no"))
    if file is None or file.until < request.now.timestamp() or file.filename != row.text("filename"):
        raise Refused("FSI-文件不存在或已过下载截止时间")
    if row.text("fixmedins_code") != file.fixmedins_code or file.fixmedins_code not in (PUBLIC, request.fixmedins_code):
        raise Refused("FSI-医药机构编号(fixmedins_code)与文件不一致")
    if not file.made_of:
        return base64.b64decode(file.content)
    infno, after, newest = file.made_of
    versions = [version for version in _versions(office, infno) if version.number <= newest]
    text, _ = office.catalogues.text(infno, after, versions)
    return zipped(file.filename.replace(".zip", ".txt"), text)


def catalogue(office: Office, request: Request) -> dict[str, Any]:
    """1301 to 1315: a file with everything newer than `ver`, made when it is fetched."""
    infno, after = request.transaction.infno, request.row().text("ver")
    versions = _versions(office, infno)
    newest = versions[-1].number if versions else ""
    _, count = office.catalogues.text(infno, after, versions)
    filename = f"{infno}_{after[:20]}_{office.ledger.next_serial()}.zip"
    number, until = _keep(office, request, filename, StoredFile(filename, PUBLIC, 0, "", [infno, after, newest]))
    return request.transaction.output("").fill(
        file_qury_no=number, filename=filename, dld_end_time=until, data_cnt=count
    )


def publish(office: Office, infno: str, count: int, now: float) -> str:
    """Bring a new version of a catalogue out: so many entries more, as many no longer valid. Its number. `KeyError`
    when the catalogue has no rows."""
    if not COLUMNS[infno]:
        raise KeyError(infno)
    last = [version.number for version in _versions(office, infno)]
    number = max([datetime.fromtimestamp(now, BEIJING).strftime("%Y%m%d%H%M%S"), *(f"{int(old) + 1}" for old in last)])
    office.ledger.versions[f"{infno}/{number}"] = str(count)
    return number


def _versions(office: Office, infno: str) -> list[Version]:
    begins = infno + "/"
    found = [
        (key.removeprefix(begins), count) for key, count in office.ledger.versions.items() if key.startswith(begins)
    ]
    return [Version(number, int(count)) for number, count in found]
