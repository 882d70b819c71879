import type { VNode } from 'preact';
import { element } from './element.ts';
import { MOST_TOLD } from './point.ts';

export const listOf = (tag: 'ol' | 'ul', texts: readonly string[]): VNode =>
  element(
    tag,
    null,
    texts.map((text) => element('li', null, text)),
  );

/** The answer of a report of another kind: a sentence, and the first three things to know. */
export const answerBox = (headline: string, points: readonly string[]): VNode =>
  element('div', { class: 'answer' }, [
    element('p', null, headline),
    points.length === 0 ? null : listOf('ol', points.slice(0, MOST_TOLD)),
  ]);

/** What else there is to know. */
export const furtherPoints = (points: readonly string[]): string[] => points.slice(MOST_TOLD);

/** The answer, and under Also what else there is to know. */
export function answerAndAlso(headline: string, points: readonly string[]): VNode[] {
  const also = furtherPoints(points);
  return [
    answerBox(headline, points),
    ...(also.length === 0 ? [] : [element('h3', { id: 'also' }, 'Also'), listOf('ul', also)]),
  ];
}
