"""Every string the app shows, in one place: another language is another file like this one.

Each class is one page or one part that several pages share. Names in braces are filled in with `str.format`.
"""

from __future__ import annotations

from typing import ClassVar


class Common:
    """Words that several pages use."""

    TAB = "{page} · RunForm"
    NOT_MEASURED = "not measured"
    PLUS_MINUS = "±\u00a0{value}"
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
    SAME_LABEL = "{label} ({times})"
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
        "% of step length": "% of step length",
        "% of contacts": "% of contacts",
        "%": "%",
        "leg lengths": "leg lengths",
        "leg lengths/s": "leg lengths/s",
        "m/s": "m/s",
        "cm": "cm",
    }


class Metrics:
    """What each metric is called, one plain sentence on what it means, and the table they stand in."""

    LABELS: ClassVar[dict[str, str]] = {
        "cadence": "Cadence",
        "speed": "Speed",
        "step_time": "Step time",
        "stride_time": "Stride time",
        "step_length": "Step length",
        "ground_contact_time": "Ground contact time",
        "flight_time": "Flight time",
        "duty_factor": "Duty factor",
        "vertical_oscillation": "Vertical oscillation",
        "vertical_ratio": "Vertical ratio",
        "shank_angle_at_contact": "Shank angle at initial contact",
        "ankle_ahead_at_contact": "Ankle ahead of hip at initial contact",
        "knee_flexion_at_contact": "Knee flexion at initial contact",
        "knee_flexion_midstance": "Peak knee flexion in stance",
        "knee_flexion_swing": "Peak knee flexion in swing",
        "hip_extension": "Peak hip extension",
        "trunk_lean": "Trunk lean",
        "foot_angle_at_contact": "Foot angle at initial contact",
        "rearfoot_share": "Rearfoot contacts",
        "arm_swing": "Arm swing",
        "step_time_symmetry": "Step time, left against right",
        "contact_time_symmetry": "Contact time, left against right",
    }
    MEANING: ClassVar[dict[str, str]] = {
        "cadence": "Steps taken in a minute, both feet counted.",
        "speed": "How fast the runner runs: as stated for the belt, else from the foot on the ground.",
        "step_time": "From one foot's initial contact to the other's.",
        "stride_time": "From one foot's initial contact to that foot's next.",
        "step_length": "How far the runner moves in one step: speed times step time.",
        "ground_contact_time": "From the foot's first touch to its leaving the ground.",
        "flight_time": "From one foot's leaving the ground to the other's first touch.",
        "duty_factor": "Share of the stride that a foot spends on the ground.",
        "vertical_oscillation": "Highest minus lowest place of the hips within a step.",
        "vertical_ratio": "Vertical oscillation over step length: how much of the way goes up and down.",
        "shank_angle_at_contact": "Lower leg from vertical as the foot lands; positive: ankle ahead of knee.",
        "ankle_ahead_at_contact": "How far ahead of the hip the ankle is as the foot lands.",
        "knee_flexion_at_contact": "Bend of the knee as the foot lands; 0 is a straight leg.",
        "knee_flexion_midstance": "Most bend of the knee while the foot is on the ground.",
        "knee_flexion_swing": "Most bend of the knee while the foot is in the air.",
        "hip_extension": "How far the thigh reaches behind the vertical, near toe-off; positive is behind.",
        "trunk_lean": "Trunk from vertical over the whole clip; positive is forward.",
        "foot_angle_at_contact": "Sole of the landing foot against that foot flat on the ground; positive: toes up.",
        "rearfoot_share": "Share of landings that are clearly on the heel, of those that can be told.",
        "arm_swing": ("How far the upper arm swings to and fro in a stride; the arm near the camera is more reliable."),
        "step_time_symmetry": "Left minus right over their mean; positive: the left one is longer.",
        "contact_time_symmetry": "Left minus right over their mean; positive: the left one is longer.",
    }
    GROUPS: ClassVar[dict[str, tuple[str, ...]]] = {
        "Rhythm": (
            "cadence",
            "step_time",
            "stride_time",
            "ground_contact_time",
            "flight_time",
            "duty_factor",
        ),
        "Landing": (
            "shank_angle_at_contact",
            "ankle_ahead_at_contact",
            "knee_flexion_at_contact",
            "foot_angle_at_contact",
            "rearfoot_share",
        ),
        "Leg": ("knee_flexion_midstance", "knee_flexion_swing", "hip_extension"),
        "Trunk and arms": ("trunk_lean", "vertical_oscillation", "vertical_ratio", "arm_swing"),
        "Symmetry": ("step_time_symmetry", "contact_time_symmetry"),
        "Speed": ("speed", "step_length"),
    }
    OTHER_GROUP = "Other"
    COLUMN_METRIC = "Metric"
    COLUMN_VALUE = "Both sides"
    COLUMN_LEFT = "Left"
    COLUMN_RIGHT = "Right"
    COUNT = "n\u00a0{n}"
    READINGS: ClassVar[dict[str, str]] = {
        "inside": "inside {range}",
        "outside": "outside {range}",
        "unclear": "cannot be told: {range}",
    }
    RANGE_BASIS: ClassVar[dict[str, str]] = {"published": "published", "convention": "convention"}
    RANGE_SPEED = ", {low} to {high}\u00a0m/s"
    ABOUT = "What these numbers mean, and where the ranges come from"
    DEFINITION = "How it is measured: {definition} Definition: {source}."
    REFERENCE_FROM = "Range {range}{unit} ({basis}): {source}{population}."
    REFERENCE_POPULATION = "; {population}"
    MISSING = "Not shown: {metrics}. {reason}"
    MISSING_ALL = "No metric is shown. {reason}"
    WHY_NO_STEPS = "No step showed it from start to end."
    LEGEND = (
        "± is the 95 % half-width, n the number of steps or strides behind a number. A value is inside or outside a "
        "range only if all of its ± is; otherwise it cannot be told. A published range comes from measured runners; a "
        "convention is a rule among coaches that no study has settled."
    )


