import type { VNode } from 'preact';
import { element } from './element.ts';
import { MOST_TOLD } from './point.ts';

const listOf = (tag: 'ol' | 'ul', texts: readonly string[]): VNode =>
  element(
    tag,
    null,
    texts.map((text) => element('li', null, text)),
  );

/** The answer of a report of another kind: a sentence, the first three things to know, and under Also what else there is. */
export function answerBox(headline: string, points: readonly string[]): (VNode | null)[] {
  const also = points.slice(MOST_TOLD);
  return [
    element('div', { class: 'answer' }, [
      element('p', null, headline),
      points.length === 0 ? null : listOf('ol', points.slice(0, MOST_TOLD)),
    ]),
    ...(also.length === 0 ? [] : [element('h3', { id: 'also' }, 'Also'), listOf('ul', also)]),
  ];
}
