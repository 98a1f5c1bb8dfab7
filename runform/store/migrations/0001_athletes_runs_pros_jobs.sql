-- Times are UTC. Numbers that could not be measured are NaN, as in the records. Rows point at one another by id without
-- foreign keys, which DuckDB checks against rows deleted in the same transaction; the store deletes dependants itself.

CREATE TABLE athletes (
    id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    name_key VARCHAR NOT NULL,          -- the name as it is compared: one athlete each
    height_cm DOUBLE,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE runs (
    id VARCHAR PRIMARY KEY,
    athlete_id VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL,
    clip_name VARCHAR NOT NULL,
    clip_sha256 VARCHAR NOT NULL,
    source VARCHAR NOT NULL,            -- where the clip came from: upload, demo, command line
    "view" VARCHAR NOT NULL,
    motion VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    refused BOOLEAN NOT NULL,
    label VARCHAR,                      -- the coach's own verdict
    cadence DOUBLE NOT NULL,            -- steps/min
    pose_backend VARCHAR NOT NULL,
    pose_model_sha256 VARCHAR NOT NULL,
    model_sha256 VARCHAR,               -- of the lifting model's weights; NULL where the analysis refused
    folder VARCHAR NOT NULL             -- of the run's files, relative to the database's folder
);

CREATE TABLE metrics (
    run_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    "value" DOUBLE NOT NULL,
    unit VARCHAR NOT NULL,
    plus_minus DOUBLE NOT NULL,         -- 95 % half-width
    n INTEGER NOT NULL,
    left_value DOUBLE NOT NULL,
    right_value DOUBLE NOT NULL,
    PRIMARY KEY (run_id, name)
);

CREATE TABLE pros (
    id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    name_key VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    speed_mps DOUBLE,
    "view" VARCHAR,
    source VARCHAR NOT NULL,
    notes VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE pro_clips (
    id VARCHAR PRIMARY KEY,
    pro_id VARCHAR NOT NULL,
    clip_name VARCHAR NOT NULL,
    clip_sha256 VARCHAR NOT NULL,
    "view" VARCHAR NOT NULL,
    cadence DOUBLE NOT NULL,            -- steps/min
    created_at TIMESTAMP NOT NULL
);

-- One row per clip and lifting model: embeddings of different weights are never compared.
CREATE TABLE embeddings (
    owner_kind VARCHAR NOT NULL,        -- run or pro_clip
    owner_id VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    model_sha256 VARCHAR NOT NULL,
    vector FLOAT[8704] NOT NULL,
    PRIMARY KEY (owner_kind, owner_id, model_sha256)
);

-- Analyses that have not been finished: what a restart finds here was interrupted, or had failed.
CREATE TABLE jobs (
    id VARCHAR PRIMARY KEY,
    clip_path VARCHAR NOT NULL,
    clip_name VARCHAR NOT NULL,
    options VARCHAR NOT NULL,           -- AnalysisOptions as JSON
    athlete_name VARCHAR,
    purpose VARCHAR NOT NULL,           -- run or pro
    pro_id VARCHAR,
    submitted_at TIMESTAMP NOT NULL,
    message VARCHAR NOT NULL,           -- why it failed; empty while it waits or runs
    remedy VARCHAR NOT NULL
);
