// defines.mjs - numbers of the port's own C headers, so that no test has a copy of them.
// In      headers below toy_mcu/ports/rp2350
// Out     every #define of them that is a number or arithmetic on such, by name
import { readFileSync } from 'node:fs';

const PORT = new URL('../../toy_mcu/ports/rp2350/', import.meta.url);
const LINE = /^#define (\w+) +([\w() +*<-]+?) *(?:\/\*.*)?$/gm;

export function defines(...headers) {
  const values = {};
  for (const header of headers) {
    for (const [, name, text] of readFileSync(new URL(header, PORT), 'utf8').matchAll(LINE)) {
      const numbers = text.replace(/\b(\d+)u\b/g, '$1').replace(/[A-Z]\w*/g, (known) => values[known]);
      if (/^[\d() +*<-]+$/.test(numbers)) values[name] = Function(`return ${numbers}`)();
    }
  }
  return values;
}
