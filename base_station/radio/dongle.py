"""A Bluetooth controller that the operating system does not drive: Bumble drives it, from this process.

In      Bumble's name of a controller: usb:0, serial:/dev/ttyACM0, tcp-client:HOST:PORT, ...
Out     a Radio; the same one for the same name, since a controller has one master
Raises  UsageError, in one line: Bumble is not installed, there is no such controller, or it is not ours to open
"""

from __future__ import annotations

import asyncio

from base_station.errors import UsageError
from base_station.link.ble import Radio

_radios: dict[str, Radio] = {}
_opening = asyncio.Lock()


async def dongle(name: str) -> Radio:
    async with _opening:
        if name not in _radios:
            _radios[name] = await _open(name)
        return _radios[name]


async def _open(name: str) -> Radio:
    try:
        from bumble import hci
        from bumble.core import BaseBumbleError
        from bumble.device import Device, DeviceConfiguration
        from bumble.host import Host
        from bumble.transport import open_transport

        from base_station.radio.backend import radio
    except ImportError as error:
        raise UsageError(f"a radio of its own needs Bumble ({error}): pip install 'talking-plush[radio]'") from error
    configuration = DeviceConfiguration(name="base station", address=hci.Address.generate_static_address())
    try:
        transport = await open_transport(name)
        device = Device(config=configuration, host=Host(transport.source, transport.sink))
        async with asyncio.timeout(10.0):
            await device.power_on()
    except (BaseBumbleError, OSError, ValueError) as error:
        raise UsageError(f"radio {name}: {' '.join(str(error).split()) or 'it does not answer'}") from error
    return radio(device)
