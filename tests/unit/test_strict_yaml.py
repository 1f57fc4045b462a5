"""What of YAML is read, what is refused, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from exporter import strict_yaml
from exporter.strict_yaml import MAX_DEPTH, MAX_NODES, Document, parse_document

EXAMPLES = sorted((Path(__file__).parent.parent / "data" / "inventories").rglob("*.yml"))


def parsed(text: str | bytes) -> Document:
    """The document of a text, in a file that is called ``f``."""
    return parse_document(text.encode() if isinstance(text, str) else text, "f")


def told(document: Document) -> list[tuple[int, str]]:
    """Line and message of each problem."""
    return [(problem.line, problem.message) for problem in document.problems]


@pytest.mark.parametrize(
    "word", ["NO", "012", "1:30", "2026-01-01", "1e3", "~", "null", "true", "0x1F", ".inf", "1_000", "=", "x#y"]
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_every_scalar_stays_the_text_that_was_written(word: str, quote: str) -> None:
    """No scalar turns into a number, a date, a truth value or nothing, with or without quotes."""
    assert parsed(f"a: {quote}{word}{quote}\n").value == {"a": word}


def test_lists_and_mappings_nest() -> None:
    """Block and flow style give the same plain values."""
    block = "a:\n  - b: c\n    d:\n      - e\n  - f\n"
    assert parsed(block).value == parsed("{a: [{b: c, d: [e]}, f]}").value == {"a": [{"b": "c", "d": ["e"]}, "f"]}


def test_an_empty_value_is_an_empty_text() -> None:
    """A key without a value has the empty text, not a word for nothing."""
    assert parsed("a:\nb: ''\n").value == {"a": "", "b": ""}


def test_a_mark_of_byte_order_and_windows_line_ends_are_accepted() -> None:
    """Files of Windows editors read as others do, with the same lines."""
    document = parsed("\ufeffa: 1\r\nb:\r\n  - c\r\n")
    assert document.value == {"a": "1", "b": ["c"]}
    assert document.line_of(("b", 0)) == 3


def test_lines_are_those_of_keys_and_items() -> None:
    """A value's line is that of its key or dash; what is not there has the line of what surrounds it."""
    document = parsed("a:\n  - b: 1\n    c:\n      d: 2\n  -\n    e: 3\n")
    places = [("a",), ("a", 0, "b"), ("a", 0, "c"), ("a", 0, "c", "d"), ("a", 1, "e"), ("a", 0, "x", "y"), ("z",)]
    assert [document.line_of(place) for place in places] == [1, 2, 3, 4, 6, 2, 1]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: &x 1\n", [(1, "anchors (&) are not used here")]),
        ("a: &x [1]\n", [(1, "anchors (&) are not used here")]),
        ("a: 1\nb: *x\n", [(2, "aliases (*) are not used here")]),
        ("a: 1\n<<: {b: 2}\n", [(2, "merge keys (<<) are not used here")]),
        ("a: !!int 1\n", [(1, "tags (!) are not used here")]),
        ("a: !x {b: 1}\n", [(1, "tags (!) are not used here")]),
        ("a: !x [1]\n", [(1, "tags (!) are not used here")]),
        (
            "a: 1\nb: 2\na: 3\na: 4\n",
            [
                (3, "the key 'a' stands here again, first in line 1"),
                (4, "the key 'a' stands here again, first in line 1"),
            ],
        ),
        ("a: 1\n---\nb: 1\n", [(2, "a second document begins here")]),
        ("%YAML 1.1\n---\na: 1\n", [(1, "YAML directives are not used here")]),
        ("%TAG ! tag:x,2026:\n---\na: 1\n", [(1, "YAML directives are not used here")]),
        ("{[b]: 1, a: 2}\n", [(1, "a key is a list or a mapping")]),
        ("? {b: 1}\n: 1\n", [(1, "a key is a list or a mapping")]),
        ("", [(1, "the file is empty")]),
        ("# nothing\n\n", [(1, "the file is empty")]),
    ],
)
def test_what_is_not_used_here_is_refused_by_line(text: str, problems: list[tuple[int, str]]) -> None:
    """Each part of YAML that an inventory has no use for is a problem at its own line."""
    assert told(parsed(text)) == problems


