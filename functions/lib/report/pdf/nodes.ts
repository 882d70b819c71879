// The page's own elements, read again: the PDF says what the page says, because it is made from it.
import type { ComponentChildren, VNode } from 'preact';

/** An element with its attributes and what it holds. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly Node[];
}

export type Node = Element | string;

/** Elements and texts in order; what renders nothing is left out. */
export function nodesOf(children: ComponentChildren): Node[] {
  if (Array.isArray(children)) return children.flatMap(nodesOf);
  if (typeof children === 'string' || typeof children === 'number') return [String(children)];
  if (typeof children !== 'object' || children === null) return [];
  const { type, props } = children as VNode<{ children?: ComponentChildren }>;
  if (typeof type !== 'string') throw new Error(`page: found a component, allowed: elements only`);
  const { children: inner, ...attributes } = props;
  return [{ tag: type, attributes, children: nodesOf(inner) }];
}

export const isElement = (node: Node): node is Element => typeof node !== 'string';

export const elementsOf = ({ children }: Element): Element[] => children.filter(isElement);

/** All text inside, in order; a line break stays one. */
export const textOf = (node: Node): string => {
  if (!isElement(node)) return node;
  return node.tag === 'br' ? '\n' : node.children.map(textOf).join('');
};

export const childOf = (node: Element, tag: string): Element | undefined =>
  elementsOf(node).find((child) => child.tag === tag);

/** Elements of this tag anywhere inside, in order. */
export const allOf = (node: Element, tag: string): Element[] =>
  elementsOf(node).flatMap((child) => (child.tag === tag ? [child] : allOf(child, tag)));

export const classOf = ({ attributes }: Element): string => String(attributes.class ?? '');
