from . import auto_document
