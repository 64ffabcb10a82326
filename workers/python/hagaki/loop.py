"""
The event loop of a process: a thread on which calls run as tasks, side by side.

    in     calls, from any thread
    out    a task for each; it is cancelled when nobody waits any more

It is there for apps that have something to await, and is started before them.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from typing import Any, Callable, Coroutine, Final

from hagaki.call import Call
from hagaki.log import say_failure
from hagaki.watch import Watch

MAX_TASKS: Final = 1_024

Serve = Callable[[Call], Coroutine[Any, Any, None]]


class EventLoop:
    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._running = 0
        self._idle = threading.Condition()
        self._kept: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=self._run, name="hagaki-loop", daemon=True)
        self._thread.start()
        self._watch = Watch(self._loop, self._thread)

    def begin(self, call: Call, serve: Serve) -> bool:
        """Runs `serve`, which must not raise, on a call. False when 1,024 run already."""
        with self._idle:
            if self._running >= MAX_TASKS:
                return False
            self._running += 1
        self._watch.busy()
        self._loop.call_soon_threadsafe(self._begin, call, serve)
        return True

    def wait_idle(self, seconds: float) -> bool:
        """True when no call runs any more, within that time."""
        with self._idle:
            return self._idle.wait_for(lambda: self._running == 0, seconds)

    def run(self, work: Coroutine[Any, Any, Any]) -> concurrent.futures.Future[Any]:
        """Runs what a thread waits for."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def soon(self, told: Callable[[], object]) -> None:
        """Calls what belongs to the loop, from any thread."""
        self._loop.call_soon_threadsafe(told)

    def keep(self) -> None:
        """The task that runs now lasts as long as the app: `leave` passes it over."""
        task = asyncio.current_task()
        assert task is not None
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)

    def leave(self, seconds: float) -> None:
        """Cancels what the app has left running, and waits for its end."""
        try:
            self.run(self._cancel_rest()).result(seconds)
        except concurrent.futures.TimeoutError:
            pass

    def stop(self) -> None:
        self._watch.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _cancel_rest(self) -> None:
        rest = [task for task in asyncio.all_tasks() - self._kept if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _begin(self, call: Call, serve: Serve) -> None:
        task = self._loop.create_task(serve(call))
        task.add_done_callback(lambda _: self._ended())

        def cancel() -> None:
            if call.parted():  # once, or its teardown would be interrupted
                task.cancel()

        call.when_left(lambda: self._leave(cancel))

    def _leave(self, cancel: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(cancel)
        except RuntimeError:
            pass  # the loop is closed

    def _ended(self) -> None:
        with self._idle:
            self._running -= 1
            if self._running == 0:
                self._watch.idle()
            self._idle.notify_all()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        while True:
            try:
                self._loop.run_forever()
                break
            except BaseException as error:
                # SystemExit of a task that the app has started goes through the loop itself.
                say_failure("a task of the app failed", error)
        self._loop.close()
