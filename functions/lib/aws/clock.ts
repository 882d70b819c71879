// The clock of a function: the wall clock in AWS; in the twin that of the twin, which may be ahead and run faster.
import type { Clock } from '#functions/ports.ts';

/** Milliseconds since 1970 on the wall and on the twin's clock at one moment, and how many times faster the twin's runs. */
const READING = /^(\d+) (\d+) (\d+(?:\.\d+)?(?:e-?\d+)?)$/;

/** Looks at the environment each time: the twin sets TWIN_CLOCK anew for every invocation, AWS never sets it. */
export function functionClock(variables: NodeJS.ProcessEnv = process.env): Clock {
  return {
    now() {
      const said = variables.TWIN_CLOCK;
      if (said === undefined) return Date.now();
      const [, wallMs, twinMs, speed] = READING.exec(said) ?? [];
      if (speed === undefined)
        throw new Error(`environment: found TWIN_CLOCK "${said}", expected wall ms, twin ms and speed`);
      return Math.floor(Number(twinMs) + (Date.now() - Number(wallMs)) * Number(speed));
    },
  };
}
