"""From the fields of a resource to the generator's table: columns, keys, relations with both their sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kirsch_scaffold import names
from kirsch_scaffold.existing import Existing, Model
from kirsch_scaffold.fields import Field
from kirsch_scaffold.schema import Association, Column, ForeignKey, Relation, Schema, Table


@dataclass(frozen=True)
class Resource:
    """The names of a resource: `blog_post` has the class `BlogPost` and the route `blog_posts`."""

    class_name: str
    singular: str
    plural: str


def schema_of(site: Existing, resource: Resource, fields: Sequence[Field]) -> Schema:
    """The schema that holds the one table of a new resource, and its association tables."""
    columns = [Column("id", "id", "int", primary_key=True)]
    keys: list[ForeignKey] = []
    relations: list[Relation] = []
    children: list[Relation] = []
    associations: list[Association] = []
    for field in fields:
        if field.kind == "many":
            association = _association(site, resource, field)
            associations.append(association)
            relations.append(_many(site, resource, field, fields, association))
        elif field.kind in ("ref", "self"):
            target = site.models.get(field.target)
            columns.append(_key_column(field, target))
            keys.append(_foreign_key(field, resource, target))
            relation = _one(site, resource, field, fields)
            relations.append(relation)
            if field.target == resource.class_name:
                children.append(_children(relation, field))
        else:
            columns.append(_column(field))
    table = Table(
        resource.plural,
        resource.class_name,
        resource.singular,
        resource.plural,
        tuple(columns),
        tuple(keys),
        relations=(*relations, *children),
        versioned=True,
    )
    modules = {name: model.module for name, model in site.models.items()}
    return Schema(site.package, (table,), tuple(associations), modules)


def _column(field: Field) -> Column:
    return Column(
        field.name,
        field.name,
        field.kind,
        length=field.length,
        precision=field.precision,
        scale=field.scale,
        choices=field.choices,
        optional=field.optional,
        unique=field.unique,
        index=field.index,
        default=field.default_source,
        search=field.search,
        hidden=field.hidden,
        readonly=field.readonly,
        minimum=field.minimum,
        maximum=field.maximum,
        slug_from=field.slug_from,
    )


def _key_column(field: Field, target: Model | None) -> Column:
    name = f"{field.name}_id"
    key = replace(target.keys[0] if target else Column(name, name, "int"), name=name, attribute=name)
    return replace(
        key,
        optional=field.optional,
        unique=field.unique,
        index=not field.unique,
        primary_key=False,
        hidden=field.hidden,
        readonly=field.readonly,
    )


def _foreign_key(field: Field, resource: Resource, target: Model | None) -> ForeignKey:
    table, column = (target.table, target.keys[0].name) if target else (resource.plural, "id")
    on_delete = field.on_delete if field.on_delete != "RESTRICT" else ""
    return ForeignKey((f"{field.name}_id",), table, (column,), on_delete=on_delete)


def _one(site: Existing, resource: Resource, field: Field, fields: Sequence[Field]) -> Relation:
    own = field.target == resource.class_name
    return Relation(
        field.name,
        field.target,
        columns=(f"{field.name}_id",),
        remote=("id",) if own else (),
        explicit=_several(field, fields),
        back=_inverse_name(site, resource, field, fields),
        optional=field.optional,
        hidden=field.hidden,
        readonly=field.readonly,
    )


def _children(parent: Relation, field: Field) -> Relation:
    return Relation(parent.back, field.target, True, parent.columns, explicit=parent.explicit, back=field.name)


def _several(field: Field, fields: Sequence[Field]) -> bool:
    return sum(one.kind in ("ref", "self") and one.target == field.target for one in fields) > 1


def _many(
    site: Existing, resource: Resource, field: Field, fields: Sequence[Field], association: Association
) -> Relation:
    own = field.target == resource.class_name
    return Relation(
        field.name,
        field.target,
        many=True,
        association=association.name,
        local=association.foreign_keys[0].columns if own else (),
        back="" if own else _inverse_name(site, resource, field, fields),
        hidden=field.hidden,
        readonly=field.readonly,
    )


def _inverse_name(site: Existing, resource: Resource, field: Field, fields: Sequence[Field]) -> str:
    """What the other side calls the rows that refer to it: `posts`, or `editor_posts` where that is taken."""
    if field.target == resource.class_name:
        taken = {one.name for one in fields}
        return "children" if field.name == "parent" and "children" not in taken else f"{field.name}_{resource.plural}"
    target = site.models[field.target]
    alone = sum(one.target == field.target and one.kind in ("ref", "many") for one in fields) == 1
    name = resource.plural
    free = name not in target.attributes or target.back.get(name) == (resource.class_name, field.name)
    plain = alone or field.name == names.snake(field.target)
    return name if plain and free else f"{field.name}_{name}"


def _association(site: Existing, resource: Resource, field: Field) -> Association:
    target = site.models.get(field.target)
    far_table = target.table if target else resource.plural
    far_key = target.keys[0] if target else Column("id", "id", "int")
    near, far = f"{resource.singular}_id", f"{names.singular(field.name)}_id"
    far = f"other_{far}" if far == near else far
    name = f"{resource.singular}_{field.name}"
    columns = (
        Column(near, near, "int", primary_key=True),
        replace(far_key, name=far, attribute=far, primary_key=True, index=True),
    )
    keys = (
        ForeignKey((near,), resource.plural, on_delete="CASCADE"),
        ForeignKey((far,), far_table, (far_key.name,), on_delete="CASCADE"),
    )
    return Association(name, name, resource.class_name, columns, keys)
