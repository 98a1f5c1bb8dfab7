-- What each rater says of a run. A run's own label follows from them: where all who decide say the same.

CREATE TABLE labels (
    run_id VARCHAR NOT NULL,
    rater VARCHAR NOT NULL,             -- as shown
    rater_key VARCHAR NOT NULL,         -- as compared: one label of each rater
    label VARCHAR NOT NULL,             -- overstride, optimal or unsure
    reason VARCHAR NOT NULL,
    labelled_at TIMESTAMP NOT NULL,
    PRIMARY KEY (run_id, rater_key)
);

-- Until now a run had one label, and nobody noted whose or when.
INSERT INTO labels SELECT id, 'Coach', 'coach', label, '', created_at FROM runs WHERE label IS NOT NULL;
ALTER TABLE runs DROP COLUMN label;

CREATE VIEW agreed_labels AS
    SELECT run_id, min(label) AS label FROM labels WHERE label <> 'unsure'
    GROUP BY run_id HAVING min(label) = max(label);
