"""Names of files that strangers send: a name only, never a path or a trick."""

import mimetypes
import re
import unicodedata

MAX_NAME = 100
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "video/mp4": ".mp4",
    "application/pdf": ".pdf",
}


def clean_name(name, kind="file", mimetype=""):
    """Return a name that is safe to store, to show and to save.

    :param str name: as the sender gave it
    :param str kind: what to call a file without a name, as ``image``
    :param str mimetype: tells the extension of a file without one
    """
    name = unicodedata.normalize("NFC", name or "").replace("\\", "/")
    name = name.rpartition("/")[2]
    # letters that cannot be seen turn round what is read: "gpj.exe" for "exe.jpg"
    name = "".join(
        letter
        for letter in name
        if unicodedata.category(letter)[0] not in "CZ" or letter == " "
    )
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    mimetype = (mimetype or "").partition(";")[0].strip().lower()
    if not re.fullmatch(r"\w{1,10}", extension):
        stem, extension = name, ""
    suffix = (
        f".{extension}"
        if extension
        else EXTENSIONS.get(mimetype) or mimetypes.guess_extension(mimetype) or ""
    )
    return f"{(stem or kind)[: MAX_NAME - len(suffix)]}{suffix}"
