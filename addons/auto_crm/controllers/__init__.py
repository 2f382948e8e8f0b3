from . import portal, request
