"""`self.db.get` answers as SQLAlchemy's own session does, with the same statements, whatever is asked of it."""

import random
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, inspect, update
from sqlalchemy.orm import Session, joinedload

from keyed import KEYS, KINDS, ROWS, Animal, Artist, Base, Cat, Day, Dog, Ticket, Tour
from kirsch.database import make_engine
from kirsch.prepared import PreparedSession


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def engine(request, tmp_path):
    """An engine of a database with a few rows of every kind."""
    url = "sqlite:///t.sqlite" if request.param == "sqlite" else request.getfixturevalue(f"{request.param}_url")
    engine = make_engine(url, root=tmp_path)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([kind(**values) for kind, values in ROWS])
        session.commit()
    yield engine
    engine.dispose()


def shown(value: Any) -> Any:
    """What is loaded of a row, with the rows that came with it."""
    if isinstance(value, Base):
        state = inspect(value)
        loaded = {name: shown(item) for name, item in value.__dict__.items() if name != "_sa_instance_state"}
        return type(value).__name__, state.persistent, state.modified, sorted(loaded.items(), key=str)
    return [shown(item) for item in value] if isinstance(value, list) else value


def nameless(statement: str) -> str:
    """A statement without the names of its columns: SQLAlchemy 2.0 has others for those of its own ``get``."""
    return re.sub(r" AS \w+", "", statement)


def told(act: Any, session: Session) -> Any:
    """What *act* answers or raises, and every statement that it sends."""
    sent: list[Any] = []

    def listen(_connection, _cursor, statement, parameters, *_):
        sent.append((nameless(statement), parameters))

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    try:
        answer = shown(act(session))
    except Exception as error:
        answer = type(error), nameless(str(error))
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", listen)
        session.rollback()
        session.close()
    return answer, sent


def differences(engine, acts: dict[str, Any]) -> dict[str, Any]:
    """What our session does otherwise than SQLAlchemy's, each asked twice, so that the second time is prepared."""
    statements: dict[Any, Any] = {}
    found = {}
    for name, act in acts.items():
        theirs = told(act, Session(engine))
        for _ in range(2):
            ours = told(act, PreparedSession(engine, statements))
            if ours != theirs:
                found[name] = {"ours": ours, "theirs": theirs}
    return found


@pytest.mark.filterwarnings("ignore:fully NULL primary key")
def test_any_key_of_any_class(engine):
    """Numbers, texts, tuples, dicts, nothing at all: the same row, the same None or the same error."""
    acts = {
        f"{kind} {key!r}": lambda session, kind=kind, key=key: session.get(kind, key) for kind in KINDS for key in KEYS
    }

    assert differences(engine, acts) == {}


def loaded_then(then: Any, kind: Any = Artist, key: Any = 1) -> Any:
    """Load a row, do something to it, and ask for it again."""

    def act(session: Session) -> Any:
        row = session.get(kind, key)
        then(session, row)
        again = session.get(kind, key)
        return [again is row, again]

    return act


def gone(session: Session, row: Any) -> None:
    """Delete the row behind the session's back."""
    session.connection().execute(Ticket.__table__.delete())
    session.expire(row)


def beside(session: Session, _row: Any) -> None:
    """Change the row by a statement of its own."""
    session.execute(update(Day).values(note="b"))


def added(session: Session) -> Any:
    session.add(Artist(id=9, name="New"))
    return session.get(Artist, 9)


def unflushed(session: Session) -> Any:
    session.add(Artist(id=9, name="New"))
    with session.no_autoflush:
        return session.get(Artist, 9)


def twice(session: Session) -> Any:
    session.add(Artist(id=1, name="Again"))
    return session.get(Artist, 2)


def after_an_error(session: Session) -> Any:
    session.add(Artist(id=1, name="Again"))
    try:
        session.flush()
    except Exception:
        return session.get(Artist, 2)


def in_a_savepoint(session: Session) -> Any:
    with session.begin_nested():
        session.get(Artist, 1).name = "changed"
        return [session.get(Artist, 1), session.get(Artist, 2)]


def watched(session: Session) -> Any:
    seen = []
    event.listen(session, "do_orm_execute", lambda state: seen.append((state.is_select, state.parameters)))
    event.listen(session, "loaded_as_persistent", lambda _, row: seen.append(row.id))
    return [seen, session.get(Artist, 1), session.get(Artist, 7)]


