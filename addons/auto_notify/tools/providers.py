"""All providers, in the order in which their kinds are listed and offered."""

from .http_gateway import HttpGatewayProvider
from .max_bot import MaxBot
from .own import Email, LogOnly, OdooSms
from .smsc import SmscProvider
from .telegram import Telegram
from .viber import Viber
from .whatsapp import WhatsApp

PROVIDERS = (
    LogOnly,
    Telegram,
    WhatsApp,
    MaxBot,
    Viber,
    OdooSms,
    SmscProvider,
    HttpGatewayProvider,
    Email,
)
