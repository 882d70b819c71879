import type { ComponentChild } from 'preact';
import { element } from './element.ts';
import { type FigureStyle, formatFigure } from './format.ts';
import { isEstimate, isSuppressed, type ReadFigure } from './record.ts';

/** A figure in a cell; where it cannot be told, why. */
export function figureCell(figure: ReadFigure, style: FigureStyle): ComponentChild {
  const text = formatFigure(figure, style);
  if (isEstimate(figure) || isSuppressed(figure)) return text;
  return element('span', { class: 'cannot' }, `${text}: ${figure.cannotTell}`);
}
