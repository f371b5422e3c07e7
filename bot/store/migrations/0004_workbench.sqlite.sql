-- `Not relevant`, pressed before there were marks: one for each rule that the story was posted for in that channel.
INSERT INTO marks (story, rule, verdict, kind, person, at, undone_by, undone_at)
WITH RECURSIVE pressed (fact, story) AS (
    SELECT key, json_extract(value, '$.story') FROM facts
    WHERE key >= 'watch:mark:' AND key < 'watch:mark;' AND json_extract(value, '$.kind') = 'irrelevant'
    UNION
    SELECT pressed.fact, merges.into_story FROM pressed JOIN merges ON merges.story = pressed.story
)
SELECT posted.story, rules.value, 'not_relevant', 'volunteered',
    json_extract(facts.value, '$.by'),
    CASE WHEN json_extract(facts.value, '$.at') LIKE '%.%' THEN json_extract(facts.value, '$.at')
        ELSE replace(json_extract(facts.value, '$.at'), '+00:00', '.000000+00:00') END,
    json_extract(facts.value, '$.undone_by'), json_extract(facts.value, '$.undone_at')
FROM pressed
JOIN facts ON facts.key = pressed.fact
JOIN posted ON posted.story = pressed.story AND posted.channel = json_extract(facts.value, '$.channel')
JOIN json_each(posted.posted, '$.rules') AS rules
WHERE true
ON CONFLICT DO NOTHING;
