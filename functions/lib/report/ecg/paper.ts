import type { VNode } from 'preact';
import { element } from '../element.ts';
import { LARGE_SQUARE_MM, MM_PER_MILLIVOLT, mm, SMALL_SQUARE_MM } from './scale.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Paper with lines every 1 mm and every 5 mm. A line as broad as the paper, dashed, is all the lines of one direction. */
export function paper({ x, y, width, height }: Rectangle): VNode[] {
  const lines = (every: number, thickness: number, name: string) => {
    const dashes = {
      'stroke-dasharray': `${thickness} ${mm(every - thickness)}`,
      'stroke-dashoffset': thickness / 2,
      class: name,
    };
    return [
      element('path', {
        d: `M${mm(x)} ${mm(y + height / 2)}h${mm(width + thickness / 2)}`,
        'stroke-width': mm(height),
        ...dashes,
      }),
      element('path', {
        d: `M${mm(x + width / 2)} ${mm(y)}v${mm(height + thickness / 2)}`,
        'stroke-width': mm(width),
        ...dashes,
      }),
    ];
  };
  return [
    element('rect', { x: mm(x), y: mm(y), width: mm(width), height: mm(height), class: 'sheet' }),
    ...lines(SMALL_SQUARE_MM, 0.1, 'small-squares'),
    ...lines(LARGE_SQUARE_MM, 0.2, 'large-squares'),
  ];
}

/** Calibration pulse of 1 mV for 0.2 s that starts at x and stands on the line y. */
export const calibrationPulse = (x: number, y: number): VNode =>
  element('path', { d: `M${mm(x)} ${mm(y)}h1v-${MM_PER_MILLIVOLT}h5v${MM_PER_MILLIVOLT}h1`, class: 'trace' });
