"""Power cuts on a LittleFS flash, and what a commit costs it."""

from tests.segments import flash_images


def test_no_power_cut_on_flash_loses_what_was_acknowledged() -> None:
    figures = flash_images.run(300, seed=1)
    assert (figures.lost, figures.unreadable) == (0, 0), figures


def test_the_harness_notices_a_flash_that_has_done_less_than_it_says() -> None:
    assert flash_images.run(300, seed=1, late=3).lost


def test_a_commit_costs_the_flash_little_more_than_a_block() -> None:
    assert flash_images.wear(400, commits=150).erases < 1.3
    assert flash_images.wear(1500, commits=150).erases < 1.6
