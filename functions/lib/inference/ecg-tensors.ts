import type { PreparedEcg } from './prepare-ecg.ts';
import type { Values } from './session.ts';

/**
 * Windows in the layout of a contract's input, such as [windows][samples], [windows][leads][samples] or [1][samples][leads]:
 * one tensor with all windows, or one for each where the layout has no windows.
 */
export function ecgTensors(shape: readonly (string | number)[], { channels, windows }: PreparedEcg): readonly Values[] {
  const batches = shape.includes('windows') ? [windows] : windows.map((window) => [window]);
  return batches.map((batch) => {
    const samples = batch[0].endSample - batch[0].startSample;
    const sizes: Readonly<Record<string, number>> = { windows: batch.length, leads: channels.length, samples };
    const dims = shape.map((size) => (typeof size === 'number' ? size : sizes[size]));
    const step = (word: string): number => {
      const axis = shape.indexOf(word);
      return axis < 0 ? 0 : dims.slice(axis + 1).reduce((product, size) => product * size, 1);
    };
    const [perWindow, perLead, perSample] = [step('windows'), step('leads'), step('samples')];
    const data = new Float32Array(batch.length * channels.length * samples);
    batch.forEach(({ startSample }, w) => {
      channels.forEach((channel, lead) => {
        const at = w * perWindow + lead * perLead;
        for (let n = 0; n < samples; n++) data[at + n * perSample] = channel[startSample + n];
      });
    });
    return { data, shape: dims };
  });
}
