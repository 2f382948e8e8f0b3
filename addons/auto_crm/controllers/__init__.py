from . import portal, portal_car, portal_order, portal_reading, portal_request, request
