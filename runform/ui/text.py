"""Every string the app shows, in one place: another language is another file like this one.

Each class is one page or one part that several pages share. Names in braces are filled in with `str.format`.
"""

from __future__ import annotations

from typing import ClassVar


class Common:
    """Words that several pages use."""

    TAB = "{page} · RunForm"
    NOT_MEASURED = "not measured"
    PLUS_MINUS = "± {value}"
    NONE = "–"
    SAVE = "Save"
    CANCEL = "Cancel"
    DELETE = "Delete"
    OPEN_RESULT = "Open result"
    GO_ANALYSE = "Analyse a clip"
    CHOOSE_RUN = "Run"
    VIEWS: ClassVar[dict[str, str]] = {
        "left": "left side",
        "right": "right side",
        "front": "front",
        "back": "back",
        "front_or_back": "front or back",
        "unclear": "unclear",
    }
    RUN_LABEL = "{athlete} · {date} · {clip}"
    CONFIRM_DELETE = "This cannot be undone."
    UNEXPECTED = "Something failed that RunForm did not foresee: {kind}."
    UNEXPECTED_REMEDY = "Try once more. If it fails again, the console where RunForm runs says more."


class Units:
    """Units as coaches write them; keys are the units that format.py shows."""

    NAMES: ClassVar[dict[str, str]] = {
        "steps/min": "steps/min",
        "ms": "ms",
        "deg": "°",
        "% of stride": "% of stride",
        "leg lengths": "leg lengths",
        "m/s": "m/s",
        "cm": "cm",
    }


class Metrics:
    """What each metric is called, and one plain sentence on what it means."""

    LABELS: ClassVar[dict[str, str]] = {
        "cadence": "Cadence",
        "step_time": "Step time",
        "ground_contact_time": "Ground contact time",
        "flight_time": "Flight time",
        "duty_factor": "Duty factor",
        "shank_angle_at_contact": "Shank angle at initial contact",
        "knee_flexion_at_contact": "Knee flexion at initial contact",
        "ankle_ahead_at_contact": "Ankle ahead of hip at initial contact",
        "trunk_lean": "Trunk lean",
        "vertical_oscillation": "Vertical oscillation",
    }
    MEANING: ClassVar[dict[str, str]] = {
        "cadence": "Steps taken in a minute, both feet counted.",
        "step_time": "From one foot's initial contact to the other's.",
        "ground_contact_time": "From the foot's first touch to its leaving the ground.",
        "flight_time": "From one foot's leaving the ground to the other's first touch.",
        "duty_factor": "Share of the stride that a foot spends on the ground.",
        "shank_angle_at_contact": "Lower leg from vertical as the foot lands; positive: ankle ahead of knee.",
        "knee_flexion_at_contact": "Bend of the knee as the foot lands; 0 is a straight leg.",
        "ankle_ahead_at_contact": "How far ahead of the hip the ankle is as the foot lands.",
        "trunk_lean": "Trunk from vertical over the whole clip; positive is forward.",
        "vertical_oscillation": "Highest minus lowest place of the hips within a step.",
    }
    COLUMN_METRIC = "Metric"
    COLUMN_VALUE = "Both sides"
    COLUMN_LEFT = "Left"
    COLUMN_RIGHT = "Right"
    COLUMN_N = "n"
    COLUMN_REFERENCE = "Reference"
    REFERENCE_FROM = "Reference from: {source}."
    ABOUT = "What these numbers mean, and where the references come from"
    CONVENTION_MARK = " *"
    MISSING = "Not measured: {metrics}. {reason}"
    WHY_NO_STEPS = "No step showed it from start to end."
    LEGEND = (
        "± is the 95 % half-width, n the number of steps or strides behind a number. References are published, but "
        "those marked with * are conventions among coaches that no study has settled."
    )


