"""Where everything is: the repository, its state folder and the cache outside of it."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".run"
ADDONS = ROOT / "addons"
CONFIG = ROOT / "odoo.conf"
DATA_DIR = STATE / "data"
BROWSER = STATE / "browser"


def cache(environ=None):
    """Return the folder of what can be used again by other clones."""
    environ = os.environ if environ is None else environ
    if environ.get("AUTO_SHOP_CACHE"):
        return Path(environ["AUTO_SHOP_CACHE"]).expanduser().resolve()
    base = environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "auto-shop"


def log_file(name):
    """Return the path of a log file, whose folder exists."""
    folder = STATE / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def filestore(database):
    """Return the folder of a database's attachments."""
    return DATA_DIR / "filestore" / database


def short_hash(text):
    """Return 10 hexadecimal digits that change with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def hash_of_files(files, base=ROOT):
    """Return a short hash of names and contents of the files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(base)}\0".encode())
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()[:10]
