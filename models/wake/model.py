"""The toy's network in PyTorch: float with batch normalisation first, then folded and trained on with int8 rounding.

In      bands uint8 (clips, hops, 40)
Out     logits (clips, hops // 4, outputs) and the last features (clips, hops // 4, width)
Source  toy_mcu/wake/net.h for shapes; rounding as in models/wake/reference.py
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from models.wake.blob import Layer, Net, NetShape

BAND_SCALE = 1 / 255
START_SCALE = 6 / 255  # of activations, where a trained network is taken up again: any would do


class _Rounded(torch.autograd.Function):
    """round(), with a gradient as if it were not there."""

    @staticmethod
    def forward(ctx: object, x: Tensor) -> Tensor:
        return torch.round(x)

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> Tensor:
        return gradient


class Stage(nn.Module):
    """One layer: weights (inputs or rows, outputs), then normalisation, or after folding a bias."""

    def __init__(self, inputs: int, outputs: int, plain: bool = False) -> None:
        super().__init__()
        spread = math.sqrt(2 / inputs)
        self.weight = nn.Parameter(torch.randn(inputs, outputs) * spread)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.norm: nn.BatchNorm1d | None = None if plain else nn.BatchNorm1d(outputs, momentum=0.05)
        self.rounds = False
        self.register_buffer("out_scale", torch.tensor(0.0))

    def fold(self) -> None:
        if self.norm is not None:
            gain = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)  # type: ignore[operator]
            with torch.no_grad():
                self.bias.copy_(self.norm.bias - self.norm.running_mean * gain)  # type: ignore[operator]
                self.weight.mul_(gain)
            self.norm = None

    def weight_scale(self) -> Tensor:
        return self.weight.detach().abs().amax(0).clamp_min(1e-6) / 127

    def _weights(self) -> Tensor:
        if not self.rounds:
            return self.weight
        scale = self.weight_scale()
        return torch.clamp(_Rounded.apply(self.weight / scale), -127, 127) * scale

    def forward(self, x: Tensor) -> Tensor:
        """x (..., inputs) through a dense layer; depthwise ones are summed by the network."""
        return self.finish(x @ self._weights())

    def finish(self, y: Tensor) -> Tensor:
        """What follows the sum of products, channels last."""
        if self.norm is None:
            return y + self.bias
        return self.norm(y.reshape(-1, y.shape[-1])).reshape(y.shape)


class WakeNet(nn.Module):
    def __init__(self, shape: NetShape) -> None:
        super().__init__()
        self.shape = shape
        self.stages = nn.ModuleDict(
            {name: Stage(inputs, outputs, plain=name == "last") for name, _, inputs, outputs in shape.layers()}
        )
        for block in range(shape.blocks):
            norm = self.stages[f"across{block}"].norm
            nn.init.constant_(norm.weight, 0.3)
        self.watching: dict[str, float] | None = None  # largest values seen, while calibrating

    def _out(self, name: str, y: Tensor, onto: Tensor | None = None) -> Tensor:
        stage = self.stages[name]
        if self.watching is not None:
            total = y if onto is None else y + onto
            self.watching[name] = max(
                self.watching.get(name, 0.0), float(torch.quantile(total.flatten()[::7][:2000000], 0.9995))
            )
        if stage.rounds:
            scale = stage.out_scale
            rounded = _Rounded.apply(y / scale)
            total = rounded if onto is None else rounded + onto / scale
            return torch.clamp(total, 0, 255) * scale
        return torch.relu(y if onto is None else y + onto)

    def forward(self, bands: Tensor) -> tuple[Tensor, Tensor]:
        s, c = self.shape, len(bands)
        x = bands.float() * BAND_SCALE
        steps = x.shape[1] // 4
        x = nn.functional.pad(x[:, : steps * 4], (2, 2, 2, 0))  # (c, hops + 2, 44)
        patches = x.unfold(1, 4, 2).unfold(2, 5, 2).reshape(c, 2 * steps, 20, 20)
        x = self._out("stem", self.stages["stem"](patches))  # (c, 2 steps, 20, channels)
        x = nn.functional.pad(x.permute(0, 3, 1, 2), (1, 1, 1, 0))  # (c, channels, 2 steps + 1, 22)
        spread = self.stages["spread"]
        y = nn.functional.conv2d(x, spread._weights().T.reshape(s.channels, 1, 3, 3), stride=2, groups=s.channels)
        x = self._out("spread", spread.finish(y.permute(0, 2, 3, 1)))  # (c, steps, 10, channels)
        x = self._out("mix", self.stages["mix"](x)).reshape(c, steps, -1)
        now = self._out("project", self.stages["project"](x))
        for block in range(s.blocks):
            past = nn.functional.pad(now.transpose(1, 2), (s.taps - 1, 0))
            stage = self.stages[f"over_time{block}"]
            y = nn.functional.conv1d(past, stage._weights().T[:, None], groups=s.width)
            y = stage.finish(y.transpose(1, 2))
            passed = self._out(f"over_time{block}", y)
            now = self._out(f"across{block}", self.stages[f"across{block}"](passed), onto=now)
        return self.stages["last"](now), now

    def quantise(self, bands: Tensor) -> None:
        """Folds the normalisation, fixes the range of every activation from some clips, rounds from now on."""
        self.eval()
        for stage in self.stages.values():
            stage.fold()
        self.watching = {}
        with torch.no_grad():
            for start in range(0, len(bands), 100):
                self(bands[start : start + 100])
        seen, self.watching = self.watching, None
        shared = max(seen[name] for name in seen if name == "project" or name.startswith("across"))
        for name, stage in self.stages.items():
            if name != "last":
                top = shared if name == "project" or name.startswith("across") else seen[name]
                stage.out_scale.fill_(max(top, 1e-3) / 255)
            stage.rounds = True
        self.train()

    @classmethod
    def starting_from(cls, net: Net, shape: NetShape) -> WakeNet:
        """Trained integers as floats again, without normalisation; what `shape` has beyond them begins afresh."""
        model, before = cls(shape), BAND_SCALE
        for stage in model.stages.values():
            stage.fold()
        for name, _, inputs, outputs in net.shape.layers():
            out_scale = math.log(2) / 256 if name == "last" else START_SCALE
            layer = net.layers[name]
            scale = torch.from_numpy(layer.scale / 2.0**32 * out_scale / before).float()
            before = out_scale
            if name not in model.stages:
                continue
            stage = model.stages[name]
            more = stage.weight.shape[0] - inputs
            if stage.weight.shape[1] != outputs or more < 0 or (more > 0 and not name.startswith("over_time")):
                continue
            source = BAND_SCALE if name == "stem" else START_SCALE
            with torch.no_grad():  # the oldest steps come first
                weights = torch.from_numpy(layer.weights.astype(np.float32)) * scale
                stage.weight.copy_(nn.functional.pad(weights, (0, 0, more, 0)))
                stage.bias.copy_(torch.from_numpy(layer.bias.astype(np.float32)) * scale * source)
        return model

    def export(self) -> Net:
        """Integers that the C code computes the same with."""
        scales = {name: float(stage.out_scale) for name, stage in self.stages.items()}
        before, source = BAND_SCALE, {}
        for name, _, _, _ in self.shape.layers():
            source[name] = before
            before = scales[name]
        layers = {}
        for name, stage in self.stages.items():
            weight_scale = stage.weight_scale()
            product = source[name] * weight_scale.double().numpy()
            out_scale = math.log(2) / 256 if name == "last" else scales[name]
            with torch.no_grad():
                weights = torch.clamp(torch.round(stage.weight / weight_scale), -127, 127).numpy()
                bias = np.round(stage.bias.double().numpy() / product)
            scale = np.round(product / out_scale * 2**32)
            if np.abs(scale).max() >= 2**31:
                raise ValueError(f"layer {name} has too wide a range")
            limit = 2**31 - 1
            layers[name] = Layer(
                weights.astype(np.int8), np.clip(bias, -limit, limit).astype(np.int32), scale.astype(np.int32)
            )
        return Net(self.shape, layers)