def turned(session: Session) -> Any:
    @event.listens_for(session, "do_orm_execute")
    def turn(state):
        state.statement = state.statement.options(joinedload(Artist.tours).joinedload(Tour.ticket))

    return session.get(Artist, 1)


def other_kind(session: Session) -> Any:
    return [session.get(Animal, 2), session.get(Cat, 2), session.get(Dog, 2), session.get(Dog, 3), session.get(Cat, 3)]


def test_rows_in_any_state(engine):
    """Changed, expired, deleted, new or loaded as another kind; with options, listeners and savepoints."""
    acts = {
        "as it is": loaded_then(lambda *_: None),
        "changed": loaded_then(lambda _, row: setattr(row, "name", "changed")),
        "expired": loaded_then(lambda session, row: session.expire(row)),
        "half expired": loaded_then(lambda session, row: session.expire(row, ["name"])),
        "let go": loaded_then(lambda session, row: session.expunge(row)),
        "to be deleted": loaded_then(lambda session, row: session.delete(row), key=2),
        "deleted": loaded_then(lambda session, row: (session.delete(row), session.flush()), key=2),
        "deleted by others": loaded_then(gone, Tour, (1, "Rome")),
        "committed": loaded_then(lambda session, _: session.commit()),
        "rolled back": loaded_then(lambda session, _: session.rollback()),
        "changed beside": loaded_then(beside, Day, date(1959, 3, 2)),
        "new": added, "new, not sent": unflushed, "refused": twice, "after an error": after_an_error,
        "savepoint": in_a_savepoint, "listeners": watched, "statement changed": turned, "other kinds": other_kind,
        "get_one": lambda session: session.get_one(Artist, 1),
        "get_one of none": lambda session: session.get_one(Artist, 9),
        "options": lambda session: session.get(Tour, (1, "Oslo"), options=[joinedload(Tour.ticket)]),
        "again": lambda session: [session.get(Artist, 1), session.get(Artist, 1, populate_existing=True)],
        "for update": lambda session: session.get(Artist, 1, with_for_update=True),
        "token": lambda session: [session.get(Artist, 1, identity_token="a"), session.get(Artist, 1)],
        "execution": lambda session: session.get(Artist, 1, execution_options={"populate_existing": True}),
        "bind": lambda session: session.get(Artist, 1, bind_arguments={"bind": session.get_bind()}),
        "misspelt": lambda session: session.get(Artist, 1, option=[]),
    }  # fmt: skip

    assert differences(engine, acts) == {}


def test_any_walk(engine, seed):
    """Forty random things done one after the other, twenty times: every answer on the way is the same."""
    acts = {f"walk {number}": walk(seed + number) for number in range(20)}

    assert differences(engine, acts) == {}


def walk(seed: int) -> Any:
    """An act that does random things to artists, tours and animals."""

    def act(session: Session) -> Any:
        chance = random.Random(seed)
        answers: list[Any] = []
        for _ in range(40):
            kind, key = chance.choice(
                [(Artist, chance.randint(1, 6)), (Tour, (1, "Oslo")), (Animal, 2), (Dog, 2), (Cat, 3)]
            )
            row = session.get(kind, key)
            answers.append(shown(row))
            step = chance.randint(0, 9)
            if step == 0:
                session.flush()
            elif step == 1:
                session.expire_all()
            elif step == 2:
                session.rollback()
            elif row is None and kind is Artist:
                session.add(Artist(id=key, name=f"new {step}"))
            elif step == 3 and kind is Artist and row not in session.new:
                row.name += "!"
            elif step == 4 and kind is Animal:
                session.delete(row)
            elif step == 5 and row is not None:
                session.expunge(row)
                session.rollback()
        return answers

    return act


def test_the_statement_is_made_once(engine):
    """Sessions share it: the second one sends what the first one made."""
    statements: dict[Any, Any] = {}
    with PreparedSession(engine, statements) as session:
        session.get(Tour, (1, "Oslo"))
    made = dict(statements)

    with PreparedSession(engine, statements) as session:
        session.get(Tour, (1, "Rome"))

    assert list(made) == [inspect(Tour)]
    assert statements[inspect(Tour)] is made[inspect(Tour)]
