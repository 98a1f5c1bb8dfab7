"""What the virtual runner looks like: outlines and colours of every body part, as data.

Each part's axes have their origin at its upper joint, x forward and y down along the part, in m, for the sizes in
`leg_cycle.LegSize` and `body.BodySize`. The head's and the foot's axes are those of the level head and of the sole.
"""

from __future__ import annotations

from runform.demo.sprites import Colour, Design, Paint, Point

SKIN: Colour = (205, 152, 120)
LIP: Colour = (165, 95, 85)
HAIR: Colour = (58, 40, 30)
SHIRT: Colour = (36, 118, 178)
SHIRT_BAND: Colour = (228, 232, 236)
SHORTS: Colour = (40, 44, 62)
SHORTS_BAND: Colour = (150, 160, 175)
SOCK: Colour = (232, 232, 228)
SHOE: Colour = (238, 96, 42)
SHOE_BAND: Colour = (250, 205, 60)
SOLE: Colour = (242, 242, 238)
EYE_WHITE: Colour = (240, 238, 232)
PUPIL: Colour = (40, 30, 26)


def band(top: float, bottom: float, reach: float = 0.3) -> tuple[Point, ...]:
    """A strip across a part between two distances from its joint, m, drawn with hardly rounded corners."""
    return ((-reach, top), (reach, top), (reach, bottom), (-reach, bottom))


def profile(*rows: tuple[float, float, float]) -> tuple[Point, ...]:
    """An outline from rows of (distance down, reach forward, reach backward), m."""
    front = [(forward, down) for down, forward, _ in rows]
    back = [(-backward, down) for down, _, backward in reversed(rows)]
    return (*front, *back)


HEAD = Design(
    outline=(
        (0.065, 0.05), (0.062, -0.05), (0.08, -0.085), (0.132, -0.083), (0.146, -0.10), (0.146, -0.125),
        (0.143, -0.133), (0.153, -0.142), (0.150, -0.158), (0.176, -0.164), (0.170, -0.178), (0.148, -0.208),
        (0.150, -0.230), (0.142, -0.27), (0.11, -0.315), (0.045, -0.332), (-0.03, -0.318), (-0.064, -0.26),
        (-0.066, -0.20), (-0.045, -0.14), (-0.045, -0.09), (-0.055, -0.02), (-0.08, 0.05),
    ),
    paints=(
        Paint(SKIN),
        Paint(HAIR, ((0.146, -0.262), (0.118, -0.33), (0.045, -0.345), (-0.04, -0.33), (-0.09, -0.26), (-0.08, -0.18),
                     (-0.05, -0.12), (-0.01, -0.125), (0.018, -0.17), (0.028, -0.225), (0.065, -0.225), (0.07, -0.19),
                     (0.085, -0.19), (0.088, -0.245))),
        Paint((186, 130, 102), ((0.03, -0.215), (0.06, -0.215), (0.064, -0.185), (0.05, -0.155), (0.035, -0.165))),
        Paint(EYE_WHITE, ((0.116, -0.214), (0.138, -0.215), (0.138, -0.204), (0.120, -0.204))),
        Paint(PUPIL, ((0.126, -0.216), (0.136, -0.216), (0.136, -0.203), (0.126, -0.203))),
        Paint(HAIR, ((0.108, -0.229), (0.146, -0.232), (0.146, -0.226), (0.108, -0.224))),
        Paint(LIP, ((0.122, -0.136), (0.16, -0.140), (0.16, -0.128), (0.122, -0.130))),
        Paint((188, 134, 106), ((0.142, -0.167), (0.158, -0.167), (0.158, -0.160), (0.142, -0.160))),
    ),
    grain=0.03,
)  # fmt: skip

TORSO = Design(
    outline=profile(
        (-0.02, 0.035, 0.06), (0.02, 0.07, 0.10), (0.08, 0.115, 0.125), (0.16, 0.135, 0.125), (0.26, 0.118, 0.105),
        (0.36, 0.105, 0.085), (0.45, 0.108, 0.10), (0.53, 0.105, 0.13),
    ),
    paints=(
        Paint(SHIRT),
        Paint(SHIRT_BAND, ((-0.16, 0.215), (0.16, 0.195), (0.16, 0.235), (-0.16, 0.255))),
        Paint((28, 92, 142), ((-0.02, 0.26), (0.0, 0.26), (0.012, 0.56), (-0.03, 0.56))),
    ),
    limb=True,
    grain=0.045,
    grain_size_m=0.012,
    roundness_m=0.10,
)  # fmt: skip

