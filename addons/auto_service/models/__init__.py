from . import auto_demo_shop
