"""Each command in a document is run, or says what it needs; and what is named in it exists (tests/documents.py)."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import botocore.session
import pytest
from botocore import xform_name
from local import template
from local.settings import ROOT
from tests import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel
    from tests.documents import Block

PAGES = sorted({*documents.PAGES, *(ROOT / "docs").rglob("*.md"), ROOT / "tests/conformance/README.md"})
BLOCKS = [block for page in PAGES for block in documents.blocks(page)]
SHELL = [block for block in BLOCKS if block.language == "sh"]
INLINE = [(page, command) for page in PAGES for command in documents.inline(page)]

COMMAND = re.compile(
    r"^\s*(?:\$ )?(?:make|aws|sam|curl|jq|git|npm|docker|podman|sudo|apt-get|pip|python3?|call|rpc) ", re.MULTILINE
)
OTHERS = {"", "bash", "console", "shell", "text"}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
OF_THE_SHELL = {
    "DATA_DIR",
    "DOMAIN_PATH",
    "WORKERS",
    *template.template()["Globals"]["Function"]["Environment"]["Variables"],
}
"""Variables of `make run` that the Makefile does not mention: local/settings.py and the functions read them."""

OF_AN_ACCOUNT = re.compile(r"\baws |\bmake (?:deploy|deploy-built|rollback|rotate|adopt)\b|sam local invoke")

OF_EVERY_COMMAND = {"query", "output", "region", "profile", "cli-binary-format"}
"""Options that the AWS CLI takes with each operation."""

OF_THE_CLI = {("s3", "ls"): {"recursive"}, ("s3", "sync"): {"exclude", "include", "delete"}}
"""Commands that are the CLI's own and no operation of a service, with the options that we use."""

session = botocore.session.get_session()


def made(text: str) -> Iterator[list[str]]:
    """Yield the words behind each `make` in a text of shell."""
    for found in re.finditer(r"(?:^|&& |\s)make ((?:[a-z-]+)(?:\s+[A-Z_]+=(?:'[^']*'|\"[^\"]*\"|\S*))*)", text):
        yield shlex.split(found[1])


def asked(text: str) -> Iterator[list[str]]:
    """Yield the words behind each `aws` in a text of shell."""
    for found in re.finditer(r"(?:^|\$\()aws ([^)#]+)", text):
        yield shlex.split(found[1])


COMMANDS = [
    *((str(block), command) for block in SHELL for command in documents.commands(block)),
    *((page.name, command) for page, command in INLINE),
]


def test_commands_are_in_blocks_of_shell() -> None:
    assert len(SHELL) > 20
    others = [str(block) for block in BLOCKS if block.language in OTHERS and COMMAND.search(block.text)]
    assert others == [], "fence them as sh: then they are run, or say what they need"


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_a_block_that_needs_an_account_says_so_and_names_the_tool_with_its_version(block: Block) -> None:
    assert ("AWS account" in block.needs) == bool(OF_AN_ACCOUNT.search(block.text))
    assert ("AWS CLI v2" in block.needs) == bool(re.search(r"\baws ", block.text))
    assert (".venv-sam" in block.needs) == bool(
        re.search(r"\bmake (?:deploy|rollback|rotate|adopt)|\bsam ", block.text)
    )


def test_what_nothing_runs_needs_something_that_the_local_server_does_not_have() -> None:
    kinds = r"AWS account|Python 3\.\d+"
    assert [str(block) for block in SHELL if block.needs and not re.search(kinds, block.needs)] == []
    assert {block.page.name for block in SHELL if block.is_run} >= {
        "README.md", "people.md", "extensions.md", "search.md", "personal-data.md"
    }  # fmt: skip


def test_a_page_with_commands_of_aws_or_sam_in_its_text_says_which_tool_that_is() -> None:
    tools = {"aws ": "AWS CLI v2", "sam ": ".venv-sam"}
    lost = [
        f"{page.name}: {command}"
        for page, command in INLINE
        for begins, tool in tools.items()
        if command.startswith(begins) and tool not in page.read_text(encoding="utf-8")
    ]
    assert lost == []


def test_a_target_of_make_and_its_variables_exist() -> None:
    calls = [(where, words) for where, command in COMMANDS for words in made(command)]
    assert len(calls) > 100
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    for where, (target, *given) in calls:
        assert target in targets, where
        for name, _, value in (each.partition("=") for each in given):
            assert name in MAKEFILE or name in OF_THE_SHELL, f"{where}: {name}"
            if name == "PARAMETERS":
                named = {each.partition("=")[0] for each in shlex.split(value)}
                assert named <= template.template()["Parameters"].keys(), where


def test_an_option_of_make_import_exists() -> None:
    known = set(re.findall(r'"(--[a-z-]+)"', (ROOT / "importer" / "__main__.py").read_text(encoding="utf-8")))
    moving = [command for page, command in INLINE if page.name == "moving.md"]
    calls = [command for _, command in COMMANDS if command.startswith("make import")]
    assert {option for command in moving + calls for option in re.findall(r"--[a-z-]+", command)} == known


def test_a_command_of_aws_exists_with_its_options() -> None:
    calls = [(where, words) for where, command in COMMANDS for words in asked(command)]
    assert len(calls) > 10
    for where, (service, operation, *rest) in calls:
        options = {each.removeprefix("--") for each in rest if each.startswith("--")} - OF_EVERY_COMMAND
        if service == "s3":
            assert options <= OF_THE_CLI[service, operation], where
            continue
        model = operation_of(service, operation)
        shape = model.input_shape
        members = {xform_name(name, "-"): name for name in shape.members} if shape else {}
        assert {each.removeprefix("no-") for each in options} <= members.keys(), where
        if options and shape:  # else it is the name of a command, and no call
            missing = {*shape.required_members} - {members[each.removeprefix("no-")] for each in options}
            assert missing == set(), where


def operation_of(service: str, operation: str) -> OperationModel:
    """Return the model of an operation by its name at the command line."""
    model = session.get_service_model("s3" if service == "s3api" else service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    return model.operation_model(names[operation])


def test_what_stands_for_a_value_of_the_stack_is_one_of_its_outputs_or_resources() -> None:
    known = template.template()["Outputs"].keys() | template.template()["Resources"].keys()
    used = [command for _, command in COMMANDS if re.search(r"\b(?:aws|curl|make) ", command)]
    named = {name for command in used for name in re.findall(r"<([A-Z][A-Za-z]+)>", command)}
    assert {"Table", "Bucket", "SweepFunction", "TokenSecret", "Url"} <= named <= known


def test_each_output_of_the_stack_is_in_a_document() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in template.template()["Outputs"] if not re.search(rf"[`<]{name}[`>]", text)] == []


def test_pictures_name_files_and_queues_that_exist() -> None:
    pictures = [block for block in BLOCKS if block.language == "mermaid"]
    assert len(pictures) > 5
    sequences = [block.text for block in pictures if block.text.startswith("sequenceDiagram")]
    assert sequences
    assert not [text for text in sequences if ";" in text], "Mermaid ends a statement there"
    named = {name for each in pictures for name in re.findall(r"(?:functions|local)/[\w.]+", each.text)}
    assert named >= {"functions/rpc", "functions/cascade", "functions/sweep", "local/stream.py"}
    assert [name for name in named if not (ROOT / name).exists()] == []
    resources = {name for each in pictures for name in re.findall(r"\b(?:Cascade|NewVersion)[A-Z]\w+", each.text)}
    known = template.template()["Resources"]
    assert [name for name in resources if name not in known and f"{name}Alarm" not in known] == []