PELVIS = Design(
    outline=profile(
        (0.40, 0.095, 0.09), (0.46, 0.105, 0.125), (0.52, 0.10, 0.14), (0.58, 0.09, 0.125), (0.63, 0.06, 0.08)
    ),
    paints=(Paint(SHORTS),),
    roundness_m=0.10,
)

THIGH = Design(
    outline=profile(
        (-0.06, 0.06, 0.06), (0.0, 0.088, 0.095), (0.12, 0.092, 0.088), (0.25, 0.080, 0.075), (0.36, 0.064, 0.062),
        (0.43, 0.058, 0.052), (0.475, 0.045, 0.035),
    ),
    paints=(Paint(SKIN),),
    limb=True,
    grain=0.015,
)  # fmt: skip

SHORTS_LEG = Design(
    outline=profile(
        (-0.10, 0.05, 0.06), (-0.04, 0.095, 0.115), (0.06, 0.106, 0.112), (0.16, 0.104, 0.102), (0.235, 0.10, 0.098),
        (0.245, 0.098, 0.096),
    ),
    paints=(Paint(SHORTS), Paint(SHORTS_BAND, band(0.215, 0.24))),
    limb=True,
    grain=0.06,
    grain_size_m=0.012,
)  # fmt: skip

SHANK = Design(
    outline=profile(
        (-0.05, 0.035, 0.035), (0.0, 0.058, 0.050), (0.06, 0.052, 0.064), (0.13, 0.047, 0.076), (0.21, 0.042, 0.064),
        (0.30, 0.035, 0.043), (0.38, 0.032, 0.034), (0.43, 0.034, 0.040), (0.46, 0.03, 0.035),
    ),
    paints=(Paint(SKIN), Paint(SOCK, band(0.345, 0.60))),
    limb=True,
    grain=0.015,
)  # fmt: skip

SHOE_REAR = Design(
    outline=(
        (-0.048, 0.086), (-0.070, 0.074), (-0.074, 0.035), (-0.062, -0.008), (-0.040, -0.018), (0.0, -0.002),
        (0.036, -0.012), (0.058, -0.004), (0.105, 0.030), (0.145, 0.044), (0.162, 0.050), (0.162, 0.086),
    ),
    paints=(
        Paint(SHOE),
        Paint(SHOE_BAND, ((0.01, 0.075), (0.045, 0.005), (0.065, 0.012), (0.035, 0.075))),
        Paint(SOLE, ((-0.12, 0.054), (0.05, 0.062), (0.20, 0.066), (0.20, 0.12), (-0.12, 0.12))),
    ),
    grain=0.04,
    roundness_m=0.03,
)  # fmt: skip

SHOE_TOE = Design(
    outline=(
        (-0.035, 0.001), (-0.035, -0.040), (0.0, -0.042), (0.045, -0.036), (0.078, -0.024), (0.092, -0.008),
        (0.074, 0.001),
    ),
    paints=(Paint(SHOE), Paint(SOLE, ((-0.12, -0.020), (0.04, -0.019), (0.12, -0.016), (0.12, 0.06), (-0.12, 0.06)))),
    grain=0.04,
    roundness_m=0.03,
)  # fmt: skip

UPPER_ARM = Design(
    outline=profile(
        (-0.055, 0.03, 0.03), (-0.03, 0.055, 0.055), (0.04, 0.062, 0.060), (0.14, 0.052, 0.050), (0.24, 0.044, 0.043),
        (0.30, 0.041, 0.044), (0.335, 0.03, 0.03),
    ),
    paints=(Paint(SKIN), Paint(SHIRT, band(-0.2, 0.15)), Paint(SHIRT_BAND, band(0.135, 0.15))),
    limb=True,
    grain=0.04,
)  # fmt: skip

FOREARM = Design(
    outline=profile(
        (-0.04, 0.025, 0.025), (0.0, 0.042, 0.042), (0.07, 0.046, 0.042), (0.16, 0.036, 0.034), (0.24, 0.027, 0.027),
        (0.265, 0.034, 0.034), (0.31, 0.046, 0.038), (0.35, 0.044, 0.03), (0.365, 0.02, 0.015),
    ),
    paints=(
        Paint(SKIN),
        Paint((38, 38, 42), band(0.215, 0.238)),
        Paint((168, 118, 92), ((0.012, 0.285), (0.046, 0.318), (0.040, 0.326), (0.006, 0.294))),
    ),
    limb=True,
    grain=0.015,
)  # fmt: skip