class Steps:
    """The chart of single steps."""

    TITLE = "Step by step"
    METRIC = "Metric"
    AXIS = "Along"
    AXES: ClassVar[dict[str, str]] = {"time": "Time", "number": "Step number"}
    NOTE = "A dot for every step, dotted lines at each side's mean."
    NOTE_ERROR = "The bars are the ± of that step's own contacts."
    NOTE_RANGE = "The range that the metric is read against is shaded."


class Cycle:
    """The gait cycle."""

    TITLE = "Gait cycle"
    QUANTITY = "Quantity"
    LABELS: ClassVar[dict[str, str]] = {
        "knee_flexion": "Knee flexion",
        "hip_angle": "Hip angle (thigh from vertical)",
        "shank_angle": "Shank angle",
        "ankle_angle": "Ankle angle",
        "trunk_lean": "Trunk lean",
        "hip_height": "Height of the hips",
    }
    AXES: ClassVar[dict[str, str]] = {"hip_angle": "Hip angle", "hip_height": "Hips"}
    MEANING: ClassVar[dict[str, str]] = {
        "knee_flexion": "0 is a straight leg; it bends once under the weight and most in the air.",
        "hip_angle": (
            "Thigh from the vertical, positive with the knee ahead; the pelvis' own tilt is not taken off, for it is "
            "not seen from the side."
        ),
        "shank_angle": "Lower leg from the vertical, positive with the ankle ahead of the knee.",
        "ankle_angle": (
            "Foot against the lower leg: 0 at a right angle, positive with the toes drawn up. The foot flat on the "
            "ground counts as level."
        ),
        "trunk_lean": "Trunk from the vertical, positive forward.",
        "hip_height": "Rise and fall of the hips about each stride's mean; it falls and rises twice, once a step.",
    }
    NOTE = (
        "From one foot's initial contact (0 %) to the same foot's next (100 %). Line: mean of the strides; band: ± 1 "
        "standard deviation, in which the keypoints' own noise is part; upright lines: toe-off."
    )
    FAR_LEG = "The {side} leg is the far one: it is hidden for part of every stride, so read its curve with care."
    NONE = (
        "No gait cycle: it needs two whole strides of one foot in sight, and runs analysed by earlier versions of "
        "RunForm have none."
    )


class Strike:
    """Rearfoot or not, at each landing."""

    TITLE = "Foot strike"
    COLUMN_FOOT = "Foot"
    FEET: ClassVar[dict[str, str]] = {"left": "Left", "right": "Right"}
    CLASSES: ClassVar[dict[str, str]] = {"rearfoot": "Rear", "not_rearfoot": "Not rear", "unclear": "Unclear"}
    NOTE = (
        "Landings on the rear of the foot or not, by the foot's angle. Rear, mid and front cannot be told apart "
        "reliably: the foot turns through all three within 20 to 30 ms, which is less than a frame at 30 frames/s. "
        "Unclear are landings too near the border."
    )


class Change:
    """This run beside an earlier one of the same athlete."""

    TITLE = "Since the last run"
    CHOOSE = "Compare with"
    BEFORE = "Beside the run of {date} ({clip})."
    NONE = "This is the first run of {athlete} that can be compared."
    COLUMN_METRIC = "Metric"
    COLUMN_BEFORE = "Before"
    COLUMN_NOW = "Now"
    COLUMN_CHANGE = "Change"
    READINGS: ClassVar[dict[bool | None, str]] = {
        True: "larger than the error",
        False: "within the error",
        None: "cannot be told",
    }
    SOME = "Larger than the error: **{metrics}**."
    NOTHING = "No change is larger than its error."
    EVERY = "Every metric, before and now"
    NOTHING_SHARED = "The two runs have no metric in common."
    SHARED = (
        "Same side, same frame rate, same model: of the error that all of a clip's steps share, half the variance is "
        "taken to be the same in both runs and left out. This is an assumption; a camera that stood elsewhere weakens "
        "it."
    )
    UNSHARED = "The two clips differ in side, setting, frame rate or model, so the errors of both count in full."
    BY_CHANCE = "Of twenty unchanged numbers about one looks changed by chance."
    SPEED_DIFFERS = "The runs differ in speed ({before} and {now} m/s), which by itself changes most of these numbers."
    SPEED_UNKNOWN = "Most of these numbers change with speed: compare runs at the same speed."


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
    CERTAINTY = "{probability:.0f} % chance of overstriding"
    CERTAINTY_GEOMETRY = "geometry {probability:.0f} %"
    CERTAINTY_SVM = "learned model {probability:.0f} %"
    AGREE = "both agree"
    DISAGREE = "the two disagree"
    REFUSED_CERTAINTY = "This clip cannot carry a verdict"


