"""A network in YuNet's shape, as OpenCV's FaceDetectorYN takes it: it finds faces where all is red.

Written as ONNX by hand, since nothing here has a library for that: an ONNX file is a message of
protocol buffers, of which it takes a few fields.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

_STRIDES = (8, 16, 32)  # pixels of a cell on a side, one grid of cells each
#: Only the coarsest grid finds any.
_FINDING = 32
#: How large a face is, in pixels.
SIDE = 128
# Where eyes, nose and corners of the mouth are in an aligned face of 512 pixels.
_FACE = ((193, 240), (319, 240), (257, 314), (201, 371), (313, 371))
_BYTES, _NUMBER = 2, 0  # how a field is written
_FLOAT32 = 1
_INTS = 7  # the kind of an attribute: whole numbers


def write_small_detector(path: Path) -> Path:
    """Write a file like face_detection_yunet.onnx."""
    nodes: list[bytes] = []
    tensors: list[bytes] = []
    outputs: list[bytes] = []
    for stride in _STRIDES:
        finds = stride == _FINDING
        red = np.zeros((1, 3, stride, stride), np.float32)
        red[0, :] = np.array([-1, -1, 1], np.float32)[:, None, None]  # blue, green, red
        red /= 255 * stride**2
        box = [0.5, 0.5, math.log(SIDE / stride), math.log(SIDE / stride)]
        middle = (stride - SIDE) / 2
        marks = [(place * SIDE / 512 + middle) / stride for mark in _FACE for place in mark]
        heads: dict[str, tuple[npt.NDArray[np.float32], Sequence[float]]] = {
            "cls": (red * finds, [0.0]),
            "obj": (red * finds, [0.0]),
            "bbox": (np.zeros((4, 3, stride, stride), np.float32), box),
            "kps": (np.zeros((10, 3, stride, stride), np.float32), marks),
        }
        for head, (weights, bias) in heads.items():
            name = f"{head}_{stride}"
            tensors += [
                _tensor(f"{name}.w", weights),
                _tensor(f"{name}.b", np.array(bias, np.float32)),
            ]
            nodes += _head(name, stride)
            outputs.append(_value(name, (1, -1, -1, weights.shape[0])))
    graph = [
        *(_field(1, node) for node in nodes),
        _field(2, b"detector"),
        *(_field(5, tensor) for tensor in tensors),
        _field(11, _value("input", (1, 3, -1, -1))),
        *(_field(12, output) for output in outputs),
    ]
    model = [_number(1, 8), _field(7, b"".join(graph)), _field(8, _number(2, 13))]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(model))
    return path


def _head(name: str, stride: int) -> list[bytes]:
    """A convolution over each cell, and its channels put last."""
    sides = {"kernel_shape": (stride, stride), "strides": (stride, stride)}
    inputs = ("input", f"{name}.w", f"{name}.b")
    return [
        _node("Conv", inputs, f"{name}.conv", sides),
        _node("Transpose", (f"{name}.conv",), name, {"perm": (0, 2, 3, 1)}),
    ]


def _node(
    operator: str, inputs: Iterable[str], output: str, attributes: Mapping[str, Sequence[int]]
) -> bytes:
    fields = [_field(1, each.encode()) for each in inputs]
    fields += [_field(2, output.encode()), _field(3, output.encode()), _field(4, operator.encode())]
    for name, values in attributes.items():
        numbers = b"".join(_number(8, value) for value in values)
        fields.append(_field(5, _field(1, name.encode()) + numbers + _number(20, _INTS)))
    return b"".join(fields)


def _tensor(name: str, values: npt.NDArray[np.float32]) -> bytes:
    shape = b"".join(_number(1, length) for length in values.shape)
    raw = values.astype("<f4").tobytes()
    return shape + _number(2, _FLOAT32) + _field(8, name.encode()) + _field(9, raw)


def _value(name: str, shape: Iterable[int]) -> bytes:
    """An input or output; -1 stands for a length that is open."""
    lengths = [_number(1, each) if each > 0 else _field(2, b"n") for each in shape]
    tensor = _number(1, _FLOAT32) + _field(2, b"".join(_field(1, each) for each in lengths))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(data)) + data


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _NUMBER) + _varint(value)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
