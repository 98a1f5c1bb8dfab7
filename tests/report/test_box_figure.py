from __future__ import annotations

import base64

import cv2
import numpy as np

from runform.report.box_figure import box_figure
from tests.fixtures.clips import draw_frame


def test_the_picture_lies_upright_on_axes_in_px_of_the_clip() -> None:
    rgb = draw_frame(0)
    figure = box_figure(rgb, 640, 480, None, tallest=420)
    assert tuple(figure.layout.xaxis.range) == (0, 640)
    assert tuple(figure.layout.yaxis.range) == (480, 0)
    image = figure.layout.images[0]
    assert (image.x, image.y, image.sizex, image.sizey) == (0, 0, 640, 480)
    kind, data = image.source.split(",", 1)
    assert kind == "data:image/jpeg;base64"
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape == rgb.shape
    assert np.abs(cv2.cvtColor(shown, cv2.COLOR_BGR2RGB).astype(float) - rgb).mean() < 8
    assert figure.layout.dragmode == "select"
    assert not figure.layout.shapes


def test_the_box_is_drawn_where_its_numbers_say() -> None:
    figure = box_figure(draw_frame(0), 640, 480, (10, 20, 100, 200), tallest=420)
    assert {(s.x0, s.y0, s.x1, s.y1) for s in figure.layout.shapes} == {(10, 20, 110, 220)}