class Why:
    """What moved the verdict."""

    TITLE = "What moved it"
    FEET: ClassVar[dict[str, str]] = {"left": "Left foot", "right": "Right foot"}
    FOOT = "{foot}: {measures}. {beyond} of {n} landings lie beyond at least two limits."
    MEASURE: ClassVar[dict[str, str]] = {
        "ankle_ahead": "lands {value} {unit} ahead of the hip ({beyond} {limit})",
        "shank_angle_deg": "shank leans back by {value} {unit} ({beyond} {limit})",
        "knee_flexion_deg": "knee bent by {value} {unit} ({beyond} {limit})",
    }
    BEYOND = "beyond the limit of"
    WITHIN = "within the limit of"
    INFLUENCE = (
        "Learned model: the {part} {span} moves it most {toward}, by {by} of its margin of {margin}; with that part "
        "as in runners who land well it would say {without}."
    )
    PARTS: ClassVar[dict[str, str]] = {
        "head and trunk": "head and trunk",
        "left arm": "left arm",
        "right arm": "right arm",
        "left hip and knee": "left hip and knee",
        "right hip and knee": "right hip and knee",
        "left foot": "left ankle",
        "right foot": "right ankle",
    }
    SPANS: ClassVar[dict[str, str]] = {
        "landing": "around that side's landing",
        "on the ground": "in that side's mid-stance",
        "push-off": "at that side's push-off",
        "swing": "in that side's swing",
    }
    TOWARD: ClassVar[dict[bool, str]] = {True: "toward overstriding", False: "away from overstriding"}
    NOTE = (
        "The feet's lines are what the clip shows. The model's lines come from taking that part out and asking the "
        "model again; head and trunk go by the left foot's stride. A part's numbers hold something of its "
        "neighbours too."
    )


class Landings:
    """Frames of the landings to look at."""

    TITLE = "Landings to look at"
    LEAD = "The landings furthest beyond the limits, as the camera saw them."
    LEAD_DOUBT = "No verdict is sure: look at these landings yourself before you act."
    SHOW = "Show the frames"
    READING = "Reading the clip"
    CAPTION = "{foot}, {time} s: {ahead} leg lengths ahead, shank {shank}°, knee {knee}°"
    NO_FRAME = "No frame of it in the clip."


class Learning:
    """Learning the verdict anew from the coach's labels."""

    TITLE = "Let the model learn from your labels"
    NO_RUNS = "Analyse and label runs first: the model learns from their forms."
    NOW_SHIPPED = "Verdicts come from the model that RunForm ships, learnt from virtual runners."
    NOW_OWN = "Verdicts come from your own model of {date}."
    TRAIN = "Learn from {n} labelled runs"
    TRAINING = "Training"
    CANCELLED = "The training was cancelled. Nothing was stored."
    COMPARISON = "Your model of {date} beside the shipped one, on your labelled runs"
    COMPARISON_NOTE = (
        "Your model judged each run by a version that had not seen that runner; the shipped one has seen none. The "
        "interval counts runners. p says how often shuffled labels do as well."
    )
    COLUMN_FIGURE = "On your labelled runs"
    COLUMN_SHIPPED = "Shipped"
    COLUMN_OWN = "Yours"
    FIGURES: ClassVar[dict[str, str]] = {
        "n": "labelled runs",
        "runners": "runners",
        "accuracy": "judged right (95 % interval)",
        "balanced_accuracy": "balanced accuracy (0.50 is chance)",
        "auc": "area under the curve (0.50 is chance)",
        "permutation_p": "p, against shuffled labels",
        "confusion": "right of each kind",
    }
    CONFUSION = "optimal {optimal}, overstride {overstride}"
    CHANCE = "Your model cannot be told from chance yet. It would call every run uncertain; label more runs first."
    USE_OWN = "Use your model"
    USE_SHIPPED = "Go back to the shipped model"
    USED_OWN = "Your model judges from now on."
    USED_SHIPPED = "The shipped model judges again."


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
    JOINTS_NOTE = "Drag to turn, scroll to zoom. 3D is for looking; angles come from the 2D view."
    JOINTS_LEG_LENGTHS = "Give the runner's height for metres."
    JOINTS_TILT = (
        "Taken out of it: the camera's tilt, {tilt}\u00a0±\u00a0{tilt_error}° {way} and "
        "{roll}\u00a0±\u00a0{roll_error}° to the side."
    )
    JOINTS_DOWN = "down"
    JOINTS_UP = "up"
    JOINTS_LEVEL = "{reason} The camera is taken as level."
    JOINTS_MODEL = "Lifted by {body}."
    JOINTS_MODELS = "Lifted by {body}, the feet by {feet}."
    NO_JOINTS = "No 3D view: in no frame was enough of the runner seen to lift."
    NO_JOINTS_REMEDY = "Film the whole runner, from head to feet."
    CONTACTS = "Contacts"
    CONTACTS_NOTE = "{n} contacts, {left} left and {right} right. Blue is the runner's left, orange the right."
    NO_CONTACTS = "No contacts are shown: this clip cannot carry them."
    FAULTS = "{n} contacts were in doubt"
    FAULTS_ONE = "One contact was in doubt"
    FAULT_REPAIRED = "put right"
    FAULT_REPORTED = "only reported"
    METRICS = "Metrics"
    EVIDENCE = "Why this verdict"
    GEOMETRY = "By geometry at initial contact"
    EVERY_CONTACT = "Every contact beside the limits"
    SVM = "By the learned model"
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
        "auc": "area under the curve (0.50 is chance)",
        "permutation_p": "p, against shuffled labels",
        "permutations": "shufflings",
        "confusion": "optimal and overstride, each as judged optimal and overstride",
        "directions": "main directions of the form",
        "kernel": "kernel",
        "c": "C",
    }
    LABEL = "Your own judgement of this run"
    LABEL_HELP = "Labels train the model. It needs runs of both kinds, from several athletes."
    LABELS: ClassVar[dict[str, str]] = {
        "overstride": "Overstride",
        "optimal": "Optimal",
        "unsure": "Unsure",
        "none": "No label",
    }
    LABEL_RATERS = "What raters say"
    LABEL_AS = "as {rater}"
    LABEL_MORE = "Reasons and agreement on the Labels page"
    LABEL_SAVED = "Kept. The model learns from it once you let it, on the Labels page."
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
    SPEEDS: ClassVar[dict[str, str]] = {
        "stated": "**{speed}** (as stated for the belt)",
        "stance": "about **{speed}** (from the foot on the ground and the height)",
        "ground": "about **{speed}** (over the ground, by the height)",
    }
    SPEED_RELATIVE = "**{speed}** (in m/s with the runner's height or the belt's speed)"
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
    DOWNLOAD_NPZ = "Arrays (NPZ)"
    DOWNLOAD_JOINTS_NPZ = "Joint positions (NPZ)"
    DOWNLOAD_JOINTS_CSV = "Joint positions (CSV)"
    DOWNLOAD_SIDE_BY_SIDE = "Side by side (MP4)"
    MAKE_SIDE_BY_SIDE = "Make side by side (MP4)"
    MAKING_SIDE_BY_SIDE = "Drawing the video side by side"
    SIDE_BY_SIDE_REAL_TIME = "Side by side at life's own speed"
    NO_JOINTS_TO_TAKE = "There are no joint positions and no side-by-side video without a 3D view."
    DOWNLOADS = "Take it with you"
    DELETE = "Delete this run"
    DELETE_QUESTION = "Delete the run of {label}, with its video and numbers?"
    DELETED = "The run was deleted."


