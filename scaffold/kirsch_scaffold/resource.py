"""A resource: from its name and fields, and from what the project holds, to the plan of every file."""

from __future__ import annotations

import datetime as dt
import keyword
import re
from collections.abc import Sequence
from dataclasses import replace

from kirsch_scaffold import names
from kirsch_scaffold.controllers import controller_source
from kirsch_scaffold.existing import Existing, ProjectFault
from kirsch_scaffold.factories import factory_source
from kirsch_scaffold.fields import Field
from kirsch_scaffold.from_fields import Resource, schema_of
from kirsch_scaffold.grammar import FieldErrors
from kirsch_scaffold.inserting import NoPlace, add_model, add_relation, add_route, add_typing_import
from kirsch_scaffold.migration import migration_source, revision_of
from kirsch_scaffold.models import model_source, relation_source
from kirsch_scaffold.plan import Action, Plan, Step, change_step, current, digest, file_step
from kirsch_scaffold.project import MANIFEST, manifest_text
from kirsch_scaffold.schema import Schema, Table
from kirsch_scaffold.suite import suite_source

OUR_PLACES = ("home", "static")


def resource_named(word: str) -> Resource:
    """The resource that a word of the command line names; a plural is taken for its singular.

    :raises ProjectFault: when nothing can have this name.
    """
    snake = names.singular(names.snake(word))
    class_name = names.pascal(snake)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", word) or not snake:
        raise ProjectFault(f"{word!r} is no name for a resource: use letters, digits and underscores, as in blog_post.")
    if keyword.iskeyword(snake) or class_name in names.CLASS_WORDS or snake in ("base", "model", "test", "factory"):
        raise ProjectFault(f"{word!r} means something else in a project: choose another name, as in site_{snake}.")
    singular, plural = names.route_names(class_name)
    if {singular, plural} & set(OUR_PLACES):
        raise ProjectFault(f"{word!r} is what the project calls one of its own pages: choose another name.")
    return Resource(class_name, singular, plural)


def resource_plan(site: Existing, resource: Resource, fields: Sequence[Field], today: dt.datetime) -> Plan:
    """The plan that adds a resource to a project.

    :raises ProjectFault: when the project has no place for it.
    :raises FieldErrors: when a field refers to a model that does not exist.
    """
    if mistakes := missing_models(site, resource, fields):
        raise FieldErrors(mistakes)
    schema = schema_of(site, resource, fields)
    table = schema.tables[0]
    package = site.package
    steps = [
        _model_step(site, table, schema),
        file_step(site.root, f"{package}/controllers/{table.plural}.py", controller_source(table, schema)),
        _migration_step(site, table, schema, today),
        file_step(site.root, f"tests/factories/{table.singular}.py", factory_source(table, schema)),
        file_step(site.root, f"tests/test_{table.plural}.py", suite_source(table, schema)),
        *_insertions(site, table),
        *_inverse_steps(site, table, schema),
    ]
    steps.append(_manifest_step(site, steps))
    return Plan(site.root, tuple(steps))


def missing_models(site: Existing, resource: Resource, fields: Sequence[Field]) -> list[str]:
    """Sentences about fields that lead to a model which does not exist or cannot be pointed at."""
    mistakes = []
    for field in fields:
        if field.kind not in ("ref", "many") or field.target == resource.class_name:
            continue
        model = site.models.get(field.target)
        if model is None:
            command = f"python manage.py generate resource {names.snake(field.target)} name:str"
            mistakes.append(f"{field.spec}: there is no model {field.target}. Make it first: {command}")
        elif len(model.keys) != 1:
            mistakes.append(f"{field.spec}: the key of {field.target} is not one column, so a field cannot point at it")
    return mistakes


def _model_step(site: Existing, table: Table, schema: Schema) -> Step:
    """The model, with what other resources have added to it since."""
    path = f"{site.package}/models/{table.singular}.py"
    text = model_source(table, schema)
    known = site.models.get(table.class_name)
    if known is not None and known.path == path:
        text = _with_inverses(site, table, text, current(site.root / path) or "")
    return file_step(site.root, path, text)


def _with_inverses(site: Existing, table: Table, text: str, present: str) -> str:
    own = {relation.attribute for relation in table.relations}
    for attribute, (target, back) in site.models[table.class_name].back.items():
        other = site.models.get(target)
        if attribute in own or other is None or other.back.get(back) != (table.class_name, attribute):
            continue
        lines = present.splitlines()
        begin = next(number for number, line in enumerate(lines) if line.startswith(f"    {attribute}: Mapped["))
        end = begin if lines[begin].endswith(")") else next(n for n in range(begin, len(lines)) if lines[n] == "    )")
        text = add_relation(text, table.class_name, attribute, "\n".join(lines[begin : end + 1]))
        text = add_typing_import(text, f"{site.package}.models.{other.module}", target)
    return text


def _migration_step(site: Existing, table: Table, schema: Schema, today: dt.datetime) -> Step:
    message = f"Create {table.name.replace('_', ' ')}"
    made = site.migration_of(table.name)
    previous = made.previous if made else site.head()
    revision = made.revision if made else revision_of(previous, table.name)
    path = made.path if made else f"migrations/versions/{today:%Y%m%d_%H%M%S}_create_{table.name}.py"
    return file_step(site.root, path, migration_source([table], schema, revision, previous, message))


def _insertions(site: Existing, table: Table) -> list[Step]:
    package = site.package
    routes, models = f"{package}/routes.py", f"{package}/models/__init__.py"
    site.tree(routes)
    site.tree(models)
    try:
        route = add_route(site.text(routes), table.singular, table.plural)
    except NoPlace as error:
        line = f'mapper.resource("{table.singular}", "{table.plural}")'
        raise ProjectFault(f"{routes} lacks {error}; add {line} yourself and leave such a function there.") from error
    model = add_model(site.text(models), package, table.singular, table.class_name)
    return [
        change_step(site.root, routes, route, f'+ mapper.resource("{table.singular}", "{table.plural}")'),
        change_step(site.root, models, model, f"+ {table.class_name}"),
    ]


def _inverse_steps(site: Existing, table: Table, schema: Schema) -> list[Step]:
    """The other sides of the relations, each inserted in the module of its model."""
    texts: dict[str, str] = {}
    notes: dict[str, list[str]] = {}
    for relation in table.relations:
        target = site.models.get(relation.target)
        if target is None or relation.target == table.class_name or not relation.back:
            continue
        inverse = replace(
            relation,
            attribute=relation.back,
            target=table.class_name,
            many=True,
            back=relation.attribute,
            optional=False,
            hidden=False,
            readonly=bool(relation.association),
        )
        line = relation_source(inverse, replace(table, class_name=target.class_name), schema)
        text = texts.get(target.path) or site.text(target.path)
        text = add_relation(text, target.class_name, relation.back, line)
        texts[target.path] = add_typing_import(text, f"{site.package}.models.{table.singular}", table.class_name)
        notes.setdefault(target.path, []).append(relation.back)
    return [change_step(site.root, path, text, f"+ {', '.join(notes[path])}") for path, text in texts.items()]


def _manifest_step(site: Existing, steps: Sequence[Step]) -> Step:
    prints = site.manifest()
    prints |= {step.path: digest(step.text) for step in steps if step.action is not Action.CONFLICT}
    return change_step(site.root, MANIFEST, manifest_text(prints))
