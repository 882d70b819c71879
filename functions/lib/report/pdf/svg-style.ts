// The classes of the page's pictures, with the colours of its light scheme.
import { STYLE } from '../style.ts';

export type Declarations = Readonly<Record<string, string>>;

const VARIABLES = declarationsOf(/:root \{([^}]*)\}/.exec(STYLE)?.[1] ?? '');

const CLASSES: ReadonlyMap<string, Declarations> = new Map(
  [...STYLE.matchAll(/^\s*svg \.([\w-]+) \{([^}]*)\}/gm)].map(([, name, body]) => [name, declarationsOf(body)]),
);

function declarationsOf(body: string): Declarations {
  const pairs = body.split(';').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });
  return Object.fromEntries(pairs);
}

/** What the style sheet and the attributes say of an element; the classes win, as in a browser. */
export function svgStyle(attributes: Readonly<Record<string, unknown>>): Declarations {
  const own = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
  const classes = String(attributes.class ?? '').split(/\s+/);
  const merged = Object.assign({}, own, ...classes.map((name) => CLASSES.get(name) ?? {})) as Record<string, string>;
  return Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, resolved(value)]));
}

const resolved = (value: string): string => value.replaceAll(/var\(--([\w-]+)\)/g, (_, name) => VARIABLES[`--${name}`]);
