"""The command line of the sandbox: what it refuses, and with which words."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from apps.sandbox.management.commands import sandbox
from apps.sandbox.models import SandboxFault, SandboxOutage


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--faults", "lsot=1", "There are: lost, duplicate"),
        ("--faults", "lost=2", "not a rate between 0 and 1"),
        ("--faults", "lost=often", "not a rate between 0 and 1"),
        ("--faults", "hub_out=Atlantis", "is no hub"),
        ("--speed", "0", "between 0.01 and 3600"),
        ("--speed", "nan", "between 0.01 and 3600"),
        ("--speed", "fast", "not a number"),
        ("--port", "70000", "not a port"),
    ],
)
def test_a_bad_option_gets_a_sentence_that_says_what_is_allowed(option, value, says):
    with pytest.raises(CommandError, match=says):
        call_command("sandbox", option, value)


def test_missing_tables_are_told_with_what_to_run(db, monkeypatch):
    monkeypatch.setattr(
        sandbox.MigrationExecutor, "migration_plan", lambda self, targets: [("sandbox", False)]
    )
    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        sandbox.Command()._check_tables()


def test_tables_that_are_there_are_fine(db):
    sandbox.Command()._check_tables()


def test_faults_of_the_command_line_are_set_and_the_others_left(db):
    SandboxFault.objects.create(name="late", rate=0.1)
    sandbox.Command()._set_faults(*sandbox.faults("lost=0.02,hub_out=440100"))
    assert dict(SandboxFault.objects.values_list("name", "rate")) == {"late": 0.1, "lost": 0.02}
    assert SandboxOutage.objects.get().hub == "440100"