class Verdicts:
    """The verdict and its certainty."""

    NAMES: ClassVar[dict[str, str]] = {
        "overstride": "Overstriding",
        "optimal": "Landing under the body",
        "uncertain": "Uncertain",
        "refused": "No verdict",
    }
    SHORT: ClassVar[dict[str, str]] = {
        "overstride": "overstride",
        "optimal": "optimal",
        "uncertain": "uncertain",
        "refused": "no verdict",
    }
    CERTAINTY_SHARE = "{share:.0f} % of contacts too far ahead ({low:.0f} to {high:.0f} %)"
    CERTAINTY_SVM = "model {probability:.0f} % sure of overstriding"
    AGREE = "both agree"
    DISAGREE = "the two disagree"
    REFUSED_CERTAINTY = "This clip cannot carry a verdict"


class Checks:
    """The conditions a clip must meet."""

    TITLE = "Can this clip be trusted?"
    ALL_OK = "All {n} checks passed"
    SOME_OK = "{n} checks passed"


class Queue:
    """Analyses under way and done."""

    TITLE = "Queue"
    EMPTY = "Nothing is being analysed. Analyses go on when you leave this page, and show up here in every tab."
    STATE: ClassVar[dict[str, str]] = {
        "queued": "Waiting",
        "running": "Analysing",
        "done": "Done",
        "failed": "Could not be analysed",
        "cancelled": "Cancelled",
    }
    FOR_ATHLETE = "for {athlete}"
    FOR_PRO = "for the pro database"
    PROGRESS = "{stage} · {percent} %"
    PROGRESS_LEFT = "{stage} · {percent} % · about {left} left"
    SECONDS = "{n} s"
    MINUTES = "{n} min"
    WAITING = "Waiting, place {place}"
    CANCEL = "Cancel"
    CANCELLING = "Stopping at the next frame …"
    RETRY = "Try again"
    DISMISS = "Dismiss"
    STORED_PRO = "Its form is in the pro database."


class Analyse:
    """The page that takes clips."""

    TITLE = "Analyse"
    HEADING = "Analyse a clip"
    LEAD = "One runner, filmed from the side for ten seconds or more, the whole body in the picture."
    UPLOAD = "Clips"
    UPLOAD_HELP = "mp4, mov, m4v, avi, mkv or webm. Several at once are analysed one after the other."
    ATHLETE = "Athlete"
    ATHLETE_PLACEHOLDER = "Choose, or type a new name"
    ATHLETE_HELP = "The run is kept with this athlete's history. Type a name that is not in the list to add it."
    HEIGHT = "Height (cm)"
    HEIGHT_HELP = "Optional. Turns leg lengths into centimetres. Left empty, a known athlete's stored height is taken."
    SLOW_MOTION = "Slow motion"
    SLOW_MOTION_HELP = (
        "How much slower the clip plays than life. A 240 frames/s recording that plays at 30 is 8 times slower. "
        "Android phones write it into the file and iPhone recordings need nothing; clips that were edited or sent "
        "through a messenger have often lost it."
    )
    SLOW_MOTION_OPTIONS: ClassVar[dict[float, str]] = {
        -1.0: "As the file says",
        1.0: "Plays at normal speed",
        2.0: "2 × slower",
        4.0: "4 × slower",
        8.0: "8 × slower",
        0.0: "Another factor",
    }
    SLOW_MOTION_FREE = "Times slower than life"
    BELT = "Belt speed (km/h)"
    BELT_HELP = "Optional, for a treadmill: what its display says."
    OPTIONAL = "optional"
    MORE = "More settings"
    BACKEND = "Finding the runner"
    BACKEND_HELP = "Automatic takes RTMPose where its weights are there or can be fetched, and BlazePose otherwise."
    BACKENDS: ClassVar[dict[str, str]] = {
        "auto": "Automatic",
        "rtmpose": "RTMPose-M (feet, most accurate)",
        "blazepose": "BlazePose (built in)",
    }
    SUBMIT = "Analyse"
    SUBMIT_NONE = "Choose a clip first"
    QUEUED_ONE = "{clip} is in the queue."
    QUEUED_MANY = "{n} clips are in the queue."
    NOTHING_STORED = "Nothing of this file was stored."
    TOO_LARGE = "{clip} is larger than {limit} MB."
    TOO_LARGE_REMEDY = "Cut it to the seconds that show the runner, or raise RUNFORM_MAX_UPLOAD_MB."
    DEMO_LEAD = "No clip at hand?"
    DEMO = "Try the demo"
    DEMO_HELP = "Renders a virtual runner on a treadmill and analyses that video like any other clip."
    DEMO_ATHLETE = "Demo runner"
    DEMO_RENDERING = "The demo clip is being rendered"
    FILMING = "How to film"
    FILMING_BODY = (
        "- **From the side**, at hip height, 3 to 5 m away, the camera still on a tripod or a wall.\n"
        "- **The whole body** in every frame, feet included; one runner alone.\n"
        "- **Ten seconds or more** on a treadmill; on a track, the steps in which the runner passes.\n"
        "- **Light from the camera's side**, 60 frames/s or more if the phone can: contact times become finer.\n"
        "- Slow motion is welcome: where the file does not say it, say above how much slower the clip plays."
    )


