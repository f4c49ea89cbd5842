"""Properties inside a file that WhatsApp minds beyond its type: colours of pictures, codec of sound."""

import struct
from typing import IO

from whatsapp.media.sniffing import Sniffed

#: Start-of-frame markers of JPEG; C4, C8 and CC stand for something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def unsuitable(shown: Sniffed, file: IO[bytes], *, voice: bool) -> str:
    """Why WhatsApp would refuse the inside of this file, with the mend; empty where it would not."""
    if shown.mime == "image/png" and _png_depth(file) == 16:
        return "WhatsApp takes pictures with 8 bits per colour; this PNG has 16. Save it as an 8-bit PNG or a JPEG."
    if shown.mime == "image/jpeg" and _jpeg_components(file) == 4:
        return "WhatsApp takes pictures in RGB; this JPEG is in CMYK, for print. Save it in RGB."
    if shown.mime == "audio/ogg" and shown.opus_channels != 1:
        how = "in stereo" if shown.opus_channels else "not in Opus"
        return f"WhatsApp takes Ogg sound in Opus with one channel; this is {how}. Save it as mono Opus or as MP3."
    if voice and shown.mime != "audio/ogg":
        return f"A voice message is Ogg sound in Opus; this is {shown.mime}. Send it as a plain audio file instead."
    return ""


def _png_depth(file: IO[bytes]) -> int:
    """Bits per channel, out of the header chunk that every PNG begins with."""
    file.seek(24)
    return (file.read(1) or b"\0")[0]


def _jpeg_components(file: IO[bytes]) -> int:
    """How many colours a pixel has: the segments are walked to the frame header. 0 where there is none."""
    position = 2
    while True:
        file.seek(position)
        segment = file.read(10)
        if len(segment) < 10 or segment[0] != 0xFF:
            return 0
        if segment[1] in _FRAMES:
            return segment[9]
        position += 2 + struct.unpack(">H", segment[2:4])[0]
