"""`manage.py state_diagram`: prints, writes and checks the drawing in the documentation."""

import pytest
from django.core.management import CommandError, call_command

from conversations import diagram

PAGE = f"# Before\n\n{diagram.BEGIN}\nold\n{diagram.END}\n\nAfter\n"


@pytest.fixture
def page(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    path = tmp_path / "docs" / "architecture.md"
    path.parent.mkdir()
    path.write_text(PAGE)
    return path


def test_prints(capsys):
    call_command("state_diagram")
    assert capsys.readouterr().out.startswith("```mermaid\nstateDiagram-v2\n")


def test_check_finds_an_old_drawing_and_leaves_it(page):
    with pytest.raises(CommandError, match="state_diagram --write") as refusal:
        call_command("state_diagram", "--check")
    assert refusal.value.returncode == 1
    assert page.read_text() == PAGE


def test_write_then_check(page, capsys):
    call_command("state_diagram", "--write")
    call_command("state_diagram", "--check")
    assert capsys.readouterr().out.endswith("docs/architecture.md is current.\n")
    written = page.read_text()
    assert written.startswith(f"# Before\n\n{diagram.BEGIN}\n")
    assert written.endswith(f"{diagram.END}\n\nAfter\n")
    assert "old" not in written


@pytest.mark.parametrize("text", ["no markers", diagram.BEGIN, diagram.END + diagram.BEGIN])
def test_page_without_markers(page, text):
    page.write_text(text)
    with pytest.raises(CommandError, match="needs the lines"):
        call_command("state_diagram", "--write")
    assert page.read_text() == text


def test_page_that_is_not_there(page):
    page.unlink()
    with pytest.raises(CommandError, match="architecture"):
        call_command("state_diagram", "--check")
