from . import portal, portal_order, request
