#!/usr/bin/env python3
"""The work of the `trueup bench` rows refiner_*, in PyTorch or ONNX Runtime on the processor.

bench/peers/refiner.py pytorch|onnxruntime ROW [--threads 2] [--repeats 11]

Needs torch; ONNX Runtime also onnx. Prints one JSON line with the seconds of each repetition: of a step (4096
rows, with one thread and with --threads), or of one row (one thread), one a call or 4096 a call divided by
4096. Of several forms the fastest is reported, by name; a first repetition is not counted.
"""

import argparse
import json
import statistics
import time
import warnings

import numpy as np
import torch
from check import batches as golden_batches
from check import fastest, golden, load_parameters, require_same

BATCH = 4096
SECONDS_OF_ROWS = 0.1
SHAPES = {"refiner_2x64": (2, 1, 64, 2), "refiner_5x512": (6, 3, 512, 5)}


class Refiner(torch.nn.Module):
    """Residual blocks h + W2 act(W1 h + b1) + b2, and the inputs added to the outputs."""

    def __init__(self, inputs, outputs, width, blocks):
        super().__init__()
        linear = torch.nn.Linear
        self.first = linear(inputs, width)
        self.blocks = torch.nn.ModuleList(
            torch.nn.ModuleList([linear(width, width), linear(width, width)]) for _ in range(blocks)
        )
        self.last = linear(width, outputs)
        self.outputs = outputs

    def forward(self, x):
        act = torch.nn.functional.leaky_relu
        h = act(self.first(x), 0.01)
        for one, two in self.blocks:
            h = h + two(act(one(h), 0.01))
        return self.last(h) + x[:, : self.outputs]


def step(network, adam, x, t):
    """The loss is summed over the outputs."""
    adam.zero_grad(set_to_none=True)
    loss = torch.nn.functional.mse_loss(network(x), t, reduction="sum") / len(x)
    loss.backward()
    adam.step()
    return loss


def adam_for(network, rate):
    return torch.optim.Adam(network.parameters(), lr=rate, eps=1e-7, fused=True)


def golden_network():
    """A small network with its golden curve, and its rows."""
    file, curve = golden("network_residual_mse")
    shape = file["network"]
    network = Refiner(shape["inputs"], shape["outputs"], shape["hidden"][0], shape["residual_blocks"])
    x = torch.tensor(file["inputs"]).view(-1, shape["inputs"])
    return network, file, curve, x


def check_step():
    network, file, curve, x = golden_network()
    load_parameters(network, file["initial_parameters"])
    t = torch.tensor(file["targets"]).view(len(x), -1)
    adam = adam_for(network, 1e-3)
    cuts = golden_batches(len(x), curve["batch_size"], len(curve["losses"]))
    losses = [step(network, adam, x[begin:end], t[begin:end]).item() for begin, end in cuts]
    return require_same("step", losses, curve["losses"])


def check_outputs(peer, batch):
    """Each form of a peer on the golden network."""
    network, _, curve, x = golden_network()
    load_parameters(network, curve["final_parameters"])
    rows = len(curve["final_outputs"]) // network.outputs
    inputs = x[:rows].numpy()
    pieces, errors = [inputs] if batch else np.split(inputs, rows), []
    for name, call in FORMS[peer](network, len(pieces[0])).items():
        values = np.concatenate([np.asarray(call(piece)) for piece in pieces]).ravel()
        errors.append(require_same(name, values, curve["final_outputs"]))
    return max(errors)


def pytorch_forms(network, rows):
    """Calls that take (rows, inputs) and give (rows, outputs)."""
    example = torch.zeros(rows, network.first.in_features)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated, and for one row faster than torch.compile
        traced = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network.eval(), example)))

    def call_of(module):
        @torch.inference_mode()
        def call(x):
            return module(torch.from_numpy(x))

        return call

    forms = {"inference mode": call_of(network), "traced and frozen": call_of(traced)}
    if rows > 1:  # for one row its checks before each call take longer than what it saves
        forms["compiled"] = call_of(torch.compile(network))
    return forms


