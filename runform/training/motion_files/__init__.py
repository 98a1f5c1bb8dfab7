"""Readers of motion-capture files, and joint centres from what they hold.

Every reader gives a `MarkerMotion` (places, metres, y up) or a `ChannelTable` (anything else over time), and names file
and line where a file is damaged.
"""
