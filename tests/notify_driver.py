"""Dispatchers of the outbox as processes that can be killed; see test_notify_kill.py.

Odoo is loaded once; each command of standard input is a line of JSON, answered by one.
A dispatcher is a fork with a database connection of its own, as Odoo's own workers are.
"""

import json
import os
import signal
import sys
import traceback
import urllib.error
import urllib.request
from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch

import odoo.init
import odoo.sql_db
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import config

KINDS = {"plain": "telegram", "asked": "viber", "idempotent": "max"}
SETTINGS = """
    UPDATE auto_notify_channel SET active = false;
    UPDATE auto_notify_rule SET active = false;
    DELETE FROM auto_notify_message;
    UPDATE ir_config_parameter SET value = 'False'
        WHERE key = 'auto_notify.test_mode';
"""


class Driver:
    """Answers the commands of the test."""

    def __init__(self, database, url):
        self.database = database
        self.url = url
        self.registry = Registry(database)

    def serve(self):
        """Answer commands until there are no more."""
        for line in sys.stdin:
            command = json.loads(line)
            answer = getattr(self, command.pop("do"))(**command)
            sys.stdout.write(f"ANSWER {json.dumps(answer)}\n")
            sys.stdout.flush()

    def prepare(self):
        """Make three channels and a customer with a chat in each."""
        with self.registry.cursor() as cr:
            cr.execute(SETTINGS)
            env = Environment(cr, SUPERUSER_ID, {})
            env.registry.clear_all_caches()
            partner = env["res.partner"].create({"name": "Much Told"})
            lead = env["crm.lead"].create(
                {"name": "Kills", "type": "opportunity", "partner_id": partner.id}
            )
            for name, kind in KINDS.items():
                channel = env["auto.notify.channel"].create(
                    {"name": name, "kind": kind, "parallel": 4}
                )
                env["auto.notify.contact"].create(
                    {
                        "channel_id": channel.id,
                        "partner_id": partner.id,
                        "external_id": name,
                    }
                )
            return {"partner": partner.id, "lead": lead.id}

    def queue(self, mode, texts, partner, lead=None, parallel=4):
        """Put messages into the outbox."""
        with self.registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            channels = env["auto.notify.channel"].search([("name", "=", mode)])
            channels.parallel = parallel
            return len(self._create(env, mode, texts, partner, lead))

    def _create(self, env, mode, texts, partner, lead):
        company = env["auto.notify.channel"].search([("name", "=", mode)]).company_id
        return env["auto.notify.message"]._create_messages(
            [
                {
                    "key": text,
                    "body": text,
                    "company_id": company.id,
                    "partner_id": partner,
                    "lead_id": lead,
                    "kinds": [[KINDS[mode], 0]],
                }
                for text in texts
            ]
        )

    def states(self):
        """Return what has become of each message."""
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT body, state, coalesce(is_unsure, false),"
                " activity_id IS NOT NULL FROM auto_notify_message"
            )
            return {row[0]: row[1:] for row in cr.fetchall()}

    def pass_time(self):
        """Let all that waits be due."""
        with self.registry.cursor() as cr:
            cr.execute(
                "UPDATE auto_notify_attempt SET date_start = date_start - %s",
                [timedelta(hours=1)],
            )
            cr.execute(
                "UPDATE auto_notify_message SET date_next = date_next - %s,"
                " date_retry = date_retry - %s",
                [timedelta(hours=1)] * 2,
            )
            cr.execute(
                "UPDATE auto_notify_channel SET date_resume = NULL, failure_count = 0"
            )

    def start(self, step=None, nth=1):
        """Start a dispatcher, which kills itself at a step.

        :param str step: a key of `STEPS`, None to stay alive
        :param int nth: how often it passes the step before
        :return: its process id
        """
        return self._fork(self._dispatch, step, nth)

    def start_creating(self, **values):
        """Start a process that puts messages into the outbox."""
        return self._fork(self._create_alone, values)

    def wait(self, pid):
        """Return how a process has ended: negative numbers are signals."""
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _fork(self, function, *args):
        odoo.sql_db.close_all()  # connections cannot be shared
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            return pid
        try:
            function(*args)
        except BaseException:  # noqa: BLE001 the fork must not go on as the driver
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def _dispatch(self, step, nth):
        with (
            patch_providers(self.registry, self.url),
            patch_step(step, nth),
            self.registry.cursor() as cr,
        ):
            env = Environment(cr, SUPERUSER_ID, {})
            env["auto.notify.message"]._cron_send()

    def _create_alone(self, values):
        """Create messages; repeat the transaction when the database asks for it."""
        while True:
            try:
                with self.registry.cursor() as cr:
                    env = Environment(cr, SUPERUSER_ID, {})
                    self._create(env, lead=None, **values)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                continue
            return


