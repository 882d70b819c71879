import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { element } from './element.ts';

export interface HtmlPage {
  readonly title: string;
  readonly style: string;
  readonly body: readonly (VNode | null)[];
}

/** One file without scripts, fonts, pictures or addresses to fetch. */
export function htmlPage({ title, style, body }: HtmlPage): string {
  const head = element('head', null, [
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', null, title),
    element('style', null, style),
  ]);
  return `<!doctype html>\n${renderToString(element('html', { lang: 'en' }, [head, element('body', null, [...body])]))}\n`;
}
