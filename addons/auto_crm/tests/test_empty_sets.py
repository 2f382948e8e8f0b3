import inspect
from collections import Counter
from unittest.mock import patch

from odoo.models import BaseModel
from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tools.discuss import Store

OURS = "odoo.addons.auto_"
ARGUMENTS = {
    "vals": {},
    "values": {},
    "vals_list": [],
    "domain": [],
    "name": "Kia Rio 2019",
}


@tagged("post_install", "-at_install")
class TestEmptySets(TransactionCase):
    """Odoo calls its methods with no records, too: our overrides pass that on."""

    def test_every_override_takes_an_empty_set(self):
        checked, wrong = Counter(), []
        for model, name, ours, core in self._overrides():
            outcome = self._try(self.env[model], ours, core)
            checked[name] += outcome is not None
            if outcome:
                wrong.append((ours.__module__, name, outcome))
        self.assertEqual(wrong, [])
        for name in ("create", "write", "unlink", "_action_confirm", "_action_cancel"):
            self.assertGreater(checked[name], 0, name)

    def _overrides(self):
        """Yield model, name, our function and Odoo's for each override of ours."""
        seen = set()
        for model, cls in sorted(
            self.registry.items(), key=lambda item: item[1]._abstract
        ):
            for number, base in enumerate(cls.__mro__):
                if not base.__module__.startswith(OURS):
                    continue
                for name, ours in vars(base).items():
                    core = self._core_of(cls.__mro__[number + 1 :], name)
                    if inspect.isfunction(ours) and core and ours not in seen:
                        seen.add(ours)
                        yield model, name, ours, core

    @staticmethod
    def _core_of(bases, name):
        """Return Odoo's method that an override extends, or None."""
        for base in bases:
            method = vars(base).get(name)
            if inspect.isfunction(method) and not base.__module__.startswith(OURS):
                return method
        return None

    def _try(self, empty, ours, core):
        """Call both with no records: where Odoo's returns, ours does, and makes none.

        :return: what is wrong, empty if nothing is, None if Odoo's takes no empty set
        """
        parameters = list(inspect.signature(ours).parameters.values())[1:]
        arguments = [
            self._argument(parameter.name)
            for parameter in parameters
            if parameter.default is parameter.empty
            and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]
        try:
            expected = self._empty_creations(core, empty, arguments)
        except Exception:  # noqa: BLE001  # whatever Odoo does with no record
            return None
        try:
            made = self._empty_creations(ours, empty, arguments)
        except Exception as error:  # noqa: BLE001  # reported with the others
            return repr(error)
        return ", ".join((made - expected).elements())

    def _argument(self, name):
        """Return what is empty as the argument of this name."""
        if name == "message":
            return self.env["mail.message"]
        if name == "store":
            return Store()
        if name == "target":
            return Store().target
        return ARGUMENTS.get(name)

    def _empty_creations(self, method, empty, arguments):
        """Count the models of Odoo that a call creates no record of.

        Who overrides their `create` may call the method back: `repair` does.
        """
        calls = Counter()
        create = BaseModel.create

        def counted(model, vals_list):
            is_method = method.__name__ == "create" and model._name == empty._name
            is_ours = model._original_module.startswith("auto_")
            if not (vals_list or is_method or is_ours):
                calls[model._name] += 1
            return create(model, vals_list)

        with (
            self.env.cr.savepoint(),
            patch.object(BaseModel, "create", counted),
        ):
            method(empty, *arguments)
        return calls