class People:
    """Several people in a clip: who was followed, and choosing another."""

    TITLE = "Several people in the picture?"
    LEAD = (
        "RunForm follows whoever moves most like a runner. If that could be the wrong person, look first and choose; "
        "for a short clip that takes some seconds."
    )
    LOOK = "Look for people"
    LOOK_AGAIN = "Look again"
    STARTING = "Starting"
    CANCELLED = "The search was stopped. RunForm decides whom to follow, unless you look again."
    NOBODY = "Nobody was found. You can draw a box around the runner, or let the analysis try."
    PERSON = "Person {number}"
    PERSON_SEEN = "Person {number} · {first:.1f}–{last:.1f}\u00a0s"
    CHOOSE = "Who is the runner?"
    DECIDE = "RunForm decides"
    DECIDE_NOTE = "Takes person 0, who moves most like a runner."
    DECIDE_NOBODY = "It found nobody, so this will most likely end without a result."
    DRAW_BOX = "None of these: draw a box"
    DRAW_BOX_NOTE = "Around the runner, at a moment when the whole body is in the picture."
    MOMENT = "Moment"
    SECONDS = "{seconds:.2f} s"
    DRAW = "Drag from one corner of the runner to the opposite one, or give the box in px below."
    BOX_SIDES = ("From the left", "From the top", "Width", "Height")
    NO_BOX = "No box yet: until there is one, RunForm decides."
    BOX = "The runner in this box at {seconds:.2f} s is analysed."
    FOLLOWED_TITLE = "Who was followed"
    FOLLOWED = "{n} people were found in this clip. The numbers on this page are those of person {number}."
    FOLLOWED_BADGE = "Followed"
    STORE_FOR = "Store another person's run for"
    ANALYSE_OTHER = "Analyse this one instead"
    NO_PICTURE = "no picture"
    QUEUED = "Person {number} of {clip} is in the queue."


