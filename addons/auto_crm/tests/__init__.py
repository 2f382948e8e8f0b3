from . import (
    test_customer,
    test_plate,
    test_vehicle,
    test_vehicle_catalogue,
    test_vehicle_import,
    test_vehicle_line,
    test_vehicle_security,
    test_vin,
)
