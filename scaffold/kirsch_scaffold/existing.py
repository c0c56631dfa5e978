"""A project as it is now: its models, its migrations, its manifest, read from syntax trees without running anything."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kirsch_scaffold import names
from kirsch_scaffold.plan import current
from kirsch_scaffold.project import MANIFEST
from kirsch_scaffold.schema import Column


class ProjectFault(Exception):
    """The project is not as the generator needs it; the message is one sentence."""


@dataclass(frozen=True)
class Model:
    """A model that exists: where it is and what others need to refer to it."""

    class_name: str
    module: str
    table: str
    path: str
    attributes: frozenset[str]
    keys: tuple[Column, ...]
    back: Mapping[str, tuple[str, str]]
    """Its relations by attribute: the model each leads to and the attribute that leads back."""


@dataclass(frozen=True)
class Migration:
    """A migration file: its revision, the one before it, and the tables it makes."""

    path: str
    revision: str
    previous: str
    tables: frozenset[str]


class Existing:
    """The project in the folder *root* whose package is *package*."""

    def __init__(self, root: Path, package: str) -> None:
        self.root, self.package = root, package
        if not (root / package / "models").is_dir():
            raise ProjectFault(f"There is no {package}/models in {root}: run this in the folder of a Kirsch project.")
        self.models = {model.class_name: model for model in self._models()}
        self.migrations = tuple(self._migrations())

    def text(self, path: str) -> str:
        """What a file of the project holds.

        :raises ProjectFault: when it is missing.
        """
        text = current(self.root / path)
        if text is None:
            raise ProjectFault(f"{path} is missing; put it back, then run the command again.")
        return text

    def tree(self, path: str) -> ast.Module:
        """The syntax tree of a file.

        :raises ProjectFault: when it is missing or is no Python.
        """
        try:
            return ast.parse(self.text(path))
        except SyntaxError as error:
            raise ProjectFault(f"{path}, line {error.lineno}: {error.msg}; correct it, then run it again.") from error

    def head(self) -> str:
        """The newest migration; empty when there is none.

        :raises ProjectFault: when there are two.
        """
        followed = {migration.previous for migration in self.migrations}
        heads = [migration.revision for migration in self.migrations if migration.revision not in followed]
        if len(heads) > 1:
            raise ProjectFault(f"The migrations {' and '.join(heads)} follow the same one: let one follow the other.")
        return heads[0] if heads else ""

    def migration_of(self, table: str) -> Migration | None:
        """The migration that makes a table."""
        return next((migration for migration in self.migrations if table in migration.tables), None)

    def manifest(self) -> dict[str, str]:
        """The fingerprints of what was generated, by path."""
        try:
            files = json.loads(current(self.root / MANIFEST) or "{}").get("files", {})
        except (ValueError, AttributeError):
            raise ProjectFault(f"{MANIFEST} is no JSON any more; delete it, then run the command again.") from None
        return dict(files)

    def _models(self) -> Iterator[Model]:
        folder = self.root / self.package / "models"
        for file in sorted(folder.glob("*.py")):
            path = f"{self.package}/models/{file.name}"
            for node in self.tree(path).body:
                if isinstance(node, ast.ClassDef) and (table := _table_of(node)):
                    yield _model(node, table, file.stem, path)

    def _migrations(self) -> Iterator[Migration]:
        for file in sorted((self.root / "migrations" / "versions").glob("*.py")):
            path = f"migrations/versions/{file.name}"
            tree = self.tree(path)
            values = dict(_assignments(tree.body))
            revision, previous = _constant(values.get("revision")), _constant(values.get("down_revision"))
            if revision:
                yield Migration(path, revision, previous, frozenset(_made(tree)))


def _model(node: ast.ClassDef, table: str, module: str, path: str) -> Model:
    keys, back = [], {}
    attributes = dict(_assignments(node.body))
    for attribute, value in attributes.items():
        call = _call_name(value)
        if call == "mapped_column" and isinstance(value, ast.Call) and _keyword(value, "primary_key"):
            keys.append(_key(attribute, value, _annotation(node, attribute)))
        if call == "relationship" and isinstance(value, ast.Call):
            target = _target_of(_annotation(node, attribute))
            back[attribute] = (target, _constant(_keyword(value, "back_populates")))
    return Model(node.name, module, table, path, frozenset(attributes), tuple(keys), back)


def _key(attribute: str, call: ast.Call, annotation: str) -> Column:
    name, column = attribute, Column(attribute, attribute, "str" if "str" in annotation else "int")
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            name = argument.value
        kind = _KEY_KINDS.get(_call_name(argument) or _last(argument))
        if kind:
            column = replace(column, kind=kind, length=_length(argument))
    return replace(column, name=name)


_KEY_KINDS = {
    "Integer": "int",
    "BigInteger": "bigint",
    "SmallInteger": "smallint",
    "String": "str",
    "Text": "text",
    "Uuid": "uuid",
    "Date": "date",
}


def _length(type_: ast.expr) -> int | None:
    first = type_.args[0] if isinstance(type_, ast.Call) and type_.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, int) else None


def _table_of(node: ast.ClassDef) -> str:
    return next((_constant(value) for name, value in _assignments(node.body) if name == "__tablename__"), "")


def _assignments(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | None]]:
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        if isinstance(node, ast.FunctionDef):
            yield node.name, None


def _annotation(node: ast.ClassDef, attribute: str) -> str:
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.target.id == attribute:
            return ast.unparse(line.annotation)
    return ""


def _target_of(annotation: str) -> str:
    """The model in `Mapped[list['Post']]` or `Mapped['Post | None']`."""
    word = annotation.removeprefix("Mapped[").removeprefix("list[").split("|")[0]
    return word.strip("[]'\" ")


def _made(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _call_name(node) == "create_table" and node.args:
            yield _constant(node.args[0])


def _call_name(node: ast.AST | None) -> str:
    return _last(node.func) if isinstance(node, ast.Call) else ""


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _constant(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def near_model(name: str, models: Mapping[str, Model]) -> str:
    """The model that a misspelt name may have meant."""
    return next((one for one in models if names.snake(one) == names.snake(name)), "")
