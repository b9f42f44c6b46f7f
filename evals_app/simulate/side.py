"""One side of many conversations: an endpoint that is asked whatever waits for it, by a thread of its own."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread

from django.db import connections

from afsweb.llm.answering import Answer, Answerer, Prompt, Sampling
from evals_app.simulate.conversation import Conversation

Heard = tuple[Conversation, Answer] | BaseException


class Speaker(Thread):
    """Asks its endpoint the turns that `ask` brings; what is answered goes to `heard`, as it comes.

    It is the source of its own prompts: one that says “no more” when nothing waits and has more later, so a slow answer
    holds up only its own conversation.
    """

    def __init__(self, answerer: Answerer, sampling: Sampling, heard: SimpleQueue[Heard]) -> None:
        super().__init__(daemon=True)
        self._answerer, self._sampling, self._heard = answerer, sampling, heard
        self._waiting: SimpleQueue[Conversation | None] = SimpleQueue()
        self._asked: dict[int, Conversation] = {}
        self._is_closed = False

    def ask(self, conversation: Conversation) -> None:
        """Ask its next turn."""
        self._waiting.put(conversation)

    def close(self) -> None:
        """Ask nothing any more. Answers under way are lost."""
        self._is_closed = True
        self._waiting.put(None)

    def run(self) -> None:
        try:
            while (first := self._waiting.get()) is not None:
                self._waiting.put(first)
                for group in self._answerer.stream(self, self._sampling):
                    for answer in group:
                        self._heard.put((self._asked.pop(answer.key), answer))
                    if self._is_closed:
                        return
        except BaseException as error:  # noqa: BLE001 (raised again by who listens)
            self._heard.put(error)
        finally:
            connections.close_all()  # this thread's own: a paid call is written down

    def __iter__(self) -> Speaker:
        return self

    def __next__(self) -> Prompt:
        with suppress(Empty):
            conversation = None if self._is_closed else self._waiting.get_nowait()
            if conversation is not None:
                prompt = conversation.prompt()
                self._asked[prompt.key] = conversation
                return prompt
        raise StopIteration
