"""Insert a line where the syntax tree says, and leave every other character of a file as it is."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence

from kirsch_scaffold import source


class NoPlace(Exception):
    """The file has no place for the insertion; the message says what was looked for."""


def add_route(text: str, singular: str, plural: str) -> str:
    """`routes.py` with `mapper.resource(singular, plural)` before the end of `make_mapper`."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "resource":
            given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if given[:2] == [singular, plural]:
                return text
    returned = _returned(tree)
    mapper = returned.value.id if isinstance(returned.value, ast.Name) else "mapper"
    line = f"{mapper}.resource({source.text(singular)}, {source.text(plural)})"
    return _insert(text, returned.lineno, [" " * returned.col_offset + line])


def _returned(tree: ast.Module) -> ast.Return:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "make_mapper" and isinstance(node.body[-1], ast.Return):
            return node.body[-1]
    raise NoPlace("a function make_mapper that ends with `return mapper`")


def add_model(text: str, package: str, module: str, class_name: str) -> str:
    """`models/__init__.py` with the model imported and, where there is `__all__`, named there."""
    text = add_import(text, f"{package}.models.{module}", class_name)
    for node in ast.parse(text).body:
        if _is_all(node) and isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Tuple):
            listed = [str(one.value) for one in node.value.elts if isinstance(one, ast.Constant)]
            if class_name in listed or len(listed) != len(node.value.elts):
                return text
            words = [source.text(one) for one in sorted([*listed, class_name])]
            return _replace(text, node, source.listing("__all__ = [", words))
    return text


def _is_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"


def add_relation(text: str, class_name: str, attribute: str, lines: str) -> str:
    """A model's module with one more attribute at the end of the class, unless it has one of that name."""
    tree = ast.parse(text)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            fields = [one.target for one in node.body if isinstance(one, ast.AnnAssign)]
            if any(isinstance(field, ast.Name) and field.id == attribute for field in fields):
                return text
            last = node.body[-1]
            after_columns = isinstance(last, ast.AnnAssign) and "relationship(" not in ast.unparse(last)
            new = ["", lines] if after_columns else [lines]
            changed = _insert(text, (last.end_lineno or last.lineno) + 1, new)
            return add_import(changed, "sqlalchemy.orm", "relationship")
    raise NoPlace(f"the class {class_name}")


def add_typing_import(text: str, module: str, name: str) -> str:
    """A module with `from module import name` below `if TYPE_CHECKING:`, which is made if it is not there."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return _add_to(text, [one for one in node.body if isinstance(one, ast.ImportFrom)], module, name, 4, node)
    text = add_import(text, "typing", "TYPE_CHECKING")
    imports = [one for one in ast.parse(text).body if isinstance(one, ast.Import | ast.ImportFrom)]
    end = (imports[-1].end_lineno or imports[-1].lineno) + 1
    return _insert(text, end, ["", "if TYPE_CHECKING:", f"    from {module} import {name}"])


def add_import(text: str, module: str, name: str) -> str:
    """A module with `from module import name` at its place among the imports."""
    tree = ast.parse(text)
    imports = [one for one in tree.body if isinstance(one, ast.ImportFrom) and not one.level]
    return _add_to(text, imports, module, name, 0, tree)


def _add_to(  # noqa: PLR0917  # what, where, how deep
    text: str, imports: Sequence[ast.ImportFrom], module: str, name: str, indent: int, scope: ast.AST
) -> str:
    for node in imports:
        if node.module == module:
            if any(one.name == name for one in node.names):
                return text
            whole = [f"{one.name} as {one.asname}" if one.asname else one.name for one in node.names]
            words = sorted([*whole, name], key=_order)
            return _replace(text, node, source.call(f"from {module} import ", words, "", indent).lstrip())
    line = f"{' ' * indent}from {module} import {name}"
    rank = _rank(module)
    later = [node for node in imports if _rank(node.module or "") > rank and rank[0] == _rank(node.module or "")[0]]
    if later:
        return _insert(text, later[0].lineno, [line])
    same = [node for node in imports if _rank(node.module or "")[0] == rank[0]]
    if same:
        return _insert(text, (same[-1].end_lineno or same[-1].lineno) + 1, [line])
    return _insert_group(text, scope, line)


def _insert_group(text: str, scope: ast.AST, line: str) -> str:
    """The first import of its group: above all others, below what Python itself brings as a whole module."""
    body = scope.body if isinstance(scope, ast.Module | ast.If) else []
    whole = [one for one in body if isinstance(one, ast.Import) and _rank(one.names[0].name)[0] == 0]
    if whole:
        return _insert(text, (whole[-1].end_lineno or whole[-1].lineno) + 1, [line])
    first = next((one for one in body if isinstance(one, ast.Import | ast.ImportFrom)), None)
    if first is not None:
        return _insert(text, first.lineno, [line, ""])
    start = body[0].end_lineno or 1 if body and isinstance(body[0], ast.Expr) else 0
    return _insert(text, start + 1, ["", line] if start else [line, ""])


def _rank(module: str) -> tuple[int, str]:
    """Standard library first, then other packages, then the project; each by name."""
    top = module.split(".", maxsplit=1)[0]
    if top in sys.stdlib_module_names:
        return 0, module
    return (1 if top in ("sqlalchemy", "kirsch", "alembic", "webob") else 2), module


def _order(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def _insert(text: str, line: int, new: Sequence[str]) -> str:
    """The text with new lines before line number *line*."""
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += ending
    added = "".join(f"{one}\n" for one in new).replace("\n", ending)
    return "".join([*lines[: line - 1], added, *lines[line - 1 :]])


def _replace(text: str, node: ast.stmt, new: str) -> str:
    """The text with the statement *node* written anew."""
    lines = text.splitlines(keepends=True)
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    start = lines[first].encode()[: node.col_offset].decode()
    end = lines[last].encode()[node.end_col_offset :].decode()
    return "".join([*lines[:first], start + new + end, *lines[last + 1 :]])