def patch_providers(registry, url):
    """Let the channels have clients that talk to the test's server."""
    # not at the top: an addon can be imported only when Odoo is loaded
    from odoo.addons.auto_notify.tools.provider import (
        Answer,
        Provider,
        Settings,
    )

    class Plain(Provider):
        """A provider that cannot tell what it has, and delivers what it gets."""

        mode = "plain"

        def send(self, outgoing):
            body = {"mode": self.mode, "key": outgoing.key, "text": outgoing.text}
            return self._call("send", body, "unsure")

        def _call(self, path, body, failure):
            request = urllib.request.Request(
                f"{url}/{path}",
                data=json.dumps({**body, "pid": os.getpid()}).encode(),
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    return Answer(**json.load(response))
            except (urllib.error.URLError, OSError, ValueError) as error:
                return Answer(failure, error=type(error).__name__)

    class Asked(Plain):
        """A provider that can be asked."""

        mode = "asked"

        def lookup(self, outgoing):
            return self._call("lookup", {"key": outgoing.key}, "unsure")

    class Idempotent(Plain):
        """A provider that delivers each key once."""

        mode = "idempotent"
        is_idempotent = True

    classes = {cls.mode: cls for cls in (Plain, Asked, Idempotent)}
    return patch.multiple(
        registry["auto.notify.channel"],
        _get_provider_class=lambda channel: classes[channel.name],
        _get_provider=lambda channel: classes[channel.name](Settings()),
    )


# Where a dispatcher can be killed: (model or module, function, before or after it)
STEPS = {
    "claiming": ("auto.notify.message", "_claim_batch", "after"),
    "claimed": ("auto.notify.attempt", "_send_batch", "before"),
    "starting": ("auto.notify.attempt", "_start_calls", "after"),
    "started": ("calls", "run_calls", "before"),
    "answered": ("calls", "run_calls", "after"),
    "recording": ("auto.notify.attempt", "_record_results", "after"),
    "recorded": ("auto.notify.attempt", "_settle_messages", "before"),
    "settling": ("auto.notify.attempt", "_settle_messages", "after"),
    "taking over": ("auto.notify.message", "_take_over", "after"),
}


def patch_step(step, nth):
    """Kill this process at a step, the nth time it gets there."""
    from odoo.addons.auto_notify.models import (
        auto_notify_attempt_call as calls,
    )

    if not step:
        return nullcontext()
    place, name, moment = STEPS[step]
    target = calls if place == "calls" else Registry.registries[DATABASE][place]
    original = getattr(target, name)
    passed = []

    def function(*args, **kwargs):
        passed.append(name)
        if moment == "before" and len(passed) >= nth:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if len(passed) >= nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return patch.object(target, name, function)


if __name__ == "__main__":
    DATABASE, URL = sys.argv[1:]
    config.parse_config(
        ["--database", DATABASE, "--no-http", "--log-level=error"], setup_logging=True
    )
    Driver(DATABASE, URL).serve()