def test_a_refused_value_is_none_and_the_rest_is_read() -> None:
    """After an alias, a tag or a second key, reading goes on, and the first value of a key is kept."""
    document = parsed("a: *x\nb: !t 1\nc: 1\nc: 2\nd: [*y, 3]\n")
    assert document.value == {"a": None, "b": "1", "c": "1", "d": [None, "3"]}
    assert [line for line, _ in told(document)] == [1, 2, 4, 5]
    assert document.is_whole


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1,\n", 3),
        ("a: 1\n\tb: 1\n", 2),
        ("a: 1\nb: 'c\n", 3),
        ("a: 1\n  b: 1\n", 2),
        ("a: @b\n", 1),
        ("a: 1\nb: {c: 1}}\n", 2),
    ],
)
def test_what_is_not_yaml_or_cut_off_is_told_by_line(text: str, line: int) -> None:
    """A syntax error ends the reading with one problem at its line, and the document is not whole."""
    document = parsed(text)
    assert not document.is_whole
    assert [problem.line for problem in document.problems] == [line]
    assert document.problems[0].message.startswith("not YAML: ")


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"a: 1\nb: caf\xe9\n", 2, "byte 0xe9 is not UTF-8 text"),
        (b"\xef\xbb\xbfa: 1\nb: \xff\n", 2, "byte 0xff is not UTF-8 text"),
        (b"a: \xc0\xaf\n", 1, "byte 0xc0 is not UTF-8 text"),
        (b"a: \xed\xa0\x80\n", 1, "byte 0xed is not UTF-8 text"),
        ("a: 1\n".encode("utf-16"), 1, "the file is UTF-16, not UTF-8"),
        ("a: 1\n".encode("utf-32"), 1, "the file is UTF-32, not UTF-8"),
        (b"a: 1\nb: x\0\n", 2, "the character U+0000 (NUL) is not allowed"),
        (b"a: \x1b[31m\n", 1, "the character U+001B (escape) is not allowed"),
        (b"a: 1\rb: 2\n", 1, "the character U+000D (carriage return) is not allowed"),
        ("a: 1\nb: \u202e2\n".encode(), 2, "the character U+202E (RIGHT-TO-LEFT OVERRIDE) is not allowed"),
        ("a: 1\u20282\n".encode(), 1, "the character U+2028 (LINE SEPARATOR) is not allowed"),
        ("a: 1\u200b2\n".encode(), 1, "the character U+200B (ZERO WIDTH SPACE) is not allowed"),
        ("a: 1\n# \u2066\n".encode(), 2, "the character U+2066 (LEFT-TO-RIGHT ISOLATE) is not allowed"),
    ],
)
def test_what_is_no_visible_text_is_refused_by_line(raw: bytes, line: int, message: str) -> None:
    """Other encodings and characters that nobody sees are refused, in comments too."""
    assert told(parsed(raw)) == [(line, message)]


@pytest.mark.parametrize("escape", ["\\u202e", "\\0", "\\n", "\\x1b", "\\e", "\\L", "\\N"])
def test_an_escape_cannot_bring_a_hidden_character_in(escape: str) -> None:
    """A double-quoted escape of a refused character is refused, as a value and as a key."""
    value, key = parsed(f'a: "x{escape}y"\n'), parsed(f'"x{escape}y": 1\n')
    assert value.value == {"a": None}
    assert value.problems[0].message.startswith("an escape stands for the character U+")
    assert key.value == {}


def bomb_of_aliases() -> str:
    """The 9 to the power of 8 "laughs" of failures.md 4, case 1."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for letter in "bcdefgh":
        former = chr(ord(letter) - 1)
        lines.append(f"{letter}: &{letter} [{', '.join([f'*{former}'] * 9)}]")
    return "\n".join(lines)


def bomb_of_merges() -> str:
    """Each mapping merges all those before it."""
    lines = ["k0: &k0 {a: 1}"]
    for number in range(1, 40):
        former = ", ".join(f"*k{each}" for each in range(number))
        lines.append(f"k{number}: &k{number} {{<<: [{former}]}}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (bomb_of_aliases(), "anchors (&) are not used here"),
        (bomb_of_merges(), "more than 100 problems; reading ends here"),
        ("[" * 200_000, f"more than {MAX_DEPTH} levels deep"),
        ("{" * 200_000, f"more than {MAX_DEPTH} levels deep"),
        ("{a: " * 100_000, f"more than {MAX_DEPTH} levels deep"),
        ("- " * 200_000, f"more than {MAX_DEPTH} levels deep"),
        ("? " * 200_000, f"more than {MAX_DEPTH} levels deep"),
        ("a: [" + "x," * (MAX_NODES + 1) + "]", f"the file has more than {MAX_NODES} values"),
        ("{" + "".join(f"k{number}: ," for number in range(MAX_NODES // 2)) + "}", f"more than {MAX_NODES} values"),
        ("a: 1\n" * 100_000, "more than 100 problems; reading ends here"),
        ("&a " * 200_000, "anchors (&) are not used here"),
        ("\x07\n" * 100_000, "the character U+0007 (no name) is not allowed"),
    ],
    ids=["aliases", "merges", "[", "{", "{a:", "-", "?", "values", "keys", "same key", "anchors", "control"],
)
def test_bombs_are_refused(text: str, says: str) -> None:
    """What is made to cost much is refused with at most a hundred and one problems."""
    problems = parsed(text).problems
    assert any(says in problem.message for problem in problems)
    assert len(problems) <= 101


def test_as_deep_and_as_many_as_allowed_is_read() -> None:
    """The caps refuse what is beyond them and nothing below."""
    deep = parsed("[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH)
    many = parsed("[" + "x," * (MAX_NODES - 1) + "]")
    assert deep.is_whole
    assert not deep.problems
    assert many.is_whole
    assert len(many.value) == MAX_NODES - 1


@pytest.fixture
def without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML as it is where it was built without libyaml."""
    monkeypatch.setattr(strict_yaml, "_LOADER", yaml.SafeLoader)


@pytest.mark.usefixtures("without_libyaml")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_pure_parser_gives_the_same(path: Path) -> None:
    """Without libyaml the values, the lines and what is refused are the same; only words about syntax may differ."""
    raw = path.read_bytes()
    pure = parse_document(raw, "f")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_yaml, "_LOADER", yaml.CSafeLoader)
        fast = parse_document(raw, "f")
    assert (pure.value, pure.is_whole) == (fast.value, fast.is_whole)
    assert pure.lines == fast.lines
    assert [problem.message[:8] for problem in pure.problems] == [problem.message[:8] for problem in fast.problems]


@pytest.mark.usefixtures("without_libyaml")
@pytest.mark.parametrize("text", [bomb_of_aliases(), "[" * 100_000, "{a: " * 20_000, "? " * 100_000])
def test_bombs_are_refused_by_the_pure_parser(text: str) -> None:
    """Nothing is expanded and nothing recurses without end, whichever parser reads."""
    assert parsed(text).problems
