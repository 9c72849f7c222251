"""The air between virtual controllers: connection events, packets that the radio has to repeat, toys out of reach.

In      the interval of connection events, how many packets fit into one, the share that is lost, a seed
Out     controllers on one air, each with a Bumble Device on it; what a listener hears: every packet on the air and on
        each controller's bus (HCI), as the bytes are, since nothing is encrypted here
Source  Bluetooth Core 5.4, Vol 6, Part B, 4.5 (connection events: a packet that is not acknowledged ends the event and
        is repeated in the next one, so BLE delays and never drops); Bumble's LocalLink for the rest
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.device import Device, DeviceConfiguration
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

PACKET_BYTES: Final = 251  # LE data length extension: one frame, with the heads of ATT and L2CAP, is one packet
_AIR_S: Final = 0.015
_PACKETS: Final = 2  # 33 kB/s, what a Pico W carries

Listener = Callable[[str, bytes], None]


class Air(LocalLink):
    """`listeners` are told the wire ("air", "hci") and the bytes."""

    def __init__(
        self, interval_s: float = _AIR_S, packets_per_event: int = _PACKETS, loss: float = 0.0, seed: int = 0
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.interval_s, self.packets_per_event, self.loss = interval_s, packets_per_event, loss
        self.listeners: list[Listener] = []
        self.repeated = 0
        self._random = random.Random(seed)

    def tell(self, wire: str, data: bytes) -> None:
        for listener in self.listeners:
            listener(wire, data)

    def is_lost(self) -> bool:
        """Draws the fate of one packet."""
        lost = self._random.random() < self.loss
        self.repeated += lost
        return lost

    def send_acl_data(
        self, sender_controller: Controller, destination_address: hci.Address, transport: PhysicalTransport, data: bytes
    ) -> None:
        self.tell("air", data)
        super().send_acl_data(sender_controller, destination_address, transport, data)

    def send_advertising_pdu(self, sender_controller: Controller, packet: ll.AdvertisingPdu) -> None:
        """Bumble's controllers leave the answer to a scan out; who scans actively here gets both at once."""
        if isinstance(packet, ll.AdvInd):
            more = sender_controller.le_legacy_advertiser.scan_response_data
            packet = ll.AdvInd(advertiser_address=packet.advertiser_address, data=packet.data + more)
        super().send_advertising_pdu(sender_controller, packet)

    def cut(self, device: Device) -> None:
        """The device's connections break, as when it goes out of reach: both sides hear of a time-out."""
        controller = controller_of(device)
        reason = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
        for connection in list(controller.le_connections.values()):
            peer = self.find_le_controller(connection.peer_address)
            controller.on_le_disconnected(connection, reason)
            if peer is not None and (other := peer.le_connections.get(connection.self_address)) is not None:
                peer.on_le_disconnected(other, reason)


class AirController(Controller):
    """A controller whose packets wait for the next connection event. Only then are they reported as sent."""

    le_features = Controller.le_features & ~hci.LeFeatureMask.LE_EXTENDED_ADVERTISING  # as the toy's radio
    le_acl_data_packet_length = PACKET_BYTES
    total_num_le_acl_data_packets = 8

    def __init__(self, name: str, air: Air) -> None:
        super().__init__(name, link=air)
        self.air = air
        self._waiting: deque[hci.HCI_AclDataPacket] = deque()
        self._event: asyncio.TimerHandle | None = None

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Bumble's own forgets to forget."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if isinstance(pending, hci.HCI_LE_Create_Connection_Command):
            self.send_hci_packet(
                hci.HCI_LE_Connection_Complete_Event(
                    status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                    connection_handle=0,
                    role=hci.Role.CENTRAL,
                    peer_address_type=pending.peer_address_type,
                    peer_address=pending.peer_address,
                    connection_interval=0,
                    peripheral_latency=0,
                    supervision_timeout=0,
                    central_clock_accuracy=0,
                )
            )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_acl_data_packet(self, packet: hci.HCI_AclDataPacket) -> None:
        self._waiting.append(packet)
        self._await_event()

    def _await_event(self) -> None:
        if self._event is None and self._waiting:
            loop = asyncio.get_running_loop()
            number = math.floor(loop.time() / self.air.interval_s + 1e-6) + 1
            self._event = loop.call_at(number * self.air.interval_s, self._on_event)

    def _on_event(self) -> None:
        self._event = None
        for _ in range(self.air.packets_per_event):
            if not self._waiting or self.air.is_lost():
                break
            packet = self._waiting.popleft()
            if self.find_connection_by_handle(packet.connection_handle) is not None:  # it may have ended meanwhile
                super().on_hci_acl_data_packet(packet)
        self._await_event()


class _Bus:
    """Bumble's snooper: what crosses between host and controller."""

    def __init__(self, air: Air) -> None:
        self._air = air

    def snoop(self, hci_packet: bytes, direction: Any) -> None:
        self._air.tell("hci", hci_packet)


def controller_of(device: Device) -> AirController:
    sink = device.host.hci_sink
    assert isinstance(sink, AsyncPipeSink)
    controller = sink.sink
    assert isinstance(controller, AirController)
    return controller


async def device_on(air: Air, name: str, configuration: DeviceConfiguration) -> Device:
    """A device on a controller of its own; powered on."""
    controller = AirController(name, air)
    host = Host()
    host.snooper = _Bus(air)  # type: ignore[assignment]
    host.set_packet_sink(AsyncPipeSink(controller))
    controller.host = host
    device = Device(config=configuration, host=host)
    await device.power_on()
    return device
