"""The placeholders of message texts: Odoo's ``{{ expression ||| fallback }}``, checked.

Pure. Whoever may write texts is no programmer and may not read or change what he likes:
an expression names values and the fields of the document, joins and compares them, and
calls nothing but the formatting functions it is given.
"""

import ast
from dataclasses import dataclass
from functools import lru_cache

from odoo.tools.rendering_tools import INLINE_TEMPLATE_REGEX

ROOT = "object"
MAX_LENGTH = 500
ALLOWED = (
    ast.Add,
    ast.And,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.Constant,
    ast.Eq,
    ast.Expression,
    ast.Gt,
    ast.GtE,
    ast.IfExp,
    ast.Load,
    ast.Lt,
    ast.LtE,
    ast.Not,
    ast.NotEq,
    ast.Or,
    ast.Sub,
    ast.UnaryOp,
    ast.USub,
)


class PlaceholderError(Exception):
    """What is wrong with a placeholder.

    :param str code: ``braces``, ``syntax``, ``forbidden``, ``name``, ``function``,
        ``field``, ``access``, ``failed`` or ``empty``
    :param str source: the placeholder as it was written
    :param str detail: the name or reason that it is about
    """

    def __init__(self, code, source, detail=""):
        super().__init__(f"{source}: {code} {detail}")
        self.code = code
        self.source = source
        self.detail = detail


@dataclass(frozen=True)
class Placeholder:
    """One placeholder of a text.

    :param fallback: what stands in for an empty value; None if it must not be empty
    """

    source: str
    expression: str
    fallback: str | None = None


@dataclass(frozen=True)
class Names:
    """What an expression uses.

    :param values: names of helper values
    :param functions: names of functions
    :param paths: names of fields after ``object``, as a tuple each
    :param is_path: whether the expression is one path and nothing else
    """

    values: frozenset
    functions: frozenset
    paths: frozenset
    is_path: bool


@lru_cache(maxsize=1024)
def parse_text(text):
    """Split a text into lines, each a tuple of literals and placeholders.

    :raise PlaceholderError: for braces that open or close nothing
    """
    return tuple(_parse_line(line) for line in (text or "").splitlines())


def _parse_line(line):
    parts = []
    position = 0
    for match in INLINE_TEMPLATE_REGEX.finditer(line):
        parts.append(line[position : match.start()])
        expression, with_fallback, fallback = match.groups()
        if not expression.strip():
            raise PlaceholderError("braces", match.group())
        parts.append(
            Placeholder(
                match.group(),
                expression.strip(),
                (fallback or "").rstrip() if with_fallback else None,
            )
        )
        position = match.end()
    parts.append(line[position:])
    for part in parts:
        if isinstance(part, str) and ("{{" in part or "}}" in part):
            raise PlaceholderError("braces", part.strip())
    return tuple(part for part in parts if part)


def split_parameters(text):
    """Split a list of texts at each ``|`` that is not part of a placeholder."""
    result = [""]
    position = 0
    for match in INLINE_TEMPLATE_REGEX.finditer(text or ""):
        head, *rest = text[position : match.start()].split("|")
        result[-1] += head
        result += rest
        result[-1] += match.group()
        position = match.end()
    head, *rest = (text or "")[position:].split("|")
    result[-1] += head
    result += rest
    return [part.strip() for part in result] if (text or "").strip() else []


@lru_cache(maxsize=1024)
def parse_expression(expression):
    """Check an expression and return what it uses.

    :rtype: Names
    :raise PlaceholderError: if it isn't one, or does more than it may
    """
    source = f"{{{{ {expression} }}}}"
    if len(expression) > MAX_LENGTH:
        raise PlaceholderError("forbidden", source, expression[:20] + "…")
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", None) or str(error)
        raise PlaceholderError("syntax", source, reason) from error
    visitor = _Visitor(source)
    visitor.visit(tree)
    return Names(
        frozenset(visitor.values),
        frozenset(visitor.functions),
        frozenset(visitor.paths),
        is_path=isinstance(tree.body, ast.Attribute),
    )


class _Visitor(ast.NodeVisitor):
    """Collects names, and refuses what is not on the list."""

    def __init__(self, source):
        self.source = source
        self.values = set()
        self.functions = set()
        self.paths = set()

    def generic_visit(self, node):  # pylint: disable=missing-return
        if not isinstance(node, ALLOWED):
            raise self._forbid(node)
        super().generic_visit(node)

    def visit_Constant(self, node):
        if not isinstance(node.value, str | int | float | bool | None):
            raise self._forbid(node)

    def visit_Name(self, node):
        if node.id.startswith("_"):
            raise self._forbid(node)
        if node.id == ROOT:
            self.paths.add(())
        else:
            self.values.add(node.id)

    def visit_Attribute(self, node):
        names = []
        root = node
        while isinstance(root, ast.Attribute):
            names.insert(0, root.attr)
            root = root.value
        is_path = isinstance(root, ast.Name) and root.id == ROOT
        if not is_path or any(name.startswith("_") for name in names):
            raise self._forbid(node)
        self.paths.add(tuple(names))

    def visit_Call(self, node):
        is_function = isinstance(node.func, ast.Name)
        if not is_function or node.keywords or node.func.id.startswith("_"):
            raise self._forbid(node)
        self.functions.add(node.func.id)
        for argument in node.args:
            self.visit(argument)

    def _forbid(self, node):
        detail = ast.unparse(node) if isinstance(node, ast.expr) else ""
        return PlaceholderError("forbidden", self.source, detail)