class Result:
    """The page of one run."""

    TITLE = "Result"
    EMPTY_TITLE = "No run yet"
    EMPTY = "Analyse a clip, and its cadence, contacts and verdict appear here."
    GONE = "This run is no longer stored."
    GONE_REMEDY = "Choose another one above."
    CADENCE = "Cadence"
    CONTACT_TIME = "Ground contact time"
    VERDICT = "Overstride"
    FROM_STEPS = "from {n} steps"
    VIDEO = "Video"
    VIDEO_ORIGINAL = "Without skeleton"
    NO_OVERLAY = "The video with the skeleton was not kept; this is the clip itself."
    JOINTS = "In 3D"
    JOINTS_NOTE = "Drag to turn, scroll to zoom. For looking only: angles are measured in the video's own plane."
    NO_JOINTS = "No 3D view: the clip was refused before lifting."
    CONTACTS = "Contacts"
    CONTACTS_NOTE = "{n} contacts, {left} left and {right} right. Blue is the runner's left, orange the right."
    NO_CONTACTS = "No contacts are shown: this clip cannot carry them."
    METRICS = "Metrics"
    EVIDENCE = "Why this verdict"
    GEOMETRY = "By geometry at initial contact"
    EVERY_CONTACT = "Every contact beside the limits"
    SVM = "By the model trained on your labels"
    THRESHOLD = "{meaning}: {beyond} {value}{unit}, {status}. {source}"
    BEYOND: ClassVar[dict[str, str]] = {"above": "beyond when above", "below": "beyond when below"}
    THRESHOLD_TITLE = "Thresholds"
    CROSS_VALIDATION = "How well the model does on runners it has not seen"
    CROSS_VALIDATION_FIGURES: ClassVar[dict[str, str]] = {
        "n": "labelled runs",
        "runners": "runners",
        "folds": "folds, no runner in two of them",
        "accuracy": "share judged right",
        "accuracy_low": "95 % interval from",
        "accuracy_high": "95 % interval to",
        "balanced_accuracy": "balanced accuracy (0.50 is chance)",
        "permutation_p": "p, against shuffled labels",
        "permutations": "shufflings",
        "confusion": "optimal and overstride, each as judged optimal and overstride",
    }
    LABEL = "Your own judgement of this run"
    LABEL_HELP = "Labels train the model. It needs runs of both kinds, from several athletes."
    LABELS: ClassVar[dict[str, str]] = {"overstride": "Overstride", "optimal": "Optimal", "none": "No label"}
    LABEL_SAVED = "Kept. The model learns from it."
    PROS = "Most similar pros"
    NO_PROS = "No pro to compare with yet."
    NO_FORM = "The clip was refused, so it has no form to compare."
    PRO_SIMILARITY = "similarity {similarity}"
    PRO_PERCENTILE = "closer than {percentile} % of the stored runs"
    ADD_PRO = "Add a pro"
    ALL_PROS = "All pros beside this run"
    DETAILS = "Technical details"
    DETAILS_POSE = "Keypoints"
    DETAILS_POSE_LINE = (
        "{backend}, {model}. Runner found in {found} of {frames} frames; {swaps} frames with left and right legs "
        "swapped back; {gaps} keypoint values filled in."
    )
    DETAILS_CUTOFF = " Smoothed at {cutoff:.1f} Hz."
    DETAILS_DETECTOR = " People found by {detector}."
    DETAILS_CLIP = "Clip"
    DETAILS_CLIP_LINE = "{name}, {width} × {height} px, {frames} frames at {rate} frames/s, {duration} s, {codec}"
    DETAILS_SLOW = ", played {scale} times slower than life"
    MOTIONS: ClassVar[dict[str, str]] = {
        "in_place": "on a treadmill",
        "passing": "passing a still camera",
        "panning": "followed by a moving camera",
        "unclear": "unclear",
    }
    VIEW = "Filmed from the **{view}**"
    VIEW_UNCLEAR = "Camera side unclear"
    VIEW_OBLIQUE = ", {angle:.0f}° off the square side view"
    VIEW_MOTION = "runner **{motion}**"
    VIEW_MOTION_UNCLEAR = "camera or runner moving: unclear"
    CLOCK: ClassVar[dict[str, str]] = {
        "assumed": "plays at **life's own speed** (assumed: the file does not say)",
        "container": "plays at **life's own speed** (as the file says)",
        "stated": "plays at **life's own speed** (as stated)",
    }
    CLOCK_SLOW: ClassVar[dict[str, str]] = {
        "assumed": "plays **{scale:g} × slower** than life",
        "container": "plays **{scale:g} × slower** than life (as the file says)",
        "stated": "plays **{scale:g} × slower** than life (as stated)",
    }
    REPAIRS = "What was repaired"
    NOTHING_REPAIRED = "Nothing had to be repaired: every keypoint is where it was found, smoothed."
    REPAIRED_FRAMES = "In {n} of {frames} frames {what}"
    REPAIRED_MORE = "in {n} {what}"
    REPAIRED: ClassVar[dict[str, str]] = {
        "swaps": "the legs were swapped back",
        "merged": "one leg had been found on the other and was put back on its path",
        "arms": "the arms were swapped back",
        "spikes": "a keypoint had jumped off its path and was corrected",
        "filled": "a missing keypoint was filled in",
    }
    REPAIRED_END = "Every repaired moment is marked here, and dashed in the video."
    REPAIRED_PATH = "A keypoint before and after"
    REPAIRED_KEYPOINT = "Keypoint"
    REPAIRED_PATH_NOTE = "How far right it is in the picture. Dots: as found; line: after cleaning; marks: repaired."
    VIDEO_DASHES = "Dashed: repaired."
    DETAILS_HASHES = "Hashes (SHA-256)"
    HASH_CLIP = "Clip"
    HASH_POSE = "Pose model"
    HASH_LIFTER = "Lifting model"
    DETAILS_VERSIONS = "Versions"
    DOWNLOAD_JSON = "Numbers (JSON)"
    DOWNLOAD_NPZ = "Arrays (npz)"
    DOWNLOADS = "Take it with you"
    DELETE = "Delete this run"
    DELETE_QUESTION = "Delete the run of {label}, with its video and numbers?"
    DELETED = "The run was deleted."


