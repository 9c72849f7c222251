"""The part of CDDL (RFC 8610) that plush.cddl uses, read strictly: anything else is an error with its line.

In      the text of a schema
Out     Schema: scalar types, records (arrays with named members), the choice of messages
Raises  SchemaError
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MESSAGE_LIMIT_BYTES = 223  # frame 244 - header 4 - tag 16 - type byte 1


class SchemaError(Exception):
    """The schema uses something outside the subset, or contradicts itself."""


@dataclass(frozen=True)
class Scalar:
    """An integer range, a text whose byte length lies in low..high, or a bool."""

    kind: str  # "int", "text", "bool"
    low: int = 0
    high: int = 0
    names: tuple[str, ...] = ()  # value names from 0 on, for enumerations
    rule: str = ""  # the rule that an enumeration is called after


@dataclass(frozen=True)
class ListOf:
    """[0*N record]"""

    record: Record
    high: int


@dataclass(frozen=True)
class Member:
    name: str
    type: Scalar | ListOf


@dataclass(frozen=True)
class Record:
    name: str
    number: int | None  # None for a record that only stands inside a message
    members: tuple[Member, ...]
    comment: str


@dataclass
class Schema:
    scalars: dict[str, Scalar] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    messages: list[Record] = field(default_factory=list)

    def enumerations(self) -> list[Scalar]:
        """Named ranges, in the order of the file."""
        return [scalar for scalar in self.scalars.values() if scalar.names]


def int_bytes(value: int) -> int:
    """Bytes of a CBOR integer (or of a text's or array's head)."""
    magnitude = value if value >= 0 else -1 - value
    for limit, size in ((24, 1), (1 << 8, 2), (1 << 16, 3), (1 << 32, 5)):
        if magnitude < limit:
            return size
    return 9


def largest_bytes(kind: Scalar | ListOf | Record) -> int:
    """The longest encoding that the schema allows."""
    if isinstance(kind, Record):
        number = [] if kind.number is None else [int_bytes(kind.number)]
        sizes = number + [largest_bytes(member.type) for member in kind.members]
        return int_bytes(len(sizes)) + sum(sizes)
    if isinstance(kind, ListOf):
        return int_bytes(kind.high) + kind.high * largest_bytes(kind.record)
    if kind.kind == "text":
        return int_bytes(kind.high) + kind.high
    return 1 if kind.kind == "bool" else max(int_bytes(kind.low), int_bytes(kind.high))


NAME = r"[a-z][a-z0-9-]*"
_RULE = re.compile(rf"({NAME})\s*=\s*(.*)", re.S)
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")
_UINT = re.compile(r"uint \.size ([1248])")
_TEXT = re.compile(r"tstr \.size \((\d+)\.\.(\d+)\)")
_LIST = re.compile(rf"\[0\*(\d+) ({NAME})\]")
_MEMBER = re.compile(rf"({NAME}):\s*(.+)", re.S)


def _statements(text: str) -> list[tuple[int, str, str, str]]:
    """Splits into (line, statement, comment lines above, comment behind)."""
    found: list[tuple[int, str, str, str]] = []
    above: list[str] = []
    open_statement = ""
    for number, line in enumerate(text.splitlines(), 1):
        code, mark, comment = line.partition(";")
        code, comment = code.strip(), comment.strip()
        if not code:
            above = [*above, comment] if mark else []
            continue
        if not open_statement and not _RULE.match(code):
            raise SchemaError(f"line {number}: not a rule: {code}")
        open_statement = f"{open_statement} {code}".strip()
        unfinished = open_statement.count("[") > open_statement.count("]") or open_statement.endswith(("/", "="))
        if not unfinished:
            found.append((number, open_statement, " ".join(above), comment))
            open_statement, above = "", []
    if open_statement:
        raise SchemaError(f"the last rule does not end: {open_statement}")
    return found


def _scalar(text: str, schema: Schema, line: int) -> Scalar:
    if match := _RANGE.fullmatch(text):
        low, high = int(match[1]), int(match[2])
    elif match := _UINT.fullmatch(text):
        low, high = 0, 256 ** int(match[1]) - 1
    elif match := _TEXT.fullmatch(text):
        return Scalar("text", int(match[1]), int(match[2]))
    elif text == "bool":
        return Scalar("bool")
    elif text in schema.scalars:
        return schema.scalars[text]
    else:
        raise SchemaError(f"line {line}: outside the subset or not defined above: {text}")
    if low > high:
        raise SchemaError(f"line {line}: empty range {text}")
    return Scalar("int", low, high)


def _member(text: str, schema: Schema, line: int) -> Member:
    match = _MEMBER.fullmatch(text)
    if not match:
        raise SchemaError(f"line {line}: a member needs a name: {text}")
    if listed := _LIST.fullmatch(match[2]):
        if listed[2] not in schema.records:
            raise SchemaError(f"line {line}: {listed[2]} is not defined above")
        return Member(match[1], ListOf(schema.records[listed[2]], int(listed[1])))
    return Member(match[1], _scalar(match[2], schema, line))


def _record(name: str, body: str, comment: str, schema: Schema, line: int) -> Record:
    parts = [part.strip() for part in body[1:-1].split(",")]
    number = int(parts.pop(0)) if parts[0].isdigit() else None
    members = tuple(_member(part, schema, line) for part in parts)
    if len({member.name for member in members}) != len(members):
        raise SchemaError(f"line {line}: {name} has a member twice")
    record = Record(name, number, members, comment)
    if largest_bytes(record) > MESSAGE_LIMIT_BYTES:
        raise SchemaError(f"line {line}: {name} can grow to {largest_bytes(record)} bytes, limit {MESSAGE_LIMIT_BYTES}")
    return record


def read_schema(text: str) -> Schema:
    """In: the schema's text. Out: Schema. Raises: SchemaError."""
    schema = Schema()
    choice: list[str] = []
    # heard-word stands below its user, as readers want it: records without a number are read first
    statements = _statements(text)
    rules = []
    for line, statement, above, behind in statements:
        match = _RULE.fullmatch(statement)
        assert match is not None
        rules.append((line, match[1], match[2].strip(), above, behind))
    names = [rule[1] for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise SchemaError(f"{name} is defined twice")
    rules.sort(key=lambda rule: bool(re.match(r"\[\d", rule[2])))
    for line, name, body, above, behind in rules:
        if body.startswith("[") and body.endswith("]"):
            schema.records[name] = _record(name, body, above, schema, line)
        elif "/" in body:
            choice = [part.strip() for part in body.split("/")]
        else:
            scalar = _scalar(body, schema, line)
            if behind.startswith("="):
                values = tuple(part.strip() for part in behind[1:].split(","))
                if (scalar.low, scalar.high) != (0, len(values) - 1):
                    raise SchemaError(f"line {line}: {len(values)} names for {scalar.low}..{scalar.high}")
                scalar = Scalar("int", scalar.low, scalar.high, values, name)
            schema.scalars[name] = scalar
    for name in choice:
        if name not in schema.records or schema.records[name].number is None:
            raise SchemaError(f"the choice names {name}, which is no numbered record")
        schema.messages.append(schema.records[name])
    numbers = [record.number for record in schema.messages]
    if not numbers or len(set(numbers)) != len(numbers):
        raise SchemaError("messages need numbers that differ")
    return schema
