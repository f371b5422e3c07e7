-- `Not relevant`, pressed before there were marks: one for each rule that the story was posted for in that channel.
INSERT INTO marks (story, rule, verdict, kind, person, at, undone_by, undone_at)
WITH RECURSIVE pressed (fact, story) AS (
    SELECT key, (value::jsonb ->> 'story')::bigint FROM facts
    WHERE key >= 'watch:mark:' AND key < 'watch:mark;' AND value::jsonb ->> 'kind' = 'irrelevant'
    UNION
    SELECT pressed.fact, merges.into_story FROM pressed JOIN merges ON merges.story = pressed.story
)
SELECT posted.story, rules.value, 'not_relevant', 'volunteered',
    facts.value::jsonb ->> 'by',
    CASE WHEN facts.value::jsonb ->> 'at' LIKE '%.%' THEN facts.value::jsonb ->> 'at'
        ELSE replace(facts.value::jsonb ->> 'at', '+00:00', '.000000+00:00') END,
    facts.value::jsonb ->> 'undone_by', facts.value::jsonb ->> 'undone_at'
FROM pressed
JOIN facts ON facts.key = pressed.fact
JOIN posted ON posted.story = pressed.story AND posted.channel = facts.value::jsonb ->> 'channel'
CROSS JOIN LATERAL jsonb_array_elements_text(posted.posted::jsonb -> 'rules') AS rules (value)
ON CONFLICT DO NOTHING;