class FormMap:
    """The page with the t-SNE map."""

    TITLE = "Form map"
    LEAD = "Runs whose form is alike lie close together. Click a point to open its run."
    EMPTY_TITLE = "The map needs {missing} more runs"
    EMPTY_TITLE_ONE = "The map needs one more run"
    EMPTY = "A map is drawn from {minimum} stored runs on; {have} can be placed so far."
    COLOUR = "Colour by"
    COLOURS: ClassVar[dict[str, str]] = {
        "label": "Your label",
        "athlete": "Athlete",
        "verdict": "Verdict",
        "view": "Camera side",
    }
    PURITY = "Neighbours alike"
    PURITY_HELP = (
        "Share of each run's {k} nearest neighbours (in the full form, not on the map) that carry the same value. "
        "Beside it the share that chance would give."
    )
    PURITY_NONE = "Needs at least two runs with a value, and two different values."
    PURITY_CHANCE = "by chance {chance} %"
    NOTE = (
        "Distances across the map mean little; only who is near whom does. Runs lifted by another model are left out."
    )
    NO_VALUE: ClassVar[dict[str, str]] = {"label": "no label", "athlete": "none", "verdict": "none", "view": "none"}
    DRAWING = "Drawing the map"


class ProMatch:
    """The page that ranks pros beside a run."""

    TITLE = "Pro match"
    LEAD = "Which pro's form is closest to this run's?"
    NO_RUN_TITLE = "No run yet"
    NO_RUN = "Analyse a clip first; then RunForm compares it with the pros in your database."
    NO_PRO_TITLE = "No pro yet"
    NO_PRO = "Add a clip of a pro, and every run is compared with it."
    GO_PROS = "Add a pro"
    REFUSED = "This run cannot be compared."
    REFUSED_REMEDY = "Its clip was refused, so it has no form to compare. Choose another run."
    OTHER_MODEL = "The pros were analysed with another lifting model than this run. Analyse the run or the pros again."
    ORDER = "Ranking"
    ORDERS: ClassVar[dict[str, str]] = {
        "similarity": "Most similar first",
        "same_view": "Same camera side first",
        "name": "By name",
    }
    COLUMN_RANK = "Rank"
    COLUMN_NAME = "Pro"
    COLUMN_SIMILARITY = "Similarity"
    COLUMN_PERCENTILE = "Closer than … % of stored runs"
    COLUMN_VIEW = "Filmed from"
    COLUMN_EVENT = "Event"
    NOTE_CENTRED = (
        "Similarity is the cosine between forms after the average form of all stored runs was taken off both: 1 is the "
        "same, 0 unrelated, −1 opposite. The percentile says more than the number."
    )
    NOTE_RAW = (
        "Similarity is the plain cosine between forms, because too few runs are stored to take their average off. It "
        "saturates: any two runners score close to 1, so read the order, not the number."
    )
    NOTE_VIEW = "Clips from the same side compare best; a different camera side lowers the similarity by itself."


