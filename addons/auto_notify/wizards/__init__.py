from . import auto_notify_compose, auto_notify_preview
