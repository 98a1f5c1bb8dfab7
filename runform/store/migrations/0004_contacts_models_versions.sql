-- Contacts as rows, trained models, and for every derived row the version of RunForm that derived it.

ALTER TABLE runs ADD COLUMN version VARCHAR DEFAULT '';     -- empty: stored before versions were noted
ALTER TABLE metrics ADD COLUMN version VARCHAR DEFAULT '';
ALTER TABLE embeddings ADD COLUMN version VARCHAR DEFAULT '';

CREATE TABLE contacts (
    run_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,            -- from 0, in the order of time
    side VARCHAR NOT NULL,
    initial_contact_s DOUBLE NOT NULL,  -- seconds of real time
    toe_off_s DOUBLE NOT NULL,
    plus_minus_s DOUBLE NOT NULL,
    ankle_ahead DOUBLE NOT NULL,        -- leg lengths
    shank_angle_deg DOUBLE NOT NULL,
    knee_flexion_deg DOUBLE NOT NULL,
    version VARCHAR NOT NULL,
    PRIMARY KEY (run_id, number)
);

-- Classifiers trained from the coach's labels; of each kind and identity of embeddings one is in use at most.
CREATE TABLE models (
    id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,              -- overstride or efficiency
    model_sha256 VARCHAR NOT NULL,      -- identity of the embeddings it reads
    weights BLOB NOT NULL,              -- safetensors
    figures VARCHAR NOT NULL,           -- what was measured when it was trained, JSON
    trained_at TIMESTAMP NOT NULL,
    version VARCHAR NOT NULL,           -- of RunForm
    in_use BOOLEAN NOT NULL
);