class Labels:
    """The page where raters label runs."""

    TITLE = "Labels"
    EMPTY_TITLE = "Nothing to label yet"
    EMPTY = "Analyse a clip: every run that RunForm can read waits here for your judgement."
    RATER = "Who are you?"
    RATER_PLACEHOLDER = "Choose or write a name"
    RATER_HELP = "Each rater's labels are kept apart. Upper and lower case make no difference."
    RATER_START = "Start"
    RATER_NOW = "Labelling as **{rater}**"
    RATER_CHANGE = "Somebody else"
    ATHLETE = "Athlete"
    EVERYBODY = "Everybody"
    SHOW = "Show"
    SHOWS: ClassVar[dict[str, str]] = {
        "unlabelled": "Not labelled by me",
        "all": "All",
        "disagreements": "Others disagree with me",
    }
    PROGRESS = "{n} of {m} labelled"
    ALL_DONE = ("All labelled", "You have labelled all {n} runs. Choose **All** above to look at them again.")
    NO_DISAGREEMENT = ("No disagreement", "Nobody says anything else of a run that you have labelled.")
    RUN = "**{athlete}** · {clip}  \nfilmed from: {view} · {cadence}"
    LANDINGS = "A landing of each foot"
    NO_VIDEO = "Without its video this run cannot be labelled. Skip it."
    ANSWERS: ClassVar[dict[str, str]] = {"overstride": "Overstride", "optimal": "Optimal", "unsure": "Unsure"}
    BACK = "Back"
    SKIP = "Skip"
    TAKE_BACK = "Take my label back"
    TAKEN_BACK = "Your label was taken back; the reason is still here."
    KEPT = "Kept: {label}."
    REASON = "Reason (optional) · key W"
    REASON_HELP = "Kept with your label. W goes into this line, Esc out of it, and the numbers put their phrase in it."
    REASON_CHANGED = "The reason has changed; press your label again to keep it."
    REASONS: ClassVar[tuple[str, ...]] = (
        "foot far ahead of the hip",
        "shank leans back",
        "straight knee",
        "foot lands under the body",
        "landing hard to see",
    )
    KEYS = (
        "Keys: O overstride, P optimal, U unsure, S skip, B back, 1 to 5 a phrase, W write a reason, Esc leave the "
        "reason."
    )
    BLIND = "Blind: what RunForm and the other raters say is shown once you have labelled this run."
    UNBLIND = "Show me other opinions before I label"
    UNBLIND_HELP = "Labels given with other opinions in sight are not independent, and agreement then says little."
    PROGRAM = "RunForm:"
    SAID = "**{rater}**: {label}, {date}."
    BECAUSE = "Reason: {reason}"
    AGREEMENT = "Agreement"
    AGREEMENT_EMPTY = "Once two raters have labelled the same run, how far they agree is shown here."
    AGREEMENT_NOTE = (
        "Kappa is the agreement beyond chance (Cohen 1960): 1 is perfect, 0 is what chance gives. It is taken over the "
        "runs on which both decided; the last column takes “unsure” as a third answer. In brackets 95 % intervals: of "
        "kappa by bootstrap over runs (Efron and Tibshirani 1993; from {n} runs on; too narrow where one athlete has "
        "several runs), of the share by Wilson (1927). The words are those of Landis and Koch (1977), who call their "
        "divisions arbitrary, for both ends of the interval."
    )
    PAIR = "{first} and {second}"
    PAIR_DETAILS = "{first} and {second} · runs they call differently: {n}"
    COLUMN_PAIR = "Raters"
    COLUMN_N = "Runs both labelled"
    COLUMN_DECIDED = "Both decided"
    COLUMN_KAPPA = "Kappa"
    COLUMN_WORD = "In words"
    COLUMN_SHARE = "Same label"
    COLUMN_THREE = "Kappa with unsure"
    WITH_INTERVAL = "{value} ({low} to {high})"
    WORDS_BETWEEN = "{low} to {high}"
    CELL = "{rater}: {label}"
    NO_KAPPA_FEW = "No kappa: fewer than two runs on which both decided. Label more runs of both kinds."
    NO_KAPPA_ONE = (
        "No kappa: both gave every run the same one label, which chance alone would do as well. Label runs of both "
        "kinds."
    )
    NO_INTERVAL_FEW = "No interval: it needs {n} runs on which both decided."
    NO_INTERVAL_SAME = (
        "No interval: they never differ, and drawing from such runs again gives 1 every time. The interval of the "
        "share says how sure this is."
    )
    NO_INTERVAL_RARE = "No interval: one label is too rare among these runs. Label more runs of both kinds."
    NO_DIFFERENCE = "They call no run differently."
    DIFFERENCE = "{run}: {first} says {first_label}, {second} says {second_label}."
    LOOK_AGAIN = "Look again"
    HIDDEN = "{n} more that you have not labelled are not named, so that you can label them blind."
    FILES = "Labels as a file"
    FILES_NOTE = (
        "A CSV with one row for each rater and run. Clips are known again by their hash, so another RunForm with the "
        "same clips can read it. The agreed labels, one row for each clip, are what "
        "`evaluate overstride --labels` reads, the file lying beside the clips."
    )
    EXPORT = "Export every rater's labels"
    EXPORT_FILE = "labels.csv"
    EXPORT_AGREED = "Export the agreed labels"
    EXPORT_AGREED_FILE = "agreed_labels.csv"
    IMPORT = "Import labels"
    IMPORT_GO = "Import {file}"
    IMPORTED = "Labels imported: {n}."
    IMPORT_KEPT = "Left as they are, because the same rater has labelled the run since: {n}."
    IMPORT_UNMATCHED = "Rows whose clip is not stored here: {n} ({rows})."
    IMPORT_LINE = "line {line}: {clip}"
    IMPORT_MORE = " and {n} more"


