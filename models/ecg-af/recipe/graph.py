"""One ONNX file: baseline, scale, the network (batch normalisation folded into the convolutions) and the calibration."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from calibration import Calibration
from network import BASELINE_TAPS, CLASS_COUNT, LIMIT, SCALE_FLOOR_MV, Network

OPSET, IR_VERSION = 17, 9


@dataclass
class Builder:
    nodes: list = field(default_factory=list)
    constants: dict = field(default_factory=dict)

    def constant(self, name: str, value) -> str:
        self.constants[name] = np.asarray(value)
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], output, **attributes))
        return output

    def convolution(self, name: str, x: str, layer: nn.Conv1d, norm: nn.BatchNorm1d | None) -> str:
        weight, bias = folded(layer, norm)
        inputs = [x, self.constant(f"{name}_weight", weight), self.constant(f"{name}_bias", bias)]
        reach = layer.padding[0]
        return self.add(
            "Conv",
            inputs,
            name,
            dilations=[layer.dilation[0]],
            kernel_shape=[layer.kernel_size[0]],
            pads=[reach, reach],
            strides=[layer.stride[0]],
        )


def folded(layer: nn.Conv1d, norm: nn.BatchNorm1d | None) -> tuple[np.ndarray, np.ndarray]:
    """Weight and bias of a convolution and the batch normalisation after it, computed in float64."""
    weight = layer.weight.detach().double()
    bias = torch.zeros(weight.shape[0], dtype=torch.float64) if layer.bias is None else layer.bias.detach().double()
    if norm is not None:
        gain = norm.weight.detach().double() / torch.sqrt(norm.running_var.double() + norm.eps)
        weight = weight * gain[:, None, None]
        bias = (bias - norm.running_mean.double()) * gain + norm.bias.detach().double()
    return weight.float().numpy(), bias.float().numpy()


def normalised(graph: Builder, network: Network) -> str:
    half = BASELINE_TAPS // 2
    signal = graph.add("Unsqueeze", ["millivolts", graph.constant("channel_axis", np.array([1], np.int64))], "signal")
    pads = graph.constant("baseline_pads", np.array([0, 0, half, 0, 0, half], np.int64))
    padded = graph.add("Pad", [signal, pads], "padded", mode="edge")
    kernel = graph.constant("baseline_kernel", network.kernel.numpy())
    baseline = graph.add("Conv", [padded, kernel], "baseline", kernel_shape=[BASELINE_TAPS])
    centred = graph.add("Sub", [signal, baseline], "centred")
    size = graph.add("ReduceMean", [graph.add("Abs", [centred], "size")], "mean_size", axes=[2], keepdims=1)
    scale = graph.add("Add", [size, graph.constant("scale_floor", np.float32(SCALE_FLOOR_MV))], "scale")
    scaled = graph.add("Div", [centred, scale], "scaled")
    limits = [graph.constant("lowest", np.float32(-LIMIT)), graph.constant("highest", np.float32(LIMIT))]
    return graph.add("Clip", [scaled, *limits], "normalised")


def features(graph: Builder, network: Network, x: str) -> str:
    for number, step in enumerate(network.stem, 1):
        x = graph.add("Relu", [graph.convolution(f"stem{number}", x, step.convolution, step.norm)], f"stem{number}_out")
    for number, block in enumerate(network.blocks, 1):
        name = f"block{number}"
        y = graph.add("Relu", [graph.convolution(f"{name}_first", x, block.first, block.first_norm)], f"{name}_middle")
        y = graph.convolution(f"{name}_second", y, block.second, block.second_norm)
        if block.shortcut is not None:
            x = graph.convolution(f"{name}_shortcut", x, block.shortcut, block.shortcut_norm)
        x = graph.add("Relu", [graph.add("Add", [y, x], f"{name}_sum")], f"{name}_out")
    return x


def pooled(graph: Builder, network: Network, x: str) -> str:
    attention = graph.add("Softmax", [graph.convolution("attention", x, network.attention, None)], "attention_share", axis=2)
    axis = graph.constant("time_axis", np.array([2], np.int64))
    attended = graph.add("ReduceSum", [graph.add("Mul", [attention, x], "attended_frames"), axis], "attended", keepdims=0)
    mean = graph.add("ReduceMean", [x], "mean", axes=[2], keepdims=0)
    largest = graph.add("ReduceMax", [x], "largest", axes=[2], keepdims=0)
    return graph.add("Concat", [mean, largest, attended], "pooled", axis=1)


def write_graph(path: Path, network: Network, calibration: Calibration) -> None:
    """Writes the model; nothing in the file depends on the clock or the machine."""
    network.eval()
    graph = Builder()
    pool = pooled(graph, network, features(graph, network, normalised(graph, network)))
    weight = network.last.weight.detach().double().numpy() / calibration.temperature
    bias = network.last.bias.detach().double().numpy() / calibration.temperature + calibration.shift
    layer = [graph.constant("last_weight", weight.astype(np.float32)), graph.constant("last_bias", bias.astype(np.float32))]
    graph.add("Gemm", [pool, *layer], "logits", transB=1)
    mean = graph.add("ReduceMean", ["logits"], "mean_logits", axes=[0], keepdims=0)
    graph.add("Softmax", [mean], "probabilities", axis=0)
    held = helper.make_graph(
        graph.nodes,
        "ecg-af",
        [helper.make_tensor_value_info("millivolts", TensorProto.FLOAT, ["windows", "samples"])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["windows", CLASS_COUNT]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [CLASS_COUNT]),
        ],
        [numpy_helper.from_array(value, name) for name, value in graph.constants.items()],
    )
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(held, opset_imports=opset, ir_version=IR_VERSION, producer_name="tricuspid")
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
