"""Headless Chromium, Debian's, with what every page of the product has to fulfil."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page

from support.clients import Account

NARROW = 360

BASICS = """() => {
    const problems = [];
    if (!document.documentElement.lang) problems.push('no language');
    if (!document.title.trim()) problems.push('no title');
    if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
    if (!document.querySelector('main')) problems.push('no main');
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
    for (const id of new Set(ids)) if (ids.filter(other => other === id).length > 1) problems.push('two #' + id);
    for (const control of document.querySelectorAll('input:not([type=hidden]), textarea, select')) {
        const named = control.labels.length || control.getAttribute('aria-label') || control.type === 'submit';
        if (!named) problems.push('no label for ' + control.name);
    }
    for (const control of document.querySelectorAll('button, a[href]')) {
        if (!control.checkVisibility()) continue;
        const named = control.innerText.trim() || control.getAttribute('aria-label');
        if (!named) problems.push('unnamed ' + control.outerHTML);
    }
    for (const image of document.images) if (!image.hasAttribute('alt')) problems.push('image without alt');
    for (const element of document.querySelectorAll('[style], [onclick]')) problems.push('inline ' + element.outerHTML);
    return problems;
}"""


def chromium_path() -> str | None:
    """Debian's Chromium, or whichever is in PATH."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Tabs:
    """A browser window of one person; it remembers every complaint of the content security policy."""

    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def open(self) -> Page:
        tab = self.context.new_page()
        tab.on("console", self._listen)
        return tab

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.complaints.append(message.text)


def sign_in(tab: Page, account: Account) -> None:
    """Fills in and sends the sign-in form."""
    tab.fill("[name=username]", account.username)
    tab.fill("[name=password]", account.password)
    press(tab, "#sign-in")


def press(tab: Page, target: str | Locator) -> None:
    """Clicks what leads to another page, and waits until that is there."""
    with tab.expect_navigation():
        (tab.locator(target) if isinstance(target, str) else target).click()


def go(tab: Page, url: str, account: Account) -> None:
    """Opens a page, signing in where that is asked for."""
    tab.goto(url)
    if tab.locator("#sign-in").count():
        sign_in(tab, account)


def assert_well_made(tab: Page) -> None:
    """The page fits a narrow screen in light and dark, and a screen reader finds its way."""
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        width = tab.evaluate("(document.scrollingElement ?? document.documentElement).scrollWidth")
        assert width <= NARROW, f"{tab.url} is {width} pixels wide in {scheme}"
    problems: Sequence[str] = tab.evaluate(BASICS)
    assert not problems, f"{tab.url}: {problems}"