class FormMap:
    """The page with the t-SNE map."""

    TITLE = "Form map"
    LEAD = "Runs whose form is alike lie close together. Choose one to look at it, two to compare, many to list them."
    EMPTY_TITLE = "The map needs {missing} more runs"
    EMPTY_TITLE_ONE = "The map needs one more run"
    EMPTY = "A map is drawn from {minimum} stored runs on; {have} can be placed so far."
    COLOUR = "Colour by"
    COLOURS: ClassVar[dict[str, str]] = {
        "label": "Your label",
        "athlete": "Athlete",
        "speed": "Speed",
        "view": "Camera side",
        "verdict": "Verdict",
    }
    VALUES: ClassVar[dict[str, str]] = {
        "label": "label",
        "athlete": "athlete",
        "speed": "speed",
        "view": "camera side",
        "verdict": "verdict",
    }
    NOTE = (
        "Distances across the map mean little, and its axes nothing; only who is near whom does. Click a point, "
        "shift-click a second one, or draw a box or a lasso; the list below does the same."
    )
    NO_VALUE: ClassVar[dict[str, str]] = {"label": "no label", "athlete": "none", "verdict": "none", "view": "none"}
    OTHER_ATHLETES = "{n} other athletes"
    SPEED_BAR = "Speed (m/s)"
    SPEED_KNOWN = "speed in m/s"
    SPEED_UNKNOWN = "speed not known in m/s"
    SPEED_GREY = "{unknown} of {all} runs are grey: their speed is not known in m/s. A belt speed or a height gives it."
    PLACED = "{placed} of {all} runs came after the map was laid out and were placed among the others."
    PLACED_ONE = "One of {all} runs came after the map was laid out and was placed among the others."
    MISSING = "{missing} new runs are not on the map yet."
    ANEW = "Lay out anew"
    ANEW_HELP = "All runs are laid out together again, and the map is turned to look like the old one. Runs move."
    AGAIN = "Try again"
    DRAWING = "Drawing the map"
    LEFT_OUT = (
        "{n} runs are not on the map: their form was made by another lifting model or recipe, and only alike can be "
        "compared ({names}). Analyse their clips again to bring them onto it."
    )
    LEFT_OUT_ONE = (
        "One run is not on the map: its form was made by another lifting model or recipe, and only alike can be "
        "compared ({names}). Analyse its clip again to bring it onto it."
    )
    AND_MORE = "{names} and {n} more"


