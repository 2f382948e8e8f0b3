from lxml import etree

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..tools.provider import AccountField, Provider
from ..tools.providers import PROVIDERS

_lt = LazyTranslate(__name__)
# What every account has, for those who know why
URL_FIELD = AccountField(
    "url",
    _lt("API address"),
    placeholder=_lt("the provider's public address"),
    groups="base.group_no_one",
)


class AutoNotifyChannel(models.Model):
    """The providers there are: what differs between them is told by their classes."""

    _inherit = "auto.notify.channel"

    provider_code = fields.Char(compute="_compute_provider_code")
    is_remote = fields.Boolean(
        compute="_compute_provider_code",
        help="Messages leave by calls of this program, not by Odoo's own queues.",
    )
    is_log = fields.Boolean(
        compute="_compute_provider_code", export_string_translation=False
    )

    @api.depends("kind", "sms_gateway")
    def _compute_provider_code(self):
        for channel in self:
            provider_class = channel._get_provider_class()
            channel.provider_code = channel._get_provider_code()
            channel.is_remote = bool(
                provider_class and provider_class.transport == "provider"
            )
            channel.is_log = channel._get_transport() == "log"

    # ------------------------------------------------------------------
    # The list
    # ------------------------------------------------------------------

    @api.model
    def _get_provider_classes(self):
        """Return the classes of all providers, in the order their kinds are offered.

        Hook: an addon with another provider adds its class to what super returns; that
        is all it has to do.

        :return: sequence of subclasses of `tools.provider.Provider`
        """
        return PROVIDERS

    def _get_provider_class(self):
        """Return the class of the channel's provider, None if its addon has gone."""
        self.ensure_one()
        code = self._get_provider_code()
        classes = self._get_provider_classes()
        return next((item for item in classes if item.code == code), None)

    def _get_provider_code(self):
        """Return what names the provider: the kind, for SMS the gateway."""
        return self.sms_gateway if self.kind == "sms" else self.kind

    @api.model
    def _get_kind_class(self, kind):
        """Return the class that tells how a kind of channel reaches people.

        Of several providers of one kind it is the first: they differ in what they are,
        not in whom they reach.
        """
        classes = self._get_provider_classes()
        return next((item for item in classes if item.kind == kind), Provider)

    def _has_address(self):
        """Whether messages go to somebody: what is only logged needs no address."""
        self.ensure_one()
        return self._get_kind_class(self.kind).reach != "anything"

    def _get_transport(self):
        """Return how messages leave through the channel.

        Hook: a channel that sends in a way of its own adds it here, and to
        ``auto.notify.attempt._hand_over``.

        :return: ``log``: not at all; ``email`` and ``sms``: by Odoo's own queues;
            ``provider``: by calls of the client in `tools`
        """
        self.ensure_one()
        if self._is_test_mode():
            return "log"
        return (self._get_provider_class() or Provider).transport

    def _can_send(self):
        """Tell whether there is a way to send through the channel at all."""
        self.ensure_one()
        if not self.active:
            return False
        return self._get_transport() != "provider" or bool(self._get_provider_class())

    # ------------------------------------------------------------------
    # Kinds, as rules, messages, customers and screens name them
    # ------------------------------------------------------------------

    @api.model
    def _get_kinds(self):
        """Return the kinds of channels with their names: every selection of them."""
        names = {}
        for item in self._get_provider_classes():
            names.setdefault(item.kind, item.kind_title or item.title)
        return [(kind, self.env._(name)) for kind, name in names.items()]

    @api.model
    def _get_sent_kinds(self):
        """Return the kinds that reach anybody, with their names: all but the log."""
        return [
            (kind, name)
            for kind, name in self._get_kinds()
            if self._get_kind_class(kind).transport != "log"
        ]

    @api.model
    def _get_sms_gateways(self):
        """Return the providers of text messages with their names."""
        return [
            (item.code, self.env._(item.title))
            for item in self._get_provider_classes()
            if item.kind == "sms"
        ]

    @api.model
    def _get_chat_kinds(self):
        """Return the kinds of channels people write with us in: the messengers."""
        return self._get_reaching_kinds("chat", "chat_or_phone")

    @api.model
    def _get_phone_kinds(self):
        """Return the kinds of channels whose address is a phone, no chat is needed."""
        return self._get_reaching_kinds("phone", "chat_or_phone")

    @api.model
    def _get_reaching_kinds(self, *reaches):
        """Return the kinds that reach people in one of the ways, in order."""
        classes = self._get_provider_classes()
        return [*dict.fromkeys(item.kind for item in classes if item.reach in reaches)]

    @api.model
    def _get_kind_looks(self):
        """Return how the kinds are shown.

        :return: dict of kind → ``label``, ``icon`` (of Font Awesome) and ``color``
        """
        looks = {}
        for kind, label in self._get_kinds():
            item = self._get_kind_class(kind)
            looks[kind] = {"label": label, "icon": item.icon, "color": item.color}
        return looks

    # ------------------------------------------------------------------
    # The form
    # ------------------------------------------------------------------

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Override: the form asks for the account as the provider's class tells."""
        arch, view = super()._get_view(view_id, view_type, **options)
        for place in arch.xpath("//group[@name='accounts']"):
            for item in self._get_provider_classes():
                place.addprevious(self._prepare_account_group(item))
            place.getparent().remove(place)
        for place in arch.xpath("//group[@name='hook']"):
            for item in self._get_provider_classes():
                place.extend(self._prepare_hook_nodes(item))
        return arch, view

    def _prepare_account_group(self, provider_class):
        """Return the group of the form that asks for an account."""
        code = provider_class.code
        is_remote = provider_class.transport == "provider"
        title = provider_class.account_title or provider_class.title
        group = etree.Element(
            "group",
            name=f"account_{code}",
            string=self.env._(title),
            invisible=f"provider_code != {code!r}",
        )
        if is_remote:
            group.set("groups", "base.group_system")
        account = provider_class.account
        if is_remote and "url" not in {field.name for field in account}:
            account = (*account, URL_FIELD)
        for field in account:
            group.extend(self._prepare_account_nodes(code, field))
        if provider_class.note:
            group.append(self._prepare_note(provider_class.note))
        return group

    def _prepare_account_nodes(self, code, field):
        """Return a field of an account with its label, and where to find it below."""
        node_id = f"{field.name}_{code}"
        groups = {"groups": field.groups} if field.groups else {}
        node = etree.Element("field", id=node_id, name=field.name)
        if self._fields[field.name].type != "boolean":
            node.set("class", "w-100")
        if field.name in self._get_secret_fields():
            node.set("password", "True")
        if field.placeholder:
            node.set("placeholder", self.env._(field.placeholder))
        box = etree.Element("div", name=node_id, **groups)
        box.append(node)
        if field.note:
            box.append(self._prepare_note(field.note, colspan=False))
        label = {"for": node_id, "string": self.env._(field.label)}
        return [etree.Element("label", label, **groups), box]

    def _prepare_hook_nodes(self, provider_class):
        """Return what the form tells of a provider's webhook."""
        shown = {"invisible": f"provider_code != {provider_class.code!r}"}
        nodes = []
        if provider_class.hook_secret_label:
            label = self.env._(provider_class.hook_secret_label)
            widget = {"widget": "CopyClipboardChar", "string": label}
            nodes.append(etree.Element("field", name="hook_secret", **widget, **shown))
        if provider_class.hook_note:
            nodes.append(self._prepare_note(provider_class.hook_note, **shown))
        return nodes

    def _prepare_note(self, text, *, colspan=True, **attributes):
        """Return a muted sentence of the form."""
        node = etree.Element("div", attributes, **{"class": "text-muted"})
        if colspan:
            node.set("colspan", "2")
        node.text = self.env._(text)
        return node
