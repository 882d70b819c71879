"""One ONNX file: scaling, missing values, all networks, their average and the calibration."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from encoding import CLIP, CODE, IS_CODE, SOURCE
from measurements import FIELDS
from network import Networks
from settings import SEEDS

OPSET, IR_VERSION = 17, 9


def chosen_weights(networks: Networks, chosen: list[int]) -> dict[str, np.ndarray]:
    rows = np.array([setting * SEEDS + seed for setting in chosen for seed in range(SEEDS)])
    # The linear paths and intercepts of all networks average into one.
    averaged = {"linear": networks.linear[rows].mean(0), "bias": networks.bias[rows].mean().reshape(1)}
    names = ("first", "first_bias", "second", "second_bias", "last")
    return {**{name: getattr(networks, name)[rows] for name in names}, **averaged}


def constants(networks: Networks, chosen: list[int], order: list[str], slope: float, intercept: float) -> dict:
    positions = [order.index(FIELDS[field]) if FIELDS[field] in order else 0 for field in SOURCE]
    flags = [order.index(name) if name in order else 0 for name in FIELDS]
    return {
        **{name: value.astype(np.float32) for name, value in chosen_weights(networks, chosen).items()},
        "column_field": np.array(positions, dtype=np.int64),
        "flag_field": np.array(flags, dtype=np.int64),
        "is_code": IS_CODE,
        "code": CODE,
        "mean": networks.scaling.mean,
        "scale": networks.scaling.scale,
        "clip_low": np.float32(-CLIP),
        "clip_high": np.float32(CLIP),
        "zero": np.float32(0),
        "half": np.float32(0.5),
        "one": np.float32(1),
        "slope": np.float32(slope),
        "intercept": np.float32(intercept),
        "last_axis": np.array([-1], dtype=np.int64),
    }


NODES = [
    ("Greater", ["present", "half"], "is_present"),
    ("Where", ["is_present", "values", "zero"], "measured"),
    ("Where", ["is_present", "one", "zero"], "presence"),
    ("Gather", ["measured", "column_field"], "picked"),
    ("Gather", ["presence", "column_field"], "column_presence"),
    ("Gather", ["presence", "flag_field"], "flag_presence"),
    ("Equal", ["picked", "code"], "matches"),
    ("Where", ["matches", "one", "zero"], "indicator"),
    ("Where", ["is_code", "indicator", "picked"], "raw"),
    ("Sub", ["raw", "mean"], "centred"),
    ("Div", ["centred", "scale"], "scaled"),
    ("Clip", ["scaled", "clip_low", "clip_high"], "clipped"),
    ("Mul", ["clipped", "column_presence"], "columns"),
    ("Sub", ["one", "flag_presence"], "flags"),
    ("Concat", ["columns", "flags"], "inputs"),
    ("MatMul", ["inputs", "first"], "first_product"),
    ("Add", ["first_product", "first_bias"], "first_sum"),
    ("Tanh", ["first_sum"], "first_hidden"),
    ("MatMul", ["first_hidden", "second"], "second_product"),
    ("Add", ["second_product", "second_bias"], "second_sum"),
    ("Tanh", ["second_sum"], "second_hidden"),
    ("MatMul", ["second_hidden", "last"], "deep_logits"),
    ("ReduceMean", ["deep_logits"], "deep_logit"),
    ("MatMul", ["inputs", "linear"], "linear_logit"),
    ("Add", ["deep_logit", "linear_logit"], "both"),
    ("Add", ["both", "bias"], "logit_column"),
    ("Squeeze", ["logit_column", "last_axis"], "logit"),
    ("Mul", ["logit", "slope"], "sloped"),
    ("Add", ["sloped", "intercept"], "calibrated"),
    ("Sigmoid", ["calibrated"], "probability"),
]
ATTRIBUTES = {
    "Gather": {"axis": 1},
    "Concat": {"axis": 1},
    "ReduceMean": {"axes": [0], "keepdims": 0},
}


def write_graph(path: str, networks: Networks, chosen: list[int], order: list[str], slope: float, intercept: float) -> None:
    """Writes the model; nothing in the file depends on the clock or the machine."""
    held = constants(networks, chosen, order, slope, intercept)
    shape = ["n", len(order)]
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, [output], output, **ATTRIBUTES.get(kind, {})) for kind, inputs, output in NODES],
        "cad-measurements",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("values", "present")],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["n"])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in held.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="tricuspid")
    onnx.checker.check_model(model, full_check=True)
    with open(path, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))
