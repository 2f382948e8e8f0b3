"""A signature that was drawn is a picture, and nothing else."""

import base64
import io

from PIL import Image

FORMATS = ("PNG", "JPEG")
MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE = 4096
NO_PICTURE = (TypeError, ValueError, OSError, SyntaxError)  # as Pillow tells it


def is_signature(data):
    """Tell whether the data, in base64, is a picture of a sane size."""
    try:
        raw = base64.b64decode(data or b"", validate=True)
        if not 0 < len(raw) <= MAX_BYTES:
            return False
        picture = Image.open(io.BytesIO(raw), formats=FORMATS)
        if max(picture.size) > MAX_SIDE:
            return False
        picture.load()
    except (*NO_PICTURE, Image.DecompressionBombError):
        return False
    return True
