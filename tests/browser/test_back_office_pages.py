"""What people see away from the patient: how full the outbox is, what was refused, the terminal itself, operators."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.written_states import CHIEF, KIOSK, PHONE, READY, Screen, state

DOCTOR = {"id": "2", "name": "李护士", "role": "doctor"}
TECHNICIAN = {"id": "3", "name": "维修小陈", "role": "technician"}
REPORT = {
    "records": {"visit": 1, "visit.closed": 120, "outbox": 1, "outbox.done": 239, "outbox.body": 240, "operator": 3},
    "journal": {"first": 1, "sequence": 1234, "link": "3f9a01bc77de20aa" + "0" * 48},
    "unsent": 1,
    "held": 0,
    "suite": 1,
    "key_versions": {"data": [1], "journal": [1]},
    "key_store": {"level": 0, "kind": "file"},
    "stick": "ready",
    "rotating": False,
}
MESSAGES = [
    {
        "id": "000011.0000000021",
        "visit": "000011",
        "row": "20260921a1b2000011-1-1",
        "infno": "3505",
        "refusal": "药品追溯码81000171234567890123已被其他机构核销，请核实后重新上传",
        "created": 1790000000,
        "amount_fen": 2520,
    },
    {
        "id": "000012.0000000024",
        "visit": "000012",
        "row": "20260921a1b2000012-2-1",
        "infno": "3506",
        "refusal": "insurance.bad_message",
        "created": 1790003600,
        "amount_fen": 1380,
    },
]


@pytest.fixture
def screen(browser: Browser) -> Screen:
    screen = Screen(browser.new_page(viewport=KIOSK))
    screen.answers = {"api/report": REPORT, "api/outbox/held": {"messages": MESSAGES, "more": False}}
    return screen


def between_patients(**outbox: Any) -> dict[str, Any]:
    """Nobody is being served."""
    shown = state(READY, {"state": "none"}, [], visit=None)
    shown["outbox"].update(outbox)
    return shown


def press(screen: Screen, action: str) -> None:
    screen.page.locator(f'[data-action="{action}"]').first.click()


def type_pin(screen: Screen, pin: str) -> None:
    for digit in pin:
        press(screen, f"key:{digit}")


def test_the_outbox_is_always_told_with_number_amount_and_age(screen: Screen) -> None:
    screen.show(between_patients(waiting=12, oldest_s=7300, amount_fen=35020))
    chip = screen.page.locator('[data-action="outbox"].warn')
    expect(chip).to_have_text("未上传 12 条 ¥350.20 等了 2 小时")
    chip.click()
    expect(screen.page.locator(".sheet")).to_contain_text("连得上医保就自动上传，不会丢")


def test_the_age_grows_on_a_screen_where_nothing_happens(screen: Screen) -> None:
    screen.pause()
    screen.show(between_patients(waiting=1, oldest_s=60, amount_fen=2520))
    chip = screen.page.locator('[data-action="outbox"]')
    expect(chip).to_contain_text("等了 1 分钟")
    screen.answers["api/state"] = between_patients(waiting=1, oldest_s=7300, amount_fen=2520)
    screen.page.clock.fast_forward("00:00:20")  # quiet for so long: it asks
    expect(chip).to_contain_text("等了 2 小时")


def test_a_locked_screen_tells_what_is_not_sent_and_offers_no_door(screen: Screen) -> None:
    shown = between_patients(waiting=3, oldest_s=90000, amount_fen=7560, quarantined=1, level=80)
    screen.show({**shown, "operator": None})
    chip = screen.page.locator('[data-action="outbox"]')
    expect(chip).to_have_text("已存 80% 未上传 3 条 退回 1 ¥75.60 等了 1 天")
    chip.click()
    expect(screen.page.locator(".sheet")).to_contain_text("有 1 条被医保退回")
    expect(screen.page.locator('.sheet [data-action^="page:"]')).to_have_count(0)


@pytest.mark.parametrize(
    ("level", "tone", "words"),
    [(50, "warn", "已存 50%"), (80, "warn", "已存 80%"), (95, "bad", "已存 95%"), (100, "bad", "已存 100%")],
)
def test_each_level_says_what_to_do(screen: Screen, level: int, tone: str, words: str) -> None:
    page = screen.page
    screen.show(between_patients(waiting=level * 500, oldest_s=200000, amount_fen=9_000_000, level=level))
    expect(page.locator(f'[data-action="outbox"].{tone}')).to_contain_text(words)
    banner = page.locator(f'[data-level="{level}"]')
    expect(banner).to_have_count(1 if level in {80, 95} else 0)
    if level in {80, 95}:
        expect(banner).to_contain_text(re.compile("查网络，或插U盘导出"))
    scan = page.locator('[data-action="scan"]')
    if level < 100:
        expect(scan).to_be_enabled()
        return
    expect(page.locator("h1")).to_have_text("存满了，现在不能看新病人")
    expect(page.locator(".lay")).to_contain_text("没看完的可以接着看完")
    expect(scan).to_be_disabled()
    expect(page.locator('[data-action="type-number"]')).to_be_disabled()
    press(screen, "page:terminal")
    expect(page.locator('[data-action="export"].primary')).to_be_visible()


def test_a_level_is_no_matter_of_the_patient_on_the_screen(screen: Screen) -> None:
    shown = state(READY, {"state": "failed"}, ["print"])
    shown["outbox"]["level"] = 95
    screen.show(shown)
    expect(screen.page.locator("[data-level]")).to_have_count(0)
    expect(screen.page.locator('[data-action="outbox"].bad')).to_contain_text("已存 95%")


def test_refused_messages_and_what_a_person_decides(screen: Screen) -> None:
    page = screen.page
    screen.show(between_patients(quarantined=2))
    press(screen, "outbox")
    press(screen, "page:held")
    expect(page.locator("h1")).to_have_text("待上传：退回的 2 条")
    first = page.locator('[data-held="000011.0000000021"]')
    expect(first).to_contain_text("0011 号")
    expect(first).to_contain_text("销售 第 1 行 ¥25.20")
    expect(first).to_contain_text("医保平台说：「药品追溯码81000171234567890123已被其他机构核销")
    second = page.locator('[data-held="000012.0000000024"]')
    expect(second).to_contain_text("退货 第 2 行")
    expect(second).to_contain_text("不合格（有一项没填对），没有发出去")
    press(screen, "retry:000011.0000000021")
    expect(page.locator('[data-action="release:000012.0000000024"]')).to_be_enabled()
    press(screen, "release:000012.0000000024")
    expect(page.locator(".sheet h2")).to_have_text("这一条是怎么处理的？")
    press(screen, "reason:office")
    expect(page.locator(".sheet")).to_have_count(0)
    assert screen.pressed == [
        ("api/outbox/retry", {"id": "000011.0000000021"}),
        ("api/outbox/release", {"id": "000012.0000000024", "reason": "已交乡镇医保窗口办"}),
    ]


MANY_ROWS = {
    "id": "000013.0000000025",
    "visit": "000013",
    "row": "20260921a1b2000013-1-1 20260921a1b2000013-1-2 20260921a1b2000013-2-1",
    "infno": "3505A",
    "refusal": "阿司匹林肠溶片: 药品追溯码已销售，尾号0123; 小儿止咳糖浆: 医保药师不存在",
    "created": 1790000000,
    "amount_fen": 3950,
}


def test_a_refused_message_of_many_rows_says_one_line_to_each_drug(screen: Screen) -> None:
    page = screen.page
    screen.answers["api/outbox/held"] = {"messages": [MANY_ROWS], "more": False}
    screen.show(between_patients(quarantined=1))
    press(screen, "outbox")
    press(screen, "page:held")
    message = page.locator("[data-held]")
    expect(message).to_contain_text("销售 共 3 行 ¥39.50")
    expect(message.locator(".drug-detail")).to_have_text("单号 20260921a1b2000013-1-1 -1-2 -2-1")
    said = message.locator(".held-refusal").inner_text().split("\n")
    assert [line.partition(": ")[0].rpartition("「")[2] for line in said] == ["阿司匹林肠溶片", "小儿止咳糖浆"]


def test_a_reason_of_ones_own(screen: Screen) -> None:
    screen.show(between_patients(quarantined=2))
    press(screen, "outbox")
    press(screen, "page:held")
    press(screen, "release:000011.0000000021")
    screen.page.locator('[data-action="reason"]').fill(" 病人退药了 ")
    press(screen, "reason:typed")
    expect(screen.page.locator(".sheet")).to_have_count(0)
    assert screen.pressed[0][1]["reason"] == "病人退药了"


def test_a_doctor_may_send_again_but_not_release(screen: Screen) -> None:
    shown = between_patients(quarantined=2)
    shown["operator"] = {**DOCTOR, "rights": ["visit", "held", "carry", "report"]}
    screen.show(shown)
    press(screen, "outbox")
    press(screen, "page:held")
    expect(screen.page.locator('[data-action^="retry:"]')).to_have_count(2)
    expect(screen.page.locator('[data-action^="release:"]')).to_have_count(0)


def test_pages_of_refused_messages(screen: Screen) -> None:
    page = screen.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "outbox/held" in request.url else None)
    screen.answers["api/outbox/held"] = {"messages": MESSAGES, "more": True}
    screen.show(between_patients(quarantined=40))
    press(screen, "outbox")
    press(screen, "page:held")
    press(screen, "page-next")
    expect(page.locator('[data-action="page-before"]')).to_be_visible()
    press(screen, "page-before")
    expect(page.locator('[data-action="page-before"]')).to_have_count(0)
    assert [url.partition("?")[2] for url in asked] == ["", "after=000012.0000000024", "after="]


@pytest.mark.parametrize(
    ("level", "words"),
    list(enumerate(["谁就能读出全部记录", "序列号不是秘密", "换一张卡启动", "安全芯片封存", "没有开安全启动"])),
)
def test_the_page_of_the_terminal_says_honestly_who_can_open_the_records(
    screen: Screen, level: int, words: str
) -> None:
    page = screen.page
    screen.answers["api/report"] = {**REPORT, "key_store": {"level": level, "kind": "file"}}
    screen.show(between_patients())
    press(screen, "terminal")
    fact = page.locator('[data-fact="level"]')
    expect(fact).to_contain_text(f"{level} 级")
    expect(fact).to_contain_text(words)
    expect(page.locator('[data-figure="sequence"]')).to_have_text("第 1234 条")
    expect(page.locator('[data-figure="link"]')).to_have_text("3f9a 01bc 77de 20aa")
    expect(page.locator('[data-fact="keys"]')).to_contain_text("AES-256-GCM，密钥第 1 版")
    expect(page.locator('[data-fact="records"]')).to_contain_text("看完的 120")
    press(screen, "back")
    expect(page.locator('[data-step="welcome"]')).to_be_visible()


def test_what_went_onto_the_stick_and_what_came_from_it(screen: Screen) -> None:
    page = screen.page
    screen.answers["api/outbox/export"] = {"parcels": 2, "messages": 512}
    screen.answers["api/outbox/import"] = {"parcels": 1, "acknowledged": 20, "refused": 3}
    screen.show(between_patients(waiting=512, oldest_s=90000, amount_fen=1_000_000))
    press(screen, "terminal")
    press(screen, "export")
    expect(page.locator(".sheet h2")).to_have_text("写好了：512 条，2 个文件")
    expect(page.locator(".sheet")).to_contain_text("交给乡镇医保窗口")
    press(screen, "close")
    expect(page.locator('[data-action="import"]')).to_be_enabled()
    press(screen, "import")
    expect(page.locator(".sheet h2")).to_have_text("读好了：1 个回执")
    expect(page.locator(".sheet")).to_contain_text("退回的 3 条")


def test_a_board_without_a_place_for_a_stick(screen: Screen) -> None:
    screen.answers["api/report"] = {**REPORT, "stick": "none"}
    screen.show(between_patients())
    press(screen, "terminal")
    expect(screen.page.locator('[data-fact="stick"]')).to_contain_text("没有插U盘的地方")
    expect(screen.page.locator('[data-action="export"]')).to_have_count(0)


def test_new_keys(screen: Screen) -> None:
    page = screen.page
    screen.show(between_patients())
    press(screen, "terminal")
    press(screen, "rotate")
    expect(page.locator(".sheet")).to_contain_text("不耽误看病")
    screen.answers["api/report"] = {**REPORT, "rotating": True, "key_versions": {"data": [1, 2], "journal": [1, 2]}}
    press(screen, "rotate-yes")
    expect(page.locator('[data-figure="rotating"]')).to_be_visible()
    expect(page.locator('[data-action="rotate"]')).to_be_disabled()
    expect(page.locator('[data-fact="keys"]')).to_contain_text("密钥第 2 版")
    screen.answers["api/report"] = {**REPORT, "key_versions": {"data": [2], "journal": [1, 2]}}
    expect(page.locator('[data-figure="rotating"]')).to_have_count(0)  # without a touch
    assert screen.pressed == [("api/vault/rotate", {})]


def test_a_technician_sees_the_terminal_and_no_patient(screen: Screen) -> None:
    page = screen.page
    shown = between_patients(waiting=3)
    shown["operator"] = {**TECHNICIAN, "rights": ["carry", "report", "rotate", "reset_pin"]}
    screen.show(shown)
    expect(page.locator('[data-step="terminal"]')).to_be_visible()
    expect(page.locator('[data-fact="journal"]')).to_be_visible()
    for action in ("back", "terminal", "scan"):
        expect(page.locator(f'[data-action="{action}"]')).to_have_count(0)
    press(screen, "page:operators")
    expect(page.locator('[data-action="add"]')).to_have_count(0)
    expect(page.locator('[data-action="reset:1"]')).to_be_visible()
    press(screen, "back")
    expect(page.locator('[data-step="terminal"]')).to_be_visible()


def test_adding_somebody(screen: Screen) -> None:
    page = screen.page
    screen.show(between_patients())
    press(screen, "terminal")
    press(screen, "page:operators")
    press(screen, "add")
    page.locator('[data-action="name"]').fill("李护士")
    press(screen, "next")
    expect(page.locator("h1")).to_have_text("李护士做什么？")
    press(screen, "role:doctor")
    expect(page.locator("h1")).to_have_text("请李护士自己按一个六位数密码")
    type_pin(screen, "847362")
    press(screen, "next")
    type_pin(screen, "847361")
    press(screen, "create")
    expect(page.locator(".wrong")).to_contain_text("两次不一样")
    assert screen.pressed == []
    type_pin(screen, "847362")
    press(screen, "next")
    type_pin(screen, "847362")
    press(screen, "create")
    expect(page.locator("[data-done]")).to_have_text("李护士可以用了。")
    assert screen.pressed == [("api/operators/create", {"name": "李护士", "pin": "847362", "role": "doctor"})]


def test_a_new_pin_for_somebody_who_is_locked_out(screen: Screen) -> None:
    page = screen.page
    shown = between_patients()
    shown["operators"].append({**DOCTOR, "locked_s": 899, "new_pin": False})
    shown["operators"].append({**TECHNICIAN, "locked_s": 0, "new_pin": True})
    screen.show(shown)
    press(screen, "terminal")
    press(screen, "page:operators")
    expect(page.locator('[data-operator="2"]')).to_contain_text("还要等 14 分钟")
    expect(page.locator('[data-operator="3"]')).to_contain_text("要设新密码")
    press(screen, "reset:2")
    type_pin(screen, "736251")
    press(screen, "next")
    type_pin(screen, "736251")
    press(screen, "reset")
    expect(page.locator("[data-done]")).to_have_text("李护士的密码换好了。")
    assert screen.pressed == [("api/operators/reset", {"operator": "2", "pin": "736251"})]


def test_the_rest_of_a_wait_shows_before_anybody_presses(screen: Screen) -> None:
    shown = between_patients()
    shown["operator"] = None
    shown["operators"] = [{**CHIEF, "locked_s": 130, "new_pin": False}]
    screen.show(shown)
    expect(screen.page.locator("[data-locked]")).to_contain_text("请等 2 分钟")


def test_a_terminal_that_moved_is_set_up_again(screen: Screen) -> None:
    shown = between_patients()
    shown["operator"] = None
    shown["setup"] = True
    shown["operators"] = [{**CHIEF, "locked_s": 0, "new_pin": True}]
    screen.show(shown)
    expect(screen.page.locator(".hint").first).to_contain_text("原来的密码在这里用不了")


@pytest.mark.parametrize("action", ["page:operators", "rotate", "import", "export", "back"])
def test_every_button_of_the_terminal_is_in_reach(screen: Screen, action: str) -> None:
    for size in (KIOSK, PHONE):
        screen.page.set_viewport_size(size)
        screen.show(between_patients(waiting=3))
        press(screen, "terminal")
        expect(screen.page.locator(f'[data-action="{action}"]')).to_be_in_viewport(ratio=1)
