"""ONNX pooling nodes as ONNX means them, run by cypool."""

import importlib

import cypool
import numpy as np

MODULES = {"maxpool": "MaxPool", "averagepool": "AveragePool", "lppool": "LpPool", "maxunpool": "MaxUnpool"}
MODULES |= {"globalmaxpool": "GlobalMaxPool", "globalaveragepool": "GlobalAveragePool"}


def node_tests():
    """Every pooling node test of the onnx package: (name, node, inputs, outputs)."""
    for file, operator in MODULES.items():
        module = importlib.import_module(f"onnx.backend.test.case.node.{file}")
        found = []
        kept, module.expect = module.expect, lambda node, inputs, outputs, name, found=found, **_: found.append((name, node, inputs, outputs))
        try:
            for test in dir(getattr(module, operator)):
                if test.startswith("export"):
                    getattr(getattr(module, operator), test)()
        finally:
            module.expect = kept
        yield from found


def attributes(node):
    import onnx

    return {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}


def geometry(given, shape):
    """Arguments of a cypool call from ONNX attributes: strides default to 1, pads list all begins before all ends."""
    kernel = given["kernel_shape"]
    n = len(kernel)
    auto = given.get("auto_pad", b"NOTSET").decode()
    pads = given.get("pads", [0] * 2 * n)
    padding = {
        "NOTSET": list(zip(pads[:n], pads[n:], strict=True)),
        "VALID": "valid",
        "SAME_UPPER": "same",
        "SAME_LOWER": "same_lower",
    }[auto]
    return {
        "kernel_size": kernel,
        "stride": given.get("strides", [1] * n),
        "padding": padding,
        "dilation": given.get("dilations", [1] * n),
        "axes": tuple(range(2, len(shape))),
        "ceil_mode": bool(given.get("ceil_mode", 0)),
    }


def unpool(arguments, y, indices, output_shape=None):
    """Indices count in the tensor that was pooled; a larger output_shape has that tensor in its first corner."""
    k, s, padding, axes = (arguments[name] for name in ("kernel_size", "stride", "padding", "axes"))
    sizes = [(y.shape[axis] - 1) * s[i] + k[i] - sum(padding[i]) for i, axis in enumerate(axes)]
    shape = (*y.shape[:2], *sizes)
    output_shape = shape if output_shape is None else tuple(map(int, output_shape))
    cells = np.unravel_index(cypool.onnx_to_plane(indices, shape, axes=axes), sizes)
    in_plane = np.ravel_multi_index(cells, output_shape[2:])
    return cypool.max_unpool(y, in_plane, k, s, padding, output_shape=output_shape, axes=axes)


def run(node, inputs):
    """The outputs of a node."""
    given, x = attributes(node), inputs[0]
    spatial = tuple(range(2, x.ndim))
    match node.op_type:
        case "MaxPool":
            arguments = geometry(given, x.shape)
            if len(node.output) == 1:
                return [cypool.max_pool(x, **arguments)]
            values, indices = cypool.max_pool(x, return_indices=True, **arguments)
            return [values, cypool.plane_to_onnx(indices, x.shape, axes=spatial, storage_order=given.get("storage_order", 0))]
        case "AveragePool":
            return [cypool.avg_pool(x, count_include_pad=bool(given.get("count_include_pad", 0)), **geometry(given, x.shape))]
        case "LpPool":
            return [cypool.lp_pool(x, p=given.get("p", 2), **geometry(given, x.shape))]
        case "MaxUnpool":
            return [unpool(geometry(given, x.shape), *inputs)]
        case "GlobalMaxPool":
            return [cypool.global_max_pool(x, axes=spatial, keepdims=True)]
        case "GlobalAveragePool":
            return [cypool.global_avg_pool(x, axes=spatial, keepdims=True)]
    raise NotImplementedError(node.op_type)
