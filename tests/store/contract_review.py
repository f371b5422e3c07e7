"""What people said and were asked, rules texts that were in force, and what rules remember."""

from __future__ import annotations

from dataclasses import replace

from bot.model import (
    ChannelId,
    ChannelState,
    DigestBatch,
    FeedState,
    Mark,
    Notice,
    QuestionKind,
    RuleId,
    RulesText,
    StoryId,
    WorkbenchBatch,
)
from bot.store import SqlStore
from tests.builders import MINUTE, NASTY, NOW, batch, delivery, feed_state, mark, new_entry, posted, question

LATER = NOW + MINUTE


def said(store: SqlStore, *marks: Mark) -> list[Mark]:
    return store.record_workbench(WorkbenchBatch(marks=marks, at=NOW))


class ReviewContract:
    def test_all_of_it_in_one_transaction(self, store: SqlStore) -> None:
        one, asked = mark(1, by=NASTY), question(2)
        new = store.record_workbench(
            WorkbenchBatch(
                marks=(one,),
                questions=(asked,),
                rule_states=(("spike", RuleId("r1"), feed_state("any")),),
                deliveries=(delivery("k1"),),
                notices=(Notice(key="n", text="quiet", at=NOW),),
                facts={"seen": "yes"},
                at=NOW,
            )
        )
        assert new == [one] == store.marks()
        assert store.questions(QuestionKind.SAMPLE) == [asked]
        assert store.questions(QuestionKind.NEAR_MISS) == []
        assert store.rule_states("spike", FeedState) == {"r1": feed_state("any")}
        assert store.rule_states("expect", FeedState) == {}
        assert [row.key for row in store.open_deliveries()] == ["k1"]
        assert [notice.key for notice in store.notices()] == ["n"]
        assert store.get_fact("seen") == "yes"
        store.record_workbench(WorkbenchBatch(rule_states=(("spike", RuleId("r1"), None),), at=NOW))
        assert store.rule_states("spike", FeedState) == {}

    def test_marks_are_read_by_story(self, store: SqlStore) -> None:
        marks = [mark(story, rule, at=NOW + story * MINUTE) for story in (1, 2, 3) for rule in ("a", "b")]
        assert said(store, *reversed(marks)) == marks[::-1]
        assert store.marks() == marks
        assert store.marks([StoryId(2), StoryId(9)]) == marks[2:4]
        assert store.marks([]) == []

    def test_a_question_has_one_answer_the_first(self, store: SqlStore) -> None:
        first = mark(1, kind="sample")
        assert said(store, first) == [first]
        for second in (mark(1, kind="sample", verdict="not_relevant", by="U2", at=LATER), replace(first, at=LATER)):
            assert said(store, second) == []
        assert store.marks() == [first]

    def test_each_person_has_one_word_of_their_own_accord_the_last(self, store: SqlStore) -> None:
        first, other = mark(1), mark(1, by="U2", verdict="not_relevant")
        said(store, first, other)
        assert said(store, replace(first, at=LATER)) == [], "the same again"
        changed = mark(1, verdict="not_relevant", at=LATER)
        assert said(store, changed) == [changed]
        assert store.marks() == [other, changed]
        assert said(store, mark(1, kind="sample", at=LATER)), "and neither hinders a sample"

    def test_what_is_taken_back_can_be_said_again(self, store: SqlStore) -> None:
        first = mark(1, kind="sample")
        said(store, first)
        store.record_workbench(WorkbenchBatch(undone=(first,), by="U2", at=LATER))
        assert store.marks() == []
        second = replace(first, at=LATER + MINUTE)
        assert said(store, second) == [second] == store.marks()
        both = WorkbenchBatch(undone=(second,), marks=(mark(1, kind="sample", at=NOW + 5 * MINUTE),), by="U1", at=LATER)
        assert len(store.record_workbench(both)) == len(store.marks()) == 1

    def test_what_was_said_of_a_merged_story_is_said_of_what_it_became(self, store: SqlStore) -> None:
        store.record_ingest(batch(new_entry(1), new_entry(2)))
        store.record_workbench(WorkbenchBatch(marks=(mark(2),), questions=(question(2),), at=NOW))
        store.record_ingest(batch(new_entry(3, story=1), merges=((StoryId(2), StoryId(1)),)))
        assert store.marks() == [mark(1)]
        assert [one.story for one in store.questions(QuestionKind.SAMPLE)] == [1]
        late = mark(2, "r2")
        assert said(store, late) == [replace(late, story=StoryId(1))]
        store.record_workbench(WorkbenchBatch(undone=(mark(2),), by="U1", at=LATER))
        assert [one.rule for one in store.marks()] == ["r2"]

    def test_a_question_is_asked_once_and_settled(self, store: SqlStore) -> None:
        asked = question(1, kind="near_miss")
        store.record_workbench(WorkbenchBatch(questions=(asked, replace(asked, delivery="k2")), at=NOW))
        store.record_workbench(WorkbenchBatch(questions=(replace(asked, delivery="k3"),), at=NOW))
        assert store.questions(QuestionKind.NEAR_MISS) == [asked]
        for settled in (replace(asked, settled_by="U1", settled_at=LATER), asked):
            store.record_workbench(WorkbenchBatch(settled=(settled,), at=LATER))
            assert store.questions(QuestionKind.NEAR_MISS) == [settled]

    def test_rules_texts_that_were_in_force(self, store: SqlStore) -> None:
        first = RulesText(
            version="v1", at=NOW, by="file", content=b"\xef\xbb\xbfrules:\r\n  - \xe5\x8d\x8e\xe4\xb8\xba\r\n"
        )
        second = RulesText(version="v1+ab", at=LATER, by="U1", content=first.content, added=('{"id": "x"}',))
        again = replace(first, at=LATER + MINUTE)
        assert store.add_rules_text(first)
        assert not store.add_rules_text(replace(first, at=NOW + MINUTE / 2)), "a restart adds no line"
        assert store.add_rules_text(second)
        assert store.add_rules_text(again), "a restore of an older text does"
        assert store.rules_history() == [first, second, again]
        assert store.rules_text("v1") == again
        assert store.rules_text("v1+ab") == second
        assert store.rules_text("v2") is None

    def test_what_was_posted_since(self, store: SqlStore) -> None:
        told = [posted("news", story, posted_at=NOW + story * MINUTE) for story in (1, 2, 3)]
        store.record_digest(
            DigestBatch(
                channel=ChannelId("news"), state=ChannelState(channel=ChannelId("news")), posted=tuple(reversed(told))
            )
        )
        assert store.posted_since(NOW + 2 * MINUTE) == told[1:]

    def test_marks_outlive_the_archive_as_identities_do(self, store: SqlStore) -> None:
        store.record_workbench(
            WorkbenchBatch(
                marks=(mark(1), mark(2, at=LATER)), questions=(question(1), question(2, asked_at=LATER)), at=NOW
            )
        )
        store.prune(NOW + 9 * MINUTE, LATER)
        assert store.marks() == [mark(2, at=LATER)]
        assert [one.story for one in store.questions(QuestionKind.SAMPLE)] == [2]
