"""Pixels to PNG, with the recipe and the mark that says a machine made it."""

import io
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from generation.recipe import a1111_line, canonical

#: What the IPTC calls a picture that a trained model made.
#: https://cv.iptc.org/newscodes/digitalsourcetype/
DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about=""'
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    f' Iptc4xmpExt:DigitalSourceType="{DIGITAL_SOURCE_TYPE}"'
    ' xmp:CreatorTool="Easel"/>'
    "</rdf:RDF></x:xmpmeta>"
    '<?xpacket end="r"?>'
)


def encode(image: Image.Image, recipe: Mapping[str, Any]) -> bytes:
    """An RGB image as PNG. The same pixels and recipe give the same bytes."""
    chunks = PngInfo()
    chunks.add_text("Software", "Easel")
    chunks.add_text("parameters", a1111_line(recipe))
    chunks.add_text("easel", canonical(recipe))
    chunks.add_itxt("XML:com.adobe.xmp", XMP)
    buffer = io.BytesIO()
    # In the filtered rows of painted pictures hardly anything repeats but runs. Looking for runs
    # alone takes a fraction of the time that the usual levels take, and the file is no larger.
    image.save(buffer, "PNG", pnginfo=chunks, compress_type=zlib.Z_RLE)
    return buffer.getvalue()
