"""One template file replaces one page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser import sign_in
from support.clients import Account, Client, pkce
from support.processes import Operated, run

OVERRIDE = """{{<base}}
{{$title}}House rules{{/title}}
{{$content}}
<h1>House rules for {{application}}</h1>
<form method="post" action="{{action}}">
<input type="hidden" name="request" value="{{request}}">
<input type="hidden" name="scope" value="{{scope}}">
<input type="hidden" name="subject" value="{{subject}}">
<input type="hidden" name="csrf" value="{{csrf}}">
<button id="allow" name="decision" value="allow">Let them in</button>
<button id="deny" name="decision" value="deny">Keep them out</button>
</form>
{{/content}}
{{/base}}
"""

PERSON = Account("ada", "correct horse battery staple")


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A folder that overrides the consent page."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "consent.mustache").write_text(OVERRIDE)
    return folder


def test_an_override_replaces_its_page(tab: Page, operate: Callable[..., Operated], templates: Path) -> None:
    server = operate("--templates", str(templates))
    server.add_user(PERSON)
    client: Client = server.add_client()
    server.start()
    tab.goto(server.authorization_url(client, pkce()))
    expect(tab.locator("#sign-in")).to_be_visible()
    sign_in(tab, PERSON)
    expect(tab.locator("h1")).to_have_text("House rules for Operated")
    assert tab.title().startswith("House rules")
    assert tab.locator("link[rel=stylesheet]").count() >= 1, "the base template is still around it"


def test_check_names_a_block_or_variable_that_an_override_misses(
    operate: Callable[..., Operated], templates: Path
) -> None:
    (templates / "consent.mustache").write_text("{{<base}}{{$content}}<h1>Nothing else</h1>{{/content}}{{/base}}")
    server = operate()
    server.add_user(PERSON)
    answer = run("check", "--database", f"sqlite:{server.database}", "--templates", str(templates))
    assert answer.returncode == 1
    said = answer.stdout + answer.stderr
    assert "consent" in said
    assert "csrf" in said


def test_check_is_content_with_a_whole_override(operate: Callable[..., Operated], templates: Path) -> None:
    server = operate()
    server.add_user(PERSON)
    answer = run("check", "--database", f"sqlite:{server.database}", "--templates", str(templates))
    assert "consent.mustache" not in answer.stderr


def test_a_template_that_cannot_be_read_stops_the_start(operate: Callable[..., Operated], templates: Path) -> None:
    (templates / "consent.mustache").write_text("{{#open}}")
    server = operate("--templates", str(templates))
    answer = run(*server.arguments())
    assert answer.returncode == 1
    assert "consent.mustache" in answer.stderr
