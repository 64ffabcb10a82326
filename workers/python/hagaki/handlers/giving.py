"""
What a function returned, as the result of its call: data, or what flows, one after the other as its caller takes it.

    raises AnswerFaulty, Failure, Refusal, CallOver
"""

from __future__ import annotations

from asyncio import CancelledError
from inspect import isawaitable
from typing import Any, AsyncIterator, Callable, Iterator, NamedTuple, Union, cast

from hagaki.call import Call
from hagaki.fault import AnswerFaulty
from hagaki.handlers import flow
from hagaki.handlers.dispatch import refusal
from hagaki.handlers.reply import unwrapped
from hagaki.handlers.service import Plan
from hagaki.handlers.shapes import Items, Raw
from hagaki.log import say_failure

_LATE = "it is async, and its function is not: write async def, and no wrapper around it that is plain"


class _Flow(NamedTuple):
    gives: str
    pieces: Union[Iterator[Any], AsyncIterator[Any]]
    written: Callable[[Any], bytes]


def give(call: Call, plan: Plan, returned: Any) -> None:
    what = f'handler "{plan.name}"'
    returned = unwrapped(returned, call.head.context)
    if isawaitable(returned) or hasattr(returned, "__aiter__"):
        flow.close(returned)
        raise AnswerFaulty(f"what {what} returned cannot be sent: {_LATE}")
    flowing = _flow_of(plan, returned, what)
    if flowing is None:
        return call.give(None if plan.handler.returns is None else encoded(what, returned))
    pieces = cast(Iterator[Any], flowing.pieces)
    call.begin_giving(flowing.gives)
    try:
        for piece in pieces:
            call.check()  # a function that gives nothing for long is left when it gives something
            call.data(flowing.written(piece))
        call.end()
    except BaseException as error:
        raise _broken(plan, what, error) from error
    finally:
        try:
            flow.close(pieces)
        except BaseException as error:
            say_failure(f"{what} failed at its end", error)


async def give_async(call: Call, plan: Plan, returned: Any) -> None:
    """The same on an event loop: what flows may be an iterable of either kind."""
    what = f'handler "{plan.name}"'
    returned = unwrapped(returned, call.head.context)
    flowing = _flow_of(plan, returned, what)
    if flowing is None:
        return await call.given(None if plan.handler.returns is None else encoded(what, returned))
    pieces = flowing.pieces
    call.begin_giving(flowing.gives)
    try:
        if isinstance(pieces, AsyncIterator):
            async for piece in pieces:
                await call.data_sent(flowing.written(piece))
        else:
            for piece in pieces:
                await call.data_sent(flowing.written(piece))
        call.end()
    except CancelledError:
        raise
    except BaseException as error:
        raise _broken(plan, what, error) from error
    finally:
        try:
            await flow.aclose(pieces)
        except BaseException as error:
            say_failure(f"{what} failed at its end", error)


def encoded(what: str, data: Any) -> bytes:
    """As JSON. AnswerFaulty."""
    try:
        return flow.encode(data)
    except (TypeError, ValueError, RecursionError) as error:
        raise AnswerFaulty(f"{what} returned what is no data: {error}") from error


def _flow_of(plan: Plan, returned: Any, what: str) -> Union[None, _Flow]:
    handler = plan.handler
    if isinstance(handler.gives, Items):
        return _Flow("items", _pieces(what, returned), flow.line_of)
    if isinstance(handler.gives, Raw):
        return _Flow("chunks", _pieces(what, returned), flow.octets_of)
    if isinstance(handler.returns, Raw):
        return _Flow("chunks", iter((returned,)), flow.octets_of)
    return None


def _pieces(what: str, returned: Any) -> Union[Iterator[Any], AsyncIterator[Any]]:
    pieces: Union[Iterator[Any], AsyncIterator[Any]]
    if hasattr(returned, "__aiter__"):
        pieces = returned.__aiter__()
        return pieces
    if isinstance(returned, (str, bytes, dict)) or not hasattr(returned, "__iter__"):
        raise AnswerFaulty(f"{what} gives a stream, and returned a value of type {type(returned).__name__}")
    pieces = iter(returned)
    return pieces


def _broken(plan: Plan, what: str, error: BaseException) -> BaseException:
    return error if isinstance(error, AnswerFaulty) else refusal(what, plan.failures, error)
