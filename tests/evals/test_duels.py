"""People pick between two versions' answers without knowing whose they are."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Role, User
from evals_app.duels.deciding import decide, next_duel, take_back_last
from evals_app.duels.pairing import pairs_of
from evals_app.duels.table import side_of, suite_table
from evals_app.errors import DuelGone, NothingToTakeBack
from evals_app.models import Case, Comparison, Duel, EvalRun, Result, Suite, Winner
from tests.commands.running import afs
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right
from tests.evals.test_pages import FRAME, Login, text


def mostly(case: Case) -> str:
    """The same words as `say_right` for one register, others for the rest."""
    return say_right(case) if case.cluster == "VMAIN" else "It is CGADD."


@pytest.fixture
def comparison(suite: Suite, make_version: MakeVersion) -> Comparison:
    before = make_run(suite, make_version("before"), mostly)
    return make_comparison(before, make_run(suite, make_version("after"), say_right))


def pick_better(comparison: Comparison, user: User, count: int = 100) -> int:
    """A person who always finds the right answer better; how many picks it took."""
    done = 0
    while done < count and (duel := next_duel(comparison, user).duel):
        decide(duel, user, Winner.LEFT if " is " in duel.left.answer and "$" in duel.left.answer else Winner.RIGHT)
        done += 1
    return done


def test_pairs_are_the_cases_that_were_answered_differently(comparison: Comparison) -> None:
    pairs = pairs_of(comparison)
    assert len(pairs) == 12
    assert all(pair.left.run_id == comparison.baseline_id for pair in pairs)
    assert all(pair.left.case_id == pair.right.case_id for pair in pairs)


def test_the_pair_on_the_screen_stays_until_it_is_decided(comparison: Comparison, reviewer: User) -> None:
    first = next_duel(comparison, reviewer)
    assert first.duel
    assert next_duel(comparison, reviewer).duel == first.duel
    decide(first.duel, reviewer, Winner.BOTH)
    second = next_duel(comparison, reviewer)
    assert second.duel
    assert second.duel != first.duel
    assert (second.done, second.total) == (1, 12)
    kept = Duel.objects.get(pk=first.duel.pk)
    assert kept.winner == Winner.BOTH
    assert kept.seconds is not None


def test_each_pair_comes_once_for_each_person(comparison: Comparison, reviewer: User, trainer: User) -> None:
    assert pick_better(comparison, reviewer) == 12
    assert next_duel(comparison, reviewer).duel is None
    assert pick_better(comparison, trainer, count=3) == 3
    pairs = [frozenset(pair) for pair in Duel.objects.filter(by=reviewer).values_list("left", "right")]
    assert len(set(pairs)) == 12


def test_pairs_that_fewest_have_seen_come_first(comparison: Comparison, reviewer: User, trainer: User) -> None:
    pick_better(comparison, reviewer, count=6)
    pick_better(comparison, trainer, count=6)
    seen = [frozenset(pair) for pair in Duel.objects.values_list("left", "right")]
    assert len(set(seen)) == 12


def test_sides_are_drawn(comparison: Comparison, reviewer: User, trainer: User, admin_user: User) -> None:
    """36 coins: that all fall alike happens once in 34 billion."""
    for person in (reviewer, trainer, admin_user):
        pick_better(comparison, person)
    left = Duel.objects.filter(left__run=comparison.baseline).count()
    assert 0 < left < 36


def test_the_last_pick_is_taken_back(comparison: Comparison, reviewer: User) -> None:
    pick_better(comparison, reviewer, count=2)
    last = Duel.objects.order_by("-pk").first()
    assert last
    assert next_duel(comparison, reviewer).duel != last
    take_back_last(comparison, reviewer)
    shown = next_duel(comparison, reviewer)
    assert shown.duel == last
    assert (shown.done, Duel.objects.filter(winner="").count()) == (1, 1)
    take_back_last(comparison, reviewer)
    with pytest.raises(NothingToTakeBack):
        take_back_last(comparison, reviewer)


def test_a_duel_is_decided_once_and_by_whom_it_was_shown(comparison: Comparison, reviewer: User, trainer: User) -> None:
    duel = next_duel(comparison, reviewer).duel
    assert duel
    with pytest.raises(DuelGone):
        decide(duel, trainer, Winner.LEFT)
    decide(duel, reviewer, Winner.LEFT)
    with pytest.raises(DuelGone):
        decide(duel, reviewer, Winner.RIGHT)
    assert Duel.objects.get(pk=duel.pk).winner == Winner.LEFT


def test_who_is_better_is_found_whatever_side_it_stood_on(
    comparison: Comparison, suite: Suite, reviewer: User, trainer: User
) -> None:
    pick_better(comparison, reviewer)
    pick_better(comparison, trainer)
    table = suite_table(suite)
    best, other = table.ranked
    assert (best.version.name, other.version.name) == ("after", "before")
    assert (best.strength.won, other.strength.lost, table.duels, table.people) == (24, 24, 24, 2)
    assert best.strength.chance > 0.8
    assert table.is_joined


def test_undecided_duels_count_nothing(comparison: Comparison, suite: Suite, reviewer: User) -> None:
    next_duel(comparison, reviewer)
    assert suite_table(suite).ranked == []


def test_a_favoured_side_is_seen() -> None:
    favoured, fair = side_of(18, 2), side_of(11, 9)
    assert favoured
    assert fair
    assert favoured.is_favoured
    assert not fair.is_favoured
    assert side_of(0, 0) is None


def test_a_person_who_always_picks_the_left_is_seen_and_decides_nothing(
    comparison: Comparison, suite: Suite, reviewer: User
) -> None:
    while duel := next_duel(comparison, reviewer).duel:
        decide(duel, reviewer, Winner.LEFT)
    side = suite_table(suite).side
    assert side
    assert (side.left, side.picked, side.is_favoured) == (12, 12, True)


def test_the_page_tells_nobody_whose_answers_they_are(
    client_as: Login, comparison: Comparison, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    client = client_as(reviewer)
    url = f"/comparisons/{comparison.uuid}/duel/"
    client.get(url)
    with django_assert_max_num_queries(FRAME + 7):
        shown = text(client.get(url))
    assert "before v1" not in shown
    assert "after v1" not in shown
    for digit, words in enumerate(("Left is better", "Right is better", "Both the same", "Neither is any good"), 1):
        assert f'data-key="{digit}"' in shown
        assert words in shown


def test_picking_by_the_page(client_as: Login, comparison: Comparison, reviewer: User) -> None:
    client = client_as(reviewer)
    url = f"/comparisons/{comparison.uuid}/duel/"
    client.get(url)
    duel = Duel.objects.get()
    after = text(client.post(f"{url}{duel.uuid}/", {"winner": "neither"}, follow=True))
    assert "1 of 12 picked by you" in after
    assert "not on your screen" in text(client.post(f"{url}{duel.uuid}/", {"winner": "left"}, follow=True))
    assert "Choose the left" in text(client.post(f"{url}{duel.uuid}/", {"winner": "x"}, follow=True))
    undone = text(client.post(f"{url}undo/", follow=True))
    assert str(duel.uuid) in undone
    assert "nothing of yours" in text(client.post(f"{url}undo/", follow=True))


def test_viewers_look_and_do_not_pick(client_as: Login, comparison: Comparison) -> None:
    viewer = client_as(Role.VIEWER)
    assert viewer.get(f"/comparisons/{comparison.uuid}/duel/").status_code == 403
    shown = text(viewer.get(f"/comparisons/{comparison.uuid}/duels/"))
    assert "Nobody has picked between answers of these two yet." in shown
    assert "Pick the better answer" not in shown


def test_what_came_of_it_is_shown(
    client_as: Login, comparison: Comparison, suite: Suite, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    pick_better(comparison, reviewer)
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 7):
        shown = text(viewer.get(f"/comparisons/{comparison.uuid}/duels/"))
    assert "after v1" in shown
    assert "12 picks by 1 person" in shown
    with django_assert_max_num_queries(FRAME + 3):
        assert "after v1" in text(viewer.get(f"/suites/{suite.uuid}/duels/"))


def test_no_pair_says_so(client_as: Login, suite: Suite, make_version: MakeVersion, reviewer: User) -> None:
    runs = [make_run(suite, make_version(name), say_right) for name in ("a", "b")]
    same = make_comparison(*runs)
    shown = text(client_as(reviewer).get(f"/comparisons/{same.uuid}/duel/"))
    assert "no case that both versions answered with different words" in shown


def test_the_table_on_the_command_line(
    comparison: Comparison, suite: Suite, reviewer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    assert afs("duel", "show", "registers") == 0
    assert "nobody picked" in capsys.readouterr().out
    pick_better(comparison, reviewer)
    assert afs("duel", "show", "registers") == 0
    said = capsys.readouterr().out
    assert said.startswith("after v1   12 won, 0 lost, 0 tied")
    assert "12 picks by 1" in said


def test_a_run_deleted_takes_its_duels(comparison: Comparison, reviewer: User) -> None:
    pick_better(comparison, reviewer, count=1)
    run: EvalRun = comparison.candidate
    Comparison.objects.all().delete()
    Result.objects.filter(run=run).delete()
    assert not Duel.objects.exists()
