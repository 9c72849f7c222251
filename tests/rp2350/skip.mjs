// skip.mjs - the emulated chip without the cycles in which nothing happens: the same states at the same times, sooner.
// In      an RP2350 of rp2350js; the frequency of its clock stays as it is
// Out     mcu.step(): an instruction of each core as before; while both cores wait, all cycles up to the next event at once, and
//         none beyond mcu.lookNs, when the caller wants to look
// rp2350js steps three PIOs in every cycle. But a state machine acts when its divider comes round, and one that waits for its
// empty FIFO not even then: in between only its phase moves on. Who reads or writes a PIO finds it as if all had been stepped.
const CYCLE = 256; // of a phase, which counts to the divider
const PULLS = 3, OUTS = 5; // WaitType of its pio.ts: for a word in the FIFO

const rests = (machine) =>
  machine.waiting &&
  (machine.waitType === PULLS || machine.waitType === OUTS) &&
  machine.remainingDelay === 0 &&
  machine.txFIFO.empty;

export function skipIdle(mcu) {
  const { clock } = mcu;
  const [core0, core1] = mcu.core;
  const machines = mcu.pio.flatMap((pio) => pio.machines);
  const cycleNs = 1e9 / mcu.clkSys;
  let owed = 0; // cycles of the chip that the PIOs have not been through; less than
  let due = 1; // cycles until one of them must be stepped

  function moveOn(cycles) {
    for (const machine of machines) {
      if (!machine.enabled) continue;
      machine.curClockPhase += CYCLE * cycles;
      if (rests(machine)) machine.curClockPhase %= machine.clockDiv;
    }
  }

  function untilDue() {
    let cycles = 1 << 20;
    for (const machine of machines) {
      if (!machine.enabled || rests(machine)) continue;
      cycles = Math.min(cycles, Math.ceil((machine.clockDiv - machine.curClockPhase) / CYCLE));
    }
    return Math.max(1, cycles);
  }

  function pay() {
    moveOn(owed);
    owed = 0;
    due = 1;
  }

  for (const pio of mcu.pio) {
    const [read, write] = [pio.readUint32.bind(pio), pio.writeUint32.bind(pio)];
    pio.readUint32 = (offset) => (pay(), read(offset));
    pio.writeUint32 = (offset, value) => (pay(), write(offset, value));
  }

  mcu.stepThings = (cycles) => {
    owed += cycles;
    while (owed >= due) {
      moveOn(due - 1);
      owed -= due;
      for (const pio of mcu.pio) pio.step();
      due = untilDue();
    }
    clock.tick(cycles * cycleNs);
  };

  mcu.step = () => {
    if (!core0.waiting || !core1.waiting) return mcu.stepThings(mcu.stepCores());
    const alarm = clock.nextAlarm ? Math.ceil(clock.nanosToNextAlarm / cycleNs) : Infinity;
    const look = Math.ceil((mcu.lookNs - clock.nanos) / cycleNs);
    const cycles = Math.max(1, Math.min(due - owed, alarm, look));
    core0.cycles += cycles;
    core1.cycles = Math.max(core1.cycles, core0.cycles);
    mcu.stepThings(cycles);
  };
}
