"""Phones', cameras' and browsers' codecs are read with their times and colours."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.codec import UnknownCodecError

from runform.video.read import probe, read_frames
from tests.fixtures.clips import Coding, draw_frame, write_clip

TIMES_S = [i / 30 for i in range(12)]
QUIET = {"x265-params": "log-level=none"}
HLG = {"x265-params": "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"}
PQ = {"x265-params": "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"}
CODINGS = {
    "h264_10_bit.mp4": ("h264", Coding(pix_fmt="yuv420p10le")),
    "h264_422.mov": ("h264", Coding(pix_fmt="yuv422p")),
    "h264_interlaced.mp4": ("h264", Coding(options={"x264-params": "interlaced=1:tff=1"})),
    "h264_interlaced.ts": ("h264", Coding(options={"x264-params": "interlaced=1:tff=1"})),
    "hevc_hev1.mp4": ("hevc", Coding("libx265", options=QUIET)),
    "hevc_hvc1.mov": ("hevc", Coding("libx265", options=QUIET, tag="hvc1")),
    "hevc_10_bit.mp4": ("hevc", Coding("libx265", "yuv420p10le", options=QUIET)),
    "hevc_hlg.mov": ("hevc", Coding("libx265", "yuv420p10le", options=HLG, colorspace=9)),
    "hevc_pq.mov": ("hevc", Coding("libx265", "yuv420p10le", options=PQ, colorspace=9)),
    "vp8.webm": ("vp8", Coding("libvpx")),
    "vp9.webm": ("vp9", Coding("libvpx-vp9")),
    "vp9.mp4": ("vp9", Coding("libvpx-vp9")),
    "av1.mp4": ("libdav1d", Coding("libsvtav1", options={"svtav1-params": "preset=12"})),
    "av1_10_bit.mp4": ("libdav1d", Coding("libsvtav1", "yuv420p10le", options={"svtav1-params": "preset=12"})),
    "mpeg4.mp4": ("mpeg4", Coding("mpeg4", clock=30_000)),
    "h264_b_frames.avi": ("h264", Coding(clock=30, options={"bf": "3"})),
    "mpeg4_b_frames.avi": ("mpeg4", Coding("mpeg4", clock=30, options={"bf": "2"})),
    "mpeg2.ts": ("mpeg2video", Coding("mpeg2video", clock=30)),
    "mjpeg.mov": ("mjpeg", Coding("mjpeg", "yuvj420p", full_range=True)),
    "mjpeg.avi": ("mjpeg", Coding("mjpeg", "yuvj422p", clock=30, full_range=True)),
    "prores.mov": ("prores", Coding("prores_ks", "yuv422p10le")),
    "dnxhr.mov": ("dnxhd", Coding("dnxhd", "yuv422p", size=(256, 128), options={"profile": "dnxhr_lb"})),
}
"""File name -> the decoder's name and how it is coded."""


def require_codec(name: str) -> None:
    """Skip where PyAV was built without it."""
    try:
        av.Codec(name, "w")
    except UnknownCodecError:
        pytest.skip(f"this build of PyAV has no encoder {name} to make the clip with")


@pytest.mark.parametrize("name", CODINGS)
def test_codecs_keep_times_and_colours(tmp_path: Path, name: str) -> None:
    decoder, coding = CODINGS[name]
    require_codec(coding.codec)
    clip = write_clip(tmp_path / name, TIMES_S, coding=coding)
    info, frames = probe(clip), list(read_frames(clip))
    assert info.codec == decoder
    assert (info.width, info.height) == coding.size
    assert info.frames == len(frames) == len(TIMES_S)
    assert info.frame_rate == pytest.approx(30, abs=0.1)
    np.testing.assert_allclose([frame.time_s for frame in frames], TIMES_S, atol=0.001)
    for frame in (frames[0], frames[-1]):
        assert np.abs(frame.rgb.astype(float) - draw_frame(frame.index, *coding.size)).mean() < 14
