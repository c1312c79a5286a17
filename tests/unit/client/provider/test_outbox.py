"""Messages are kept until they are delivered, with growing pauses, and forgotten when nobody needs them."""

from pathlib import Path

from fairledger.provider.outbox import Message, Outbox, pause_s


def test_pauses_double_up_to_a_bound() -> None:
    assert [pause_s(attempts) for attempts in (0, 1, 2, 8, 9, 1_000)] == [1, 2, 4, 256, 300, 300]


def test_messages_come_again_until_they_are_delivered(tmp_path: Path) -> None:
    now_s = 100.0
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    outbox = Outbox(url, lambda: now_s)
    outbox.keep("bank", {"a": b"1", "b": b"2"})
    outbox.keep("other", {"a": b"3"})
    first, second = outbox.due("bank")
    assert (first, second) == (Message("bank", "a", b"1", 0), Message("bank", "b", b"2", 0))
    outbox.failed(first)
    outbox.delivered(second)
    assert outbox.due("bank") == []
    now_s = 101.0
    outbox.close()
    outbox = Outbox(url, lambda: now_s)  # a restart
    assert outbox.due("bank") == [Message("bank", "a", b"1", 1)]
    outbox.failed(outbox.due("bank")[0])
    now_s = 102.9
    assert outbox.due("bank") == []
    now_s = 103.0
    outbox.keep("bank", {"a": b"changed", "b": b"2"})
    assert outbox.due("bank") == [Message("bank", "a", b"1", 2)]
    outbox.keep("bank", {})
    assert outbox.due("bank") == []
    outbox.keep("bank", {"b": b"2"})  # what was forgotten is told again
    assert outbox.due("bank") == [Message("bank", "b", b"2", 0)]
    assert [message.body for message in outbox.due("other")] == [b"3"]
    outbox.close()