class MapTrust:
    """Beside the map: whether what it seems to show is there."""

    TESTING = "Comparing with shuffled runs"
    PURITY = "Neighbours alike"
    CORRELATION = "Follows its neighbours"
    CHANCE = "by chance {low} to {high}"
    NONE = "Nothing can be told about the {value}: it needs runs with different values, of at least two athletes."
    NONE_ATHLETE = "Nothing can be told about athletes: it needs runs of at least two."
    PATTERN = "There is a pattern: runs of alike form share their {value} more often than chance gives (p = {p})."
    HINT = "A hint at most: runs of alike form share their {value} a little more often than chance gives (p = {p})."
    NO_PATTERN = (
        "No pattern that could be told from chance: runs of alike form share their {value} no more often than shuffled "
        "runs do (p = {p}). Do not read one into groups of a colour."
    )
    PATTERN_SPEED = "There is a pattern: runs of alike form are run at alike speeds (p = {p})."
    HINT_SPEED = "A hint at most that runs of alike form are run at alike speeds (p = {p})."
    NO_PATTERN_SPEED = (
        "No pattern that could be told from chance: shuffled speeds follow their neighbours as well (p = {p})."
    )
    HELP = (
        "Of each run's {k} nearest runs in the reduced form (not on the map), the share with the same value; beside it "
        "where 95 % of shuffles lie. {n} runs."
    )
    HELP_SPEED = (
        "Rank correlation of each run's speed with the mean of its {k} nearest runs in the reduced form (not on the "
        "map); beside it where 95 % of shuffles lie. {n} runs."
    )
    OTHERS_ONLY = "Only runs of other athletes count as neighbours, for one athlete's runs are alike in any case."


class MapSelection:
    """Beneath the map: the runs that are chosen."""

    TITLE = "Chosen runs"
    CHOOSE = "Runs"
    CHOOSE_HELP = "The same as clicking on the map: one run is shown, two are compared, more are listed."
    PLACEHOLDER = "Type an athlete's name, a date or a clip"
    NOTHING = "No run is chosen."
    MANY = "{n} runs are chosen. Tick one to look at it."
    LANDING: ClassVar[dict[str, str]] = {"left": "left initial contact", "right": "right initial contact"}
    LANDING_AT = "{foot}, {time} s"
    NO_FRAME = "no picture of a {foot}"
    NO_CLIP = "The clip cannot be read: {message}"
    VIEW = "Camera side: {view}"
    LIKENESS = "Likeness of the two forms"
    LIKENESS_AMONG = "more alike than {percentile} % of {pairs} pairs"
    LIKENESS_FEW = "too few pairs to say how much that is"
    LIKENESS_NONE = "One of the two lies at the middle of all runs, where likeness has no direction."
    COLUMN_METRIC = "Metric"
    COLUMN_DIFFERENCE = "Second − first"
    READINGS: ClassVar[dict[bool | None, str]] = {
        True: "beyond the error",
        False: "within the error",
        None: "error not known",
    }
    SHARED = "The same athlete with the same setup: the error that both runs share is counted once."
    UNSHARED = "Both errors are counted in full, for the two runs do not share athlete and setup."
    NOTHING_SHARED = "The two runs have no metric in common."
    COLUMN_ATHLETE = "Athlete"
    COLUMN_DATE = "Date"
    COLUMN_CLIP = "Clip"
    COLUMN_VIEW = "Camera side"
    COLUMN_VERDICT = "Verdict"
    COLUMN_LABEL = "Your label"
    COLUMN_SPEED = "Speed (m/s)"


