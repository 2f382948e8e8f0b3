from . import hook, page, portal
