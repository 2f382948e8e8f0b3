from . import hook, map, page, portal
