"""Waiting for a condition instead of for a time. The only place in the tests that pauses between two looks."""
import select
import time


def pause(seconds):
    select.select([], [], [], seconds)


def wait_until(predicate, timeout, what, interval=0.02):
    """Calls `predicate` until it returns something true and returns that; AssertionError naming `what` after `timeout` seconds.

    An exception of the predicate counts as "not yet" and is quoted when time runs out.
    """
    deadline = time.monotonic() + timeout
    last = None
    while True:
        try:
            last = predicate()
            if last:
                return last
        except (OSError, ValueError, KeyError, IndexError, AssertionError) as error:
            last = repr(error)
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {timeout} s: {what} (last: {last})")
        pause(interval)
