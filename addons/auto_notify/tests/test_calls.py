import threading

from odoo.tests import BaseCase, tagged

from ..tools.calls import (
    BrokenProvider,
    Call,
    can_repeat,
    hide_secrets,
    run_call,
    run_calls,
)
from ..tools.provider import Answer, Outgoing, Settings
from .outbox_common import AskedProvider, FakeProvider, IdempotentProvider

OUTGOING = Outgoing(to="1", text="Ready", key="a" * 32)


@tagged("post_install", "-at_install")
class TestCalls(BaseCase):
    def test_results_come_in_the_order_of_the_calls(self):
        provider = FakeProvider()
        gate = threading.Barrier(3)

        def wait(outgoing):
            gate.wait(timeout=10)
            return Answer("accepted", ref=outgoing.key)

        provider.script = [wait] * 3
        calls = [
            Call(provider, Outgoing(to="1", text="", key=key))
            for key in ("a", "b", "c")
        ]
        results = run_calls(calls, 3)
        self.assertEqual([result.answer.ref for result in results], ["a", "b", "c"])

    def test_no_calls_have_no_results(self):
        self.assertEqual(run_calls([], 4), [])

    def test_a_client_that_raises_gives_no_more_than_the_errors_name(self):
        provider = FakeProvider()
        provider.script = [KeyError("TOP-SECRET")]
        answer = run_call(Call(provider, OUTGOING)).answer
        self.assertEqual(answer, Answer("unsure", error="KeyError"))

    def test_errors_hold_no_credentials_and_are_short(self):
        text = hide_secrets("GET /bottoken/send seal hook", ("token", "seal", "hook"))
        self.assertEqual(text, "GET /bot***/send *** ***")
        self.assertEqual(hide_secrets("as is", ("s", "", None)), "as is")
        provider = FakeProvider(
            Settings(secret="token", app_secret="seal", hook_secret="hook")
        )
        provider.script = [Answer("refused", error="token seal hook " + "x" * 1000)]
        error = run_call(Call(provider, OUTGOING)).answer.error
        self.assertTrue(error.startswith("*** *** *** xxx"))
        self.assertEqual(len(error), 300)

    def test_answers_are_made_fit_to_be_stored(self):
        provider = FakeProvider()
        bad = Answer("later", "r" * 9000, "4\x0003", "a\x00b\ud800", "free", -5.0)
        nothing = Answer("later", cost=float("inf"), retry_after=float("nan"))
        provider.script = [bad, nothing]
        answer = run_call(Call(provider, OUTGOING)).answer
        self.assertEqual(answer, Answer("later", "r" * 200, "403", "ab?", None, None))
        answer = run_call(Call(provider, OUTGOING)).answer
        self.assertEqual((answer.cost, answer.retry_after), (None, None))

    def test_a_repeat_asks_first(self):
        provider = AskedProvider()
        provider.found = {OUTGOING.key: Answer("accepted", ref="7")}
        result = run_call(Call(provider, OUTGOING, is_repeat=True))
        self.assertEqual((result.answer.ref, result.is_open), ("7", False))
        self.assertFalse(provider.sent)

    def test_a_repeat_that_gets_no_answer_stays_open(self):
        provider = AskedProvider()
        provider.found = {OUTGOING.key: Answer("unsure", error="timeout")}
        result = run_call(Call(provider, OUTGOING, is_repeat=True))
        self.assertTrue(result.is_open)
        self.assertFalse(provider.sent)

    def test_a_repeat_is_sent_only_where_it_cannot_double(self):
        blind, idempotent = FakeProvider(), IdempotentProvider()
        for provider, sent in ((blind, 0), (idempotent, 1)):
            run_call(Call(provider, OUTGOING, is_repeat=True))
            self.assertEqual(len(provider.sent), sent)
        run_call(Call(idempotent, OUTGOING, is_repeat=True, may_send=False))
        self.assertEqual(len(idempotent.sent), 1)

    def test_an_unsure_call_is_open_if_it_can_be_found_out(self):
        for provider, is_open in (
            (FakeProvider(), False),
            (AskedProvider(), True),
            (IdempotentProvider(), True),
        ):
            provider.script = [Answer("unsure")]
            self.assertEqual(can_repeat(provider), is_open)
            self.assertEqual(run_call(Call(provider, OUTGOING)).is_open, is_open)

    def test_a_client_that_could_not_be_made_is_broken(self):
        answer = run_call(Call(BrokenProvider("ValueError"), OUTGOING)).answer
        self.assertEqual(answer, Answer("broken", error="ValueError"))