def onnx_file(nodes, constants, inputs, outputs):
    """A graph from x (N, inputs) to z (N, outputs), as a file's bytes."""
    import onnx
    from onnx import TensorProto, helper

    types = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", width])
        for name, width in [("x", inputs), ("z", outputs)]
    ]
    graph = helper.make_graph(nodes, "refiner", types[:1], types[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def onnx_network(network):
    """The same network; LeakyRelu and Gemm are left to ONNX Runtime to fuse."""
    from onnx import helper, numpy_helper

    nodes, constants = [], []

    def constant(value, name):
        constants.append(numpy_helper.from_array(value, name))
        return name

    def add(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def dense(layer, x, name):
        weight = constant(layer.weight.detach().numpy(), f"{name}_w")
        bias = constant(layer.bias.detach().numpy(), f"{name}_b")
        return add("Gemm", [x, weight, bias], name, transB=1)

    def active(x):
        return add("LeakyRelu", [x], f"{x}_act", alpha=0.01)

    h = active(dense(network.first, "x", "first"))
    for b, (one, two) in enumerate(network.blocks):
        h = add("Add", [h, dense(two, active(dense(one, h, f"{b}_one")), f"{b}_two")], f"{b}_out")
    ends = [
        constant(np.array([value]), name)
        for name, value in [("from", 0), ("to", network.outputs), ("axis", 1)]
    ]
    add("Add", [dense(network.last, h, "last"), add("Slice", ["x", *ends], "added")], "z")
    return onnx_file(nodes, constants, network.first.in_features, network.outputs)


def onnx_call(file):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return lambda x: session.run(None, {"x": x})[0]


def onnx_call_overhead(rows):
    """Seconds of a call from Python to a graph that only copies a row."""
    from onnx import helper

    width = rows[0].shape[1]
    call = onnx_call(onnx_file([helper.make_node("Identity", ["x"], ["z"])], [], width, width))
    return statistics.median(seconds_of_rows(call, rows) for _ in range(5))


def onnxruntime_forms(network, _):
    return {"session.run": onnx_call(onnx_network(network))}


FORMS = {"pytorch": pytorch_forms, "onnxruntime": onnxruntime_forms}


def seconds_of_rows(call, rows):
    """Of one row, row after row."""
    calls, start = 0, time.perf_counter()
    while (now := time.perf_counter() - start) < SECONDS_OF_ROWS:
        for _ in range(16):
            call(rows[calls % len(rows)])
            calls += 1
    return now / calls


def seconds_of_batch(call, x):
    start = time.perf_counter()
    call(x)
    return (time.perf_counter() - start) / len(x)


def timed_inference(peer, shape, batch, repeats):
    torch.set_num_threads(1)
    x = np.random.default_rng(1).standard_normal((BATCH, shape[0]), dtype=np.float32)
    rows, seconds = np.split(x, BATCH), {}
    for name, call in FORMS[peer](Refiner(*shape), BATCH if batch else 1).items():
        runs = [
            seconds_of_batch(call, x) if batch else seconds_of_rows(call, rows) for _ in range(repeats + 1)
        ]
        seconds[name] = runs[1:]
    overhead = {"call_overhead": onnx_call_overhead(rows)} if peer == "onnxruntime" and not batch else {}
    return fastest(seconds) | overhead


def timed_step(shape, threads, repeats):
    x = torch.randn(BATCH, shape[0])
    t = x[:, : shape[1]] + 0.1 * torch.randn(BATCH, shape[1])
    seconds = {}
    for count in sorted({1, threads}):
        torch.set_num_threads(count)
        network = Refiner(*shape)
        adam = adam_for(network, 1e-5)
        runs = []
        for _ in range(repeats + 1):
            start = time.perf_counter()
            step(network, adam, x, t)
            runs.append(time.perf_counter() - start)
        seconds[f"{count} threads" if count > 1 else "1 thread"] = runs[1:]
    return fastest(seconds)


def version_of(peer):
    if peer == "pytorch":
        return torch.__version__
    import onnxruntime

    return onnxruntime.__version__


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=list(FORMS))
    parser.add_argument("row", choices=[f"{n}_{k}" for n in SHAPES for k in ("step", "row", "batch")])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=11)
    arguments = parser.parse_args()
    name, kind = arguments.row.rsplit("_", 1)
    torch.manual_seed(1)
    if kind == "step":
        if arguments.peer != "pytorch":
            parser.error("ONNX Runtime does not train here")
        error = check_step()
        result = timed_step(SHAPES[name], arguments.threads, arguments.repeats)
    else:
        error = check_outputs(arguments.peer, kind == "batch")
        result = timed_inference(arguments.peer, SHAPES[name], kind == "batch", arguments.repeats)
    print(json.dumps(result | {"version": version_of(arguments.peer), "check": error}))


if __name__ == "__main__":
    main()
