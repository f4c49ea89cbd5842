"""File names from outside, made safe to show, to download and to pass on."""

import re
import unicodedata

from whatsapp.media.limits import DOCX, PPTX, XLSX

_LONGEST = 120
#: The first is given to a name that has none of them: what is inside decides how a double click opens it.
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic",),
    "audio/aac": (".aac",),
    "audio/amr": (".amr",),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/ogg": (".ogg", ".opus", ".oga"),
    "audio/3gpp": (".3gp",),
    "video/mp4": (".mp4",),
    "video/3gpp": (".3gp", ".3gpp"),
    "video/quicktime": (".mov",),
    "video/webm": (".webm",),
    "text/plain": (".txt", ".csv", ".md", ".log", ".vcf", ".ics", ".json"),
    "application/pdf": (".pdf",),
    "application/rtf": (".rtf", ".doc"),
    "application/zip": (".zip",),
    "application/msword": (".doc", ".dot"),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.ms-powerpoint": (".ppt",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    PPTX: (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}


def clean_name(name: str) -> str:
    """The last part of a path without what tricks the eye or a file system: control and direction marks, leading
    dots, reserved signs. May be empty."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    tidy = re.sub(r'[<>:"|?*%]', "_", " ".join(shown.split())).strip(". ")
    stem, dot, extension = tidy.rpartition(".")
    return f"{stem[: _LONGEST - 10]}.{extension[:9]}" if dot else tidy[:_LONGEST]


def download_name(name: str, *, mime: str, fallback: str) -> str:
    """A name to save under: as it was given where its ending fits the content, else with the right ending added."""
    tidy = clean_name(name) or clean_name(fallback) or "file"
    endings = EXTENSIONS.get(mime, (".bin",))
    return tidy if tidy.lower().endswith(endings) else tidy + endings[0]
