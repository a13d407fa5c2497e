"""A convolutional network in plain NumPy, with cypool's layers for pooling, learns handwritten digits.

    python examples/digits.py

Two convolutions of 3 x 3, each followed by ReLU and by pooling over 2 x 2, then one linear layer. Activations are
channels last, (batch, height, width, channels), so the pooled axes are 1 and 2. It trains once with max and once with
average pooling, some seconds each on the 1,797 pictures of 8 x 8 that come with scikit-learn.
"""

import time

import cypool
import numpy as np
from sklearn.datasets import load_digits

AXES = (1, 2)


class MaxPool:
    """The largest of each window; its gradient goes to the cell that was the largest."""

    def forward(self, x):
        self.shape = x.shape
        y, self.indices = cypool.max_pool(x, 2, axes=AXES, return_indices="window")
        return y

    def backward(self, grad):
        return cypool.max_pool_backward(grad, self.indices, self.shape, 2, axes=AXES)


class AvgPool:
    """The mean of each window; its gradient goes to all cells alike."""

    def forward(self, x):
        self.shape = x.shape
        return cypool.avg_pool(x, 2, axes=AXES)

    def backward(self, grad):
        return cypool.avg_pool_backward(grad, self.shape, 2, axes=AXES)


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, grad):
        return grad.reshape(self.shape)


class Linear:
    """x @ weight + bias, learnt by Adam."""

    def __init__(self, rng, n_in, n_out):
        self.weight = rng.standard_normal((n_in, n_out), np.float32) * np.float32(np.sqrt(2 / n_in))
        self.bias = np.zeros(n_out, np.float32)
        self.moments = [np.zeros_like(p) for p in (self.weight, self.bias) for _ in range(2)]
        self.steps = 0

    def forward(self, x):
        self.x = x
        return x @ self.weight + self.bias

    def backward(self, grad):
        x, g = self.x.reshape(-1, self.x.shape[-1]), grad.reshape(-1, grad.shape[-1])
        back = grad @ self.weight.T
        self.step(x.T @ g, g.sum(axis=0))
        return back

    def step(self, *grads, rate=4e-3):
        self.steps += 1
        moments = iter(self.moments)
        for p, g, m, v in zip((self.weight, self.bias), grads, moments, moments, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= rate * (m / (1 - 0.9**self.steps)) / (np.sqrt(v / (1 - 0.999**self.steps)) + 1e-8)


class Conv(Linear):
    """A linear layer over the 3 x 3 neighbourhood of each cell."""

    def __init__(self, rng, n_in, n_out):
        super().__init__(rng, 9 * n_in, n_out)

    def forward(self, x):
        self.shape = x.shape
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        cells = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), AXES)  # (batch, height, width, channels, 3, 3)
        return super().forward(cells.reshape(*x.shape[:3], -1))

    def backward(self, grad):
        n, h, w, c = self.shape
        cells = super().backward(grad).reshape(n, h, w, c, 3, 3)
        padded = np.zeros((n, h + 2, w + 2, c), grad.dtype)
        for i, j in np.ndindex(3, 3):
            padded[:, i : i + h, j : j + w] += cells[..., i, j]
        return padded[:, 1:-1, 1:-1]


def network(pool, rng):
    return [Conv(rng, 1, 8), ReLU(), pool(), Conv(rng, 8, 16), ReLU(), pool(), Flatten(), Linear(rng, 2 * 2 * 16, 10)]


def predict(layers, x):
    for layer in layers:
        x = layer.forward(x)
    return x


def train(layers, x, labels, rng, epochs, batch=32):
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            mine = order[start : start + batch]
            scores = predict(layers, x[mine])
            grad = np.exp(scores - scores.max(axis=1, keepdims=True))  # of the cross-entropy: softmax - one-hot
            grad /= grad.sum(axis=1, keepdims=True)
            grad[np.arange(len(mine)), labels[mine]] -= 1
            grad /= np.float32(len(mine))
            for layer in reversed(layers):
                grad = layer.backward(grad)


def main(epochs=40):
    """Train both networks; return and print the share of unseen digits that each gets right."""
    digits = load_digits()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(digits.target))
    x, labels = digits.images[order, ..., None].astype(np.float32) / 16, digits.target[order]
    split = len(x) * 4 // 5
    print(f"{split} digits to learn from, {len(x) - split} to be tested on, {epochs} epochs")
    accuracies = {}
    for pool in (MaxPool, AvgPool):
        start = time.perf_counter()
        rng = np.random.default_rng(1)
        layers = network(pool, rng)
        train(layers, x[:split], labels[:split], rng, epochs)
        right = predict(layers, x[split:]).argmax(axis=1) == labels[split:]
        accuracies[pool.__name__] = float(right.mean())
        print(f"{pool.__name__}: {right.mean():.1%} right after {time.perf_counter() - start:.1f} s")
    return accuracies


if __name__ == "__main__":
    main()
