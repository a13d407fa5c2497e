"""The examples run, and what they claim is so."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def example(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda name: runpy.run_path(str(EXAMPLES / name))


def test_a_network_with_pooling_layers_learns_digits(example, capsys):
    right = example("digits.py")["main"]()
    assert right.keys() == {"MaxPool", "AvgPool"}
    assert min(right.values()) > 0.96
    out = capsys.readouterr().out
    assert all(f"{name}: {share:.1%} right" in out for name, share in right.items())


def test_the_network_goes_down_its_gradient(example):
    """Central differences through the whole network, pooling layers among them."""
    code = example("digits.py")
    rng = np.random.default_rng(3)
    x, want = rng.standard_normal((4, 8, 8, 1)), rng.standard_normal((4, 10))
    for pool in (code["MaxPool"], code["AvgPool"]):
        layers = code["network"](pool, rng)
        for layer in layers:
            if hasattr(layer, "weight"):
                layer.weight, layer.bias, layer.step = layer.weight.astype(float), layer.bias.astype(float), lambda *grads: None
        code["predict"](layers, x)
        grad = want
        for layer in reversed(layers):
            grad = layer.backward(grad)
        way = rng.standard_normal(x.shape) * 1e-6
        difference = np.vdot(want, code["predict"](layers, x + way) - code["predict"](layers, x - way)) / 2
        np.testing.assert_allclose(np.vdot(grad, way), difference, rtol=1e-5)


def test_pooling_makes_a_picture_less_sensitive_to_shifts(example, capsys):
    shares = example("shift_invariance.py")["main"]("figure.png")
    assert shares.keys() == {"max", "min", "avg", "L2"}
    for little, much in shares.values():
        assert len(little) == len(much) == 10
        assert 0.3 < little[0] < 0.4  # no pooling: a third of the pixels
        assert little[-1] < little[0] / 3  # 32 x 32
        assert all(a > b for a, b in zip(little, much, strict=True))
    assert shares["avg"][1][5] < shares["max"][1][5] / 3  # 8 x 8: means move little, maxima a lot
    assert shares["min"][0][5] < shares["avg"][0][5]  # but more of the means move at all
    assert "figure: figure.png" in capsys.readouterr().out
    with Image.open("figure.png") as picture:
        figure = np.asarray(picture.convert("RGB")).astype(int)
    assert figure.shape == (420, 1200, 3)
    for colour in ([0xD1, 0x49, 0x5B], [0x2E, 0x40, 0x57], [0x66, 0xA1, 0x82], [0xED, 0xAE, 0x49]):
        assert (abs(figure - colour) < 3).all(axis=2).sum() > 200
