"""Samples worded by a model: each call in the ledger before it is sent, and never sent twice by itself.

One thread keeps the database, a pool of threads only waits for the network.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from afsweb.core.jobs.context import JobContext, PutBack, Stopped
from afsweb.core.models import Call, CallState
from afsweb.llm import gemini
from afsweb.llm.ledger import close_failed, close_unknown, open_call, settle
from afsweb.llm.limits import seconds_to_wait
from afsweb.llm.request import NoAnswer, ProviderRefused, Reply, Request
from datasets_app.domains.base import Draft, DraftRefused, get_domain
from datasets_app.errors import DatasetError
from datasets_app.generation.items import claim_items, release_items
from datasets_app.generation.prompts import UnusableAnswer, make_request, read_answer
from datasets_app.generation.saving import Written, save_unwritten, save_written
from datasets_app.models import Campaign, CampaignItem, ItemState

CONCURRENCY = 8
ATTEMPTS = 4
PAUSE_SECONDS = 2.0


@dataclass
class Sent:
    """A call under way."""

    item: CampaignItem
    draft: Draft
    call: Call


class ProviderDone(DatasetError):
    """The provider takes no more requests today: {reason}. Continue the campaign tomorrow, or raise the limit there."""


class CampaignCalls:
    """The calls of one campaign by one job."""

    def __init__(self, ctx: JobContext, campaign: Campaign, total: int) -> None:
        assert campaign.endpoint is not None
        assert campaign.prompt is not None
        self.ctx, self.campaign, self.total = ctx, campaign, total
        self.endpoint, self.prompt = campaign.endpoint, campaign.prompt
        self.prefix = f"campaign:{campaign.uuid}:"
        self.generator = get_domain(campaign.domain.slug).generator(campaign.generator)
        self.client = gemini.connect(self.endpoint)
        self.open: dict[Future[Reply], Sent] = {}
        self.done = total - campaign.items.filter(state=ItemState.PLANNED).count()
        self.not_before = 0.0
        self.refused_for_today: ProviderDone | None = None

    def run(self) -> None:
        """Send and keep until nothing is left. Raises BudgetSpent, ProviderDone, Stopped, PutBack, LeaseLost."""
        with ThreadPoolExecutor(CONCURRENCY) as pool:
            try:
                for item in self._items():
                    self._send(pool, item)
                    self._keep_answers(wait_for_one=len(self.open) >= CONCURRENCY)
                    self.ctx.progress(self.done, self.total)
            finally:
                # What was sent is paid: its answers are kept however this ends.
                while self.open:
                    self._keep_answers(wait_for_one=True)
        if self.refused_for_today:
            raise self.refused_for_today

    def _items(self) -> Iterator[CampaignItem]:
        """Planned items until there are none; one whose call was refused for the moment is offered again."""
        while not self.refused_for_today:
            items = claim_items(self.campaign, self.ctx, limit=CONCURRENCY)
            if not items and not self.open:
                return
            if not items:
                self._keep_answers(wait_for_one=True)
            try:
                while items and not self.refused_for_today:
                    yield items.pop(0)
            finally:
                release_items(items, self.ctx)

    def _send(self, pool: ThreadPoolExecutor, item: CampaignItem) -> None:
        self._wait_for_turn(item)
        try:
            draft = self.generator.write(item.params)
        except DraftRefused as error:
            self._give_up(item, ItemState.FAILED, str(error))
            return
        request = make_request(self.prompt, draft, seed=self.campaign.seed + item.index)
        call = self._write_down(item, request)
        if call is not None:
            self.open[pool.submit(gemini.ask, self.client, self.endpoint, request)] = Sent(item, draft, call)

    def _wait_for_turn(self, item: CampaignItem) -> None:
        try:
            while (pause := max(self.not_before - time.monotonic(), seconds_to_wait(self.endpoint))) > 0:
                self._keep_answers(wait_for_one=False)
                self.ctx.check_stop()
                time.sleep(min(pause, 1.0))
        except (Stopped, PutBack):
            release_items([item], self.ctx)
            raise

    def _write_down(self, item: CampaignItem, request: Request) -> Call | None:
        """The intent, committed. None when the item's attempts are used up, or a call of it was never answered."""
        key = f"{self.prefix}{item.index}:"
        tried = list(Call.objects.filter(key__startswith=key).values_list("state", flat=True))
        if CallState.UNKNOWN in tried or CallState.SENT in tried:
            self._give_up(item, ItemState.UNKNOWN, "Its call was never answered.")
            return None
        if len(tried) >= ATTEMPTS:
            self._give_up(item, ItemState.FAILED, f"Refused {ATTEMPTS} times: {item.error}")
            return None
        with self.ctx.fenced():
            # Every writer of this campaign takes this lock, so that two cannot spend the same rest of the budget.
            Campaign.objects.select_for_update().get(pk=self.campaign.pk)
            return open_call(
                self.endpoint,
                request,
                key=f"{key}{len(tried) + 1}",
                purpose="generate",
                budget=self.campaign.budget,
                prefix=self.prefix,
                job=self.ctx.job,
            )

    def _give_up(self, item: CampaignItem, state: ItemState, error: str, call: Call | None = None) -> None:
        with self.ctx.fenced():
            save_unwritten(item, state, error, call)
        self.done += 1

    def _keep_answers(self, *, wait_for_one: bool) -> None:
        if not self.open:
            return
        done, _ = wait(self.open, timeout=None if wait_for_one else 0, return_when=FIRST_COMPLETED)
        for future in done:
            self._keep(self.open.pop(future), future)

    def _keep(self, sent: Sent, future: Future[Reply]) -> None:
        try:
            reply = future.result()
        except ProviderRefused as error:
            self._keep_refusal(sent, error)
        except NoAnswer as error:
            with self.ctx.fenced():
                close_unknown(sent.call, str(error))
                self._give_up(sent.item, ItemState.UNKNOWN, str(error), sent.call)
        else:
            self._keep_reply(sent, reply)

    def _keep_reply(self, sent: Sent, reply: Reply) -> None:
        with self.ctx.fenced():
            settle(sent.call, reply)
            try:
                draft = read_answer(reply.parsed, sent.draft)
            except UnusableAnswer as error:
                reason = f"{error} (finish reason {reply.finish_reason})"
                save_unwritten(sent.item, ItemState.FAILED, reason, sent.call)
            else:
                save_written(self.campaign, [Written(sent.item, draft, sent.call)])
        self.done += 1

    def _keep_refusal(self, sent: Sent, error: ProviderRefused) -> None:
        with self.ctx.fenced():
            close_failed(sent.call, str(error))
            if error.wait == "no":
                self._give_up(sent.item, ItemState.FAILED, str(error), sent.call)
            else:
                CampaignItem.objects.filter(pk=sent.item.pk).update(error=str(error)[:300], lease=None)
        if error.wait == "today":
            self.refused_for_today = ProviderDone(reason=error)
        self.not_before = time.monotonic() + PAUSE_SECONDS if error.wait == "soon" else self.not_before
