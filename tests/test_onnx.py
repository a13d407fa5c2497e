"""Do ONNX's own node tests for pooling pass, run as ONNX means them?"""

import numpy as np
import onnx_adapter
import pytest

NODE_TESTS = list(onnx_adapter.node_tests())
FOUR_DIGITS = {"test_averagepool_2d_ceil_last_window_starts_on_pad"}  # its result is written down so


@pytest.mark.parametrize(("name", "node", "inputs", "outputs"), NODE_TESTS, ids=[test[0] for test in NODE_TESTS])
def test_node(name, node, inputs, outputs):
    got = onnx_adapter.run(node, inputs)
    assert len(got) == len(outputs)
    for result, want in zip(got, outputs, strict=True):
        assert result.dtype == want.dtype
        assert result.shape == want.shape
        if node.op_type in ("MaxPool", "MaxUnpool", "GlobalMaxPool"):
            assert np.array_equal(result, want)
        else:
            np.testing.assert_allclose(result, want, rtol=1e-6, atol=6e-5 if name in FOUR_DIGITS else 1e-7)


def test_every_operator_has_node_tests():
    operators = {test[1].op_type for test in NODE_TESTS}
    assert operators == {"MaxPool", "AveragePool", "LpPool", "MaxUnpool", "GlobalMaxPool", "GlobalAveragePool"}
    assert len(NODE_TESTS) >= 53
