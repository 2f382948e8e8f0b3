"""Small changes of a source file, each of which a test should notice."""

import ast
import copy
import gc
import types
from functools import partial
from typing import NamedTuple

PROBE = "__mutation_probe__"
COMPARISONS = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


class Mutant(NamedTuple):
    """A file with one change."""

    line: int
    before: str
    after: str
    tree: ast.Module

    def __str__(self):
        return f"line {self.line}: {self.before}  ->  {self.after}"


def mutants(source):
    """Return all mutants of a source: operators and returns within functions."""
    tree = ast.parse(source)
    found = []
    for number, node in enumerate(ast.walk(tree)):
        node.number = number
    inside = _nodes_of_functions(tree)
    for node in inside:
        for change in CHANGES.get(type(node), lambda _node: [])(node):
            changed = copy.deepcopy(tree)
            twin = next(one for one in ast.walk(changed) if one.number == node.number)
            change(twin)
            ast.fix_missing_locations(changed)
            after = "return None" if isinstance(node, ast.Return) else _text(twin)
            found.append(Mutant(node.lineno, _text(node), after, changed))
    return sorted(found, key=lambda mutant: mutant.line)


def _nodes_of_functions(tree):
    """Return what is evaluated when functions are called, not when they are defined."""
    found = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                for node in _walk(statement):
                    found[node.number] = node
    return list(found.values())


def _walk(node):
    """Walk a statement, without what only describes types."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child)


def _text(node):
    return ast.unparse(node).splitlines()[0]


def _changes_of_compare(node):
    def put(at, op, twin):
        twin.ops[at] = COMPARISONS[type(op)]()

    return [partial(put, at, op) for at, op in enumerate(node.ops)]


def _changes_of_boolop(node):
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    return [lambda twin: setattr(twin, "op", other())]


def _changes_of_binop(node):
    other = ARITHMETIC.get(type(node.op))
    if not other or _is_formatting(node):
        return []
    return [lambda twin: setattr(twin, "op", other())]


def _is_formatting(node):
    return isinstance(node.op, ast.Mod) and (
        isinstance(node.left, ast.Constant)
        or isinstance(node.right, (ast.Tuple, ast.Dict))
    )


def _changes_of_augassign(node):
    return _changes_of_binop(
        ast.BinOp(left=node.target, op=node.op, right=node.value),
    )


def _changes_of_unaryop(node):
    if not isinstance(node.op, ast.Not):
        return []

    def double(twin):
        twin.operand = ast.UnaryOp(op=ast.Not(), operand=twin.operand)

    return [double]


def _changes_of_constant(node):
    if not isinstance(node.value, bool):
        return []
    return [lambda twin: setattr(twin, "value", not node.value)]


def _changes_of_if(node):
    """Turn a condition round that has no operator of its own to change."""
    if isinstance(node.test, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
        return []

    def turn_round(twin):
        twin.test = ast.UnaryOp(op=ast.Not(), operand=twin.test)

    return [turn_round]


def _changes_of_return(node):
    """Return nothing instead of something; booleans are changed as constants."""
    if node.value is None or isinstance(node.value, ast.Constant):
        return []

    def forget(twin):
        """Evaluate it all the same: it may do something, and its names are used."""
        both = ast.Tuple(elts=[twin.value, ast.Constant(value=None)], ctx=ast.Load())
        twin.value = ast.Subscript(
            value=both, slice=ast.Constant(value=1), ctx=ast.Load()
        )

    return [forget]


CHANGES = {
    ast.AugAssign: _changes_of_augassign,
    ast.BinOp: _changes_of_binop,
    ast.BoolOp: _changes_of_boolop,
    ast.Compare: _changes_of_compare,
    ast.Constant: _changes_of_constant,
    ast.If: _changes_of_if,
    ast.IfExp: _changes_of_if,
    ast.Return: _changes_of_return,
    ast.UnaryOp: _changes_of_unaryop,
}


class _Probes(ast.NodeTransformer):
    """Has each statement within functions tell that it is reached."""

    def visit_FunctionDef(self, node):
        """Put a probe before each statement of the function, at all depths."""
        self.generic_visit(node)
        for inner in [node, *ast.walk(node)]:
            for name in ("body", "orelse", "finalbody"):
                block = getattr(inner, name, None)
                if isinstance(block, list) and not isinstance(inner, ast.ClassDef):
                    setattr(inner, name, self._probed(block))
        return node

    def _probed(self, block):
        probed = []
        for statement in block:
            if not getattr(statement, "probed", False):
                probe = ast.Expr(
                    ast.Call(
                        func=ast.Name(id=PROBE, ctx=ast.Load()),
                        args=[ast.Constant(value=statement.lineno)],
                        keywords=[],
                    )
                )
                ast.copy_location(probe, statement)
                probe.probed = statement.probed = True
                probed.append(probe)
            probed.append(statement)
        return probed


def with_probes(source):
    """Return the tree of a source whose statements call `PROBE` with their lines."""
    return ast.fix_missing_locations(_Probes().visit(ast.parse(source)))


def statement_lines(source):
    """Return for each line the line where its innermost statement begins."""
    lines = {}
    statements = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.stmt)]
    for statement in sorted(statements, key=lambda n: (n.lineno, -n.end_lineno)):
        for line in range(statement.lineno, statement.end_lineno + 1):
            lines[line] = statement.lineno
    return lines


def put_in_place(path, source, tree):
    """Give the functions of a file that is loaded the code of a changed tree.

    :return: how many functions were changed
    """
    before = _codes(compile(source, path, "exec"))
    after = _codes(compile(tree, path, "exec"))
    changed = {
        key: code
        for key, code in after.items()
        if key in before and code != before[key]
    }
    count = 0
    for function in gc.get_objects():
        if isinstance(function, types.FunctionType):
            code = function.__code__
            key = (code.co_qualname, code.co_firstlineno)
            if code.co_filename == path and key in changed:
                function.__code__ = changed[key]
                count += 1
    return count


def _codes(code):
    """Return the code of all functions in a piece of code."""
    found = {}
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found[inner.co_qualname, inner.co_firstlineno] = inner
            found.update(_codes(inner))
    return found
