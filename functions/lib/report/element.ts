import { type ComponentChildren, h, type VNode } from 'preact';

/** An element of a page or a picture: attributes as they stand in HTML and SVG. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | number>> | null,
  children?: ComponentChildren,
): VNode {
  return h(tag, { ...attributes }, children) as VNode;
}