class Efficiency:
    """The page of likeness to one athlete."""

    TITLE = "Likeness to an athlete"
    LEAD = "How like one athlete's strides are a run's? This is similarity to that athlete, not efficiency."
    NO_RUN_TITLE = "No run yet"
    NO_RUN = "Analyse a side view first; then choose whose strides others are compared with."
    REFERENCE = "Compare with the strides of"
    UNTRAINED = "Nothing has been learnt of {name}'s strides yet."
    UNTRAINED_REMEDY = "It takes some seconds, and stands on all of {name}'s stored side views."
    LEARN = "Learn {name}'s strides"
    LEARN_AGAIN = "Learn {name}'s strides again"
    LEARNING = "Learning the strides"
    LEARNT = "The strides are learnt."
    STANDS_ON = (
        "Learnt from {strides} strides in {clips} clips. For {runners} virtual runners it had not seen, what it told "
        "of filmed strides and the truth correlate by {correlation:.2f}, with a mean error of {mae:.2f}. The athlete's "
        "own stride is known only as these clips show it."
    )
    VIEWS = ("One run", "Two conditions")
    VIEW = "Show"
    RUN = "Run"
    MEAN = "Similarity to {name}"
    VALUE = "{mean:.2f} ± {plus_minus:.2f}"
    SPREAD = "Spread of the strides"
    SPREAD_HELP = "Standard deviation of the strides as the camera shows them, most of it the detector's noise."
    STRIDES = "Strides"
    DROPPED = "Left out: {reasons}."
    DROPPED_ONE = "{count} × {reason}"
    OWN = "as {name}"
    OTHER = "as the average runner"
    NOTE = (
        "Similarity to {name}, not efficiency: 1 is as near as a runner's own strides lie to one another, 0 as far as "
        "the average runner's lie from {name}'s. Body size does not count; speed does, so compare like speeds. "
        "The band holds the mean's 95 % interval, most of it what one camera and detector can get wrong about a whole "
        "clip. Strides of a clip borrow from one another, since noise from stride to stride is larger than real change."
    )
    PARTS = "What differs most"
    PART = "**{segment}**, {start:.0f} to {end:.0f} % of the stride: {degrees:.0f}° {direction} than {name}'s"
    PARTS_NOTE = "0 % of the stride is where the usual runner's foot lands. Angles err by some 4°."
    SEGMENTS: ClassVar[dict[str, str]] = {"own": "landing side's {part}", "other": "other side's {part}"}
    DIRECTIONS: ClassVar[dict[str, tuple[str, str]]] = {
        "foot": ("toes higher", "toes lower"),
        "forearm": ("hand further forward or up", "hand further back or down"),
        "trunk": ("leaning further back", "leaning further forward"),
    }
    DIRECTION_OF_LIMB = ("lower end further forward", "lower end further back")
    ATHLETE = "Whose conditions"
    NAME_A, NAME_B = "Name of the first condition", "Name of the second condition"
    DEFAULT_A, DEFAULT_B = "First", "Second"
    RUNS_A, RUNS_B = "Runs of {name}", "Runs of {name} "
    PAIR = "The runs come in pairs, in the order of their dates"
    PAIR_HELP = "For instance one run of each condition on each of several days."
    CHOOSE = "Choose runs of both conditions."
    TWICE = "A run cannot belong to both conditions."
    TWICE_REMEDY = "Take it out of one of them."
    UNEVEN = "Pairs need as many runs of one condition as of the other."
    UNEVEN_REMEDY = "Add or remove runs, or switch the pairs off."
    SINGLE_AGAINST_MANY = "One run beside several shows no spread for its condition."
    SINGLE_REMEDY = "Choose one run of each, or two or more of each."
    DIFFERENCE = "{b} minus {a}"
    INTERVAL = "{difference:+.2f} (95 % interval {low:+.2f} to {high:+.2f})"
    TELLS = "The interval leaves 0 out: the conditions differ in similarity to {name} by more than chance explains."
    TELLS_NOT = "The interval holds 0: no difference is shown, which is not to say that there is none."
    PAIRS = "{n} pairs of runs, Wilcoxon's signed-rank test: p = {p:.3f}."
    FEW_PAIRS = "With {n} pairs no test can reach p = 0.05; the interval assumes that differences are spread normally."
    GROUPS = "Unpaired runs: whatever else changed between them (day, place, camera) is in the difference too."
    CLIPS = (
        "One run of each: the interval holds the strides' spread and the camera's error, but two runs cannot part the "
        "condition from the day."
    )
    COLUMN_CONDITION, COLUMN_RUN, COLUMN_MEAN = "Condition", "Run", "Similarity"
    NO_SIDE = "No run can be compared: side views with contacts are needed."
    NO_SIDE_REMEDY = "Film the runner square from the side."


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
    NOT_TALENT = (
        "This is likeness of form alone: how the body moves, as seen by one camera. It says nothing of efficiency or "
        "talent, and a form that suits a pro need not suit this runner."
    )
    LIKENESS = "Likeness"
    LIKENESSES: ClassVar[dict[str, str]] = {
        "form_space": "Form space",
        "centred": "Centred on stored runs",
        "raw": "Raw cosine",
    }
    NOTES: ClassVar[dict[str, str]] = {
        "form_space": (
            "Cosine in the form space: the directions in which runners differ from one another more than one runner's "
            "clips do, seen from the mean of the virtual runners it was learnt from. 1 is the same, 0 unrelated, −1 "
            "opposite. It does not change as runs are stored."
        ),
        "centred": (
            "Cosine after the average form of the stored runs filmed from this side was taken off both: 1 is the same, "
            "0 unrelated, −1 opposite. It changes as runs are stored; the percentile says more than the number."
        ),
        "raw": (
            "Plain cosine of the forms. It saturates: any two runners score close to 1, so read the order and the "
            "percentile, not the number."
        ),
    }
    UNAVAILABLE: ClassVar[dict[str, str]] = {
        "no_space": (
            "There is no form space for the lifting model that this run was analysed with. Choose another likeness, or "
            "analyse the run and the pros with RunForm's own model."
        ),
        "too_few": (
            "Too few runs are stored to take their average off: it takes five others that differ, filmed from the same "
            "side as this one. Choose another likeness, or analyse more clips."
        ),
    }
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
    OWN_PROS_NONE = "No pro of yours has a form under this run's model; only reference runners can be compared."
    REFERENCES = "Reference runners"
    REFERENCES_NOTE = (
        "Measured by motion capture and brought along by RunForm to compare with. They are runners of studies, no pros."
    )
    POPULATION = (
        "Percentiles are among {n} other stored runs, of all athletes, filmed from {views}: a pro is closer to this "
        "run than that share of them are."
    )
    POPULATION_SAMPLE = (
        "Percentiles are among a sample of {n} other stored runs, of all athletes, filmed from {views}: a pro is "
        "closer to this run than that share of them are, give or take {error} points."
    )
    POPULATION_NONE = (
        "No percentile: it needs 3 other stored runs filmed from {views}, and there are {n}. Analyse more clips."
    )
    POPULATION_VIEWS: ClassVar[dict[str, str]] = {
        "left": "either side",
        "right": "either side",
        "front": "the front",
        "back": "the back",
        "front_or_back": "the front or back",
        "unclear": "anywhere",
    }
    NOTE_VIEW = (
        "Of a pro's clips the most similar one filmed from this run's side counts. Pros filmed from another side come "
        "last in order of the camera's side, for that alone lowers the similarity."
    )
    CHOOSE = "Compare with"
    REFERENCE_LABEL = "{name} (reference runner)"
    DETAIL = "{run} beside {pro}"
    OTHER_VIEW = (
        "{pro}'s clip was filmed from another side than this run, which lowers the similarity by itself and changes "
        "what each part adds."
    )
    PARTS = "What makes them alike"
    PARTS_AXIS = "adds to the similarity of {similarity}"
    PARTS_NOTE = (
        "The bars add up to the similarity. A bar to the left makes the two less alike. The model lets joints look at "
        "one another, so a part's bar holds something of its neighbours."
    )
    PARTS_NEAR = "Near is the side towards the camera."
    PART_NAMES: ClassVar[dict[str, str]] = {
        "head": "Head",
        "trunk": "Trunk",
        "arm": "arm",
        "thigh": "thigh",
        "lower_leg": "lower leg",
    }
    PART_SAME_SIDE = "{which} {part} ({side})"
    PART_OTHER_SIDE = "{which} {part}"
    PART_SIDE = "{side} {part}"
    WHICH: ClassVar[dict[str, str]] = {"near": "Near", "far": "Far"}
    SIDES: ClassVar[dict[str, str]] = {"left": "left", "right": "right"}
    SIDES_FIRST: ClassVar[dict[str, str]] = {"left": "Left", "right": "Right"}
    WHICH_UNKNOWN: ClassVar[dict[str, str]] = {"near": "One", "far": "Other"}
    POSES = "In phase"
    POSES_NOTE = (
        "The mean of {run_n} strides of the run and {pro_n} of {pro}, each from the left foot's landing to its next, "
        "in leg lengths, turned to run to the right, played at half speed. Lifted from one camera: depth, and so the "
        "view from the front, is the least certain."
    )
    ANGLES = "Joint by joint"
    ANGLE = "Angle"
    SIDE = "Side"
    SIDE_OPTIONS: ClassVar[dict[str, str]] = {"both": "Mean of both", "left": "Left", "right": "Right"}
    ANGLE_LABELS: ClassVar[dict[str, str]] = {"upper_arm_angle": "Upper arm"}
    ANGLE_MEANING: ClassVar[dict[str, str]] = {
        "upper_arm_angle": "Upper arm from the vertical, positive forward, over the stride of the same side's foot.",
    }
    THIS_RUN = "this run"
    DIFFERENCE = "difference"
    DIFFERENCE_ERROR = "its error"
    CYCLE_AXIS = "% of the gait cycle"
    ANGLES_NOTE = (
        "Lines: means of {run_n} and {pro_n} strides; bands: ± 1 standard deviation; upright lines: toe-off. Below, "
        "this run minus {pro}: outside the grey band the difference is larger than its error, which joins the errors "
        "of both clips."
    )
    SAYS_NONE = "No difference at landing, mid-stance, toe-off or mid-swing is larger than its error: none can be told."
    SAYS_SPEED = (
        "Speed alone changes most of these angles: compare at the same speed. Of twenty equal angles about one looks "
        "different by chance."
    )
    WHO_BOTH: ClassVar[dict[str, str]] = {
        "knee_flexion": "Your knees are",
        "hip_angle": "Your thighs are",
        "shank_angle": "Your lower legs are",
        "ankle_angle": "Your feet are",
        "trunk_lean": "Your trunk leans",
        "upper_arm_angle": "Your upper arms are",
    }
    WHO_SIDE: ClassVar[dict[str, str]] = {
        "knee_flexion": "Your {side} knee is",
        "hip_angle": "Your {side} thigh is",
        "shank_angle": "Your {side} lower leg is",
        "ankle_angle": "Your {side} foot is",
        "trunk_lean": "Your trunk, over the {side} foot's stride, leans",
        "upper_arm_angle": "Your {side} upper arm is",
    }
    SAYS = "- {who} {degrees}° {how} {moment} (± {plus_minus}°)."
    MORE: ClassVar[dict[str, str]] = {
        "knee_flexion": "more bent",
        "hip_angle": "further forward",
        "shank_angle": "further forward at the ankle",
        "ankle_angle": "more drawn up at the toes",
        "trunk_lean": "further forward",
        "upper_arm_angle": "further forward",
    }
    LESS: ClassVar[dict[str, str]] = {
        "knee_flexion": "straighter",
        "hip_angle": "further back",
        "shank_angle": "further back at the ankle",
        "ankle_angle": "more pointed",
        "trunk_lean": "further back",
        "upper_arm_angle": "further back",
    }
    MOMENTS: ClassVar[dict[str, str]] = {
        "landing": "at landing",
        "mid_stance": "in mid-stance",
        "toe_off": "at toe-off",
        "mid_swing": "in mid-swing",
    }
    SAYS_LEAD = "Larger than the error, compared with {pro}:"
    OBSTACLES: ClassVar[dict[str, str]] = {
        "no_record": "This pro's clip was stored by an earlier version, without joints. Add the clip again.",
        "run_view": "Angles need a side view, and this run was not filmed from the side. Film it from the side.",
        "pro_view": "Angles need a side view, and this pro's clip was not filmed from the side. Add one that was.",
        "run_strides": "This run shows too few whole strides to average. Use a longer clip.",
        "pro_strides": "This pro's clip shows too few whole strides to average. Add a longer one.",
        "run_joints": "This run was not lifted to 3D. Analyse its clip again.",
        "pro_joints": "This pro's clip was not lifted to 3D. Add it again.",
    }


class PhaseViewer:
    """Two strides drawn in phase."""

    PLAY = "▶ Play"
    PAUSE = "❚❚ Pause"
    BACK = "One step back"
    NEXT = "One step on"
    SCRUB = "Share of the stride"
    PERCENT = "{percent} % of the stride"
    LANDING = "0 %: left foot lands"
    OVERLAY = "Lay over one another at the pelvis"
    FROM = "Seen from"
    VIEWS: ClassVar[dict[str, str]] = {"side": "the right side", "front": "the front"}
    PICTURE = "Mean stride of {names}"


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
