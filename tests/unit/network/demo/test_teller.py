"""What happens at once is told one after the other."""

import io
import threading

import pytest
from rich.console import Console

from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed


@pytest.fixture
def console() -> Console:
    return Console(width=120, record=True, file=io.StringIO())


def test_tales_are_told_in_their_order_though_they_end_in_another(console: Console) -> None:
    teller, ended = Teller(console), threading.Event()

    def first() -> int:
        teller.say("the first begins")
        assert ended.wait(timeout=10)
        teller.say("the first ends")
        return 1

    def second() -> int:
        teller.say("the second")
        ended.set()
        return 2

    assert teller.together([first, second]) == [1, 2]
    assert console.export_text() == "  the first begins\n  the first ends\n  the second\n"


def test_what_acts_came_to_is_told_at_the_end_with_addresses_whole(console: Console) -> None:
    teller, page = Teller(console), f"http://localhost:8080/desk/orders/{'0' * 128}"
    teller.act("A phone")
    teller.came_to("sold", page)
    teller.came_to("and paid", page)
    teller.act("Money")
    teller.came_to("adds up", "http://localhost:8080/funds")
    console.export_text()
    teller.outcomes()

    assert [line.rstrip() for line in console.export_text().splitlines()] == [
        "  A phone  sold",
        f"           {page}",
        "           and paid",
        f"           {page}",
        "  Money    adds up",
        "           http://localhost:8080/funds",
    ]


def test_links_tell_how_to_sign_in(console: Console) -> None:
    told = [Teller(console).link("http://localhost:8080/desk", "fairledger token consumer")]
    told.append(Teller(console).link("http://localhost:8080/funds"))

    assert told == ["http://localhost:8080/desk", "http://localhost:8080/funds"]
    assert console.export_text() == (
        "  http://localhost:8080/desk  sign in: fairledger token consumer\n  http://localhost:8080/funds\n"
    )


def test_nothing_to_do_tells_nothing(console: Console) -> None:
    assert Teller(console).together([]) == []
    assert console.export_text() == ""


def test_what_fails_in_one_tale_fails_the_story(console: Console) -> None:
    def fail() -> None:
        raise DemoFailed("the ledger says otherwise")

    with pytest.raises(DemoFailed, match="otherwise"):
        Teller(console).together([lambda: None, fail])
