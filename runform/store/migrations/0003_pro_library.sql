-- Pros who can be brought back after deleting, and clips that carry what a new model or a comparison needs.

ALTER TABLE pros ADD COLUMN kind VARCHAR DEFAULT 'pro';     -- pro: the user's; reference: shipped, of motion data
ALTER TABLE pros ADD COLUMN deleted_at TIMESTAMP;           -- NULL while there; set: can be brought back

-- An npz of the cleaned keypoints, 3D joints and contacts; NULL for clips stored by earlier versions.
ALTER TABLE pro_clips ADD COLUMN form_record BLOB;
ALTER TABLE pro_clips ADD COLUMN preview BLOB;              -- a JPEG of the runner at an initial contact