class ProDatabase:
    """The page that keeps pros."""

    TITLE = "Pro database"
    LEAD = "Runners to compare with. Only you decide who counts as a pro."
    EMPTY_TITLE = "No pro yet"
    EMPTY = "Add the first one below: a clip of a pro in side view, or one of your stored runs."
    ADD = "Add a pro"
    FROM_CLIP = "From a clip"
    FROM_RUN = "From a stored run"
    NAME = "Name"
    EVENT = "Event"
    EVENT_PLACEHOLDER = "for instance 10 000 m"
    SPEED = "Speed (m/s)"
    SOURCE = "Source"
    SOURCE_PLACEHOLDER = "where the clip comes from, and its licence"
    NOTES = "Notes"
    CLIP = "Clip"
    RUN = "Run"
    SUBMIT = "Add"
    CLIP_MISSING = "A clip is missing."
    CLIP_MISSING_REMEDY = "Choose a video, or take a stored run instead."
    NO_RUNS = "No stored run has a form to take. Analyse a clip first."
    ADDED = "{name} was added."
    ADDED_QUEUED = "{name} was added; the clip is being analysed."
    EDIT_NOTE = "Click into a cell to change it; changes are kept at once."
    COLUMN_CLIPS = "Clips"
    COLUMN_VIEW = "Filmed from"
    DELETE = "Delete a pro"
    DELETE_CHOOSE = "Pro"
    DELETE_QUESTION = "Delete {name} with {clips} clips from the database?"
    DELETED = "{name} was deleted."
    SAVED = "{name} was saved."


class Athletes:
    """The page of athletes and their history."""

    TITLE = "Athletes"
    EMPTY_TITLE = "No athlete yet"
    EMPTY = "Add one here, or name one when you analyse a clip."
    ADD = "Add an athlete"
    NAME = "Name"
    HEIGHT = "Height (cm)"
    ADDED = "{name} was added."
    CHOOSE = "Athlete"
    COUNT = "{name} · {n} runs"
    COUNT_ONE = "{name} · 1 run"
    EDIT = "Name and height"
    SAVED = "Saved."
    HISTORY = "History"
    NO_RUNS = "{name} has no run yet."
    METRIC = "Metric over time"
    COLUMN_DATE = "Date"
    COLUMN_CLIP = "Clip"
    COLUMN_CADENCE = "Cadence (steps/min)"
    COLUMN_VERDICT = "Verdict"
    COLUMN_LABEL = "Your label"
    COLUMN_VIEW = "Filmed from"
    OPEN = "Tick a row to open its run."
    DELETE = "Delete this athlete"
    DELETE_QUESTION = "Delete {name} and all {n} runs with their videos?"
    DELETED = "{name} was deleted."


class System:
    """The page of models, device and database."""

    TITLE = "System"
    MODELS = "Models"
    MODELS_NOTE = (
        "RTMPose-M finds the runner best. Without its weights BlazePose does, which is built in. Weights come from "
        "their makers' own hosts, are checked against their hash, and stay on this machine."
    )
    COLUMN_MODEL = "Model"
    COLUMN_PURPOSE = "For"
    COLUMN_STATE = "State"
    COLUMN_LICENCE = "Licence"
    COLUMN_HASH = "SHA-256"
    STATES: ClassVar[dict[str, str]] = {
        "present": "here, checked",
        "partial": "fetched in part",
        "damaged": "damaged",
        "absent": "not fetched",
    }
    OWN = "trained by this project"
    OWN_LICENCE = "see its card"
    BUILT_IN = "built in"
    BLAZEPOSE = "blazepose-full"
    BLAZEPOSE_PURPOSE = "2D keypoints with feet (BlazePose full): used where RTMPose-M cannot be"
    BLAZEPOSE_LICENCE = "Apache-2.0"
    FETCH_CHOOSE = "Weights to fetch"
    FETCH = "Fetch"
    FETCHING = "Fetching {name} · {percent} %"
    FETCHED = "{name} is here. The next analysis uses it."
    FETCH_CANCELLED = "Stopped. What was fetched is kept; fetch again to go on from there."
    DOWNLOADS_OFF = "Downloads are switched off (RUNFORM_ALLOW_DOWNLOADS)."
    DEVICE = "Device"
    DEVICE_CPU = "CPU"
    DEVICE_CUDA = "GPU ({name})"
    DEVICE_MISSING = "GPU asked for, none found"
    BACKEND = "Pose backend"
    DATABASE = "Database"
    RUNS = "Runs"
    ATHLETES = "Athletes"
    PROS = "Pros"
    VERSIONS = "Versions"
    PRIVACY = (
        "Clips, numbers and names stay in this folder on this machine. Only missing model weights are ever fetched."
    )
