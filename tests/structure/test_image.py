"""What the Dockerfile says agrees with the program, with the repository, and with what compose asks of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exporter.cli import parser_for
from exporter.stack.ports import Ports
from tests.support.dockerfile import command_of, stages

_ROOT = Path(__file__).parents[2]


def test_the_image_starts_the_program_as_it_is() -> None:
    """Its command uses flags that exist, and listens on the port that it exposes."""
    stage = stages()["exporter"]
    program, command, *rest = command_of(stage.rests("ENTRYPOINT")) + command_of(stage.rests("CMD"))
    assert program == "/opt/pantau/.venv/bin/pantau"
    assert parser_for(command).parse_args(rest).listen == f":{Ports().exporter}"
    assert stage.rests("EXPOSE") == [str(Ports().exporter)]
    assert f"127.0.0.1:{Ports().exporter}/-/ready" in command_of(stage.rests("HEALTHCHECK"))[-1]


def test_the_image_of_the_packs_is_the_same_but_for_what_sets_them() -> None:
    """The same steps install a larger lock; it runs the same program as nobody, and opens no port."""
    exporter, evidence = stages()["exporter"], stages()["evidence"]
    for word in ("USER", "WORKDIR", "ENV", "ENTRYPOINT"):
        assert evidence.rests(word) == exporter.rests(word)
    assert evidence.base == exporter.base
    assert not evidence.rests("EXPOSE")
    build, build_evidence = (
        " ".join(f"{each.word} {each.rest}" for each in stages()[name].instructions)
        for name in ("build", "evidence-build")
    )
    assert build_evidence == build.replace("requirements.lock", "requirements-evidence.lock")


@pytest.mark.parametrize(("stage", "folder"), [("evidence", "/evidence"), ("exporter", "/var/lib/pantau")])
def test_the_folder_of_a_volume_belongs_to_who_writes_there(stage: str, folder: str) -> None:
    """A new volume takes over whose folder it is mounted on, and the user of the image writes there."""
    (copied,) = [rest for rest in stages()[stage].rests("COPY") if rest.endswith(f" {folder}")]
    assert f"--chown={stages()[stage].rests('USER')[-1]}" in copied.split()


def test_the_image_gets_everything_it_copies_and_nothing_else() -> None:
    """What is copied from the repository exists, and ``.dockerignore`` lets just that in."""
    copied = [rest.split()[:-1] for stage in stages().values() for rest in stage.rests("COPY") if "--from" not in rest]
    names = {name for part in copied for name in part}
    assert names
    assert all((_ROOT / name).exists() for name in names)
    lines = (_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if line.startswith("!")} == {f"!{name}" for name in names}
    assert "*" in lines


def test_the_base_image_is_pinned_to_a_patch() -> None:
    """Each stage begins with a version of three numbers, or with a stage before it."""
    found = stages()
    bases = {stage.base for stage in found.values()} - found.keys()
    assert bases
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", base) for base in bases)


def test_what_is_built_without_a_target_is_the_exporter() -> None:
    """The last stage adds nothing to "exporter", whose user is nobody in particular."""
    *_, last = stages().values()
    assert last.base == "exporter"
    assert not last.instructions
    assert stages()["exporter"].rests("USER") == ["65532:65532"]


def test_the_image_says_what_it_is() -> None:
    """It has the labels that registries show."""
    for stage in ("exporter", "evidence"):
        labels = " ".join(stages()[stage].rests("LABEL"))
        assert all(f"org.opencontainers.image.{name}=" in labels for name in ("title", "description", "licenses"))


def test_the_demonstration_adds_the_one_tool_that_the_province_needs() -> None:
    """``pantau sim`` uses iproute2; the Makefile asks for it by the same name."""
    (line,) = stages()["demo"].rests("RUN")
    assert "--no-install-recommends iproute2 && rm -rf /var/lib/apt/lists/*" in line
    assert "ip:iproute2" in (_ROOT / "Makefile").read_text(encoding="utf-8")
