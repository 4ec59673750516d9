"""The catalogues on the screen: what there is, an update under way, looking a drug up, typing a diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_back_office_pages import REPORT, between_patients, press
from tests.browser.test_by_hand import hands, set_up, step
from tests.browser.written_states import KIOSK, PHONE, Screen

if TYPE_CHECKING:
    from simulator.launch import Counter

ASPIRIN = {
    "code": "XB01ACA056A012020279489",
    "name": "阿司匹林肠溶片",
    "specification": "100mg",
    "maker": "示例药厂",
    "limits": "限二级以上医疗机构",
}


def kind(name: str, **changes: Any) -> dict[str, Any]:
    """A kind that was downloaded."""
    status = {"kind": name, "rows": 33304, "version": "V1", "day": "2026-09-21", "verified": True, "source": "1307"}
    return {**status, "error": None, "update": None, **changes}


KINDS = [
    kind("diagnoses", verified=False, version=""),
    kind("drugs", update={"step": "reading", "bytes": 4096, "rows": 700, "expected": 1400}),
    kind("herbs", rows=0, error={"code": "catalogue.bad_file", "params": {}}),
]


@pytest.mark.parametrize("size", [KIOSK, PHONE])
def test_what_there_is(browser: Browser, size: Any) -> None:
    screen = Screen(browser.new_page(viewport=size))
    screen.answers = {"api/report": REPORT, "api/catalogues": {"catalogues": KINDS}, "api/catalogue": [ASPIRIN]}
    screen.show(between_patients())
    press(screen, "terminal")
    press(screen, "page:catalogues")
    page = screen.page
    expect(page.locator('[data-catalogue="diagnoses"]')).to_contain_text("33304 条，2026-09-21")
    expect(page.locator('[data-catalogue="diagnoses"]')).to_contain_text("没有核对过")
    drugs = page.locator('[data-catalogue="drugs"]')
    expect(drugs.locator("[data-progress=reading]")).to_contain_text("已读 700 条")
    assert drugs.locator("progress").evaluate("bar => bar.position") == 0.5
    expect(drugs.locator('[data-action="stop:drugs"]')).to_be_enabled()
    expect(page.locator('[data-catalogue="herbs"]')).to_contain_text("平台给的目录文件是坏的")
    expect(page.locator('[data-action="update:herbs"]')).to_be_disabled()
    press(screen, "look:drugs")
    found = page.locator(f'[data-code="{ASPIRIN["code"]}"]')
    expect(found).to_contain_text("限二级以上医疗机构")
    expect(found).to_contain_text("示例药厂")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    press(screen, "back")
    expect(page.locator('[data-catalogue="drugs"]')).to_be_visible()


def test_a_diagnosis_is_found_while_typing(counter: Counter, bench: Page) -> None:
    """Both programs real, with the shipped catalogue of 33,304 diagnoses."""
    screen = bench.frame_locator("iframe")
    set_up(screen)
    hands(bench, "card lay zhang-san").click()
    step(screen, "diagnose")
    box = screen.locator('[data-action="search"]')
    for typed, code in (("tnb", "E14.900x001"), ("伤寒并发", "A01.000x005+J17.0*"), ("2型 糖尿病", "E11.900")):
        box.fill(typed)
        expect(screen.locator(f'[data-action="diagnosis:{code}"]')).to_be_visible()
    expect(screen.locator("[data-unverified]")).to_be_visible()
    screen.locator('[data-action="diagnosis:E11.900"]').click()
    step(screen, "prescribe")


def test_a_catalogue_is_brought_up_to_date_from_the_platform(counter: Counter, bench: Page) -> None:
    """1307, 9102, ZIP and all, against the simulated platform; once more, and there is nothing newer."""
    screen = bench.frame_locator("iframe")
    set_up(screen)
    screen.locator('[data-action="terminal"]').click()
    screen.locator('[data-action="page:catalogues"]').click()
    diagnoses = screen.locator('[data-catalogue="diagnoses"]')
    update = diagnoses.locator('[data-action="update:diagnoses"]')
    expect(diagnoses).to_contain_text("没有核对过")
    update.click()
    expect(diagnoses).not_to_contain_text("没有核对过")
    expect(update).to_be_enabled()
    expect(diagnoses.locator(".wrong")).to_have_count(0)
    update.click()
    expect(update).to_be_enabled()
    expect(diagnoses.locator(".wrong")).to_have_count(0)
    drugs = screen.locator('[data-catalogue="drugs"]')
    drugs.locator('[data-action="update:drugs"]').click()
    drugs.locator('[data-action="look:drugs"]').click()
    screen.locator('[data-action="search"]').fill("aspl")
    expect(screen.locator("[data-code]").first).to_contain_text("阿司匹林")
